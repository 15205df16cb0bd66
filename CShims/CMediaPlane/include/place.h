/* Whether audio may go where a peer says that it wants it. An address in SDP is whatever the peer writes there: without
 * this, RTP could be sent to a service of our own machine, or to everybody (RTP Inject). Pure. */
#ifndef MEDIA_PLACE_H
#define MEDIA_PLACE_H

#include <stdbool.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    PLACE_GOOD,
    PLACE_NOWHERE,                   /* unspecified, or port 0: a hold, not an attack */
    PLACE_MANY,                      /* multicast, broadcast: more than one party */
    PLACE_LOOPBACK,                  /* this machine, by 127/8, ::1, or 0/8, which is it, too */
    PLACE_RESERVED_PORT,             /* below 1024: no phone's, but a service's */
    PLACE_OURS                       /* a port of our own, at an address of our own */
} place_kind;

/* Where we are: at each of these addresses, at its port and at those from `first` to `last`. */
typedef struct {
    const struct sockaddr_storage *addresses;
    size_t count;
    int first, last;
} place_own;

/* What it is, IPv4 or IPv6; an IPv4 address in IPv6's clothes (::ffff:0:0/96, and ::/96, which was once another) is taken
 * for what it is. The first that fits of the above, in the order nowhere, many, loopback, ours, reserved. own may be NULL.
 * Another family is nowhere. */
place_kind place_judge(const struct sockaddr_storage *place, const place_own *own);

/* In a few words, for a log; "" for PLACE_GOOD. */
const char *place_name(place_kind kind);

#ifdef __cplusplus
}
#endif
#endif
