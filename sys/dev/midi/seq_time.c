/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_time.c: divisions of a beat and nanoseconds of the clock.
 *
 * The timer remembers one point, the anchor: a division and its exact time.
 * Later divisions follow at st_num / st_den ns each.  A change of tempo moves
 * the anchor to the division of the change and leaves no other trace, so the
 * anchor's time must be kept exactly, fraction and all.
 *
 * How that fits a fixed size: every length of a division is a number over
 * bpm * timebase, or over the timebase alone.  With bpm in 8..360 all of these
 * divide
 *	whole = lcm(1..360) * (common multiple of the timebases),
 * so the fraction is a count of 1/whole, whatever the changes were.  It is a
 * number of some 570 bits, which is added to and compared only when there is
 * a fraction at all; the rest is 64-bit arithmetic.
 *
 * Numbers of SEQ_TIME_WORDS 32-bit words, least significant first, are called
 * wide below.
 *
 * Never: floating point, division by zero, a time that wraps.
 */

#include <dev/midi/seq_time.h>

#define NS_PER_MINUTE	60000000000ULL
#define NS_PER_US	1000ULL

/* The bound of st_bases: whole stays below 2^582, and a sum of two below. */
#define BASES_MAX	(UINT64_MAX >> 1)

/* lcm(1..360): 2^8 * 3^5 * 5^3 * 7^3 * 11^2 * 13^2 * 17^2 * 19 * ... * 359 */
static const uint32_t seq_time_lcm[SEQ_TIME_WORDS] = {
	0x03a8b100, 0x3fa703da, 0x6f5af048, 0xc43790ae,
	0x4214e28d, 0xc66e07df, 0x42ac2cd4, 0x542712c3,
	0xfb4e0051, 0xc6d05884, 0x54bf9d26, 0x7fd0e214,
	0x5e6e1bfe, 0x1f8bf4fa, 0x38a8558e, 0x53a4aa17,
	0x0000004c
};

/*
 * Wide numbers.
 */

static bool
seq_time_wide_is_zero(const uint32_t *x)
{
	size_t i;

	for (i = 0; i < SEQ_TIME_WORDS; i++) {
		if (x[i] != 0)
			return false;
	}
	return true;
}

static int
seq_time_wide_compare(const uint32_t *x, const uint32_t *y)
{
	size_t i;

	for (i = SEQ_TIME_WORDS; i-- > 0;) {
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	}
	return 0;
}

/* x += y * k; the sum fits. */
static void
seq_time_wide_add(uint32_t *x, const uint32_t *y, uint32_t k)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < SEQ_TIME_WORDS; i++) {
		/* At most (2^32 - 1)^2 + 2 * (2^32 - 1) = 2^64 - 1. */
		sum += (uint64_t)y[i] * k + x[i];
		x[i] = (uint32_t)sum;
		sum >>= 32;
	}
	KASSERT(sum == 0);
}

/* x *= k; the product fits. */
static void
seq_time_wide_multiply(uint32_t *x, uint32_t k)
{
	uint32_t product[SEQ_TIME_WORDS] = { 0 };

	seq_time_wide_add(product, x, k);
	memcpy(x, product, sizeof(product));
}

/* x -= y; y is not greater. */
static void
seq_time_wide_subtract(uint32_t *x, const uint32_t *y)
{
	uint64_t borrow = 0, diff;
	size_t i;

	for (i = 0; i < SEQ_TIME_WORDS; i++) {
		diff = (uint64_t)x[i] - y[i] - borrow;
		x[i] = (uint32_t)diff;
		borrow = diff >> 63;
	}
	KASSERT(borrow == 0);
}

/* x /= d, 0 < d < 2^63, rounded down; is there a remainder? */
static bool
seq_time_wide_divide(uint32_t *x, uint64_t d)
{
	uint64_t rest = 0;
	size_t i;
	int bit;

	for (i = SEQ_TIME_WORDS; i-- > 0;) {
		uint32_t quotient = 0;

		for (bit = 31; bit >= 0; bit--) {
			rest = rest << 1 | (x[i] >> bit & 1);
			quotient <<= 1;
			if (rest >= d) {
				rest -= d;
				quotient |= 1;
			}
		}
		x[i] = quotient;
	}
	return rest != 0;
}

/*
 * Narrow numbers.
 */

static uint64_t
seq_time_gcd(uint64_t a, uint64_t b)
{
	uint64_t t;

	while (b != 0) {
		t = a % b;
		a = b;
		b = t;
	}
	return a;
}

static uint64_t
seq_time_add(uint64_t a, uint64_t b)
{

	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t
seq_time_multiply(uint64_t a, uint64_t b)
{

	if (b != 0 && a > UINT64_MAX / b)
		return UINT64_MAX;
	return a * b;
}

/* a * b / c rounded down, 0 <= a < c < 2^63: the product has up to 127 bits,
 * so it is made and divided bit by bit. */
static uint64_t
seq_time_scale(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t quotient = 0, rest = 0;
	int bit;

	for (bit = 63; bit >= 0; bit--) {
		quotient <<= 1;
		rest <<= 1;
		if (rest >= c) {
			rest -= c;
			quotient++;
		}
		if ((b >> bit & 1) == 0)
			continue;
		rest += a;
		if (rest >= c) {
			rest -= c;
			quotient++;
		}
	}
	return quotient;
}

/*
 * Tempo.
 */

static uint32_t
seq_time_clamp(int64_t value, uint32_t min, uint32_t max)
{

	if (value < (int64_t)min)
		return min;
	return value > (int64_t)max ? max : (uint32_t)value;
}

uint32_t
seq_time_clamp_timebase(int64_t timebase)
{

	return seq_time_clamp(timebase, SEQ_TIME_TIMEBASE_MIN,
	    SEQ_TIME_TIMEBASE_MAX);
}

uint32_t
seq_time_clamp_bpm(int64_t bpm)
{

	return seq_time_clamp(bpm, SEQ_TIME_BPM_MIN, SEQ_TIME_BPM_MAX);
}

uint32_t
seq_time_clamp_beat_us(int64_t beat_us)
{

	return seq_time_clamp(beat_us, SEQ_TIME_BEAT_MIN_US,
	    SEQ_TIME_BEAT_MAX_US);
}

uint32_t
seq_time_bpm(const struct seq_tempo *te)
{

	if (te->te_bpm != 0)
		return te->te_bpm;
	return (60000000 + te->te_beat_us / 2) / te->te_beat_us;
}

uint32_t
seq_time_beat_us(const struct seq_tempo *te)
{

	if (te->te_bpm == 0)
		return te->te_beat_us;
	return (60000000 + te->te_bpm / 2) / te->te_bpm;
}

static bool
seq_time_tempo_valid(const struct seq_tempo *te)
{

	if (te->te_timebase != seq_time_clamp_timebase(te->te_timebase))
		return false;
	if (te->te_bpm == 0)
		return te->te_beat_us ==
		    seq_time_clamp_beat_us(te->te_beat_us);
	return te->te_bpm == seq_time_clamp_bpm(te->te_bpm);
}

static uint64_t
seq_time_num(const struct seq_tempo *te)
{

	return te->te_bpm != 0 ? NS_PER_MINUTE : te->te_beat_us * NS_PER_US;
}

static uint32_t
seq_time_den(const struct seq_tempo *te)
{

	return te->te_bpm != 0 ? te->te_bpm * te->te_timebase :
	    te->te_timebase;
}

static bool
seq_time_tempo_equal(const struct seq_tempo *a, const struct seq_tempo *b)
{

	return a->te_timebase == b->te_timebase && a->te_bpm == b->te_bpm &&
	    (a->te_bpm != 0 || a->te_beat_us == b->te_beat_us);
}

/* whole = lcm(1..360) * bases, where bases is one timebase. */
static void
seq_time_one_base(struct seq_time *st, uint32_t timebase)
{

	memcpy(st->st_whole, seq_time_lcm, sizeof(st->st_whole));
	seq_time_wide_multiply(st->st_whole, timebase);
	st->st_bases = timebase;
}

/*
 * Make whole a multiple of this timebase's, and scale the fraction with it.
 */
static void
seq_time_add_base(struct seq_time *st, uint32_t timebase)
{
	uint32_t factor;

	if (seq_time_wide_is_zero(st->st_frac)) {
		seq_time_one_base(st, timebase);
		return;
	}
	factor = timebase / (uint32_t)seq_time_gcd(st->st_bases, timebase);
	if (st->st_bases <= BASES_MAX / factor) {
		seq_time_wide_multiply(st->st_whole, factor);
		seq_time_wide_multiply(st->st_frac, factor);
		st->st_bases *= factor;
		return;
	}
	/* Too many: round the fraction up to a count of 1 / lcm(1..360). */
	if (seq_time_wide_divide(st->st_frac, st->st_bases)) {
		uint32_t one[SEQ_TIME_WORDS] = { 1 };

		seq_time_wide_add(st->st_frac, one, 1);
	}
	seq_time_wide_multiply(st->st_frac, timebase);
	seq_time_one_base(st, timebase);
	if (seq_time_wide_compare(st->st_frac, st->st_whole) >= 0) {
		seq_time_wide_subtract(st->st_frac, st->st_whole);
		st->st_anchor_ns = seq_time_add(st->st_anchor_ns, 1);
	}
}

/* This tempo from the anchor on. */
static void
seq_time_adopt(struct seq_time *st, const struct seq_tempo *te)
{
	bool inexact;

	st->st_tempo = *te;
	st->st_num = seq_time_num(te);
	st->st_den = seq_time_den(te);
	seq_time_add_base(st, te->te_timebase);
	memcpy(st->st_unit, st->st_whole, sizeof(st->st_unit));
	inexact = seq_time_wide_divide(st->st_unit, st->st_den);
	KASSERT(!inexact);
	(void)inexact;
	KASSERT(seq_time_valid(st));
}

/*
 * The time of a division at or after the anchor, without st_early_ns; its
 * fraction is left in frac unless that is NULL.
 */
static uint64_t
seq_time_exact(const struct seq_time *st, uint64_t division, uint32_t *frac)
{
	uint64_t n, ns, rest;
	uint32_t sum[SEQ_TIME_WORDS];

	KASSERT(division >= st->st_anchor);
	/*
	 * n * num / den, with num = a * den + b and n = q * den + r, is
	 * n * a + q * b + r * b / den, and r * b < den^2 < 2^58.
	 */
	n = division - st->st_anchor;
	rest = (n % st->st_den) * (st->st_num % st->st_den);
	ns = seq_time_multiply(n, st->st_num / st->st_den);
	ns = seq_time_add(ns, seq_time_multiply(n / st->st_den,
	    st->st_num % st->st_den));
	ns = seq_time_add(ns, rest / st->st_den);
	ns = seq_time_add(ns, st->st_anchor_ns);
	rest %= st->st_den;

	if (frac == NULL && (rest == 0 || seq_time_wide_is_zero(st->st_frac)))
		return ns;
	memcpy(sum, st->st_frac, sizeof(sum));
	seq_time_wide_add(sum, st->st_unit, (uint32_t)rest);
	if (seq_time_wide_compare(sum, st->st_whole) >= 0) {
		seq_time_wide_subtract(sum, st->st_whole);
		ns = seq_time_add(ns, 1);
	}
	if (frac != NULL)
		memcpy(frac, sum, sizeof(sum));
	return ns;
}

/* As seq_time_ns(), of a timer that is never stopped. */
static uint64_t
seq_time_running_ns(const struct seq_time *st, uint64_t division)
{
	uint64_t ns;

	if (division < st->st_anchor)
		division = st->st_anchor;
	ns = seq_time_exact(st, division, NULL);
	if (ns == UINT64_MAX)
		return SEQ_TIME_NEVER;
	return ns > st->st_early_ns ? ns - st->st_early_ns : 0;
}

/* As seq_time_division(), of a timer that is never stopped. */
static uint64_t
seq_time_running_division(const struct seq_time *st, uint64_t now_ns)
{
	uint64_t division, elapsed, high, low, part;
	uint32_t by_bpm, by_base;

	elapsed = seq_time_add(now_ns, st->st_early_ns);
	if (elapsed <= st->st_anchor_ns)
		return st->st_anchor;
	elapsed -= st->st_anchor_ns;
	/*
	 * elapsed * den / num in steps that fit: the remainder by num is
	 * below 2^36, bpm below 2^9, timebase below 2^20.
	 */
	by_bpm = st->st_tempo.te_bpm != 0 ? st->st_tempo.te_bpm : 1;
	by_base = st->st_tempo.te_timebase;
	high = seq_time_multiply(elapsed / st->st_num, st->st_den);
	part = elapsed % st->st_num * by_bpm;
	low = part / st->st_num * by_base +
	    part % st->st_num * by_base / st->st_num;
	division = seq_time_add(st->st_anchor, seq_time_add(high, low));
	/*
	 * That is the last division not after now_ns exactly.  Rounding down
	 * can bring one more there, and not two: num >= den.
	 */
	if (division != UINT64_MAX &&
	    seq_time_running_ns(st, division + 1) <= now_ns)
		division++;
	return division;
}

void
seq_time_init(struct seq_time *st, const struct seq_tempo *te)
{

	KASSERT(seq_time_tempo_valid(te));
	memset(st, 0, sizeof(*st));
	seq_time_adopt(st, te);
}

bool
seq_time_valid(const struct seq_time *st)
{

	return seq_time_tempo_valid(&st->st_tempo) &&
	    st->st_num == seq_time_num(&st->st_tempo) &&
	    st->st_den == seq_time_den(&st->st_tempo) &&
	    st->st_num >= st->st_den &&
	    st->st_bases <= BASES_MAX &&
	    st->st_bases % st->st_tempo.te_timebase == 0 &&
	    (st->st_early_ns == 0 || st->st_anchor_ns == 0) &&
	    seq_time_wide_compare(st->st_frac, st->st_whole) < 0;
}

void
seq_time_start(struct seq_time *st, uint64_t now_ns)
{
	struct seq_tempo te = st->st_tempo;

	KASSERT(seq_time_valid(st));
	st->st_running = true;
	st->st_anchor = 0;
	st->st_anchor_ns = now_ns;
	st->st_early_ns = 0;
	memset(st->st_frac, 0, sizeof(st->st_frac));
	seq_time_adopt(st, &te);
}

void
seq_time_stop(struct seq_time *st, uint64_t now_ns)
{

	if (!st->st_running)
		return;
	st->st_running = false;
	st->st_stop_ns = now_ns;
}

void
seq_time_continue(struct seq_time *st, uint64_t now_ns)
{
	uint64_t pause_ns, use_ns;

	if (st->st_running)
		return;
	st->st_running = true;
	if (now_ns <= st->st_stop_ns)
		return;
	pause_ns = now_ns - st->st_stop_ns;
	use_ns = pause_ns < st->st_early_ns ? pause_ns : st->st_early_ns;
	st->st_early_ns -= use_ns;
	st->st_anchor_ns = seq_time_add(st->st_anchor_ns, pause_ns - use_ns);
	KASSERT(seq_time_valid(st));
}

void
seq_time_reset(struct seq_time *st, uint64_t now_ns)
{

	seq_time_locate(st, 0, now_ns);
}

void
seq_time_locate(struct seq_time *st, uint64_t division, uint64_t now_ns)
{
	bool running = st->st_running;

	seq_time_start(st, now_ns);
	st->st_anchor = division;
	if (!running)
		seq_time_stop(st, now_ns);
}

void
seq_time_change_at(struct seq_time *st, const struct seq_tempo *te,
    uint64_t division)
{

	KASSERT(seq_time_valid(st));
	KASSERT(seq_time_tempo_valid(te));
	if (seq_time_tempo_equal(&st->st_tempo, te))
		return;
	if (division > st->st_anchor) {
		st->st_anchor_ns = seq_time_exact(st, division, st->st_frac);
		st->st_anchor = division;
		if (st->st_anchor_ns == UINT64_MAX)
			st->st_early_ns = 0;
		if (st->st_anchor_ns >= st->st_early_ns) {
			st->st_anchor_ns -= st->st_early_ns;
			st->st_early_ns = 0;
		} else {
			st->st_early_ns -= st->st_anchor_ns;
			st->st_anchor_ns = 0;
		}
	}
	seq_time_adopt(st, te);
}

/*
 * The share of the present division that has gone by is
 *	y / num, y = (now - time of the division) * den,
 * and that share of a division of the new length is the distance of the new
 * anchor from now.  A division is at least 1 ns long.
 */
void
seq_time_change_now(struct seq_time *st, const struct seq_tempo *te,
    uint64_t now_ns)
{
	uint64_t division, gone, gone_ns, when_ns;

	KASSERT(seq_time_valid(st));
	KASSERT(seq_time_tempo_valid(te));
	if (seq_time_tempo_equal(&st->st_tempo, te))
		return;
	if (!st->st_running)
		now_ns = st->st_stop_ns;
	division = seq_time_running_division(st, now_ns);
	when_ns = seq_time_exact(st, division, NULL);
	gone_ns = seq_time_add(now_ns, st->st_early_ns);
	if (gone_ns <= when_ns) {
		/* It is that division's time, or the anchor is yet to come. */
		seq_time_change_at(st, te, division);
		return;
	}
	/* The next division is later than now, so less than one has gone. */
	gone = seq_time_multiply(gone_ns - when_ns, st->st_den);
	KASSERT(gone < st->st_num);
	gone_ns = seq_time_scale(gone, seq_time_num(te), st->st_num) /
	    seq_time_den(te);
	/* Rounding must not bring the next division here. */
	if (gone_ns >= seq_time_num(te) / seq_time_den(te))
		gone_ns = seq_time_num(te) / seq_time_den(te) - 1;

	st->st_anchor = division;
	st->st_anchor_ns = now_ns > gone_ns ? now_ns - gone_ns : 0;
	st->st_early_ns = gone_ns > now_ns ? gone_ns - now_ns : 0;
	memset(st->st_frac, 0, sizeof(st->st_frac));
	seq_time_adopt(st, te);
}

uint64_t
seq_time_ns(const struct seq_time *st, uint64_t division)
{

	KASSERT(seq_time_valid(st));
	if (!st->st_running &&
	    division > seq_time_running_division(st, st->st_stop_ns))
		return SEQ_TIME_NEVER;
	return seq_time_running_ns(st, division);
}

uint64_t
seq_time_part_ns(const struct seq_time *st, uint64_t division, uint32_t part,
    uint32_t parts)
{
	uint32_t frac[SEQ_TIME_WORDS], small[SEQ_TIME_WORDS];
	uint64_t ns, rest, whole;

	KASSERT(seq_time_valid(st));
	KASSERT(part < parts && parts <= SEQ_TIME_PARTS_MAX);
	if (part == 0 || division < st->st_anchor)
		return seq_time_ns(st, division);
	ns = seq_time_exact(st, division, frac);
	/* part * num < 2^46, parts * den < 2^39. */
	whole = (uint64_t)parts * st->st_den;
	rest = part * st->st_num;
	ns = seq_time_add(ns, rest / whole);
	rest %= whole;
	/*
	 * What is left of 1/whole's is no whole number of them in general;
	 * less than one does not make a sum reach the next nanosecond.
	 */
	memcpy(small, st->st_unit, sizeof(small));
	seq_time_wide_multiply(small, (uint32_t)(rest % parts));
	(void)seq_time_wide_divide(small, parts);
	seq_time_wide_add(frac, small, 1);
	seq_time_wide_add(frac, st->st_unit, (uint32_t)(rest / parts));
	if (seq_time_wide_compare(frac, st->st_whole) >= 0)
		ns = seq_time_add(ns, 1);

	if (ns == UINT64_MAX)
		return SEQ_TIME_NEVER;
	ns = ns > st->st_early_ns ? ns - st->st_early_ns : 0;
	return !st->st_running && ns > st->st_stop_ns ? SEQ_TIME_NEVER : ns;
}

uint64_t
seq_time_division(const struct seq_time *st, uint64_t now_ns)
{

	KASSERT(seq_time_valid(st));
	return seq_time_running_division(st,
	    st->st_running ? now_ns : st->st_stop_ns);
}
