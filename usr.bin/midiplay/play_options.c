/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_options.c: the arguments of midiplay(1).
 *
 * What makes no sense ends the program here, before anything sounds.
 */

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "opthelp.h"
#include "play_options.h"

#define MIDI_RATE	3125	/* bytes a second on a MIDI cable */

static const char play_options_usage[] =
    "usage: midiplay [-hlmnqsvxy] [-b place] [-C list] [-c list]\n"
    "\t[-D from=device] [-d device[,device ...]] [-e place] "
    "[-f sequencer]\n"
    "\t[-k halftones] [-p [channel=]pgm] [-r times] [-S rate] "
    "[-t tempo]\n"
    "\t[-w seconds] [file ...]\n";

static const char play_options_lines[] =
    "-b place    begin there: [[hh:]mm:]ss[.d], or mBAR[.BEAT]\n"
    "-e place    end there\n"
    "-C list     leave out these channels or tracks (1,3-5,t2)\n"
    "-c list     play only these\n"
    "-D from=device  play a port, or a device named in the file, "
    "there\n"
    "-d device   play there, by number or name; more for ports "
    "0, 1 ...\n"
    "-f node     use this sequencer\n"
    "-k n        transpose by half tones, but for channel 10\n"
    "-l          list the devices\n"
    "-m          print meta events\n"
    "-n          no line on the terminal, no keys\n"
    "-p pgm      set program 1 to 128 on all channels, or one "
    "(ch=pgm)\n"
    "-q          read the files only\n"
    "-r times    play each file so often, 0: without end\n"
    "-S rate     System Exclusive at so many bytes a second, 0: "
    "any\n"
    "-s          all sound off\n"
    "-t tempo    in per cent\n"
    "-v          say more; up to four times\n"
    "-w seconds  be silent at the end of each file\n"
    "-x          play a built-in tune\n"
    "-y          show lyrics\n"
    "On a terminal the key ? lists the keys.\n";

/* The number that an option's argument is. */
static int
play_options_number(int option, const char *text, int min, int max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < min || n > max)
		errx(1, "-%c %s: not a number from %d to %d", option, text,
		    min, max);
	return (int)n;
}

/* "pgm", for all channels, or "channel=pgm". */
static void
play_options_program(struct play_options *opt, const char *text)
{
	const char *equals;
	char channel[4];
	int first, i, last, program;

	first = 0;
	last = PLAY_CHASE_CHANNELS - 1;
	equals = strchr(text, '=');
	if (equals != NULL) {
		snprintf(channel, sizeof(channel), "%.*s",
		    (int)(equals - text), text);
		if (equals - text >= (ptrdiff_t)sizeof(channel))
			errx(1, "-p %s: no such channel", text);
		first = last = play_options_number('p', channel, 1,
		    PLAY_CHASE_CHANNELS) - 1;
		text = equals + 1;
	}
	program = play_options_number('p', text, 1, 128) - 1;
	for (i = first; i <= last; i++)
		opt->program[i] = program;
}

static void
play_options_place(int option, struct play_place *p, const char *text)
{

	if (!play_place_parse(p, text))
		errx(1, "-%c %s: neither a time (1:23.4) nor a bar (m12)",
		    option, text);
}

static void
play_options_pick(int option, struct play_pick *p, const char *text)
{

	if (!play_pick_parse(p, text))
		errx(1, "-%c %s: not a list of channels 1 to 16 and tracks "
		    "(1,3-5,t2)", option, text);
}

/* Seconds with a fraction, in milliseconds. */
static unsigned
play_options_seconds(int option, const char *text)
{
	struct play_place p;

	if (!play_place_parse(&p, text) || p.kind != PLAY_PLACE_TIME ||
	    p.value / 1000000 > 86400000)
		errx(1, "-%c %s: not a time", option, text);
	return (unsigned)(p.value / 1000000);
}

/* The options that make of a song something else; false: it is none. */
static bool
play_options_song(struct play_arguments *a, int c)
{
	struct play_options *opt;

	opt = &a->opt;
	switch (c) {
	case 'b':
		play_options_place(c, &opt->from, optarg);
		return true;
	case 'e':
		play_options_place(c, &opt->to, optarg);
		return true;
	case 'C':
		play_options_pick(c, &opt->mute, optarg);
		return true;
	case 'c':
		play_options_pick(c, &opt->only, optarg);
		return true;
	case 'k':
		opt->transpose = play_options_number(c, optarg, -127, 127);
		return true;
	case 'p':
		play_options_program(opt, optarg);
		return true;
	case 'S':
		opt->rate = (unsigned)play_options_number(c, optarg, 0,
		    100000000);
		return true;
	case 't':
		opt->percent = (unsigned)play_options_number(c, optarg,
		    PLAY_CLOCK_PERCENT_MIN, PLAY_CLOCK_PERCENT_MAX);
		return true;
	case 'w':
		opt->tail_ms = play_options_seconds(c, optarg);
		return true;
	default:
		return false;
	}
}

/* Those with an argument that say where and how often; false: none. */
static bool
play_options_where(struct play_arguments *a, int c)
{

	switch (c) {
	case 'D':
		if (strchr(optarg, '=') == NULL || *optarg == '=')
			errx(1, "-D %s: not from=device", optarg);
		if (a->nrules == PLAY_OPTIONS_RULES)
			errx(1, "more than %d times -D", PLAY_OPTIONS_RULES);
		a->rules[a->nrules++] = optarg;
		return true;
	case 'd':
		a->devices = optarg;
		return true;
	case 'f':
		a->node = optarg;
		return true;
	case 'r':
		a->passes = (unsigned)play_options_number(c, optarg, 0,
		    1000000000);
		return true;
	default:
		return false;
	}
}

static void
play_options_flag(struct play_arguments *a, int c)
{

	switch (c) {
	case 'h':
		opthelp_help(play_options_usage, play_options_lines);
		break;
	case 'l':
		a->list = true;
		break;
	case 'm':
		a->opt.metas = true;
		break;
	case 'n':
		a->plain = true;
		break;
	case 'q':
		a->dry = true;
		break;
	case 's':
		a->silence = true;
		break;
	case 'v':
		a->opt.verbose++;
		break;
	case 'x':
		a->tunes++;
		break;
	case 'y':
		a->lyrics = true;
		break;
	default:
		opthelp_wrong(play_options_usage, c);
	}
}

void
play_options(struct play_arguments *a, int argc, char **argv)
{
	size_t i;
	int c;

	memset(a, 0, sizeof(*a));
	a->opt.percent = 100;
	a->opt.rate = MIDI_RATE;
	for (i = 0; i < PLAY_CHASE_CHANNELS; i++)
		a->opt.program[i] = -1;
	a->passes = 1;
	a->devices = getenv("MIDIUNIT");
	if (a->devices != NULL && *a->devices == '\0')
		a->devices = NULL;
	while ((c = getopt(argc, argv,
	    ":b:C:c:D:d:e:f:hk:lmnp:qr:S:st:vw:xy")) != -1)
		if (!play_options_song(a, c) && !play_options_where(a, c))
			play_options_flag(a, c);
	a->auto_names = a->devices == NULL;
}

static uint8_t
play_options_device(const struct seqdev *sd, const char *text)
{
	int unit;

	unit = seqdev_find(sd, text);
	if (unit < 0 || unit >= PLAY_ROUTE_UNITS)
		errx(1, "%s: no such device; -l lists them", text);
	return (uint8_t)unit;
}

/* The devices of a list; a name may have commas of its own. */
static void
play_options_list(struct play_route *r, const struct seqdev *sd,
    const char *list)
{
	const char *comma;
	char *item;

	if (strchr(list, ',') == NULL || seqdev_find(sd, list) >= 0) {
		r->units[r->nunits++] = play_options_device(sd, list);
		return;
	}
	for (;;) {
		comma = strchrnul(list, ',');
		item = strndup(list, (size_t)(comma - list));
		if (item == NULL)
			err(1, NULL);
		if (r->nunits == PLAY_ROUTE_UNITS)
			errx(1, "too many devices");
		r->units[r->nunits++] = play_options_device(sd, item);
		free(item);
		if (*comma == '\0')
			return;
		list = comma + 1;
	}
}

void
play_options_devices(struct play_arguments *a, const struct seqdev *sd,
    char (*names)[SEQDEV_NAME_BYTES], unsigned nnames)
{
	struct play_route *r;
	const char *equals;
	char *from;
	unsigned i;

	r = &a->opt.route;
	play_options_list(r, sd, a->devices != NULL ? a->devices : "0");
	for (i = 0; i < a->nrules; i++) {
		/* The last one: names of files come from anywhere. */
		equals = strrchr(a->rules[i], '=');
		from = strndup(a->rules[i], (size_t)(equals - a->rules[i]));
		if (from == NULL)
			err(1, NULL);
		r->rules[i].from = from;
		r->rules[i].unit = play_options_device(sd, equals + 1);
		r->nrules++;
	}
	if (a->auto_names) {
		r->names = names;
		r->nnames = nnames;
	}
}
