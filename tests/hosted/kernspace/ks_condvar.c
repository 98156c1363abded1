/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_condvar.c: waits end for their reason and not before their time, and no
 * wakeup is lost.
 */

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_tests.h"

#define MS	1000000ULL

struct place {
	kmutex_t	pl_lock;
	kcondvar_t	pl_cv;
	struct ks_event	pl_done;
	int		pl_waiting;	/* have come */
	int		pl_tokens;	/* may leave */
	int		pl_left;
	int		pl_error;
};

static void
place_init(struct place *pl, int ipl)
{

	memset(pl, 0, sizeof(*pl));
	mutex_init(&pl->pl_lock, MUTEX_DEFAULT, ipl);
	cv_init(&pl->pl_cv, "place");
	ks_event_init(&pl->pl_done);
}

static void
place_fini(struct place *pl)
{

	ks_event_fini(&pl->pl_done);
	cv_destroy(&pl->pl_cv);
	mutex_destroy(&pl->pl_lock);
}

/*
 * Never early.
 */

static void
early_one(struct place *pl, int ticks)
{
	unsigned long long begin_ns = host_uptime_ns();
	int error;

	mutex_enter(&pl->pl_lock);
	error = cv_timedwait(&pl->pl_cv, &pl->pl_lock, ticks);
	mutex_exit(&pl->pl_lock);
	KS_CHECK(error == EWOULDBLOCK);
	KS_CHECK(host_uptime_ns() - begin_ns >=
	    (unsigned long long)ticks * MS);
}

static void
early_sig(struct place *pl, int ticks)
{
	unsigned long long begin_ns = host_uptime_ns();
	int error;

	mutex_enter(&pl->pl_lock);
	error = cv_timedwait_sig(&pl->pl_cv, &pl->pl_lock, ticks);
	mutex_exit(&pl->pl_lock);
	KS_CHECK(error == EWOULDBLOCK);
	KS_CHECK(host_uptime_ns() - begin_ns >=
	    (unsigned long long)ticks * MS);
}

static void
early_bt(struct place *pl, long ns)
{
	unsigned long long begin_ns = host_uptime_ns();
	struct timespec ts = { 0, ns };
	struct bintime bt;
	int error;

	timespec2bintime(&ts, &bt);
	mutex_enter(&pl->pl_lock);
	error = cv_timedwaitbt(&pl->pl_cv, &pl->pl_lock, &bt,
	    DEFAULT_TIMEOUT_EPSILON);
	mutex_exit(&pl->pl_lock);
	KS_CHECK(error == EWOULDBLOCK);
	KS_CHECK(host_uptime_ns() - begin_ns >= (unsigned long long)ns);
	KS_CHECK(bt.sec == 0 && bt.frac == 0);
}

/* A wait may end for no reason; this one is nobody else's business, and the
 * hosts do so only when they are told to. */
void
ks_condvar_never_early(void)
{
	static const int ticks[] = { 1, 2, 3, 7, 20 };
	static const long times_ns[] = { 1, 999, 1000000, 1500001 };
	struct place pl;
	unsigned int i;

	place_init(&pl, IPL_NONE);
	for (i = 0; i < __arraycount(ticks); i++) {
		early_one(&pl, ticks[i]);
		early_sig(&pl, ticks[i]);
	}
	for (i = 0; i < __arraycount(times_ns); i++)
		early_bt(&pl, times_ns[i]);
	place_fini(&pl);
}

void
ks_condvar_kpause(void)
{
	unsigned long long begin_ns = host_uptime_ns();

	KS_CHECK(kpause("ks", false, 3, NULL) == EWOULDBLOCK);
	KS_CHECK(host_uptime_ns() - begin_ns >= 3 * MS);
}

/* What is left of a wait that was ended. */
static void
bt_waker(void *arg)
{
	struct place *pl = arg;

	mutex_enter(&pl->pl_lock);
	pl->pl_tokens = 1;
	cv_signal(&pl->pl_cv);
	mutex_exit(&pl->pl_lock);
}

void
ks_condvar_bt_left(void)
{
	struct bintime bt = { 10, 0 };
	struct ks_thread *kt;
	struct place pl;
	int error = 0;

	place_init(&pl, IPL_NONE);
	kt = ks_thread_start(bt_waker, &pl);
	mutex_enter(&pl.pl_lock);
	while (pl.pl_tokens == 0 && error == 0)
		error = cv_timedwaitbt_sig(&pl.pl_cv, &pl.pl_lock, &bt,
		    DEFAULT_TIMEOUT_EPSILON);
	mutex_exit(&pl.pl_lock);
	ks_thread_join(kt);
	KS_CHECK(error == 0);
	KS_CHECK(bt.sec >= 0 && (bt.sec < 10 || bt.frac == 0));
	place_fini(&pl);
}

/*
 * No wakeup is lost.
 */

static void
lost_waiter(void *arg)
{
	struct place *pl = arg;

	mutex_enter(&pl->pl_lock);
	pl->pl_waiting++;
	while (pl->pl_tokens == 0)
		cv_wait(&pl->pl_cv, &pl->pl_lock);
	pl->pl_tokens--;
	mutex_exit(&pl->pl_lock);
	ks_event_post(&pl->pl_done);
}

/* Wait until n have come. */
static void
lost_waiting(struct place *pl, int n)
{

	mutex_enter(&pl->pl_lock);
	while (pl->pl_waiting < n) {
		mutex_exit(&pl->pl_lock);
		ks_pause(1);
		mutex_enter(&pl->pl_lock);
	}
	mutex_exit(&pl->pl_lock);
}

/* Who has seen under the mutex that somebody waits can wake him: the wait
 * lets the mutex go only once it can be woken.  One who is not woken here
 * stays asleep until the rescue at the end. */
static bool
lost_one(int ipl)
{
	struct ks_thread *kt;
	struct place pl;
	bool woken;

	place_init(&pl, ipl);
	kt = ks_thread_start(lost_waiter, &pl);
	lost_waiting(&pl, 1);
	mutex_enter(&pl.pl_lock);
	pl.pl_tokens = 1;
	cv_signal(&pl.pl_cv);
	mutex_exit(&pl.pl_lock);
	woken = ks_event_wait(&pl.pl_done, 1);
	mutex_enter(&pl.pl_lock);
	cv_broadcast(&pl.pl_cv);
	mutex_exit(&pl.pl_lock);
	ks_thread_join(kt);
	place_fini(&pl);
	return woken;
}

void
ks_condvar_lost(void)
{
	int i;

	for (i = 0; i < 3; i++) {
		if (!lost_one(IPL_NONE) || !lost_one(IPL_SCHED))
			break;
	}
}

/* Tokens are given one at a time; each must find somebody. */
void
ks_condvar_signal(void)
{
	struct ks_thread *kt[3];
	struct place pl;
	unsigned int i;

	place_init(&pl, IPL_SOFTSERIAL);
	for (i = 0; i < __arraycount(kt); i++)
		kt[i] = ks_thread_start(lost_waiter, &pl);
	for (i = 0; i < __arraycount(kt); i++) {
		mutex_enter(&pl.pl_lock);
		pl.pl_tokens++;
		cv_signal(&pl.pl_cv);
		mutex_exit(&pl.pl_lock);
	}
	(void)ks_event_wait(&pl.pl_done, (int)__arraycount(kt));
	for (i = 0; i < __arraycount(kt); i++)
		ks_thread_join(kt[i]);
	place_fini(&pl);
}

void
ks_condvar_broadcast(void)
{
	struct ks_thread *kt[3];
	struct place pl;
	unsigned int i;

	place_init(&pl, IPL_SOFTSERIAL);
	for (i = 0; i < __arraycount(kt); i++)
		kt[i] = ks_thread_start(lost_waiter, &pl);
	lost_waiting(&pl, (int)__arraycount(kt));
	mutex_enter(&pl.pl_lock);
	KS_CHECK(cv_has_waiters(&pl.pl_cv));
	KS_CHECK(cv_is_valid(&pl.pl_cv));
	pl.pl_tokens = (int)__arraycount(kt);
	cv_broadcast(&pl.pl_cv);
	mutex_exit(&pl.pl_lock);
	(void)ks_event_wait(&pl.pl_done, (int)__arraycount(kt));
	for (i = 0; i < __arraycount(kt); i++) {
		/* To the rescue of whom the broadcast has left. */
		mutex_enter(&pl.pl_lock);
		cv_signal(&pl.pl_cv);
		mutex_exit(&pl.pl_lock);
	}
	for (i = 0; i < __arraycount(kt); i++)
		ks_thread_join(kt[i]);
	KS_CHECK(!cv_has_waiters(&pl.pl_cv));
	place_fini(&pl);
	KS_CHECK(!cv_is_valid(&pl.pl_cv));
}

/* An interrupt wakes. */
static void
intr_token(void *arg)
{
	struct place *pl = arg;

	mutex_spin_enter(&pl->pl_lock);
	pl->pl_tokens++;
	cv_signal(&pl->pl_cv);
	mutex_spin_exit(&pl->pl_lock);
}

void
ks_condvar_interrupt(void)
{
	struct place pl;
	int i;

	place_init(&pl, IPL_HIGH);
	for (i = 0; i < 5; i++) {
		host_run_interrupt(intr_token, &pl);
		mutex_enter(&pl.pl_lock);
		while (pl.pl_tokens == 0)
			cv_wait(&pl.pl_cv, &pl.pl_lock);
		pl.pl_tokens--;
		mutex_exit(&pl.pl_lock);
	}
	place_fini(&pl);
}

/*
 * Signals.
 */

static void
sig_waiter(void *arg)
{
	struct place *pl = arg;

	mutex_enter(&pl->pl_lock);
	pl->pl_waiting++;
	while (pl->pl_tokens == 0 && pl->pl_error == 0)
		pl->pl_error = cv_wait_sig(&pl->pl_cv, &pl->pl_lock);
	KS_CHECK(mutex_owned(&pl->pl_lock));
	mutex_exit(&pl->pl_lock);
	host_run_clear_signal();
	ks_event_post(&pl->pl_done);
}

void
ks_condvar_sig(void)
{
	struct ks_thread *kt;
	struct place pl;

	place_init(&pl, IPL_NONE);
	kt = ks_thread_start(sig_waiter, &pl);
	host_thread_interrupt(ks_thread_host(kt));
	(void)ks_event_wait(&pl.pl_done, 1);
	ks_thread_join(kt);
	KS_CHECK(pl.pl_error == EINTR || pl.pl_error == ERESTART);
	place_fini(&pl);
}

/* A wait that takes no signals is not ended by one. */
void
ks_condvar_nosig(void)
{
	struct ks_thread *kt;
	struct place pl;

	place_init(&pl, IPL_NONE);
	kt = ks_thread_start(lost_waiter, &pl);
	host_thread_interrupt(ks_thread_host(kt));
	ks_pause(3);
	KS_CHECK(ks_event_count(&pl.pl_done) == 0);
	mutex_enter(&pl.pl_lock);
	pl.pl_tokens = 1;
	cv_signal(&pl.pl_cv);
	mutex_exit(&pl.pl_lock);
	ks_thread_join(kt);
	place_fini(&pl);
}

/*
 * Misuse.  Each of the following panics.
 */

void
ks_condvar_unlocked(void)
{
	struct place pl;

	place_init(&pl, IPL_NONE);
	cv_wait(&pl.pl_cv, &pl.pl_lock);
}

void
ks_condvar_signal_unlocked(void)
{
	struct place pl;

	place_init(&pl, IPL_NONE);
	(void)ks_thread_start(lost_waiter, &pl);
	lost_waiting(&pl, 1);
	cv_signal(&pl.pl_cv);
}

void
ks_condvar_spin_held(void)
{
	struct place pl;
	kmutex_t spin;

	place_init(&pl, IPL_NONE);
	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	mutex_enter(&pl.pl_lock);
	mutex_enter(&spin);
	cv_wait(&pl.pl_cv, &pl.pl_lock);
}

void
ks_condvar_destroy_waiters(void)
{
	struct place pl;

	place_init(&pl, IPL_NONE);
	(void)ks_thread_start(lost_waiter, &pl);
	lost_waiting(&pl, 1);
	cv_destroy(&pl.pl_cv);
}

/* The mutex of the wait is taken again under the other one: the order is the
 * wrong way round. */
void
ks_condvar_wait_inversion(void)
{
	struct place pl;
	kmutex_t inner;

	place_init(&pl, IPL_NONE);
	mutex_init(&inner, MUTEX_DEFAULT, IPL_NONE);
	mutex_enter(&pl.pl_lock);
	mutex_enter(&inner);
	(void)cv_timedwait(&pl.pl_cv, &pl.pl_lock, 1);
}
