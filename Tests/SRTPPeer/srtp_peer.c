#include "srtp_peer.h"

#include <pthread.h>
#include <srtp2/srtp.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 2048 };

struct srtp_peer {
    srtp_t session;
};

static void start(void) { srtp_init(); }

srtp_peer *srtp_peer_open(const uint8_t *key, size_t key_bytes, size_t tag_bytes, bool is_sender) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
    srtp_policy_t policy = {.ssrc.type = is_sender ? ssrc_any_outbound : ssrc_any_inbound, .key = (uint8_t *)key};
    if (key_bytes == 30) srtp_crypto_policy_set_rtp_default(&policy.rtp);
    else srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&policy.rtp);
    policy.rtcp = policy.rtp;
    policy.rtp.auth_tag_len = (int)tag_bytes;
    srtp_peer *new = calloc(1, sizeof *new);
    if (new && srtp_create(&new->session, &policy) == srtp_err_status_ok) return new;
    free(new);
    return NULL;
}

void srtp_peer_close(srtp_peer *gone) {
    if (!gone) return;
    srtp_dealloc(gone->session);
    free(gone);
}

/* libsrtp wants whole words. */
static int transform(srtp_err_status_t (*by)(srtp_t, void *, int *), srtp_peer *of, uint8_t *packet, size_t *count) {
    _Alignas(8) uint8_t words[LONGEST + SRTP_MAX_TRAILER_LEN];
    int length = (int)*count;
    if (*count > LONGEST) return srtp_err_status_bad_param;
    memcpy(words, packet, *count);
    int status = by(of->session, words, &length);
    if (status == srtp_err_status_ok) {
        memcpy(packet, words, (size_t)length);
        *count = (size_t)length;
    }
    return status;
}

int srtp_peer_protect(srtp_peer *by, uint8_t *packet, size_t *count) { return transform(srtp_protect, by, packet, count); }

int srtp_peer_unprotect(srtp_peer *by, uint8_t *packet, size_t *count) { return transform(srtp_unprotect, by, packet, count); }

int srtp_peer_protect_report(srtp_peer *by, uint8_t *packet, size_t *count) {
    return transform(srtp_protect_rtcp, by, packet, count);
}

int srtp_peer_unprotect_report(srtp_peer *by, uint8_t *packet, size_t *count) {
    return transform(srtp_unprotect_rtcp, by, packet, count);
}
