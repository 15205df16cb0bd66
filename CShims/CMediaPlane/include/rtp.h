/* The header of RTP (RFC 3550 §5.1), read and written. Functions of their arguments alone: safe on every thread. */
#ifndef MEDIA_RTP_H
#define MEDIA_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { RTP_HEADER_BYTES = 12, RTP_LONGEST_PACKET = 1500 };

typedef struct {
    uint8_t payload_type;            /* 0 to 127 */
    bool marker;
    uint16_t sequence;
    uint32_t timestamp, ssrc;
    const uint8_t *payload;          /* within the packet that was read: behind contributors and extension, before padding */
    size_t payload_bytes;            /* may be 0: some send such packets to keep a NAT open */
} rtp_packet;

/* Reads one datagram. `into` points into `bytes` and lives no longer. False for what is no RTP of version 2, or whose
 * contributors, extension (§5.3.1) or padding do not fit in it: nothing is written then. Payload types of RTCP that share
 * the port (RFC 5761 §4) are the caller's to tell apart. */
bool rtp_read(const uint8_t *bytes, size_t count, rtp_packet *into);
/* Writes the header (RTP_HEADER_BYTES, no contributors, extension or padding) in front of `packet`'s payload, which the
 * caller puts behind it; of payload_type the low 7 bits. */
void rtp_write_header(const rtp_packet *packet, uint8_t *bytes);

#ifdef __cplusplus
}
#endif
#endif
