/* What SDES agreed upon (RFC 4568), handed to the media plane. PJMEDIA's adapter negotiates; no packet comes to it. Private to
 * CSIPBridge. */
#ifndef SRTP_H
#define SRTP_H

#include <pjmedia.h>

#include <media_plane.h>

/* The offer or answer without the keys that we could not go by, and PJMEDIA would take nevertheless: with a master key
 * identifier, or with parameters of the session. NULL for NULL. */
const pjmedia_sdp_session *srtp_understood(pj_pool_t *pool, const pjmedia_sdp_session *remote, unsigned index);

/* Gives the leg the keys that the adapter has agreed upon, or none for plain RTP. An error where that must not be: then the
 * leg is left as it was. */
pj_status_t srtp_take_keys(pjmedia_transport *adapter, const pjmedia_sdp_session *local, const pjmedia_sdp_session *remote,
                           unsigned index, media_id leg);

#endif
