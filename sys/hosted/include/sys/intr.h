/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/intr.h: interrupt priority levels and soft interrupts.
 *
 * Soft interrupts are threads here.  Their handlers may take adaptive mutexes
 * and must not sleep otherwise.
 */

#ifndef _HOSTED_SYS_INTR_H_
#define _HOSTED_SYS_INTR_H_

#include <sys/types.h>

/* Levels, rising.  Mutexes of the soft levels and below are adaptive, those
 * of the levels above spin. */
#define IPL_NONE		0
#define IPL_SOFTCLOCK		1
#define IPL_SOFTBIO		2
#define IPL_SOFTNET		3
#define IPL_SOFTSERIAL		4
#define IPL_VM			5
#define IPL_SCHED		6
#define IPL_HIGH		7

#define IPL_AUDIO		IPL_SCHED
#define IPL_BIO			IPL_VM
#define IPL_NET			IPL_VM
#define IPL_SERIAL		IPL_HIGH
#define IPL_TTY			IPL_VM

/* How a line of hardware interrupts. */
#define IST_NONE		0
#define IST_PULSE		1
#define IST_EDGE		2
#define IST_LEVEL		3

#define SOFTINT_BIO		0x000
#define SOFTINT_CLOCK		0x001
#define SOFTINT_SERIAL		0x002
#define SOFTINT_NET		0x003
#define SOFTINT_LVLMASK		0x0ff
#define SOFTINT_MPSAFE		0x100
#define SOFTINT_RCPU		0x200

/* A handler of the given level (with SOFTINT_MPSAFE, which is required);
 * NULL: no memory.  Thread context. */
void	*softint_establish(u_int, void (*)(void *), void *);
/* Wait until the handler neither runs nor is scheduled, then forget it.
 * Thread context, no lock held. */
void	softint_disestablish(void *);
/* Let the handler run soon: at least once, beginning after this call, also
 * when it runs now or calls this itself.  Any context, with preemption
 * disabled (kpreempt_disabled(), <sys/systm.h>). */
void	softint_schedule(void *);

/* Does an interrupt, a soft interrupt run?  Any context. */
bool	cpu_intr_p(void);
bool	cpu_softintr_p(void);

#endif /* !_HOSTED_SYS_INTR_H_ */
