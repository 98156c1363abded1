/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_bench.c: measure things beside one another, and print what came out.
 *
 * The columns are those whose heads bench.sh prints.
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "h_bench.h"

/* Of the thread's own time: what other programs take is not counted. */
static double
bench_now_ns(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts) != 0)
		err(EXIT_FAILURE, "clock_gettime");
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

void
bench_use(const void *bytes, size_t n)
{

	__asm__ volatile("" : : "r" (bytes), "r" (n) : "memory");
}

static double
bench_once(struct bench *b)
{
	double begin_ns, times;

	begin_ns = bench_now_ns();
	times = (*b->b_run)(b->b_arg);
	return (bench_now_ns() - begin_ns) / times;
}

void
bench_measure(struct bench *b, size_t n)
{
	unsigned int round;
	size_t i;

	for (i = 0; i < n; i++)
		(void)bench_once(&b[i]);
	for (round = 0; round < BENCH_RUNS; round++) {
		for (i = 0; i < n; i++)
			b[i].b_ns[round] = bench_once(&b[i]);
	}
}

static int
bench_compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static struct bench_figure
bench_sorted(double values[BENCH_RUNS])
{
	struct bench_figure bf;

	qsort(values, BENCH_RUNS, sizeof(values[0]), bench_compare);
	bf.bf_median = values[BENCH_RUNS / 2];
	bf.bf_min = values[0];
	bf.bf_max = values[BENCH_RUNS - 1];
	return bf;
}

struct bench_figure
bench_figure(const struct bench *b)
{
	double values[BENCH_RUNS];

	memcpy(values, b->b_ns, sizeof(values));
	return bench_sorted(values);
}

struct bench_figure
bench_ratio(const struct bench *a, const struct bench *b)
{
	double values[BENCH_RUNS];
	unsigned int i;

	for (i = 0; i < BENCH_RUNS; i++)
		values[i] = a->b_ns[i] / b->b_ns[i];
	return bench_sorted(values);
}

static void
bench_print_figure(struct bench_figure bf)
{
	char spread[32];
	int digits;

	digits = bf.bf_median < 100 ? 2 : 0;
	(void)snprintf(spread, sizeof(spread), "%.*f..%.*f", digits,
	    bf.bf_min, digits, bf.bf_max);
	(void)printf(" %7.*f %-13s", digits, bf.bf_median, spread);
}

void
bench_print(const struct bench_row *br)
{
	struct bench_figure bf;
	const char *sign;
	bool met;

	(void)printf("%-34s %-5s", br->br_what, br->br_unit);
	bf = bench_figure(br->br_ours);
	bench_print_figure(bf);
	sign = "<=";
	met = bf.bf_median <= br->br_target;
	if (br->br_other != NULL) {
		bench_print_figure(bench_figure(br->br_other));
		bf = bench_ratio(br->br_other, br->br_ours);
		bench_print_figure(bf);
		sign = ">=";
		met = bf.bf_median >= br->br_target;
	} else if (br->br_target != 0 || br->br_note != NULL)
		(void)printf("%44s", "");
	if (br->br_target != 0)
		(void)printf(" %s %g %s", sign, br->br_target,
		    met ? "met" : "MISSED");
	else if (br->br_note != NULL)
		(void)printf(" %s", br->br_note);
	(void)printf("\n");
	(void)fflush(stdout);
}
