#define _GNU_SOURCE /* recvmmsg, sendmmsg */
#include "load_generator.h"
#include "opus_frames.h"

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
    SLOTS = 20,                      /* of a millisecond each: then a leg's turn comes again */
    MOST_LEGS = 4096,
    HEADER = 12,
    PAYLOAD = 160,
    STAMP = HEADER + 4,              /* where the time of sending lies, behind a mark */
    LONGEST = HEADER + LOAD_LONGEST_FRAME,
    TOGETHER = 8,                    /* packets with one stamp */
    READ_TOGETHER = 64,
    BIN_NANOSECONDS = 10000,
    BINS = 10000,                    /* up to 100 ms; the last takes all above */
    ON_TIME_BINS = 4000,
    PCMU_CLOCK = 8000,
    OPUS_CLOCK = 48000,
    FRAMES_A_SECOND = 50,
    LONGEST_GAP = 1000               /* in sequence numbers; what is beyond is another stream */
};

static const uint8_t mark[4] = {0xd3, 0x3a, 0x91, 0x5e};
static const int64_t SLOT_NANOSECONDS = 1000000, GONE_NANOSECONDS = 1000000000;

typedef struct {
    bool is_there;
    struct sockaddr_in at;
    int side;
    uint8_t type;                    /* the payload type that comes */
    uint32_t ssrc, timestamp;
    uint16_t sequence;
    unsigned frame;
    int64_t heard_at;
    struct {                         /* what comes, by its own timestamps */
        bool has_begun;
        uint16_t sequence;
        uint32_t ssrc, timestamp;
        int64_t ticks, base;         /* since it began; the earliest that a packet came, less its ticks */
    } heard;
} leg;

struct load {
    pthread_t thread;
    atomic_bool is_stopping;
    size_t side_count;
    load_side sides[LOAD_MOST_SIDES];
    int sockets[LOAD_MOST_SIDES];
    uint8_t noise[PAYLOAD];
    opus_frames opus;

    pthread_mutex_t mutex;           /* of all below; the thread holds it while it works, not while it sleeps */
    size_t count, there;             /* of legs that ever were, and are */
    leg legs[MOST_LEGS];
    uint16_t known[LOAD_MOST_SIDES][65536];   /* by port: one more than the leg's index; 0: none */
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

static uint32_t clock_of(const load *of, const leg *one) {
    return of->sides[one->side].speaks_opus ? OPUS_CLOCK : PCMU_CLOCK;
}

/* The packet's length. */
static size_t write_packet(const load *of, leg *to, int64_t stamp, uint8_t *packet) {
    uint16_t sequence = htons(to->sequence++);
    uint32_t timestamp = htonl(to->timestamp), ssrc = htonl(to->ssrc);
    to->timestamp += clock_of(of, to) / FRAMES_A_SECOND;
    packet[0] = 0x80;
    packet[1] = to->type;
    memcpy(packet + 2, &sequence, sizeof sequence);
    memcpy(packet + 4, &timestamp, sizeof timestamp);
    memcpy(packet + 8, &ssrc, sizeof ssrc);
    if (of->sides[to->side].speaks_opus) {
        unsigned frame = to->frame++ % LOAD_FRAMES;
        memcpy(packet + HEADER, of->opus.bytes[frame], of->opus.lengths[frame]);
        return HEADER + of->opus.lengths[frame];
    }
    memcpy(packet + HEADER, of->noise, PAYLOAD);
    memcpy(packet + HEADER, mark, sizeof mark);
    memcpy(packet + STAMP, &stamp, sizeof stamp);
    return HEADER + PAYLOAD;
}

static bool is_in_window(const load *of, int64_t at) { return at >= of->began && at < of->ended; }

static void forget(load *of, leg *gone) {
    of->known[gone->side][ntohs(gone->at.sin_port)] = 0;
    gone->is_there = false;
    of->there--;
}

/* The legs of a slot are those whose number leaves this rest. */
static void send_slot(load *of, size_t slot) {
    uint8_t packets[TOGETHER][LONGEST];
    struct iovec parts[TOGETHER];
    struct mmsghdr messages[TOGETHER];
    for (int side = 0; side < (int)of->side_count; side++) {
        for (size_t next = slot; next < of->count;) {
            unsigned together = 0;
            int64_t stamp = clock_now(CLOCK_REALTIME);
            for (; next < of->count && together < TOGETHER; next += SLOTS) {
                leg *to = &of->legs[next];
                if (to->side != side || !to->is_there) continue;
                if (stamp - to->heard_at > GONE_NANOSECONDS) {
                    forget(of, to);
                    continue;
                }
                parts[together] = (struct iovec){packets[together], write_packet(of, to, stamp, packets[together])};
                messages[together].msg_hdr = (struct msghdr){.msg_name = &to->at, .msg_namelen = sizeof to->at,
                                                             .msg_iov = &parts[together], .msg_iovlen = 1};
                together++;
            }
            if (of->sides[side].is_passed && is_in_window(of, stamp)) of->sent += together;
            for (unsigned done = 0; done < together;) {
                int result = sendmmsg(of->sockets[side], messages + done, together - done, 0);
                done += result > 0 ? (unsigned)result : 1;
            }
        }
    }
}

/* The leg that this came from; NULL: there is no more room. */
static leg *learn(load *of, int side, const struct sockaddr_in *from, uint8_t type, int64_t at) {
    uint16_t *known = &of->known[side][ntohs(from->sin_port)];
    if (*known == 0) {
        size_t index = 0;
        while (index < of->count && of->legs[index].is_there) index++;
        if (index == MOST_LEGS) return NULL;
        if (index == of->count) of->count++;
        of->legs[index] = (leg){.is_there = true, .at = *from, .side = side, .type = type,
                                .ssrc = (uint32_t)(0x51000000 + index), .timestamp = (uint32_t)index * 977,
                                .sequence = (uint16_t)(index * 31), .frame = (unsigned)index};
        of->there++;
        *known = (uint16_t)(index + 1);
    }
    leg *one = &of->legs[*known - 1];
    one->heard_at = at;
    return one;
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

static void count_delay(load *of, int64_t delay) {
    int64_t bin = delay / BIN_NANOSECONDS;
    of->bins[bin < 0 ? 0 : bin < BINS ? bin : BINS - 1]++;
}

static void count_passed(load *of, const uint8_t *packet, size_t bytes, int64_t at) {
    int64_t stamp;
    if (bytes != HEADER + PAYLOAD || memcmp(packet + HEADER, mark, sizeof mark) != 0) return;
    memcpy(&stamp, packet + STAMP, sizeof stamp);
    if (is_in_window(of, stamp)) count_delay(of, at - stamp);
}

static uint32_t number(const uint8_t *from, size_t bytes) {
    uint32_t sum = 0;
    for (size_t i = 0; i < bytes; i++) sum = sum << 8 | from[i];
    return sum;
}

static void count_mixed(load *of, leg *by, const uint8_t *packet, int64_t at) {
    uint16_t sequence = (uint16_t)number(packet + 2, 2), ahead = (uint16_t)(sequence - by->heard.sequence);
    uint32_t timestamp = number(packet + 4, 4), ssrc = number(packet + 8, 4);
    if (!by->heard.has_begun || ssrc != by->heard.ssrc || ahead > LONGEST_GAP) {
        by->heard.has_begun = true;
        by->heard.ssrc = ssrc;
        by->heard.ticks = 0;
        by->heard.base = at;
        ahead = 1;
    } else {
        by->heard.ticks += (int32_t)(timestamp - by->heard.timestamp);
    }
    by->heard.sequence = sequence;
    by->heard.timestamp = timestamp;
    int64_t begins = at - by->heard.ticks * 1000000000 / clock_of(of, by);
    if (begins < by->heard.base) by->heard.base = begins;
    if (!is_in_window(of, at)) return;
    of->sent += ahead;
    count_delay(of, begins - by->heard.base);
}

static void receive_all(load *of, int side) {
    uint8_t packets[READ_TOGETHER][LONGEST + 1];
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
            int64_t at = arrival(&messages[i].msg_hdr);
            size_t bytes = messages[i].msg_len;
            leg *by = learn(of, side, &sources[i], bytes > HEADER ? packets[i][1] & 0x7f : 0, at);
            if (!by || bytes <= HEADER) continue;
            if (of->sides[side].is_passed) count_passed(of, packets[i], bytes, at);
            else count_mixed(of, by, packets[i], at);
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
        for (int side = 0; side < (int)of->side_count; side++) receive_all(of, side);
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

static void close_all(const load *of) {
    for (size_t side = 0; side < of->side_count; side++)
        if (of->sockets[side] >= 0) close(of->sockets[side]);
}

load *load_start(const load_side *sides, size_t count, uint16_t port) {
    if (count > LOAD_MOST_SIDES) return NULL;
    load *new = calloc(1, sizeof *new);
    if (!new) return NULL;
    new->began = new->ended = INT64_MAX;
    for (size_t i = 0; i < PAYLOAD; i++) new->noise[i] = (uint8_t)(0x40 + i * 37 % 64);
    bool is_ready = opus_frames_make(&new->opus);
    for (size_t side = 0; is_ready && side < count; side++) {
        new->sides[side] = sides[side];
        new->sockets[new->side_count++] = open_socket(sides[side].address, port);
        is_ready = new->sockets[side] >= 0;
    }
    pthread_mutex_init(&new->mutex, NULL);
    int code = is_ready ? pthread_create(&new->thread, NULL, work, new) : errno;
    if (code == 0) return new;
    close_all(new);
    free(new);
    errno = code;
    return NULL;
}

size_t load_legs(const load *of) {
    pthread_mutex_t *mutex = (pthread_mutex_t *)&of->mutex;
    pthread_mutex_lock(mutex);
    size_t count = of->there;
    pthread_mutex_unlock(mutex);
    return count;
}

void load_begin(load *of) {
    pthread_mutex_lock(&of->mutex);
    of->sent = 0;
    of->longest_pause = 0;
    memset(of->bins, 0, sizeof of->bins);
    /* A stream may have gone ahead of its time once: the earliest is that of the window. */
    for (size_t i = 0; i < of->count; i++) of->legs[i].heard.base = INT64_MAX;
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
    close_all(of);
    pthread_mutex_destroy(&of->mutex);
    free(of);
}
