/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/param.h: arithmetic that every kernel file uses.
 */

#ifndef _HOSTED_SYS_PARAM_H_
#define _HOSTED_SYS_PARAM_H_

#include <sys/types.h>

#include <machine/limits.h>

#define __NetBSD_Version__	1099001200	/* 10.99.12 */

#define howmany(x, y)		(((x) + ((y) - 1)) / (y))
#define roundup(x, y)		((((x) + ((y) - 1)) / (y)) * (y))
#define rounddown(x, y)		(((x) / (y)) * (y))
#define roundup2(x, m)		(((x) + ((m) - 1)) & ~((m) - 1))
#define powerof2(x)		((((x) - 1) & (x)) == 0)

#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define MAX(a, b)		((a) > (b) ? (a) : (b))

#define setbit(a, i)		((a)[(i) / 8] |= 1 << ((i) % 8))
#define clrbit(a, i)		((a)[(i) / 8] &= ~(1 << ((i) % 8)))
#define isset(a, i)		((a)[(i) / 8] & (1 << ((i) % 8)))
#define isclr(a, i)		(((a)[(i) / 8] & (1 << ((i) % 8))) == 0)

/* Priorities of sleeps; kept for their names, the hosts have none. */
#define PZERO			22
#define PWAIT			32
#define PRI_NONE		(-1)
#define PRI_USER		0

#define COHERENCY_UNIT		64

/* Milliseconds to ticks, rounded up, and back; no overflow below 2^31 / hz
 * seconds. */
#define mstohz(ms)		\
	((int)(((uint64_t)(unsigned int)(ms) * (unsigned int)hz + 999) / 1000))
#define hztoms(t)		\
	((unsigned int)((uint64_t)(unsigned int)(t) * 1000 / (unsigned int)hz))

#endif /* !_HOSTED_SYS_PARAM_H_ */
