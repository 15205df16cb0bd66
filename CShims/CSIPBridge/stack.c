#include "stack.h"

#include <pjsua-lib/pjsua_internal.h>

pjsip_inv_session *stack_session(pjsua_call_id call) { return pjsua_var.calls[call].inv; }

pjsip_inv_state stack_state(pjsua_call_id call) {
    const pjsua_call *one = &pjsua_var.calls[call];
    return !one->inv || one->hanging_up ? PJSIP_INV_STATE_DISCONNECTED : one->inv->state;
}

void stack_audio_only(pjsua_call_id call) { pjsua_var.calls[call].opt.vid_cnt = pjsua_var.calls[call].opt.txt_cnt = 0; }

static pjmedia_transport *of_type(const pjsua_call_media *media, unsigned count, pjmedia_transport_type type) {
    for (unsigned i = 0; i < count; i++)
        if (media[i].tp && media[i].tp->type == type) return media[i].tp;
    return NULL;
}

pjmedia_transport *stack_transport(pjsua_call_id call, pjmedia_transport_type type) {
    const pjsua_call *one = &pjsua_var.calls[call];
    pjmedia_transport *found = of_type(one->media, one->med_cnt, type);
    return found ? found : of_type(one->media_prov, one->med_prov_cnt, type);
}
