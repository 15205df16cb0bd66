#include "gate.h"

#include <pjlib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bindings.h"
#include "digest.h"
#include "peers.h"
#include "screen.h"
#include "throttle.h"

/* Two modules of the stack:
 *
 *   4  screen     what no message may exceed, and how many a source may send      (before the transport layer, 8)
 *  24  gate       who may ask for what outside a dialog                           (after the transaction layer, 16:
 *                 retransmissions and answers find their transactions by themselves; before the dialog layer, 32)
 *  28  registrar  REGISTER
 */

static pjsip_endpoint *endpoint;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int refuse_status;
static _Atomic bool is_stopped;
static unsigned refuse_soonest, refuse_latest;

static pj_bool_t on_request(pjsip_rx_data *request);

static pjsip_module module = {
    .name = {"mod-gate", 8}, .id = -1, .priority = PJSIP_MOD_PRIORITY_TSX_LAYER + 8, .on_rx_request = on_request,
};

pj_status_t gate_start(pjsip_endpoint *on, const sip_settings *settings) {
    endpoint = on;
    refuse_status = 0;
    is_stopped = false;
    pj_status_t status = peers_start(settings);
    if (status != PJ_SUCCESS) return status;
    status = digest_start(on, settings);
    if (status != PJ_SUCCESS) {
        peers_stop();
        return status;
    }
    status = screen_start(on);
    if (status == PJ_SUCCESS) status = pjsip_endpt_register_module(on, &module);
    if (status != PJ_SUCCESS) gate_stop();
    return status;
}

void gate_stop(void) {
    if (module.id >= 0) pjsip_endpt_unregister_module(endpoint, &module);
    screen_stop();
    digest_stop();
    peers_stop();
}

void gate_refuse_all(void) {
    is_stopped = true;
    gate_refuse_new(PJSIP_SC_SERVICE_UNAVAILABLE, 0, 0);
}

void gate_refuse_new(int status, unsigned soonest, unsigned latest) {
    pthread_mutex_lock(&lock);
    refuse_status = status;
    refuse_soonest = soonest;
    refuse_latest = latest;
    pthread_mutex_unlock(&lock);
}

unsigned gate_retry_after(int status) {
    pthread_mutex_lock(&lock);
    unsigned soonest = refuse_soonest, latest = refuse_latest;
    bool is_refusing = refuse_status != 0 && refuse_status == status;
    pthread_mutex_unlock(&lock);
    if (!is_refusing) return 0;
    uint32_t chance;
    if (latest <= soonest || getrandom(&chance, sizeof chance, 0) != sizeof chance) return soonest;
    return soonest + (unsigned)(chance % ((uint64_t)latest - soonest + 1));
}

static void answer(pjsip_rx_data *request, int status, const pjsip_hdr *headers) {
    pjsip_endpt_respond_stateless(endpoint, request, status, NULL, headers, NULL);
}

static void refuse(pjsip_rx_data *request, int status, const char *reason) {
    throttle_tell(request, status, reason);
    answer(request, status, NULL);
}

static void add_text(pj_pool_t *pool, pjsip_hdr *list, const char *name, const char *value) {
    const pj_str_t header = pj_strdup3(pool, name), text = pj_strdup3(pool, value);
    pj_list_push_back(list, pjsip_generic_string_hdr_create(pool, &header, &text));
}

static const char allowed[] = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REGISTER";

/* What we can do (RFC 3261 §11.2), for those who are known; also the sign of life that PBXs ask for. */
static void answer_options(pjsip_rx_data *request) {
    pjsip_hdr list;
    pj_list_init(&list);
    add_text(request->tp_info.pool, &list, "Allow", allowed);
    add_text(request->tp_info.pool, &list, "Accept", "application/sdp");
    pthread_mutex_lock(&lock);
    int status = refuse_status;
    pthread_mutex_unlock(&lock);
    /* §11.2: as an INVITE would have been answered. */
    answer(request, status ? status : 200, &list);
}

static void answer_not_allowed(pjsip_rx_data *request) {
    pjsip_hdr list;
    pj_list_init(&list);
    add_text(request->tp_info.pool, &list, "Allow", allowed);
    answer(request, 405, &list);
}

/* True when it was answered with what gate_refuse_new said. */
static bool is_refusing(pjsip_rx_data *request) {
    pthread_mutex_lock(&lock);
    int status = refuse_status;
    pthread_mutex_unlock(&lock);
    if (status == 0) return false;
    unsigned seconds = gate_retry_after(status);
    char number[12];
    snprintf(number, sizeof number, "%u", seconds);
    pjsip_hdr list;
    pj_list_init(&list);
    if (seconds > 0) add_text(request->tp_info.pool, &list, "Retry-After", number);
    answer(request, status, &list);
    return true;
}

/* A CANCEL belongs to an INVITE's transaction, and finds it in the layers above; without one there is nothing to
 * cancel (RFC 3261 §9.2). */
static pj_bool_t on_cancel(pjsip_rx_data *request) {
    pj_str_t key;
    if (pjsip_tsx_create_key(request->tp_info.pool, &key, PJSIP_ROLE_UAS, &pjsip_invite_method, request) == PJ_SUCCESS) {
        pjsip_transaction *invite = pjsip_tsx_layer_find_tsx2(&key, PJ_FALSE);
        if (invite) return PJ_FALSE;
    }
    answer(request, 481, NULL);
    return PJ_TRUE;
}

/* Who brought an INVITE is kept with the message, in the slot PJSIP gives to each module. */
static const char phone_mark, trunk_mark;
typedef struct { const char *kind; const void *who; } origin_note;

static void note(pjsip_rx_data *request, const char *kind, const void *who) {
    origin_note *n = pj_pool_alloc(request->tp_info.pool, sizeof *n);
    *n = (origin_note){kind, who};
    request->endpt_info.mod_data[module.id] = n;
}

static pj_bool_t on_invite(pjsip_rx_data *request, const peers_trunk *trunk) {
    if (trunk) {
        note(request, &trunk_mark, trunk);
        return is_refusing(request);
    }
    const pjsip_uri *from = request->msg_info.from->uri;
    pj_str_t user = {"", 0};
    if (PJSIP_URI_SCHEME_IS_SIP(from) || PJSIP_URI_SCHEME_IS_SIPS(from))
        user = ((const pjsip_sip_uri *)pjsip_uri_get_uri(from))->user;
    const char *phone = digest_admit(request, &user);
    if (!phone) return PJ_TRUE;
    if (pj_strcmp2(&user, phone) != 0) {
        char reason[BINDINGS_LONGEST_PHONE + 64];
        snprintf(reason, sizeof reason, "phone %s called under another's name", phone);
        refuse(request, 403, reason);
        return PJ_TRUE;
    }
    note(request, &phone_mark, phone);
    /* Refused by whoever knows which numbers are emergency calls, as long as there is anybody. */
    return is_stopped && is_refusing(request);
}

static pj_bool_t on_request(pjsip_rx_data *request) {
    const pjsip_method *method = &request->msg_info.msg->line.req.method;
    if (method->id == PJSIP_REGISTER_METHOD) return PJ_FALSE;
    if (method->id == PJSIP_CANCEL_METHOD) return on_cancel(request);
    /* Within a dialog: the dialog layer knows it by its tags, and answers 481 where it does not. */
    if (request->msg_info.to->tag.slen > 0) return PJ_FALSE;
    if (method->id == PJSIP_ACK_METHOD) return PJ_TRUE;

    const peers_trunk *trunk = peers_trunk_of(request);
    if (method->id == PJSIP_INVITE_METHOD) return on_invite(request, trunk);
    if (!trunk && !bindings_has_source(NULL, &request->pkt_info.src_addr)) {
        char reason[64];
        bool is_word = true;
        for (pj_ssize_t i = 0; i < method->name.slen; i++) is_word &= pj_isupper((unsigned char)method->name.ptr[i]) != 0;
        bool is_shown = is_word && method->name.slen <= 16;
        snprintf(reason, sizeof reason, "%.*s from a stranger", is_shown ? (int)method->name.slen : 7,
                 is_shown ? method->name.ptr : "request");
        refuse(request, 403, reason);
    } else if (method->id == PJSIP_OPTIONS_METHOD) {
        answer_options(request);
    } else {
        answer_not_allowed(request);
    }
    return PJ_TRUE;
}

bool gate_origin_of(const pjsip_rx_data *message, gate_origin *origin) {
    const origin_note *n = module.id >= 0 ? message->endpt_info.mod_data[module.id] : NULL;
    if (!n) return false;
    *origin = (gate_origin){0};
    if (n->kind == &trunk_mark) {
        const peers_trunk *trunk = n->who;
        origin->trunk = trunk->id;
        origin->trusted = trunk->trusted;
    } else {
        origin->phone = n->who;
    }
    return true;
}
