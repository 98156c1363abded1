/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmbench_late.c: how late a sequencer's notes come: from the time that they
 * should be sent at, counted from the start of its timer, to the return of the
 * call that reads them.
 */

#include <sys/ioctl.h>

#include <alsa/asoundlib.h>

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/midiio.h>

#include "vmbench.h"

#define LATE_DIVISIONS	10000	/* a beat, which is a second */
#define LATE_LEAD_US	50000	/* before the first note */

struct late {
	int		la_fd;
	snd_seq_t	*la_seq;
	size_t		la_n;
	int64_t		*la_ns;		/* when a note was read */
};

static void
late_init(struct late *la, const char *n)
{

	la->la_n = vmbench_number(n);
	la->la_ns = calloc(la->la_n, sizeof(*la->la_ns));
	if (la->la_ns == NULL)
		err(1, NULL);
}

static void
late_start_reader(struct late *la, void *(*fn)(void *), pthread_t *t)
{
	int error;

	error = pthread_create(t, NULL, fn, la);
	if (error != 0)
		errx(1, "pthread_create: %s", strerror(error));
}

/* The times that it took, from those of reading. */
static void
late_print(struct late *la, const char *name, int64_t start, long period_us)
{
	size_t i;

	for (i = 0; i < la->la_n; i++)
		la->la_ns[i] -= start + (int64_t)LATE_LEAD_US * 1000 +
		    (int64_t)i * period_us * 1000;
	vmbench_print(name, la->la_ns, la->la_n);
}

/*
 * /dev/music.
 */

static void *
late_music_reader(void *arg)
{
	struct late *la = arg;
	unsigned char buf[VMBENCH_NOTE];
	size_t i;

	for (i = 0; i < la->la_n; i++) {
		vmbench_read(la->la_fd, buf, sizeof(buf));
		la->la_ns[i] = vmbench_now();
	}
	return NULL;
}

static void
late_put(int fd, const seq_event_t *e)
{

	if (write(fd, e, sizeof(*e)) != (ssize_t)sizeof(*e))
		err(1, "/dev/music");
}

/* What the sequencer sends when it opens a device is no note of ours. */
static void
late_flush(int fd)
{
	unsigned char buf[256];

	(void)usleep(200000);
	if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		err(1, "F_SETFL");
	while (read(fd, buf, sizeof(buf)) > 0)
		continue;
	if (fcntl(fd, F_SETFL, 0) != 0)
		err(1, "F_SETFL");
}

void
vmbench_late(char **argv)
{
	const long period = (long)vmbench_number(argv[2]);
	const int tick = 1000000 / LATE_DIVISIONS;
	int fd, value;
	struct late la;
	seq_event_t e;
	int64_t start;
	pthread_t t;
	size_t i;

	late_init(&la, argv[3]);
	la.la_fd = vmbench_open(argv[1], O_RDONLY);
	fd = vmbench_open("/dev/music", O_WRONLY);
	value = LATE_DIVISIONS;
	if (ioctl(fd, SEQUENCER_TMR_TIMEBASE, &value) != 0)
		err(1, "SEQUENCER_TMR_TIMEBASE");
	value = 60;
	if (ioctl(fd, SEQUENCER_TMR_TEMPO, &value) != 0)
		err(1, "SEQUENCER_TMR_TEMPO");
	late_flush(la.la_fd);
	late_start_reader(&la, late_music_reader, &t);
	start = vmbench_now();
	if (ioctl(fd, SEQUENCER_TMR_START) != 0)
		err(1, "SEQUENCER_TMR_START");
	for (i = 0; i < la.la_n; i++) {
		e = SEQ_MK_TIMING(WAIT_ABS, .divisions = (unsigned int)
		    ((LATE_LEAD_US + (long)i * period) / tick));
		late_put(fd, &e);
		e = (i & 1) == 0 ?
		    SEQ_MK_CHN(NOTEON, .device = 0, .key = 60, .velocity = 64) :
		    SEQ_MK_CHN(NOTEOFF, .device = 0, .key = 60, .velocity = 64);
		late_put(fd, &e);
	}
	(void)pthread_join(t, NULL);
	late_print(&la, argv[0], start, period);
}

/*
 * ALSA.
 */

static void *
late_alsa_reader(void *arg)
{
	struct late *la = arg;
	snd_seq_event_t *ev;
	size_t i;
	int error;

	for (i = 0; i < la->la_n; i++) {
		error = snd_seq_event_input(la->la_seq, &ev);
		if (error < 0)
			errx(1, "snd_seq_event_input: %s",
			    snd_strerror(error));
		la->la_ns[i] = vmbench_now();
	}
	return NULL;
}

static void
late_check(const char *what, int error)
{

	if (error < 0)
		errx(1, "%s: %s", what, snd_strerror(error));
}

static void
late_alsa_put(snd_seq_t *seq, int queue, int port, size_t i, long period)
{
	const int64_t us = LATE_LEAD_US + (int64_t)i * period;
	const snd_seq_real_time_t when = {
		.tv_sec = (unsigned int)(us / 1000000),
		.tv_nsec = (unsigned int)(us % 1000000 * 1000),
	};
	snd_seq_event_t ev;

	snd_seq_ev_clear(&ev);
	snd_seq_ev_set_source(&ev, (unsigned char)port);
	snd_seq_ev_set_dest(&ev, snd_seq_client_id(seq), port);
	snd_seq_ev_schedule_real(&ev, queue, 0, &when);
	if ((i & 1) == 0)
		snd_seq_ev_set_noteon(&ev, 0, 60, 64);
	else
		snd_seq_ev_set_noteoff(&ev, 0, 60, 64);
	late_check("snd_seq_event_output_direct",
	    snd_seq_event_output_direct(seq, &ev));
}

void
vmbench_alsa(char **argv)
{
	const long period = (long)vmbench_number(argv[1]);
	struct late la;
	int64_t start;
	pthread_t t;
	snd_seq_t *out;
	size_t i;
	int port, queue;

	late_init(&la, argv[2]);
	late_check("snd_seq_open", snd_seq_open(&out, "default",
	    SND_SEQ_OPEN_DUPLEX, 0));
	la.la_seq = out;
	port = snd_seq_create_simple_port(out, "bench",
	    SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_WRITE,
	    SND_SEQ_PORT_TYPE_APPLICATION);
	late_check("snd_seq_create_simple_port", port);
	queue = snd_seq_alloc_queue(out);
	late_check("snd_seq_alloc_queue", queue);
	late_start_reader(&la, late_alsa_reader, &t);
	start = vmbench_now();
	late_check("snd_seq_start_queue", snd_seq_start_queue(out, queue,
	    NULL));
	late_check("snd_seq_drain_output", snd_seq_drain_output(out));
	for (i = 0; i < la.la_n; i++)
		late_alsa_put(out, queue, port, i, period);
	(void)pthread_join(t, NULL);
	late_print(&la, argv[0], start, period);
}
