/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * stopsig.h: wait for input, a time, or a signal that ends the program; see
 * stopsig.c.
 */

#ifndef _MIDI_STOPSIG_H_
#define _MIDI_STOPSIG_H_

#include <poll.h>
#include <stdint.h>

enum stopsig {
	STOPSIG_READY,		/* look at the revents */
	STOPSIG_TIME,		/* the time has come */
	STOPSIG_SIGNAL,		/* it is time to end */
	STOPSIG_ERROR		/* errno */
};

/* From now on SIGINT, SIGTERM and SIGHUP are only heard by stopsig_wait(). */
void	stopsig_catch(void);
/* The time, in nanoseconds; only goes forward. */
uint64_t stopsig_now_ns(void);
/* Wait for one of the files, or until deadline_ns, 0 for ever. */
enum stopsig stopsig_wait(struct pollfd *fds, nfds_t n, uint64_t deadline_ns);

#endif /* !_MIDI_STOPSIG_H_ */
