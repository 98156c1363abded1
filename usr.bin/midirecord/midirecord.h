/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midirecord.h: what midirecord(1) is asked to do; see midirecord_options.c.
 */

#ifndef _MIDIRECORD_MIDIRECORD_H_
#define _MIDIRECORD_MIDIRECORD_H_

#include "record_take.h"
#include "record_tracks.h"
#include "seqdev.h"

struct midirecord_options {
	struct record_options	take;
	const char		*file;		/* "-": standard output */
	const char		*node;		/* -f; NULL: not given */
	const char		*raw;		/* -r; NULL: not given */
	char			*devices;	/* -d; NULL: all */
	const char		*click;		/* -m; NULL: no metronome */
	uint64_t		limit_ns;	/* -t; 0: none */
	size_t			buffer_bytes;
	int			format;		/* -F; -1: not given */
	unsigned		split;		/* -s: RECORD_TRACKS_* */
	unsigned		beats;		/* -i: of a measure; 0: none */
	unsigned		lg2denom;	/* -i: what a beat is */
	unsigned		count_in;	/* -C: measures */
	bool			append;
	bool			debug;
	bool			division_given;
	bool			quiet;
	bool			verbose;
};

/* Understand the command line; ends the program when it cannot. */
void	midirecord_options(struct midirecord_options *opt, int argc,
	    char **argv);
/* Understand the list of devices; ends the program when it cannot. */
void	midirecord_choose_devices(struct midirecord_options *opt,
	    const struct seqdev *dev);

#endif /* !_MIDIRECORD_MIDIRECORD_H_ */
