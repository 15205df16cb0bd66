#define _GNU_SOURCE /* RUSAGE_THREAD */
#include "load_generator.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 64, LONGEST = 1500, WAIT_MILLISECONDS = 100, TOLD_EVERY = 64 };

struct relay {
    pthread_t thread;
    atomic_bool is_stopping;
    int epoll;
    struct sockaddr_in peers[2];     /* of even sockets, and of odd ones */
    _Atomic uint64_t user_us, system_us;
    size_t count;
    int sockets[];
};

static uint64_t microseconds(struct timeval time) { return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec; }

static void forward(const relay *by, size_t from) {
    uint8_t packet[LONGEST];
    struct sockaddr_in source;
    socklen_t length = sizeof source;
    ssize_t bytes = recvfrom(by->sockets[from], packet, sizeof packet, 0, (struct sockaddr *)&source, &length);
    if (bytes < 0) return;
    size_t to = from ^ 1;
    sendto(by->sockets[to], packet, (size_t)bytes, MSG_NOSIGNAL, (const struct sockaddr *)&by->peers[to & 1],
           sizeof by->peers[0]);
}

static void *work(void *argument) {
    relay *by = argument;
    struct epoll_event events[EVENTS];
    for (unsigned round = 0; !atomic_load(&by->is_stopping); round++) {
        int count = epoll_wait(by->epoll, events, EVENTS, WAIT_MILLISECONDS);
        for (int i = 0; i < count; i++) forward(by, events[i].data.u64);
        if (round % TOLD_EVERY != 0) continue;
        struct rusage used;
        getrusage(RUSAGE_THREAD, &used);
        atomic_store(&by->user_us, microseconds(used.ru_utime));
        atomic_store(&by->system_us, microseconds(used.ru_stime));
    }
    return NULL;
}

static bool open_socket(relay *by, const char *address) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = by->count};
    inet_pton(AF_INET, address, &at.sin_addr);
    int opened = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (opened < 0) return false;
    by->sockets[by->count++] = opened;
    return bind(opened, (struct sockaddr *)&at, sizeof at) == 0 &&
           epoll_ctl(by->epoll, EPOLL_CTL_ADD, opened, &event) == 0;
}

static void free_relay(relay *gone) {
    for (size_t i = 0; i < gone->count; i++) close(gone->sockets[i]);
    if (gone->epoll >= 0) close(gone->epoll);
    free(gone);
}

relay *relay_start(const char *address, const char *callers, const char *phones, uint16_t port, size_t calls) {
    relay *new = calloc(1, sizeof *new + calls * 2 * sizeof new->sockets[0]);
    if (!new) return NULL;
    new->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int side = 0; side < 2; side++) {
        new->peers[side] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
        inet_pton(AF_INET, side == 0 ? callers : phones, &new->peers[side].sin_addr);
    }
    bool is_open = new->epoll >= 0;
    while (is_open && new->count < calls * 2) is_open = open_socket(new, address);
    int code = is_open ? pthread_create(&new->thread, NULL, work, new) : errno;
    if (code != 0) {
        free_relay(new);
        errno = code;
        return NULL;
    }
    /* So the peers learn where to send. */
    for (size_t i = 0; i < new->count; i++)
        sendto(new->sockets[i], "", 1, MSG_NOSIGNAL, (const struct sockaddr *)&new->peers[i & 1], sizeof new->peers[0]);
    return new;
}

void relay_cost(const relay *of, double *user_ms, double *system_ms) {
    *user_ms = (double)atomic_load(&of->user_us) / 1000;
    *system_ms = (double)atomic_load(&of->system_us) / 1000;
}

void relay_stop(relay *of) {
    atomic_store(&of->is_stopping, true);
    pthread_join(of->thread, NULL);
    free_relay(of);
}
