/* How late things came, counted by magnitude: what is asked of it later is right within an eighth. */
#ifndef LATENESS_H
#define LATENESS_H

#include <stdatomic.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Single microseconds below 16, then eighths of each doubling, up to more than an hour. */
enum { LATENESS_CLASSES = 8 * 30 };

/* Written by the thread that is late, read by another. All zero: nothing counted. */
typedef struct {
    _Atomic uint32_t counts[LATENESS_CLASSES];
    _Atomic int64_t worst;           /* microseconds */
} lateness;

/* What was counted, taken out of one or more. */
typedef struct {
    uint64_t counts[LATENESS_CLASSES];
    uint64_t count;
    int64_t worst;
} lateness_sum;

/* `times` of them were so late; what came early was not late. */
void lateness_add(lateness *to, int64_t microseconds, uint32_t times);
/* Takes out what was counted, and adds it to the sum. Nothing is lost that is added meanwhile. */
void lateness_take(lateness *from, lateness_sum *into);
/* What so many thousandths of them did not exceed, microseconds; 0 when nothing was counted. */
int64_t lateness_of(const lateness_sum *sum, unsigned per_mille);

#ifdef __cplusplus
}
#endif
#endif
