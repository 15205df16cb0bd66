/* Start and stop, and who has which id. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "plane.h"

static int64_t monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t plane_now(const media_plane *plane) { return monotonic_nanoseconds() - plane->began; }

int64_t plane_position(const media_plane *plane, int64_t now) {
    int64_t rate = plane->settings.rate;
    return now / 1000000000 * rate + now % 1000000000 * rate / 1000000000;
}

int64_t plane_moment(const media_plane *plane, int64_t position) {
    int64_t rate = plane->settings.rate;
    return position / rate * 1000000000 + position % rate * 1000000000 / rate;
}

uint32_t plane_random(void) {
    uint32_t number;
    if (getrandom(&number, sizeof number, 0) != sizeof number) number = (uint32_t)monotonic_nanoseconds();
    return number;
}

static node **bucket_of(media_plane *plane, media_id id) { return &plane->nodes[id % BUCKETS]; }

node *plane_find(media_plane *plane, media_id id, node_kind kind) {
    node *one = *bucket_of(plane, id);
    while (one && one->id != id) one = one->next_in_bucket;
    return one && one->kind == kind ? one : NULL;
}

void plane_add(media_plane *plane, node *new) {
    new->id = ++plane->last_id;
    node **bucket = bucket_of(plane, new->id);
    new->next_in_bucket = *bucket;
    *bucket = new;
}

void plane_remove(media_plane *plane, node *gone) {
    node **place = bucket_of(plane, gone->id);
    while (*place != gone) place = &(*place)->next_in_bucket;
    *place = gone->next_in_bucket;
}

void plane_tell(const media_plane *plane, media_event event) {
    if (plane->settings.on_event) plane->settings.on_event(&event, plane->settings.context);
}

static void on_recording_failed(uint64_t tag, const char *reason, void *plane) {
    plane_tell(plane, (media_event){.kind = MEDIA_RECORDING_FAILED, .tag = tag, .reason = reason});
}

/* What a leg hears that hears nothing: 20 ms, in every codec. */
static int make_silence(media_plane *plane) {
    int16_t samples[LONGEST_TICK] = {0};
    int result = sound_make(samples, plane->frame, plane->settings.rate, &plane->silence);
    for (int kind = 0; result == SOUND_OK && kind < CODEC_KINDS; kind++)
        result = sound_prepare(plane->silence, (codec_kind)kind);
    return result == SOUND_OK ? MEDIA_OK : MEDIA_MEMORY;
}

static void free_plane(media_plane *plane) {
    if (plane->recorder) recorder_stop(plane->recorder);
    if (plane->silence) sound_release(plane->silence);
    announcements_close(plane->announcements);
    while (plane->music) {
        struct music *gone = plane->music;
        plane->music = gone->next;
        sound_release(gone->what);
        free(gone);
    }
    pthread_mutex_destroy(&plane->limbo.mutex);
    pthread_mutex_destroy(&plane->mutex);
    if (plane->nowhere >= 0) close(plane->nowhere);
    free(plane);
}

static bool are_valid(const media_settings *settings) {
    return settings && (settings->rate == 8000 || settings->rate == 16000) && settings->port_first >= 1024 &&
           settings->port_last <= 65535 && settings->port_first < settings->port_last;
}

int media_plane_start(const media_settings *settings, media_plane **out) {
    if (!are_valid(settings) || !out) return MEDIA_INVALID;
    media_plane *new = calloc(1, sizeof *new);
    if (!new) return MEDIA_MEMORY;
    new->settings = *settings;
    if (new->settings.one_way_seconds == 0) new->settings.one_way_seconds = 10;
    if (new->settings.silent_seconds == 0) new->settings.silent_seconds = 30;
    new->frame = settings->rate * TICK_MILLISECONDS / 1000;
    new->began = monotonic_nanoseconds();
    new->next_port = settings->port_first;
    pthread_mutex_init(&new->mutex, NULL);
    pthread_mutex_init(&new->limbo.mutex, NULL);
    new->nowhere = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int result = new->nowhere < 0 ? MEDIA_SYSTEM : make_silence(new);
    new->announcements = announcements_open(settings->rate, MOST_ANNOUNCEMENT_BYTES);
    if (result == MEDIA_OK && !new->announcements) result = MEDIA_MEMORY;
    if (result == MEDIA_OK) result = preparer_start(new);
    if (result == MEDIA_OK && settings->recordings_directory >= 0) {
        switch (recorder_start(settings->recordings_directory, settings->rate, on_recording_failed, new, &new->recorder)) {
            case RECORDER_OK: break;
            case RECORDER_INVALID: result = MEDIA_INVALID; break;
            case RECORDER_MEMORY: result = MEDIA_MEMORY; break;
            default: result = MEDIA_SYSTEM;
        }
    }
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned wanted = settings->workers ? settings->workers : cores > 0 ? (unsigned)cores : 1;
    if (wanted > MOST_WORKERS) wanted = MOST_WORKERS;
    while (result == MEDIA_OK && new->worker_count < wanted) {
        result = worker_start(new, &new->workers[new->worker_count]);
        if (result == MEDIA_OK) new->worker_count++;
    }
    if (result != MEDIA_OK) {
        int error = errno;
        atomic_store(&new->is_stopping, true);
        preparer_stop(new);
        for (unsigned i = 0; i < new->worker_count; i++) worker_stop(&new->workers[i]);
        free_plane(new);
        errno = error;
        return result;
    }
    *out = new;
    return MEDIA_OK;
}

static media_id first_of(media_plane *plane, node_kind kind) {
    media_id found = 0;
    pthread_mutex_lock(&plane->mutex);
    for (size_t i = 0; i < BUCKETS && found == 0; i++)
        for (const node *one = plane->nodes[i]; one && found == 0; one = one->next_in_bucket)
            if (one->kind == kind) found = one->id;
    pthread_mutex_unlock(&plane->mutex);
    return found;
}

void media_plane_tidy(media_plane *plane) {
    pthread_mutex_lock(&plane->mutex);
    retire_free(plane, false);
    pthread_mutex_unlock(&plane->mutex);
    sounds_tidy(plane);
}

void media_plane_measure(media_plane *plane, media_load *into) {
    lateness_sum sum = {0};
    *into = (media_load){0};
    for (unsigned i = 0; i < plane->worker_count; i++) {
        worker *one = &plane->workers[i];
        into->ticks += atomic_exchange(&one->ticks, 0);
        into->missed_ticks += atomic_exchange(&one->missed_ticks, 0);
        unsigned busy = atomic_load(&one->busy) / 10;
        if (busy > into->busy_percent) into->busy_percent = busy;
        lateness_take(&one->lateness, &sum);
    }
    into->lateness_p50 = lateness_of(&sum, 500);
    into->lateness_p99 = lateness_of(&sum, 990);
    into->lateness_worst = sum.worst;
    into->recorder_percent = recorder_fullness(plane->recorder);
    uint64_t lost = recorder_dropped(plane->recorder);
    into->lost_samples = lost - plane->lost_before;
    plane->lost_before = lost;
}

void media_plane_seal(media_plane *plane) {
    for (media_id one; (one = first_of(plane, NODE_TAPE)) != 0;) media_recording_close(plane, one);
}

void media_plane_stop(media_plane *plane) {
    if (!plane) return;
    media_plane_seal(plane);
    preparer_stop(plane);
    for (media_id one; (one = first_of(plane, NODE_LEG)) != 0;) media_leg_close(plane, one);
    atomic_store(&plane->is_stopping, true);
    for (unsigned i = 0; i < plane->worker_count; i++) worker_stop(&plane->workers[i]);
    retire_free(plane, true);
    free_plane(plane);
}
