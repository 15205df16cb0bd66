/* What no message may exceed, whoever sends it: the first module that sees requests and responses. Private to
 * CSIPBridge.
 *
 * PJSIP 2.17 has holes that messages of odd proportions reach (many a=crypto lines, CVE-2026-57162; many Service-Route
 * headers in an answer, CVE-2026-57161; long generic headers, CVE-2026-57160). It has no hook before its header parser:
 * a hole in that one can only be closed in its build.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <pjsip.h>

enum {
    SCREEN_HEADERS = 100, SCREEN_VIAS = 30, SCREEN_ROUTES = 20, SCREEN_SERVICE_ROUTES = 8, SCREEN_CONTACTS = 16,
    SCREEN_AUTHORIZATIONS = 4, SCREEN_HEADER_LENGTH = 2048, SCREEN_CALL_ID = 255, SCREEN_TAG = 128,
    SCREEN_BODY = 6000, SCREEN_SDP_LINES = 300, SCREEN_MEDIA = 16, SCREEN_CRYPTO = 16
};

pj_status_t screen_start(pjsip_endpoint *endpoint);
void screen_stop(void);

/* What is wrong with a message, and the status a known peer is told (400, 513); NULL when nothing is. */
const char *screen_fault(const pjsip_rx_data *message, int *status);

#endif
