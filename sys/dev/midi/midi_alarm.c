/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_alarm.c: deadlines by callouts, for kernels that have nothing finer.
 *
 * The callout is set to the first tick at or after the deadline, so nothing
 * is early and nothing is later than a tick and what else the kernel does.
 * Its function checks the time again: ticks are not exact.
 *
 * A deadline within the tick is kept by a thread of the lowest priority, if
 * the alarm has one: it lets all others run until then, with no lock held, and
 * the processor does not idle meanwhile.  If it gets no time, the tick comes.
 *
 * Lock: ma_lock guards the deadline; it is not held while the function runs,
 * which may set its alarm again.  Who runs it has ma_running.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/time.h>
#include <sys/workqueue.h>

#include <dev/midi/midi_alarm.h>

#define MIDI_ALARM_NS_PER_S	1000000000ULL

struct midi_alarm {
	kmutex_t	ma_lock;
	callout_t	ma_callout;
	void		(*ma_fn)(void *);	/* constant */
	void		*ma_arg;		/* constant */
	bool		ma_armed;		/* ma_lock */
	uint64_t	ma_deadline_ns;		/* ma_lock */
	bool		ma_running;		/* ma_lock */
	bool		ma_dead;		/* ma_lock; is destroyed */
	struct workqueue *ma_queue;		/* NULL: no thread */
	struct work	ma_work;
	bool		ma_working;		/* ma_lock; the thread has it */
	bool		ma_soon;		/* ma_lock; it is to be kept */
};

static void	midi_alarm_tick(void *);
static void	midi_alarm_wait(struct work *, void *);

struct midi_alarm *
midi_alarm_create(void (*fn)(void *), void *arg)
{
	struct midi_alarm *ma;

	ma = kmem_zalloc(sizeof(*ma), KM_SLEEP);
	mutex_init(&ma->ma_lock, MUTEX_DEFAULT, IPL_SOFTCLOCK);
	callout_init(&ma->ma_callout, CALLOUT_MPSAFE);
	callout_setfunc(&ma->ma_callout, midi_alarm_tick, ma);
	ma->ma_fn = fn;
	ma->ma_arg = arg;
	return ma;
}

void
midi_alarm_destroy(struct midi_alarm *ma)
{

	mutex_enter(&ma->ma_lock);
	ma->ma_dead = true;
	ma->ma_armed = false;
	mutex_exit(&ma->ma_lock);
	callout_halt(&ma->ma_callout, NULL);
	callout_destroy(&ma->ma_callout);
	if (ma->ma_queue != NULL) {
		workqueue_wait(ma->ma_queue, &ma->ma_work);
		workqueue_destroy(ma->ma_queue);
	}
	mutex_destroy(&ma->ma_lock);
	kmem_free(ma, sizeof(*ma));
}

uint64_t
midi_alarm_now_ns(void)
{
	struct timespec ts;

	nanouptime(&ts);
	/* Never 0: that stands for no time. */
	return ts.tv_sec * MIDI_ALARM_NS_PER_S + ts.tv_nsec + 1;
}

uint32_t
midi_alarm_resolution_ns(void)
{

	return MIDI_ALARM_NS_PER_S / hz;
}

/* Ticks from now until at or after the deadline, at least 1. */
static int
midi_alarm_ticks(uint64_t deadline_ns)
{
	const uint64_t tick_ns = midi_alarm_resolution_ns();
	const uint64_t now_ns = midi_alarm_now_ns();
	uint64_t ticks;

	if (deadline_ns <= now_ns)
		return 1;
	/* The tick in progress is not a whole one. */
	ticks = (deadline_ns - now_ns) / tick_ns + 2;
	return ticks < INT_MAX / 2 ? (int)ticks : INT_MAX / 2;
}

static void
midi_alarm_set(struct midi_alarm *ma, uint64_t deadline_ns, bool soon)
{

	mutex_enter(&ma->ma_lock);
	if (ma->ma_dead) {
		mutex_exit(&ma->ma_lock);
		return;
	}
	ma->ma_armed = true;
	ma->ma_deadline_ns = deadline_ns;
	ma->ma_soon = soon;
	/* The thread may get no time. */
	callout_schedule(&ma->ma_callout, midi_alarm_ticks(deadline_ns));
	if (soon && !ma->ma_working) {
		ma->ma_working = true;
		workqueue_enqueue(ma->ma_queue, &ma->ma_work, NULL);
	}
	mutex_exit(&ma->ma_lock);
}

void
midi_alarm_at(struct midi_alarm *ma, uint64_t deadline_ns)
{

	midi_alarm_set(ma, deadline_ns, false);
}

void
midi_alarm_refine(struct midi_alarm *ma)
{

	if (workqueue_create(&ma->ma_queue, "midialrm", midi_alarm_wait, ma,
	    PRI_USER, IPL_NONE, WQ_MPSAFE) != 0)
		ma->ma_queue = NULL;
}

void
midi_alarm_soon(struct midi_alarm *ma, uint64_t deadline_ns)
{

	midi_alarm_set(ma, deadline_ns, ma->ma_queue != NULL && deadline_ns <
	    midi_alarm_now_ns() + midi_alarm_resolution_ns());
}

void
midi_alarm_cancel(struct midi_alarm *ma)
{

	mutex_enter(&ma->ma_lock);
	ma->ma_armed = false;
	callout_stop(&ma->ma_callout);
	mutex_exit(&ma->ma_lock);
}

/* Run the function if it is time.  The lock is held, and let go. */
static void
midi_alarm_run(struct midi_alarm *ma)
{

	KASSERT(mutex_owned(&ma->ma_lock));
	if (!ma->ma_armed || ma->ma_running ||
	    ma->ma_deadline_ns > midi_alarm_now_ns())
		return;
	ma->ma_armed = false;
	ma->ma_running = true;
	mutex_exit(&ma->ma_lock);
	(*ma->ma_fn)(ma->ma_arg);
	mutex_enter(&ma->ma_lock);
	ma->ma_running = false;
}

static void
midi_alarm_tick(void *arg)
{
	struct midi_alarm *ma = arg;

	mutex_enter(&ma->ma_lock);
	midi_alarm_run(ma);
	/* It was early, or the function has just been at it. */
	if (ma->ma_armed && !callout_pending(&ma->ma_callout))
		callout_schedule(&ma->ma_callout,
		    midi_alarm_ticks(ma->ma_deadline_ns));
	mutex_exit(&ma->ma_lock);
}

/* In the thread. */
static void
midi_alarm_wait(struct work *wk, void *arg)
{
	struct midi_alarm *ma = arg;

	mutex_enter(&ma->ma_lock);
	while (ma->ma_armed && ma->ma_soon) {
		midi_alarm_run(ma);
		mutex_exit(&ma->ma_lock);
		yield();
		mutex_enter(&ma->ma_lock);
	}
	ma->ma_working = false;
	mutex_exit(&ma->ma_lock);
}
