/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_out.c: from records to the sequencer, and what to do when the player
 * is told to stop.
 *
 * Records are gathered and written together.  The sequencer keeps a few
 * seconds of music and then lets the writer wait, so nearly all of a
 * player's life is spent in write(2), or in the request that waits for the
 * end.
 *
 * SIGINT, SIGTERM and SIGHUP reset the sequencer, which drops the music that
 * waits and ends every note, and then end the program as the signal would
 * have.  A signal between the look at play_out_caught and the system call
 * must not be lost to a call that waits for minutes: while play_out_armed is
 * set the handler leaves by a jump, whether the call has begun or not.  Only
 * the bare system call stands between arming and disarming, so the jump
 * leaves nothing half done.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "play_out.h"

/* Tempos that TMR_USTEMPO must know: 60000 beats per minute, and the slowest
 * that a file can have. */
#define FASTEST_US	1000
#define SLOWEST_US	0xffffff

/* So many beats per minute of so many divisions are PLAY_OUT_STEP_NS each:
 * whole microseconds, which NetBSD's sequencer counts in. */
#define STEP_BPM	300
#define STEP_TIMEBASE	10000

static volatile sig_atomic_t play_out_caught;
static volatile sig_atomic_t play_out_armed;
static sigjmp_buf play_out_jump;

static void
play_out_signal(int sig)
{

	play_out_caught = sig;
	if (play_out_armed) {
		play_out_armed = 0;
		siglongjmp(play_out_jump, 1);
	}
}

static void
play_out_catch(int sig)
{
	struct sigaction sa;

	if (sig == SIGHUP && sigaction(sig, NULL, &sa) == 0 &&
	    sa.sa_handler == SIG_IGN)
		return;		/* nohup(1) */
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = play_out_signal;
	sigfillset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
}

/* Does the sequencer take a setting as it is? */
static bool
play_out_set(int fd, unsigned long request, int value)
{
	int got;

	got = value;
	return ioctl(fd, request, &got) == 0 && got == value;
}

void
play_out_init(struct play_out *out, int fd)
{

	out->fd = fd;
	out->used = 0;
	out->exact = fd != -1 &&
	    play_out_set(fd, SEQUENCER_TMR_USTEMPO, FASTEST_US) &&
	    play_out_set(fd, SEQUENCER_TMR_USTEMPO, SLOWEST_US);
	play_out_catch(SIGINT);
	play_out_catch(SIGTERM);
	play_out_catch(SIGHUP);
}

void
play_out_reset(struct play_out *out)
{

	out->used = 0;
	if (out->fd != -1)
		ioctl(out->fd, SEQUENCER_RESET);
}

void
play_out_check(struct play_out *out)
{
	int sig;

	sig = play_out_caught;
	if (sig == 0)
		return;
	play_out_reset(out);
	signal(sig, SIG_DFL);
	raise(sig);
	_exit(1);
}

/*
 * write(2) n bytes, or, when data is NULL, wait for the end of the music.
 * -1 with errno EINTR when a signal came first.
 */
static ssize_t
play_out_call(int fd, const void *data, size_t n)
{
	ssize_t got;

	if (sigsetjmp(play_out_jump, 1) != 0) {
		errno = EINTR;
		return -1;
	}
	play_out_armed = 1;
	if (play_out_caught) {
		play_out_armed = 0;
		errno = EINTR;
		return -1;
	}
	got = data != NULL ? write(fd, data, n) : ioctl(fd, SEQUENCER_SYNC);
	play_out_armed = 0;
	return got;
}

/* Hand over all records. */
static int
play_out_flush(struct play_out *out)
{
	const uint8_t *p;
	ssize_t got;
	size_t left;

	p = (const uint8_t *)out->rec;
	left = out->fd != -1 ? out->used * sizeof(out->rec[0]) : 0;
	out->used = 0;
	while (left > 0) {
		got = play_out_call(out->fd, p, left);
		play_out_check(out);
		if (got == -1 && errno != EINTR)
			return errno;
		if (got > 0) {
			p += got;
			left -= (size_t)got;
		}
	}
	return 0;
}

bool
play_out_beats(struct play_out *out, uint16_t division)
{

	return out->exact &&
	    play_out_set(out->fd, SEQUENCER_TMR_TIMEBASE, division);
}

int
play_out_steps(struct play_out *out)
{

	if (out->fd == -1)
		return 0;
	errno = EINVAL;		/* for a request done, but otherwise */
	if (!play_out_set(out->fd, SEQUENCER_TMR_TIMEBASE, STEP_TIMEBASE) ||
	    !play_out_set(out->fd, SEQUENCER_TMR_TEMPO, STEP_BPM))
		return errno;
	return 0;
}

int
play_out_record(struct play_out *out, const seq_event_t *rec)
{

	out->rec[out->used++] = *rec;
	return out->used < PLAY_OUT_RECORDS ? 0 : play_out_flush(out);
}

int
play_out_sync(struct play_out *out)
{
	int error;

	error = play_out_flush(out);
	if (error != 0 || out->fd == -1)
		return error;
	while (play_out_call(out->fd, NULL, 0) == -1) {
		error = errno;
		play_out_check(out);
		if (error != EINTR)
			return error;
	}
	return 0;
}
