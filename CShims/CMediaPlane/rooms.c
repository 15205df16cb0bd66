/* Who can be heard together: the parts that links hang together by, each with a lock and a place among a worker's ticks. */
#include <stdlib.h>

#include "plane.h"

/* A worker so busy, or with so many rooms, gets no more while another has fewer: far below what it could do, for rooms may
 * become dearer. */
enum { ENOUGH_PER_MILLE = 200, ENOUGH_ROOMS = 200 };

void structure_lock(media_plane *plane) {
    pthread_mutex_lock(&plane->mutex);
    for (unsigned i = 0; i < plane->worker_count; i++) pthread_mutex_lock(&plane->workers[i].mutex);
}

void structure_unlock(media_plane *plane) {
    for (unsigned i = plane->worker_count; i > 0; i--) pthread_mutex_unlock(&plane->workers[i - 1].mutex);
    retire_free(plane, false);
    pthread_mutex_unlock(&plane->mutex);
}

room *room_of(node *one) {
    for (;;) {
        room *in = atomic_load(&one->room);
        pthread_mutex_lock(&in->mutex);
        if (in == atomic_load(&one->room)) return in;
        pthread_mutex_unlock(&in->mutex);                   /* it moved while we waited */
    }
}

/* The worker with the fewest rooms, of those that have some and time for more, if there are such: to wake another for each
 * packet costs more than to give it to one that is awake for others anyway. */
static worker *least_busy(media_plane *plane) {
    worker *fewest = &plane->workers[0], *awake = NULL;
    for (unsigned i = 0; i < plane->worker_count; i++) {
        worker *one = &plane->workers[i];
        if (one->rooms < fewest->rooms) fewest = one;
        bool has_time = one->rooms > 0 && one->rooms < ENOUGH_ROOMS && atomic_load(&one->busy) < ENOUGH_PER_MILLE;
        if (has_time && (!awake || one->rooms < awake->rooms)) awake = one;
    }
    return awake ? awake : fewest;
}

room *room_add(media_plane *plane) {
    room *new = calloc(1, sizeof *new);
    if (!new) return NULL;
    pthread_mutex_init(&new->mutex, NULL);
    worker *by = least_busy(plane);
    new->worker = by;
    new->phase = plane->next_phase++ % PHASES;
    if (!by->phases[new->phase].rooms) {
        int64_t step = plane->frame, offset = step * new->phase / PHASES;
        by->phases[new->phase].next = (plane_position(plane, plane_now(plane)) / step + 1) * step + offset;
        worker_wake(by);
    }
    new->next = by->phases[new->phase].rooms;
    by->phases[new->phase].rooms = new;
    by->rooms++;
    return new;
}

static void close_room(media_plane *plane, room *gone) {
    room **place = &gone->worker->phases[gone->phase].rooms;
    while (*place != gone) place = &(*place)->next;
    *place = gone->next;
    gone->worker->rooms--;
    retire_room(plane, gone);
}

/* With both rooms locked, or one that nobody knows yet. */
static void move_in(room *into, node *one) {
    one->next_in_room = into->nodes;
    into->nodes = one;
    into->count++;
    if (one->kind == NODE_LEG) {
        leg *mover = leg_of_node(one);
        worker *former = mover->worker;
        if (former && former != into->worker) {
            if (worker_watch(into->worker, mover) == MEDIA_OK) {
                worker_ignore(former, mover);
            } else {                                        /* whoever watches its sockets, the room's lock is taken */
                worker_ignore(into->worker, mover);
                mover->worker = former;
            }
        }
    }
    atomic_store(&one->room, into);
}

static void move_out(room *from, node *one) {
    node **place = &from->nodes;
    while (*place != one) place = &(*place)->next_in_room;
    *place = one->next_in_room;
    from->count--;
}

void room_enter(room *into, node *one) {
    pthread_mutex_lock(&into->mutex);
    move_in(into, one);
    pthread_mutex_unlock(&into->mutex);
}

void room_join(media_plane *plane, node *a, node *b) {
    room *into = atomic_load(&a->room), *from = atomic_load(&b->room);
    if (into == from) return;
    if (into->count < from->count) {
        room *smaller = into;
        into = from;
        from = smaller;
    }
    /* Nobody but us locks a second one. */
    pthread_mutex_lock(&into->mutex);
    pthread_mutex_lock(&from->mutex);
    while (from->nodes) {
        node *mover = from->nodes;
        move_out(from, mover);
        move_in(into, mover);
    }
    pthread_mutex_unlock(&from->mutex);
    pthread_mutex_unlock(&into->mutex);
    close_room(plane, from);
}

static void mark(node *one) {
    if (one->is_marked) return;
    one->is_marked = true;
    for (edge *each = one->out; each; each = each->next_out) mark(each->to);
    for (edge *each = one->in; each; each = each->next_in) mark(each->from);
}

void room_split(media_plane *plane, node *a, node *b) {
    room *from = atomic_load(&a->room);
    pthread_mutex_lock(&from->mutex);
    for (node *one = from->nodes; one; one = one->next_in_room) one->is_marked = false;
    mark(a);
    bool are_apart = !b->is_marked;
    pthread_mutex_unlock(&from->mutex);
    room *into = are_apart ? room_add(plane) : NULL;        /* without memory they stay together: it harms nobody */
    if (!into) return;
    pthread_mutex_lock(&from->mutex);
    pthread_mutex_lock(&into->mutex);
    for (node *one = from->nodes, *next; one; one = next) {
        next = one->next_in_room;
        if (!one->is_marked) continue;
        move_out(from, one);
        move_in(into, one);
    }
    pthread_mutex_unlock(&into->mutex);
    pthread_mutex_unlock(&from->mutex);
}

void room_split_all(media_plane *plane, room *from) {
    for (;;) {
        pthread_mutex_lock(&from->mutex);
        for (node *one = from->nodes; one; one = one->next_in_room) one->is_marked = false;
        node *first = from->nodes, *other = first;
        if (first) mark(first);
        while (other && other->is_marked) other = other->next_in_room;
        size_t count = from->count;
        pthread_mutex_unlock(&from->mutex);
        if (!other) return;
        room_split(plane, first, other);
        if (from->count == count) return;                   /* without memory they stay together */
    }
}

void room_leave(media_plane *plane, node *gone) {
    room *from = atomic_load(&gone->room);
    pthread_mutex_lock(&from->mutex);
    move_out(from, gone);
    atomic_store(&gone->room, &plane->limbo);
    bool is_empty = from->count == 0;
    pthread_mutex_unlock(&from->mutex);
    if (is_empty) close_room(plane, from);
}
