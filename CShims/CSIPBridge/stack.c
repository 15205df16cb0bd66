#include "stack.h"

#include <pjsua-lib/pjsua_internal.h>

pj_status_t stack_add_port(pj_pool_t *pool, pjmedia_port *port, int *slot) {
    unsigned taken;
    pj_status_t status = pjmedia_conf_add_port(pjsua_var.mconf, pool, port, NULL, &taken);
    if (status == PJ_SUCCESS) *slot = (int)taken;
    return status;
}

void stack_remove_port(int slot) { pjmedia_conf_remove_port(pjsua_var.mconf, (unsigned)slot); }

void stack_connect(int from, int to) {
    pjmedia_conf_connect_port(pjsua_var.mconf, (unsigned)from, (unsigned)to, 0);
}

void stack_disconnect(int from, int to) {
    pjmedia_conf_disconnect_port(pjsua_var.mconf, (unsigned)from, (unsigned)to);
}

pjsip_inv_session *stack_session(pjsua_call_id call) { return pjsua_var.calls[call].inv; }

pjsip_inv_state stack_state(pjsua_call_id call) {
    const pjsua_call *one = &pjsua_var.calls[call];
    return !one->inv || one->hanging_up ? PJSIP_INV_STATE_DISCONNECTED : one->inv->state;
}

void stack_audio_only(pjsua_call_id call) { pjsua_var.calls[call].opt.vid_cnt = pjsua_var.calls[call].opt.txt_cnt = 0; }

void stack_share_rtp_ports(pjsua_call_id call) {
    pj_uint16_t next = pjsua_var.acc[pjsua_var.calls[call].acc_id].next_rtp_port;
    for (size_t i = 0; i < PJ_ARRAY_SIZE(pjsua_var.acc); i++)
        if (pjsua_var.acc[i].valid) pjsua_var.acc[i].next_rtp_port = next;
}
