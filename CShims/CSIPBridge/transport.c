#include "transport.h"

#include <string.h>

#include "bridge.h"
#include "legs.h"
#include "links.h"
#include "places.h"
#include "srtp.h"
#include "stack.h"

/* What PJSUA takes for the sockets of a call. `base`, an adapter of SRTP over a transport that goes nowhere, negotiates. */
typedef struct {
    pjmedia_transport transport;     /* first: PJMEDIA casts */
    pjmedia_transport *base;
    media_id media;
    pj_sockaddr rtp, rtcp;           /* as peers are told */
} audio_transport;

enum { TYPE_OF_AUDIO = PJMEDIA_TRANSPORT_TYPE_USER + 1 };

media_plane *plane;
static pj_sockaddr bound, public;     /* of all, without a port */

static bool read_address(const char *address, pj_sockaddr *into) {
    pj_str_t text = pj_str((char *)address);
    return pj_sockaddr_init(strchr(address, ':') ? pj_AF_INET6() : pj_AF_INET(), into, &text, 0) == PJ_SUCCESS;
}

bool transport_start(const sip_settings *settings) {
    const char *told = settings->public_address ? settings->public_address : settings->bind_address;
    if (!read_address(settings->bind_address, &bound) || !read_address(told, &public) ||
        bound.addr.sa_family != public.addr.sa_family)
        return false;
    places_start(&bound, &public, settings);
    return true;
}

/* ---- what PJMEDIA asks of a transport */

static audio_transport *audio_of(pjmedia_transport *transport) { return (audio_transport *)transport; }

static pj_status_t get_info(pjmedia_transport *transport, pjmedia_transport_info *info) {
    const audio_transport *one = audio_of(transport);
    pj_status_t status = pjmedia_transport_get_info(one->base, info);
    info->sock_info.rtp_addr_name = one->rtp;
    info->sock_info.rtcp_addr_name = one->rtcp;
    return status;
}

/* A stream wants packets: it gets none. */
static pj_status_t attach(pjmedia_transport *transport, pjmedia_transport_attach_param *parameters) {
    (void)transport, (void)parameters;
    return PJ_SUCCESS;
}

static void detach(pjmedia_transport *transport, void *stream) { (void)transport, (void)stream; }

static pj_status_t send_nothing(pjmedia_transport *transport, const void *packet, pj_size_t size) {
    (void)transport, (void)packet, (void)size;
    return PJ_SUCCESS;
}

static pj_status_t send_no_report(pjmedia_transport *transport, const pj_sockaddr_t *to, unsigned length,
                                  const void *packet, pj_size_t size) {
    (void)transport, (void)to, (void)length, (void)packet, (void)size;
    return PJ_SUCCESS;
}

static pj_status_t media_create(pjmedia_transport *transport, pj_pool_t *pool, unsigned options,
                                const pjmedia_sdp_session *remote, unsigned index) {
    remote = srtp_understood(pool, remote, index);
    return pjmedia_transport_media_create(audio_of(transport)->base, pool, options, remote, index);
}

static pj_status_t encode_sdp(pjmedia_transport *transport, pj_pool_t *pool, pjmedia_sdp_session *local,
                              const pjmedia_sdp_session *remote, unsigned index) {
    remote = srtp_understood(pool, remote, index);
    return pjmedia_transport_encode_sdp(audio_of(transport)->base, pool, local, remote, index);
}

/* Also in mid-call, with keys or without, the same or others. */
static pj_status_t media_start(pjmedia_transport *transport, pj_pool_t *pool, const pjmedia_sdp_session *local,
                               const pjmedia_sdp_session *remote, unsigned index) {
    const audio_transport *one = audio_of(transport);
    pj_status_t status =
        pjmedia_transport_media_start(one->base, pool, local, srtp_understood(pool, remote, index), index);
    return status == PJ_SUCCESS ? srtp_take_keys(one->base, local, remote, index, one->media) : status;
}

static pj_status_t media_stop(pjmedia_transport *transport) {
    return pjmedia_transport_media_stop(audio_of(transport)->base);
}

static pj_status_t simulate_lost(pjmedia_transport *transport, pjmedia_dir direction, unsigned percent) {
    (void)transport, (void)direction, (void)percent;
    return PJ_SUCCESS;
}

/* Closing the base gives up its lock, and the memory of both with it. */
static pj_status_t close_audio(pjmedia_transport *transport) {
    audio_transport *gone = audio_of(transport);
    media_leg_close(plane, gone->media);
    pj_grp_lock_t *lock = gone->transport.grp_lock;
    pj_status_t status = pjmedia_transport_close(gone->base);
    if (lock) pj_grp_lock_dec_ref(lock);
    return status;
}

static void release_pool(void *pool) { pj_pool_release(pool); }

static pjmedia_transport *on_create_media_transport(pjsua_call_id call, unsigned index, pjmedia_transport *base,
                                                    unsigned flags) {
    static pjmedia_transport_op operations = {
        .get_info = get_info, .detach = detach, .send_rtp = send_nothing, .send_rtcp = send_nothing,
        .send_rtcp2 = send_no_report, .media_create = media_create, .encode_sdp = encode_sdp, .media_start = media_start,
        .media_stop = media_stop, .simulate_lost = simulate_lost, .destroy = close_audio, .attach2 = attach};
    (void)call, (void)index, (void)flags;
    pj_pool_t *pool = pjsua_pool_create("audio", 512, 512);
    if (!pool) {
        pjmedia_transport_close(base);                      /* PJSUA forgets it */
        return NULL;
    }
    audio_transport *new = PJ_POOL_ZALLOC_T(pool, audio_transport);
    pj_ansi_strxcpy(new->transport.name, "audio", sizeof new->transport.name);
    new->transport.type = (pjmedia_transport_type)TYPE_OF_AUDIO;
    new->transport.op = &operations;
    new->base = base;
    uint16_t port;
    int result = media_leg_open(plane, (const struct sockaddr *)&bound, &new->media, &port);
    if (result != MEDIA_OK) {
        const char *line = result == MEDIA_PORTS ? "no free pair of ports for audio" : "no sockets for audio";
        log_line(1, line, (int)strlen(line));
        pj_pool_release(pool);
        pjmedia_transport_close(base);
        return NULL;
    }
    new->rtp = new->rtcp = public;
    pj_sockaddr_set_port(&new->rtp, port);
    pj_sockaddr_set_port(&new->rtcp, (pj_uint16_t)(port + 1));
    new->transport.grp_lock = base->grp_lock;
    if (base->grp_lock) {
        pj_grp_lock_add_ref(base->grp_lock);
        pj_grp_lock_add_handler(base->grp_lock, pool, pool, release_pool);
    }
    return &new->transport;
}

/* ---- what was negotiated */

media_id transport_media(pjsua_call_id call) {
    pjmedia_transport *transport = stack_transport(call, (pjmedia_transport_type)TYPE_OF_AUDIO);
    return transport ? audio_of(transport)->media : 0;
}

static bool codec_of(const pjmedia_codec_info *format, codec_kind *kind) {
    static const struct { const char *name; codec_kind kind; } known[] = {
        {"PCMU", CODEC_PCMU}, {"PCMA", CODEC_PCMA}, {"G722", CODEC_G722}, {"opus", CODEC_OPUS}};
    for (size_t i = 0; i < PJ_ARRAY_SIZE(known); i++)
        if (pj_stricmp2(&format->encoding_name, known[i].name) == 0) {
            *kind = known[i].kind;
            return true;
        }
    return false;
}

static uint8_t type_of(int payload_type) { return payload_type > 0 && payload_type < 128 ? (uint8_t)payload_type : MEDIA_NO_TYPE; }

/* A leg that nobody could ever hear; not ended in here, where PJSUA is in the midst of beginning it. */
static void give_up(sip_leg id, int why) {
    const char *line = why == MEDIA_MEMORY ? "no memory for a leg's audio: it is ended" : "a leg's audio was refused: it is ended";
    log_line(1, line, (int)strlen(line));
    legs_lock();
    leg *one = legs_find(id);
    if (one) one->is_deaf = true;
    legs_unlock();
}

/* A stream of PJSUA's costs its memory, and its buffer is never filled. */
static void on_stream_precreate(pjsua_call_id call, pjsua_on_stream_precreate_param *stream) {
    sip_leg id = leg_of(call);
    media_id media = transport_media(call);
    const pjmedia_stream_info *agreed = &stream->stream_info.info.aud;
    stream->stream_info.info.aud.jb_init = stream->stream_info.info.aud.jb_min_pre = 20;
    stream->stream_info.info.aud.jb_max_pre = stream->stream_info.info.aud.jb_max = 40;
    media_stream now = {
        .type_in = (uint8_t)agreed->rx_pt, .type_out = (uint8_t)agreed->tx_pt, .keys_in = type_of(agreed->rx_event_pt),
        .keys_out = type_of(agreed->tx_event_pt), .hears = (agreed->dir & PJMEDIA_DIR_ENCODING) != 0,
        .sends = (agreed->dir & PJMEDIA_DIR_DECODING) != 0};
    memcpy(&now.rtp, &agreed->rem_addr, pj_sockaddr_get_len(&agreed->rem_addr));
    memcpy(&now.rtcp, &agreed->rem_rtcp, pj_sockaddr_get_len(&agreed->rem_rtcp));
    if (media == 0 || !codec_of(&agreed->fmt, &now.codec)) return;
    places_find(id, &now);
    media_leg_tag(plane, media, id);
    int result = media_leg_stream(plane, media, &now);
    if (result != MEDIA_OK && result != MEDIA_GONE) give_up(id, result);
}

/* ---- PJSUA's bridge */

static pj_pool_t *bridge_pool;
static pjmedia_port *bridge;
static void *bridge_frame;

pj_status_t transport_take_bridge(void) {
    bridge = pjsua_set_no_snd_dev();
    bridge_pool = pjsua_pool_create("bridge", 1024, 1024);
    if (!bridge || !bridge_pool) return PJ_ENOMEM;
    bridge_frame = pj_pool_alloc(bridge_pool, PJMEDIA_PIA_AVG_FSZ(&bridge->info));
    return PJ_SUCCESS;
}

void transport_turn_bridge(void) {
    pjmedia_frame frame = {.buf = bridge_frame, .size = PJMEDIA_PIA_AVG_FSZ(&bridge->info)};
    pjmedia_port_get_frame(bridge, &frame);
}

void transport_stop(void) {
    bridge = NULL;
}

/* What a call is on the bridge: nobody speaks, nobody listens. One for each stream: the bridge hangs what it needs for a
 * port on the port's own life. */
static void on_stream_created2(pjsua_call_id call, pjsua_on_stream_created_param *stream) {
    (void)call;
    pjmedia_port *silent;
    if (!bridge || pjmedia_null_port_create(bridge_pool, PJMEDIA_PIA_SRATE(&bridge->info), 1,
                                            PJMEDIA_PIA_SPF(&bridge->info), 16, &silent) != PJ_SUCCESS)
        return;
    stream->port = silent;
    stream->destroy_port = PJ_TRUE;
}

static void on_stream_destroyed(pjsua_call_id call, pjmedia_stream *stream, unsigned index) {
    (void)stream, (void)index;
    media_id media = transport_media(call);
    if (media != 0) media_leg_pause(plane, media);
}

void transport_set_callbacks(pjsua_callback *callbacks) {
    callbacks->on_create_media_transport = on_create_media_transport;
    callbacks->on_stream_precreate = on_stream_precreate;
    callbacks->on_stream_created2 = on_stream_created2;
    callbacks->on_stream_destroyed = on_stream_destroyed;
}
