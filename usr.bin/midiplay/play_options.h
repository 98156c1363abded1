/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_options.h: the arguments of midiplay(1); see play_options.c.
 */

#ifndef _MIDIPLAY_PLAY_OPTIONS_H_
#define _MIDIPLAY_PLAY_OPTIONS_H_

#include "play_song.h"

#define PLAY_OPTIONS_RULES	PLAY_ROUTE_RULES

struct play_arguments {
	struct play_options opt;	/* but for the devices */
	const char	*devices;	/* -d or MIDIUNIT; NULL: neither */
	const char	*rules[PLAY_OPTIONS_RULES];	/* -D */
	unsigned	nrules;
	const char	*node;		/* -f, or NULL */
	unsigned	passes;		/* of each file; 0: without end */
	unsigned	tunes;		/* times of the built-in one */
	bool		dry;		/* no device */
	bool		list;
	bool		lyrics;
	bool		plain;		/* no line, no keys */
	bool		silence;
	bool		auto_names;	/* no device was said */
};

/* Understand the options; getopt(3)'s optind is then at the first file.  Ends
 * the program for -h and for what makes no sense. */
void	play_options(struct play_arguments *a, int argc, char **argv);
/* Find the devices that were said, and fill in a->opt.route.  names are those
 * of the devices, by unit.  Ends the program if there is no such device. */
void	play_options_devices(struct play_arguments *a,
	    const struct seqdev *sd, char (*names)[SEQDEV_NAME_BYTES],
	    unsigned nnames);

#endif /* !_MIDIPLAY_PLAY_OPTIONS_H_ */
