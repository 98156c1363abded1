/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_softint.c: a soft interrupt that is scheduled runs afterwards, wherever
 * it was scheduled from, and never twice at once.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_tests.h"

#define ROUNDS	10

struct soft {
	void		*so_sih;
	kmutex_t	so_lock;
	struct ks_event	so_ran;
	u_int		so_inside;	/* atomic */
	struct host_thread *so_thread;	/* who is to run it first; NULL: any */
	int		so_todo;	/* [lock] times to schedule itself */
	int		so_work;	/* [lock] left for the handler */
	int		so_done;	/* [lock] by the handler */
};

static void
soft_fn(void *arg)
{
	struct soft *so = arg;

	KS_CHECK(cpu_softintr_p());
	KS_CHECK(!cpu_intr_p());
	KS_CHECK(atomic_inc_uint_nv(&so->so_inside) == 1);
	if (ks_event_count(&so->so_ran) == 0 && so->so_thread != NULL)
		KS_CHECK(so->so_thread == host_thread_self());
	mutex_enter(&so->so_lock);
	so->so_done += so->so_work;
	so->so_work = 0;
	if (so->so_todo > 0) {
		so->so_todo--;
		ks_schedule(so->so_sih);
	}
	mutex_exit(&so->so_lock);
	KS_CHECK(atomic_dec_uint_nv(&so->so_inside) == 0);
	ks_event_post(&so->so_ran);
}

static void
soft_init(struct soft *so, u_int level)
{

	memset(so, 0, sizeof(*so));
	mutex_init(&so->so_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	ks_event_init(&so->so_ran);
	so->so_sih = softint_establish(level | SOFTINT_MPSAFE, soft_fn, so);
	KS_CHECK(so->so_sih != NULL);
}

static void
soft_fini(struct soft *so)
{

	softint_disestablish(so->so_sih);
	ks_event_fini(&so->so_ran);
	mutex_destroy(&so->so_lock);
}

void
ks_softint_levels(void)
{
	static const u_int levels[] = {
		SOFTINT_BIO, SOFTINT_CLOCK, SOFTINT_SERIAL, SOFTINT_NET
	};
	struct soft so[__arraycount(levels)];
	unsigned int i;

	KS_CHECK(!cpu_softintr_p());
	for (i = 0; i < __arraycount(levels); i++)
		soft_init(&so[i], levels[i]);
	for (i = 0; i < __arraycount(levels); i++)
		ks_schedule(so[i].so_sih);
	for (i = 0; i < __arraycount(levels); i++) {
		(void)ks_event_wait(&so[i].so_ran, 1);
		soft_fini(&so[i]);
	}
}

/* From the handler itself: one more run each time. */
void
ks_softint_self(void)
{
	struct soft so;

	soft_init(&so, SOFTINT_SERIAL);
	so.so_todo = ROUNDS;
	ks_schedule(so.so_sih);
	(void)ks_event_wait(&so.so_ran, ROUNDS + 1);
	soft_fini(&so);
}

static void
intr_fn(void *arg)
{
	struct soft *so = arg;

	KS_CHECK(cpu_intr_p());
	ks_schedule(so->so_sih);
}

void
ks_softint_interrupt(void)
{
	struct soft so;
	int i;

	soft_init(&so, SOFTINT_SERIAL);
	for (i = 1; i <= ROUNDS; i++) {
		host_run_interrupt(intr_fn, &so);
		(void)ks_event_wait(&so.so_ran, i);
	}
	soft_fini(&so);
}

/* What is scheduled between begin and end runs at the end, and in the thread
 * that did, with what that schedules. */
void
ks_softint_own(void)
{
	struct soft so[2];
	int i;

	for (i = 0; i < 2; i++)
		soft_init(&so[i], SOFTINT_SERIAL);
	so[0].so_todo = 1;
	kern_softint_begin(kern_lwp_self());
	ks_schedule(so[0].so_sih);
	ks_schedule(so[0].so_sih);
	kern_softint_begin(kern_lwp_self());
	ks_schedule(so[1].so_sih);
	kern_softint_end(kern_lwp_self());
	for (i = 0; i < 2; i++) {
		KS_CHECK(ks_event_count(&so[i].so_ran) == 0);
		so[i].so_thread = host_thread_self();
	}
	kern_softint_end(kern_lwp_self());
	/* Once more: it scheduled itself. */
	KS_CHECK(ks_event_count(&so[0].so_ran) == 2);
	KS_CHECK(ks_event_count(&so[1].so_ran) == 1);
	KS_CHECK(!cpu_softintr_p());
	kern_softint_begin(kern_lwp_self());
	kern_softint_end(kern_lwp_self());
	for (i = 0; i < 2; i++)
		soft_fini(&so[i]);
}

/* Who waits for what he has scheduled himself does not wait in vain; and what
 * goes on and on is left to others. */
void
ks_softint_own_waits(void)
{
	struct soft so;

	soft_init(&so, SOFTINT_SERIAL);
	kern_softint_begin(kern_lwp_self());
	ks_schedule(so.so_sih);
	(void)ks_event_wait(&so.so_ran, 1);
	ks_schedule(so.so_sih);
	kern_softint_end(kern_lwp_self());
	(void)ks_event_wait(&so.so_ran, 2);
	so.so_todo = ROUNDS;
	kern_softint_begin(kern_lwp_self());
	ks_schedule(so.so_sih);
	kern_softint_end(kern_lwp_self());
	(void)ks_event_wait(&so.so_ran, ROUNDS + 3);
	soft_fini(&so);
}

/* With a mutex held nothing of the kind. */
void
ks_softint_own_held(void)
{
	struct soft so;
	kmutex_t lock;

	soft_init(&so, SOFTINT_SERIAL);
	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&lock);
	kern_softint_begin(kern_lwp_self());
	ks_schedule(so.so_sih);
	kern_softint_end(kern_lwp_self());
	mutex_exit(&lock);
	(void)ks_event_wait(&so.so_ran, 1);
	mutex_destroy(&lock);
	soft_fini(&so);
}

/* What is put down before the schedule is taken up by some run after it: when
 * the handler is disestablished, nothing is left. */
static void
work_thread(void *arg)
{
	struct soft *so = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		if (i % 3 != 0)
			kern_softint_begin(kern_lwp_self());
		mutex_enter(&so->so_lock);
		so->so_work++;
		mutex_exit(&so->so_lock);
		ks_schedule(so->so_sih);
		if (i % 3 != 0)
			kern_softint_end(kern_lwp_self());
	}
}

void
ks_softint_no_work_lost(void)
{
	struct ks_thread *kt[2];
	struct soft so;
	unsigned int i;

	soft_init(&so, SOFTINT_CLOCK);
	for (i = 0; i < __arraycount(kt); i++)
		kt[i] = ks_thread_start(work_thread, &so);
	for (i = 0; i < __arraycount(kt); i++)
		ks_thread_join(kt[i]);
	softint_disestablish(so.so_sih);
	KS_CHECK(so.so_work == 0);
	KS_CHECK(so.so_done == ROUNDS * (int)__arraycount(kt));
	KS_CHECK(so.so_inside == 0);
	ks_event_fini(&so.so_ran);
	mutex_destroy(&so.so_lock);
}

/* The handler is held up by its lock while it is disestablished. */
struct slow {
	struct soft	sl_soft;
	struct ks_event	sl_held;
};

static void
slow_keeper(void *arg)
{
	struct slow *sl = arg;

	mutex_enter(&sl->sl_soft.so_lock);
	sl->sl_soft.so_work = 1;
	ks_event_post(&sl->sl_held);
	ks_schedule(sl->sl_soft.so_sih);
	ks_pause(20);
	mutex_exit(&sl->sl_soft.so_lock);
}

void
ks_softint_disestablish(void)
{
	struct ks_thread *kt;
	struct slow sl;

	soft_init(&sl.sl_soft, SOFTINT_NET);
	ks_event_init(&sl.sl_held);
	kt = ks_thread_start(slow_keeper, &sl);
	(void)ks_event_wait(&sl.sl_held, 1);
	ks_pause(5);
	softint_disestablish(sl.sl_soft.so_sih);
	KS_CHECK(ks_event_count(&sl.sl_soft.so_ran) == 1);
	KS_CHECK(sl.sl_soft.so_done == 1);
	ks_thread_join(kt);
	ks_event_fini(&sl.sl_soft.so_ran);
	ks_event_fini(&sl.sl_held);
	mutex_destroy(&sl.sl_soft.so_lock);
}

/*
 * Misuse.  Each of the following panics.
 */

static void
sleep_fn(void *arg __unused)
{

	ks_pause(1);
}

void
ks_softint_sleeps(void)
{

	ks_schedule(softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    sleep_fn, NULL));
	ks_pause(100);
}

void
ks_softint_preempted(void)
{

	softint_schedule(softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    sleep_fn, NULL));
}

void
ks_softint_nopreempt_sleeps(void)
{

	kpreempt_disable();
	ks_pause(1);
}

void
ks_softint_disestablish_held(void)
{
	struct soft so;

	soft_init(&so, SOFTINT_SERIAL);
	mutex_enter(&so.so_lock);
	softint_disestablish(so.so_sih);
}
