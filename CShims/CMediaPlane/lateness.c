#include "lateness.h"

/* Below 16 one class for each; above, eight for each doubling. */
static unsigned class_of(int64_t microseconds) {
    uint64_t value = microseconds < 0 ? 0 : (uint64_t)microseconds;
    if (value < 16) return (unsigned)value;
    unsigned doublings = 63 - (unsigned)__builtin_clzll(value);            /* 4 and more */
    unsigned found = 16 + (doublings - 4) * 8 + (unsigned)(value >> (doublings - 3) & 7);
    return found < LATENESS_CLASSES ? found : LATENESS_CLASSES - 1;
}

/* The last value of a class. */
static int64_t end_of(unsigned one) {
    if (one < 16) return one;
    unsigned doublings = 4 + (one - 16) / 8, eighth = (one - 16) % 8;
    return ((int64_t)(9 + eighth) << (doublings - 3)) - 1;
}

void lateness_add(lateness *to, int64_t microseconds, uint32_t times) {
    if (times == 0) return;
    atomic_fetch_add_explicit(&to->counts[class_of(microseconds)], times, memory_order_relaxed);
    int64_t worst = atomic_load_explicit(&to->worst, memory_order_relaxed);
    while (microseconds > worst &&
           !atomic_compare_exchange_weak_explicit(&to->worst, &worst, microseconds, memory_order_relaxed, memory_order_relaxed)) {}
}

void lateness_take(lateness *from, lateness_sum *into) {
    for (unsigned i = 0; i < LATENESS_CLASSES; i++) {
        uint32_t count = atomic_exchange_explicit(&from->counts[i], 0, memory_order_relaxed);
        into->counts[i] += count;
        into->count += count;
    }
    int64_t worst = atomic_exchange_explicit(&from->worst, 0, memory_order_relaxed);
    if (worst > into->worst) into->worst = worst;
}

int64_t lateness_of(const lateness_sum *sum, unsigned per_mille) {
    if (sum->count == 0) return 0;
    uint64_t wanted = (sum->count * (per_mille > 1000 ? 1000 : per_mille) + 999) / 1000, passed = 0;
    for (unsigned i = 0; i < LATENESS_CLASSES; i++) {
        passed += sum->counts[i];
        if (passed < wanted || passed == 0) continue;
        return end_of(i) < sum->worst ? end_of(i) : sum->worst;
    }
    return sum->worst;
}
