#include "nonces.h"

#include <pjlib-util.h>
#include <pjlib.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "throttle.h"

enum { USED_SETS = 1024, USED_WAYS = 8 };

typedef struct { uint64_t serial; uint32_t count; } used_nonce;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t secret[32];
static uint64_t last_serial;
static int64_t good_for;   /* milliseconds */
static used_nonce used[USED_SETS][USED_WAYS];
/* Up to here a set has forgotten: an older nonce that it does not hold may have been used, and is stale. */
static uint64_t forgotten[USED_SETS];

bool nonces_start(unsigned seconds) {
    good_for = (int64_t)(seconds ? seconds : NONCE_SECONDS) * 1000;
    memset(used, 0, sizeof used);
    memset(forgotten, 0, sizeof forgotten);
    return getrandom(secret, sizeof secret, 0) == (ssize_t)sizeof secret;
}

void nonces_stop(void) { pj_bzero(secret, sizeof secret); }

/* A nonce is good only where its challenge went. */
static void seal(const char *front, const pjsip_rx_data *request, char mac[33]) {
    const pj_sockaddr *source = &request->pkt_info.src_addr;
    uint8_t is_datagram = (request->tp_info.transport->flag & PJSIP_TRANSPORT_DATAGRAM) != 0, out[20];
    pj_hmac_sha1_context context;
    pj_hmac_sha1_init(&context, secret, sizeof secret);
    pj_hmac_sha1_update(&context, (const pj_uint8_t *)front, 32);
    pj_hmac_sha1_update(&context, &is_datagram, 1);
    pj_hmac_sha1_update(&context, pj_sockaddr_get_addr(source), pj_sockaddr_get_addr_len(source));
    pj_hmac_sha1_final(&context, out);
    for (int i = 0; i < 16; i++) snprintf(mac + 2 * i, 3, "%02x", out[i]);
}

void nonce_make(const pjsip_rx_data *request, char nonce[NONCE_LENGTH + 1]) {
    pthread_mutex_lock(&lock);
    uint64_t serial = ++last_serial;
    pthread_mutex_unlock(&lock);
    snprintf(nonce, 33, "%016llx%016llx", (unsigned long long)throttle_now(), (unsigned long long)serial);
    seal(nonce, request, nonce + 32);
}

bool text_same(const char *a, const char *b, size_t length) {
    volatile unsigned char difference = 0;
    for (size_t i = 0; i < length; i++) difference |= (unsigned char)(a[i] ^ b[i]);
    return difference == 0;
}

bool text_hexadecimal(const pj_str_t *text, size_t length, uint64_t *value) {
    if (text->slen != (pj_ssize_t)length) return false;
    *value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!pj_isxdigit((unsigned char)text->ptr[i])) return false;
        *value = *value << 4 | (uint64_t)pj_hex_digit_to_val((unsigned char)text->ptr[i]);
    }
    return true;
}

bool nonce_is_ours(const pj_str_t *nonce, const pjsip_rx_data *request, own_nonce *own) {
    if (nonce->slen != NONCE_LENGTH) return false;
    char mac[33];
    seal(nonce->ptr, request, mac);
    if (!text_same(mac, nonce->ptr + 32, 32)) return false;
    if (!text_hexadecimal(&(pj_str_t){nonce->ptr, 16}, 16, &own->issued)) return false;
    if (!text_hexadecimal(&(pj_str_t){nonce->ptr + 16, 16}, 16, &own->serial)) return false;
    return throttle_now() - (int64_t)own->issued <= good_for;
}

bool nonce_use(own_nonce nonce, uint32_t count) {
    uint64_t serial = nonce.serial;
    pthread_mutex_lock(&lock);
    size_t at = serial % USED_SETS;
    used_nonce *set = used[at], *place = set, *known = NULL;
    for (int i = 0; i < USED_WAYS; i++) {
        if (set[i].serial == serial) known = &set[i];
        if (set[i].serial < place->serial) place = &set[i];
    }
    bool fresh;
    if (known) {
        fresh = count > known->count;
        if (fresh) known->count = count;
    } else {
        fresh = serial > forgotten[at];
        if (fresh) {
            /* The oldest gives way, also to one that is older still: then only that one is forgotten at once. */
            if (place->serial && place->serial > forgotten[at]) forgotten[at] = place->serial;
            *place = (used_nonce){.serial = serial, .count = count};
        }
    }
    pthread_mutex_unlock(&lock);
    return fresh;
}

