/* The far end of SRTP as somebody else wrote it: one direction by libsrtp, which the product does not use for audio. */
#ifndef SRTP_PEER_H
#define SRTP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srtp_peer srtp_peer;

/* By which key_bytes of 30 or 46 and tag_bytes of 10 or 4 name the suite. NULL: libsrtp refuses. */
srtp_peer *srtp_peer_open(const uint8_t *key, size_t key_bytes, size_t tag_bytes, bool is_sender);
void srtp_peer_close(srtp_peer *gone);

/* In place, with room for 14 bytes behind what is protected; libsrtp's own status: 0 is right, 7 forged, 9 and 10 replayed. */
int srtp_peer_protect(srtp_peer *by, uint8_t *packet, size_t *count);
int srtp_peer_unprotect(srtp_peer *by, uint8_t *packet, size_t *count);
int srtp_peer_protect_report(srtp_peer *by, uint8_t *packet, size_t *count);
int srtp_peer_unprotect_report(srtp_peer *by, uint8_t *packet, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
