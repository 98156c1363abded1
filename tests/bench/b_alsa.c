/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * b_alsa.c: the parser and the encoder beside alsa-lib's.
 *
 * What alsa-lib calls encoding makes events of bytes, as our parser makes a
 * canonical stream of them; what it calls decoding makes bytes of events, as
 * our encoder does of a canonical stream.  Both are what stands between a
 * wire and who has to look at messages.  "There and back" is the one behind
 * the other, as on the way through from one wire to another.
 *
 * Both get the same streams, of which they take and give as much at a time
 * as suits them: ours portions of 256 bytes, alsa-lib's events, with a buffer
 * that holds the longest message.  What our side makes is compared with the
 * stream before anything is measured, and so is what alsa-lib makes.
 *
 * The bytes of a SysEx event are one block of the program's memory, and
 * decoding it one memcpy(3) of that: nothing can be many times as fast.  The
 * work is done where the block is made, so the target is for that and for
 * both ways together.
 */

#include <alsa/asoundlib.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dev/midi/midi_encode.h>
#include <dev/midi/midi_parse.h>

#include "h_bench.h"

#define STREAM_BYTES	(64 * 1024)
#define SYSEX_BYTES	4096
#define CHUNK_BYTES	256
#define OUT_BYTES	MIDI_PARSE_OUT_MAX(CHUNK_BYTES)
#define REPEATS		16

#define TIMES_MESSAGES	3.0
#define TIMES_SYSEX	8.0

/* A stream, and both things that it becomes. */
struct stream {
	const char	*st_name;
	bool		st_running;	/* has running status */
	double		st_target;	/* times as fast; 0: none */
	size_t		st_bytes;
	uint8_t		st_wire[STREAM_BYTES];
	size_t		st_run_bytes;
	uint8_t		st_run[2 * STREAM_BYTES];
	size_t		st_nevents;
	snd_seq_event_t	st_events[STREAM_BYTES];
};

static struct stream stream;
static snd_midi_event_t *alsa;
static uint8_t wire[STREAM_BYTES + CHUNK_BYTES];

static unsigned int
encode_flags(void)
{

	return stream.st_running ? MIDI_ENCODE_RUNNING : 0;
}

/*
 * Ours.
 */

static size_t
our_parse(uint8_t *runs, bool keep)
{
	struct midi_parse mp;
	size_t i, n, nout, total;

	midi_parse_init(&mp, 0);
	for (i = total = 0; i < stream.st_bytes; i += n) {
		n = stream.st_bytes - i;
		if (n > CHUNK_BYTES)
			n = CHUNK_BYTES;
		n = midi_parse_run(&mp, stream.st_wire + i, n,
		    runs + (keep ? total : 0), OUT_BYTES, &nout);
		bench_use(runs, nout);
		total += nout;
	}
	return total;
}

static size_t
our_encode(uint8_t *out, bool keep)
{
	struct midi_encode me;
	size_t i, nout, total;

	midi_encode_init(&me, encode_flags());
	for (i = total = 0; i < stream.st_run_bytes; total += nout) {
		i += midi_encode_run(&me, stream.st_run + i,
		    stream.st_run_bytes - i, out + (keep ? total : 0),
		    CHUNK_BYTES, &nout);
		bench_use(out, nout);
	}
	return total;
}

static size_t
our_both(void)
{
	struct midi_parse mp;
	struct midi_encode me;
	uint8_t run[OUT_BYTES], out[OUT_BYTES];
	size_t i, n, nout, nrun, total;

	midi_parse_init(&mp, 0);
	midi_encode_init(&me, encode_flags());
	for (i = total = 0; i < stream.st_bytes; i += n) {
		n = stream.st_bytes - i;
		if (n > CHUNK_BYTES)
			n = CHUNK_BYTES;
		n = midi_parse_run(&mp, stream.st_wire + i, n, run,
		    sizeof(run), &nrun);
		(void)midi_encode_run(&me, run, nrun, out, sizeof(out),
		    &nout);
		bench_use(out, nout);
		total += nout;
	}
	return total;
}

/*
 * alsa-lib's.
 */

static size_t
alsa_parse(void)
{
	snd_seq_event_t ev;
	size_t i, events;
	long n;

	snd_midi_event_init(alsa);
	for (i = events = 0; i < stream.st_bytes; i += (size_t)n) {
		n = snd_midi_event_encode(alsa, stream.st_wire + i,
		    (long)(stream.st_bytes - i), &ev);
		if (n <= 0)
			errx(EXIT_FAILURE, "alsa-lib cannot encode");
		if (ev.type == SND_SEQ_EVENT_NONE)
			continue;
		bench_use(&ev, sizeof(ev));
		events++;
	}
	return events;
}

static size_t
alsa_encode(uint8_t *out, bool keep)
{
	size_t i, total;
	long n;

	snd_midi_event_init(alsa);
	snd_midi_event_no_status(alsa, !stream.st_running);
	for (i = total = 0; i < stream.st_nevents; i++) {
		n = snd_midi_event_decode(alsa, out + (keep ? total : 0),
		    SYSEX_BYTES, &stream.st_events[i]);
		if (n < 0)
			errx(EXIT_FAILURE, "alsa-lib cannot decode");
		bench_use(out, (size_t)n);
		total += (size_t)n;
	}
	return total;
}

static size_t
alsa_both(void)
{
	static uint8_t out[SYSEX_BYTES];
	snd_seq_event_t ev;
	size_t i, total;
	long n;

	snd_midi_event_init(alsa);
	snd_midi_event_no_status(alsa, !stream.st_running);
	for (i = total = 0; i < stream.st_bytes; i += (size_t)n) {
		n = snd_midi_event_encode(alsa, stream.st_wire + i,
		    (long)(stream.st_bytes - i), &ev);
		if (n <= 0)
			errx(EXIT_FAILURE, "alsa-lib cannot encode");
		if (ev.type == SND_SEQ_EVENT_NONE)
			continue;
		total += (size_t)snd_midi_event_decode(alsa, out, sizeof(out),
		    &ev);
		bench_use(out, sizeof(out));
	}
	return total;
}

/* The events of the stream, with memory of their own. */
static void
alsa_collect(void)
{
	snd_seq_event_t *ev;
	size_t i;
	long n;
	void *copy;

	snd_midi_event_init(alsa);
	stream.st_nevents = 0;
	for (i = 0; i < stream.st_bytes; i += (size_t)n) {
		ev = &stream.st_events[stream.st_nevents];
		n = snd_midi_event_encode(alsa, stream.st_wire + i,
		    (long)(stream.st_bytes - i), ev);
		if (n <= 0)
			errx(EXIT_FAILURE, "alsa-lib cannot encode");
		if (ev->type == SND_SEQ_EVENT_NONE)
			continue;
		if (ev->type == SND_SEQ_EVENT_SYSEX) {
			copy = malloc(ev->data.ext.len);
			if (copy == NULL)
				err(EXIT_FAILURE, "malloc");
			memcpy(copy, ev->data.ext.ptr, ev->data.ext.len);
			ev->data.ext.ptr = copy;
		}
		stream.st_nevents++;
	}
}

static void
alsa_release(void)
{
	size_t i;

	for (i = 0; i < stream.st_nevents; i++) {
		if (stream.st_events[i].type == SND_SEQ_EVENT_SYSEX)
			free(stream.st_events[i].data.ext.ptr);
	}
}

/*
 * Measuring.
 */

enum way { PARSE, ENCODE, BOTH };

static double
run_ours(void *arg)
{
	static uint8_t runs[OUT_BYTES];
	unsigned int i;

	for (i = 0; i < REPEATS; i++) {
		switch (*(const enum way *)arg) {
		case PARSE:
			(void)our_parse(runs, false);
			break;
		case ENCODE:
			(void)our_encode(wire, false);
			break;
		case BOTH:
			(void)our_both();
			break;
		}
	}
	return (double)stream.st_bytes * REPEATS;
}

static double
run_alsa(void *arg)
{
	unsigned int i;

	for (i = 0; i < REPEATS; i++) {
		switch (*(const enum way *)arg) {
		case PARSE:
			(void)alsa_parse();
			break;
		case ENCODE:
			(void)alsa_encode(wire, false);
			break;
		case BOTH:
			(void)alsa_both();
			break;
		}
	}
	return (double)stream.st_bytes * REPEATS;
}

static void
measure(enum way way, const char *what)
{
	struct bench b[] = {
		{ .b_run = run_ours, .b_arg = &way },
		{ .b_run = run_alsa, .b_arg = &way },
	};
	struct bench_row row = {
		.br_unit = "byte",
		.br_ours = &b[0],
		.br_other = &b[1],
		.br_target = stream.st_target,
	};
	char name[64];

	bench_measure(b, 2);
	(void)snprintf(name, sizeof(name), "%s, %s", stream.st_name, what);
	row.br_what = name;
	if (way == ENCODE && stream.st_target == TIMES_SYSEX) {
		row.br_target = 0;
		row.br_note = "(alsa-lib: a memcpy)";
	}
	bench_print(&row);
}

/*
 * The streams.
 */

static void
check(const char *who, size_t n)
{

	if (n != stream.st_bytes || memcmp(wire, stream.st_wire, n) != 0)
		errx(EXIT_FAILURE, "%s: %s makes something else of it",
		    stream.st_name, who);
}

/* Real-time bytes come out ahead of the message that they stood in, so that
 * such a stream does not come back as it was: exact is false. */
static void
measure_all(bool exact)
{

	stream.st_run_bytes = our_parse(stream.st_run, true);
	alsa_collect();
	if (exact) {
		check("bsdmidi", our_encode(wire, true));
		check("alsa-lib", alsa_encode(wire, true));
	}
	measure(PARSE, "bytes to messages");
	measure(ENCODE, "messages to bytes");
	measure(BOTH, "there and back");
	alsa_release();
}

/* Fill the stream with a pattern, as often as it fits whole. */
static void
fill(const uint8_t *pattern, size_t len)
{
	size_t n;

	for (n = 0; n + len <= sizeof(stream.st_wire); n += len)
		memcpy(stream.st_wire + n, pattern, len);
	stream.st_bytes = n;
}

static void
measure_full(void)
{
	static const uint8_t notes[] = { 0x90, 0x3c, 0x40, 0x80, 0x3c, 0x40 };

	stream.st_name = "full status";
	stream.st_running = false;
	stream.st_target = TIMES_MESSAGES;
	fill(notes, sizeof(notes));
	measure_all(true);
}

/* Controllers: what alsa-lib does not change on the way. */
static void
measure_running(void)
{
	static const uint8_t values[] = { 0x07, 0x40, 0x07, 0x41 };

	stream.st_name = "running status";
	stream.st_running = true;
	stream.st_target = TIMES_MESSAGES;
	fill(values, sizeof(values));
	/* The first message brings the status. */
	memmove(stream.st_wire + 1, stream.st_wire, stream.st_bytes - 1);
	stream.st_wire[0] = 0xb0;
	stream.st_bytes--;
	measure_all(true);
}

static void
measure_sysex(void)
{
	uint8_t message[SYSEX_BYTES];
	size_t i;

	for (i = 0; i < sizeof(message); i++)
		message[i] = i & 0x7f;
	message[0] = 0xf0;
	message[sizeof(message) - 1] = 0xf7;
	stream.st_name = "SysEx of 4 KiB";
	stream.st_running = false;
	stream.st_target = TIMES_SYSEX;
	fill(message, sizeof(message));
	measure_all(true);
}

static void
measure_clocked(void)
{
	static const uint8_t notes[] = {
		0x90, 0x3c, 0xf8, 0x40, 0x80, 0xf8, 0x3c, 0x40
	};

	stream.st_name = "clock in each";
	stream.st_running = false;
	stream.st_target = 0;
	fill(notes, sizeof(notes));
	measure_all(false);
}

int
main(void)
{

	if (snd_midi_event_new(SYSEX_BYTES, &alsa) < 0)
		errx(EXIT_FAILURE, "snd_midi_event_new");
	measure_full();
	measure_running();
	measure_sysex();
	measure_clocked();
	snd_midi_event_free(alsa);
	return EXIT_SUCCESS;
}
