/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/cpu.h: the processor.
 */

#ifndef _HOSTED_SYS_CPU_H_
#define _HOSTED_SYS_CPU_H_

/* Wait without sleeping, for hardware; microseconds, at most 50. */
void	delay(unsigned int);
#define DELAY(us)		delay(us)

#endif /* !_HOSTED_SYS_CPU_H_ */
