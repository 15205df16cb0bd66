/* Of libcrypto's SHA-1 the functions that its version 3 calls old: those that take their place copy a state by taking memory,
 * and an HMAC copies two for each packet. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "secure_rtp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bytes.h"

enum {
    SALT_BYTES = 14, SHA1_BYTES = 20, SHA1_BLOCK = 64, REPORT_TAG_BYTES = 10, INDEX_BYTES = 4,
    RTP_FIXED = 12, REPORT_CLEAR = 8,
    WINDOW = 128, REPORT_WINDOW = 64,
    FIRST_SOURCES = 2, MOST_SOURCES = 1024   /* a peer that has the key could else take all memory */
};

static const struct { const char *name; size_t key_bytes, tag_bytes; } suites[SECURE_SUITES] = {
    [SECURE_AES_CM_128_HMAC_SHA1_80] = {"AES_CM_128_HMAC_SHA1_80", 16, 10},
    [SECURE_AES_CM_128_HMAC_SHA1_32] = {"AES_CM_128_HMAC_SHA1_32", 16, 4},
    [SECURE_AES_256_CM_HMAC_SHA1_80] = {"AES_256_CM_HMAC_SHA1_80", 32, 10},
    [SECURE_AES_256_CM_HMAC_SHA1_32] = {"AES_256_CM_HMAC_SHA1_32", 32, 4},
};

/* Session keys of packets, or those of reports. */
typedef struct {
    EVP_CIPHER_CTX *cipher;
    uint8_t salt[SALT_BYTES];
    SHA_CTX inner, outer;            /* of HMAC: after the key, before the message */
} session;

/* One SSRC under this key: how far it is, and the last of its packets and reports that were here, one bit each. */
typedef struct {
    uint32_t ssrc;
    bool has_begun, has_reported;
    bool is_resumed;                 /* it may have said more, by no key or another, since it was heard last */
    uint64_t highest, seen[2];       /* packet index: rollovers * 65536 + sequence; bit 0 of seen[0] is `highest` */
    uint32_t highest_report;
    uint64_t reports_seen;
} source;

struct secure_context {
    secure_key key;
    size_t tag_bytes;
    session rtp, rtcp;
    uint32_t next_report;
    source *sources, *last;
    size_t count, capacity;
    struct { uint32_t ssrc; uint32_t rollovers; } *former;
    size_t former_count;
};

/* ---- keys */

size_t secure_key_bytes(secure_suite suite) {
    return (unsigned)suite < SECURE_SUITES ? suites[suite].key_bytes + SALT_BYTES : 0;
}

secure_suite secure_suite_named(const char *name, size_t length) {
    for (unsigned i = 0; i < SECURE_SUITES; i++)
        if (strlen(suites[i].name) == length && strncasecmp(suites[i].name, name, length) == 0) return (secure_suite)i;
    return SECURE_SUITES;
}

/* §4.3: with a key derivation rate of 0. */
static bool derive(EVP_CIPHER_CTX *master, const uint8_t *salt, uint8_t label, uint8_t *into, size_t count) {
    uint8_t counter[16] = {0};
    int written;
    memcpy(counter, salt, SALT_BYTES);
    counter[7] ^= label;
    memset(into, 0, count);
    return EVP_EncryptInit_ex(master, NULL, NULL, NULL, counter) == 1 &&
           EVP_EncryptUpdate(master, into, &written, into, (int)count) == 1;
}

static bool open_session(session *into, EVP_CIPHER_CTX *master, const EVP_CIPHER *cipher, const secure_key *key,
                         uint8_t first_label) {
    size_t key_bytes = suites[key->suite].key_bytes;
    const uint8_t *salt = key->bytes + key_bytes;
    uint8_t session_key[32], authentication[SHA1_BYTES], block[SHA1_BLOCK];
    into->cipher = EVP_CIPHER_CTX_new();
    bool is_open = into->cipher && derive(master, salt, first_label, session_key, key_bytes) &&
                   derive(master, salt, first_label + 1, authentication, sizeof authentication) &&
                   derive(master, salt, first_label + 2, into->salt, SALT_BYTES) &&
                   EVP_EncryptInit_ex(into->cipher, cipher, NULL, session_key, NULL) == 1;
    SHA_CTX *states[2] = {&into->inner, &into->outer};
    for (int i = 0; is_open && i < 2; i++) {                /* RFC 2104 §2 */
        memset(block, i == 0 ? 0x36 : 0x5c, sizeof block);
        for (size_t k = 0; k < sizeof authentication; k++) block[k] ^= authentication[k];
        SHA1_Init(states[i]);
        SHA1_Update(states[i], block, sizeof block);
    }
    OPENSSL_cleanse(session_key, sizeof session_key);
    OPENSSL_cleanse(authentication, sizeof authentication);
    OPENSSL_cleanse(block, sizeof block);
    return is_open;
}

secure_context *secure_open(const secure_key *key) {
    if (!key || (unsigned)key->suite >= SECURE_SUITES) return NULL;
    secure_context *new = calloc(1, sizeof *new);
    EVP_CIPHER_CTX *master = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *cipher = suites[key->suite].key_bytes == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr();
    if (new) {
        new->key = *key;
        new->tag_bytes = suites[key->suite].tag_bytes;
        new->capacity = FIRST_SOURCES;
        new->sources = calloc(new->capacity, sizeof *new->sources);
    }
    bool is_open = new && new->sources && master && EVP_EncryptInit_ex(master, cipher, NULL, key->bytes, NULL) == 1 &&
                   open_session(&new->rtp, master, cipher, key, 0) && open_session(&new->rtcp, master, cipher, key, 3);
    EVP_CIPHER_CTX_free(master);
    if (!is_open) {
        secure_close(new);
        return NULL;
    }
    return new;
}

void secure_follow(secure_context *next, const secure_context *former) {
    free(next->former);
    next->former_count = 0;
    next->former = calloc(former->count ? former->count : 1, sizeof *next->former);
    if (!next->former) return;                              /* then they have to begin anew */
    for (; next->former_count < former->count; next->former_count++) {
        next->former[next->former_count].ssrc = former->sources[next->former_count].ssrc;
        next->former[next->former_count].rollovers = (uint32_t)(former->sources[next->former_count].highest >> 16);
    }
}

void secure_resume(secure_context *of) {
    for (size_t i = 0; i < of->count; i++) of->sources[i].is_resumed = true;
}

void secure_close(secure_context *gone) {
    if (!gone) return;
    EVP_CIPHER_CTX_free(gone->rtp.cipher);
    EVP_CIPHER_CTX_free(gone->rtcp.cipher);
    free(gone->sources);
    free(gone->former);
    OPENSSL_cleanse(gone, sizeof *gone);
    free(gone);
}

bool secure_has_key(const secure_context *of, const secure_key *key) {
    return of->key.suite == key->suite && CRYPTO_memcmp(of->key.bytes, key->bytes, secure_key_bytes(key->suite)) == 0;
}

/* ---- both transforms */

/* §4.1.1; it is its own inverse. */
static bool cipher(const session *by, uint32_t ssrc, uint64_t index, uint8_t *bytes, size_t count) {
    uint8_t counter[16] = {0};
    int written;
    memcpy(counter, by->salt, SALT_BYTES);
    for (int i = 0; i < 4; i++) counter[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (int i = 0; i < 6; i++) counter[8 + i] ^= (uint8_t)(index >> (40 - 8 * i));
    return EVP_EncryptInit_ex(by->cipher, NULL, NULL, NULL, counter) == 1 &&
           EVP_EncryptUpdate(by->cipher, bytes, &written, bytes, (int)count) == 1;
}

/* §4.2. rollovers: NULL for a report, which has its whole index in it. */
static void sign(const session *by, const uint8_t *bytes, size_t count, const uint32_t *rollovers,
                 uint8_t tag[static SHA1_BYTES]) {
    SHA_CTX state = by->inner;
    SHA1_Update(&state, bytes, count);
    if (rollovers) {
        uint8_t number[4];
        write32(number, *rollovers);
        SHA1_Update(&state, number, sizeof number);
    }
    SHA1_Final(tag, &state);
    state = by->outer;
    SHA1_Update(&state, tag, SHA1_BYTES);
    SHA1_Final(tag, &state);
}

static source *find(secure_context *in, uint32_t ssrc) {
    if (in->last && in->last->ssrc == ssrc) return in->last;
    for (size_t i = 0; i < in->count; i++)
        if (in->sources[i].ssrc == ssrc) return in->last = &in->sources[i];
    return NULL;
}

/* One that was heard, or says, something for the first time under this key; NULL: no more. */
static source *add(secure_context *to, uint32_t ssrc) {
    if (to->count == to->capacity) {
        size_t capacity = to->capacity * 2;
        source *more = capacity <= MOST_SOURCES ? realloc(to->sources, capacity * sizeof *more) : NULL;
        if (!more) return NULL;
        to->sources = more;
        to->capacity = capacity;
    }
    source *new = &to->sources[to->count++];
    *new = (source){.ssrc = ssrc};
    return to->last = new;
}

bool secure_knows(secure_context *of, uint32_t ssrc) { return find(of, ssrc) != NULL; }

/* ---- packets */

/* Where the payload begins; 0: it is no packet. */
static size_t header_bytes(const uint8_t *packet, size_t count) {
    if (count < RTP_FIXED || packet[0] >> 6 != 2) return 0;
    size_t bytes = RTP_FIXED + 4 * (size_t)(packet[0] & 0x0f);
    if (packet[0] & 0x10) {
        if (count < bytes + 4) return 0;
        bytes += 4 + 4 * (size_t)read16(packet + bytes + 2);
    }
    return bytes <= count ? bytes : 0;
}

/* §3.3.1: the index that is nearest to the highest; false: it lies before the beginning. */
static bool estimate(const source *of, uint16_t sequence, uint64_t *index) {
    int64_t nearest = (int64_t)of->highest + (int16_t)(sequence - (uint16_t)of->highest);
    *index = (uint64_t)nearest;
    return nearest >= 0 && nearest >> 48 == 0;
}

static bool was_seen(const source *of, uint64_t index) {
    if (!of->has_begun || index > of->highest) return false;
    uint64_t behind = of->highest - index;
    return behind >= WINDOW || (of->seen[behind / 64] >> behind % 64 & 1) != 0;
}

static void see(source *of, uint64_t index) {
    if (of->has_begun && index <= of->highest) {
        uint64_t behind = of->highest - index;
        of->seen[behind / 64] |= 1ull << behind % 64;
        return;
    }
    uint64_t ahead = of->has_begun ? index - of->highest : WINDOW;
    if (ahead >= WINDOW) of->seen[0] = of->seen[1] = 0;
    else if (ahead >= 64) of->seen[1] = of->seen[0] << (ahead - 64), of->seen[0] = 0;
    else of->seen[1] = of->seen[1] << ahead | of->seen[0] >> (64 - ahead), of->seen[0] <<= ahead;
    of->seen[0] |= 1;
    of->highest = index;
    of->has_begun = true;
}

bool secure_protect(secure_context *by, uint8_t *packet, size_t *count) {
    size_t header = header_bytes(packet, *count);
    if (header == 0) return false;
    uint32_t ssrc = read32(packet + 8);
    uint64_t index = read16(packet + 2);
    source *of = find(by, ssrc);
    if (!of) of = add(by, ssrc);
    if (!of || (of->has_begun && !estimate(of, (uint16_t)index, &index)) || was_seen(of, index)) return false;
    if (!cipher(&by->rtp, ssrc, index, packet + header, *count - header)) return false;
    uint8_t tag[SHA1_BYTES];
    sign(&by->rtp, packet, *count, &(uint32_t){(uint32_t)(index >> 16)}, tag);
    memcpy(packet + *count, tag, by->tag_bytes);
    *count += by->tag_bytes;
    see(of, index);
    return true;
}

static bool has_tag(const secure_context *by, const uint8_t *packet, size_t count, uint64_t index) {
    uint8_t tag[SHA1_BYTES];
    sign(&by->rtp, packet, count, &(uint32_t){(uint32_t)(index >> 16)}, tag);
    return CRYPTO_memcmp(tag, packet + count, by->tag_bytes) == 0;
}

/* How often the sequence of a source that is new under this key has rolled over: not yet; or once, if what came before was
 * lost; or as often as under the key before. False: it is not genuine. */
static bool guess(const secure_context *by, const uint8_t *packet, size_t count, uint32_t ssrc, uint64_t *index) {
    uint64_t sequence = *index;
    for (uint64_t rollovers = 0; rollovers < 2; rollovers++) {
        *index = rollovers << 16 | sequence;
        if (has_tag(by, packet, count, *index)) return true;
    }
    for (size_t i = 0; i < by->former_count; i++) {
        if (by->former[i].ssrc != ssrc) continue;
        for (uint64_t more = 0; more < 2; more++) {
            *index = (by->former[i].rollovers + more) << 16 | sequence;
            if (has_tag(by, packet, count, *index)) return true;
        }
    }
    return false;
}

secure_verdict secure_unprotect(secure_context *by, uint8_t *packet, size_t *count) {
    if (*count < RTP_FIXED + by->tag_bytes) return SECURE_FORGED;
    size_t bare = *count - by->tag_bytes, header = header_bytes(packet, bare);
    if (header == 0) return SECURE_FORGED;
    uint32_t ssrc = read32(packet + 8);
    uint64_t index = read16(packet + 2);
    source *of = find(by, ssrc);
    if (of && of->has_begun) {
        bool is_new = estimate(of, (uint16_t)index, &index) && !was_seen(of, index);
        bool is_genuine = is_new && has_tag(by, packet, bare, index);
        if (!is_genuine && of->is_resumed) is_genuine = has_tag(by, packet, bare, index += 1 << 16);
        if (!is_genuine) return is_new ? SECURE_FORGED : SECURE_REPLAYED;
        of->is_resumed = false;
    } else if (!guess(by, packet, bare, ssrc, &index)) {
        return SECURE_FORGED;
    }
    if (!of) of = add(by, ssrc);
    if (!of || !cipher(&by->rtp, ssrc, index, packet + header, bare - header)) return SECURE_FORGED;
    see(of, index);
    *count = bare;
    return SECURE_GENUINE;
}

/* ---- reports (§3.4): behind the packet a bit that says whether it is enciphered, its index, and the tag */

static const uint32_t is_enciphered = 0x80000000;

bool secure_protect_report(secure_context *by, uint8_t *packet, size_t *count) {
    if (*count < REPORT_CLEAR || by->next_report >= is_enciphered) return false;
    uint32_t index = by->next_report++;
    if (!cipher(&by->rtcp, read32(packet + 4), index, packet + REPORT_CLEAR, *count - REPORT_CLEAR)) return false;
    write32(packet + *count, is_enciphered | index);
    *count += INDEX_BYTES;
    uint8_t tag[SHA1_BYTES];
    sign(&by->rtcp, packet, *count, NULL, tag);
    memcpy(packet + *count, tag, REPORT_TAG_BYTES);
    *count += REPORT_TAG_BYTES;
    return true;
}

static bool was_report_seen(const source *of, uint32_t index) {
    if (!of->has_reported || index > of->highest_report) return false;
    uint32_t behind = of->highest_report - index;
    return behind >= REPORT_WINDOW || (of->reports_seen >> behind & 1) != 0;
}

static void see_report(source *of, uint32_t index) {
    uint32_t ahead = of->has_reported && index > of->highest_report ? index - of->highest_report : 0;
    if (of->has_reported && ahead == 0) {
        of->reports_seen |= 1ull << (of->highest_report - index);
        return;
    }
    of->reports_seen = of->has_reported && ahead < REPORT_WINDOW ? of->reports_seen << ahead | 1 : 1;
    of->highest_report = index;
    of->has_reported = true;
}

secure_verdict secure_unprotect_report(secure_context *by, uint8_t *packet, size_t *count) {
    if (*count < REPORT_CLEAR + INDEX_BYTES + REPORT_TAG_BYTES || packet[0] >> 6 != 2) return SECURE_FORGED;
    size_t signed_bytes = *count - REPORT_TAG_BYTES, bare = signed_bytes - INDEX_BYTES;
    uint32_t ssrc = read32(packet + 4), trailer = read32(packet + bare), index = trailer & ~is_enciphered;
    source *of = find(by, ssrc);
    if (of && was_report_seen(of, index)) return SECURE_REPLAYED;
    uint8_t tag[SHA1_BYTES];
    sign(&by->rtcp, packet, signed_bytes, NULL, tag);
    if (CRYPTO_memcmp(tag, packet + signed_bytes, REPORT_TAG_BYTES) != 0) return SECURE_FORGED;
    if (!of) of = add(by, ssrc);
    if (!of) return SECURE_FORGED;
    if (trailer & is_enciphered && !cipher(&by->rtcp, ssrc, index, packet + REPORT_CLEAR, bare - REPORT_CLEAR))
        return SECURE_FORGED;
    see_report(of, index);
    *count = bare;
    return SECURE_GENUINE;
}
