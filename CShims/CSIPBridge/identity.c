/* Who calls, as the headers of an INVITE say it (RFC 3261 §20.20, RFC 3325, RFC 3323, draft-ietf-sip-privacy-04). */
#include <ctype.h>
#include <string.h>

#include "bridge.h"
#include "text.h"

enum { LONGEST_HEADER = 1024 };

static void clean(const pj_str_t *from, bool quoted, char *into, size_t capacity) {
    text_clean(from->slen > 0 ? from->ptr : "", from->slen > 0 ? (size_t)from->slen : 0, quoted, into, capacity);
}

static void read_uri(const pjsip_uri *uri, char *user, size_t user_size, char *host, size_t host_size) {
    user[0] = host[0] = '\0';
    if (!uri) return;
    uri = pjsip_uri_get_uri((void *)uri);
    if (PJSIP_URI_SCHEME_IS_SIP(uri) || PJSIP_URI_SCHEME_IS_SIPS(uri)) {
        clean(&((const pjsip_sip_uri *)uri)->user, false, user, user_size);
        clean(&((const pjsip_sip_uri *)uri)->host, false, host, host_size);
    } else if (PJSIP_URI_SCHEME_IS_TEL(uri)) {
        clean(&((const pjsip_tel_uri *)uri)->number, false, user, user_size);
    }
}

/* One of the three name-addresses of an invitation; uri is a pjsip_name_addr. */
static void read_name_address(const pjsip_uri *uri, invitation_texts *texts, int place, sip_name_address *into) {
    const pjsip_name_addr *name_address = (const pjsip_name_addr *)uri;
    pj_str_t display = name_address->display;
    if (display.slen >= 2 && display.ptr[0] == '"') {
        display.ptr++;
        display.slen -= 2;
    }
    clean(&display, true, texts->texts[place].display_name, sizeof texts->texts[place].display_name);
    read_uri(uri, texts->texts[place].user, sizeof texts->texts[place].user, texts->texts[place].host,
             sizeof texts->texts[place].host);
    *into = (sip_name_address){.display_name = texts->texts[place].display_name,
                               .user = texts->texts[place].user,
                               .host = texts->texts[place].host};
}

/* Value of the first header of that name, NUL at its end; false when there is none or it is too long to be meant well. */
static bool header(pjsip_rx_data *message, const char *name, char value[LONGEST_HEADER + 1], size_t *length) {
    pj_str_t wanted = pj_str((char *)name);
    const pjsip_generic_string_hdr *found = pjsip_msg_find_hdr_by_name(message->msg_info.msg, &wanted, NULL);
    if (!found || found->hvalue.slen <= 0 || found->hvalue.slen > LONGEST_HEADER) return false;
    *length = (size_t)found->hvalue.slen;
    memcpy(value, found->hvalue.ptr, *length);
    value[*length] = '\0';
    return true;
}

/* Length of the first name-address of a list, its header parameters not counted: up to the ">" or the first "," or ";"
 * outside quotes. */
static size_t name_address_length(const char *value) {
    bool in_quotes = false, in_brackets = false;
    size_t i = 0;
    for (; value[i]; i++) {
        if (in_quotes && value[i] == '\\' && value[i + 1]) i++;
        else if (value[i] == '"') in_quotes = !in_quotes;
        else if (in_quotes) continue;
        else if (value[i] == '<') in_brackets = true;
        else if (value[i] == '>') return i + 1;
        else if (!in_brackets && (value[i] == ',' || value[i] == ';')) return i;
    }
    return i;
}

static const pjsip_uri *parse(pj_pool_t *pool, const char *value, size_t length) {
    char *copy = pj_pool_alloc(pool, length + 1);
    memcpy(copy, value, length);
    copy[length] = '\0';
    return pjsip_parse_uri(pool, copy, length, PJSIP_PARSE_URI_AS_NAMEADDR);
}

/* Whether ";privacy=" among the parameters says anything but "off". */
static bool is_private(const char *parameters) {
    for (const char *at = parameters; (at = strchr(at, ';')) != NULL;) {
        at++;
        while (*at == ' ' || *at == '\t') at++;
        if (strncasecmp(at, "privacy=", 8) == 0) {
            at += 8;
            if (*at == '"') at++;
            return strncasecmp(at, "off", 3) != 0;
        }
    }
    return false;
}

/* "id; header" and "ID,critical" alike become "id,header". */
static void normalize_privacy(const char *value, char *into, size_t capacity) {
    size_t used = 0;
    for (const char *at = value; *at && used + 2 < capacity;) {
        size_t word = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
        if (word > 0 && used + word + 2 < capacity) {
            if (used > 0) into[used++] = ',';
            for (size_t i = 0; i < word; i++) into[used++] = (char)tolower((unsigned char)at[i]);
        }
        at += word > 0 ? word : 1;
    }
    into[used] = '\0';
}

void invitation_read(pjsip_rx_data *message, bool is_trusted, invitation_texts *into) {
    pj_pool_t *pool = message->tp_info.pool;
    sip_invitation *invitation = &into->invitation;
    char value[LONGEST_HEADER + 1], host[LONGEST_HOST + 1];
    size_t length;
    memset(into, 0, sizeof *into);

    read_uri(message->msg_info.msg->line.req.uri, into->called, sizeof into->called, host, sizeof host);
    read_name_address(message->msg_info.from->uri, into, 0, &invitation->from);

    if (is_trusted && header(message, "P-Asserted-Identity", value, &length)) {
        const pjsip_uri *uri = parse(pool, value, name_address_length(value));
        if (uri) {
            read_name_address(uri, into, 1, &invitation->asserted);
            invitation->has_asserted = true;
        }
    }
    if (is_trusted && header(message, "Remote-Party-ID", value, &length)) {
        size_t end = name_address_length(value);
        const pjsip_uri *uri = parse(pool, value, end);
        if (uri) {
            read_name_address(uri, into, 2, &invitation->remote_party);
            invitation->has_remote_party = true;
            invitation->remote_party_private = is_private(value + end);
        }
    }
    if (header(message, "Privacy", value, &length)) normalize_privacy(value, into->privacy, sizeof into->privacy);
    if (header(message, "X-Tsunagi-Contact", value, &length))
        text_clean(value, length, false, into->contact, sizeof into->contact);

    invitation->called = into->called;
    invitation->privacy = into->privacy;
    invitation->contact = into->contact;
    if (!invitation->has_asserted) invitation->asserted = (sip_name_address){"", "", ""};
    if (!invitation->has_remote_party) invitation->remote_party = (sip_name_address){"", "", ""};
}
