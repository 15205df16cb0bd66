/* The two laws of ITU-T G.711, a byte per sample of 8000 Hz. Private to CMediaPlane. */
#ifndef MEDIA_COMPANDING_H
#define MEDIA_COMPANDING_H

#include <stddef.h>
#include <stdint.h>

void expand_mu_law(const uint8_t *bytes, size_t count, int16_t *samples);
void expand_a_law(const uint8_t *bytes, size_t count, int16_t *samples);

/* To the byte in whose step the sample lies. */
void compress_mu_law(const int16_t *samples, size_t count, uint8_t *bytes);
void compress_a_law(const int16_t *samples, size_t count, uint8_t *bytes);

#endif
