#include <stdio.h>
#include <string.h>

#include "bridge.h"

/* `hide` is a word of PJSIP: the header is obeyed and not printed. */
bool route_to(const char *host_port, sip_transport_kind transport, char *uri, size_t capacity) {
    int length = snprintf(uri, capacity, "sip:%s%s;lr;hide", host_port, transport == SIP_TCP ? ";transport=tcp" : "");
    return length > 0 && (size_t)length < capacity;
}

bool route_to_source(const pjsip_rx_data *message, char *uri, size_t capacity) {
    char host_port[PJ_INET6_ADDRSTRLEN + 16];
    bool is_ipv6 = strchr(message->pkt_info.src_name, ':') != NULL;
    int length = snprintf(host_port, sizeof host_port, is_ipv6 ? "[%s]:%d" : "%s:%d", message->pkt_info.src_name,
                          message->pkt_info.src_port);
    if (length < 0 || (size_t)length >= sizeof host_port) return false;
    bool is_stream = (message->tp_info.transport->flag & PJSIP_TRANSPORT_RELIABLE) != 0;
    return route_to(host_port, is_stream ? SIP_TCP : SIP_UDP, uri, capacity);
}

bool route_host(const char *uri, pj_sockaddr *address) {
    const char *scheme = strstr(uri, "sip:");
    if (!scheme) return false;
    pj_str_t text = {.ptr = (char *)scheme + 4, .slen = (pj_ssize_t)strcspn(scheme + 4, ";>")};
    return pj_sockaddr_parse(pj_AF_UNSPEC(), 0, &text, address) == PJ_SUCCESS;
}

pjsip_route_hdr *route_header(pj_pool_t *pool, const char *uri) {
    pj_str_t text;
    pj_strdup2_with_null(pool, &text, uri);
    pjsip_uri *parsed = pjsip_parse_uri(pool, text.ptr, (pj_size_t)text.slen, 0);
    if (!parsed) return NULL;
    pjsip_route_hdr *route = pjsip_route_hdr_create(pool);
    route->name_addr.uri = pjsip_uri_get_uri(parsed);       /* with or without brackets */
    return route;
}

void route_dialog(pjsip_dialog *dialog, const char *uri) {
    if (!uri[0] || !pj_list_empty(&dialog->route_set)) return;
    pjsip_route_hdr *route = route_header(dialog->pool, uri);
    if (route) pj_list_push_back(&dialog->route_set, route);
}
