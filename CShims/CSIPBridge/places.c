#include "places.h"

#include <place.h>
#include <stdio.h>
#include <string.h>

#include "bridge.h"
#include "legs.h"
#include "throttle.h"

static struct sockaddr_storage own_addresses[2];
static place_own own;

void places_start(const pj_sockaddr *bound, const pj_sockaddr *public, const sip_settings *settings) {
    const pj_sockaddr *ours[2] = {bound, public};
    for (size_t i = 0; i < 2; i++) {
        pj_sockaddr one = *ours[i];
        pj_sockaddr_set_port(&one, (pj_uint16_t)settings->port);
        memset(&own_addresses[i], 0, sizeof own_addresses[i]);
        memcpy(&own_addresses[i], &one, pj_sockaddr_get_len(&one));
    }
    own = (place_own){.addresses = own_addresses, .count = 2, .first = settings->rtp_port_first,
                      .last = settings->rtp_port_last};
}

typedef struct {
    pj_sockaddr source;              /* family 0: not known */
    char route[sizeof ((leg *)0)->route];   /* where a phone of our own signals from; "" for all others */
} signalling;

static signalling signalling_of(sip_leg id) {
    signalling found = {0};
    legs_lock();
    const leg *one = legs_find(id);
    if (one) found.source = one->source;
    if (one && one->is_phone) strcpy(found.route, one->route);
    legs_unlock();
    return found;
}

static void move(struct sockaddr_storage *place, const pj_sockaddr *to) {
    pj_sockaddr moved;
    memcpy(&moved, place, sizeof moved);
    pj_sockaddr_copy_addr(&moved, to);
    memcpy(place, &moved, pj_sockaddr_get_len(&moved));
}

/* A phone behind NAT names an address that it cannot be reached at: its audio comes from where its signalling comes from,
 * by a port that its first packet tells. */
static void look_behind_nat(const signalling *by, media_stream *stream) {
    pj_sockaddr place, said;
    memcpy(&said, &stream->rtp, sizeof said);
    if (!by->route[0] || !route_host(by->route, &place) || place.addr.sa_family != said.addr.sa_family ||
        !pj_sockaddr_has_addr(&said) ||
        memcmp(pj_sockaddr_get_addr(&place), pj_sockaddr_get_addr(&said), pj_sockaddr_get_addr_len(&said)) == 0)
        return;
    move(&stream->rtp, &place);
    move(&stream->rtcp, &place);
    stream->learns = true;
}

static void forbid(struct sockaddr_storage *place) {
    if (place->ss_family == AF_INET6) ((struct sockaddr_in6 *)place)->sin6_port = 0;
    else ((struct sockaddr_in *)place)->sin_port = 0;
}

static bool is_local(const pj_sockaddr *source) {
    struct sockaddr_storage place = {0};
    if (source->addr.sa_family == 0) return false;
    memcpy(&place, source, pj_sockaddr_get_len(source));
    return place_judge(&place, NULL) == PLACE_LOOPBACK;
}

/* Nobody is sent anything at port 0. */
static bool check(const signalling *by, const char *what, struct sockaddr_storage *place) {
    place_kind kind = place_judge(place, &own);
    if (kind == PLACE_GOOD || kind == PLACE_NOWHERE || (kind != PLACE_MANY && is_local(&by->source))) return true;
    char text[PJ_INET6_ADDRSTRLEN + 128], address[PJ_INET6_ADDRSTRLEN + 10];
    pj_sockaddr said;
    memcpy(&said, place, sizeof said);
    snprintf(text, sizeof text, "%s to %s not sent: %s", what, pj_sockaddr_print(&said, address, sizeof address, 3),
             place_name(kind));
    throttle_tell_of(&by->source, 0, text);
    forbid(place);
    return false;
}

void places_find(sip_leg leg, media_stream *stream) {
    signalling by = signalling_of(leg);
    look_behind_nat(&by, stream);
    if (check(&by, "audio", &stream->rtp)) check(&by, "reports of audio", &stream->rtcp);
    else forbid(&stream->rtcp);
}
