/* A sound that many hear: music, an announcement, silence. Read once, encoded once per codec, then never changed: each
 * listener costs its packets and nothing else, and starts where it likes.
 *
 * Played in a circle, unless it was opened for once: from the last frame's payload to the first's no codec notices that
 * one is over.
 *
 * Counted: who keeps one holds it. Holding, releasing and reading are safe from every thread, and wait for nobody;
 * sound_prepare is for one thread at a time, and may run while others read.
 */
#ifndef MEDIA_SOUND_H
#define MEDIA_SOUND_H

#include <stdbool.h>

#include "codec.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sound sound;

enum {
    SOUND_OK = 0,
    SOUND_INVALID = -1,
    SOUND_FILE = -2,                 /* no such file, or none that we read; `reason` says which */
    SOUND_MEMORY = -3
};

enum { SOUND_LONGEST_SECONDS = 3600 };

/* Reads a mono WAV file (PCM of 16 bit or G.711, 8000 to 48000 Hz, an hour at most), converted to `rate` (8000 or 16000).
 * Held once by the caller. `reason` (may be NULL) takes on SOUND_FILE what is wrong, in at most `reason_bytes` with the
 * ending 0: "the file is not mono: it has 2 channels". Nothing is written to *out on failure. Waits for the disk. */
int sound_open(const char *path, unsigned rate, sound **out, char *reason, size_t reason_bytes);

/* As sound_open, for one that is played once: encoded as what begins out of silence, and a frame of silence follows, in
 * which comes out what a codec holds back. */
int sound_open_once(const char *path, unsigned rate, sound **out, char *reason, size_t reason_bytes);

/* One from samples, copied: 1 to an hour of them, at a rate of 8000 or 16000. */
int sound_make(const int16_t *samples, size_t count, unsigned rate, sound **out);

sound *sound_hold(sound *one);
void sound_release(sound *one);
/* Whether the caller, who holds it, is the only one. */
bool sound_is_held_once(const sound *one);
/* What it takes in memory at present, with all that was encoded of it. */
size_t sound_bytes(const sound *one);

/* Its length in frames of 20 ms; at least 1, the last one is filled with silence. */
size_t sound_frames(const sound *one);
/* The samples of a frame (rate / 50); lives as long as the sound. NULL: `frame` is not below sound_frames. */
const int16_t *sound_samples(const sound *one, size_t frame);

/* Encodes it for a codec, unless that was done. SOUND_OK, SOUND_MEMORY, or SOUND_INVALID for what is no kind. Of a minute
 * it takes 2 ms (G.711) to half a second (Opus): not on a thread that carries audio. */
int sound_prepare(sound *one, codec_kind kind);
/* Whether it was. */
bool sound_is_prepared(const sound *one, codec_kind kind);
/* The payload of a frame, as sound_prepare made it, for as long as the sound lives; NULL before, or when `frame` is not
 * below sound_frames: nothing is written then. Each lasts 20 ms. */
const uint8_t *sound_payload(const sound *one, codec_kind kind, size_t frame, size_t *bytes);

#ifdef __cplusplus
}
#endif
#endif
