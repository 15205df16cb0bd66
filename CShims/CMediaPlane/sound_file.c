#include "sound_file.h"

#include <fcntl.h>
#include <sndfile.h>
#include <speex/speex_resampler.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sound.h"

enum { SLOWEST = 8000, FASTEST = 48000, AT_ONCE = 4096, BEST_QUALITY = 10 };

typedef struct { char *text; size_t bytes; } explanation;

__attribute__((format(printf, 2, 3))) static int refuse(explanation reason, const char *format, ...) {
    if (!reason.text || reason.bytes == 0) return SOUND_FILE;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason.text, reason.bytes, format, arguments);
    va_end(arguments);
    return SOUND_FILE;
}

/* Whatever else bears a file's name could make us wait for ever, so it is opened without waiting. */
static int open_plain_file(const char *path, explanation reason, int *file) {
    struct stat status;
    *file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (*file < 0) return refuse(reason, "the file cannot be opened: %m");
    if (fstat(*file, &status) == 0 && S_ISREG(status.st_mode)) return SOUND_OK;
    close(*file);
    return refuse(reason, "it is not a file");
}

static int check(const SF_INFO *info, explanation reason) {
    int container = info->format & SF_FORMAT_TYPEMASK, samples = info->format & SF_FORMAT_SUBMASK;
    if (container != SF_FORMAT_WAV && container != SF_FORMAT_WAVEX && container != SF_FORMAT_RF64)
        return refuse(reason, "the file is not a WAV file");
    if (info->channels != 1) return refuse(reason, "the file is not mono: it has %d channels", info->channels);
    if (samples != SF_FORMAT_PCM_16 && samples != SF_FORMAT_ULAW && samples != SF_FORMAT_ALAW)
        return refuse(reason, "the file's samples are neither PCM of 16 bit nor G.711");
    if (info->samplerate < SLOWEST || info->samplerate > FASTEST)
        return refuse(reason, "the file's rate is %d Hz, not %d to %d", info->samplerate, SLOWEST, FASTEST);
    if (info->frames <= 0) return refuse(reason, "the file holds no sound");
    if (info->frames > (sf_count_t)info->samplerate * SOUND_LONGEST_SECONDS)
        return refuse(reason, "the file is longer than an hour");
    return SOUND_OK;
}

/* How many samples at `to` last as long as `count` at `from`; at least 1. */
static size_t converted_count(sf_count_t count, unsigned from, unsigned to) {
    return (size_t)(((uint64_t)count * to + from - 1) / from);
}

/* The resampler's delay is skipped at the beginning, and made good at the end by silence. Returns how many of the file's
 * samples were read: fewer than were announced where the file is damaged. */
static sf_count_t convert(SNDFILE *file, SpeexResamplerState *resampler, int16_t *samples, size_t room) {
    int16_t piece[AT_ONCE];
    sf_count_t total = 0, left = 0;
    int16_t *next = piece;
    bool ended = false;
    speex_resampler_skip_zeros(resampler);
    while (room > 0) {
        if (left == 0 && !ended) {
            left = sf_readf_short(file, piece, AT_ONCE);
            total += left > 0 ? left : 0;
            ended = left <= 0;
            next = piece;
        }
        if (left <= 0) {
            memset(piece, 0, sizeof piece);
            next = piece;
            left = AT_ONCE;
        }
        spx_uint32_t taken = (spx_uint32_t)left, given = (spx_uint32_t)(room < UINT32_MAX ? room : UINT32_MAX);
        speex_resampler_process_int(resampler, 0, next, &taken, samples, &given);
        next += taken;
        left -= taken;
        samples += given;
        room -= given;
    }
    return total;
}

/* All of the file, at `rate`. Without a resampler it has that rate already. */
static int read_samples(
    SNDFILE *file, const SF_INFO *info, unsigned rate, int16_t **samples, size_t *count, explanation reason) {
    unsigned file_rate = (unsigned)info->samplerate;
    size_t expected = converted_count(info->frames, file_rate, rate);
    SpeexResamplerState *resampler = NULL;
    int16_t *made = malloc(expected * sizeof *made);
    if (file_rate != rate) resampler = speex_resampler_init(1, file_rate, rate, BEST_QUALITY, NULL);
    if (!made || (file_rate != rate && !resampler)) {
        if (resampler) speex_resampler_destroy(resampler);
        free(made);
        return SOUND_MEMORY;
    }
    sf_count_t total =
        resampler ? convert(file, resampler, made, expected) : sf_readf_short(file, made, info->frames);
    if (resampler) speex_resampler_destroy(resampler);
    if (total <= 0) {
        free(made);
        return refuse(reason, "the file cannot be read: %s", sf_strerror(file));
    }
    *samples = made;
    *count = total < info->frames ? converted_count(total, file_rate, rate) : expected;
    return SOUND_OK;
}

int sound_file_read(
    const char *path, unsigned rate, int16_t **samples, size_t *count, char *reason_text, size_t reason_bytes) {
    explanation reason = {reason_text, reason_bytes};
    int descriptor;
    int code = open_plain_file(path, reason, &descriptor);
    if (code != SOUND_OK) return code;
    SF_INFO info = {0};
    SNDFILE *file = sf_open_fd(descriptor, SFM_READ, &info, SF_FALSE);
    if (!file) {
        code = refuse(reason, "the file is no WAV file that can be read: %s", sf_strerror(NULL));
    } else {
        code = check(&info, reason);
        if (code == SOUND_OK) code = read_samples(file, &info, rate, samples, count, reason);
        sf_close(file);
    }
    close(descriptor);
    return code;
}
