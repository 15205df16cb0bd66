/* The media plane as this program uses it: music, announcements, recordings, and what it tells. */
#include "media.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bridge.h"
#include "legs.h"
#include "links.h"
#include "transport.h"

enum { LONGEST_REASON = 200 };

static int64_t told_at;              /* the load, the last time; 0: never */

/* Result of a call of the plane, as this contract says it. */
static int result_of(int result, const char *reason) {
    switch (result) {
        case MEDIA_OK: return SIP_OK;
        case MEDIA_GONE: return SIP_NO_SUCH_LEG;
        case MEDIA_FILE: return failed_because(SIP_FILE, reason);
        case MEDIA_MEMORY: return SIP_MEMORY;
        case MEDIA_PORTS: return SIP_EXHAUSTED;
        case MEDIA_SYSTEM: return failed_because(SIP_STACK, strerror(errno));
        default: return SIP_INVALID;
    }
}

/* Nothing comes of a leg after its end. */
static void tell_of_leg(sip_event_kind kind, sip_leg id) {
    legs_lock();
    if (legs_find(id)) emit(&(sip_event){.kind = kind, .leg = id});
    legs_unlock();
}

static void tell_unreadable(const char *reason) {
    char line[2 * LONGEST_REASON + 32];
    log_line(1, line, snprintf(line, sizeof line, "no announcement: %s", reason));
}

/* On a thread of the plane. */
static void on_event(const media_event *event, void *context) {
    (void)context;
    switch (event->kind) {
        case MEDIA_KEY:
            key_pressed(event->tag, event->key, false);
            break;
        case MEDIA_FINISHED:
            if (event->reason) tell_unreadable(event->reason);
            tell_of_leg(SIP_ANNOUNCEMENT_FINISHED, event->tag);
            break;
        case MEDIA_RECORDING_FAILED:
            emit(&(sip_event){.kind = SIP_RECORDING_FAILED, .recording = event->tag, .text = event->reason});
            break;
        case MEDIA_UP:
            tell_of_leg(SIP_AUDIO_FLOWS, event->tag);
            break;
        case MEDIA_ONE_WAY:
            tell_of_leg(SIP_AUDIO_ONE_WAY, event->tag);
            break;
        case MEDIA_SILENT:
            tell_of_leg(SIP_AUDIO_SILENT, event->tag);
            break;
    }
}

int media_start(const sip_settings *settings) {
    if (!transport_start(settings)) return SIP_INVALID;
    told_at = 0;
    media_settings wanted = {.rate = settings->audio_rate, .recordings_directory = settings->recordings_directory,
                             .port_first = settings->rtp_port_first, .port_last = settings->rtp_port_last,
                             .silent_seconds = settings->silent_seconds,
                             .on_event = on_event};
    return result_of(media_plane_start(&wanted, &plane), "");
}

void media_stop(void) {
    media_plane_stop(plane);
    plane = NULL;
}

void media_tell_load(unsigned interval) {
    media_load load;
    media_plane_measure(plane, &load);
    int64_t now = monotonic_milliseconds(), late = told_at ? now - told_at - interval : 0;
    told_at = now;
    emit(&(sip_event){.kind = SIP_LOAD, .load = &(sip_load){
        .ticks = load.ticks, .missed_ticks = load.missed_ticks,
        .lateness_p50 = load.lateness_p50, .lateness_p99 = load.lateness_p99, .lateness_worst = load.lateness_worst,
        .signalling_lateness = late > 0 ? late * 1000 : 0,
        .busy_percent = load.busy_percent, .recorder_percent = load.recorder_percent, .lost_samples = load.lost_samples}});
}

/* ---- sounds */

static bool is_music(sip_point point) { return point >> 61 == 2; }

int sip_music_open(sip_engine *engine, sip_point point, const char *path) {
    (void)engine;
    char reason[LONGEST_REASON] = "";
    media_id music;
    if (!running) return SIP_STOPPED;
    if (!is_music(point) || !path) return SIP_INVALID;
    if (point_exists(point)) return SIP_OK;
    int result = media_music_open(plane, path, &music, reason, sizeof reason);
    if (result != MEDIA_OK) return result_of(result, reason);
    return point_add(point, music, 0) ? SIP_OK : SIP_MEMORY;
}

int sip_beep_open(sip_engine *engine, sip_point point, unsigned every_seconds) {
    (void)engine;
    media_id beep;
    if (!running) return SIP_STOPPED;
    if (!is_music(point)) return SIP_INVALID;
    if (point_exists(point)) return SIP_OK;
    int result = media_beep_open(plane, every_seconds, &beep);
    if (result != MEDIA_OK) return result_of(result, "");
    return point_add(point, beep, 0) ? SIP_OK : SIP_MEMORY;
}

int sip_leg_play(sip_engine *engine, sip_leg leg, const char *path) {
    (void)engine;
    if (!running) return SIP_STOPPED;
    if (!path) return SIP_INVALID;
    return result_of(media_leg_play(plane, point_media(leg), path), "");
}

/* ---- recordings: points of their two sides; what a recording is in the plane is known by the first */

int sip_recording_open(sip_engine *engine, uint64_t number, const char *name) {
    (void)engine;
    char reason[LONGEST_REASON] = "";
    media_id recording;
    if (!running) return SIP_STOPPED;
    if (number < 1 || number > 1ull << 60 || !name || point_exists(sip_recording_point(number, 0))) return SIP_INVALID;
    int result = media_recording_open(plane, name, number, &recording, reason, sizeof reason);
    if (result != MEDIA_OK) return result_of(result, reason);
    for (int side = 0; side < 2; side++)
        if (!point_add(sip_recording_point(number, side), recording, side)) result = MEDIA_MEMORY;
    if (result != MEDIA_OK) {
        for (int side = 0; side < 2; side++) point_forget(sip_recording_point(number, side));
        media_recording_close(plane, recording);
    }
    return result_of(result, reason);
}

int sip_recording_open_beside(sip_engine *engine, uint64_t number, const char *name, uint64_t beside,
                              unsigned milliseconds) {
    (void)engine;
    char reason[LONGEST_REASON] = "";
    media_id recording;
    if (!running) return SIP_STOPPED;
    if (number < 1 || number > 1ull << 60 || !name || point_exists(sip_recording_point(number, 0))) return SIP_INVALID;
    int result = media_recording_open_beside(plane, name, number, point_media(sip_recording_point(beside, 0)),
                                             milliseconds, &recording, reason, sizeof reason);
    if (result == MEDIA_OK && !point_add(sip_recording_point(number, 0), recording, 0)) {
        media_recording_close(plane, recording);
        result = MEDIA_MEMORY;
    }
    return result_of(result, reason);
}

int sip_recording_close(sip_engine *engine, uint64_t number) {
    (void)engine;
    if (!running) return SIP_STOPPED;
    media_id recording = point_media(sip_recording_point(number, 0));
    if (recording == 0) return SIP_NO_SUCH_LEG;
    for (int side = 0; side < 2; side++) point_forget(sip_recording_point(number, side));
    media_recording_close(plane, recording);
    return SIP_OK;
}
