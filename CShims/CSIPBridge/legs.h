/* All legs by number. Private to CSIPBridge.
 *
 * A leg is a call of PJSUA, whose own ids are slots that are used again; ours never are. The leg's record is touched only
 * between legs_lock and legs_unlock, and events of a leg are emitted there too, so that SIP_ENDED is the last.
 */
#ifndef LEGS_H
#define LEGS_H

#include <pjsua-lib/pjsua.h>

#include "sip_bridge.h"

enum { KEYS_REMEMBERED = 8 };

typedef struct leg {
    sip_leg id;
    struct leg *next;                /* in its bucket */
    pjsua_call_id call;
    pj_grp_lock_t *dialog;           /* counted: the dialog's lock outlives the dialog as long as we need it */
    bool is_outgoing;
    bool is_phone;                   /* a phone of our own; `route` is where it signals from */
    bool is_dialling;                /* sip_leg_dial_… has not returned: an end is its return code, not an event */
    bool was_answered;
    bool holds;                      /* the peer sends us no audio by its own wish */
    bool is_ending;                  /* sip_leg_end was called: end_status is what shall be told */
    bool has_ended;                  /* while dialling */
    int end_status;
    bool end_by_peer;
    bool is_deaf;                    /* the media plane has not taken what was negotiated: it is ended with the next tidying */
    int64_t give_up_at;              /* milliseconds of the monotonic clock; 0: never. Until a far end says that it rings */
    int64_t keys_since;              /* the second in which `keys` were pressed */
    unsigned keys;
    struct { char key; bool by_info; int64_t at; } pressed[KEYS_REMEMBERED];   /* the last that were told; a key of 0: none */
    unsigned next_pressed;
    pj_sockaddr source;              /* of the peer's last message with an offer or an answer; family 0: none has come */
    char route[256];                 /* where requests in the dialog go, where that is not what the peer's Contact says */
} leg;

bool legs_start(unsigned max_legs);
void legs_stop(void);

void legs_lock(void);
void legs_unlock(void);

/* With the lock held. */
leg *legs_find(sip_leg id);
leg *legs_add(sip_leg id, bool is_outgoing);        /* NULL: is there already, or no memory */
/* Returns the counted dialog lock, to be given up once the lock is not held. */
pj_grp_lock_t *legs_remove(leg *gone);
size_t legs_list(sip_leg *into, size_t capacity, bool (*wanted)(const leg *, int64_t), int64_t now);
size_t legs_count(void);
sip_leg legs_next_incoming(void);

int64_t monotonic_milliseconds(void);

/* The leg that this call is; 0 for none. In callbacks of PJSUA. */
sip_leg leg_of(pjsua_call_id call);

/* Locks the leg's dialog: from here until leg_leave its call cannot end and its slot cannot be another's.
 * NULL when there is no such leg. Not from callbacks of PJSIP. */
pj_grp_lock_t *leg_enter(sip_leg id, pjsua_call_id *call);
void leg_leave(pj_grp_lock_t *dialog);

#endif
