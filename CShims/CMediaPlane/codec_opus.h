/* Opus (RFC 6716, RFC 7587) by libopus, mono at 8000 or 16000 Hz. Private to CMediaPlane; as codec.h has it. */
#ifndef MEDIA_CODEC_OPUS_H
#define MEDIA_CODEC_OPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPUS_CLOCK = 48000 };

typedef struct opus_codec opus_codec;

/* for_sound: to be heard by many who begin anywhere, and encoded with as much time as it takes: best for music, and each
 * packet understood without those before it. */
opus_codec *opus_codec_open(unsigned rate, bool for_sound);
void opus_codec_close(opus_codec *closed);

unsigned opus_codec_duration(const uint8_t *payload, size_t bytes);
size_t opus_codec_decode(opus_codec *one, const uint8_t *payload, size_t bytes, int16_t *samples, size_t capacity);
void opus_codec_conceal(opus_codec *one, int16_t *samples, size_t count);
size_t opus_codec_encode(opus_codec *one, const int16_t *samples, uint8_t *payload, size_t capacity);
/* The next frame is understood without those before it. */
void opus_codec_follow(opus_codec *one);
size_t opus_codec_held_back(const opus_codec *one);

#endif
