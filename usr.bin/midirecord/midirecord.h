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
#include "seqdev.h"

struct midirecord_options {
	struct record_options	take;
	const char		*file;		/* "-": standard output */
	const char		*node;		/* -f; NULL: not given */
	const char		*raw;		/* -r; NULL: not given */
	char			*devices;	/* -d; NULL: all */
	uint64_t		limit_ns;	/* -t; 0: none */
	size_t			buffer_bytes;
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
