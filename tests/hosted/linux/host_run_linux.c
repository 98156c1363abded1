/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * host_run_linux.c: the kernel's side of host_run.h in Linux.
 *
 * The tests' programs are threads of the kernel: what they give to read(2) and
 * write(2) is the kernel's memory, whose lowest page is nobody's.
 */

#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "linux.h"
#include "linux_file.h"

#include "../host_run.h"

#define RUN_INTERRUPTS	32	/* at the same time */
#define RUN_BAD_ADDRESS	16

int
host_copyin(const void *uaddr, void *kaddr, unsigned long n)
{

	if (n != 0 && (unsigned long)uaddr < PAGE_SIZE)
		return EFAULT;
	memcpy(kaddr, uaddr, n);
	return 0;
}

int
host_copyout(const void *kaddr, void *uaddr, unsigned long n)
{

	if (n != 0 && (unsigned long)uaddr < PAGE_SIZE)
		return EFAULT;
	memcpy(uaddr, kaddr, n);
	return 0;
}

/*
 * Interrupts.
 */

struct run_interrupt {
	struct irq_work	ri_work;	/* first: an irq_work * is this */
	void		(*ri_fn)(void *);
	void		*ri_arg;
};

static struct run_interrupt run_interrupts[RUN_INTERRUPTS];
static atomic_t run_next = ATOMIC_INIT(0);

static void
run_interrupt(struct irq_work *work)
{
	struct run_interrupt *ri = (struct run_interrupt *)work;

	(*ri->ri_fn)(ri->ri_arg);
}

/* At once where interrupts are let in. */
void
host_run_interrupt(void (*fn)(void *), void *arg)
{
	struct run_interrupt *ri;
	unsigned int n = (unsigned int)atomic_inc_return(&run_next);

	ri = &run_interrupts[n % RUN_INTERRUPTS];
	init_irq_work(&ri->ri_work, run_interrupt);
	ri->ri_fn = fn;
	ri->ri_arg = arg;
	irq_work_queue(&ri->ri_work);
	if (!irqs_disabled() && !in_interrupt())
		irq_work_sync(&ri->ri_work);
}

void
host_run_clear_signal(void)
{

	WRITE_ONCE(host_thread_self()->ht_interrupted, 0);
}

int
host_run_exact(void)
{

	return 0;
}

void *
host_run_bad_address(void)
{

	return (void *)RUN_BAD_ADDRESS;
}

int
host_run_node(const char *name)
{
	char text[64];
	struct path path;

	snprintf(text, sizeof(text), "/dev/%s", name);
	if (kern_path(text, 0, &path) != 0)
		return 0;
	path_put(&path);
	return 1;
}

/*
 * Poll.
 */

struct run_poll {
	struct host_poll rp_poll;	/* first: a struct host_poll * is it */
	wait_queue_entry_t rp_entry;
	wait_queue_head_t rp_wait;
	bool		rp_woken;
};

static int
run_poll_wake(wait_queue_entry_t *entry, unsigned int mode, int flags,
    void *key)
{
	struct run_poll *rp = container_of(entry, struct run_poll, rp_entry);

	WRITE_ONCE(rp->rp_woken, true);
	wake_up(&rp->rp_wait);
	return 0;
}

struct host_poll *
host_run_poll_create(void)
{
	struct run_poll *rp;

	rp = kzalloc(sizeof(*rp), GFP_KERNEL | __GFP_NOFAIL);
	linux_poll_init(&rp->rp_poll);
	init_waitqueue_head(&rp->rp_wait);
	init_waitqueue_func_entry(&rp->rp_entry, run_poll_wake);
	add_wait_queue(&rp->rp_poll.hp_wait, &rp->rp_entry);
	return &rp->rp_poll;
}

int
host_run_poll_wait(struct host_poll *p, unsigned long long deadline_ns)
{
	struct run_poll *rp = container_of(p, struct run_poll, rp_poll);
	s64 left;
	bool woken;

	if (deadline_ns == 0) {
		wait_event(rp->rp_wait, READ_ONCE(rp->rp_woken));
	} else {
		left = (s64)(deadline_ns - host_uptime_ns());
		if (left > 0)
			(void)wait_event_timeout(rp->rp_wait,
			    READ_ONCE(rp->rp_woken),
			    nsecs_to_jiffies((u64)left) + 1);
	}
	woken = rp->rp_woken;
	WRITE_ONCE(rp->rp_woken, false);
	return woken ? 0 : -1;
}

void
host_run_poll_destroy(struct host_poll *p)
{
	struct run_poll *rp = container_of(p, struct run_poll, rp_poll);

	linux_poll_fini(p);
	remove_wait_queue(&p->hp_wait, &rp->rp_entry);
	kfree(rp);
}
