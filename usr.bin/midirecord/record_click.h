/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_click.h: a metronome; see record_click.c.
 */

#ifndef _MIDIRECORD_RECORD_CLICK_H_
#define _MIDIRECORD_RECORD_CLICK_H_

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct record_click {
	char		path[PATH_MAX];	/* of the port */
	int		fd;		/* -1: there is none */
	uint64_t	begin_ns;	/* of the first click */
	uint64_t	period_ps;	/* from one to the next, picoseconds */
	uint64_t	next;		/* clicks before the next one */
	unsigned	measure;	/* clicks of a measure */
	bool		sounds;		/* the last click has to be ended */
	uint8_t		key;		/* it */
};

/* Have a port that clicks; ends the program when it cannot be had. */
void	record_click_open(struct record_click *rc, const char *port);
/* Click from begin_ns on, once in so many picoseconds, and higher at the
 * beginning of each measure. */
void	record_click_start(struct record_click *rc, uint64_t begin_ns,
	    uint64_t period_ps, unsigned measure);
/* When there is something to do, by stopsig_now_ns(); 0: never. */
uint64_t record_click_due_ns(const struct record_click *rc);
/* Do it, if it is time. */
void	record_click_run(struct record_click *rc, uint64_t now_ns);
void	record_click_close(struct record_click *rc);

#endif /* !_MIDIRECORD_RECORD_CLICK_H_ */
