/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmbench_patch.c: how long a note takes from one end to the other; and how
 * much memory an open end takes.
 */

#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vmbench.h"

#define PATCH_PAUSE_US	500

struct patch {
	int		pa_fd[2];
	size_t		pa_n;
	int64_t		*pa_sent;	/* when the note was written */
	int64_t		*pa_ns;		/* what it took */
};

/* The reader, which waits. */
static void *
patch_reader(void *arg)
{
	struct patch *pa = arg;
	unsigned char buf[VMBENCH_NOTE];
	size_t i;

	for (i = 0; i < pa->pa_n; i++) {
		vmbench_read(pa->pa_fd[0], buf, sizeof(buf));
		pa->pa_ns[i] = vmbench_now();
	}
	return NULL;
}

static void
patch_blocked(struct patch *pa)
{
	unsigned char buf[VMBENCH_NOTE];
	pthread_t t;
	size_t i;
	int error;

	error = pthread_create(&t, NULL, patch_reader, pa);
	if (error != 0)
		errx(1, "pthread_create: %s", strerror(error));
	for (i = 0; i < pa->pa_n; i++) {
		(void)usleep(PATCH_PAUSE_US);
		vmbench_note(buf, (unsigned int)i);
		pa->pa_sent[i] = vmbench_now();
		vmbench_write(pa->pa_fd[1], buf, sizeof(buf));
	}
	(void)pthread_join(t, NULL);
	for (i = 0; i < pa->pa_n; i++)
		pa->pa_ns[i] -= pa->pa_sent[i];
}

static void
patch_same(struct patch *pa)
{
	unsigned char buf[VMBENCH_NOTE];
	int64_t t;
	size_t i;

	for (i = 0; i < pa->pa_n; i++) {
		vmbench_note(buf, (unsigned int)i);
		t = vmbench_now();
		vmbench_write(pa->pa_fd[1], buf, sizeof(buf));
		vmbench_read(pa->pa_fd[0], buf, sizeof(buf));
		pa->pa_ns[i] = vmbench_now() - t;
	}
}

void
vmbench_patch(char **argv)
{
	struct patch pa;
	struct pollfd pfd;
	char name[64];

	pa.pa_n = vmbench_number(argv[3]);
	pa.pa_sent = calloc(pa.pa_n, sizeof(*pa.pa_sent));
	pa.pa_ns = calloc(pa.pa_n, sizeof(*pa.pa_ns));
	if (pa.pa_sent == NULL || pa.pa_ns == NULL)
		err(1, NULL);
	vmbench_pair(argv[1], argv[2], pa.pa_fd);
	/* ALSA throws away what comes before its first reading. */
	pfd.fd = pa.pa_fd[0];
	pfd.events = POLLIN;
	(void)poll(&pfd, 1, 0);
	patch_same(&pa);
	vmbench_print(argv[0], pa.pa_ns, pa.pa_n);
	patch_blocked(&pa);
	(void)snprintf(name, sizeof(name), "%s-blocked", argv[0]);
	vmbench_print(name, pa.pa_ns, pa.pa_n);
}

/*
 * Memory.
 */

/* KiB that are free, when nothing is kept that need not be. */
static long
memory_free(void)
{
	char line[128];
	FILE *f;
	long kib = -1;
	int fd;

	sync();
	fd = vmbench_open("/proc/sys/vm/drop_caches", O_WRONLY);
	vmbench_write(fd, (const unsigned char *)"3", 1);
	(void)close(fd);
	f = fopen("/proc/meminfo", "r");
	if (f == NULL)
		err(1, "/proc/meminfo");
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "MemFree: %ld", &kib) == 1)
			break;
	}
	(void)fclose(f);
	return kib;
}

void
vmbench_memory(char **argv)
{
	const unsigned long n = vmbench_number(argv[1]);
	unsigned long i;
	long before;
	char **node = argv + 2;

	/* What the first one takes for all is not meant. */
	(void)vmbench_open(argv[2], O_RDWR);
	node = argv[3] == NULL ? argv + 2 : argv + 3;
	before = memory_free();
	for (i = 0; i < n; i++) {
		(void)vmbench_open(*node, O_RDWR);
		if (*++node == NULL)
			node = argv + 2;
	}
	printf("%s %ld\n", argv[0], (before - memory_free()) * 1024 / (long)n);
}
