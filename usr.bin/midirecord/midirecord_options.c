/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midirecord_options.c: the command line of midirecord(1).
 */

#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_filter.h"
#include "midirecord.h"
#include "opthelp.h"
#include "optnum.h"

#define DEFAULT_BUFFER_BYTES	32768
#define DEFAULT_DIVISION	480
#define DEFAULT_BPM		120.0

static const char midirecord_usage[] =
    "usage: midirecord [-aDhoqV] [-B buffersize] [-C measures] "
    "[-c channels]\n"
    "                  [-d devices] [-F format] [-f sequencerdev] "
    "[-i beats/unit]\n"
    "                  [-m port] [-n notesperbeat] [-R roundbeats] "
    "[-r raw_output]\n"
    "                  [-s split] [-T tempo] [-t time] file\n";

static const char midirecord_lines[] =
    "-a               append to the file\n"
    "-B buffersize    read so many bytes at a time\n"
    "-C measures      count in with the metronome; 1 is usual\n"
    "-c channels      keep only these, as 0,4-7\n"
    "-D               print the records\n"
    "-d devices       keep only what these send: numbers or names\n"
    "-F format        0: one track; 1: the tempo in one of its own\n"
    "-f sequencerdev  read this sequencer, or a file of records\n"
    "-i beats/unit    the time signature, as 3/4\n"
    "-m port          have a metronome there\n"
    "-n notesperbeat  ticks of the file per beat; 480 is usual\n"
    "-o               begin at once, not with the first event\n"
    "-q               no warnings\n"
    "-R roundbeats    round times to multiples of so many beats\n"
    "-r raw_output    also write the records to this file\n"
    "-s split         a track for each device, channel, or both\n"
    "-T tempo         beats per minute; 120 is usual\n"
    "-t time          end after [[hh:]mm:]ss[.d]\n"
    "-V               say when it begins, and how much there was\n";

static uint16_t
midirecord_channels(const char *list)
{
	unsigned mask;

	if (!ctl_filter_channels(list, &mask) || mask == 0)
		errx(1, "-c %s: not a list of channels from 0 to 15", list);
	return (uint16_t)mask;
}

/* A time signature: beats of a measure, and what part of a note is one. */
static void
midirecord_signature(struct midirecord_options *opt, const char *text)
{
	unsigned long beats, unit;
	char *end;

	beats = strtoul(text, &end, 10);
	unit = *end == '/' ? strtoul(end + 1, &end, 10) : 0;
	if (*text < '1' || *text > '9' || beats > 99 || *end != '\0' ||
	    unit < 1 || unit > 64 || (unit & (unit - 1)) != 0)
		errx(1, "-i %s: not a time signature like 3/4", text);
	opt->beats = (unsigned)beats;
	opt->lg2denom = (unsigned)__builtin_ctzl(unit);
}

static unsigned
midirecord_split(const char *text)
{
	static const char *const names[] = {
		[RECORD_TRACKS_DEVICE] = "device",
		[RECORD_TRACKS_CHANNEL] = "channel",
		[RECORD_TRACKS_DEVICE | RECORD_TRACKS_CHANNEL] = "both",
	};
	unsigned i;

	for (i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	errx(1, "-s %s: not device, channel or both", text);
}

void
midirecord_choose_devices(struct midirecord_options *opt,
    const struct seqdev *dev)
{
	char *item, *list, why[64];
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
		if (!seqdev_receives(dev, unit, why, sizeof(why)))
			errx(1, "-d %s: %s", item, why);
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
	opt->format = -1;
	opt->count_in = UINT_MAX;
}

/* An option of the metronome or of tracks; false when it is none. */
static bool
midirecord_more(struct midirecord_options *opt, int c, const char *arg)
{

	switch (c) {
	case 'C':
		opt->count_in = (unsigned)optnum_whole(c, arg, 0, 99);
		return true;
	case 'F':
		opt->format = (int)optnum_whole(c, arg, 0, 1);
		return true;
	case 'i':
		midirecord_signature(opt, arg);
		return true;
	case 'm':
		opt->click = arg;
		return true;
	case 's':
		opt->split = midirecord_split(arg);
		return true;
	default:
		return false;
	}
}

/* One of NetBSD's options; false when it is none. */
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

/* What does not go together, and what one thing means for another. */
static void
midirecord_check(struct midirecord_options *opt)
{

	if (opt->format == 0 && (opt->append || opt->split != 0))
		errx(1, "-F 0: has one track, not with -%c",
		    opt->append ? 'a' : 's');
	if (opt->count_in != UINT_MAX && opt->click == NULL)
		errx(1, "-C: counts in with the metronome of -m");
	if (opt->click == NULL)
		opt->count_in = 0;
	else if (opt->count_in == UINT_MAX)
		opt->count_in = 1;
	if (opt->click != NULL) {
		opt->take.from_start = true;
		if (opt->beats == 0) {
			opt->beats = 4;
			opt->lg2denom = 2;
		}
	}
}

void
midirecord_options(struct midirecord_options *opt, int argc, char **argv)
{
	int c;

	midirecord_defaults(opt);
	while ((c = getopt(argc, argv,
	    ":aB:C:c:Dd:F:f:hi:m:n:oqR:r:s:T:t:V")) != -1) {
		if (c == 'h')
			opthelp_help(midirecord_usage, midirecord_lines);
		if (!midirecord_option(opt, c, optarg) &&
		    !midirecord_more(opt, c, optarg))
			opthelp_wrong(midirecord_usage, c);
	}
	if (argc - optind != 1)
		opthelp_usage(midirecord_usage);
	opt->file = argv[optind];
	midirecord_check(opt);
}
