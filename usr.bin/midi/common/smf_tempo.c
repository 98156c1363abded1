/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_tempo.c: ticks to nanoseconds, exactly.
 *
 * The time of a tick is a sum of ticks * microseconds per beat, divided by
 * ticks per beat.  The sum is kept whole and divided only to be shown, so no
 * tempo change, however many, leaves a rounding error behind.
 *
 * Sizes: ticks < 2^39 and microseconds per beat < 2^24 keep the sum below
 * 2^63, since the ticks of all stretches together are the last tick.  Only
 * in nanoseconds may that be too long for 64 bits, after 584 years.
 */

#include <assert.h>

#include "smf_tempo.h"

void
smf_tempo_init(struct smf_tempo *t, const struct smf_read *r)
{

	t->anchor_tick = 0;
	t->anchor = 0;
	t->division = r->division;
	t->fixed = r->beat_us != 0;
	t->beat_us = t->fixed ? r->beat_us : SMF_BEAT_US;
}

static uint64_t
smf_tempo_at(const struct smf_tempo *t, uint64_t tick)
{

	assert(tick >= t->anchor_tick && tick <= SMF_TEMPO_MAX_TICK);
	return t->anchor + (tick - t->anchor_tick) * t->beat_us;
}

void
smf_tempo_set(struct smf_tempo *t, uint64_t tick, uint32_t beat_us)
{

	assert(beat_us > 0 && beat_us <= SMF_TEMPO_MAX_US);
	if (t->fixed)
		return;
	t->anchor = smf_tempo_at(t, tick);
	t->anchor_tick = tick;
	t->beat_us = beat_us;
}

uint64_t
smf_tempo_ns(const struct smf_tempo *t, uint64_t tick)
{
	uint64_t sum;

	sum = smf_tempo_at(t, tick);
	if (sum / t->division >= UINT64_MAX / 1000)
		return UINT64_MAX;
	return sum / t->division * 1000 + sum % t->division * 1000 /
	    t->division;
}

uint64_t
smf_tempo_tick(const struct smf_tempo *t, uint64_t ns)
{
	uint64_t rest, sum, tick;

	/* The greatest sum whose nanoseconds, rounded down, are at most ns. */
	if (ns / 1000 >= UINT64_MAX / 2 / t->division)
		return SMF_TEMPO_MAX_TICK;
	ns++;
	rest = (ns % 1000 * t->division + 999) / 1000;
	sum = ns / 1000 * t->division + rest - 1;
	if (sum < t->anchor)
		return t->anchor_tick;
	tick = t->anchor_tick + (sum - t->anchor) / t->beat_us;
	return tick > SMF_TEMPO_MAX_TICK ? SMF_TEMPO_MAX_TICK : tick;
}
