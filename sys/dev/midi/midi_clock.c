/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_clock.c: MIDI clock, followed and given.
 *
 * The loop keeps a line: the time of the last clock and the period.  Each F8
 * is compared with where the line says it should be, and the error e moves
 * the line by
 *	time += e * 2(2k-1) / k(k+1),	period += e * 6 / k(k+1).
 * For k = 2, 3, 4, ... that is exactly the least squares line through the
 * first k clocks, so nothing converges faster.  With k kept at mc_memory it
 * forgets: of clocks much older than k nothing is left.  The error of a line
 * of k clocks is about sqrt(2.8 / k) of that of a stamp.
 *
 * A long memory is smooth but slow.  While errors come and go around 0 it
 * grows to MEMORY_MAX; if they lean to one side for longer than chance would
 * have it (sums of errors above what the noise is, one for either side), the
 * tempo changes and the memory is cut to MEMORY_DRIFT.  The noise is taken
 * from changes between errors, which a lean does not alter.
 *
 * An error of a good part of a period does not fit.  One alone, a hiccup on
 * the way, moves the line as the greatest that fits would; BAD_MAX of them
 * on end are another tempo, and the line begins anew.
 *
 * Invariants: midi_clock_valid().  Times saturate, nothing wraps; periods
 * have 45 bits, errors 46, a number of clocks 41.
 *
 * Never: division by zero, for the period and the timebase are not.
 */

#include <dev/midi/midi_clock.h>

#define FRACTION	MIDI_CLOCK_FRACTION
#define ONE		(1ULL << FRACTION)
#define PERIOD_MIN	(MIDI_CLOCK_PERIOD_MIN_NS * ONE)
#define PERIOD_MAX	(MIDI_CLOCK_PERIOD_MAX_NS * ONE)
/* 120 beats per minute, until a clock tells. */
#define PERIOD_FIRST	(60000000000ULL * ONE / (120 * MIDI_CLOCK_PER_BEAT))

/* Clocks that the line is made of: */
#define MEMORY_MAX	256	/* at most */
#define MEMORY_DRIFT	6	/* left when the tempo changes */
#define MEMORY_PHASE	16	/* left when the phase does, not the tempo */
#define MEMORY_SHORT	8	/* fewer are not sure of much */

#define GOOD_MIN	12	/* on end that fit: locked */
#define BAD_MAX		3	/* on end that do not: another tempo */
#define BAD_LOCKING_MAX	2	/* while not locked */

/* Errors beyond this are this. */
#define ERROR_MAX_NS	(1ULL << 29)

#define NOISE_SHARE	32	/* clocks that the noise is a mean of */
#define NOISE_MIN	256	/* at least so much of a period */
#define DRIFT_NOISE	10	/* a sum of so many times the noise */

/*
 * Arithmetic that saturates.
 */

static uint64_t
midi_clock_add(uint64_t a, uint64_t b)
{

	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t
midi_clock_multiply(uint64_t a, uint64_t b)
{

	if (b != 0 && a > UINT64_MAX / b)
		return UINT64_MAX;
	return a * b;
}

static uint64_t
midi_clock_min(uint64_t a, uint64_t b)
{

	return a < b ? a : b;
}

static uint64_t
midi_clock_max(uint64_t a, uint64_t b)
{

	return a > b ? a : b;
}

static int64_t
midi_clock_magnitude(int64_t x)
{

	return x < 0 ? -x : x;
}

/*
 * The line.
 */

/* So many clocks, up to MIDI_CLOCK_MAX + 1, and num / den < 1 of one, on. */
static uint64_t
midi_clock_line(const struct midi_clock *mc, uint64_t clocks, uint32_t num,
    uint32_t den, uint32_t *partp)
{
	uint64_t low, ns;

	low = clocks * (mc->mc_period % ONE) + mc->mc_part +
	    mc->mc_period / den * num + mc->mc_period % den * num / den;
	ns = midi_clock_multiply(clocks, mc->mc_period / ONE);
	ns = midi_clock_add(ns, low / ONE);
	if (partp != NULL)
		*partp = low % ONE;
	return midi_clock_add(ns, mc->mc_ns);
}

/* Clocks behind the last one at a time; what is left, in 2^-16 ns. */
static uint64_t
midi_clock_passed(const struct midi_clock *mc, uint64_t now_ns,
    uint64_t *restp)
{
	uint64_t clocks, gone, rest;

	*restp = 0;
	if (now_ns < mc->mc_ns)
		return 0;
	gone = now_ns - mc->mc_ns;
	/* All of the nanosecond that begins now; less than 2^61. */
	rest = gone % mc->mc_period * ONE + (ONE - 1 - mc->mc_part);
	clocks = gone / mc->mc_period * ONE + rest / mc->mc_period;
	*restp = rest % mc->mc_period;
	return midi_clock_min(clocks, MIDI_CLOCK_MAX);
}

static void
midi_clock_move(struct midi_clock *mc, int64_t by)
{
	int64_t part;
	uint64_t back;

	part = (int64_t)mc->mc_part + by;
	if (part >= 0) {
		mc->mc_ns = midi_clock_add(mc->mc_ns, (uint64_t)part / ONE);
		mc->mc_part = (uint64_t)part % ONE;
		return;
	}
	back = ((uint64_t)-part + ONE - 1) / ONE;
	if (back > mc->mc_ns) {
		mc->mc_ns = 0;
		mc->mc_part = 0;
		return;
	}
	mc->mc_ns -= back;
	mc->mc_part = (uint64_t)(part + (int64_t)(back * ONE));
}

/* The line is this many clocks further; so is the song. */
static void
midi_clock_skip(struct midi_clock *mc, uint64_t clocks)
{

	mc->mc_ns = midi_clock_line(mc, clocks, 0, 1, &mc->mc_part);
	if (mc->mc_begun)
		mc->mc_next = midi_clock_min(mc->mc_next + clocks,
		    MIDI_CLOCK_MAX);
}

/*
 * The loop.
 */

/* The last clock is here; so many clocks are remembered for the period. */
static void
midi_clock_phase(struct midi_clock *mc, uint64_t stamp_ns, uint32_t memory)
{

	mc->mc_ns = stamp_ns;
	mc->mc_part = 0;
	mc->mc_memory = memory;
	mc->mc_bad = 0;
	mc->mc_error = 0;
	mc->mc_late = 0;
	mc->mc_early = 0;
}

/* Not locked any more, or not yet. */
static void
midi_clock_unlock(struct midi_clock *mc)
{

	mc->mc_sync = MIDI_CLOCK_LOCKING;
	mc->mc_good = 0;
}

/* A line through this clock and the one before, if there can be one. */
static void
midi_clock_restart(struct midi_clock *mc, uint64_t stamp_ns)
{
	uint64_t gap_ns;

	midi_clock_unlock(mc);
	gap_ns = stamp_ns < mc->mc_last_ns ? 0 : stamp_ns - mc->mc_last_ns;
	if (gap_ns < MIDI_CLOCK_PERIOD_MIN_NS ||
	    gap_ns > MIDI_CLOCK_PERIOD_MAX_NS) {
		midi_clock_phase(mc, stamp_ns, 1);
		return;
	}
	midi_clock_phase(mc, stamp_ns, 2);
	mc->mc_period = gap_ns * ONE;
	mc->mc_noise = 0;
}

/* How late a clock is by the line, in 2^-16 ns. */
static int64_t
midi_clock_error(const struct midi_clock *mc, uint64_t stamp_ns)
{
	uint64_t ns;

	if (stamp_ns >= mc->mc_ns) {
		ns = midi_clock_min(stamp_ns - mc->mc_ns, ERROR_MAX_NS);
		return (int64_t)(ns * ONE) - (int64_t)mc->mc_part;
	}
	ns = midi_clock_min(mc->mc_ns - stamp_ns, ERROR_MAX_NS);
	return -(int64_t)(ns * ONE) - (int64_t)mc->mc_part;
}

/* Does the tempo change?  Errors lean to one side. */
static bool
midi_clock_drifts(struct midi_clock *mc, int64_t error)
{
	int64_t change, noise;

	change = midi_clock_magnitude(error - mc->mc_error);
	mc->mc_error = error;
	mc->mc_noise += (change * 3 / 4 - mc->mc_noise) / NOISE_SHARE;
	noise = (int64_t)midi_clock_max((uint64_t)mc->mc_noise,
	    mc->mc_period / NOISE_MIN);

	mc->mc_late += error - noise;
	if (mc->mc_late < 0)
		mc->mc_late = 0;
	mc->mc_early -= error + noise;
	if (mc->mc_early < 0)
		mc->mc_early = 0;
	if (mc->mc_late <= DRIFT_NOISE * noise &&
	    mc->mc_early <= DRIFT_NOISE * noise)
		return false;
	mc->mc_late = 0;
	mc->mc_early = 0;
	return true;
}

/* Move the line, which is at the clock, by its share of the error. */
static void
midi_clock_correct(struct midi_clock *mc, int64_t error)
{
	int64_t k, period;

	if (midi_clock_drifts(mc, error) && mc->mc_memory > MEMORY_DRIFT)
		mc->mc_memory = MEMORY_DRIFT;
	if (mc->mc_memory < MEMORY_MAX)
		mc->mc_memory++;
	k = mc->mc_memory;
	midi_clock_move(mc, error * (2 * (2 * k - 1)) / (k * (k + 1)));
	period = (int64_t)mc->mc_period + error * 6 / (k * (k + 1));
	if (period < (int64_t)PERIOD_MIN)
		period = (int64_t)PERIOD_MIN;
	mc->mc_period = midi_clock_min((uint64_t)period, PERIOD_MAX);
}

/* One more clock, not after a loss.  fresh: its phase may be a new one. */
static void
midi_clock_follow(struct midi_clock *mc, uint64_t stamp_ns, bool fresh)
{
	int64_t error, limit;
	uint32_t bad_max;

	if (mc->mc_memory < 2) {
		midi_clock_restart(mc, stamp_ns);
		return;
	}
	mc->mc_ns = midi_clock_line(mc, 1, 0, 1, &mc->mc_part);
	error = midi_clock_error(mc, stamp_ns);
	limit = (int64_t)mc->mc_period /
	    (mc->mc_memory < MEMORY_SHORT ? 2 : 4);
	if (midi_clock_magnitude(error) <= limit) {
		mc->mc_bad = 0;
		if (mc->mc_good < GOOD_MIN)
			mc->mc_good++;
		if (mc->mc_good == GOOD_MIN)
			mc->mc_sync = MIDI_CLOCK_LOCKED;
		midi_clock_correct(mc, error);
		return;
	}
	if (fresh) {
		midi_clock_phase(mc, stamp_ns, (uint32_t)midi_clock_min(
		    mc->mc_memory, MEMORY_PHASE));
		return;
	}
	mc->mc_good = 0;
	mc->mc_bad++;
	bad_max = mc->mc_sync == MIDI_CLOCK_LOCKED ? BAD_MAX :
	    BAD_LOCKING_MAX;
	if (mc->mc_bad < bad_max)
		midi_clock_correct(mc, error < 0 ? -limit : limit);
	else
		midi_clock_restart(mc, stamp_ns);
}

/* The first clock after a loss. */
static void
midi_clock_resume(struct midi_clock *mc, uint64_t stamp_ns)
{
	uint64_t clocks, rest;

	if (mc->mc_sync != MIDI_CLOCK_LOCKED) {
		midi_clock_unlock(mc);
		midi_clock_phase(mc, stamp_ns, 1);
		return;
	}
	/* It is the nearest one, and itself counted by midi_clock_tick(). */
	clocks = midi_clock_passed(mc, stamp_ns, &rest);
	if (rest < mc->mc_period / 2 && clocks > 0)
		clocks--;
	midi_clock_skip(mc, clocks);
	midi_clock_unlock(mc);
	midi_clock_phase(mc, stamp_ns, MEMORY_PHASE);
}

/*
 * What is received.
 */

void
midi_clock_init(struct midi_clock *mc)
{

	memset(mc, 0, sizeof(*mc));
	mc->mc_sync = MIDI_CLOCK_WAITING;
	mc->mc_period = PERIOD_FIRST;
}

bool
midi_clock_valid(const struct midi_clock *mc)
{

	return mc->mc_sync <= MIDI_CLOCK_LOCKED &&
	    mc->mc_part < ONE &&
	    mc->mc_period >= PERIOD_MIN && mc->mc_period <= PERIOD_MAX &&
	    mc->mc_memory <= MEMORY_MAX &&
	    (mc->mc_memory == 0) == (mc->mc_sync == MIDI_CLOCK_WAITING) &&
	    mc->mc_good <= GOOD_MIN && mc->mc_bad < BAD_MAX &&
	    mc->mc_noise >= 0 && mc->mc_late >= 0 && mc->mc_early >= 0 &&
	    (mc->mc_running || !mc->mc_begun) &&
	    (mc->mc_next > 0 || !mc->mc_begun) &&
	    mc->mc_next <= MIDI_CLOCK_MAX &&
	    mc->mc_hold <= mc->mc_next * ONE;
}

void
midi_clock_tick(struct midi_clock *mc, uint64_t stamp_ns)
{
	bool fresh;

	KASSERT(midi_clock_valid(mc));
	fresh = mc->mc_running && !mc->mc_begun;
	if (mc->mc_sync == MIDI_CLOCK_WAITING) {
		midi_clock_unlock(mc);
		midi_clock_phase(mc, stamp_ns, 1);
	} else if (midi_clock_loss_ns(mc) <= stamp_ns)
		midi_clock_resume(mc, stamp_ns);
	else
		midi_clock_follow(mc, stamp_ns, fresh);
	mc->mc_last_ns = stamp_ns;
	if (mc->mc_running) {
		mc->mc_begun = true;
		mc->mc_next = midi_clock_min(mc->mc_next + 1, MIDI_CLOCK_MAX);
	}
	KASSERT(midi_clock_valid(mc));
}

void
midi_clock_start(struct midi_clock *mc)
{

	midi_clock_locate(mc, 0);
	mc->mc_running = true;
}

void
midi_clock_continue(struct midi_clock *mc)
{

	mc->mc_running = true;
}

void
midi_clock_stop(struct midi_clock *mc, uint64_t stamp_ns)
{
	uint64_t clocks, hold, rest;

	KASSERT(midi_clock_valid(mc));
	if (mc->mc_begun) {
		clocks = midi_clock_passed(mc, stamp_ns, &rest);
		if (clocks > 0 &&
		    midi_clock_sync(mc, stamp_ns) == MIDI_CLOCK_FREE) {
			midi_clock_skip(mc, clocks);
			clocks = 0;
		}
		/* What is due now is past, but not the clock to come. */
		hold = clocks > 0 ? ONE :
		    midi_clock_min(rest * ONE / mc->mc_period + 1, ONE);
		hold += (mc->mc_next - 1) * ONE;
		mc->mc_hold = midi_clock_max(mc->mc_hold, hold);
	}
	mc->mc_running = false;
	mc->mc_begun = false;
	KASSERT(midi_clock_valid(mc));
}

void
midi_clock_locate(struct midi_clock *mc, uint32_t unit)
{

	midi_clock_seek(mc, midi_clock_min(unit, MIDI_CLOCK_UNIT_MAX) *
	    MIDI_CLOCK_PER_UNIT);
}

void
midi_clock_seek(struct midi_clock *mc, uint64_t clock)
{

	mc->mc_next = midi_clock_min(clock, MIDI_CLOCK_MAX);
	mc->mc_hold = mc->mc_next * ONE;
	mc->mc_begun = false;
}

/*
 * What comes out.
 */

enum midi_clock_state
midi_clock_sync(const struct midi_clock *mc, uint64_t now_ns)
{

	if (now_ns < midi_clock_loss_ns(mc) ||
	    midi_clock_loss_ns(mc) == MIDI_CLOCK_NEVER)
		return mc->mc_sync;
	return mc->mc_sync == MIDI_CLOCK_LOCKED ? MIDI_CLOCK_FREE :
	    MIDI_CLOCK_WAITING;
}

enum midi_clock_state
midi_clock_state(const struct midi_clock *mc, uint64_t now_ns)
{

	return mc->mc_running ? midi_clock_sync(mc, now_ns) :
	    MIDI_CLOCK_STOPPED;
}

uint64_t
midi_clock_loss_ns(const struct midi_clock *mc)
{
	uint64_t silence_ns;

	if (mc->mc_sync == MIDI_CLOCK_WAITING)
		return MIDI_CLOCK_NEVER;
	/* One clock alone has no period yet. */
	silence_ns = mc->mc_memory < 2 ? MIDI_CLOCK_PERIOD_MAX_NS + 1 :
	    MIDI_CLOCK_LOSS_PERIODS * mc->mc_period / ONE;
	return midi_clock_add(mc->mc_last_ns, silence_ns);
}

uint64_t
midi_clock_period(const struct midi_clock *mc)
{

	return mc->mc_period;
}

uint32_t
midi_clock_beat_us(const struct midi_clock *mc)
{

	return (uint32_t)((mc->mc_period * MIDI_CLOCK_PER_BEAT +
	    500 * ONE) / (1000 * ONE));
}

/* Positions from this clock on have no time. */
static uint64_t
midi_clock_end(const struct midi_clock *mc)
{

	if (!mc->mc_begun)
		return 0;
	return mc->mc_sync == MIDI_CLOCK_LOCKED ? MIDI_CLOCK_MAX :
	    mc->mc_next;
}

/* Positions before this one, in 2^-16 clocks, are past. */
static uint64_t
midi_clock_past(const struct midi_clock *mc)
{

	return mc->mc_begun ? midi_clock_max(mc->mc_hold,
	    (mc->mc_next - 1) * ONE) : mc->mc_hold;
}

uint64_t
midi_clock_part_ns(const struct midi_clock *mc, uint64_t clock, uint32_t part,
    uint32_t parts)
{

	KASSERT(midi_clock_valid(mc));
	KASSERT(part < parts && parts <= MIDI_CLOCK_PARTS_MAX);
	if (clock > MIDI_CLOCK_MAX)
		return MIDI_CLOCK_NEVER;
	if (clock * ONE + part * ONE / parts < midi_clock_past(mc))
		return 0;
	if (clock >= midi_clock_end(mc))
		return MIDI_CLOCK_NEVER;
	return midi_clock_line(mc, clock - (mc->mc_next - 1), part, parts,
	    NULL);
}

/* The time of the n-th part from clock 0. */
static uint64_t
midi_clock_count_ns(const struct midi_clock *mc, uint32_t parts, uint64_t n)
{

	return midi_clock_part_ns(mc, n / parts, (uint32_t)(n % parts), parts);
}

uint64_t
midi_clock_part_due(const struct midi_clock *mc, uint32_t parts,
    uint64_t now_ns)
{
	uint64_t clock, due, ns, past, rest;

	KASSERT(midi_clock_valid(mc));
	KASSERT(parts > 0 && parts <= MIDI_CLOCK_PARTS_MAX);
	past = midi_clock_past(mc);
	past = midi_clock_add(midi_clock_multiply(past / ONE, parts),
	    (past % ONE * parts + ONE - 1) / ONE);
	if (!mc->mc_begun || now_ns < mc->mc_ns)
		return past;
	clock = mc->mc_next - 1 + midi_clock_passed(mc, now_ns, &rest);
	if (clock >= midi_clock_end(mc))
		return midi_clock_max(past, midi_clock_multiply(
		    midi_clock_end(mc), parts));
	/* rest has 45 bits, parts 25: some go, and a few parts with them,
	 * which are looked for then. */
	due = midi_clock_add(midi_clock_multiply(clock, parts),
	    rest / 64 * parts / (mc->mc_period / 64));
	if (due == UINT64_MAX)
		return due;
	/* Those that are past are all due, however far behind the line is. */
	due = midi_clock_max(past, due);
	while (due > past && midi_clock_count_ns(mc, parts, due - 1) > now_ns)
		due--;
	while ((ns = midi_clock_count_ns(mc, parts, due)) <= now_ns &&
	    ns != MIDI_CLOCK_NEVER)
		due++;
	return due;
}

/*
 * Master.
 */

void
midi_clock_grid_init(struct midi_clock_grid *cg, uint32_t timebase)
{

	KASSERT(timebase == seq_time_clamp_timebase(timebase));
	memset(cg, 0, sizeof(*cg));
	cg->cg_timebase = timebase;
}

/* The last clock that is not after a division, and how far behind it that
 * is, in 1 / timebase of a clock. */
static uint64_t
midi_clock_grid_last(const struct midi_clock_grid *cg, uint64_t division,
    uint32_t *partp)
{
	uint64_t ahead, part;

	ahead = division > cg->cg_division ? division - cg->cg_division : 0;
	part = ahead % cg->cg_timebase * MIDI_CLOCK_PER_BEAT + cg->cg_part;
	*partp = (uint32_t)(part % cg->cg_timebase);
	ahead = midi_clock_min(ahead / cg->cg_timebase, MIDI_CLOCK_MAX) *
	    MIDI_CLOCK_PER_BEAT + part / cg->cg_timebase;
	return midi_clock_min(cg->cg_clock + ahead, MIDI_CLOCK_MAX);
}

void
midi_clock_grid_change(struct midi_clock_grid *cg, uint32_t timebase,
    uint64_t division)
{
	uint64_t clock;
	uint32_t part;

	KASSERT(timebase == seq_time_clamp_timebase(timebase));
	clock = midi_clock_grid_last(cg, division, &part);
	cg->cg_part = (uint32_t)((uint64_t)part * timebase /
	    cg->cg_timebase);
	cg->cg_clock = clock;
	cg->cg_division = midi_clock_max(cg->cg_division, division);
	cg->cg_timebase = timebase;
}

uint64_t
midi_clock_grid_next(const struct midi_clock_grid *cg, uint64_t division)
{
	uint64_t clock;
	uint32_t part;

	clock = midi_clock_grid_last(cg, division, &part);
	return part != 0 ? clock + 1 : clock;
}

uint64_t
midi_clock_grid_ns(const struct midi_clock_grid *cg,
    const struct seq_time *st, uint64_t clock)
{
	uint64_t division, parts;

	KASSERT(cg->cg_timebase == st->st_tempo.te_timebase);
	if (clock > MIDI_CLOCK_MAX)
		return MIDI_CLOCK_NEVER;
	/* In 24ths of a division, from where the grid begins. */
	parts = clock < cg->cg_clock ? 0 :
	    (clock - cg->cg_clock) * cg->cg_timebase;
	parts = parts < cg->cg_part ? 0 : parts - cg->cg_part;
	division = midi_clock_add(cg->cg_division,
	    parts / MIDI_CLOCK_PER_BEAT);
	return seq_time_part_ns(st, division, parts % MIDI_CLOCK_PER_BEAT,
	    MIDI_CLOCK_PER_BEAT);
}

uint32_t
midi_clock_unit(uint64_t clock)
{
	uint64_t unit;

	unit = clock / MIDI_CLOCK_PER_UNIT + (clock % MIDI_CLOCK_PER_UNIT != 0);
	return (uint32_t)midi_clock_min(unit, MIDI_CLOCK_UNIT_MAX);
}
