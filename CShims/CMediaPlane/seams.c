/* From one way of hearing to another: passed on, prepared, mixed. What was heard dies away while what comes rises, and where a codec
 * would make a noise of two streams, it waits until both are quiet. */
#include <stdlib.h>
#include <string.h>

#include "concealment.h"
#include "plane.h"

enum {
    SEAM_MILLISECONDS = 10,          /* in which something dies away */
    QUIET = 200,                     /* no sample is louder: whatever comes of it is more than 40 dB below full scale */
    QUIET_FRAMES = 4,                /* said so long: then what a codec remembers of what was loud is nothing */
    PATIENCE = 10000 / TICK_MILLISECONDS,   /* frames: whoever is not quiet for so long is on a noisy line */
    MOST_LEAVING = 10                /* frames that are sent at once: more would be heard late, and keep all others waiting */
};

static size_t seam(const media_plane *plane) { return plane->settings.rate * SEAM_MILLISECONDS / 1000; }

static int16_t clip(int32_t sample) {
    return (int16_t)(sample > INT16_MAX ? INT16_MAX : sample < INT16_MIN ? INT16_MIN : sample);
}

void leg_foresee(const leg *of, int64_t position, int16_t *samples, size_t count) {
    unsigned rate = of->plane->settings.rate;
    int64_t there = ear_filled(of->ear) - position;
    size_t known = there <= 0 ? 0 : there < (int64_t)count ? (size_t)there : count;
    ear_read(of->ear, position, known, samples);
    if (known == count) return;
    concealment ahead;
    int16_t history[CONCEALMENT_HISTORY];
    size_t length = rate / 25;
    concealment_start(&ahead, rate);
    ear_read(of->ear, position + (int64_t)known - (int64_t)length, length, history);
    concealment_heard(&ahead, history, length);
    concealment_make(&ahead, samples + known, count - known);
}

/* ---- what dies away */

static void die_away(leg *to, const int16_t *samples, int gain) {
    int32_t length = (int32_t)seam(to->plane);
    for (int32_t i = 0; i < length; i++)
        to->farewell[i] = clip(to->farewell[i] + samples[i] * gain / MEDIA_UNITY * (length - i) / (length + 1));
}

void leg_part(leg *to, const leg *from, int gain) {
    int16_t goes_on[LONGEST_TICK];
    leg_foresee(from, from->mixed_upto, goes_on, seam(to->plane));
    die_away(to, goes_on, gain);
}

void leg_part_from_player(leg *to, const player *from) {
    if (from->reached > 0) die_away(to, sound_samples(from->what, from->frame), from->reached);
}

void leg_remember(leg *to, const int16_t *samples) {
    to->is_own = false;
    size_t frame = to->plane->frame;
    memmove(to->recent, to->recent + frame, (LEAD_IN - 1) * frame * sizeof *samples);
    memcpy(to->recent + (LEAD_IN - 1) * frame, samples, frame * sizeof *samples);
}

/* ---- into the mix */

/* What it hears was passed on until now, whole packets: that goes on a little, as much as the encoder holds back, and dies away. */
static void stop_passing(leg *to, leg *from) {
    if (!from->codec) return;
    int64_t now = plane_position(to->plane, plane_now(to->plane));
    int64_t long_ago = now - (int64_t)to->plane->settings.rate * FORGOTTEN_MILLISECONDS / 1000;
    if (ear_filled(from->ear) < long_ago) ear_start(from->ear, long_ago);
    ear_exhaust(from->ear, &from->line, now);
    int16_t goes_on[2 * LONGEST_TICK];
    size_t frame = to->plane->frame, held = codec_held_back(to->codec), heard = LEAD_IN * frame - held;
    to->heard_upto = ear_filled(from->ear);
    leg_foresee(from, to->heard_upto, goes_on, held + seam(to->plane));
    ear_read(from->ear, to->heard_upto - (int64_t)heard, heard, to->recent);
    memcpy(to->recent + heard, goes_on, held * sizeof *goes_on);
    die_away(to, goes_on + held, MEDIA_UNITY);
    codec_lead(to->codec, from->codec);
    to->passed = from;
    to->takes_over = true;
}

/* All voices rise. */
static void start_mixing(leg *to) {
    if (to->plan == PLAN_PASS && to->owes_waiting) return;  /* nothing was passed on yet */
    for (edge *each = to->node.in; each; each = each->next_in) each->reached = 0;
    if (to->plan != PLAN_SOUND) {                           /* a sound goes on, or dies away already */
        memset(to->farewell, 0, sizeof to->farewell);
        for (player *each = to->players; each; each = each->next) each->reached = 0;
    }
    if (to->plan == PLAN_PASS && to->is_passing) stop_passing(to, to->passing);
}

/* All of the next frame of whom it heard was heard already. */
static bool is_ahead(const leg *to) {
    const edge *one = to->node.in;
    while (one && leg_of_node(one->from) != to->passed) one = one->next_in;
    const leg *from = one ? leg_of_node(one->from) : NULL;
    return from && from->was_mixed && from->mixed_upto <= to->heard_upto;
}

bool leg_enters_mix(leg *to, int64_t now) {
    int64_t tick = (int64_t)TICK_MILLISECONDS * 1000000;
    if (to->takes_over && to->lead >= tick && is_ahead(to)) {
        to->lead -= tick;
        to->last_sent = now;
        return false;
    }
    to->takes_over = false;
    return true;
}

void leg_lead_in(leg *to) {
    uint8_t payload[CODEC_LONGEST_FRAME];
    if (to->has_sent && !to->is_own) {
        for (size_t i = 0; i < LEAD_IN; i++)
            codec_encode(to->codec, to->recent + i * to->plane->frame, payload, sizeof payload);
        codec_follow(to->codec);
    }
    to->is_own = true;
}

/* ---- out of it */

static bool is_quiet(const int16_t *samples, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (samples[i] > QUIET || samples[i] < -QUIET) return false;
    return true;
}

static bool was_quiet(const leg *from, int64_t begin, int64_t end) {
    int16_t samples[LONGEST_TICK];
    int64_t frame = from->plane->frame;
    for (int64_t at = begin; at < end; at += frame) {
        ear_read(from->ear, at, (size_t)frame, samples);
        if (!is_quiet(samples, (size_t)frame)) return false;
    }
    return true;
}

/* What was mixed of it last, and all that has come since: that is looked at only then, as what is still on its way would be
 * too late behind it. */
static bool is_source_quiet(leg *to, leg *from) {
    int64_t mixed = from->mixed_upto;
    if (!was_quiet(from, mixed - QUIET_FRAMES * to->plane->frame, mixed)) return false;
    ear_exhaust(from->ear, &from->line, plane_position(to->plane, plane_now(to->plane)));
    return was_quiet(from, mixed, ear_filled(from->ear));
}

static bool may_settle(leg *to) {
    bool remembers = codec_remembers(to->stream.codec);
    switch (to->wanted) {
        case PLAN_PASS:
            if (!to->source->was_mixed || to->steady <= 1) return false;
            return !remembers || to->steady > PATIENCE || is_source_quiet(to, to->source);
        default: return to->steady > (remembers ? LEAD_IN : 1);
    }
}

static void set_plan(leg *to, plan next, leg *source) {
    if (next == PLAN_PASS && (to->plan != PLAN_PASS || source != to->passing)) {
        to->owes_waiting = to->plan == PLAN_MIX && source->was_mixed;
        to->heard_upto = source->mixed_upto;                /* others may go on with it in their mix */
        to->is_passing = to->takes_over = false;
        to->waited = 0;
        to->is_source_silent = false;
    }
    if (next == PLAN_MIX && to->plan != PLAN_MIX) start_mixing(to);
    if (next != PLAN_MIX) memset(to->farewell, 0, sizeof to->farewell);
    to->plan = next;
    to->passing = source;
}

void leg_settle(leg *to) {
    to->steady++;
    if (to->wanted != PLAN_MIX && may_settle(to)) set_plan(to, to->wanted, to->source);
}

static bool is_fading(const leg *to) {
    for (size_t i = 0; i < LONGEST_TICK; i++)
        if (to->farewell[i] != 0) return true;
    return false;
}

/* Whether the change could be heard: it hears something, and will, but not the same. */
static bool is_noticed(const leg *to, plan wanted, const leg *source) {
    if (!to->has_sent || to->plan == PLAN_NOTHING || wanted == PLAN_NOTHING) return false;
    if (to->plan == PLAN_SILENCE)
        return wanted == PLAN_PASS && source->received.received > 0 && !codec_remembers(to->stream.codec);
    if (to->plan == PLAN_SOUND && wanted == PLAN_SILENCE) return is_fading(to);   /* at its end nothing is left of it */
    return wanted != to->plan || (wanted == PLAN_PASS && source != to->passing);
}

void leg_change_plan(leg *to, plan wanted, leg *source) {
    if (wanted != to->wanted || source != to->source) to->steady = 0;
    to->wanted = wanted;
    to->source = source;
    if (is_noticed(to, wanted, source)) set_plan(to, PLAN_MIX, NULL);
    else if (wanted != to->plan || source != to->passing) set_plan(to, wanted, source);
}

typedef struct {
    int64_t earliest, latest, found;
} boundary;

static void find_boundary(void *context, int64_t begins, const uint8_t *payload, size_t bytes) {
    (void)payload;
    (void)bytes;
    boundary *of = context;
    if (begins >= of->earliest && begins <= of->latest && of->found > begins) of->found = begins;
}

/* How far a crossfade is that takes half a frame, of 256. */
static int32_t half_way(size_t at, size_t frame) { return at >= frame / 2 ? 256 : (int32_t)((at + 1) * 512 / frame); }

int64_t leg_leave_mix(leg *to, leg *from, int64_t now) {
    int64_t frame = to->plane->frame, held = (int64_t)codec_held_back(to->codec), at = to->heard_upto;
    int16_t samples[LONGEST_TICK], last[LONGEST_TICK];
    uint8_t payload[CODEC_LONGEST_FRAME];
    ear_exhaust(from->ear, &from->line, plane_position(to->plane, now));
    boundary end = {.earliest = at + frame - held, .latest = ear_filled(from->ear) - held, .found = INT64_MAX};
    ear_since(from->ear, end.earliest, find_boundary, &end);
    if (end.found == INT64_MAX || end.found + held - at > MOST_LEAVING * frame) return INT64_MAX;
    to->last_sent = now;                                    /* nothing is missing in what follows */
    for (int64_t left = end.found + held - at; left >= frame; left -= frame, at += frame) {
        ear_read(from->ear, at, (size_t)frame, samples);
        if (left < 2 * frame) {                             /* begins where it was, and ends where the packets begin */
            ear_read(from->ear, end.found + held - frame, (size_t)frame, last);
            for (size_t i = 0; i < (size_t)frame; i++)
                samples[i] = (int16_t)(samples[i] + (last[i] - samples[i]) * half_way(i, (size_t)frame) / 256);
        }
        size_t bytes = codec_encode(to->codec, samples, payload, sizeof payload);
        if (bytes > 0) leg_send_frame(to, payload, bytes, now);
    }
    return end.found;
}
