/* What happens to a room every 20 ms: what is due for each who listens, then the tapes, then what nobody hears. */
#include <string.h>

#include "plane.h"

enum {
    SEAM_MILLISECONDS = 10,          /* over which one goes over to what was said a little earlier, or later */
    SOURCE_SILENT_MILLISECONDS = 200,    /* who is passed through and says nothing for so long is silent */
    MARGIN_MILLISECONDS = 3,
    LONGEST_DELAY_MILLISECONDS = 280
};

static int64_t milliseconds(const media_plane *plane, int64_t count) { return count * plane->settings.rate / 1000; }

static int16_t clip(int32_t sample) {
    return (int16_t)(sample > INT16_MAX ? INT16_MAX : sample < INT16_MIN ? INT16_MIN : sample);
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
    int64_t before = of->mixed_upto;
    /* At once where it has to, late where it may: each time a few milliseconds are heard twice, or not at all. */
    bool moves = wanted > of->delay || of->delay - wanted > (int64_t)plane->frame || !of->was_mixed;
    if (moves) of->delay = wanted;
    /* Nobody listened for long: what was said meanwhile was passed on. */
    if (position - of->delay - ear_filled(of->ear) > milliseconds(plane, FORGOTTEN_MILLISECONDS))
        ear_start(of->ear, position - of->delay);
    of->mixed_upto = position - of->delay + plane->frame;
    ear_advance(of->ear, &of->line, of->mixed_upto);
    ear_read(of->ear, of->mixed_upto - plane->frame, plane->frame, of->frame);
    /* A room that was joined or taken apart may tick at other times, too. */
    if (of->was_mixed && of->mixed_upto - plane->frame != before) {
        int16_t goes_on[LONGEST_TICK];
        int32_t length = (int32_t)milliseconds(plane, SEAM_MILLISECONDS);
        leg_foresee(of, before, goes_on, (size_t)length);
        for (int32_t i = 0; i < length; i++)
            of->frame[i] = (int16_t)(goes_on[i] + (of->frame[i] - goes_on[i]) * (i + 1) / (length + 1));
    }
}

/* Nobody hears it through a mix. A decoder that remembers hears all of it even so: it has to understand what comes when
 * somebody will, and to know what those know to whom it is passed on. */
static void keep_up(leg *of, int64_t position) {
    if (of->is_streaming && of->stream.sends && codec_remembers(of->stream.codec))
        ear_advance(of->ear, &of->line, position - milliseconds(of->plane, HORIZON_MILLISECONDS));
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

/* Adds a frame; from one gain to another in a straight line. */
static void add(int32_t *sum, const int16_t *samples, int32_t count, int from, int to) {
    if (from == to)
        for (int32_t i = 0; i < count; i++) sum[i] += samples[i] * to / MEDIA_UNITY;
    else
        for (int32_t i = 0; i < count; i++)
            sum[i] += samples[i] * (from + (to - from) * (i + 1) / count) / MEDIA_UNITY;
}

static void mix(leg *to, int16_t *samples) {
    const media_plane *plane = to->plane;
    int32_t sum[LONGEST_TICK] = {0}, count = (int32_t)plane->frame;
    for (edge *each = to->node.in; each; each = each->next_in) {
        const leg *from = leg_of_node(each->from);
        if (from->was_mixed) add(sum, from->frame, count, each->reached, each->gain);
        else if (each->reached > 0) leg_part(to, from, each->reached);
        each->reached = from->was_mixed ? each->gain : 0;
    }
    for (player *each = to->players; each; each = each->next) {
        add(sum, sound_samples(each->what, each->frame), count, each->reached, each->gain);
        each->reached = each->gain;
    }
    for (int32_t i = 0; i < count; i++) samples[i] = clip(sum[i] + to->farewell[i]);
    memset(to->farewell, 0, sizeof to->farewell);
}

static void send_sound(leg *to, const sound *what, size_t frame, int64_t now) {
    size_t bytes = 0;
    const uint8_t *payload = sound_payload(what, to->stream.codec, frame, &bytes);
    if (!payload) payload = sound_payload(to->plane->silence, to->stream.codec, 0, &bytes);
    leg_remember(to, sound_samples(what, frame));
    if (payload) leg_send_frame(to, payload, bytes, now);
}

static void send_own(leg *to, const int16_t *samples, int64_t now) {
    uint8_t payload[CODEC_LONGEST_FRAME];
    leg_lead_in(to);
    size_t bytes = codec_encode(to->codec, samples, payload, sizeof payload);
    to->encoded++;
    if (bytes > 0) leg_send_frame(to, payload, bytes, now);
}

static void hear(leg *to, int64_t now) {
    int16_t samples[LONGEST_TICK];
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
            return;
        case PLAN_SOUND:
            send_sound(to, to->players->what, to->players->frame, now);
            to->players->reached = to->players->gain;
            players_next(to);
            return;
        case PLAN_PASS:
            if (now - to->last_sent > (int64_t)SOURCE_SILENT_MILLISECONDS * 1000000) {
                to->is_source_silent = true;
                to->owes_waiting = false;                   /* whatever comes now, it follows silence */
            }
            if (to->is_source_silent) send_sound(to, to->plane->silence, 0, now);
            return;
        case PLAN_MIX:
            if (!leg_enters_mix(to, now)) return;
            mix(to, samples);
            send_own(to, samples, now);
            players_next(to);
            leg_settle(to);
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
        else keep_up(of, position);
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
