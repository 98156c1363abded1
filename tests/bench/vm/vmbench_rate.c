/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmbench_rate.c: as many notes as a path takes, from one process to another,
 * and which of them arrive.
 *
 * On a machine of one processor, which then is never idle, what a note takes
 * is what it costs, in all processes and in the kernel.
 *
 * A reader may be given less than was written: status bytes that are running
 * left out.  So notes are counted by their data, whose first byte counts up:
 * one that does not follow the last one is behind a loss or torn.
 */

#include <sys/wait.h>

#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vmbench.h"

#define RATE_QUIET_MS	1000	/* the end, if notes are missing */

struct rate {
	unsigned long	ra_data;	/* data bytes */
	unsigned long	ra_breaks;	/* notes that did not follow */
	unsigned int	ra_key;		/* expected */
	int64_t		ra_last;	/* when something was read last */
};

static void
rate_byte(struct rate *ra, unsigned char byte)
{

	if (byte >= 0x80) {
		if ((ra->ra_data & 1) != 0) {
			ra->ra_breaks++;
			ra->ra_data++;
		}
		return;
	}
	if ((ra->ra_data++ & 1) == 0) {
		if (byte != ra->ra_key)
			ra->ra_breaks++;
		ra->ra_key = (byte + 1) & 0x7f;
	}
}

static void
rate_read(const char *name, int fd, unsigned long n, int64_t start)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	unsigned char buf[4096];
	struct rate ra;
	ssize_t got, i;

	memset(&ra, 0, sizeof(ra));
	while (ra.ra_data < 2 * n && poll(&pfd, 1, RATE_QUIET_MS) > 0) {
		got = read(fd, buf, sizeof(buf));
		if (got <= 0)
			break;
		ra.ra_last = vmbench_now();
		for (i = 0; i < got; i++)
			rate_byte(&ra, buf[i]);
	}
	printf("%s %lld %ld %lu\n", name, ra.ra_data < 2 ? 0LL :
	    (long long)((ra.ra_last - start) / (int64_t)(ra.ra_data / 2)),
	    (long)n - (long)(ra.ra_data / 2), ra.ra_breaks);
}

static void
rate_write(int fd, size_t size, unsigned long n)
{
	unsigned char *buf;
	unsigned long i = 0;
	size_t len;

	buf = malloc(size + VMBENCH_NOTE);
	if (buf == NULL)
		err(1, NULL);
	while (i < n) {
		for (len = 0; len + VMBENCH_NOTE <= size && i < n; i++) {
			buf[len++] = 0x90;
			buf[len++] = i & 0x7f;
			buf[len++] = 0x40;
		}
		vmbench_write(fd, buf, len);
	}
	free(buf);
}

void
vmbench_rate(char **argv)
{
	const unsigned long n = vmbench_number(argv[4]);
	const size_t size = vmbench_number(argv[3]);
	struct pollfd pfd;
	int64_t start;
	int fd[2];
	pid_t pid;

	vmbench_pair(argv[1], argv[2], fd);
	pfd.fd = fd[0];
	pfd.events = POLLIN;
	(void)poll(&pfd, 1, 0);
	(void)fflush(stdout);
	start = vmbench_now();
	pid = fork();
	switch (pid) {
	case -1:
		err(1, "fork");
	case 0:
		(void)close(fd[1]);
		rate_read(argv[0], fd[0], n, start);
		(void)fflush(stdout);
		_exit(0);
	default:
		(void)close(fd[0]);
		rate_write(fd[1], size, n);
		(void)waitpid(pid, NULL, 0);
		break;
	}
}
