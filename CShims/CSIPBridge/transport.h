/* A call's audio in the media plane: PJSUA negotiates it, and neither sees nor sends a packet of it. Private to
 * CSIPBridge. */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include <pjsua-lib/pjsua.h>

#include <media_plane.h>

#include "sip_bridge.h"

/* The plane of the engine that runs. */
extern media_plane *plane;

void transport_set_callbacks(pjsua_callback *callbacks);
/* Reads the addresses where all sockets will be opened, and which peers are told. False: they are not numeric, or not of
 * one kind. */
bool transport_start(const sip_settings *settings);

/* PJSUA's own bridge: it carries nothing, but calls are added to it and removed. Its turn carries that out. */
pj_status_t transport_take_bridge(void);
void transport_turn_bridge(void);
void transport_stop(void);

/* What the call's audio is in the plane; 0: it has none yet. With the call's dialog locked. */
media_id transport_media(pjsua_call_id call);

#endif
