/* What is closed while a worker may still hold it. A worker writes down the plane's epoch before each look at its sockets,
 * and holds nothing from before that: what was closed in an epoch that all have seen is nobody's any more. */
#define _GNU_SOURCE /* dup3 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "plane.h"

static uint64_t seen_by_all(const media_plane *plane) {
    uint64_t seen = UINT64_MAX;
    for (unsigned i = 0; i < plane->worker_count; i++) {
        uint64_t by_one = atomic_load(&plane->workers[i].seen);
        if (by_one < seen) seen = by_one;
    }
    return seen;
}

void retire_leg(media_plane *plane, leg *gone) {
    gone->retired_at = atomic_fetch_add(&plane->epoch, 1) + 1;
    gone->next_retired = plane->retired_legs;
    plane->retired_legs = gone;
    /* Its ports are free at once; its descriptors stay taken, so that whoever reads them still reads nobody else's. */
    dup3(plane->nowhere, gone->rtp, O_CLOEXEC);
    dup3(plane->nowhere, gone->rtcp, O_CLOEXEC);
}

void retire_room(media_plane *plane, room *gone) {
    gone->retired_at = atomic_fetch_add(&plane->epoch, 1) + 1;
    gone->next_retired = plane->retired_rooms;
    plane->retired_rooms = gone;
}

static void free_leg(leg *gone) {
    if (gone->rtp >= 0) close(gone->rtp);
    if (gone->rtcp >= 0) close(gone->rtcp);
    players_free_played(gone);
    ear_close(gone->ear);
    codec_close(gone->codec);
    key_ear_close(gone->key_ear);
    secure_close(gone->in);
    secure_close(gone->former_in);
    secure_close(gone->out);
    free(gone);
}

void retire_free(media_plane *plane, bool everything) {
    uint64_t seen = everything ? UINT64_MAX : seen_by_all(plane);
    for (leg **place = &plane->retired_legs; *place;) {
        leg *gone = *place;
        if (gone->retired_at > seen) {
            place = &gone->next_retired;
            continue;
        }
        *place = gone->next_retired;
        free_leg(gone);
    }
    for (room **place = &plane->retired_rooms; *place;) {
        room *gone = *place;
        if (gone->retired_at > seen) {
            place = &gone->next_retired;
            continue;
        }
        *place = gone->next_retired;
        pthread_mutex_destroy(&gone->mutex);
        free(gone);
    }
}
