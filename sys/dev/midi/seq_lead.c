/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_lead.c: MIDI clock for the devices that are to follow.
 *
 * Clocks are at exact places of the song, 24 to a beat (midi_clock_grid), and
 * are sent as events are, in order of time: ahead of the messages of their
 * time, behind the commands of the timer that stand in front of those.  They
 * are sent while the timer runs.
 *
 * A device is told to play (it rolls) by a Start just before clock 0, or by a
 * Song Position and a Continue if it is chosen, or the song is taken up, at
 * another place: then it gets clocks from that position on, which is the next
 * that Song Position can tell.  In a song that is too long for it, it gets
 * clocks alone.
 *
 * A clock for which a device has no room is dropped and counted: one that
 * waits for long would be none.
 *
 * Locks: all is under su_lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/midiio.h>

#include <dev/midi/sequencervar.h>

void
seq_lead_init(struct sequencer *sq)
{

	TAILQ_INIT(&sq->sq_lead.le_devices);
	midi_clock_grid_init(&sq->sq_lead.le_grid,
	    sq->sq_time.st_tempo.te_timebase);
	sq->sq_lead.le_next = 0;
}

static void
seq_lead_send(struct seq_device *sd, const uint8_t *run, size_t n)
{

	if (midi_box_has_room(&sd->sd_client.mc_out, n + 1))
		(void)seq_send_run(sd, run, n);
	else
		sd->sd_sq->sq_dropped++;
}

static void
seq_lead_byte(struct seq_device *sd, uint8_t byte)
{

	seq_lead_send(sd, &byte, 1);
}

static void
seq_lead_position(struct seq_device *sd, u_int unit)
{
	const uint8_t run[] = {
		MIDI_MSG_SONG_POSITION, unit & 0x7f, unit >> 7
	};
	uint8_t end[SEQ_SEND_BYTES];
	size_t n;

	/* It would end a SysEx message that is being sent. */
	n = seq_send_end(sd, end);
	if (n != 0)
		seq_lead_send(sd, end, n);
	seq_lead_send(sd, run, sizeof(run));
}

static bool
seq_lead_transports(const struct seq_device *sd)
{

	return (sd->sd_lead & SEQUENCER_SEND_TRANSPORT) != 0;
}

/* A device that rolls is to stand still. */
static void
seq_lead_halt(struct seq_device *sd)
{

	if (sd->sd_rolling && seq_lead_transports(sd))
		seq_lead_byte(sd, MIDI_MSG_STOP);
	sd->sd_rolling = false;
}

/* Let it know where the next clock is, if that can be told. */
static void
seq_lead_place(struct seq_device *sd, uint64_t clock)
{
	const u_int unit = midi_clock_unit(clock);

	sd->sd_from = clock;
	sd->sd_placed = true;
	if (clock == 0 || !seq_lead_transports(sd) ||
	    unit * MIDI_CLOCK_PER_UNIT < clock)
		return;
	sd->sd_from = unit * MIDI_CLOCK_PER_UNIT;
	seq_lead_position(sd, unit);
}

/* Let it roll, from where it is; at clock 0 that is a Start, and with it. */
static void
seq_lead_roll(struct seq_device *sd, uint64_t next)
{

	if (!sd->sd_placed)
		seq_lead_place(sd, next);
	if (next == 0)
		return;
	sd->sd_rolling = true;
	if (seq_lead_transports(sd) && sd->sd_from <=
	    MIDI_CLOCK_UNIT_MAX * MIDI_CLOCK_PER_UNIT)
		seq_lead_byte(sd, MIDI_MSG_CONTINUE);
}

/* Does the song go on? */
static bool
seq_lead_runs(const struct sequencer *sq)
{

	return !sq->sq_auto && seq_follow_is_moving(sq);
}

/* The first clock that is still to come. */
static uint64_t
seq_lead_upcoming(struct sequencer *sq)
{
	const struct midi_clock_grid *cg = &sq->sq_lead.le_grid;
	const uint64_t now_ns = seq_follow_now_ns(sq);
	uint64_t clock, division;

	division = seq_time_division(&sq->sq_time, now_ns);
	clock = midi_clock_grid_next(cg, division);
	/* At most the 24 of the beat. */
	while (division != 0 && clock < MIDI_CLOCK_MAX &&
	    midi_clock_grid_ns(cg, &sq->sq_time, clock) <= now_ns)
		clock++;
	return clock;
}

void
seq_lead_choose(struct seq_device *sd, u_int what)
{
	struct sequencer *sq = sd->sd_sq;
	struct seq_lead *le = &sq->sq_lead;
	struct seq_device *other;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	if (sd->sd_lead == what)
		return;
	if (sd->sd_lead != 0) {
		seq_lead_halt(sd);
		TAILQ_REMOVE(&le->le_devices, sd, sd_leadlink);
	}
	sd->sd_lead = what;
	sd->sd_placed = false;
	if (what == 0)
		return;
	if (TAILQ_EMPTY(&le->le_devices))
		le->le_next = seq_lead_upcoming(sq);
	TAILQ_FOREACH(other, &le->le_devices, sd_leadlink) {
		if (other->sd_unit > sd->sd_unit)
			break;
	}
	if (other != NULL)
		TAILQ_INSERT_BEFORE(other, sd, sd_leadlink);
	else
		TAILQ_INSERT_TAIL(&le->le_devices, sd, sd_leadlink);
	if (seq_lead_runs(sq))
		seq_lead_roll(sd, le->le_next);
}

void
seq_lead_begin(struct sequencer *sq)
{

	sq->sq_lead.le_next = seq_lead_upcoming(sq);
}

uint64_t
seq_lead_next_ns(struct sequencer *sq)
{
	struct seq_lead *le = &sq->sq_lead;

	if (TAILQ_EMPTY(&le->le_devices) || !seq_lead_runs(sq))
		return SEQ_TIME_NEVER;
	return midi_clock_grid_ns(&le->le_grid, &sq->sq_time, le->le_next);
}

void
seq_lead_clock(struct sequencer *sq)
{
	struct seq_lead *le = &sq->sq_lead;
	struct seq_device *sd;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	TAILQ_FOREACH(sd, &le->le_devices, sd_leadlink) {
		if (le->le_next < sd->sd_from)
			continue;
		if (le->le_next == 0 && !sd->sd_rolling) {
			sd->sd_rolling = true;
			if (seq_lead_transports(sd))
				seq_lead_byte(sd, MIDI_MSG_START);
		}
		if (sd->sd_lead & SEQUENCER_SEND_CLOCK)
			seq_lead_byte(sd, MIDI_MSG_CLOCK);
	}
	le->le_next++;
}

void
seq_lead_byhand(struct sequencer *sq)
{
	struct seq_device *sd;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	TAILQ_FOREACH(sd, &sq->sq_lead.le_devices, sd_leadlink) {
		if ((sd->sd_lead & SEQUENCER_SEND_CLOCK) == 0)
			seq_lead_byte(sd, MIDI_MSG_CLOCK);
	}
}

void
seq_lead_started(struct sequencer *sq)
{
	struct seq_lead *le = &sq->sq_lead;
	struct seq_device *sd;

	KASSERT(mutex_owned(&sq->sq_unit->su_lock));
	midi_clock_grid_init(&le->le_grid, sq->sq_time.st_tempo.te_timebase);
	le->le_next = 0;
	TAILQ_FOREACH(sd, &le->le_devices, sd_leadlink) {
		seq_lead_halt(sd);
		sd->sd_from = 0;
		sd->sd_placed = true;
	}
}

void
seq_lead_stopped(struct sequencer *sq)
{
	struct seq_device *sd;

	TAILQ_FOREACH(sd, &sq->sq_lead.le_devices, sd_leadlink)
		seq_lead_halt(sd);
}

void
seq_lead_continued(struct sequencer *sq)
{
	struct seq_device *sd;

	if (!seq_lead_runs(sq))
		return;
	TAILQ_FOREACH(sd, &sq->sq_lead.le_devices, sd_leadlink) {
		if (!sd->sd_rolling)
			seq_lead_roll(sd, sq->sq_lead.le_next);
	}
}

void
seq_lead_located(struct sequencer *sq, u_int unit)
{
	struct seq_lead *le = &sq->sq_lead;
	struct seq_device *sd;

	seq_lead_started(sq);
	if (unit == 0)
		return;		/* a Start tells it */
	le->le_next = unit * MIDI_CLOCK_PER_UNIT;
	TAILQ_FOREACH(sd, &le->le_devices, sd_leadlink) {
		if (seq_lead_transports(sd))
			seq_lead_position(sd, unit);
		sd->sd_from = le->le_next;
	}
	seq_lead_continued(sq);
}

void
seq_lead_timebase(struct sequencer *sq, uint64_t division)
{

	midi_clock_grid_change(&sq->sq_lead.le_grid,
	    sq->sq_time.st_tempo.te_timebase, division);
}
