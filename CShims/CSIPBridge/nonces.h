/* Nonces of digest.c: time and a serial number under a MAC, so that none is kept until it was used well. Private to
 * CSIPBridge. Safe from every thread.
 */
#ifndef NONCES_H
#define NONCES_H

#include <pjsip.h>
#include <stdbool.h>

enum {
    NONCE_SECONDS = 300,
    NONCE_LENGTH = 16 + 16 + 32   /* milliseconds, serial number, MAC, all in hexadecimal */
};

/* Chooses a new secret; false without one. Forgets what was used. Nonces are good for so many seconds; 0: NONCE_SECONDS. */
bool nonces_start(unsigned seconds);
void nonces_stop(void);

/* A new one, good for answers from where this request came: its address and kind of transport, whatever the port. */
void nonce_make(const pjsip_rx_data *request, char nonce[NONCE_LENGTH + 1]);

typedef struct { uint64_t issued, serial; } own_nonce;
/* Whether we sent this nonce to where the request comes from, not too long ago. */
bool nonce_is_ours(const pj_str_t *nonce, const pjsip_rx_data *request, own_nonce *own);
/* Whether a nonce of ours was never used with this count or a higher one; notes the use. */
bool nonce_use(own_nonce nonce, uint32_t count);

/* Every byte is looked at, wherever the first difference is. */
bool text_same(const char *a, const char *b, size_t length);
/* Exactly `length` hexadecimal digits, at most 16. */
bool text_hexadecimal(const pj_str_t *text, size_t length, uint64_t *value);

#endif
