#include "stack.h"

#include <pjsua-lib/pjsua_internal.h>

pjsip_inv_session *stack_session(pjsua_call_id call) { return pjsua_var.calls[call].inv; }

pjsip_inv_state stack_state(pjsua_call_id call) {
    const pjsua_call *one = &pjsua_var.calls[call];
    return !one->inv || one->hanging_up ? PJSIP_INV_STATE_DISCONNECTED : one->inv->state;
}

void stack_audio_only(pjsua_call_id call) { pjsua_var.calls[call].opt.vid_cnt = pjsua_var.calls[call].opt.txt_cnt = 0; }

pjmedia_transport *stack_transport(pjsua_call_id call) {
    const pjsua_call *one = &pjsua_var.calls[call];
    pjmedia_transport *transport = one->med_cnt > 0 ? one->media[0].tp : NULL;
    return transport || one->med_prov_cnt == 0 ? transport : one->media_prov[0].tp;
}
