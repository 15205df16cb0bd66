/* The one way out of the bridge: all events of all threads in one order. Private to CSIPBridge. */
#ifndef EMIT_H
#define EMIT_H

#include "sip_bridge.h"

/* Hands the event to the program, one at a time. May be called with locks of PJSIP held: takes only its own. */
void emit(const sip_event *event);

#endif
