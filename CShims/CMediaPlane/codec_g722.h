/* G.722 at 64 kbit/s by spandsp, at 8000 or 16000 Hz. Private to CMediaPlane; as codec.h has it. */
#ifndef MEDIA_CODEC_G722_H
#define MEDIA_CODEC_G722_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* These need the ones above, in this order. */
#include <spandsp/telephony.h>
#include <spandsp/g722.h>

enum {
    G722_TAPS = 12,                  /* of each half of the filter that joins the bands */
    G722_MOST_BYTES = 960            /* 120 ms */
};

enum { G722_HELD_BACK = 11 };        /* samples at 16000: half of what the filters take, there and back */

typedef struct {
    g722_decode_state_t *decoder;
    g722_encode_state_t *encoder;
    bool wide;
    int16_t sums[G722_TAPS - 1], differences[G722_TAPS - 1];   /* of the bands, the last ones, in the order of time */
    struct { int16_t words[32]; } led[2];    /* of a decoder: what each band's predictor knows */
    bool leads;
    g722_decode_state_t *mirror;     /* a listener of the encoder, where one is needed */
    bool is_silent;                  /* what was encoded last */
} g722_codec;

/* False: no memory. To be closed in any case. */
bool g722_codec_open(g722_codec *one, unsigned rate);
void g722_codec_close(g722_codec *one);

/* At most G722_MOST_BYTES; `samples` has room for all. Returns their count. */
size_t g722_codec_decode(g722_codec *one, const uint8_t *payload, size_t bytes, int16_t *samples);
size_t g722_codec_encode(g722_codec *one, const int16_t *samples, size_t count, uint8_t *payload);

/* The encoder is to know what this decoder knows now: once it follows. */
void g722_codec_lead(g722_codec *one, const g722_codec *decoder);
void g722_codec_follow(g722_codec *one);

#endif
