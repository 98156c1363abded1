/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sequencer.c: /dev/music, and /dev/sequencer for old programs.
 *
 * An open makes a sequencer of its own (struct sequencer): a queue and a
 * timer for what is written, records of what is received, and every midi
 * device that is free in the directions asked for.  One process may have it
 * open for writing and another for reading; otherwise it is exclusive.
 *
 * A device's number is its unit, in records that are written as in those
 * that are read, whatever was open elsewhere.
 *
 * This file has the system calls; seq_play.c plays, seq_input.c receives.
 * Locks: see sequencervar.h.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/midiio.h>
#include <sys/module.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/ttycom.h>
#include <sys/uio.h>

#include <dev/midi_if.h>
#include <dev/midi/sequencervar.h>

#include "ioconf.h"

/* Minor numbers: the old interface of unit N is N + 128. */
#define SEQUENCER_UNIT(dev)	(minor(dev) & 0x7f)
#define SEQUENCER_IS_OLD(dev)	((minor(dev) & 0x80) != 0)

/* Bytes of a download in one command, as a SysEx record has. */
#define SEQUENCER_FULL_BYTES	6

/* How long a close waits for a device that takes nothing. */
#define SEQUENCER_STUCK_TICKS	mstohz(5000)

static dev_type_open(sequenceropen);

static int	sequencer_read(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	sequencer_write(file_t *, off_t *, struct uio *, kauth_cred_t,
		    int);
static int	sequencer_ioctl(file_t *, u_long, void *);
static int	sequencer_poll(file_t *, int);
static int	sequencer_stat(file_t *, struct stat *);
static int	sequencer_close(file_t *);
static int	sequencer_kqfilter(file_t *, struct knote *);

static void	sequencer_filt_detach(struct knote *);
static int	sequencer_filt_event(struct knote *, long);

static void	sequencer_gone(struct midi_client *);
static void	sequencer_writable(void *);

const struct cdevsw sequencer_cdevsw = {
	.d_open = sequenceropen,
	.d_close = noclose,
	.d_read = noread,
	.d_write = nowrite,
	.d_ioctl = noioctl,
	.d_stop = nostop,
	.d_tty = notty,
	.d_poll = nopoll,
	.d_mmap = nommap,
	.d_kqfilter = nokqfilter,
	.d_discard = nodiscard,
	.d_flag = D_OTHER | D_MPSAFE,
};

static const struct fileops sequencer_fileops = {
	.fo_name = "sequencer",
	.fo_read = sequencer_read,
	.fo_write = sequencer_write,
	.fo_ioctl = sequencer_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = sequencer_poll,
	.fo_stat = sequencer_stat,
	.fo_close = sequencer_close,
	.fo_kqfilter = sequencer_kqfilter,
	.fo_restart = fnullop_restart,
};

static const struct filterops sequencer_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = sequencer_filt_detach,
	.f_event = sequencer_filt_event,
};

static const struct midi_client_ops sequencer_client_ops = {
	.mco_deliver = seq_input_deliver,
	.mco_has_room = seq_input_has_room,
	.mco_writable = sequencer_writable,
	.mco_gone = sequencer_gone,
};

static kmutex_t sequencer_lock;
static int sequencer_held[SEQUENCER_UNITS];	/* [g] directions in use */

MODULE(MODULE_CLASS_DRIVER, sequencer, NULL);

static int
sequencer_modcmd(modcmd_t cmd, void *opaque)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		mutex_init(&sequencer_lock, MUTEX_DEFAULT, IPL_NONE);
		return 0;
	case MODULE_CMD_FINI:
		mutex_destroy(&sequencer_lock);
		return 0;
	default:
		return ENOTTY;
	}
}

void
sequencerattach(int n)
{

	/* Sequencers come into being when they are opened. */
}

/*
 * Devices.
 */

struct sequencer_device *
sequencer_device(struct sequencer *sq, u_int n, int dir)
{

	if (n >= sq->sq_ndevices || !sq->sq_devices[n].sd_open ||
	    (sq->sq_devices[n].sd_client.mc_dirs & dir) == 0)
		return NULL;
	return &sq->sq_devices[n];
}

/* A device has room for the event that waits. */
static void
sequencer_writable(void *arg)
{
	struct midi_client *mc = arg;

	midi_alarm_at(sequencer_device_of(mc)->sd_sq->sq_alarm, 0);
}

/* A device goes; its box is dead, and what was for it is counted. */
static void
sequencer_gone(struct midi_client *mc)
{

	sequencer_writable(mc);
}

/* Open a device for what is free of the directions. */
static void
sequencer_open_device(struct sequencer *sq, u_int unit)
{
	struct sequencer_device *sd = &sq->sq_devices[unit];
	int error;

	sd->sd_sq = sq;
	sd->sd_unit = unit;
	sd->sd_client.mc_ops = &sequencer_client_ops;
	midi_parse_init(&sd->sd_group, MIDI_PARSE_ASENSE);
	midi_parse_init(&sd->sd_parse, MIDI_PARSE_ASENSE);
	error = midi_port_open(&sd->sd_client, unit, sq->sq_flags);
	if (error == EBUSY && sq->sq_flags == (FREAD | FWRITE)) {
		error = midi_port_open(&sd->sd_client, unit, FWRITE);
		if (error == EBUSY)
			error = midi_port_open(&sd->sd_client, unit, FREAD);
	}
	sd->sd_open = error == 0;
	if (sequencer_device(sq, unit, FWRITE) != NULL)
		seq_play_initialize(sd);
}

static void
sequencer_close_device(struct sequencer_device *sd, enum midi_port_how how)
{
	uint8_t end[SEQ_PLAY_RUN_BYTES];
	size_t n;

	if (!sd->sd_open)
		return;
	n = seq_play_sysex_end(sd, end);
	(void)midi_port_send(&sd->sd_client, end, n);
	midi_port_close(&sd->sd_client, how);
	sd->sd_open = false;
}

/*
 * Open and close.
 */

/* Take or give back the right to open the unit for the directions. */
static int
sequencer_hold(u_int unit, int flags)
{
	int error = 0;

	mutex_enter(&sequencer_lock);
	if (sequencer_held[unit] & flags)
		error = EBUSY;
	else
		sequencer_held[unit] |= flags;
	mutex_exit(&sequencer_lock);
	return error;
}

static void
sequencer_release(u_int unit, int flags)
{

	mutex_enter(&sequencer_lock);
	KASSERT((sequencer_held[unit] & flags) == flags);
	sequencer_held[unit] &= ~flags;
	mutex_exit(&sequencer_lock);
}

static void
sequencer_free(struct sequencer *sq)
{

	seq_input_destroy(sq);
	seq_play_destroy(sq);
	if (sq->sq_ndevices != 0)
		kmem_free(sq->sq_devices,
		    sq->sq_ndevices * sizeof(*sq->sq_devices));
	kmem_free(sq, sizeof(*sq));
}

static struct sequencer *
sequencer_create(dev_t dev, int flags)
{
	struct sequencer *sq;
	u_int i;

	sq = kmem_zalloc(sizeof(*sq), KM_SLEEP);
	sq->sq_dev = dev;
	sq->sq_flags = flags & (FREAD | FWRITE);
	sq->sq_dialect = SEQUENCER_IS_OLD(dev) ? SEQ_EVENT_OLD :
	    SEQ_EVENT_NEW;
	seq_play_init(sq);
	seq_input_init(sq);
	sq->sq_alarm = midi_alarm_create(seq_play_softint, sq);
	if (sq->sq_alarm == NULL) {
		sequencer_free(sq);
		return NULL;
	}
	sq->sq_ndevices = MIN(midi_unit_count(), SEQUENCER_DEVICES);
	if (sq->sq_ndevices == 0)
		return sq;
	sq->sq_devices = kmem_zalloc(
	    sq->sq_ndevices * sizeof(*sq->sq_devices), KM_SLEEP);
	for (i = 0; i < sq->sq_ndevices; i++)
		sequencer_open_device(sq, i);
	return sq;
}

/* how: wait for what was written, or end it here. */
static void
sequencer_destroy(struct sequencer *sq, enum midi_port_how how)
{
	u_int i;

	if ((sq->sq_flags & FWRITE) == 0 ||
	    seq_play_drain(sq, SEQUENCER_STUCK_TICKS) != 0)
		how = MIDI_PORT_DISCARD;
	seq_play_end(sq);
	/* Devices first: they schedule the alarm. */
	for (i = 0; i < sq->sq_ndevices; i++)
		sequencer_close_device(&sq->sq_devices[i], how);
	midi_alarm_destroy(sq->sq_alarm);
	sequencer_free(sq);
}

static int
sequenceropen(dev_t dev, int flags, int ifmt, struct lwp *l)
{
	const u_int unit = SEQUENCER_UNIT(dev);
	const int dirs = flags & (FREAD | FWRITE);
	struct sequencer *sq;
	file_t *fp;
	int error, fd;

	if (unit >= SEQUENCER_UNITS)
		return ENXIO;
	error = sequencer_hold(unit, dirs);
	if (error)
		return error;
	sq = sequencer_create(dev, flags);
	if (sq == NULL) {
		sequencer_release(unit, dirs);
		return ENOMEM;
	}
	error = fd_allocfile(&fp, &fd);
	if (error) {
		sequencer_destroy(sq, MIDI_PORT_DISCARD);
		sequencer_release(unit, dirs);
		return error;
	}
	return fd_clone(fp, fd, flags, &sequencer_fileops, sq);
}

static int
sequencer_close(file_t *fp)
{
	struct sequencer *sq = fp->f_data;
	const u_int unit = SEQUENCER_UNIT(sq->sq_dev);
	const int dirs = sq->sq_flags;

	sequencer_destroy(sq, MIDI_PORT_DRAIN);
	sequencer_release(unit, dirs);
	return 0;
}

/*
 * Reading and writing.
 */

static int
sequencer_read(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{

	return seq_input_read(fp->f_data, uio,
	    (fp->f_flag & FNONBLOCK) != 0);
}

/* Is the command one that can be carried out?  0 or an errno. */
static int
sequencer_check(struct sequencer *sq, const struct seq_cmd *cm)
{

	switch (cm->cm_kind) {
	case SEQ_CMD_MESSAGE:
	case SEQ_CMD_BYTE:
	case SEQ_CMD_SYSEX:
	case SEQ_CMD_FULLSIZE:
		return sequencer_device(sq, cm->cm_device, FWRITE) != NULL ?
		    0 : ENXIO;
	case SEQ_CMD_TIMING:
		/* No clock is sent to devices. */
		return cm->cm_op == TMR_CLOCK || cm->cm_op == TMR_SPP ?
		    EINVAL : 0;
	case SEQ_CMD_LOCAL:
		return EINVAL;
	default:
		return 0;
	}
}

/* Wait until the event in hand may be queued, or something has moved.
 * sq_lock held. */
static int
sequencer_await(struct sequencer *sq, bool nonblock)
{
	int error;

	if (seq_ahead_may(sq) || !SLIST_EMPTY(&sq->sq_kicks))
		return 0;
	if (nonblock)
		return EWOULDBLOCK;
	sq->sq_held = true;
	error = cv_wait_sig(&sq->sq_cv, &sq->sq_lock);
	sq->sq_held = false;
	return error;
}

/* Queue a command, as soon as it may be.  0 or an errno; ECANCELED: a reset
 * has thrown it away. */
static int
sequencer_put(struct sequencer *sq, const struct seq_cmd *cm, bool nonblock)
{
	int error = 0;

	mutex_enter(&sq->sq_lock);
	for (;;) {
		if (sq->sq_resets != sq->sq_began)
			error = ECANCELED;
		if (error || seq_play_put(sq, cm))
			break;
		mutex_exit(&sq->sq_lock);
		seq_play_kick(sq);
		mutex_enter(&sq->sq_lock);
		seq_play_run(sq);
		if (sq->sq_resets == sq->sq_began)
			error = sequencer_await(sq, nonblock);
	}
	mutex_exit(&sq->sq_lock);
	return error;
}

/* A part of a download: SysEx bytes after their header.  A part of six bytes
 * does not end the message, an empty one does. */
static int
sequencer_write_full(struct sequencer *sq, struct uio *uio, bool nonblock)
{
	struct seq_cmd cm;
	size_t n;
	int error;

	memset(&cm, 0, sizeof(cm));
	n = MIN(sq->sq_full_left, SEQUENCER_FULL_BYTES);
	if (uio->uio_resid < n)
		return EINVAL;
	error = uiopeek(cm.cm_data, n, uio);
	if (error)
		return error;
	/* A message of nothing ends what is still open. */
	cm.cm_kind = n != 0 ? SEQ_CMD_SYSEX : SEQ_CMD_MESSAGE;
	cm.cm_device = sq->sq_full_device;
	cm.cm_len = n;
	error = sequencer_put(sq, &cm, nonblock);
	if (error)
		return error;
	uioskip(n, uio);
	sq->sq_full_left -= n;
	if (n < SEQUENCER_FULL_BYTES)
		sq->sq_full_open = false;
	return 0;
}

/* One record, whole, or nothing of it. */
static int
sequencer_write_record(struct sequencer *sq, struct uio *uio, bool nonblock)
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
		error = sequencer_check(sq, &cm);
	if (error)
		return error;
	if (cm.cm_kind == SEQ_CMD_FULLSIZE) {
		if (cm.cm_arg > uio->uio_resid - n)
			return EINVAL;
		sq->sq_full_device = cm.cm_device;
		sq->sq_full_left = cm.cm_arg;
		sq->sq_full_open = cm.cm_arg != 0;
	} else
		error = sequencer_put(sq, &cm, nonblock);
	if (error == 0)
		uioskip(n, uio);
	return error;
}

/* Writers take turns, so that no one's records come between another's. */
static int
sequencer_write_enter(struct sequencer *sq, bool nonblock)
{
	int error = 0;

	mutex_enter(&sq->sq_lock);
	while (sq->sq_writing && error == 0) {
		if (nonblock)
			error = EWOULDBLOCK;
		else
			error = cv_wait_sig(&sq->sq_cv, &sq->sq_lock);
	}
	if (error == 0) {
		sq->sq_writing = true;
		sq->sq_began = sq->sq_resets;
	}
	mutex_exit(&sq->sq_lock);
	return error;
}

static void
sequencer_write_exit(struct sequencer *sq)
{

	mutex_enter(&sq->sq_lock);
	sq->sq_writing = false;
	seq_play_run(sq);
	seq_play_wake(sq);
	mutex_exit(&sq->sq_lock);
	seq_play_kick(sq);
}

static int
sequencer_write(file_t *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct sequencer *sq = fp->f_data;
	const bool nonblock = (fp->f_flag & FNONBLOCK) != 0;
	const size_t resid = uio->uio_resid;
	int error;

	error = sequencer_write_enter(sq, nonblock);
	if (error)
		return error;
	while ((uio->uio_resid != 0 || sq->sq_full_open) && error == 0) {
		if (sq->sq_full_open)
			error = sequencer_write_full(sq, uio, nonblock);
		else
			error = sequencer_write_record(sq, uio, nonblock);
	}
	if (error == ECANCELED) {
		/* The rest goes where the beginning went. */
		uioskip(uio->uio_resid, uio);
		sq->sq_full_open = false;
		error = 0;
	}
	sequencer_write_exit(sq);
	/* The count says what was taken; the error is for the next call. */
	return uio->uio_resid != resid ? 0 : error;
}

/*
 * Requests.
 */

static void
sequencer_stats(struct sequencer *sq, struct sequencer_stats *st)
{

	memset(st, 0, sizeof(*st));
	st->ss_input_dropped = seq_input_dropped(sq);
	st->ss_resolution_ns = midi_alarm_resolution_ns();
	mutex_enter(&sq->sq_lock);
	st->ss_events_played = st->ss_late_count = sq->sq_late.sl_count;
	st->ss_late_median_ns = seq_late_permille(&sq->sq_late, 500);
	st->ss_late_p99_ns = seq_late_permille(&sq->sq_late, 990);
	st->ss_late_max_ns = sq->sq_late.sl_max_ns;
	st->ss_output_dropped = sq->sq_dropped;
	mutex_exit(&sq->sq_lock);
}

/* Perform one event at once, past the queue. */
static int
sequencer_outofband(struct sequencer *sq, const struct seq_event_rec *rec)
{
	struct seq_cmd cm;
	int error;

	error = seq_event_decode(rec->arr, SEQ_EVENT_NEW, &cm);
	if (error == 0)
		error = sequencer_check(sq, &cm);
	if (error)
		return error;
	/* Those are part of what is written. */
	if (cm.cm_kind == SEQ_CMD_FULLSIZE ||
	    (cm.cm_kind == SEQ_CMD_TIMING && cm.cm_op == TMR_TIMESIG))
		return EINVAL;
	/* Nothing out of the band follows that could wait. */
	if (cm.cm_kind == SEQ_CMD_TIMING &&
	    (cm.cm_op == TMR_WAIT_REL || cm.cm_op == TMR_WAIT_ABS))
		return 0;
	mutex_enter(&sq->sq_lock);
	seq_play_now(sq, &cm);
	mutex_exit(&sq->sq_lock);
	seq_play_kick(sq);
	return 0;
}

/* Set or read the tempo; *value is given back as it is now. */
static void
sequencer_tempo(struct sequencer *sq, u_long cmd, int *value)
{
	struct seq_tempo tempo;

	mutex_enter(&sq->sq_lock);
	tempo = sq->sq_time.st_tempo;
	switch (cmd) {
	case SEQUENCER_TMR_TIMEBASE:
		tempo.te_timebase = seq_time_clamp_timebase(*value);
		*value = tempo.te_timebase;
		break;
	case SEQUENCER_TMR_TEMPO:
		tempo.te_bpm = seq_time_clamp_bpm(*value);
		*value = tempo.te_bpm;
		break;
	default:
		KASSERT(cmd == SEQUENCER_TMR_USTEMPO);
		tempo.te_bpm = 0;
		tempo.te_beat_us = seq_time_clamp_beat_us(*value);
		*value = tempo.te_beat_us;
		break;
	}
	seq_play_tempo(sq, &tempo);
	mutex_exit(&sq->sq_lock);
	seq_play_kick(sq);
}

static void
sequencer_timer(struct sequencer *sq, u_int op)
{

	mutex_enter(&sq->sq_lock);
	seq_play_timer(sq, op, 0);
	mutex_exit(&sq->sq_lock);
	seq_play_kick(sq);
}

/* Wait for all that was written; a timer that stands still is started. */
static int
sequencer_sync(struct sequencer *sq)
{

	if ((sq->sq_flags & FWRITE) == 0)
		return 0;
	mutex_enter(&sq->sq_lock);
	seq_play_autostart(sq);
	if (!sq->sq_time.st_running)
		seq_play_timer(sq, TMR_CONTINUE, 0);
	mutex_exit(&sq->sq_lock);
	seq_play_kick(sq);
	return seq_play_drain(sq, 0);
}

/* Divisions per second, rounded to the nearest, as OSS's timer has it. */
static int
sequencer_rate(struct sequencer *sq)
{
	struct seq_tempo tempo;

	mutex_enter(&sq->sq_lock);
	tempo = sq->sq_time.st_tempo;
	mutex_exit(&sq->sq_lock);
	return ((uint64_t)seq_time_bpm(&tempo) * tempo.te_timebase + 30) / 60;
}

static int
sequencer_position(struct sequencer *sq)
{
	uint64_t division;

	mutex_enter(&sq->sq_lock);
	division = seq_time_division(&sq->sq_time, midi_alarm_now_ns());
	mutex_exit(&sq->sq_lock);
	return (int)division;
}

static int
sequencer_threshold(struct sequencer *sq, int events)
{

	if (events < 1)
		events = 1;
	mutex_enter(&sq->sq_lock);
	sq->sq_lowat = MIN(events, SEQUENCER_QUEUE);
	seq_play_wake(sq);
	mutex_exit(&sq->sq_lock);
	return 0;
}

static int
sequencer_space(struct sequencer *sq)
{
	int n;

	mutex_enter(&sq->sq_lock);
	n = MAX(0, (int)sq->sq_ahead.sa_events -
	    (int)seq_queue_count(&sq->sq_queue));
	mutex_exit(&sq->sq_lock);
	return n;
}

/* How far ahead writers may run, by time and by events. */
static void
sequencer_limit(struct sequencer *sq, u_long cmd, int *value)
{

	mutex_enter(&sq->sq_lock);
	if (cmd == SEQUENCER_AHEAD)
		seq_ahead_set_ms(sq, value);
	else
		seq_ahead_set_events(sq, value);
	seq_play_wake(sq);
	mutex_exit(&sq->sq_lock);
}

/* Requests that set or tell a number. */
static int
sequencer_ioctl_value(struct sequencer *sq, u_long cmd, int *value)
{

	switch (cmd) {
	case SEQUENCER_CTRLRATE:
		if (*value != 0)
			return EINVAL;
		*value = sequencer_rate(sq);
		return 0;
	case SEQUENCER_GETOUTCOUNT:
		*value = sequencer_space(sq);
		return 0;
	case SEQUENCER_GETINCOUNT:
		*value = seq_input_count(sq);
		return 0;
	case SEQUENCER_THRESHOLD:
		return sequencer_threshold(sq, *value);
	case SEQUENCER_AHEAD:
	case SEQUENCER_AHEAD_EVENTS:
		sequencer_limit(sq, cmd, value);
		return 0;
	case SEQUENCER_GETTIME:
		*value = sequencer_position(sq);
		return 0;
	case SEQUENCER_TMR_TIMEBASE:
	case SEQUENCER_TMR_TEMPO:
	case SEQUENCER_TMR_USTEMPO:
		sequencer_tempo(sq, cmd, value);
		return 0;
	case SEQUENCER_TMR_SOURCE:
		*value = SEQUENCER_TMR_INTERNAL;
		return 0;
	case SEQUENCER_TMR_SELECT:
		return *value == 0 ? 0 : EINVAL;	/* there is one */
	case FIONREAD:
		return EINVAL;
	default:
		return IOCGROUP(cmd) == 'Q' || IOCGROUP(cmd) == 'm' ? EINVAL :
		    EPASSTHROUGH;
	}
}

/* Who is to be told of input and room by a signal, and whether. */
static int
sequencer_ioctl_async(struct sequencer *sq, u_long cmd, void *data)
{
	int error = 0;

	mutex_enter(&sq->sq_lock);
	switch (cmd) {
	case FIOASYNC:
		sq->sq_async = *(int *)data != 0;
		if (sq->sq_owner == 0)
			sq->sq_owner = curproc->p_pid;
		break;
	case FIOSETOWN:
	case TIOCSPGRP:
		error = fsetown(&sq->sq_owner, cmd, data);
		break;
	default:
		error = fgetown(sq->sq_owner, cmd, data);
		break;
	}
	seq_input_set_async(sq, sq->sq_async ? sq->sq_owner : 0);
	mutex_exit(&sq->sq_lock);
	return error;
}

/* Let system messages be read, too. */
static int
sequencer_ask(struct sequencer *sq, u_int kinds)
{

	if ((sq->sq_flags & FREAD) == 0)
		return EBADF;
	seq_input_ask(sq, kinds);
	return 0;
}

static int
sequencer_ioctl(file_t *fp, u_long cmd, void *data)
{
	struct sequencer *sq = fp->f_data;
	int error;

	error = seq_info_ioctl(sq, cmd, data);
	if (error != EPASSTHROUGH)
		return error;
	switch (cmd) {
	case FIONBIO:
		return 0;	/* the file layer has done it */
	case FIOASYNC:
	case FIOSETOWN:
	case FIOGETOWN:
	case TIOCSPGRP:
	case TIOCGPGRP:
		return sequencer_ioctl_async(sq, cmd, data);
	case SEQUENCER_RESET:
	case SEQUENCER_PANIC:
		seq_input_flush(sq);
		seq_play_reset(sq);
		return 0;
	case SEQUENCER_SYNC:
	case MIDI_DRAIN:
		return sequencer_sync(sq);
	case MIDI_CLOSEWAIT:
		if ((sq->sq_flags & FWRITE) == 0)
			return 0;
		return seq_play_drain(sq, SEQUENCER_STUCK_TICKS);
	case SEQUENCER_TIMING_ENABLE:
		return sequencer_ask(sq, SEQ_INPUT_TIMING);
	case SEQUENCER_ACTSENSE_ENABLE:
		return sequencer_ask(sq, SEQ_INPUT_SENSE);
	case SEQUENCER_RT_ENABLE:
		return sequencer_ask(sq, SEQ_INPUT_OTHERS);
	case SEQUENCER_OUTOFBAND:
		if ((sq->sq_flags & FWRITE) == 0)
			return EBADF;
		return sequencer_outofband(sq, data);
	case SEQUENCER_STATS:
		sequencer_stats(sq, data);
		return 0;
	case SEQUENCER_TMR_START:
		sequencer_timer(sq, TMR_START);
		return 0;
	case SEQUENCER_TMR_STOP:
		sequencer_timer(sq, TMR_STOP);
		return 0;
	case SEQUENCER_TMR_CONTINUE:
		sequencer_timer(sq, TMR_CONTINUE);
		return 0;
	case SEQUENCER_TMR_METRONOME:
		return 0;	/* nothing here clicks */
	default:
		return sequencer_ioctl_value(sq, cmd, data);
	}
}

/*
 * Waiting.
 */

static int
sequencer_poll(file_t *fp, int events)
{
	struct sequencer *sq = fp->f_data;
	int revents = 0;

	if (sq->sq_flags & FREAD)
		revents |= seq_input_poll(sq, events, curlwp);
	events &= POLLOUT | POLLWRNORM;
	if ((sq->sq_flags & FWRITE) == 0 || events == 0)
		return revents;
	mutex_enter(&sq->sq_lock);
	if (seq_play_writable(sq))
		revents |= events;
	else
		selrecord(curlwp, &sq->sq_sel);
	mutex_exit(&sq->sq_lock);
	return revents;
}

static int
sequencer_kqfilter(file_t *fp, struct knote *kn)
{
	struct sequencer *sq = fp->f_data;

	if (kn->kn_filter == EVFILT_READ && (sq->sq_flags & FREAD) != 0)
		return seq_input_kqfilter(sq, kn);
	if (kn->kn_filter != EVFILT_WRITE || (sq->sq_flags & FWRITE) == 0)
		return EINVAL;
	mutex_enter(&sq->sq_lock);
	kn->kn_fop = &sequencer_filtops;
	kn->kn_hook = sq;
	selrecord_knote(&sq->sq_sel, kn);
	mutex_exit(&sq->sq_lock);
	return 0;
}

static void
sequencer_filt_detach(struct knote *kn)
{
	struct sequencer *sq = kn->kn_hook;

	mutex_enter(&sq->sq_lock);
	selremove_knote(&sq->sq_sel, kn);
	mutex_exit(&sq->sq_lock);
}

static int
sequencer_filt_event(struct knote *kn, long hint)
{
	struct sequencer *sq = kn->kn_hook;
	int ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&sq->sq_lock);
	KASSERT(mutex_owned(&sq->sq_lock));
	kn->kn_data = SEQ_EVENT_BYTES;	/* a record, as NetBSD's says */
	ready = seq_play_writable(sq);
	if (hint != NOTE_SUBMIT)
		mutex_exit(&sq->sq_lock);
	return ready;
}

static int
sequencer_stat(file_t *fp, struct stat *st)
{
	const struct sequencer *sq = fp->f_data;

	memset(st, 0, sizeof(*st));
	st->st_dev = st->st_rdev = sq->sq_dev;
	st->st_mode = S_IFCHR;
	return 0;
}
