/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/callout.h: functions called later.
 *
 * Time is in ticks of 1/hz seconds.  The functions run one after another in a
 * soft interrupt of the clock's level: they may take adaptive mutexes and must
 * not sleep.  A function never runs before its tick.
 */

#ifndef _HOSTED_SYS_CALLOUT_H_
#define _HOSTED_SYS_CALLOUT_H_

#include <sys/types.h>

struct kmutex;

typedef struct callout {
	struct hosted_callout	*c_hosted;
} callout_t;

#define CALLOUT_MPSAFE		0x0100

/* Thread context; CALLOUT_MPSAFE is required. */
void	callout_init(callout_t *, u_int);
/* It is neither pending nor does it run: see callout_halt().  Thread
 * context. */
void	callout_destroy(callout_t *);
/* The following five: any context. */
void	callout_setfunc(callout_t *, void (*)(void *), void *);
void	callout_schedule(callout_t *, int);
void	callout_reset(callout_t *, int, void (*)(void *), void *);
/* No longer pending; it may still run.  True when it has begun to run since
 * it was last scheduled. */
bool	callout_stop(callout_t *);
void	callout_ack(callout_t *);
/* The same, and wait while it runs: afterwards it neither runs nor is
 * pending, unless somebody else schedules it.  The interlock, when there is
 * one, is held; it is let go while waiting.  Thread context. */
bool	callout_halt(callout_t *, struct kmutex *);
bool	callout_pending(callout_t *);
bool	callout_expired(callout_t *);
bool	callout_active(callout_t *);
bool	callout_invoking(callout_t *);

#endif /* !_HOSTED_SYS_CALLOUT_H_ */
