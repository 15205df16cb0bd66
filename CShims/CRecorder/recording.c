#define _GNU_SOURCE /* O_TMPFILE */
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_NAME = 255 };

static size_t frame_bytes(const recording *file) { return file->channels * sizeof(int16_t); }

int64_t monotonic_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool recording_name_is_valid(const char *name)
{
    size_t length = name ? strnlen(name, LONGEST_NAME + 1) : 0;
    return length > 0 && length <= LONGEST_NAME && name[0] != '.' && memchr(name, '/', length) == NULL;
}

/* The header as libsndfile writes it, whole in the file; false with errno when the disk refused. */
static bool begin_file(recording *file)
{
    SF_INFO info = {.samplerate = (int)file->sample_rate, .channels = (int)file->channels, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
    errno = 0;
    file->file = sf_open_fd(file->fd, SFM_WRITE, &info, SF_FALSE);
    if (file->file == NULL) {
        if (errno == 0)
            errno = EIO;
        return false;
    }
    sf_command(file->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
    struct stat now;
    if (sf_error(file->file) != SF_ERR_NO_ERROR || fstat(file->fd, &now) != 0 || now.st_size != HEADER_BYTES ||
        pread(file->fd, file->header, HEADER_BYTES, 0) != HEADER_BYTES) {
        if (errno == 0)
            errno = EIO;
        return false;
    }
    return true;
}

/* Nameless until its header is whole: whoever is killed meanwhile leaves nothing behind that cannot be read. */
static bool make_file(recording *file, int directory, const char *name)
{
    char self[32];
    file->fd = openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0640);
    if (file->fd < 0 || !begin_file(file))
        return false;
    snprintf(self, sizeof self, "/proc/self/fd/%d", file->fd);
    return linkat(AT_FDCWD, self, directory, name, AT_SYMLINK_FOLLOW) == 0;
}

/* Where the file system has no files without names, or /proc is not there. */
static bool make_named_file(recording *file, int directory, const char *name)
{
    file->fd = openat(directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (file->fd < 0)
        return false;
    if (begin_file(file))
        return true;
    int why = errno;
    unlinkat(directory, name, 0);
    errno = why;
    return false;
}

static void drop_file(recording *file)
{
    if (file->file != NULL)
        sf_close(file->file);
    if (file->fd >= 0)
        close(file->fd);
    file->file = NULL;
    file->fd = -1;
}

int recording_create(int directory, const char *name, unsigned sample_rate, unsigned channels, uint64_t tag,
                     recording **out)
{
    size_t size = (sizeof(recording) + 63) / 64 * 64; /* the rings want their cache lines */
    recording *file = aligned_alloc(64, size);
    if (file == NULL)
        return RECORDER_MEMORY;
    memset(file, 0, size);
    file->fd = -1;
    file->tag = tag;
    file->sample_rate = sample_rate;
    file->channels = channels;
    if (!ring_init(&file->side[0], sample_rate, RING_SECONDS) ||
        (channels > 1 && !ring_init(&file->side[1], sample_rate, RING_SECONDS))) {
        recording_free(file);
        return RECORDER_MEMORY;
    }
    bool is_made = make_file(file, directory, name);
    if (!is_made && errno != EEXIST) {
        drop_file(file);
        is_made = make_named_file(file, directory, name);
    }
    if (!is_made) {
        int why = errno;
        recording_free(file);
        errno = why;
        return RECORDER_FILE;
    }
    file->is_new = true;
    file->opened = file->step_at = file->sync_at = monotonic_now();
    *out = file;
    return RECORDER_OK;
}

void recording_free(recording *file)
{
    drop_file(file);
    ring_free(&file->side[0]);
    ring_free(&file->side[1]);
    free(file);
}

void recording_give_up(recording *file, char *reason, const char *why)
{
    atomic_store_explicit(&file->failed, true, memory_order_relaxed);
    snprintf(reason, REASON_BYTES, "the recording cannot be written any more: %s", why);
    if (file->file == NULL)
        return;
    sf_close(file->file);
    file->file = NULL;
    struct stat now;
    if (fstat(file->fd, &now) != 0 || now.st_size <= HEADER_BYTES)
        return;
    off_t frame = (off_t)frame_bytes(file), whole = HEADER_BYTES + (now.st_size - HEADER_BYTES) / frame * frame;
    if (whole == now.st_size || ftruncate(file->fd, whole) != 0)
        return;
    /* libsndfile counted the broken frame: let it read the file again, and write its header anew */
    SF_INFO info = {0};
    lseek(file->fd, 0, SEEK_SET);
    SNDFILE *again = sf_open_fd(file->fd, SFM_RDWR, &info, SF_FALSE);
    if (again == NULL)
        return;
    sf_command(again, SFC_UPDATE_HEADER_NOW, NULL, 0);
    sf_close(again);
}

/* The position up to which the file may go: where both sides are, or where the farther one was a while ago. */
static uint64_t horizon(recording *file, int64_t now, bool whole)
{
    uint64_t a = ring_end(&file->side[0]), b = file->channels > 1 ? ring_end(&file->side[1]) : a;
    uint64_t nearer = a < b ? a : b, farther = a < b ? b : a;
    if (whole)
        return farther;
    if (now - file->step_at >= (int64_t)STEP_MS * 1000000) {
        file->step_at = now;
        file->due = file->seen[PATIENCE_STEPS - 1];
        for (int i = PATIENCE_STEPS - 1; i > 0; i--)
            file->seen[i] = file->seen[i - 1];
        file->seen[0] = farther;
    }
    return nearer > file->due ? nearer : file->due;
}

bool recording_advance(recording *file, int64_t now, bool whole, int16_t *frames, char *reason)
{
    if (file->file == NULL)
        return false;
    uint64_t to = horizon(file, now, whole);
    uint64_t most = (UINT32_MAX - HEADER_BYTES - 8) / frame_bytes(file);
    for (int turn = 0; turn < SLICES_A_TURN && file->written < to; turn++) {
        uint64_t left = to - file->written;
        size_t count = left < SLICE_FRAMES ? (size_t)left : SLICE_FRAMES;
        if (file->written + count > most) {
            recording_give_up(file, reason, "a WAV file holds 4 GiB, and this one is full");
            return false;
        }
        for (unsigned side = 0; side < file->channels; side++)
            ring_take(&file->side[side], file->written, frames + side, file->channels, count);
        errno = 0;
        if (sf_writef_short(file->file, frames, (sf_count_t)count) != (sf_count_t)count) {
            recording_give_up(file, reason, errno ? strerror(errno) : sf_strerror(file->file));
            return false;
        }
        file->written += count;
    }
    return file->written < to;
}

static void put_length(uint8_t *at, uint64_t bytes)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(bytes >> 8 * i);
}

void recording_update_header(recording *file, char *reason)
{
    if (file->file == NULL || file->in_header == file->written)
        return;
    /* By one write, ten times a second: libsndfile would need five calls of the system. */
    uint64_t bytes = file->written * frame_bytes(file);
    put_length(file->header + 4, HEADER_BYTES - 8 + bytes);
    put_length(file->header + HEADER_BYTES - 4, bytes);
    errno = 0;
    if (pwrite(file->fd, file->header, HEADER_BYTES, 0) != HEADER_BYTES)
        recording_give_up(file, reason, errno ? strerror(errno) : "the header could not be written");
    else
        file->in_header = file->written;
}

void recording_seal(recording *file, char *reason)
{
    recording_update_header(file, reason);
    if (file->file == NULL)
        return;
    int code = sf_close(file->file);
    file->file = NULL;
    if (code != 0)
        recording_give_up(file, reason, sf_error_number(code));
}
