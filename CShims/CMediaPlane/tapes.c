/* Recordings: two sides, each the sum of what its legs say, written once nothing of it can be late any more. What a leg
 * said lies where it was said, so that the sides fit together whatever the network did to each. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plane.h"

enum { LONGEST_STEP = LONGEST_TICK * TAPE_TICKS };

static size_t slot_of(int64_t position) { return (size_t)position & (EAR_SAMPLES - 1); }

/* What is still to be written of a leg that stops being recorded here, or forgets what it said. */
void tape_keep_rest(const edge *gone, int64_t until) {
    tape *to = tape_of_node(gone->to);
    leg *from = leg_of_node(gone->from);
    ear_exhaust(from->ear, &from->line, until);
    int64_t begin = to->cursor > gone->since ? to->cursor : gone->since;
    int64_t end = ear_filled(from->ear) < until ? ear_filled(from->ear) : until;
    if (end - begin > EAR_SAMPLES) begin = end - EAR_SAMPLES;
    int16_t *rest = to->rest[gone->side];
    int64_t *rest_end = &to->rest_ends[gone->side];
    if (*rest_end < to->cursor) *rest_end = to->cursor;
    for (; *rest_end < begin; ++*rest_end) rest[slot_of(*rest_end)] = 0;
    for (int64_t at = begin; at < end; at++) {
        int16_t sample;
        ear_read(from->ear, at, 1, &sample);
        int32_t sum = sample * gone->gain / MEDIA_UNITY + (at < *rest_end ? rest[slot_of(at)] : 0);
        rest[slot_of(at)] = (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
        if (at >= *rest_end) *rest_end = at + 1;
    }
}

static void add_rest(const tape *from, int side, size_t count, int32_t *sum) {
    for (size_t i = 0; i < count; i++) {
        int64_t at = from->cursor + (int64_t)i;
        if (at >= from->rest_ends[side]) break;
        if (at < from->rest_ends[side] - EAR_SAMPLES) continue;
        sum[i] += from->rest[side][slot_of(at)];
    }
}

static void add_leg(const tape *to, const edge *one, size_t count, int32_t *sum) {
    const leg *from = leg_of_node(one->from);
    int64_t skipped = one->since > to->cursor ? one->since - to->cursor : 0;
    if (skipped < (int64_t)count)
        ear_add(from->ear, to->cursor + skipped, count - (size_t)skipped, one->gain, sum + skipped);
}

static void write_step(tape *to, size_t count) {
    for (int side = 0; side < to->sides; side++) {
        int32_t sum[LONGEST_STEP];
        int16_t samples[LONGEST_STEP];
        memset(sum, 0, count * sizeof *sum);
        for (const edge *each = to->node.in; each; each = each->next_in)
            if (each->side == side) add_leg(to, each, count, sum);
        add_rest(to, side, count, sum);
        for (size_t i = 0; i < count; i++)
            samples[i] = (int16_t)(sum[i] > INT16_MAX ? INT16_MAX : sum[i] < INT16_MIN ? INT16_MIN : sum[i]);
        recorder_put(to->file, side == 0 ? RECORDER_OUTSIDE : RECORDER_AGENT_SIDE, (uint64_t)(to->cursor - to->began),
                     samples, count);
    }
    to->cursor += (int64_t)count;
}

void tape_advance(media_plane *plane, tape *one, int64_t upto) {
    int64_t step = (int64_t)plane->frame * TAPE_TICKS;
    while (one->cursor + step <= upto) {
        for (const edge *each = one->node.in; each; each = each->next_in) {
            leg *from = leg_of_node(each->from);
            ear_advance(from->ear, &from->line, one->cursor + step);
        }
        write_step(one, (size_t)step);
    }
}

/* Where the one that it lies beside began. False: that is gone. */
static bool find_beginning(media_plane *plane, media_id beside, int64_t *began) {
    node *one = plane_find(plane, beside, NODE_TAPE);
    if (one) *began = tape_of_node(one)->began;
    return one != NULL;
}

static int open_tape(media_plane *plane, const char *name, uint64_t tag, media_id beside, unsigned milliseconds,
                     media_id *out, char *reason, size_t reason_bytes) {
    if (!name || !out) return MEDIA_INVALID;
    if (!plane->recorder) {
        snprintf(reason, reason_bytes, "no directory for recordings was given");
        return MEDIA_FILE;
    }
    tape *new = calloc(1, sizeof *new);
    if (!new) return MEDIA_MEMORY;
    new->sides = beside ? 1 : 2;
    int result = beside ? recorder_open_mono(plane->recorder, name, tag, &new->file)
                        : recorder_open(plane->recorder, name, tag, &new->file);
    if (result != RECORDER_OK) {
        int error = errno;
        free(new);
        snprintf(reason, reason_bytes, "%s", strerror(error));
        return result == RECORDER_INVALID ? MEDIA_INVALID : result == RECORDER_MEMORY ? MEDIA_MEMORY : MEDIA_FILE;
    }
    new->node.kind = NODE_TAPE;
    new->tag = tag;
    structure_lock(plane);
    int64_t now = plane_position(plane, plane_now(plane)), origin = 0;
    bool is_there = !beside || find_beginning(plane, beside, &origin);
    int64_t began = origin + (int64_t)milliseconds * plane->settings.rate / 1000;
    room *in = is_there ? room_add(plane) : NULL;
    if (in) {
        new->began = new->cursor = beside && began < now ? began : now;
        plane_add(plane, &new->node);
        *out = new->node.id;
        atomic_store(&new->node.room, in);
        room_enter(in, &new->node);
    }
    structure_unlock(plane);
    if (in) return MEDIA_OK;
    recorder_discard(new->file, name);
    free(new);
    return is_there ? MEDIA_MEMORY : MEDIA_GONE;
}

int media_recording_open(media_plane *plane, const char *name, uint64_t tag, media_id *out, char *reason,
                         size_t reason_bytes) {
    return open_tape(plane, name, tag, 0, 0, out, reason, reason_bytes);
}

int media_recording_open_beside(media_plane *plane, const char *name, uint64_t tag, media_id beside,
                                unsigned milliseconds, media_id *out, char *reason, size_t reason_bytes) {
    return beside ? open_tape(plane, name, tag, beside, milliseconds, out, reason, reason_bytes) : MEDIA_INVALID;
}

void media_recording_close(media_plane *plane, media_id id) {
    structure_lock(plane);
    node *one = plane_find(plane, id, NODE_TAPE);
    if (one) {
        tape *gone = tape_of_node(one);
        plane_remove(plane, one);
        room *in = room_of(one);
        int64_t end = plane_position(plane, plane_now(plane));
        edges_remove(plane, one);                           /* what they said is the tape's rest now */
        while (gone->cursor < end) {
            int64_t left = end - gone->cursor;
            write_step(gone, left < LONGEST_STEP ? (size_t)left : LONGEST_STEP);
        }
        pthread_mutex_unlock(&in->mutex);
        room_leave(plane, one);
        recorder_close(gone->file);
        free(gone);
    }
    structure_unlock(plane);
}
