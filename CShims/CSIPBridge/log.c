#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "bridge.h"
#include "legs.h"

static _Thread_local char last_error[256];
static _Thread_local int last_status;

const char *sip_last_error(void) { return last_error; }
int sip_last_status(void) { return last_status; }
const char *sip_stack_version(void) { return pj_get_version(); }

int failed(int code, pj_status_t status) {
    last_status = status;
    pj_strerror(status, last_error, sizeof last_error);
    return code;
}

int failed_because(int code, const char *reason) {
    last_status = 0;
    snprintf(last_error, sizeof last_error, "%s", reason);
    return code;
}

enum { WARNINGS_PER_SECOND = 20, WARNING_BURST = 100 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t warning_thousandths = WARNING_BURST * 1000, warnings_seen;
static unsigned untold;

/* Errors and warnings of the stack speak of what peers send: one hostile message brings hundreds, a flood no end of them. */
static bool is_told(unsigned *missed) {
    int64_t now = monotonic_milliseconds();
    pthread_mutex_lock(&lock);
    int64_t gained = now - warnings_seen < 60000 ? (now - warnings_seen) * WARNINGS_PER_SECOND : WARNING_BURST * 1000;
    warnings_seen = now;
    warning_thousandths += gained;
    if (warning_thousandths > WARNING_BURST * 1000) warning_thousandths = WARNING_BURST * 1000;
    bool told = warning_thousandths >= 1000;
    if (told) {
        warning_thousandths -= 1000;
        *missed = untold;
        untold = 0;
    } else {
        untold++;
    }
    pthread_mutex_unlock(&lock);
    return told;
}

/* Length of the user part of a SIP URI that begins at `at`, or of all of a tel URI; 0 for a URI of a host alone. */
static size_t hidden_length(const char *at, const char *end, bool is_tel) {
    const char *here = at;
    for (; here < end && !strchr(" \t<>\"", *here); here++)
        if (*here == '@' && !is_tel) return (size_t)(here - at);
    return is_tel ? (size_t)(here - at) : 0;
}

static size_t scheme_length(const char *at, const char *end) {
    static const char *const schemes[] = {"sip:", "sips:", "tel:"};
    for (size_t i = 0; i < PJ_ARRAY_SIZE(schemes); i++) {
        size_t length = strlen(schemes[i]);
        if ((size_t)(end - at) >= length && strncasecmp(at, schemes[i], length) == 0) return length;
    }
    return 0;
}

/* Length of a quoted display name with its quotes, when a URI follows; else 0. */
static size_t name_length(const char *at, const char *end) {
    const char *here = at + 1;
    for (; here < end && *here != '"'; here++)
        if (*here == '\\') here++;
    if (here >= end) return 0;
    const char *behind = here + 1;
    while (behind < end && *behind == ' ') behind++;
    return behind < end && *behind == '<' ? (size_t)(here + 1 - at) : 0;
}

/* The stack's lines name people by their URIs, those who withheld their number too: `"Sato" <sip:0312345678@host>`
 * becomes `"*" <sip:*@host>`. */
static void mask(const char *at, size_t length, char *into, size_t capacity) {
    const char *end = at + length;
    size_t used = 0;
    while (at < end && used + 8 < capacity) {
        size_t scheme = scheme_length(at, end), name = *at == '"' ? name_length(at, end) : 0;
        if (name > 0) {
            memcpy(into + used, "\"*\"", 3);
            used += 3;
            at += name;
        } else if (scheme > 0) {
            memcpy(into + used, at, scheme);
            used += scheme;
            at += scheme;
            size_t hidden = hidden_length(at, end, scheme == 4 && (*(at - 4) == 't' || *(at - 4) == 'T'));
            if (hidden > 0) into[used++] = '*';
            at += hidden;
        } else {
            into[used++] = *at++;
        }
    }
    into[used] = '\0';
}

/* An RTP port that a long call or another program has: PJSUA takes the next one, and has another line for when there is
 * none, which remains an error. */
static bool is_taken_port(const char *line) { return strstr(line, " socket bind() at ") != NULL; }

void log_line(int level, const char *line, int length) {
    char text[1024];
    unsigned missed = 0;
    if (level == 1 && is_taken_port(line)) {
        level = 4;
        if (pj_log_get_level() < level) return;
    }
    if (level <= 2 && !is_told(&missed)) return;
    /* Only the first line: what follows in some are whole messages, with all that they hold. */
    if (strstr(line, "Dropped packet:")) return;            /* this one has it on its first line */
    size_t size = length < 0 ? 0 : (size_t)length, first = 0;
    while (first < size && line[first] != '\n' && line[first] != '\r' && line[first] != '\0') first++;
    int used = missed ? snprintf(text, sizeof text, "(%u more were not told) ", missed) : 0;
    mask(line, first, text + used, sizeof text - (size_t)used);
    emit(&(sip_event){.kind = SIP_LOG, .status = level < 1 ? 1 : level > 5 ? 5 : level, .text = text});
}
