#include "throttle.h"

#include <pjlib-util.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "emit.h"

enum {
    WAYS = 4,                      /* entries that one name may stand in */
    BUCKET_SETS = 2048, FAILURE_SETS = 1024,
    FAILURE_WINDOW = 60 * 1000, FIRST_BLOCK = 30 * 1000, LONGEST_BLOCK = 15 * 60 * 1000,
    TRUST = 3600 * 1000,
    EVENTS_PER_SECOND = 50, EVENT_BURST = 200,
    FLOOD_TOLD_EVERY = 10 * 1000
};

/* Requests per second and burst. */
static const struct { int64_t rate, burst; } widths[] = {{20, 60}, {200, 400}, {2000, 4000}};

typedef struct { uint64_t name; int64_t seen, thousandths, trusted_until, told; } bucket;
typedef struct { uint64_t name; int64_t seen, window_ends, blocked_until; uint32_t count, blocks; } failure;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t secret[20];
static bucket buckets[BUCKET_SETS][WAYS];
static failure failures[FAILURE_SETS][WAYS];
static int64_t event_thousandths, event_seen;
static unsigned untold;

int64_t throttle_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void throttle_start(void) {
    pthread_mutex_lock(&lock);
    if (getrandom(secret, sizeof secret, 0) != (ssize_t)sizeof secret) {
        /* Only the spreading over the tables depends on it here. */
        int64_t now = throttle_now();
        memcpy(secret, &now, sizeof now);
    }
    memset(buckets, 0, sizeof buckets);
    memset(failures, 0, sizeof failures);
    event_thousandths = EVENT_BURST * 1000;
    event_seen = throttle_now();
    untold = 0;
    pthread_mutex_unlock(&lock);
}

/* Keyed, so that nobody can choose names that fall on one entry. Never 0, which means an empty entry. */
static uint64_t keyed(int kind, const pj_sockaddr *source, const pj_str_t *account) {
    uint8_t kind_byte = (uint8_t)kind, out[20];
    pj_hmac_sha1_context context;
    pj_hmac_sha1_init(&context, secret, sizeof secret);
    pj_hmac_sha1_update(&context, &kind_byte, 1);
    if (source) pj_hmac_sha1_update(&context, pj_sockaddr_get_addr(source), pj_sockaddr_get_addr_len(source));
    if (account && account->slen > 0)
        pj_hmac_sha1_update(&context, (const pj_uint8_t *)account->ptr, (unsigned)account->slen);
    pj_hmac_sha1_final(&context, out);
    uint64_t value;
    memcpy(&value, out, sizeof value);
    return value | 1;
}

static uint64_t source_name(const pj_sockaddr *source) { return keyed(16, source, NULL); }

static uint64_t failure_name(throttle_subject subject, const pj_sockaddr *source, const pj_str_t *account) {
    return keyed(subject, subject == THROTTLE_ACCOUNT ? NULL : source, subject == THROTTLE_SOURCE ? NULL : account);
}

static bucket *bucket_of(uint64_t name, int64_t now) {
    bucket *set = buckets[(name >> 1) % BUCKET_SETS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].name == name) return &set[i];
        bool gives_way = (set[i].trusted_until > now) < (oldest->trusted_until > now);
        bool alike = (set[i].trusted_until > now) == (oldest->trusted_until > now);
        if (gives_way || (alike && set[i].seen < oldest->seen)) oldest = &set[i];
    }
    *oldest = (bucket){.name = name, .seen = now, .thousandths = INT64_MAX, .told = now - FLOOD_TOLD_EVERY};
    return oldest;
}

static void refill(int64_t *thousandths, int64_t *seen, int64_t now, int64_t rate, int64_t burst) {
    int64_t full = burst * 1000, gained = (now - *seen) * rate;
    *thousandths = *thousandths > full - gained ? full : *thousandths + gained;
    *seen = now;
}

bool throttle_admits(const pj_sockaddr *source, bool is_trunk) {
    int64_t now = throttle_now();
    pthread_mutex_lock(&lock);
    bucket *b = bucket_of(source_name(source), now);
    int width = is_trunk ? 2 : b->trusted_until > now ? 1 : 0;
    refill(&b->thousandths, &b->seen, now, widths[width].rate, widths[width].burst);
    bool admitted = b->thousandths >= 1000;
    if (admitted) b->thousandths -= 1000;
    bool tell = !admitted && now - b->told >= FLOOD_TOLD_EVERY;
    if (tell) b->told = now;
    pthread_mutex_unlock(&lock);
    if (tell) {
        char text[PJ_INET6_ADDRSTRLEN + 64], address[PJ_INET6_ADDRSTRLEN + 10];
        pj_sockaddr_print(source, address, sizeof address, 3);
        snprintf(text, sizeof text, "%s too many requests", address);
        emit(&(sip_event){.kind = SIP_REFUSED, .text = text});
    }
    return admitted;
}

void throttle_trust(const pj_sockaddr *source) {
    int64_t now = throttle_now();
    pthread_mutex_lock(&lock);
    bucket_of(source_name(source), now)->trusted_until = now + TRUST;
    pthread_mutex_unlock(&lock);
}

static failure *failure_of(uint64_t name, bool make, int64_t now) {
    failure *set = failures[(name >> 1) % FAILURE_SETS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].name == name) return &set[i];
        if (set[i].seen < oldest->seen) oldest = &set[i];
    }
    if (!make) return NULL;
    *oldest = (failure){.name = name, .seen = now};
    return oldest;
}

bool throttle_is_blocked(throttle_subject subject, const pj_sockaddr *source, const pj_str_t *account) {
    int64_t now = throttle_now();
    pthread_mutex_lock(&lock);
    const failure *f = failure_of(failure_name(subject, source, account), false, now);
    bool blocked = f && f->blocked_until > now;
    pthread_mutex_unlock(&lock);
    return blocked;
}

bool throttle_failed(throttle_subject subject, const pj_sockaddr *source, const pj_str_t *account) {
    int64_t now = throttle_now();
    pthread_mutex_lock(&lock);
    failure *f = failure_of(failure_name(subject, source, account), true, now);
    if (now - f->seen > LONGEST_BLOCK) f->blocks = 0;
    if (now >= f->window_ends) {
        f->count = 0;
        f->window_ends = now + FAILURE_WINDOW;
    }
    f->seen = now;
    bool begins = ++f->count >= THROTTLE_FAILURES;
    if (begins) {
        int64_t length_of_block = (int64_t)FIRST_BLOCK << (f->blocks < 5 ? f->blocks : 5);
        if (length_of_block > LONGEST_BLOCK) length_of_block = LONGEST_BLOCK;
        f->blocked_until = now + length_of_block;
        f->blocks++;
        f->count = 0;
    }
    pthread_mutex_unlock(&lock);
    return begins;
}

void throttle_succeeded(const pj_sockaddr *source, const pj_str_t *account) {
    pthread_mutex_lock(&lock);
    failure *f = failure_of(failure_name(THROTTLE_ACCOUNT_AT_SOURCE, source, account), false, 0);
    if (f) *f = (failure){0};
    pthread_mutex_unlock(&lock);
}

void throttle_tell(const pjsip_rx_data *message, int status, const char *reason) {
    throttle_tell_of(&message->pkt_info.src_addr, status, reason);
}

void throttle_tell_of(const pj_sockaddr *source, int status, const char *reason) {
    int64_t now = throttle_now();
    pthread_mutex_lock(&lock);
    refill(&event_thousandths, &event_seen, now, EVENTS_PER_SECOND, EVENT_BURST);
    bool told = event_thousandths >= 1000;
    unsigned missed = 0;
    if (told) {
        event_thousandths -= 1000;
        missed = untold;
        untold = 0;
    } else {
        untold++;
    }
    pthread_mutex_unlock(&lock);
    if (!told) return;
    char text[PJ_INET6_ADDRSTRLEN + 256], address[PJ_INET6_ADDRSTRLEN + 10];
    pj_sockaddr_print(source, address, sizeof address, 3);
    if (missed) snprintf(text, sizeof text, "%s %s (%u more were not told)", address, reason, missed);
    else snprintf(text, sizeof text, "%s %s", address, reason);
    emit(&(sip_event){.kind = SIP_REFUSED, .status = status, .text = text});
}
