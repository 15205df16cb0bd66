/* A recording of two channels, or of one, that is always readable: two rings, one writer thread, header and data synced every second (a
 * second thread waits for the disk, so that a slow one costs no samples).
 *
 * Left is the outside, right the agent side. Each side has a ring of its own with one producer (whatever thread carries
 * that side's audio); the writer thread is the only consumer. A producer never blocks, allocates or takes a lock.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct recorder recorder;
typedef struct recording recording;

typedef enum { RECORDER_OUTSIDE = 0, RECORDER_AGENT_SIDE = 1 } recorder_side;

enum {
    RECORDER_OK = 0,
    RECORDER_INVALID = -1,   /* a parameter out of its range, a name with a slash or a leading dot */
    RECORDER_FILE = -2,      /* the file could not be created; errno says why */
    RECORDER_MEMORY = -3,
    RECORDER_THREAD = -4
};

/* A recording can no longer be written (disc full, I/O error): called once per recording, on the writer thread, with a
 * sentence that is borrowed until the callback returns. It may still come after recorder_close, for the last sync. Must
 * not block or call back in here. */
typedef void (*recorder_failed_fn)(uint64_t tag, const char *reason, void *context);

/* Starts the writer thread. Files are made below directory_fd, which is duplicated. sample_rate: 8000 or 16000.
 * Nothing is written to *out on failure. */
int recorder_start(int directory_fd, unsigned sample_rate, recorder_failed_fn failed, void *context, recorder **out);

/* Seals and closes what is still open, ends the threads and frees all, open recordings included: no put may come from
 * here on. Returns after the last callback has returned. */
void recorder_stop(recorder *r);

/* Creates the file (mode 0640, O_EXCL, O_NOFOLLOW) with a valid header before it returns; file and directory are synced
 * at once after that, on the recorder's own thread. tag is handed to failed. */
int recorder_open(recorder *r, const char *name, uint64_t tag, recording **out);

/* The same with one channel, that of RECORDER_OUTSIDE. */
int recorder_open_mono(recorder *r, const char *name, uint64_t tag, recording **out);

/* Appends samples (16-bit signed, native order) to one side. Both sides lie on one timeline that begins at the opening:
 * position is the sample on that timeline where they start, in the bridge's own clock; a gap is silence, and what lies
 * before what was already appended is dropped. Position 0 is the file's first sample: a bridge whose clock began earlier
 * subtracts what it showed at the opening. A side that is 300 ms of wall time behind the other is filled with silence up
 * to there, and what it brings for that stretch later is dropped; when neither brings anything, nothing is written until
 * a position tells how long it was. A position more than a minute ahead of the wall clock is dropped and counted.
 * Real time: never blocks, allocates or locks; a full ring (2 s) drops and counts. One thread per side at a time. */
void recorder_put(recording *file, recorder_side side, uint64_t position, const int16_t *samples, size_t count);

/* No more puts may come: the rest is written, the header sealed, the file synced and closed, then `file` is freed; on
 * the recorder's own threads, after this has returned. */
void recorder_close(recording *file);

/* recorder_close for one that is not to be: the file of this name, as it was opened, is gone when this returns. */
void recorder_discard(recording *file, const char *name);

/* Samples of either side lost because a ring was full or their position impossible, over all recordings. */
uint64_t recorder_dropped(const recorder *r);

/* How full a ring was that something was put into, percent: the fullest since this was asked the last time. */
unsigned recorder_fullness(recorder *r);

#ifdef __cplusplus
}
#endif
#endif
