/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_time.h: divisions of a beat and nanoseconds of the clock.
 *
 * A song counts time in divisions, of which `timebase' make a beat; a tempo
 * says how long a beat is.  Division 0 is where the timer was started.  A
 * change of tempo or timebase changes the length of the divisions that
 * follow, and the number of none.
 *
 * Exactness.  The time of a division is the sum, over the stretches of equal
 * tempo up to it, of
 *	divisions * 60e9 / (bpm * timebase)	or
 *	divisions * 1000 * us_per_beat / timebase
 * in nanoseconds.  seq_time_ns() is that sum in exact rational arithmetic,
 * rounded down once, after any number of tempo changes at divisions.  This
 * holds as long as the least common multiple of the timebases in use since
 * the sum was last a whole number of nanoseconds is below 2^63; a change of
 * timebase beyond that moves later times by less than 2^-500 ns, to the
 * later side, so that a whole number never comes out one too low.
 *
 * A change at a moment of the clock (seq_time_change_now()) falls between
 * two divisions in general; there the sum begins anew at a time rounded to
 * the nanosecond.
 *
 * Pure: no clock, lock or allocation; no floating point.  The caller
 * serializes, and all times are of one monotonic clock.
 */

#ifndef _DEV_MIDI_SEQ_TIME_H_
#define _DEV_MIDI_SEQ_TIME_H_

#include <dev/midi/midi_base.h>

#define SEQ_TIME_TIMEBASE_MIN	1
#define SEQ_TIME_TIMEBASE_MAX	1000000		/* divisions per beat */
#define SEQ_TIME_BPM_MIN	8
#define SEQ_TIME_BPM_MAX	360
#define SEQ_TIME_BEAT_MIN_US	1000
#define SEQ_TIME_BEAT_MAX_US	60000000

#define SEQ_TIME_PARTS_MAX	1000		/* of a division */

/* A deadline out of range, or of a division that a stopped timer will not
 * come to. */
#define SEQ_TIME_NEVER		UINT64_MAX

/* 32-bit words that hold lcm(1..360) * 2^63 with a bit to spare. */
#define SEQ_TIME_WORDS		19

/* How long a division is. */
struct seq_tempo {
	uint32_t	te_timebase;	/* divisions per beat */
	uint32_t	te_bpm;		/* beats per minute, or 0 */
	uint32_t	te_beat_us;	/* us per beat, if te_bpm is 0 */
};

/*
 * The position at st_anchor_ns - st_early_ns + st_frac / st_whole is
 * division st_anchor; from there on, divisions are st_num / st_den ns long.
 */
struct seq_time {
	struct seq_tempo st_tempo;
	bool		st_running;
	uint64_t	st_stop_ns;	/* when it was stopped */
	uint64_t	st_anchor;	/* a division */
	uint64_t	st_anchor_ns;
	uint64_t	st_early_ns;	/* 0, unless st_anchor_ns is */
	uint64_t	st_num;		/* ns of st_den divisions */
	uint32_t	st_den;		/* at most 360 * 1e6 */
	uint64_t	st_bases;	/* common multiple of the timebases */
	uint32_t	st_whole[SEQ_TIME_WORDS]; /* lcm(1..360) * st_bases */
	uint32_t	st_unit[SEQ_TIME_WORDS];  /* st_whole / st_den */
	uint32_t	st_frac[SEQ_TIME_WORDS];  /* less than st_whole */
};

/*
 * Values of a tempo, brought into range.  The arguments are what a program
 * gave as an int or as a 32-bit word.
 */
uint32_t seq_time_clamp_timebase(int64_t);
uint32_t seq_time_clamp_bpm(int64_t);
uint32_t seq_time_clamp_beat_us(int64_t);
/* A tempo as whole beats per minute, or microseconds per beat, rounded to
 * the nearest. */
uint32_t seq_time_bpm(const struct seq_tempo *);
uint32_t seq_time_beat_us(const struct seq_tempo *);

/* Stopped at division 0, with a tempo in range. */
void	seq_time_init(struct seq_time *, const struct seq_tempo *);
bool	seq_time_valid(const struct seq_time *);

/* Division 0 is at the given time, and the timer runs.  The tempo stays. */
void	seq_time_start(struct seq_time *, uint64_t);
/* Hold the position that the given time has.  Stopped already: nothing. */
void	seq_time_stop(struct seq_time *, uint64_t);
/* Run on from the position held.  Running already: nothing.  A timer that
 * never ran begins at division 0. */
void	seq_time_continue(struct seq_time *, uint64_t);
/* Back to division 0, running or not as before. */
void	seq_time_reset(struct seq_time *, uint64_t);
/* To any division, likewise: it is there at the given time. */
void	seq_time_locate(struct seq_time *, uint64_t, uint64_t);

/*
 * A tempo, in range, from the given division on, whose time in the old tempo
 * is where the new one begins.  Divisions before the last change count as
 * that one.  It should not be ahead of the present: until it comes,
 * seq_time_division() says that it is there.
 */
void	seq_time_change_at(struct seq_time *, const struct seq_tempo *,
	    uint64_t);
/* A tempo, in range, from the given time on, or, while stopped, from the
 * position held.  The position goes on where it is, also between two
 * divisions. */
void	seq_time_change_now(struct seq_time *, const struct seq_tempo *,
	    uint64_t);

/*
 * The time of a division, rounded down to the nanosecond; not decreasing.
 * A division before the last change of tempo has the time of that change.
 * SEQ_TIME_NEVER: too late for 64 bits; or the timer stopped before it.
 */
uint64_t seq_time_ns(const struct seq_time *, uint64_t);
/*
 * The same of a place between two divisions: so many parts behind the
 * division, of the given number of parts that one has, which is in
 * 1..SEQ_TIME_PARTS_MAX and greater.
 */
uint64_t seq_time_part_ns(const struct seq_time *, uint64_t, uint32_t,
	    uint32_t);
/*
 * The division at a time: the last one whose seq_time_ns() is not after it,
 * but not before that of the last change of tempo.  While stopped, that of
 * the position held.
 */
uint64_t seq_time_division(const struct seq_time *, uint64_t);

#endif /* !_DEV_MIDI_SEQ_TIME_H_ */
