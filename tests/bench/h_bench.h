/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_bench.h: measure things beside one another, and print what came out.
 *
 * Measured is processor time of the thread.  All candidates of one group are
 * measured in turn, BENCH_RUNS times, so that whatever else the machine does
 * falls on all of them alike.  A figure is the median of those, beside the
 * least and the greatest.  A ratio is made of the measurements of one round,
 * and then is a figure like any other.
 */

#ifndef _TESTS_BENCH_H_BENCH_H_
#define _TESTS_BENCH_H_BENCH_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_RUNS	15

struct bench {
	/* One measurement: do what is measured, return how often. */
	double		(*b_run)(void *);
	void		*b_arg;
	/* Of each round: nanoseconds for one. */
	double		b_ns[BENCH_RUNS];
};

struct bench_figure {
	double		bf_median;
	double		bf_min;
	double		bf_max;
};

/* Measure n candidates, after a round that does not count. */
void	bench_measure(struct bench *, size_t);
struct bench_figure bench_figure(const struct bench *);
/* How many times as long as the second the first took. */
struct bench_figure bench_ratio(const struct bench *, const struct bench *);

/*
 * A row of the table.  With another candidate, how many times as fast ours
 * is.  The target is for that (at least), or without one for ours in
 * nanoseconds (at most).
 */
struct bench_row {
	const char	*br_what;	/* was measured */
	const char	*br_unit;	/* one of them */
	const struct bench *br_ours;
	const struct bench *br_other;	/* or NULL */
	double		br_target;	/* 0: there is none */
	const char	*br_note;	/* in its place, or NULL */
};

void	bench_print(const struct bench_row *);

/* What a measurement computed is wanted, as far as the compiler knows. */
void	bench_use(const void *, size_t);

#endif /* !_TESTS_BENCH_H_BENCH_H_ */
