/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_click.c: a metronome.
 *
 * It clicks on a port of its own, by the clock, so that it needs nothing of
 * the sequencer: another program may play there.  Each click is computed from
 * the beginning, so that it does not drift from the ticks of the file.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl_port.h"
#include "record_click.h"

/* General MIDI's metronome, on its channel for drums. */
#define CHANNEL		9
#define KEY_BELL	34
#define KEY_CLICK	33
#define VELOCITY_BELL	112
#define VELOCITY_CLICK	88

#define SOUND_NS	50000000	/* of a click */
#define LATE_NS		100000000	/* then better none */

void
record_click_open(struct record_click *rc, const char *port)
{
	int error, unit;

	error = ctl_port_raw(NULL, port, rc->path, &unit);
	if (error == 0) {
		rc->fd = open(rc->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		error = rc->fd == -1 ? errno : 0;
	}
	if (error == ENXIO)
		errx(1, "-m %s: no such port", port);
	if (error != 0) {
		errno = error;
		err(1, "%s", rc->path);
	}
}

void
record_click_start(struct record_click *rc, uint64_t begin_ns,
    uint64_t period_ps, unsigned measure)
{

	rc->begin_ns = begin_ns;
	rc->period_ps = period_ps;
	rc->measure = measure;
	rc->next = 0;
	rc->sounds = false;
}

/* When click number n is. */
static uint64_t
record_click_ns(const struct record_click *rc, uint64_t n)
{

	return rc->begin_ns + n * (rc->period_ps / 1000) +
	    n * (rc->period_ps % 1000) / 1000;
}

/* When the one before is to end. */
static uint64_t
record_click_end_ns(const struct record_click *rc)
{
	const uint64_t half_ns = rc->period_ps / 2000;

	return record_click_ns(rc, rc->next - 1) +
	    (half_ns < SOUND_NS ? half_ns : SOUND_NS);
}

uint64_t
record_click_due_ns(const struct record_click *rc)
{

	if (rc->fd == -1)
		return 0;
	return rc->sounds ? record_click_end_ns(rc) :
	    record_click_ns(rc, rc->next);
}

static void
record_click_send(struct record_click *rc, uint8_t status, uint8_t velocity)
{
	const uint8_t msg[3] = { status | CHANNEL, rc->key, velocity };

	if (write(rc->fd, msg, sizeof(msg)) != -1 || errno == EAGAIN ||
	    errno == EINTR)
		return;
	/* The take is worth more. */
	warn("%s", rc->path);
	record_click_close(rc);
}

void
record_click_run(struct record_click *rc, uint64_t now_ns)
{
	uint64_t due_ns;
	bool bell;

	while (rc->fd != -1 && (due_ns = record_click_due_ns(rc)) <= now_ns) {
		if (rc->sounds) {
			rc->sounds = false;
			record_click_send(rc, 0x80, 64);
			continue;
		}
		bell = rc->next++ % rc->measure == 0;
		if (now_ns - due_ns > LATE_NS)
			continue;
		rc->key = bell ? KEY_BELL : KEY_CLICK;
		rc->sounds = true;
		record_click_send(rc, 0x90,
		    bell ? VELOCITY_BELL : VELOCITY_CLICK);
	}
}

void
record_click_close(struct record_click *rc)
{

	/* Who is closed is silent. */
	if (rc->fd != -1)
		close(rc->fd);
	rc->fd = -1;
}
