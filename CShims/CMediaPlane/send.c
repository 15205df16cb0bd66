/* What goes out to a leg: always under its own SSRC, its sequence without a step back or a hole of ours, its timestamps in
 * step with the time that has passed, whoever's voice it is. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "plane.h"

/* A pause as short as that is jitter of our own: the timestamps go on as if there was none. */
enum { STEADY_MILLISECONDS = 40, MOST_WAITED = 2 };

/* Whether there is one party at such an address. */
static bool is_place(const struct sockaddr_storage *place) {
    place_kind kind = place_judge(place, NULL);
    return kind != PLACE_NOWHERE && kind != PLACE_MANY;
}

static bool can_be_sent_to(const leg *to) { return to->is_streaming && to->is_located && is_place(&to->stream.rtp); }

static socklen_t length_of(const struct sockaddr_storage *of) {
    return of->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

void leg_put(leg *to, const rtp_packet *packet, uint64_t duration, int64_t now) {
    /* In one piece: to copy a payload is cheaper than to hand the kernel a list of two. */
    uint8_t bytes[RTP_HEADER_BYTES + RTP_LONGEST_PACKET + SECURE_LONGEST_TAIL];
    size_t payload = packet->payload_bytes < RTP_LONGEST_PACKET ? packet->payload_bytes : RTP_LONGEST_PACKET;
    if (can_be_sent_to(to)) {
        size_t count = RTP_HEADER_BYTES + payload;
        rtp_write_header(packet, bytes);
        memcpy(bytes + RTP_HEADER_BYTES, packet->payload, payload);
        if (!to->out || secure_protect(to->out, bytes, &count))
            sendto(to->rtp, bytes, count, MSG_NOSIGNAL, (const struct sockaddr *)&to->stream.rtp,
                   length_of(&to->stream.rtp));
    }
    to->sent.packets++;
    to->sent.bytes += packet->payload_bytes;
    /* One that was overtaken changes nothing for those behind it. */
    if (to->has_sent && (int16_t)(packet->sequence - to->sequence) <= 0) return;
    to->has_sent = true;
    to->sequence = packet->sequence;
    to->timestamp = packet->timestamp;
    to->duration = (uint32_t)duration;
    to->last_sent = now;
    to->sent.last_timestamp = packet->timestamp;
    to->sent.last_sent = now;
}

/* The timestamp of a packet that goes now behind the last one. */
static uint32_t next_timestamp(const leg *to, int64_t now) {
    if (!to->has_sent) return to->timestamp;
    int64_t passed = now - to->last_sent, clock = codec_clock(to->stream.codec);
    int64_t steady = (int64_t)to->duration * 1000000000 / clock + (int64_t)STEADY_MILLISECONDS * 1000000;
    if (passed <= steady) return to->timestamp + to->duration;
    return to->timestamp + (uint32_t)(passed / 1000000 * clock / 1000);
}

/* ---- passed through */

typedef struct {
    leg *to;
    const leg *from;
    int64_t now;
} backlog;

/* A packet that was to be mixed later on, but will not be: it goes before those that are passed on. */
static void send_waiting(void *context, int64_t begins, const uint8_t *payload, size_t bytes) {
    (void)begins;
    backlog *of = context;
    leg *to = of->to;
    unsigned duration = codec_duration(of->from->stream.codec, payload, bytes);
    rtp_packet packet = {.payload_type = to->stream.type_out, .sequence = (uint16_t)(to->sequence + 1),
                         .timestamp = to->timestamp + to->duration, .ssrc = to->sent.ssrc, .payload = payload,
                         .payload_bytes = bytes};
    leg_put(to, &packet, duration, of->now);
    to->is_own = false;
}

/* Leaves the mix. False: what waits there does not suffice, and is not heard. */
static bool send_backlog(leg *to, leg *from, int64_t now) {
    uint32_t behind = to->timestamp + to->duration;
    int64_t passed = now - to->last_sent, begin = leg_leave_mix(to, from, now);
    if (begin == INT64_MAX) return false;
    ear_since(from->ear, begin, send_waiting, &(backlog){.to = to, .from = from, .now = now});
    int64_t ahead = (int64_t)(to->timestamp + to->duration - behind) * 1000000000 / codec_clock(to->stream.codec);
    if (ahead > passed) to->lead += ahead - passed;
    return true;
}

bool leg_goes_on(const leg *to, const leg *from) {
    return to->is_passing && to->passed == from && to->passing_restarts == from->received.restarts &&
           to->passing_epoch == from->line.epoch;
}

void leg_pass(leg *to, leg *from, uint64_t extended, const rtp_packet *packet, int64_t now) {
    if (to->pressing.count > 0 || to->pressing.pause > 0) {  /* the tick sends its keys instead */
        to->is_passing = false;
        return;
    }
    bool begins = !leg_goes_on(to, from);
    unsigned duration = codec_duration(from->stream.codec, packet->payload, packet->payload_bytes);
    to->is_source_silent = false;
    if (begins) {
        /* The packet itself is the last of those that wait. Where they do not suffice yet, it waits with them. */
        bool has_gone = to->owes_waiting && to->has_sent && send_backlog(to, from, now);
        if (to->owes_waiting && !has_gone && to->waited++ < MOST_WAITED) {
            to->is_passing = false;
            return;
        }
        to->is_passing = true;
        to->first_passed = extended;
        to->owes_waiting = false;
        to->passed = from;
        to->passing_restarts = from->received.restarts;
        to->passing_epoch = from->line.epoch;
        if (has_gone) {
            to->sequence_delta = to->sequence - extended;
            to->timestamp_delta = to->timestamp + to->duration - (packet->timestamp + duration);
            return;
        }
        to->timestamp_delta = next_timestamp(to, now) - packet->timestamp;
        to->sequence_delta = (uint64_t)(to->sequence + 1) - extended;
    }
    if (extended < to->first_passed) return;                /* its number is taken by what was sent before */
    rtp_packet next = {.payload_type = to->stream.type_out, .marker = packet->marker || begins,
                       .sequence = (uint16_t)(extended + to->sequence_delta),
                       .timestamp = packet->timestamp + to->timestamp_delta, .ssrc = to->sent.ssrc,
                       .payload = packet->payload, .payload_bytes = packet->payload_bytes};
    leg_put(to, &next, duration, now);
    to->is_own = false;
}

void leg_pass_over(leg *to) {
    if (to->is_passing) to->sequence_delta--;
}

/* ---- made here */

void leg_send_frame(leg *to, const uint8_t *payload, size_t bytes, int64_t now) {
    unsigned duration = codec_clock(to->stream.codec) * TICK_MILLISECONDS / 1000;
    rtp_packet packet = {.payload_type = to->stream.type_out, .marker = to->is_passing || !to->has_sent,
                         .sequence = (uint16_t)(to->sequence + 1), .timestamp = next_timestamp(to, now),
                         .ssrc = to->sent.ssrc, .payload = payload, .payload_bytes = bytes};
    to->is_passing = false;
    leg_put(to, &packet, duration, now);
}

bool leg_send_keys(leg *to, int64_t now) {
    key_packet key;
    leg_finish_key(to, now);
    unsigned clock = codec_clock(to->stream.codec);
    if (to->pressing.count == 0 && to->pressing.pause == 0) return false;
    uint32_t timestamp = next_timestamp(to, now);
    if (!key_send(&to->pressing, timestamp, clock, &key)) return false;
    to->is_passing = false;
    for (unsigned i = 0; i < key.copies; i++) {
        rtp_packet packet = {.payload_type = to->stream.keys_out, .marker = key.marker && i == 0,
                             .sequence = (uint16_t)(to->sequence + 1), .timestamp = key.timestamp, .ssrc = to->sent.ssrc,
                             .payload = key.payload, .payload_bytes = sizeof key.payload};
        leg_put(to, &packet, 0, now);
    }
    /* Its packets carry the time at which the key went down; the sound goes on where it is by now. */
    to->timestamp = timestamp;
    to->duration = clock * TICK_MILLISECONDS / 1000;
    to->last_sent = now;
    return true;
}

/* ---- reports */

int64_t wall_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void leg_send_report(leg *to, bool says_bye, int64_t now) {
    uint8_t bytes[256 + SECURE_LONGEST_TAIL];
    char name[32];
    snprintf(name, sizeof name, "%08x@tsunagi", to->sent.ssrc);   /* tells nobody anything (RFC 7022) */
    size_t count = report_write(&to->sent, &to->received, codec_clock(to->stream.codec), name, says_bye, now,
                                wall_nanoseconds(), bytes, sizeof bytes - SECURE_LONGEST_TAIL);
    if (count > 0 && is_place(&to->stream.rtcp) && (!to->out || secure_protect_report(to->out, bytes, &count)))
        sendto(to->rtcp, bytes, count, MSG_NOSIGNAL, (const struct sockaddr *)&to->stream.rtcp, length_of(&to->stream.rtcp));
    to->report_at = report_due(now, &to->report_seed);
}
