/* The media plane, as the engine's part of it. Private to CSIPBridge. */
#ifndef MEDIA_H
#define MEDIA_H

#include "sip_bridge.h"

/* Starts the plane; recordings_directory may be -1: then nothing can be recorded. */
int media_start(const sip_settings *settings);
/* Tells how much there was to do. On the stack's thread, each time that so many milliseconds should have passed. */
void media_tell_load(unsigned interval);
/* After PJSUA is gone. */
void media_stop(void);

#endif
