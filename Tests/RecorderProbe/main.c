/* A process for the recorder's tests to kill or to starve: what they look at is what it leaves on disk.
 *
 *   recorder-probe speak DIRECTORY          a recording in real time; each line: the position that both sides have reached
 *   recorder-probe starve DIRECTORY BYTES   files may not grow beyond BYTES; each line: one call of `failed`; then "done"
 */
#include "recorder.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { RATE = 8000, TICK = 160 };

static _Atomic int failures;

static void failed(uint64_t tag, const char *reason, void *context)
{
    (void)context;
    printf("failed %llu %s\n", (unsigned long long)tag, reason);
    fflush(stdout);
    atomic_fetch_add(&failures, 1);
}

/* One tick for both sides, then until the tick is over: what the audio's clock does in the daemon. */
static void speak(recording *file, uint64_t position, struct timespec *next)
{
    int16_t left[TICK], right[TICK];
    for (int i = 0; i < TICK; i++) {
        left[i] = 1000;
        right[i] = -2000;
    }
    recorder_put(file, RECORDER_OUTSIDE, position, left, TICK);
    recorder_put(file, RECORDER_AGENT_SIDE, position, right, TICK);
    next->tv_nsec += 20000000;
    if (next->tv_nsec >= 1000000000) {
        next->tv_nsec -= 1000000000;
        next->tv_sec += 1;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
}

int main(int count, char **arguments)
{
    if (count < 3)
        return 64;
    int directory = open(arguments[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int starving = strcmp(arguments[1], "starve") == 0;
    if (starving && count == 4) {
        rlim_t most = (rlim_t)strtoul(arguments[3], NULL, 10);
        struct rlimit limit = {most, most};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            return 71;
    }
    recorder *r;
    recording *file;
    if (recorder_start(directory, RATE, failed, NULL, &r) != RECORDER_OK)
        return 70;
    if (recorder_open(r, "probe.wav", 7, &file) != RECORDER_OK)
        return 73;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    uint64_t position = 0;
    int after = 0; /* ticks after the failure: a second call of `failed` would come in that time */
    while (after < 25) {
        speak(file, position, &next);
        position += TICK;
        if (atomic_load(&failures) > 0)
            after++;
        if (!starving) {
            printf("%llu\n", (unsigned long long)position);
            fflush(stdout);
        }
    }
    recorder_close(file);
    recorder_stop(r);
    puts("done");
    return 0;
}
