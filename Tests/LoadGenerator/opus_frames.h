/* A few seconds of Opus that sound like somebody talking, as far as a codec's work goes. Private to the load generator. */
#ifndef OPUS_FRAMES_H
#define OPUS_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOAD_FRAMES = 100, LOAD_LONGEST_FRAME = 400 };

typedef struct {
    uint8_t bytes[LOAD_FRAMES][LOAD_LONGEST_FRAME];
    size_t lengths[LOAD_FRAMES];
} opus_frames;

bool opus_frames_make(opus_frames *into);

#endif
