/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_thread.c: who runs: threads that are inside the hosted kernel, and
 * interrupts.
 *
 * Linux gives a module no memory in a task.  A thread that enters puts itself
 * into a table, hashed by its task, with its memory; when its places there are
 * taken, into a list.  A place is claimed and let go by its own thread only, so
 * that a thread finds itself without any lock: what is not its own it need not
 * understand.  thread_full_lock guards the list.
 *
 * Interrupts have a slot for each processor and each of their two kinds, hard
 * ones interrupting soft ones.
 */

#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "linux.h"

#define THREAD_HASH_BITS	7
#define THREAD_PLACES		4	/* for each hash */
#define THREAD_KINDS		2	/* of interrupts */

struct thread_place {
	struct task_struct *tp_task;	/* NULL: free */
	struct host_thread *tp_thread;	/* of that task, which alone looks */
};

static struct thread_place thread_table[1 << THREAD_HASH_BITS][THREAD_PLACES];
static DEFINE_SPINLOCK(thread_full_lock);
static struct host_thread *thread_full;
static DEFINE_PER_CPU(void *[THREAD_KINDS], thread_interrupt_slot);

static struct thread_place *
thread_places(void)
{

	return thread_table[hash_ptr(current, THREAD_HASH_BITS)];
}

static struct host_thread *
thread_find_full(void)
{
	struct host_thread *t;

	spin_lock(&thread_full_lock);
	for (t = thread_full; t != NULL; t = t->ht_next) {
		if (t->ht_task == current)
			break;
	}
	spin_unlock(&thread_full_lock);
	return t;
}

static struct host_thread *
thread_find(void)
{
	struct thread_place *tp = thread_places();
	int i;

	for (i = 0; i < THREAD_PLACES; i++) {
		if (READ_ONCE(tp[i].tp_task) == current)
			return tp[i].tp_thread;
	}
	return READ_ONCE(thread_full) == NULL ? NULL : thread_find_full();
}

/* Is the running thread inside? */
static bool
thread_is_inside(void)
{
	const struct thread_place *tp = thread_places();
	int i;

	for (i = 0; i < THREAD_PLACES; i++) {
		if (READ_ONCE(tp[i].tp_task) == current)
			return true;
	}
	return READ_ONCE(thread_full) != NULL && thread_find_full() != NULL;
}

/* Take a place, or one in the list. */
static void
thread_insert(struct host_thread *t)
{
	struct thread_place *tp = thread_places();
	int i;

	for (i = 0; i < THREAD_PLACES; i++) {
		if (READ_ONCE(tp[i].tp_task) == NULL &&
		    cmpxchg(&tp[i].tp_task, NULL, current) == NULL) {
			tp[i].tp_thread = t;
			t->ht_place = &tp[i];
			return;
		}
	}
	t->ht_place = NULL;
	spin_lock(&thread_full_lock);
	t->ht_next = thread_full;
	WRITE_ONCE(thread_full, t);
	spin_unlock(&thread_full_lock);
}

static void
thread_remove(struct host_thread *t)
{
	struct host_thread **p;

	if (t->ht_place != NULL) {
		t->ht_place->tp_thread = NULL;
		smp_store_release(&t->ht_place->tp_task, NULL);
		return;
	}
	spin_lock(&thread_full_lock);
	for (p = &thread_full; *p != t; p = &(*p)->ht_next)
		continue;
	WRITE_ONCE(*p, t->ht_next);
	spin_unlock(&thread_full_lock);
}

void
linux_enter_call(struct host_thread *t, int pid)
{

	might_sleep();
	t->ht_task = current;
	t->ht_interrupted = 0;
	t->ht_pid = pid;
	t->ht_outer = false;
	thread_insert(t);
	t->ht_slot = hosted_thread_enter(t->ht_room, pid);
}

void
linux_enter(struct host_thread *t)
{

	if (!thread_is_inside()) {
		linux_enter_call(t, task_tgid_nr(current));
		return;
	}
	/* What host_thread_interrupt() wants of it. */
	t->ht_task = current;
	t->ht_interrupted = 0;
	t->ht_outer = true;
}

void
linux_leave(struct host_thread *t)
{

	if (t->ht_outer)
		return;
	hosted_thread_leave(t->ht_slot);
	thread_remove(t);
}

long
linux_error(int error)
{

	if (error == EINTR && signal_pending(current))
		return -ERESTARTSYS;
	return -error;
}

/*
 * Threads of our own.
 */

static int
thread_main(void *arg)
{
	struct host_thread *t = arg;

	t->ht_task = current;
	t->ht_pid = task_tgid_nr(current);
	thread_insert(t);
	(*t->ht_fn)(t->ht_arg);
	thread_remove(t);
	complete(&t->ht_done);
	set_current_state(TASK_IDLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_IDLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

int
host_thread_create(struct host_thread **tp, void (*fn)(void *), void *arg,
    int pri, const char *name)
{
	struct task_struct *task;
	struct host_thread *t;

	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (t == NULL)
		return ENOMEM;
	t->ht_fn = fn;
	t->ht_arg = arg;
	init_completion(&t->ht_done);
	task = kthread_create(thread_main, t, "bsdmidi:%s", name);
	if (IS_ERR(task)) {
		kfree(t);
		return -PTR_ERR(task);
	}
	t->ht_task = task;
	switch (pri) {
	case HOST_PRI_CLOCK:
		sched_set_fifo(task);
		break;
	case HOST_PRI_SOFT:
		sched_set_fifo_low(task);
		break;
	default:
		break;
	}
	*tp = t;
	wake_up_process(task);
	return 0;
}

/* A thread that is stopped before it has begun would not begin at all. */
void
host_thread_join(struct host_thread *t)
{

	wait_for_completion(&t->ht_done);
	kthread_stop(t->ht_task);
	kfree(t);
}

/*
 * Asking.
 */

int
host_in_interrupt(void)
{

	return in_hardirq() || in_serving_softirq();
}

unsigned int
host_interrupts(void)
{

	return nr_cpu_ids * THREAD_KINDS;
}

struct host_thread *
host_thread_self(void)
{
	struct host_thread *t = thread_find();

	if (t == NULL)
		host_panic("a thread is inside that has not entered\n");
	return t;
}

void **
host_thread_slot(void)
{
	struct host_thread *t;

	if (host_in_interrupt())
		return &(*this_cpu_ptr(&thread_interrupt_slot))
		    [in_hardirq() ? 1 : 0];
	t = host_thread_self();
	return &t->ht_slot;
}

void
host_thread_interrupt(struct host_thread *t)
{

	WRITE_ONCE(t->ht_interrupted, 1);
	wake_up_process(t->ht_task);
}

int
host_pid(void)
{

	return host_thread_self()->ht_pid;
}

void
host_signal_io(int pid)
{
	struct pid *p;

	if (linux_dev_signal(pid))
		return;
	rcu_read_lock();
	p = find_pid_ns(pid < 0 ? -pid : pid, &init_pid_ns);
	if (p != NULL && pid < 0)
		(void)kill_pgrp(p, SIGIO, 1);
	else if (p != NULL)
		(void)kill_pid(p, SIGIO, 1);
	rcu_read_unlock();
}
