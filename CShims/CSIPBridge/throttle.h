/* How much a source may ask of us, and how often it may be wrong. Private to CSIPBridge.
 *
 * Every table is of fixed size, so that strangers cannot make it grow: a new source takes the place of the one that was
 * seen longest ago among a few. Safe from every thread.
 */
#ifndef THROTTLE_H
#define THROTTLE_H

#include <pjsip.h>

#include "sip_bridge.h"

/* Milliseconds on CLOCK_MONOTONIC. */
int64_t throttle_now(void);

/* Forgets all and chooses a new secret by which the tables are ordered. */
void throttle_start(void);

/* Takes one token of the source's bucket (by address, whatever the port); false when it is empty. Trunks have a wide
 * bucket, sources whose credentials were good within the hour a fair one, all others a narrow one. */
bool throttle_admits(const pj_sockaddr *source, bool is_trunk);
/* The source has just shown good credentials. */
void throttle_trust(const pj_sockaddr *source);

typedef enum { THROTTLE_SOURCE, THROTTLE_ACCOUNT } throttle_subject;
enum { THROTTLE_FAILURES = 5 };   /* wrong credentials within a minute, after which a back-off begins */

/* Whether a back-off is running: it lasts 30 s and doubles each time up to 15 minutes. */
bool throttle_is_blocked(throttle_subject subject, const void *name, size_t length);
/* Counts one wrong attempt; true when a back-off begins with it. */
bool throttle_failed(throttle_subject subject, const void *name, size_t length);
/* Good credentials: the account's count begins anew. (The source's does not: its own good account would wash it.) */
void throttle_succeeded(const void *account, size_t length);

/* Emits SIP_REFUSED, `source reason`; status 0 where nothing was answered. Floods are told as a count. */
void throttle_tell(const pjsip_rx_data *message, int status, const char *reason);

#endif
