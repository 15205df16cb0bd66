#include "rtp.h"

#include "bytes.h"

bool rtp_read(const uint8_t *bytes, size_t count, rtp_packet *into) {
    if (count < RTP_HEADER_BYTES || bytes[0] >> 6 != 2) return false;
    size_t start = RTP_HEADER_BYTES + 4 * (size_t)(bytes[0] & 0x0f);
    if (start > count) return false;
    if (bytes[0] & 0x10) {
        if (count - start < 4) return false;
        size_t extension = 4 + 4 * (size_t)read16(bytes + start + 2);
        if (count - start < extension) return false;
        start += extension;
    }
    size_t padding = 0;
    if (bytes[0] & 0x20) {
        /* The last byte counts itself. All padding is allowed: some probe the path that way. */
        padding = bytes[count - 1];
        if (padding == 0 || padding > count - start) return false;
    }
    *into = (rtp_packet){
        .payload_type = bytes[1] & 0x7f,
        .marker = bytes[1] >> 7,
        .sequence = read16(bytes + 2),
        .timestamp = read32(bytes + 4),
        .ssrc = read32(bytes + 8),
        .payload = bytes + start,
        .payload_bytes = count - start - padding,
    };
    return true;
}

void rtp_write_header(const rtp_packet *packet, uint8_t *bytes) {
    bytes[0] = 2 << 6;
    bytes[1] = (uint8_t)(packet->marker << 7 | (packet->payload_type & 0x7f));
    write16(bytes + 2, packet->sequence);
    write32(bytes + 4, packet->timestamp);
    write32(bytes + 8, packet->ssrc);
}
