/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * b_midi_parse.c: how long the parser takes for a byte.
 *
 * Each kind of stream is parsed in portions of 256 bytes, as a driver hands
 * them in, and of 3, as programs do that write each message.
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dev/midi/midi_parse.h>

#include "h_bench.h"

#define STREAM_BYTES	(64 * 1024)
#define SYSEX_BYTES	4096
#define REPEATS		16
#define OUT_BYTES	MIDI_PARSE_OUT_MAX(256)

static uint8_t stream[STREAM_BYTES];
static size_t stream_bytes;

static void
parse(struct midi_parse *mp, size_t portion)
{
	uint8_t out[OUT_BYTES];
	size_t i, len, nout;

	for (i = 0; i < stream_bytes; i += len) {
		len = stream_bytes - i;
		if (len > portion)
			len = portion;
		len = midi_parse_run(mp, stream + i, len, out, sizeof(out),
		    &nout);
		bench_use(out, nout);
	}
}

static double
run(void *arg)
{
	const size_t *portion = arg;
	struct midi_parse mp;
	unsigned int i;

	midi_parse_init(&mp, 0);
	for (i = 0; i < REPEATS; i++)
		parse(&mp, *portion);
	return (double)stream_bytes * REPEATS;
}

static void
measure(const char *name)
{
	static const size_t portions[] = { 256, 3 };
	size_t portion;
	struct bench b = { .b_run = run, .b_arg = &portion };
	struct bench_row row = { .br_unit = "byte", .br_ours = &b };
	char what[64];
	size_t i;

	for (i = 0; i < sizeof(portions) / sizeof(portions[0]); i++) {
		portion = portions[i];
		bench_measure(&b, 1);
		(void)snprintf(what, sizeof(what), "parse %s, by %zu", name,
		    portion);
		row.br_what = what;
		bench_print(&row);
	}
}

/* Fill the stream with a pattern, as often as it fits whole. */
static void
fill(const uint8_t *pattern, size_t len)
{

	for (stream_bytes = 0; stream_bytes + len <= sizeof(stream);
	    stream_bytes += len)
		memcpy(stream + stream_bytes, pattern, len);
}

int
main(void)
{
	static const uint8_t full[] = { 0x90, 0x3c, 0x40, 0x80, 0x3c, 0x40 };
	static const uint8_t running[] = { 0x3c, 0x40, 0x3c, 0x00 };
	static const uint8_t clocked[] = { 0x90, 0x3c, 0xf8, 0x40 };
	size_t i;

	fill(full, sizeof(full));
	measure("full status");
	fill(running, sizeof(running));
	/* The first message brings the status. */
	memmove(stream + 1, stream, stream_bytes - 1);
	stream[0] = 0x90;
	measure("running status");
	for (i = 0; i < sizeof(stream); i++) {
		if (i % SYSEX_BYTES == 0)
			stream[i] = 0xf0;
		else if (i % SYSEX_BYTES == SYSEX_BYTES - 1)
			stream[i] = 0xf7;
		else
			stream[i] = i & 0x7f;
	}
	stream_bytes = sizeof(stream);
	measure("SysEx of 4 KiB");
	fill(clocked, sizeof(clocked));
	measure("clock in each");
	return EXIT_SUCCESS;
}
