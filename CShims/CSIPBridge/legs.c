#include "legs.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static leg **buckets;
static size_t bucket_count, count;
static sip_leg last_incoming;

static size_t bucket_of(sip_leg id) { return (size_t)((id * 0x9E3779B97F4A7C15ull) >> 32) % bucket_count; }

bool legs_start(unsigned max_legs) {
    bucket_count = (size_t)max_legs * 2 + 1;
    buckets = calloc(bucket_count, sizeof *buckets);
    count = 0;
    last_incoming = 0;
    return buckets != NULL;
}

void legs_stop(void) {
    if (!buckets) return;
    for (size_t i = 0; i < bucket_count; i++)
        while (buckets[i]) {
            leg *gone = buckets[i];
            buckets[i] = gone->next;
            free(gone);
        }
    free(buckets);
    buckets = NULL;
    count = 0;
}

void legs_lock(void) { pthread_mutex_lock(&mutex); }
void legs_unlock(void) { pthread_mutex_unlock(&mutex); }

leg *legs_find(sip_leg id) {
    if (!buckets) return NULL;
    leg *one = buckets[bucket_of(id)];
    while (one && one->id != id) one = one->next;
    return one;
}

leg *legs_add(sip_leg id, bool is_outgoing) {
    if (!buckets || legs_find(id)) return NULL;
    leg *new = calloc(1, sizeof *new);
    if (!new) return NULL;
    new->id = id;
    new->call = PJSUA_INVALID_ID;
    new->is_outgoing = is_outgoing;
    leg **bucket = &buckets[bucket_of(id)];
    new->next = *bucket;
    *bucket = new;
    count++;
    return new;
}

pj_grp_lock_t *legs_remove(leg *gone) {
    leg **place = &buckets[bucket_of(gone->id)];
    while (*place != gone) place = &(*place)->next;
    *place = gone->next;
    count--;
    pj_grp_lock_t *dialog = gone->dialog;
    free(gone);
    return dialog;
}

size_t legs_list(sip_leg *into, size_t capacity, bool (*wanted)(const leg *, int64_t), int64_t now) {
    size_t found = 0;
    for (size_t i = 0; buckets && i < bucket_count; i++)
        for (const leg *one = buckets[i]; one; one = one->next)
            if (found < capacity && wanted(one, now)) into[found++] = one->id;
    return found;
}

size_t legs_count(void) { return count; }

sip_leg legs_next_incoming(void) { return ++last_incoming; }

int64_t monotonic_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

sip_leg leg_of(pjsua_call_id call) { return (sip_leg)(uintptr_t)pjsua_call_get_user_data(call); }

pj_grp_lock_t *leg_enter(sip_leg id, pjsua_call_id *call) {
    legs_lock();
    leg *one = legs_find(id);
    pj_grp_lock_t *dialog = one ? one->dialog : NULL;
    if (dialog) pj_grp_lock_add_ref(dialog);
    legs_unlock();
    if (!dialog) return NULL;

    pj_grp_lock_acquire(dialog);
    legs_lock();
    one = legs_find(id);
    bool is_there = one && one->call != PJSUA_INVALID_ID;
    if (is_there) *call = one->call;
    legs_unlock();
    if (is_there) return dialog;
    leg_leave(dialog);
    return NULL;
}

void leg_leave(pj_grp_lock_t *dialog) {
    pj_grp_lock_release(dialog);
    pj_grp_lock_dec_ref(dialog);
}
