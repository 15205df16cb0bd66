/* RTCP: one compound packet for each report (RFC 3550 §6). */
#include "reports.h"

#include <string.h>

#include "bytes.h"

enum { SENDER_REPORT = 200, RECEIVER_REPORT = 201, DESCRIPTION = 202, GOODBYE = 203, CANONICAL_NAME = 1 };

enum { HEADER_BYTES = 4, SENDER_BYTES = 28, RECEIVER_BYTES = 8, BLOCK_BYTES = 24, GOODBYE_BYTES = 8 };

static const int64_t SECOND = 1000000000;

/* NTP time: seconds since 1900, and a fraction in 2^-32 of one (§4). */
static uint64_t ntp_time(int64_t wall) {
    if (wall < 0) wall = 0;
    uint64_t fraction = ((uint64_t)(wall % SECOND) << 32) / (uint64_t)SECOND;
    return ((uint64_t)(wall / SECOND) + 2208988800u) << 32 | fraction;
}

static uint32_t middle(uint64_t ntp) { return (uint32_t)(ntp >> 16); }

/* Nanoseconds in 1/65536 s, as the delays in a block are; never below 0, at most what 32 bits hold. */
static uint32_t in_65536ths(int64_t from, int64_t to) {
    uint64_t passed = to > from ? (uint64_t)to - (uint64_t)from : 0;
    uint64_t seconds = passed / (uint64_t)SECOND, rest = passed % (uint64_t)SECOND;
    if (seconds > 0xffff) return UINT32_MAX;
    return (uint32_t)(seconds << 16 | (rest << 16) / (uint64_t)SECOND);
}

static void write_header(uint8_t *at, unsigned count, unsigned type, size_t bytes) {
    at[0] = (uint8_t)(2 << 6 | count);
    at[1] = (uint8_t)type;
    write16(at + 2, (uint32_t)(bytes / 4 - 1));
}

/* ---- writing */

static void write_sender(const sending *out, unsigned clock, int64_t now, int64_t wall, uint8_t *at) {
    uint64_t ntp = ntp_time(wall);
    uint64_t passed = now > out->last_sent ? (uint64_t)now - (uint64_t)out->last_sent : 0;
    uint64_t ticks = passed / (uint64_t)SECOND * clock + passed % (uint64_t)SECOND * clock / (uint64_t)SECOND;
    write32(at, (uint32_t)(ntp >> 32));
    write32(at + 4, (uint32_t)ntp);
    write32(at + 8, out->last_timestamp + (uint32_t)ticks);
    write32(at + 12, (uint32_t)out->packets);
    write32(at + 16, (uint32_t)out->bytes);
}

/* §6.4.1, reckoned as A.3 does. */
static void write_block(const sending *out, reception *in, int64_t now, uint8_t *at) {
    uint64_t expected = in->highest - in->first + 1;
    uint64_t expected_lately = expected - in->expected_at_report;
    uint64_t received_lately = in->received_since - in->received_at_report;
    uint32_t fraction = 0;
    if (expected_lately > received_lately)
        fraction = (uint32_t)(((expected_lately - received_lately) << 8) / expected_lately);
    uint64_t lost = expected - in->received_since;
    if (lost > 0x7fffff) lost = 0x7fffff;
    bool has_heard = out->peer_report != 0 && out->peer_ssrc == in->ssrc;
    write32(at, in->ssrc);
    write32(at + 4, fraction << 24 | (uint32_t)lost);
    write32(at + 8, in->first_sequence + (uint32_t)(in->highest - in->first));
    write32(at + 12, (uint32_t)in->jitter);
    write32(at + 16, has_heard ? out->peer_report : 0);
    write32(at + 20, has_heard ? in_65536ths(out->peer_report_arrived, now) : 0);
    in->expected_at_report = expected;
    in->received_at_report = in->received_since;
}

/* Chunks end with at least one zero, at a multiple of four (§6.5). */
static size_t description_bytes(size_t name) { return HEADER_BYTES + (4 + 2 + name + 4) / 4 * 4; }

static void write_description(uint32_t ssrc, const char *name, size_t length, uint8_t *at) {
    size_t bytes = description_bytes(length);
    memset(at, 0, bytes);
    write_header(at, 1, DESCRIPTION, bytes);
    write32(at + 4, ssrc);
    at[8] = CANONICAL_NAME;
    at[9] = (uint8_t)length;
    memcpy(at + 10, name, length);
}

size_t report_write(sending *out, reception *in, unsigned clock, const char *name, bool says_bye, int64_t now,
                    int64_t wall, uint8_t *bytes, size_t capacity) {
    bool has_sent = out->packets != out->packets_at_report[1];
    bool has_block = in->has_begun && in->received_since != in->received_at_report;
    size_t length = strnlen(name, REPORT_LONGEST_NAME);
    size_t head = has_sent ? SENDER_BYTES : RECEIVER_BYTES, report = head + (has_block ? BLOCK_BYTES : 0);
    size_t description = description_bytes(length), all = report + description + (says_bye ? GOODBYE_BYTES : 0);
    if (all > capacity) return 0;
    write_header(bytes, has_block, has_sent ? SENDER_REPORT : RECEIVER_REPORT, report);
    write32(bytes + 4, out->ssrc);
    if (has_sent) write_sender(out, clock, now, wall, bytes + 8);
    if (has_block) write_block(out, in, now, bytes + head);
    write_description(out->ssrc, name, length, bytes + report);
    if (says_bye) {
        write_header(bytes + report + description, 1, GOODBYE, GOODBYE_BYTES);
        write32(bytes + report + description + 4, out->ssrc);
    }
    out->packets_at_report[1] = out->packets_at_report[0];
    out->packets_at_report[0] = out->packets;
    return all;
}

/* ---- reading */

typedef struct {
    unsigned type, items;
    const uint8_t *start;
    size_t bytes, whole;             /* without the padding, and with it */
} part;

/* The packet at the beginning of `bytes`; false when it is none, or does not hold what it says. */
static bool read_part(const uint8_t *bytes, size_t count, part *into) {
    if (count < HEADER_BYTES || bytes[0] >> 6 != 2) return false;
    size_t whole = 4 * ((size_t)read16(bytes + 2) + 1), padding = 0;
    if (whole > count) return false;
    if (bytes[0] & 0x20) {
        if (whole < count) return false;
        padding = bytes[whole - 1];
        if (padding == 0 || padding % 4 != 0 || padding > whole - HEADER_BYTES) return false;
    }
    *into = (part){
        .type = bytes[1], .items = bytes[0] & 0x1f, .start = bytes, .bytes = whole - padding, .whole = whole};
    switch (into->type) {
    case SENDER_REPORT: return into->bytes >= SENDER_BYTES + into->items * (size_t)BLOCK_BYTES;
    case RECEIVER_REPORT: return into->bytes >= RECEIVER_BYTES + into->items * (size_t)BLOCK_BYTES;
    case GOODBYE: return into->bytes >= HEADER_BYTES + into->items * (size_t)4;
    default: return true;
    }
}

static bool is_compound(const uint8_t *bytes, size_t count) {
    part one;
    if (!read_part(bytes, count, &one) || (one.type != SENDER_REPORT && one.type != RECEIVER_REPORT)) return false;
    for (size_t at = one.whole; at < count; at += one.whole)
        if (!read_part(bytes + at, count - at, &one)) return false;
    return true;
}

/* A − LSR − DLSR (§6.4.1, figure 2). What the peer claims to have waited may be more than passed: then 0. */
static double round_trip(const uint8_t *block, int64_t wall) {
    uint32_t report = read32(block + 16), waited = read32(block + 20);
    if (report == 0) return -1;
    uint32_t passed = middle(ntp_time(wall)) - report;
    int64_t trip = (int64_t)(int32_t)passed - (int64_t)waited;
    if (trip < 0) return 0;
    return trip > (60 << 16) ? -1 : (double)trip * 1000 / 65536;
}

static void take_block(sending *out, unsigned clock, const uint8_t *block, int64_t wall) {
    if (read32(block) != out->ssrc) return;
    uint32_t lost = read32(block + 4) & 0xffffff;
    out->has_report = true;
    out->lost_fraction = block[4] / 256.0;
    out->lost = lost & 0x800000 ? (int64_t)lost - 0x1000000 : (int64_t)lost;
    out->jitter_milliseconds = clock > 0 ? read32(block + 12) * 1000.0 / clock : 0;
    out->round_trip_milliseconds = round_trip(block, wall);
}

static void take_report(sending *out, unsigned clock, const part *one, int64_t now, int64_t wall) {
    bool has_sent = one->type == SENDER_REPORT;
    if (has_sent) {
        out->peer_ssrc = read32(one->start + 4);
        out->peer_report = read32(one->start + 10);
        out->peer_report_arrived = now;
    }
    const uint8_t *block = one->start + (has_sent ? SENDER_BYTES : RECEIVER_BYTES);
    for (unsigned i = 0; i < one->items; i++) take_block(out, clock, block + i * BLOCK_BYTES, wall);
}

static bool names(const part *goodbye, uint32_t ssrc) {
    for (unsigned i = 0; i < goodbye->items; i++)
        if (read32(goodbye->start + HEADER_BYTES + 4 * i) == ssrc) return true;
    return false;
}

bool report_read(sending *out, unsigned clock, const uint8_t *bytes, size_t count, int64_t now, int64_t wall) {
    if (!is_compound(bytes, count)) return false;
    uint32_t reporter = read32(bytes + 4);
    out->peer_said_bye = false;
    part one;
    for (size_t at = 0; at < count && read_part(bytes + at, count - at, &one); at += one.whole) {
        if (one.type == SENDER_REPORT || one.type == RECEIVER_REPORT) take_report(out, clock, &one, now, wall);
        else if (one.type == GOODBYE && names(&one, reporter)) out->peer_said_bye = true;
    }
    return true;
}

int64_t report_due(int64_t now, uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return now + 5 * SECOND / 2 + (int64_t)((uint64_t)(*seed >> 2) * (uint64_t)(5 * SECOND) >> 30);
}
