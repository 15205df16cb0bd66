/* One side's samples on their way from the thread that carries the audio to the writer: single producer, single
 * consumer, no lock. Samples travel in runs that know their position on the timeline, so a gap of any length costs
 * nothing here and becomes silence only where it is read.
 */
#ifndef RECORDER_RING_H
#define RECORDER_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    /* Written by the consumer. On a cache line of its own, as is the producer's: the two sides run on two cores. */
    _Alignas(64) _Atomic uint64_t head;
    /* Written by the producer: what lies before is whole. `end` is the position after the last run, and is stored after
     * `tail`: whoever sees an end sees all samples before it. */
    _Alignas(64) _Atomic uint64_t tail;
    _Atomic uint64_t end;
    /* Where the words begin: moved by the producer, and only while nothing waits; the consumer looks at it only while
     * something does. So what is emptied in time keeps to the first few words, and the rest never becomes memory. */
    uint64_t origin;
    size_t capacity; /* words of 16 bits */
    int16_t *words;
} ring;

/* Room for `seconds` of 20 ms runs at this rate. False when there is no memory. */
bool ring_init(ring *r, unsigned sample_rate, unsigned seconds);
void ring_free(ring *r);

/* Producer. Appends what lies behind the end; what lies before it is dropped silently. Returns how many samples found no
 * room: 0 or all that were new. */
size_t ring_put(ring *r, uint64_t position, const int16_t *samples, size_t count);

/* Producer: how much of it waits for the consumer, percent. */
unsigned ring_fullness(const ring *r);

/* Consumer: the position after the newest sample. */
uint64_t ring_end(const ring *r);

/* Consumer. Writes the samples at [from, from + count) to out[0], out[stride], …, silence where there are none, and
 * lets go of the runs that end there or before. */
void ring_take(ring *r, uint64_t from, int16_t *out, size_t stride, size_t count);

#endif
