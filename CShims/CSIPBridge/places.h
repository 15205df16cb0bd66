/* Where a peer's audio goes, of all that it may have written into its SDP. Private to CSIPBridge. */
#ifndef PLACES_H
#define PLACES_H

#include <media_plane.h>
#include <pjlib.h>

#include "sip_bridge.h"

/* Where our own sockets are: at these addresses, which have no port. */
void places_start(const pj_sockaddr *bound, const pj_sockaddr *public, const sip_settings *settings);

/* stream: as the leg's peer has it. A phone of ours behind NAT is looked for where it signals from; and what is no place
 * for audio, like a service of this machine, is sent nothing, which is told. Loopback, ports of our own and those below
 * 1024 are good for who signals from loopback. */
void places_find(sip_leg leg, media_stream *stream);

#endif
