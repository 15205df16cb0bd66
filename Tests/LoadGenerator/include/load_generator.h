/* The peers of a measurement: PCMU every 20 ms to whoever sends to them, from one thread, and how long each packet took
 * to come back to the other side. Beside it a relay that does nothing but receive and send: the least that any could cost. */
#ifndef LOAD_GENERATOR_H
#define LOAD_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

typedef struct load load;

/* Two sockets, one at each numeric IPv4 address, both at the same port. Whatever sends there for the first time becomes a
 * leg, which is sent to from then on. NULL: errno says why. */
load *load_start(const char *callers, const char *phones, uint16_t port);
/* How many legs there are. */
size_t load_legs(const load *of);

typedef struct {
    uint64_t sent;                   /* packets in the window */
    uint64_t received;               /* of these, those that came at all */
    uint64_t on_time;                /* at most 40 ms after they were sent */
    double p50_ms, p99_ms, p999_ms;  /* of those that came */
    double longest_pause_ms;         /* for which the generator itself did not run */
} load_window;

/* What is sent from now on counts, until the end; that waits a moment for the last ones. */
void load_begin(load *of);
void load_end(load *of, load_window *into);
void load_stop(load *of);

typedef struct relay relay;

/* Two sockets a call, at this address; what comes to one goes out of the other to the same port of the other peer. */
relay *relay_start(const char *address, const char *callers, const char *phones, uint16_t port, size_t calls);
/* CPU time of its thread so far. */
void relay_cost(const relay *of, double *user_ms, double *system_ms);
void relay_stop(relay *of);

#endif
