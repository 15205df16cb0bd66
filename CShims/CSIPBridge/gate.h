/* Who may speak to us: malformed and excessive messages, unknown sources, digest for INVITEs of phones. Private to
 * CSIPBridge. Stands before everything else of the stack (see gate.c for the priorities).
 */
#ifndef GATE_H
#define GATE_H

#include <pjsip.h>

#include "sip_bridge.h"

pj_status_t gate_start(pjsip_endpoint *endpoint, const sip_settings *settings);
void gate_stop(void);
/* See sip_engine_refuse_new. */
void gate_refuse_new(int status, unsigned soonest, unsigned latest);
/* What such an answer with this status is to name as Retry-After, seconds; 0: nothing. */
unsigned gate_retry_after(int status);
/* From now on nobody is let in. */
void gate_refuse_all(void);

/* Who brought this out-of-dialog INVITE: valid while the message is. Exactly one of the two is set. */
typedef struct { const char *trunk, *phone; bool trusted; } gate_origin;
/* False for a message that the gate has not let through. */
bool gate_origin_of(const pjsip_rx_data *message, gate_origin *origin);

#endif
