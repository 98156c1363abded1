/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks.c: threads and events of the tests, see ks.h.
 */

#include <sys/param.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <hosted/hosted.h>

#include "ks.h"

struct ks_thread {
	void		(*kt_fn)(void *);
	void		*kt_arg;
	struct host_thread *kt_thread;	/* for the join */
	struct host_thread *kt_self;	/* as it sees itself */
	struct ks_event	kt_runs;
};

static void
ks_thread_main(void *arg)
{
	struct ks_thread *kt = arg;

	kt->kt_self = host_thread_self();
	ks_event_post(&kt->kt_runs);
	(*kt->kt_fn)(kt->kt_arg);
	hosted_thread_exit();
}

void
ks_schedule(void *sih)
{

	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
}

struct ks_thread *
ks_thread_start(void (*fn)(void *), void *arg)
{
	struct ks_thread *kt;

	kt = kmem_zalloc(sizeof(*kt), KM_SLEEP);
	kt->kt_fn = fn;
	kt->kt_arg = arg;
	ks_event_init(&kt->kt_runs);
	if (host_thread_create(&kt->kt_thread, ks_thread_main, kt,
	    HOST_PRI_NORMAL, "ks") != 0)
		panic("ks: no thread");
	return kt;
}

void
ks_thread_join(struct ks_thread *kt)
{

	host_thread_join(kt->kt_thread);
	ks_event_fini(&kt->kt_runs);
	kmem_free(kt, sizeof(*kt));
}

struct host_thread *
ks_thread_host(struct ks_thread *kt)
{

	(void)ks_event_wait(&kt->kt_runs, 1);
	return kt->kt_self;
}

void
ks_pause(int ticks)
{

	(void)kpause("kspause", false, ticks, NULL);
}

void
ks_event_init(struct ks_event *ke)
{

	mutex_init(&ke->ke_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&ke->ke_cv, "ksevent");
	ke->ke_count = 0;
}

void
ks_event_fini(struct ks_event *ke)
{

	cv_destroy(&ke->ke_cv);
	mutex_destroy(&ke->ke_lock);
}

void
ks_event_post(struct ks_event *ke)
{

	mutex_enter(&ke->ke_lock);
	ke->ke_count++;
	cv_broadcast(&ke->ke_cv);
	mutex_exit(&ke->ke_lock);
}

bool
ks_event_wait(struct ks_event *ke, int n)
{
	bool came;
	int i;

	mutex_enter(&ke->ke_lock);
	for (i = 0; ke->ke_count < n && i < KS_LONG_TICKS / 100; i++)
		(void)cv_timedwait(&ke->ke_cv, &ke->ke_lock, 100);
	came = ke->ke_count >= n;
	mutex_exit(&ke->ke_lock);
	if (!came)
		ks_fail(__FILE__, __LINE__, "an event did not come");
	return came;
}

int
ks_event_count(struct ks_event *ke)
{
	int n;

	mutex_enter(&ke->ke_lock);
	n = ke->ke_count;
	mutex_exit(&ke->ke_lock);
	return n;
}
