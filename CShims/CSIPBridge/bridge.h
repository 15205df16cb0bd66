/* What the files of this target share. Private to CSIPBridge.
 *
 * Locks, outermost first: a dialog of PJSIP, PJSUA's own, then ours: links, the media plane's, legs (and inside that,
 * emit). None of ours is held while PJSUA is called. The plane tells keys and ends with its locks held, so nothing is asked
 * of it with `legs` locked.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <pjsua-lib/pjsua.h>

#include "emit.h"
#include "sip_bridge.h"

/* Longest texts that leave this bridge in an invitation; what is longer is cut at a character. */
enum { LONGEST_DISPLAY_NAME = 256, LONGEST_USER = 128, LONGEST_HOST = 256, LONGEST_CONTACT = 128 };

/* engine.c */
typedef struct {
    char id[64], proxy[256], domain[256];
    sip_transport_kind transport;
    bool trusted;
    sip_srtp srtp;
} trunk;

typedef struct {
    char id[64];
    sip_srtp srtp;
} phone;

struct sip_engine {
    pjsua_acc_id accounts[3][3];     /* by sip_transport_kind and sip_srtp; PJSUA_INVALID_ID where not bound */
    char address[64];                /* host part that peers see: IPv6 in brackets, with port where it is not 5060 */
    trunk *trunks;
    size_t trunk_count;
    phone *phones;
    size_t phone_count;
    unsigned audio_rate;
    unsigned unanswered_invite_seconds;
};

/* The engine that runs; NULL without one. Changes only in start and stop. */
extern sip_engine *running;

/* How the audio of this trunk or phone is protected; OFF for an unknown one. */
sip_srtp srtp_of_trunk(const char *id);
sip_srtp srtp_of_phone(const char *id);

/* One audio medium, no video, no text: for every offer and answer of ours. */
void audio_only(pjsua_call_setting *setting);

/* events.c */
void events_start(sip_event_fn on_event, void *context);
void events_stop(void);

/* log.c */
void log_line(int level, const char *line, int length);
/* Remembers status for sip_last_error, and returns `code`. */
int failed(int code, pj_status_t status);
int failed_because(int code, const char *reason);

/* calls.c */
void calls_set_callbacks(pjsua_callback *callbacks);
/* Ends legs that nobody answered in time, and those whose audio could not be begun. On the stack's thread, each second. */
void calls_give_up_overdue(void);
void calls_end_all(int status);

/* keys.c */
void keys_set_callbacks(pjsua_callback *callbacks);
/* A leg's peer pressed a key. One that comes by INFO and as a telephone-event, too, is told once. */
void key_pressed(sip_leg leg, int digit, bool by_info);

/* identity.c: texts of an invitation, kept for as long as it is told. */
typedef struct {
    sip_invitation invitation;
    char called[LONGEST_USER + 1], privacy[128], contact[LONGEST_CONTACT + 1];
    struct { char display_name[LONGEST_DISPLAY_NAME + 1], user[LONGEST_USER + 1], host[LONGEST_HOST + 1]; } texts[3];
} invitation_texts;
void invitation_read(pjsip_rx_data *message, bool is_trusted, invitation_texts *into);

/* route.c: routes that decide where a request goes and never appear in it. */
/* Into `uri`: where this message came from. False when it does not fit. */
bool route_to_source(const pjsip_rx_data *message, char *uri, size_t capacity);
bool route_to(const char *host_port, sip_transport_kind transport, char *uri, size_t capacity);
/* The address that such a route leads to, if it is a numeric one. */
bool route_host(const char *uri, pj_sockaddr *address);
pjsip_route_hdr *route_header(pj_pool_t *pool, const char *uri);
/* Gives a dialog this route where the peers asked for none. With the dialog locked. */
void route_dialog(pjsip_dialog *dialog, const char *uri);

#endif
