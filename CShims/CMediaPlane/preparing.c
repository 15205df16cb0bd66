/* Announcements that a leg is to hear once they are read, and encoded for its codec: both take too long for a thread that
 * carries audio, and for one that carries out commands. Whoever wants the same meanwhile waits for the same reading and
 * encoding. Each has a thread of its own: a disk that does not answer keeps nobody waiting who hears what was read. */
#define _GNU_SOURCE /* gettid, pthread_setname_np */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "plane.h"

enum { NICENESS = 10 };              /* of encoding: whoever talks already goes first */

typedef struct preparation {
    char *path;                      /* to be read; NULL: `what` was, and is to be encoded */
    sound *what;
    codec_kind kind;
    media_id leg;
    struct preparation *next;
} preparation;

static void free_preparation(preparation *gone) {
    if (gone->what) sound_release(gone->what);
    free(gone->path);
    free(gone);
}

static void carry_out(media_plane *plane, preparer *by, const preparation *one) {
    if (one->path) {
        leg_hear_file(plane, one->leg, one->path);
        return;
    }
    if (!sound_is_prepared(one->what, one->kind) && sound_prepare(one->what, one->kind) == SOUND_OK)
        atomic_fetch_add(&by->encodings, 1);
    leg_hear(plane, one->leg, one->what);                   /* where there was no memory for it, it is mixed */
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
    preparer *by = argument;
    if (by == &by->plane->preparer) setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
    pthread_mutex_lock(&by->mutex);
    while (!by->is_stopping) {
        preparation *next = take_next(by);
        if (!next) {
            pthread_cond_wait(&by->changed, &by->mutex);
            continue;
        }
        pthread_mutex_unlock(&by->mutex);
        carry_out(by->plane, by, next);
        free_preparation(next);
        pthread_mutex_lock(&by->mutex);
    }
    pthread_mutex_unlock(&by->mutex);
    return NULL;
}

static int start(media_plane *plane, preparer *new, const char *name) {
    sigset_t all, before;
    new->plane = plane;
    pthread_mutex_init(&new->mutex, NULL);
    pthread_cond_init(&new->changed, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&new->thread, NULL, work, new);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0) {
        errno = code;
        return MEDIA_SYSTEM;
    }
    new->is_running = true;
    pthread_setname_np(new->thread, name);
    return MEDIA_OK;
}

static void stop(preparer *stopped) {
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
        free_preparation(gone);
    }
    pthread_cond_destroy(&stopped->changed);
    pthread_mutex_destroy(&stopped->mutex);
}

int preparer_start(media_plane *plane) {
    int result = start(plane, &plane->reader, "files");
    return result == MEDIA_OK ? start(plane, &plane->preparer, "sounds") : result;
}

/* The first hands on to the second. */
void preparer_stop(media_plane *plane) {
    stop(&plane->reader);
    stop(&plane->preparer);
}

static void add(preparer *to, preparation *new) {
    pthread_mutex_lock(&to->mutex);
    preparation **last = &to->first;
    while (*last) last = &(*last)->next;
    *last = new;
    pthread_cond_signal(&to->changed);
    pthread_mutex_unlock(&to->mutex);
}

bool preparer_add(media_plane *plane, media_id leg, sound *what, codec_kind kind) {
    preparation *new = malloc(sizeof *new);
    if (!new) return false;
    *new = (preparation){.what = sound_hold(what), .kind = kind, .leg = leg};
    add(&plane->preparer, new);
    return true;
}

bool preparer_read(media_plane *plane, media_id leg, const char *path) {
    preparation *new = malloc(sizeof *new);
    char *name = new ? strdup(path) : NULL;
    if (!name) {
        free(new);
        return false;
    }
    *new = (preparation){.path = name, .kind = CODEC_PCMU, .leg = leg};
    add(&plane->reader, new);
    return true;
}
