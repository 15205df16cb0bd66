/* Phones that register with us: digest, bindings, expiry (RFC 3261 §10, RFC 7616/8760 digest). Private to CSIPBridge.
 *
 * A PJSIP module of its own: REGISTER never reaches PJSUA. Safe from every thread that PJSIP knows.
 */
#ifndef REGISTRAR_H
#define REGISTRAR_H

#include <pjsip.h>

#include "sip_bridge.h"

/* Copies what it needs of the settings. Emits SIP_BOUND for each binding that was handed in and still holds. */
pj_status_t registrar_start(pjsip_endpoint *endpoint, const sip_settings *settings);
/* Forgets all; emits nothing. */
void registrar_stop(void);

/* See sip_phone_bindings. */
size_t registrar_bindings(const char *phone, uint64_t *bindings, size_t capacity);

/* Where a call to a binding goes: request URI (its Contact), and a route to the address, port and transport that it
 * registered from. False when it has gone. */
typedef struct { char request_uri[512]; char route_uri[256]; char phone[64]; } registrar_target;
bool registrar_binding_target(uint64_t binding, registrar_target *target);

#endif
