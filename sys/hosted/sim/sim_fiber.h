/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_fiber.h: coroutines, each with a stack of its own.  Private to
 * sys/hosted/sim.
 *
 * One system thread only.  The stack of whoever makes the first switch is
 * the base; it is never destroyed.
 */

#ifndef _HOSTED_SIM_SIM_FIBER_H_
#define _HOSTED_SIM_SIM_FIBER_H_

struct sim_fiber;

/* The coroutine of the caller's own stack. */
struct sim_fiber *sim_fiber_base(void);
/* A coroutine that begins with fn(arg), which must never return.  Ends the
 * program when there is no memory. */
struct sim_fiber *sim_fiber_create(void (*fn)(void *), void *arg);
/* Give back one that is not running, wherever it stands. */
void	sim_fiber_destroy(struct sim_fiber *f);
/* Leave `from', the running one, and go on in `to'.  Returns when somebody
 * switches back.  With `dying' nobody ever does. */
void	sim_fiber_switch(struct sim_fiber *from, struct sim_fiber *to,
	    int dying);

#endif /* !_HOSTED_SIM_SIM_FIBER_H_ */
