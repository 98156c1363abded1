/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_listen.c: listen to ports while others use them, by midictl(4).
 *
 * One file of the control node listens to all ports asked for, so that what
 * passes comes in the order in which it passed.  When all ports are asked
 * for, a second file of it tells of those that come later.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_port.h"
#include "dump_stream.h"
#include "mididump.h"
#include "stopsig.h"

#define RECORDS		64	/* read at a time */
#define READS_MAX	64	/* between two looks at signals */

struct dump_listen;

/* One direction of a port. */
struct listen_way {
	struct dump_listen *dl;
	int		unit;
	unsigned	dir;
	struct dump_stream stream;
};

struct listen_port {
	int		unit;
	const char	*asked;		/* as on the command line; or NULL */
	bool		gone;
	struct listen_way *ways[2];	/* in, out; NULL: not listened to */
	struct listen_port *next;
};

struct dump_listen {
	struct mididump_options *opt;
	struct ctl_port_node cn;	/* listens */
	int		events;		/* tells of ports; -1: not asked for */
	struct listen_port *ports;
	uint64_t	zero_ns;	/* the beginning, in its time */
	struct dump_place at;		/* of what comes */
};

static void
dump_listen_sink(void *arg, const uint8_t *bytes, size_t n, bool broken)
{
	struct listen_way *lw = arg;

	lw->dl->at.port = lw->unit;
	lw->dl->at.dir = lw->dir;
	dump_out_message(&lw->dl->opt->out, &lw->dl->at, bytes, n, broken);
}

static struct listen_way *
dump_listen_way(struct dump_listen *dl, int unit, unsigned dir)
{
	struct listen_way *lw;

	lw = malloc(sizeof(*lw));
	if (lw == NULL)
		err(1, NULL);
	lw->dl = dl;
	lw->unit = unit;
	lw->dir = dir;
	dump_stream_init(&lw->stream, dump_listen_sink, lw);
	return lw;
}

static struct listen_port *
dump_listen_port(const struct dump_listen *dl, int unit)
{
	struct listen_port *lp;

	for (lp = dl->ports; lp != NULL; lp = lp->next)
		if (lp->unit == unit && !lp->gone)
			return lp;
	return NULL;
}

/* Begin to listen to a port.  0 or an errno; ENODEV: it has none of the
 * directions that are wanted. */
static int
dump_listen_add(struct dump_listen *dl, const struct midictl_port *mp,
    const char *asked)
{
	struct listen_port *lp;
	struct midictl_tap ta;
	unsigned i;

	memset(&ta, 0, sizeof(ta));
	ta.mta_unit = mp->mp_unit;
	ta.mta_dirs = mp->mp_dirs;
	if (dl->opt->dirs != 0)
		ta.mta_dirs &= dl->opt->dirs;
	if (ta.mta_dirs == 0)
		return ENODEV;
	if (ioctl(dl->cn.fd, MIDICTL_TAP, &ta) == -1)
		return errno;
	if (dl->zero_ns == 0)
		dl->zero_ns = ta.mta_now_ns;
	lp = calloc(1, sizeof(*lp));
	if (lp == NULL)
		err(1, NULL);
	lp->unit = mp->mp_unit;
	lp->asked = asked;
	for (i = 0; i < 2; i++)
		if (ta.mta_dirs & (MIDICTL_IN << i))
			lp->ways[i] = dump_listen_way(dl, mp->mp_unit,
			    MIDICTL_IN << i);
	lp->next = dl->ports;
	dl->ports = lp;
	if (dl->opt->verbose)
		warnx("listening to %d, %s:%s%s", mp->mp_unit, mp->mp_name,
		    lp->ways[0] != NULL ? " in" : "",
		    lp->ways[1] != NULL ? " out" : "");
	return 0;
}

/* Those on the command line. */
static void
dump_listen_asked(struct dump_listen *dl)
{
	struct midictl_port mp;
	const char *name;
	int error, i, unit;

	for (i = 0; i < dl->opt->noperands; i++) {
		name = dl->opt->operands[i];
		unit = ctl_port_find(&dl->cn, name);
		if (unit == -1 || !ctl_port_next(&dl->cn, unit, &mp) ||
		    mp.mp_unit != unit)
			errx(1, "%s: no such port", name);
		error = dump_listen_add(dl, &mp, name);
		if (error == ENODEV)
			errx(1, "%s: has not that direction", name);
		if (error != 0 && error != EEXIST) {
			errno = error;
			err(1, "%s", name);
		}
	}
}

/* All there are, and those that come. */
static void
dump_listen_all(struct dump_listen *dl)
{
	struct midictl_port mp;
	int error, unit;

	dl->events = open(dl->cn.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (dl->events == -1)
		err(1, "%s", dl->cn.path);
	for (unit = 0; ctl_port_next(&dl->cn, unit, &mp);
	    unit = mp.mp_unit + 1) {
		error = dump_listen_add(dl, &mp, NULL);
		if (error == 0 || error == ENODEV || error == ENXIO)
			continue;
		errno = error;
		err(1, "%s", mp.mp_name);
	}
}

/* A port has come. */
static void
dump_listen_came(struct dump_listen *dl, int unit)
{
	struct midictl_port mp;
	struct dump_place at;

	if (!ctl_port_next(&dl->cn, unit, &mp) || mp.mp_unit != unit ||
	    dump_listen_add(dl, &mp, NULL) != 0)
		return;
	at = dl->at;
	at.port = unit;
	at.dir = 0;
	dump_out_other(&dl->opt->out, &at, "came", "name", mp.mp_name);
}

/* Events of the ports. */
static void
dump_listen_events(struct dump_listen *dl)
{
	struct midictl_event me;

	while (read(dl->events, &me, sizeof(me)) == sizeof(me))
		if (me.me_type == MIDICTL_PORT_CAME)
			dump_listen_came(dl, me.me_unit);
}

static void
dump_listen_end(struct listen_port *lp)
{
	int i;

	for (i = 0; i < 2; i++)
		if (lp->ways[i] != NULL)
			dump_stream_end(&lp->ways[i]->stream);
}

/* A port is gone. */
static void
dump_listen_gone(struct dump_listen *dl, struct listen_port *lp)
{
	int i;

	dump_listen_end(lp);
	dl->at.port = lp->unit;
	dl->at.dir = 0;
	dump_out_other(&dl->opt->out, &dl->at, "went", NULL, NULL);
	lp->gone = true;
	for (i = 0; i < 2; i++) {
		free(lp->ways[i]);
		lp->ways[i] = NULL;
	}
}

/* Bytes are missing: nobody knows of what. */
static void
dump_listen_lost(struct dump_listen *dl, unsigned bytes)
{
	struct listen_port *lp;

	for (lp = dl->ports; lp != NULL; lp = lp->next)
		dump_listen_end(lp);
	dl->at.port = -1;
	dl->at.dir = 0;
	dump_out_number(&dl->opt->out, &dl->at, "lost", "count", bytes);
}

static void
dump_listen_record(struct dump_listen *dl,
    const struct midictl_tap_record *mr)
{
	struct listen_port *lp;

	dl->at.time_ns = mr->mtr_time_ns > dl->zero_ns ?
	    mr->mtr_time_ns - dl->zero_ns : 0;
	if (mr->mtr_lost != 0)
		dump_listen_lost(dl, mr->mtr_lost);
	lp = dump_listen_port(dl, mr->mtr_unit);
	if (lp == NULL)
		return;
	if (mr->mtr_type == MIDICTL_TAP_GONE)
		dump_listen_gone(dl, lp);
	else if (mr->mtr_type == MIDICTL_IN && lp->ways[0] != NULL)
		dump_stream_put(&lp->ways[0]->stream, mr->mtr_data,
		    mr->mtr_bytes);
	else if (mr->mtr_type == MIDICTL_OUT && lp->ways[1] != NULL)
		dump_stream_put(&lp->ways[1]->stream, mr->mtr_data,
		    mr->mtr_bytes);
}

/* Read what has come.  False: there was nothing. */
static bool
dump_listen_read(struct dump_listen *dl)
{
	struct midictl_tap_record mr[RECORDS];
	ssize_t got;
	size_t i;

	got = read(dl->cn.fd, mr, sizeof(mr));
	if (got == -1 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (got <= 0)
		err(1, "%s", dl->cn.path);
	for (i = 0; i < (size_t)got / sizeof(mr[0]); i++)
		dump_listen_record(dl, &mr[i]);
	return true;
}

/* When all ports that were asked for are gone, nothing more will come. */
static void
dump_listen_check(struct dump_listen *dl)
{
	const struct listen_port *lp;

	if (dl->opt->noperands == 0)
		return;
	for (lp = dl->ports; lp != NULL; lp = lp->next)
		if (!lp->gone)
			return;
	dump_out_flush(&dl->opt->out);
	errx(1, "%s: is gone", dl->ports->asked);
}

static void
dump_listen_run(struct dump_listen *dl)
{
	struct pollfd pfd[2] = {
		{ .fd = dl->cn.fd, .events = POLLIN },
		{ .fd = dl->events, .events = POLLIN },
	};
	enum stopsig how;
	int i;

	do {
		how = stopsig_wait(pfd, dl->events != -1 ? 2 : 1,
		    mididump_deadline_ns(dl->opt));
		if (how == STOPSIG_ERROR)
			err(1, "%s", dl->cn.path);
		/* Before the end, what came until then. */
		for (i = 0; i < READS_MAX && dump_listen_read(dl) &&
		    !dump_out_is_full(&dl->opt->out); i++)
			continue;
		if (dl->events != -1)
			dump_listen_events(dl);
		dump_listen_check(dl);
		dump_out_flush(&dl->opt->out);
	} while (how == STOPSIG_READY && !dump_out_is_full(&dl->opt->out));
}

static void
dump_listen_free(struct dump_listen *dl)
{
	struct listen_port *lp;

	while ((lp = dl->ports) != NULL) {
		dl->ports = lp->next;
		dump_listen_end(lp);
		free(lp->ways[0]);
		free(lp->ways[1]);
		free(lp);
	}
	dump_out_flush(&dl->opt->out);
}

int
dump_listen(struct mididump_options *opt, const char *path, int fd)
{
	static struct dump_listen dl;
	int flags;

	dl.opt = opt;
	dl.cn.fd = fd;
	snprintf(dl.cn.path, sizeof(dl.cn.path), "%s", path);
	dl.events = -1;
	dl.at.track = -1;
	if (opt->raw != NULL && (opt->noperands != 1 || opt->dirs == 0))
		errx(1, "-r %s: takes one port, and -i or -o", opt->raw);
	flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		err(1, "%s", path);
	if (opt->noperands != 0)
		dump_listen_asked(&dl);
	else
		dump_listen_all(&dl);
	dump_listen_run(&dl);
	dump_listen_free(&dl);
	return mididump_status(opt);
}
