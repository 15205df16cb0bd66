#include "opus_frames.h"

#include <opus/opus.h>

enum { RATE = 48000, FRAME = RATE / 50, BITS_PER_SECOND = 24000, SYLLABLE = 10 };

/* Pulses of a voice's pitch through a filter, louder and softer like syllables, and a little noise. */
static void talk(unsigned frame, int16_t *samples, double *state, uint32_t *noise) {
    double loudness = (frame % SYLLABLE < SYLLABLE * 2 / 3 ? 6000.0 : 300.0);
    unsigned pitch = RATE / (110 + frame / SYLLABLE % 5 * 12);
    for (unsigned i = 0; i < FRAME; i++) {
        *noise = *noise * 1664525 + 1013904223;
        double hiss = (double)(int32_t)*noise / INT32_MAX * 200;
        double pulse = (frame * FRAME + i) % pitch < 24 ? loudness : 0;
        *state += (pulse + hiss - *state) * 0.15;
        samples[i] = (int16_t)*state;
    }
}

bool opus_frames_make(opus_frames *into) {
    OpusEncoder *encoder = opus_encoder_create(RATE, 1, OPUS_APPLICATION_VOIP, NULL);
    if (!encoder) return false;
    opus_encoder_ctl(encoder, OPUS_SET_BITRATE(BITS_PER_SECOND));
    double state = 0;
    uint32_t noise = 1;
    bool is_good = true;
    for (unsigned frame = 0; frame < LOAD_FRAMES; frame++) {
        int16_t samples[FRAME];
        talk(frame, samples, &state, &noise);
        opus_int32 bytes = opus_encode(encoder, samples, FRAME, into->bytes[frame], LOAD_LONGEST_FRAME);
        is_good = is_good && bytes > 0;
        into->lengths[frame] = bytes > 0 ? (size_t)bytes : 0;
    }
    opus_encoder_destroy(encoder);
    return is_good;
}
