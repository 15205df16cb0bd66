/* Key presses in three shapes: as telephone-events (RFC 4733), as tones in the sound (ITU-T Q.23, Q.24), and the way out.
 * One event per key, whatever shape it comes in and however often its packets come. Values without clocks, all zero
 * before their first use. Not safe from two threads at once. Nothing here allocates but key_ear_open.
 */
#ifndef MEDIA_KEYS_H
#define MEDIA_KEYS_H

#include "rtp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The key of an event code: '0'-'9', '*', '#', 'A'-'D'; 0: another event. */
char key_name(uint8_t event);

/* ---- telephone-events that come in */

enum { KEY_BYTES = 4 };              /* of an event in a packet (§2.3) */

typedef struct {
    bool has_last;
    bool has_ended;                  /* a packet with the end bit came */
    uint8_t last_event;
    uint16_t last_sequence;          /* of its packet that came last */
    uint32_t last_timestamp;         /* of the event that was told last: its other packets say nothing new */
    uint32_t last_ssrc;
} key_receiver;

/* Takes a packet whose payload type is that of telephone-events. Returns the key ('0'-'9', '*', '#', 'A'-'D') once per
 * event: with its first packet that arrives, be it the last one; 0 for repetitions, other events, late packets of former
 * events, and what is malformed. A key that is held for longer than one event can last (§2.5.1.3) is one key. */
char key_receive(key_receiver *by, const rtp_packet *packet);

/* ---- telephone-events that go out */

enum { KEYS_WAITING = 32 };

typedef struct {
    char keys[KEYS_WAITING];
    unsigned count;                  /* that wait, the one being sent included */
    unsigned step;                   /* packets of it that went */
    unsigned pause;                  /* frames of silence still to come before the next */
    uint32_t timestamp;              /* of the one being sent */
} key_sender;

/* Adds a key; false when it is none, or too many wait. */
bool key_press(key_sender *by, char key);

typedef struct {
    uint8_t payload[4];
    uint32_t timestamp;              /* that of the whole key: of its first frame */
    bool marker;
    unsigned copies;                 /* how often it is to be sent, with a sequence number each: 1, of the last one 3 (§2.5.1.4), in a pause 0 */
} key_packet;

/* Every 20 ms while it returns true: what is to be sent now instead of sound, `timestamp` being that of the frame that it
 * replaces, in ticks of `clock` (at most 655350 a second). A key lasts 100 ms, with 60 ms of nothing (true is returned,
 * `copies` 0) to the next (Q.24). False: nothing waits, and nothing is written. */
bool key_send(key_sender *by, uint32_t timestamp, unsigned clock, key_packet *into);

/* ---- tones in the sound */

typedef struct key_ear key_ear;

/* Hears keys of 40 ms and more with pauses of 30 ms and more, 0 to −25 dBm0 each tone, off by 1.5 %, the upper tone up to
 * 8 dB weaker or 4 dB stronger than the lower one, through breaks of 10 ms, 15 dB above noise. Hears nothing shorter
 * than 23 ms, nor off by 3.5 %. rate: 8000 or 16000. NULL: another rate, or no memory. */
key_ear *key_ear_open(unsigned rate);
void key_ear_close(key_ear *closed);
/* Listens on; returns how many keys were heard, at most `capacity`, written to `keys`: each once, however long it is
 * pressed. What does not fit is kept for the next time, up to KEYS_WAITING. `count` 0 only asks. */
size_t key_ear_hear(key_ear *by, const int16_t *samples, size_t count, char *keys, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
