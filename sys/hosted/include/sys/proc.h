/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/proc.h: the process in whose name a call is made.
 */

#ifndef _HOSTED_SYS_PROC_H_
#define _HOSTED_SYS_PROC_H_

#include <sys/types.h>
#include <sys/lwp.h>
#include <sys/mutex.h>

struct proc {
	pid_t		p_pid;		/* 0: the kernel */
};

/* Sleep for so many ticks (0: until a signal): EWOULDBLOCK after the full
 * time, EINTR or ERESTART when intr and a signal came.  The mutex, unless
 * NULL, is let go meanwhile.  Thread context. */
int	kpause(const char *, bool, int, kmutex_t *);

#endif /* !_HOSTED_SYS_PROC_H_ */
