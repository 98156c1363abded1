/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_write.c: write(2) to /dev/music.
 *
 * Each record is checked when it is written, and then queued for its position;
 * one that has to wait for room keeps the writer, and nobody else: what plays
 * or is asked meanwhile needs only su_lock, which a waiting writer has not.
 *
 * Threads that write to one sequencer take turns (sq_writing), so that each
 * write(2) is one transaction.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/midiio.h>
#include <sys/uio.h>

#include <dev/midi/sequencervar.h>

/* Bytes of a download in one command, as a SysEx record has. */
#define SEQ_WRITE_FULL_BYTES	6

/* Is the command one that can be carried out?  0 or an errno. */
static int
seq_write_check(struct sequencer *sq, const struct seq_cmd *cm)
{

	bool known;

	switch (cm->cm_kind) {
	case SEQ_CMD_MESSAGE:
	case SEQ_CMD_BYTE:
	case SEQ_CMD_SYSEX:
	case SEQ_CMD_FULLSIZE:
	case SEQ_CMD_PATCH:
		mutex_enter(&sq->sq_unit->su_lock);
		known = seq_device_known(sq, cm->cm_device, FWRITE);
		mutex_exit(&sq->sq_unit->su_lock);
		return known ? 0 : ENXIO;
	case SEQ_CMD_LOCAL:
		return EINVAL;
	default:
		return 0;
	}
}

/* Wait until the event in hand may be queued, or something has moved: what is
 * there of the transaction is played meanwhile.  su_lock held. */
static int
seq_write_await(struct sequencer *sq, bool nonblock)
{
	int error;

	if (seq_ahead_may(sq) || !TAILQ_EMPTY(&sq->sq_unit->su_kicks))
		return 0;
	if (nonblock)
		return EWOULDBLOCK;
	if (sq->sq_queue.sq_order > sq->sq_hold) {
		seq_play_commit(sq);
		seq_unit_run(sq->sq_unit);
		return 0;
	}
	sq->sq_held = true;
	error = cv_wait_sig(&sq->sq_cv, &sq->sq_unit->su_lock);
	sq->sq_held = false;
	return error;
}

/* Queue a command, as soon as it may be.  0 or an errno; ECANCELED: a reset
 * has thrown it away. */
static int
seq_write_put(struct sequencer *sq, const struct seq_cmd *cm, bool nonblock)
{
	int error = 0;

	mutex_enter(&sq->sq_unit->su_lock);
	for (;;) {
		if (sq->sq_resets != sq->sq_began)
			error = ECANCELED;
		if (error || seq_play_put(sq, cm))
			break;
		mutex_exit(&sq->sq_unit->su_lock);
		seq_unit_kick(sq->sq_unit);
		mutex_enter(&sq->sq_unit->su_lock);
		seq_unit_run(sq->sq_unit);
		if (sq->sq_resets == sq->sq_began)
			error = seq_write_await(sq, nonblock);
	}
	mutex_exit(&sq->sq_unit->su_lock);
	return error;
}

/* A part of a download: SysEx bytes after their header.  A part of six bytes
 * does not end the message, an empty one does. */
static int
seq_write_full(struct sequencer *sq, struct uio *uio, bool nonblock)
{
	struct seq_cmd cm;
	size_t n;
	int error;

	memset(&cm, 0, sizeof(cm));
	n = MIN(sq->sq_full_left, SEQ_WRITE_FULL_BYTES);
	if (uio->uio_resid < n)
		return EINVAL;
	error = uiopeek(cm.cm_data, n, uio);
	if (error)
		return error;
	/* A message of nothing ends what is still open. */
	cm.cm_kind = n != 0 ? SEQ_CMD_SYSEX : SEQ_CMD_MESSAGE;
	cm.cm_device = sq->sq_full_device;
	cm.cm_len = n;
	error = seq_write_put(sq, &cm, nonblock);
	if (error)
		return error;
	uioskip(n, uio);
	sq->sq_full_left -= n;
	if (n < SEQ_WRITE_FULL_BYTES)
		sq->sq_full_open = false;
	return 0;
}

/* An instrument for a synthesizer, past the queue. */
static int
seq_write_patch(struct sequencer *sq, struct uio *uio)
{
	struct sbi_instrument sbi;
	int error;

	if (uio->uio_resid < sizeof(sbi))
		return EINVAL;
	error = uiopeek(&sbi, sizeof(sbi), uio);
	if (error == 0)
		error = seq_info_load(sq, &sbi);
	if (error == 0)
		uioskip(sizeof(sbi), uio);
	return error;
}

/* One record, whole, or nothing of it. */
static int
seq_write_record(struct sequencer *sq, struct uio *uio, bool nonblock)
{
	uint8_t record[SEQ_EVENT_BYTES];
	struct seq_cmd cm;
	size_t n;
	int error;

	error = uiopeek(record, 1, uio);
	if (error)
		return error;
	n = seq_event_length(record[0], sq->sq_dialect);
	if (uio->uio_resid < n)
		return EINVAL;
	error = uiopeek(record, n, uio);
	if (error == 0)
		error = seq_event_decode(record, sq->sq_dialect, &cm);
	if (error == 0)
		error = seq_write_check(sq, &cm);
	if (error)
		return error;
	if (cm.cm_kind == SEQ_CMD_PATCH)
		return seq_write_patch(sq, uio);
	if (cm.cm_kind == SEQ_CMD_FULLSIZE) {
		if (cm.cm_arg > uio->uio_resid - n)
			return EINVAL;
		sq->sq_full_device = cm.cm_device;
		sq->sq_full_left = cm.cm_arg;
		sq->sq_full_open = cm.cm_arg != 0;
	} else
		error = seq_write_put(sq, &cm, nonblock);
	if (error == 0)
		uioskip(n, uio);
	return error;
}

/* Threads that write take turns, so that no one's records come between
 * another's. */
static int
seq_write_enter(struct sequencer *sq, bool nonblock)
{
	int error = 0;

	mutex_enter(&sq->sq_unit->su_lock);
	while (sq->sq_writing && error == 0) {
		if (nonblock)
			error = EWOULDBLOCK;
		else
			error = cv_wait_sig(&sq->sq_cv, &sq->sq_unit->su_lock);
	}
	if (error == 0) {
		sq->sq_writing = true;
		sq->sq_began = sq->sq_resets;
		if (!sq->sq_begun)
			seq_play_begin(sq);
	}
	mutex_exit(&sq->sq_unit->su_lock);
	return error;
}

static void
seq_write_exit(struct sequencer *sq)
{

	mutex_enter(&sq->sq_unit->su_lock);
	sq->sq_writing = false;
	if (!sq->sq_begun)
		seq_play_commit(sq);
	seq_unit_run(sq->sq_unit);
	seq_play_wake(sq);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
}

int
seq_write_records(struct sequencer *sq, struct uio *uio, bool nonblock)
{
	int error;

	error = seq_write_enter(sq, nonblock);
	if (error)
		return error;
	while ((uio->uio_resid != 0 || sq->sq_full_open) && error == 0) {
		if (sq->sq_full_open)
			error = seq_write_full(sq, uio, nonblock);
		else
			error = seq_write_record(sq, uio, nonblock);
	}
	if (error == ECANCELED) {
		/* The rest goes where the beginning went. */
		uioskip(uio->uio_resid, uio);
		sq->sq_full_open = false;
		error = 0;
	}
	seq_write_exit(sq);
	return error;
}

int
seq_write_transaction(struct sequencer *sq, bool begin)
{
	int error = 0;

	/* What another thread writes now is a part of it, or was. */
	mutex_enter(&sq->sq_unit->su_lock);
	if (sq->sq_begun == begin)
		error = EINVAL;
	else {
		sq->sq_begun = begin;
		if (!sq->sq_writing && begin)
			seq_play_begin(sq);
		else if (!sq->sq_writing)
			seq_play_commit(sq);
		seq_unit_run(sq->sq_unit);
		seq_play_wake(sq);
	}
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
	return error;
}

int
seq_write_outofband(struct sequencer *sq, const uint8_t *record)
{
	struct seq_cmd cm;
	int error;

	error = seq_event_decode(record, SEQ_EVENT_NEW, &cm);
	if (error == 0)
		error = seq_write_check(sq, &cm);
	if (error)
		return error;
	/* Those are part of what is written. */
	if (cm.cm_kind == SEQ_CMD_FULLSIZE || cm.cm_kind == SEQ_CMD_PATCH ||
	    (cm.cm_kind == SEQ_CMD_TIMING && (cm.cm_op == TMR_TIMESIG ||
	    cm.cm_op == TMR_CLOCK || cm.cm_op == TMR_SPP ||
	    cm.cm_op == TMR_SYNC || cm.cm_op == TMR_DEVICE)))
		return EINVAL;
	/* Nothing out of the band follows that could wait. */
	if (cm.cm_kind == SEQ_CMD_TIMING &&
	    (cm.cm_op == TMR_WAIT_REL || cm.cm_op == TMR_WAIT_ABS))
		return 0;
	mutex_enter(&sq->sq_unit->su_lock);
	seq_play_now(sq, &cm);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
	return 0;
}
