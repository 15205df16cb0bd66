#include "load_generator.h"

#include <dirent.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_THREADS = 64 };

struct counter {
    size_t count;
    int descriptors[MOST_THREADS];
};

static bool add(counter *to, int thread) {
    struct perf_event_attr wanted = {.type = PERF_TYPE_HARDWARE, .size = sizeof wanted, .config = PERF_COUNT_HW_INSTRUCTIONS};
    long descriptor = syscall(SYS_perf_event_open, &wanted, thread, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (descriptor < 0 || to->count == MOST_THREADS) return false;
    to->descriptors[to->count++] = (int)descriptor;
    return true;
}

counter *counter_open(int process) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *threads = opendir(path);
    counter *new = threads ? calloc(1, sizeof *new) : NULL;
    bool counts = new != NULL;
    for (struct dirent *one; counts && (one = readdir(threads));)
        if (one->d_name[0] != '.') counts = add(new, atoi(one->d_name));
    if (threads) closedir(threads);
    if (counts && new->count > 0) return new;
    if (new) counter_close(new);
    return NULL;
}

uint64_t counter_read(const counter *of) {
    uint64_t sum = 0, one;
    for (size_t i = 0; i < of->count; i++)
        if (read(of->descriptors[i], &one, sizeof one) == sizeof one) sum += one;
    return sum;
}

void counter_close(counter *closed) {
    for (size_t i = 0; i < closed->count; i++) close(closed->descriptors[i]);
    free(closed);
}
