/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midictl.c: midictl(1), control the MIDI ports.
 *
 * The command line is understood here; what is shown is in ctl_show.c.  All
 * that can be done the kernel does: nothing depends on this program once it
 * has ended.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_filter.h"
#include "ctl_port.h"
#include "ctl_setting.h"
#include "ctl_show.h"

struct midictl {
	struct ctl_port_node	cn;
	const char		*node;
	bool			json;
};

static void
midictl_usage(FILE *out)
{

	fputs("usage: midictl [-hj] [-f node] [command]\n"
	    "       midictl list\n"
	    "       midictl connect [-d] [-c channels] [-k kinds] "
	    "[-t halftones] from to\n"
	    "       midictl disconnect -a | port | from to\n"
	    "       midictl panic [port ...]\n"
	    "       midictl get port | all [setting]\n"
	    "       midictl set port | all setting=value ...\n"
	    "       midictl watch [-n count]\n", out);
	exit(out == stdout ? 0 : 1);
}

static void __attribute__((__noreturn__))
midictl_fail(int error, const char *what)
{

	errx(1, "%s: %s", what, strerror(error));
}

static int
midictl_port(const struct midictl *mi, const char *text)
{
	int unit;

	unit = ctl_port_find(&mi->cn, text);
	if (unit == -1)
		errx(1, "%s: no such port", text);
	return unit;
}

/* A port, or all. */
static int
midictl_port_or_all(const struct midictl *mi, const char *text)
{

	return strcmp(text, "all") == 0 ? MIDICTL_ANY :
	    midictl_port(mi, text);
}

static int
midictl_number(int option, const char *text, int min, int max)
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

/*
 * Commands.  argv[0] is the command's name.
 */

static void
midictl_list(struct midictl *mi, int argc, char **argv)
{

	(void)argc;
	(void)argv;
	if (mi->json)
		ctl_show_list_json(&mi->cn, stdout);
	else
		ctl_show_list(&mi->cn, stdout);
}

/* The filter that the options tell of. */
static void
midictl_connect_options(struct midictl_connection *mc, int argc, char **argv)
{
	int c;

	mc->mc_channels = MIDI_CHANNELS_ALL;
	mc->mc_kinds = MIDI_KINDS_ALL;
	while ((c = getopt(argc, argv, "+c:dk:t:")) != -1) {
		switch (c) {
		case 'c':
			if (!ctl_filter_channels(optarg, &mc->mc_channels))
				errx(1, "-c %s: not a list of channels from 0 "
				    "to 15", optarg);
			break;
		case 'd':
			mc->mc_flags |= MIDICTL_DUPLEX;
			break;
		case 'k':
			if (!ctl_filter_kinds(optarg, &mc->mc_kinds))
				errx(1, "-k %s: not a list of kinds", optarg);
			break;
		case 't':
			mc->mc_transpose = midictl_number(c, optarg, -127, 127);
			break;
		default:
			midictl_usage(stderr);
		}
	}
}

/* Why two ports cannot be connected. */
static const char *
midictl_connect_why(int error)
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

static void
midictl_connect(struct midictl *mi, int argc, char **argv)
{
	struct midictl_connection mc;

	memset(&mc, 0, sizeof(mc));
	midictl_connect_options(&mc, argc, argv);
	if (argc - optind != 2)
		midictl_usage(stderr);
	mc.mc_source = midictl_port(mi, argv[optind]);
	mc.mc_dest = midictl_port(mi, argv[optind + 1]);
	if (ioctl(mi->cn.fd, MIDICTL_CONNECT, &mc) == -1)
		errx(1, "%s to %s: %s", argv[optind], argv[optind + 1],
		    midictl_connect_why(errno));
}

/* How many were undone. */
static unsigned
midictl_undo(const struct midictl *mi, const char *what, int source, int dest)
{
	struct midictl_disconnect md;

	memset(&md, 0, sizeof(md));
	md.md_source = source;
	md.md_dest = dest;
	if (ioctl(mi->cn.fd, MIDICTL_DISCONNECT, &md) == -1) {
		if (errno == ENOENT)
			errx(1, "%s: not connected", what);
		err(1, "%s", what);
	}
	return md.md_count;
}

static void
midictl_disconnect(struct midictl *mi, int argc, char **argv)
{
	char what[256];
	int unit;

	if (argc == 2 && strcmp(argv[1], "-a") == 0) {
		(void)midictl_undo(mi, "-a", MIDICTL_ANY, MIDICTL_ANY);
		return;
	}
	if (argc < 2 || argc > 3 || argv[1][0] == '-')
		midictl_usage(stderr);
	unit = midictl_port(mi, argv[1]);
	if (argc == 2) {
		if (midictl_undo(mi, argv[1], unit, MIDICTL_ANY) +
		    midictl_undo(mi, argv[1], MIDICTL_ANY, unit) == 0)
			errx(1, "%s: not connected", argv[1]);
		return;
	}
	snprintf(what, sizeof(what), "%s to %s", argv[1], argv[2]);
	(void)midictl_undo(mi, what, unit, midictl_port(mi, argv[2]));
}

static void
midictl_panic(struct midictl *mi, int argc, char **argv)
{
	int i, unit = MIDICTL_ANY;

	if (argc == 1 && ioctl(mi->cn.fd, MIDICTL_PANIC, &unit) == -1)
		err(1, "panic");
	for (i = 1; i < argc; i++) {
		unit = midictl_port(mi, argv[i]);
		if (ioctl(mi->cn.fd, MIDICTL_PANIC, &unit) == -1)
			err(1, "%s", argv[i]);
	}
}

static void
midictl_get(struct midictl *mi, int argc, char **argv)
{
	const char *name = argc == 3 ? argv[2] : NULL;
	int error;

	if (argc < 2 || argc > 3)
		midictl_usage(stderr);
	error = ctl_setting_print(&mi->cn, midictl_port_or_all(mi, argv[1]),
	    name, mi->json, stdout);
	if (error == EINVAL && name != NULL)
		errx(1, "%s: no such setting", name);
	if (error)
		midictl_fail(error, argv[1]);
}

static void
midictl_set(struct midictl *mi, int argc, char **argv)
{
	int error, i, unit;

	if (argc < 3)
		midictl_usage(stderr);
	unit = midictl_port_or_all(mi, argv[1]);
	for (i = 2; i < argc; i++) {
		error = ctl_setting_set(&mi->cn, unit, argv[i]);
		if (error == -1)
			errx(1, "%s: not of the form setting=value", argv[i]);
		if (error == EINVAL)
			errx(1, "%s: no such setting or value", argv[i]);
		if (error)
			midictl_fail(error, argv[i]);
	}
}

static void
midictl_watch(struct midictl *mi, int argc, char **argv)
{
	struct midictl_event me;
	int c, left = 0;
	ssize_t n;

	while ((c = getopt(argc, argv, "+n:")) != -1) {
		if (c != 'n')
			midictl_usage(stderr);
		left = midictl_number(c, optarg, 1, 1000000000);
	}
	if (optind != argc)
		midictl_usage(stderr);
	do {
		n = read(mi->cn.fd, &me, sizeof(me));
		if (n == -1 && errno == EINTR)
			continue;
		if (n != sizeof(me))
			err(1, "%s", mi->cn.path);
		if (mi->json)
			ctl_show_event_json(&me, stdout);
		else
			ctl_show_event(&me, stdout);
		if (fflush(stdout) != 0)
			err(1, "standard output");
	} while (left == 0 || --left != 0);
}

static const struct {
	const char	*name;
	int		mode;		/* of open(2) */
	void		(*run)(struct midictl *, int, char **);
} midictl_commands[] = {
	{ "list", O_RDONLY, midictl_list },
	{ "connect", O_RDWR, midictl_connect },
	{ "disconnect", O_RDWR, midictl_disconnect },
	{ "panic", O_RDWR, midictl_panic },
	{ "get", O_RDONLY, midictl_get },
	{ "set", O_RDWR, midictl_set },
	{ "watch", O_RDONLY, midictl_watch },
};

static void
midictl_run(struct midictl *mi, int argc, char **argv)
{
	const size_t n = sizeof(midictl_commands) /
	    sizeof(midictl_commands[0]);
	size_t i;
	int error;

	for (i = 0; i < n; i++) {
		if (strcmp(argv[0], midictl_commands[i].name) == 0)
			break;
	}
	if (i == n)
		midictl_usage(stderr);
	error = ctl_port_open(&mi->cn, mi->node, midictl_commands[i].mode);
	if (error)
		midictl_fail(error, mi->cn.path);
	/* Options of the command begin behind its name. */
	optind = 1;
	midictl_commands[i].run(mi, argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout))
		err(1, "standard output");
}

int
main(int argc, char **argv)
{
	static char list[] = "list", *def[] = { list, NULL };
	struct midictl mi;
	int c;

	memset(&mi, 0, sizeof(mi));
	while ((c = getopt(argc, argv, "+f:hj")) != -1) {
		switch (c) {
		case 'f':
			mi.node = optarg;
			break;
		case 'h':
			midictl_usage(stdout);
			break;
		case 'j':
			mi.json = true;
			break;
		default:
			midictl_usage(stderr);
		}
	}
	if (optind == argc)
		midictl_run(&mi, 1, def);
	else
		midictl_run(&mi, argc - optind, argv + optind);
	return 0;
}
