/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmbench.c: the measuring part of `make bench-vm', for inside the virtual
 * machine.  What it prints is for table.py.
 *
 *	vmbench patch NAME RNODE WNODE N
 *		N notes from write(2) to read(2), first in one thread, then
 *		to a thread that waits in read(2): NAME and NAME-blocked
 *	vmbench late NAME RNODE PERIOD_US N
 *		N notes by /dev/music to its device 0, one a period, against
 *		their time; read at RNODE
 *	vmbench alsa NAME PERIOD_US N
 *		the same by a queue of ALSA's sequencer, read from it
 *	vmbench rate NAME RNODE WNODE BYTES N
 *		N notes in writes of BYTES, as fast as they go, to another
 *		process: ns for a note, notes lost, whether any was torn
 *	vmbench memory NAME N NODE ...
 *		kernel memory of one open of the nodes in turn, N in all
 *	vmbench spin
 *		for ever
 *
 * RNODE and WNODE may both be "pipe" or "pty".
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "vmbench.h"

int64_t
vmbench_now(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		err(1, "clock_gettime");
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int
vmbench_compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void
vmbench_print(const char *name, int64_t *ns, size_t n)
{

	qsort(ns, n, sizeof(*ns), vmbench_compare);
	printf("%s %lld %lld %lld\n", name, (long long)ns[n / 2],
	    (long long)ns[n - 1 - n / 100], (long long)ns[n - 1]);
}

int
vmbench_open(const char *path, int flags)
{
	int fd;

	fd = open(path, flags | O_CLOEXEC);
	if (fd == -1)
		err(1, "%s", path);
	return fd;
}

void
vmbench_pair(const char *rpath, const char *wpath, int fd[2])
{
	struct termios raw;

	if (strcmp(rpath, "pipe") == 0) {
		if (pipe(fd) != 0)
			err(1, "pipe");
	} else if (strcmp(rpath, "pty") == 0) {
		memset(&raw, 0, sizeof(raw));
		cfmakeraw(&raw);
		if (openpty(&fd[0], &fd[1], NULL, &raw, NULL) != 0)
			err(1, "openpty");
	} else {
		fd[0] = vmbench_open(rpath, O_RDONLY);
		fd[1] = vmbench_open(wpath, O_WRONLY);
	}
}

void
vmbench_note(unsigned char *buf, unsigned int i)
{

	buf[0] = (i & 1) == 0 ? 0x90 : 0x80;
	buf[1] = i >> 1 & 0x7f;
	buf[2] = 0x40;
}

void
vmbench_read(int fd, unsigned char *buf, size_t n)
{
	ssize_t got;

	for (; n != 0; n -= (size_t)got, buf += got) {
		got = read(fd, buf, n);
		if (got <= 0)
			err(1, "read");
	}
}

void
vmbench_write(int fd, const unsigned char *buf, size_t n)
{
	ssize_t put;

	for (; n != 0; n -= (size_t)put, buf += put) {
		put = write(fd, buf, n);
		if (put <= 0)
			err(1, "write");
	}
}

unsigned long
vmbench_number(const char *text)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno != 0 || *text == '\0' || *end != '\0' || n == 0)
		errx(2, "no number: %s", text);
	return n;
}

static void
vmbench_spin(char **argv)
{
	volatile unsigned long n = 0;

	(void)argv;
	for (;;)
		n++;
}

static const struct {
	const char	*p_name;
	void		(*p_run)(char **);
	int		p_args;		/* at least */
} vmbench_parts[] = {
	{ "patch", vmbench_patch, 4 },
	{ "late", vmbench_late, 4 },
	{ "alsa", vmbench_alsa, 3 },
	{ "rate", vmbench_rate, 5 },
	{ "memory", vmbench_memory, 3 },
	{ "spin", vmbench_spin, 0 },
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(vmbench_parts) / sizeof(vmbench_parts[0]); i++) {
		if (argc < 2 || strcmp(argv[1], vmbench_parts[i].p_name) != 0)
			continue;
		if (argc - 2 < vmbench_parts[i].p_args)
			break;
		(*vmbench_parts[i].p_run)(argv + 2);
		return 0;
	}
	errx(2, "usage: see vmbench.c");
}
