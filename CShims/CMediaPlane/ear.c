#include "ear.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t extended;
    timeline_stamp stamp;
    unsigned duration;
    uint16_t bytes;
    bool is_there, is_heard;         /* waits; was made into samples, the first of which lies where it begins */
    int64_t begins;
    uint8_t payload[EAR_PACKET_BYTES];
} packet;

enum {
    LONGEST_FRAME = 16000 / 1000 * CODEC_LONGEST_PACKET_MILLISECONDS,
    CONCEALED_MILLISECONDS = 120,    /* behind that there is only silence */
    BEARABLE_MILLISECONDS = 9,       /* that a side of a recording may be off: nobody hears it */
    SEAM_MILLISECONDS = 5,
    LONGEST_MEND_MILLISECONDS = 40   /* at once */
};

struct ear {
    unsigned rate;
    codec *codec;
    codec_kind kind;
    unsigned clock;
    uint64_t next, highest;          /* the next to be decoded, and the highest that came, plus one */
    int64_t filled;
    bool is_anchored;                /* the three below: what position the media tick is that comes next */
    uint32_t epoch;
    int64_t anchor_media, anchor_position;
    int64_t concealed_for;           /* samples on end */
    uint64_t too_late, concealed;
    int16_t frame[LONGEST_FRAME];
    packet packets[EAR_PACKETS];
    int16_t ring[EAR_SAMPLES];
};

ear *ear_open(unsigned rate) {
    ear *new = calloc(1, sizeof *new);
    if (new) new->rate = rate;
    return new;
}

void ear_close(ear *closed) { free(closed); }

void ear_speak(ear *by, codec *codec, codec_kind kind) {
    by->codec = codec;
    by->kind = kind;
    by->clock = codec_clock(kind);
    by->next = by->highest;
    by->is_anchored = false;
    for (size_t i = 0; i < EAR_PACKETS; i++) by->packets[i].is_there = by->packets[i].is_heard = false;
}

void ear_put(ear *by, uint64_t extended, timeline_stamp stamp, unsigned duration, const uint8_t *payload, size_t bytes) {
    if (bytes > EAR_PACKET_BYTES || (bytes > 0 && duration == 0)) return;
    if (extended < by->next) {
        by->too_late++;
        return;
    }
    packet *into = &by->packets[extended % EAR_PACKETS];
    if (into->is_there && into->extended > extended) {
        by->too_late++;
        return;
    }
    into->extended = extended;
    into->stamp = stamp;
    into->duration = duration;
    into->bytes = (uint16_t)bytes;
    into->is_there = true;
    into->is_heard = false;
    if (bytes > 0) memcpy(into->payload, payload, bytes);
    if (extended + 1 > by->highest) by->highest = extended + 1;
}

/* The lowest number that may wait. */
static uint64_t first_waiting(const ear *by) {
    return by->highest > EAR_PACKETS && by->next < by->highest - EAR_PACKETS ? by->highest - EAR_PACKETS : by->next;
}

/* The lowest that waits. */
static packet *next_packet(ear *by) {
    for (uint64_t at = first_waiting(by); at < by->highest; at++) {
        packet *one = &by->packets[at % EAR_PACKETS];
        if (one->is_there && one->extended == at) return one;
    }
    return NULL;
}

static int64_t as_position(const ear *by, int64_t moment) {
    int64_t rate = by->rate;
    return moment / 1000000000 * rate + moment % 1000000000 * rate / 1000000000;
}

static int64_t as_samples(const ear *by, int64_t ticks) { return ticks * (int64_t)by->rate / (int64_t)by->clock; }

static void write_ring(ear *by, const int16_t *samples, size_t count) {
    if (count > EAR_SAMPLES) {
        samples += count - EAR_SAMPLES;
        by->filled += (int64_t)(count - EAR_SAMPLES);
        count = EAR_SAMPLES;
    }
    size_t at = (size_t)by->filled & (EAR_SAMPLES - 1), first = EAR_SAMPLES - at;
    if (first > count) first = count;
    memcpy(by->ring + at, samples, first * sizeof *samples);
    memcpy(by->ring, samples + first, (count - first) * sizeof *samples);
    by->filled += (int64_t)count;
}

static void fill_with_silence(ear *by, int64_t end) {
    static const int16_t silence[640];
    if (end - by->filled > EAR_SAMPLES) by->filled = end - EAR_SAMPLES;
    while (by->filled < end) {
        int64_t count = end - by->filled;
        if (count > (int64_t)(sizeof silence / sizeof silence[0])) count = sizeof silence / sizeof silence[0];
        write_ring(by, silence, (size_t)count);
    }
}

static void fill_with_likeness(ear *by, int64_t end) {
    int64_t most = (int64_t)by->rate * CONCEALED_MILLISECONDS / 1000, step = by->rate / 50;
    while (by->filled < end && by->codec && by->concealed_for < most) {
        int64_t count = end - by->filled < step ? end - by->filled : step;
        codec_conceal(by->codec, by->frame, (size_t)count);
        write_ring(by, by->frame, (size_t)count);
        by->concealed_for += count;
        by->concealed += (uint64_t)count;
    }
    fill_with_silence(by, end);
}

/* Where a packet's first sample belongs, and by how much the timeline says otherwise: positive, it says later. */
static int64_t place(ear *by, const timeline *line, const packet *one, int64_t *error) {
    bool is_known = by->is_anchored && one->stamp.epoch == by->epoch;
    int64_t at = is_known ? by->anchor_position + as_samples(by, one->stamp.media - by->anchor_media) : 0;
    /* Of an epoch that is over already nothing is known any more. */
    int64_t target = one->stamp.epoch == line->epoch ? as_position(by, timeline_said(line, one->stamp.media))
                                                     : (is_known ? at : by->filled);
    int64_t nonsense = by->rate / 5;
    if (!is_known || target - at > nonsense || at - target > nonsense) {
        by->is_anchored = true;
        by->epoch = one->stamp.epoch;
        by->anchor_media = one->stamp.media;
        by->anchor_position = target;
        at = target;
    }
    *error = target - at;
    return at;
}

static int16_t said(const ear *by, int64_t position) { return by->ring[(size_t)position & (EAR_SAMPLES - 1)]; }

/* How unlike the end of what was said is to `end`, the last of as many samples before some other place. */
static int64_t unlikeness(const ear *by, const int16_t *end, size_t count) {
    int64_t sum = 0;
    for (size_t i = 1; i <= count; i++) {
        int32_t difference = said(by, by->filled - (int64_t)i) - end[-(ptrdiff_t)i];
        sum += difference < 0 ? -difference : difference;
    }
    return sum;
}

/* The error is too large to be borne. What is said is made longer, by saying the last of it again, or shorter, by leaving
 * out the next: about as much as the error, and where both sides of the seam are most alike, so that a voice's periods
 * stay whole. Returns how many samples of the frame are left out. */
static size_t mend(ear *by, int64_t error, size_t count) {
    size_t around = by->rate * SEAM_MILLISECONDS / 1000, size = (size_t)(error < 0 ? -error : error);
    size_t longest = error < 0 ? count : by->rate * LONGEST_MEND_MILLISECONDS / 1000;
    size_t first = size > around ? size - around : 0, last = size + around < longest ? size + around : longest;
    if (first < around) first = around;
    if (first > last) first = last;
    int16_t past[16000 / 1000 * (LONGEST_MEND_MILLISECONDS + SEAM_MILLISECONDS)];
    size_t kept = longest + around;
    if (error > 0)
        for (size_t i = 0; i < kept; i++) past[i] = said(by, by->filled - (int64_t)(kept - i));
    size_t best = first;
    int64_t least = INT64_MAX;
    for (size_t length = first; length <= last; length++) {
        int64_t here = error < 0 ? unlikeness(by, by->frame + length, length < around ? length : around)
                                 : unlikeness(by, past + kept - length, around);
        if (here >= least) continue;
        least = here;
        best = length;
    }
    if (error < 0) return best;
    write_ring(by, past + kept - best, best);
    return 0;
}

/* A packet leaves the store: what comes next is known from it. */
static void take(ear *by, packet *one, int64_t ends_at) {
    one->is_there = false;
    by->next = one->extended + 1;
    by->anchor_media = one->stamp.media + one->duration;
    by->anchor_position = ends_at;
}

static void decode(ear *by, packet *one, int64_t at, int64_t error) {
    int64_t nominal = as_samples(by, one->duration);
    if (at + nominal <= by->filled) {                       /* something else is heard there already */
        by->too_late++;
        take(by, one, at + nominal);
        return;
    }
    size_t count = by->codec ? codec_decode(by->codec, one->payload, one->bytes, by->frame, LONGEST_FRAME) : 0;
    if (count == 0) {                                       /* a hole, which the next one shows */
        take(by, one, at + nominal);
        return;
    }
    int64_t bearable = (int64_t)by->rate * BEARABLE_MILLISECONDS / 1000;
    bool is_off = error > bearable || error < -bearable;
    if (is_off && at == by->filled) {
        size_t left_out = mend(by, error, count);
        at = by->filled - (int64_t)left_out;
    } else if (is_off && at > by->filled) {                 /* behind a gap it may begin where it should */
        at += error;
    }
    one->is_heard = true;
    one->begins = at;
    take(by, one, at + nominal);
    if (at > by->filled) fill_with_silence(by, at);
    int64_t skipped = by->filled - at;
    if (skipped < (int64_t)count) write_ring(by, by->frame + skipped, count - (size_t)skipped);
    by->concealed_for = 0;
}

/* The next packet in order, as far as it belongs before `upto`. False: none does. */
static bool advance_by_packet(ear *by, const timeline *line, int64_t upto) {
    packet *one = next_packet(by);
    if (!one) return false;
    if (one->bytes == 0) {                                  /* a key: no sound, and no loss either */
        one->is_there = false;
        by->next = one->extended + 1;
        return true;
    }
    int64_t error, at = place(by, line, one, &error);
    if (at > by->filled) {
        int64_t end = at < upto ? at : upto;
        if (one->extended == by->next) fill_with_silence(by, end);   /* nothing was lost: the sender paused */
        else fill_with_likeness(by, end);
        if (at >= upto) return false;
    }
    decode(by, one, at, error);
    return true;
}

void ear_advance(ear *by, const timeline *line, int64_t upto) {
    while (by->filled < upto)
        if (!advance_by_packet(by, line, upto)) break;
    if (by->filled < upto) fill_with_likeness(by, upto);
}

void ear_exhaust(ear *by, const timeline *line, int64_t upto) {
    while (advance_by_packet(by, line, upto) && by->filled < upto) continue;
}

int64_t ear_filled(const ear *by) { return by->filled; }

void ear_start(ear *by, int64_t position) {
    memset(by->ring, 0, sizeof by->ring);
    by->filled = position;
    by->is_anchored = false;
    by->concealed_for = INT32_MAX;   /* there is nothing yet that it could be like */
}

/* The part of these samples that the ring has: from `skip` on, `count` samples. */
static size_t present(const ear *by, int64_t position, size_t count, size_t *skip) {
    int64_t from = position, to = position + (int64_t)count;
    if (from < by->filled - EAR_SAMPLES) from = by->filled - EAR_SAMPLES;
    if (to > by->filled) to = by->filled;
    *skip = from > position ? (size_t)(from - position) : 0;
    return to > from ? (size_t)(to - from) : 0;
}

/* The next samples that lie in the ring without a break. */
static const int16_t *unbroken(const ear *by, int64_t position, size_t most, size_t *count) {
    size_t at = (size_t)position & (EAR_SAMPLES - 1);
    *count = most < EAR_SAMPLES - at ? most : EAR_SAMPLES - at;
    return by->ring + at;
}

void ear_add(const ear *by, int64_t position, size_t count, int gain, int32_t *sum) {
    size_t at, run, there = present(by, position, count, &at);
    for (; there > 0; there -= run, at += run) {
        const int16_t *samples = unbroken(by, position + (int64_t)at, there, &run);
        for (size_t i = 0; i < run; i++) sum[at + i] += samples[i] * gain / 256;
    }
}

void ear_read(const ear *by, int64_t position, size_t count, int16_t *samples) {
    size_t at, run, there = present(by, position, count, &at);
    if (there < count) memset(samples, 0, count * sizeof *samples);
    for (; there > 0; there -= run, at += run)
        memcpy(samples + at, unbroken(by, position + (int64_t)at, there, &run), run * sizeof *samples);
}

void ear_since(const ear *by, int64_t position, ear_since_fn each, void *context) {
    for (uint64_t at = by->highest > EAR_PACKETS ? by->highest - EAR_PACKETS : 0; at < by->highest; at++) {
        const packet *one = &by->packets[at % EAR_PACKETS];
        if (one->extended == at && one->is_heard && one->begins >= position)
            each(context, one->begins, one->payload, one->bytes);
    }
}

uint64_t ear_too_late(const ear *by) { return by->too_late; }
uint64_t ear_concealed(const ear *by) { return by->concealed; }
