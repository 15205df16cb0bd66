#define _GNU_SOURCE /* recvmmsg, sendmmsg */
#include "load_generator.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    SIDES = 2,
    SLOTS = 20,                      /* of a millisecond each: then a leg's turn comes again */
    MOST_LEGS = 4096,
    HEADER = 12,
    PAYLOAD = 160,
    PACKET = HEADER + PAYLOAD,
    STAMP = HEADER + 4,              /* where the time of sending lies, behind a mark */
    TOGETHER = 8,                    /* packets with one stamp */
    READ_TOGETHER = 64,
    BIN_NANOSECONDS = 10000,
    BINS = 10000,                    /* up to 100 ms; the last takes all above */
    ON_TIME_BINS = 4000
};

static const uint8_t mark[4] = {0xd3, 0x3a, 0x91, 0x5e};
static const int64_t SLOT_NANOSECONDS = 1000000;

typedef struct {
    struct sockaddr_in at;
    int side;
    uint32_t ssrc, timestamp;
    uint16_t sequence;
} leg;

struct load {
    pthread_t thread;
    atomic_bool is_stopping;
    int sockets[SIDES];
    uint8_t noise[PAYLOAD];

    pthread_mutex_t mutex;           /* of all below; the thread holds it while it works, not while it sleeps */
    size_t count;
    leg legs[MOST_LEGS];
    bool is_known[SIDES][65536];
    int64_t began, ended;            /* the window, of the wall clock; INT64_MAX: not yet */
    uint64_t sent;
    uint64_t bins[BINS];
    int64_t longest_pause;
};

static int64_t clock_now(clockid_t which) {
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void write_packet(const load *of, leg *to, int64_t stamp, uint8_t *packet) {
    uint16_t sequence = htons(to->sequence++);
    uint32_t timestamp = htonl(to->timestamp), ssrc = htonl(to->ssrc);
    to->timestamp += PAYLOAD;
    packet[0] = 0x80;
    packet[1] = 0;
    memcpy(packet + 2, &sequence, sizeof sequence);
    memcpy(packet + 4, &timestamp, sizeof timestamp);
    memcpy(packet + 8, &ssrc, sizeof ssrc);
    memcpy(packet + HEADER, of->noise, PAYLOAD);
    memcpy(packet + HEADER, mark, sizeof mark);
    memcpy(packet + STAMP, &stamp, sizeof stamp);
}

/* The legs of a slot are those whose number leaves this rest. */
static void send_slot(load *of, size_t slot) {
    uint8_t packets[TOGETHER][PACKET];
    struct iovec parts[TOGETHER];
    struct mmsghdr messages[TOGETHER];
    for (int side = 0; side < SIDES; side++) {
        for (size_t next = slot; next < of->count;) {
            unsigned together = 0;
            int64_t stamp = clock_now(CLOCK_REALTIME);
            for (; next < of->count && together < TOGETHER; next += SLOTS) {
                leg *to = &of->legs[next];
                if (to->side != side) continue;
                write_packet(of, to, stamp, packets[together]);
                parts[together] = (struct iovec){packets[together], PACKET};
                messages[together].msg_hdr = (struct msghdr){.msg_name = &to->at, .msg_namelen = sizeof to->at,
                                                             .msg_iov = &parts[together], .msg_iovlen = 1};
                together++;
            }
            if (stamp >= of->began && stamp < of->ended) of->sent += together;
            for (unsigned done = 0; done < together;) {
                int result = sendmmsg(of->sockets[side], messages + done, together - done, 0);
                done += result > 0 ? (unsigned)result : 1;
            }
        }
    }
}

static void learn(load *of, int side, const struct sockaddr_in *from) {
    bool *known = &of->is_known[side][ntohs(from->sin_port)];
    if (*known || of->count == MOST_LEGS) return;
    *known = true;
    of->legs[of->count] = (leg){.at = *from, .side = side, .ssrc = (uint32_t)(0x51000000 + of->count),
                                .timestamp = (uint32_t)of->count * 977, .sequence = (uint16_t)(of->count * 31)};
    of->count++;
}

/* When the kernel had it. */
static int64_t arrival(struct msghdr *message) {
    for (struct cmsghdr *one = CMSG_FIRSTHDR(message); one; one = CMSG_NXTHDR(message, one)) {
        if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec at;
        memcpy(&at, CMSG_DATA(one), sizeof at);
        return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
    }
    return clock_now(CLOCK_REALTIME);
}

static void count_packet(load *of, const uint8_t *packet, size_t bytes, int64_t at) {
    int64_t stamp;
    if (bytes != PACKET || memcmp(packet + HEADER, mark, sizeof mark) != 0) return;
    memcpy(&stamp, packet + STAMP, sizeof stamp);
    if (stamp < of->began || stamp >= of->ended) return;
    int64_t bin = (at - stamp) / BIN_NANOSECONDS;
    of->bins[bin < 0 ? 0 : bin < BINS ? bin : BINS - 1]++;
}

static void receive_all(load *of, int side) {
    uint8_t packets[READ_TOGETHER][PACKET + 1];
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
    } controls[READ_TOGETHER];
    struct sockaddr_in sources[READ_TOGETHER];
    struct iovec parts[READ_TOGETHER];
    struct mmsghdr messages[READ_TOGETHER];
    int count;
    do {
        for (unsigned i = 0; i < READ_TOGETHER; i++) {
            parts[i] = (struct iovec){packets[i], sizeof packets[i]};
            messages[i].msg_hdr = (struct msghdr){.msg_name = &sources[i], .msg_namelen = sizeof sources[i],
                                                  .msg_iov = &parts[i], .msg_iovlen = 1,
                                                  .msg_control = &controls[i], .msg_controllen = sizeof controls[i]};
        }
        count = recvmmsg(of->sockets[side], messages, READ_TOGETHER, MSG_DONTWAIT, NULL);
        for (int i = 0; i < count; i++) {
            learn(of, side, &sources[i]);
            count_packet(of, packets[i], messages[i].msg_len, arrival(&messages[i].msg_hdr));
        }
    } while (count == READ_TOGETHER);
}

static void *work(void *argument) {
    load *of = argument;
    int64_t due = clock_now(CLOCK_MONOTONIC);
    for (size_t slot = 0; !atomic_load(&of->is_stopping); slot = (slot + 1) % SLOTS) {
        due += SLOT_NANOSECONDS;
        struct timespec until = {.tv_sec = due / 1000000000, .tv_nsec = due % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        int64_t pause = clock_now(CLOCK_MONOTONIC) - due;
        pthread_mutex_lock(&of->mutex);
        if (pause > of->longest_pause) of->longest_pause = pause;
        send_slot(of, slot);
        for (int side = 0; side < SIDES; side++) receive_all(of, side);
        pthread_mutex_unlock(&of->mutex);
    }
    return NULL;
}

static int open_socket(const char *address, uint16_t port) {
    int opened = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int yes = 1, bytes = 32 << 20;
    inet_pton(AF_INET, address, &at.sin_addr);
    setsockopt(opened, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
    if (setsockopt(opened, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
        setsockopt(opened, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    if (opened >= 0 && bind(opened, (struct sockaddr *)&at, sizeof at) == 0) return opened;
    int error = errno;
    if (opened >= 0) close(opened);
    errno = error;
    return -1;
}

load *load_start(const char *callers, const char *phones, uint16_t port) {
    load *new = calloc(1, sizeof *new);
    if (!new) return NULL;
    new->began = new->ended = INT64_MAX;
    for (size_t i = 0; i < PAYLOAD; i++) new->noise[i] = (uint8_t)(0x40 + i * 37 % 64);
    new->sockets[0] = open_socket(callers, port);
    new->sockets[1] = new->sockets[0] < 0 ? -1 : open_socket(phones, port);
    pthread_mutex_init(&new->mutex, NULL);
    if (new->sockets[1] >= 0) {
        int code = pthread_create(&new->thread, NULL, work, new);
        if (code == 0) return new;
        errno = code;
    }
    int error = errno;
    for (int side = 0; side < SIDES; side++)
        if (new->sockets[side] >= 0) close(new->sockets[side]);
    free(new);
    errno = error;
    return NULL;
}

size_t load_legs(const load *of) {
    pthread_mutex_t *mutex = (pthread_mutex_t *)&of->mutex;
    pthread_mutex_lock(mutex);
    size_t count = of->count;
    pthread_mutex_unlock(mutex);
    return count;
}

void load_begin(load *of) {
    pthread_mutex_lock(&of->mutex);
    of->sent = 0;
    of->longest_pause = 0;
    memset(of->bins, 0, sizeof of->bins);
    of->began = clock_now(CLOCK_REALTIME);
    of->ended = INT64_MAX;
    pthread_mutex_unlock(&of->mutex);
}

static double quantile(const load *of, uint64_t total, double share) {
    uint64_t wanted = (uint64_t)((double)total * share), sum = 0;
    size_t bin = 0;
    while (bin + 1 < BINS && (sum += of->bins[bin]) <= wanted) bin++;
    return (double)(bin + 1) * BIN_NANOSECONDS / 1e6;
}

void load_end(load *of, load_window *into) {
    pthread_mutex_lock(&of->mutex);
    of->ended = clock_now(CLOCK_REALTIME);
    pthread_mutex_unlock(&of->mutex);
    nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
    pthread_mutex_lock(&of->mutex);
    *into = (load_window){.sent = of->sent, .longest_pause_ms = (double)of->longest_pause / 1e6};
    for (size_t bin = 0; bin < BINS; bin++) {
        into->received += of->bins[bin];
        if (bin < ON_TIME_BINS) into->on_time += of->bins[bin];
    }
    into->p50_ms = quantile(of, into->received, 0.5);
    into->p99_ms = quantile(of, into->received, 0.99);
    into->p999_ms = quantile(of, into->received, 0.999);
    pthread_mutex_unlock(&of->mutex);
}

void load_stop(load *of) {
    atomic_store(&of->is_stopping, true);
    pthread_join(of->thread, NULL);
    for (int side = 0; side < SIDES; side++) close(of->sockets[side]);
    pthread_mutex_destroy(&of->mutex);
    free(of);
}
