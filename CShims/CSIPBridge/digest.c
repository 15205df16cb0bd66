#include "digest.h"

#include <pjlib-util.h>
#include <pjlib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings.h"
#include "nonces.h"
#include "throttle.h"

enum {
    LONGEST_NAME = 63,
    KNOWN_PLACES = 4               /* addresses where an account was seen last: a phone may have several sets */
};

typedef struct { char *id, *secret; sip_digest algorithm; char places[KNOWN_PLACES][PJ_INET6_ADDRSTRLEN]; } account;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned users;
static pjsip_endpoint *endpoint;
static account *accounts;   /* by id */
static size_t account_count;
static char *realm;
static uint8_t name_key[20];
static uint64_t sha256_share;   /* of accounts, in parts of 2^32 */

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

/* A hash that passwords cannot be guessed from at any speed. */
static void stretch(uint8_t key[20], const char *text) {
    for (int i = 0; i < 100000; i++) pj_hmac_sha1(key, 20, (const pj_uint8_t *)text, (unsigned)strlen(text), key);
}

/* The key by which unknown names get their algorithm must outlive a restart, and a change of the configuration: a name
 * whose algorithm changes is nobody's. The machine's id does, and is known to nobody on the network (machine-id(5): never
 * to be shown, only hashed). A container may have none: then all passwords together, which at least outlive a restart. */
static void choose_name_key(void) {
    char machine[33] = "";
    FILE *file = fopen("/etc/machine-id", "re");
    if (file) {
        if (fscanf(file, "%32[0-9a-f]", machine) != 1) machine[0] = 0;
        fclose(file);
    }
    pj_hmac_sha1((const pj_uint8_t *)realm, (unsigned)strlen(realm), (const pj_uint8_t *)machine,
                 (unsigned)strlen(machine), name_key);
    if (strlen(machine) == 32) return;
    for (size_t i = 0; i < account_count; i++) stretch(name_key, accounts[i].secret);
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
    if (!realm || !accounts || !nonces_start(settings->nonce_seconds)) status = PJ_ENOMEM;
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
        uint64_t strong = 0;
        for (size_t i = 0; i < account_count; i++) strong += accounts[i].algorithm == SIP_DIGEST_SHA256;
        sha256_share = account_count ? (strong << 32) / account_count : 0;
        if (strong > 0 && strong < account_count) choose_name_key();
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
        nonces_stop();
        pj_bzero(name_key, sizeof name_key);
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

/* What a name is challenged with: exactly one algorithm, since old desk phones and some softphones give up when they see
 * SHA-256, even beside MD5 (RFC 8760 would have both). A name without an account gets one by a keyed hash, SHA-256 as
 * often as accounts have it: always MD5 would say that whoever is shown SHA-256 exists. */
static sip_digest algorithm_of(const account *a, const pj_str_t *name) {
    uint8_t out[20];
    uint32_t value;
    pj_hmac_sha1((const pj_uint8_t *)(name->slen > 0 ? name->ptr : ""), (unsigned)name->slen, name_key,
                 sizeof name_key, out);
    memcpy(&value, out, sizeof value);
    sip_digest anyones = value < sha256_share ? SIP_DIGEST_SHA256 : SIP_DIGEST_MD5;
    return a ? a->algorithm : anyones;
}

static void challenge(pjsip_rx_data *request, const pj_str_t *name, bool is_stale) {
    const account *a = find_account(name);
    pj_pool_t *pool = request->tp_info.pool;
    char nonce[NONCE_LENGTH + 1];
    nonce_make(request, nonce);
    pjsip_www_authenticate_hdr *header = pjsip_www_authenticate_hdr_create(pool);
    header->scheme = pj_str("Digest");
    pjsip_digest_challenge *digest = &header->challenge.digest;
    pj_list_init(&digest->other_param);
    pj_strdup2(pool, &digest->realm, realm);
    pj_strdup2(pool, &digest->nonce, nonce);
    digest->algorithm = pj_str(algorithm_of(a, name) == SIP_DIGEST_SHA256 ? "SHA-256" : "MD5");
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
        algorithm_of(a, &given->username) == SIP_DIGEST_SHA256 ? PJSIP_AUTH_ALGORITHM_SHA256 : PJSIP_AUTH_ALGORITHM_MD5;
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
    bool equal = text_same(response, wanted.ptr, (size_t)wanted.slen);
    bool algorithm_fits = given->algorithm.slen == 0 ? algorithm == PJSIP_AUTH_ALGORITHM_MD5
                                                     : pj_stricmp2(&given->algorithm, name) == 0;
    return a && equal && algorithm_fits;
}

static const char *refuse_wrong(pjsip_rx_data *request, const pj_str_t *name, const account *a) {
    const pj_sockaddr *source = &request->pkt_info.src_addr;
    bool source_closed = throttle_failed(THROTTLE_SOURCE, source, name);
    bool account_closed = throttle_failed(THROTTLE_ACCOUNT_AT_SOURCE, source, name)
                          && throttle_failed(THROTTLE_ACCOUNT, source, name);
    char reason[128];
    if (a) snprintf(reason, sizeof reason, "wrong credentials for phone %s", a->id);
    else snprintf(reason, sizeof reason, "credentials for an unknown phone");
    throttle_tell(request, 401, reason);
    if (source_closed) throttle_tell(request, 403, "source backed off after wrong credentials");
    if (account_closed) throttle_tell(request, 403, "account backed off after wrong credentials from many sources");
    challenge(request, name, false);
    return NULL;
}

static int place_of(const account *a, const char *source) {
    for (int i = 0; i < KNOWN_PLACES; i++)
        if (strcmp(a->places[i], source) == 0) return i;
    return -1;
}

/* The place of the last good credentials comes first; the one that was longest ago gives way. */
static void remember_place(account *a, const char *source) {
    pthread_mutex_lock(&lock);
    int place = place_of(a, source);
    if (place < 0) place = KNOWN_PLACES - 1;
    memmove(a->places[1], a->places[0], (size_t)place * sizeof a->places[0]);
    snprintf(a->places[0], sizeof a->places[0], "%s", source);
    pthread_mutex_unlock(&lock);
}

/* A back-off shuts out who guessed, at that address. An account that is guessed at from everywhere (each address has so
 * few attempts that its back-off counts once: it takes three of them at least) is closed to addresses that it was never
 * used from, and to no other. A phone in its own place is shut out only by guesses at itself from that very address, not
 * by a neighbour behind the same NAT who guesses at others. */
static bool is_closed(const pjsip_rx_data *request, const account *a, const pj_str_t *name) {
    const pj_sockaddr *source = &request->pkt_info.src_addr;
    pthread_mutex_lock(&lock);
    bool is_in_place = a && place_of(a, request->pkt_info.src_name) >= 0;
    pthread_mutex_unlock(&lock);
    /* Bindings outlive a restart. */
    is_in_place = is_in_place || (a && bindings_has_source(a->id, source));
    bool source_closed = throttle_is_blocked(THROTTLE_SOURCE, source, name);
    bool account_closed_here = throttle_is_blocked(THROTTLE_ACCOUNT_AT_SOURCE, source, name);
    bool account_closed = throttle_is_blocked(THROTTLE_ACCOUNT, source, name);
    return is_in_place ? source_closed && account_closed_here : source_closed || account_closed_here || account_closed;
}

const char *digest_admit(pjsip_rx_data *request, const pj_str_t *claimed) {
    const pjsip_digest_credential *given = credentials(request);
    if (!given) {
        challenge(request, claimed, false);
        return NULL;
    }
    pj_str_t name = given->username;
    account *a = find_account(&name);
    uint64_t count = 0;
    if (pj_stricmp2(&given->qop, "auth") != 0 || given->cnonce.slen == 0 || !text_hexadecimal(&given->nc, 8, &count)) {
        throttle_tell(request, 401, "credentials without quality of protection");
        challenge(request, &name, false);
        return NULL;
    }
    /* Before the password is looked at: what cannot be counted must not tell whether it was right. */
    own_nonce nonce;
    if (!nonce_is_ours(&given->nonce, request, &nonce)) {
        challenge(request, &name, true);
        return NULL;
    }
    bool is_good = is_right(request, given, a) && is_for(request, &given->uri);
    /* Answered as a wrong password is: a status of its own would tell a neighbour who guesses which phones are here. */
    if (is_closed(request, a, &name)) {
        throttle_tell(request, 401, "still backed off after wrong credentials");
        challenge(request, &name, false);
        return NULL;
    }
    if (!is_good) return refuse_wrong(request, &name, a);
    if (!nonce_use(nonce, (uint32_t)count)) {
        challenge(request, &name, true);
        return NULL;
    }
    throttle_succeeded(&request->pkt_info.src_addr, &name);
    throttle_trust(&request->pkt_info.src_addr);
    remember_place(a, request->pkt_info.src_name);
    return a->id;
}
