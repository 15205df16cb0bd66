/* What PJSUA knows and does not hand out: a call's dialog, and the transport of its audio. The only file that looks inside
 * PJSUA. Private to CSIPBridge. */
#ifndef STACK_H
#define STACK_H

#include <pjsua-lib/pjsua.h>
#include <stdbool.h>

/* With the call's dialog locked. NULL where the call has none any more. */
pjsip_inv_session *stack_session(pjsua_call_id call);
/* The session's state; DISCONNECTED also for a call that is being hung up. */
pjsip_inv_state stack_state(pjsua_call_id call);
/* Before the first answer: from now on this call has audio and nothing else. */
void stack_audio_only(pjsua_call_id call);
/* The transport of this type, whichever line of the SDP is the audio, also before it is agreed upon; NULL: none yet. */
pjmedia_transport *stack_transport(pjsua_call_id call, pjmedia_transport_type type);

#endif
