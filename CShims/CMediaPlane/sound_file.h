/* The samples of a WAV file. Private to CMediaPlane. */
#ifndef MEDIA_SOUND_FILE_H
#define MEDIA_SOUND_FILE_H

#include <stddef.h>
#include <stdint.h>

/* As sound_open has it: SOUND_OK, SOUND_FILE with a reason, or SOUND_MEMORY. On SOUND_OK there are `count` samples, at
 * least 1, that the caller frees; otherwise nothing is written but the reason. */
int sound_file_read(
    const char *path, unsigned rate, int16_t **samples, size_t *count, char *reason, size_t reason_bytes);

#endif
