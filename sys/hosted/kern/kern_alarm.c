/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_alarm.c: midi_alarm over the host's finest waits.
 *
 * One thread, a soft interrupt of the serial class to the functions, waits for
 * the first of the armed alarms, which are kept in order of time (first come
 * first served among equals), and calls it with nothing held.  It waits
 * itself, and is not told by a timer: between the time and the music there is
 * the waking of one thread and no more, as the soft interrupts of its class
 * that the function schedules run in it, too.  It is woken only for an alarm
 * that is earlier than the time until which it waits.
 *
 * To wake takes time as well.  The thread learns how much, in the mean, wakes
 * so much earlier, at most ALARM_LEAD_MAX_NS, and spends what is left of that
 * running, with no lock held: no alarm is early, and most are not late by that.
 *
 * An alarm is disarmed before its function is called, so that this may arm it
 * again.  A time that has passed counts as now: an alarm that is always due
 * keeps no other one waiting.
 *
 * alarm_lock guards the list, all members of all alarms, and which one runs.
 * It spins, since soft interrupts that hold other locks arm alarms, and is a
 * leaf.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <dev/midi/midi_alarm.h>

#include <hosted/kern/kern_impl.h>

#define ALARM_LEAD_MAX_NS	20000ULL
#define ALARM_LEAD_WEIGHT	8	/* of what was learnt before */

#define ALARM_AWAKE	0ULL		/* in alarm_until_ns: it does not */
#define ALARM_NEVER	(~0ULL)		/* ... until it is woken */

struct midi_alarm {
	TAILQ_ENTRY(midi_alarm) ma_entry;	/* while armed */
	void		(*ma_fn)(void *);
	void		*ma_arg;
	unsigned long long ma_deadline_ns;
	bool		ma_armed;
	bool		ma_dead;	/* being destroyed */
};

static struct host_lock		*alarm_lock;
static struct host_cond		*alarm_work;	/* for the thread */
static struct host_cond		*alarm_done;	/* a function returned */
static struct host_thread	*alarm_thread;
static struct kern_lwp		*alarm_lwp;
static TAILQ_HEAD(, midi_alarm)	alarm_list;
static struct midi_alarm	*alarm_running;
static unsigned long long	alarm_until_ns;	/* the thread waits, or never */
static unsigned long long	alarm_lead_ns;	/* what waking takes of late */
static unsigned int		alarm_waiters;	/* on alarm_done */
static bool			alarm_ending;

/* The lock is held. */
static void
alarm_disarm(struct midi_alarm *ma)
{

	if (ma->ma_armed)
		TAILQ_REMOVE(&alarm_list, ma, ma_entry);
	ma->ma_armed = false;
}

/* Call the first, whose time has come.  The lock is held, and let go. */
static void
alarm_run(struct midi_alarm *ma)
{

	alarm_disarm(ma);
	alarm_running = ma;
	host_lock_exit(alarm_lock);
	kern_softint_collect(alarm_lwp);
	(*ma->ma_fn)(ma->ma_arg);
	if (alarm_lwp->kl_nheld != 0)
		panic("alarm: a function returned with a mutex held");
	kern_softint_end(alarm_lwp);
	host_lock_enter(alarm_lock);
	alarm_running = NULL;
	if (alarm_waiters != 0)
		host_cond_wake(alarm_done, 1);
}

/* The thread woke so long after it should have. */
static void
alarm_learn(unsigned long long late_ns)
{
	const unsigned long long sample_ns = MIN(late_ns, ALARM_LEAD_MAX_NS);

	alarm_lead_ns = (alarm_lead_ns * (ALARM_LEAD_WEIGHT - 1) +
	    sample_ns) / ALARM_LEAD_WEIGHT;
}

/* Until that time, or until the first alarm is another.  The lock is held, and
 * let go. */
static void
alarm_wait_until(unsigned long long deadline_ns)
{
	unsigned long long now_ns = host_uptime_ns(), wake_ns;

	wake_ns = deadline_ns - alarm_lead_ns;
	if (wake_ns > now_ns) {
		if (host_cond_wait(alarm_work, alarm_lock, wake_ns, 0) !=
		    HOST_TIMEOUT)
			return;
		now_ns = host_uptime_ns();
		alarm_learn(now_ns - wake_ns);
	}
	if (now_ns >= deadline_ns)
		return;
	host_lock_exit(alarm_lock);
	host_delay_ns((unsigned long)(deadline_ns - now_ns));
	host_lock_enter(alarm_lock);
}

/* Until something is due, or the first alarm is another.  The lock is held,
 * and let go. */
static void
alarm_wait(const struct midi_alarm *first)
{

	if (first == NULL) {
		alarm_until_ns = ALARM_NEVER;
		(void)host_cond_wait(alarm_work, alarm_lock, 0, 0);
	} else {
		alarm_until_ns = first->ma_deadline_ns;
		alarm_wait_until(first->ma_deadline_ns);
	}
	alarm_until_ns = ALARM_AWAKE;
}

static void
alarm_main(void *arg __unused)
{
	struct midi_alarm *ma;

	kern_lwp_begin(alarm_lwp);
	host_lock_enter(alarm_lock);
	while (!alarm_ending) {
		ma = TAILQ_FIRST(&alarm_list);
		if (ma != NULL && ma->ma_deadline_ns <= host_uptime_ns())
			alarm_run(ma);
		else
			alarm_wait(ma);
	}
	host_lock_exit(alarm_lock);
	kern_lwp_end();
}

int
kern_alarm_init(void)
{

	TAILQ_INIT(&alarm_list);
	alarm_running = NULL;
	alarm_until_ns = ALARM_AWAKE;
	alarm_lead_ns = 0;
	alarm_waiters = 0;
	alarm_ending = false;
	alarm_lock = host_lock_create(HOST_LOCK_SPIN, "alarm");
	alarm_work = host_cond_create("alarm");
	alarm_done = host_cond_create("alarmend");
	alarm_lwp = kern_lwp_prepare(IPL_SOFTSERIAL);
	if (alarm_lock == NULL || alarm_work == NULL || alarm_done == NULL ||
	    alarm_lwp == NULL)
		return ENOMEM;
	return host_thread_create(&alarm_thread, alarm_main, NULL,
	    HOST_PRI_CLOCK, "softalarm");
}

void
kern_alarm_fini(void)
{

	if (alarm_thread != NULL) {
		host_lock_enter(alarm_lock);
		alarm_ending = true;
		host_cond_wake(alarm_work, 1);
		host_lock_exit(alarm_lock);
		host_thread_join(alarm_thread);
		if (!TAILQ_EMPTY(&alarm_list))
			printf("alarm: some are armed at shutdown\n");
	} else if (alarm_lwp != NULL)
		host_free(alarm_lwp, sizeof(*alarm_lwp));
	if (alarm_done != NULL)
		host_cond_destroy(alarm_done);
	if (alarm_work != NULL)
		host_cond_destroy(alarm_work);
	if (alarm_lock != NULL)
		host_lock_destroy(alarm_lock);
	alarm_thread = NULL;
	alarm_lwp = NULL;
	alarm_done = alarm_work = NULL;
	alarm_lock = NULL;
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
	return ma;
}

void
midi_alarm_destroy(struct midi_alarm *ma)
{

	kern_lwp_assert_unlocked("midi_alarm_destroy");
	host_lock_enter(alarm_lock);
	ma->ma_dead = true;
	alarm_disarm(ma);
	alarm_waiters++;
	while (alarm_running == ma)
		(void)host_cond_wait(alarm_done, alarm_lock, 0, 0);
	alarm_waiters--;
	host_lock_exit(alarm_lock);
	kmem_free(ma, sizeof(*ma));
}

void
midi_alarm_at(struct midi_alarm *ma, uint64_t deadline_ns)
{
	const uint64_t now_ns = host_uptime_ns();
	struct midi_alarm *later;

	host_lock_enter(alarm_lock);
	alarm_disarm(ma);
	if (!ma->ma_dead) {
		ma->ma_armed = true;
		ma->ma_deadline_ns = MAX(deadline_ns, now_ns);
		TAILQ_FOREACH(later, &alarm_list, ma_entry) {
			if (later->ma_deadline_ns > ma->ma_deadline_ns)
				break;
		}
		if (later != NULL)
			TAILQ_INSERT_BEFORE(later, ma, ma_entry);
		else
			TAILQ_INSERT_TAIL(&alarm_list, ma, ma_entry);
		if (ma->ma_deadline_ns < alarm_until_ns) {
			alarm_until_ns = ALARM_AWAKE;
			host_cond_wake(alarm_work, 1);
		}
	}
	host_lock_exit(alarm_lock);
}

/* All alarms are fine. */
void
midi_alarm_refine(struct midi_alarm *ma __unused)
{
}

void
midi_alarm_soon(struct midi_alarm *ma, uint64_t deadline_ns)
{

	midi_alarm_at(ma, deadline_ns);
}

void
midi_alarm_cancel(struct midi_alarm *ma)
{

	host_lock_enter(alarm_lock);
	alarm_disarm(ma);
	host_lock_exit(alarm_lock);
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
