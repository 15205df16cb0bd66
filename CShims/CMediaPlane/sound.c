/* Sounds in memory: samples, and for each codec one block of payloads. A block is published whole by its pointer, so that
 * readers need no lock; it stays as long as the sound. */
#include "sound.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "codec_for_sound.h"
#include "sound_file.h"

enum {
    FRAMES_A_SECOND = 1000 / CODEC_FRAME_MILLISECONDS,
    LEAD_IN = 10                     /* frames: the encoder has settled by then */
};

typedef struct {
    uint8_t *payloads;               /* one behind the other */
    uint32_t offsets[];              /* of each frame's; and one more, the end */
} encoding;

struct sound {
    atomic_size_t holders;
    unsigned rate;
    size_t frames;
    bool is_once;                    /* what comes before its first frame is silence, not its last */
    int16_t *samples;                /* frames * rate / 50 */
    _Atomic(encoding *) encodings[CODEC_KINDS];
};

/* Takes `samples` over, in any case: they hold `count`, and are made longer to whole frames, and one more of silence
 * when it is played once. */
static int wrap(int16_t *samples, size_t count, bool is_once, unsigned rate, sound **out) {
    size_t frame = rate / FRAMES_A_SECOND, frames = (count + frame - 1) / frame + (is_once ? 1 : 0);
    int16_t *whole = realloc(samples, frames * frame * sizeof *samples);
    sound *one = whole ? calloc(1, sizeof *one) : NULL;
    if (!one) {
        free(whole ? whole : samples);
        return SOUND_MEMORY;
    }
    memset(whole + count, 0, (frames * frame - count) * sizeof *whole);
    atomic_init(&one->holders, 1);
    one->rate = rate;
    one->frames = frames;
    one->is_once = is_once;
    one->samples = whole;
    for (int kind = 0; kind < CODEC_KINDS; kind++) atomic_init(&one->encodings[kind], NULL);
    *out = one;
    return SOUND_OK;
}

static bool is_rate(unsigned rate) { return rate == 8000 || rate == 16000; }

static int open_file(const char *path, bool is_once, unsigned rate, sound **out, char *reason, size_t reason_bytes) {
    if (!path || !is_rate(rate) || !out) return SOUND_INVALID;
    int16_t *samples = NULL;
    size_t count = 0;
    int code = sound_file_read(path, rate, &samples, &count, reason, reason ? reason_bytes : 0);
    return code == SOUND_OK ? wrap(samples, count, is_once, rate, out) : code;
}

int sound_open(const char *path, unsigned rate, sound **out, char *reason, size_t reason_bytes) {
    return open_file(path, false, rate, out, reason, reason_bytes);
}

int sound_open_once(const char *path, unsigned rate, sound **out, char *reason, size_t reason_bytes) {
    return open_file(path, true, rate, out, reason, reason_bytes);
}

int sound_make(const int16_t *samples, size_t count, unsigned rate, sound **out) {
    if (!samples || count == 0 || !is_rate(rate) || count > (size_t)rate * SOUND_LONGEST_SECONDS || !out)
        return SOUND_INVALID;
    int16_t *copy = malloc(count * sizeof *copy);
    if (!copy) return SOUND_MEMORY;
    memcpy(copy, samples, count * sizeof *copy);
    return wrap(copy, count, false, rate, out);
}

sound *sound_hold(sound *one) {
    if (one) atomic_fetch_add_explicit(&one->holders, 1, memory_order_relaxed);
    return one;
}

static void free_encoding(encoding *one) {
    if (!one) return;
    free(one->payloads);
    free(one);
}

void sound_release(sound *one) {
    if (!one || atomic_fetch_sub_explicit(&one->holders, 1, memory_order_acq_rel) != 1) return;
    for (int kind = 0; kind < CODEC_KINDS; kind++)
        free_encoding(atomic_load_explicit(&one->encodings[kind], memory_order_relaxed));
    free(one->samples);
    free(one);
}

/* C17 lets no const atomic be loaded by this name; it is not written. */
static const encoding *encoding_of(const sound *one, codec_kind kind) {
    return atomic_load_explicit(&((sound *)one)->encodings[kind], memory_order_acquire);
}

bool sound_is_prepared(const sound *one, codec_kind kind) {
    return one && (unsigned)kind < CODEC_KINDS && encoding_of(one, kind) != NULL;
}

bool sound_is_held_once(const sound *one) {
    return atomic_load_explicit(&((sound *)one)->holders, memory_order_acquire) == 1;
}

size_t sound_bytes(const sound *one) {
    size_t bytes = sizeof *one + one->frames * (one->rate / FRAMES_A_SECOND) * sizeof *one->samples;
    for (int kind = 0; kind < CODEC_KINDS; kind++) {
        const encoding *made = encoding_of(one, (codec_kind)kind);
        if (made) bytes += sizeof *made + (one->frames + 1) * sizeof *made->offsets + made->offsets[one->frames];
    }
    return bytes;
}

size_t sound_frames(const sound *one) { return one ? one->frames : 0; }

const int16_t *sound_samples(const sound *one, size_t frame) {
    return one && frame < one->frames ? one->samples + frame * (one->rate / FRAMES_A_SECOND) : NULL;
}

/* Makes room for one more payload behind `used` bytes. */
static bool make_room(encoding *one, size_t used, size_t *room) {
    if (*room - used >= CODEC_LONGEST_FRAME) return true;
    size_t more = *room + *room / 2 + CODEC_LONGEST_FRAME;
    uint8_t *larger = realloc(one->payloads, more);
    if (!larger) return false;
    one->payloads = larger;
    *room = more;
    return true;
}

/* Encodes first what the listener hears before, and throws that away: so the encoder's history is the listener's. In a
 * circle that is the sound's end, else silence. */
static int encode_all(const sound *one, codec *encoder, encoding *into) {
    static const int16_t silence[16000 / FRAMES_A_SECOND];
    size_t used = 0, room = 0;
    for (size_t turn = 0; turn < LEAD_IN + one->frames; turn++) {
        size_t frame = (turn + LEAD_IN * (one->frames - 1)) % one->frames;
        if (!make_room(into, used, &room)) return SOUND_MEMORY;
        const int16_t *samples = one->is_once && turn < LEAD_IN ? silence : sound_samples(one, frame);
        size_t bytes = codec_encode(encoder, samples, into->payloads + used, CODEC_LONGEST_FRAME);
        if (bytes == 0) return SOUND_INVALID;
        if (turn < LEAD_IN) continue;
        into->offsets[frame] = (uint32_t)used;
        used += bytes;
    }
    into->offsets[one->frames] = (uint32_t)used;
    uint8_t *exact = realloc(into->payloads, used);
    if (exact) into->payloads = exact;
    return SOUND_OK;
}

int sound_prepare(sound *one, codec_kind kind) {
    if (!one || (unsigned)kind >= CODEC_KINDS) return SOUND_INVALID;
    if (atomic_load_explicit(&one->encodings[kind], memory_order_acquire)) return SOUND_OK;
    codec *encoder = codec_open_for_sound(kind, one->rate);
    encoding *made = calloc(1, sizeof *made + (one->frames + 1) * sizeof *made->offsets);
    int code = encoder && made ? encode_all(one, encoder, made) : SOUND_MEMORY;
    codec_close(encoder);
    if (code == SOUND_OK) {
        atomic_store_explicit(&one->encodings[kind], made, memory_order_release);
    } else {
        free_encoding(made);
    }
    return code;
}

const uint8_t *sound_payload(const sound *one, codec_kind kind, size_t frame, size_t *bytes) {
    if (!one || !bytes || (unsigned)kind >= CODEC_KINDS || frame >= one->frames) return NULL;
    const encoding *made = encoding_of(one, kind);
    if (!made) return NULL;
    *bytes = made->offsets[frame + 1] - made->offsets[frame];
    return made->payloads + made->offsets[frame];
}
