/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_alarm.c: midi_alarm over the host's fine timers.
 *
 * The timer's function, in an interrupt, schedules a soft interrupt of the
 * serial class, whose handler looks at what the alarm wants now: a deadline
 * may have been moved or cancelled since.  It runs the alarm's function only
 * when a deadline is there and has passed, and takes it away before, so that
 * the function may set a new one.
 *
 * ma_lock, of the host and spinning, guards the deadline and its timer's
 * setting; it is a leaf.
 */

#include <sys/param.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <dev/midi/midi_alarm.h>

#include <hosted/kern/kern_impl.h>

struct midi_alarm {
	void		(*ma_fn)(void *);
	void		*ma_arg;
	void		*ma_sih;
	struct host_timer *ma_timer;
	struct host_lock *ma_lock;
	unsigned long long ma_deadline_ns;
	bool		ma_armed;
	bool		ma_dead;	/* being destroyed */
};

/* In an interrupt. */
static void
alarm_intr(void *arg)
{
	struct midi_alarm *ma = arg;

	softint_schedule(ma->ma_sih);
}

static void
alarm_softint(void *arg)
{
	struct midi_alarm *ma = arg;
	bool due;

	host_lock_enter(ma->ma_lock);
	due = ma->ma_armed && ma->ma_deadline_ns <= host_uptime_ns();
	if (due)
		ma->ma_armed = false;
	host_lock_exit(ma->ma_lock);
	if (due)
		(*ma->ma_fn)(ma->ma_arg);
}

/* What there is of it; the timer first, which schedules the rest. */
static void
alarm_free(struct midi_alarm *ma)
{

	if (ma->ma_timer != NULL)
		host_timer_destroy(ma->ma_timer);
	if (ma->ma_sih != NULL)
		softint_disestablish(ma->ma_sih);
	if (ma->ma_lock != NULL)
		host_lock_destroy(ma->ma_lock);
	kmem_free(ma, sizeof(*ma));
}

struct midi_alarm *
midi_alarm_create(void (*fn)(void *), void *arg)
{
	struct midi_alarm *ma;

	ma = kmem_zalloc(sizeof(*ma), KM_NOSLEEP);
	if (ma == NULL)
		return NULL;
	ma->ma_fn = fn;
	ma->ma_arg = arg;
	ma->ma_lock = host_lock_create(HOST_LOCK_SPIN, "alarm");
	ma->ma_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    alarm_softint, ma);
	if (ma->ma_lock != NULL && ma->ma_sih != NULL)
		ma->ma_timer = host_timer_create(alarm_intr, ma, "alarm");
	if (ma->ma_timer == NULL) {
		alarm_free(ma);
		return NULL;
	}
	return ma;
}

void
midi_alarm_destroy(struct midi_alarm *ma)
{

	kern_lwp_assert_unlocked("midi_alarm_destroy");
	host_lock_enter(ma->ma_lock);
	ma->ma_dead = true;
	ma->ma_armed = false;
	host_lock_exit(ma->ma_lock);
	alarm_free(ma);
}

void
midi_alarm_at(struct midi_alarm *ma, uint64_t deadline_ns)
{

	host_lock_enter(ma->ma_lock);
	if (!ma->ma_dead) {
		ma->ma_armed = true;
		ma->ma_deadline_ns = deadline_ns;
		host_timer_set(ma->ma_timer, deadline_ns);
	}
	host_lock_exit(ma->ma_lock);
}

void
midi_alarm_cancel(struct midi_alarm *ma)
{

	host_lock_enter(ma->ma_lock);
	if (!ma->ma_dead) {
		ma->ma_armed = false;
		host_timer_cancel(ma->ma_timer);
	}
	host_lock_exit(ma->ma_lock);
}

uint64_t
midi_alarm_now_ns(void)
{

	return host_uptime_ns();
}

uint32_t
midi_alarm_resolution_ns(void)
{
	unsigned long ns = host_timer_resolution_ns();

	return ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
}
