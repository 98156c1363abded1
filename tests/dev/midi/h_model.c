/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_model.c: a model of the sequencer.  See h_model.h.
 */

#include <string.h>

#include <sys/midiio.h>

#include "h_model.h"
#include "h_scenario.h"

#define MINUTE_NS	60000000000ULL
#define BPM_MAX		360

/*
 * Big numbers.
 */

/* lcm(1..360), and each 1/bpm of it. */
static struct h_big whole_one, shares[BPM_MAX + 1];

static void
h_big_add(struct h_big *x, const struct h_big *y, uint32_t k)
{
	uint64_t carry = 0;
	int i;

	for (i = 0; i < H_BIG_WORDS; i++) {
		carry += (uint64_t)y->w[i] * k + x->w[i];
		x->w[i] = (uint32_t)carry;
		carry >>= 32;
	}
	SIM_CHECK_EQ(carry, 0);
}

static int
h_big_compare(const struct h_big *x, const struct h_big *y)
{
	int i;

	for (i = H_BIG_WORDS - 1; i >= 0; i--)
		if (x->w[i] != y->w[i])
			return x->w[i] < y->w[i] ? -1 : 1;
	return 0;
}

static void
h_big_subtract(struct h_big *x, const struct h_big *y)
{
	int64_t rest = 0;
	int i;

	for (i = 0; i < H_BIG_WORDS; i++) {
		rest += (int64_t)x->w[i] - y->w[i];
		x->w[i] = (uint32_t)rest;
		rest >>= 32;
	}
}

static uint32_t
h_big_divide(const struct h_big *x, uint32_t d, struct h_big *q)
{
	uint64_t rest = 0;
	int i;

	for (i = H_BIG_WORDS - 1; i >= 0; i--) {
		rest = rest << 32 | x->w[i];
		q->w[i] = (uint32_t)(rest / d);
		rest %= d;
	}
	return (uint32_t)rest;
}

/* Multiply by what is missing for each number to divide it. */
static void
h_big_init(void)
{
	struct h_big old, q;
	uint32_t d, g, n, rest;

	if (whole_one.w[0] != 0)
		return;
	memset(&whole_one, 0, sizeof(whole_one));
	whole_one.w[0] = 1;
	for (n = 2; n <= BPM_MAX; n++) {
		/* gcd(whole_one, n) */
		rest = h_big_divide(&whole_one, n, &q);
		for (g = n, d = rest; d != 0;) {
			rest = g % d;
			g = d;
			d = rest;
		}
		old = whole_one;
		memset(&whole_one, 0, sizeof(whole_one));
		h_big_add(&whole_one, &old, n / g);
	}
	for (n = 1; n <= BPM_MAX; n++)
		SIM_CHECK_EQ(h_big_divide(&whole_one, n, &shares[n]), 0);
}

/*
 * The timer.
 */

void
h_time_init(struct h_time *ti)
{

	h_big_init();
	memset(ti, 0, sizeof(*ti));
	ti->tempo.timebase = 100;
	ti->tempo.bpm = 60;
}

/* From t0 to a division, times the timebase. */
static unsigned __int128
h_time_exact(const struct h_time *ti, uint64_t div, struct h_big *frac)
{
	unsigned __int128 whole = ti->whole, n = div - ti->div;

	*frac = ti->frac;
	if (ti->tempo.bpm == 0)
		return whole + n * ti->tempo.us * 1000;
	n *= MINUTE_NS;
	h_big_add(frac, &shares[ti->tempo.bpm],
	    (uint32_t)(n % ti->tempo.bpm));
	if (h_big_compare(frac, &whole_one) >= 0) {
		h_big_subtract(frac, &whole_one);
		whole++;
	}
	return whole + n / ti->tempo.bpm;
}

/* Before the clock began, too. */
static int64_t
h_time_signed(const struct h_time *ti, uint64_t div)
{
	struct h_big frac;

	if (div < ti->div)
		div = ti->div;
	return ti->t0 +
	    (int64_t)(h_time_exact(ti, div, &frac) / ti->tempo.timebase);
}

uint64_t
h_time_ns(const struct h_time *ti, uint64_t div)
{
	const int64_t ns = h_time_signed(ti, div);

	return ns > 0 ? (uint64_t)ns : 0;
}

/* By halves: the last one whose time is not after now. */
static uint64_t
h_time_find(const struct h_time *ti, uint64_t now_ns)
{
	uint64_t low = ti->div, high, step = 1;

	while (h_time_ns(ti, low + step) <= now_ns) {
		low += step;
		step *= 2;
	}
	for (high = low + step; high - low > 1;) {
		step = (high - low) / 2;
		if (h_time_ns(ti, low + step) <= now_ns)
			low += step;
		else
			high = low + step;
	}
	return low;
}

uint64_t
h_time_division(const struct h_time *ti, uint64_t now_ns)
{

	return h_time_find(ti, ti->running ? now_ns : ti->stop_ns);
}

uint64_t
h_time_due(const struct h_time *ti, uint64_t div)
{

	if (!ti->running && div > h_time_find(ti, ti->stop_ns))
		return H_NEVER;
	return h_time_ns(ti, div);
}

void
h_time_start(struct h_time *ti, uint64_t now_ns)
{

	ti->running = true;
	ti->t0 = now_ns;
	ti->div = 0;
	ti->whole = 0;
	memset(&ti->frac, 0, sizeof(ti->frac));
}

void
h_time_stop(struct h_time *ti, uint64_t now_ns)
{

	if (ti->running)
		ti->stop_ns = now_ns;
	ti->running = false;
}

void
h_time_continue(struct h_time *ti, uint64_t now_ns)
{

	if (!ti->running && now_ns > ti->stop_ns)
		ti->t0 += now_ns - ti->stop_ns;
	ti->running = true;
}

void
h_time_reset(struct h_time *ti, uint64_t now_ns)
{
	const bool running = ti->running;

	h_time_start(ti, now_ns);
	if (!running)
		h_time_stop(ti, now_ns);
}

static bool
h_tempo_same(const struct h_tempo *a, const struct h_tempo *b)
{

	return a->timebase == b->timebase && a->bpm == b->bpm &&
	    (a->bpm != 0 || a->us == b->us);
}

void
h_time_at(struct h_time *ti, const struct h_tempo *te, uint64_t div)
{

	if (h_tempo_same(&ti->tempo, te))
		return;
	/* A sum with another timebase would not be exact. */
	SIM_CHECK_EQ(te->timebase, ti->tempo.timebase);
	if (div > ti->div) {
		ti->whole = h_time_exact(ti, div, &ti->frac);
		ti->div = div;
	}
	ti->tempo = *te;
}

/* The length of so many divisions, in ns times *den. */
static uint64_t
h_tempo_length(const struct h_tempo *te, uint64_t *den)
{

	*den = te->bpm != 0 ? (uint64_t)te->bpm * te->timebase : te->timebase;
	return te->bpm != 0 ? MINUTE_NS : te->us * 1000ULL;
}

void
h_time_now(struct h_time *ti, const struct h_tempo *te, uint64_t now_ns)
{
	unsigned __int128 gone;
	uint64_t den, div, len, newden, newlen, back_ns;

	if (h_tempo_same(&ti->tempo, te))
		return;
	if (!ti->running)
		now_ns = ti->stop_ns;
	div = h_time_find(ti, now_ns);
	if ((int64_t)now_ns <= h_time_signed(ti, div)) {
		h_time_at(ti, te, div);
		return;
	}
	/* The same share of the division has gone by in the new tempo; the
	 * moment is the clock's, in whole nanoseconds. */
	len = h_tempo_length(&ti->tempo, &den);
	newlen = h_tempo_length(te, &newden);
	gone = (unsigned __int128)((int64_t)now_ns - h_time_signed(ti, div)) *
	    den;
	if (gone > len)
		gone = len;
	back_ns = (uint64_t)(gone * newlen / ((unsigned __int128)len *
	    newden));
	if (back_ns >= newlen / newden)
		back_ns = newlen / newden - 1;
	ti->tempo = *te;
	ti->t0 = (int64_t)now_ns - (int64_t)back_ns;
	ti->div = div;
	ti->whole = 0;
	memset(&ti->frac, 0, sizeof(ti->frac));
}

/*
 * The queue.
 */

void
h_play_init(struct h_play *pl, void (*out)(const struct h_cmd *, uint64_t))
{

	h_time_init(&pl->time);
	pl->autostart = false;
	pl->cursor = pl->mark = pl->now = 0;
	pl->first = pl->end = 0;
	pl->out = out;
}

static uint32_t
h_play_clamp(uint32_t value, uint32_t min, uint32_t max)
{

	return value < min ? min : value > max ? max : value;
}

static void
h_play_cmd(struct h_play *pl, const struct h_cmd *cm, uint64_t due_ns)
{
	struct h_tempo te = pl->time.tempo;

	/* Nothing comes into force before it was written. */
	if (due_ns < cm->put_ns)
		due_ns = cm->put_ns;
	switch (cm->op) {
	case TMR_START:
		h_time_start(&pl->time, due_ns);
		break;
	case TMR_RESET:
		h_time_reset(&pl->time, due_ns);
		break;
	case TMR_STOP:
		h_time_stop(&pl->time, due_ns);
		break;
	case TMR_CONTINUE:
		h_time_continue(&pl->time, due_ns);
		break;
	case TMR_TEMPO:
		te.bpm = h_play_clamp(cm->arg, 8, 360);
		h_time_at(&pl->time, &te, cm->div);
		break;
	case TMR_USTEMPO:
		te.bpm = 0;
		te.us = h_play_clamp(cm->arg, 1000, 60000000);
		h_time_at(&pl->time, &te, cm->div);
		break;
	default:
		pl->out(cm, pl->now);
		break;
	}
}

void
h_play_run(struct h_play *pl, uint64_t until_ns)
{
	const struct h_cmd *cm;
	uint64_t due_ns;

	for (; pl->first < pl->end; pl->first++) {
		cm = &pl->queue[pl->first];
		due_ns = h_time_due(&pl->time, cm->div);
		if (due_ns > until_ns || due_ns == H_NEVER)
			break;
		if (pl->now < due_ns)
			pl->now = due_ns;
		h_play_cmd(pl, cm, due_ns);
	}
	if (until_ns != H_NEVER)
		pl->now = until_ns;
}

void
h_play_write(struct h_play *pl, const struct h_cmd *cm, uint64_t now_ns)
{
	struct h_cmd *to;

	h_play_run(pl, now_ns);
	if (pl->autostart)
		h_time_start(&pl->time, now_ns);
	pl->autostart = false;
	if (cm->op == TMR_WAIT_REL || cm->op == TMR_WAIT_ABS) {
		pl->mark = cm->op == TMR_WAIT_REL ? pl->mark + cm->arg :
		    cm->arg;
		if (pl->cursor < pl->mark)
			pl->cursor = pl->mark;
		return;
	}
	SIM_CHECK(pl->end < H_PLAY_MAX);
	to = &pl->queue[pl->end++];
	*to = *cm;
	to->div = pl->cursor;
	to->put_ns = now_ns;
	if (cm->op == TMR_START || cm->op == TMR_RESET)
		pl->cursor = pl->mark = 0;
	h_play_run(pl, now_ns);
}

void
h_play_timer(struct h_play *pl, unsigned op, uint64_t now_ns)
{
	const struct h_cmd cm = { .op = op };

	h_play_run(pl, now_ns);
	pl->autostart = false;
	h_play_cmd(pl, &cm, now_ns);
	if ((op == TMR_START || op == TMR_RESET) && pl->first == pl->end)
		pl->cursor = pl->mark = 0;
	h_play_run(pl, now_ns);
}

void
h_play_forget(struct h_play *pl)
{

	pl->first = pl->end = 0;
	pl->cursor = pl->mark = 0;
}
