/* Telephone-events of one whose packets are passed on (RFC 4733). Whom a key is meant for is not decided here: it is told,
 * and who is pressed on for it by media_leg_press, while it is down or just after, gets the event itself: as long as it
 * lasts, in its place in the sound, as often as it was sent. */
#include <string.h>

#include "bytes.h"
#include "plane.h"

enum {
    END = 0x80,
    LONGEST_DURATION = 0xffff,
    LAST_COPIES = 3,
    MEANT_MILLISECONDS = 1000,       /* so long after its last packet a key may still be meant for somebody */
    LOST_MILLISECONDS = 400          /* an event of which nothing comes for so long has ended */
};

static bool has_ended(const uint8_t *payload) { return payload[1] & END; }

static uint16_t duration_of(const uint8_t *payload) { return read16(payload + 2); }

char leg_take_key(leg *by, const rtp_packet *packet, int64_t now) {
    char key = key_receive(&by->keys, packet);
    bool is_last = by->keys.has_last && packet->payload_bytes >= KEY_BYTES && packet->ssrc == by->keys.last_ssrc &&
                   packet->timestamp == by->keys.last_timestamp && packet->payload[0] == by->keys.last_event;
    if (!is_last) return key;
    bool is_other = key || packet->timestamp != by->key.timestamp;
    if (is_other || duration_of(packet->payload) >= duration_of(by->key.payload)) {
        memcpy(by->key.payload, packet->payload, KEY_BYTES);
        by->key.timestamp = packet->timestamp;
    }
    by->key.at = now;
    return key;
}

static void put_event(leg *to, uint16_t sequence, uint32_t timestamp, bool marker, int64_t now) {
    rtp_packet packet = {.payload_type = to->stream.keys_out, .marker = marker, .sequence = sequence,
                         .timestamp = timestamp, .ssrc = to->sent.ssrc, .payload = to->forwarded.payload,
                         .payload_bytes = KEY_BYTES};
    leg_put(to, &packet, 0, now);
    /* Its packets carry the time at which the key went down; the sound goes on where it is by now. */
    to->timestamp = timestamp + duration_of(to->forwarded.payload);
    to->forwarded.at = now;
    to->forwarded.sent_timestamp = timestamp;
}

/* Some that the source has not sent: all that it sends from now on is numbered behind them. */
static void insert_events(leg *to, uint32_t timestamp, unsigned copies, bool marker, int64_t now) {
    for (unsigned i = 0; i < copies; i++) put_event(to, (uint16_t)(to->sequence + 1), timestamp, marker && i == 0, now);
    to->sequence_delta += copies;
    if (to->passing) to->first_passed = to->passing->received.highest + 1;
}

bool leg_forward_last_key(leg *to, char key, int64_t now) {
    const leg *from = to->plan == PLAN_PASS ? to->passing : NULL;
    if (!from || !leg_goes_on(to, from) || to->pressing.count > 0 || to->pressing.pause > 0) return false;
    bool is_forwarded = to->forwarded.of == from && to->forwarded.timestamp == from->key.timestamp;
    bool is_meant = from->keys.has_last && key_name(from->key.payload[0]) == key &&
                    now - from->key.at <= (int64_t)MEANT_MILLISECONDS * 1000000;
    if (is_forwarded || !is_meant) return false;
    to->forwarded.of = from;
    to->forwarded.is_open = true;
    to->forwarded.timestamp = from->key.timestamp;
    memcpy(to->forwarded.payload, from->key.payload, KEY_BYTES);
    insert_events(to, from->key.timestamp + to->timestamp_delta, has_ended(from->key.payload) ? LAST_COPIES : 1, true, now);
    return true;
}

/* A key that is held for longer than one event can last goes on in another (§2.5.1.3). */
static bool is_of_forwarded(const leg *to, const leg *from, const rtp_packet *packet) {
    if (!to->forwarded.is_open || to->forwarded.of != from || !leg_goes_on(to, from) ||
        packet->payload_bytes < KEY_BYTES || packet->payload[0] != to->forwarded.payload[0])
        return false;
    uint32_t later = packet->timestamp - to->forwarded.timestamp;
    return later == 0 || (later == LONGEST_DURATION && !has_ended(to->forwarded.payload));
}

void leg_forward_key(leg *to, const leg *from, uint64_t extended, const rtp_packet *packet, int64_t now) {
    if (!is_of_forwarded(to, from, packet)) {
        leg_pass_over(to);
        return;
    }
    to->forwarded.timestamp = packet->timestamp;
    memcpy(to->forwarded.payload, packet->payload, KEY_BYTES);
    put_event(to, (uint16_t)(extended + to->sequence_delta), packet->timestamp + to->timestamp_delta, packet->marker, now);
}

void leg_finish_key(leg *to, int64_t now) {
    if (!to->forwarded.is_open || has_ended(to->forwarded.payload)) return;
    bool goes_on = to->plan == PLAN_PASS && to->passing == to->forwarded.of && leg_goes_on(to, to->passing);
    if (goes_on && to->pressing.count == 0 && now - to->forwarded.at < (int64_t)LOST_MILLISECONDS * 1000000) return;
    to->forwarded.payload[1] |= END;
    to->forwarded.is_open = false;
    insert_events(to, to->forwarded.sent_timestamp, LAST_COPIES, false, now);
}
