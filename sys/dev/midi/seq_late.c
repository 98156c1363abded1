/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_late.c: how late events were.
 *
 * Lateness ranges from nothing to seconds and is asked for by percentile, so
 * the bins grow with the value: below SEQ_LATE_STEPS ns one for each, above
 * SEQ_LATE_STEPS for each power of two.  Pure; the caller locks.
 */

#include <dev/midi/seq_late.h>

void
seq_late_init(struct seq_late *sl)
{

	memset(sl, 0, sizeof(*sl));
}

/* The power of two at or below a value that is not 0. */
static unsigned int
seq_late_log2(uint64_t v)
{
	unsigned int n, step;

	for (n = 0, step = 32; step != 0; step /= 2) {
		if (v >> step != 0) {
			v >>= step;
			n += step;
		}
	}
	return n;
}

static unsigned int
seq_late_bin(uint64_t late_ns)
{
	unsigned int shift;

	if (late_ns < SEQ_LATE_STEPS)
		return (unsigned int)late_ns;
	shift = seq_late_log2(late_ns) - 4;
	return (shift + 1) * SEQ_LATE_STEPS +
	    (unsigned int)((late_ns >> shift) - SEQ_LATE_STEPS);
}

/* The greatest value of a bin. */
static uint64_t
seq_late_top(unsigned int bin)
{
	unsigned int shift;

	if (bin < SEQ_LATE_STEPS)
		return bin;
	shift = bin / SEQ_LATE_STEPS - 1;
	return (((uint64_t)(bin % SEQ_LATE_STEPS + SEQ_LATE_STEPS + 1)) <<
	    shift) - 1;
}

void
seq_late_add(struct seq_late *sl, uint64_t late_ns)
{
	uint32_t *bin = &sl->sl_bins[seq_late_bin(late_ns)];

	if (*bin != UINT32_MAX)
		(*bin)++;
	sl->sl_count++;
	if (late_ns > sl->sl_max_ns)
		sl->sl_max_ns = late_ns;
}

uint64_t
seq_late_permille(const struct seq_late *sl, unsigned int permille)
{
	uint64_t want, seen = 0, top;
	unsigned int i;

	KASSERT(permille <= 1000);
	want = sl->sl_count / 1000 * permille +
	    (sl->sl_count % 1000 * permille + 999) / 1000;
	for (i = 0; i < SEQ_LATE_BINS && seen < want; i++)
		seen += sl->sl_bins[i];
	if (i == 0)
		return 0;
	top = seq_late_top(i - 1);
	return top < sl->sl_max_ns ? top : sl->sl_max_ns;
}
