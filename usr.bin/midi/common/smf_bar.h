/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_bar.h: ticks to bars and beats; see smf_bar.c.
 */

#ifndef _MIDI_SMF_BAR_H_
#define _MIDI_SMF_BAR_H_

#include "smf_tempo.h"

struct smf_bar {
	uint64_t	tick;		/* where the time signature began */
	uint64_t	bar;		/* the bar that began there, from 1 */
	uint32_t	quarter;	/* ticks of a quarter note */
	uint8_t		beats;		/* in a bar, at least 1 */
	uint8_t		shift;		/* a beat is 1/2^shift of a whole */
};

/* Start at tick 0 with bar 1 and four quarters. */
void	smf_bar_init(struct smf_bar *b, const struct smf_read *r);
/* Obey a time signature event, at or after the last one.  It begins a bar.
 * One that makes no sense has no effect. */
void	smf_bar_set(struct smf_bar *b, const struct smf_event *ev);
/* The bar that tick is in, the beat within, both from 1, and the part of the
 * beat that has passed, in thousandths.  tick is at or after the last time
 * signature and at most SMF_TEMPO_MAX_TICK. */
void	smf_bar_at(const struct smf_bar *b, uint64_t tick, uint64_t *bar,
	    unsigned *beat, unsigned *part);
/* The first tick of a beat, 1 and up, of a bar, 1 and up, if no time
 * signature follows; a bar before the last time signature counts as the one
 * that began with it.  Never more than SMF_TEMPO_MAX_TICK. */
uint64_t smf_bar_tick(const struct smf_bar *b, uint64_t bar, unsigned beat);

#endif /* !_MIDI_SMF_BAR_H_ */
