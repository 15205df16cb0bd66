#include "links.h"

#include <pthread.h>
#include <stdlib.h>

#include "transport.h"

typedef struct point point;

typedef struct wish {
    point *from, *to;
    struct wish *next_out, *next_in;
} wish;

struct point {
    sip_point id;
    media_id media;
    int side;
    wish *out, *in;
    point *next;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static point **buckets;
static size_t bucket_count;

static point **bucket_of(sip_point id) {
    return &buckets[(size_t)((id * 0x9E3779B97F4A7C15ull) >> 32) % bucket_count];
}

static point *find(sip_point id) {
    if (!buckets) return NULL;
    point *one = *bucket_of(id);
    while (one && one->id != id) one = one->next;
    return one;
}

/* An end that is just going is no harm: the plane knows it no more. */
static void carry_out(const wish *one) {
    if (one->from->media != 0 && one->to->media != 0)
        media_link(plane, one->from->media, one->to->media, one->to->side, MEDIA_UNITY);
}

static void call_off(const wish *one) {
    if (one->from->media != 0 && one->to->media != 0)
        media_unlink(plane, one->from->media, one->to->media, one->to->side);
}

static void remove_wish(wish *gone) {
    wish **place = &gone->from->out;
    while (*place != gone) place = &(*place)->next_out;
    *place = gone->next_out;
    place = &gone->to->in;
    while (*place != gone) place = &(*place)->next_in;
    *place = gone->next_in;
    call_off(gone);
    free(gone);
}

static void remove_point(point *gone) {
    while (gone->out) remove_wish(gone->out);
    while (gone->in) remove_wish(gone->in);
    point **place = bucket_of(gone->id);
    while (*place != gone) place = &(*place)->next;
    *place = gone->next;
    free(gone);
}

bool links_start(unsigned max_points) {
    bucket_count = (size_t)max_points * 2 + 1;
    buckets = calloc(bucket_count, sizeof *buckets);
    return buckets != NULL;
}

void links_stop(void) {
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; buckets && i < bucket_count; i++)
        while (buckets[i]) {
            buckets[i]->media = 0;
            remove_point(buckets[i]);
        }
    free(buckets);
    buckets = NULL;
    pthread_mutex_unlock(&mutex);
}

bool point_add(sip_point id, media_id media, int side) {
    pthread_mutex_lock(&mutex);
    point *new = buckets && !find(id) ? calloc(1, sizeof *new) : NULL;
    if (new) {
        new->id = id;
        new->media = media;
        new->side = side;
        new->next = *bucket_of(id);
        *bucket_of(id) = new;
    }
    pthread_mutex_unlock(&mutex);
    return new != NULL;
}

void point_move(sip_point id, media_id media) {
    pthread_mutex_lock(&mutex);
    point *one = find(id);
    if (one && one->media != media) {
        one->media = media;
        for (const wish *each = one->out; each; each = each->next_out) carry_out(each);
        for (const wish *each = one->in; each; each = each->next_in) carry_out(each);
    }
    pthread_mutex_unlock(&mutex);
}

void point_forget(sip_point id) {
    pthread_mutex_lock(&mutex);
    point *one = find(id);
    if (one) remove_point(one);
    pthread_mutex_unlock(&mutex);
}

bool point_exists(sip_point id) {
    pthread_mutex_lock(&mutex);
    bool is_there = find(id) != NULL;
    pthread_mutex_unlock(&mutex);
    return is_there;
}

media_id point_media(sip_point id) {
    pthread_mutex_lock(&mutex);
    const point *one = find(id);
    media_id media = one ? one->media : 0;
    pthread_mutex_unlock(&mutex);
    return media;
}

static wish *find_wish(const point *from, const point *to) {
    wish *one = from->out;
    while (one && one->to != to) one = one->next_out;
    return one;
}

int points_link(sip_point from_id, sip_point to_id) {
    if (from_id == to_id) return SIP_INVALID;
    int result = SIP_OK;
    pthread_mutex_lock(&mutex);
    point *from = find(from_id), *to = find(to_id);
    if (!from || !to) {
        result = SIP_NO_SUCH_LEG;
    } else if (!find_wish(from, to)) {
        wish *new = calloc(1, sizeof *new);
        if (new) {
            *new = (wish){.from = from, .to = to, .next_out = from->out, .next_in = to->in};
            from->out = to->in = new;
            carry_out(new);
        } else {
            result = SIP_MEMORY;
        }
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

int points_unlink(sip_point from_id, sip_point to_id) {
    pthread_mutex_lock(&mutex);
    point *from = find(from_id), *to = find(to_id);
    wish *one = from && to ? find_wish(from, to) : NULL;
    if (one) remove_wish(one);
    pthread_mutex_unlock(&mutex);
    return from && to ? SIP_OK : SIP_NO_SUCH_LEG;
}
