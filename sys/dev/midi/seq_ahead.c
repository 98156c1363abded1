/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_ahead.c: how far ahead of the music a writer may run.
 *
 * An event may be queued when fewer than sa_events wait and its time is at
 * most sa_limit_ns from now.  That time is not yet the timer's to tell, for
 * what is queued in front may change tempo or timer.  So there is a second
 * timer, sa_end, as it will be where writing goes on: each command of the
 * timer is applied to it when it is queued, in the way in which it will be
 * applied to the timer itself when it is due.  If something changes the timer
 * now, past the queue, sa_end is made anew: the timer, and on it the commands
 * that are queued, which are remembered in their order.
 *
 * A timer that stands still counts as one that goes on now, so that a stopped
 * sequencer takes as much music as a running one.  What does not fit then
 * comes no nearer by itself; whoever lets the timer go on wakes the writer.
 *
 * Who has been told to wait is told when to look again: sa_wake_ns, for which
 * seq_unit_run() arms the alarm.
 *
 * Locks: all is under su_lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/midiio.h>

#include <dev/midi/sequencervar.h>

#define SEQ_AHEAD_MS_NS		1000000ULL

void
seq_ahead_init(struct sequencer *sq)
{
	struct seq_ahead *sa = &sq->sq_ahead;

	sa->sa_events = sa->sa_size = SEQUENCER_QUEUE;
	sa->sa_limit_ns = SEQUENCER_LIMIT_MS * SEQ_AHEAD_MS_NS;
	sa->sa_wake_ns = SEQ_TIME_NEVER;
	sa->sa_timings = kmem_zalloc(SEQUENCER_QUEUE *
	    sizeof(*sa->sa_timings), KM_SLEEP);
	sa->sa_end = sq->sq_time;
}

void
seq_ahead_destroy(struct sequencer *sq)
{

	kmem_free(sq->sq_ahead.sa_timings, sq->sq_ahead.sa_size *
	    sizeof(*sq->sq_ahead.sa_timings));
}

/* Does the command change when later ones are due? */
static bool
seq_ahead_matters(const struct seq_cmd *cm)
{

	switch (cm->cm_op) {
	case TMR_ECHO:
	case TMR_CLOCK:
	case TMR_TIMESIG:
	case TMR_SYNC:
	case TMR_DEVICE:
		return false;
	default:
		return cm->cm_kind == SEQ_CMD_TIMING;
	}
}

/* What the command will do to the timer, as far as it can be known now. */
static void
seq_ahead_apply(struct sequencer *sq, const struct seq_ahead_timing *at)
{
	struct seq_ahead *sa = &sq->sq_ahead;
	struct seq_time *st = &sa->sa_end;
	const bool tempo = at->at_op == TMR_TEMPO || at->at_op == TMR_USTEMPO;
	uint64_t due_ns;

	if (tempo && seq_follow_is_paced(sq))
		return;
	due_ns = seq_time_ns(st, at->at_division);
	if (st->st_running || due_ns != SEQ_TIME_NEVER)
		seq_play_set_time(st, at->at_op, at->at_arg,
		    at->at_division, MAX(due_ns, at->at_put_ns));
	else if (at->at_op == TMR_START || at->at_op == TMR_RESET)
		/* A timer that stands still will not come there; if it did,
		 * it would be at 0. */
		seq_time_reset(st, st->st_stop_ns);
	else if (at->at_op == TMR_SPP)
		seq_time_locate(st, seq_play_position(st, at->at_arg),
		    st->st_stop_ns);
	else if (tempo)
		seq_play_set_time(st, at->at_op, at->at_arg,
		    at->at_division, 0);
	sa->sa_known = false;
}

void
seq_ahead_put(struct sequencer *sq, const struct seq_cmd *cm,
    uint64_t put_ns)
{
	struct seq_ahead *sa = &sq->sq_ahead;
	struct seq_ahead_timing *at;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (!seq_ahead_matters(cm))
		return;
	KASSERT(sa->sa_count < sa->sa_size);
	at = &sa->sa_timings[(sa->sa_first + sa->sa_count++) % sa->sa_size];
	at->at_op = cm->cm_op;
	at->at_arg = cm->cm_arg;
	at->at_division = sq->sq_cursor & SEQ_PLAY_DIVISION_MAX;
	at->at_put_ns = put_ns;
	seq_ahead_apply(sq, at);
}

void
seq_ahead_get(struct sequencer *sq, const struct seq_cmd *cm)
{
	struct seq_ahead *sa = &sq->sq_ahead;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (!seq_ahead_matters(cm))
		return;
	KASSERT(sa->sa_count != 0);
	sa->sa_first = (sa->sa_first + 1) % sa->sa_size;
	sa->sa_count--;
}

void
seq_ahead_changed(struct sequencer *sq)
{
	struct seq_ahead *sa = &sq->sq_ahead;
	u_int i;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	sa->sa_end = sq->sq_time;
	sa->sa_known = false;
	sa->sa_wake_ns = SEQ_TIME_NEVER;
	for (i = 0; i < sa->sa_count; i++)
		seq_ahead_apply(sq, &sa->sa_timings[(sa->sa_first + i) %
		    sa->sa_size]);
}

void
seq_ahead_clear(struct sequencer *sq)
{

	sq->sq_ahead.sa_count = 0;
	seq_ahead_changed(sq);
}

/* When what is written next will be played. */
static uint64_t
seq_ahead_due_ns(struct sequencer *sq, uint64_t now_ns)
{
	struct seq_ahead *sa = &sq->sq_ahead;
	const uint64_t division = sq->sq_cursor & SEQ_PLAY_DIVISION_MAX;
	struct seq_time time;

	if (sa->sa_known && sa->sa_due_key == sq->sq_cursor)
		return sa->sa_due_ns;
	if (sa->sa_end.st_running) {
		sa->sa_due_ns = seq_time_ns(&sa->sa_end, division);
		sa->sa_due_key = sq->sq_cursor;
		sa->sa_known = true;
		return sa->sa_due_ns;
	}
	time = sa->sa_end;
	seq_time_continue(&time, MAX(now_ns, time.st_stop_ns));
	return seq_time_ns(&time, division);
}

/* The time of a time of the song that is to come: of a master's, as far as it
 * can be guessed. */
static uint64_t
seq_ahead_real_ns(const struct sequencer *sq, uint64_t due_ns,
    uint64_t song_ns, uint64_t now_ns)
{
	uint64_t span_ns;

	if (!seq_follow_is_led(sq))
		return due_ns;
	span_ns = seq_clock_span_ns(&sq->sq_clock, due_ns - song_ns);
	return span_ns < SEQ_TIME_NEVER - now_ns ? now_ns + span_ns :
	    SEQ_TIME_NEVER;
}

bool
seq_ahead_may(struct sequencer *sq)
{
	struct seq_ahead *sa = &sq->sq_ahead;
	uint64_t due_ns, now_ns, song_ns, wake_ns;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (seq_play_count(sq) >= sa->sa_events)
		return false;
	if (sa->sa_limit_ns == 0)
		return true;
	song_ns = seq_follow_now_ns(sq);
	due_ns = seq_ahead_due_ns(sq, song_ns);
	if (due_ns <= song_ns)
		return true;
	now_ns = midi_alarm_now_ns();
	if (due_ns != SEQ_TIME_NEVER)
		due_ns = seq_ahead_real_ns(sq, due_ns, song_ns, now_ns);
	if (due_ns <= now_ns || due_ns - now_ns <= sa->sa_limit_ns)
		return true;
	wake_ns = due_ns - sa->sa_limit_ns;
	/* A master's clocks wake as well. */
	if (due_ns == SEQ_TIME_NEVER || wake_ns >= sa->sa_wake_ns ||
	    !seq_follow_goes_on(sq) || (!sa->sa_end.st_running &&
	    (seq_follow_is_led(sq) || wake_ns > sa->sa_end.st_stop_ns)))
		return false;
	sa->sa_wake_ns = wake_ns;
	/* Whoever runs the queue arms the alarm for the first of all. */
	seq_unit_poke(sq->sq_unit);
	return false;
}

void
seq_ahead_set_ms(struct sequencer *sq, int *value_ms)
{
	struct seq_ahead *sa = &sq->sq_ahead;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (*value_ms >= 0) {
		*value_ms = MIN(*value_ms, SEQUENCER_LIMIT_MAX_MS);
		sa->sa_limit_ns = *value_ms * SEQ_AHEAD_MS_NS;
		sa->sa_wake_ns = SEQ_TIME_NEVER;
	}
	*value_ms = sa->sa_limit_ns / SEQ_AHEAD_MS_NS;
}

void
seq_ahead_set_events(struct sequencer *sq, int *value)
{
	struct seq_ahead *sa = &sq->sq_ahead;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (*value > 0)
		sa->sa_events = MIN((u_int)*value, sa->sa_size);
	*value = sa->sa_events;
}

struct seq_ahead_timing *
seq_ahead_resize(struct sequencer *sq, struct seq_ahead_timing *timings,
    u_int size)
{
	struct seq_ahead *sa = &sq->sq_ahead;
	struct seq_ahead_timing *before = sa->sa_timings;
	u_int i;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	KASSERT(sa->sa_count <= size);
	for (i = 0; i < sa->sa_count; i++)
		timings[i] = before[(sa->sa_first + i) % sa->sa_size];
	sa->sa_timings = timings;
	sa->sa_first = 0;
	sa->sa_size = size;
	return before;
}
