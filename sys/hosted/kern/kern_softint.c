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
 * A handler runs in its level's thread only, so never twice at once.
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

struct softint_level;

struct softint {
	TAILQ_ENTRY(softint) si_entry;	/* while pending */
	struct softint_level *si_level;
	void		(*si_fn)(void *);
	void		*si_arg;
	bool		si_pending;
};

struct softint_level {
	const char	*sl_name;
	int		sl_ipl;
	int		sl_pri;
	struct host_lock *sl_lock;
	struct host_cond *sl_work;	/* for the thread */
	struct host_cond *sl_done;	/* a handler returned */
	struct host_thread *sl_thread;
	TAILQ_HEAD(, softint) sl_pendings;
	struct softint	*sl_running;
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

/* The lock is held, and let go meanwhile. */
static void
softint_run(struct softint_level *sl, struct softint *si)
{

	TAILQ_REMOVE(&sl->sl_pendings, si, si_entry);
	si->si_pending = false;
	sl->sl_running = si;
	host_lock_exit(sl->sl_lock);
	(*si->si_fn)(si->si_arg);
	if (kern_lwp_self()->kl_nheld != 0)
		panic("softint: a handler returned with a mutex held");
	host_lock_enter(sl->sl_lock);
	sl->sl_running = NULL;
	if (sl->sl_waiters != 0)
		host_cond_wake(sl->sl_done, 1);
}

static void
softint_main(void *arg)
{
	struct softint_level *sl = arg;
	struct softint *si;

	kern_lwp_begin(sl->sl_ipl);
	host_lock_enter(sl->sl_lock);
	while (!sl->sl_ending) {
		si = TAILQ_FIRST(&sl->sl_pendings);
		if (si != NULL)
			softint_run(sl, si);
		else
			(void)host_cond_wait(sl->sl_work, sl->sl_lock, 0, 0);
	}
	host_lock_exit(sl->sl_lock);
	kern_lwp_end();
}

static int
softint_level_init(struct softint_level *sl)
{

	TAILQ_INIT(&sl->sl_pendings);
	sl->sl_running = NULL;
	sl->sl_waiters = 0;
	sl->sl_handlers = 0;
	sl->sl_ending = false;
	sl->sl_lock = host_lock_create(HOST_LOCK_SPIN, sl->sl_name);
	sl->sl_work = host_cond_create(sl->sl_name);
	sl->sl_done = host_cond_create(sl->sl_name);
	if (sl->sl_lock == NULL || sl->sl_work == NULL || sl->sl_done == NULL)
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
	}
	if (sl->sl_done != NULL)
		host_cond_destroy(sl->sl_done);
	if (sl->sl_work != NULL)
		host_cond_destroy(sl->sl_work);
	if (sl->sl_lock != NULL)
		host_lock_destroy(sl->sl_lock);
	sl->sl_thread = NULL;
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
	host_lock_enter(sl->sl_lock);
	sl->sl_waiters++;
	while (si->si_pending || sl->sl_running == si)
		(void)host_cond_wait(sl->sl_done, sl->sl_lock, 0, 0);
	sl->sl_waiters--;
	sl->sl_handlers--;
	host_lock_exit(sl->sl_lock);
	kmem_free(si, sizeof(*si));
}

void
softint_schedule(void *cookie)
{
	struct softint *si = cookie;
	struct softint_level *sl = si->si_level;

	host_lock_enter(sl->sl_lock);
	if (!si->si_pending) {
		si->si_pending = true;
		TAILQ_INSERT_TAIL(&sl->sl_pendings, si, si_entry);
		if (sl->sl_running == NULL)
			host_cond_wake(sl->sl_work, 1);
	}
	host_lock_exit(sl->sl_lock);
}
