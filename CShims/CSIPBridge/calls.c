/* What happens to a call: callbacks of PJSUA, which hold locks and therefore only copy and emit; and the answers to it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "gate.h"
#include "legs.h"
#include "links.h"
#include "stack.h"
#include "text.h"
#include "throttle.h"
#include "transport.h"

void audio_only(pjsua_call_setting *setting) {
    pjsua_call_setting_default(setting);
    setting->aud_cnt = 1;
    setting->vid_cnt = 0;
    setting->txt_cnt = 0;
}

/* The end of a leg, whoever comes first; the second finds nothing. */
static void leg_ended(sip_leg id, int status, bool by_peer) {
    pj_grp_lock_t *dialog = NULL;
    point_forget(id);
    legs_lock();
    leg *one = legs_find(id);
    if (one && one->is_ending) {
        status = one->end_status;
        by_peer = false;
    }
    if (one && one->is_dialling) {
        one->has_ended = true;
        one->end_status = status;
        one->end_by_peer = by_peer;
    } else if (one) {
        emit(&(sip_event){.kind = SIP_ENDED, .leg = id, .status = status, .by_peer = by_peer,
                          .was_answered = one->was_answered});
        dialog = legs_remove(one);
    }
    legs_unlock();
    if (dialog) pj_grp_lock_dec_ref(dialog);
}

/* What the peer says of its audio came from there. */
static void spoken_from(sip_leg id, const pjsip_rx_data *message) {
    legs_lock();
    leg *one = legs_find(id);
    if (one) one->source = message->pkt_info.src_addr;
    legs_unlock();
}

/* ---- incoming */

static sip_srtp srtp_of(const pjsip_rx_data *message) {
    gate_origin origin = {0};
    gate_origin_of(message, &origin);
    return origin.trunk ? srtp_of_trunk(origin.trunk) : origin.phone ? srtp_of_phone(origin.phone) : SIP_SRTP_OFF;
}

static void on_acc_find_for_incoming(const pjsip_rx_data *message, pjsua_acc_id *account) {
    bool is_stream = (message->tp_info.transport->flag & PJSIP_TRANSPORT_RELIABLE) != 0;
    if (running) *account = running->accounts[is_stream ? SIP_TCP : SIP_UDP][srtp_of(message)];
}

/* PJSUA has refused it itself; most of that is between it and the peer. */
static void on_rejected_incoming_call(const pjsua_on_rejected_incoming_call_param *call) {
    if (!call->rdata || (call->st_code != PJSIP_SC_NOT_ACCEPTABLE_HERE && call->st_code != PJSIP_SC_NOT_ACCEPTABLE)) return;
    static const char *const reasons[] = {
        [SIP_SRTP_OFF] = "no audio that both sides know; srtp is off",
        [SIP_SRTP_OPTIONAL] = "no audio that both sides know",
        [SIP_SRTP_REQUIRED] = "no audio by SRTP, which is required"};
    throttle_tell(call->rdata, call->st_code, reasons[srtp_of(call->rdata)]);
}

static void on_incoming_call(pjsua_acc_id account, pjsua_call_id call, pjsip_rx_data *message) {
    (void)account;
    gate_origin origin = {0};
    pjsip_inv_session *session = stack_session(call);
    invitation_texts *texts = malloc(sizeof *texts);
    bool is_known = gate_origin_of(message, &origin);
    leg *new = NULL;
    if (is_known && texts && session) {
        stack_audio_only(call);
        invitation_read(message, origin.trusted, texts);
        texts->invitation.trunk = origin.trunk;
        texts->invitation.phone = origin.phone;
        legs_lock();
        sip_leg id = legs_next_incoming();
        legs_unlock();
        bool has_point = point_add(id, 0, 0);
        legs_lock();
        new = has_point ? legs_add(id, false) : NULL;
        if (new) {
            new->call = call;
            new->dialog = session->dlg->grp_lock_;
            pj_grp_lock_add_ref(new->dialog);
            /* A phone is reached where it calls from, whatever its Contact says; a peer on TCP by its connection. */
            bool is_stream = (message->tp_info.transport->flag & PJSIP_TRANSPORT_RELIABLE) != 0;
            new->is_phone = origin.phone != NULL;
            new->source = message->pkt_info.src_addr;
            if ((origin.phone || is_stream) && route_to_source(message, new->route, sizeof new->route))
                route_dialog(session->dlg, new->route);
            pjsua_call_set_user_data(call, (void *)(uintptr_t)id);
            emit(&(sip_event){.kind = SIP_ARRIVED, .leg = id, .invitation = &texts->invitation});
        }
        legs_unlock();
        if (!new) point_forget(id);
    }
    free(texts);
    if (!new) pjsua_call_hangup(call, is_known ? PJSIP_SC_INTERNAL_SERVER_ERROR : PJSIP_SC_FORBIDDEN, NULL, NULL);
}

static void on_call_replace_request2(pjsua_call_id call, pjsip_rx_data *message, int *status, pj_str_t *text,
                                     pjsua_call_setting *setting) {
    (void)call, (void)message, (void)text, (void)setting;
    *status = PJSIP_SC_DECLINE;
}

static void on_call_transfer_request2(pjsua_call_id call, const pj_str_t *to, pjsip_status_code *status,
                                      pjsua_call_setting *setting) {
    (void)call, (void)to, (void)setting;
    *status = PJSIP_SC_DECLINE;
}

static pjsip_redirect_op on_call_redirected(pjsua_call_id call, const pjsip_uri *target, const pjsip_event *event) {
    (void)call, (void)target, (void)event;
    return PJSIP_REDIRECT_STOP;
}

static void on_call_rx_reinvite(pjsua_call_id call, const pjmedia_sdp_session *offer, pjsip_rx_data *message,
                                void *reserved, pj_bool_t *is_later, pjsip_status_code *status,
                                pjsua_call_setting *setting) {
    (void)offer, (void)reserved, (void)is_later, (void)status;
    spoken_from(leg_of(call), message);
    setting->vid_cnt = setting->txt_cnt = 0;
}

static void on_call_rx_offer(pjsua_call_id call, const pjmedia_sdp_session *offer, void *reserved,
                             pjsip_status_code *status, pjsua_call_setting *setting) {
    (void)call, (void)offer, (void)reserved, (void)status;
    setting->vid_cnt = setting->txt_cnt = 0;
}

static void on_call_tx_offer(pjsua_call_id call, void *reserved, pjsua_call_setting *setting) {
    (void)call, (void)reserved;
    setting->vid_cnt = setting->txt_cnt = 0;
}

/* ---- states */

/* How it ended, from the transaction that ended it. */
static void ended_by(sip_leg id, pjsua_call_id call, const pjsip_event *event) {
    const pjsip_inv_session *session = stack_session(call);
    const pjsip_transaction *transaction = event && event->type == PJSIP_EVENT_TSX_STATE ? event->body.tsx_state.tsx : NULL;
    int status = session && session->cause ? (int)session->cause : PJSIP_SC_INTERNAL_SERVER_ERROR;
    bool by_peer = false;
    if (transaction) {
        bool is_ours = transaction->role == PJSIP_ROLE_UAC;
        if (transaction->method.id == PJSIP_BYE_METHOD && !is_ours) {
            status = PJSIP_SC_OK;
            by_peer = true;
        } else if (transaction->method.id == PJSIP_INVITE_METHOD && transaction->status_code >= 300) {
            status = transaction->status_code;
            by_peer = is_ours ? event->body.tsx_state.type == PJSIP_EVENT_RX_MSG : status == PJSIP_SC_REQUEST_TERMINATED;
        }
    }
    leg_ended(id, status, by_peer);
}

static void progressed(sip_leg id, pjsua_call_id call, const pjsip_event *event) {
    pjsip_inv_session *session = stack_session(call);
    int status = event->type == PJSIP_EVENT_TSX_STATE ? event->body.tsx_state.tsx->status_code : 0;
    if (event->type == PJSIP_EVENT_TSX_STATE && event->body.tsx_state.type == PJSIP_EVENT_RX_MSG)
        spoken_from(id, event->body.tsx_state.src.rdata);
    legs_lock();
    leg *one = legs_find(id);
    if (one && one->is_outgoing) {
        /* Each 18x and the 200 set the dialog's route anew. */
        route_dialog(session->dlg, one->route);
        /* It is being tried to reach somebody: how long that may take is the caller's to say, not ours. */
        if (status >= 180 && !one->is_ending) one->give_up_at = 0;
        if (status >= 180 && status <= 189) emit(&(sip_event){.kind = SIP_PROGRESSED, .leg = id, .status = status});
    }
    legs_unlock();
}

static void confirmed(sip_leg id) {
    legs_lock();
    leg *one = legs_find(id);
    if (one && !one->was_answered) {
        one->was_answered = true;
        one->give_up_at = 0;
        emit(&(sip_event){.kind = SIP_ANSWERED, .leg = id});
        if (one->holds) emit(&(sip_event){.kind = SIP_HELD, .leg = id});
    }
    legs_unlock();
}

static void on_call_state(pjsua_call_id call, pjsip_event *event) {
    sip_leg id = leg_of(call);
    if (id == 0) return;
    switch (stack_state(call)) {
        case PJSIP_INV_STATE_CALLING: {
            pj_grp_lock_t *dialog = stack_session(call)->dlg->grp_lock_;
            legs_lock();
            leg *one = legs_find(id);
            if (one && !one->dialog) {
                one->call = call;
                one->dialog = dialog;
                pj_grp_lock_add_ref(dialog);
            }
            legs_unlock();
            break;
        }
        case PJSIP_INV_STATE_EARLY:
        case PJSIP_INV_STATE_CONNECTING:
            progressed(id, call, event);
            break;
        case PJSIP_INV_STATE_CONFIRMED:
            /* The answer was none that we could go by, such as plain RTP where SRTP is required: its end is on the way. */
            if (transport_media(call) == 0) break;
            confirmed(id);
            media_leg_expect(plane, transport_media(call));
            break;
        case PJSIP_INV_STATE_DISCONNECTED:
            ended_by(id, call, event);
            break;
        default:
            break;
    }
}

/* ---- media */

/* The peer holds us (RFC 3264 §8.4; 0.0.0.0 as in RFC 2543): it says that it will not send. */
static bool peer_holds(pjsua_call_id call) {
    const pjsip_inv_session *session = stack_session(call);
    const pjmedia_sdp_session *remote;
    if (!session || !session->neg || pjmedia_sdp_neg_get_active_remote(session->neg, &remote) != PJ_SUCCESS) return false;
    for (unsigned i = 0; i < remote->media_count; i++) {
        const pjmedia_sdp_media *media = remote->media[i];
        if (pj_stricmp2(&media->desc.media, "audio") != 0 || media->desc.port == 0) continue;
        const pjmedia_sdp_conn *connection = media->conn ? media->conn : remote->conn;
        if (connection && pj_strcmp2(&connection->addr, "0.0.0.0") == 0) return true;
        static const struct { const char *name; bool holds; } directions[] = {
            {"sendonly", true}, {"inactive", true}, {"recvonly", false}, {"sendrecv", false}};
        for (size_t k = 0; k < PJ_ARRAY_SIZE(directions); k++)
            if (pjmedia_sdp_media_find_attr2(media, directions[k].name, NULL)) return directions[k].holds;
        for (size_t k = 0; k < PJ_ARRAY_SIZE(directions); k++)
            if (pjmedia_sdp_attr_find2(remote->attr_count, remote->attr, directions[k].name, NULL))
                return directions[k].holds;
        return false;
    }
    return false;
}

static void on_call_media_state(pjsua_call_id call) {
    sip_leg id = leg_of(call);
    if (id == 0) return;
    point_move(id, transport_media(call));
    bool holds = peer_holds(call);
    legs_lock();
    leg *one = legs_find(id);
    if (one && one->holds != holds) {
        one->holds = holds;
        if (one->was_answered) emit(&(sip_event){.kind = holds ? SIP_HELD : SIP_RETRIEVED, .leg = id});
    }
    legs_unlock();
}

void calls_set_callbacks(pjsua_callback *callbacks) {
    callbacks->on_acc_find_for_incoming = on_acc_find_for_incoming;
    callbacks->on_incoming_call = on_incoming_call;
    callbacks->on_rejected_incoming_call = on_rejected_incoming_call;
    callbacks->on_call_replace_request2 = on_call_replace_request2;
    callbacks->on_call_transfer_request2 = on_call_transfer_request2;
    callbacks->on_call_redirected = on_call_redirected;
    callbacks->on_call_rx_reinvite = on_call_rx_reinvite;
    callbacks->on_call_rx_offer = on_call_rx_offer;
    callbacks->on_call_tx_offer = on_call_tx_offer;
    callbacks->on_call_state = on_call_state;
    callbacks->on_call_media_state = on_call_media_state;
}

/* ---- from the program */

static int answer(sip_leg id, unsigned status) {
    pjsua_call_id call;
    if (!running) return SIP_STOPPED;
    if (id >> 63) return SIP_INVALID;
    pj_grp_lock_t *dialog = leg_enter(id, &call);
    if (!dialog) return SIP_NO_SUCH_LEG;
    pjsua_call_setting setting;
    audio_only(&setting);
    pj_status_t result = pjsua_call_answer2(call, &setting, status, NULL, NULL);
    leg_leave(dialog);
    return result == PJ_SUCCESS ? SIP_OK : failed(SIP_STACK, result);
}

int sip_leg_ring(sip_engine *engine, sip_leg leg) { (void)engine; return answer(leg, PJSIP_SC_RINGING); }
int sip_leg_early_media(sip_engine *engine, sip_leg leg) { (void)engine; return answer(leg, PJSIP_SC_PROGRESS); }
int sip_leg_answer(sip_engine *engine, sip_leg leg) { (void)engine; return answer(leg, PJSIP_SC_OK); }

/* Ends the leg whatever its state; told as SIP_ENDED before this returns (unless PJSUA cannot be had at all). */
static int end(sip_leg id, int status, const char *reason) {
    pjsua_call_id call;
    pj_grp_lock_t *dialog = leg_enter(id, &call);
    if (!dialog) return SIP_NO_SUCH_LEG;
    legs_lock();
    leg *one = legs_find(id);
    bool is_refusal = one && !one->is_outgoing && !one->was_answered;
    if (is_refusal && (status < 300 || status > 699)) status = PJSIP_SC_TEMPORARILY_UNAVAILABLE;
    if (one && !one->is_ending) {
        one->is_ending = true;
        one->end_status = status > 0 ? status : PJSIP_SC_OK;
    }
    legs_unlock();

    char memory[1024];
    pj_pool_t *pool = pj_pool_create_on_buf("end", memory, sizeof memory);
    pjsua_msg_data headers;
    pjsua_msg_data_init(&headers);
    if (pool && reason) {
        pj_str_t name = pj_str("Reason"), value = pj_str((char *)reason);
        pj_list_push_back(&headers.hdr_list, pjsip_generic_string_hdr_create(pool, &name, &value));
    }
    unsigned seconds = is_refusal ? gate_retry_after(status) : 0;
    char retry_after[12];
    if (pool && seconds > 0) {
        snprintf(retry_after, sizeof retry_after, "%u", seconds);
        pj_str_t name = pj_str("Retry-After"), value = pj_str(retry_after);
        pj_list_push_back(&headers.hdr_list, pjsip_generic_string_hdr_create(pool, &name, &value));
    }
    pj_status_t result = pjsua_call_hangup(call, is_refusal ? (unsigned)status : 0, NULL, &headers);
    leg_leave(dialog);
    if (result == PJSIP_ESESSIONTERMINATED) return SIP_NO_SUCH_LEG;
    if (result != PJ_SUCCESS) {
        /* PJSUA was busy for seconds. The end is decided all the same: it is tried again with each tidying. */
        legs_lock();
        one = legs_find(id);
        if (one) one->give_up_at = 1;
        legs_unlock();
    }
    return SIP_OK;
}

int sip_leg_end(sip_engine *engine, sip_leg leg, int status, const char *reason) {
    (void)engine;
    if (!running) return SIP_STOPPED;
    if (reason && !text_is_plain(reason, 256)) return SIP_INVALID;
    return end(leg, status, reason);
}

static bool is_overdue(const leg *one, int64_t now) { return one->give_up_at != 0 && one->give_up_at <= now; }
static bool is_any(const leg *one, int64_t now) { (void)one, (void)now; return true; }

static void end_those(bool (*wanted)(const leg *, int64_t), int status, const char *reason) {
    legs_lock();
    size_t capacity = legs_count();
    sip_leg *found = capacity ? calloc(capacity, sizeof *found) : NULL;
    size_t count = found ? legs_list(found, capacity, wanted, monotonic_milliseconds()) : 0;
    legs_unlock();
    for (size_t i = 0; i < count; i++) end(found[i], status, reason);
    free(found);
}

static bool is_deaf(const leg *one, int64_t now) { return (void)now, one->is_deaf && !one->is_ending; }

void calls_give_up_overdue(void) {
    end_those(is_overdue, PJSIP_SC_REQUEST_TIMEOUT, "SIP;cause=408");
    end_those(is_deaf, PJSIP_SC_INTERNAL_SERVER_ERROR, "SIP;cause=500");
}
void calls_end_all(int status) { end_those(is_any, status, NULL); }
