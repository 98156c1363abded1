/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_sync.c: locks and conditions.
 *
 * A sleeping lock is a mutex; a spinning one is a raw spin lock that keeps
 * interrupts out of its processor.  Spinning locks may be let go in any order:
 * each processor counts those it holds, and lets interrupts in with the last,
 * if they were let in before the first.
 *
 * A condition is a queue of waits in order of arrival, guarded by the lock
 * that all its waiters hold.  Who wakes has that lock too, so that a wait, in
 * the stack of its thread, is there for as long as it is in the queue: the
 * thread takes the lock again before it goes on.  What a wait ended with is
 * decided under the lock: who is off the queue was woken.
 *
 * Each class of locks of the hosted kernel is one to lockdep, by its name;
 * its key lasts until the hosted kernel ends.  sync_class_lock guards them.
 */

#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "linux.h"

struct host_lock {
	int		hl_kind;
	union {
		struct mutex	hl_mutex;
		raw_spinlock_t	hl_spin;
	};
};

struct sync_wait {
	struct list_head sw_entry;
	struct task_struct *sw_task;
	bool		sw_woken;
};

struct host_cond {
	struct list_head hc_waits;
};

/* Of a processor. */
struct sync_spin {
	unsigned int	ss_held;
	unsigned long	ss_flags;	/* before the first */
};
static DEFINE_PER_CPU(struct sync_spin, sync_spin);

/*
 * Classes.
 */

#ifdef CONFIG_LOCKDEP
struct sync_class {
	struct list_head sc_entry;
	struct lock_class_key sc_key;
	char		sc_name[];
};

static DEFINE_MUTEX(sync_class_lock);
static LIST_HEAD(sync_classes);

static struct sync_class *
sync_class_find(const char *name)
{
	struct sync_class *sc;

	list_for_each_entry(sc, &sync_classes, sc_entry) {
		if (strcmp(sc->sc_name, name) == 0)
			return sc;
	}
	sc = kzalloc(sizeof(*sc) + strlen(name) + 1, GFP_KERNEL);
	if (sc == NULL)
		return NULL;
	strcpy(sc->sc_name, name);
	lockdep_register_key(&sc->sc_key);
	list_add(&sc->sc_entry, &sync_classes);
	return sc;
}

/* Without memory for it the lock stays in the class of all. */
static void
sync_class_set(struct host_lock *l, const char *name)
{
	struct sync_class *sc;

	mutex_lock(&sync_class_lock);
	sc = sync_class_find(name);
	mutex_unlock(&sync_class_lock);
	if (sc == NULL)
		return;
	if (l->hl_kind == HOST_LOCK_SLEEP)
		lockdep_set_class_and_name(&l->hl_mutex, &sc->sc_key,
		    sc->sc_name);
	else
		lockdep_set_class_and_name(&l->hl_spin, &sc->sc_key,
		    sc->sc_name);
}

void
linux_sync_fini(void)
{
	struct sync_class *sc, *next;

	list_for_each_entry_safe(sc, next, &sync_classes, sc_entry) {
		lockdep_unregister_key(&sc->sc_key);
		list_del(&sc->sc_entry);
		kfree(sc);
	}
}
#else
static void
sync_class_set(struct host_lock *l, const char *name)
{

}

void
linux_sync_fini(void)
{

}
#endif /* CONFIG_LOCKDEP */

/*
 * Locks.  Which of the two kinds one is sparse(1) cannot know: it is told that
 * each function leaves it as it was.
 */

struct host_lock *
host_lock_create(int kind, const char *name)
{
	struct host_lock *l;

	l = kzalloc(sizeof(*l), GFP_KERNEL);
	if (l == NULL)
		return NULL;
	l->hl_kind = kind;
	if (kind == HOST_LOCK_SLEEP)
		mutex_init(&l->hl_mutex);
	else
		raw_spin_lock_init(&l->hl_spin);
	sync_class_set(l, name);
	return l;
}

void
host_lock_destroy(struct host_lock *l)
{

	if (l->hl_kind == HOST_LOCK_SLEEP)
		mutex_destroy(&l->hl_mutex);
	kfree(l);
}

/* Interrupts are kept out. */
static void
sync_spin_enter(unsigned long flags)
{
	struct sync_spin *ss = this_cpu_ptr(&sync_spin);

	if (ss->ss_held++ == 0)
		ss->ss_flags = flags;
}

void
host_lock_enter(struct host_lock *l)
{
	unsigned long flags;

	if (l->hl_kind == HOST_LOCK_SLEEP) {
		mutex_lock(&l->hl_mutex);
		return;
	}
	raw_spin_lock_irqsave(&l->hl_spin, flags);
	__release(&l->hl_spin);
	sync_spin_enter(flags);
}

int
host_lock_tryenter(struct host_lock *l)
{
	unsigned long flags;

	if (l->hl_kind == HOST_LOCK_SLEEP)
		return mutex_trylock(&l->hl_mutex);
	if (!raw_spin_trylock_irqsave(&l->hl_spin, flags))
		return 0;
	__release(&l->hl_spin);
	sync_spin_enter(flags);
	return 1;
}

void
host_lock_exit(struct host_lock *l)
{
	struct sync_spin *ss;
	unsigned long flags;

	if (l->hl_kind == HOST_LOCK_SLEEP) {
		mutex_unlock(&l->hl_mutex);
		return;
	}
	__acquire(&l->hl_spin);
	ss = this_cpu_ptr(&sync_spin);
	if (--ss->ss_held != 0) {
		raw_spin_unlock(&l->hl_spin);
		return;
	}
	flags = ss->ss_flags;
	raw_spin_unlock_irqrestore(&l->hl_spin, flags);
}

/*
 * Conditions.
 */

struct host_cond *
host_cond_create(const char *name)
{
	struct host_cond *c;

	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (c != NULL)
		INIT_LIST_HEAD(&c->hc_waits);
	return c;
}

void
host_cond_destroy(struct host_cond *c)
{

	if (!list_empty(&c->hc_waits))
		host_panic("condition destroyed with waiters\n");
	kfree(c);
}

/* A program's wait that signals do not end counts as load; a thread of the
 * kernel's is idle. */
static unsigned int
sync_wait_state(int intr)
{

	if (intr)
		return TASK_INTERRUPTIBLE;
	return (current->flags & PF_KTHREAD) != 0 ? TASK_IDLE :
	    TASK_UNINTERRUPTIBLE;
}

static int
sync_wait_interrupted(const struct host_thread *t, int intr)
{

	return intr && (READ_ONCE(t->ht_interrupted) ||
	    signal_pending(current));
}

/* Sleep until woken, interrupted or too late. */
static int
sync_wait_park(const struct sync_wait *sw, unsigned long long deadline_ns,
    int intr)
{
	const struct host_thread *t = host_thread_self();
	ktime_t deadline = ns_to_ktime(deadline_ns);
	int how = HOST_WOKEN;

	while (how == HOST_WOKEN) {
		set_current_state(sync_wait_state(intr));
		if (READ_ONCE(sw->sw_woken))
			break;
		if (sync_wait_interrupted(t, intr))
			how = HOST_INTR;
		else if (deadline_ns == 0)
			schedule();
		else if (schedule_hrtimeout(&deadline, HRTIMER_MODE_ABS) == 0)
			how = HOST_TIMEOUT;
	}
	__set_current_state(TASK_RUNNING);
	return how;
}

int
host_cond_wait(struct host_cond *c, struct host_lock *l,
    unsigned long long deadline_ns, int intr)
{
	struct sync_wait sw = { .sw_task = current };
	int how;

	list_add_tail(&sw.sw_entry, &c->hc_waits);
	host_lock_exit(l);
	how = sync_wait_park(&sw, deadline_ns, intr);
	host_lock_enter(l);
	if (sw.sw_woken)
		return HOST_WOKEN;
	list_del(&sw.sw_entry);
	return how;
}

void
host_cond_wake(struct host_cond *c, int all)
{
	struct sync_wait *sw;

	while (!list_empty(&c->hc_waits)) {
		sw = list_first_entry(&c->hc_waits, struct sync_wait, sw_entry);
		list_del(&sw->sw_entry);
		WRITE_ONCE(sw->sw_woken, true);
		wake_up_process(sw->sw_task);
		if (!all)
			break;
	}
}
