/* What the files of this target share. Private to CMediaPlane.
 *
 * Whatever can be heard together is in one room: legs and tapes that links connect, however indirectly. A room's lock is
 * held for each packet and each tick of its own, so two workers wait for each other only while a leg changes rooms.
 * Locks, outermost first: the plane's (all ids, who is in which room), each worker's (its list of rooms, held during a tick of them), a room's. The
 * first two together are `the structure`. Events are told with a room's lock held.
 *
 * A worker may hold a leg from its last look at the sockets while that is closed: what is closed is kept until every
 * worker has looked anew (retire.c).
 */
#ifndef PLANE_H
#define PLANE_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include <recorder.h>

#include "announcements.h"
#include "ear.h"
#include "keys.h"
#include "lateness.h"
#include "media_plane.h"
#include "place.h"
#include "reports.h"
#include "sound.h"

enum {
    MOST_WORKERS = 16,
    PHASES = 10,                     /* rooms tick at different times, or every 20 ms all packets would leave at once */
    TICK_MILLISECONDS = 20,
    LONGEST_TICK = 16000 / 1000 * TICK_MILLISECONDS,
    LEAD_IN = 5,                     /* frames that an encoder hears before it speaks: then it continues what was heard */
    MOST_CATCHING_UP = 15,           /* ticks that a late worker carries out one after the other */
    TAPE_TICKS = 3,                  /* written together: nobody waits for them, and each leg's memory is gone through less often */
    HORIZON_MILLISECONDS = 320,      /* what is not mixed is decoded that late: then all that was delayed has come */
    /* An ear that is farther behind has had no listener for a while, not even a tape: it may forget what waits. */
    FORGOTTEN_MILLISECONDS = HORIZON_MILLISECONDS + (TAPE_TICKS + 2) * TICK_MILLISECONDS,
    MOST_ANNOUNCEMENT_BYTES = 64 << 20,
    BUCKETS = 4096
};

typedef struct room room;
typedef struct edge edge;

typedef enum { NODE_LEG, NODE_TAPE } node_kind;

/* What links connect. */
typedef struct node {
    node_kind kind;
    media_id id;
    _Atomic(room *) room;
    struct node *next_in_room, *next_in_bucket;
    edge *out, *in;
    bool is_marked;                  /* while a room is taken apart */
} node;

struct edge {
    node *from, *to;
    int side;
    int gain;
    int reached;                     /* the gain that a mix has come to: it goes over to `gain` within a tick */
    int64_t since;                   /* position from which on a tape takes it */
    edge *next_out, *next_in;
};

/* A sound that one leg hears. */
typedef struct player {
    sound *what;
    media_id music;                  /* 0 for an announcement, which is played once */
    int gain, reached;               /* as of an edge */
    size_t frame;
    struct player *next;
} player;

typedef enum { PLAN_NOTHING, PLAN_SILENCE, PLAN_PASS, PLAN_SOUND, PLAN_MIX } plan;

typedef enum { HEARD_NOTHING_YET, HEARD, TOLD_ONE_WAY, TOLD_SILENT } hearing;

typedef struct leg {
    node node;
    media_plane *plane;
    struct worker *worker;           /* whose sockets its own are among: its room's, unless that could not take them */
    uint64_t tag;
    int rtp, rtcp;
    bool is_closed;

    bool is_streaming;
    media_stream stream;
    codec *codec;
    struct sockaddr_storage agreed;  /* what was negotiated; stream.rtp is what was learnt instead */
    bool is_located;                 /* the peer's port has been learnt, or need not be */
    bool is_report_located;          /* that of its reports */
    struct { in_port_t port; uint32_t ssrc; uint16_t sequence; } candidate;   /* whose next packet would tell it */
    secure_context *in, *out;        /* of SRTP; NULL both: plain */
    secure_context *former_in;       /* by the key before, also while it is plain: what is still under way, up to this moment */
    int64_t former_until;
    int64_t second;                  /* in which so many packets came */
    unsigned in_second, forged_in_second;
    bool is_expected;                /* to be heard: its silence is told */

    /* what comes in */
    reception received;
    timeline line;
    ear *ear;
    key_receiver keys;
    struct { uint8_t payload[KEY_BYTES]; uint32_t timestamp; int64_t at; } key;   /* the last event, as it was last */
    key_ear *key_ear;                /* for peers that send keys as tones only */
    int64_t key_ear_at;
    int64_t delay;                   /* samples: how long after it was said it is mixed */
    bool was_mixed;                  /* in the last tick */
    int64_t mixed_upto;              /* position of what it said last that was */
    int16_t frame[LONGEST_TICK];     /* what it says in this tick */
    uint64_t foreign, malformed, forged, replayed;
    int64_t last_heard;
    hearing hearing;

    /* what goes out */
    sending sent;
    plan plan;
    struct leg *passing;             /* PLAN_PASS: whose packets it gets */
    plan wanted;                     /* what follows from the links: it is mixed until nobody notices the change to it */
    struct leg *source;              /* PLAN_PASS wanted: whose packets then */
    unsigned steady;                 /* frames that were mixed since that was last looked at */
    int16_t recent[LEAD_IN * LONGEST_TICK];   /* what the encoder has to know before it goes on: of what it did not encode */
    int16_t farewell[LONGEST_TICK];  /* what dies away in the next frame that is mixed */
    bool is_own;                     /* what was sent last came from its own encoder */
    const struct leg *passed;        /* whose it got last; it may be gone: only to be compared */
    bool takes_over;                 /* the next frame that is mixed goes on where what was passed ended */
    int64_t heard_upto;              /* where that is, or where what was mixed ended: a position of whose it was */
    int64_t lead;                    /* nanoseconds of sound that were sent ahead of their time, all at once */
    bool is_source_silent;           /* PLAN_PASS: nothing came for long, we send silence */
    uint64_t encoded;                /* frames, for it alone */
    struct { media_id music; size_t frame; } left;   /* music that it hears no more, and where it was */
    player *players, *played;        /* played: to be freed by whom it does not delay */
    bool owes_waiting;               /* passed through since it was mixed: what waited to be mixed goes first */
    unsigned waited;                 /* packets that came since then */
    bool is_passing;                 /* the last packet was passed on: the two deltas hold */
    uint64_t sequence_delta, first_passed;
    uint32_t timestamp_delta;
    uint64_t passing_restarts;
    uint32_t passing_epoch;          /* of the timeline of whom it gets */
    struct {                         /* the event that it got last of whom it gets */
        const struct leg *of;        /* it may be gone: only to be compared */
        bool is_open;
        uint8_t payload[KEY_BYTES];
        uint32_t timestamp, sent_timestamp;
        int64_t at;
    } forwarded;
    uint16_t sequence;               /* of the last packet, its timestamp, length in ticks, and when */
    uint32_t timestamp, duration;
    int64_t last_sent;
    bool has_sent;
    key_sender pressing;
    int64_t report_at;
    uint32_t report_seed;

    struct leg *next_retired;
    uint64_t retired_at;
} leg;

/* A recording: what its legs say, once nothing of it can be late any more. */
typedef struct tape {
    node node;
    uint64_t tag;
    recording *file;
    int sides;                       /* 2, or 1 of one that lies beside another */
    int64_t began, cursor;           /* positions: of the file's first sample, and of the next to be written */
    /* What legs had said that have left since: by position, as in an ear. */
    int16_t rest[2][EAR_SAMPLES];
    int64_t rest_ends[2];
} tape;

struct room {
    pthread_mutex_t mutex;
    node *nodes;
    size_t count;
    struct worker *worker;
    unsigned phase;
    room *next;                      /* in its worker's phase */
    room *next_retired;
    uint64_t retired_at;
};

typedef struct worker {
    media_plane *plane;
    pthread_t thread;
    bool is_running;
    int epoll, wake;
    _Atomic uint64_t seen;           /* the plane's epoch when it last looked at its sockets */
    pthread_mutex_t mutex;           /* of the list below */
    struct { room *rooms; int64_t next; } phases[PHASES];   /* next: position of the next tick */
    size_t rooms;
    lateness lateness;               /* of ticks: those carried out, and those given up */
    _Atomic uint64_t ticks, missed_ticks;   /* since the plane was last measured */
    _Atomic unsigned busy;           /* thousandths of its time, of late */
    int64_t busy_at, busy_before;    /* when that was reckoned, and its CPU time then */
} worker;

/* Reads announcements, or encodes them, before they are heard. */
typedef struct preparer {
    struct media_plane *plane;
    pthread_t thread;
    bool is_running;
    _Atomic uint64_t encodings;      /* that it made */
    pthread_mutex_t mutex;           /* of the rest; nothing else is locked with it held */
    pthread_cond_t changed;
    bool is_stopping;
    struct preparation *first;       /* in the order in which they were wanted */
} preparer;

struct media_plane {
    media_settings settings;
    unsigned frame;                  /* samples of a tick */
    int64_t began;                   /* of the monotonic clock, nanoseconds: position 0 */
    recorder *recorder;
    int nowhere;                     /* a socket without an address: what a closed leg's become */
    sound *silence;
    announcements *announcements;
    preparer reader, preparer;       /* the one of files, and the one that encodes */
    worker workers[MOST_WORKERS];
    unsigned worker_count;
    atomic_bool is_stopping;
    _Atomic uint64_t epoch;
    uint64_t lost_before;            /* samples of recordings, when the plane was last measured: whoever measures */
    room limbo;                      /* of legs that are closed */

    pthread_mutex_t mutex;           /* of all below */
    media_id last_id;
    node *nodes[BUCKETS];
    struct music { media_id id; sound *what; struct music *next; } *music;
    unsigned next_phase;
    int next_port;
    leg *retired_legs;
    room *retired_rooms;
};

/* plane.c */
int64_t plane_now(const media_plane *plane);                /* nanoseconds since it began */
int64_t plane_position(const media_plane *plane, int64_t now);
int64_t plane_moment(const media_plane *plane, int64_t position);
uint32_t plane_random(void);
node *plane_find(media_plane *plane, media_id id, node_kind kind);      /* with the plane's lock */
void plane_add(media_plane *plane, node *new);
void plane_remove(media_plane *plane, node *gone);
void plane_tell(const media_plane *plane, media_event event);

/* rooms.c: with the structure locked, but for room_of */
void structure_lock(media_plane *plane);
void structure_unlock(media_plane *plane);
room *room_add(media_plane *plane);
/* Locks the room that a node is in. */
room *room_of(node *one);
void room_enter(room *into, node *one);
void room_join(media_plane *plane, node *a, node *b);
/* Takes apart what no link connects any more. */
void room_split(media_plane *plane, node *a, node *b);
void room_split_all(media_plane *plane, room *from);
void room_leave(media_plane *plane, node *gone);

/* links.c */
edge *edge_find(const node *from, const node *to, int side);
void edges_remove(media_plane *plane, node *of);             /* with structure and room locked */
void leg_replan(leg *of);
void room_replan(room *all);

/* links.c, too; with the room locked */
void player_stop(leg *of, media_id music);                   /* 0: all */
bool player_add(leg *of, sound *what, media_id music, int gain);
void players_free_played(leg *of);

/* sounds.c */
/* The leg hears this announcement now; nothing happens when it is gone. */
void leg_hear(media_plane *plane, media_id leg, sound *what);
/* The same for what is in this file, once it is read and encoded. Waits for the disk. */
void leg_hear_file(media_plane *plane, media_id leg, const char *path);
void sounds_tidy(media_plane *plane);

/* preparing.c */
int preparer_start(media_plane *plane);
/* What was not heard yet never is. */
void preparer_stop(media_plane *plane);
/* leg_hear, once it is encoded. False: no memory. */
bool preparer_add(media_plane *plane, media_id leg, sound *what, codec_kind kind);
/* leg_hear_file, on a thread that may wait. False: no memory. */
bool preparer_read(media_plane *plane, media_id leg, const char *path);

/* legs.c */
static inline leg *leg_of_node(node *one) { return (leg *)one; }
static inline tape *tape_of_node(node *one) { return (tape *)one; }
/* The leg, with the plane and its room locked; NULL, and nothing is locked: it is gone. */
leg *leg_lock(media_plane *plane, media_id id, room **in);
void leg_unlock(media_plane *plane, room *in);

/* receive.c: one packet that waits at a socket */
void leg_receive(leg *by, int64_t now);
void leg_receive_report(leg *by, int64_t now);

/* send.c; with the room locked */
/* One packet; the network may refuse it, as it may lose it. */
void leg_put(leg *to, const rtp_packet *packet, uint64_t duration, int64_t now);
/* Whether the next packet of the one whose packets it gets follows what it got last, by the two deltas. */
bool leg_goes_on(const leg *to, const leg *from);
void leg_pass(leg *to, leg *from, uint64_t extended, const rtp_packet *packet, int64_t now);
/* A packet of the one whose packets it gets brought no sound: it is no gap to the listener. */
void leg_pass_over(leg *to);
void leg_send_frame(leg *to, const uint8_t *payload, size_t bytes, int64_t now);
int64_t wall_nanoseconds(void);                              /* since 1970, for reports */
/* Sends what is due of keys instead of sound; false when none is. */
bool leg_send_keys(leg *to, int64_t now);
void leg_send_report(leg *to, bool says_bye, int64_t now);

/* forward.c; with the room locked */
/* A telephone-event came: its key, if it is a new one. */
char leg_take_key(leg *by, const rtp_packet *packet, int64_t now);
/* The key that the one whose packets it gets has pressed last is meant for it. False: it was another, too long ago, or went
 * to it already. */
bool leg_forward_last_key(leg *to, char key, int64_t now);
/* A packet of an event: it goes to whom that is meant for, else it is passed over. */
void leg_forward_key(leg *to, const leg *from, uint64_t extended, const rtp_packet *packet, int64_t now);
/* Ends an event whose own end will not come. */
void leg_finish_key(leg *to, int64_t now);

/* mix.c */
void room_tick(media_plane *plane, room *one, int64_t position, int64_t now);

/* seams.c; with the room locked */
/* Goes over to what its links want: at once, or through the mix. */
void leg_change_plan(leg *to, plan wanted, leg *source);
/* The mix has been heard for a frame more: leaves it when that is not noticed. */
void leg_settle(leg *to);
/* `to` does not hear any more of this leg, which was mixed until now: it dies away. */
void leg_part(leg *to, const leg *from, int gain);
void leg_part_from_player(leg *to, const player *from);
/* Before its own encoder makes a frame: it goes on where the last one ended, whoever's that was. */
void leg_lead_in(leg *to);
/* What was sent and did not come from its own encoder. */
void leg_remember(leg *to, const int16_t *samples);
/* Before a frame is mixed. False: all of it was heard already, and so much was sent ahead of its time that nothing is
 * missed when it is not sent. */
bool leg_enters_mix(leg *to, int64_t now);
/* Samples of a leg from this position on, as far as they are there, and what they would go on like behind that. */
void leg_foresee(const leg *of, int64_t position, int16_t *samples, size_t count);
/* Sends what `from` had said and was not mixed yet up to where one of its packets begins: that position. INT64_MAX, and
 * nothing is sent: there is none. */
int64_t leg_leave_mix(leg *to, leg *from, int64_t now);

/* tapes.c; with the room locked */
void tape_advance(media_plane *plane, tape *one, int64_t upto);
void tape_keep_rest(const edge *gone, int64_t until);

/* retire.c; with the structure locked */
void retire_leg(media_plane *plane, leg *gone);
void retire_room(media_plane *plane, room *gone);
void retire_free(media_plane *plane, bool everything);

/* worker.c */
int worker_start(media_plane *plane, worker *one);
void worker_stop(worker *one);
int worker_watch(worker *by, leg *one);
void worker_ignore(worker *by, const leg *one);
/* It looks anew at what is due. */
void worker_wake(worker *one);

#endif
