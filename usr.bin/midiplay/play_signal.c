/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_signal.c: being told to stop.
 *
 * SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGTSTP are only noted while something
 * may sound: the player first ends every note and gives back the terminal,
 * and then obeys.
 *
 * A signal must not be lost between the look at play_signal_seen and a system
 * call that waits.  poll(2) is called with the signals blocked and lets them
 * in itself.  For SEQUENCER_SYNC, which has no such form, the handler leaves
 * by a jump while play_signal_armed is set, whether the call has begun or
 * not; only the bare system call stands between arming and disarming, so the
 * jump leaves nothing half done.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "play_signal.h"

#include <sys/midiio.h>

static const int play_signal_all[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP
};
#define SIGNALS	(sizeof(play_signal_all) / sizeof(play_signal_all[0]))

static struct sigaction play_signal_before[SIGNALS];
static bool play_signal_ours[SIGNALS];
static volatile sig_atomic_t play_signal_seen;
static volatile sig_atomic_t play_signal_armed;
static sigjmp_buf play_signal_jump;

static void
play_signal_handler(int sig)
{

	/* What ends the program is not forgotten for what stops it. */
	if (play_signal_seen == 0 || play_signal_seen == SIGTSTP)
		play_signal_seen = sig;
	if (play_signal_armed) {
		play_signal_armed = 0;
		siglongjmp(play_signal_jump, 1);
	}
}

void
play_signal_catch(void)
{
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = play_signal_handler;
	sigfillset(&sa.sa_mask);
	for (i = 0; i < SIGNALS; i++) {
		if (play_signal_ours[i])
			continue;
		sigaction(play_signal_all[i], NULL, &play_signal_before[i]);
		/* nohup(1), and shells without job control. */
		if (play_signal_before[i].sa_handler == SIG_IGN &&
		    (play_signal_all[i] == SIGHUP ||
		    play_signal_all[i] == SIGTSTP))
			continue;
		sigaction(play_signal_all[i], &sa, NULL);
		play_signal_ours[i] = true;
	}
}

void
play_signal_release(void)
{
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		if (play_signal_ours[i])
			sigaction(play_signal_all[i], &play_signal_before[i],
			    NULL);
	memset(play_signal_ours, 0, sizeof(play_signal_ours));
}

int
play_signal_caught(void)
{

	return play_signal_seen;
}

static void
play_signal_block(sigset_t *before)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < SIGNALS; i++)
		sigaddset(&set, play_signal_all[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

void
play_signal_poll(struct pollfd *fds, nfds_t n, int ms)
{
	struct timespec ts;
	sigset_t before;

	ts.tv_sec = ms / 1000;
	ts.tv_nsec = ms % 1000 * 1000000L;
	play_signal_block(&before);
	if (play_signal_seen == 0)
		ppoll(fds, n, ms < 0 ? NULL : &ts, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int
play_signal_sync(int fd)
{
	int got;

	if (sigsetjmp(play_signal_jump, 1) != 0)
		return EINTR;
	play_signal_armed = 1;
	if (play_signal_seen != 0) {
		play_signal_armed = 0;
		return EINTR;
	}
	got = ioctl(fd, SEQUENCER_SYNC);
	play_signal_armed = 0;
	return got == -1 ? errno : 0;
}

void
play_signal_obey(void)
{
	int sig;

	sig = play_signal_seen;
	play_signal_seen = 0;
	play_signal_release();
	if (sig != SIGTSTP)
		signal(sig, SIG_DFL);
	raise(sig);
	if (sig != SIGTSTP)
		_exit(128 + sig);
}
