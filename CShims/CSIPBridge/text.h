/* Text from outside made harmless, and text of ours made fit for a header. Private to CSIPBridge. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Copies at most capacity - 1 bytes, cut at a character: valid UTF-8 without control characters (C0, DEL, C1). What is
 * not UTF-8 becomes U+FFFD, controls vanish. Resolves backslashes when `quoted`. Always ends with NUL. */
void text_clean(const char *from, size_t length, bool quoted, char *into, size_t capacity);

/* The same into a quoted-string (RFC 3261 §25.1), quotes included; nothing at all for an empty text. */
bool text_quote(const char *from, char *into, size_t capacity);

/* User part of a SIP URI: everything but unreserved characters and "+" becomes %XX. False when it is empty or too long. */
bool text_escape_user(const char *from, char *into, size_t capacity);

/* Fit for a header value of ours: printable ASCII, not empty, at most `longest`. */
bool text_is_plain(const char *text, size_t longest);

/* Letters, digits, ".", "-", ":", "[" and "]": what a host with or without port consists of. */
bool text_is_host(const char *text);

#endif
