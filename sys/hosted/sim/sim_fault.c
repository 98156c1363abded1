/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_fault.c: what is drawn from the seed, and which call fails.
 *
 * Two streams come from one seed, one for the schedule and one for the
 * scenario, so that a scenario does the same things however it is scheduled.
 *
 * Faults are counted where they can strike: a run in which fault_at lies
 * beyond the last such call is left untouched, and stepping fault_at from 1
 * up to there has tried every place.
 */

#include <hosted/sim/sim_impl.h>

/* splitmix64: a counter and a mixing function, good for any seed. */
static unsigned long long
sim_fault_next(unsigned long long *state)
{
	unsigned long long z;

	z = *state += 0x9e3779b97f4a7c15ull;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

void
sim_fault_seed(unsigned long long seed)
{
	unsigned long long s = seed;

	sim.schedule_state = sim_fault_next(&s);
	sim.script_state = sim_fault_next(&s);
}

unsigned long long
sim_fault_choose(unsigned long long n)
{

	return n < 2 ? 0 : sim_fault_next(&sim.schedule_state) % n;
}

int
sim_fault_chance(unsigned permille)
{
	unsigned long long r;

	r = sim_fault_next(&sim.schedule_state) >> 32;
	return (r * 1000) >> 32 < permille;
}

unsigned long long
sim_random(unsigned long long n)
{

	return sim_fault_next(&sim.script_state) % n;
}

int
sim_fault(int kind)
{
	unsigned long long at = sim.cfg.fault_at, here;

	if ((sim.cfg.fault_kind & kind) == 0)
		return 0;
	here = ++sim.res.fault_points;
	if (at == 0 || here < at)
		return 0;
	/* A wait that always ends at once would stop the clock for good. */
	if (here > at && (!sim.cfg.fault_persist || kind == SIM_FAULT_WAKE))
		return 0;
	if (kind == SIM_FAULT_ALLOC && here - at >= SIM_FAULT_DROUGHT)
		return 0;
	sim.res.faults++;
	sim_trace(SIM_OP_FAULT, (unsigned)kind);
	return 1;
}
