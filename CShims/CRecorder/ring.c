#include "ring.h"

#include <stdlib.h>
#include <string.h>

/* What stands before the samples of each run, as words in the ring. */
typedef struct {
    uint64_t position;
    uint64_t count;
} run;

enum { RUN_WORDS = sizeof(run) / sizeof(int16_t) };

bool ring_init(ring *r, unsigned sample_rate, unsigned seconds)
{
    r->capacity = (size_t)seconds * (sample_rate + 50 * RUN_WORDS);
    r->words = malloc(r->capacity * sizeof(int16_t)); /* not zeroed: what is never touched costs nothing */
    r->origin = 0;
    atomic_init(&r->head, 0);
    atomic_init(&r->tail, 0);
    atomic_init(&r->end, 0);
    return r->words != NULL;
}

void ring_free(ring *r)
{
    free(r->words);
    r->words = NULL;
}

static size_t word_of(const ring *r, uint64_t at) { return (size_t)((at - r->origin) % r->capacity); }

static void copy_in(ring *r, uint64_t at, const void *from, size_t words)
{
    size_t start = word_of(r, at), first = r->capacity - start;
    if (first > words)
        first = words;
    memcpy(r->words + start, from, first * sizeof(int16_t));
    memcpy(r->words, (const char *)from + first * sizeof(int16_t), (words - first) * sizeof(int16_t));
}

static run run_at(const ring *r, uint64_t at)
{
    run header;
    size_t start = word_of(r, at), first = r->capacity - start;
    if (first > RUN_WORDS)
        first = RUN_WORDS;
    memcpy(&header, r->words + start, first * sizeof(int16_t));
    memcpy((char *)&header + first * sizeof(int16_t), r->words, (RUN_WORDS - first) * sizeof(int16_t));
    return header;
}

size_t ring_put(ring *r, uint64_t position, const int16_t *samples, size_t count)
{
    uint64_t end = atomic_load_explicit(&r->end, memory_order_relaxed);
    if (position < end) {
        uint64_t known = end - position;
        if (known >= count)
            return 0;
        position = end;
        samples += known;
        count -= known;
    }
    if (count == 0)
        return 0;
    uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
    uint64_t head = atomic_load_explicit(&r->head, memory_order_acquire);
    size_t space = r->capacity - (size_t)(tail - head);
    if (space < RUN_WORDS || count > space - RUN_WORDS)
        return count;
    if (head == tail)
        r->origin = tail;
    run header = {.position = position, .count = count};
    copy_in(r, tail, &header, RUN_WORDS);
    copy_in(r, tail + RUN_WORDS, samples, count);
    atomic_store_explicit(&r->tail, tail + RUN_WORDS + count, memory_order_release);
    atomic_store_explicit(&r->end, position + count, memory_order_release);
    return 0;
}

unsigned ring_fullness(const ring *r)
{
    uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
    uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
    return (unsigned)((tail - head) * 100 / r->capacity);
}

uint64_t ring_end(const ring *r)
{
    return atomic_load_explicit(&r->end, memory_order_acquire);
}

void ring_take(ring *r, uint64_t from, int16_t *out, size_t stride, size_t count)
{
    uint64_t to = from + count, at = from;
    uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
    uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
    while (head != tail) {
        run header = run_at(r, head);
        if (header.position >= to)
            break;
        uint64_t stop = header.position + header.count;
        for (; at < header.position; at++)
            out[(at - from) * stride] = 0;
        size_t word = word_of(r, head + RUN_WORDS + (at - header.position));
        for (; at < stop && at < to; at++) {
            out[(at - from) * stride] = r->words[word];
            word = word + 1 == r->capacity ? 0 : word + 1;
        }
        if (stop > to)
            break; /* the rest of this run is for the next time */
        head += RUN_WORDS + header.count;
    }
    for (; at < to; at++)
        out[(at - from) * stride] = 0;
    atomic_store_explicit(&r->head, head, memory_order_release);
}
