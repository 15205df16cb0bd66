/* The media plane: who hears whom. Opens the sockets of RTP and RTCP, forwards, mixes, plays and records.
 *
 * Legs, sounds and recordings have ids, which are never used again. Two legs of the same codec with nobody else to be heard are
 * passed through: a payload leaves as it came, under our own SSRC, sequence and timestamps. Everything else is mixed
 * in frames of 20 ms. Which of the two it is follows from the links, for each listener by itself, and changes while it talks.
 *
 * Every function is safe from every thread, does not wait for the network, and does nothing to an id that is gone but
 * return MEDIA_GONE. Events come on threads of the plane.
 */
#ifndef MEDIA_PLANE_H
#define MEDIA_PLANE_H

#include <stdbool.h>
#include <sys/socket.h>

#include "codec.h"
#include "secure_rtp.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct media_plane media_plane;
typedef uint64_t media_id;           /* 0 is none */

enum {
    MEDIA_OK = 0,
    MEDIA_GONE = -1,
    MEDIA_INVALID = -2,              /* a parameter out of its range */
    MEDIA_PORTS = -3,                /* no free pair of ports in the range */
    MEDIA_FILE = -4,                 /* `reason` says why */
    MEDIA_MEMORY = -5,
    MEDIA_SYSTEM = -6                /* a call of the system failed; errno says why */
};

typedef enum {
    MEDIA_KEY = 1,                   /* tag, key: a leg pressed it */
    MEDIA_FINISHED,                  /* tag: the announcement has been played to its end; reason: it could not be read */
    MEDIA_UP,                        /* tag: the first packet since the stream began, or after one of the two below */
    MEDIA_ONE_WAY,                   /* tag: nothing has come for one_way_seconds, though it may send and we send */
    MEDIA_SILENT,                    /* tag: the same for silent_seconds */
    MEDIA_RECORDING_FAILED           /* tag of the recording, reason */
} media_event_kind;

typedef struct {
    media_event_kind kind;
    uint64_t tag;
    char key;
    const char *reason;              /* NULL: none; borrowed until the callback returns */
} media_event;

/* Must not block, nor call in here. */
typedef void (*media_event_fn)(const media_event *event, void *context);

typedef struct {
    unsigned rate;                   /* of mixing and recordings: 8000 or 16000 */
    unsigned workers;                /* threads that carry audio; 0: one per core */
    int recordings_directory;        /* open descriptor; -1: nothing can be recorded */
    int port_first, port_last;       /* RTP takes the even ones, RTCP the one above */
    unsigned one_way_seconds, silent_seconds;   /* 0: 10 and 30 */
    media_event_fn on_event;
    void *context;
} media_settings;

int media_plane_start(const media_settings *settings, media_plane **out);
/* Gives up what those have let go of that carry audio: the memory of closed legs, above all. Every second or so. */
void media_plane_tidy(media_plane *plane);

typedef struct {
    uint64_t ticks, missed_ticks;    /* carried out; given up, since they were more than 300 ms late */
    int64_t lateness_p50, lateness_p99, lateness_worst;   /* of both kinds, microseconds; each within an eighth but the worst */
    unsigned busy_percent;           /* of its time, the busiest thread that carries audio, of late */
    unsigned recorder_percent;       /* how full the fullest buffer of a recording was */
    uint64_t lost_samples;           /* of recordings, since no buffer had room */
} media_load;

/* How much there was to do since this was asked the last time, or since the start. For one who asks, at any rhythm. */
void media_plane_measure(media_plane *plane, media_load *into);
/* Seals all recordings, as of now. */
void media_plane_seal(media_plane *plane);
/* Closes all legs, seals all recordings; returns after the last event. No other call may run or follow. */
void media_plane_stop(media_plane *plane);

/* ---- legs */

/* Binds a pair of ports at this address, whose own is ignored; writes that of RTP, which is even: RTCP has the one above. */
int media_leg_open(media_plane *plane, const struct sockaddr *at, media_id *out, uint16_t *port);
void media_leg_close(media_plane *plane, media_id leg);
/* What its events carry from now on. */
void media_leg_tag(media_plane *plane, media_id leg, uint64_t tag);

enum { MEDIA_NO_TYPE = 0xff };

/* What was negotiated for a leg. */
typedef struct {
    codec_kind codec;
    uint8_t type_in, type_out;       /* payload types */
    uint8_t keys_in, keys_out;       /* those of telephone-events; MEDIA_NO_TYPE without */
    bool sends;                      /* the peer may send to us */
    bool hears;                      /* we may send to the peer */
    struct sockaddr_storage rtp, rtcp;   /* where the peer is: packets from elsewhere are counted and dropped */
    /* It is behind NAT: the first two packets in order of this host tell its port, and the first report theirs; each once. */
    bool learns;
    unsigned packet_milliseconds;    /* that the peer is said to send; 0: 20 */
} media_stream;

/* From now on it speaks so; also in mid-call. A change of codec begins a new SSRC. */
int media_leg_stream(media_plane *plane, media_id leg, const media_stream *stream);
/* SRTP by these keys from now on: `in` that of what comes, `out` that of what goes; NULL both: plain RTP. Before the stream that it
 * is for, or in mid-call: what is under way by the former key is heard for another moment; another key for what goes begins a
 * new SSRC; the same keys again change nothing. What is not genuine is counted and dropped, and tells nothing of where the
 * peer is. MEDIA_INVALID: one of the two without the other, or no such suite. */
int media_leg_secure(media_plane *plane, media_id leg, const secure_key *in, const secure_key *out);
/* The peer has answered: from now on it is told when nothing is heard of it. */
void media_leg_expect(media_plane *plane, media_id leg);
/* Nothing is negotiated at present: nothing is sent, what comes is dropped. Links stay. */
void media_leg_pause(media_plane *plane, media_id leg);

/* Presses a key on the peer, by telephone-events. MEDIA_INVALID: none, or the peer does not take them. Where the peer gets
 * the packets of one who has just pressed that key, it gets the event itself, as long as it lasts; else one of 100 ms. */
int media_leg_press(media_plane *plane, media_id leg, char key);

typedef struct {
    uint64_t received, lost, duplicates, late, foreign, malformed;
    uint64_t forged, replayed;       /* SRTP and SRTCP of the peer's address that was not genuine */
    uint64_t sent;
    uint64_t encoded;                /* frames, for this leg alone */
    double jitter_milliseconds, round_trip_milliseconds;   /* negative: not known */
    double peer_lost_fraction, peer_jitter_milliseconds;
    double score, peer_score;        /* mean opinion scores: of what we hear, and what it hears */
    bool is_passed_through;          /* what it hears is, at present */
} media_statistics;

int media_leg_statistics(media_plane *plane, media_id leg, media_statistics *into);

/* ---- sounds */

/* Looped, shared by all who listen. Each hears it from its beginning, and goes on where it left off when it is linked again. */
int media_music_open(media_plane *plane, const char *path, media_id *out, char *reason, size_t reason_bytes);
/* Plays a file once, mixed with what the leg hears; MEDIA_FINISHED follows unless the leg is closed before. Whoever plays
 * the same file shares what was read and encoded of it; the first to hear it by a codec waits for that (a minute of
 * G.711 is 2 ms, of Opus half a second: what is longer is encoded for each leg). A file that was changed since is heard
 * changed. Waits for no disk: a file that cannot be read is told of by MEDIA_FINISHED, with a reason. */
int media_leg_play(media_plane *plane, media_id leg, const char *path);

/* ---- recordings */

/* Stereo: side 0 (left) is the outside, 1 the agent side; both silent until linked. name: bare, below the directory. */
int media_recording_open(media_plane *plane, const char *name, uint64_t tag, media_id *out, char *reason, size_t reason_bytes);
/* What was heard so far is still written, then it is sealed. */
void media_recording_close(media_plane *plane, media_id recording);

/* ---- who hears whom */

enum { MEDIA_UNITY = 256 };

/* `from`, a leg or music, is heard by `to`, a leg or the `side` of a recording (0 for a leg), at gain / 256 (0 to 1024). Again with another gain
 * changes it within 20 ms. Forgotten with either end. */
int media_link(media_plane *plane, media_id from, media_id to, int side, unsigned gain);
/* Nothing happens when there is no such link. */
int media_unlink(media_plane *plane, media_id from, media_id to, int side);
/* The gain of a link; -1: there is none. */
int media_gain(media_plane *plane, media_id from, media_id to, int side);

typedef struct {
    size_t legs, recordings;
    size_t links;                    /* and announcements that are being played */
    size_t rooms;                    /* parts that links hang together by, each at least one leg or recording */
    size_t announcements;            /* in memory */
    uint64_t encodings;              /* of announcements, since the beginning: one for each codec */
} media_counts;

/* How much there is at present of what has to be closed, and of announcements. */
void media_plane_count(media_plane *plane, media_counts *into);

#ifdef __cplusplus
}
#endif
#endif
