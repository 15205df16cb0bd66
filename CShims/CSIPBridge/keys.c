/* Keys: those that a peer presses, by telephone-events or INFO, and those that we press on a leg. */
#include <ctype.h>
#include <string.h>

#include "bridge.h"
#include "legs.h"
#include "links.h"
#include "transport.h"

static bool is_key(int digit) { return digit && strchr("0123456789*#ABCD", digit); }

/* More than a hand or an automatic dialler presses in a second; each is an event for every client. */
enum { KEYS_PER_SECOND = 25 };

/* With the legs' lock held. */
static bool is_one_too_many(leg *one) {
    int64_t second = monotonic_milliseconds() / 1000;
    if (one->keys_since != second) one->keys = 0;
    one->keys_since = second;
    return ++one->keys > KEYS_PER_SECOND;
}

/* Some phones say each key both ways: the other half comes after their own delays, or once the key is up again. */
enum { SAME_PRESS_MILLISECONDS = 5000 };

/* Whether it is the other half of a key that was told already; else it is remembered. With the legs' lock held. */
static bool was_told(leg *one, char key, bool by_info) {
    int64_t now = monotonic_milliseconds();
    for (unsigned i = 0; i < KEYS_REMEMBERED; i++) {
        if (one->pressed[i].key != key || one->pressed[i].by_info == by_info ||
            now - one->pressed[i].at > SAME_PRESS_MILLISECONDS)
            continue;
        one->pressed[i].key = 0;                            /* the next press is another */
        return true;
    }
    unsigned slot = one->next_pressed++ % KEYS_REMEMBERED;
    one->pressed[slot].key = key;
    one->pressed[slot].by_info = by_info;
    one->pressed[slot].at = now;
    return false;
}

void key_pressed(sip_leg id, int digit, bool by_info) {
    digit = toupper(digit);
    if (!is_key(digit)) return;
    legs_lock();
    leg *one = legs_find(id);
    if (one && !was_told(one, (char)digit, by_info) && !is_one_too_many(one)) emit(&(sip_event){.kind = SIP_PRESSED, .leg = id, .digit = (char)digit});
    legs_unlock();
}

/* Those that come by INFO; all others are told by the media plane. */
static void on_dtmf_digit2(pjsua_call_id call, const pjsua_dtmf_info *info) {
    sip_leg id = leg_of(call);
    if (id != 0) key_pressed(id, (int)info->digit, true);
}

/* PJSUA knows application/dtmf-relay; here is the older application/dtmf, whose body is the digit. */
static void on_call_tsx_state(pjsua_call_id call, pjsip_transaction *transaction, pjsip_event *event) {
    if (transaction->role != PJSIP_ROLE_UAS || transaction->state != PJSIP_TSX_STATE_TRYING ||
        event->type != PJSIP_EVENT_TSX_STATE || event->body.tsx_state.type != PJSIP_EVENT_RX_MSG ||
        pj_strcmp2(&transaction->method.name, "INFO") != 0)
        return;
    pjsip_rx_data *message = event->body.tsx_state.src.rdata;
    const pjsip_msg_body *body = message->msg_info.msg->body;
    sip_leg id = leg_of(call);
    if (!body || pj_stricmp2(&body->content_type.type, "application") != 0 ||
        pj_stricmp2(&body->content_type.subtype, "dtmf") != 0)
        return;
    const char *digits = body->data;
    int digit = 0;
    for (unsigned i = 0; i < body->len && i < 8 && !digit; i++)
        if (!isspace((unsigned char)digits[i])) digit = (unsigned char)digits[i];
    if (id != 0) key_pressed(id, digit, true);
    pjsip_tx_data *response;
    if (pjsip_endpt_create_response(transaction->endpt, message, digit ? 200 : 400, NULL, &response) == PJ_SUCCESS &&
        pjsip_tsx_send_msg(transaction, response) != PJ_SUCCESS)
        pjsip_tx_data_dec_ref(response);
}

void keys_set_callbacks(pjsua_callback *callbacks) {
    callbacks->on_dtmf_digit2 = on_dtmf_digit2;
    callbacks->on_call_tsx_state = on_call_tsx_state;
}

int sip_leg_press(sip_engine *engine, sip_leg leg, char digit) {
    (void)engine;
    if (!running) return SIP_STOPPED;
    if (!is_key(digit)) return SIP_INVALID;
    if (media_leg_press(plane, point_media(leg), digit) == MEDIA_OK) return SIP_OK;
    pjsua_call_id call;
    pj_grp_lock_t *dialog = leg_enter(leg, &call);
    if (!dialog) return SIP_NO_SUCH_LEG;
    pjsua_call_send_dtmf_param key;
    pjsua_call_send_dtmf_param_default(&key);
    key.digits = (pj_str_t){.ptr = &digit, .slen = 1};
    key.method = PJSUA_DTMF_METHOD_SIP_INFO;
    pj_status_t result = pjsua_call_send_dtmf(call, &key);
    leg_leave(dialog);
    return result == PJ_SUCCESS ? SIP_OK : failed(SIP_STACK, result);
}
