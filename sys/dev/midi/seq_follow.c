/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_follow.c: the clock of a master.
 *
 * The master's messages come with what is received, under the lock of its
 * device, where su_lock cannot be taken: so seq_clock, which has the loop, is
 * input's, si_clock, and what is played has a copy of it, which is renewed
 * before it is used when something has come (si_ticked).
 *
 * When the master says where in the song he is, division 0 is at time 0 of
 * his song again: in input's copy of the timer at once, for the stamps, and
 * in the timer itself when the copy of the clock is renewed.
 *
 * With MIDI clock the timer's tempo is a fixed one of the song's time.  Our
 * own waits in sq_tempo for the day when nobody is followed any more.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/midiio.h>

#include <dev/midi/sequencervar.h>

CTASSERT((int)SEQ_CLOCK_MIDI == SEQUENCER_FOLLOW_CLOCK);
CTASSERT((int)SEQ_CLOCK_MTC == SEQUENCER_FOLLOW_MTC);
CTASSERT((int)MIDI_CLOCK_WAITING == SEQUENCER_TMR_WAITING);
CTASSERT((int)MIDI_CLOCK_LOCKING == SEQUENCER_TMR_LOCKING);
CTASSERT((int)MIDI_CLOCK_LOCKED == SEQUENCER_TMR_LOCKED);
CTASSERT((int)MIDI_CLOCK_FREE == SEQUENCER_TMR_FREE);
CTASSERT((int)MIDI_CLOCK_STOPPED == SEQUENCER_TMR_STOPPED);

bool
seq_follow_is_led(const struct sequencer *sq)
{

	return sq->sq_clock.sc_source != SEQ_CLOCK_OWN;
}

bool
seq_follow_is_paced(const struct sequencer *sq)
{

	return sq->sq_clock.sc_source == SEQ_CLOCK_MIDI;
}

bool
seq_follow_is_moving(const struct sequencer *sq)
{

	return sq->sq_time.st_running && (!seq_follow_is_led(sq) ||
	    sq->sq_clock.sc_loop.mc_running);
}

bool
seq_follow_goes_on(const struct sequencer *sq)
{
	const struct midi_clock *mc = &sq->sq_clock.sc_loop;

	return !seq_follow_is_led(sq) || (mc->mc_running && mc->mc_begun &&
	    mc->mc_sync == MIDI_CLOCK_LOCKED);
}

/* The timer's tempo, with this timebase. */
static void
seq_follow_pace(const struct sequencer *sq, uint32_t timebase,
    struct seq_tempo *tempo)
{

	*tempo = sq->sq_tempo;
	tempo->te_timebase = timebase;
	if (!seq_follow_is_paced(sq))
		return;
	tempo->te_bpm = 0;
	tempo->te_beat_us = SEQ_CLOCK_BEAT_US;
}

/* Begin at division 0 with time 0 of the song. */
static void
seq_follow_begin(struct sequencer *sq)
{
	struct seq_tempo tempo;

	seq_follow_pace(sq, sq->sq_time.st_tempo.te_timebase, &tempo);
	seq_time_init(&sq->sq_time, &tempo);
	seq_time_start(&sq->sq_time, 0);
}

/* Nobody is followed any more: go on from here, at the last tempo. */
static void
seq_follow_leave(struct sequencer *sq, uint64_t division, bool running)
{
	const uint64_t now_ns = midi_alarm_now_ns();
	const struct seq_tempo before = sq->sq_time.st_tempo;
	struct seq_tempo tempo;

	seq_follow_pace(sq, before.te_timebase, &tempo);
	seq_time_init(&sq->sq_time, &tempo);
	seq_time_start(&sq->sq_time, now_ns);
	seq_time_locate(&sq->sq_time, division, now_ns);
	if (!running)
		seq_time_stop(&sq->sq_time, now_ns);
}

void
seq_follow_set(struct sequencer *sq, u_int device,
    enum seq_clock_source source, uint64_t offset_ns)
{
	struct seq_input *si = &sq->sq_input;
	uint64_t division;
	bool running;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	division = seq_time_division(&sq->sq_time, seq_follow_now_ns(sq));
	running = seq_follow_is_moving(sq);
	if (seq_follow_is_paced(sq) && source == SEQ_CLOCK_OWN) {
		sq->sq_tempo.te_bpm = 0;
		sq->sq_tempo.te_beat_us = seq_time_clamp_beat_us(
		    midi_clock_beat_us(&sq->sq_clock.sc_loop));
	} else if (sq->sq_clock.sc_source == SEQ_CLOCK_OWN)
		sq->sq_tempo = sq->sq_time.st_tempo;

	mutex_enter(&si->si_lock);
	seq_clock_init(&si->si_clock, source, offset_ns);
	sq->sq_clock = si->si_clock;
	si->si_master = source == SEQ_CLOCK_OWN ? -1 : (int)device;
	si->si_ticked = false;
	si->si_state = SEQUENCER_TMR_STOPPED;
	mutex_exit(&si->si_lock);

	if (source == SEQ_CLOCK_OWN)
		seq_follow_leave(sq, division, running);
	else {
		seq_follow_begin(sq);
		sq->sq_auto = false;
	}
	seq_lead_stopped(sq);
	seq_lead_begin(sq);
	seq_lead_continued(sq);
	seq_input_set_time(sq, true);
	seq_play_changed(sq);
}

/* Say how it goes, to a reader who asked. */
static void
seq_follow_tell(struct seq_input *si, uint64_t now_ns)
{
	const int state = midi_clock_state(&si->si_clock.sc_loop, now_ns);

	KASSERT(mutex_owned(&si->si_lock));
	if (state == si->si_state)
		return;
	si->si_state = state;
	seq_input_tell(si, SEQ_INPUT_TIMING, TMR_SYNC, state, now_ns);
}

void
seq_follow_message(struct seq_input *si, const uint8_t *msg, size_t n,
    uint64_t stamp_ns)
{
	const u_int moves = si->si_clock.sc_moves;

	KASSERT(mutex_owned(&si->si_lock));
	if (!seq_clock_message(&si->si_clock, msg, n, stamp_ns))
		return;
	si->si_ticked = true;
	if (si->si_clock.sc_moves != moves) {
		seq_time_start(&si->si_time, 0);
		si->si_stamped = false;
	}
	seq_follow_tell(si, stamp_ns);
}

void
seq_follow_update(struct sequencer *sq)
{
	struct seq_input *si = &sq->sq_input;
	const uint64_t now_ns = midi_alarm_now_ns();
	const u_int moves = sq->sq_clock.sc_moves;
	bool ran, runs;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (sq->sq_clock.sc_source == SEQ_CLOCK_OWN)
		return;
	ran = sq->sq_clock.sc_loop.mc_running;
	mutex_enter(&si->si_lock);
	if (seq_clock_alarm(&si->si_clock, now_ns)) {
		si->si_ticked = true;
		seq_follow_tell(si, now_ns);
	}
	if (!si->si_ticked) {
		mutex_exit(&si->si_lock);
		return;
	}
	si->si_ticked = false;
	sq->sq_clock = si->si_clock;
	mutex_exit(&si->si_lock);

	runs = sq->sq_clock.sc_loop.mc_running;
	if (sq->sq_clock.sc_moves != moves) {
		seq_follow_begin(sq);
		seq_input_set_time(sq, false);
		seq_lead_located(sq, sq->sq_clock.sc_unit);
	}
	if (ran && !runs)
		seq_lead_stopped(sq);
	else if (!ran && runs)
		seq_lead_continued(sq);
	/* What is waited for comes at another time now. */
	seq_ahead_changed(sq);
	sq->sq_moved = true;
}

uint64_t
seq_follow_now_ns(struct sequencer *sq)
{
	const uint64_t now_ns = midi_alarm_now_ns();

	seq_follow_update(sq);
	return seq_clock_song_ns(&sq->sq_clock, now_ns);
}

uint64_t
seq_follow_real_ns(const struct sequencer *sq, uint64_t song_ns)
{

	return seq_clock_real_ns(&sq->sq_clock, song_ns);
}

uint64_t
seq_follow_alarm_ns(const struct sequencer *sq)
{

	return seq_clock_alarm_ns(&sq->sq_clock);
}

void
seq_follow_tempo(const struct sequencer *sq, struct seq_tempo *tempo)
{

	*tempo = sq->sq_time.st_tempo;
	if (!seq_follow_is_paced(sq))
		return;
	tempo->te_bpm = 0;
	tempo->te_beat_us = seq_time_clamp_beat_us(
	    midi_clock_beat_us(&sq->sq_clock.sc_loop));
}

void
seq_follow_sync(struct sequencer *sq, struct sequencer_sync *sy)
{
	struct seq_input *si = &sq->sq_input;
	const uint64_t now_ns = midi_alarm_now_ns();
	struct seq_tempo tempo;

	memset(sy, 0, sizeof(*sy));
	mutex_enter(&sq->sq_unit->su_lock);
	seq_follow_update(sq);
	seq_follow_tempo(sq, &tempo);
	sy->sy_beat_us = seq_time_beat_us(&tempo);
	mutex_exit(&sq->sq_unit->su_lock);
	mutex_enter(&si->si_lock);
	sy->sy_source = si->si_clock.sc_source;
	sy->sy_device = si->si_master;
	sy->sy_state = midi_clock_state(&si->si_clock.sc_loop, now_ns);
	sy->sy_losses = si->si_clock.sc_losses;
	mutex_exit(&si->si_lock);
}
