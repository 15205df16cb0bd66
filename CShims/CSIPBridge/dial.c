/* Outgoing legs. */
#include <stdio.h>
#include <string.h>

#include "bridge.h"
#include "legs.h"
#include "links.h"
#include "registrar.h"
#include "text.h"

typedef struct {
    sip_transport_kind transport;
    sip_srtp srtp;
    const char *to, *target, *route;
    const char *domain;              /* host part of From and P-Asserted-Identity */
    bool is_trusted;                 /* P-Asserted-Identity goes there */
    bool keeps_route;                /* requests in the dialog take the route too */
    bool is_phone;
} destination;

static void add_header(pj_pool_t *pool, pjsua_msg_data *message, const char *name, const char *value) {
    pj_str_t n = pj_str((char *)name), v = pj_str((char *)value);
    pj_list_push_back(&message->hdr_list, pjsip_generic_string_hdr_create(pool, &n, &v));
}

/* From, Privacy, P-Asserted-Identity and our own header (RFC 3323 §4.1.1.3, RFC 3325 §9.1). */
static bool present(pj_pool_t *pool, const sip_presented *presented, const destination *to, pjsua_msg_data *message) {
    char display[640], user[400], from[1400];
    const char *name = presented->from_display_name ? presented->from_display_name : "";
    if (!text_quote(name, display, sizeof display)) return false;
    bool has_user = presented->from_user && text_escape_user(presented->from_user, user, sizeof user);
    if (presented->from_user && presented->from_user[0] && !has_user) return false;
    /* Not a number that anybody could be asserted to have. */
    if (has_user && strcmp(user, "anonymous") == 0) has_user = false;

    if (presented->is_private)
        snprintf(from, sizeof from, "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
    else
        snprintf(from, sizeof from, "%s%s<sip:%s@%s>", display, display[0] ? " " : "", has_user ? user : "anonymous",
                 has_user ? to->domain : "anonymous.invalid");
    pj_strdup2_with_null(pool, &message->local_uri, from);

    if (presented->is_private) add_header(pool, message, "Privacy", "id");
    if (to->is_trusted && has_user) {
        char asserted[1400];
        snprintf(asserted, sizeof asserted, "%s%s<sip:%s@%s>", display, display[0] ? " " : "", user, to->domain);
        add_header(pool, message, "P-Asserted-Identity", asserted);
    }
    /* Towards trunks too: a PBX or a carrier that forwards the call to us again is the loop that is most likely. It tells
     * them nothing: the id is a UUIDv7, that is the time of the call, which they know, and random bits. */
    if (presented->contact && presented->contact[0]) {
        if (!text_is_plain(presented->contact, LONGEST_CONTACT)) return false;
        add_header(pool, message, "X-Tsunagi-Contact", presented->contact);
    }
    return true;
}

static int forget(sip_leg id, int result) {
    point_forget(id);
    legs_lock();
    leg *one = legs_find(id);
    pj_grp_lock_t *dialog = one ? legs_remove(one) : NULL;
    legs_unlock();
    if (dialog) pj_grp_lock_dec_ref(dialog);
    return result;
}

/* The INVITE left: what follows are events, the end included if it has come meanwhile. */
static void dialled(sip_leg id, pjsua_call_id call) {
    bool has_ended = false;
    pj_grp_lock_t *dialog = NULL;
    legs_lock();
    leg *one = legs_find(id);
    if (one) {
        one->call = call;
        one->is_dialling = false;
        has_ended = one->has_ended;
        if (has_ended) {
            emit(&(sip_event){.kind = SIP_ENDED, .leg = id, .status = one->end_status, .by_peer = one->end_by_peer,
                              .was_answered = one->was_answered});
            dialog = legs_remove(one);
        }
    }
    legs_unlock();
    if (has_ended) point_forget(id);
    if (dialog) pj_grp_lock_dec_ref(dialog);
}

static int dial(sip_engine *engine, sip_leg id, const destination *to, const sip_presented *presented) {
    pjsua_acc_id account = engine->accounts[to->transport][to->srtp];
    if (!(id >> 63)) return SIP_INVALID;
    if (account == PJSUA_INVALID_ID) return failed_because(SIP_STACK, "the transport of this peer is not bound");

    pj_pool_t *pool = pjsua_pool_create("dial", 2048, 2048);
    if (!pool) return SIP_MEMORY;
    pjsua_msg_data message;
    pjsua_msg_data_init(&message);
    pjsip_route_hdr *route = route_header(pool, to->route);
    if (!route || !present(pool, presented, to, &message)) {
        pj_pool_release(pool);
        return SIP_INVALID;
    }
    pj_list_push_front(&message.hdr_list, route);
    message.target_uri = pj_str((char *)to->target);

    legs_lock();
    leg *new = legs_add(id, true);
    if (new) {
        new->is_dialling = true;
        new->is_phone = to->is_phone;
        new->give_up_at = monotonic_milliseconds() + (int64_t)engine->unanswered_invite_seconds * 1000;
        if (to->keeps_route) snprintf(new->route, sizeof new->route, "%s", to->route);
    }
    legs_unlock();
    if (!new || !point_add(id, 0, 0)) {
        pj_pool_release(pool);
        return new ? forget(id, SIP_MEMORY) : SIP_INVALID;
    }

    pjsua_call_setting setting;
    audio_only(&setting);
    pj_str_t uri = pj_str((char *)to->to);
    pjsua_call_id call = PJSUA_INVALID_ID;
    pj_status_t status =
        pjsua_call_make_call(account, &uri, &setting, (void *)(uintptr_t)id, &message, &call);
    pj_pool_release(pool);
    if (status == PJ_ETOOMANY) return forget(id, SIP_EXHAUSTED);
    if (status != PJ_SUCCESS) return forget(id, failed(SIP_STACK, status));
    dialled(id, call);
    return SIP_OK;
}

size_t sip_phone_bindings(sip_engine *engine, const char *phone, uint64_t *bindings, size_t capacity) {
    (void)engine;
    return running && phone ? registrar_bindings(phone, bindings, capacity) : 0;
}

int sip_leg_dial_binding(sip_engine *engine, sip_leg leg, uint64_t binding, const sip_presented *presented) {
    registrar_target target;
    char user[200], to[400];
    if (!running) return SIP_STOPPED;
    if (!presented) return SIP_INVALID;
    if (!registrar_binding_target(binding, &target)) return failed_because(SIP_STACK, "the phone is not registered any more");
    if (!text_escape_user(target.phone, user, sizeof user)) return SIP_INVALID;
    snprintf(to, sizeof to, "<sip:%s@%s>", user, engine->address);

    bool is_stream = strstr(target.route_uri, ";transport=tcp") != NULL;
    return dial(engine, leg,
                &(destination){.transport = is_stream ? SIP_TCP : SIP_UDP, .srtp = srtp_of_phone(target.phone), .to = to,
                               .target = target.request_uri, .route = target.route_uri, .domain = engine->address,
                               .keeps_route = true, .is_phone = true},
                presented);
}

int sip_leg_dial_trunk(sip_engine *engine, sip_leg leg, const char *trunk_id, const char *number,
                       const sip_presented *presented) {
    char user[200], uri[600], bare[600], route[300];
    if (!running) return SIP_STOPPED;
    if (!trunk_id || !number || !presented || strlen(number) > 64 || !text_escape_user(number, user, sizeof user))
        return SIP_INVALID;
    const trunk *by = NULL;
    for (size_t i = 0; i < engine->trunk_count && !by; i++)
        if (strcmp(engine->trunks[i].id, trunk_id) == 0) by = &engine->trunks[i];
    if (!by) return SIP_INVALID;
    snprintf(uri, sizeof uri, "<sip:%s@%s>", user, by->domain);
    snprintf(bare, sizeof bare, "sip:%s@%s", user, by->domain);
    if (!route_to(by->proxy, by->transport, route, sizeof route)) return SIP_INVALID;
    return dial(engine, leg,
                &(destination){.transport = by->transport, .srtp = by->srtp, .to = uri, .target = bare, .route = route,
                               .domain = by->domain, .is_trusted = by->trusted, .keeps_route = by->transport == SIP_TCP},
                presented);
}
