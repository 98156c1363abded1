/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/sched.h: giving the processor away.
 */

#ifndef _HOSTED_SYS_SCHED_H_
#define _HOSTED_SYS_SCHED_H_

/* Let others run, who have as much right to.  Thread context, no lock held. */
void	yield(void);

#endif /* !_HOSTED_SYS_SCHED_H_ */
