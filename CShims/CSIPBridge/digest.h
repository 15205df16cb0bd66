/* Digest access authentication of phones (RFC 3261 §22, RFC 7616, RFC 8760), for registrar and gate alike. Private to
 * CSIPBridge. Safe from every thread that PJSIP knows.
 *
 * Nonces are our own: time and a serial number under a MAC that also holds the address they were sent to, so that none
 * is kept until it was used well; then its highest nonce count is, and nothing is accepted twice. Only who answers such
 * a nonce from that address is listened to at all: anybody can write another's address on a datagram, but then the
 * challenge is not his to read, so nobody spends another's attempts. (The address without its port: a NAT may choose
 * another port at any time.)
 *
 * Who is unknown, and who gives a wrong password, gets the same answer for the same work, and unknown names are shown
 * MD5 or SHA-256 as often as real ones are.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <pjsip.h>

#include "sip_bridge.h"

/* Copies what it needs. Counted: registrar and gate each start and stop it. PJ_ENOTSUP when a phone wants an algorithm
 * that the stack was built without. */
pj_status_t digest_start(pjsip_endpoint *endpoint, const sip_settings *settings);
void digest_stop(void);

/* The phone whose credentials the request carries; lives until digest_stop. NULL when there are none, or not good
 * ones: then it has been answered (401, or 403 while a back-off runs) and, where credentials were wrong, told.
 * `claimed` is the user that the request speaks for, whose algorithm a challenge carries. */
const char *digest_admit(pjsip_rx_data *request, const pj_str_t *claimed);

#endif
