/* Start and stop of the stack, as the settings want it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "cleansing.h"
#include "gate.h"
#include "legs.h"
#include "links.h"
#include "media.h"
#include "registrar.h"
#include "text.h"
#include "transport.h"

enum { SIP_PORT = 5060, TIDYING_MILLISECONDS = 1000, BRIDGE_MILLISECONDS = 100, MOST_LEGS = PJSUA_MAX_CALLS < 2048 ? PJSUA_MAX_CALLS : 2048 };

sip_engine *running;

static bool is_ipv6(const char *address) { return strchr(address, ':') != NULL; }
static const char *public_address(const sip_settings *s) { return s->public_address ? s->public_address : s->bind_address; }

/* ---- settings */

static bool copy_trunk(const sip_trunk *from, trunk *to) {
    if (!from->id || !from->proxy || strlen(from->id) >= sizeof to->id || !text_is_host(from->proxy) ||
        strlen(from->proxy) >= sizeof to->proxy || (from->transport != SIP_UDP && from->transport != SIP_TCP))
        return false;
    strcpy(to->id, from->id);
    strcpy(to->proxy, from->proxy);
    to->transport = from->transport;
    to->trusted = from->trusted;
    to->srtp = from->srtp;
    const char *domain = from->domain ? from->domain : from->proxy;
    if (!text_is_host(domain) || strlen(domain) >= sizeof to->domain) return false;
    strcpy(to->domain, domain);
    if (!from->domain) {                                    /* the proxy without its port */
        char *colon = strrchr(to->domain, ':');
        if (colon && !strchr(colon, ']')) *colon = '\0';
    }
    return true;
}

static bool copy_phone(const sip_phone *from, phone *to) {
    if (!from->id || strlen(from->id) >= sizeof to->id) return false;
    strcpy(to->id, from->id);
    to->srtp = from->srtp;
    return true;
}

sip_srtp srtp_of_trunk(const char *id) {
    for (size_t i = 0; running && i < running->trunk_count; i++)
        if (strcmp(running->trunks[i].id, id) == 0) return running->trunks[i].srtp;
    return SIP_SRTP_OFF;
}

sip_srtp srtp_of_phone(const char *id) {
    for (size_t i = 0; running && i < running->phone_count; i++)
        if (strcmp(running->phones[i].id, id) == 0) return running->phones[i].srtp;
    return SIP_SRTP_OFF;
}

/* PJMEDIA's name for a codec of ours; NULL for none of ours. */
static const char *codec_id(const char *name) {
    static const struct { const char *name, *id; } known[] = {
        {"PCMU", "PCMU/8000/1"}, {"PCMA", "PCMA/8000/1"}, {"G722", "G722/16000/1"}, {"opus", "opus/48000/2"}};
    for (size_t i = 0; name && i < PJ_ARRAY_SIZE(known); i++)
        if (strcmp(known[i].name, name) == 0) return known[i].id;
    return NULL;
}

static int copy_settings(const sip_settings *s, sip_engine *engine) {
    if (!s->bind_address || !text_is_host(s->bind_address) || !text_is_host(public_address(s)) || s->port < 1 ||
        s->port > 65535 || (!s->udp && !s->tcp) || s->max_legs < 1 || s->max_legs > MOST_LEGS ||
        (s->audio_rate != 8000 && s->audio_rate != 16000) || s->rtp_port_first < 1024 ||
        s->rtp_port_last > 65535 || s->rtp_port_last <= s->rtp_port_first)
        return SIP_INVALID;
    if (s->codec_count < 1 || s->codec_count > 16) return SIP_INVALID;
    for (size_t i = 0; i < s->codec_count; i++)
        if (!codec_id(s->codecs[i])) return SIP_INVALID;
    for (size_t i = 0; i < PJ_ARRAY_SIZE(engine->accounts); i++)
        for (size_t k = 0; k < PJ_ARRAY_SIZE(engine->accounts[i]); k++) engine->accounts[i][k] = PJSUA_INVALID_ID;
    engine->audio_rate = s->audio_rate;
    engine->unanswered_invite_seconds = s->unanswered_invite_seconds ? s->unanswered_invite_seconds : 180;
    const char *address = public_address(s);
    char host[56];
    snprintf(host, sizeof host, is_ipv6(address) ? "[%s]" : "%s", address);
    if (s->port == SIP_PORT) snprintf(engine->address, sizeof engine->address, "%s", host);
    else snprintf(engine->address, sizeof engine->address, "%s:%d", host, s->port);

    engine->trunks = calloc(s->trunk_count ? s->trunk_count : 1, sizeof *engine->trunks);
    if (!engine->trunks) return SIP_MEMORY;
    for (engine->trunk_count = 0; engine->trunk_count < s->trunk_count; engine->trunk_count++)
        if (!copy_trunk(&s->trunks[engine->trunk_count], &engine->trunks[engine->trunk_count])) return SIP_INVALID;
    engine->phones = calloc(s->phone_count ? s->phone_count : 1, sizeof *engine->phones);
    if (!engine->phones) return SIP_MEMORY;
    for (engine->phone_count = 0; engine->phone_count < s->phone_count; engine->phone_count++)
        if (!copy_phone(&s->phones[engine->phone_count], &engine->phones[engine->phone_count])) return SIP_INVALID;
    return SIP_OK;
}

/* ---- the parts of PJSUA */

static pj_status_t init_stack(const sip_settings *s) {
    pjsua_config config;
    pjsua_logging_config logging;
    pjsua_media_config media;
    pjsua_config_default(&config);
    config.max_calls = s->max_legs;
    config.thread_cnt = 1;                                  /* one SIP thread: order of events for free */
    config.user_agent = pj_str((char *)(s->user_agent ? s->user_agent : "tsunagi"));
    config.enable_unsolicited_mwi = PJ_FALSE;
    config.nat_type_in_sdp = 0;
    config.use_timer = PJSUA_SIP_TIMER_OPTIONAL;
    config.require_100rel = PJSUA_100REL_NOT_USED;
    config.use_srtp = PJMEDIA_SRTP_DISABLED;
    config.srtp_secure_signaling = 0;
    calls_set_callbacks(&config.cb);
    keys_set_callbacks(&config.cb);
    transport_set_callbacks(&config.cb);

    pjsua_logging_config_default(&logging);
    logging.level = (unsigned)s->log_level;
    logging.console_level = logging.level;                  /* what it gives to the callback */
    logging.msg_logging = PJ_FALSE;                         /* whole messages hold credentials */
    logging.decor = PJ_LOG_HAS_SENDER;
    logging.cb = log_line;

    pjsua_media_config_default(&media);
    media.clock_rate = media.snd_clock_rate = s->audio_rate;
    media.channel_count = 1;
    media.audio_frame_ptime = 20;
    /* PJSUA adds each leg to its bridge, where nobody listens; each port there has a table of all ports. Those that have
     * gone or were replaced keep theirs up to the bridge's next turn, a tenth of a second: hence a quarter more. */
    media.max_media_ports = s->max_legs + s->max_legs / 4 + 64;
    media.conf_threads = 1;
    media.thread_cnt = 0;                                   /* no packet comes to PJMEDIA */
    media.no_vad = PJ_TRUE;
    media.ec_tail_len = 0;
    media.snd_auto_close_time = -1;
    media.enable_ice = PJ_FALSE;
    media.enable_turn = PJ_FALSE;

    /* A peer on UDP gets UDP, however long a request grows (RFC 3261 §18.1.1 would change to TCP). */
    pjsip_cfg()->endpt.disable_tcp_switch = PJ_TRUE;
    return pjsua_init(&config, &logging, &media);
}

static pj_status_t set_codecs(const sip_settings *s) {
    pjsua_codec_info all[64];
    unsigned count = PJ_ARRAY_SIZE(all);
    pj_status_t status = pjsua_enum_codecs(all, &count);
    for (unsigned i = 0; status == PJ_SUCCESS && i < count; i++)
        status = pjsua_codec_set_priority(&all[i].codec_id, PJMEDIA_CODEC_PRIO_DISABLED);
    for (size_t i = 0; status == PJ_SUCCESS && i < s->codec_count; i++) {
        pj_str_t codec = pj_str((char *)codec_id(s->codecs[i]));
        status = pjsua_codec_set_priority(&codec, (pj_uint8_t)(PJMEDIA_CODEC_PRIO_HIGHEST - i));
    }
    return status;
}

static void addresses(const sip_settings *s, pjsua_transport_config *config) {
    config->bound_addr = pj_str((char *)s->bind_address);
    config->public_addr = pj_str((char *)public_address(s));
}

/* What PJMEDIA may agree upon: all that the media plane knows, first the one that everybody has. */
static void set_suites(pjsua_srtp_opt *options) {
    static const char *const names[] = {"AES_CM_128_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32",
                                        "AES_256_CM_HMAC_SHA1_32"};
    options->crypto_count = PJ_ARRAY_SIZE(names);
    for (size_t i = 0; i < PJ_ARRAY_SIZE(names); i++)
        options->crypto[i] = (pjmedia_srtp_crypto){.name = pj_str((char *)names[i])};
    options->keying_count = 1;
    options->keying[0] = PJMEDIA_SRTP_KEYING_SDES;
}

/* An account says which socket a call takes, and how its audio is protected; everything else is said call by call. */
static pj_status_t open_transport(sip_engine *engine, const sip_settings *s, sip_transport_kind kind) {
    bool ipv6 = is_ipv6(s->bind_address);
    pjsip_transport_type_e type = kind == SIP_TCP ? (ipv6 ? PJSIP_TRANSPORT_TCP6 : PJSIP_TRANSPORT_TCP)
                                                  : (ipv6 ? PJSIP_TRANSPORT_UDP6 : PJSIP_TRANSPORT_UDP);
    pjsua_transport_config transport;
    pjsua_transport_id id;
    pjsua_transport_config_default(&transport);
    transport.port = (unsigned)s->port;
    addresses(s, &transport);
    pj_status_t status = pjsua_transport_create(type, &transport, &id);
    if (status != PJ_SUCCESS) return status;

    char uri[128];
    snprintf(uri, sizeof uri, "<sip:tsunagi@%s%s>", engine->address, kind == SIP_TCP ? ";transport=tcp" : "");
    pjsua_acc_config account;
    pjsua_acc_config_default(&account);
    account.id = account.force_contact = pj_str(uri);
    account.register_on_acc_add = PJ_FALSE;
    account.transport_id = id;
    account.allow_contact_rewrite = account.allow_via_rewrite = account.allow_sdp_nat_rewrite = PJ_FALSE;
    /* Or PJSUA would connect to whatever host and port a caller's Contact names, and ask a name server for it. */
    account.contact_use_src_port = PJ_FALSE;
    account.use_rfc5626 = 0;
    account.lock_codec = 0;                                 /* no re-INVITE of PJSUA's own */
    account.ka_interval = 0;
    account.require_100rel = PJSUA_100REL_NOT_USED;
    account.use_timer = PJSUA_SIP_TIMER_OPTIONAL;
    account.sip_stun_use = account.media_stun_use = PJSUA_STUN_USE_DISABLED;
    account.ice_cfg_use = PJSUA_ICE_CONFIG_USE_CUSTOM;
    account.ice_cfg.enable_ice = PJ_FALSE;
    account.srtp_secure_signaling = 0;                      /* keys by UDP, too: who sets it up knows his network */
    set_suites(&account.srtp_opt);
    /* Not "either": PJSUA would look up this machine's name for every call (getaddrinfo, blocking). */
    account.ipv6_sip_use = account.ipv6_media_use = ipv6 ? PJSUA_IPV6_ENABLED_USE_IPV6_ONLY : PJSUA_IPV6_DISABLED;
    account.use_loop_med_tp = PJ_TRUE;                      /* the sockets are the media plane's */
    addresses(s, &account.rtp_cfg);
    static const pjmedia_srtp_use uses[] = {
        [SIP_SRTP_OFF] = PJMEDIA_SRTP_DISABLED, [SIP_SRTP_OPTIONAL] = PJMEDIA_SRTP_OPTIONAL,
        [SIP_SRTP_REQUIRED] = PJMEDIA_SRTP_MANDATORY};
    for (size_t srtp = 0; status == PJ_SUCCESS && srtp < PJ_ARRAY_SIZE(uses); srtp++) {
        account.use_srtp = uses[srtp];
        status = pjsua_acc_add(&account, PJ_FALSE, &engine->accounts[kind][srtp]);
    }
    return status;
}

static void tidy(void *nothing) {
    (void)nothing;
    if (!running) return;
    calls_give_up_overdue();
    media_plane_tidy(plane);
    media_tell_load(TIDYING_MILLISECONDS);
    pjsua_schedule_timer2(tidy, NULL, TIDYING_MILLISECONDS);
}

/* PJSUA's bridge has no clock of its own any more: what is added and removed there waits for this. */
static void turn_bridge(void *nothing) {
    (void)nothing;
    if (!running) return;
    transport_turn_bridge();
    pjsua_schedule_timer2(turn_bridge, NULL, BRIDGE_MILLISECONDS);
}

/* ---- start and stop */

static void tear_down(sip_engine *engine) {
    gate_stop();
    registrar_stop();
    /* Nothing is registered or subscribed elsewhere that would have to be waited for. */
    transport_stop();
    pjsua_destroy2(PJSUA_DESTROY_NO_RX_MSG);
    media_stop();
    links_stop();
    legs_stop();
    events_stop();
    running = NULL;
    free(engine->trunks);
    free(engine->phones);
    free(engine);
}

int sip_engine_start(const sip_settings *settings, sip_event_fn on_event, void *context, sip_engine **out) {
    if (!settings || !on_event || !out) return SIP_INVALID;
    if (running) return failed_because(SIP_STACK, "an engine runs already");
    sip_engine *engine = calloc(1, sizeof *engine);
    if (!engine) return SIP_MEMORY;
    int result = copy_settings(settings, engine);
    if (result == SIP_OK && (!legs_start(settings->max_legs) || !links_start(settings->max_legs * 4))) result = SIP_MEMORY;
    if (result != SIP_OK) {
        links_stop();
        legs_stop();
        free(engine->trunks);
        free(engine->phones);
        free(engine);
        return result;
    }
    events_start(on_event, context);

    pj_log_set_log_func(log_line);                          /* before there is a configuration it would print */
    pj_log_set_level(settings->log_level);
    cleansing_start();
    pj_status_t status = pjsua_create();
    if (status == PJ_SUCCESS) status = init_stack(settings);
    if (status == PJ_SUCCESS) status = set_codecs(settings);
    if (status == PJ_SUCCESS) status = transport_take_bridge();
    if (status == PJ_SUCCESS) status = gate_start(pjsua_get_pjsip_endpt(), settings);
    if (status == PJ_SUCCESS) status = registrar_start(pjsua_get_pjsip_endpt(), settings);
    if (status == PJ_SUCCESS) result = media_start(settings);
    if (result == SIP_OK) {
        running = engine;
        if (status == PJ_SUCCESS && settings->udp) status = open_transport(engine, settings, SIP_UDP);
        if (status == PJ_SUCCESS && settings->tcp) status = open_transport(engine, settings, SIP_TCP);
        if (status == PJ_SUCCESS) status = pjsua_start();
        if (status == PJ_SUCCESS) status = pjsua_schedule_timer2(tidy, NULL, TIDYING_MILLISECONDS);
        if (status == PJ_SUCCESS) status = pjsua_schedule_timer2(turn_bridge, NULL, BRIDGE_MILLISECONDS);
    }
    if (status != PJ_SUCCESS) result = failed(SIP_STACK, status);
    if (result != SIP_OK) {
        tear_down(engine);
        return result;
    }
    *out = engine;
    return SIP_OK;
}

void sip_engine_stop(sip_engine *engine) {
    if (!engine || engine != running) return;
    gate_refuse_all();
    pjsua_stop_worker_threads();
    calls_end_all(PJSIP_SC_SERVICE_UNAVAILABLE);
    media_plane_seal(plane);
    tear_down(engine);
}

void sip_engine_refuse_new(sip_engine *engine, int status, unsigned soonest, unsigned latest) {
    (void)engine;
    if (running) gate_refuse_new(status, soonest, latest);
}

/* ---- links: the checks of the contract, the rest in links.c */

int sip_link(sip_engine *engine, sip_point from, sip_point to) {
    (void)engine;
    return running ? points_link(from, to) : SIP_STOPPED;
}

int sip_unlink(sip_engine *engine, sip_point from, sip_point to) {
    (void)engine;
    return running ? points_unlink(from, to) : SIP_STOPPED;
}
