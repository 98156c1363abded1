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

#include "ctl_alsa.h"
#include "ctl_connect.h"
#include "ctl_port.h"
#include "ctl_save.h"
#include "ctl_setting.h"
#include "ctl_show.h"
#include "opthelp.h"
#include "optnum.h"
#include "stopsig.h"

struct midictl {
	struct ctl_port_node	cn;
	const char		*node;
	bool			json;
	int			status;		/* to exit with */
};

static const char midictl_usage[] =
    "usage: midictl [-hj] [-f node] [command]\n"
    "       midictl list [-v]\n"
    "       midictl connect [-d] [-c channels] [-k kinds] "
    "[-t halftones] from to\n"
    "       midictl disconnect -a | port | from to\n"
    "       midictl panic [port ...]\n"
    "       midictl get port | all [setting]\n"
    "       midictl set port | all setting=value ...\n"
    "       midictl stats [port ...]\n"
    "       midictl save [file]\n"
    "       midictl restore [-k] [file]\n"
    "       midictl watch [-n count]\n"
    "       midictl alsa [attach | detach | show | hide port ... | all]\n";

static const char midictl_lines[] =
    "-f node       use this control node\n"
    "-j            print JSON\n"
    "list          ports and connections; -v: settings, too\n"
    "connect       let what one port receives be sent by another\n"
    "  -c channels only these, as 0,4-7\n"
    "  -d          nothing comes back from outside: allow both ways\n"
    "  -k kinds    only these: note,control; or ^clock: all others\n"
    "  -t halftones transpose\n"
    "disconnect    undo connections; -a: all there are\n"
    "panic         end all that sounds\n"
    "get, set      settings of a port, or of all\n"
    "stats         what went through ports\n"
    "save          print settings and connections\n"
    "restore       make them as they were; -k: keep other connections\n"
    "watch         tell what happens; -n: so often\n"
    "alsa          ports of ALSA's, and ports of ours there\n"
    "  attach, detach ports of ALSA's as devices\n"
    "  show, hide  ports as cards of ALSA's\n";

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

/*
 * Commands.  argv[0] is the command's name.
 */

static void
midictl_list(struct midictl *mi, int argc, char **argv)
{
	bool settings = false;
	int c;

	while ((c = getopt(argc, argv, "+:v")) != -1) {
		if (c != 'v')
			opthelp_wrong(midictl_usage, c);
		settings = true;
	}
	if (optind != argc)
		opthelp_usage(midictl_usage);
	if (mi->json)
		ctl_show_list_json(&mi->cn, stdout);
	else
		ctl_show_list(&mi->cn, settings, stdout);
}

static void
midictl_connect(struct midictl *mi, int argc, char **argv)
{
	char why[CTL_CONNECT_WHY_BYTES];
	struct ctl_connect cc;

	if (!ctl_connect_parse(&cc, argc, argv, why)) {
		if (why[0] != '\0')
			errx(1, "%s", why);
		opthelp_usage(midictl_usage);
	}
	cc.mc.mc_source = midictl_port(mi, cc.from);
	cc.mc.mc_dest = midictl_port(mi, cc.to);
	if (ioctl(mi->cn.fd, MIDICTL_CONNECT, &cc.mc) == -1)
		errx(1, "%s to %s: %s", cc.from, cc.to,
		    ctl_connect_why(errno));
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
		opthelp_usage(midictl_usage);
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
		opthelp_usage(midictl_usage);
	error = ctl_setting_print(&mi->cn, midictl_port_or_all(mi, argv[1]),
	    name, mi->json, stdout);
	if (error == EINVAL && name != NULL)
		errx(1, "%s: no such setting", name);
	if (error)
		midictl_fail(error, argv[1]);
	if (mi->json)
		putchar('\n');
}

static void
midictl_set(struct midictl *mi, int argc, char **argv)
{
	int error, i, unit;

	if (argc < 3)
		opthelp_usage(midictl_usage);
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

/* The counts of a port; comma: what stands before them. */
static void
midictl_stats_port(const struct midictl *mi, const struct midictl_port *mp,
    const char *comma)
{
	struct midictl_stats mcs;

	memset(&mcs, 0, sizeof(mcs));
	mcs.mcs_unit = mp->mp_unit;
	if (ioctl(mi->cn.fd, MIDICTL_STATS, &mcs) == -1)
		err(1, "%s", mp->mp_name);
	if (mi->json) {
		fputs(comma, stdout);
		ctl_show_stats_json(mp, &mcs.mcs_stats, stdout);
	} else
		ctl_show_stats(mp, &mcs.mcs_stats, stdout);
}

static void
midictl_stats(struct midictl *mi, int argc, char **argv)
{
	struct midictl_port mp;
	const char *comma = "[";
	int i, unit;

	for (i = 1; i < argc; i++) {
		unit = midictl_port(mi, argv[i]);
		if (!ctl_port_next(&mi->cn, unit, &mp) || mp.mp_unit != unit)
			errx(1, "%s: no such port", argv[i]);
		midictl_stats_port(mi, &mp, comma);
		comma = ",";
	}
	for (unit = 0; argc == 1 && ctl_port_next(&mi->cn, unit, &mp);
	    unit = mp.mp_unit + 1) {
		midictl_stats_port(mi, &mp, comma);
		comma = ",";
	}
	if (mi->json)
		puts(*comma == ',' ? "]" : "[]");
}

/* Into a file whole, or not at all: one that is there is kept until then. */
static void
midictl_save_file(const struct midictl *mi, const char *name)
{
	char temp[PATH_MAX];
	FILE *f;
	int n;

	n = snprintf(temp, sizeof(temp), "%s.new", name);
	if (n < 0 || (size_t)n >= sizeof(temp))
		midictl_fail(ENAMETOOLONG, name);
	f = fopen(temp, "we");
	if (f == NULL)
		err(1, "%s", temp);
	ctl_save(&mi->cn, f);
	if (fflush(f) != 0 || ferror(f) || fsync(fileno(f)) == -1 ||
	    fclose(f) != 0 || rename(temp, name) == -1) {
		warn("%s", name);
		unlink(temp);
		exit(1);
	}
}

static void
midictl_save(struct midictl *mi, int argc, char **argv)
{

	if (argc > 2 || (argc == 2 && argv[1][0] == '-' && argv[1][1] != '\0'))
		opthelp_usage(midictl_usage);
	if (argc == 1 || strcmp(argv[1], "-") == 0)
		ctl_save(&mi->cn, stdout);
	else
		midictl_save_file(mi, argv[1]);
}

static void
midictl_restore(struct midictl *mi, int argc, char **argv)
{
	const char *name = "standard input";
	bool keep = false;
	FILE *f = stdin;
	int c;

	while ((c = getopt(argc, argv, "+:k")) != -1) {
		if (c != 'k')
			opthelp_wrong(midictl_usage, c);
		keep = true;
	}
	if (argc - optind > 1)
		opthelp_usage(midictl_usage);
	if (argc - optind == 1 && strcmp(argv[optind], "-") != 0) {
		name = argv[optind];
		f = fopen(name, "re");
		if (f == NULL)
			err(1, "%s", name);
	}
	mi->status = ctl_restore(&mi->cn, f, name, keep);
	if (f != stdin)
		fclose(f);
}

/* Wait for the next event.  False: a signal has come instead. */
static bool
midictl_next(struct midictl *mi, struct midictl_event *me)
{
	struct pollfd pfd = { .fd = mi->cn.fd, .events = POLLIN };
	enum stopsig how;
	ssize_t n;

	do {
		how = stopsig_wait(&pfd, 1, 0);
		if (how == STOPSIG_SIGNAL)
			return false;
		n = how == STOPSIG_ERROR ? -1 : read(mi->cn.fd, me,
		    sizeof(*me));
	} while (n == -1 && (errno == EINTR || errno == EAGAIN));
	if (n != sizeof(*me))
		err(1, "%s", mi->cn.path);
	return true;
}

static void
midictl_watch(struct midictl *mi, int argc, char **argv)
{
	struct midictl_event me;
	long left = 0;
	int c;

	while ((c = getopt(argc, argv, "+:n:")) != -1) {
		if (c != 'n')
			opthelp_wrong(midictl_usage, c);
		left = optnum_whole(c, optarg, 1, 1000000000);
	}
	if (optind != argc)
		opthelp_usage(midictl_usage);
	if (fcntl(mi->cn.fd, F_SETFL, O_NONBLOCK) == -1)
		err(1, "%s", mi->cn.path);
	stopsig_catch();
	while (midictl_next(mi, &me)) {
		if (mi->json)
			ctl_show_event_json(&me, stdout);
		else
			ctl_show_event(&me, stdout);
		if (fflush(stdout) != 0)
			err(1, "standard output");
		if (left != 0 && --left == 0)
			break;
	}
}

/* A unit, also one that is to come. */
static const char *
midictl_alsa_unit(const struct midictl *mi, const char *text, char unit[16])
{

	if (text[strspn(text, "0123456789")] == '\0' ||
	    strcmp(text, "all") == 0)
		return text;
	snprintf(unit, 16, "%d", midictl_port(mi, text));
	return unit;
}

static void
midictl_alsa(struct midictl *mi, int argc, char **argv)
{
	const char *what;
	char unit[16];
	int i;

	if (argc == 2 || (argc > 2 && !ctl_alsa_known(argv[1])))
		opthelp_usage(midictl_usage);
	ctl_alsa_check();
	if (argc == 1)
		ctl_alsa_list(&mi->cn, mi->json, stdout);
	for (i = 2; i < argc; i++) {
		what = argv[i];
		if (ctl_alsa_ours(argv[1]))
			what = midictl_alsa_unit(mi, what, unit);
		ctl_alsa_change(argv[1], what);
	}
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
	{ "stats", O_RDONLY, midictl_stats },
	{ "save", O_RDONLY, midictl_save },
	{ "restore", O_RDWR, midictl_restore },
	{ "watch", O_RDONLY, midictl_watch },
	{ "alsa", O_RDONLY, midictl_alsa },
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
	if (i == n) {
		warnx("%s: no such command", argv[0]);
		opthelp_usage(midictl_usage);
	}
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
	while ((c = getopt(argc, argv, "+:f:hj")) != -1) {
		switch (c) {
		case 'f':
			mi.node = optarg;
			break;
		case 'h':
			opthelp_help(midictl_usage, midictl_lines);
			break;
		case 'j':
			mi.json = true;
			break;
		default:
			opthelp_wrong(midictl_usage, c);
		}
	}
	if (optind == argc)
		midictl_run(&mi, 1, def);
	else
		midictl_run(&mi, argc - optind, argv + optind);
	return mi.status;
}
