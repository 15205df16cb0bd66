/* Who hears whom, as it is wished; carried out as far as both ends have a port on the conference bridge. Private to
 * CSIPBridge. Safe from every thread that PJSIP knows. */
#ifndef LINKS_H
#define LINKS_H

#include "sip_bridge.h"

enum { NO_SLOT = -1 };

bool links_start(unsigned max_points);
void links_stop(void);

/* False: is there already, or no memory. */
bool point_add(sip_point point, int slot);
/* The point's port is now this one (also when it is a new port with the old number): its links are made again. */
void point_move(sip_point point, int slot);
/* With all its links. */
void point_forget(sip_point point);
bool point_exists(sip_point point);

int points_link(sip_point from, sip_point to);
int points_unlink(sip_point from, sip_point to);

#endif
