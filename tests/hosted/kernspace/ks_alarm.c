/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_alarm.c: alarms are never early, run once, and not after they have been
 * destroyed.
 */

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <dev/midi/midi_alarm.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_tests.h"

#define MS	1000000ULL
#define NSTEPS	10

struct alarm {
	struct midi_alarm *al_alarm;
	kmutex_t	al_lock;
	struct ks_event	al_ran;
	uint64_t	al_ran_ns;	/* [lock] */
	uint64_t	al_due_ns;	/* [lock] */
	uint64_t	al_step_ns;	/* [lock] to its next time, or 0 */
	int		al_runs;	/* [lock] */
	bool		al_moved;	/* [lock] while it may have begun */
};

static void
alarm_fn(void *arg)
{
	struct alarm *al = arg;

	KS_CHECK(cpu_softintr_p());
	mutex_enter(&al->al_lock);
	al->al_ran_ns = midi_alarm_now_ns();
	if (!al->al_moved || host_run_exact())
		KS_CHECK(al->al_ran_ns >= al->al_due_ns);
	al->al_runs++;
	if (al->al_step_ns != 0) {
		al->al_due_ns += al->al_step_ns;
		midi_alarm_at(al->al_alarm, al->al_due_ns);
	}
	mutex_exit(&al->al_lock);
	ks_event_post(&al->al_ran);
}

static void
alarm_init(struct alarm *al)
{

	memset(al, 0, sizeof(*al));
	mutex_init(&al->al_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	ks_event_init(&al->al_ran);
	al->al_alarm = midi_alarm_create(alarm_fn, al);
	KS_CHECK(al->al_alarm != NULL);
}

static void
alarm_fini(struct alarm *al)
{

	midi_alarm_destroy(al->al_alarm);
	ks_event_fini(&al->al_ran);
	mutex_destroy(&al->al_lock);
}

static void
alarm_at(struct alarm *al, uint64_t due_ns)
{

	mutex_enter(&al->al_lock);
	al->al_due_ns = due_ns;
	midi_alarm_at(al->al_alarm, due_ns);
	mutex_exit(&al->al_lock);
}

void
ks_alarm_never_early(void)
{
	static const uint64_t delays_ns[] = {
		1, 999, 333333, 1000000, 1000001, 5123456
	};
	struct alarm al;
	unsigned int i;

	alarm_init(&al);
	KS_CHECK(midi_alarm_resolution_ns() >= 1);
	for (i = 0; i < __arraycount(delays_ns); i++) {
		alarm_at(&al, midi_alarm_now_ns() + delays_ns[i]);
		(void)ks_event_wait(&al.al_ran, (int)i + 1);
	}
	/* A time that has passed is now. */
	alarm_at(&al, 1);
	(void)ks_event_wait(&al.al_ran, (int)i + 1);
	ks_pause(3);
	KS_CHECK(al.al_runs == (int)i + 1);
	alarm_fini(&al);
}

/* Where time waits for us, an alarm is exact, and its successors are too. */
void
ks_alarm_sequence(void)
{
	struct alarm al;
	uint64_t due_ns;

	alarm_init(&al);
	due_ns = midi_alarm_now_ns() + MS;
	al.al_step_ns = 333333;
	alarm_at(&al, due_ns);
	(void)ks_event_wait(&al.al_ran, NSTEPS);
	mutex_enter(&al.al_lock);
	al.al_step_ns = 0;
	midi_alarm_cancel(al.al_alarm);
	KS_CHECK(al.al_ran_ns >= due_ns + (uint64_t)(al.al_runs - 1) * 333333);
	mutex_exit(&al.al_lock);
	alarm_fini(&al);
}

void
ks_alarm_cancel(void)
{
	struct alarm al;

	alarm_init(&al);
	alarm_at(&al, midi_alarm_now_ns() + 1000 * MS);
	midi_alarm_cancel(al.al_alarm);
	midi_alarm_cancel(al.al_alarm);
	ks_pause(1100);
	KS_CHECK(ks_event_count(&al.al_ran) == 0);
	alarm_at(&al, midi_alarm_now_ns() + MS);
	(void)ks_event_wait(&al.al_ran, 1);
	alarm_fini(&al);
}

/* Moved to later, it does not come at the old time (unless the machine is so
 * slow that it has begun by then); moved to sooner, it does not wait for the
 * old one. */
void
ks_alarm_move(void)
{
	struct alarm al;
	int i;

	alarm_init(&al);
	al.al_moved = true;
	for (i = 1; i <= 5; i++) {
		alarm_at(&al, midi_alarm_now_ns() + MS);
		delay(20);
		alarm_at(&al, midi_alarm_now_ns() + 3 * MS);
		(void)ks_event_wait(&al.al_ran, i);
	}
	i = ks_event_count(&al.al_ran);
	alarm_at(&al, midi_alarm_now_ns() + 1000000 * MS);
	alarm_at(&al, midi_alarm_now_ns() + MS);
	(void)ks_event_wait(&al.al_ran, i + 1);
	alarm_fini(&al);
}

/* It arms itself for ever, until it is destroyed. */
void
ks_alarm_destroy(void)
{
	struct alarm al;
	int i;

	for (i = 0; i < 4; i++) {
		alarm_init(&al);
		al.al_step_ns = 50000;
		alarm_at(&al, midi_alarm_now_ns() + 1);
		ks_pause(i + 1);
		alarm_fini(&al);
	}
}
