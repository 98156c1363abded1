/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks.h: the kernel's side of the conformance tests.
 *
 * These files are compiled as kernel code.  Their functions use nothing but
 * the kernel interface under test, threads of the host's, and what is here.
 * A failed check is noted and the test goes on, to its end: so the same
 * functions can show that a broken kernel is found out.
 */

#ifndef _TESTS_HOSTED_KS_H_
#define _TESTS_HOSTED_KS_H_

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/mutex.h>

#include <hosted/host.h>

void	ks_fail(const char *, int, const char *);

#define KS_CHECK(e)	do {				\
	if (!(e))					\
		ks_fail(__FILE__, __LINE__, #e);	\
} while (0)

/* Longer than any test may need for a step: who waits so long has hung. */
#define KS_LONG_TICKS	5000

/* Threads. */
struct ks_thread;
struct ks_thread *ks_thread_start(void (*)(void *), void *);
void	ks_thread_join(struct ks_thread *);
/* Its host's thread, once it runs. */
struct host_thread *ks_thread_host(struct ks_thread *);
/* Let others run for so many ticks. */
void	ks_pause(int);

/* Schedule a soft interrupt, from any context. */
void	ks_schedule(void *);

/* A count that threads wait for. */
struct ks_event {
	kmutex_t	ke_lock;
	kcondvar_t	ke_cv;
	int		ke_count;
};
void	ks_event_init(struct ks_event *);
void	ks_event_fini(struct ks_event *);
/* One more. */
void	ks_event_post(struct ks_event *);
/* Wait until there are n; false, and a failure, when that takes too long. */
bool	ks_event_wait(struct ks_event *, int);
int	ks_event_count(struct ks_event *);

#endif /* !_TESTS_HOSTED_KS_H_ */
