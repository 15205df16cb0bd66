/* The SIP stack as this program sees it: opaque engine, legs by number, one event callback.
 *
 * Nothing of PJSIP appears here. Threads: every function is called from one thread, the one that called
 * sip_engine_start; events come on threads of the stack, one at a time, in wire order. Strings are UTF-8, borrowed
 * for the length of the call or callback.
 */
#ifndef SIP_BRIDGE_H
#define SIP_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sip_engine sip_engine;

/* One dialog. Incoming legs are numbered by the engine from 1; outgoing ones by the caller, with the top bit set.
 * Never reused; 0 is never a leg. */
typedef uint64_t sip_leg;

enum {
    SIP_OK = 0,
    SIP_NO_SUCH_LEG = -1,    /* ended, or never was */
    SIP_STOPPED = -2,
    SIP_INVALID = -3,        /* a parameter out of its range */
    SIP_EXHAUSTED = -4,      /* no free slot */
    SIP_FILE = -5,           /* a file could not be opened */
    SIP_STACK = -6,          /* the stack refused; sip_last_error() says why */
    SIP_MEMORY = -7
};

/* What the stack said of the last SIP_STACK or SIP_FILE on this thread; valid until the next call. Never NULL. */
const char *sip_last_error(void);
/* The stack's own code for it. */
int sip_last_status(void);
/* Version of the stack, for the start-up line. */
const char *sip_stack_version(void);

typedef enum { SIP_UDP = 1, SIP_TCP = 2 } sip_transport_kind;
typedef enum { SIP_DIGEST_MD5 = 0, SIP_DIGEST_SHA256 = 1 } sip_digest;
/* How audio is protected (SRTP, keys by SDES: RFC 4568). OPTIONAL offers plain RTP with keys, which a peer that has SRTP takes
 * (RFC 8643), and answers each offer as it is; REQUIRED ends or refuses (488) a call that would be plain. */
typedef enum { SIP_SRTP_OFF = 0, SIP_SRTP_OPTIONAL = 1, SIP_SRTP_REQUIRED = 2 } sip_srtp;

/* An address with prefix length: 192.0.2.0/24, ::1/128; port 0 means any port. */
typedef struct { const char *address; int prefix_length; int port; } sip_network;

/* A peer known by its source address. */
typedef struct {
    const char *id;
    const sip_network *networks;
    size_t network_count;
    const char *proxy;               /* host:port where calls for it go */
    sip_transport_kind transport;
    const char *domain;              /* host part of From, To and P-Asserted-Identity towards it; NULL: that of proxy */
    bool trusted;                    /* takes and gives P-Asserted-Identity */
    sip_srtp srtp;
} sip_trunk;

/* A telephone. Either registers here (secret set) or is an extension reached by a trunk (trunk and number set). */
typedef struct {
    const char *id;                  /* user part of its address of record, and its digest user name */
    const char *secret;
    sip_digest digest;
    const char *trunk;
    const char *number;
    sip_srtp srtp;                   /* of one that registers; an extension has its trunk's */
} sip_phone;

/* What a registration left behind; written down by the program and handed back at the next start. */
typedef struct {
    const char *phone;
    const char *contact;             /* the Contact URI as registered */
    const char *source;              /* address it came from, host:port */
    sip_transport_kind transport;
    int64_t expires_at;              /* seconds since 1970 */
    const char *call_id;
    uint32_t cseq;
    const char *user_agent;
} sip_binding;

typedef struct {
    const char *bind_address;        /* numeric, IPv4 or IPv6 */
    int port;
    bool udp, tcp;
    const char *public_address;      /* numeric; NULL: the bound one */
    int rtp_port_first, rtp_port_last;
    unsigned max_legs;
    unsigned audio_rate;             /* of mixing and recordings: 8000 or 16000 */
    unsigned silent_seconds;         /* above 10; 0: 30 */
    const char *realm;
    const char *user_agent;
    const char *const *codecs;       /* in order of preference: PCMU, PCMA, G722, opus */
    size_t codec_count;
    const sip_trunk *trunks;
    size_t trunk_count;
    const sip_phone *phones;
    size_t phone_count;
    const sip_binding *bindings;
    size_t binding_count;
    unsigned register_min_seconds, register_max_seconds;   /* 423 below, shortened above */
    unsigned contacts_per_phone;
    unsigned nonce_seconds;          /* how long a challenge may be answered; 0: 300 */
    unsigned unanswered_invite_seconds;   /* an outgoing leg without 18x or final answer is given up: a last resort, 180 */
    int recordings_directory;        /* open descriptor, O_DIRECTORY */
    int log_level;                   /* 0 to 5 of the stack */
} sip_settings;

typedef enum {
    SIP_ARRIVED = 1,                 /* leg, invitation */
    SIP_PROGRESSED,                  /* leg, status 180..189 */
    SIP_ANSWERED,                    /* leg */
    SIP_HELD, SIP_RETRIEVED,         /* leg */
    SIP_PRESSED,                     /* leg, digit */
    SIP_ANNOUNCEMENT_FINISHED,       /* leg */
    SIP_AUDIO_FLOWS,                 /* leg: the first packet has come, or the first after one of the two below */
    SIP_AUDIO_ONE_WAY,               /* leg: none has come for 10 s, though it may send and we do */
    SIP_AUDIO_SILENT,                /* leg: none has come for silent_seconds */
    SIP_ENDED,                       /* leg, status, by_peer, was_answered: the last event of a leg */
    SIP_BOUND, SIP_UNBOUND,          /* binding: one contact of a phone is new or refreshed, or gone */
    SIP_RECORDING_FAILED,            /* recording, text */
    SIP_REFUSED,                     /* status, text: source address and reason; somebody was turned away */
    SIP_LOAD,                        /* load: each second */
    SIP_LOG                          /* status: level 1..5, text: one line of the stack, not yet escaped */
} sip_event_kind;

/* A display name and URI as they stood in a header; display name decoded, nothing believed. */
typedef struct { const char *display_name, *user, *host; } sip_name_address;

typedef struct {
    const char *trunk;               /* one of the two is set: who brought it */
    const char *phone;
    const char *called;              /* user part of the Request-URI */
    sip_name_address from;
    bool has_asserted; sip_name_address asserted;
    bool has_remote_party; sip_name_address remote_party; bool remote_party_private;
    const char *privacy;             /* comma separated, lower case; "" without */
    const char *contact;             /* value of our X-Tsunagi-Contact header, "" without */
} sip_invitation;

/* How much there was to do since it was told the last time. */
typedef struct {
    uint64_t ticks, missed_ticks;    /* of mixing and recording, each 20 ms: carried out, and given up */
    int64_t lateness_p50, lateness_p99, lateness_worst;   /* of these, microseconds */
    int64_t signalling_lateness;     /* of the thread that tells this, microseconds */
    unsigned busy_percent;           /* of its time, the busiest thread that carries audio */
    unsigned recorder_percent;       /* how full the fullest buffer of a recording was */
    uint64_t lost_samples;           /* of recordings, since no buffer had room */
} sip_load;

typedef struct {
    sip_event_kind kind;
    sip_leg leg;
    int status;
    bool by_peer, was_answered;
    char digit;
    uint64_t recording;
    const sip_invitation *invitation;
    const sip_binding *binding;
    const sip_load *load;
    const char *text;
} sip_event;

/* On threads of the stack, one at a time, in wire order. Must not block or call back in here. */
typedef void (*sip_event_fn)(const sip_event *event, void *context);

/* Starts the stack and listens. Registers the calling thread as the one that all other calls come from. Only one engine
 * at a time. Nothing is written to *out on failure. */
int sip_engine_start(const sip_settings *settings, sip_event_fn on_event, void *context, sip_engine **out);

/* Ends all legs, seals recordings, stops the stack. Returns after the last callback has returned. */
void sip_engine_stop(sip_engine *engine);

/* From now on every new INVITE of a trunk is answered with this status, and with a Retry-After from `soonest` to `latest`
 * seconds, another each time, so that not all come back at once; 0 is none. Status 0 takes calls again. Those of phones are
 * told as ever: they may be emergency calls, and the program knows; when it ends one with the same status, that has a
 * Retry-After, too. */
void sip_engine_refuse_new(sip_engine *engine, int status, unsigned soonest, unsigned latest);

int sip_leg_ring(sip_engine *engine, sip_leg leg);          /* 180 */
int sip_leg_early_media(sip_engine *engine, sip_leg leg);   /* 183 with SDP */
int sip_leg_answer(sip_engine *engine, sip_leg leg);        /* 200 */

/* One key press: as telephone-events (RFC 4733) where the peer agreed to them, else by INFO. `0`-`9`, `*`, `#`, `A`-`D`. */
int sip_leg_press(sip_engine *engine, sip_leg leg, char digit);

/* Final status, CANCEL or BYE as the leg's state wants. reason: value of a Reason header (RFC 3326), or NULL. */
int sip_leg_end(sip_engine *engine, sip_leg leg, int status, const char *reason);

typedef struct {
    const char *from_user;           /* From, and P-Asserted-Identity where the trunk is trusted */
    const char *from_display_name;   /* UTF-8, "" for none */
    bool is_private;                 /* From anonymous (RFC 3323), Privacy: id, the number only in P-Asserted-Identity */
    const char *contact;             /* value of X-Tsunagi-Contact */
} sip_presented;

/* Current bindings of a phone, in order of registration, at most `capacity`: opaque numbers for sip_leg_dial_binding.
 * Returns how many were written. 0 for an extension or an unreachable phone. */
size_t sip_phone_bindings(sip_engine *engine, const char *phone, uint64_t *bindings, size_t capacity);

/* Dials one binding of a phone that registered here: to the address, and over the connection, it registered from. */
int sip_leg_dial_binding(sip_engine *engine, sip_leg leg, uint64_t binding, const sip_presented *presented);

/* Dials a number by a trunk. */
int sip_leg_dial_trunk(sip_engine *engine, sip_leg leg, const char *trunk, const char *number,
                       const sip_presented *presented);

/* Audio points. Legs have their own numbers; music and recordings are opened and closed here, by numbers of the
 * caller's choice that are not those of legs: music in 1<<62 | n, recording sides by sip_recording_point. */
typedef uint64_t sip_point;

/* Looped, shared by all who listen. Takes WAV: PCM 16 bit or G.711, mono. Opening an open one does nothing. */
int sip_music_open(sip_engine *engine, sip_point point, const char *path);

/* Both sides silent until linked. name: a bare file name below recordings_directory. recording: 1 .. 1<<60. */
int sip_recording_open(sip_engine *engine, uint64_t recording, const char *name);
int sip_recording_close(sip_engine *engine, uint64_t recording);
static inline sip_point sip_recording_point(uint64_t recording, int side) { return 3ull << 61 | recording << 1 | (unsigned)side; }

/* What `from` says, `to` hears. Kept while an end has no media yet and through re-INVITEs; forgotten with either end. */
int sip_link(sip_engine *engine, sip_point from, sip_point to);
int sip_unlink(sip_engine *engine, sip_point from, sip_point to);

/* Plays a WAV file once; SIP_ANNOUNCEMENT_FINISHED follows, unless the leg ends before. At once where the file cannot be read,
 * which is told by SIP_LOG. */
int sip_leg_play(sip_engine *engine, sip_leg leg, const char *path);

#ifdef __cplusplus
}
#endif
#endif
