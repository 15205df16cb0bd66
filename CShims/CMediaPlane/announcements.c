#include "announcements.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

typedef struct announcement {
    char *path;
    struct stat file;                /* as it was when it was read */
    bool is_settled;                 /* a later change of the file shows in that */
    sound *what;
    int64_t used;
    struct announcement *next;       /* the one used before it */
} announcement;

struct announcements {
    unsigned rate;
    size_t most_bytes;
    pthread_mutex_t mutex;           /* of the list; held while a file is read */
    announcement *first;
};

announcements *announcements_open(unsigned rate, size_t most_bytes) {
    announcements *new = rate == 8000 || rate == 16000 ? calloc(1, sizeof *new) : NULL;
    if (!new) return NULL;
    new->rate = rate;
    new->most_bytes = most_bytes;
    pthread_mutex_init(&new->mutex, NULL);
    return new;
}

static void give_up(announcement **place) {
    announcement *gone = *place;
    *place = gone->next;
    sound_release(gone->what);
    free(gone->path);
    free(gone);
}

void announcements_close(announcements *closed) {
    if (!closed) return;
    while (closed->first) give_up(&closed->first);
    pthread_mutex_destroy(&closed->mutex);
    free(closed);
}

/* ---- is it still what was read */

static bool is_same_moment(struct timespec a, struct timespec b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

static bool is_same_file(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           is_same_moment(a->st_mtim, b->st_mtim) && is_same_moment(a->st_ctim, b->st_ctim);
}

/* What was changed in the very tick of the clock in which it was read may be changed again in it, and look the same. */
static bool is_before(struct timespec a, struct timespec b) {
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

static int read_file(const announcements *by, const char *path, announcement *into, char *reason, size_t reason_bytes) {
    struct stat after;
    struct timespec began;
    clock_gettime(CLOCK_REALTIME_COARSE, &began);           /* the one that files are stamped by */
    bool was_there = stat(path, &into->file) == 0;
    int code = sound_open_once(path, by->rate, &into->what, reason, reason_bytes);
    if (code == SOUND_OK)
        into->is_settled = was_there && stat(path, &after) == 0 && is_same_file(&into->file, &after) &&
                           is_before(after.st_ctim, began);
    return code;
}

/* ---- the list */

static size_t bytes_of(const announcement *one) { return sizeof *one + strlen(one->path) + 1 + sound_bytes(one->what); }

/* The oldest of those that nobody plays go, but for the first, until the others fit. */
static void make_room(announcements *in) {
    size_t total = 0;
    for (const announcement *each = in->first; each; each = each->next) total += bytes_of(each);
    while (total > in->most_bytes) {
        announcement **oldest = NULL;
        for (announcement **place = &in->first->next; *place; place = &(*place)->next)
            if (sound_is_held_once((*place)->what)) oldest = place;
        if (!oldest) return;
        total -= bytes_of(*oldest);
        give_up(oldest);
    }
}

static announcement *take_out(announcements *from, const char *path) {
    announcement **place = &from->first;
    while (*place && strcmp((*place)->path, path) != 0) place = &(*place)->next;
    announcement *found = *place;
    if (!found) return NULL;
    *place = found->next;
    found->next = NULL;
    return found;
}

static int take_new(announcements *from, const char *path, announcement **out, char *reason, size_t reason_bytes) {
    announcement *new = calloc(1, sizeof *new);
    char *name = strdup(path);
    int code = new && name ? read_file(from, path, new, reason, reason_bytes) : SOUND_MEMORY;
    if (code != SOUND_OK) {
        free(name);
        free(new);
        return code;
    }
    new->path = name;
    *out = new;
    return SOUND_OK;
}

int announcements_take(announcements *from, const char *path, int64_t now, sound **out, char *reason, size_t reason_bytes) {
    if (!from || !path || !out) return SOUND_INVALID;
    int code = SOUND_OK;
    struct stat file;
    pthread_mutex_lock(&from->mutex);
    announcement *one = take_out(from, path);
    if (one && !(one->is_settled && stat(path, &file) == 0 && is_same_file(&one->file, &file))) give_up(&one);
    if (!one) code = take_new(from, path, &one, reason, reason_bytes);
    if (code == SOUND_OK) {
        one->used = now;
        one->next = from->first;
        from->first = one;
        *out = sound_hold(one->what);
        make_room(from);
    }
    pthread_mutex_unlock(&from->mutex);
    return code;
}

void announcements_tidy(announcements *of, int64_t now) {
    if (pthread_mutex_trylock(&of->mutex) != 0) return;     /* the disk is slow just now: another time */
    for (announcement **place = &of->first; *place;) {
        if (!sound_is_held_once((*place)->what)) (*place)->used = now;
        if (now - (*place)->used >= (int64_t)ANNOUNCEMENT_IDLE_SECONDS * 1000000000) give_up(place);
        else place = &(*place)->next;
    }
    pthread_mutex_unlock(&of->mutex);
}

size_t announcements_count(announcements *of) {
    size_t count = 0;
    pthread_mutex_lock(&of->mutex);
    for (const announcement *each = of->first; each; each = each->next) count++;
    pthread_mutex_unlock(&of->mutex);
    return count;
}
