#include <stdio.h>
#include <string.h>

#include "bridge.h"

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

void log_line(int level, const char *line, int length) {
    char text[2048];
    size_t size = length < 0 ? 0 : (size_t)length;
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) size--;
    if (size >= sizeof text) size = sizeof text - 1;
    memcpy(text, line, size);
    text[size] = '\0';
    emit(&(sip_event){.kind = SIP_LOG, .status = level < 1 ? 1 : level > 5 ? 5 : level, .text = text});
}
