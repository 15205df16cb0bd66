/* What PJSUA knows and does not hand out: the conference bridge and a call's dialog. The only file that looks inside
 * PJSUA. Private to CSIPBridge. */
#ifndef STACK_H
#define STACK_H

#include <pjsua-lib/pjsua.h>
#include <stdbool.h>

/* These only queue, under the bridge's own lock and no other; they are carried out with its next tick. */
pj_status_t stack_add_port(pj_pool_t *pool, pjmedia_port *port, int *slot);
void stack_remove_port(int slot);
void stack_connect(int from, int to);
void stack_disconnect(int from, int to);

/* With the call's dialog locked. NULL where the call has none any more. */
pjsip_inv_session *stack_session(pjsua_call_id call);
/* The session's state; DISCONNECTED also for a call that is being hung up. */
pjsip_inv_state stack_state(pjsua_call_id call);
/* Before the first answer: from now on this call has audio and nothing else. */
void stack_audio_only(pjsua_call_id call);
/* From where this call took its RTP ports, every account goes on: they share one range. With PJSUA's lock held. */
void stack_share_rtp_ports(pjsua_call_id call);

#endif
