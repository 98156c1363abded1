/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * b_midi_parse.c: how long the parser takes for a byte.
 *
 * One line per kind of stream: nanoseconds per byte of input, the median of
 * 15 measurements and the least.  The stream is parsed in portions of 256
 * bytes, as the driver does, and once in portions of 3, as programs that
 * write each message do.
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <dev/midi/midi_parse.h>

#define RUNS		15
#define STREAM_BYTES	(64 * 1024)
#define REPEATS		64
#define OUT_BYTES	MIDI_PARSE_OUT_MAX(256)

static uint8_t stream[STREAM_BYTES];
static volatile size_t sink;	/* keeps the output from being thrown away */

static double
now_ns(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		err(EXIT_FAILURE, "clock_gettime");
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static size_t
parse(struct midi_parse *mp, size_t n, size_t portion)
{
	uint8_t out[OUT_BYTES];
	size_t i, len, nout, total;

	total = 0;
	for (i = 0; i < n; i += len) {
		len = n - i < portion ? n - i : portion;
		len = midi_parse_run(mp, stream + i, len, out, sizeof(out),
		    &nout);
		total += nout + out[0];
	}
	return total;
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
measure(const char *name, size_t n, size_t portion)
{
	struct midi_parse mp;
	double begin, ns[RUNS];
	unsigned int i, j;

	for (i = 0; i < RUNS; i++) {
		midi_parse_init(&mp, 0);
		begin = now_ns();
		for (j = 0; j < REPEATS; j++)
			sink += parse(&mp, n, portion);
		ns[i] = (now_ns() - begin) / ((double)n * REPEATS);
	}
	qsort(ns, RUNS, sizeof(ns[0]), compare);
	printf("%-32s %4zu bytes at once: %6.2f ns/byte (least %.2f)\n", name,
	    portion, ns[RUNS / 2], ns[0]);
}

static void
measure_both(const char *name, size_t n)
{

	measure(name, n, 256);
	measure(name, n, 3);
}

/* Fill the stream with a pattern, as often as it fits whole. */
static size_t
fill(const uint8_t *pattern, size_t len)
{
	size_t n;

	for (n = 0; n + len <= STREAM_BYTES; n += len)
		memcpy(stream + n, pattern, len);
	return n;
}

int
main(void)
{
	static const uint8_t full[] = { 0x90, 0x3c, 0x40, 0x80, 0x3c, 0x40 };
	static const uint8_t running[] = { 0x3c, 0x40, 0x3c, 0x00 };
	static const uint8_t clocked[] = { 0x90, 0x3c, 0xf8, 0x40 };
	size_t i, n;

	n = fill(full, sizeof(full));
	measure_both("full status", n);
	n = fill(running, sizeof(running));
	/* The first message brings the status. */
	memmove(stream + 1, stream, n - 1);
	stream[0] = 0x90;
	measure_both("running status", n);
	for (i = 0; i < STREAM_BYTES; i++) {
		if (i % 4096 == 0)
			stream[i] = 0xf0;
		else
			stream[i] = i % 4096 == 4095 ? 0xf7 : i & 0x7f;
	}
	measure_both("System Exclusive, 4 KiB each", STREAM_BYTES);
	n = fill(clocked, sizeof(clocked));
	measure_both("real-time inside every message", n);
	return EXIT_SUCCESS;
}
