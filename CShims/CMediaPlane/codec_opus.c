#include "codec_opus.h"

#include <math.h>
#include <opus/opus.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "concealment.h"

enum {
    BITS_PER_SECOND = 28000,
    EFFORT = 5,                      /* 0...10 */
    SOUND_BITS_PER_SECOND = 32000,
    SOUND_EFFORT = 10,
    MOST_PARTS = 48                  /* frames in a packet (RFC 6716 §3.2.5) */
};

struct opus_codec {
    unsigned rate;
    OpusDecoder *decoder;
    OpusEncoder *encoder;
    bool follows;
    size_t missing;                  /* samples made up since the last good packet; no more than matter */
    int16_t piece[16000 / 50];       /* what libopus made up last, and how many at its end were not asked for yet */
    size_t left;
};

static size_t fade_begin(unsigned rate) { return rate / 50; }
static size_t fade_end(unsigned rate) { return rate / 10; }

static float gain_in_gap(const opus_codec *one) {
    return concealment_fade(one->missing, fade_begin(one->rate), fade_end(one->rate));
}

static bool set_up(OpusEncoder *encoder, bool for_sound) {
    return opus_encoder_ctl(encoder, OPUS_SET_BITRATE(for_sound ? SOUND_BITS_PER_SECOND : BITS_PER_SECOND)) == OPUS_OK &&
           opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(for_sound ? SOUND_EFFORT : EFFORT)) == OPUS_OK &&
           opus_encoder_ctl(encoder, OPUS_SET_PREDICTION_DISABLED(for_sound)) == OPUS_OK &&
           opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(0)) == OPUS_OK &&
           opus_encoder_ctl(encoder, OPUS_SET_DTX(0)) == OPUS_OK;
}

opus_codec *opus_codec_open(unsigned rate, bool for_sound) {
    opus_codec *one = calloc(1, sizeof *one);
    if (!one) return NULL;
    one->rate = rate;
    one->decoder = opus_decoder_create((opus_int32)rate, 1, NULL);
    int use = for_sound ? OPUS_APPLICATION_AUDIO : OPUS_APPLICATION_VOIP;
    one->encoder = opus_encoder_create((opus_int32)rate, 1, use, NULL);
    if (one->decoder && one->encoder && set_up(one->encoder, for_sound)) return one;
    opus_codec_close(one);
    return NULL;
}

void opus_codec_close(opus_codec *closed) {
    if (!closed) return;
    if (closed->decoder) opus_decoder_destroy(closed->decoder);
    if (closed->encoder) opus_encoder_destroy(closed->encoder);
    free(closed);
}

/* The whole packet is parsed, as the first byte alone would promise sound that the decoder then refuses. */
unsigned opus_codec_duration(const uint8_t *payload, size_t bytes) {
    opus_int16 lengths[MOST_PARTS];
    if (bytes == 0 || bytes > INT16_MAX) return 0;
    int parts = opus_packet_parse(payload, (opus_int32)bytes, NULL, NULL, lengths, NULL);
    if (parts <= 0) return 0;
    unsigned ticks = (unsigned)(parts * opus_packet_get_samples_per_frame(payload, OPUS_CLOCK));
    return ticks <= OPUS_CLOCK / 1000 * CODEC_LONGEST_PACKET_MILLISECONDS ? ticks : 0;
}

/* The decoder goes on where its own making up left off, which was made softer since: so is the beginning of what comes. */
static void come_back(opus_codec *one, int16_t *samples, size_t count) {
    float from = gain_in_gap(one);
    size_t rise = one->rate / 200;
    for (size_t i = 0; i < rise && i < count; i++) {
        float gain = from + (1 - from) * (float)(i + 1) / (float)(rise + 1);
        samples[i] = (int16_t)lrintf((float)samples[i] * gain);
    }
    one->missing = 0;
    one->left = 0;
}

size_t opus_codec_decode(opus_codec *one, const uint8_t *payload, size_t bytes, int16_t *samples, size_t capacity) {
    size_t count = (size_t)opus_codec_duration(payload, bytes) * one->rate / OPUS_CLOCK;
    if (count == 0 || count > capacity) return 0;
    int written = opus_decode(one->decoder, payload, (opus_int32)bytes, samples, (int)count, 0);
    if (written <= 0) return 0;
    if (one->missing > 0) come_back(one, samples, (size_t)written);
    return (size_t)written;
}

/* libopus makes up best in pieces as long as packets mostly are, 20 ms; what is not asked for yet is kept. Its own fading
 * takes longer than we want, and what is silent need not be made up. */
void opus_codec_conceal(opus_codec *one, int16_t *samples, size_t count) {
    size_t length = one->rate / 50, index = 0;
    for (; index < count && one->missing < fade_end(one->rate); index++) {
        if (one->left == 0) {
            if (opus_decode(one->decoder, NULL, 0, one->piece, (int)length, 0) != (int)length)
                memset(one->piece, 0, sizeof one->piece);
            one->left = length;
        }
        samples[index] = (int16_t)lrintf((float)one->piece[length - one->left--] * gain_in_gap(one));
        one->missing++;
    }
    memset(samples + index, 0, (count - index) * sizeof *samples);
}

size_t opus_codec_encode(opus_codec *one, const int16_t *samples, uint8_t *payload, size_t capacity) {
    opus_int32 most = capacity < CODEC_LONGEST_FRAME ? (opus_int32)capacity : CODEC_LONGEST_FRAME;
    if (one->follows) opus_encoder_ctl(one->encoder, OPUS_SET_PREDICTION_DISABLED(1));
    opus_int32 written = opus_encode(one->encoder, samples, (int)(one->rate / 50), payload, most);
    if (one->follows) opus_encoder_ctl(one->encoder, OPUS_SET_PREDICTION_DISABLED(0));
    one->follows = false;
    return written > 0 ? (size_t)written : 0;
}

size_t opus_codec_held_back(const opus_codec *one) {
    opus_int32 samples = 0;
    return opus_encoder_ctl(one->encoder, OPUS_GET_LOOKAHEAD(&samples)) == OPUS_OK && samples > 0 ? (size_t)samples : 0;
}

void opus_codec_follow(opus_codec *one) { one->follows = true; }
