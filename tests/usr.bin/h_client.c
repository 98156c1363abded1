/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_client.c: do with a node what programs do that know only device files,
 * call for call, as was seen of them.
 *
 *	h_client in how node count	read so many bytes and print them
 *	h_client out how node byte ...	write these bytes, in hexadecimal
 *
 * how is the program: csound, puredata; to read also fluidsynth, amsynth; to
 * write playmidi and dosbox, which write records to a sequencer.
 */

#include <sys/ioctl.h>
#include <sys/select.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <sys/midiio.h>

#define PATIENCE_MS	20000

/* A millisecond, the cycle of those who look again and again. */
static void
client_cycle(void)
{
	static int left = PATIENCE_MS;
	const struct timespec ms = { .tv_nsec = 1000000 };

	if (left-- == 0)
		errx(1, "nothing comes");
	nanosleep(&ms, NULL);
}

static int
client_open(const char *node, int flags)
{
	int fd;

	fd = open(node, flags);
	if (fd == -1)
		err(1, "%s", node);
	return fd;
}

/* 0 when there is nothing now. */
static size_t
client_read(int fd, uint8_t *buf, size_t n)
{
	ssize_t got;

	got = read(fd, buf, n);
	if (got == -1 && errno == EAGAIN)
		return 0;
	if (got <= 0)
		err(1, "read");
	return (size_t)got;
}

/* csound -+rtmidi=devfile -M: a terminal would have its speed set. */
static int
csound_open(const char *node)
{
	struct termios tio;
	int fd;

	fd = client_open(node, O_RDONLY | O_NONBLOCK);
	if (tcgetattr(fd, &tio) != -1 || errno != ENOTTY)
		errx(1, "%s: taken for a terminal", node);
	return fd;
}

static size_t
csound_read(int fd, uint8_t *buf)
{
	struct timeval zero = { 0 };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	if (select(fd + 1, &set, NULL, NULL, &zero) == -1)
		err(1, "select");
	return FD_ISSET(fd, &set) ? client_read(fd, buf, 4096) : 0;
}

/* fluidsynth -m oss */
static int
fluidsynth_open(const char *node)
{

	return client_open(node, O_RDONLY);
}

static size_t
fluidsynth_read(int fd, uint8_t *buf)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	if (poll(&pfd, 1, 100) == -1)
		err(1, "poll");
	return pfd.revents & POLLIN ? client_read(fd, buf, 512) : 0;
}

/* puredata -ossmidi: a byte at a time. */
static int
puredata_open(const char *node)
{

	return client_open(node, O_RDWR | O_NONBLOCK);
}

static size_t
puredata_read(int fd, uint8_t *buf)
{

	return client_read(fd, buf, 1);
}

/* amsynth -m oss */
static int
amsynth_open(const char *node)
{

	return client_open(node, O_RDONLY | O_NONBLOCK);
}

static size_t
amsynth_read(int fd, uint8_t *buf)
{

	return client_read(fd, buf, 4096);
}

static const struct {
	const char	*name;
	int		(*open)(const char *);
	size_t		(*read)(int, uint8_t *);
} client_ins[] = {
	{ "csound", csound_open, csound_read },
	{ "fluidsynth", fluidsynth_open, fluidsynth_read },
	{ "puredata", puredata_open, puredata_read },
	{ "amsynth", amsynth_open, amsynth_read },
};

static void
client_in(const char *how, const char *node, size_t count)
{
	const size_t n = sizeof(client_ins) / sizeof(client_ins[0]);
	uint8_t buf[4096];
	size_t done, got, i, j;
	int fd;

	for (i = 0; i < n && strcmp(client_ins[i].name, how) != 0; i++)
		continue;
	if (i == n)
		errx(2, "%s: no such program", how);
	fd = client_ins[i].open(node);
	fprintf(stderr, "open\n");
	for (done = 0; done < count; done += got) {
		got = client_ins[i].read(fd, buf);
		for (j = 0; j < got; j++)
			printf(" %02x", buf[j]);
		if (got == 0)
			client_cycle();
	}
	putchar('\n');
	close(fd);
}

static void
client_write(int fd, const void *bytes, size_t n)
{
	ssize_t put;

	while ((put = write(fd, bytes, n)) == -1 && errno == EAGAIN)
		client_cycle();
	if (put != (ssize_t)n)
		err(1, "write");
}

/* One write for all, one for each, or a record of 4 bytes for each. */
static void
client_put(int fd, const char *how, const uint8_t *bytes, size_t n)
{
	uint8_t rec[4] = { SEQOLD_MIDIPUTC, 0, 0, 0 };
	size_t i;

	if (strcmp(how, "csound") == 0) {
		client_write(fd, bytes, n);
		return;
	}
	for (i = 0; i < n; i++) {
		rec[1] = bytes[i];
		if (strcmp(how, "puredata") == 0)
			client_write(fd, &bytes[i], 1);
		else
			client_write(fd, rec, sizeof(rec));
	}
}

/* playmidi -e asks first, and counts in hundredths of a second. */
static void
playmidi_begin(int fd)
{
	const seq_event_t wait = { .t_WAIT_ABS = {
		.tag = SEQ_TIMING, .op = TMR_WAIT_ABS, .divisions = 5 } };
	int n;

	if (ioctl(fd, SEQUENCER_NRSYNTHS, &n) == -1 ||
	    ioctl(fd, SEQUENCER_NRMIDIS, &n) == -1 || n < 1 ||
	    ioctl(fd, SEQUENCER_RESET, NULL) == -1)
		err(1, "requests");
	client_write(fd, &wait, sizeof(wait));
}

static void
client_out(const char *how, const char *node, int argc, char **argv)
{
	const bool playmidi = strcmp(how, "playmidi") == 0;
	uint8_t bytes[64];
	int fd, i;

	fd = client_open(node, strcmp(how, "puredata") == 0 ?
	    O_RDWR | O_NONBLOCK : O_WRONLY);
	if (playmidi)
		playmidi_begin(fd);
	for (i = 0; i < argc && i < (int)sizeof(bytes); i++)
		bytes[i] = (uint8_t)strtoul(argv[i], NULL, 16);
	client_put(fd, how, bytes, (size_t)i);
	if (playmidi && ioctl(fd, SEQUENCER_SYNC, NULL) == -1)
		err(1, "SEQUENCER_SYNC");
	if (close(fd) == -1)
		err(1, "close");
}

int
main(int argc, char **argv)
{

	if (argc == 5 && strcmp(argv[1], "in") == 0)
		client_in(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	else if (argc > 4 && strcmp(argv[1], "out") == 0)
		client_out(argv[2], argv[3], argc - 4, argv + 4);
	else
		errx(2, "usage: h_client in how node count | "
		    "out how node byte ...");
	return 0;
}
