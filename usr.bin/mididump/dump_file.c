/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_file.c: look at a file, whatever it is.
 *
 * A node says by its requests what it is.  Anything else is a Standard MIDI
 * File if it begins like one, or else bytes as they would be on a wire: those
 * are shown as they come, with the time at which they were read.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump_smf.h"
#include "dump_stream.h"
#include "mididump.h"
#include "stopsig.h"

#define CHUNK_BYTES	4096
#define MAGIC_BYTES	4	/* that tell a MIDI file */

struct dump_file {
	struct mididump_options *opt;
	const char	*name;
	int		fd;
	struct dump_place at;
	uint64_t	zero_ns;
	struct dump_stream stream;
};

static void
dump_file_sink(void *arg, const uint8_t *bytes, size_t n, bool broken)
{
	struct dump_file *df = arg;

	dump_out_message(&df->opt->out, &df->at, bytes, n, broken);
}

/* Wait for bytes.  How many; 0: the end, or time to end. */
static size_t
dump_file_read(struct dump_file *df, uint8_t *bytes, size_t n)
{
	struct pollfd pfd = { .fd = df->fd, .events = POLLIN };
	enum stopsig how;
	ssize_t got;

	for (;;) {
		how = stopsig_wait(&pfd, 1, mididump_deadline_ns(df->opt));
		if (how == STOPSIG_SIGNAL || how == STOPSIG_TIME)
			return 0;
		got = how == STOPSIG_ERROR ? -1 : read(df->fd, bytes, n);
		if (got >= 0) {
			df->at.time_ns = stopsig_now_ns() - df->zero_ns;
			return (size_t)got;
		}
		if (errno == EAGAIN || errno == EINTR)
			continue;
		dump_stream_end(&df->stream);
		dump_out_flush(&df->opt->out);
		err(1, "%s", df->name);
	}
}

static int
dump_file_bytes(struct dump_file *df, const uint8_t *begin, size_t n)
{
	uint8_t bytes[CHUNK_BYTES];

	memcpy(bytes, begin, n);
	do {
		dump_stream_put(&df->stream, bytes, n);
		if (dump_out_is_full(&df->opt->out))
			break;
		dump_out_flush(&df->opt->out);
		n = dump_file_read(df, bytes, sizeof(bytes));
	} while (n != 0);
	dump_stream_end(&df->stream);
	dump_out_flush(&df->opt->out);
	return mididump_status(df->opt);
}

/* Could these be the first bytes of a MIDI file?  A byte of MIDI that these
 * letters would be needs a status before it. */
static bool
dump_file_is_smf(const uint8_t *bytes, size_t n)
{

	return memcmp(bytes, "MThd", n) == 0 || memcmp(bytes, "RIFF", n) == 0;
}

static int
dump_file_any(struct dump_file *df)
{
	uint8_t begin[CHUNK_BYTES];
	size_t got, n = 0;

	do {
		got = dump_file_read(df, begin + n, sizeof(begin) - n);
		n += got;
	} while (got != 0 && n < MAGIC_BYTES && dump_file_is_smf(begin, n));
	if (n >= MAGIC_BYTES && dump_file_is_smf(begin, MAGIC_BYTES))
		return dump_smf(df->opt, df->name, df->fd, begin, n);
	return dump_file_bytes(df, begin, n);
}

/* The file, open.  A control node has to be open for writing, or it cannot
 * listen. */
static int
dump_file_open(const char *name)
{
	int fd;

	if (strcmp(name, "-") == 0)
		return STDIN_FILENO;
	fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		err(1, "%s", name);
	return fd;
}

static bool
dump_file_is_control(int fd)
{
	struct midictl_port mp;

	memset(&mp, 0, sizeof(mp));
	return ioctl(fd, MIDICTL_PORT, &mp) == 0 || errno == ENOENT;
}

static bool
dump_file_is_sequencer(int fd)
{
	int n;

	return ioctl(fd, SEQUENCER_NRMIDIS, &n) == 0;
}

int
dump_file(struct mididump_options *opt)
{
	static struct dump_file df;

	df.opt = opt;
	df.name = opt->file;
	df.fd = dump_file_open(opt->file);
	if (dump_file_is_control(df.fd)) {
		close(df.fd);
		df.fd = open(opt->file, O_RDWR | O_CLOEXEC);
		if (df.fd == -1)
			err(1, "%s", opt->file);
		return dump_listen(opt, opt->file, df.fd);
	}
	if (opt->noperands != 0)
		errx(1, "%s: is no control node, to name ports of",
		    opt->file);
	if (dump_file_is_sequencer(df.fd))
		return dump_seq(opt, opt->file, df.fd);
	df.at.port = df.at.track = -1;
	df.zero_ns = stopsig_now_ns();
	dump_stream_init(&df.stream, dump_file_sink, &df);
	if (strcmp(opt->file, "-") == 0)
		df.name = "standard input";
	return dump_file_any(&df);
}
