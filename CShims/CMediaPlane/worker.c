/* The threads that carry audio: packets as they come, ticks when they are due. */
#define _GNU_SOURCE /* pthread_setname_np */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "plane.h"

enum { EVENTS = 64, IDLE_MILLISECONDS = 200 };

/* Bit 0 of an event's data: the socket of RTCP. */
static uint64_t data_of(const leg *one, bool is_report) { return (uint64_t)(uintptr_t)one | (is_report ? 1 : 0); }

int worker_watch(worker *by, leg *one) {
    struct epoll_event rtp = {.events = EPOLLIN, .data.u64 = data_of(one, false)};
    struct epoll_event rtcp = {.events = EPOLLIN, .data.u64 = data_of(one, true)};
    one->worker = by;
    if (epoll_ctl(by->epoll, EPOLL_CTL_ADD, one->rtp, &rtp) != 0) return MEDIA_SYSTEM;
    return epoll_ctl(by->epoll, EPOLL_CTL_ADD, one->rtcp, &rtcp) == 0 ? MEDIA_OK : MEDIA_SYSTEM;
}

void worker_ignore(worker *by, const leg *one) {
    epoll_ctl(by->epoll, EPOLL_CTL_DEL, one->rtp, NULL);
    epoll_ctl(by->epoll, EPOLL_CTL_DEL, one->rtcp, NULL);
}

/* Carries out the ticks that are due; returns when the next one is, in nanoseconds; INT64_MAX: none. */
static int64_t tick(worker *by) {
    media_plane *plane = by->plane;
    int64_t next_due = INT64_MAX;
    pthread_mutex_lock(&by->mutex);
    for (unsigned i = 0; i < PHASES; i++) {
        if (!by->phases[i].rooms) continue;
        int64_t now = plane_now(plane), due = plane_moment(plane, by->phases[i].next);
        for (unsigned done = 0; due <= now; done++) {
            int64_t position = by->phases[i].next, late = (plane_now(plane) - due) / 1000;
            if (done == MOST_CATCHING_UP) {                 /* whatever had been to be heard then, nobody waits for it */
                int64_t missed = (plane_position(plane, now) - position) / plane->frame + 1;
                atomic_fetch_add(&by->missed_ticks, (uint64_t)missed);
                lateness_add(&by->lateness, late, (uint32_t)missed);
                by->phases[i].next += missed * plane->frame;
            } else {
                for (room *one = by->phases[i].rooms; one; one = one->next) {
                    pthread_mutex_lock(&one->mutex);
                    room_tick(plane, one, position, now);
                    pthread_mutex_unlock(&one->mutex);
                }
                by->phases[i].next += plane->frame;
                atomic_fetch_add(&by->ticks, 1);
                lateness_add(&by->lateness, late, 1);
            }
            due = plane_moment(plane, by->phases[i].next);
        }
        if (due < next_due) next_due = due;
    }
    pthread_mutex_unlock(&by->mutex);
    return next_due;
}

static int milliseconds_until(const worker *by, int64_t due) {
    if (due == INT64_MAX) return IDLE_MILLISECONDS;
    int64_t left = due - plane_now(by->plane);
    if (left <= 0) return 0;
    left = (left + 999999) / 1000000;
    return left > IDLE_MILLISECONDS ? IDLE_MILLISECONDS : (int)left;
}

static void reckon_busy(worker *by, int64_t now) {
    if (now - by->busy_at < (int64_t)IDLE_MILLISECONDS * 1000000) return;
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    int64_t spent = (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
    atomic_store(&by->busy, (unsigned)((spent - by->busy_before) * 1000 / (now - by->busy_at)));
    by->busy_at = now;
    by->busy_before = spent;
}

/* One packet a call of the system: each leg has sockets of its own, whose next packet comes 20 ms later, so there is never
 * a second one that recvmmsg or sendmmsg could take along. */
static void *work(void *argument) {
    worker *by = argument;
    media_plane *plane = by->plane;
    struct epoll_event events[EVENTS];
    int64_t due = INT64_MAX;
    while (!atomic_load(&plane->is_stopping)) {
        atomic_store(&by->seen, atomic_load(&plane->epoch));
        int count = epoll_wait(by->epoll, events, EVENTS, milliseconds_until(by, due));
        int64_t now = plane_now(plane);
        for (int i = 0; i < count; i++) {
            uint64_t data = events[i].data.u64;
            if (data == 0) {
                uint64_t woken;
                if (read(by->wake, &woken, sizeof woken) < 0 && errno != EAGAIN) break;
                continue;
            }
            leg *one = (leg *)(uintptr_t)(data & ~1ull);
            if (data & 1) leg_receive_report(one, now);
            else leg_receive(one, now);
        }
        due = tick(by);
        reckon_busy(by, now);
    }
    return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(worker *one) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&one->thread, NULL, work, one);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code == 0) pthread_setname_np(one->thread, "media");
    return code;
}

int worker_start(media_plane *plane, worker *one) {
    one->plane = plane;
    one->epoll = epoll_create1(EPOLL_CLOEXEC);
    one->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&one->mutex, NULL);
    struct epoll_event wake = {.events = EPOLLIN, .data.u64 = 0};
    int code = one->epoll < 0 || one->wake < 0 || epoll_ctl(one->epoll, EPOLL_CTL_ADD, one->wake, &wake) != 0 ? errno : 0;
    if (code == 0) code = start_thread(one);
    if (code == 0) {
        one->is_running = true;
        return MEDIA_OK;
    }
    worker_stop(one);
    errno = code;
    return MEDIA_SYSTEM;
}

void worker_wake(worker *one) {
    uint64_t once = 1;
    if (write(one->wake, &once, sizeof once) < 0) return;   /* it is awake already */
}

void worker_stop(worker *one) {
    if (one->is_running) {
        worker_wake(one);
        pthread_join(one->thread, NULL);
        one->is_running = false;
    }
    if (one->epoll >= 0) close(one->epoll);
    if (one->wake >= 0) close(one->wake);
    pthread_mutex_destroy(&one->mutex);
}
