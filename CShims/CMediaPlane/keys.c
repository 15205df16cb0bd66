/* Telephone-events (RFC 4733), in and out. */
#include "keys.h"

#include <string.h>

#include "bytes.h"

static const char names[] = "0123456789*#ABCD";   /* by event code (§3.2) */

enum {
    EVENTS = sizeof names - 1,
    END = 0x80,
    VOLUME = 10,                     /* −10 dBm0 (§2.3.3) */
    PACKETS = 5,
    LAST_COPIES = 3,
    PAUSE_FRAMES = 3,
    LONGEST_DURATION = 0xffff
};

char key_name(uint8_t event) { return event < EVENTS ? names[event] : 0; }

/* The rest of a key that is held for longer than one event can last: a segment with a timestamp of its own, behind one
 * that was full and did not end (§2.5.1.3). */
static bool continues(const key_receiver *by, uint8_t event, uint32_t timestamp) {
    return !by->has_ended && event == by->last_event && timestamp - by->last_timestamp == LONGEST_DURATION;
}

char key_receive(key_receiver *by, const rtp_packet *packet) {
    if (packet->payload_bytes < KEY_BYTES || packet->payload[0] >= EVENTS) return 0;
    uint8_t event = packet->payload[0];
    bool ends = packet->payload[1] & END, is_known = by->has_last && packet->ssrc == by->last_ssrc;
    bool is_newer = !is_known || (int16_t)(packet->sequence - by->last_sequence) > 0;
    if (is_known && packet->timestamp == by->last_timestamp) {
        by->has_ended |= ends;
        by->last_sequence = packet->sequence;
        return 0;
    }
    /* An older timestamp in a newer packet is no late one: the sender's clock was set back, and what it sends counts. */
    if (is_known && !is_newer && (int32_t)(packet->timestamp - by->last_timestamp) < 0) return 0;
    bool is_rest = is_known && continues(by, event, packet->timestamp);
    *by = (key_receiver){
        .has_last = true,
        .has_ended = ends,
        .last_event = event,
        .last_sequence = packet->sequence,
        .last_timestamp = packet->timestamp,
        .last_ssrc = packet->ssrc,
    };
    return is_rest ? 0 : names[event];
}

static const char *find(char key) { return memchr(names, key, EVENTS); }

bool key_press(key_sender *by, char key) {
    if (!find(key) || by->count >= KEYS_WAITING) return false;
    by->keys[by->count++] = key;
    return true;
}

static void finish(key_sender *by) {
    by->count--;
    memmove(by->keys, by->keys + 1, by->count);
    by->step = 0;
    by->pause = PAUSE_FRAMES;
}

bool key_send(key_sender *by, uint32_t timestamp, unsigned clock, key_packet *into) {
    if (by->pause > 0) {
        by->pause--;
        *into = (key_packet){.timestamp = timestamp};
        return true;
    }
    if (by->count == 0) return false;
    if (by->step == 0) by->timestamp = timestamp;
    bool is_last = ++by->step == PACKETS;
    *into = (key_packet){
        .payload = {(uint8_t)(find(by->keys[0]) - names), (uint8_t)((is_last ? END : 0) | VOLUME)},
        .timestamp = by->timestamp,
        .marker = by->step == 1,
        .copies = is_last ? LAST_COPIES : 1,
    };
    write16(into->payload + 2, by->step * (clock / 50));
    if (is_last) finish(by);
    return true;
}
