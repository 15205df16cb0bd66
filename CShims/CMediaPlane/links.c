/* The links, and what follows from them for each listener. */
#include <stdlib.h>

#include "plane.h"

edge *edge_find(const node *from, const node *to, int side) {
    edge *one = from->out;
    while (one && (one->to != to || one->side != side)) one = one->next_out;
    return one;
}

static void take_out(edge *gone) {
    edge **place = &gone->from->out;
    while (*place != gone) place = &(*place)->next_out;
    *place = gone->next_out;
    place = &gone->to->in;
    while (*place != gone) place = &(*place)->next_in;
    *place = gone->next_in;
}

/* What a tape has not written yet of the one who leaves stays with the tape. */
static void remove_edge(media_plane *plane, edge *gone) {
    take_out(gone);
    if (gone->to->kind == NODE_TAPE) tape_keep_rest(gone, plane_position(plane, plane_now(plane)));
    else if (gone->reached > 0 && leg_of_node(gone->from)->was_mixed)
        leg_part(leg_of_node(gone->to), leg_of_node(gone->from), gone->reached);
    free(gone);
}

void edges_remove(media_plane *plane, node *of) {
    while (of->out) remove_edge(plane, of->out);
    while (of->in) remove_edge(plane, of->in);
}

/* Whether a payload of one can go to the other as it is. */
static bool speak_alike(const leg *from, const leg *to) { return from->stream.codec == to->stream.codec; }

void leg_replan(leg *of) {
    plan next = PLAN_NOTHING;
    leg *passing = NULL;
    if (of->is_streaming && of->stream.hears) {
        size_t voices = 0, sounds = 0;
        const edge *only = NULL;
        for (const edge *each = of->node.in; each; each = each->next_in) {
            const leg *from = leg_of_node(each->from);
            if (each->gain == 0 || !from->is_streaming || !from->stream.sends) continue;
            voices++;
            only = each;
        }
        for (const player *each = of->players; each; each = each->next) sounds++;
        if (voices == 0 && sounds == 0) {
            next = PLAN_SILENCE;
        } else if (voices == 0 && sounds == 1 && of->players->gain == MEDIA_UNITY &&
                   sound_is_prepared(of->players->what, of->stream.codec)) {
            next = PLAN_SOUND;
        } else if (voices == 1 && sounds == 0 && only->gain == MEDIA_UNITY && speak_alike(leg_of_node(only->from), of)) {
            next = PLAN_PASS;
            passing = leg_of_node(only->from);
        } else {
            next = PLAN_MIX;
        }
    }
    leg_change_plan(of, next, passing);
}

void room_replan(room *all) {
    for (node *one = all->nodes; one; one = one->next_in_room)
        if (one->kind == NODE_LEG) leg_replan(leg_of_node(one));
}

/* ---- players: music is heard by whom it is linked to, wherever it is just now for him */

bool player_add(leg *of, sound *what, media_id music, int gain) {
    player *new = calloc(1, sizeof *new);
    if (!new) return false;
    *new = (player){.what = sound_hold(what), .music = music, .gain = gain, .next = of->players};
    if (music != 0 && music == of->left.music) new->frame = of->left.frame;
    of->players = new;
    leg_replan(of);
    return true;
}

void players_free_played(leg *of) {
    while (of->played) {
        player *gone = of->played;
        of->played = gone->next;
        sound_release(gone->what);
        free(gone);
    }
}

void player_stop(leg *of, media_id music) {
    players_free_played(of);
    for (player **place = &of->players; *place;) {
        player *one = *place;
        if (music != 0 && one->music != music) {
            place = &one->next;
            continue;
        }
        *place = one->next;
        leg_part_from_player(of, one);
        if (one->music != 0) {
            of->left.music = one->music;
            of->left.frame = one->frame;
        }
        sound_release(one->what);
        free(one);
    }
    leg_replan(of);
}

static struct music *find_music(media_plane *plane, media_id id) {
    struct music *one = plane->music;
    while (one && one->id != id) one = one->next;
    return one;
}

static player *find_player(const leg *of, media_id music) {
    player *one = of->players;
    while (one && one->music != music) one = one->next;
    return one;
}

static int link_music(const struct music *from, leg *to, int gain) {
    int result = MEDIA_OK;
    room *in = room_of(&to->node);
    player *known = find_player(to, from->id);
    if (known) {
        known->gain = gain;
        leg_replan(to);
    } else if (!player_add(to, from->what, from->id, gain)) {
        result = MEDIA_MEMORY;
    }
    pthread_mutex_unlock(&in->mutex);
    return result;
}

/* ---- the contract */

static node *find_end(media_plane *plane, media_id id) {
    node *one = plane_find(plane, id, NODE_LEG);
    return one ? one : plane_find(plane, id, NODE_TAPE);
}

static int link_nodes(media_plane *plane, node *from, node *to, int side, int gain) {
    edge *known = edge_find(from, to, side);
    edge *new = known ? NULL : calloc(1, sizeof *new);
    if (!known && !new) return MEDIA_MEMORY;
    room_join(plane, from, to);
    room *in = room_of(from);
    if (known) {
        known->gain = gain;
    } else {
        *new = (edge){.from = from, .to = to, .side = side, .gain = gain, .next_out = from->out, .next_in = to->in,
                      .since = plane_position(plane, plane_now(plane))};
        from->out = to->in = new;
    }
    if (to->kind == NODE_LEG) leg_replan(leg_of_node(to));
    pthread_mutex_unlock(&in->mutex);
    return MEDIA_OK;
}

int media_link(media_plane *plane, media_id from_id, media_id to_id, int side, unsigned gain) {
    if (from_id == to_id || side < 0 || side > 1 || gain > 1024) return MEDIA_INVALID;
    structure_lock(plane);
    const struct music *music = find_music(plane, from_id);
    node *from = plane_find(plane, from_id, NODE_LEG), *to = find_end(plane, to_id);
    int result;
    if (!to || (!from && !music)) result = MEDIA_GONE;
    else if (side >= (to->kind == NODE_LEG ? 1 : tape_of_node(to)->sides)) result = MEDIA_INVALID;
    else if (from) result = link_nodes(plane, from, to, side, (int)gain);
    else if (to->kind == NODE_LEG) result = link_music(music, leg_of_node(to), (int)gain);
    else result = MEDIA_INVALID;                            /* music is not recorded */
    structure_unlock(plane);
    return result;
}

int media_unlink(media_plane *plane, media_id from_id, media_id to_id, int side) {
    structure_lock(plane);
    bool is_music = find_music(plane, from_id) != NULL;
    node *from = plane_find(plane, from_id, NODE_LEG), *to = find_end(plane, to_id);
    int result = to && (from || is_music) ? MEDIA_OK : MEDIA_GONE;
    if (result == MEDIA_OK && is_music && to->kind == NODE_LEG) {
        room *in = room_of(to);
        player_stop(leg_of_node(to), from_id);
        pthread_mutex_unlock(&in->mutex);
    } else if (result == MEDIA_OK && from) {
        edge *gone = edge_find(from, to, side);
        if (gone) {
            room *in = room_of(from);
            remove_edge(plane, gone);
            if (to->kind == NODE_LEG) leg_replan(leg_of_node(to));
            pthread_mutex_unlock(&in->mutex);
            room_split(plane, from, to);
        }
    }
    structure_unlock(plane);
    return result;
}

int media_gain(media_plane *plane, media_id from_id, media_id to_id, int side) {
    int gain = -1;
    pthread_mutex_lock(&plane->mutex);
    const node *from = plane_find(plane, from_id, NODE_LEG);
    node *to = find_end(plane, to_id);
    if (from && to) {
        const edge *one = edge_find(from, to, side);
        if (one) gain = one->gain;
    } else if (to && to->kind == NODE_LEG && side == 0 && find_music(plane, from_id)) {
        room *in = room_of(to);
        const player *one = find_player(leg_of_node(to), from_id);
        if (one) gain = one->gain;
        pthread_mutex_unlock(&in->mutex);
    }
    pthread_mutex_unlock(&plane->mutex);
    return gain;
}

void media_plane_count(media_plane *plane, media_counts *into) {
    *into = (media_counts){0};
    structure_lock(plane);
    for (size_t i = 0; i < BUCKETS; i++)
        for (node *one = plane->nodes[i]; one; one = one->next_in_bucket) {
            for (const edge *each = one->out; each; each = each->next_out) into->links++;
            if (one->kind == NODE_TAPE) {
                into->recordings++;
                continue;
            }
            into->legs++;
            room *in = room_of(one);
            for (const player *each = leg_of_node(one)->players; each; each = each->next) into->links++;
            pthread_mutex_unlock(&in->mutex);
        }
    for (unsigned i = 0; i < plane->worker_count; i++) into->rooms += plane->workers[i].rooms;
    structure_unlock(plane);
    into->announcements = announcements_count(plane->announcements);
    into->encodings = atomic_load(&plane->preparer.encodings);
}
