#include "srtp.h"

#include <string.h>

#include "transport.h"

/* ---- what a line of SDP says: tag, suite, key, parameters (RFC 4568 §9.1) */

/* The next word of a line; empty at its end. */
static pj_str_t next_word(pj_str_t *line) {
    while (line->slen > 0 && (*line->ptr == ' ' || *line->ptr == '\t')) line->ptr++, line->slen--;
    pj_str_t word = {line->ptr, 0};
    while (word.slen < line->slen && word.ptr[word.slen] != ' ' && word.ptr[word.slen] != '\t') word.slen++;
    line->ptr += word.slen;
    line->slen -= word.slen;
    return word;
}

/* One key; behind it its lifetime at most, which we do not outlive: 2^31 packets are more than a year. */
static bool is_bare_key(pj_str_t key) {
    const char *more = pj_strchr(&key, '|');
    if (pj_strchr(&key, ';')) return false;
    pj_str_t rest = {(char *)more, more ? key.ptr + key.slen - more : 0};
    return rest.slen == 0 || !pj_strchr(&rest, ':');
}

/* WSH is a hint; all others change what packets look like. */
static bool is_harmless(pj_str_t parameter) { return pj_strnicmp2(&parameter, "WSH=", 4) == 0; }

static bool is_understood(const pjmedia_sdp_attr *crypto) {
    pj_str_t line = crypto->value;
    next_word(&line);
    next_word(&line);
    if (!is_bare_key(next_word(&line))) return false;
    for (pj_str_t word = next_word(&line); word.slen > 0; word = next_word(&line))
        if (!is_harmless(word)) return false;
    return true;
}

static bool is_crypto(const pjmedia_sdp_attr *one) { return pj_stricmp2(&one->name, "crypto") == 0; }

static bool are_all_understood(const pjmedia_sdp_media *media) {
    for (unsigned i = 0; i < media->attr_count; i++)
        if (is_crypto(media->attr[i]) && !is_understood(media->attr[i])) return false;
    return true;
}

const pjmedia_sdp_session *srtp_understood(pj_pool_t *pool, const pjmedia_sdp_session *remote, unsigned index) {
    if (!remote || index >= remote->media_count || are_all_understood(remote->media[index])) return remote;
    pjmedia_sdp_session *copy = pjmedia_sdp_session_clone(pool, remote);
    pjmedia_sdp_media *media = copy->media[index];
    unsigned kept = 0;
    for (unsigned i = 0; i < media->attr_count; i++)
        if (!is_crypto(media->attr[i]) || is_understood(media->attr[i])) media->attr[kept++] = media->attr[i];
    media->attr_count = kept;
    return copy;
}

/* ---- keys */

static bool read_key(const pjmedia_srtp_crypto *from, secure_key *into) {
    into->suite = secure_suite_named(from->name.ptr, (size_t)from->name.slen);
    size_t bytes = secure_key_bytes(into->suite);
    if (bytes == 0 || from->key.slen != (pj_ssize_t)bytes) return false;
    memcpy(into->bytes, from->key.ptr, bytes);
    return true;
}

static bool has_crypto(const pjmedia_sdp_media *media) {
    for (unsigned i = 0; i < media->attr_count; i++)
        if (is_crypto(media->attr[i])) return true;
    return false;
}

pj_status_t srtp_take_keys(pjmedia_transport *adapter, const pjmedia_sdp_session *local, const pjmedia_sdp_session *remote,
                           unsigned index, media_id leg) {
    pjmedia_transport_info info;
    pjmedia_transport_info_init(&info);
    pjmedia_transport_get_info(adapter, &info);
    const pjmedia_srtp_info *srtp = pjmedia_transport_info_get_spc_info(&info, PJMEDIA_TRANSPORT_TYPE_SRTP);
    if (!srtp || !srtp->active) {
        if (srtp && srtp->use == PJMEDIA_SRTP_MANDATORY) return PJMEDIA_SRTP_ESDPREQCRYPTO;
        /* Keys were answered to our keys, and were not understood: what comes would be taken for sound. */
        if (has_crypto(local->media[index]) && has_crypto(remote->media[index])) return PJMEDIA_SRTP_ENOTSUPCRYPTO;
        media_leg_secure(plane, leg, NULL, NULL);
        return PJ_SUCCESS;
    }
    secure_key in, out;
    bool are_known = read_key(&srtp->rx_policy, &in) && read_key(&srtp->tx_policy, &out);
    int result = are_known ? media_leg_secure(plane, leg, &in, &out) : MEDIA_INVALID;
    explicit_bzero(&in, sizeof in);
    explicit_bzero(&out, sizeof out);
    return result == MEDIA_OK || result == MEDIA_GONE ? PJ_SUCCESS
           : result == MEDIA_MEMORY ? PJ_ENOMEM : PJMEDIA_SRTP_ENOTSUPCRYPTO;
}
