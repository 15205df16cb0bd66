/* The media plane, as the engine's part of it. Private to CSIPBridge. */
#ifndef MEDIA_H
#define MEDIA_H

#include "sip_bridge.h"

/* Starts the plane; recordings_directory may be -1: then nothing can be recorded. */
int media_start(const sip_settings *settings);
/* After PJSUA is gone. */
void media_stop(void);

#endif
