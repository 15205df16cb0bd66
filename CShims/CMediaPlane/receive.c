/* A packet that waits at a socket: whose it is, what it brings, and who gets it as it is. */
#include <string.h>

#include "plane.h"

enum { COMFORT_NOISE = 13, MOST_A_SECOND = 300 };

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

/* Whether the peer sent it. */
static bool is_from_peer(leg *by, const struct sockaddr_storage *source, const rtp_packet *packet) {
    if (!is_same_host(source, &by->stream.rtp)) return false;
    if (!by->is_located) locate(by, source, packet);
    return by->is_located && port_of(source) == port_of(&by->stream.rtp);
}

/* More than any sender has reason for: nobody is flooded through us. */
static bool is_one_too_many(leg *by, int64_t now) {
    if (by->second != now / 1000000000) by->in_second = 0;
    by->second = now / 1000000000;
    return ++by->in_second > MOST_A_SECOND;
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
    if ((!is_sound && !is_key && packet->payload_type != COMFORT_NOISE) || (is_sound && is_one_too_many(by, now))) {
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

void leg_receive(leg *by, int64_t now) {
    uint8_t bytes[RTP_LONGEST_PACKET + 1];
    struct sockaddr_storage source;
    socklen_t length = sizeof source;
    ssize_t count = recvfrom(by->rtp, bytes, sizeof bytes, 0, (struct sockaddr *)&source, &length);
    if (count < 0) return;
    rtp_packet packet;
    bool is_rtp = count <= RTP_LONGEST_PACKET && rtp_read(bytes, (size_t)count, &packet);
    room *in = room_of(&by->node);
    if (by->is_streaming && by->stream.sends) {
        if (!is_rtp) by->malformed++;
        else if (is_from_peer(by, &source, &packet)) take(by, &packet, now);
        else if (by->is_located || !is_same_host(&source, &by->stream.rtp)) by->foreign++;
    }
    pthread_mutex_unlock(&in->mutex);
}

void leg_receive_report(leg *by, int64_t now) {
    uint8_t bytes[RTP_LONGEST_PACKET + 1];
    struct sockaddr_storage source;
    socklen_t length = sizeof source;
    ssize_t count = recvfrom(by->rtcp, bytes, sizeof bytes, 0, (struct sockaddr *)&source, &length);
    if (count < 0) return;
    room *in = room_of(&by->node);
    if (by->is_streaming && by->codec) {
        bool is_peer = is_same_host(&source, &by->stream.rtcp) &&
                       (by->stream.learns || port_of(&source) == port_of(&by->stream.rtcp));
        if (!is_peer) by->foreign++;
        else if (!report_read(&by->sent, codec_clock(by->stream.codec), bytes, (size_t)count, now, wall_nanoseconds()))
            by->malformed++;
        else by->stream.rtcp = source;                      /* another one only behind NAT */
    }
    pthread_mutex_unlock(&in->mutex);
}
