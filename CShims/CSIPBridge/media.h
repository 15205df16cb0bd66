/* Files on the conference bridge. Private to CSIPBridge. */
#ifndef MEDIA_H
#define MEDIA_H

#include <recorder.h>

#include "sip_bridge.h"

/* Forgets a leg's announcements without a word; their files are closed by the next tidying. From any thread. */
void announcements_stop(sip_leg leg);
/* Closes what has played to its end. On the stack's thread, each second. */
void announcements_tidy(void);
/* Music and announcements. */
void media_stop(void);

/* recordings.c; the directory may be -1: then nothing can be recorded. */
int recordings_start(int directory, unsigned sample_rate);
/* Takes every recording off the bridge; they are sealed when the bridge has let go of them. */
void recordings_close_all(void);
/* After the bridge is gone. */
void recordings_stop(void);

#endif
