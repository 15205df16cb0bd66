/* Counting what comes in: RFC 3550 appendices A.1 (sequence), A.3 (loss), A.8 (jitter). */
#include <string.h>

#include "reports.h"

enum {
    MAX_DROPOUT = 3000,
    MAX_MISORDER = 100,
    SEEN = 512                       /* bits in reception.seen */
};

static bool is_seen(const reception *of, uint64_t number) { return of->seen[number % SEEN / 64] >> number % 64 & 1; }

static void see(reception *of, uint64_t number) { of->seen[number % SEEN / 64] |= UINT64_C(1) << number % 64; }

static void forget(reception *of, uint64_t number) { of->seen[number % SEEN / 64] &= ~(UINT64_C(1) << number % 64); }

static uint64_t lost_since_restart(const reception *of) {
    return of->has_begun ? of->highest - of->first + 1 - of->received_since : 0;
}

uint64_t reception_lost(const reception *of) { return of->lost_before + lost_since_restart(of); }

static uint32_t transit_of(const rtp_packet *packet, unsigned clock, int64_t arrived) {
    /* In whole seconds and the rest, and without signs, so that nothing overflows. */
    int64_t seconds = arrived / 1000000000, rest = arrived % 1000000000;
    uint64_t ticks = (uint64_t)seconds * clock + (uint64_t)(rest * (int64_t)clock / 1000000000);
    return (uint32_t)ticks - packet->timestamp;
}

static void take_jitter(reception *of, const rtp_packet *packet, unsigned clock, int64_t arrived) {
    if (packet->timestamp == of->last_timestamp) return;
    uint32_t transit = transit_of(packet, clock, arrived), difference = transit - of->last_transit;
    if (difference > UINT32_MAX / 2) difference = -difference;
    of->last_transit = transit;
    of->last_timestamp = packet->timestamp;
    if (difference <= clock) of->jitter += (difference - of->jitter) / 16;
}

/* `of` is as before its first packet, or what came before is finished. */
static reception_verdict restart(reception *of, const rtp_packet *packet, unsigned clock, int64_t arrived) {
    of->lost_before += lost_since_restart(of);
    of->first = of->has_begun ? of->highest + 1 : packet->sequence;
    of->highest = of->first;
    of->first_sequence = packet->sequence;
    if (of->has_begun) {
        of->restarts++;
        if (packet->ssrc != of->ssrc) {
            of->has_former = true;
            of->former_ssrc = of->ssrc;
        }
    }
    of->has_begun = true;
    of->has_suspect = false;
    of->ssrc = packet->ssrc;
    memset(of->seen, 0, sizeof of->seen);
    see(of, of->first);
    of->received++;
    of->received_since = 1;
    of->expected_at_report = of->received_at_report = 0;
    of->jitter = 0;
    of->last_timestamp = packet->timestamp;
    of->last_transit = transit_of(packet, clock, arrived);
    return RECEPTION_RESTARTED;
}

/* A jump counts when a second packet follows it in order: one alone may be a stray. */
static bool is_confirmed(reception *of, const rtp_packet *packet) {
    if (of->has_suspect && of->suspected_ssrc == packet->ssrc && of->suspected == packet->sequence) return true;
    of->has_suspect = true;
    of->suspected_ssrc = packet->ssrc;
    of->suspected = (uint16_t)(packet->sequence + 1);
    return false;
}

static void advance(reception *of, uint64_t to) {
    if (to - of->highest >= SEEN) memset(of->seen, 0, sizeof of->seen);
    else
        for (uint64_t number = of->highest + 1; number < to; number++) forget(of, number);
    of->highest = to;
}

reception_verdict reception_take(reception *of, const rtp_packet *packet, unsigned clock, int64_t arrived, uint64_t *extended) {
    bool is_other = of->has_begun && packet->ssrc != of->ssrc;
    if (!of->has_begun || (is_other && !(of->has_former && packet->ssrc == of->former_ssrc))) {
        reception_verdict verdict = restart(of, packet, clock, arrived);
        *extended = of->highest;
        return verdict;
    }
    uint16_t highest_sequence = (uint16_t)(of->first_sequence + (of->highest - of->first));
    uint16_t ahead = (uint16_t)(packet->sequence - highest_sequence), behind = (uint16_t)-ahead;
    if (is_other || (ahead >= MAX_DROPOUT && behind >= MAX_MISORDER)) {
        if (!is_confirmed(of, packet)) return RECEPTION_SUSPICIOUS;
        restart(of, packet, clock, arrived);
        *extended = of->highest;
        return RECEPTION_RESTARTED;
    }
    of->has_suspect = false;
    bool is_next = ahead > 0 && ahead < MAX_DROPOUT;
    uint64_t number = is_next ? of->highest + ahead : of->highest - behind;
    if (!is_next && (behind > of->highest - of->first || is_seen(of, number))) {
        of->duplicates++;
        return RECEPTION_DUPLICATE;
    }
    if (is_next) advance(of, number);
    else of->late++;
    see(of, number);
    of->received++;
    of->received_since++;
    take_jitter(of, packet, clock, arrived);
    *extended = number;
    return is_next ? RECEPTION_NEXT : RECEPTION_LATE;
}
