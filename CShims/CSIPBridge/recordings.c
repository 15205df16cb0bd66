/* Recordings as two silent listeners on the conference bridge, one per side, that put what they hear into a recorder.
 *
 * The bridge hands each of its listeners a frame per tick with the same timestamp: that is the timeline of a recording,
 * from the first tick that either side has seen. Nothing linked means silence, written as such. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "links.h"
#include "media.h"
#include "stack.h"

typedef struct tape tape;

typedef struct {
    pjmedia_port port;
    pj_pool_t *pool;
    tape *tape;
    recorder_side side;
} tape_side;

struct tape {
    uint64_t number;
    recording *file;
    _Atomic uint64_t origin;         /* timestamp of the first tick, plus one; 0 before */
    atomic_int holders;              /* we, until it is closed, and each side that the bridge still has */
    tape_side *ends[2];
    int slots[2];
    tape *next;
};

enum { SIGNATURE_OF_TAPE = PJMEDIA_SIG_CLASS_PORT_AUD('T', 'P'), LONGEST_FRAME = 16000 / 50 };

static recorder *writer;
static unsigned rate;
static tape *tapes;                  /* touched by the program's thread alone */

static pj_status_t put_frame(pjmedia_port *port, pjmedia_frame *frame) {
    static const int16_t silence[LONGEST_FRAME];
    const tape_side *end = (const tape_side *)port;
    tape *to = end->tape;
    uint64_t expected = 0, now = frame->timestamp.u64 + 1;
    uint64_t origin = atomic_compare_exchange_strong(&to->origin, &expected, now) ? now : expected;
    if (now < origin) return PJ_SUCCESS;
    if (frame->type == PJMEDIA_FRAME_TYPE_AUDIO && frame->buf)
        recorder_put(to->file, end->side, now - origin, frame->buf, frame->size / sizeof(int16_t));
    else
        recorder_put(to->file, end->side, now - origin, silence, rate / 50);
    return PJ_SUCCESS;
}

static pj_status_t get_frame(pjmedia_port *port, pjmedia_frame *frame) {
    (void)port;
    frame->type = PJMEDIA_FRAME_TYPE_NONE;
    frame->size = 0;
    return PJ_SUCCESS;
}

static void let_go(tape *of) {
    if (atomic_fetch_sub(&of->holders, 1) != 1) return;
    recorder_close(of->file);
    free(of);
}

/* The bridge has let go of it: no put_frame runs or will run. On the bridge's thread. */
static pj_status_t on_destroy(pjmedia_port *port) {
    tape_side *end = (tape_side *)port;
    tape *of = end->tape;
    pj_pool_release(end->pool);
    let_go(of);
    return PJ_SUCCESS;
}

static pj_status_t add_side(tape *to, recorder_side side) {
    pj_pool_t *pool = pjsua_pool_create("tape", 512, 512);
    if (!pool) return PJ_ENOMEM;
    tape_side *end = PJ_POOL_ZALLOC_T(pool, tape_side);
    pj_str_t name = pj_str("tape");
    pjmedia_port_info_init(&end->port.info, &name, SIGNATURE_OF_TAPE, rate, 1, 16, rate / 50);
    end->port.put_frame = put_frame;
    end->port.get_frame = get_frame;
    end->port.on_destroy = on_destroy;
    end->pool = pool;
    end->tape = to;
    end->side = side;
    pj_status_t status = pjmedia_port_init_grp_lock(&end->port, pool, NULL);
    if (status != PJ_SUCCESS) {
        pj_pool_release(pool);
        return status;
    }
    atomic_fetch_add(&to->holders, 1);
    status = stack_add_port(pool, &end->port, &to->slots[side]);
    if (status != PJ_SUCCESS) pjmedia_port_destroy(&end->port);
    else to->ends[side] = end;
    return status;
}

static void take_off(tape *gone) {
    for (int side = 0; side < 2; side++) {
        point_forget(sip_recording_point(gone->number, side));
        if (!gone->ends[side]) continue;
        stack_remove_port(gone->slots[side]);
        pjmedia_port_destroy(&gone->ends[side]->port);
    }
    let_go(gone);
}

static void on_failed(uint64_t number, const char *reason, void *context) {
    (void)context;
    emit(&(sip_event){.kind = SIP_RECORDING_FAILED, .recording = number, .text = reason});
}

static tape **place_of(uint64_t number) {
    tape **place = &tapes;
    while (*place && (*place)->number != number) place = &(*place)->next;
    return place;
}

int sip_recording_open(sip_engine *engine, uint64_t number, const char *name) {
    (void)engine;
    if (!running) return SIP_STOPPED;
    if (number < 1 || number > 1ull << 60 || !name || *place_of(number)) return SIP_INVALID;
    if (!writer) return failed_because(SIP_FILE, "no directory for recordings was given");
    tape *new = calloc(1, sizeof *new);
    if (!new) return SIP_MEMORY;
    new->number = number;
    atomic_store(&new->holders, 1);
    int result = recorder_open(writer, name, number, &new->file);
    if (result != RECORDER_OK) {
        free(new);
        return result == RECORDER_INVALID ? SIP_INVALID : result == RECORDER_MEMORY ? SIP_MEMORY
                                                        : failed_because(SIP_FILE, strerror(errno));
    }
    for (int side = 0; side < 2; side++) {
        pj_status_t status = add_side(new, (recorder_side)side);
        if (status == PJ_SUCCESS && point_add(sip_recording_point(number, side), new->slots[side])) continue;
        take_off(new);
        return status == PJ_ETOOMANY ? SIP_EXHAUSTED : status == PJ_SUCCESS ? SIP_MEMORY : failed(SIP_STACK, status);
    }
    new->next = tapes;
    tapes = new;
    return SIP_OK;
}

int sip_recording_close(sip_engine *engine, uint64_t number) {
    (void)engine;
    if (!running) return SIP_STOPPED;
    tape **place = place_of(number);
    tape *gone = *place;
    if (!gone) return SIP_NO_SUCH_LEG;
    *place = gone->next;
    take_off(gone);
    return SIP_OK;
}

int recordings_start(int directory, unsigned sample_rate) {
    rate = sample_rate;
    if (directory < 0) return SIP_OK;
    switch (recorder_start(directory, sample_rate, on_failed, NULL, &writer)) {
        case RECORDER_OK: return SIP_OK;
        case RECORDER_INVALID: return SIP_INVALID;
        case RECORDER_MEMORY: return SIP_MEMORY;
        default: return failed_because(SIP_FILE, strerror(errno));
    }
}

void recordings_close_all(void) {
    while (tapes) {
        tape *gone = tapes;
        tapes = gone->next;
        take_off(gone);
    }
}

void recordings_stop(void) {
    if (writer) recorder_stop(writer);
    writer = NULL;
}
