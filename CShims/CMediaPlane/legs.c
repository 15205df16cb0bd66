/* Legs: their sockets, what was negotiated for them, and what is known of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plane.h"

/* FIRST_DELAY: what the peer's packets may be late by before anything is known of it. FORMER_KEY: how long those by a key that
 * has been replaced may be under way. */
enum { FIRST_DELAY_MILLISECONDS = 60, FORMER_KEY_SECONDS = 2 };

/* ---- sockets */

static void set_port(struct sockaddr_storage *of, int port) {
    if (of->ss_family == AF_INET6) ((struct sockaddr_in6 *)of)->sin6_port = htons((uint16_t)port);
    else ((struct sockaddr_in *)of)->sin_port = htons((uint16_t)port);
}

static socklen_t length_of(const struct sockaddr_storage *of) {
    return of->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

static int bind_one(const struct sockaddr_storage *at) {
    int made = socket(at->ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0) return -1;
    if (bind(made, (const struct sockaddr *)at, length_of(at)) == 0) return made;
    int error = errno;
    close(made);
    errno = error;
    return -1;
}

/* Where a search begins: behind the last that succeeded, so that a port rests before it is another's. */
static int first_port(media_plane *plane, int found) {
    pthread_mutex_lock(&plane->mutex);
    if (found != 0) plane->next_port = found + 2;
    int port = plane->next_port;
    pthread_mutex_unlock(&plane->mutex);
    return port;
}

/* An even port and the one above, somewhere in the range. */
static int bind_pair(media_plane *plane, leg *one, struct sockaddr_storage *at, uint16_t *bound) {
    int first = plane->settings.port_first + (plane->settings.port_first & 1), last = plane->settings.port_last;
    int port = first_port(plane, 0) & ~1;
    for (int tried = first; tried + 1 <= last; tried += 2, port += 2) {
        if (port < first || port + 1 > last) port = first;
        *bound = (uint16_t)port;
        set_port(at, port);
        one->rtp = bind_one(at);
        set_port(at, port + 1);
        one->rtcp = one->rtp >= 0 ? bind_one(at) : -1;
        if (one->rtcp >= 0) {
            first_port(plane, port);
            return MEDIA_OK;
        }
        int error = errno;
        if (one->rtp >= 0) close(one->rtp);
        one->rtp = -1;
        if (error != EADDRINUSE) {
            errno = error;
            return MEDIA_SYSTEM;
        }
    }
    return MEDIA_PORTS;
}

/* ---- open and close */

/* What goes out from now on is a stream of its own. Its first number is in the lower half: or, where the first packets are lost,
 * a peer of SRTP could take the number for one after a rollover. */
static void begin_voice(leg *of) {
    of->sent = (sending){.ssrc = plane_random()};
    of->has_sent = false;
    of->sequence = plane_random() & 0x7fff;
    of->timestamp = plane_random();
    of->is_passing = false;
}

static leg *make_leg(media_plane *plane) {
    leg *new = calloc(1, sizeof *new);
    if (!new) return NULL;
    new->node.kind = NODE_LEG;
    new->plane = plane;
    new->rtp = new->rtcp = -1;
    new->ear = ear_open(plane->settings.rate);
    new->delay = (int64_t)plane->settings.rate * FIRST_DELAY_MILLISECONDS / 1000;
    new->report_seed = plane_random();
    begin_voice(new);
    if (new->ear) return new;
    free(new);
    return NULL;
}

static void free_unborn(leg *gone) {
    if (gone->rtp >= 0) close(gone->rtp);
    if (gone->rtcp >= 0) close(gone->rtcp);
    ear_close(gone->ear);
    free(gone);
}

int media_leg_open(media_plane *plane, const struct sockaddr *at, media_id *out, uint16_t *port) {
    if (!at || !out || !port || (at->sa_family != AF_INET && at->sa_family != AF_INET6)) return MEDIA_INVALID;
    leg *new = make_leg(plane);
    if (!new) return MEDIA_MEMORY;
    struct sockaddr_storage address = {0};
    memcpy(&address, at, at->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    int result = bind_pair(plane, new, &address, port);
    int error = errno;
    if (result != MEDIA_OK) {
        free_unborn(new);
        errno = error;
        return result;
    }
    structure_lock(plane);
    room *in = room_add(plane);
    if (in) {
        plane_add(plane, &new->node);
        *out = new->node.id;
        atomic_store(&new->node.room, in);
        room_enter(in, &new->node);
        result = worker_watch(in->worker, new);
        error = errno;
        if (result != MEDIA_OK) {
            plane_remove(plane, &new->node);
            worker_ignore(in->worker, new);
            room_leave(plane, &new->node);
            retire_leg(plane, new);
        }
    } else {
        free_unborn(new);
        result = MEDIA_MEMORY;
    }
    structure_unlock(plane);
    errno = error;
    return result;
}

void media_leg_close(media_plane *plane, media_id id) {
    structure_lock(plane);
    node *one = plane_find(plane, id, NODE_LEG);
    if (one) {
        leg *gone = leg_of_node(one);
        plane_remove(plane, one);
        room *in = room_of(one);
        if (gone->is_streaming) leg_send_report(gone, true, plane_now(plane));
        gone->is_closed = true;
        gone->is_streaming = false;
        edges_remove(plane, one);
        player_stop(gone, 0);
        room_replan(in);
        pthread_mutex_unlock(&in->mutex);
        worker_ignore(gone->worker, gone);
        bool was_alone = in->count == 1;
        room_leave(plane, one);
        if (!was_alone) room_split_all(plane, in);
        retire_leg(plane, gone);
    }
    structure_unlock(plane);
}

leg *leg_lock(media_plane *plane, media_id id, room **in) {
    pthread_mutex_lock(&plane->mutex);
    node *one = plane_find(plane, id, NODE_LEG);
    if (!one) {
        pthread_mutex_unlock(&plane->mutex);
        return NULL;
    }
    *in = room_of(one);
    return leg_of_node(one);
}

void leg_unlock(media_plane *plane, room *in) {
    pthread_mutex_unlock(&in->mutex);
    pthread_mutex_unlock(&plane->mutex);
}

void media_leg_tag(media_plane *plane, media_id id, uint64_t tag) {
    room *in;
    leg *one = leg_lock(plane, id, &in);
    if (!one) return;
    one->tag = tag;
    leg_unlock(plane, in);
}

/* ---- what was negotiated */

static bool is_valid(const media_stream *stream) {
    return stream && (unsigned)stream->codec < CODEC_KINDS && stream->type_in < 128 && stream->type_out < 128 &&
           (stream->rtp.ss_family == AF_INET || stream->rtp.ss_family == AF_INET6) &&
           stream->rtcp.ss_family == stream->rtp.ss_family;
}

/* Everything about the peer's packets that another codec puts an end to. */
static void begin_codec(leg *of, codec *speaking, codec_kind kind) {
    int64_t position = plane_position(of->plane, plane_now(of->plane));
    for (edge *each = of->node.out; each; each = each->next_out)
        if (each->to->kind == NODE_TAPE) {
            tape_keep_rest(each, position);
            each->since = position;
        }
    of->codec = speaking;
    ear_speak(of->ear, speaking, kind);
    ear_start(of->ear, position);
    timeline_begin(&of->line, codec_clock(kind));
    begin_voice(of);
}

int media_leg_stream(media_plane *plane, media_id id, const media_stream *stream) {
    if (!is_valid(stream)) return MEDIA_INVALID;
    /* Outside of the lock: it takes memory and time. */
    codec *speaking = codec_open(stream->codec, plane->settings.rate), *unused = speaking;
    key_ear *hearing_keys = stream->keys_in == MEDIA_NO_TYPE ? key_ear_open(plane->settings.rate) : NULL, *former = hearing_keys;
    room *in;
    leg *one = speaking ? leg_lock(plane, id, &in) : NULL;
    if (one) {
        bool is_other = !one->codec || one->stream.codec != stream->codec;
        bool has_moved = memcmp(&one->agreed, &stream->rtp, sizeof one->agreed) != 0 || one->stream.learns != stream->learns;
        struct sockaddr_storage learnt = one->stream.rtp, learnt_for_reports = one->stream.rtcp;
        if (is_other) {
            unused = one->codec;
            begin_codec(one, speaking, stream->codec);
        }
        former = one->key_ear;
        one->key_ear = hearing_keys;
        one->stream = *stream;
        one->agreed = stream->rtp;
        if (stream->keys_out == MEDIA_NO_TYPE) {
            one->pressing = (key_sender){0};
            one->forwarded.is_open = false;
        }
        one->is_streaming = true;
        if (has_moved) one->is_located = one->is_report_located = !stream->learns;
        if (stream->learns && one->is_located) one->stream.rtp = learnt;
        if (stream->learns && one->is_report_located) one->stream.rtcp = learnt_for_reports;
        if (is_other) one->hearing = HEARD_NOTHING_YET;     /* else a hold or its end: nobody is heard anew */
        one->last_heard = plane_now(plane);
        if (!one->has_sent) one->last_sent = one->last_heard;   /* the first of its voice is awaited for a moment */
        one->report_at = report_due(one->last_heard, &one->report_seed);
        room_replan(in);
        leg_unlock(plane, in);
    }
    codec_close(unused);
    key_ear_close(former);
    return one ? MEDIA_OK : speaking ? MEDIA_GONE : MEDIA_MEMORY;
}

static bool is_same_key(const secure_context *known, const secure_key *key) { return known && secure_has_key(known, key); }

static void swap(secure_context **one, secure_context **other) {
    secure_context *kept = *one;
    *one = *other;
    *other = kept;
}

/* Takes `next` (NULL: plain) for what comes, or the context before, where that has the same key: what was heard by it is not
 * heard again. What is left in *next is not wanted any more. */
static void hear_by(leg *one, secure_context **next, const secure_key *key) {
    bool was_secure = one->in != NULL;
    if (key && is_same_key(one->in, key)) return;
    if (key && is_same_key(one->former_in, key)) {
        swap(&one->in, &one->former_in);
        secure_resume(one->in);
    } else {
        if (key && one->in) secure_follow(*next, one->in);
        swap(&one->in, next);
        if (was_secure) swap(&one->former_in, next);
    }
    one->former_until = was_secure ? plane_now(one->plane) + (int64_t)FORMER_KEY_SECONDS * 1000000000 : 0;
}

int media_leg_secure(media_plane *plane, media_id id, const secure_key *in, const secure_key *out) {
    if (!in != !out || (in && (secure_key_bytes(in->suite) == 0 || secure_key_bytes(out->suite) == 0))) return MEDIA_INVALID;
    secure_context *hears = in ? secure_open(in) : NULL, *says = out ? secure_open(out) : NULL;
    room *within;
    leg *one = !in || (hears && says) ? leg_lock(plane, id, &within) : NULL;
    if (one) {
        hear_by(one, &hears, in);
        if (!out || !is_same_key(one->out, out)) {
            if (out) begin_voice(one);
            swap(&one->out, &says);
        }
        leg_unlock(plane, within);
    }
    int result = one ? MEDIA_OK : !in || (hears && says) ? MEDIA_GONE : MEDIA_MEMORY;
    secure_close(hears);
    secure_close(says);
    return result;
}

void media_leg_expect(media_plane *plane, media_id id) {
    room *in;
    leg *one = leg_lock(plane, id, &in);
    if (!one) return;
    one->is_expected = true;
    leg_unlock(plane, in);
}

void media_leg_pause(media_plane *plane, media_id id) {
    room *in;
    leg *one = leg_lock(plane, id, &in);
    if (!one) return;
    one->is_streaming = false;
    room_replan(in);
    leg_unlock(plane, in);
}

int media_leg_press(media_plane *plane, media_id id, char key) {
    room *in;
    leg *one = leg_lock(plane, id, &in);
    if (!one) return MEDIA_GONE;
    bool can = one->is_streaming && one->is_located && one->stream.hears && one->stream.keys_out != MEDIA_NO_TYPE;
    bool is_done = can && (leg_forward_last_key(one, key, plane_now(plane)) || key_press(&one->pressing, key));
    int result = is_done ? MEDIA_OK : MEDIA_INVALID;
    leg_unlock(plane, in);
    return result;
}

/* ---- what is known */

int media_leg_statistics(media_plane *plane, media_id id, media_statistics *into) {
    room *in;
    leg *one = leg_lock(plane, id, &in);
    if (!one) return MEDIA_GONE;
    unsigned clock = one->codec ? codec_clock(one->stream.codec) : 8000;
    uint64_t lost = reception_lost(&one->received), expected = one->received.received + lost;
    double loss = expected ? (double)(lost + ear_too_late(one->ear)) / (double)expected : 0;
    double delay = (double)one->delay * 1000 / plane->settings.rate;
    *into = (media_statistics){
        .received = one->received.received, .lost = lost, .duplicates = one->received.duplicates,
        .late = ear_too_late(one->ear), .foreign = one->foreign, .malformed = one->malformed, .forged = one->forged,
        .replayed = one->replayed, .sent = one->sent.packets, .encoded = one->encoded, .concealed = ear_concealed(one->ear),
        .jitter_milliseconds = one->received.jitter * 1000 / clock,
        .round_trip_milliseconds = one->sent.has_report ? one->sent.round_trip_milliseconds : -1,
        .peer_lost_fraction = one->sent.lost_fraction, .peer_jitter_milliseconds = one->sent.jitter_milliseconds,
        .score = quality_score(one->stream.codec, loss < 1 ? loss : 1, delay),
        .peer_score = quality_score(one->stream.codec, one->sent.lost_fraction, delay),
        .is_passed_through = one->plan == PLAN_PASS};
    leg_unlock(plane, in);
    return MEDIA_OK;
}
