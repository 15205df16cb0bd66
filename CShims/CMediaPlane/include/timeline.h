/* When what was said was said: the timestamps of one RTP stream on a monotonic clock that all streams share.
 *
 * The fastest packets of the last seconds tell the offset of the sender's clock; slower ones were late by what they are
 * behind those. A drift between the two clocks moves the offset with it. A value; times are nanoseconds of one clock.
 */
#ifndef MEDIA_TIMELINE_H
#define MEDIA_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TIMELINE_WINDOWS = 8 };

typedef struct {
    unsigned clock;                  /* ticks of the RTP timestamp in a second */
    bool has_begun;
    uint32_t epoch;                  /* grows whenever the timestamps began anew */
    uint32_t timestamp;              /* the latest, and what it is in ticks since the epoch's first packet */
    int64_t media;
    int64_t offset;                  /* when tick 0 of the epoch was said */
    int64_t least[TIMELINE_WINDOWS], most_late[TIMELINE_WINDOWS];   /* of the last windows, the present one first */
    int64_t window_began;
    unsigned late_on_end;            /* packets that were too late to be of use, one after the other */
} timeline;

/* One packet's place in it. */
typedef struct {
    uint32_t epoch;
    int64_t media;                   /* ticks since the epoch's first packet; may be negative for one that was overtaken */
    int64_t late;                    /* nanoseconds that it was slower than the fastest */
} timeline_stamp;

void timeline_begin(timeline *line, unsigned clock);

/* A packet of `duration` ticks has arrived; not before the one that was taken before it by more than the network may
 * reorder. `restarted`: its timestamps have nothing to do with former ones. */
timeline_stamp timeline_take(timeline *line, uint32_t timestamp, unsigned duration, bool restarted, int64_t arrived);

/* When a tick of the present epoch was said, as far as is known now. */
int64_t timeline_said(const timeline *line, int64_t media);

/* By how much packets were late at most in the last seconds. */
int64_t timeline_lateness(const timeline *line);

#ifdef __cplusplus
}
#endif
#endif
