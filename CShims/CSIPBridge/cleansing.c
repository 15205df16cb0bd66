#include "cleansing.h"

#include <pjlib.h>
#include <string.h>

static void (*give_back)(pj_pool_factory *factory, void *block, pj_size_t size);

static void cleanse(pj_pool_factory *factory, void *block, pj_size_t size) {
    explicit_bzero(block, size);
    give_back(factory, block, size);
}

/* PJSUA's factory takes its policy from this default, and keeps no pool that is released. */
void cleansing_start(void) {
    if (pj_pool_factory_default_policy.block_free == cleanse) return;
    give_back = pj_pool_factory_default_policy.block_free;
    pj_pool_factory_default_policy.block_free = cleanse;
}

void cleansing_behind(pjsip_rx_data *message) {
    /* Behind what came over a connection may stand what comes next; its buffer goes with the connection. */
    if (!(message->tp_info.transport->flag & PJSIP_TRANSPORT_DATAGRAM)) return;
    size_t used = message->pkt_info.len > 0 ? (size_t)message->pkt_info.len : 0, size = sizeof message->pkt_info.packet;
    if (used < size) explicit_bzero(message->pkt_info.packet + used, size - used);
}
