#include "place.h"

#include <netinet/in.h>
#include <string.h>

enum { FIRST_FREE_PORT = 1024 };

typedef struct {
    bool is_ipv4;
    uint32_t ipv4;
    struct in6_addr ipv6;
    int port;
} place;

static bool read_place(const struct sockaddr_storage *from, place *into) {
    *into = (place){0};
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *at = (const struct sockaddr_in *)from;
        *into = (place){.is_ipv4 = true, .ipv4 = ntohl(at->sin_addr.s_addr), .port = ntohs(at->sin_port)};
        return true;
    }
    if (from->ss_family != AF_INET6) return false;
    const struct sockaddr_in6 *at = (const struct sockaddr_in6 *)from;
    into->ipv6 = at->sin6_addr;
    into->port = ntohs(at->sin6_port);
    into->is_ipv4 = IN6_IS_ADDR_V4MAPPED(&at->sin6_addr) || IN6_IS_ADDR_V4COMPAT(&at->sin6_addr);
    if (into->is_ipv4) {
        memcpy(&into->ipv4, at->sin6_addr.s6_addr + 12, sizeof into->ipv4);
        into->ipv4 = ntohl(into->ipv4);
    }
    return true;
}

static bool is_same_host(const place *a, const place *b) {
    if (a->is_ipv4 != b->is_ipv4) return false;
    return a->is_ipv4 ? a->ipv4 == b->ipv4 : memcmp(&a->ipv6, &b->ipv6, sizeof a->ipv6) == 0;
}

static bool is_nowhere(const place *at) {
    return at->port == 0 || (at->is_ipv4 ? at->ipv4 == INADDR_ANY : IN6_IS_ADDR_UNSPECIFIED(&at->ipv6));
}

static bool is_many(const place *at) {
    return at->is_ipv4 ? IN_MULTICAST(at->ipv4) || at->ipv4 == INADDR_BROADCAST : IN6_IS_ADDR_MULTICAST(&at->ipv6);
}

static bool is_loopback(const place *at) {
    return at->is_ipv4 ? at->ipv4 >> 24 == IN_LOOPBACKNET || at->ipv4 >> 24 == 0 : IN6_IS_ADDR_LOOPBACK(&at->ipv6);
}

static bool is_ours(const place *at, const place_own *own) {
    for (size_t i = 0; own && i < own->count; i++) {
        place one;
        if (!read_place(&own->addresses[i], &one) || !is_same_host(at, &one)) continue;
        if (one.port == at->port || (at->port >= own->first && at->port <= own->last)) return true;
    }
    return false;
}

place_kind place_judge(const struct sockaddr_storage *said, const place_own *own) {
    place at;
    if (!read_place(said, &at) || is_nowhere(&at)) return PLACE_NOWHERE;
    if (is_many(&at)) return PLACE_MANY;
    if (is_loopback(&at)) return PLACE_LOOPBACK;
    if (is_ours(&at, own)) return PLACE_OURS;
    return at.port < FIRST_FREE_PORT ? PLACE_RESERVED_PORT : PLACE_GOOD;
}

const char *place_name(place_kind kind) {
    switch (kind) {
        case PLACE_NOWHERE: return "no address";
        case PLACE_MANY: return "multicast or broadcast";
        case PLACE_LOOPBACK: return "loopback";
        case PLACE_RESERVED_PORT: return "a port below 1024";
        case PLACE_OURS: return "a port of our own";
        default: return "";
    }
}
