/* SRTP and SRTCP (RFC 3711) by AES in counter mode and HMAC-SHA1: packets of one direction, enciphered and authenticated in
 * place. Values without locks or clocks: safe on every thread, but not one context on two at once. Memory is taken when a
 * context opens, and when it first meets a source; never for a packet.
 *
 * Over libcrypto, not over libsrtp: Debian's takes memory eight times for each packet, under locks of NSS, and seven times as
 * long.
 */
#ifndef MEDIA_SECURE_RTP_H
#define MEDIA_SECURE_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* RFC 4568 §6.2, RFC 6188 §3.1. The last number is the length in bits of a packet's tag; reports have 80 in any case. */
typedef enum {
    SECURE_AES_CM_128_HMAC_SHA1_80,
    SECURE_AES_CM_128_HMAC_SHA1_32,
    SECURE_AES_256_CM_HMAC_SHA1_80,
    SECURE_AES_256_CM_HMAC_SHA1_32,
    SECURE_SUITES
} secure_suite;

enum {
    SECURE_LONGEST_KEY = 46,
    SECURE_LONGEST_TAIL = 4 + 10     /* by how much a report grows; a packet by its tag alone */
};

typedef struct {
    secure_suite suite;
    uint8_t bytes[SECURE_LONGEST_KEY];   /* master key and salt, as in SDP; secure_key_bytes of them count */
} secure_key;

/* Of the key and its salt together; 0: no such suite. */
size_t secure_key_bytes(secure_suite suite);
/* The suite of this name in SDP, in whatever case; SECURE_SUITES: none of these. */
secure_suite secure_suite_named(const char *name, size_t length);

typedef struct secure_context secure_context;

/* NULL: no such suite, or no memory. */
secure_context *secure_open(const secure_key *key);
/* What comes by `next` came by `former` so far: its sources may go on counting where they were (RFC 3711 §3.3.1), or begin
 * anew, as most do. */
void secure_follow(secure_context *next, const secure_context *former);
/* It was out of use for a while, in which its sources may have gone on by another key, or none: each may have rolled over. */
void secure_resume(secure_context *of);
/* Leaves no key behind in memory. Nothing for NULL. */
void secure_close(secure_context *gone);
bool secure_has_key(const secure_context *of, const secure_key *key);
/* Whether something genuine of this SSRC has come, or gone. What comes of another takes up to four times as long to tell. */
bool secure_knows(secure_context *of, uint32_t ssrc);

typedef enum {
    SECURE_GENUINE,
    SECURE_FORGED,                   /* not by who has the key, or broken on the way, or no packet at all */
    SECURE_REPLAYED                  /* was here already, or is too old to tell: more than 128 packets (64 reports) */
} secure_verdict;

/* Packets of RTP: *count changes with the tag. Protecting needs room for SECURE_LONGEST_TAIL bytes behind, and is false for
 * what is no packet, and for a number that was used already: then it must not be sent. What is not genuine is left as it
 * was. Sequence numbers may come out of order, by less than 128 (32,768 ahead). */
bool secure_protect(secure_context *by, uint8_t *packet, size_t *count);
secure_verdict secure_unprotect(secure_context *by, uint8_t *packet, size_t *count);

/* The same for compound packets of RTCP. */
bool secure_protect_report(secure_context *by, uint8_t *packet, size_t *count);
secure_verdict secure_unprotect_report(secure_context *by, uint8_t *packet, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
