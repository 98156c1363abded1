/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midirecord_options.c: the command line of midirecord(1).
 */

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "midirecord.h"
#include "optnum.h"

#define DEFAULT_BUFFER_BYTES	32768
#define DEFAULT_DIVISION	480
#define DEFAULT_BPM		120.0

static void
midirecord_usage(FILE *out)
{

	fputs("usage: midirecord [-aDhoqV] [-B buffersize] [-c channels] "
	    "[-d devices]\n"
	    "                  [-f sequencerdev] [-n notesperbeat] "
	    "[-R roundbeats]\n"
	    "                  [-r raw_output] [-T tempo] [-t time] file\n",
	    out);
	exit(out == stdout ? 0 : 1);
}

static uint16_t
midirecord_channels(char *list)
{
	uint16_t mask;
	char *item;

	mask = 0;
	while ((item = strsep(&list, ",")) != NULL)
		mask |= (uint16_t)(1U << optnum_whole('c', item, 0, 15));
	return mask;
}

void
midirecord_choose_devices(struct midirecord_options *opt,
    const struct seqdev *dev)
{
	char *item, *list;
	int unit;

	if (opt->devices == NULL) {
		memset(opt->take.devices, true, sizeof(opt->take.devices));
		return;
	}
	list = opt->devices;
	while ((item = strsep(&list, ",")) != NULL) {
		unit = seqdev_find(dev, item);
		if (unit < 0 || unit >= RECORD_TAKE_DEVICES)
			errx(1, "-d %s: no such device", item);
		opt->take.devices[unit] = true;
	}
}

static void
midirecord_defaults(struct midirecord_options *opt)
{

	memset(opt, 0, sizeof(*opt));
	opt->buffer_bytes = DEFAULT_BUFFER_BYTES;
	opt->take.beat_us = (uint32_t)(60e6 / DEFAULT_BPM);
	opt->take.division = DEFAULT_DIVISION;
	opt->take.channels = UINT16_MAX;
}

/* One option; false when it is not known. */
static bool
midirecord_option(struct midirecord_options *opt, int c, char *arg)
{

	switch (c) {
	case 'a':
		opt->append = true;
		return true;
	case 'B':
		opt->buffer_bytes = (size_t)optnum_whole(c, arg, 32, 1 << 30);
		return true;
	case 'c':
		opt->take.channels = midirecord_channels(arg);
		return true;
	case 'D':
		opt->debug = true;
		return true;
	case 'd':
		opt->devices = arg;
		return true;
	case 'f':
		opt->node = arg;
		return true;
	case 'n':
		opt->take.division = (uint16_t)optnum_whole(c, arg, 1,
		    32767);
		opt->division_given = true;
		return true;
	case 'o':
		opt->take.from_start = true;
		return true;
	case 'q':
		opt->quiet = true;
		return true;
	case 'R':
		opt->take.round_beats = optnum_real(c, arg, 1e-6, 1e6);
		return true;
	case 'r':
		opt->raw = arg;
		return true;
	case 'T':
		opt->take.beat_us = (uint32_t)(60e6 /
		    optnum_real(c, arg, 3.6, 60e6) + 0.5);
		return true;
	case 't':
		opt->limit_ns = optnum_time_ns(c, arg);
		return true;
	case 'V':
		opt->verbose = true;
		return true;
	default:
		return false;
	}
}

void
midirecord_options(struct midirecord_options *opt, int argc, char **argv)
{
	int c;

	midirecord_defaults(opt);
	while ((c = getopt(argc, argv, "aB:c:Dd:f:hn:oqR:r:T:t:V")) != -1) {
		if (c == 'h')
			midirecord_usage(stdout);
		if (!midirecord_option(opt, c, optarg))
			midirecord_usage(stderr);
	}
	if (argc - optind != 1)
		midirecord_usage(stderr);
	opt->file = argv[optind];
}
