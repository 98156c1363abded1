/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_softint.c: soft interrupts.
 *
 * Each level has a thread and a queue of handlers to run, in order of being
 * scheduled.  A handler is taken off the queue before it runs, so that who
 * schedules it during its run, itself included, gets one more run after it.
 *
 * A thread that brings what hardware has, or that is in a program's read or
 * write (kern_softint_begin()), runs the handlers that it scheduled by itself,
 * at their level's IPL, when it has let go of its locks: as a processor does
 * that returns from an interrupt, and without the time that another thread
 * takes to wake.  Such a handler is pending and in no queue but the thread's;
 * nobody else runs it.  So does the thread of the alarms.  A thread that is
 * going to wait hands them over first, for it may be waiting for what they do;
 * so it does when they go on for long.
 *
 * A handler never runs twice at once: who finds it running leaves it to the
 * level's thread.  Different ones of a level may run at the same time.
 *
 * The level's lock guards the queue and the state of the level's handlers.
 * It spins, since interrupts schedule.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

#define SOFTINT_HERE_MAX	16	/* in a thread with things to do */

struct softint_level;

struct softint {
	TAILQ_ENTRY(softint) si_entry;	/* while queued */
	struct softint_level *si_level;
	void		(*si_fn)(void *);
	void		*si_arg;
	bool		si_pending;	/* queued, or of a thread's own */
	bool		si_running;
};

struct softint_level {
	const char	*sl_name;
	int		sl_ipl;
	int		sl_pri;
	struct host_lock *sl_lock;
	struct host_cond *sl_work;	/* for the thread */
	struct host_cond *sl_done;	/* a handler returned */
	struct kern_lwp	*sl_lwp;	/* of the thread */
	struct host_thread *sl_thread;
	TAILQ_HEAD(, softint) sl_queue;
	bool		sl_idle;	/* the thread waits for work */
	unsigned int	sl_waiters;	/* on sl_done */
	unsigned int	sl_handlers;
	bool		sl_ending;
};

/* By SOFTINT_ number. */
static struct softint_level softint_levels[] = {
	{ .sl_name = "softbio", .sl_ipl = IPL_SOFTBIO,
	  .sl_pri = HOST_PRI_SOFT },
	{ .sl_name = "softclk", .sl_ipl = IPL_SOFTCLOCK,
	  .sl_pri = HOST_PRI_SOFT },
	{ .sl_name = "softser", .sl_ipl = IPL_SOFTSERIAL,
	  .sl_pri = HOST_PRI_CLOCK },
	{ .sl_name = "softnet", .sl_ipl = IPL_SOFTNET,
	  .sl_pri = HOST_PRI_SOFT },
};

/* The lock is held. */
static void
softint_enqueue(struct softint_level *sl, struct softint *si)
{

	TAILQ_INSERT_TAIL(&sl->sl_queue, si, si_entry);
	if (sl->sl_idle)
		host_cond_wake(sl->sl_work, 1);
}

/* Run a handler that is pending and not queued.  The lock is held, and let go
 * meanwhile. */
static void
softint_run(struct softint_level *sl, struct softint *si)
{

	KASSERT(!si->si_running);
	si->si_pending = false;
	si->si_running = true;
	host_lock_exit(sl->sl_lock);
	(*si->si_fn)(si->si_arg);
	KASSERTMSG(kern_lwp_self()->kl_nheld == 0,
	    "softint: a handler returned with a mutex held");
	host_lock_enter(sl->sl_lock);
	si->si_running = false;
	if (sl->sl_waiters != 0)
		host_cond_wake(sl->sl_done, 1);
}

/* The first that can be run; the lock is held. */
static struct softint *
softint_first(struct softint_level *sl)
{
	struct softint *si;

	TAILQ_FOREACH(si, &sl->sl_queue, si_entry) {
		if (!si->si_running)
			break;
	}
	return si;
}

static void
softint_main(void *arg)
{
	struct softint_level *sl = arg;
	struct softint *si;

	kern_lwp_begin(sl->sl_lwp);
	host_lock_enter(sl->sl_lock);
	while (!sl->sl_ending) {
		si = softint_first(sl);
		if (si != NULL) {
			TAILQ_REMOVE(&sl->sl_queue, si, si_entry);
			softint_run(sl, si);
			continue;
		}
		sl->sl_idle = true;
		(void)host_cond_wait(sl->sl_work, sl->sl_lock, 0, 0);
		sl->sl_idle = false;
	}
	host_lock_exit(sl->sl_lock);
	kern_lwp_end();
}

static int
softint_level_init(struct softint_level *sl)
{

	TAILQ_INIT(&sl->sl_queue);
	sl->sl_idle = false;
	sl->sl_waiters = 0;
	sl->sl_handlers = 0;
	sl->sl_ending = false;
	sl->sl_lock = host_lock_create(HOST_LOCK_SPIN, sl->sl_name);
	sl->sl_work = host_cond_create(sl->sl_name);
	sl->sl_done = host_cond_create(sl->sl_name);
	sl->sl_lwp = kern_lwp_prepare(sl->sl_ipl);
	if (sl->sl_lock == NULL || sl->sl_work == NULL ||
	    sl->sl_done == NULL || sl->sl_lwp == NULL)
		return ENOMEM;
	return host_thread_create(&sl->sl_thread, softint_main, sl,
	    sl->sl_pri, sl->sl_name);
}

static void
softint_level_fini(struct softint_level *sl)
{

	if (sl->sl_thread != NULL) {
		host_lock_enter(sl->sl_lock);
		sl->sl_ending = true;
		host_cond_wake(sl->sl_work, 1);
		host_lock_exit(sl->sl_lock);
		host_thread_join(sl->sl_thread);
		if (sl->sl_handlers != 0)
			printf("%s: %u handlers left\n", sl->sl_name,
			    sl->sl_handlers);
	} else if (sl->sl_lwp != NULL)
		host_free(sl->sl_lwp, sizeof(*sl->sl_lwp));
	if (sl->sl_done != NULL)
		host_cond_destroy(sl->sl_done);
	if (sl->sl_work != NULL)
		host_cond_destroy(sl->sl_work);
	if (sl->sl_lock != NULL)
		host_lock_destroy(sl->sl_lock);
	sl->sl_thread = NULL;
	sl->sl_lwp = NULL;
	sl->sl_done = sl->sl_work = NULL;
	sl->sl_lock = NULL;
}

int
kern_softint_init(void)
{
	unsigned int i;
	int error;

	for (i = 0; i < __arraycount(softint_levels); i++) {
		error = softint_level_init(&softint_levels[i]);
		if (error)
			return error;
	}
	return 0;
}

void
kern_softint_fini(void)
{
	unsigned int i;

	for (i = 0; i < __arraycount(softint_levels); i++)
		softint_level_fini(&softint_levels[i]);
}

void *
softint_establish(u_int flags, void (*fn)(void *), void *arg)
{
	struct softint *si;

	KASSERT((flags & SOFTINT_LVLMASK) < __arraycount(softint_levels));
	KASSERTMSG((flags & SOFTINT_MPSAFE) != 0,
	    "soft interrupts must be MPSAFE");
	si = kmem_zalloc(sizeof(*si), KM_NOSLEEP);
	if (si == NULL)
		return NULL;
	si->si_level = &softint_levels[flags & SOFTINT_LVLMASK];
	si->si_fn = fn;
	si->si_arg = arg;
	host_lock_enter(si->si_level->sl_lock);
	si->si_level->sl_handlers++;
	host_lock_exit(si->si_level->sl_lock);
	return si;
}

void
softint_disestablish(void *cookie)
{
	struct softint *si = cookie;
	struct softint_level *sl = si->si_level;

	kern_lwp_assert_unlocked("softint_disestablish");
	kern_softint_flush();
	host_lock_enter(sl->sl_lock);
	sl->sl_waiters++;
	while (si->si_pending || si->si_running)
		(void)host_cond_wait(sl->sl_done, sl->sl_lock, 0, 0);
	sl->sl_waiters--;
	sl->sl_handlers--;
	host_lock_exit(sl->sl_lock);
	kmem_free(si, sizeof(*si));
}

/* The running thread will run it by itself?  The lock is held. */
static bool
softint_defer(struct softint *si)
{
	struct kern_lwp *kl = kern_lwp_self();

	if (kl->kl_defers == 0)
		return false;
	TAILQ_INSERT_TAIL(&kl->kl_softints, si, si_entry);
	return true;
}

void
softint_schedule(void *cookie)
{
	struct softint *si = cookie;
	struct softint_level *sl = si->si_level;

	/* The real one queues it on the processor it runs on. */
	KASSERT(kpreempt_disabled());
	host_lock_enter(sl->sl_lock);
	if (!si->si_pending) {
		si->si_pending = true;
		if (!softint_defer(si))
			softint_enqueue(sl, si);
	}
	host_lock_exit(sl->sl_lock);
}

void
kern_softint_collect(struct kern_lwp *kl)
{

	KASSERT(kl->kl_defers == 0 && kl->kl_nheld == 0);
	kl->kl_defers = 1;
	TAILQ_INIT(&kl->kl_softints);
}

void
kern_softint_begin(struct kern_lwp *kl)
{

	if (kl->kl_defers != 0)
		kl->kl_defers++;
	else if (kl->kl_ipl == IPL_NONE && kl->kl_nheld == 0)
		kern_softint_collect(kl);
}

/* The thread's first, off its list. */
static struct softint *
softint_deferred(struct kern_lwp *kl)
{
	struct softint *si = TAILQ_FIRST(&kl->kl_softints);

	if (si != NULL)
		TAILQ_REMOVE(&kl->kl_softints, si, si_entry);
	return si;
}

/* Here, or by the level's thread if it is running somewhere, or is of a lower
 * level than we are. */
static void
softint_run_here(struct kern_lwp *kl, struct softint *si)
{
	struct softint_level *sl = si->si_level;
	const int ipl = kl->kl_ipl;

	host_lock_enter(sl->sl_lock);
	if (!si->si_running && sl->sl_ipl >= ipl) {
		kl->kl_ipl = sl->sl_ipl;
		softint_run(sl, si);
		kl->kl_ipl = ipl;
		/* The thread has passed over it if it is queued again. */
		if (si->si_pending && sl->sl_idle)
			host_cond_wake(sl->sl_work, 1);
	} else
		softint_enqueue(sl, si);
	host_lock_exit(sl->sl_lock);
}

void
kern_softint_end(struct kern_lwp *kl)
{
	struct softint *si;
	int n;

	if (kl->kl_defers == 0 || --kl->kl_defers != 0)
		return;
	if (TAILQ_EMPTY(&kl->kl_softints))
		return;
	/* What they schedule runs here as well. */
	kl->kl_defers = 1;
	for (n = 0; n < SOFTINT_HERE_MAX; n++) {
		si = softint_deferred(kl);
		if (si == NULL)
			break;
		softint_run_here(kl, si);
	}
	kern_softint_flush();
	kl->kl_defers = 0;
}

void
kern_softint_flush(void)
{
	struct kern_lwp *kl = kern_lwp_self();
	struct softint *si;

	if (kl->kl_defers == 0)
		return;
	while ((si = softint_deferred(kl)) != NULL) {
		host_lock_enter(si->si_level->sl_lock);
		softint_enqueue(si->si_level, si);
		host_lock_exit(si->si_level->sl_lock);
	}
}
