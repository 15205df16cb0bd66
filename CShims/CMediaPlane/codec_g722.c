/* Debian 12's spandsp (0.0.6) joins the two bands without saturating: what is as loud as can be wraps around, and cracks.
 * Its test mode, made for the recommendation's own vectors, gives the bands as they are, and we join them. */
#include "codec_g722.h"

#include <spandsp/private/g722.h>
#include <string.h>

enum { BITS_PER_SECOND = 64000, HISTORY = G722_TAPS - 1, REST = 0xFC };

/* Every second coefficient of the receive filter (ITU-T G.722 table 11), times 4096; the others are the same backwards. */
static const int16_t taps[G722_TAPS] = {3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11};

bool g722_codec_open(g722_codec *one, unsigned rate) {
    int options = rate == 8000 ? G722_SAMPLE_RATE_8000 : 0;
    memset(one, 0, sizeof *one);
    one->wide = rate != 8000;
    one->decoder = g722_decode_init(NULL, BITS_PER_SECOND, options);
    one->encoder = g722_encode_init(NULL, BITS_PER_SECOND, options);
    one->mirror = g722_decode_init(NULL, BITS_PER_SECOND, options);
    if (one->decoder) one->decoder->itu_test_mode = one->wide;
    return one->decoder && one->encoder && one->mirror;
}

void g722_codec_close(g722_codec *one) {
    if (one->decoder) g722_decode_free(one->decoder);
    if (one->encoder) g722_encode_free(one->encoder);
    if (one->mirror) g722_decode_free(one->mirror);
}

/* Samples have a bit more than the bands. */
static int16_t scaled(int sum) {
    sum >>= 11;
    return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
}

/* Makes of the lower and upper band, in turn and twice as large as they are, two samples in their place. */
static void join_bands(g722_codec *one, int16_t *samples, size_t pairs) {
    int16_t sums[HISTORY + G722_MOST_BYTES], differences[HISTORY + G722_MOST_BYTES];
    memcpy(sums, one->sums, sizeof one->sums);
    memcpy(differences, one->differences, sizeof one->differences);
    for (size_t i = 0; i < pairs; i++) {
        int low = samples[2 * i] / 2, high = samples[2 * i + 1] / 2;
        sums[HISTORY + i] = (int16_t)(low + high);
        differences[HISTORY + i] = (int16_t)(low - high);
        int first = 0, second = 0;
        for (size_t tap = 0; tap < G722_TAPS; tap++) {
            first += differences[i + tap] * taps[HISTORY - tap];
            second += sums[i + tap] * taps[tap];
        }
        samples[2 * i] = scaled(first);
        samples[2 * i + 1] = scaled(second);
    }
    memcpy(one->sums, sums + pairs, sizeof one->sums);
    memcpy(one->differences, differences + pairs, sizeof one->differences);
}

size_t g722_codec_decode(g722_codec *one, const uint8_t *payload, size_t bytes, int16_t *samples) {
    if (bytes > G722_MOST_BYTES) return 0;
    int written = g722_decode(one->decoder, samples, payload, (int)bytes);
    if (one->wide) join_bands(one, samples, bytes);
    return (size_t)written;
}

static bool is_silent(const int16_t *samples, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (samples[i] != 0) return false;
    return true;
}

static void copy_predictors(g722_band_t to[2], const g722_band_t from[2]) { memcpy(to, from, 2 * sizeof *to); }

/* Its own code for silence is a hiss that never comes to rest, so that no frame of it fits behind another. This one is
 * always the same, and all predictors come to rest by it at the same place: whoever heard it, from whatever encoder, and
 * ours, which follows here as a listener's does. */
static size_t encode_rest(g722_codec *one, size_t bytes, uint8_t *payload) {
    int16_t samples[2 * G722_MOST_BYTES];
    memset(payload, REST, bytes);
    copy_predictors(one->mirror->band, one->encoder->band);
    g722_decode(one->mirror, samples, payload, (int)bytes);
    copy_predictors(one->encoder->band, one->mirror->band);
    return bytes;
}

size_t g722_codec_encode(g722_codec *one, const int16_t *samples, size_t count, uint8_t *payload) {
    bool was_silent = one->is_silent;                       /* what was loud is over by then */
    one->is_silent = is_silent(samples, count);
    if (was_silent && one->is_silent) return encode_rest(one, one->wide ? count / 2 : count, payload);
    return (size_t)g722_encode(one->encoder, payload, samples, (int)count);
}

/* Both sides' predictors are made alike, or neither would understand the other: what one knows is of use to the other. */
void g722_codec_lead(g722_codec *one, const g722_codec *decoder) {
    _Static_assert(sizeof one->encoder->band[0] <= sizeof one->led[0], "a band's predictor has to fit");
    for (int band = 0; band < 2; band++)
        memcpy(&one->led[band], &decoder->decoder->band[band], sizeof one->encoder->band[band]);
    one->leads = true;
}

void g722_codec_follow(g722_codec *one) {
    for (int band = 0; one->leads && band < 2; band++)
        memcpy(&one->encoder->band[band], &one->led[band], sizeof one->encoder->band[band]);
    one->leads = false;
}
