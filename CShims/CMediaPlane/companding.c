/* A magnitude is a segment (three bits, each twice as coarse as the one below) and sixteen steps in it; the lowest segment
 * begins at 0, of the µ-law after adding a bias. A byte stands for the middle of its step. */
#include "companding.h"

enum {
    BIAS = 132,                      /* so that every µ-law magnitude has its highest bit in 7...14 */
    HIGHEST_MU = 32767 - BIAS,
    MU_INVERTED = 0xFF,              /* on the wire: all bits, so that silence has many ones */
    A_INVERTED = 0x55                /* every second */
};

#define SEGMENT(code) ((code) >> 4 & 7)
#define STEP(code) ((code) & 15)
#define SIGNED(code, magnitude, bit_of_minus) (((code) & 0x80) == (bit_of_minus) ? -(magnitude) : (magnitude))

#define MU_PLAIN(code) SIGNED(code, ((STEP(code) * 8 + BIAS) << SEGMENT(code)) - BIAS, 0x80)
#define A_MAGNITUDE(code) \
    (SEGMENT(code) == 0 ? STEP(code) * 16 + 8 : (STEP(code) * 16 + 264) << (SEGMENT(code) == 0 ? 0 : SEGMENT(code) - 1))
#define A_PLAIN(code) SIGNED(code, A_MAGNITUDE(code), 0)

#define MU(byte) MU_PLAIN((byte) ^ MU_INVERTED)
#define A(byte) A_PLAIN((byte) ^ A_INVERTED)

#define FOUR(law, n) law(n), law((n) + 1), law((n) + 2), law((n) + 3)
#define SIXTEEN(law, n) FOUR(law, n), FOUR(law, (n) + 4), FOUR(law, (n) + 8), FOUR(law, (n) + 12)
#define SIXTY_FOUR(law, n) SIXTEEN(law, n), SIXTEEN(law, (n) + 16), SIXTEEN(law, (n) + 32), SIXTEEN(law, (n) + 48)
#define ALL(law) SIXTY_FOUR(law, 0), SIXTY_FOUR(law, 64), SIXTY_FOUR(law, 128), SIXTY_FOUR(law, 192)

static const int16_t mu_law[256] = {ALL(MU)};
static const int16_t a_law[256] = {ALL(A)};

void expand_mu_law(const uint8_t *bytes, size_t count, int16_t *samples) {
    for (size_t i = 0; i < count; i++) samples[i] = mu_law[bytes[i]];
}

void expand_a_law(const uint8_t *bytes, size_t count, int16_t *samples) {
    for (size_t i = 0; i < count; i++) samples[i] = a_law[bytes[i]];
}

/* Of a magnitude whose highest bit is 7 or more. */
static unsigned segment_and_step(unsigned magnitude) {
    unsigned segment = 31 - (unsigned)__builtin_clz(magnitude) - 7;
    return segment << 4 | STEP(magnitude >> (segment + 3));
}

void compress_mu_law(const int16_t *samples, size_t count, uint8_t *bytes) {
    for (size_t i = 0; i < count; i++) {
        int magnitude = samples[i] < 0 ? -samples[i] : samples[i];
        if (magnitude > HIGHEST_MU) magnitude = HIGHEST_MU;
        unsigned code = segment_and_step((unsigned)magnitude + BIAS) | (samples[i] < 0 ? 0x80 : 0);
        bytes[i] = (uint8_t)(code ^ MU_INVERTED);
    }
}

void compress_a_law(const int16_t *samples, size_t count, uint8_t *bytes) {
    for (size_t i = 0; i < count; i++) {
        unsigned magnitude = (unsigned)(samples[i] < 0 ? -samples[i] - 1 : samples[i]);
        unsigned code = magnitude < 256 ? magnitude >> 4 : segment_and_step(magnitude);
        bytes[i] = (uint8_t)((code | (samples[i] < 0 ? 0 : 0x80)) ^ A_INVERTED);
    }
}
