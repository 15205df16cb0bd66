/* A codec that encodes a sound for many listeners, once. Private to CMediaPlane. */
#ifndef MEDIA_CODEC_FOR_SOUND_H
#define MEDIA_CODEC_FOR_SOUND_H

#include "codec.h"

/* As codec_open, but sparing no effort, and so that a listener may begin at any frame. */
codec *codec_open_for_sound(codec_kind kind, unsigned rate);

#endif
