/* What happens to a room every 20 ms: what is due for each who listens, then the tapes, then what nobody hears. */
#include <string.h>

#include "plane.h"

enum {
    SEAM_MILLISECONDS = 10,          /* over which a step in what is heard is smoothed */
    SOURCE_SILENT_MILLISECONDS = 200,    /* who is passed through and says nothing for so long is silent */
    MARGIN_MILLISECONDS = 3,
    LEAD_IN = 5,                     /* frames that a codec hears before it speaks: then it continues what was passed on */
    LONGEST_DELAY_MILLISECONDS = 280
};

static int64_t milliseconds(const media_plane *plane, int64_t count) { return count * plane->settings.rate / 1000; }

static int16_t clip(int32_t sample) {
    return (int16_t)(sample > INT16_MAX ? INT16_MAX : sample < INT16_MIN ? INT16_MIN : sample);
}

/* Goes over from what was heard before, whose last two samples are in `tail`, without a step: the difference dies away. */
static void smooth(const media_plane *plane, int16_t *samples, const int16_t tail[2]) {
    int32_t expected = clip(2 * (int32_t)tail[1] - tail[0]), difference = expected - samples[0];
    int32_t length = (int32_t)milliseconds(plane, SEAM_MILLISECONDS);
    for (int32_t i = 0; i < length; i++) samples[i] = clip(samples[i] + difference * (length - i) / length);
}

/* ---- who is mixed */

/* How long after it was said it can be mixed: a packet has to be complete, and to have come, by the end of the tick. */
static int64_t wanted_delay(const leg *of) {
    const media_plane *plane = of->plane;
    int64_t packet = of->stream.packet_milliseconds ? of->stream.packet_milliseconds : TICK_MILLISECONDS;
    int64_t late = plane_position(plane, timeline_lateness(&of->line));
    int64_t delay = plane->frame + milliseconds(plane, packet + MARGIN_MILLISECONDS) + late;
    int64_t longest = milliseconds(plane, LONGEST_DELAY_MILLISECONDS);
    return delay < longest ? delay : longest;
}

/* The 20 ms that everybody who hears this leg through a mix hears now. */
static void make_frame(leg *of, int64_t position) {
    const media_plane *plane = of->plane;
    int64_t wanted = wanted_delay(of);
    int16_t tail[2] = {of->frame[plane->frame - 2], of->frame[plane->frame - 1]};
    /* At once where it has to, late where it may: each time a few milliseconds are heard twice, or not at all. */
    bool moves = wanted > of->delay || of->delay - wanted > (int64_t)plane->frame || !of->was_mixed;
    if (moves) of->delay = wanted;
    /* Nobody listened for long: what was said meanwhile was passed on. */
    if (position - of->delay - ear_filled(of->ear) > milliseconds(plane, FORGOTTEN_MILLISECONDS))
        ear_start(of->ear, position - of->delay);
    of->mixed_upto = position - of->delay + plane->frame;
    ear_advance(of->ear, &of->line, of->mixed_upto);
    ear_read(of->ear, of->mixed_upto - plane->frame, plane->frame, of->frame);
    if (moves && of->was_mixed) smooth(plane, of->frame, tail);
}

static bool is_needed(const leg *of) {
    if (!of->is_streaming || !of->stream.sends) return false;
    for (const edge *each = of->node.out; each; each = each->next_out)
        if (each->to->kind == NODE_LEG && leg_of_node(each->to)->plan == PLAN_MIX && each->gain > 0) return true;
    return false;
}

/* ---- who hears */

/* The player's next frame; false when it was its last. */
static bool player_next(player *of) {
    if (++of->frame < sound_frames(of->what)) return true;
    of->frame = 0;
    return of->music != 0;
}

static void players_next(leg *of) {
    for (player *each = of->players, *next; each; each = next) {
        next = each->next;
        if (player_next(each)) continue;
        player **place = &of->players;
        while (*place != each) place = &(*place)->next;
        *place = next;
        each->next = of->played;
        of->played = each;
        leg_replan(of);
        plane_tell(of->plane, (media_event){.kind = MEDIA_FINISHED, .tag = of->tag});
    }
}

void leg_enter_mix(leg *to, leg *from) {
    if (!from->is_streaming || !from->codec) return;
    int64_t now = plane_position(to->plane, plane_now(to->plane)), long_ago = now - milliseconds(to->plane, FORGOTTEN_MILLISECONDS);
    if (ear_filled(from->ear) < long_ago) ear_start(from->ear, long_ago);
    ear_exhaust(from->ear, &from->line, now);
    to->heard_upto = ear_filled(from->ear);
    codec_lead(to->codec, from->codec);
    to->passed = from;
    to->takes_over = true;
}

/* Lets the encoder hear what the listener heard last, and then what leads from there to the frame that comes: as much as
 * the encoder holds back. So both continue. */
static void lead_in(leg *to, const leg *from) {
    const media_plane *plane = to->plane;
    size_t frame = plane->frame, held = codec_held_back(to->codec), heard = LEAD_IN * frame - held;
    int16_t samples[LEAD_IN * LONGEST_TICK];
    uint8_t payload[CODEC_LONGEST_FRAME];
    ear_read(from->ear, to->heard_upto - (int64_t)heard, heard, samples);
    memcpy(to->tail, samples + heard - 2, sizeof to->tail);
    if (held > 1) {
        int16_t bridge[LONGEST_TICK];
        ear_read(from->ear, from->mixed_upto - (int64_t)(frame + held), frame, bridge);
        smooth(plane, bridge, to->tail);
        memcpy(samples + heard, bridge, held * sizeof *bridge);
        memcpy(to->tail, bridge + held - 2, sizeof to->tail);
    }
    for (size_t i = 0; i < LEAD_IN; i++) codec_encode(to->codec, samples + i * frame, payload, sizeof payload);
    codec_follow(to->codec);
}

/* False: all of this frame was heard already, and so much was sent ahead of its time that nothing is missed when it is
 * not sent. */
static bool take_over(leg *to, int64_t now) {
    const edge *one = to->node.in;
    int64_t tick = (int64_t)TICK_MILLISECONDS * 1000000;
    while (one && leg_of_node(one->from) != to->passed) one = one->next_in;
    const leg *from = one ? leg_of_node(one->from) : NULL;
    bool is_there = from && from->was_mixed;
    if (is_there && from->mixed_upto <= to->heard_upto && to->lead >= tick) {
        to->lead -= tick;
        to->last_sent = now;
        return false;
    }
    to->takes_over = false;
    if (is_there) lead_in(to, from);
    return true;
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
    int64_t frame = to->plane->frame, held = (int64_t)codec_held_back(to->codec), at = from->mixed_upto;
    int16_t samples[LONGEST_TICK], last[LONGEST_TICK];
    uint8_t payload[CODEC_LONGEST_FRAME];
    ear_exhaust(from->ear, &from->line, plane_position(to->plane, now));
    boundary end = {.earliest = at + frame - held, .latest = ear_filled(from->ear) - held, .found = INT64_MAX};
    ear_since(from->ear, end.earliest, find_boundary, &end);
    if (end.found == INT64_MAX) return INT64_MAX;
    to->last_sent = now;                                    /* nothing is missing in what follows */
    for (int64_t left = end.found + held - at; left >= frame; left -= frame, at += frame) {
        ear_read(from->ear, at, (size_t)frame, samples);
        if (left < 2 * frame) {                             /* begins where it was, and ends where the packets begin */
            ear_read(from->ear, end.found + held - frame, (size_t)frame, last);
            for (size_t i = 0; i < (size_t)frame; i++)
                samples[i] = (int16_t)(samples[i] + (last[i] - samples[i]) * half_way(i, (size_t)frame) / 256);
        }
        smooth(to->plane, samples, to->tail);
        to->tail[0] = samples[frame - 2];
        to->tail[1] = samples[frame - 1];
        size_t bytes = codec_encode(to->codec, samples, payload, sizeof payload);
        if (bytes > 0) leg_send_frame(to, payload, bytes, now);
    }
    return end.found;
}

static void mix(leg *to, int16_t *samples) {
    const media_plane *plane = to->plane;
    int32_t sum[LONGEST_TICK] = {0};
    for (const edge *each = to->node.in; each; each = each->next_in) {
        const leg *from = leg_of_node(each->from);
        if (each->gain == 0 || !from->was_mixed) continue;
        for (unsigned i = 0; i < plane->frame; i++) sum[i] += from->frame[i] * each->gain / MEDIA_UNITY;
    }
    for (const player *each = to->players; each; each = each->next) {
        const int16_t *played = sound_samples(each->what, each->frame);
        for (unsigned i = 0; i < plane->frame; i++) sum[i] += played[i] * each->gain / MEDIA_UNITY;
    }
    for (unsigned i = 0; i < plane->frame; i++) samples[i] = clip(sum[i]);
    if (!to->is_seamless) smooth(plane, samples, to->tail);
    to->is_seamless = true;
    to->tail[0] = samples[plane->frame - 2];
    to->tail[1] = samples[plane->frame - 1];
}

static void send_sound(leg *to, const sound *what, size_t frame, int64_t now) {
    size_t bytes = 0;
    const uint8_t *payload = sound_payload(what, to->stream.codec, frame, &bytes);
    if (!payload) payload = sound_payload(to->plane->silence, to->stream.codec, 0, &bytes);
    const int16_t *samples = sound_samples(what, frame);
    to->tail[0] = samples[to->plane->frame - 2];
    to->tail[1] = samples[to->plane->frame - 1];
    if (payload) leg_send_frame(to, payload, bytes, now);
}

static void hear(leg *to, int64_t now) {
    uint8_t payload[CODEC_LONGEST_FRAME];
    int16_t samples[LONGEST_TICK];
    size_t bytes;
    if (to->plan == PLAN_NOTHING) {
        players_next(to);
        return;
    }
    if (leg_send_keys(to, now)) {
        players_next(to);
        return;
    }
    switch (to->plan) {
        case PLAN_NOTHING: return;
        case PLAN_SILENCE:
            send_sound(to, to->plane->silence, 0, now);
            to->is_seamless = true;
            return;
        case PLAN_SOUND:
            send_sound(to, to->players->what, to->players->frame, now);
            to->is_seamless = true;
            players_next(to);
            return;
        case PLAN_PASS:
            if (now - to->last_sent > (int64_t)SOURCE_SILENT_MILLISECONDS * 1000000) to->is_source_silent = true;
            if (to->is_source_silent) send_sound(to, to->plane->silence, 0, now);
            return;
        case PLAN_MIX:
            if (to->takes_over && !take_over(to, now)) return;
            mix(to, samples);
            bytes = codec_encode(to->codec, samples, payload, sizeof payload);
            to->encoded++;
            if (bytes > 0) leg_send_frame(to, payload, bytes, now);
            players_next(to);
    }
}

/* ---- who is heard no more, or presses keys that are tones */

static void watch(leg *of, int64_t now) {
    const media_settings *settings = &of->plane->settings;
    if (!of->stream.sends || !of->is_expected) {
        of->last_heard = now;
        return;
    }
    int64_t silent = (now - of->last_heard) / 1000000000;
    if (of->hearing < TOLD_ONE_WAY && silent >= settings->one_way_seconds && of->stream.hears) {
        of->hearing = TOLD_ONE_WAY;
        plane_tell(of->plane, (media_event){.kind = MEDIA_ONE_WAY, .tag = of->tag});
    }
    if (of->hearing < TOLD_SILENT && silent >= settings->silent_seconds) {
        of->hearing = TOLD_SILENT;
        plane_tell(of->plane, (media_event){.kind = MEDIA_SILENT, .tag = of->tag});
    }
}

static void hear_keys(leg *of, int64_t position) {
    int64_t upto = position - milliseconds(of->plane, HORIZON_MILLISECONDS);
    char keys[4];
    int16_t samples[LONGEST_TICK];
    if (of->was_mixed) upto = position - of->delay;
    if (of->key_ear_at == 0 || upto - of->key_ear_at > 8 * (int64_t)of->plane->frame) of->key_ear_at = upto;
    while (of->key_ear_at + of->plane->frame <= upto) {
        ear_advance(of->ear, &of->line, of->key_ear_at + of->plane->frame);
        ear_read(of->ear, of->key_ear_at, of->plane->frame, samples);
        size_t count = key_ear_hear(of->key_ear, samples, of->plane->frame, keys, sizeof keys);
        for (size_t i = 0; i < count; i++)
            plane_tell(of->plane, (media_event){.kind = MEDIA_KEY, .tag = of->tag, .key = keys[i]});
        of->key_ear_at += of->plane->frame;
    }
}

void room_tick(media_plane *plane, room *one, int64_t position, int64_t now) {
    int64_t due = plane_moment(plane, position);            /* what is caught up with goes on as if it were on time */
    for (node *each = one->nodes; each; each = each->next_in_room)
        if (each->kind == NODE_TAPE)
            tape_advance(plane, tape_of_node(each), position - milliseconds(plane, HORIZON_MILLISECONDS));
    for (node *each = one->nodes; each; each = each->next_in_room) {
        if (each->kind != NODE_LEG) continue;
        leg *of = leg_of_node(each);
        bool needed = is_needed(of);
        if (needed) make_frame(of, position);
        of->was_mixed = needed;
    }
    for (node *each = one->nodes; each; each = each->next_in_room) {
        if (each->kind != NODE_LEG) continue;
        leg *of = leg_of_node(each);
        if (!of->is_streaming) {
            if (of->codec) players_next(of);                /* nobody hears it, and it comes to its end all the same */
            continue;
        }
        hear(of, due);
        watch(of, now);
        if (of->key_ear) hear_keys(of, position);
        if (now >= of->report_at) leg_send_report(of, false, now);
    }
}
