/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_request.c: ioctl(2) of /dev/music.
 *
 * What a request changes takes effect at once, past the queue; none waits but
 * those that wait for the music.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/midiio.h>
#include <sys/proc.h>
#include <sys/ttycom.h>

#include <dev/midi/sequencervar.h>

static void
seq_request_stats(struct sequencer *sq, struct sequencer_stats *st)
{

	memset(st, 0, sizeof(*st));
	st->ss_input_dropped = seq_input_dropped(sq);
	st->ss_resolution_ns = midi_alarm_resolution_ns();
	mutex_enter(&sq->sq_unit->su_lock);
	st->ss_events_played = sq->sq_played;
	st->ss_late_count = sq->sq_late.sl_count;
	st->ss_late_median_ns = seq_late_permille(&sq->sq_late, 500);
	st->ss_late_p99_ns = seq_late_permille(&sq->sq_late, 990);
	st->ss_late_max_ns = sq->sq_late.sl_max_ns;
	st->ss_output_dropped = sq->sq_dropped;
	mutex_exit(&sq->sq_unit->su_lock);
}

/* Set or read the tempo; *value is given back as it is now. */
static void
seq_request_tempo(struct sequencer *sq, u_long cmd, int *value)
{
	struct seq_tempo tempo;

	mutex_enter(&sq->sq_unit->su_lock);
	tempo = sq->sq_time.st_tempo;
	if (seq_follow_is_paced(sq)) {
		/* A master's is not ours. */
		tempo.te_bpm = sq->sq_tempo.te_bpm;
		tempo.te_beat_us = sq->sq_tempo.te_beat_us;
	}
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
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
}

static void
seq_request_timer(struct sequencer *sq, u_int op)
{

	mutex_enter(&sq->sq_unit->su_lock);
	seq_play_timer(sq, op, 0);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
}

/* Wait for all that was written; a timer that stands still is started. */
static int
seq_request_sync(struct sequencer *sq)
{

	if ((sq->sq_flags & FWRITE) == 0)
		return 0;
	mutex_enter(&sq->sq_unit->su_lock);
	seq_play_autostart(sq);
	if (!sq->sq_time.st_running)
		seq_play_timer(sq, TMR_CONTINUE, 0);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
	return seq_end_drain(sq, 0);
}

/* Divisions per second, rounded to the nearest, as OSS's timer has it. */
static int
seq_request_rate(struct sequencer *sq)
{
	struct seq_tempo tempo;

	mutex_enter(&sq->sq_unit->su_lock);
	seq_follow_tempo(sq, &tempo);
	mutex_exit(&sq->sq_unit->su_lock);
	return ((uint64_t)seq_time_bpm(&tempo) * tempo.te_timebase + 30) / 60;
}

static int
seq_request_position(struct sequencer *sq)
{
	uint64_t division;

	mutex_enter(&sq->sq_unit->su_lock);
	division = seq_time_division(&sq->sq_time, seq_follow_now_ns(sq));
	mutex_exit(&sq->sq_unit->su_lock);
	return (int)division;
}

static int
seq_request_threshold(struct sequencer *sq, int events)
{

	if (events < 1)
		events = 1;
	mutex_enter(&sq->sq_unit->su_lock);
	sq->sq_lowat = MIN(events, SEQUENCER_QUEUE);
	seq_play_wake(sq);
	mutex_exit(&sq->sq_unit->su_lock);
	return 0;
}

static int
seq_request_space(struct sequencer *sq)
{
	int n;

	mutex_enter(&sq->sq_unit->su_lock);
	n = MAX(0, (int)sq->sq_ahead.sa_events -
	    (int)seq_play_count(sq));
	mutex_exit(&sq->sq_unit->su_lock);
	return n;
}

/* How far ahead writers may run, by time and by events. */
static int
seq_request_limit(struct sequencer *sq, u_long cmd, int *value)
{
	int error;

	if (cmd == SEQUENCER_AHEAD_EVENTS && *value > SEQUENCER_QUEUE) {
		*value = MIN(*value, SEQUENCER_QUEUE_MAX);
		error = seq_play_resize(sq, *value);
		if (error)
			return error;
	}
	mutex_enter(&sq->sq_unit->su_lock);
	if (cmd == SEQUENCER_AHEAD)
		seq_ahead_set_ms(sq, value);
	else
		seq_ahead_set_events(sq, value);
	seq_play_wake(sq);
	mutex_exit(&sq->sq_unit->su_lock);
	return 0;
}

static int
seq_request_share(struct sequencer *sq, int *value)
{

	if (*value < -1 || *value > 1)
		return EINVAL;
	*value = seq_unit_share(sq->sq_unit, *value);
	return 0;
}

/*
 * Clocks.
 */

/* By what the timer is moved, in OSS's words. */
static int
seq_request_source(struct sequencer *sq)
{
	enum seq_clock_source source;

	mutex_enter(&sq->sq_unit->su_lock);
	source = sq->sq_clock.sc_source;
	mutex_exit(&sq->sq_unit->su_lock);
	switch (source) {
	case SEQ_CLOCK_MIDI:
		return SEQUENCER_TMR_EXTERNAL | SEQUENCER_TMR_MODE_MIDI;
	case SEQ_CLOCK_MTC:
		return SEQUENCER_TMR_EXTERNAL | SEQUENCER_TMR_MODE_SMPTE;
	default:
		return SEQUENCER_TMR_INTERNAL;
	}
}

/* Send a device the clock of the timer. */
static int
seq_request_send(struct sequencer *sq, const struct sequencer_send *se)
{
	struct seq_device *sd;

	if ((sq->sq_flags & FWRITE) == 0)
		return EBADF;
	if ((se->se_what & ~(SEQUENCER_SEND_CLOCK |
	    SEQUENCER_SEND_TRANSPORT)) != 0 || se->se_device < 0)
		return EINVAL;
	mutex_enter(&sq->sq_unit->su_lock);
	sd = seq_device_get(sq, se->se_device, FWRITE);
	if (sd != NULL) {
		sd->sd_asked = se->se_what;
		seq_lead_choose(sd, se->se_what);
		seq_unit_run(sq->sq_unit);
	}
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
	return sd != NULL ? 0 : ENXIO;
}

/* Follow the clock of a device. */
static int
seq_request_follow(struct sequencer *sq, const struct sequencer_follow *sf)
{
	const bool none = sf->sf_source == SEQUENCER_FOLLOW_NONE;
	bool found;

	if ((sq->sq_flags & FREAD) == 0)
		return EBADF;
	if (sf->sf_source < SEQUENCER_FOLLOW_NONE ||
	    sf->sf_source > SEQUENCER_FOLLOW_MTC || sf->sf_offset_ns < 0 ||
	    (!none && sf->sf_device < 0))
		return EINVAL;
	mutex_enter(&sq->sq_unit->su_lock);
	found = none || seq_device_get(sq, sf->sf_device, FREAD) != NULL;
	if (found)
		seq_follow_set(sq, sf->sf_device, none ? SEQ_CLOCK_OWN :
		    sf->sf_source == SEQUENCER_FOLLOW_CLOCK ?
		    SEQ_CLOCK_MIDI : SEQ_CLOCK_MTC, sf->sf_offset_ns);
	mutex_exit(&sq->sq_unit->su_lock);
	seq_unit_kick(sq->sq_unit);
	return found ? 0 : ENXIO;
}

/* Requests that set or tell a number. */
static int
seq_request_value(struct sequencer *sq, u_long cmd, int *value)
{

	switch (cmd) {
	case SEQUENCER_CTRLRATE:
		if (*value != 0)
			return EINVAL;
		*value = seq_request_rate(sq);
		return 0;
	case SEQUENCER_GETOUTCOUNT:
		*value = seq_request_space(sq);
		return 0;
	case SEQUENCER_GETINCOUNT:
		*value = seq_input_count(sq);
		return 0;
	case SEQUENCER_THRESHOLD:
		return seq_request_threshold(sq, *value);
	case SEQUENCER_AHEAD:
	case SEQUENCER_AHEAD_EVENTS:
		return seq_request_limit(sq, cmd, value);
	case SEQUENCER_SHARE:
		return seq_request_share(sq, value);
	case SEQUENCER_GETTIME:
		*value = seq_request_position(sq);
		return 0;
	case SEQUENCER_TMR_TIMEBASE:
	case SEQUENCER_TMR_TEMPO:
	case SEQUENCER_TMR_USTEMPO:
		seq_request_tempo(sq, cmd, value);
		return 0;
	case SEQUENCER_TMR_SOURCE:
		*value = seq_request_source(sq);
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
seq_request_async(struct sequencer *sq, u_long cmd, void *data)
{
	int error = 0;

	mutex_enter(&sq->sq_unit->su_lock);
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
	mutex_exit(&sq->sq_unit->su_lock);
	return error;
}

/* Let more be read, too. */
static int
seq_request_ask(struct sequencer *sq, u_int kinds)
{

	if ((sq->sq_flags & FREAD) == 0)
		return EBADF;
	seq_input_ask(sq, kinds);
	return 0;
}

/* Requests of ours about more than a number. */
static int
seq_request_new(struct sequencer *sq, u_long cmd, void *data)
{

	switch (cmd) {
	case SEQUENCER_STATS:
		seq_request_stats(sq, data);
		return 0;
	case SEQUENCER_BEGIN:
	case SEQUENCER_END:
		if ((sq->sq_flags & FWRITE) == 0)
			return EBADF;
		return seq_write_transaction(sq, cmd == SEQUENCER_BEGIN);
	case SEQUENCER_DEVICE_ENABLE:
		return seq_request_ask(sq, SEQ_INPUT_DEVICES);
	case SEQUENCER_TMR_SEND:
		return seq_request_send(sq, data);
	case SEQUENCER_TMR_FOLLOW:
		return seq_request_follow(sq, data);
	case SEQUENCER_TMR_SYNC:
		seq_follow_sync(sq, data);
		return 0;
	default:
		return seq_request_value(sq, cmd, data);
	}
}

int
seq_request_handle(struct sequencer *sq, u_long cmd, void *data)
{
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
		return seq_request_async(sq, cmd, data);
	case SEQUENCER_RESET:
	case SEQUENCER_PANIC:
		seq_input_flush(sq);
		seq_end_reset(sq);
		return 0;
	case SEQUENCER_SYNC:
	case MIDI_DRAIN:
		return seq_request_sync(sq);
	case MIDI_CLOSEWAIT:
		if ((sq->sq_flags & FWRITE) == 0)
			return 0;
		return seq_end_drain(sq, SEQ_END_STUCK_TICKS);
	case SEQUENCER_TIMING_ENABLE:
		return seq_request_ask(sq, SEQ_INPUT_TIMING);
	case SEQUENCER_ACTSENSE_ENABLE:
		return seq_request_ask(sq, SEQ_INPUT_SENSE);
	case SEQUENCER_RT_ENABLE:
		return seq_request_ask(sq, SEQ_INPUT_OTHERS);
	case SEQUENCER_OUTOFBAND:
		if ((sq->sq_flags & FWRITE) == 0)
			return EBADF;
		return seq_write_outofband(sq, data);
	case SEQUENCER_TMR_START:
		seq_request_timer(sq, TMR_START);
		return 0;
	case SEQUENCER_TMR_STOP:
		seq_request_timer(sq, TMR_STOP);
		return 0;
	case SEQUENCER_TMR_CONTINUE:
		seq_request_timer(sq, TMR_CONTINUE);
		return 0;
	case SEQUENCER_TMR_METRONOME:
		return 0;	/* nothing here clicks */
	default:
		return seq_request_new(sq, cmd, data);
	}
}
