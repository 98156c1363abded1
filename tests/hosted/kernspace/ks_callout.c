/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_callout.c: callouts run once, in order, never early, and not at all
 * after they have been halted.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_tests.h"

#define MS	1000000ULL

struct call {
	callout_t	ca_callout;
	kmutex_t	ca_gate;	/* the function waits for it */
	struct ks_event	ca_begun;
	struct ks_event	ca_done;
	unsigned long long ca_ran_ns;
	unsigned int	ca_runs;	/* [gate] that have ended */
	bool		ca_again;	/* [gate] it schedules itself */
};

static void
call_fn(void *arg)
{
	struct call *ca = arg;

	KS_CHECK(cpu_softintr_p());
	ca->ca_ran_ns = host_uptime_ns();
	ks_event_post(&ca->ca_begun);
	mutex_enter(&ca->ca_gate);
	ca->ca_runs++;
	if (ca->ca_again)
		callout_schedule(&ca->ca_callout, 1);
	mutex_exit(&ca->ca_gate);
	ks_event_post(&ca->ca_done);
}

static void
call_init(struct call *ca)
{

	memset(ca, 0, sizeof(*ca));
	callout_init(&ca->ca_callout, CALLOUT_MPSAFE);
	callout_setfunc(&ca->ca_callout, call_fn, ca);
	mutex_init(&ca->ca_gate, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	ks_event_init(&ca->ca_begun);
	ks_event_init(&ca->ca_done);
}

static void
call_fini(struct call *ca)
{

	(void)callout_halt(&ca->ca_callout, NULL);
	callout_destroy(&ca->ca_callout);
	ks_event_fini(&ca->ca_begun);
	ks_event_fini(&ca->ca_done);
	mutex_destroy(&ca->ca_gate);
}

void
ks_callout_never_early(void)
{
	static const int ticks[] = { 1, 2, 5, 20 };
	unsigned long long begin_ns, due_ns;
	struct call ca;
	unsigned int i;

	call_init(&ca);
	for (i = 0; i < __arraycount(ticks); i++) {
		begin_ns = host_uptime_ns();
		due_ns = begin_ns + (unsigned long long)ticks[i] * MS;
		callout_schedule(&ca.ca_callout, ticks[i]);
		(void)ks_event_wait(&ca.ca_done, (int)i + 1);
		KS_CHECK(ca.ca_ran_ns >= due_ns);
		KS_CHECK(!callout_pending(&ca.ca_callout));
	}
	KS_CHECK(ca.ca_runs == __arraycount(ticks));
	call_fini(&ca);
}

/* Many, in order of time; among equals, in order of scheduling. */
#define NORDER	6
struct order {
	struct ks_event	or_done;
	int		or_seen[NORDER];
	int		or_n;
	callout_t	or_callout[NORDER];
};

struct order_arg {
	struct order	*oa_order;
	int		oa_which;
};

static void
order_fn(void *arg)
{
	struct order_arg *oa = arg;
	struct order *or = oa->oa_order;

	or->or_seen[or->or_n++] = oa->oa_which;
	ks_event_post(&or->or_done);
}

void
ks_callout_order(void)
{
	static const int ticks[NORDER] = { 9, 3, 6, 3, 1, 6 };
	static const int expect[NORDER] = { 4, 1, 3, 2, 5, 0 };
	/* Time enough to schedule them all. */
	const int step = host_run_exact() ? 20 : 200;
	struct order_arg oa[NORDER];
	struct order or;
	int i;

	memset(&or, 0, sizeof(or));
	ks_event_init(&or.or_done);
	for (i = 0; i < NORDER; i++) {
		oa[i].oa_order = &or;
		oa[i].oa_which = i;
		callout_init(&or.or_callout[i], CALLOUT_MPSAFE);
		callout_reset(&or.or_callout[i], ticks[i] * step, order_fn,
		    &oa[i]);
	}
	(void)ks_event_wait(&or.or_done, NORDER);
	for (i = 0; i < NORDER; i++) {
		KS_CHECK(or.or_seen[i] == expect[i]);
		(void)callout_halt(&or.or_callout[i], NULL);
		callout_destroy(&or.or_callout[i]);
	}
	ks_event_fini(&or.or_done);
}

/* Time enough to stop it before, on a machine whose time does not wait. */
void
ks_callout_stop(void)
{
	const int ticks = host_run_exact() ? 50 : 1000;
	struct call ca;

	call_init(&ca);
	KS_CHECK(!callout_stop(&ca.ca_callout));
	callout_schedule(&ca.ca_callout, ticks);
	KS_CHECK(callout_pending(&ca.ca_callout));
	KS_CHECK(callout_active(&ca.ca_callout));
	KS_CHECK(!callout_expired(&ca.ca_callout));
	KS_CHECK(!callout_stop(&ca.ca_callout));
	KS_CHECK(!callout_pending(&ca.ca_callout));
	KS_CHECK(!callout_active(&ca.ca_callout));
	ks_pause(ticks + 50);
	KS_CHECK(ks_event_count(&ca.ca_begun) == 0);
	callout_schedule(&ca.ca_callout, 1);
	(void)ks_event_wait(&ca.ca_done, 1);
	KS_CHECK(callout_expired(&ca.ca_callout));
	KS_CHECK(callout_invoking(&ca.ca_callout));
	callout_ack(&ca.ca_callout);
	KS_CHECK(!callout_invoking(&ca.ca_callout));
	KS_CHECK(callout_stop(&ca.ca_callout));
	call_fini(&ca);
}

/* A new time replaces the old one. */
void
ks_callout_move(void)
{
	unsigned long long begin_ns;
	struct call ca;

	call_init(&ca);
	begin_ns = host_uptime_ns();
	callout_schedule(&ca.ca_callout, 2);
	callout_schedule(&ca.ca_callout, 60);
	(void)ks_event_wait(&ca.ca_done, 1);
	/* On a slow machine the first may have come before the second. */
	if (ks_event_count(&ca.ca_done) == 1)
		KS_CHECK(ca.ca_ran_ns >= begin_ns + 2 * MS);
	if (host_run_exact()) {
		KS_CHECK(ca.ca_ran_ns >= begin_ns + 60 * MS);
		KS_CHECK(ks_event_count(&ca.ca_done) == 1);
	}
	callout_schedule(&ca.ca_callout, 100000);
	callout_schedule(&ca.ca_callout, 1);
	(void)ks_event_wait(&ca.ca_done, 2);
	call_fini(&ca);
}

/* The function waits for the gate, which is the interlock here: when halt
 * returns, the function has ended. */
void
ks_callout_halt_interlock(void)
{
	unsigned int runs;
	struct call ca;

	call_init(&ca);
	ca.ca_again = true;
	callout_schedule(&ca.ca_callout, 1);
	if (ks_event_wait(&ca.ca_begun, 1)) {
		mutex_enter(&ca.ca_gate);
		(void)callout_halt(&ca.ca_callout, &ca.ca_gate);
		KS_CHECK(mutex_owned(&ca.ca_gate));
		KS_CHECK(!callout_pending(&ca.ca_callout));
		runs = ca.ca_runs;
		mutex_exit(&ca.ca_gate);
		ks_pause(20);
		KS_CHECK(ca.ca_runs == runs);
		KS_CHECK(!callout_pending(&ca.ca_callout));
	}
	ca.ca_again = false;
	call_fini(&ca);
}

/* Hold the gate while the function waits for it, and let it in later. */
struct halt {
	struct call	ha_call;
	struct ks_event	ha_held;
	struct ks_event	ha_go;
};

static void
halt_keeper(void *arg)
{
	struct halt *ha = arg;

	mutex_enter(&ha->ha_call.ca_gate);
	ks_event_post(&ha->ha_held);
	(void)ks_event_wait(&ha->ha_go, 1);
	mutex_exit(&ha->ha_call.ca_gate);
}

static void
halt_go(void *arg)
{
	struct halt *ha = arg;

	ks_pause(20);
	ks_event_post(&ha->ha_go);
}

static void
halt_init(struct halt *ha)
{

	call_init(&ha->ha_call);
	ks_event_init(&ha->ha_held);
	ks_event_init(&ha->ha_go);
}

static void
halt_fini(struct halt *ha)
{

	call_fini(&ha->ha_call);
	ks_event_fini(&ha->ha_held);
	ks_event_fini(&ha->ha_go);
}

/* The function is in the middle of its run, for sure, when halt is called:
 * it must have ended when halt returns. */
void
ks_callout_halt(void)
{
	struct ks_thread *keeper, *go;
	struct halt ha;

	halt_init(&ha);
	keeper = ks_thread_start(halt_keeper, &ha);
	(void)ks_event_wait(&ha.ha_held, 1);
	callout_schedule(&ha.ha_call.ca_callout, 1);
	(void)ks_event_wait(&ha.ha_call.ca_begun, 1);
	go = ks_thread_start(halt_go, &ha);
	KS_CHECK(callout_halt(&ha.ha_call.ca_callout, NULL));
	KS_CHECK(ks_event_count(&ha.ha_call.ca_done) == 1);
	ks_thread_join(go);
	ks_thread_join(keeper);
	(void)ks_event_wait(&ha.ha_call.ca_done, 1);
	halt_fini(&ha);
}

/* A callout that schedules itself for ever ends when it is halted, wherever
 * it is. */
void
ks_callout_halt_self(void)
{
	unsigned int runs;
	struct call ca;
	int i;

	call_init(&ca);
	for (i = 0; i < 5; i++) {
		mutex_enter(&ca.ca_gate);
		ca.ca_again = true;
		mutex_exit(&ca.ca_gate);
		callout_schedule(&ca.ca_callout, 1);
		ks_pause(1 + i);
		(void)callout_halt(&ca.ca_callout, NULL);
		KS_CHECK(!callout_pending(&ca.ca_callout));
		mutex_enter(&ca.ca_gate);
		runs = ca.ca_runs;
		mutex_exit(&ca.ca_gate);
		ks_pause(5);
		mutex_enter(&ca.ca_gate);
		KS_CHECK(ca.ca_runs == runs);
		mutex_exit(&ca.ca_gate);
	}
	call_fini(&ca);
}

static void
intr_fn(void *arg)
{
	struct call *ca = arg;

	callout_schedule(&ca->ca_callout, 2);
}

void
ks_callout_interrupt(void)
{
	struct call ca;

	call_init(&ca);
	host_run_interrupt(intr_fn, &ca);
	(void)ks_event_wait(&ca.ca_done, 1);
	call_fini(&ca);
}

/*
 * Misuse.  Each of the following panics.
 */

void
ks_callout_destroy_pending(void)
{
	struct call ca;

	call_init(&ca);
	callout_schedule(&ca.ca_callout, 1000000);
	callout_destroy(&ca.ca_callout);
}

static kmutex_t kept;

static void
keep_fn(void *arg __unused)
{

	mutex_enter(&kept);
}

void
ks_callout_keeps_mutex(void)
{
	callout_t c;

	mutex_init(&kept, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	callout_init(&c, CALLOUT_MPSAFE);
	callout_reset(&c, 1, keep_fn, NULL);
	ks_pause(100);
}

static void
sleep_fn(void *arg __unused)
{

	ks_pause(1);
}

void
ks_callout_sleeps(void)
{
	callout_t c;

	callout_init(&c, CALLOUT_MPSAFE);
	callout_reset(&c, 1, sleep_fn, NULL);
	ks_pause(100);
}
