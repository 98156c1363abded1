/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_clock.c: MIDI clock, followed and given.
 *
 * A master of clocks is played whose true times are known; what it sends
 * arrives with errors by chance.  What the loop predicts is compared with
 * the true times, the one clock ahead that a sequencer needs.  The times that
 * we give as a master are compared with sums in one common denominator.
 */

#include <dev/midi/midi_clock.h>

#include <inttypes.h>

#include "h_bytes.h"

#define MS	1000000.0
#define SECOND	1000000000ULL
#define ONE	(1ULL << MIDI_CLOCK_FRACTION)

/* Any clock with its own timebase. */
#define CLOCKS	MIDI_CLOCK_PER_BEAT

struct master {
	struct midi_clock	ma_clock;
	uint64_t		ma_seed;
	double			ma_jitter_ns;	/* to either side */
	double			ma_true_ns;	/* of the next clock */
	uint64_t		ma_stamp_ns;	/* of the last */
	uint64_t		ma_sent;
};

static double
period_ns(double bpm)
{

	return 60e9 / (bpm * MIDI_CLOCK_PER_BEAT);
}

/* In -1..1. */
static double
chance(uint64_t *seed)
{

	return h_bytes_random(seed) / 2147483647.5 - 1;
}

static double
magnitude(double x)
{

	return x < 0 ? -x : x;
}

/* Newton's way; good to far more digits than are looked at. */
static double
root(double x)
{
	double r = 1;
	int i;

	for (i = 0; i < 64; i++)
		r = (r + x / r) / 2;
	return r;
}

static uint64_t
random64(uint64_t *seed)
{
	uint64_t high = h_bytes_random(seed);

	return high << 32 | h_bytes_random(seed);
}

static void
master_start(struct master *ma, uint64_t seed, double jitter_ns)
{

	memset(ma, 0, sizeof(*ma));
	ma->ma_seed = seed * 0x9e3779b97f4a7c15ULL + 1;
	ma->ma_jitter_ns = jitter_ns;
	ma->ma_true_ns = 5e9 + 1e6 * chance(&ma->ma_seed);
	midi_clock_init(&ma->ma_clock);
	midi_clock_start(&ma->ma_clock);
}

/* Send a clock; the next one is a period later. */
static void
master_clock(struct master *ma, double next_ns)
{

	ma->ma_stamp_ns = (uint64_t)(ma->ma_true_ns +
	    ma->ma_jitter_ns * chance(&ma->ma_seed));
	midi_clock_tick(&ma->ma_clock, ma->ma_stamp_ns);
	ma->ma_sent++;
	ma->ma_true_ns += next_ns;
}

static void
master_clocks(struct master *ma, double bpm, unsigned int n)
{

	while (n-- > 0)
		master_clock(ma, period_ns(bpm));
}

static bool
master_locked(const struct master *ma)
{

	return midi_clock_state(&ma->ma_clock, ma->ma_stamp_ns) ==
	    MIDI_CLOCK_LOCKED;
}

/* The time of a division of a timebase, and how many of them are due. */
static uint64_t
clock_ns(const struct midi_clock *mc, uint32_t timebase, uint64_t division)
{
	uint64_t part = division % timebase * MIDI_CLOCK_PER_BEAT;

	if (division / timebase > MIDI_CLOCK_MAX / MIDI_CLOCK_PER_BEAT)
		return MIDI_CLOCK_NEVER;
	return midi_clock_part_ns(mc, division / timebase *
	    MIDI_CLOCK_PER_BEAT + part / timebase, part % timebase, timebase);
}

static uint64_t
clock_due(const struct midi_clock *mc, uint32_t timebase, uint64_t now_ns)
{
	uint64_t parts = midi_clock_part_due(mc, timebase, now_ns);

	return parts / MIDI_CLOCK_PER_BEAT +
	    (parts % MIDI_CLOCK_PER_BEAT != 0);
}

/* How far the prediction of the next clock is off. */
static double
master_error(const struct master *ma)
{

	return (double)clock_ns(&ma->ma_clock, CLOCKS, ma->ma_sent) -
	    ma->ma_true_ns;
}

/*
 * The loop.
 */

ATF_TC(locks);
ATF_TC_HEAD(locks, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a loop that is slow to lock, or that jitter "
	    "unlocks");
}

ATF_TC_BODY(locks, tc)
{
	static const double bpms[] = { 6.3, 20, 30, 60, 90.5, 120, 174, 240,
	    300 };
	struct master ma;
	unsigned int i, seed;

	for (i = 0; i < __arraycount(bpms); i++) {
		for (seed = 0; seed < 300; seed++) {
			master_start(&ma, seed, seed % 3 * MS / 2);
			master_clocks(&ma, bpms[i], 24);
			ATF_REQUIRE_MSG(master_locked(&ma),
			    "%g bpm, seed %u", bpms[i], seed);
			while (ma.ma_sent < 500) {
				master_clocks(&ma, bpms[i], 1);
				ATF_REQUIRE(master_locked(&ma));
			}
		}
	}
}

ATF_TC(converges);
ATF_TC_HEAD(converges, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches gains that do not settle, and rounding that adds "
	    "up");
}

ATF_TC_BODY(converges, tc)
{
	struct midi_clock mc;
	uint64_t period, seed = 5, now;
	int i, run;

	for (run = 0; run < 300; run++) {
		period = run == 0 ? MIDI_CLOCK_PERIOD_MIN_NS : run == 1 ?
		    MIDI_CLOCK_PERIOD_MAX_NS : MIDI_CLOCK_PERIOD_MIN_NS +
		    random64(&seed) % (MIDI_CLOCK_PERIOD_MAX_NS -
		    MIDI_CLOCK_PERIOD_MIN_NS);
		now = random64(&seed) >> 8;
		midi_clock_init(&mc);
		midi_clock_start(&mc);
		for (i = 0; i < 1000; i++)
			midi_clock_tick(&mc, now += period);
		ATF_REQUIRE_EQ(midi_clock_sync(&mc, now), MIDI_CLOCK_LOCKED);
		ATF_REQUIRE_EQ(midi_clock_period(&mc), period * ONE);
		ATF_REQUIRE_EQ(clock_ns(&mc, CLOCKS, 999), now);
		ATF_REQUIRE_EQ(clock_ns(&mc, CLOCKS, 1999),
		    now + 1000 * period);
		ATF_REQUIRE_EQ(midi_clock_beat_us(&mc),
		    (24 * period + 500) / 1000);
	}
}

/* The worst of runs at a tempo, as root of mean squares of the error. */
static double
steady(double bpm, double jitter_ns, unsigned int runs)
{
	struct master ma;
	double rms, sum, worst = 0;
	unsigned int seed;

	for (seed = 0; seed < runs; seed++) {
		master_start(&ma, seed, jitter_ns);
		master_clocks(&ma, bpm, 240);
		for (sum = 0; ma.ma_sent < 4240;) {
			master_clocks(&ma, bpm, 1);
			sum += master_error(&ma) * master_error(&ma);
			ATF_REQUIRE(master_locked(&ma));
		}
		rms = root(sum / 4000);
		worst = rms > worst ? rms : worst;
	}
	return worst;
}

ATF_TC(jitter);
ATF_TC_HEAD(jitter, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a loop that lets jitter through: at 120 bpm, 1 ms "
	    "to either side comes out as less than 0.1 ms");
}

ATF_TC_BODY(jitter, tc)
{
	double rms;

	rms = steady(120, 1 * MS, 200);
	printf("120 bpm, 1 ms to either side: %.4f ms RMS\n", rms / MS);
	ATF_CHECK_MSG(rms < 0.1 * MS, "%g ms", rms / MS);
	rms = steady(120, 0.5 * MS, 100);
	printf("120 bpm, 1 ms in all: %.4f ms RMS\n", rms / MS);
	ATF_CHECK_MSG(rms < 0.05 * MS, "%g ms", rms / MS);
	rms = steady(300, 1 * MS, 50);
	ATF_CHECK_MSG(rms < 0.1 * MS, "%g ms", rms / MS);
	rms = steady(40, 1 * MS, 50);
	ATF_CHECK_MSG(rms < 0.1 * MS, "%g ms", rms / MS);
}

/* From one tempo to another, so many beats per minute more each second. */
static double
ramp(struct master *ma, double from, double to, double rate)
{
	double bpm, error, worst, begin_ns;

	master_clocks(ma, from, 300);
	begin_ns = ma->ma_true_ns;
	for (bpm = from, worst = 0; (bpm < to) == (from < to);) {
		master_clocks(ma, bpm, 1);
		ATF_REQUIRE_MSG(master_locked(ma), "%g bpm", bpm);
		error = magnitude(master_error(ma));
		worst = error > worst ? error : worst;
		ATF_REQUIRE_MSG(error < period_ns(bpm) / 3, "%g ms at %g bpm",
		    error / MS, bpm);
		bpm = from + rate * (ma->ma_true_ns - begin_ns) / 1e9;
	}
	return worst;
}

ATF_TC(ramps);
ATF_TC_HEAD(ramps, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a loop so smooth that a tempo that moves escapes "
	    "it");
}

ATF_TC_BODY(ramps, tc)
{
	static const double rates[] = { 1, 3, 10 };
	struct master ma;
	double error, worst;
	unsigned int i, seed;

	for (i = 0; i < __arraycount(rates); i++) {
		for (worst = 0, seed = 0; seed < 60; seed++) {
			master_start(&ma, seed, seed % 3 * MS / 2);
			error = seed % 2 == 0 ?
			    ramp(&ma, 60, 240, rates[i]) :
			    ramp(&ma, 240, 60, -rates[i]);
			worst = error > worst ? error : worst;
			/* And then it is as good as new. */
			ma.ma_jitter_ns = 0;
			master_clocks(&ma, 120, 2000);
			ATF_CHECK(magnitude(master_error(&ma)) < 1000);
		}
		printf("%g bpm per second: at most %.3f ms\n", rates[i],
		    worst / MS);
		ATF_CHECK(worst < 8 * MS);
	}
}

ATF_TC(steps);
ATF_TC_HEAD(steps, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a loop that hangs on to a tempo that is gone, and "
	    "clocks that are counted by time");
}

ATF_TC_BODY(steps, tc)
{
	static const double bpms[] = { 20, 60, 100, 118, 120, 122, 150, 240,
	    300 };
	struct master ma;
	unsigned int i, j, seed;

	for (i = 0; i < __arraycount(bpms); i++) {
		for (j = 0; j < __arraycount(bpms); j++) {
			if (bpms[i] / bpms[j] >= MIDI_CLOCK_LOSS_PERIODS)
				continue;
			for (seed = 0; seed < 20; seed++) {
				master_start(&ma, seed, seed % 2 * MS / 4);
				master_clocks(&ma, bpms[i], 300);
				master_clocks(&ma, bpms[j], 32);
				ATF_REQUIRE_MSG(master_locked(&ma),
				    "%g to %g", bpms[i], bpms[j]);
				ATF_REQUIRE_MSG(magnitude(master_error(&ma)) <
				    period_ns(bpms[j]) / 4, "%g to %g: %g",
				    bpms[i], bpms[j], master_error(&ma));
				midi_clock_stop(&ma.ma_clock,
				    ma.ma_stamp_ns);
				ATF_REQUIRE_EQ(ma.ma_clock.mc_next, 332);
			}
		}
	}
}

ATF_TC(hiccup);
ATF_TC_HEAD(hiccup, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a loop that one late clock throws off");
}

ATF_TC_BODY(hiccup, tc)
{
	struct master ma;
	unsigned int seed;
	double late_ns;

	for (seed = 0; seed < 100; seed++) {
		master_start(&ma, seed, 0);
		master_clocks(&ma, 120, 400);
		late_ns = 15 * MS * chance(&ma.ma_seed);
		ma.ma_true_ns += late_ns;
		master_clock(&ma, period_ns(120) - late_ns);
		ATF_CHECK(magnitude(master_error(&ma)) < 3 * MS);
		master_clocks(&ma, 120, 1);
		ATF_CHECK(master_locked(&ma));
		master_clocks(&ma, 120, 300);
		ATF_CHECK(magnitude(master_error(&ma)) < 0.1 * MS);
	}
}

ATF_TC(loss);
ATF_TC_HEAD(loss, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a loss that is not told, a song that stands still "
	    "then, and a position that is wrong behind it");
}

ATF_TC_BODY(loss, tc)
{
	struct master ma;
	struct midi_clock *mc = &ma.ma_clock;
	uint64_t at_ns, clocks, lost;
	unsigned int seed;

	for (seed = 0; seed < 200; seed++) {
		master_start(&ma, seed, seed % 2 * MS / 2);
		master_clocks(&ma, 120, 400);
		at_ns = midi_clock_loss_ns(mc);
		ATF_CHECK(magnitude((double)(at_ns - ma.ma_stamp_ns) -
		    MIDI_CLOCK_LOSS_PERIODS * period_ns(120)) < MS);
		ATF_CHECK_EQ(midi_clock_state(mc, at_ns - 1),
		    MIDI_CLOCK_LOCKED);
		ATF_CHECK_EQ(midi_clock_state(mc, at_ns), MIDI_CLOCK_FREE);
		ATF_CHECK_EQ(midi_clock_state(mc, UINT64_MAX),
		    MIDI_CLOCK_FREE);
		lost = MIDI_CLOCK_LOSS_PERIODS + seed;
		ma.ma_true_ns += (double)lost * period_ns(120);
		ma.ma_sent += lost;
		clocks = clock_due(mc, CLOCKS, (uint64_t)
		    (ma.ma_true_ns + period_ns(120) / 2));
		ATF_CHECK_EQ_MSG(clocks, ma.ma_sent + 1, "%" PRIu64
		    ", not %" PRIu64, clocks, ma.ma_sent + 1);
		master_clocks(&ma, 120, 1);
		ATF_CHECK_EQ(midi_clock_state(mc, ma.ma_stamp_ns),
		    MIDI_CLOCK_LOCKING);
		ATF_CHECK_EQ(mc->mc_next, ma.ma_sent);
		master_clocks(&ma, 120, 23);
		ATF_CHECK(master_locked(&ma));
		ATF_CHECK_EQ(mc->mc_next, ma.ma_sent);
	}
	/* Stopped while lost: held where it was by then. */
	lost = ma.ma_stamp_ns + 100 * (uint64_t)period_ns(120);
	clocks = clock_due(mc, CLOCKS, lost);
	midi_clock_stop(mc, lost);
	ATF_CHECK_EQ(clock_due(mc, CLOCKS, lost), clocks);
	ATF_CHECK_EQ(clock_due(mc, CLOCKS, UINT64_MAX), clocks);
	ATF_CHECK_EQ(midi_clock_state(mc, lost), MIDI_CLOCK_STOPPED);
	ATF_CHECK_EQ(midi_clock_sync(mc, lost), MIDI_CLOCK_FREE);
	/* Lost before it was locked: nothing to go on with. */
	master_start(&ma, 1, 0);
	ATF_CHECK_EQ(midi_clock_loss_ns(mc), MIDI_CLOCK_NEVER);
	ATF_CHECK_EQ(midi_clock_state(mc, UINT64_MAX), MIDI_CLOCK_WAITING);
	master_clocks(&ma, 120, 4);
	ATF_CHECK_EQ(midi_clock_state(mc, ma.ma_stamp_ns),
	    MIDI_CLOCK_LOCKING);
	ATF_CHECK_EQ(midi_clock_state(mc, midi_clock_loss_ns(mc)),
	    MIDI_CLOCK_WAITING);
	ATF_CHECK_EQ(clock_due(mc, CLOCKS, UINT64_MAX), 4);
}

/*
 * The song.
 */

ATF_TC(song);
ATF_TC_HEAD(song, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches clocks that are off by one, and a song that runs "
	    "before its clock or after its stop");
}

ATF_TC_BODY(song, tc)
{
	struct midi_clock mc;
	uint64_t now = SECOND, period = 20000000;
	int i;

	midi_clock_init(&mc);
	for (i = 0; i < 100; i++)
		midi_clock_tick(&mc, now += period);
	ATF_CHECK_EQ(midi_clock_sync(&mc, now), MIDI_CLOCK_LOCKED);
	ATF_CHECK_EQ(midi_clock_state(&mc, now), MIDI_CLOCK_STOPPED);
	ATF_CHECK_EQ(clock_due(&mc, 96, now), 0);
	midi_clock_start(&mc);
	ATF_CHECK_EQ(clock_due(&mc, 96, now + SECOND), 0);
	ATF_CHECK_EQ(clock_ns(&mc, 96, 0), MIDI_CLOCK_NEVER);
	/* The master begins a new phase. */
	now += 8000000;
	for (i = 0; i < 9; i++)
		midi_clock_tick(&mc, now + (uint64_t)i * period);
	ATF_CHECK_EQ(midi_clock_state(&mc, now + 8 * period),
	    MIDI_CLOCK_LOCKED);
	ATF_CHECK_EQ(clock_ns(&mc, CLOCKS, 8), now + 8 * period);
	ATF_CHECK_EQ(clock_ns(&mc, 96, 34), now + 17 * period / 2);
	ATF_CHECK_EQ(clock_ns(&mc, 96, 48), now + 12 * period);
	ATF_CHECK_EQ(clock_ns(&mc, 1, 1), now + 24 * period);
	ATF_CHECK_EQ(clock_ns(&mc, 96, 31), 0);
	ATF_CHECK_EQ(clock_due(&mc, 96, now + 8 * period), 33);
	/* Half a clock later it stops. */
	now += 17 * period / 2;
	midi_clock_stop(&mc, now);
	ATF_CHECK_EQ(clock_due(&mc, 96, now + SECOND), 35);
	ATF_CHECK_EQ(clock_ns(&mc, 96, 34), 0);
	ATF_CHECK_EQ(clock_ns(&mc, 96, 35), MIDI_CLOCK_NEVER);
	midi_clock_tick(&mc, now + period / 2);
	ATF_CHECK_EQ(clock_due(&mc, 96, now + SECOND), 35);
	/* On with the ninth. */
	midi_clock_continue(&mc);
	midi_clock_tick(&mc, now += 3 * period / 2);
	ATF_CHECK_EQ(clock_ns(&mc, CLOCKS, 9), now);
	ATF_CHECK_EQ(clock_due(&mc, CLOCKS, now), 10);
	/* Elsewhere. */
	midi_clock_stop(&mc, now);
	midi_clock_locate(&mc, 100);
	ATF_CHECK_EQ(clock_due(&mc, CLOCKS, now), 600);
	ATF_CHECK_EQ(clock_ns(&mc, CLOCKS, 599), 0);
	ATF_CHECK_EQ(clock_ns(&mc, CLOCKS, 600), MIDI_CLOCK_NEVER);
	midi_clock_continue(&mc);
	midi_clock_tick(&mc, now += period);
	ATF_CHECK_EQ(clock_ns(&mc, CLOCKS, 600), now);
	/* And while it runs. */
	midi_clock_locate(&mc, 2);
	ATF_CHECK_EQ(clock_due(&mc, CLOCKS, now + period / 2), 12);
	midi_clock_tick(&mc, now += period);
	ATF_CHECK_EQ(clock_due(&mc, CLOCKS, now), 13);
	midi_clock_locate(&mc, UINT32_MAX);
	ATF_CHECK_EQ(clock_due(&mc, CLOCKS, now), 6 * 0x3fff);
}

/*
 * Anything.
 */

static uint64_t
hostile_stamp(uint64_t *seed, uint64_t last_ns)
{

	switch (h_bytes_random(seed) % 16) {
	case 0:
		return random64(seed);
	case 1:
		return last_ns;
	case 2:
		return last_ns - random64(seed) % SECOND;
	case 3:
		return UINT64_MAX - h_bytes_random(seed) % 3;
	case 4:
		return h_bytes_random(seed) % 3;
	case 5:
		return last_ns + (random64(seed) >> h_bytes_random(seed) % 64);
	case 6:
		return last_ns + h_bytes_random(seed) % 2000000;
	default:
		return last_ns + 20000000 + h_bytes_random(seed) % 1000000;
	}
}

static void
hostile_check(const struct midi_clock *mc, uint64_t *seed, uint64_t now_ns)
{
	uint64_t division, due, ns;
	uint32_t timebase;

	ATF_REQUIRE(midi_clock_valid(mc));
	ATF_REQUIRE(midi_clock_period(mc) >= MIDI_CLOCK_PERIOD_MIN_NS * ONE);
	ATF_REQUIRE(midi_clock_period(mc) <= MIDI_CLOCK_PERIOD_MAX_NS * ONE);
	timebase = h_bytes_random(seed) % 4 == 0 ? SEQ_TIME_TIMEBASE_MAX :
	    1 + h_bytes_random(seed) % 1000;
	due = clock_due(mc, timebase, now_ns);
	ns = clock_ns(mc, timebase, due);
	ATF_REQUIRE_MSG(ns > now_ns || ns == MIDI_CLOCK_NEVER,
	    "division %" PRIu64 " of %u: %" PRIu64 " at %" PRIu64, due,
	    timebase, ns, now_ns);
	if (due > 0) {
		ns = clock_ns(mc, timebase, due - 1);
		ATF_REQUIRE_MSG(ns <= now_ns, "division %" PRIu64
		    " of %u: %" PRIu64 " at %" PRIu64, due - 1, timebase, ns,
		    now_ns);
	}
	division = random64(seed) >> h_bytes_random(seed) % 64;
	ns = clock_ns(mc, timebase, division);
	ATF_REQUIRE(division == UINT64_MAX ||
	    clock_ns(mc, timebase, division + 1) >= ns);
}

ATF_TC(hostile);
ATF_TC_HEAD(hostile, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches overflow, division by zero, a period out of "
	    "bounds, and a due that disagrees with the times");
}

ATF_TC_BODY(hostile, tc)
{
	struct midi_clock mc;
	uint64_t seed = 77, now_ns;
	int i, run;

	for (run = 0; run < 400; run++) {
		midi_clock_init(&mc);
		now_ns = SECOND;
		for (i = 0; i < 600; i++) {
			/* Long well-behaved stretches, too. */
			if (run % 2 == 0 || h_bytes_random(&seed) % 64 == 0)
				now_ns = hostile_stamp(&seed, now_ns);
			else
				now_ns += 20000000;
			switch (h_bytes_random(&seed) % 64) {
			case 0:
				midi_clock_start(&mc);
				break;
			case 1:
			case 2:
				midi_clock_continue(&mc);
				break;
			case 3:
				midi_clock_stop(&mc, now_ns);
				break;
			case 4:
				midi_clock_locate(&mc, h_bytes_random(&seed));
				break;
			default:
				midi_clock_tick(&mc, now_ns);
				break;
			}
			hostile_check(&mc, &seed, now_ns);
			hostile_check(&mc, &seed,
			    hostile_stamp(&seed, now_ns));
		}
	}
}

ATF_TC(bounds);
ATF_TC_HEAD(bounds, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a lock on what is no clock, and a period beyond "
	    "the bounds when the input glides there");
}

ATF_TC_BODY(bounds, tc)
{
	struct midi_clock mc;
	uint64_t now_ns = SECOND, step_ns;
	int i;

	midi_clock_init(&mc);
	for (i = 0; i < 1000; i++) {
		midi_clock_tick(&mc, now_ns += 1500000);
		ATF_REQUIRE(midi_clock_sync(&mc, now_ns) !=
		    MIDI_CLOCK_LOCKED);
	}
	for (i = 0; i < 1000; i++) {
		midi_clock_tick(&mc, now_ns += 450000000);
		ATF_REQUIRE(midi_clock_sync(&mc, now_ns) !=
		    MIDI_CLOCK_LOCKED);
	}
	for (step_ns = 20000000; step_ns > 100; step_ns -= step_ns / 100) {
		midi_clock_tick(&mc, now_ns += step_ns);
		ATF_REQUIRE(midi_clock_period(&mc) >=
		    MIDI_CLOCK_PERIOD_MIN_NS * ONE);
	}
	for (step_ns = 20000000; step_ns < SECOND; step_ns += step_ns / 100) {
		midi_clock_tick(&mc, now_ns += step_ns);
		ATF_REQUIRE(midi_clock_period(&mc) <=
		    MIDI_CLOCK_PERIOD_MAX_NS * ONE);
	}
}

/*
 * Master.
 */

/* Tempos with a common denominator that fits: bpm, or us per beat. */
static const uint32_t model_bpms[] = { 8, 60, 77, 97, 120, 133, 144, 360 };
#define MODEL_LCM	(720ULL * 7 * 11 * 19 * 97)

static unsigned __int128
model_beat(const struct seq_tempo *te)
{

	return te->te_bpm != 0 ?
	    (unsigned __int128)60000000000ULL * (MODEL_LCM / te->te_bpm) :
	    (unsigned __int128)te->te_beat_us * 1000 * MODEL_LCM;
}

static void
model_tempo(struct seq_tempo *te, uint64_t *seed)
{

	te->te_bpm = 0;
	te->te_beat_us = 0;
	if (h_bytes_random(seed) % 3 == 0)
		te->te_beat_us = 1000 + h_bytes_random(seed) % 3000000;
	else
		te->te_bpm = model_bpms[h_bytes_random(seed) %
		    __arraycount(model_bpms)];
}

ATF_TC(master_exact);
ATF_TC_HEAD(master_exact, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches clocks that drift from the timer, or are rounded");
}

ATF_TC_BODY(master_exact, tc)
{
	static const uint32_t bases[] = { 1, 7, 24, 96, 100, 120, 480, 997,
	    9999, 999983, 1000000 };
	struct midi_clock_grid cg;
	struct seq_time st;
	struct seq_tempo te;
	unsigned __int128 sum, want, whole;
	uint64_t clock, division, got, seed = 99, start_ns;
	int change, run, i;

	for (run = 0; run < 600; run++) {
		te.te_timebase = bases[run % __arraycount(bases)];
		model_tempo(&te, &seed);
		start_ns = random64(&seed) >> 20;
		seq_time_init(&st, &te);
		seq_time_start(&st, start_ns);
		midi_clock_grid_init(&cg, te.te_timebase);
		/* Sums of 1 / whole ns. */
		whole = (unsigned __int128)MODEL_LCM * 24 * te.te_timebase;
		sum = start_ns * whole;
		for (division = 0, change = 0; change < 8; change++) {
			clock = midi_clock_grid_next(&cg, division);
			ATF_REQUIRE(clock * te.te_timebase >= 24 * division);
			ATF_REQUIRE(clock == 0 || (clock - 1) *
			    te.te_timebase < 24 * division);
			for (i = 0; i < 40; i++, clock += i) {
				want = sum + model_beat(&te) *
				    (clock * te.te_timebase - 24 * division);
				got = midi_clock_grid_ns(&cg, &st, clock);
				ATF_REQUIRE_EQ_MSG(got,
				    (uint64_t)(want / whole), "clock %" PRIu64
				    " of %u: %" PRIu64, clock, te.te_timebase,
				    got);
			}
			i = h_bytes_random(&seed) % 5000;
			sum += model_beat(&te) * 24 * (unsigned int)i;
			division += (unsigned int)i;
			model_tempo(&te, &seed);
			seq_time_change_at(&st, &te, division);
		}
	}
}

ATF_TC(master_timer);
ATF_TC_HEAD(master_timer, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a stopped timer whose clocks go on, a change of "
	    "timebase that moves them, and a song position before its "
	    "clock");
}

ATF_TC_BODY(master_timer, tc)
{
	struct seq_tempo te = { .te_timebase = 100, .te_bpm = 120 };
	struct midi_clock_grid cg;
	struct seq_time st;
	uint64_t clock;

	seq_time_init(&st, &te);
	midi_clock_grid_init(&cg, 100);
	seq_time_start(&st, SECOND);
	ATF_CHECK_EQ(midi_clock_grid_ns(&cg, &st, 24), 3 * SECOND / 2);
	ATF_CHECK_EQ(midi_clock_grid_ns(&cg, &st, 1), SECOND + 20833333);
	ATF_CHECK_EQ(midi_clock_grid_ns(&cg, &st, MIDI_CLOCK_MAX + 1),
	    MIDI_CLOCK_NEVER);
	seq_time_stop(&st, SECOND + 20833332);
	ATF_CHECK_EQ(midi_clock_grid_ns(&cg, &st, 1), SEQ_TIME_NEVER);
	ATF_CHECK_EQ(midi_clock_grid_ns(&cg, &st, 0), SECOND);
	seq_time_continue(&st, SECOND + 20833332 + 7);
	ATF_CHECK_EQ(midi_clock_grid_ns(&cg, &st, 1), SECOND + 20833340);

	/* On a clock: exact; here the 12th. */
	seq_time_reset(&st, SECOND);
	te.te_timebase = 999983;
	seq_time_change_at(&st, &te, 50);
	midi_clock_grid_change(&cg, te.te_timebase, 50);
	ATF_CHECK_EQ(midi_clock_grid_next(&cg, 50), 12);
	for (clock = 12; clock < 1000; clock++) {
		ATF_CHECK_EQ(midi_clock_grid_ns(&cg, &st, clock),
		    SECOND + clock * (SECOND / 2) / 24);
	}
	/* Within one: a 24th of a division at most, to the later side. */
	te.te_timebase = 7;
	seq_time_change_at(&st, &te, 50 + 999983 + 13);
	midi_clock_grid_change(&cg, te.te_timebase, 50 + 999983 + 13);
	for (clock = 37; clock < 1000; clock++) {
		uint64_t want = SECOND + clock * (SECOND / 2) / 24;
		uint64_t got = midi_clock_grid_ns(&cg, &st, clock);

		ATF_CHECK_MSG(got >= want && got - want <=
		    SECOND / 2 / 7 / 24 + 1, "clock %" PRIu64, clock);
	}

	ATF_CHECK_EQ(midi_clock_unit(0), 0);
	ATF_CHECK_EQ(midi_clock_unit(1), 1);
	ATF_CHECK_EQ(midi_clock_unit(6), 1);
	ATF_CHECK_EQ(midi_clock_unit(7), 2);
	ATF_CHECK_EQ(midi_clock_unit(6 * 0x3fff), 0x3fff);
	ATF_CHECK_EQ(midi_clock_unit(UINT64_MAX), 0x3fff);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, locks);
	ATF_TP_ADD_TC(tp, converges);
	ATF_TP_ADD_TC(tp, jitter);
	ATF_TP_ADD_TC(tp, ramps);
	ATF_TP_ADD_TC(tp, steps);
	ATF_TP_ADD_TC(tp, hiccup);
	ATF_TP_ADD_TC(tp, loss);
	ATF_TP_ADD_TC(tp, song);
	ATF_TP_ADD_TC(tp, hostile);
	ATF_TP_ADD_TC(tp, bounds);
	ATF_TP_ADD_TC(tp, master_exact);
	ATF_TP_ADD_TC(tp, master_timer);
	return atf_no_error();
}
