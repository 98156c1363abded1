/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_route.h: to which device a track plays; see play_route.c.
 */

#ifndef _MIDIPLAY_PLAY_ROUTE_H_
#define _MIDIPLAY_PLAY_ROUTE_H_

#include "seqdev.h"
#include "smf.h"

#define PLAY_ROUTE_UNITS	256	/* what a record can name */
#define PLAY_ROUTE_RULES	64

struct play_route {
	uint8_t		units[PLAY_ROUTE_UNITS];	/* of ports 0, 1 ... */
	unsigned	nunits;
	struct {
		const char	*from;	/* a port's number, or a name */
		uint8_t		unit;
	}		rules[PLAY_ROUTE_RULES];
	unsigned	nrules;
	/* Names that need no rule, by unit; NULL: there are none. */
	char		(*names)[SEQDEV_NAME_BYTES];
	unsigned	nnames;
};

/* Where a port of a file, 0..127, goes. */
uint8_t	play_route_port(const struct play_route *r, uint8_t port);
/* Where events behind a meta event of their track go, which went to unit. */
uint8_t	play_route_meta(const struct play_route *r,
	    const struct smf_event *ev, uint8_t unit);
/* Is anything sent to the device? */
bool	play_route_used(const struct play_route *r, uint8_t unit);

#endif /* !_MIDIPLAY_PLAY_ROUTE_H_ */
