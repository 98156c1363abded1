/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * b_receive.c: the whole way of received bytes, from the call by which
 * hardware hands them in to the reader's memory, on the kernel of the process
 * host: the FIFO with its stamps, the soft interrupt, the parser, the
 * reader's box, read(2).
 *
 * One thread does it all, as the one that reads a line does in midihost(8)
 * up to the box (HOSTED_MIDI_DIRECT).  A reader that sleeps costs the
 * machine's time to wake a thread beside it, which has nothing to do with
 * MIDI and is not measured here.
 *
 * Everything that went in is looked at when it has come out, once before
 * anything is measured, and counted each time.
 */

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>

#include "h_bench.h"

#define STREAM_BYTES	(48 * 1024)
#define SYSEX_BYTES	4096
#define READ_BYTES	1024
#define BULK_BYTES	256
#define NOTE_BYTES	3
/* What the whole way may take in bulk. */
#define TARGET_NS	6.0

static struct {
	struct hosted_midi *hw;
	struct hosted_file *file;
	size_t		portion;
	size_t		nin;
	size_t		nout;
	uint8_t		in[STREAM_BYTES];	/* what hardware sends */
	uint8_t		out[2 * STREAM_BYTES];	/* what readers get */
} b_receive;

/*
 * The hardware.
 */

static int
hw_open(void *cookie, int flags)
{

	(void)cookie;
	(void)flags;
	return 0;
}

static void
hw_close(void *cookie)
{

	(void)cookie;
}

static int
hw_output(void *cookie, const unsigned char *bytes, int n)
{

	(void)cookie;
	(void)bytes;
	return n;
}

static const struct hosted_midi_ops hw_ops = {
	.hm_open = hw_open,
	.hm_close = hw_close,
	.hm_output = hw_output,
};

/* The kernel tells what it attaches; this is no place for it. */
static void
quiet(const char *text, int panic)
{

	if (panic)
		(void)fputs(text, stderr);
}

/*
 * Measuring.
 */

/* What can be read now, into memory of READ_BYTES; its length. */
static size_t
receive(uint8_t *buf)
{
	unsigned long done;
	int error;

	error = hosted_read(b_receive.file, buf, READ_BYTES, 1, &done);
	if (error != 0 && error != EWOULDBLOCK)
		errx(EXIT_FAILURE, "read: %s", strerror(error));
	return done;
}

/* All of the stream once, and check what comes out, or only how much. */
static void
pass(bool check)
{
	uint8_t buf[READ_BYTES];
	size_t done, i, n, got;

	for (i = got = 0; i < b_receive.nin; i += n) {
		n = b_receive.nin - i;
		if (n > b_receive.portion)
			n = b_receive.portion;
		if (hosted_midi_input(b_receive.hw, b_receive.in + i,
		    (int)n) != (int)n)
			errx(EXIT_FAILURE, "input was refused");
		done = receive(buf);
		if (check && (got + done > b_receive.nout ||
		    memcmp(buf, b_receive.out + got, done) != 0))
			errx(EXIT_FAILURE, "received what was not sent");
		bench_use(buf, done);
		got += done;
	}
	if (got != b_receive.nout)
		errx(EXIT_FAILURE, "%zu bytes are missing",
		    b_receive.nout - got);
}

static double
run(void *arg)
{

	(void)arg;
	pass(false);
	return (double)b_receive.nin;
}

static void
measure(const char *name, size_t portion, double target)
{
	struct bench b = { .b_run = run };
	struct bench_row row = {
		.br_unit = "byte", .br_ours = &b, .br_target = target,
	};
	char what[64];

	b_receive.portion = portion;
	pass(true);
	bench_measure(&b, 1);
	(void)snprintf(what, sizeof(what), "receive %s, by %zu", name, portion);
	row.br_what = what;
	bench_print(&row);
}

/*
 * The streams.
 */

static void
make_notes(void)
{
	size_t i;

	b_receive.nin = b_receive.nout = STREAM_BYTES;
	for (i = 0; i < STREAM_BYTES; i++) {
		if (i % 3 == 0)
			b_receive.in[i] = i % 2 == 0 ? 0x90 : 0x80;
		else
			b_receive.in[i] = 0x40;
	}
	memcpy(b_receive.out, b_receive.in, STREAM_BYTES);
}

static void
make_running(void)
{
	size_t i;

	b_receive.in[0] = 0x90;
	for (i = 1; i < STREAM_BYTES - 1; i++)
		b_receive.in[i] = 0x40;
	b_receive.nin = STREAM_BYTES - 1;
	b_receive.nout = 0;
	for (i = 1; i < b_receive.nin; i += 2) {
		b_receive.out[b_receive.nout++] = 0x90;
		b_receive.out[b_receive.nout++] = 0x40;
		b_receive.out[b_receive.nout++] = 0x40;
	}
}

static void
make_sysex(void)
{
	size_t i;

	b_receive.nin = b_receive.nout = STREAM_BYTES;
	for (i = 0; i < STREAM_BYTES; i++) {
		if (i % SYSEX_BYTES == 0)
			b_receive.in[i] = 0xf0;
		else if (i % SYSEX_BYTES == SYSEX_BYTES - 1)
			b_receive.in[i] = 0xf7;
		else
			b_receive.in[i] = i & 0x7f;
	}
	memcpy(b_receive.out, b_receive.in, STREAM_BYTES);
}

static void
measure_all(void)
{

	make_notes();
	measure("full status", BULK_BYTES, TARGET_NS);
	measure("full status", NOTE_BYTES, 0);
	make_running();
	measure("running status", BULK_BYTES, TARGET_NS);
	make_sysex();
	measure("SysEx of 4 KiB", BULK_BYTES, TARGET_NS);
}

static int
b_receive_main(void *arg)
{
	char node[16];
	int error, unit;

	(void)arg;
	user_log_set(quiet);
	error = hosted_boot();
	if (error == 0)
		error = hosted_midi_attach("bench",
		    HOSTED_MIDI_IN | HOSTED_MIDI_DIRECT, &hw_ops, NULL,
		    &b_receive.hw, &unit);
	if (error != 0)
		errx(EXIT_FAILURE, "boot: %s", strerror(error));
	(void)snprintf(node, sizeof(node), "rmidi%d", unit);
	error = hosted_open(node, HOSTED_READ, &b_receive.file);
	if (error != 0)
		errx(EXIT_FAILURE, "%s: %s", node, strerror(error));
	measure_all();
	hosted_close(b_receive.file);
	hosted_midi_detach(b_receive.hw);
	if (hosted_shutdown() != 0)
		errx(EXIT_FAILURE, "shutdown: something is left");
	return EXIT_SUCCESS;
}

int
main(void)
{

	return user_run(b_receive_main, NULL) == EXIT_SUCCESS ?
	    EXIT_SUCCESS : EXIT_FAILURE;
}
