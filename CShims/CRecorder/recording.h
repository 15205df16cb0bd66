/* One recording as the recorder's own threads see it: the file, and how far the timeline is written. */
#ifndef RECORDER_RECORDING_H
#define RECORDER_RECORDING_H

#include "recorder.h"
#include "ring.h"

#include <sndfile.h>

enum {
    RING_SECONDS = 2,    /* what a stalled disk may take before a sample is lost */
    PATIENCE_STEPS = 3,  /* a side may be this many steps late before the file goes on without it */
    STEP_MS = 100,       /* the writer's rhythm, too: so much is lost by kill -9 of what was put */
    SYNC_MS = 1000,
    SLICE_FRAMES = 4096, /* written at once */
    SLICES_A_TURN = 64,  /* after that the other recordings have their turn */
    REASON_BYTES = 160,
    HEADER_BYTES = 44    /* of a WAV file of PCM, as libsndfile writes it */
};

/*  open ──closed──▶ sealed (whole on our side) ──▶ last sync asked for ──done──▶ freed */
typedef enum { RECORDING_OPEN, RECORDING_SEALED, RECORDING_LAST_SYNC } recording_phase;

struct recording {
    /* Fixed from the opening on. */
    recorder *owner;
    uint64_t tag;
    unsigned sample_rate, channels;
    int64_t opened; /* CLOCK_MONOTONIC, nanoseconds */
    int fd;

    /* Shared with the producers. */
    ring side[2];
    _Atomic bool closing; /* no more puts will come */
    _Atomic bool failed;  /* puts are in vain */

    /* Writer thread only. */
    SNDFILE *file;        /* NULL once sealed, or given up */
    uint8_t header[HEADER_BYTES]; /* as it stands in the file */
    uint64_t written;     /* frames */
    uint64_t in_header;   /* frames that the header in the file speaks of */
    uint64_t at_sync;     /* frames when the disk was last asked to keep them */
    uint64_t seen[PATIENCE_STEPS]; /* the farther side's end, one step ago, two steps ago, … */
    uint64_t due;         /* the file goes up to here whoever is late */
    int64_t step_at, sync_at;
    recording_phase phase;
    bool reported;        /* `failed` has been called */
    struct recording *next;

    /* Under the recorder's sync lock. */
    struct recording *next_sync;
    bool syncing, is_new;
    int sync_error;
};

int64_t monotonic_now(void);

/* A name that stays within its directory and does not hide. */
bool recording_name_is_valid(const char *name);

/* Creates the file with a valid header. RECORDER_OK, or the code and nothing left behind; errno says why. */
int recording_create(int directory, const char *name, unsigned sample_rate, unsigned channels, uint64_t tag,
                     recording **out);

/* Frees it; the file is closed as it stands. */
void recording_free(recording *file);

/* Writes what is ready at `now`; all there is when `whole`. True when more was ready than one turn may write. On failure
 * the recording is marked, and `reason` (REASON_BYTES) says why; it stays untouched otherwise. */
bool recording_advance(recording *file, int64_t now, bool whole, int16_t *frames, char *reason);

/* Makes the header tell what is in the file. Fails like `recording_advance`. */
void recording_update_header(recording *file, char *reason);

/* Nothing more can be written. What is in the file stays: cut to whole frames, so that the header says what it is. */
void recording_give_up(recording *file, char *reason, const char *why);

/* The last header; the descriptor stays open for the last sync. */
void recording_seal(recording *file, char *reason);

#endif
