/* One leg's codec: payloads of RTP to samples and back. Decoder and encoder are apart, each with its own history.
 *
 * Samples are 16-bit signed, mono, at the rate that the codec was opened with, whatever the codec's own. Not safe from
 * two threads at once. Nothing here allocates but codec_open. Payloads are hostile: none of them harms.
 *
 * There and back, sound comes late: G.711 not at all at 8000, 8 ms at 16000 (4 each way); G.722 not at all or 1.4 ms;
 * Opus 6.5 ms. At 8000 Hz of G.722 the lower half is heard and the upper sent silent; G.711 and Opus have all the rate has.
 */
#ifndef MEDIA_CODEC_H
#define MEDIA_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { CODEC_PCMU, CODEC_PCMA, CODEC_G722, CODEC_OPUS } codec_kind;

enum {
    CODEC_KINDS = 4,
    CODEC_FRAME_MILLISECONDS = 20,
    CODEC_LONGEST_FRAME = 400,       /* bytes that codec_encode may write */
    CODEC_LONGEST_PACKET_MILLISECONDS = 120
};

typedef struct codec codec;

/* rate: 8000 or 16000. NULL: a parameter out of its range, or no memory. Takes a tenth of a millisecond, of Opus. */
codec *codec_open(codec_kind kind, unsigned rate);
void codec_close(codec *closed);

/* Ticks of the RTP timestamp in a second: 8000, of Opus 48000 (RFC 7587 §4.1); of G.722, too, 8000 (RFC 3551 §4.5.2).
 * 0 for what is no kind. */
unsigned codec_clock(codec_kind kind);

/* Whether a payload is understood in the light of those before it: all but G.711. Two streams of such a codec cannot be
 * joined without a noise, unless both are quiet there. */
bool codec_remembers(codec_kind kind);

/* How long a payload lasts, in ticks of the RTP clock; 0 for one that cannot be right, or lasts longer than
 * CODEC_LONGEST_PACKET_MILLISECONDS. Of G.711 and G.722 a byte is a tick; of Opus the whole packet is parsed (RFC 6716
 * §3), and it may last as short as 2.5 ms. Reads no more than the payload, whatever is in it. */
unsigned codec_duration(codec_kind kind, const uint8_t *payload, size_t bytes);

/* Decodes one whole payload; the one after the last decoded, or after what was concealed. Returns how many samples were
 * written: exactly what codec_duration says, in samples. 0 when that is 0 or more than `capacity`, or when the payload
 * cannot be decoded: it may be concealed then. */
size_t codec_decode(codec *one, const uint8_t *payload, size_t bytes, int16_t *samples, size_t capacity);

/* Makes up `count` samples, as many as are missing: like what was before, fading to silence within 100 ms from the gap's
 * beginning, however many calls it takes. What is decoded next is blended in, over 5 ms. */
void codec_conceal(codec *one, int16_t *samples, size_t count);

/* Encodes one frame of 20 ms (rate / 50 samples). Returns the bytes written, at most CODEC_LONGEST_FRAME:
 * a capacity of that always suffices. 0: it did not fit. */
size_t codec_encode(codec *one, const int16_t *samples, uint8_t *payload, size_t capacity);

/* Who listened to what `decoder` has decoded up to now is to hear this encoder from some moment on: what is encoded until
 * codec_follow leads there, and is not sent; from codec_follow on it continues, as well as the codec can. Of one kind. */
void codec_lead(codec *encoder, const codec *decoder);
void codec_follow(codec *encoder);

/* How many samples of what was encoded the payloads so far do not hold yet: they come with the next one. */
size_t codec_held_back(const codec *one);

#ifdef __cplusplus
}
#endif
#endif
