/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/select.h: who waits in poll(2), select(2) or kevent(2) for a thing.
 *
 * The selinfo is protected by its driver's lock, which is held in all calls but
 * selinit() and seldestroy() (and may be the box's, the device's, any, but
 * always the same one and not a spin lock).
 */

#ifndef _HOSTED_SYS_SELECT_H_
#define _HOSTED_SYS_SELECT_H_

#include <sys/types.h>

struct selinfo {
	struct hosted_selinfo	*sel_hosted;
};

/* Thread context.  seldestroy(): nobody waits, no knote is left. */
void	selinit(struct selinfo *);
void	seldestroy(struct selinfo *);
/* The wait in progress is to be woken by selnotify().  Thread context. */
void	selrecord(struct lwp *, struct selinfo *);
/* Wake the waits and run the knotes' filters with the hint.  Thread or soft
 * interrupt. */
void	selnotify(struct selinfo *, int, long);
void	selrecord_knote(struct selinfo *, struct knote *);
/* True when no knote is left. */
bool	selremove_knote(struct selinfo *, struct knote *);

#endif /* !_HOSTED_SYS_SELECT_H_ */
