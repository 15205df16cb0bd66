#include "screen.h"

#include <pjlib.h>
#include <pjmedia/config.h>

#include "cleansing.h"
#include "peers.h"
#include "throttle.h"

/* Holes of PJSIP 2.17 that are kept out of the build, not screened or patched: CVE-2026-57159, 57163, 77396. */
_Static_assert(PJMEDIA_SDP_NEG_MAINTAIN_REMOTE_PT_MAP == 0, "the map of payload types writes out of its bounds");
_Static_assert(PJ_SSL_SOCK_IMP != PJ_SSL_SOCK_IMP_GNUTLS, "GnuTLS sockets have a hole");
_Static_assert(PJMEDIA_HAS_VIDEO == 0, "the AVI reader has a hole");

static pjsip_endpoint *endpoint;
static const void *text_kind;   /* how PJSIP marks such headers inside */

static pj_bool_t on_request(pjsip_rx_data *request);
static pj_bool_t on_response(pjsip_rx_data *response);

/* Before the transport layer's own module, which is the first of the stack. */
static pjsip_module module = {
    .name = {"mod-screen", 10}, .id = -1, .priority = PJSIP_MOD_PRIORITY_TRANSPORT_LAYER - 4,
    .on_rx_request = on_request, .on_rx_response = on_response,
};

/* RFC 5626 §3.5.1 and §4.4.1: a double CRLF over a connection is answered with a single one. Over UDP PJSIP ignores
 * short datagrams quietly. */
static void on_dropped(pjsip_tp_dropped_data *dropped) {
    if (dropped->status != PJ_EIGNORED || dropped->tp->flag & PJSIP_TRANSPORT_DATAGRAM) return;
    if (dropped->len < 4 || memcmp(dropped->data, "\r\n\r\n", 4) != 0) return;
    pjsip_tpselector selector;
    pj_bzero(&selector, sizeof selector);
    selector.type = PJSIP_TPSELECTOR_TRANSPORT;
    selector.u.transport = dropped->tp;
    pjsip_tpmgr_send_raw(pjsip_endpt_get_tpmgr(endpoint), dropped->tp->key.type, &selector, NULL, "\r\n", 2,
                         &dropped->tp->key.rem_addr, dropped->tp->addr_len, NULL, NULL);
}

pj_status_t screen_start(pjsip_endpoint *on) {
    endpoint = on;
    pj_pool_t *pool = pjsip_endpt_create_pool(on, "screen", 512, 512);
    if (!pool) return PJ_ENOMEM;
    const pj_str_t any = {"X", 1};
    text_kind = pjsip_generic_string_hdr_create(pool, &any, &any)->vptr;
    pjsip_endpt_release_pool(on, pool);
    pjsip_tpmgr_set_drop_data_cb(pjsip_endpt_get_tpmgr(on), on_dropped);
    return pjsip_endpt_register_module(on, &module);
}

void screen_stop(void) {
    if (module.id < 0) return;
    pjsip_tpmgr_set_drop_data_cb(pjsip_endpt_get_tpmgr(endpoint), NULL);
    pjsip_endpt_unregister_module(endpoint, &module);
}

typedef struct { unsigned lines, media, crypto; } body_lines;

/* On the raw bytes, since SDP is parsed later and may stand within a multipart: whatever could be taken for a line. */
static body_lines count_lines(const char *text, size_t length) {
    body_lines counted = {0};
    for (size_t i = 0; i < length; i++) {
        bool begins = i == 0 || text[i - 1] == '\n' || text[i - 1] == '\r';
        if (!begins || text[i] == '\n' || text[i] == '\r') continue;
        counted.lines++;
        while (i < length && (text[i] == ' ' || text[i] == '\t')) i++;
        if (length - i >= 2 && pj_tolower((unsigned char)text[i]) == 'm' && text[i + 1] == '=') counted.media++;
        if (length - i >= 8 && pj_ansi_strnicmp(text + i, "a=crypto", 8) == 0) counted.crypto++;
    }
    return counted;
}

static const char *body_fault(const pjsip_rx_data *message, int *status) {
    /* Everything after the first header line is looked at: where the body begins is the parser's opinion. */
    const char *text = message->msg_info.msg_buf;
    size_t length = (size_t)message->msg_info.len;
    const pjsip_clen_hdr *declared = message->msg_info.clen;
    if (declared && (declared->len < 0 || declared->len > SCREEN_BODY)) {
        *status = 513;
        return "body too long";
    }
    body_lines counted = count_lines(text, length);
    *status = 400;
    if (counted.media > SCREEN_MEDIA) return "too many media lines";
    if (counted.crypto > SCREEN_CRYPTO) return "too many crypto lines";
    if (counted.lines > SCREEN_SDP_LINES + SCREEN_HEADERS) return "too many lines";
    return NULL;
}

static unsigned values(const pj_str_t *text) {
    unsigned count = 1;
    for (pj_ssize_t i = 0; i < text->slen; i++) count += text->ptr[i] == ',';
    return count;
}

/* Headers that PJSIP keeps as text carry no kind of their own. */
static bool is_text(const pjsip_hdr *h) {
    return h->type == PJSIP_H_OTHER && h->vptr == text_kind;
}

static const char *header_fault(const pjsip_msg *message, int *status) {
    unsigned all = 0, vias = 0, routes = 0, service_routes = 0, contacts = 0, authorizations = 0;
    *status = 400;
    for (const pjsip_hdr *h = message->hdr.next; h != &message->hdr; h = h->next) {
        if (++all > SCREEN_HEADERS) {
            *status = 513;
            return "too many headers";
        }
        vias += h->type == PJSIP_H_VIA;
        routes += h->type == PJSIP_H_ROUTE || h->type == PJSIP_H_RECORD_ROUTE;
        contacts += h->type == PJSIP_H_CONTACT;
        authorizations += h->type == PJSIP_H_AUTHORIZATION || h->type == PJSIP_H_PROXY_AUTHORIZATION;
        if (h->name.slen > 64) return "header name too long";
        if (h->type != PJSIP_H_OTHER) continue;
        bool is_service_route = pj_stricmp2(&h->name, "Service-Route") == 0;
        if (is_text(h)) {
            const pj_str_t *value = &((const pjsip_generic_string_hdr *)h)->hvalue;
            if (value->slen > SCREEN_HEADER_LENGTH) {
                *status = 513;
                return "header too long";
            }
            if (is_service_route) service_routes += values(value);
        } else if (is_service_route) {
            service_routes++;
        }
    }
    if (vias > SCREEN_VIAS) return "too many Via headers";
    if (routes > SCREEN_ROUTES) return "too many Route headers";
    if (service_routes > SCREEN_SERVICE_ROUTES) return "too many Service-Route headers";
    if (contacts > SCREEN_CONTACTS) return "too many Contact headers";
    if (authorizations > SCREEN_AUTHORIZATIONS) return "too many Authorization headers";
    return NULL;
}

static const char *identity_fault(const pjsip_rx_data *message, int *status) {
    const pjsip_msg *msg = message->msg_info.msg;
    *status = 400;
    if (message->msg_info.cid->id.slen > SCREEN_CALL_ID) return "Call-ID too long";
    if (message->msg_info.from->tag.slen > SCREEN_TAG || message->msg_info.to->tag.slen > SCREEN_TAG)
        return "tag too long";
    if (message->msg_info.via->branch_param.slen > SCREEN_CALL_ID) return "branch too long";
    if (msg->type == PJSIP_REQUEST_MSG && pjsip_method_cmp(&msg->line.req.method, &message->msg_info.cseq->method) != 0)
        return "CSeq of another method";
    char text[PJSIP_MAX_URL_SIZE];
    if (pjsip_uri_print(PJSIP_URI_IN_FROMTO_HDR, message->msg_info.from->uri, text, sizeof text) < 1)
        return "From too long";
    if (pjsip_uri_print(PJSIP_URI_IN_FROMTO_HDR, message->msg_info.to->uri, text, sizeof text) < 1)
        return "To too long";
    if (msg->type == PJSIP_REQUEST_MSG
        && pjsip_uri_print(PJSIP_URI_IN_REQ_URI, msg->line.req.uri, text, sizeof text) < 1)
        return "Request-URI too long";
    return NULL;
}

const char *screen_fault(const pjsip_rx_data *message, int *status) {
    const char *fault = header_fault(message->msg_info.msg, status);
    if (!fault) fault = identity_fault(message, status);
    if (!fault) fault = body_fault(message, status);
    return fault;
}

static pj_bool_t on_request(pjsip_rx_data *request) {
    cleansing_behind(request);
    bool is_trunk = peers_trunk_of(request) != NULL;
    /* Before anything is kept for it. */
    if (!throttle_admits(&request->pkt_info.src_addr, is_trunk)) return PJ_TRUE;
    int status;
    const char *fault = screen_fault(request, &status);
    if (!fault) return PJ_FALSE;
    bool answered = is_trunk && request->msg_info.msg->line.req.method.id != PJSIP_ACK_METHOD;
    throttle_tell(request, answered ? status : 0, fault);
    /* A stranger gets nothing; a peer hears what is wrong. */
    if (answered) pjsip_endpt_respond_stateless(endpoint, request, status, NULL, NULL, NULL);
    return PJ_TRUE;
}

static pj_bool_t on_response(pjsip_rx_data *response) {
    cleansing_behind(response);
    int status;
    const char *fault = screen_fault(response, &status);
    if (!fault) return PJ_FALSE;
    throttle_tell(response, 0, fault);
    return PJ_TRUE;
}
