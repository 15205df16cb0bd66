/* No key of a call stays behind in memory that PJSIP has given back: SDP and what is made of it lie in its pools, and in the
 * buffer of what came last. While a call is up its keys are there. Private to CSIPBridge. */
#ifndef CLEANSING_H
#define CLEANSING_H

#include <pjsip.h>

/* Before the first pool is made: from now on each block is overwritten before it is freed. Again: nothing. */
void cleansing_start(void);
/* With a message that has just come: overwrites what is left behind it of a longer one before. */
void cleansing_behind(pjsip_rx_data *message);

#endif
