/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_play.c: what was written to /dev/music, played in its time.
 *
 * Whose turn it is says seq_unit.c; here is the queue of one sequencer.
 *
 * A wait is not an event: it moves the cursor, the position at which the
 * next events are queued, and the mark, from which the next relative wait
 * counts; an absolute wait can set the mark back, never the cursor.  All
 * others are queued with that position as their key, a change of the timer
 * among them, so that it takes effect at its place in the music.  The time of
 * a position is computed from the schedule, never from when something happened
 * to run, and so no lateness adds up.
 *
 * When the position goes elsewhere (START, RESET, SPP), the events behind
 * belong to another epoch, the high half of the key, and wait for that.
 *
 * The devices are given what is due at one time in the order of the queue:
 * each has taken its part before the next is given any.  What a device has no
 * room for waits apart (seq_turn.c), and nothing waits for that.
 *
 * A transaction is what one write(2) has written, or what stands between BEGIN
 * and END.  It is not begun to be played before all of it is in the queue, as
 * far as there is room (sq_hold), and what it has for one time becomes due
 * without events of others in between (seq_unit.c).  Each command in the queue
 * says whether it begins one.
 *
 * Locks: all is under su_lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/kmem.h>
#include <sys/midiio.h>
#include <sys/siginfo.h>
#include <sys/signal.h>

#include <dev/midi/sequencervar.h>

/* In cm_data, behind cm_arg: when a command of the timer was written. */
#define SEQ_PLAY_PUT_OFFSET	sizeof(uint32_t)
/* In cm_kind, of a command in the queue: it begins a transaction. */
#define SEQ_PLAY_FRESH		0x80
/* No transaction is open. */
#define SEQ_PLAY_NO_HOLD	UINT64_MAX

void
seq_play_init(struct sequencer *sq)
{
	const struct seq_tempo tempo = {
		.te_timebase = SEQUENCER_TIMEBASE,
		.te_bpm = SEQUENCER_BPM,
	};

	cv_init(&sq->sq_cv, "seqout");
	selinit(&sq->sq_sel);
	sq->sq_hold = SEQ_PLAY_NO_HOLD;
	sq->sq_cells = kmem_zalloc(SEQUENCER_QUEUE * sizeof(*sq->sq_cells),
	    KM_SLEEP);
	seq_queue_init(&sq->sq_queue, sq->sq_cells, SEQUENCER_QUEUE);
	sq->sq_line_cells = kmem_zalloc(SEQUENCER_QUEUE *
	    sizeof(*sq->sq_line_cells), KM_SLEEP);
	seq_line_pool_init(&sq->sq_waits, sq->sq_line_cells, SEQUENCER_QUEUE);
	seq_late_init(&sq->sq_late);
	seq_time_init(&sq->sq_time, &tempo);
	seq_time_start(&sq->sq_time, midi_alarm_now_ns());
	sq->sq_tempo = tempo;
	seq_clock_init(&sq->sq_clock, SEQ_CLOCK_OWN, 0);
	seq_lead_init(sq);
	/* Who reads as well has stamps that must not go back. */
	sq->sq_auto = (sq->sq_flags & FREAD) == 0;
	seq_ahead_init(sq);
}

void
seq_play_destroy(struct sequencer *sq)
{

	kmem_free(sq->sq_cells,
	    sq->sq_ahead.sa_size * sizeof(*sq->sq_cells));
	kmem_free(sq->sq_line_cells,
	    sq->sq_ahead.sa_size * sizeof(*sq->sq_line_cells));
	seq_ahead_destroy(sq);
	seldestroy(&sq->sq_sel);
	cv_destroy(&sq->sq_cv);
}

/* Somebody is to make room, and nobody else does so.  0: there is enough.
 * EINTR, ERESTART. */
static int
seq_play_resizing(struct sequencer *sq, u_int *size)
{
	int error = 0;

	mutex_enter(&sq->sq_unit->su_lock);
	while (sq->sq_resizing && error == 0)
		error = cv_wait_sig(&sq->sq_cv, &sq->sq_unit->su_lock);
	if (*size <= sq->sq_ahead.sa_size)
		*size = 0;
	if (error == 0 && *size != 0)
		sq->sq_resizing = true;
	mutex_exit(&sq->sq_unit->su_lock);
	return error;
}

int
seq_play_resize(struct sequencer *sq, u_int size)
{
	struct seq_ahead_timing *timings;
	struct seq_line_cell *waits;
	struct seq_cell *cells;
	u_int before;
	int error;

	error = seq_play_resizing(sq, &size);
	if (error != 0 || size == 0)
		return error;
	cells = kmem_zalloc(size * sizeof(*cells), KM_SLEEP);
	waits = kmem_zalloc(size * sizeof(*waits), KM_SLEEP);
	timings = kmem_zalloc(size * sizeof(*timings), KM_SLEEP);
	mutex_enter(&sq->sq_unit->su_lock);
	before = sq->sq_ahead.sa_size;
	cells = seq_queue_move(&sq->sq_queue, cells, size);
	sq->sq_cells = sq->sq_queue.sq_cells;
	sq->sq_line_cells = waits;
	waits = seq_line_pool_move(&sq->sq_waits, waits, size);
	timings = seq_ahead_resize(sq, timings, size);
	sq->sq_resizing = false;
	cv_broadcast(&sq->sq_cv);
	mutex_exit(&sq->sq_unit->su_lock);
	kmem_free(cells, before * sizeof(*cells));
	kmem_free(waits, before * sizeof(*waits));
	kmem_free(timings, before * sizeof(*timings));
	return 0;
}

/*
 * Transactions.
 */

void
seq_play_begin(struct sequencer *sq)
{

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	sq->sq_fresh = true;
	if (sq->sq_begun || sq->sq_unit->su_nwriters > 1)
		sq->sq_hold = sq->sq_queue.sq_order;
}

void
seq_play_commit(struct sequencer *sq)
{

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	sq->sq_hold = SEQ_PLAY_NO_HOLD;
}

/* The first cell, unless it is of a transaction that is not all there. */
static const struct seq_cell *
seq_play_head(const struct sequencer *sq)
{
	const struct seq_cell *ce = seq_queue_peek(&sq->sq_queue);

	return ce != NULL && ce->ce_order < sq->sq_hold ? ce : NULL;
}

/* When the first event is due, in the song; and it. */
static uint64_t
seq_play_head_ns(const struct sequencer *sq, const struct seq_cell **cep)
{

	*cep = seq_play_head(sq);
	if (*cep == NULL)
		return SEQ_TIME_NEVER;
	return seq_time_ns(&sq->sq_time,
	    (*cep)->ce_key & SEQ_PLAY_DIVISION_MAX);
}

/*
 * The timer.
 */

uint64_t
seq_play_position(const struct seq_time *st, u_int unit)
{

	return ((uint64_t)unit * st->st_tempo.te_timebase *
	    MIDI_CLOCK_PER_UNIT + MIDI_CLOCK_PER_BEAT - 1) /
	    MIDI_CLOCK_PER_BEAT;
}

void
seq_play_set_time(struct seq_time *st, u_int op, uint32_t arg,
    uint64_t division, uint64_t at_ns)
{
	struct seq_tempo tempo = st->st_tempo;

	switch (op) {
	case TMR_START:
		seq_time_start(st, at_ns);
		break;
	case TMR_RESET:
		seq_time_reset(st, at_ns);
		break;
	case TMR_SPP:
		seq_time_locate(st, seq_play_position(st, arg), at_ns);
		break;
	case TMR_STOP:
		seq_time_stop(st, at_ns);
		break;
	case TMR_CONTINUE:
		seq_time_continue(st, at_ns);
		break;
	case TMR_TEMPO:
		tempo.te_bpm = seq_time_clamp_bpm(arg);
		seq_time_change_at(st, &tempo, division);
		break;
	case TMR_USTEMPO:
		tempo.te_bpm = 0;
		tempo.te_beat_us = seq_time_clamp_beat_us(arg);
		seq_time_change_at(st, &tempo, division);
		break;
	default:
		panic("%s: op %u", __func__, op);
	}
}

/* Tell devices that follow what was done to the timer. */
static void
seq_play_lead(struct sequencer *sq, u_int op, uint32_t arg)
{

	switch (op) {
	case TMR_START:
	case TMR_RESET:
		seq_lead_started(sq);
		break;
	case TMR_STOP:
		seq_lead_stopped(sq);
		break;
	case TMR_CONTINUE:
		seq_lead_continued(sq);
		break;
	case TMR_SPP:
		seq_lead_located(sq, arg);
		break;
	}
}

/* A tempo of our own. */
static void
seq_play_own_tempo(struct sequencer *sq, u_int op, uint32_t arg)
{

	if (op == TMR_TEMPO)
		sq->sq_tempo.te_bpm = seq_time_clamp_bpm(arg);
	else {
		sq->sq_tempo.te_bpm = 0;
		sq->sq_tempo.te_beat_us = seq_time_clamp_beat_us(arg);
	}
}

/* A command of the timer, whose place in the schedule is at at_ns of the
 * song. */
static void
seq_play_timing(struct sequencer *sq, u_int op, uint32_t arg,
    uint64_t division, uint64_t at_ns)
{
	const bool tempo = op == TMR_TEMPO || op == TMR_USTEMPO;

	switch (op) {
	case TMR_ECHO:
		seq_input_echo(sq, arg);
		return;
	case TMR_CLOCK:
		seq_lead_byhand(sq);
		return;
	case TMR_TIMESIG:	/* these say nothing to the timer */
	case TMR_SYNC:
	case TMR_DEVICE:
		return;
	}
	if (tempo)
		seq_play_own_tempo(sq, op, arg);
	if (!tempo || !seq_follow_is_paced(sq))
		seq_play_set_time(&sq->sq_time, op, arg, division, at_ns);
	seq_input_set_time(sq, op == TMR_START || op == TMR_RESET ||
	    op == TMR_SPP);
	seq_play_lead(sq, op, arg);
}

/* A command of the timer out of the queue. */
static void
seq_play_queued(struct sequencer *sq, const struct seq_cmd *cm,
    uint64_t division, uint64_t due_ns)
{
	const uint64_t now_ns = seq_follow_now_ns(sq);
	uint64_t put_ns;

	/* It cannot have its effect before it was written; nor, when a master
	 * has gone back since, in the future. */
	memcpy(&put_ns, cm->cm_data + SEQ_PLAY_PUT_OFFSET, sizeof(put_ns));
	put_ns = MIN(put_ns, now_ns);
	seq_play_timing(sq, cm->cm_op, cm->cm_arg, division,
	    MAX(due_ns, put_ns));
}

void
seq_play_now(struct sequencer *sq, const struct seq_cmd *cm)
{

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (cm->cm_kind == SEQ_CMD_TIMING)
		seq_play_timer(sq, cm->cm_op, cm->cm_arg);
	else if (seq_turn_is_message(cm))
		seq_turn_now(sq, cm);
}

void
seq_play_changed(struct sequencer *sq)
{

	seq_ahead_changed(sq);
	seq_unit_run(sq->sq_unit);
	seq_play_wake(sq);
}

void
seq_play_timer(struct sequencer *sq, u_int op, uint32_t arg)
{
	const uint64_t now_ns = seq_follow_now_ns(sq);

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (sq->sq_auto)
		seq_lead_begin(sq);
	sq->sq_auto = false;
	seq_play_timing(sq, op, arg,
	    seq_time_division(&sq->sq_time, now_ns), now_ns);
	/* Events that wait keep their positions, in the new run. */
	if ((op == TMR_START || op == TMR_RESET) &&
	    seq_queue_count(&sq->sq_queue) == 0 && !sq->sq_held)
		sq->sq_cursor = sq->sq_mark = 0;
	seq_play_changed(sq);
}

void
seq_play_tempo(struct sequencer *sq, const struct seq_tempo *tempo)
{
	const uint64_t now_ns = seq_follow_now_ns(sq);
	const uint64_t division = seq_time_division(&sq->sq_time, now_ns);
	struct seq_tempo te = *tempo;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	sq->sq_tempo = te;
	if (seq_follow_is_paced(sq)) {
		te.te_bpm = sq->sq_time.st_tempo.te_bpm;
		te.te_beat_us = sq->sq_time.st_tempo.te_beat_us;
	}
	if (te.te_timebase != sq->sq_time.st_tempo.te_timebase) {
		seq_time_change_now(&sq->sq_time, &te, now_ns);
		seq_lead_timebase(sq, division);
	} else
		seq_time_change_now(&sq->sq_time, &te, now_ns);
	seq_input_set_time(sq, false);
	seq_play_changed(sq);
}

void
seq_play_autostart(struct sequencer *sq)
{

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (!sq->sq_auto)
		return;
	sq->sq_auto = false;
	seq_time_start(&sq->sq_time, seq_follow_now_ns(sq));
	seq_input_set_time(sq, true);
	seq_lead_started(sq);
	seq_ahead_changed(sq);
}

/*
 * The queue.
 */

/* Move the mark, and the cursor, which never goes back within an epoch. */
static void
seq_play_wait(struct sequencer *sq, u_int op, uint32_t arg)
{
	const uint64_t epoch = sq->sq_cursor >> SEQ_PLAY_EPOCH_SHIFT;
	uint64_t division = sq->sq_cursor & SEQ_PLAY_DIVISION_MAX;

	if (op == TMR_WAIT_REL)
		sq->sq_mark = MIN(sq->sq_mark + arg, SEQ_PLAY_DIVISION_MAX);
	else
		sq->sq_mark = arg;
	division = MAX(division, sq->sq_mark);
	sq->sq_cursor = epoch << SEQ_PLAY_EPOCH_SHIFT | division;
}

/* The command is one behind which positions count from elsewhere. */
static void
seq_play_next_epoch(struct sequencer *sq, const struct seq_cmd *cm)
{
	const uint64_t epoch = (sq->sq_cursor >> SEQ_PLAY_EPOCH_SHIFT) + 1;

	sq->sq_mark = 0;
	if (cm->cm_op == TMR_SPP)
		sq->sq_mark = seq_play_position(&sq->sq_time, cm->cm_arg);
	sq->sq_cursor = epoch << SEQ_PLAY_EPOCH_SHIFT | sq->sq_mark;
}

/* Queue it at the cursor; there is room. */
static void
seq_play_queue(struct sequencer *sq, const struct seq_cmd *cm)
{
	const uint64_t now_ns = seq_follow_now_ns(sq);
	struct seq_cmd put = *cm;
	union seq_item item;

	CTASSERT(sizeof(put) <= sizeof(item));
	CTASSERT(__builtin_offsetof(struct seq_cmd, cm_kind) == 0);
	CTASSERT(SEQ_PLAY_PUT_OFFSET + sizeof(now_ns) <= sizeof(put.cm_data));
	if (sq->sq_fresh)
		put.cm_kind |= SEQ_PLAY_FRESH;
	sq->sq_fresh = false;
	if (cm->cm_kind == SEQ_CMD_TIMING)
		memcpy(put.cm_data + SEQ_PLAY_PUT_OFFSET, &now_ns,
		    sizeof(now_ns));
	memset(&item, 0, sizeof(item));
	memcpy(&item, &put, sizeof(put));
	if (!seq_queue_put(&sq->sq_queue, sq->sq_cursor, &item))
		panic("%s: no cell", __func__);
	seq_ahead_put(sq, cm, now_ns);
}

bool
seq_play_put(struct sequencer *sq, const struct seq_cmd *cm)
{

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (cm->cm_kind == SEQ_CMD_NONE || cm->cm_kind == SEQ_CMD_LOCAL)
		return true;
	seq_play_autostart(sq);
	if (cm->cm_kind == SEQ_CMD_TIMING &&
	    (cm->cm_op == TMR_WAIT_REL || cm->cm_op == TMR_WAIT_ABS)) {
		seq_play_wait(sq, cm->cm_op, cm->cm_arg);
		return true;
	}
	if (!seq_ahead_may(sq))
		return false;
	if (seq_queue_count(&sq->sq_queue) == 0)
		sq->sq_cursor &= SEQ_PLAY_DIVISION_MAX;
	seq_play_queue(sq, cm);
	if (cm->cm_kind == SEQ_CMD_TIMING && (cm->cm_op == TMR_START ||
	    cm->cm_op == TMR_RESET || cm->cm_op == TMR_SPP))
		seq_play_next_epoch(sq, cm);
	return true;
}

bool
seq_play_writable(struct sequencer *sq)
{
	const u_int count = seq_play_count(sq);
	const u_int room = sq->sq_ahead.sa_events - MIN(count,
	    sq->sq_ahead.sa_events);

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (sq->sq_writing || !seq_ahead_may(sq))
		return false;
	/* A writer who asks first stays so far ahead, as with NetBSD's. */
	if (sq->sq_lowat == 0)
		return count < SEQUENCER_BUSY;
	return room >= MIN(sq->sq_lowat, sq->sq_ahead.sa_events);
}

void
seq_play_wake(struct sequencer *sq)
{

	cv_broadcast(&sq->sq_cv);
	if (!seq_play_writable(sq))
		return;
	selnotify(&sq->sq_sel, 0, NOTE_SUBMIT);
	if (sq->sq_async && (sq->sq_flags & FWRITE) != 0)
		fownsignal(sq->sq_owner, SIGIO, POLL_OUT, 0, NULL);
}

bool
seq_play_awaited(struct sequencer *sq, uint64_t now_ns)
{
	struct seq_ahead *sa = &sq->sq_ahead;

	if (sa->sa_wake_ns > now_ns || sa->sa_wake_ns == SEQ_TIME_NEVER)
		return false;
	sa->sa_wake_ns = SEQ_TIME_NEVER;
	return true;
}

uint64_t
seq_play_next_ns(struct sequencer *sq)
{
	const struct seq_cell *ce;
	const uint64_t clock_ns = seq_lead_next_ns(sq);
	const uint64_t due_ns = seq_play_head_ns(sq, &ce);

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	return seq_follow_real_ns(sq, MIN(clock_ns, due_ns));
}

bool
seq_play_is_due(struct sequencer *sq)
{
	const struct seq_cell *ce;
	const uint64_t due_ns = seq_play_head_ns(sq, &ce);

	return ce != NULL &&
	    seq_follow_real_ns(sq, due_ns) <= midi_alarm_now_ns();
}

/* Take the first event out of the queue and do it. */
static void
seq_play_event(struct sequencer *sq, struct seq_device *sd,
    const struct seq_cmd *cm, uint64_t due_ns, enum seq_turn_what what)
{
	struct seq_cell cell;

	(void)seq_queue_get(&sq->sq_queue, &cell);
	seq_ahead_get(sq, cm);
	if (cm->cm_kind == SEQ_CMD_TIMING)
		seq_play_queued(sq, cm, cell.ce_key & SEQ_PLAY_DIVISION_MAX,
		    due_ns);
	else if (seq_turn_is_message(cm))
		seq_turn_take(sq, sd, cm, what,
		    seq_follow_real_ns(sq, due_ns));
	sq->sq_moved = true;
	/* A single writer's events go straight on. */
	if (sq->sq_unit->su_nwriters > 1)
		sq->sq_unit->su_latest = sq;
}

bool
seq_play_step(struct sequencer *sq)
{
	const struct seq_cell *ce;
	struct seq_device *sd;
	enum seq_turn_what what;
	struct seq_cmd cm;
	uint64_t clock_ns, due_ns;
	bool more;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	clock_ns = seq_lead_next_ns(sq);
	due_ns = seq_play_head_ns(sq, &ce);
	if (ce != NULL) {
		memcpy(&cm, &ce->ce_item, sizeof(cm));
		more = sq->sq_unit->su_latest == sq &&
		    (cm.cm_kind & SEQ_PLAY_FRESH) == 0;
		cm.cm_kind &= ~SEQ_PLAY_FRESH;
		/* A clock goes ahead of messages, not of the timer. */
		if (due_ns < clock_ns || (due_ns == clock_ns &&
		    due_ns != SEQ_TIME_NEVER &&
		    cm.cm_kind == SEQ_CMD_TIMING)) {
			what = seq_turn_ask(sq, &cm, more, &sd);
			if (what == SEQ_TURN_LOOK)
				return false;
			seq_play_event(sq, sd, &cm, due_ns, what);
			return true;
		}
	}
	KASSERT(clock_ns != SEQ_TIME_NEVER);
	seq_lead_clock(sq);
	return true;
}

void
seq_play_forget(struct sequencer *sq)
{
	struct seq_device *sd;
	u_int i;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	(void)seq_queue_clear(&sq->sq_queue);
	for (i = 0; i < sq->sq_ndevices; i++) {
		sd = seq_device_get(sq, i, FWRITE);
		if (sd != NULL)
			(void)seq_turn_clear(sd);
	}
	sq->sq_begun = false;
	seq_play_commit(sq);
}
