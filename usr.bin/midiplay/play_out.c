/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_out.c: records on their way to the sequencer.
 *
 * Records are gathered and written together, without ever waiting: the
 * sequencer takes a few seconds of music, and who waits for more room waits
 * with poll(2), for keys and signals as well.  Only the wait for the end is a
 * request that blocks.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "play_clock.h"
#include "play_out.h"
#include "play_signal.h"
#include "seqrec.h"

/* Tempos that TMR_USTEMPO must know: 60000 beats per minute, and the slowest
 * that a file can have. */
#define FASTEST_US	1000
#define SLOWEST_US	0xffffff

/* So many beats per minute of so many divisions are PLAY_CLOCK_STEP_NS each:
 * whole microseconds, which NetBSD's sequencer counts in. */
#define STEP_BPM	300
#define STEP_TIMEBASE	10000

/* Half of the queue empty is time to fill it. */
#define THRESHOLD	512

/* A request that does not wait; a signal may interrupt it all the same, on
 * midihost(8). */
static int
play_out_request(int fd, unsigned long request, int *value)
{
	int got;

	do
		got = ioctl(fd, request, value);
	while (got == -1 && errno == EINTR);
	return got;
}

/* Does the sequencer take a setting as it is? */
static bool
play_out_set(int fd, unsigned long request, int value)
{
	int got;

	got = value;
	return play_out_request(fd, request, &got) == 0 && got == value;
}

static int
play_out_nonblock(const struct play_out *out, bool on)
{
	int flags;

	flags = fcntl(out->fd, F_GETFL);
	if (flags == -1)
		return errno;
	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return fcntl(out->fd, F_SETFL, flags) == -1 ? errno : 0;
}

int
play_out_init(struct play_out *out, int fd, int ahead_ms)
{
	int value;

	memset(out, 0, sizeof(*out));
	out->fd = fd;
	if (fd == -1) {
		out->exact = true;
		return 0;
	}
	out->exact = play_out_set(fd, SEQUENCER_TMR_USTEMPO, FASTEST_US) &&
	    play_out_set(fd, SEQUENCER_TMR_USTEMPO, SLOWEST_US);
	/* Not every kernel has these, and every one plays without. */
	value = ahead_ms;
	play_out_request(fd, SEQUENCER_AHEAD, &value);
	value = THRESHOLD;
	play_out_request(fd, SEQUENCER_THRESHOLD, &value);
	return play_out_nonblock(out, true);
}

void
play_out_free(struct play_out *out)
{

	free(out->rec);
	out->rec = NULL;
}

int
play_out_timebase(struct play_out *out, uint32_t divisions)
{

	if (out->fd == -1)
		return 0;
	errno = EINVAL;		/* for a request done, but otherwise */
	if (divisions > 0)
		return play_out_set(out->fd, SEQUENCER_TMR_TIMEBASE,
		    (int)divisions) ? 0 : errno;
	if (!play_out_set(out->fd, SEQUENCER_TMR_TIMEBASE, STEP_TIMEBASE) ||
	    !play_out_set(out->fd, SEQUENCER_TMR_TEMPO, STEP_BPM))
		return errno;
	return 0;
}

int
play_out_start(struct play_out *out)
{
	seq_event_t rec;

	out->division = 0;
	rec = seqrec_timing(TMR_START, 0);
	return play_out_record(out, &rec);
}

int
play_out_record(struct play_out *out, const seq_event_t *rec)
{
	seq_event_t *more;
	size_t room;

	if (out->used == out->room) {
		room = out->room == 0 ? 2 * PLAY_OUT_RECORDS : 2 * out->room;
		more = realloc(out->rec, room * sizeof(*more));
		if (more == NULL)
			return ENOMEM;
		out->rec = more;
		out->room = room;
	}
	out->rec[out->used++] = *rec;
	return 0;
}

size_t
play_out_pending(const struct play_out *out)
{

	return out->used - out->first;
}

int
play_out_write(struct play_out *out)
{
	ssize_t got;

	while (out->fd != -1 && out->first < out->used) {
		got = write(out->fd, &out->rec[out->first],
		    play_out_pending(out) * sizeof(out->rec[0]));
		/* Whoever called looks for signals before he calls again. */
		if (got == -1)
			return errno == EWOULDBLOCK || errno == EINTR ?
			    EAGAIN : errno;
		out->first += (size_t)got / sizeof(out->rec[0]);
	}
	out->first = 0;
	out->used = 0;
	return 0;
}

int
play_out_position(struct play_out *out, uint64_t *division)
{
	int32_t step;
	int now;

	if (out->fd == -1 ||
	    play_out_request(out->fd, SEQUENCER_GETTIME, &now) == -1)
		return out->fd == -1 ? ENXIO : errno;
	/* The request has 32 bits.  Until a start that was written takes
	 * effect, the position may be one that will be gone again. */
	step = (int32_t)((uint32_t)now - (uint32_t)out->division);
	if (step >= 0 || out->division >= (uint64_t)-(int64_t)step)
		out->division += (uint64_t)(int64_t)step;
	*division = out->division;
	return 0;
}

int
play_out_sync(struct play_out *out)
{
	seq_event_t rec;
	int error;

	if (out->fd == -1)
		return 0;
	/* A host that sees only the flags of the last write, midihost(8), is
	 * to know that this may wait; no wait needs room. */
	rec = seqrec_timing(TMR_WAIT_REL, 0);
	error = play_out_nonblock(out, false);
	if (error == 0 && write(out->fd, &rec, sizeof(rec)) == -1)
		error = errno;
	if (error == 0)
		error = play_signal_sync(out->fd);
	play_out_nonblock(out, true);
	return error;
}

void
play_out_drop(struct play_out *out)
{

	out->first = 0;
	out->used = 0;
}

void
play_out_reset(struct play_out *out)
{

	play_out_drop(out);
	if (out->fd != -1)
		play_out_request(out->fd, SEQUENCER_RESET, NULL);
}
