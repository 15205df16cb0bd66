#include "concealment.h"

#include <math.h>
#include <string.h>

/* Lengths in samples at a rate. */
static size_t history_length(unsigned rate) { return rate / 25; }
static size_t compared(unsigned rate) { return rate / 50; }
static size_t shortest_period(unsigned rate) { return rate / 400; }
static size_t longest_period(unsigned rate) { return rate * 3 / 200; }
static size_t fade_begin(unsigned rate) { return rate / 100; }
static size_t fade_end(unsigned rate) { return rate * 3 / 50; }
static size_t step_spread(unsigned rate) { return rate / 500; }
static size_t return_blend(unsigned rate) { return rate / 200; }

static int16_t saturated(float value) {
    return (int16_t)lrintf(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
}

float concealment_fade(size_t missing, size_t begin, size_t end) {
    if (missing <= begin) return 1;
    return missing >= end ? 0 : (float)(end - missing) / (float)(end - begin);
}

void concealment_start(concealment *one, unsigned rate) {
    memset(one, 0, sizeof *one);
    one->rate = rate;
}

static void remember(concealment *one, const int16_t *samples, size_t count) {
    size_t length = history_length(one->rate);
    if (count >= length) {
        memcpy(one->history, samples + count - length, length * sizeof *samples);
    } else {
        memmove(one->history, one->history + count, (length - count) * sizeof *samples);
        memcpy(one->history + length - count, samples, count * sizeof *samples);
    }
}

/* How alike the last samples are to those `lag` before; every `stride`th is looked at. At most 1. */
static float likeness(const concealment *one, size_t lag, size_t stride) {
    const int16_t *now = one->history + history_length(one->rate) - compared(one->rate);
    const int16_t *before = now - lag;
    float product = 0, energy_now = 1, energy_before = 1;
    for (size_t i = 0; i < compared(one->rate); i += stride) {
        float a = now[i], b = before[i];
        product += a * b;
        energy_now += a * a;
        energy_before += b * b;
    }
    return product / sqrtf(energy_now * energy_before);
}

/* Looks roughly at 4000 samples a second, then closely around what was best. */
static size_t find_period(const concealment *one) {
    size_t stride = one->rate / 4000, first = shortest_period(one->rate), last = longest_period(one->rate);
    size_t best = first;
    float most = -2;
    for (size_t lag = first; lag <= last; lag += stride) {
        float alike = likeness(one, lag, stride);
        if (alike > most) most = alike, best = lag;
    }
    size_t from = best < first + stride ? first : best - stride, to = best + stride > last ? last : best + stride;
    most = -2;
    for (size_t lag = from; lag <= to; lag++) {
        float alike = likeness(one, lag, 1);
        if (alike > most) most = alike, best = lag;
    }
    return best;
}

/* Takes the last period; its end is blended into what came before it, so that it can be repeated without a step. */
static void begin_gap(concealment *one) {
    size_t length = find_period(one), blend = length / 4;
    const int16_t *end = one->history + history_length(one->rate);
    for (size_t i = 0; i < length; i++) one->period[i] = end[(ptrdiff_t)i - (ptrdiff_t)length];
    for (size_t i = 0; i < blend; i++) {
        float weight = (float)(i + 1) / (float)blend;
        float before = end[(ptrdiff_t)i - (ptrdiff_t)(length + blend)];
        float *sample = &one->period[length - blend + i];
        *sample += weight * (before - *sample);
    }
    one->period_length = length;
    one->period_position = 0;
    one->step = (float)end[-1] - one->period[length - 1];
}

static float next_sample(concealment *one) {
    unsigned rate = one->rate;
    size_t at = one->missing;
    if (at >= fade_end(rate)) return 0;
    one->missing++;
    float value = one->period[one->period_position];
    if (++one->period_position == one->period_length) one->period_position = 0;
    return (value + one->step * concealment_fade(at, 0, step_spread(rate))) * concealment_fade(at, fade_begin(rate), fade_end(rate));
}

void concealment_make(concealment *one, int16_t *samples, size_t count) {
    if (count == 0) return;
    if (one->missing == 0) begin_gap(one);
    for (size_t i = 0; i < count; i++) samples[i] = saturated(next_sample(one));
    remember(one, samples, count);
}

void concealment_heard(concealment *one, int16_t *samples, size_t count) {
    if (one->missing > 0 && count > 0) {
        size_t blend = return_blend(one->rate) < count ? return_blend(one->rate) : count;
        for (size_t i = 0; i < blend; i++) {
            float made_up = next_sample(one), weight = (float)(i + 1) / (float)(blend + 1);
            samples[i] = saturated(made_up + weight * ((float)samples[i] - made_up));
        }
        one->missing = 0;
    }
    remember(one, samples, count);
}
