/* Where registered phones can be reached: a table of bindings with expiry, and the connections they hang on. Private to
 * CSIPBridge. Safe from every thread that PJSIP knows.
 *
 * Every change is emitted as SIP_BOUND or SIP_UNBOUND in the order in which it was made.
 */
#ifndef BINDINGS_H
#define BINDINGS_H

#include <pjsip.h>

#include "registrar.h"
#include "sip_bridge.h"

enum {
    BINDINGS_LONGEST_PHONE = 63, BINDINGS_LONGEST_CONTACT = 300, BINDINGS_LONGEST_CALL_ID = 255,
    BINDINGS_MOST_CONTACTS = 16
};

/* One contact that a REGISTER asks for; seconds 0 takes it away. */
typedef struct { const pjsip_uri *uri; char text[BINDINGS_LONGEST_CONTACT + 1]; unsigned seconds; } bindings_wish;
typedef struct { char text[BINDINGS_LONGEST_CONTACT + 1]; unsigned seconds; } bindings_contact;

pj_status_t bindings_start(pjsip_endpoint *endpoint, const sip_settings *settings);
void bindings_stop(void);

/* Carries out a REGISTER (RFC 3261 §10.3 step 7): all of its wishes, or none. all: `Contact: *`, everything goes.
 * Gives the SIP status: 200, or 500 for a request older than what is known, 403 for more contacts than a phone may
 * have, 503 for a connection that has just closed. A phone that has its full number and brings a new one loses the
 * one that was refreshed longest ago: else a phone that lost its port would wait for its own ghost to expire. */
int bindings_update(pjsip_rx_data *request, const char *phone, const bindings_wish *wishes, size_t count, bool all);

/* Current contacts of a phone with what is left of their time. */
size_t bindings_list(const char *phone, bindings_contact *contacts, size_t capacity);
/* Whether this phone, or with NULL any, is registered from this address, whatever the port. */
bool bindings_has_source(const char *phone, const pj_sockaddr *source);

#endif
