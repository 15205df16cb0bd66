/* Who hears whom, as it is wished; carried out as far as both ends are in the media plane. Private to CSIPBridge. Safe from
 * every thread. */
#ifndef LINKS_H
#define LINKS_H

#include <media_plane.h>

#include "sip_bridge.h"

bool links_start(unsigned max_points);
void links_stop(void);

/* media: what it is in the plane, 0 for nothing yet; side: of a recording. False: is there already, or no memory. */
bool point_add(sip_point point, media_id media, int side);
/* This is now what the point is in the plane: its links are made again. */
void point_move(sip_point point, media_id media);
/* 0: there is no such point, or it is nothing in the plane yet. */
media_id point_media(sip_point point);
/* With all its links. */
void point_forget(sip_point point);
bool point_exists(sip_point point);

int points_link(sip_point from, sip_point to);
int points_unlink(sip_point from, sip_point to);

#endif
