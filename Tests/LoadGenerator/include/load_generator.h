/* The peers of a measurement: PCMU or Opus every 20 ms to whoever sends to them, from one thread, and how late each packet
 * was that came of it at another side. Beside it a relay that does nothing but receive and send: the least that any could cost. */
#ifndef LOAD_GENERATOR_H
#define LOAD_GENERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct load load;

enum { LOAD_MOST_SIDES = 3 };

/* Parties of one kind, at a numeric IPv4 address. */
typedef struct {
    const char *address;
    bool speaks_opus;                /* else PCMU */
    /* What they say is to come to another such side as it is: then the delay of each packet counts, from its sending to its
     * arrival, and one that does not come is lost. Else (what they hear is mixed for them) it counts by how much each packet
     * is later than the earliest of its stream up to then, by its timestamp, and what its sequence numbers leave out is lost. */
    bool is_passed;
} load_side;

/* A socket for each side, all at the same port. Whatever sends there for the first time becomes a leg, which is sent to from
 * then on, until nothing has come of it for a second. NULL: errno says why. */
load *load_start(const load_side *sides, size_t count, uint16_t port);
/* How many legs there are. */
size_t load_legs(const load *of);

typedef struct {
    uint64_t sent;                   /* packets in the window that were to come */
    uint64_t received;               /* of these, those that came at all */
    uint64_t on_time;                /* at most 40 ms late */
    double p50_ms, p99_ms, p999_ms;  /* of those that came */
    double longest_pause_ms;         /* for which the generator itself did not run */
} load_window;

/* What is sent from now on counts, until the end; that waits a moment for the last ones. */
void load_begin(load *of);
void load_end(load *of, load_window *into);
void load_stop(load *of);

/* ---- instructions, where the machine counts them */

typedef struct counter counter;

/* Of all threads that a process has at present, its kernel's work for it included. NULL: this machine counts none for us. */
counter *counter_open(int process);
/* So far. */
uint64_t counter_read(const counter *of);
void counter_close(counter *closed);

/* ---- the least that any could cost */

typedef struct relay relay;

/* Two sockets a call, at this address; what comes to one goes out of the other to the same port of the other peer. */
relay *relay_start(const char *address, const char *callers, const char *phones, uint16_t port, size_t calls);
/* CPU time of its thread so far. */
void relay_cost(const relay *of, double *user_ms, double *system_ms);
void relay_stop(relay *of);

#endif
