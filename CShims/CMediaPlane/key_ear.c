/* Keys in the sound: two tones at once, for long enough, and nothing else (ITU-T Q.23, Q.24).
 *
 * Every 5 ms (a hop) the last 15 ms (a window) are measured at the eight frequencies. Four windows in a row with the same
 * pair are a key when, over their 30 ms, both tones have their frequency and together are nearly all that is to be heard:
 * voices and music have such pairs now and then, but not so pure, so exact, and so long. A common detector (spandsp's)
 * has one test of purity at the nominal frequencies: it misses tones that are off by 1.5 %, and takes some by 3.5 %.
 */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"

enum {
    RATE = 8000,
    HOP = 40,
    HOPS = 3,                        /* in a window */
    WINDOW = HOP * HOPS,
    RUN = HOPS + 1,                  /* windows that make a key: the last begins where the first ends */
    RELEASE = 5,                     /* hops without it end a press: breaks of 10 ms do not, pauses of 30 ms do */
    TONES = 8,
    TAPS = 11
};

static const char grid[] = "123A456B789C*0#D";
static const float frequencies[TONES] = {697, 770, 852, 941, 1209, 1336, 1477, 1633};

/* A sine of full scale has 3.14 dBm0 (G.711). Powers are mean squares, the scale's end being 1. */
static const float least_power = 0.5f * 0.000122f;   /* −36 dBm0: 10^((−36 − 3.14) / 10) */
static const float least_share = 0.9f;               /* of all power, of a run's every window */
static const float pressed_share = 0.5f;
static const float greatest_offset = 0.023f;         /* between the 1.5 % that must and the 3.5 % that must not be heard */
static const float steepest_down = 10.f, steepest_up = 4.f;   /* 10 and 6 dB: two for the measuring */
static const float next_best = 0.25f;                /* −6 dB: another tone of the group this strong spoils the pair */

typedef struct { float complex tones[TONES]; float power; } measure;

typedef struct {
    int8_t row, column;              /* below 0: no pair */
    float complex low, high;
    float low_power, high_power, power;   /* without correction for being off; all that is to be heard */
} window;

struct key_ear {
    unsigned rate;
    float waves[TONES][HOP][2];      /* cosine and sine, from the beginning of a hop */
    float complex turns[TONES];      /* by how much a tone turns in a hop */
    int16_t former[TAPS - 1];        /* before what comes, at 16000 */
    bool is_odd;
    float last_sample, last_level;   /* of the filter against direct current */
    float samples[HOP];
    unsigned filled;
    measure hops[HOPS];              /* the newest last */
    window windows[RUN];
    char pressed;
    unsigned missed;
    char heard[KEYS_WAITING];
    unsigned heard_count;
};

key_ear *key_ear_open(unsigned rate) {
    if (rate != RATE && rate != 2 * RATE) return NULL;
    key_ear *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    made->rate = rate;
    for (int tone = 0; tone < TONES; tone++) {
        double step = 2 * M_PI * (double)frequencies[tone] / RATE;
        for (int i = 0; i < HOP; i++) {
            made->waves[tone][i][0] = (float)cos(step * i);
            made->waves[tone][i][1] = (float)sin(step * i);
        }
        made->turns[tone] = (float complex)cexp(I * step * HOP);
    }
    for (int i = 0; i < RUN; i++) made->windows[i].row = -1;
    return made;
}

void key_ear_close(key_ear *closed) { free(closed); }

/* ---- measuring */

static measure measure_hop(const key_ear *by) {
    measure made = {0};
    for (int i = 0; i < HOP; i++) made.power += by->samples[i] * by->samples[i];
    for (int tone = 0; tone < TONES; tone++) {
        float real = 0, imaginary = 0;
        for (int i = 0; i < HOP; i++) {
            real += by->samples[i] * by->waves[tone][i][0];
            imaginary -= by->samples[i] * by->waves[tone][i][1];
        }
        made.tones[tone] = real + imaginary * I;
    }
    return made;
}

static float square(float complex of) { return crealf(of) * crealf(of) + cimagf(of) * cimagf(of); }

/* The strongest of four, or −1 when another comes near. */
static int strongest(const float powers[4]) {
    int best = 0;
    for (int i = 1; i < 4; i++)
        if (powers[i] > powers[best]) best = i;
    for (int i = 0; i < 4; i++)
        if (i != best && powers[i] > next_best * powers[best]) return -1;
    return best;
}

static void measure_window(const key_ear *by, window *into) {
    *into = (window){.row = -1, .column = -1};
    float complex tones[TONES];
    float powers[TONES];
    for (int hop = 0; hop < HOPS; hop++) into->power += by->hops[hop].power / WINDOW;
    for (int tone = 0; tone < TONES; tone++) {
        /* Each hop begins at phase 0: the older ones are turned to where the newest begins. */
        float complex turn = by->turns[tone], sum = by->hops[0].tones[tone];
        for (int hop = 1; hop < HOPS; hop++) sum = sum * turn + by->hops[hop].tones[tone];
        tones[tone] = sum;
        powers[tone] = 2 * square(sum) / ((float)WINDOW * WINDOW);
    }
    int row = strongest(powers), column = strongest(powers + 4);
    if (row < 0 || column < 0) return;
    into->row = (int8_t)row;
    into->column = (int8_t)column;
    into->low = tones[row];
    into->high = tones[4 + column];
    into->low_power = powers[row];
    into->high_power = powers[4 + column];
}

/* ---- judging */

static bool same(const window *a, const window *b) { return a->row == b->row && a->column == b->column; }

static char key_of(const window *one) { return grid[4 * one->row + one->column]; }

/* By how many radians a sample a tone is off, from how its phase moved against the nominal over the run. */
static float offset(const key_ear *by, int tone, bool is_high) {
    float moved = 0;
    for (int i = 1; i < RUN; i++) {
        const window *from = &by->windows[i - 1], *to = &by->windows[i];
        float complex before = is_high ? from->high : from->low, after = is_high ? to->high : to->low;
        moved += cargf(after * conjf(before) * conjf(by->turns[tone]));
    }
    return moved / (float)(HOP * (RUN - 1));
}

/* What a window of a tone that is off shows of its power. */
static float visible(float off) {
    float half = off * WINDOW / 2;
    if (fabsf(half) < 0.01f) return 1;
    float share = sinf(half) / half;
    return share * share;
}

static bool is_exact(int tone, float off) {
    return fabsf(off) * RATE <= greatest_offset * frequencies[tone] * 2 * (float)M_PI;
}

static bool is_pair(const window *one, float low_visible, float high_visible) {
    float low = one->low_power / low_visible, high = one->high_power / high_visible;
    return low >= least_power && high >= least_power && low <= high * steepest_down && high <= low * steepest_up &&
           low + high >= least_share * one->power;
}

/* The key that the last windows hold, or 0. */
static char judge(const key_ear *by) {
    const window *first = &by->windows[0];
    if (first->row < 0) return 0;
    for (int i = 1; i < RUN; i++)
        if (!same(first, &by->windows[i])) return 0;
    float low = offset(by, first->row, false), high = offset(by, 4 + first->column, true);
    if (!is_exact(first->row, low) || !is_exact(4 + first->column, high)) return 0;
    for (int i = 0; i < RUN; i++)
        if (!is_pair(&by->windows[i], visible(low), visible(high))) return 0;
    return key_of(first);
}

/* Whether a key that was heard is still pressed: less is asked for than to hear it. */
static bool is_held(const key_ear *by) {
    const window *last = &by->windows[RUN - 1];
    return last->row >= 0 && key_of(last) == by->pressed && last->low_power + last->high_power >= least_power &&
           last->low_power + last->high_power >= pressed_share * last->power;
}

static void hear_hop(key_ear *by) {
    memmove(by->hops, by->hops + 1, sizeof by->hops - sizeof by->hops[0]);
    by->hops[HOPS - 1] = measure_hop(by);
    memmove(by->windows, by->windows + 1, sizeof by->windows - sizeof by->windows[0]);
    measure_window(by, &by->windows[RUN - 1]);
    char key = judge(by);
    if (key && key != by->pressed) {
        by->pressed = key;
        if (by->heard_count < KEYS_WAITING) by->heard[by->heard_count++] = key;
    }
    if (key || (by->pressed && is_held(by))) by->missed = 0;
    else if (by->pressed && ++by->missed >= RELEASE) by->pressed = 0;
}

/* ---- listening */

/* A sample at 8000. Direct current would be power that no tone explains. */
static void hear_sample(key_ear *by, float sample) {
    by->last_level = sample - by->last_sample + 0.97f * by->last_level;
    if (fabsf(by->last_level) < 1e-9f) by->last_level = 0;   /* or silence becomes numbers so small that they are slow */
    by->last_sample = sample;
    by->samples[by->filled++] = by->last_level;
    if (by->filled < HOP) return;
    by->filled = 0;
    hear_hop(by);
}

/* Halves the rate: the maximally flat half-band filter of 11 taps, −40 dB and less where it would fold onto the tones. */
static bool halve(key_ear *by, int16_t sample, float *into) {
    static const int taps[TAPS] = {3, 0, -25, 0, 150, 256, 150, 0, -25, 0, 3};
    by->is_odd = !by->is_odd;
    int32_t sum = taps[TAPS - 1] * sample;
    for (int i = 0; i < TAPS - 1; i++) sum += taps[i] * by->former[i];
    memmove(by->former, by->former + 1, sizeof by->former - sizeof by->former[0]);
    by->former[TAPS - 2] = sample;
    *into = (float)sum / (512 * 32768.0f);
    return by->is_odd;
}

size_t key_ear_hear(key_ear *by, const int16_t *samples, size_t count, char *keys, size_t capacity) {
    for (size_t i = 0; i < count; i++) {
        float sample = samples[i] / 32768.0f;
        if (by->rate == RATE || halve(by, samples[i], &sample)) hear_sample(by, sample);
    }
    size_t told = by->heard_count < capacity ? by->heard_count : capacity;
    memcpy(keys, by->heard, told);
    by->heard_count -= (unsigned)told;
    memmove(by->heard, by->heard + told, by->heard_count);
    return told;
}
