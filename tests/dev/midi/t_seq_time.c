/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_seq_time: divisions and nanoseconds against exact arithmetic.
 *
 * The model knows nothing of anchors and fractions: it adds up, in whole
 * numbers of some 1000 bits over one common denominator, what every stretch
 * of a song lasts, and says of a number of nanoseconds whether it is the sum
 * rounded down.
 */

#include <atf-c.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <dev/midi/seq_time.h>

/*
 * Big numbers: 40 digits of 32 bits, the lowest first.
 */

#define DIGITS	40

struct big {
	uint32_t d[DIGITS];
};

static struct big
big(uint64_t v)
{
	struct big x;

	memset(&x, 0, sizeof(x));
	x.d[0] = (uint32_t)v;
	x.d[1] = (uint32_t)(v >> 32);
	return x;
}

static struct big
big_add(struct big x, struct big y)
{
	uint64_t carry = 0;
	int i;

	for (i = 0; i < DIGITS; i++) {
		carry += (uint64_t)x.d[i] + y.d[i];
		x.d[i] = (uint32_t)carry;
		carry >>= 32;
	}
	ATF_REQUIRE_EQ(carry, 0);
	return x;
}

static struct big
big_mul32(struct big x, uint32_t k, int shift)
{
	struct big p;
	uint64_t carry = 0;
	int i;

	p = big(0);
	for (i = 0; i + shift < DIGITS; i++) {
		carry += (uint64_t)x.d[i] * k;
		p.d[i + shift] = (uint32_t)carry;
		carry >>= 32;
	}
	ATF_REQUIRE_EQ(carry, 0);
	return p;
}

static struct big
big_mul(struct big x, uint64_t k)
{

	return big_add(big_mul32(x, (uint32_t)k, 0),
	    big_mul32(x, (uint32_t)(k >> 32), 1));
}

/* Exact division. */
static struct big
big_div(struct big x, uint32_t k)
{
	uint64_t rest = 0;
	int i;

	for (i = DIGITS - 1; i >= 0; i--) {
		rest = rest << 32 | x.d[i];
		x.d[i] = (uint32_t)(rest / k);
		rest %= k;
	}
	ATF_REQUIRE_EQ_MSG(rest, 0, "no multiple of %u", k);
	return x;
}

static bool
big_less(struct big x, struct big y)
{
	int i;

	for (i = DIGITS - 1; i > 0 && x.d[i] == y.d[i]; i--)
		continue;
	return x.d[i] < y.d[i];
}

/*
 * The model: a sum over the denominator md_den.
 */

struct model {
	struct big	md_den;
	struct big	md_sum;		/* ns * md_den, up to md_at */
	uint64_t	md_at;		/* a division */
};

/* A denominator that serves every bpm up to 360 and these timebases. */
static struct model
model(const uint32_t *bases, size_t nbases, uint64_t start_ns)
{
	struct model m;
	uint32_t power, prime, divisor;
	size_t i;

	m.md_den = big(1);
	for (prime = 2; prime <= 360; prime++) {
		for (divisor = 2; prime % divisor != 0; divisor++)
			continue;
		if (divisor != prime)
			continue;
		for (power = prime; power <= 360; power *= prime)
			m.md_den = big_mul(m.md_den, prime);
	}
	for (i = 0; i < nbases; i++)
		m.md_den = big_mul(m.md_den, bases[i]);
	m.md_sum = big_mul(m.md_den, start_ns);
	m.md_at = 0;
	return m;
}

/* The sum at a division at or after md_at. */
static struct big
model_sum(const struct model *m, const struct seq_tempo *te, uint64_t division)
{
	struct big part;

	if (te->te_bpm != 0) {
		part = big_div(m->md_den, te->te_timebase * te->te_bpm);
		part = big_mul(part, 60000000000);
	} else {
		part = big_div(m->md_den, te->te_timebase);
		part = big_mul(part, te->te_beat_us * UINT64_C(1000));
	}
	return big_add(m->md_sum, big_mul(part, division - m->md_at));
}

static void
model_advance(struct model *m, const struct seq_tempo *te, uint64_t division)
{

	m->md_sum = model_sum(m, te, division);
	m->md_at = division;
}

/* Is ns the model's time of the division, rounded down? */
static void
model_check(const struct model *m, const struct seq_tempo *te,
    uint64_t division, uint64_t ns)
{
	struct big floor, sum;

	sum = model_sum(m, te, division);
	floor = big_mul(m->md_den, ns);
	ATF_REQUIRE_MSG(!big_less(sum, floor), "division %" PRIu64 ": %"
	    PRIu64 " ns is too late", division, ns);
	ATF_REQUIRE_MSG(big_less(sum, big_add(floor, m->md_den)), "division %"
	    PRIu64 ": %" PRIu64 " ns is too early", division, ns);
}

/*
 * Random numbers: xorshift, the same in every run.
 */

static uint64_t seed = 88172645463325252;

static uint64_t
any(uint64_t below)
{

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static struct seq_tempo
bpm(uint32_t timebase, uint32_t value)
{
	struct seq_tempo te = { timebase, value, 0 };

	return te;
}

static struct seq_tempo
beat_us(uint32_t timebase, uint32_t value)
{
	struct seq_tempo te = { timebase, 0, value };

	return te;
}

static struct seq_tempo
any_tempo(uint32_t timebase)
{

	if (any(2) == 0)
		return bpm(timebase, 8 + (uint32_t)any(353));
	return beat_us(timebase, 1000 + (uint32_t)any(8000000));
}

ATF_TC(clamp);
ATF_TC_HEAD(clamp, tc)
{

	atf_tc_set_md_var(tc, "descr", "A value out of range that gets "
	    "through, or a conversion of tempos that is off");
}
ATF_TC_BODY(clamp, tc)
{
	struct seq_tempo te;
	uint32_t i;

	ATF_CHECK_EQ(seq_time_clamp_bpm(-1), 8);
	ATF_CHECK_EQ(seq_time_clamp_bpm(7), 8);
	ATF_CHECK_EQ(seq_time_clamp_bpm(8), 8);
	ATF_CHECK_EQ(seq_time_clamp_bpm(119), 119);
	ATF_CHECK_EQ(seq_time_clamp_bpm(360), 360);
	ATF_CHECK_EQ(seq_time_clamp_bpm(361), 360);
	ATF_CHECK_EQ(seq_time_clamp_bpm(UINT32_MAX), 360);
	ATF_CHECK_EQ(seq_time_clamp_timebase(INT32_MIN), 1);
	ATF_CHECK_EQ(seq_time_clamp_timebase(0), 1);
	ATF_CHECK_EQ(seq_time_clamp_timebase(10001), 10001);
	ATF_CHECK_EQ(seq_time_clamp_timebase(1000001), 1000000);
	ATF_CHECK_EQ(seq_time_clamp_beat_us(999), 1000);
	ATF_CHECK_EQ(seq_time_clamp_beat_us(500000), 500000);
	ATF_CHECK_EQ(seq_time_clamp_beat_us(INT64_MAX), 60000000);
	for (i = 8; i <= 360; i++) {
		te = bpm(96, i);
		ATF_CHECK_EQ(seq_time_bpm(&te), i);
		te = beat_us(96, seq_time_beat_us(&te));
		ATF_CHECK_EQ(seq_time_bpm(&te), i);
		ATF_CHECK_EQ(seq_time_beat_us(&te), te.te_beat_us);
	}
	te = bpm(96, 360);
	ATF_CHECK_EQ(seq_time_beat_us(&te), 166667);
}

ATF_TC(every_tempo);
ATF_TC_HEAD(every_tempo, tc)
{

	atf_tc_set_md_var(tc, "descr", "A tempo or timebase at which a "
	    "division is not at its exact time rounded down, up to the last "
	    "that 64 bits hold");
}
ATF_TC_BODY(every_tempo, tc)
{
	static const uint32_t bases[] = {
	    1, 2, 3, 7, 24, 96, 97, 100, 120, 192, 359, 361, 480, 960, 1021,
	    9973, 9999, 10000, 65536, 999983, 1000000
	};
	static const uint64_t divisions[] = {
	    0, 1, 2, 3, 99, 359, 10007, 1000003, INT32_MAX
	};
	struct model m;
	struct seq_tempo te;
	struct seq_time st;
	size_t b, n;
	uint32_t value;

	for (b = 0; b < __arraycount(bases); b++) {
		for (value = 8; value <= 360; value++) {
			te = bpm(bases[b], value);
			seq_time_init(&st, &te);
			seq_time_start(&st, 0);
			/* The denominator that is enough for one tempo. */
			m.md_den = big((uint64_t)bases[b] * value);
			m.md_sum = big(0);
			m.md_at = 0;
			for (n = 0; n < __arraycount(divisions); n++)
				model_check(&m, &te, divisions[n],
				    seq_time_ns(&st, divisions[n]));
		}
	}
}

ATF_TC(every_timebase);
ATF_TC_HEAD(every_timebase, tc)
{

	atf_tc_set_md_var(tc, "descr", "A timebase of 1..10000 at which "
	    "division and nanoseconds disagree, with random tempos");
}
ATF_TC_BODY(every_timebase, tc)
{
	struct model m;
	struct seq_tempo te;
	struct seq_time st;
	uint64_t n, ns;
	uint32_t timebase;
	int i;

	for (timebase = 1; timebase <= 10000; timebase++) {
		te = any_tempo(timebase);
		seq_time_init(&st, &te);
		seq_time_start(&st, 0);
		m.md_den = big((uint64_t)timebase * (te.te_bpm != 0 ?
		    te.te_bpm : 1));
		m.md_sum = big(0);
		m.md_at = 0;
		for (i = 0; i < 10; i++) {
			n = any(UINT64_C(1) << any(32));
			ns = seq_time_ns(&st, n);
			model_check(&m, &te, n, ns);
			ATF_REQUIRE_EQ(seq_time_division(&st, ns), n);
			ATF_REQUIRE_EQ(seq_time_division(&st,
			    seq_time_ns(&st, n + 1) - 1), n);
		}
	}
}

/*
 * A song with so many changes of tempo at divisions; with timebases, each
 * change picks one of them, else the first stays.
 */
static void
song(const uint32_t *bases, size_t nbases, unsigned int changes,
    unsigned int every)
{
	struct model m;
	struct seq_tempo te;
	struct seq_time st;
	uint64_t at, n, ns;
	unsigned int i;

	m = model(bases, nbases, 12345678901);
	te = any_tempo(bases[0]);
	seq_time_init(&st, &te);
	seq_time_start(&st, 12345678901);
	for (at = 0, i = 0; i < changes; i++) {
		at += any(5) == 0 ? any(100000) : any(500);
		model_advance(&m, &te, at);
		te = any_tempo(bases[any(nbases)]);
		seq_time_change_at(&st, &te, at);
		ATF_REQUIRE(seq_time_valid(&st));
		if (i % every != 0 && i + 1 != changes)
			continue;
		ns = seq_time_ns(&st, at);
		model_check(&m, &te, at, ns);
		ATF_REQUIRE_EQ(seq_time_division(&st, ns), at);
		n = at + any(1000000);
		ns = seq_time_ns(&st, n);
		model_check(&m, &te, n, ns);
		ATF_REQUIRE_EQ(seq_time_division(&st, ns), n);
	}
}

ATF_TC(tempo_changes);
ATF_TC_HEAD(tempo_changes, tc)
{

	atf_tc_set_md_var(tc, "descr", "An error that is carried from one "
	    "tempo to the next: 300000 changes against exact sums");
}
ATF_TC_BODY(tempo_changes, tc)
{
	static const uint32_t bases[] = { 480, 1, 97, 10000, 999983 };
	size_t b;

	for (b = 0; b < __arraycount(bases); b++)
		song(&bases[b], 1, 60000, 5);
}

ATF_TC(timebase_changes);
ATF_TC_HEAD(timebase_changes, tc)
{

	atf_tc_set_md_var(tc, "descr", "A fraction that is wrong after a "
	    "change of timebase in mid-song");
}
ATF_TC_BODY(timebase_changes, tc)
{
	static const uint32_t few[] = { 96, 120, 480, 1000, 7, 999983 };

	song(few, __arraycount(few), 60000, 5);
}

ATF_TC(too_many_timebases);
ATF_TC_HEAD(too_many_timebases, tc)
{

	atf_tc_set_md_var(tc, "descr", "Timebases that have no common "
	    "multiple in 64 bits: an overflow, a visible error, or a whole "
	    "number of nanoseconds that comes out one too low");
}
ATF_TC_BODY(too_many_timebases, tc)
{
	static const uint32_t primes[] = {
	    999983, 999979, 999961, 999959, 999953, 999931, 999917
	};
	struct model m;
	struct seq_tempo te;
	struct seq_time st;
	size_t i;
	uint64_t at;

	song(primes, __arraycount(primes), 20000, 1);

	/* One division at each prime, then the rest of that beat: the times
	 * at the ends of beats are whole. */
	m = model(primes, __arraycount(primes), 0);
	te = bpm(primes[0], 7 * 11);
	seq_time_init(&st, &te);
	seq_time_start(&st, 0);
	for (at = 0, i = 0; i < 2 * __arraycount(primes); i++) {
		at += i < __arraycount(primes) ? 1 :
		    primes[i - __arraycount(primes)] - 1;
		model_advance(&m, &te, at);
		te = bpm(primes[(i + 1) % __arraycount(primes)], 7 * 11);
		seq_time_change_at(&st, &te, at);
		model_check(&m, &te, at, seq_time_ns(&st, at));
	}
	/* Seven beats of 60 / 77 s; and seventy more are whole. */
	at += (uint64_t)primes[0] * 70;
	ATF_CHECK_EQ(seq_time_ns(&st, at), UINT64_C(60000000000));
}

ATF_TC(whole_numbers);
ATF_TC_HEAD(whole_numbers, tc)
{

	atf_tc_set_md_var(tc, "descr", "A sum of fractions that is whole and "
	    "comes out one too low");
}
ATF_TC_BODY(whole_numbers, tc)
{
	static const uint32_t bases[] = { 1, 7, 480, 9973, 10000 };
	struct seq_tempo te;
	struct seq_time st;
	uint64_t at;
	uint32_t value;
	size_t b;

	/*
	 * One division at every tempo; then, at every tempo, what is left of
	 * so many beats: a minute of each, by fractions of all denominators.
	 */
	for (b = 0; b < __arraycount(bases); b++) {
		te = bpm(bases[b], 360);
		seq_time_init(&st, &te);
		seq_time_start(&st, 1);
		for (at = 0, value = 8; value <= 360; value++) {
			te = bpm(bases[b], value);
			seq_time_change_at(&st, &te, at);
			at++;
		}
		for (value = 8; value <= 360; value++) {
			te = bpm(bases[b], value);
			seq_time_change_at(&st, &te, at);
			at += bases[b] * value - 1;
		}
		ATF_CHECK_EQ(seq_time_ns(&st, at),
		    353 * UINT64_C(60000000000) + 1);
	}
}

ATF_TC(inverse);
ATF_TC_HEAD(inverse, tc)
{

	atf_tc_set_md_var(tc, "descr", "A division at a time that is not the "
	    "last one due, or times that decrease: every nanosecond around "
	    "every division, also where divisions are 1 ns long");
}
ATF_TC_BODY(inverse, tc)
{
	struct seq_tempo tempos[] = {
	    beat_us(1000000, 1000),	/* 1 ns */
	    beat_us(999983, 1000), beat_us(300007, 1001),
	    bpm(1000000, 360), bpm(999983, 359), bpm(1, 8)
	};
	struct seq_time st;
	uint64_t division, last, ns, t;
	size_t i;

	for (i = 0; i < __arraycount(tempos); i++) {
		seq_time_init(&st, &tempos[i]);
		seq_time_start(&st, 1000);
		ATF_CHECK_EQ(seq_time_division(&st, 0), 0);
		ATF_CHECK_EQ(seq_time_division(&st, 999), 0);
		for (last = 0, division = 0; division < 2000; division++) {
			ns = seq_time_ns(&st, division);
			ATF_REQUIRE(ns >= last);
			last = ns;
			for (t = ns - 2; t <= ns + 2; t++) {
				uint64_t n = seq_time_division(&st, t);

				if (t < 1000) {
					ATF_REQUIRE_EQ(n, 0);
					continue;
				}
				ATF_REQUIRE(seq_time_ns(&st, n) <= t);
				ATF_REQUIRE(seq_time_ns(&st, n + 1) > t);
			}
		}
	}
}

ATF_TC(stop_and_go);
ATF_TC_HEAD(stop_and_go, tc)
{

	atf_tc_set_md_var(tc, "descr", "A position that moves while stopped, "
	    "or jumps at continue, start or reset; a division that a stopped "
	    "timer says it comes to");
}
ATF_TC_BODY(stop_and_go, tc)
{
	struct seq_tempo te = bpm(100, 60);	/* 10 ms */
	struct seq_time st;

	seq_time_init(&st, &te);
	ATF_CHECK_EQ(seq_time_division(&st, 5000000000), 0);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), SEQ_TIME_NEVER);
	/* As new: continue is start. */
	seq_time_continue(&st, 5000000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 0), 5000000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 10), 5100000000);
	seq_time_continue(&st, 5555555555);
	ATF_CHECK_EQ(seq_time_ns(&st, 10), 5100000000);
	seq_time_stop(&st, 5037000001);
	seq_time_stop(&st, 5055000000);
	ATF_CHECK_EQ(seq_time_division(&st, 9000000000), 3);
	ATF_CHECK_EQ(seq_time_ns(&st, 3), 5030000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 4), SEQ_TIME_NEVER);
	seq_time_continue(&st, 9000000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 4), 9002999999);
	ATF_CHECK_EQ(seq_time_division(&st, 9002999998), 3);
	ATF_CHECK_EQ(seq_time_division(&st, 9002999999), 4);
	/* A clock that has not moved, or went back. */
	seq_time_stop(&st, 9100000000);
	seq_time_continue(&st, 9099999999);
	ATF_CHECK_EQ(seq_time_ns(&st, 4), 9002999999);
	seq_time_reset(&st, 10000000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), 10010000000);
	seq_time_stop(&st, 10020000000);
	seq_time_reset(&st, 10030000000);
	ATF_CHECK_EQ(seq_time_division(&st, 10050000000), 0);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), SEQ_TIME_NEVER);
	seq_time_continue(&st, 10100000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), 10110000000);
	seq_time_start(&st, 20000000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), 20010000000);
	ATF_CHECK_EQ(seq_time_division(&st, 20000000000), 0);
}

ATF_TC(change_behind);
ATF_TC_HEAD(change_behind, tc)
{

	atf_tc_set_md_var(tc, "descr", "A division before the last change of "
	    "tempo that is never due, or a change there that moves time");
}
ATF_TC_BODY(change_behind, tc)
{
	struct seq_tempo slow = bpm(100, 60), fast = bpm(100, 120);
	struct seq_time st;

	seq_time_init(&st, &slow);
	seq_time_start(&st, 1000);
	seq_time_change_at(&st, &fast, 100);
	ATF_CHECK_EQ(seq_time_ns(&st, 100), 1000001000);
	ATF_CHECK_EQ(seq_time_ns(&st, 200), 1500001000);
	ATF_CHECK_EQ(seq_time_ns(&st, 50), 1000001000);
	seq_time_change_at(&st, &slow, 20);
	ATF_CHECK_EQ(seq_time_ns(&st, 100), 1000001000);
	ATF_CHECK_EQ(seq_time_ns(&st, 200), 2000001000);
	/* The same tempo again changes nothing at all. */
	seq_time_change_at(&st, &slow, 150);
	ATF_CHECK_EQ(seq_time_ns(&st, 120), 1200001000);
}

ATF_TC(change_now);
ATF_TC_HEAD(change_now, tc)
{

	atf_tc_set_md_var(tc, "descr", "A position that jumps when the tempo "
	    "changes between two divisions, running or stopped, and also in "
	    "the first moments of the clock");
}
ATF_TC_BODY(change_now, tc)
{
	struct seq_tempo te = bpm(1, 8), fast = bpm(1, 360);
	struct seq_time st;

	/* nine tenths of a beat of 7.5 s, then the rest of one of 1/6 s */
	seq_time_init(&st, &te);
	seq_time_start(&st, 1);
	seq_time_change_now(&st, &fast, 6750000001);
	ATF_CHECK_EQ(seq_time_division(&st, 6750000001), 0);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), 6750000001 + 16666666);
	seq_time_stop(&st, 6750000001);
	seq_time_change_now(&st, &te, 7000000000);
	ATF_CHECK_EQ(seq_time_division(&st, 6750000001), 0);
	seq_time_continue(&st, 7000000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 1) / 1000, 7750000);

	/* half a beat by 20 ms after the clock's start, then a slow one */
	te = bpm(1, 8);
	seq_time_init(&st, &fast);
	seq_time_start(&st, 1);
	seq_time_change_now(&st, &te, 83333334);
	ATF_CHECK_EQ(seq_time_division(&st, 83333334), 0);
	ATF_CHECK_EQ(seq_time_ns(&st, 0), 0);
	ATF_CHECK_EQ(seq_time_ns(&st, 1) / 1000, 3833333);
	seq_time_stop(&st, 83333334);
	seq_time_continue(&st, 93333334);
	ATF_CHECK_EQ(seq_time_ns(&st, 1) / 1000, 3843333);
	seq_time_change_at(&st, &fast, 1);
	ATF_CHECK_EQ(seq_time_ns(&st, 1) / 1000, 3843333);

	/* changes at a division that the clock began after */
	seq_time_init(&st, &fast);
	seq_time_start(&st, 1);
	seq_time_change_now(&st, &te, 150000001);	/* -6.6 s */
	seq_time_change_at(&st, &fast, 0);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), 0);
	ATF_CHECK_EQ(seq_time_division(&st, 1), 39);
	seq_time_change_at(&st, &te, 30);		/* -1.6 s */
	ATF_CHECK(seq_time_valid(&st));
	ATF_CHECK_EQ(seq_time_ns(&st, 30), 0);
	ATF_CHECK_EQ(seq_time_ns(&st, 31) / 1000, 5900000);
}

ATF_TC(change_now_between);
ATF_TC_HEAD(change_now_between, tc)
{

	atf_tc_set_md_var(tc, "descr", "A position that jumps when the tempo "
	    "changes between two divisions, running or stopped, and also in "
	    "the first moments of the clock");
}
ATF_TC_BODY(change_now_between, tc)
{
	struct seq_tempo te = bpm(1, 8);
	struct seq_time st;
	uint64_t division, left_ns, next_ns, now, one_ns;
	unsigned int i;

	/* before the start nothing has gone by */
	seq_time_init(&st, &te);
	seq_time_start(&st, 1000000000);
	seq_time_change_now(&st, &te, 5);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), 8500000000);

	seq_time_init(&st, &te);
	seq_time_start(&st, 1);
	for (next_ns = now = 1, i = 0; i < 100000; i++) {
		if (st.st_running && next_ns > now && any(4) == 0)
			now = next_ns - any(2);
		else
			now += any(any(2) == 0 ? 1000 : 10000000000);
		if (any(3) == 0)
			(any(2) == 0 ? seq_time_stop : seq_time_continue)(&st,
			    now);
		division = seq_time_division(&st, now);
		te = any_tempo(1 + (uint32_t)any(any(2) == 0 ? 4 : 1000000));
		seq_time_change_now(&st, &te, now);
		ATF_REQUIRE(seq_time_valid(&st));
		ATF_REQUIRE_EQ(seq_time_division(&st, now), division);
		if (!st.st_running)
			continue;
		ATF_REQUIRE(seq_time_ns(&st, division) <= now);
		next_ns = seq_time_ns(&st, division + 1);
		ATF_REQUIRE(next_ns > now);
		/* what is left is not more than one division */
		left_ns = next_ns - now;
		one_ns = seq_time_ns(&st, division + 2) - next_ns;
		ATF_REQUIRE(left_ns <= one_ns + 2);
	}
}

ATF_TC(far);
ATF_TC_HEAD(far, tc)
{

	atf_tc_set_md_var(tc, "descr", "A deadline that wraps round instead "
	    "of being never, or one in range that is refused");
}
ATF_TC_BODY(far, tc)
{
	struct seq_tempo slow = bpm(1, 8), odd = bpm(999983, 359);
	struct seq_tempo shortest = beat_us(1000000, 1000);
	struct seq_time st;
	uint64_t n;
	int shift;

	seq_time_init(&st, &slow);
	seq_time_start(&st, 0);
	n = UINT64_MAX / UINT64_C(7500000000);
	ATF_CHECK_EQ(seq_time_ns(&st, n), n * UINT64_C(7500000000));
	ATF_CHECK_EQ(seq_time_ns(&st, n + 1), SEQ_TIME_NEVER);
	ATF_CHECK_EQ(seq_time_division(&st, UINT64_MAX - 1), n);
	for (shift = 32; shift < 64; shift++) {
		ATF_CHECK_EQ(seq_time_ns(&st, UINT64_C(1) << shift),
		    SEQ_TIME_NEVER);
		ATF_CHECK_EQ(seq_time_ns(&st, (UINT64_C(1) << shift) * 2 - 1),
		    SEQ_TIME_NEVER);
	}
	seq_time_start(&st, UINT64_MAX - 10000000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), UINT64_MAX - 2500000000);
	ATF_CHECK_EQ(seq_time_ns(&st, 2), SEQ_TIME_NEVER);
	seq_time_change_at(&st, &odd, 2);
	ATF_CHECK_EQ(seq_time_ns(&st, 2), SEQ_TIME_NEVER);
	ATF_CHECK_EQ(seq_time_ns(&st, UINT64_MAX), SEQ_TIME_NEVER);
	seq_time_change_at(&st, &slow, UINT64_MAX);
	ATF_CHECK_EQ(seq_time_ns(&st, UINT64_MAX), SEQ_TIME_NEVER);
	seq_time_start(&st, 5);
	ATF_CHECK_EQ(seq_time_ns(&st, 1), 7500000005);
	seq_time_change_now(&st, &odd, UINT64_MAX);
	ATF_CHECK(seq_time_valid(&st));
	seq_time_init(&st, &shortest);
	seq_time_start(&st, 0);
	ATF_CHECK_EQ(seq_time_division(&st, UINT64_MAX), UINT64_MAX);
	ATF_CHECK_EQ(seq_time_ns(&st, UINT64_MAX - 1), UINT64_MAX - 1);
	seq_time_change_now(&st, &slow, UINT64_MAX);
	ATF_CHECK_EQ(seq_time_division(&st, UINT64_MAX), UINT64_MAX);
	seq_time_init(&st, &odd);
	seq_time_start(&st, 1);
	seq_time_change_at(&st, &slow, UINT64_MAX - 1);
	ATF_CHECK_EQ(seq_time_division(&st, UINT64_MAX), UINT64_MAX - 1);
	seq_time_change_at(&st, &odd, UINT64_MAX);
	ATF_CHECK_EQ(seq_time_division(&st, UINT64_MAX), UINT64_MAX);
	seq_time_stop(&st, UINT64_MAX);
	seq_time_continue(&st, UINT64_MAX);
	ATF_CHECK(seq_time_valid(&st));
}

ATF_TC(rounding);
ATF_TC_HEAD(rounding, tc)
{

	atf_tc_set_md_var(tc, "descr", "The largest fraction there is, not "
	    "carried over when it is rounded up to a whole nanosecond");
}
ATF_TC_BODY(rounding, tc)
{
	static const uint32_t primes[] = { 999983, 999979, 999961, 999959 };
	struct seq_tempo te;
	struct seq_time st;
	uint64_t ns;
	size_t i;

	te = bpm(primes[0], 77);
	seq_time_init(&st, &te);
	seq_time_start(&st, 0);
	for (i = 1; i < 3; i++) {
		te = bpm(primes[i], 77);
		seq_time_change_at(&st, &te, i);
	}
	memcpy(st.st_frac, st.st_whole, sizeof(st.st_frac));
	for (i = 0; st.st_frac[i]-- == 0; i++)
		continue;
	ATF_REQUIRE(seq_time_valid(&st));
	ns = seq_time_ns(&st, 2);
	te = bpm(primes[3], 77);
	seq_time_change_at(&st, &te, 2);
	ATF_CHECK(seq_time_valid(&st));
	ATF_CHECK_EQ(seq_time_ns(&st, 2), ns + 1);
}

ATF_TC(invalid);
ATF_TC_HEAD(invalid, tc)
{

	atf_tc_set_md_var(tc, "descr", "A broken timer that seq_time_valid() "
	    "takes for a good one");
}
ATF_TC_BODY(invalid, tc)
{
	struct seq_tempo te = bpm(96, 120);
	struct seq_time bad, good;

	seq_time_init(&good, &te);
	ATF_CHECK(seq_time_valid(&good));
#define BREAK(member, value) do {					\
	bad = good;							\
	bad.member = value;						\
	ATF_CHECK_MSG(!seq_time_valid(&bad), #member);			\
} while (0)
	BREAK(st_tempo.te_timebase, 0);
	BREAK(st_tempo.te_timebase, 48);
	BREAK(st_tempo.te_bpm, 7);
	BREAK(st_tempo.te_bpm, 121);
	BREAK(st_tempo.te_bpm, 0);
	BREAK(st_num, 1);
	BREAK(st_den, 96);
	BREAK(st_bases, 97);
	BREAK(st_bases, UINT64_MAX - 95);
	memcpy(good.st_frac, good.st_whole, sizeof(good.st_frac));
	BREAK(st_anchor, 1);
	good.st_frac[0] = good.st_frac[SEQ_TIME_WORDS - 1] = 0;
	good.st_anchor_ns = 5;
	BREAK(st_early_ns, 1);
#undef BREAK
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, clamp);
	ATF_TP_ADD_TC(tp, every_tempo);
	ATF_TP_ADD_TC(tp, every_timebase);
	ATF_TP_ADD_TC(tp, tempo_changes);
	ATF_TP_ADD_TC(tp, timebase_changes);
	ATF_TP_ADD_TC(tp, too_many_timebases);
	ATF_TP_ADD_TC(tp, whole_numbers);
	ATF_TP_ADD_TC(tp, inverse);
	ATF_TP_ADD_TC(tp, stop_and_go);
	ATF_TP_ADD_TC(tp, change_behind);
	ATF_TP_ADD_TC(tp, change_now);
	ATF_TP_ADD_TC(tp, change_now_between);
	ATF_TP_ADD_TC(tp, far);
	ATF_TP_ADD_TC(tp, rounding);
	ATF_TP_ADD_TC(tp, invalid);

	return atf_no_error();
}
