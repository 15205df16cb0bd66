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

/* Whose wrong credentials are counted together: those of an address, those for an account from an address, and, for an
 * account, the back-offs of the kind before, however many addresses they were at. */
typedef enum { THROTTLE_SOURCE, THROTTLE_ACCOUNT_AT_SOURCE, THROTTLE_ACCOUNT } throttle_subject;
enum { THROTTLE_FAILURES = 5 };   /* within a minute, after which a back-off begins */

/* Whether a back-off is running: it lasts 30 s and doubles each time up to 15 minutes. */
bool throttle_is_blocked(throttle_subject subject, const pj_sockaddr *source, const pj_str_t *account);
/* Counts one; true when a back-off begins with it. */
bool throttle_failed(throttle_subject subject, const pj_sockaddr *source, const pj_str_t *account);
/* Good credentials: the account's count at this address begins anew. No other does: one's own good account would wash
 * the source's, and who guesses could tell by the account's whether anybody logs in there. */
void throttle_succeeded(const pj_sockaddr *source, const pj_str_t *account);

/* Emits SIP_REFUSED, `source reason`; status 0 where nothing was answered. Floods are told as a count. */
void throttle_tell(const pjsip_rx_data *message, int status, const char *reason);
/* The same of a source whose message is not at hand. */
void throttle_tell_of(const pj_sockaddr *source, int status, const char *reason);

#endif
