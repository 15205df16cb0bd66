/* The two threads behind all recordings. The writer takes samples out of the rings and owns every file; the syncer does
 * nothing but wait for the disk, so that a slow one delays no recording's samples. */
#define _GNU_SOURCE /* syncfs */
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LATEST_MS = 60000, /* positions farther ahead of the clock than this are nonsense */
    SPREAD_MS = 377,   /* between the syncs of recordings opened one after the other */
    TOGETHER = 16      /* so many waiting recordings are synced in one go */
};

struct recorder {
    int directory;
    unsigned sample_rate;
    recorder_failed_fn failed;
    void *context;
    _Atomic uint64_t dropped;
    _Atomic unsigned fullness; /* percent */
    pthread_t writer, syncer;

    pthread_mutex_t lock; /* the three below; never taken by a put */
    pthread_cond_t wake;
    recording *opened;
    uint64_t opened_count;
    bool stopping;

    pthread_mutex_t sync_lock; /* the four below, and each recording's part */
    pthread_cond_t sync_wake;
    recording *sync_first, *sync_last;
    bool sync_stopping;

    int16_t frames[2 * SLICE_FRAMES]; /* writer thread only */
};

static void want_sync(recorder *r, recording *file)
{
    pthread_mutex_lock(&r->sync_lock);
    if (!file->syncing) {
        file->syncing = true;
        file->next_sync = NULL;
        if (r->sync_first == NULL)
            r->sync_first = file;
        else
            r->sync_last->next_sync = file;
        r->sync_last = file;
        pthread_cond_signal(&r->sync_wake);
    }
    pthread_mutex_unlock(&r->sync_lock);
}

/* Asks the disk to keep what `first` and those behind it have written; each is told by its `sync_error`. */
static void sync_batch(recorder *r, recording *first, size_t count, bool any_new)
{
    /* Many at once are cheaper in one go, though it takes along what others wrote to the same file system. */
    bool together = count >= TOGETHER && syncfs(r->directory) == 0;
    int directory_error = 0;
    if (any_new && !together && fsync(r->directory) != 0 && errno != EINVAL)
        directory_error = errno; /* EINVAL: a file system whose directories need no sync */
    for (recording *file = first, *next; file != NULL; file = next) {
        int error = together || fdatasync(file->fd) == 0 ? 0 : errno;
        next = file->next_sync; /* from the unlocking on the file may be freed, or wait again */
        pthread_mutex_lock(&r->sync_lock);
        if (file->is_new && error == 0)
            error = directory_error;
        file->is_new = false;
        file->syncing = false;
        if (file->sync_error == 0)
            file->sync_error = error;
        pthread_mutex_unlock(&r->sync_lock);
    }
}

static void *sync_files(void *argument)
{
    recorder *r = argument;
    for (;;) {
        pthread_mutex_lock(&r->sync_lock);
        while (r->sync_first == NULL && !r->sync_stopping)
            pthread_cond_wait(&r->sync_wake, &r->sync_lock);
        recording *first = r->sync_first;
        r->sync_first = NULL;
        size_t count = 0;
        bool any_new = false;
        for (recording *file = first; file != NULL; file = file->next_sync) {
            count++;
            any_new |= file->is_new;
        }
        pthread_mutex_unlock(&r->sync_lock);
        if (first == NULL)
            return NULL;
        sync_batch(r, first, count, any_new);
    }
}

static void report(recorder *r, recording *file, const char *reason)
{
    if (reason[0] == '\0' || file->reported)
        return;
    file->reported = true;
    if (r->failed != NULL)
        r->failed(file->tag, reason, r->context);
}

/* One recording's turn. True when it has more to write at once; *gone when it is closed and may be freed. */
static bool turn(recorder *r, recording *file, int64_t now, bool stopping, bool *gone)
{
    char reason[REASON_BYTES] = "";
    /* Read before the ends of the rings: what was put before the closing is then seen. */
    bool closing = stopping || atomic_load_explicit(&file->closing, memory_order_acquire);
    bool more = recording_advance(file, now, closing, r->frames, reason);

    pthread_mutex_lock(&r->sync_lock);
    bool syncing = file->syncing; /* once false, only this thread makes it true again */
    int error = file->sync_error;
    pthread_mutex_unlock(&r->sync_lock);
    if (error != 0 && reason[0] == '\0')
        recording_give_up(file, reason, strerror(error));

    if (!closing) {
        recording_update_header(file, reason);
        if (now >= file->sync_at && file->in_header != file->at_sync) {
            file->at_sync = file->in_header;
            file->sync_at = now + (int64_t)SYNC_MS * 1000000;
            want_sync(r, file);
        }
    } else if (!more) {
        if (file->phase == RECORDING_OPEN) {
            recording_seal(file, reason);
            file->phase = RECORDING_SEALED;
        }
        /* A sync that is under way may have begun before the last header was written: one more, after it. */
        if (file->phase == RECORDING_SEALED && !syncing) {
            want_sync(r, file);
            file->phase = RECORDING_LAST_SYNC;
        } else if (file->phase == RECORDING_LAST_SYNC && !syncing) {
            *gone = true;
        }
    }
    report(r, file, reason);
    return more;
}

static void *write_files(void *argument)
{
    recorder *r = argument;
    recording *files = NULL;
    bool more = false, stopping = false;
    for (;;) {
        pthread_mutex_lock(&r->lock);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += (stopping ? 5 : STEP_MS) * 1000000L;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec += 1;
        }
        /* The rhythm: nobody has to wake the writer for samples, and with nothing to write it sleeps for good. */
        while (!more && r->opened == NULL && stopping == r->stopping) {
            if (files == NULL && !stopping)
                pthread_cond_wait(&r->wake, &r->lock);
            else if (pthread_cond_timedwait(&r->wake, &r->lock, &until) == ETIMEDOUT)
                break;
        }
        while (r->opened != NULL) {
            recording *file = r->opened;
            r->opened = file->next;
            file->next = files;
            files = file;
            /* Files opened together are not synced together. */
            file->sync_at = file->opened + (int64_t)(r->opened_count++ * SPREAD_MS % SYNC_MS) * 1000000;
        }
        stopping = r->stopping;
        pthread_mutex_unlock(&r->lock);

        more = false;
        int64_t now = monotonic_now();
        for (recording **at = &files; *at != NULL;) {
            recording *file = *at;
            bool gone = false;
            more |= turn(r, file, now, stopping, &gone);
            if (gone) {
                *at = file->next;
                recording_free(file);
            } else {
                at = &file->next;
            }
        }
        if (stopping && files == NULL)
            return NULL;
    }
}

/* Signals are for the program's own threads; SIGXFSZ, above all, must become an error of the write. */
static int start_thread(pthread_t *thread, void *(*body)(void *), recorder *r)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(thread, NULL, body, r);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static void free_recorder(recorder *r)
{
    if (r->directory >= 0)
        close(r->directory);
    pthread_mutex_destroy(&r->lock);
    pthread_mutex_destroy(&r->sync_lock);
    pthread_cond_destroy(&r->wake);
    pthread_cond_destroy(&r->sync_wake);
    free(r);
}

static void stop_syncer(recorder *r)
{
    pthread_mutex_lock(&r->sync_lock);
    r->sync_stopping = true;
    pthread_cond_signal(&r->sync_wake);
    pthread_mutex_unlock(&r->sync_lock);
    pthread_join(r->syncer, NULL);
}

int recorder_start(int directory_fd, unsigned sample_rate, recorder_failed_fn failed, void *context, recorder **out)
{
    struct stat what;
    if (out == NULL || (sample_rate != 8000 && sample_rate != 16000))
        return RECORDER_INVALID;
    if (fstat(directory_fd, &what) != 0 || !S_ISDIR(what.st_mode))
        return RECORDER_INVALID;
    recorder *r = calloc(1, sizeof *r);
    if (r == NULL)
        return RECORDER_MEMORY;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&r->lock, NULL);
    pthread_mutex_init(&r->sync_lock, NULL);
    pthread_cond_init(&r->wake, &monotonic);
    pthread_cond_init(&r->sync_wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    r->sample_rate = sample_rate;
    r->failed = failed;
    r->context = context;
    r->directory = fcntl(directory_fd, F_DUPFD_CLOEXEC, 0);
    if (r->directory < 0) {
        free_recorder(r);
        return RECORDER_FILE;
    }
    if (start_thread(&r->syncer, sync_files, r) != 0) {
        free_recorder(r);
        return RECORDER_THREAD;
    }
    if (start_thread(&r->writer, write_files, r) != 0) {
        stop_syncer(r);
        free_recorder(r);
        return RECORDER_THREAD;
    }
    *out = r;
    return RECORDER_OK;
}

void recorder_stop(recorder *r)
{
    if (r == NULL)
        return;
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->writer, NULL);
    stop_syncer(r);
    free_recorder(r);
}

static int open_file(recorder *r, const char *name, unsigned channels, uint64_t tag, recording **out)
{
    if (r == NULL || out == NULL || !recording_name_is_valid(name))
        return RECORDER_INVALID;
    recording *file = NULL;
    int code = recording_create(r->directory, name, r->sample_rate, channels, tag, &file);
    if (code != RECORDER_OK)
        return code;
    file->owner = r;
    want_sync(r, file);
    *out = file;
    pthread_mutex_lock(&r->lock);
    file->next = r->opened;
    r->opened = file;
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
    return RECORDER_OK;
}

int recorder_open(recorder *r, const char *name, uint64_t tag, recording **out)
{
    return open_file(r, name, 2, tag, out);
}

int recorder_open_mono(recorder *r, const char *name, uint64_t tag, recording **out)
{
    return open_file(r, name, 1, tag, out);
}

void recorder_put(recording *file, recorder_side side, uint64_t position, const int16_t *samples, size_t count)
{
    if (file == NULL || samples == NULL || count == 0 || (unsigned)side >= file->channels)
        return;
    if (atomic_load_explicit(&file->failed, memory_order_relaxed))
        return;
    uint64_t milliseconds = (uint64_t)(monotonic_now() - file->opened) / 1000000 + LATEST_MS;
    uint64_t latest = milliseconds * file->sample_rate / 1000;
    size_t lost = position > latest ? count : ring_put(&file->side[side], position, samples, count);
    if (lost > 0)
        atomic_fetch_add_explicit(&file->owner->dropped, lost, memory_order_relaxed);
    /* Mostly a look and nothing else: all who put share this. */
    unsigned full = ring_fullness(&file->side[side]);
    unsigned fullest = atomic_load_explicit(&file->owner->fullness, memory_order_relaxed);
    while (full > fullest && !atomic_compare_exchange_weak_explicit(&file->owner->fullness, &fullest, full,
                                                                    memory_order_relaxed, memory_order_relaxed)) {
    }
}

void recorder_close(recording *file)
{
    if (file != NULL)
        atomic_store_explicit(&file->closing, true, memory_order_release);
}

void recorder_discard(recording *file, const char *name)
{
    if (file == NULL)
        return;
    if (recording_name_is_valid(name))
        unlinkat(file->owner->directory, name, 0);
    recorder_close(file);
}

uint64_t recorder_dropped(const recorder *r)
{
    return r == NULL ? 0 : atomic_load_explicit(&r->dropped, memory_order_relaxed);
}

unsigned recorder_fullness(recorder *r)
{
    return r == NULL ? 0 : atomic_exchange_explicit(&r->fullness, 0, memory_order_relaxed);
}
