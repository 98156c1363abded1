/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_callout.c: functions called at a tick.
 *
 * One thread, a soft interrupt of the clock's level to the functions, waits
 * for the first of the pending callouts, which are kept in order of time
 * (first come first served among equals), and calls it with nothing held.
 *
 * callout_lock guards the list, all members of all callouts, and which one
 * runs.  It spins, since callouts may be scheduled in interrupts.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

#define CALLOUT_TICK_NS	1000000ULL

struct hosted_callout {
	TAILQ_ENTRY(hosted_callout) hc_entry;	/* while pending */
	unsigned long long hc_due_ns;
	void		(*hc_fn)(void *);
	void		*hc_arg;
	bool		hc_pending;
	bool		hc_fired;	/* since it was last scheduled */
	bool		hc_invoking;	/* until callout_ack() */
};

static struct host_lock		*callout_lock;
static struct host_cond		*callout_work;	/* for the thread */
static struct host_cond		*callout_done;	/* a function returned */
static struct host_thread	*callout_thread;
static TAILQ_HEAD(callout_list, hosted_callout) callout_pendings;
static struct hosted_callout	*callout_running;
static struct kern_lwp		*callout_lwp;
static unsigned int		callout_halters;
static bool			callout_ending;

/* Call the first, whose time has come.  The lock is held, and let go. */
static void
callout_run(struct hosted_callout *hc)
{
	void (*fn)(void *) = hc->hc_fn;
	void *arg = hc->hc_arg;

	TAILQ_REMOVE(&callout_pendings, hc, hc_entry);
	hc->hc_pending = false;
	hc->hc_fired = true;
	hc->hc_invoking = true;
	callout_running = hc;
	host_lock_exit(callout_lock);
	(*fn)(arg);
	KASSERTMSG(kern_lwp_self()->kl_nheld == 0,
	    "callout: a function returned with a mutex held");
	host_lock_enter(callout_lock);
	callout_running = NULL;
	if (callout_halters != 0)
		host_cond_wake(callout_done, 1);
}

static void
callout_main(void *arg __unused)
{
	struct hosted_callout *hc;

	kern_lwp_begin(callout_lwp);
	host_lock_enter(callout_lock);
	while (!callout_ending) {
		hc = TAILQ_FIRST(&callout_pendings);
		if (hc != NULL && hc->hc_due_ns <= host_uptime_ns())
			callout_run(hc);
		else
			(void)host_cond_wait(callout_work, callout_lock,
			    hc == NULL ? 0 : hc->hc_due_ns, 0);
	}
	callout_lwp = NULL;
	host_lock_exit(callout_lock);
	kern_lwp_end();
}

int
kern_callout_init(void)
{

	TAILQ_INIT(&callout_pendings);
	callout_running = NULL;
	callout_ending = false;
	callout_lock = host_lock_create(HOST_LOCK_SPIN, "callout");
	callout_work = host_cond_create("callout");
	callout_done = host_cond_create("callhalt");
	callout_lwp = kern_lwp_prepare(IPL_SOFTCLOCK);
	if (callout_lock == NULL || callout_work == NULL ||
	    callout_done == NULL || callout_lwp == NULL)
		return ENOMEM;
	return host_thread_create(&callout_thread, callout_main, NULL,
	    HOST_PRI_SOFT, "softclk");
}

void
kern_callout_fini(void)
{

	if (callout_thread != NULL) {
		host_lock_enter(callout_lock);
		callout_ending = true;
		host_cond_wake(callout_work, 1);
		host_lock_exit(callout_lock);
		host_thread_join(callout_thread);
		if (!TAILQ_EMPTY(&callout_pendings))
			printf("callout: some are pending at shutdown\n");
	} else if (callout_lwp != NULL)
		host_free(callout_lwp, sizeof(*callout_lwp));
	if (callout_done != NULL)
		host_cond_destroy(callout_done);
	if (callout_work != NULL)
		host_cond_destroy(callout_work);
	if (callout_lock != NULL)
		host_lock_destroy(callout_lock);
	callout_thread = NULL;
	callout_lwp = NULL;
	callout_done = callout_work = NULL;
	callout_lock = NULL;
}

static struct hosted_callout *
callout_enter(callout_t *c)
{

	if (c->c_hosted == NULL)
		panic("callout: not initialized");
	host_lock_enter(callout_lock);
	return c->c_hosted;
}

void
callout_init(callout_t *c, u_int flags)
{

	KASSERTMSG(flags == CALLOUT_MPSAFE, "callouts must be MPSAFE");
	c->c_hosted = kmem_zalloc(sizeof(*c->c_hosted), KM_SLEEP);
}

void
callout_destroy(callout_t *c)
{
	struct hosted_callout *hc = callout_enter(c);

	if (hc->hc_pending)
		panic("callout_destroy: pending");
	if (callout_running == hc)
		panic("callout_destroy: running");
	host_lock_exit(callout_lock);
	kmem_free(hc, sizeof(*hc));
	c->c_hosted = NULL;
}

void
callout_setfunc(callout_t *c, void (*fn)(void *), void *arg)
{
	struct hosted_callout *hc = callout_enter(c);

	hc->hc_fn = fn;
	hc->hc_arg = arg;
	host_lock_exit(callout_lock);
}

/* Put it behind all that are due no later.  The lock is held. */
static void
callout_insert(struct hosted_callout *hc, int ticks)
{
	struct hosted_callout *other;

	KASSERT(hc->hc_fn != NULL);
	if (hc->hc_pending)
		TAILQ_REMOVE(&callout_pendings, hc, hc_entry);
	hc->hc_pending = true;
	hc->hc_fired = false;
	hc->hc_due_ns = host_uptime_ns() +
	    (unsigned long long)imax(ticks, 1) * CALLOUT_TICK_NS;
	TAILQ_FOREACH_REVERSE(other, &callout_pendings, callout_list,
	    hc_entry) {
		if (other->hc_due_ns <= hc->hc_due_ns)
			break;
	}
	if (other == NULL)
		TAILQ_INSERT_HEAD(&callout_pendings, hc, hc_entry);
	else
		TAILQ_INSERT_AFTER(&callout_pendings, other, hc, hc_entry);
	if (TAILQ_FIRST(&callout_pendings) == hc)
		host_cond_wake(callout_work, 1);
}

void
callout_schedule(callout_t *c, int ticks)
{
	struct hosted_callout *hc = callout_enter(c);

	callout_insert(hc, ticks);
	host_lock_exit(callout_lock);
}

void
callout_reset(callout_t *c, int ticks, void (*fn)(void *), void *arg)
{
	struct hosted_callout *hc = callout_enter(c);

	hc->hc_fn = fn;
	hc->hc_arg = arg;
	callout_insert(hc, ticks);
	host_lock_exit(callout_lock);
}

/* The lock is held. */
static bool
callout_cancel(struct hosted_callout *hc)
{
	bool fired = hc->hc_fired;

	if (hc->hc_pending)
		TAILQ_REMOVE(&callout_pendings, hc, hc_entry);
	hc->hc_pending = false;
	hc->hc_fired = false;
	return fired;
}

bool
callout_stop(callout_t *c)
{
	struct hosted_callout *hc = callout_enter(c);
	bool fired;

	fired = callout_cancel(hc);
	host_lock_exit(callout_lock);
	return fired;
}

/* A function may schedule itself anew before it returns: cancel again when
 * it has. */
static void
callout_wait(struct hosted_callout *hc)
{

	kern_lwp_assert_unlocked("callout_halt");
	kern_softint_flush();
	host_lock_enter(callout_lock);
	callout_halters++;
	while (callout_running == hc)
		(void)host_cond_wait(callout_done, callout_lock, 0, 0);
	callout_halters--;
	(void)callout_cancel(hc);
	host_lock_exit(callout_lock);
}

/* A function that halts itself is not waited for. */
bool
callout_halt(callout_t *c, kmutex_t *interlock)
{
	struct kern_lwp *self = kern_lwp_self();
	struct hosted_callout *hc;
	bool fired, wait;

	if (interlock != NULL)
		KASSERT(mutex_owned(interlock));
	hc = callout_enter(c);
	fired = callout_cancel(hc);
	wait = callout_running == hc && callout_lwp != self;
	KASSERT(self->kl_ipl == IPL_NONE || callout_lwp == self);
	host_lock_exit(callout_lock);
	if (wait) {
		if (interlock != NULL)
			mutex_exit(interlock);
		callout_wait(hc);
		if (interlock != NULL)
			mutex_enter(interlock);
	}
	return fired;
}

bool
callout_pending(callout_t *c)
{
	struct hosted_callout *hc = callout_enter(c);
	bool pending = hc->hc_pending;

	host_lock_exit(callout_lock);
	return pending;
}

bool
callout_expired(callout_t *c)
{
	struct hosted_callout *hc = callout_enter(c);
	bool fired = hc->hc_fired;

	host_lock_exit(callout_lock);
	return fired;
}

bool
callout_active(callout_t *c)
{
	struct hosted_callout *hc = callout_enter(c);
	bool active = hc->hc_pending || hc->hc_fired;

	host_lock_exit(callout_lock);
	return active;
}

bool
callout_invoking(callout_t *c)
{
	struct hosted_callout *hc = callout_enter(c);
	bool invoking = hc->hc_invoking;

	host_lock_exit(callout_lock);
	return invoking;
}

void
callout_ack(callout_t *c)
{
	struct hosted_callout *hc = callout_enter(c);

	hc->hc_invoking = false;
	host_lock_exit(callout_lock);
}
