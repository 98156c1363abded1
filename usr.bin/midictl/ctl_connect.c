/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_connect.c: connections in words.
 *
 * The command line and the files that midictl save makes have the same words,
 * which are understood and made here.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_connect.h"
#include "ctl_filter.h"

static bool
ctl_connect_transpose(const char *text, int *halftones)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < -127 || n > 127)
		return false;
	*halftones = (int)n;
	return true;
}

/* One option.  NULL, or what its argument should be. */
static const char *
ctl_connect_option(struct midictl_connection *mc, int c, const char *arg)
{

	switch (c) {
	case 'c':
		return ctl_filter_channels(arg, &mc->mc_channels) ? NULL :
		    "not a list of channels from 0 to 15";
	case 'd':
		mc->mc_flags |= MIDICTL_DUPLEX;
		return NULL;
	case 'k':
		return ctl_filter_kinds(arg, &mc->mc_kinds) ? NULL :
		    "not a list of kinds";
	default:
		return ctl_connect_transpose(arg, &mc->mc_transpose) ? NULL :
		    "not a number from -127 to 127";
	}
}

bool
ctl_connect_parse(struct ctl_connect *cc, int argc, char **argv,
    char why[CTL_CONNECT_WHY_BYTES])
{
	const char *wrong;
	int c;

	memset(cc, 0, sizeof(*cc));
	cc->mc.mc_channels = MIDI_CHANNELS_ALL;
	cc->mc.mc_kinds = MIDI_KINDS_ALL;
	why[0] = '\0';
	optind = 1;
	while ((c = getopt(argc, argv, "+:c:dk:t:")) != -1) {
		if (c == '?' || c == ':') {
			snprintf(why, CTL_CONNECT_WHY_BYTES, "-%c: %s", optopt,
			    c == ':' ? "an argument is missing" :
			    "no such option");
			return false;
		}
		wrong = ctl_connect_option(&cc->mc, c, optarg);
		if (wrong != NULL) {
			snprintf(why, CTL_CONNECT_WHY_BYTES, "-%c %s: %s", c,
			    optarg, wrong);
			return false;
		}
	}
	if (argc - optind != 2)
		return false;
	cc->from = argv[optind];
	cc->to = argv[optind + 1];
	return true;
}

void
ctl_connect_print(const struct midictl_connection *mc, FILE *out)
{
	char text[CTL_FILTER_BYTES];

	if (mc->mc_flags & MIDICTL_DUPLEX)
		fputs("-d ", out);
	if (mc->mc_channels != MIDI_CHANNELS_ALL) {
		ctl_filter_channels_text(mc->mc_channels, text);
		fprintf(out, "-c %s ", text);
	}
	if (mc->mc_kinds != MIDI_KINDS_ALL) {
		ctl_filter_kinds_text(mc->mc_kinds, text);
		fprintf(out, "-k %s ", text);
	}
	if (mc->mc_transpose != 0)
		fprintf(out, "-t %d ", mc->mc_transpose);
}

const char *
ctl_connect_why(int error)
{

	switch (error) {
	case EEXIST:
		return "connected already";
	case ELOOP:
		return "would be a loop";
	case ENODEV:
		return "has not that direction";
	case ENOSPC:
		return "too many connections";
	default:
		return strerror(error);
	}
}

bool
ctl_connect_next(const struct ctl_port_node *cn, unsigned id,
    struct midictl_connection *mc)
{

	memset(mc, 0, sizeof(*mc));
	mc->mc_id = id;
	return ioctl(cn->fd, MIDICTL_CONNECTION, mc) == 0;
}
