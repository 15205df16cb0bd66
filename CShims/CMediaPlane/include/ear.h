/* What one leg says, as samples: its packets in the order of their sequence, decoded into a ring by position.
 *
 * A position is a sample of the internal rate since some origin that all ears share. The ring has no holes: what was lost is concealed, pauses are
 * silence. A drift of the sender's clock is taken up now and then, by some milliseconds that are said twice or left out where
 * nobody can tell.
 * Nothing here allocates but ear_open. Not safe from two threads at once.
 */
#ifndef MEDIA_EAR_H
#define MEDIA_EAR_H

#include <stddef.h>

#include "codec.h"
#include "timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    EAR_PACKETS = 64,                /* that may wait */
    EAR_PACKET_BYTES = 480,          /* a longer payload is not kept: 60 ms of G.711 */
    EAR_SAMPLES = 8192               /* of the ring */
};

typedef struct ear ear;

/* rate: 8000 or 16000. NULL: no memory. */
ear *ear_open(unsigned rate);
void ear_close(ear *closed);

/* Another codec speaks from now on; it stays the caller's, and is used until the next call. What waits is forgotten. */
void ear_speak(ear *by, codec *codec, codec_kind kind);

/* Keeps a payload until its time has come. extended: its sequence number, extended (it only grows, but for late ones).
 * Without bytes it is a packet that brings no sound, so that nobody takes it for lost. */
void ear_put(ear *by, uint64_t extended, timeline_stamp stamp, unsigned duration, const uint8_t *payload, size_t bytes);

/* Makes samples up to this position; position 0 is moment 0 of the timeline's clock. */
void ear_advance(ear *by, const timeline *line, int64_t upto);

/* Makes samples of all that waits, as far as it was said before this position; what may still come is not awaited, nor made up. */
void ear_exhaust(ear *by, const timeline *line, int64_t upto);

/* Up to where there are samples. */
int64_t ear_filled(const ear *by);
/* From here on: nothing that was said before this position shall be made. */
void ear_start(ear *by, int64_t position);

/* Adds samples to `sum`, times gain / 256; silence where none were made, or are not any more. */
void ear_add(const ear *by, int64_t position, size_t count, int gain, int32_t *sum);
void ear_read(const ear *by, int64_t position, size_t count, int16_t *samples);

/* The packets that were made into samples, in order, as far as their sound begins at this position or later and they are
 * among the last EAR_PACKETS: calls `each` for every one. */
typedef void (*ear_since_fn)(void *context, int64_t begins, const uint8_t *payload, size_t bytes);
void ear_since(const ear *by, int64_t position, ear_since_fn each, void *context);

/* Frames that came too late to be of use, and samples that were concealed. */
uint64_t ear_too_late(const ear *by);
uint64_t ear_concealed(const ear *by);

#ifdef __cplusplus
}
#endif
#endif
