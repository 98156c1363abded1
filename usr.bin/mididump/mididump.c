/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mididump.c: mididump(1), show the MIDI that passes, or is in a file.
 *
 * The command line is understood here; where what is shown comes from is in
 * dump_listen.c, dump_file.c, dump_smf.c and dump_seq.c, how it is shown in
 * dump_out.c, and dump_send.c sends.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_filter.h"
#include "ctl_port.h"
#include "mididump.h"
#include "opthelp.h"
#include "optnum.h"
#include "seqdev.h"
#include "stopsig.h"

static const char mididump_usage[] =
    "usage: mididump [-ahijmoTvx] [-c channels] [-f file] [-k kinds] "
    "[-n count]\n"
    "                [-r output] [-t seconds] [port ...]\n"
    "       mididump -s [-ajTvx] [-b rate] [-f node] [-g gap] [-n count]\n"
    "                [-t seconds] port bytes | file ...\n";

static const char mididump_lines[] =
    "-a           show clock and Active Sensing, too\n"
    "-b rate      with -s: bytes in a second\n"
    "-c channels  show only these, as 0,4-7\n"
    "-f file      look at a file, a node or - for standard input\n"
    "-g gap       with -s: milliseconds after each SysEx message\n"
    "-i           only what ports receive\n"
    "-j           print JSON\n"
    "-k kinds     show only these: note,control; or ^clock: all others\n"
    "-m           what the sequencer receives\n"
    "-n count     end after so many messages\n"
    "-o           only what ports send\n"
    "-r output    write the bytes to this file\n"
    "-s           send bytes, as \"90 3c 40\", or files\n"
    "-T           leave out the times\n"
    "-t seconds   end when nothing comes for so long\n"
    "-v           say what is listened to\n"
    "-x           print messages in hexadecimal\n";

uint64_t
mididump_deadline_ns(const struct mididump_options *opt)
{
	static uint64_t shown, since_ns;

	if (opt->idle_ns == 0)
		return 0;
	/* What is not shown is as nothing. */
	if (since_ns == 0 || opt->out.shown != shown) {
		since_ns = stopsig_now_ns();
		shown = opt->out.shown;
	}
	return since_ns + opt->idle_ns;
}

int
mididump_status(const struct mididump_options *opt)
{

	/* Who waits for a message in vain is to know. */
	return opt->idle_ns != 0 && opt->count != -1 && opt->out.left != 0;
}

static void
mididump_defaults(struct mididump_options *opt)
{

	memset(opt, 0, sizeof(*opt));
	midi_filter_init(&opt->out.filter);
	opt->out.filter.fl_kinds &= ~(MIDI_KIND_CLOCK | MIDI_KIND_SENSE);
	opt->out.left = opt->count = -1;
	opt->out.stream = stdout;
	opt->out.name = "standard output";
}

/* One option that chooses what is shown; false when it is none. */
static bool
mididump_choose(struct mididump_options *opt, int c, const char *arg)
{
	unsigned mask;

	switch (c) {
	case 'a':
		opt->out.filter.fl_kinds = MIDI_KINDS_ALL;
		return true;
	case 'c':
		if (!ctl_filter_channels(arg, &mask))
			errx(1, "-c %s: not a list of channels from 0 to 15",
			    arg);
		opt->out.filter.fl_channels = (uint16_t)mask;
		opt->out.no_broken = true;
		return true;
	case 'i':
		opt->dirs |= MIDICTL_IN;
		return true;
	case 'k':
		if (!ctl_filter_kinds(arg, &mask))
			errx(1, "-k %s: not a list of kinds", arg);
		opt->out.filter.fl_kinds = (uint16_t)mask;
		opt->out.no_broken = true;
		return true;
	case 'n':
		opt->out.left = opt->count = optnum_whole(c, arg, 1,
		    1000000000);
		return true;
	case 'o':
		opt->dirs |= MIDICTL_OUT;
		return true;
	case 't':
		opt->idle_ns = optnum_time_ns(c, arg);
		return true;
	default:
		return false;
	}
}

/* Any other option. */
static bool
mididump_option(struct mididump_options *opt, int c, const char *arg)
{

	switch (c) {
	case 'b':
		opt->rate = optnum_real(c, arg, 1, 1e9);
		return true;
	case 'f':
		opt->file = arg;
		return true;
	case 'g':
		opt->gap_ns = (uint64_t)(optnum_real(c, arg, 0, 1e6) * 1e6);
		return true;
	case 'h':
		opthelp_help(mididump_usage, mididump_lines);
	case 'j':
		opt->out.form = DUMP_OUT_JSON;
		return true;
	case 'm':
		opt->music = true;
		return true;
	case 'r':
		opt->raw = arg;
		opt->out.form = DUMP_OUT_RAW;
		return true;
	case 's':
		opt->send = true;
		return true;
	case 'T':
		opt->out.no_times = true;
		return true;
	case 'v':
		opt->verbose = true;
		return true;
	case 'x':
		opt->out.form = DUMP_OUT_HEX;
		return true;
	default:
		return false;
	}
}

/* What does not go together. */
static void
mididump_check(const struct mididump_options *opt)
{

	if (opt->send && (opt->noperands < 2 || opt->music ||
	    opt->raw != NULL || opt->dirs != 0))
		opthelp_usage(mididump_usage);
	if (!opt->send && (opt->rate != 0 || opt->gap_ns != 0))
		opthelp_usage(mididump_usage);
	if (opt->music && (opt->file != NULL || opt->noperands != 0))
		opthelp_usage(mididump_usage);
}

static void
mididump_options(struct mididump_options *opt, int argc, char **argv)
{
	int c;

	mididump_defaults(opt);
	while ((c = getopt(argc, argv, ":ab:c:f:g:hijk:mn:or:sTt:vx")) != -1) {
		if (!mididump_choose(opt, c, optarg) &&
		    !mididump_option(opt, c, optarg))
			opthelp_wrong(mididump_usage, c);
	}
	opt->operands = argv + optind;
	opt->noperands = argc - optind;
	mididump_check(opt);
	if (opt->raw == NULL)
		return;
	opt->out.form = DUMP_OUT_RAW;
	if (strcmp(opt->raw, "-") == 0)
		return;
	opt->out.name = opt->raw;
	opt->out.stream = fopen(opt->raw, "we");
	if (opt->out.stream == NULL)
		err(1, "%s", opt->raw);
}

static int
mididump_ports(struct mididump_options *opt)
{
	static struct ctl_port_node cn;

	errno = ctl_port_open(&cn, NULL, O_RDWR);
	if (errno != 0)
		err(1, "%s", cn.path);
	return dump_listen(opt, cn.path, cn.fd);
}

static int
mididump_music(struct mididump_options *opt)
{
	static struct seqdev sd;

	errno = seqdev_open(&sd, NULL, O_RDONLY);
	if (errno != 0)
		err(1, "%s", sd.path);
	return dump_seq(opt, sd.path, sd.fd);
}

int
main(int argc, char **argv)
{
	static struct mididump_options opt;
	int status;

	mididump_options(&opt, argc, argv);
	if (opt.send)
		return dump_send(&opt);
	stopsig_catch();
	if (opt.music)
		status = mididump_music(&opt);
	else if (opt.file != NULL)
		status = dump_file(&opt);
	else
		status = mididump_ports(&opt);
	if (opt.out.stream != stdout && fclose(opt.out.stream) != 0)
		err(1, "%s", opt.out.name);
	return status;
}
