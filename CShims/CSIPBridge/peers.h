/* Trunks by source address. Private to CSIPBridge. Written at start and stop only. */
#ifndef PEERS_H
#define PEERS_H

#include <pjsip.h>

#include "sip_bridge.h"

typedef struct { const char *id; bool trusted; } peers_trunk;

/* Copies what it needs. PJ_EINVAL for a network that is none. */
pj_status_t peers_start(const sip_settings *settings);
void peers_stop(void);

/* The trunk whose network a message came from; the first one in the settings' order. NULL: a stranger. A port is
 * compared over UDP; a connection's own port says nothing, there it is the trunk's transport that must be TCP. */
const peers_trunk *peers_trunk_of(const pjsip_rx_data *message);

#endif
