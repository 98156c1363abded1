/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_clock.h: MIDI clock, followed and given.
 *
 * A beat has 24 clocks.  F8 is a clock; FA (Start) says that the next one is
 * clock 0 of the song, FB (Continue) that the song goes on with the next one,
 * FC (Stop) that it does not, F2 that the next one is clock 6n.  Clocks may
 * go on while the song is stopped; then they tell the tempo only.
 * [MIDI 1.0, System Real Time]
 *
 * Slave: struct midi_clock.  What was received goes in with its stamp.  A
 * phase-locked loop makes of the stamps a straight line, clocks over time,
 * from which times of positions come out, as seq_time_ns() and
 * seq_time_division() give them for the timer of our own:
 *
 *	on F8		midi_clock_tick(), then ask midi_clock_part_ns() anew
 *			for the deadline of the next event
 *	on an alarm	events below midi_clock_part_due() are due
 *	no F8		midi_clock_loss_ns() is when to look at
 *			midi_clock_sync() again
 *
 * A clock is a division of timebase 24.  The line moves a little with each
 * F8, so midi_clock_part_due() may also go back: what has been played, has
 * been.
 *
 * Between Start, Continue or Song Position and the next F8, and while
 * stopped, the position is held and no later position has a time: where the
 * next clock falls is the master's to say, since many masters begin a new
 * phase there.  Until the loop has locked, positions have times up to the
 * next clock; the song waits there for its F8.  Once locked, the line goes on
 * without end: after MIDI_CLOCK_LOSS_PERIODS without F8, that is
 * free-wheeling.  An F8 that comes after that counts as the clock that is
 * nearest on the line.  With less silence than that each F8 is the next
 * clock: one that was lost on the wire looks like a slower tempo, and the
 * master's next Song Position mends it.
 *
 * Master: struct midi_clock_grid.  A timer (struct seq_time) that is
 * followed exactly: where the 24 clocks of each beat fall in its divisions.
 *
 * Pure: no clock, lock or allocation; no floating point.  The caller
 * serializes, and all times are of one monotonic clock; but any sequence of
 * stamps is taken.
 */

#ifndef _DEV_MIDI_MIDI_CLOCK_H_
#define _DEV_MIDI_MIDI_CLOCK_H_

#include <dev/midi/midi_base.h>
#include <dev/midi/seq_time.h>

#define MIDI_CLOCK_PER_BEAT	24
#define MIDI_CLOCK_PER_UNIT	6	/* of a song position */
#define MIDI_CLOCK_UNIT_MAX	0x3fff	/* the last song position */

/* The loop's period is in here: 1250 to 6.25 beats per minute. */
#define MIDI_CLOCK_PERIOD_MIN_NS	2000000
#define MIDI_CLOCK_PERIOD_MAX_NS	400000000
/* Silence, in periods, that is a loss. */
#define MIDI_CLOCK_LOSS_PERIODS	8
/* Bits of fraction: periods are counts of 2^-16 ns. */
#define MIDI_CLOCK_FRACTION	16
#define MIDI_CLOCK_PARTS_MAX	(1U << 25)
/* The last clock: a song stays there. */
#define MIDI_CLOCK_MAX		(1ULL << 40)

/* A position that has no time (yet). */
#define MIDI_CLOCK_NEVER	UINT64_MAX

enum midi_clock_state {
	MIDI_CLOCK_WAITING,	/* no clocks, and no tempo to go on with */
	MIDI_CLOCK_LOCKING,	/* clocks come; not sure of the tempo yet */
	MIDI_CLOCK_LOCKED,
	MIDI_CLOCK_FREE,	/* no clocks: going on as they were */
	MIDI_CLOCK_STOPPED	/* the song is, whatever the clocks are */
};

struct midi_clock {
	/* The loop.  mc_sync is never FREE or STOPPED. */
	enum midi_clock_state mc_sync;
	uint64_t	mc_last_ns;	/* stamp of the last F8 */
	uint64_t	mc_ns;		/* where the line has it, */
	uint32_t	mc_part;	/* and 2^-16 ns */
	uint64_t	mc_period;	/* 2^-16 ns */
	uint32_t	mc_memory;	/* clocks that the line is made of */
	uint32_t	mc_good;	/* clocks on end that fitted */
	uint32_t	mc_bad;		/* and that did not */
	int64_t		mc_error;	/* 2^-16 ns, of the last F8 */
	int64_t		mc_noise;	/* mean change of the error */
	int64_t		mc_late;	/* sums of errors, above the noise */
	int64_t		mc_early;

	/* The song. */
	bool		mc_running;
	bool		mc_begun;	/* F8 has come since it runs */
	uint64_t	mc_next;	/* the clock that the next F8 is */
	uint64_t	mc_hold;	/* positions below are past: 2^-16 of
					   a clock */
};

/* Stopped at clock 0, no clock seen. */
void	midi_clock_init(struct midi_clock *);
bool	midi_clock_valid(const struct midi_clock *);

/* Received: F8, FA, FB, FC with its stamp, and F2 with its 14 bits.  F2 is
 * meant for a stopped song; a running one goes on there with the next F8. */
void	midi_clock_tick(struct midi_clock *, uint64_t);
void	midi_clock_start(struct midi_clock *);
void	midi_clock_continue(struct midi_clock *);
void	midi_clock_stop(struct midi_clock *, uint64_t);
void	midi_clock_locate(struct midi_clock *, uint32_t);
/* The same, by clocks: the next F8 is this one, at most MIDI_CLOCK_MAX. */
void	midi_clock_seek(struct midi_clock *, uint64_t);

/* How the loop is at a time: not STOPPED. */
enum midi_clock_state midi_clock_sync(const struct midi_clock *, uint64_t);
/* The same, or STOPPED. */
enum midi_clock_state midi_clock_state(const struct midi_clock *, uint64_t);
/* The first time at which the clocks count as lost, if none comes before;
 * MIDI_CLOCK_NEVER: there are none to lose. */
uint64_t midi_clock_loss_ns(const struct midi_clock *);

/* The smoothed period, in 2^-16 ns; and 24 of them as a tempo, rounded to
 * the nearest.  While WAITING at first, that of 120 beats per minute. */
uint64_t midi_clock_period(const struct midi_clock *);
uint32_t midi_clock_beat_us(const struct midi_clock *);

/*
 * The time of a place: a clock, and so many parts behind it, of the given
 * number of parts that one has, greater than that and at most
 * MIDI_CLOCK_PARTS_MAX.  Rounded down to the nanosecond; not decreasing with
 * the place.  0: past for long.
 */
uint64_t midi_clock_part_ns(const struct midi_clock *, uint64_t, uint32_t,
	    uint32_t);
/* How many parts, from clock 0 on, are due at a time: the first one whose time
 * is after it; 0 before the first clock of a song, at most UINT64_MAX. */
uint64_t midi_clock_part_due(const struct midi_clock *, uint32_t, uint64_t);

/*
 * Where clocks fall in the divisions of a timer: cg_part / timebase clocks
 * after clock cg_clock it is division cg_division.
 */
struct midi_clock_grid {
	uint64_t	cg_division;
	uint64_t	cg_clock;
	uint32_t	cg_part;	/* less than the timebase */
	uint32_t	cg_timebase;	/* the timer's */
};

/* Clock 0 is at division 0, of the given timebase. */
void	midi_clock_grid_init(struct midi_clock_grid *, uint32_t);
/*
 * Another timebase from the given division on, which is not before the last
 * such change.  Within a clock the change may move later clocks by less than
 * 1/24 of a division, to the later side.
 */
void	midi_clock_grid_change(struct midi_clock_grid *, uint32_t, uint64_t);
/* The first clock that is not before a division. */
uint64_t midi_clock_grid_next(const struct midi_clock_grid *, uint64_t);
/*
 * The time of a clock as seq_time_ns() has it, with the same exactness.  A
 * clock before the timer's last change of tempo has the time of that change.
 * The grid has the timer's timebase.
 */
uint64_t midi_clock_grid_ns(const struct midi_clock_grid *,
	    const struct seq_time *, uint64_t);
/*
 * The first song position that is not before a clock; its own clock is
 * MIDI_CLOCK_PER_UNIT times as much, and that is the first one to send after
 * Continue.  MIDI_CLOCK_UNIT_MAX at most.
 */
uint32_t midi_clock_unit(uint64_t);

#endif /* !_DEV_MIDI_MIDI_CLOCK_H_ */
