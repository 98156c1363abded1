/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_send.c: send bytes to a port, at a pace, and show what comes back.
 *
 * The pace is kept here, so that it works with anything that can be written
 * to.  A signal ends the program as it ends any other: what sounds then the
 * kernel ends.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl_port.h"
#include "dump_stream.h"
#include "mididump.h"
#include "msgtext.h"
#include "stopsig.h"

#define SLICES		100	/* of a second: how often a pace is kept */
#define CHUNK_BYTES	4096	/* read at a time */

struct dump_send {
	struct mididump_options *opt;
	char		path[PATH_MAX];
	int		fd;
	int		unit;		/* -1: not known */
	uint64_t	begin_ns;	/* of the pace */
	uint64_t	sent;		/* bytes since then */
	unsigned long long all;		/* bytes sent */
	struct dump_place at;
	struct dump_stream stream;	/* of what comes back */
};

static void
dump_send_sleep(uint64_t until_ns)
{
	struct timespec ts;

	ts.tv_sec = (time_t)(until_ns / 1000000000);
	ts.tv_nsec = (long)(until_ns % 1000000000);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) ==
	    EINTR)
		continue;
}

/* Wait until all has left; what has no such request has nothing to wait
 * for. */
static void
dump_send_drain(const struct dump_send *ds)
{

	if (ioctl(ds->fd, MIDI_DRAIN, NULL) == -1 && errno != ENOTTY &&
	    errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS)
		err(1, "%s", ds->path);
}

/* Bytes up to the end of a SysEx message, or all. */
static size_t
dump_send_part(const struct dump_send *ds, const uint8_t *bytes, size_t n)
{
	const uint8_t *end = NULL;

	if (ds->opt->gap_ns != 0)
		end = memchr(bytes, MIDI_SYSEX_END, n);
	if (end != NULL)
		n = (size_t)(end - bytes) + 1;
	if (ds->opt->rate != 0 && n > ds->opt->rate / SLICES + 1)
		n = (size_t)(ds->opt->rate / SLICES) + 1;
	return n;
}

/* After bytes that were sent: when may the next ones? */
static void
dump_send_pace(struct dump_send *ds, uint8_t last, size_t n)
{

	ds->sent += n;
	ds->all += n;
	if (ds->opt->rate != 0)
		dump_send_sleep(ds->begin_ns + (uint64_t)((double)ds->sent *
		    1e9 / ds->opt->rate));
	if (ds->opt->gap_ns != 0 && last == MIDI_SYSEX_END) {
		dump_send_drain(ds);
		dump_send_sleep(stopsig_now_ns() + ds->opt->gap_ns);
		ds->begin_ns = stopsig_now_ns();
		ds->sent = 0;
	}
}

static void
dump_send_bytes(struct dump_send *ds, const char *what, const uint8_t *bytes,
    size_t n)
{
	size_t done = 0, part;
	ssize_t put;

	while (done < n) {
		part = dump_send_part(ds, bytes + done, n - done);
		put = write(ds->fd, bytes + done, part);
		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1 && errno == EPROTO)
			errx(1, "%s: byte %zu: breaks MIDI's rules", what,
			    done);
		if (put == -1)
			err(1, "%s", ds->path);
		done += (size_t)put;
		dump_send_pace(ds, bytes[done - 1], (size_t)put);
	}
}

/* The bytes of a file, as they come. */
static void
dump_send_file(struct dump_send *ds, const char *name)
{
	uint8_t bytes[CHUNK_BYTES];
	bool begun = false;
	ssize_t got;
	int fd;

	fd = strcmp(name, "-") == 0 ? STDIN_FILENO :
	    open(name, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		err(1, "%s", name);
	while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
		if (got == -1)
			err(1, "%s", name);
		if (!begun && got >= 4 && memcmp(bytes, "MThd", 4) == 0)
			errx(1, "%s: is a Standard MIDI File, for "
			    "midiplay(1)", name);
		begun = true;
		dump_send_bytes(ds, name, bytes, (size_t)got);
	}
	if (fd != STDIN_FILENO)
		close(fd);
}

/* Bytes in hexadecimal, or a file of them. */
static void
dump_send_item(struct dump_send *ds, const char *item)
{
	uint8_t *bytes;
	size_t n;

	bytes = malloc(strlen(item) + 1);
	if (bytes == NULL)
		err(1, NULL);
	n = msgtext_bytes(item, bytes);
	if (n != 0)
		dump_send_bytes(ds, item, bytes, n);
	else
		dump_send_file(ds, item);
	free(bytes);
}

static void
dump_send_find(struct dump_send *ds, const char *port)
{
	int error;

	error = ctl_port_raw(ds->opt->file, port, ds->path, &ds->unit);
	if (error == ENXIO)
		errx(1, "%s: no such port", port);
	if (error != 0) {
		errno = error;
		err(1, "%s", ds->path);
	}
}

static void
dump_send_sink(void *arg, const uint8_t *bytes, size_t n, bool broken)
{
	struct dump_send *ds = arg;

	dump_out_message(&ds->opt->out, &ds->at, bytes, n, broken);
}

/* Show what comes back, until nothing does. */
static void
dump_send_answers(struct dump_send *ds)
{
	struct pollfd pfd = { .fd = ds->fd, .events = POLLIN };
	struct dump_out *out = &ds->opt->out;
	uint8_t bytes[1024];
	ssize_t got;

	stopsig_catch();
	while (!dump_out_is_full(out) && stopsig_wait(&pfd, 1,
	    mididump_deadline_ns(ds->opt)) == STOPSIG_READY) {
		got = read(ds->fd, bytes, sizeof(bytes));
		if (got == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got == -1)
			err(1, "%s", ds->path);
		if (got == 0)
			break;
		ds->at.time_ns = stopsig_now_ns() - ds->begin_ns;
		dump_stream_put(&ds->stream, bytes, (size_t)got);
		dump_out_flush(out);
	}
	dump_stream_end(&ds->stream);
	dump_out_flush(out);
}

int
dump_send(struct mididump_options *opt)
{
	static struct dump_send ds;
	int i;

	ds.opt = opt;
	dump_send_find(&ds, opt->operands[0]);
	ds.fd = open(ds.path, (opt->idle_ns != 0 ? O_RDWR : O_WRONLY) |
	    O_CLOEXEC);
	if (ds.fd == -1)
		err(1, "%s", ds.path);
	ds.at.port = ds.unit;
	ds.at.dir = MIDICTL_IN;
	ds.at.track = -1;
	dump_stream_init(&ds.stream, dump_send_sink, &ds);
	ds.begin_ns = stopsig_now_ns();
	for (i = 1; i < opt->noperands; i++)
		dump_send_item(&ds, opt->operands[i]);
	dump_send_drain(&ds);
	if (opt->verbose)
		warnx("%llu bytes sent to %s", ds.all, ds.path);
	ds.begin_ns = stopsig_now_ns();
	if (opt->idle_ns != 0)
		dump_send_answers(&ds);
	if (close(ds.fd) == -1)
		err(1, "%s", ds.path);
	return mididump_status(opt);
}
