/* Music and announcements of the plane: which sound a leg plays. */
#include <stdio.h>
#include <stdlib.h>

#include "plane.h"

/* Encoding Opus takes about a hundredth of the time that it lasts: what is longer is encoded for each who listens. */
enum { LONGEST_OPUS_SECONDS = 60 };
enum { LONGEST_REASON = 200 };

static int as_media(int result) {
    switch (result) {
        case SOUND_OK: return MEDIA_OK;
        case SOUND_MEMORY: return MEDIA_MEMORY;
        case SOUND_FILE: return MEDIA_FILE;
        default: return MEDIA_INVALID;
    }
}

static int prepare(sound *one) {
    int result = SOUND_OK;
    for (int kind = 0; result == SOUND_OK && kind < CODEC_KINDS; kind++)
        if (kind != CODEC_OPUS || sound_frames(one) <= LONGEST_OPUS_SECONDS * 50)
            result = sound_prepare(one, (codec_kind)kind);
    return result;
}

int media_music_open(media_plane *plane, const char *path, media_id *out, char *reason, size_t reason_bytes) {
    if (!path || !out) return MEDIA_INVALID;
    sound *what;
    int result = sound_open(path, plane->settings.rate, &what, reason, reason_bytes);
    if (result != SOUND_OK) return as_media(result);
    result = prepare(what);
    struct music *new = result == SOUND_OK ? calloc(1, sizeof *new) : NULL;
    if (!new) {
        sound_release(what);
        return MEDIA_MEMORY;
    }
    pthread_mutex_lock(&plane->mutex);
    *new = (struct music){.id = ++plane->last_id, .what = what, .next = plane->music};
    plane->music = new;
    *out = new->id;
    pthread_mutex_unlock(&plane->mutex);
    return MEDIA_OK;
}

/* ---- announcements */

/* Whether it pays to encode it for all who hear it by this leg's codec, before it does; false when that was done. */
static bool should_be_prepared(leg *by, const sound *what) {
    bool is_short = by->stream.codec != CODEC_OPUS || sound_frames(what) <= LONGEST_OPUS_SECONDS * 50;
    return by->codec && is_short && !sound_is_prepared(what, by->stream.codec);
}

static void begin(leg *by, sound *what) {
    players_free_played(by);
    if (player_add(by, what, 0, MEDIA_UNITY)) return;
    /* Somebody waits for its end. */
    plane_tell(by->plane, (media_event){.kind = MEDIA_FINISHED, .tag = by->tag});
}

void leg_hear(media_plane *plane, media_id id, sound *what) {
    room *in;
    leg *one = leg_lock(plane, id, &in);
    if (!one) return;
    begin(one, what);
    leg_unlock(plane, in);
}

static void tell_unreadable(leg *by, const char *path, const char *why) {
    char reason[LONGEST_REASON * 2];
    snprintf(reason, sizeof reason, "%s: %s", path, why);
    plane_tell(by->plane, (media_event){.kind = MEDIA_FINISHED, .tag = by->tag, .reason = reason});
}

void leg_hear_file(media_plane *plane, media_id id, const char *path) {
    char why[LONGEST_REASON] = "there is no memory for it";
    sound *what = NULL;
    int result = announcements_take(plane->announcements, path, plane_now(plane), &what, why, sizeof why);
    room *in;
    leg *one = leg_lock(plane, id, &in);
    if (one) {
        if (result != SOUND_OK) tell_unreadable(one, path, why);
        else if (!should_be_prepared(one, what) || !preparer_add(plane, id, what, one->stream.codec)) begin(one, what);
        leg_unlock(plane, in);
    }
    if (result == SOUND_OK) sound_release(what);
}

int media_leg_play(media_plane *plane, media_id id, const char *path) {
    if (!path) return MEDIA_INVALID;
    room *in;
    leg *one = leg_lock(plane, id, &in);
    if (!one) return MEDIA_GONE;
    int result = preparer_read(plane, id, path) ? MEDIA_OK : MEDIA_MEMORY;
    leg_unlock(plane, in);
    return result;
}

void sounds_tidy(media_plane *plane) {
    announcements_tidy(plane->announcements, plane_now(plane));
    pthread_mutex_lock(&plane->mutex);
    for (size_t i = 0; i < BUCKETS; i++)
        for (node *one = plane->nodes[i]; one; one = one->next_in_bucket) {
            if (one->kind != NODE_LEG) continue;
            room *in = room_of(one);
            players_free_played(leg_of_node(one));
            pthread_mutex_unlock(&in->mutex);
        }
    pthread_mutex_unlock(&plane->mutex);
}
