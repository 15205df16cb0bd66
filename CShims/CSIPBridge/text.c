#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of the well-formed character at `at` (RFC 3629 §4), 0 for none. */
static size_t character(const unsigned char *at, size_t left) {
    if (at[0] < 0x80) return 1;
    size_t length = at[0] >= 0xC2 && at[0] <= 0xDF ? 2 : (at[0] & 0xF0) == 0xE0 ? 3 : at[0] >= 0xF0 && at[0] <= 0xF4 ? 4 : 0;
    if (length == 0 || length > left) return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80) return 0;
    if (at[0] == 0xE0 && at[1] < 0xA0) return 0;
    if (at[0] == 0xED && at[1] > 0x9F) return 0;
    if (at[0] == 0xF0 && at[1] < 0x90) return 0;
    if (at[0] == 0xF4 && at[1] > 0x8F) return 0;
    return length;
}

static bool is_control(const unsigned char *at, size_t length) {
    return (length == 1 && (at[0] < 0x20 || at[0] == 0x7F)) || (length == 2 && at[0] == 0xC2 && at[1] < 0xA0);
}

void text_clean(const char *from, size_t length, bool quoted, char *into, size_t capacity) {
    const unsigned char *at = (const unsigned char *)from, *end = at + length;
    size_t used = 0;
    while (at < end) {
        if (quoted && *at == '\\' && at + 1 < end) at++;
        size_t size = character(at, (size_t)(end - at));
        const char *piece = size ? (const char *)at : "\xEF\xBF\xBD";
        size_t piece_size = size ? size : 3;
        if (!size || !is_control(at, size)) {
            if (used + piece_size >= capacity) break;
            memcpy(into + used, piece, piece_size);
            used += piece_size;
        }
        at += size ? size : 1;
    }
    into[used] = '\0';
}

bool text_quote(const char *from, char *into, size_t capacity) {
    char clean[512];
    text_clean(from, strlen(from), false, clean, sizeof clean);
    size_t used = 0;
    if (!clean[0]) {
        into[0] = '\0';
        return true;
    }
    into[used++] = '"';
    for (const char *at = clean; *at; at++) {
        if (used + 4 > capacity) return false;
        if (*at == '"' || *at == '\\') into[used++] = '\\';
        into[used++] = *at;
    }
    into[used++] = '"';
    into[used] = '\0';
    return true;
}

bool text_escape_user(const char *from, char *into, size_t capacity) {
    size_t used = 0;
    for (const unsigned char *at = (const unsigned char *)from; *at; at++) {
        bool is_plain = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                        strchr("-_.!~*'()+", *at) != NULL;
        if (used + 4 > capacity) return false;
        used += (size_t)snprintf(into + used, capacity - used, is_plain ? "%c" : "%%%02X", *at);
    }
    return used > 0;
}

bool text_is_plain(const char *text, size_t longest) {
    size_t length = strlen(text);
    for (const char *at = text; *at; at++)
        if (*at < 0x20 || *at > 0x7E) return false;
    return length > 0 && length <= longest;
}

bool text_is_host(const char *text) {
    static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:[]";
    return text[0] && strspn(text, allowed) == strlen(text);
}
