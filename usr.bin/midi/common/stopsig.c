/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * stopsig.c: wait for input, a time, or a signal that ends the program.
 *
 * Signals are blocked but in ppoll(2), and whoever reads does not block, so
 * that none is missed.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "stopsig.h"

static volatile sig_atomic_t stopsig_came;

static void
stopsig_handler(int sig)
{

	stopsig_came = sig;
}

void
stopsig_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = stopsig_handler;
	sigfillset(&sa.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaction(signals[i], &sa, NULL);
		sigaddset(&set, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
}

uint64_t
stopsig_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

enum stopsig
stopsig_wait(struct pollfd *fds, nfds_t n, uint64_t deadline_ns)
{
	struct timespec ts;
	uint64_t left_ns, now_ns;
	sigset_t none;
	int ready;

	sigemptyset(&none);
	for (;;) {
		now_ns = stopsig_now_ns();
		if (deadline_ns != 0 && now_ns >= deadline_ns)
			return STOPSIG_TIME;
		left_ns = deadline_ns - now_ns;
		ts.tv_sec = (time_t)(left_ns / 1000000000);
		ts.tv_nsec = (long)(left_ns % 1000000000);
		ready = ppoll(fds, n, deadline_ns != 0 ? &ts : NULL, &none);
		if (stopsig_came)
			return STOPSIG_SIGNAL;
		if (ready > 0)
			return STOPSIG_READY;
		if (ready == -1 && errno != EINTR)
			return STOPSIG_ERROR;
	}
}
