/* A packet that waits at a socket: whose it is, what it brings, and who gets it as it is. */
#include <string.h>

#include "bytes.h"
#include "plane.h"

enum { COMFORT_NOISE = 13, MOST_A_SECOND = 300, MOST_FORGED_A_SECOND = 100, SSRC_OF_PACKET = 8, SSRC_OF_REPORT = 4 };

static bool is_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b) {
    if (a->ss_family != b->ss_family) return false;
    if (a->ss_family == AF_INET)
        return ((const struct sockaddr_in *)a)->sin_addr.s_addr == ((const struct sockaddr_in *)b)->sin_addr.s_addr;
    return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr, &((const struct sockaddr_in6 *)b)->sin6_addr,
                  sizeof(struct in6_addr)) == 0;
}

static in_port_t port_of(const struct sockaddr_storage *of) {
    return of->ss_family == AF_INET ? ((const struct sockaddr_in *)of)->sin_port : ((const struct sockaddr_in6 *)of)->sin6_port;
}

/* Of one behind NAT its first packets tell the port: two in order of what was negotiated, and once, so that nobody takes
 * its place later. */
static void locate(leg *by, const struct sockaddr_storage *source, const rtp_packet *packet) {
    if (packet->payload_type != by->stream.type_in) return;
    bool is_second = port_of(source) == by->candidate.port && packet->ssrc == by->candidate.ssrc &&
                     packet->sequence == (uint16_t)(by->candidate.sequence + 1);
    by->candidate.port = port_of(source);
    by->candidate.ssrc = packet->ssrc;
    by->candidate.sequence = packet->sequence;
    if (!is_second) return;
    by->stream.rtp = *source;
    by->is_located = true;
}

/* Whether it may be the peer that sent it: from its host, and its port where that is known. */
static bool may_be_peer(const leg *by, const struct sockaddr_storage *source) {
    return is_same_host(source, &by->stream.rtp) && (!by->is_located || port_of(source) == port_of(&by->stream.rtp));
}

typedef secure_verdict unprotecting(secure_context *by, uint8_t *packet, size_t *count);

static void begin_second(leg *by, int64_t now) {
    if (by->second == now / 1000000000) return;
    by->second = now / 1000000000;
    by->in_second = by->forged_in_second = 0;
}

/* More than any sender has reason for: nobody is flooded through us. */
static bool is_one_too_many(leg *by, int64_t now) {
    begin_second(by, now);
    return ++by->in_second > MOST_A_SECOND;
}

/* Of whom nothing genuine has come yet, after so much that was not: it is not looked at, so that a flood takes no time from
 * others. Whom we hear is heard on. */
static bool is_hopeless(leg *by, const uint8_t *packet, size_t count, size_t ssrc_at, int64_t now) {
    begin_second(by, now);
    if (by->forged_in_second < MOST_FORGED_A_SECOND || count < ssrc_at + 4) return false;
    uint32_t ssrc = read32(packet + ssrc_at);
    return !secure_knows(by->in, ssrc) && !(by->former_in && secure_knows(by->former_in, ssrc));
}

/* Whether who has the key sent it, where there is one; then it is in the clear. */
static bool is_genuine(leg *by, unprotecting *unprotect, uint8_t *packet, size_t *count, size_t ssrc_at, int64_t now) {
    if (!by->in) return true;
    secure_verdict verdict = SECURE_FORGED;
    if (!is_hopeless(by, packet, *count, ssrc_at, now)) {
        verdict = unprotect(by->in, packet, count);
        if (verdict == SECURE_FORGED && by->former_in && now < by->former_until)
            verdict = unprotect(by->former_in, packet, count);
        by->forged_in_second += verdict == SECURE_FORGED;
    }
    by->forged += verdict == SECURE_FORGED;
    by->replayed += verdict == SECURE_REPLAYED;
    return verdict == SECURE_GENUINE;
}

static void heard(leg *by, int64_t now) {
    by->last_heard = now;
    if (by->hearing == HEARD) return;
    by->hearing = HEARD;
    plane_tell(by->plane, (media_event){.kind = MEDIA_UP, .tag = by->tag});
}

static void take_sound(leg *by, const rtp_packet *packet, uint64_t extended, bool has_restarted, int64_t now) {
    unsigned duration = codec_duration(by->stream.codec, packet->payload, packet->payload_bytes);
    if (duration == 0 || packet->payload_bytes > EAR_PACKET_BYTES) {   /* what could not be recorded is not passed on either */
        by->malformed++;
        return;
    }
    by->stream.packet_milliseconds = duration * 1000 / codec_clock(by->stream.codec);
    timeline_stamp stamp = timeline_take(&by->line, packet->timestamp, duration, has_restarted, now);
    ear_put(by->ear, extended, stamp, duration, packet->payload, packet->payload_bytes);
    for (const edge *each = by->node.out; each; each = each->next_out) {
        if (each->to->kind != NODE_LEG) continue;
        leg *to = leg_of_node(each->to);
        if (to->plan == PLAN_PASS && to->passing == by) leg_pass(to, by, extended, packet, now);
    }
}

static void take(leg *by, const rtp_packet *packet, int64_t now) {
    bool is_sound = packet->payload_type == by->stream.type_in;
    bool is_key = by->stream.keys_in != MEDIA_NO_TYPE && packet->payload_type == by->stream.keys_in;
    if ((!is_sound && !is_key && packet->payload_type != COMFORT_NOISE) || is_one_too_many(by, now)) {
        by->malformed++;
        return;
    }
    uint64_t extended;
    reception_verdict verdict =
        reception_take(&by->received, packet, codec_clock(by->stream.codec), now, &extended);
    if (verdict == RECEPTION_DUPLICATE || verdict == RECEPTION_SUSPICIOUS) return;
    heard(by, now);
    if (is_sound) {
        take_sound(by, packet, extended, verdict == RECEPTION_RESTARTED, now);
        return;
    }
    ear_put(by->ear, extended, (timeline_stamp){0}, 0, NULL, 0);
    char key = is_key ? leg_take_key(by, packet, now) : 0;
    for (const edge *each = by->node.out; verdict == RECEPTION_NEXT && each; each = each->next_out) {
        if (each->to->kind != NODE_LEG) continue;
        leg *to = leg_of_node(each->to);
        if (to->plan != PLAN_PASS || to->passing != by) continue;
        if (is_key) leg_forward_key(to, by, extended, packet, now);
        else leg_pass_over(to);
    }
    if (key) plane_tell(by->plane, (media_event){.kind = MEDIA_KEY, .tag = by->tag, .key = key});
}

/* From what may be the peer. */
static void take_bytes(leg *by, uint8_t *bytes, size_t count, const struct sockaddr_storage *source, int64_t now) {
    rtp_packet packet;
    if (!is_genuine(by, secure_unprotect, bytes, &count, SSRC_OF_PACKET, now)) return;
    if (!rtp_read(bytes, count, &packet)) {
        by->malformed++;
        return;
    }
    if (!by->is_located) locate(by, source, &packet);
    if (by->is_located) take(by, &packet, now);
}

void leg_receive(leg *by, int64_t now) {
    uint8_t bytes[RTP_LONGEST_PACKET + 1];
    struct sockaddr_storage source;
    socklen_t length = sizeof source;
    ssize_t count = recvfrom(by->rtp, bytes, sizeof bytes, 0, (struct sockaddr *)&source, &length);
    if (count < 0) return;
    room *in = room_of(&by->node);
    if (by->is_streaming && by->stream.sends) {
        if (!may_be_peer(by, &source)) by->foreign++;
        else if (count > RTP_LONGEST_PACKET) by->malformed++;
        else take_bytes(by, bytes, (size_t)count, &source, now);
    }
    pthread_mutex_unlock(&in->mutex);
}

static void take_report(leg *by, uint8_t *bytes, size_t count, const struct sockaddr_storage *source, int64_t now) {
    if (!is_genuine(by, secure_unprotect_report, bytes, &count, SSRC_OF_REPORT, now)) return;
    if (!report_read(&by->sent, codec_clock(by->stream.codec), bytes, count, now, wall_nanoseconds())) by->malformed++;
    else if (!by->is_report_located) {
        by->stream.rtcp = *source;
        by->is_report_located = true;
    }
}

void leg_receive_report(leg *by, int64_t now) {
    uint8_t bytes[RTP_LONGEST_PACKET + 1];
    struct sockaddr_storage source;
    socklen_t length = sizeof source;
    ssize_t count = recvfrom(by->rtcp, bytes, sizeof bytes, 0, (struct sockaddr *)&source, &length);
    if (count < 0) return;
    room *in = room_of(&by->node);
    if (by->is_streaming && by->codec) {
        bool may_be = is_same_host(&source, &by->stream.rtcp) &&
                      (!by->is_report_located || port_of(&source) == port_of(&by->stream.rtcp));
        if (may_be) take_report(by, bytes, (size_t)count, &source, now);
        else by->foreign++;
    }
    pthread_mutex_unlock(&in->mutex);
}
