/* Announcements by the paths of their files, kept for whoever plays them next: each is read once, and what was encoded of
 * it stays with it (sound.h).
 *
 * A file that was changed or replaced is read anew at the next play; who hears the former one goes on hearing that. What
 * nobody plays is given up when others want the room, and after a while. Safe from every thread, but one waits for another
 * that reads the disk: not for threads that carry audio.
 */
#ifndef MEDIA_ANNOUNCEMENTS_H
#define MEDIA_ANNOUNCEMENTS_H

#include "sound.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct announcements announcements;

enum { ANNOUNCEMENT_IDLE_SECONDS = 600 };

/* Of that rate (8000 or 16000). most_bytes: what all may take in memory; what is being played is never given up for it,
 * and what was played last is kept however long it is. NULL: no memory, or another rate. */
announcements *announcements_open(unsigned rate, size_t most_bytes);
/* Those that are still held live on. */
void announcements_close(announcements *closed);

/* The one in this file, as it is now, held once for the caller, who releases it. `now`: nanoseconds of any clock that does
 * not step back. Results and `reason` as of sound_open; on failure nothing of it is kept, nor written to *out. */
int announcements_take(announcements *from, const char *path, int64_t now, sound **out, char *reason, size_t reason_bytes);
/* Gives up what nobody has played for ANNOUNCEMENT_IDLE_SECONDS; nothing while a file is being read. Waits for nobody. */
void announcements_tidy(announcements *of, int64_t now);
/* How many are kept. */
size_t announcements_count(announcements *of);

#ifdef __cplusplus
}
#endif
#endif
