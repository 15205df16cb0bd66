#include "registrar.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bindings.h"
#include "digest.h"
#include "throttle.h"

enum { DEFAULT_SECONDS = 3600 };   /* neither contact nor header said (RFC 3261 §10.2.1.1) */

static pjsip_endpoint *endpoint;
static unsigned shortest, longest;

static pj_bool_t on_request(pjsip_rx_data *request);

/* After the gate, before the dialog layer: REGISTER is nobody else's. */
static pjsip_module module = {
    .name = {"mod-registrar", 13}, .id = -1, .priority = PJSIP_MOD_PRIORITY_UA_PROXY_LAYER - 4,
    .on_rx_request = on_request,
};

pj_status_t registrar_start(pjsip_endpoint *on, const sip_settings *settings) {
    endpoint = on;
    shortest = settings->register_min_seconds;
    longest = settings->register_max_seconds ? settings->register_max_seconds : DEFAULT_SECONDS;
    if (shortest > longest) shortest = longest;
    pj_status_t status = digest_start(on, settings);
    if (status != PJ_SUCCESS) return status;
    status = bindings_start(on, settings);
    if (status != PJ_SUCCESS) {
        digest_stop();
        return status;
    }
    status = pjsip_endpt_register_module(on, &module);
    if (status != PJ_SUCCESS) registrar_stop();
    return status;
}

void registrar_stop(void) {
    if (module.id >= 0) pjsip_endpt_unregister_module(endpoint, &module);
    bindings_stop();
    digest_stop();
}

static pj_pool_t *pool_of(pjsip_rx_data *request) { return request->tp_info.pool; }

/* Stateful, so that a retransmission gets the same answer and not a refusal of its used nonce. */
static void answer(pjsip_rx_data *request, int status, const pjsip_hdr *headers) {
    pjsip_endpt_respond(endpoint, NULL, request, status, NULL, headers, NULL, NULL);
}

static void answer_brief(pjsip_rx_data *request) {
    const pj_str_t name = pj_str("Min-Expires");
    char number[12];
    snprintf(number, sizeof number, "%u", shortest);
    pj_str_t value = pj_strdup3(pool_of(request), number);
    pjsip_hdr list;
    pj_list_init(&list);
    pj_list_push_back(&list, pjsip_generic_string_hdr_create(pool_of(request), &name, &value));
    answer(request, 423, &list);
}

static void answer_bindings(pjsip_rx_data *request, const char *phone) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    pj_pool_t *pool = pool_of(request);
    bindings_contact contacts[BINDINGS_MOST_CONTACTS];
    size_t count = bindings_list(phone, contacts, BINDINGS_MOST_CONTACTS);
    pjsip_hdr list;
    pj_list_init(&list);
    for (size_t i = 0; i < count; i++) {
        char *text = pj_pool_alloc(pool, strlen(contacts[i].text) + 1);
        strcpy(text, contacts[i].text);
        pjsip_contact_hdr *contact = pjsip_contact_hdr_create(pool);
        /* As a name-addr, or the expiry would read as a parameter of the URI. */
        contact->uri = pjsip_parse_uri(pool, text, strlen(text), PJSIP_PARSE_URI_AS_NAMEADDR);
        contact->expires = contacts[i].seconds;
        if (contact->uri) pj_list_push_back(&list, contact);
    }
    time_t now = time(NULL);
    struct tm utc;
    char date[40];
    gmtime_r(&now, &utc);
    snprintf(date, sizeof date, "%s, %02d %s %d %02d:%02d:%02d GMT", days[utc.tm_wday % 7], utc.tm_mday,
             months[utc.tm_mon % 12], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    const pj_str_t name = pj_str("Date");
    pj_str_t value = pj_strdup3(pool, date);
    pj_list_push_back(&list, pjsip_generic_string_hdr_create(pool, &name, &value));
    answer(request, 200, &list);
}

/* We have no extension that a phone could require (RFC 3261 §8.2.2.3). */
static bool requires_something(pjsip_rx_data *request) {
    pjsip_require_hdr *require = pjsip_msg_find_hdr(request->msg_info.msg, PJSIP_H_REQUIRE, NULL);
    if (!require || require->count == 0) return false;
    pjsip_unsupported_hdr *unsupported = pjsip_unsupported_hdr_create(pool_of(request));
    for (unsigned i = 0; i < require->count && i < PJSIP_GENERIC_ARRAY_MAX_COUNT; i++)
        unsupported->values[unsupported->count++] = require->values[i];
    pjsip_hdr list;
    pj_list_init(&list);
    pj_list_push_back(&list, unsupported);
    answer(request, 420, &list);
    return true;
}

/* Reads the contacts: 200 and the wishes, or the status that refuses them. */
static int read_wishes(pjsip_rx_data *request, bindings_wish wishes[], size_t *count, bool *all) {
    pjsip_msg *message = request->msg_info.msg;
    pjsip_expires_hdr *expires = pjsip_msg_find_hdr(message, PJSIP_H_EXPIRES, NULL);
    *count = 0;
    *all = false;
    size_t contacts = 0;
    for (const pjsip_hdr *h = message->hdr.next; h != &message->hdr; h = h->next) {
        if (h->type != PJSIP_H_CONTACT) continue;
        const pjsip_contact_hdr *contact = (const pjsip_contact_hdr *)h;
        contacts++;
        if (contact->star) {
            *all = true;
            continue;
        }
        if (*count == BINDINGS_MOST_CONTACTS) return 403;
        if (!contact->uri || !PJSIP_URI_SCHEME_IS_SIP(contact->uri)) return 400;
        bindings_wish *wish = &wishes[*count];
        wish->uri = pjsip_uri_get_uri(contact->uri);
        int length = pjsip_uri_print(PJSIP_URI_IN_CONTACT_HDR, wish->uri, wish->text, BINDINGS_LONGEST_CONTACT);
        if (length < 1) return 400;
        wish->text[length] = 0;
        uint32_t seconds = contact->expires != PJSIP_EXPIRES_NOT_SPECIFIED ? contact->expires
            : expires && expires->ivalue != PJSIP_EXPIRES_NOT_SPECIFIED ? expires->ivalue : DEFAULT_SECONDS;
        if (seconds > 0 && seconds < shortest) return 423;
        wish->seconds = seconds < longest ? seconds : longest;
        ++*count;
    }
    /* `*` stands alone, and only to take all away (RFC 3261 §10.2.2). */
    if (*all && (contacts != 1 || !expires || expires->ivalue != 0)) return 400;
    return 200;
}

static pj_bool_t on_request(pjsip_rx_data *request) {
    if (request->msg_info.msg->line.req.method.id != PJSIP_REGISTER_METHOD) return PJ_FALSE;
    const pjsip_uri *to = request->msg_info.to->uri;
    pj_str_t address = {"", 0};
    if (PJSIP_URI_SCHEME_IS_SIP(to) || PJSIP_URI_SCHEME_IS_SIPS(to))
        address = ((const pjsip_sip_uri *)pjsip_uri_get_uri(to))->user;

    const char *phone = digest_admit(request, &address);
    if (!phone) return PJ_TRUE;
    if (pj_strcmp2(&address, phone) != 0) {
        char reason[BINDINGS_LONGEST_PHONE + 64];
        snprintf(reason, sizeof reason, "phone %s asked for another's address of record", phone);
        throttle_tell(request, 403, reason);
        answer(request, 403, NULL);
        return PJ_TRUE;
    }
    if (requires_something(request)) return PJ_TRUE;

    bindings_wish wishes[BINDINGS_MOST_CONTACTS];
    size_t count;
    bool all;
    int status = read_wishes(request, wishes, &count, &all);
    if (status == 200 && (count > 0 || all)) status = bindings_update(request, phone, wishes, count, all);
    if (status == 200) answer_bindings(request, phone);
    else if (status == 423) answer_brief(request);
    else answer(request, status, NULL);
    return PJ_TRUE;
}
