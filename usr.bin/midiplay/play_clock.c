/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_clock.c: the file's ticks and the sequencer's divisions.
 *
 * There are two ways to give a sequencer the file's times, both of which let
 * no rounding add up:
 *
 *	beats	A tick is a whole number of divisions, and tempos go along
 *		as TMR_USTEMPO records: exact.  Another speed is another
 *		number of divisions per beat than those of the file, and so
 *		holds at once for all that is queued already.  It is rounded
 *		to 1 / timebase, and not at all where a tick has a hundred
 *		divisions.
 *	steps	Where the sequencer does not know those records, or the
 *		speed is too high for its timebase: times are worked out here
 *		and rounded down to steps of PLAY_CLOCK_STEP_NS.  Another
 *		speed holds for what is written from then on.
 *
 * A tick has so many divisions that messages can be spread in time between
 * two ticks.  Pure.
 */

#include <assert.h>

#include "play_clock.h"

#define TIMEBASE_MAX	1000000		/* of the sequencer */
#define ROOM		1000		/* per cent that a key may ask for */
#define FINEST		5000		/* more divisions bring nothing */

/* The number of divisions of a tick: hundreds if that is possible, so that a
 * beat has FINEST; 0: none will do. */
static uint32_t
play_clock_scale(uint32_t division, unsigned percent)
{
	static const uint32_t scales[] = { 50, 25, 20, 10, 5, 4, 2, 1 };
	uint32_t hundreds, most;
	size_t i;

	most = TIMEBASE_MAX / (percent < ROOM ? ROOM : percent) * 100 /
	    division;
	hundreds = FINEST / 100 / division;
	if (hundreds == 0)
		hundreds = 1;
	if (hundreds > most / 100)
		hundreds = most / 100;
	if (hundreds > 0)
		return hundreds * 100;
	for (i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
		if (scales[i] <= most)
			return scales[i];
	/* Less than what a key may ask for. */
	return (uint64_t)division * percent <= (uint64_t)TIMEBASE_MAX * 100 ?
	    1 : 0;
}

void
play_clock_init(struct play_clock *c, const struct smf_read *r, bool exact,
    unsigned percent)
{

	assert(percent >= PLAY_CLOCK_PERCENT_MIN &&
	    percent <= PLAY_CLOCK_PERCENT_MAX);
	smf_tempo_init(&c->tempo, r);
	c->base_tick = 0;
	c->base_ns = 0;
	c->base = 0;
	c->percent = percent;
	c->scale = play_clock_scale(r->division, percent);
	c->beats = exact && c->scale > 0;
}

void
play_clock_base(struct play_clock *c, uint64_t tick, uint64_t division)
{

	c->base_tick = tick;
	c->base_ns = smf_tempo_ns(&c->tempo, tick);
	c->base = division;
}

uint64_t
play_clock_division(const struct play_clock *c, uint64_t tick)
{
	uint64_t ns;

	assert(tick >= c->base_tick);
	if (c->beats)
		return c->base + (tick - c->base_tick) * c->scale;
	ns = smf_tempo_ns(&c->tempo, tick) - c->base_ns;
	if (ns < UINT64_MAX / 100)
		return c->base + ns * 100 / c->percent / PLAY_CLOCK_STEP_NS;
	return c->base + ns / c->percent * 100 / PLAY_CLOCK_STEP_NS;
}

void
play_clock_percent(struct play_clock *c, uint64_t tick, unsigned percent)
{

	if (!c->beats)
		play_clock_base(c, tick, play_clock_division(c, tick));
	c->percent = percent;
}

uint32_t
play_clock_timebase(const struct play_clock *c)
{
	uint64_t base;

	base = ((uint64_t)c->tempo.division * c->scale * c->percent + 50) /
	    100;
	return base == 0 ? 1 : base > TIMEBASE_MAX ? TIMEBASE_MAX :
	    (uint32_t)base;
}

uint64_t
play_clock_real(const struct play_clock *c, uint32_t beat_us, uint64_t ns)
{
	uint64_t beat_ns;

	if (!c->beats)
		return (ns + PLAY_CLOCK_STEP_NS - 1) / PLAY_CLOCK_STEP_NS;
	beat_ns = (uint64_t)beat_us * 1000;
	return (ns * play_clock_timebase(c) + beat_ns - 1) / beat_ns;
}

uint64_t
play_clock_tick(const struct play_clock *c, const struct smf_tempo *there,
    uint64_t division)
{
	uint64_t past;

	past = division > c->base ? division - c->base : 0;
	if (c->beats)
		return c->base_tick + past / c->scale;
	return smf_tempo_tick(there, c->base_ns +
	    past * PLAY_CLOCK_STEP_NS / 100 * c->percent);
}
