/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/kernel.h: the tick.
 */

#ifndef _HOSTED_SYS_KERNEL_H_
#define _HOSTED_SYS_KERNEL_H_

#include <sys/types.h>

/* Ticks per second: 1000 in this kernel. */
extern int	hz;
/* Microseconds per tick. */
extern int	tick;
/* False until hosted_boot() has started all of the kernel. */
extern int	cold;

/* The ticks since the boot; wraps.  Any context. */
int	getticks(void);

#endif /* !_HOSTED_SYS_KERNEL_H_ */
