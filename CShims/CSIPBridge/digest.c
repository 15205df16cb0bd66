#include "digest.h"

#include <pjlib-util.h>
#include <pjlib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "throttle.h"

enum {
    NONCE_LENGTH = 16 + 16 + 32,   /* milliseconds, serial number, MAC, all in hexadecimal */
    USED_SETS = 1024, USED_WAYS = 8,
    LONGEST_NAME = 63
};

typedef struct { char *id, *secret; sip_digest algorithm; char good_source[PJ_INET6_ADDRSTRLEN]; } account;
typedef struct { uint64_t serial; uint32_t count; int64_t issued; } used_nonce;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned users;
static pjsip_endpoint *endpoint;
static account *accounts;   /* by id */
static size_t account_count;
static char *realm;
static uint8_t secret[32];
static uint64_t last_serial;
static used_nonce used[USED_SETS][USED_WAYS];
/* Up to here a set has forgotten: an older nonce that it does not hold may have been used, and is stale. */
static uint64_t forgotten[USED_SETS];

static int by_id(const void *a, const void *b) { return strcmp(((const account *)a)->id, ((const account *)b)->id); }

static void free_accounts(void) {
    for (size_t i = 0; i < account_count; i++) {
        free(accounts[i].id);
        if (accounts[i].secret) {
            pj_bzero(accounts[i].secret, strlen(accounts[i].secret));
            free(accounts[i].secret);
        }
    }
    free(accounts);
    free(realm);
    accounts = NULL;
    realm = NULL;
    account_count = 0;
}

pj_status_t digest_start(pjsip_endpoint *on, const sip_settings *settings) {
    pthread_mutex_lock(&lock);
    if (users++ > 0) {
        pthread_mutex_unlock(&lock);
        return PJ_SUCCESS;
    }
    pj_status_t status = PJ_SUCCESS;
    endpoint = on;
    realm = strdup(settings->realm ? settings->realm : "");
    accounts = calloc(settings->phone_count + 1, sizeof *accounts);
    if (!realm || !accounts || getrandom(secret, sizeof secret, 0) != (ssize_t)sizeof secret) status = PJ_ENOMEM;
    for (size_t i = 0; status == PJ_SUCCESS && i < settings->phone_count; i++) {
        const sip_phone *phone = &settings->phones[i];
        if (!phone->secret || !phone->secret[0]) continue;   /* an extension never proves itself to us */
        if (phone->digest == SIP_DIGEST_SHA256 && !pjsip_auth_is_algorithm_supported(PJSIP_AUTH_ALGORITHM_SHA256))
            status = PJ_ENOTSUP;
        account *a = &accounts[account_count++];
        *a = (account){.id = strdup(phone->id), .secret = strdup(phone->secret), .algorithm = phone->digest};
        if (!a->id || !a->secret) status = PJ_ENOMEM;
        else if (strlen(a->id) > LONGEST_NAME) status = PJ_ENAMETOOLONG;
    }
    if (status == PJ_SUCCESS) {
        qsort(accounts, account_count, sizeof *accounts, by_id);
        memset(used, 0, sizeof used);
        memset(forgotten, 0, sizeof forgotten);
        throttle_start();
    } else {
        free_accounts();
        users = 0;
    }
    pthread_mutex_unlock(&lock);
    return status;
}

void digest_stop(void) {
    pthread_mutex_lock(&lock);
    if (users > 0 && --users == 0) {
        free_accounts();
        pj_bzero(secret, sizeof secret);
    }
    pthread_mutex_unlock(&lock);
}

static account *find_account(const pj_str_t *name) {
    size_t low = 0, high = account_count, length = (size_t)name->slen;
    while (low < high) {
        size_t middle = (low + high) / 2, own = strlen(accounts[middle].id);
        int order = memcmp(accounts[middle].id, name->ptr, own < length ? own : length);
        if (order == 0) order = own < length ? -1 : own > length;
        if (order == 0) return &accounts[middle];
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

static void seal(const char *front, char mac[33]) {
    uint8_t out[20];
    pj_hmac_sha1((const pj_uint8_t *)front, 32, secret, sizeof secret, out);
    for (int i = 0; i < 16; i++) snprintf(mac + 2 * i, 3, "%02x", out[i]);
}

static void make_nonce(char nonce[NONCE_LENGTH + 1]) {
    pthread_mutex_lock(&lock);
    uint64_t serial = ++last_serial;
    pthread_mutex_unlock(&lock);
    snprintf(nonce, 33, "%016llx%016llx", (unsigned long long)throttle_now(), (unsigned long long)serial);
    seal(nonce, nonce + 32);
}

/* Every byte is looked at, wherever the first difference is. */
static bool same(const char *a, const char *b, size_t length) {
    volatile unsigned char difference = 0;
    for (size_t i = 0; i < length; i++) difference |= (unsigned char)(a[i] ^ b[i]);
    return difference == 0;
}

static bool hexadecimal(const pj_str_t *text, size_t length, uint64_t *value) {
    if (text->slen != (pj_ssize_t)length) return false;
    *value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!pj_isxdigit((unsigned char)text->ptr[i])) return false;
        *value = *value << 4 | (uint64_t)pj_hex_digit_to_val((unsigned char)text->ptr[i]);
    }
    return true;
}

/* Whether the nonce is ours, young enough, and was never used with this count or a higher one; notes the use. */
static bool use_nonce(const pj_str_t *nonce, uint32_t count) {
    if (nonce->slen != NONCE_LENGTH) return false;
    char mac[33];
    seal(nonce->ptr, mac);
    if (!same(mac, nonce->ptr + 32, 32)) return false;
    uint64_t issued, serial;
    if (!hexadecimal(&(pj_str_t){nonce->ptr, 16}, 16, &issued)) return false;
    if (!hexadecimal(&(pj_str_t){nonce->ptr + 16, 16}, 16, &serial)) return false;
    int64_t now = throttle_now();
    if (now - (int64_t)issued > DIGEST_NONCE_SECONDS * 1000) return false;

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
            *place = (used_nonce){.serial = serial, .count = count, .issued = (int64_t)issued};
        }
    }
    pthread_mutex_unlock(&lock);
    return fresh;
}

static void challenge(pjsip_rx_data *request, const pj_str_t *name, bool is_stale) {
    const account *a = find_account(name);
    pj_pool_t *pool = request->tp_info.pool;
    char nonce[NONCE_LENGTH + 1];
    make_nonce(nonce);
    pjsip_www_authenticate_hdr *header = pjsip_www_authenticate_hdr_create(pool);
    header->scheme = pj_str("Digest");
    pjsip_digest_challenge *digest = &header->challenge.digest;
    pj_list_init(&digest->other_param);
    pj_strdup2(pool, &digest->realm, realm);
    pj_strdup2(pool, &digest->nonce, nonce);
    /* Exactly one algorithm: old desk phones and some softphones give up when they see SHA-256, even beside MD5. */
    digest->algorithm = pj_str(a && a->algorithm == SIP_DIGEST_SHA256 ? "SHA-256" : "MD5");
    digest->qop = pj_str("auth");
    digest->stale = is_stale;
    pjsip_hdr list;
    pj_list_init(&list);
    pj_list_push_back(&list, header);
    pjsip_endpt_respond_stateless(endpoint, request, 401, NULL, &list, NULL);
}

static const pjsip_digest_credential *credentials(const pjsip_rx_data *request) {
    const pj_str_t own = pj_str(realm);
    pjsip_hdr *header = NULL, *from = NULL;
    while ((header = pjsip_msg_find_hdr(request->msg_info.msg, PJSIP_H_AUTHORIZATION, from))) {
        pjsip_authorization_hdr *authorization = (pjsip_authorization_hdr *)header;
        if (pj_stricmp2(&authorization->scheme, "Digest") == 0
            && pj_strcmp(&authorization->credential.digest.realm, &own) == 0)
            return &authorization->credential.digest;
        from = header->next;
        if (from == &request->msg_info.msg->hdr) break;
    }
    return NULL;
}

/* A call's credentials are for the number that is called: a caught header must not call another one. */
static bool is_for(pjsip_rx_data *request, const pj_str_t *uri) {
    if (request->msg_info.msg->line.req.method.id != PJSIP_INVITE_METHOD) return true;
    pj_str_t copy;
    pj_strdup_with_null(request->tp_info.pool, &copy, uri);
    pjsip_uri *named = pjsip_parse_uri(request->tp_info.pool, copy.ptr, copy.slen, 0);
    pjsip_uri *asked = request->msg_info.msg->line.req.uri;
    if (!named || !PJSIP_URI_SCHEME_IS_SIP(named) || !PJSIP_URI_SCHEME_IS_SIP(asked)) return false;
    return pj_strcmp(&((pjsip_sip_uri *)pjsip_uri_get_uri(named))->user,
                     &((pjsip_sip_uri *)pjsip_uri_get_uri(asked))->user) == 0;
}

static bool is_right(const pjsip_rx_data *request, const pjsip_digest_credential *given, const account *a) {
    pjsip_auth_algorithm_type algorithm =
        a && a->algorithm == SIP_DIGEST_SHA256 ? PJSIP_AUTH_ALGORITHM_SHA256 : PJSIP_AUTH_ALGORITHM_MD5;
    const char *name = algorithm == PJSIP_AUTH_ALGORITHM_SHA256 ? "SHA-256" : "MD5";
    pjsip_cred_info info;
    pj_bzero(&info, sizeof info);
    info.username = given->username;
    info.data_type = PJSIP_CRED_DATA_PLAIN_PASSWD;
    info.data = pj_str(a ? a->secret : "nobody's");
    char text[PJSIP_AUTH_MAX_DIGEST_BUFFER_LENGTH];
    pj_str_t wanted = {text, sizeof text};
    /* Reckoned in every case, so that the time tells nothing. */
    pj_status_t status = pjsip_auth_create_digest2(
        &wanted, &given->nonce, &given->nc, &given->cnonce, &given->qop, &given->uri, &given->realm, &info,
        &request->msg_info.msg->line.req.method.name, algorithm);
    if (status != PJ_SUCCESS || given->response.slen != wanted.slen) return false;
    char response[PJSIP_AUTH_MAX_DIGEST_BUFFER_LENGTH];
    for (pj_ssize_t i = 0; i < wanted.slen; i++) response[i] = (char)pj_tolower((unsigned char)given->response.ptr[i]);
    bool equal = same(response, wanted.ptr, (size_t)wanted.slen);
    bool algorithm_fits = given->algorithm.slen == 0 ? algorithm == PJSIP_AUTH_ALGORITHM_MD5
                                                     : pj_stricmp2(&given->algorithm, name) == 0;
    return a && equal && algorithm_fits;
}

static const char *refuse_wrong(pjsip_rx_data *request, const pj_str_t *name, const account *a) {
    const pj_sockaddr *source = &request->pkt_info.src_addr;
    bool source_blocked =
        throttle_failed(THROTTLE_SOURCE, pj_sockaddr_get_addr(source), pj_sockaddr_get_addr_len(source));
    bool account_blocked = throttle_failed(THROTTLE_ACCOUNT, name->ptr, (size_t)name->slen);
    char reason[128];
    if (a) snprintf(reason, sizeof reason, "wrong credentials for phone %s", a->id);
    else snprintf(reason, sizeof reason, "credentials for an unknown phone");
    throttle_tell(request, 401, reason);
    if (source_blocked) throttle_tell(request, 403, "source backed off after wrong credentials");
    if (account_blocked) throttle_tell(request, 403, "account backed off after wrong credentials");
    challenge(request, name, false);
    return NULL;
}

const char *digest_admit(pjsip_rx_data *request, const pj_str_t *claimed) {
    const pjsip_digest_credential *given = credentials(request);
    if (!given) {
        challenge(request, claimed, false);
        return NULL;
    }
    pj_str_t name = given->username;
    const pj_sockaddr *source = &request->pkt_info.src_addr;
    account *a = find_account(&name);

    /* Guesses from everywhere close an account, and a neighbour behind the same NAT a source: a phone where it was last
     * seen is shut out only by both. */
    pthread_mutex_lock(&lock);
    bool is_usual = a && strcmp(a->good_source, request->pkt_info.src_name) == 0;
    pthread_mutex_unlock(&lock);
    bool source_blocked =
        throttle_is_blocked(THROTTLE_SOURCE, pj_sockaddr_get_addr(source), pj_sockaddr_get_addr_len(source));
    bool account_blocked = throttle_is_blocked(THROTTLE_ACCOUNT, name.ptr, (size_t)name.slen);
    if (is_usual ? source_blocked && account_blocked : source_blocked || account_blocked) {
        throttle_tell(request, 403, "still backed off after wrong credentials");
        pjsip_endpt_respond_stateless(endpoint, request, 403, NULL, NULL, NULL);
        return NULL;
    }
    uint64_t count = 0;
    if (pj_stricmp2(&given->qop, "auth") != 0 || given->cnonce.slen == 0 || !hexadecimal(&given->nc, 8, &count)) {
        throttle_tell(request, 401, "credentials without quality of protection");
        challenge(request, &name, false);
        return NULL;
    }
    bool right = is_right(request, given, a);
    if (!right || !is_for(request, &given->uri)) return refuse_wrong(request, &name, a);
    if (!use_nonce(&given->nonce, (uint32_t)count)) {
        challenge(request, &name, true);
        return NULL;
    }
    throttle_succeeded(name.ptr, (size_t)name.slen);
    throttle_trust(source);
    pthread_mutex_lock(&lock);
    snprintf(a->good_source, sizeof a->good_source, "%s", request->pkt_info.src_name);
    pthread_mutex_unlock(&lock);
    return a->id;
}
