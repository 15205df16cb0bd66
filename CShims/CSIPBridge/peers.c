#include "peers.h"

#include <stdlib.h>
#include <string.h>

typedef struct { size_t trunk; pj_sockaddr address; int prefix_length, port; sip_transport_kind transport; } network;

static peers_trunk *trunks;
static network *networks;
static size_t trunk_count, network_count;

void peers_stop(void) {
    for (size_t i = 0; i < trunk_count; i++) free((char *)trunks[i].id);
    free(trunks);
    free(networks);
    trunks = NULL;
    networks = NULL;
    trunk_count = network_count = 0;
}

static pj_status_t read_network(const sip_network *from, network *to) {
    pj_str_t text = pj_str((char *)(from->address ? from->address : ""));
    int family = strchr(text.ptr, ':') ? pj_AF_INET6() : pj_AF_INET();
    /* Numeric only: a name would ask a server, and may mean another machine tomorrow. */
    pj_in6_addr any;
    if (pj_inet_pton(family, &text, &any) != PJ_SUCCESS) return PJ_EINVAL;
    pj_sockaddr_init(family, &to->address, NULL, 0);
    memcpy(pj_sockaddr_get_addr(&to->address), &any, pj_sockaddr_get_addr_len(&to->address));
    int bits = 8 * (int)pj_sockaddr_get_addr_len(&to->address);
    if (from->prefix_length < 0 || from->prefix_length > bits || from->port < 0 || from->port > 65535) return PJ_EINVAL;
    to->prefix_length = from->prefix_length;
    to->port = from->port;
    return PJ_SUCCESS;
}

pj_status_t peers_start(const sip_settings *settings) {
    size_t wanted = 0;
    for (size_t i = 0; i < settings->trunk_count; i++) wanted += settings->trunks[i].network_count;
    trunks = calloc(settings->trunk_count + 1, sizeof *trunks);
    networks = calloc(wanted + 1, sizeof *networks);
    pj_status_t status = trunks && networks ? PJ_SUCCESS : PJ_ENOMEM;
    for (size_t i = 0; status == PJ_SUCCESS && i < settings->trunk_count; i++) {
        const sip_trunk *trunk = &settings->trunks[i];
        trunks[trunk_count++] = (peers_trunk){strdup(trunk->id), trunk->trusted};
        if (!trunks[i].id) status = PJ_ENOMEM;
        for (size_t j = 0; status == PJ_SUCCESS && j < trunk->network_count; j++) {
            networks[network_count] = (network){.trunk = i, .transport = trunk->transport};
            status = read_network(&trunk->networks[j], &networks[network_count++]);
        }
    }
    if (status != PJ_SUCCESS) peers_stop();
    return status;
}

static bool is_within(const network *n, const pj_sockaddr *address) {
    if (n->address.addr.sa_family != address->addr.sa_family) return false;
    const uint8_t *a = pj_sockaddr_get_addr(&n->address), *b = pj_sockaddr_get_addr(address);
    int whole = n->prefix_length / 8, rest = n->prefix_length % 8;
    if (memcmp(a, b, (size_t)whole) != 0) return false;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

const peers_trunk *peers_trunk_of(const pjsip_rx_data *message) {
    bool is_udp = message->tp_info.transport->flag & PJSIP_TRANSPORT_DATAGRAM;
    const pj_sockaddr *source = &message->pkt_info.src_addr;
    for (size_t i = 0; i < network_count; i++) {
        const network *n = &networks[i];
        bool port_fits = n->port == 0 || (is_udp ? n->port == pj_sockaddr_get_port(source) : n->transport == SIP_TCP);
        if (port_fits && is_within(n, source)) return &trunks[n->trunk];
    }
    return NULL;
}
