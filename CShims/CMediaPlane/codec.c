/* G.711, and the way to the others. Losses are made up at the rate that the codec decodes to, before any resampling,
 * so that the resampler never notices. */
#include "codec.h"

#include <speex/speex_resampler.h>
#include <stdlib.h>
#include <string.h>

#include "codec_for_sound.h"
#include "codec_g722.h"
#include "codec_opus.h"
#include "companding.h"
#include "concealment.h"

enum {
    CLOCK = 8000,                    /* of all but Opus */
    LONGEST_PAYLOAD = CLOCK / 1000 * CODEC_LONGEST_PACKET_MILLISECONDS,   /* a byte per tick */
    NATIVE_FRAME = CLOCK / 50,
    RESAMPLING_QUALITY = 4           /* 0...10: 4 ms late, and flat to 3400 Hz */
};

struct codec {
    codec_kind kind;
    unsigned rate;
    concealment lost;                /* of all but Opus */
    SpeexResamplerState *up, *down;  /* of G.711 at 16000 */
    g722_codec g722;
    opus_codec *opus;
};

static bool is_g711(codec_kind kind) { return kind == CODEC_PCMU || kind == CODEC_PCMA; }

static bool open_parts(codec *one, bool for_sound) {
    if (one->kind == CODEC_OPUS) return (one->opus = opus_codec_open(one->rate, for_sound)) != NULL;
    if (one->kind == CODEC_G722) {
        concealment_start(&one->lost, one->rate);
        return g722_codec_open(&one->g722, one->rate);
    }
    concealment_start(&one->lost, CLOCK);
    if (one->rate == CLOCK) return true;
    one->up = speex_resampler_init(1, CLOCK, one->rate, RESAMPLING_QUALITY, NULL);
    one->down = speex_resampler_init(1, one->rate, CLOCK, RESAMPLING_QUALITY, NULL);
    return one->up && one->down;
}

static codec *open_one(codec_kind kind, unsigned rate, bool for_sound) {
    if ((unsigned)kind >= CODEC_KINDS || (rate != 8000 && rate != 16000)) return NULL;
    codec *one = calloc(1, sizeof *one);
    if (!one) return NULL;
    one->kind = kind;
    one->rate = rate;
    if (open_parts(one, for_sound)) return one;
    codec_close(one);
    return NULL;
}

codec *codec_open(codec_kind kind, unsigned rate) { return open_one(kind, rate, false); }

codec *codec_open_for_sound(codec_kind kind, unsigned rate) { return open_one(kind, rate, true); }

void codec_close(codec *closed) {
    if (!closed) return;
    if (closed->up) speex_resampler_destroy(closed->up);
    if (closed->down) speex_resampler_destroy(closed->down);
    g722_codec_close(&closed->g722);
    opus_codec_close(closed->opus);
    free(closed);
}

unsigned codec_clock(codec_kind kind) {
    if ((unsigned)kind >= CODEC_KINDS) return 0;
    return kind == CODEC_OPUS ? OPUS_CLOCK : CLOCK;
}

bool codec_remembers(codec_kind kind) { return !is_g711(kind); }

unsigned codec_duration(codec_kind kind, const uint8_t *payload, size_t bytes) {
    if (!payload || (unsigned)kind >= CODEC_KINDS) return 0;
    if (kind == CODEC_OPUS) return opus_codec_duration(payload, bytes);
    return bytes <= LONGEST_PAYLOAD ? (unsigned)bytes : 0;
}

/* Twice as many samples as there were. */
static void double_rate(codec *one, const int16_t *from, size_t count, int16_t *to) {
    spx_uint32_t taken = (spx_uint32_t)count, given = taken * 2;
    speex_resampler_process_int(one->up, 0, from, &taken, to, &given);
    memset(to + given, 0, (count * 2 - given) * sizeof *to);
}

static size_t decode_g711(codec *one, const uint8_t *payload, size_t bytes, int16_t *samples) {
    int16_t native[LONGEST_PAYLOAD];
    int16_t *plain = one->up ? native : samples;
    if (one->kind == CODEC_PCMU) {
        expand_mu_law(payload, bytes, plain);
    } else {
        expand_a_law(payload, bytes, plain);
    }
    concealment_heard(&one->lost, plain, bytes);
    if (one->up) double_rate(one, native, bytes, samples);
    return bytes * one->rate / CLOCK;
}

size_t codec_decode(codec *one, const uint8_t *payload, size_t bytes, int16_t *samples, size_t capacity) {
    if (!one || !payload || !samples) return 0;
    if (one->kind == CODEC_OPUS) return opus_codec_decode(one->opus, payload, bytes, samples, capacity);
    if (bytes > LONGEST_PAYLOAD || bytes * one->rate / CLOCK > capacity) return 0;
    if (is_g711(one->kind)) return decode_g711(one, payload, bytes, samples);
    size_t written = g722_codec_decode(&one->g722, payload, bytes, samples);
    concealment_heard(&one->lost, samples, written);
    return written;
}

/* Of an odd count the resampler gives one sample more, which is thrown away. */
static void conceal_and_double(codec *one, int16_t *samples, size_t count) {
    int16_t native[NATIVE_FRAME], doubled[2 * NATIVE_FRAME];
    while (count > 0) {
        size_t part = count < 2 * NATIVE_FRAME ? count : 2 * NATIVE_FRAME, needed = (part + 1) / 2;
        concealment_make(&one->lost, native, needed);
        double_rate(one, native, needed, doubled);
        memcpy(samples, doubled, part * sizeof *samples);
        samples += part;
        count -= part;
    }
}

void codec_conceal(codec *one, int16_t *samples, size_t count) {
    if (!one || !samples) return;
    if (one->kind == CODEC_OPUS) {
        opus_codec_conceal(one->opus, samples, count);
    } else if (one->up) {
        conceal_and_double(one, samples, count);
    } else {
        concealment_make(&one->lost, samples, count);
    }
}

static size_t encode_g711(codec *one, const int16_t *samples, uint8_t *payload) {
    int16_t native[NATIVE_FRAME];
    if (one->down) {
        spx_uint32_t taken = 2 * NATIVE_FRAME, given = NATIVE_FRAME;
        speex_resampler_process_int(one->down, 0, samples, &taken, native, &given);
        memset(native + given, 0, (NATIVE_FRAME - given) * sizeof *native);
        samples = native;
    }
    if (one->kind == CODEC_PCMU) {
        compress_mu_law(samples, NATIVE_FRAME, payload);
    } else {
        compress_a_law(samples, NATIVE_FRAME, payload);
    }
    return NATIVE_FRAME;
}

size_t codec_encode(codec *one, const int16_t *samples, uint8_t *payload, size_t capacity) {
    if (!one || !samples || !payload) return 0;
    if (one->kind == CODEC_OPUS) return opus_codec_encode(one->opus, samples, payload, capacity);
    if (capacity < NATIVE_FRAME) return 0;
    if (is_g711(one->kind)) return encode_g711(one, samples, payload);
    return g722_codec_encode(&one->g722, samples, one->rate / 50, payload);
}

size_t codec_held_back(const codec *one) {
    if (one->kind == CODEC_OPUS) return opus_codec_held_back(one->opus);
    if (one->kind == CODEC_G722) return one->rate == CLOCK ? 0 : G722_HELD_BACK;
    return one->down ? (size_t)speex_resampler_get_input_latency(one->down) : 0;
}

void codec_lead(codec *encoder, const codec *decoder) {
    if (encoder->kind == CODEC_G722 && decoder->kind == CODEC_G722) g722_codec_lead(&encoder->g722, &decoder->g722);
}

void codec_follow(codec *encoder) {
    if (encoder->kind == CODEC_G722) g722_codec_follow(&encoder->g722);
    if (encoder->kind == CODEC_OPUS) opus_codec_follow(encoder->opus);
}
