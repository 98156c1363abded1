/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_play.c: what was written to /dev/music, played in its time.
 *
 * A wait is not an event: it moves the cursor, the position at which the
 * next events are queued, and the mark, from which the next relative wait
 * counts; an absolute wait can set the mark back, never the cursor.  All
 * others are queued with that position as their key, a change of the timer
 * among them, so that it takes effect at its place in the music.  The queue
 * is played by an alarm set to the time of its first event; the time of a
 * position is computed from the schedule, never from when something happened
 * to run, and so no lateness adds up.
 *
 * When the position goes back to 0 (START, RESET), the events behind belong
 * to another epoch, the high half of the key, and wait for that.
 *
 * The devices are given what is due at one time in the order of the queue:
 * each has taken its part before the next is given any.
 *
 * An event whose device has no room waits, and all behind it, until the
 * device says that it has (mco_writable): nothing is lost, and the order of
 * events stays.
 *
 * Locks: all is under sq_lock.  Devices are handed messages by their boxes
 * (rank 2) and told to look there by seq_play_kick(), without sq_lock.
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

void
seq_play_init(struct sequencer *sq)
{
	const struct seq_tempo tempo = {
		.te_timebase = SEQUENCER_TIMEBASE,
		.te_bpm = SEQUENCER_BPM,
	};

	mutex_init(&sq->sq_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&sq->sq_cv, "seqout");
	selinit(&sq->sq_sel);
	SLIST_INIT(&sq->sq_kicks);
	sq->sq_cells = kmem_zalloc(SEQUENCER_QUEUE * sizeof(*sq->sq_cells),
	    KM_SLEEP);
	seq_queue_init(&sq->sq_queue, sq->sq_cells, SEQUENCER_QUEUE);
	seq_late_init(&sq->sq_late);
	seq_time_init(&sq->sq_time, &tempo);
	seq_time_start(&sq->sq_time, midi_alarm_now_ns());
	/* Who reads as well has stamps that must not go back. */
	sq->sq_auto = (sq->sq_flags & FREAD) == 0;
	seq_ahead_init(sq);
}

void
seq_play_destroy(struct sequencer *sq)
{

	seq_ahead_destroy(sq);
	kmem_free(sq->sq_cells, SEQUENCER_QUEUE * sizeof(*sq->sq_cells));
	seldestroy(&sq->sq_sel);
	cv_destroy(&sq->sq_cv);
	mutex_destroy(&sq->sq_lock);
}

/*
 * Sending.
 */

static bool
seq_play_is_message(const struct seq_cmd *cm)
{

	return cm->cm_kind == SEQ_CMD_MESSAGE ||
	    cm->cm_kind == SEQ_CMD_SYSEX || cm->cm_kind == SEQ_CMD_BYTE;
}

/* Put a run in the device's box; the room was seen to. */
static void
seq_play_send(struct sequencer *sq, struct sequencer_device *sd,
    const uint8_t *run, size_t n)
{

	if (n == 0)
		return;
	if (midi_port_send(&sd->sd_client, run, n) != 0)
		sq->sq_dropped++;
	if (!sd->sd_kick) {
		sd->sd_kick = true;
		SLIST_INSERT_HEAD(&sq->sq_kicks, sd, sd_kicklink);
	}
}

/* Is it another device's turn to look, before this one gets the message? */
static bool
seq_play_has_turn(struct sequencer *sq, const struct seq_cmd *cm)
{
	struct sequencer_device *sd = SLIST_FIRST(&sq->sq_kicks);

	return sd == NULL || !seq_play_is_message(cm) ||
	    sd->sd_unit == cm->cm_device;
}

/* SysEx bytes for a device in groups of three from the F0 on, as midi(4) gives
 * them to hardware; less than a group waits. */
static size_t
seq_play_group(struct sequencer_device *sd, const uint8_t *bytes, size_t n,
    uint8_t *run)
{
	size_t used __diagused, len;

	used = midi_parse_run(&sd->sd_group, bytes, n, run,
	    SEQ_PLAY_RUN_BYTES, &len);
	KASSERT(used == n);
	return len;
}

size_t
seq_play_sysex_end(struct sequencer_device *sd, uint8_t *run)
{
	uint8_t end[1];
	size_t n;

	n = seq_event_sysex_end(&sd->sd_sysex_out, end);
	return seq_play_group(sd, end, n, run);
}

/* Send what a command is for a device. */
static void
seq_play_message(struct sequencer *sq, const struct seq_cmd *cm)
{
	uint8_t bytes[SEQ_EVENT_SYSEX_OUT_MAX(SEQ_CMD_DATA_MAX)];
	uint8_t run[SEQ_PLAY_RUN_BYTES];
	struct sequencer_device *sd;
	size_t n;

	sd = sequencer_device(sq, cm->cm_device, FWRITE);
	if (sd == NULL) {
		sq->sq_dropped++;
		return;
	}
	switch (cm->cm_kind) {
	case SEQ_CMD_MESSAGE:
		n = 0;
		if (!midi_msg_is_realtime(cm->cm_data[0]))
			n = seq_play_sysex_end(sd, run);
		memcpy(run + n, cm->cm_data, cm->cm_len);
		n += cm->cm_len;
		break;
	case SEQ_CMD_SYSEX:
		n = seq_event_sysex_cmd(&sd->sd_sysex_out, cm, bytes);
		n = seq_play_group(sd, bytes, n, run);
		break;
	default:
		KASSERT(cm->cm_kind == SEQ_CMD_BYTE);
		(void)midi_parse_run(&sd->sd_parse, cm->cm_data, cm->cm_len,
		    run, sizeof(run), &n);
		break;
	}
	KASSERT(n <= sizeof(run));
	seq_play_send(sq, sd, run, n);
}

/* Would the device take it now?  If not, it will schedule us. */
static bool
seq_play_has_room(struct sequencer *sq, const struct seq_cmd *cm)
{
	struct sequencer_device *sd;

	if (!seq_play_is_message(cm))
		return true;
	sd = sequencer_device(sq, cm->cm_device, FWRITE);
	return sd == NULL || midi_box_has_room(&sd->sd_client.mc_out,
	    SEQ_PLAY_RUN_BYTES + 1);
}

/*
 * The timer.
 */

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

/* A command of the timer, whose place in the schedule is at at_ns. */
static void
seq_play_timing(struct sequencer *sq, u_int op, uint32_t arg,
    uint64_t division, uint64_t at_ns)
{

	switch (op) {
	case TMR_ECHO:
		seq_input_echo(sq, arg);
		break;
	case TMR_TIMESIG:	/* says nothing to the timer */
		break;
	default:
		seq_play_set_time(&sq->sq_time, op, arg, division, at_ns);
		seq_input_set_time(sq, op == TMR_START || op == TMR_RESET);
		break;
	}
}

/* Do a command that is due. */
static void
seq_play_cmd(struct sequencer *sq, const struct seq_cmd *cm,
    uint64_t division, uint64_t due_ns)
{
	uint64_t now_ns, put_ns;

	if (cm->cm_kind == SEQ_CMD_TIMING) {
		/* It cannot have its effect before it was written. */
		memcpy(&put_ns, cm->cm_data + SEQ_PLAY_PUT_OFFSET,
		    sizeof(put_ns));
		seq_play_timing(sq, cm->cm_op, cm->cm_arg, division,
		    MAX(due_ns, put_ns));
		return;
	}
	if (!seq_play_is_message(cm))
		return;
	seq_play_message(sq, cm);
	now_ns = midi_alarm_now_ns();
	seq_late_add(&sq->sq_late, now_ns > due_ns ? now_ns - due_ns : 0);
}

void
seq_play_now(struct sequencer *sq, const struct seq_cmd *cm)
{

	KASSERT(mutex_owned(&sq->sq_lock));
	if (cm->cm_kind == SEQ_CMD_TIMING)
		seq_play_timer(sq, cm->cm_op, cm->cm_arg);
	else if (seq_play_is_message(cm))
		seq_play_message(sq, cm);
}

/* The timer was changed past the queue. */
static void
seq_play_changed(struct sequencer *sq)
{

	seq_ahead_changed(sq);
	seq_play_run(sq);
	seq_play_wake(sq);
}

void
seq_play_timer(struct sequencer *sq, u_int op, uint32_t arg)
{
	const uint64_t now_ns = midi_alarm_now_ns();

	KASSERT(mutex_owned(&sq->sq_lock));
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

	KASSERT(mutex_owned(&sq->sq_lock));
	seq_time_change_now(&sq->sq_time, tempo, midi_alarm_now_ns());
	seq_input_set_time(sq, false);
	seq_play_changed(sq);
}

void
seq_play_autostart(struct sequencer *sq)
{

	KASSERT(mutex_owned(&sq->sq_lock));
	if (!sq->sq_auto)
		return;
	sq->sq_auto = false;
	seq_time_start(&sq->sq_time, midi_alarm_now_ns());
	seq_input_set_time(sq, true);
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

bool
seq_play_put(struct sequencer *sq, const struct seq_cmd *cm)
{
	const uint64_t now_ns = midi_alarm_now_ns();
	struct seq_cmd put = *cm;
	union seq_item item;

	CTASSERT(sizeof(put) <= sizeof(item));
	CTASSERT(SEQ_PLAY_PUT_OFFSET + sizeof(now_ns) <= sizeof(put.cm_data));
	KASSERT(mutex_owned(&sq->sq_lock));
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
	if (cm->cm_kind == SEQ_CMD_TIMING)
		memcpy(put.cm_data + SEQ_PLAY_PUT_OFFSET, &now_ns,
		    sizeof(now_ns));
	memset(&item, 0, sizeof(item));
	memcpy(&item, &put, sizeof(put));
	if (!seq_queue_put(&sq->sq_queue, sq->sq_cursor, &item))
		panic("%s: no cell", __func__);
	seq_ahead_put(sq, cm, now_ns);
	if (cm->cm_kind == SEQ_CMD_TIMING &&
	    (cm->cm_op == TMR_START || cm->cm_op == TMR_RESET)) {
		sq->sq_cursor = ((sq->sq_cursor >> SEQ_PLAY_EPOCH_SHIFT) + 1)
		    << SEQ_PLAY_EPOCH_SHIFT;
		sq->sq_mark = 0;
	}
	return true;
}

bool
seq_play_writable(struct sequencer *sq)
{
	const u_int count = seq_queue_count(&sq->sq_queue);
	const u_int room = sq->sq_ahead.sa_events - MIN(count,
	    sq->sq_ahead.sa_events);

	KASSERT(mutex_owned(&sq->sq_lock));
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

/* Has the time come for which somebody waits?  Arm for it, if not. */
static bool
seq_play_awaited(struct sequencer *sq)
{
	struct seq_ahead *sa = &sq->sq_ahead;

	if (sa->sa_wake_ns == SEQ_TIME_NEVER)
		return false;
	if (sa->sa_wake_ns > midi_alarm_now_ns()) {
		midi_alarm_at(sq->sq_alarm, sa->sa_wake_ns);
		return false;
	}
	sa->sa_wake_ns = SEQ_TIME_NEVER;
	return true;
}

void
seq_play_run(struct sequencer *sq)
{
	const struct seq_cell *ce;
	struct seq_cell cell;
	struct seq_cmd cm;
	uint64_t division, due_ns;
	/* First, for a device that has room again arms the alarm as well. */
	bool moved = seq_play_awaited(sq);

	KASSERT(mutex_owned(&sq->sq_lock));
	while ((ce = seq_queue_peek(&sq->sq_queue)) != NULL) {
		division = ce->ce_key & SEQ_PLAY_DIVISION_MAX;
		due_ns = seq_time_ns(&sq->sq_time, division);
		if (due_ns > midi_alarm_now_ns()) {
			due_ns = MIN(due_ns, sq->sq_ahead.sa_wake_ns);
			if (due_ns != SEQ_TIME_NEVER)
				midi_alarm_at(sq->sq_alarm, due_ns);
			break;
		}
		memcpy(&cm, &ce->ce_item, sizeof(cm));
		if (!seq_play_has_turn(sq, &cm) || !seq_play_has_room(sq, &cm))
			break;
		(void)seq_queue_get(&sq->sq_queue, &cell);
		seq_ahead_get(sq, &cm);
		seq_play_cmd(sq, &cm, division, due_ns);
		moved = true;
	}
	if (moved || ce == NULL)
		seq_play_wake(sq);
}

void
seq_play_kick(struct sequencer *sq)
{
	struct sequencer_device *sd;

	mutex_enter(&sq->sq_lock);
	sq->sq_kicking++;
	while ((sd = SLIST_FIRST(&sq->sq_kicks)) != NULL) {
		SLIST_REMOVE_HEAD(&sq->sq_kicks, sd_kicklink);
		sd->sd_kick = false;
		mutex_exit(&sq->sq_lock);
		(void)midi_port_kick(&sd->sd_client);
		mutex_enter(&sq->sq_lock);
		seq_play_run(sq);
	}
	if (--sq->sq_kicking == 0)
		cv_broadcast(&sq->sq_cv);
	mutex_exit(&sq->sq_lock);
}

void
seq_play_softint(void *arg)
{
	struct sequencer *sq = arg;

	mutex_enter(&sq->sq_lock);
	seq_play_run(sq);
	mutex_exit(&sq->sq_lock);
	seq_play_kick(sq);
}

/*
 * Ends.
 */

/* When the position comes at which writing goes on, if it does: a timer that
 * stands still never gets there. */
static uint64_t
seq_play_end_ns(struct sequencer *sq)
{

	return seq_time_ns(&sq->sq_time,
	    sq->sq_cursor & SEQ_PLAY_DIVISION_MAX);
}

/* Has all been played, and the last wait passed? */
static bool
seq_play_done(struct sequencer *sq)
{
	uint64_t end_ns;

	KASSERT(mutex_owned(&sq->sq_lock));
	if (!sq->sq_time.st_running)
		return true;
	if (seq_queue_count(&sq->sq_queue) != 0)
		return false;
	end_ns = seq_play_end_ns(sq);
	if (end_ns == SEQ_TIME_NEVER || end_ns <= midi_alarm_now_ns())
		return true;
	if (end_ns < sq->sq_ahead.sa_wake_ns) {
		sq->sq_ahead.sa_wake_ns = end_ns;
		midi_alarm_at(sq->sq_alarm, end_ns);
	}
	return false;
}

/* Is an event due that no device takes? */
static bool
seq_play_stuck(struct sequencer *sq)
{
	const struct seq_cell *ce = seq_queue_peek(&sq->sq_queue);

	return ce != NULL && seq_time_ns(&sq->sq_time,
	    ce->ce_key & SEQ_PLAY_DIVISION_MAX) <= midi_alarm_now_ns();
}

/* The queue's part of seq_play_drain(). */
static int
seq_play_drain_queue(struct sequencer *sq, int stuck_ticks)
{
	int error = 0;

	mutex_enter(&sq->sq_lock);
	while (error == 0 && !seq_play_done(sq)) {
		error = cv_timedwait_sig(&sq->sq_cv, &sq->sq_lock,
		    stuck_ticks);
		if (error == EWOULDBLOCK && !seq_play_stuck(sq))
			error = 0;
	}
	mutex_exit(&sq->sq_lock);
	return error;
}

int
seq_play_drain(struct sequencer *sq, int stuck_ticks)
{
	struct sequencer_device *sd;
	int error;
	u_int i;

	error = seq_play_drain_queue(sq, stuck_ticks);
	for (i = 0; error == 0 && i < sq->sq_ndevices; i++) {
		sd = sequencer_device(sq, i, FWRITE);
		if (sd == NULL)
			continue;
		error = midi_port_drain(&sd->sd_client, stuck_ticks);
		if (error == EIO)	/* gone: nothing to wait for */
			error = 0;
	}
	return error;
}

void
seq_play_end(struct sequencer *sq)
{

	mutex_enter(&sq->sq_lock);
	(void)seq_queue_clear(&sq->sq_queue);
	seq_ahead_clear(sq);
	while (sq->sq_kicking != 0)
		cv_wait(&sq->sq_cv, &sq->sq_lock);
	while (!SLIST_EMPTY(&sq->sq_kicks))
		SLIST_REMOVE_HEAD(&sq->sq_kicks, sd_kicklink);
	mutex_exit(&sq->sq_lock);
}

void
seq_play_initialize(struct sequencer_device *sd)
{
	uint8_t run[9];
	u_int chan;

	for (chan = 0; chan < 16; chan++) {
		run[0] = MIDI_MSG_CONTROL | chan;
		run[1] = MIDI_CTRL_NOTES_OFF;
		run[2] = 0;
		run[3] = MIDI_MSG_CONTROL | chan;
		run[4] = MIDI_CTRL_RESET;
		run[5] = 0;
		run[6] = MIDI_MSG_BEND | chan;
		run[7] = MIDI_BEND_NEUTRAL & 0x7f;
		run[8] = MIDI_BEND_NEUTRAL >> 7;
		(void)midi_port_send(&sd->sd_client, run, sizeof(run));
	}
	(void)midi_port_kick(&sd->sd_client);
}

void
seq_play_reset(struct sequencer *sq)
{
	const uint64_t now_ns = midi_alarm_now_ns();
	struct sequencer_device *sd;
	u_int i;

	mutex_enter(&sq->sq_lock);
	(void)seq_queue_clear(&sq->sq_queue);
	sq->sq_resets++;
	sq->sq_cursor = sq->sq_mark = 0;
	seq_time_start(&sq->sq_time, now_ns);
	sq->sq_auto = (sq->sq_flags & FREAD) == 0;
	seq_input_set_time(sq, true);
	seq_ahead_clear(sq);
	for (i = 0; i < sq->sq_ndevices; i++) {
		memset(&sq->sq_devices[i].sd_sysex_out, 0,
		    sizeof(sq->sq_devices[i].sd_sysex_out));
		midi_parse_init(&sq->sq_devices[i].sd_group,
		    MIDI_PARSE_ASENSE);
		midi_parse_init(&sq->sq_devices[i].sd_parse,
		    MIDI_PARSE_ASENSE);
	}
	seq_play_wake(sq);
	mutex_exit(&sq->sq_lock);
	for (i = 0; i < sq->sq_ndevices; i++) {
		sd = sequencer_device(sq, i, FWRITE);
		if (sd == NULL)
			continue;
		midi_port_silence(&sd->sd_client);
		seq_play_initialize(sd);
	}
}
