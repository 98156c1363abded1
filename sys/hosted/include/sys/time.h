/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/time.h: times.
 *
 * The uptime is monotonic and never 0; the other clock is the wall's, which may
 * be set at any time.  The get forms have the precision of a tick.
 */

#ifndef _HOSTED_SYS_TIME_H_
#define _HOSTED_SYS_TIME_H_

#include <sys/types.h>

struct timespec {
	time_t		tv_sec;
	long		tv_nsec;	/* 0 to 999999999 */
};

struct timeval {
	time_t		tv_sec;
	suseconds_t	tv_usec;	/* 0 to 999999 */
};

struct bintime {
	time_t		sec;
	uint64_t	frac;		/* in 2^-64 s */
};

/* Any context. */
void	binuptime(struct bintime *);
void	nanouptime(struct timespec *);
void	microuptime(struct timeval *);
void	getnanouptime(struct timespec *);
void	bintime(struct bintime *);
time_t	getuptime_second(void);
time_t	getrealtime_second(void);
#define time_uptime		getuptime_second()
#define time_second		getrealtime_second()

#define timespecclear(t)	((t)->tv_sec = 0, (t)->tv_nsec = 0)
#define timespecisset(t)	((t)->tv_sec != 0 || (t)->tv_nsec != 0)
#define timespeccmp(a, b, op)	\
	((a)->tv_sec == (b)->tv_sec ? (a)->tv_nsec op (b)->tv_nsec : \
	(a)->tv_sec op (b)->tv_sec)
#define timerclear(t)		((t)->tv_sec = 0, (t)->tv_usec = 0)
#define timerisset(t)		((t)->tv_sec != 0 || (t)->tv_usec != 0)
#define timercmp(a, b, op)	\
	((a)->tv_sec == (b)->tv_sec ? (a)->tv_usec op (b)->tv_usec : \
	(a)->tv_sec op (b)->tv_sec)

#define timespecadd(a, b, r)	hosted_timespecadd((a), (b), (r))
#define timespecsub(a, b, r)	hosted_timespecsub((a), (b), (r))
#define timeradd(a, b, r)	hosted_timeradd((a), (b), (r))
#define timersub(a, b, r)	hosted_timersub((a), (b), (r))

static inline void __unused
hosted_timespecadd(const struct timespec *a, const struct timespec *b,
    struct timespec *r)
{
	time_t sec = a->tv_sec + b->tv_sec;
	long nsec = a->tv_nsec + b->tv_nsec;

	r->tv_sec = sec + (nsec >= 1000000000);
	r->tv_nsec = nsec - (nsec >= 1000000000) * 1000000000L;
}

static inline void __unused
hosted_timespecsub(const struct timespec *a, const struct timespec *b,
    struct timespec *r)
{
	time_t sec = a->tv_sec - b->tv_sec;
	long nsec = a->tv_nsec - b->tv_nsec;

	r->tv_sec = sec - (nsec < 0);
	r->tv_nsec = nsec + (nsec < 0) * 1000000000L;
}

static inline void __unused
hosted_timeradd(const struct timeval *a, const struct timeval *b,
    struct timeval *r)
{
	time_t sec = a->tv_sec + b->tv_sec;
	int usec = a->tv_usec + b->tv_usec;

	r->tv_sec = sec + (usec >= 1000000);
	r->tv_usec = usec - (usec >= 1000000) * 1000000;
}

static inline void __unused
hosted_timersub(const struct timeval *a, const struct timeval *b,
    struct timeval *r)
{
	time_t sec = a->tv_sec - b->tv_sec;
	int usec = a->tv_usec - b->tv_usec;

	r->tv_sec = sec - (usec < 0);
	r->tv_usec = usec + (usec < 0) * 1000000;
}

static inline void __unused
bintime_add(struct bintime *a, const struct bintime *b)
{
	uint64_t frac = a->frac;

	a->frac += b->frac;
	a->sec += b->sec + (a->frac < frac);
}

static inline void __unused
bintime_sub(struct bintime *a, const struct bintime *b)
{
	uint64_t frac = a->frac;

	a->frac -= b->frac;
	a->sec -= b->sec + (a->frac > frac);
}

#define bintimecmp(a, b, op)	\
	((a)->sec == (b)->sec ? (a)->frac op (b)->frac : (a)->sec op (b)->sec)

static inline void __unused
bintime2timespec(const struct bintime *b, struct timespec *t)
{

	t->tv_sec = b->sec;
	t->tv_nsec = (long)(((uint64_t)1000000000 *
	    (uint32_t)(b->frac >> 32)) >> 32);
}

/* frac is rounded up, so that the way back gives the same nanosecond. */
static inline void __unused
timespec2bintime(const struct timespec *t, struct bintime *b)
{

	b->sec = t->tv_sec;
	b->frac = (uint64_t)t->tv_nsec * 18446744073ULL;
	b->frac += (uint64_t)t->tv_nsec * 709551616ULL / 1000000000ULL +
	    (t->tv_nsec != 0) * 4294967296ULL;
}

static inline void __unused
bintime2timeval(const struct bintime *b, struct timeval *t)
{

	t->tv_sec = b->sec;
	t->tv_usec = (suseconds_t)(((uint64_t)1000000 *
	    (uint32_t)(b->frac >> 32)) >> 32);
}

/* Ticks that surely cover the given time, at least 1. */
int	tvtohz(const struct timeval *);
int	tstohz(const struct timespec *);

#endif /* !_HOSTED_SYS_TIME_H_ */
