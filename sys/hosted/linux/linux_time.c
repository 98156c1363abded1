/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_time.c: clocks and timers.
 *
 * A timer is an hrtimer of the monotonic clock, which runs its function in a
 * hard interrupt.  Nothing is locked: its users see to it that a timer that is
 * destroyed is not set any more.
 */

#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "linux.h"
#include "linux_compat.h"

struct host_timer {
	struct hrtimer	ht_timer;
	void		(*ht_fn)(void *);
	void		*ht_arg;
};

unsigned long long
host_uptime_ns(void)
{

	return ktime_get_ns();
}

unsigned long long
host_realtime_ns(void)
{

	return ktime_get_real_ns();
}

void
host_delay_ns(unsigned long ns)
{

	if (ns >= 1000)
		udelay(DIV_ROUND_UP(ns, 1000));
	else
		ndelay(ns);
}

static enum hrtimer_restart
time_fire(struct hrtimer *timer)
{
	struct host_timer *t = container_of(timer, struct host_timer, ht_timer);

	(*t->ht_fn)(t->ht_arg);
	return HRTIMER_NORESTART;
}

struct host_timer *
host_timer_create(void (*fn)(void *), void *arg, const char *name)
{
	struct host_timer *t;

	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (t == NULL)
		return NULL;
	t->ht_fn = fn;
	t->ht_arg = arg;
	linux_hrtimer_setup(&t->ht_timer, time_fire, CLOCK_MONOTONIC,
	    HRTIMER_MODE_ABS_HARD);
	return t;
}

void
host_timer_destroy(struct host_timer *t)
{

	hrtimer_cancel(&t->ht_timer);
	kfree(t);
}

void
host_timer_set(struct host_timer *t, unsigned long long deadline_ns)
{

	hrtimer_start(&t->ht_timer, ns_to_ktime(deadline_ns),
	    HRTIMER_MODE_ABS_HARD);
}

void
host_timer_cancel(struct host_timer *t)
{

	hrtimer_try_to_cancel(&t->ht_timer);
}

unsigned long
host_timer_resolution_ns(void)
{

	return hrtimer_resolution;
}
