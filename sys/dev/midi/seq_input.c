/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_input.c: from what devices receive to records for the reader of
 * /dev/music.
 *
 * Messages come here under their device's lock, with the time of their
 * reception, and become records at once, by a copy of the timer that stands
 * under this file's own lock.  A record of the position precedes an event
 * when the position has changed since the last.  An event with its position
 * goes in whole or is dropped and counted.
 *
 * When the last device to receive from has gone, a reader is told by one end
 * of file, behind all that waits; he may read on, for it may come back.  Of
 * each one that comes, goes or falls silent he is told by a record, if he has
 * asked for such.
 *
 * Locks: si_lock, a leaf; not held across the copy to the program.  One
 * reader at a time has the token, as with a midi_box.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/midiio.h>
#include <sys/poll.h>
#include <sys/siginfo.h>
#include <sys/signal.h>
#include <sys/uio.h>

#include <dev/midi/sequencervar.h>

#define SEQ_INPUT_BATCH		32	/* records copied at a time */
/* Records that the bytes of a message can need, with their positions: an
 * old record for each byte. */
#define SEQ_INPUT_PER_MESSAGE	(MIDI_MSG_MAX + 1)

static void	seq_input_filt_detach(struct knote *);
static int	seq_input_filt_event(struct knote *, long);

static const struct filterops seq_input_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = seq_input_filt_detach,
	.f_event = seq_input_filt_event,
};

void
seq_input_init(struct sequencer *sq)
{
	struct seq_input *si = &sq->sq_input;

	mutex_init(&si->si_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	cv_init(&si->si_cv, "seqin");
	selinit(&si->si_sel);
	si->si_size_bytes = sq->sq_dialect == SEQ_EVENT_OLD ?
	    SEQ_EVENT_OLD_BYTES : SEQ_EVENT_BYTES;
	si->si_records = kmem_zalloc(SEQUENCER_INPUT * si->si_size_bytes,
	    KM_SLEEP);
	/* Who also writes might wait for himself. */
	si->si_hold = (sq->sq_flags & FWRITE) == 0;
	si->si_time = sq->sq_time;
	seq_clock_init(&si->si_clock, SEQ_CLOCK_OWN, 0);
	si->si_master = -1;
	si->si_state = SEQUENCER_TMR_STOPPED;
}

void
seq_input_destroy(struct sequencer *sq)
{
	struct seq_input *si = &sq->sq_input;

	KASSERT(!si->si_token);
	kmem_free(si->si_records, SEQUENCER_INPUT * si->si_size_bytes);
	seldestroy(&si->si_sel);
	cv_destroy(&si->si_cv);
	mutex_destroy(&si->si_lock);
}

void
seq_input_set_time(struct sequencer *sq, bool restarted)
{
	struct seq_input *si = &sq->sq_input;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	mutex_enter(&si->si_lock);
	/* If a master has moved since, this is about to be renewed. */
	if (si->si_clock.sc_moves == sq->sq_clock.sc_moves)
		si->si_time = sq->sq_time;
	if (restarted)
		si->si_stamped = false;
	mutex_exit(&si->si_lock);
}

/* Tell what has become of a device. */
static void
seq_input_device(struct seq_device *sd, u_int what)
{

	seq_input_tell(&sd->sd_sq->sq_input, SEQ_INPUT_DEVICES, TMR_DEVICE,
	    SEQUENCER_DEVICE_ARG(what, sd->sd_unit), midi_alarm_now_ns());
}

void
seq_input_lost(struct midi_client *mc)
{
	struct seq_device *sd = seq_device_of(mc);
	struct seq_input *si = &sd->sd_sq->sq_input;

	mutex_enter(&si->si_lock);
	seq_input_device(sd, SEQUENCER_DEVICE_SILENT);
	mutex_exit(&si->si_lock);
}

void
seq_input_came(struct seq_device *sd)
{
	struct seq_input *si = &sd->sd_sq->sq_input;

	mutex_enter(&si->si_lock);
	if (!sd->sd_gone)
		seq_input_device(sd, SEQUENCER_DEVICE_CAME);
	if (!sd->sd_gone && !sd->sd_counted &&
	    (sd->sd_client.mc_dirs & FREAD) != 0) {
		sd->sd_counted = true;
		si->si_ninputs++;
		si->si_eof = false;
	}
	mutex_exit(&si->si_lock);
}

/* Readers are to look. */
static void
seq_input_wake(struct seq_input *si)
{

	KASSERT(mutex_owned(&si->si_lock));
	cv_broadcast(&si->si_cv);
	selnotify(&si->si_sel, 0, NOTE_SUBMIT);
	if (si->si_async != 0)
		fownsignal(si->si_async, SIGIO, POLL_IN, 0, NULL);
}

void
seq_input_went(struct seq_device *sd)
{
	struct seq_input *si = &sd->sd_sq->sq_input;

	mutex_enter(&si->si_lock);
	if (!sd->sd_gone)
		seq_input_device(sd, SEQUENCER_DEVICE_WENT);
	sd->sd_gone = true;
	if (sd->sd_counted) {
		sd->sd_counted = false;
		if (--si->si_ninputs == 0) {
			si->si_eof = true;
			seq_input_wake(si);
		}
	}
	mutex_exit(&si->si_lock);
}

bool
seq_input_is_gone(struct seq_device *sd)
{
	struct seq_input *si = &sd->sd_sq->sq_input;
	bool gone;

	mutex_enter(&si->si_lock);
	gone = sd->sd_gone;
	mutex_exit(&si->si_lock);
	return gone;
}

static u_int
seq_input_space(const struct seq_input *si)
{

	return SEQUENCER_INPUT - si->si_count;
}

static void
seq_input_add(struct seq_input *si, const uint8_t *record)
{
	u_int i;

	KASSERT(mutex_owned(&si->si_lock));
	KASSERT(seq_input_space(si) != 0);
	i = (si->si_first + si->si_count++) % SEQUENCER_INPUT;
	memcpy(si->si_records + i * si->si_size_bytes, record,
	    si->si_size_bytes);
}

/* The position, if it is not that of the last record. */
static void
seq_input_stamp(struct seq_input *si, uint64_t stamp_ns)
{
	uint8_t record[SEQ_EVENT_BYTES];
	uint64_t division;

	division = seq_time_division(&si->si_time,
	    seq_clock_song_ns(&si->si_clock, stamp_ns));
	if (si->si_stamped && division <= si->si_division)
		return;
	si->si_stamped = true;
	si->si_division = division;
	if (si->si_size_bytes == SEQ_EVENT_OLD_BYTES)
		seq_event_old_timing(TMR_WAIT_ABS, division, record);
	else
		seq_event_timing(TMR_WAIT_ABS, division, record);
	seq_input_add(si, record);
}

/* Is there room for the records, the position's included?  If not, they are
 * lost. */
static bool
seq_input_admit(struct seq_input *si, u_int records)
{

	if (seq_input_space(si) >= records + 1)
		return true;
	si->si_dropped += records;
	return false;
}

/* A message, or a piece of one, in the old way: byte by byte. */
static bool
seq_input_old(struct seq_input *si, u_int unit, const uint8_t *msg,
    size_t n, uint64_t stamp_ns)
{
	uint8_t record[SEQ_EVENT_OLD_BYTES];
	size_t i;

	if (!seq_input_admit(si, n))
		return false;
	seq_input_stamp(si, stamp_ns);
	for (i = 0; i < n; i++) {
		seq_event_old_byte(unit, msg[i], record);
		seq_input_add(si, record);
	}
	return true;
}

/* Which request asks for the message?  Song position and MIDI time code come
 * with the clock. */
static u_int
seq_input_kind(uint8_t status)
{

	switch (status) {
	case MIDI_MSG_TIME_CODE:
	case MIDI_MSG_SONG_POSITION:
	case MIDI_MSG_CLOCK:
	case MIDI_MSG_START:
	case MIDI_MSG_CONTINUE:
	case MIDI_MSG_STOP:
		return SEQ_INPUT_TIMING;
	case MIDI_MSG_ACTIVE_SENSE:
		return SEQ_INPUT_SENSE;
	default:
		return SEQ_INPUT_OTHERS;
	}
}

static bool
seq_input_message(struct seq_input *si, u_int unit, const uint8_t *msg,
    size_t n, uint64_t stamp_ns)
{
	uint8_t record[SEQ_EVENT_BYTES];

	/* System messages are for those who ask for them. */
	if (!midi_msg_is_channel(msg[0]) &&
	    (si->si_asked & seq_input_kind(msg[0])) == 0)
		return true;
	if (si->si_size_bytes == SEQ_EVENT_OLD_BYTES)
		return seq_input_old(si, unit, msg, n, stamp_ns);
	if (!seq_event_encode(unit, msg, n, record))
		return true;
	if (!seq_input_admit(si, 1))
		return false;
	seq_input_stamp(si, stamp_ns);
	seq_input_add(si, record);
	return true;
}

/* A piece of SysEx, as records of six bytes. */
static bool
seq_input_sysex(struct seq_input *si, struct seq_device *sd,
    const uint8_t *piece, size_t n, uint64_t stamp_ns)
{
	uint8_t record[SEQ_EVENT_BYTES];
	size_t used;
	bool full, all = true;

	if (si->si_size_bytes == SEQ_EVENT_OLD_BYTES)
		return seq_input_old(si, sd->sd_unit, piece, n, stamp_ns);
	do {
		used = seq_event_sysex_collect(&sd->sd_sysex_in, sd->sd_unit,
		    piece, n, record, &full);
		piece += used;
		n -= used;
		if (!full)
			continue;
		if (seq_input_admit(si, 1)) {
			seq_input_stamp(si, stamp_ns);
			seq_input_add(si, record);
		} else
			all = false;
	} while (n != 0);
	return all;
}

void
seq_input_tell(struct seq_input *si, u_int kind, u_int op, uint32_t arg,
    uint64_t stamp_ns)
{
	uint8_t record[SEQ_EVENT_BYTES];

	KASSERT(mutex_owned(&si->si_lock));
	if ((si->si_asked & kind) == 0 ||
	    si->si_size_bytes != SEQ_EVENT_BYTES || !seq_input_admit(si, 1))
		return;
	seq_input_stamp(si, stamp_ns);
	seq_event_timing(op, arg, record);
	seq_input_add(si, record);
	seq_input_wake(si);
}

void
seq_input_set_async(struct sequencer *sq, pid_t owner)
{
	struct seq_input *si = &sq->sq_input;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	mutex_enter(&si->si_lock);
	si->si_async = owner;
	mutex_exit(&si->si_lock);
}

void
seq_input_ask(struct sequencer *sq, u_int kinds)
{
	struct seq_input *si = &sq->sq_input;
	struct seq_device *sd;
	u_int i, n;

	mutex_enter(&si->si_lock);
	si->si_asked |= kinds;
	mutex_exit(&si->si_lock);
	n = (kinds & SEQ_INPUT_SENSE) != 0 ? seq_device_count(sq) : 0;
	for (i = 0; i < n; i++) {
		sd = seq_device_enter(sq, i, FREAD);
		if (sd == NULL)
			continue;
		midi_port_pass_sense(&sd->sd_client);
		seq_device_exit(sd);
	}
}

size_t
seq_input_deliver(struct midi_client *mc, const uint8_t *run, size_t n,
    uint64_t stamp_ns)
{
	struct seq_device *sd = seq_device_of(mc);
	struct seq_input *si = &sd->sd_sq->sq_input;
	size_t off, len, dropped = 0;
	bool in, ticked;
	u_int before;

	mutex_enter(&si->si_lock);
	before = si->si_count;
	for (off = 0; off < n; off += len) {
		len = midi_msg_unit(run + off, n - off);
		KASSERT(len != 0);
		if (si->si_master == (int)sd->sd_unit)
			seq_follow_message(si, run + off, len, stamp_ns);
		if (midi_msg_is_sysex(run[off]))
			in = seq_input_sysex(si, sd, run + off, len,
			    stamp_ns);
		else
			in = seq_input_message(si, sd->sd_unit, run + off,
			    len, stamp_ns);
		if (!in)
			dropped += len;
	}
	if (si->si_count != before)
		seq_input_wake(si);
	ticked = si->si_ticked;
	mutex_exit(&si->si_lock);
	if (ticked)
		seq_unit_poke(sd->sd_sq->sq_unit);
	return dropped;
}

bool
seq_input_has_room(struct midi_client *mc, size_t n)
{
	struct seq_input *si = &seq_device_of(mc)->sd_sq->sq_input;
	bool has;

	if (!si->si_hold)
		return true;
	mutex_enter(&si->si_lock);
	has = seq_input_space(si) >= n * SEQ_INPUT_PER_MESSAGE;
	if (!has)
		si->si_starved = true;
	mutex_exit(&si->si_lock);
	return has;
}

void
seq_input_echo(struct sequencer *sq, uint32_t cookie)
{
	struct seq_input *si = &sq->sq_input;
	uint8_t record[SEQ_EVENT_BYTES];

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if ((sq->sq_flags & FREAD) == 0)
		return;
	if (si->si_size_bytes == SEQ_EVENT_OLD_BYTES)
		seq_event_old_timing(TMR_ECHO, cookie, record);
	else
		seq_event_timing(TMR_ECHO, cookie, record);
	mutex_enter(&si->si_lock);
	if (seq_input_space(si) != 0) {
		seq_input_add(si, record);
		seq_input_wake(si);
	} else
		si->si_dropped++;
	mutex_exit(&si->si_lock);
}

/* Records have left: let devices go on that were held back. */
static void
seq_input_feed(struct sequencer *sq)
{
	struct seq_input *si = &sq->sq_input;
	struct seq_device *sd;
	struct midi_client *mc;
	bool starved;
	u_int i, n;

	mutex_enter(&si->si_lock);
	starved = si->si_starved;
	si->si_starved = false;
	mutex_exit(&si->si_lock);
	if (!starved)
		return;
	n = seq_device_count(sq);
	for (i = 0; i < n; i++) {
		sd = seq_device_enter(sq, i, FREAD);
		if (sd == NULL)
			continue;
		mc = &sd->sd_client;
		if (midi_port_enter(mc->mc_port) != NULL) {
			midi_port_resume(mc);
			midi_port_exit(mc->mc_port);
		}
		seq_device_exit(sd);
	}
}

void
seq_input_flush(struct sequencer *sq)
{
	struct seq_input *si = &sq->sq_input;

	mutex_enter(&si->si_lock);
	while (si->si_token)
		cv_wait(&si->si_cv, &si->si_lock);
	si->si_count = 0;
	si->si_stamped = false;
	mutex_exit(&si->si_lock);
	seq_input_feed(sq);
}

/* Wait for records and take the token. */
static int
seq_input_enter(struct seq_input *si, bool nonblock)
{
	int error;

	KASSERT(mutex_owned(&si->si_lock));
	while ((si->si_count == 0 && !si->si_eof) || si->si_token) {
		if (nonblock)
			return EWOULDBLOCK;
		error = cv_wait_sig(&si->si_cv, &si->si_lock);
		if (error)
			return error;
	}
	si->si_token = true;
	return 0;
}

/* Copy up to a batch to the program; the token is ours. */
static int
seq_input_some(struct seq_input *si, struct uio *uio, u_int *moved)
{
	uint8_t buf[SEQ_INPUT_BATCH * SEQ_EVENT_BYTES];
	u_int i, at, n;
	int error;

	n = MIN(si->si_count, uio->uio_resid / si->si_size_bytes);
	n = MIN(n, SEQ_INPUT_BATCH);
	for (i = 0; i < n; i++) {
		at = (si->si_first + i) % SEQUENCER_INPUT;
		memcpy(buf + i * si->si_size_bytes,
		    si->si_records + at * si->si_size_bytes,
		    si->si_size_bytes);
	}
	mutex_exit(&si->si_lock);
	error = uiomove(buf, n * si->si_size_bytes, uio);
	mutex_enter(&si->si_lock);
	if (error)
		return error;
	si->si_first = (si->si_first + n) % SEQUENCER_INPUT;
	si->si_count -= n;
	*moved = n;
	return 0;
}

int
seq_input_read(struct sequencer *sq, struct uio *uio, bool nonblock)
{
	struct seq_input *si = &sq->sq_input;
	u_int moved = 1;
	int error;

	if (uio->uio_resid == 0)
		return 0;
	if (uio->uio_resid < si->si_size_bytes)
		return EINVAL;
	mutex_enter(&si->si_lock);
	error = seq_input_enter(si, nonblock);
	if (error == 0) {
		if (si->si_count == 0)
			si->si_eof = false;	/* this is it */
		while (error == 0 && moved != 0)
			error = seq_input_some(si, uio, &moved);
		si->si_token = false;
		cv_broadcast(&si->si_cv);
	}
	mutex_exit(&si->si_lock);
	seq_input_feed(sq);
	return error;
}

u_int
seq_input_count(struct sequencer *sq)
{
	u_int n;

	mutex_enter(&sq->sq_input.si_lock);
	n = sq->sq_input.si_count;
	mutex_exit(&sq->sq_input.si_lock);
	return n;
}

uint64_t
seq_input_dropped(struct sequencer *sq)
{
	uint64_t n;

	mutex_enter(&sq->sq_input.si_lock);
	n = sq->sq_input.si_dropped;
	mutex_exit(&sq->sq_input.si_lock);
	return n;
}

int
seq_input_poll(struct sequencer *sq, int events, struct lwp *l)
{
	struct seq_input *si = &sq->sq_input;
	int revents = 0;

	events &= POLLIN | POLLRDNORM;
	if (events == 0)
		return 0;
	mutex_enter(&si->si_lock);
	if ((si->si_count != 0 || si->si_eof) && !si->si_token)
		revents = events;
	else
		selrecord(l, &si->si_sel);
	mutex_exit(&si->si_lock);
	return revents;
}

int
seq_input_kqfilter(struct sequencer *sq, struct knote *kn)
{
	struct seq_input *si = &sq->sq_input;

	mutex_enter(&si->si_lock);
	kn->kn_fop = &seq_input_filtops;
	kn->kn_hook = si;
	selrecord_knote(&si->si_sel, kn);
	mutex_exit(&si->si_lock);
	return 0;
}

static void
seq_input_filt_detach(struct knote *kn)
{
	struct seq_input *si = kn->kn_hook;

	mutex_enter(&si->si_lock);
	selremove_knote(&si->si_sel, kn);
	mutex_exit(&si->si_lock);
}

static int
seq_input_filt_event(struct knote *kn, long hint)
{
	struct seq_input *si = kn->kn_hook;
	int ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&si->si_lock);
	KASSERT(mutex_owned(&si->si_lock));
	/* One record, as NetBSD's says. */
	kn->kn_data = si->si_count != 0 ? si->si_size_bytes : 0;
	ready = si->si_count != 0 || si->si_eof;
	if (hint != NOTE_SUBMIT)
		mutex_exit(&si->si_lock);
	return ready;
}
