/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_clock.h: the file's ticks and the sequencer's divisions; see
 * play_clock.c.
 */

#ifndef _MIDIPLAY_PLAY_CLOCK_H_
#define _MIDIPLAY_PLAY_CLOCK_H_

#include "smf_tempo.h"

#define PLAY_CLOCK_STEP_NS	20000	/* the least that all kernels can */
#define PLAY_CLOCK_PERCENT_MIN	1
#define PLAY_CLOCK_PERCENT_MAX	10000

struct play_clock {
	struct smf_tempo tempo;		/* of the file, where it is written */
	uint64_t	base_tick;	/* this tick, at base_ns of the file, */
	uint64_t	base_ns;
	uint64_t	base;		/* is this division */
	uint32_t	scale;		/* beats: divisions of a tick */
	unsigned	percent;	/* of every tempo */
	bool		beats;		/* or steps */
};

/* Begin at tick 0.  exact: the sequencer takes any tempo. */
void	play_clock_init(struct play_clock *c, const struct smf_read *r,
	    bool exact, unsigned percent);
/* Tick, at or after the last tempo, is to be at this division. */
void	play_clock_base(struct play_clock *c, uint64_t tick,
	    uint64_t division);
/* The division of a tick, at or after the base and the last tempo, and at
 * most SMF_TEMPO_MAX_TICK. */
uint64_t play_clock_division(const struct play_clock *c, uint64_t tick);
/* From tick on all is played at percent of its tempo. */
void	play_clock_percent(struct play_clock *c, uint64_t tick,
	    unsigned percent);
/* Divisions of a beat, for the sequencer. */
uint32_t play_clock_timebase(const struct play_clock *c);
/* Divisions that take at least so many nanoseconds of real time, at most
 * 2^40, at a tempo. */
uint64_t play_clock_real(const struct play_clock *c, uint32_t beat_us,
	    uint64_t ns);
/* The tick that is played at a division, by the file's tempo there, which the
 * clock may have left behind. */
uint64_t play_clock_tick(const struct play_clock *c,
	    const struct smf_tempo *there, uint64_t division);

#endif /* !_MIDIPLAY_PLAY_CLOCK_H_ */
