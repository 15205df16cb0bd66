/* Music, which loops and is shared, and announcements, which are played once to one leg. */
#include "media.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "bridge.h"
#include "legs.h"
#include "links.h"
#include "stack.h"

enum { FRAME_MILLISECONDS = 20 };

typedef struct file {
    sip_point point;
    sip_leg leg;                     /* whose announcement; 0 for music */
    pj_pool_t *pool;
    pjmedia_port *port;
    int slot;
    bool is_over;
    struct file *next;
} file;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static file *files;
static uint64_t last_announcement;

static bool is_music(sip_point point) { return point >> 61 == 2; }
static sip_point announcement_point(uint64_t number) { return 1ull << 61 | number; }

static int open_file(const char *path, bool loops, file **out) {
    pj_pool_t *pool = pjsua_pool_create("file", 512, 512);
    file *new = calloc(1, sizeof *new);
    int result = SIP_OK;
    if (!pool || !new) result = SIP_MEMORY;
    if (result == SIP_OK) {
        pj_status_t status = pjmedia_wav_player_port_create(pool, path, FRAME_MILLISECONDS,
                                                            loops ? 0 : PJMEDIA_FILE_NO_LOOP, 0, &new->port);
        if (status != PJ_SUCCESS) result = failed(SIP_FILE, status);
    }
    if (result == SIP_OK && PJMEDIA_PIA_CCNT(&new->port->info) != 1)
        result = failed_because(SIP_FILE, "the file is not mono");
    if (result == SIP_OK) {
        pj_status_t status = stack_add_port(pool, new->port, &new->slot);
        if (status != PJ_SUCCESS) result = failed(status == PJ_ETOOMANY ? SIP_EXHAUSTED : SIP_STACK, status);
    }
    if (result == SIP_OK) {
        new->pool = pool;
        *out = new;
        return SIP_OK;
    }
    if (new && new->port) pjmedia_port_destroy(new->port);
    if (pool) pj_pool_release(pool);
    free(new);
    return result;
}

static void close_file(file *gone) {
    stack_remove_port(gone->slot);
    pjmedia_port_destroy(gone->port);
    pj_pool_release(gone->pool);
    free(gone);
}

static void keep(file *new) {
    pthread_mutex_lock(&mutex);
    new->next = files;
    files = new;
    pthread_mutex_unlock(&mutex);
}

int sip_music_open(sip_engine *engine, sip_point point, const char *path) {
    (void)engine;
    if (!running) return SIP_STOPPED;
    if (!is_music(point) || !path) return SIP_INVALID;
    if (point_exists(point)) return SIP_OK;
    file *new;
    int result = open_file(path, true, &new);
    if (result != SIP_OK) return result;
    new->point = point;
    if (!point_add(point, new->slot)) {
        close_file(new);
        return SIP_MEMORY;
    }
    keep(new);
    return SIP_OK;
}

/* On PJMEDIA's event thread. */
static void on_end_of_file(pjmedia_port *port, void *number) {
    (void)port;
    sip_point point = announcement_point((uint64_t)(uintptr_t)number);
    sip_leg leg = 0;
    pthread_mutex_lock(&mutex);
    for (file *one = files; one; one = one->next)
        if (one->point == point && !one->is_over) {
            one->is_over = true;
            leg = one->leg;
        }
    pthread_mutex_unlock(&mutex);
    if (leg == 0) return;
    point_forget(point);
    legs_lock();
    if (legs_find(leg)) emit(&(sip_event){.kind = SIP_ANNOUNCEMENT_FINISHED, .leg = leg});
    legs_unlock();
}

int sip_leg_play(sip_engine *engine, sip_leg leg, const char *path) {
    (void)engine;
    if (!running) return SIP_STOPPED;
    if (!path) return SIP_INVALID;
    legs_lock();
    bool is_there = legs_find(leg) != NULL;
    legs_unlock();
    if (!is_there) return SIP_NO_SUCH_LEG;
    file *new;
    int result = open_file(path, false, &new);
    if (result != SIP_OK) return result;
    uint64_t number = ++last_announcement;
    sip_point point = announcement_point(number);
    new->point = point;
    new->leg = leg;
    pjmedia_wav_player_set_eof_cb2(new->port, (void *)(uintptr_t)number, on_end_of_file);
    if (!point_add(point, new->slot)) {
        close_file(new);
        return SIP_MEMORY;
    }
    keep(new);
    result = points_link(point, leg);
    if (result != SIP_OK) {          /* the leg has just ended */
        announcements_stop(leg);
        point_forget(point);
    }
    return result;
}

void announcements_stop(sip_leg leg) {
    pthread_mutex_lock(&mutex);
    for (file *one = files; one; one = one->next)
        if (one->leg == leg) one->is_over = true;
    pthread_mutex_unlock(&mutex);
}

static file *take(bool everything) {
    file *taken = NULL;
    pthread_mutex_lock(&mutex);
    for (file **place = &files; *place;) {
        file *one = *place;
        if (everything || one->is_over) {
            *place = one->next;
            one->next = taken;
            taken = one;
        } else {
            place = &one->next;
        }
    }
    pthread_mutex_unlock(&mutex);
    return taken;
}

static void close_taken(file *taken) {
    while (taken) {
        file *gone = taken;
        taken = gone->next;
        point_forget(gone->point);
        close_file(gone);
    }
}

void announcements_tidy(void) { close_taken(take(false)); }
void media_stop(void) { close_taken(take(true)); }
