/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_end.c: the end of what a sequencer plays: it is waited for, or cut off.
 *
 * Played is what the devices have sent: first the queue and what waits for
 * devices have to be empty and the last wait to pass, then each device's box
 * and wire.  A device that takes nothing for too long is not waited for any
 * longer, if the caller says so.
 *
 * Locks: su_lock, but not while a device is waited for or silenced.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>

#include <dev/midi/sequencervar.h>

/* When the position comes at which writing goes on, if it does: a timer that
 * stands still never gets there. */
static uint64_t
seq_end_ns(struct sequencer *sq)
{

	return seq_follow_real_ns(sq, seq_time_ns(&sq->sq_time,
	    sq->sq_cursor & SEQ_PLAY_DIVISION_MAX));
}

/* Has all been played, and the last wait passed? */
static bool
seq_end_done(struct sequencer *sq)
{
	uint64_t end_ns;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	seq_follow_update(sq);
	/* What is due does not need the timer any more. */
	if (seq_line_pool_count(&sq->sq_waits) != 0)
		return false;
	if (!seq_follow_is_moving(sq))
		return true;
	if (seq_queue_count(&sq->sq_queue) != 0)
		return false;
	end_ns = seq_end_ns(sq);
	if (end_ns == SEQ_TIME_NEVER || end_ns <= midi_alarm_now_ns())
		return true;
	if (end_ns < sq->sq_ahead.sa_wake_ns) {
		sq->sq_ahead.sa_wake_ns = end_ns;
		seq_unit_poke(sq->sq_unit);
	}
	return false;
}

/* Is an event due that no device takes? */
static bool
seq_end_stuck(struct sequencer *sq)
{

	return seq_line_pool_count(&sq->sq_waits) != 0 || seq_play_is_due(sq);
}

/* The queue's part of seq_end_drain(). */
static int
seq_end_drain_queue(struct sequencer *sq, int stuck_ticks)
{
	int error = 0;

	mutex_enter(&sq->sq_unit->su_lock);
	if (sq->sq_begun) {
		/* It would not end while it is waited for. */
		sq->sq_begun = false;
		seq_play_commit(sq);
		seq_play_changed(sq);
		mutex_exit(&sq->sq_unit->su_lock);
		seq_unit_kick(sq->sq_unit);
		mutex_enter(&sq->sq_unit->su_lock);
	}
	sq->sq_ends++;
	while (error == 0 && !seq_end_done(sq)) {
		error = cv_timedwait_sig(&sq->sq_cv, &sq->sq_unit->su_lock,
		    stuck_ticks);
		if (error == EWOULDBLOCK && !seq_end_stuck(sq))
			error = 0;
	}
	sq->sq_ends--;
	mutex_exit(&sq->sq_unit->su_lock);
	return error;
}

int
seq_end_drain(struct sequencer *sq, int stuck_ticks)
{
	struct seq_device *sd;
	int error;
	u_int i, n;

	error = seq_end_drain_queue(sq, stuck_ticks);
	n = seq_device_count(sq);
	for (i = 0; error == 0 && i < n; i++) {
		sd = seq_device_enter(sq, i, FWRITE);
		if (sd == NULL)
			continue;
		error = midi_port_drain(&sd->sd_client, stuck_ticks);
		if (error == EIO)	/* gone: nothing to wait for */
			error = 0;
		seq_device_exit(sd);
	}
	return error;
}

void
seq_end_close(struct sequencer *sq)
{

	mutex_enter(&sq->sq_unit->su_lock);
	seq_play_forget(sq);
	sq->sq_auto = false;
	seq_time_stop(&sq->sq_time, seq_follow_now_ns(sq));
	seq_lead_stopped(sq);
	seq_ahead_clear(sq);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
}

/* Let each device that is played on end its notes, or begin anew. */
static void
seq_end_each(struct sequencer *sq, void (*fn)(struct seq_device *))
{
	struct seq_device *sd;
	u_int i, n;

	n = seq_device_count(sq);
	for (i = 0; i < n; i++) {
		sd = seq_device_enter(sq, i, FWRITE);
		if (sd == NULL)
			continue;
		(*fn)(sd);
		seq_device_exit(sd);
	}
}

static void
seq_end_silence(struct seq_device *sd)
{

	midi_port_silence(&sd->sd_client);
}

/* All is forgotten, and the timer stands. */
static void
seq_end_reset_queue(struct sequencer *sq)
{
	struct seq_device *sd;
	u_int i;

	mutex_enter(&sq->sq_unit->su_lock);
	seq_play_forget(sq);
	sq->sq_resets++;
	sq->sq_cursor = sq->sq_mark = 0;
	seq_time_stop(&sq->sq_time, seq_follow_now_ns(sq));
	seq_ahead_clear(sq);
	for (i = 0; i < sq->sq_ndevices; i++) {
		sd = seq_device_get(sq, i, FWRITE);
		if (sd != NULL)
			seq_send_init(sd);
	}
	seq_play_wake(sq);
	mutex_exit(&sq->sq_unit->su_lock);
}

void
seq_end_reset(struct sequencer *sq)
{

	seq_end_reset_queue(sq);
	seq_end_each(sq, seq_end_silence);
	mutex_enter(&sq->sq_unit->su_lock);
	seq_lead_stopped(sq);
	/* Division 0 stays where a master has it. */
	seq_time_start(&sq->sq_time, seq_follow_is_led(sq) ? 0 :
	    midi_alarm_now_ns());
	sq->sq_auto = (sq->sq_flags & FREAD) == 0 && !seq_follow_is_led(sq);
	seq_lead_started(sq);
	seq_input_set_time(sq, true);
	seq_ahead_changed(sq);
	seq_play_wake(sq);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
	seq_end_each(sq, seq_device_initialize);
}
