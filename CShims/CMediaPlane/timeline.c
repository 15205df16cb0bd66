#include "timeline.h"

#include <string.h>

static const int64_t SECOND = 1000000000;
/* Eight of these: long enough for a fast packet to be among them, short enough to follow a clock that drifts. */
static const int64_t WINDOW = 2000000000;
/* A packet cannot be that much faster than all others: its timestamp jumped. */
static const int64_t IMPOSSIBLY_EARLY = 500000000;
/* Nor so late and of use to anybody: the sender paused without counting on. */
static const int64_t HOPELESSLY_LATE = 1000000000;
/* Nor so late time and again: the sender's timestamps are slower than time. */
static const int64_t TOO_LATE = 280000000;
enum { TOO_LATE_ON_END = 5 };
static const int64_t NONE = INT64_MAX;

void timeline_begin(timeline *line, unsigned clock) {
    memset(line, 0, sizeof *line);
    line->clock = clock;
}

/* Ticks as nanoseconds, exact to one, without overflow for centuries. */
static int64_t as_time(const timeline *line, int64_t ticks) {
    int64_t clock = (int64_t)line->clock;
    return ticks / clock * SECOND + ticks % clock * SECOND / clock;
}

static void begin_epoch(timeline *line, uint32_t timestamp, int64_t said, int64_t arrived) {
    line->has_begun = true;
    line->epoch++;
    line->timestamp = timestamp;
    line->media = 0;
    line->offset = said;
    line->window_began = arrived;
    line->late_on_end = 0;
    for (int i = 0; i < TIMELINE_WINDOWS; i++) {
        line->least[i] = NONE;
        line->most_late[i] = 0;
    }
    line->least[0] = said;
}

static void roll_windows(timeline *line, int64_t arrived) {
    if (arrived - line->window_began >= TIMELINE_WINDOWS * WINDOW) {   /* after a long silence nothing of before holds */
        for (int i = 0; i < TIMELINE_WINDOWS; i++) {
            line->least[i] = NONE;
            line->most_late[i] = 0;
        }
        line->window_began = arrived;
    }
    while (arrived - line->window_began >= WINDOW) {
        memmove(line->least + 1, line->least, (TIMELINE_WINDOWS - 1) * sizeof line->least[0]);
        memmove(line->most_late + 1, line->most_late, (TIMELINE_WINDOWS - 1) * sizeof line->most_late[0]);
        line->least[0] = NONE;
        line->most_late[0] = 0;
        line->window_began += WINDOW;
    }
}

static int64_t least_of(const timeline *line) {
    int64_t least = NONE;
    for (int i = 0; i < TIMELINE_WINDOWS; i++)
        if (line->least[i] < least) least = line->least[i];
    return least;
}

timeline_stamp timeline_take(timeline *line, uint32_t timestamp, unsigned duration, bool restarted, int64_t arrived) {
    /* A sender says a packet's first sample a packet's length before it can send it. */
    int64_t begun = arrived - as_time(line, duration);
    int64_t media = line->media + (int32_t)(timestamp - line->timestamp);
    int64_t said = begun - as_time(line, media);
    line->late_on_end = said > line->offset + TOO_LATE ? line->late_on_end + 1 : 0;
    if (restarted || !line->has_begun || line->late_on_end == TOO_LATE_ON_END || said < line->offset - IMPOSSIBLY_EARLY || said > line->offset + HOPELESSLY_LATE) {
        begin_epoch(line, timestamp, begun, arrived);
        return (timeline_stamp){.epoch = line->epoch};
    }
    if (media > line->media) {
        line->media = media;
        line->timestamp = timestamp;
    }
    roll_windows(line, arrived);
    if (said < line->least[0]) line->least[0] = said;
    line->offset = least_of(line);
    int64_t late = said - line->offset;
    if (late > line->most_late[0]) line->most_late[0] = late;
    return (timeline_stamp){.epoch = line->epoch, .media = media, .late = late};
}

int64_t timeline_said(const timeline *line, int64_t media) { return line->offset + as_time(line, media); }

int64_t timeline_lateness(const timeline *line) {
    int64_t most = 0;
    for (int i = 0; i < TIMELINE_WINDOWS; i++)
        if (line->most_late[i] > most) most = line->most_late[i];
    return most;
}
