/* What is known of one RTP stream, and how the two ends tell each other: RTCP (RFC 3550 §6), and the quality that an ear
 * would give it (ITU-T G.107). Values without locks or clocks: all zero before their first use, safe on every thread, but
 * not one value on two at once. Times are the caller's, in nanoseconds of one monotonic clock, unless named otherwise.
 */
#ifndef MEDIA_REPORTS_H
#define MEDIA_REPORTS_H

#include "codec.h"
#include "rtp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what comes in (RFC 3550 appendices A.1, A.3, A.8) */

typedef enum {
    RECEPTION_NEXT,                  /* the one after the last, or later: what was skipped counts as lost until it comes */
    RECEPTION_LATE,                  /* fills a gap */
    RECEPTION_DUPLICATE,             /* is there already, or from before the beginning: not counted as received, to be dropped */
    RECEPTION_RESTARTED,             /* the first, or another SSRC, or a jump of the sequence that was confirmed by the
                                        packet after it: counting of losses begins anew */
    RECEPTION_SUSPICIOUS             /* a jump that the next packet may confirm: to be dropped */
} reception_verdict;

typedef struct {
    bool has_begun, has_former, has_suspect;
    uint32_t ssrc, former_ssrc;      /* former: the one before, whose late packets end nothing */
    uint32_t suspected_ssrc;         /* with `suspected`: the packet that would confirm a jump */
    uint16_t suspected;
    uint16_t first_sequence;         /* the sequence number that `first` had in its header */
    uint64_t first, highest;         /* extended sequence numbers, since the restart */
    uint64_t seen[8];                /* one bit for each of the last 512 of them */
    uint64_t received, lost_before;  /* since the beginning, over all restarts; lost_before: of the finished ones */
    uint64_t received_since;         /* since the restart */
    uint64_t duplicates, late, restarts;
    double jitter;                   /* in ticks of the RTP clock, as §6.4.1 defines it; see reception_take */
    uint32_t last_timestamp, last_transit;
    uint64_t expected_at_report, received_at_report;
} reception;

/* Takes a packet into account: its source must have been checked. `clock` in ticks a second, `arrived` in nanoseconds.
 * The extended sequence number is written to *extended unless it is to be dropped: one of each, and it only grows over
 * restarts, too (the first after one is one more than the highest before).
 *
 * Without A.1's probation: the first packet is heard. Another SSRC restarts at once; only the one before must show two
 * packets in a row. Jitter leaves out what says nothing of the path: packets with the timestamp of the one before (a key
 * that is held, RFC 4733), and leaps of the timestamp against the clock of more than a second. */
reception_verdict reception_take(reception *of, const rtp_packet *packet, unsigned clock, int64_t arrived, uint64_t *extended);
/* Packets that never came, over all restarts. */
uint64_t reception_lost(const reception *of);

/* ---- what goes out, and what the far end says of it */

enum { REPORT_LONGEST_NAME = 64, REPORT_LONGEST = 160 /* bytes that report_write may write */ };

typedef struct {
    uint32_t ssrc;
    uint64_t packets, bytes;         /* of payload */
    uint32_t last_timestamp;         /* of the last packet, and when it went */
    int64_t last_sent;
    uint64_t packets_at_report[2];   /* when the last report was written, and the one before */
    /* What the peer reported of it last. */
    bool has_report;
    double lost_fraction;            /* 0 to 1 */
    int64_t lost;                    /* of all, may be negative (duplicates) */
    double jitter_milliseconds;
    double round_trip_milliseconds;  /* negative: not known */
    /* The peer's last sender report, for our answer to it. */
    uint32_t peer_ssrc;
    uint32_t peer_report;            /* the middle 32 bits of its NTP time; 0: none */
    int64_t peer_report_arrived;
    bool peer_said_bye;              /* the one whose report came last */
} sending;

/* A compound packet: a sender report when something was sent since the report before the last (§6.4), else a receiver
 * report, with a block about what came in since the last, if anything did, and the canonical name (its first
 * REPORT_LONGEST_NAME bytes); `says_bye` adds a BYE. `clock` is that of what we send. wall: nanoseconds since 1970, for
 * the NTP stamp. Returns the length; 0 when it does not fit: nothing changed then. Moves the counters that the fraction
 * lost is reckoned from. */
size_t report_write(sending *out, reception *in, unsigned clock, const char *name, bool says_bye, int64_t now,
                    int64_t wall, uint8_t *bytes, size_t capacity);

/* Reads a compound packet of the peer; false when it is none (§6.1, A.2: a report first, lengths that add up exactly,
 * padding only at the end), or when a list in it is longer than its packet: nothing is changed then. Only blocks about our
 * ssrc count; `clock` is that of what we send. wall as above: round trips are reckoned from it, never below 0, and not
 * known above a minute. */
bool report_read(sending *out, unsigned clock, const uint8_t *bytes, size_t count, int64_t now, int64_t wall);

/* When the next report is due: 5 s after `now`, spread by half to one and a half by `seed`, which moves on (§6.2; §6.3.1
 * for two members, without the correction for reconsideration, which is for many). */
int64_t report_due(int64_t now, uint32_t *seed);

/* ---- quality */

/* The mean opinion score, 1 to 4.5, of listening through this codec with this loss (0 to 1, at random), at this one-way
 * delay in milliseconds (ITU-T G.107 with default values, G.113 Appendix I for the codecs' Ie and Bpl; wideband codecs on
 * the narrow-band scale). What is out of its range, or no number, counts as the nearest end of it, or 0. */
double quality_score(codec_kind kind, double loss, double delay_milliseconds);

#ifdef __cplusplus
}
#endif
#endif
