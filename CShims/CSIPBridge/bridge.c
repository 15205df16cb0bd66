#include "sip_bridge.h"
const char *sip_last_error(void) { return ""; }
