/* What is put in the place of lost samples, where the codec has nothing of its own: the last period of the voice again and
 * again, softer and softer (the way of ITU-T G.711 Appendix I, without its delay, at 8000 and 16000 Hz). Private to
 * CMediaPlane; not safe from two threads at once; allocates nothing. */
#ifndef MEDIA_CONCEALMENT_H
#define MEDIA_CONCEALMENT_H

#include <stddef.h>
#include <stdint.h>

enum {
    CONCEALMENT_HISTORY = 16000 / 25,        /* 40 ms: what is compared, the longest period, and what is blended */
    CONCEALMENT_PERIOD = 16000 * 3 / 200     /* 15 ms */
};

typedef struct {
    unsigned rate;
    size_t missing;                          /* samples made up since the last good one; no more than matter */
    int16_t history[CONCEALMENT_HISTORY];    /* what was heard last, in the order of time; `rate` says how much is used */
    float period[CONCEALMENT_PERIOD];
    size_t period_length, period_position;
    float step;                              /* between the last sample and the period's first, spread over the beginning */
} concealment;

/* rate: 8000 or 16000. */
void concealment_start(concealment *one, unsigned rate);
/* Good samples, in order: remembered; after a gap their beginning is blended with what was made up, in place. */
void concealment_heard(concealment *one, int16_t *samples, size_t count);
/* The next `count` samples of a gap; silence 60 ms after its beginning. */
void concealment_make(concealment *one, int16_t *samples, size_t count);

/* 1 up to `begin` (samples since the gap's beginning), then straight down to 0 at `end`. */
float concealment_fade(size_t missing, size_t begin, size_t end);

#endif
