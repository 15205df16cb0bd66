/* Announcements that a leg is to hear once they are encoded for its codec: that takes too long for a thread that carries
 * audio, and for one that carries out commands. Whoever wants the same meanwhile waits for the same encoding. */
#define _GNU_SOURCE /* gettid, pthread_setname_np */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "plane.h"

enum { NICENESS = 10 };              /* whoever talks already goes first */

typedef struct preparation {
    sound *what;
    codec_kind kind;
    media_id leg;
    struct preparation *next;
} preparation;

static void finish(media_plane *plane, preparation *done) {
    leg_hear(plane, done->leg, done->what);
    sound_release(done->what);
    free(done);
}

/* Opus takes longer than all others together: these do not wait for it. */
static preparation *take_next(preparer *from) {
    preparation **place = &from->first;
    while (*place && (*place)->kind == CODEC_OPUS) place = &(*place)->next;
    if (!*place) place = &from->first;
    preparation *next = *place;
    if (next) *place = next->next;
    return next;
}

static void *work(void *argument) {
    media_plane *plane = argument;
    preparer *by = &plane->preparer;
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
    pthread_mutex_lock(&by->mutex);
    while (!by->is_stopping) {
        preparation *next = take_next(by);
        if (!next) {
            pthread_cond_wait(&by->changed, &by->mutex);
            continue;
        }
        pthread_mutex_unlock(&by->mutex);
        if (!sound_is_prepared(next->what, next->kind) && sound_prepare(next->what, next->kind) == SOUND_OK)
            atomic_fetch_add(&by->encodings, 1);
        finish(plane, next);                                /* where there was no memory for it, it is mixed */
        pthread_mutex_lock(&by->mutex);
    }
    pthread_mutex_unlock(&by->mutex);
    return NULL;
}

int preparer_start(media_plane *plane) {
    preparer *new = &plane->preparer;
    sigset_t all, before;
    pthread_mutex_init(&new->mutex, NULL);
    pthread_cond_init(&new->changed, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&new->thread, NULL, work, plane);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0) {
        errno = code;
        return MEDIA_SYSTEM;
    }
    new->is_running = true;
    pthread_setname_np(new->thread, "sounds");
    return MEDIA_OK;
}

void preparer_stop(media_plane *plane) {
    preparer *stopped = &plane->preparer;
    if (!stopped->is_running) return;
    pthread_mutex_lock(&stopped->mutex);
    stopped->is_stopping = true;
    pthread_cond_signal(&stopped->changed);
    pthread_mutex_unlock(&stopped->mutex);
    pthread_join(stopped->thread, NULL);
    stopped->is_running = false;
    while (stopped->first) {
        preparation *gone = stopped->first;
        stopped->first = gone->next;
        sound_release(gone->what);
        free(gone);
    }
    pthread_cond_destroy(&stopped->changed);
    pthread_mutex_destroy(&stopped->mutex);
}

bool preparer_add(media_plane *plane, media_id leg, sound *what, codec_kind kind) {
    preparer *to = &plane->preparer;
    preparation *new = malloc(sizeof *new);
    if (!new) return false;
    *new = (preparation){.what = sound_hold(what), .kind = kind, .leg = leg};
    pthread_mutex_lock(&to->mutex);
    preparation **last = &to->first;
    while (*last) last = &(*last)->next;
    *last = new;
    pthread_cond_signal(&to->changed);
    pthread_mutex_unlock(&to->mutex);
    return true;
}
