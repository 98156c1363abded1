/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_bar.c: ticks to bars and beats.
 *
 * A beat may be shorter than a tick, or no whole number of ticks, so what is
 * counted are ticks * 2^shift, of which a beat has 4 quarters.  With shift at
 * most 6 (the 64th note) and ticks below 2^39, nothing overflows.
 *
 * In a file of SMPTE times a quarter is what the reader calls a beat, a
 * second; bars mean nothing there.
 */

#include <assert.h>

#include "smf_bar.h"

#define SHIFT_MAX	6

void
smf_bar_init(struct smf_bar *b, const struct smf_read *r)
{

	b->tick = 0;
	b->bar = 1;
	b->quarter = r->division;
	b->beats = 4;
	b->shift = 2;
}

void
smf_bar_set(struct smf_bar *b, const struct smf_event *ev)
{
	uint64_t bar;
	unsigned beat, part;

	if (ev->length < 2 || ev->data[0] == 0 || ev->data[1] > SHIFT_MAX)
		return;
	smf_bar_at(b, ev->tick, &bar, &beat, &part);
	/* In the middle of a bar it cuts that one short. */
	b->bar = ev->tick > smf_bar_tick(b, bar, 1) ? bar + 1 : bar;
	b->tick = ev->tick;
	b->beats = ev->data[0];
	b->shift = ev->data[1];
}

void
smf_bar_at(const struct smf_bar *b, uint64_t tick, uint64_t *bar,
    unsigned *beat, unsigned *part)
{
	uint64_t in, length;

	assert(tick >= b->tick && tick <= SMF_TEMPO_MAX_TICK);
	length = (uint64_t)b->quarter * 4;
	in = (tick - b->tick) << b->shift;
	*bar = b->bar + in / length / b->beats;
	*beat = (unsigned)(in / length % b->beats) + 1;
	*part = (unsigned)(in % length * 1000 / length);
}

uint64_t
smf_bar_tick(const struct smf_bar *b, uint64_t bar, unsigned beat)
{
	uint64_t beats, length;

	if (bar < b->bar)
		return b->tick;
	length = (uint64_t)b->quarter * 4;
	/* More beats than that are not to be had, and would not fit. */
	if (bar - b->bar > SMF_TEMPO_MAX_TICK)
		return SMF_TEMPO_MAX_TICK;
	beats = (bar - b->bar) * b->beats + (beat - 1);
	if (beats > (SMF_TEMPO_MAX_TICK << SHIFT_MAX) / length)
		return SMF_TEMPO_MAX_TICK;
	beats = b->tick + ((beats * length + (1U << b->shift) - 1) >>
	    b->shift);
	return beats > SMF_TEMPO_MAX_TICK ? SMF_TEMPO_MAX_TICK : beats;
}
