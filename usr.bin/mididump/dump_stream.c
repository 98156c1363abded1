/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_stream.c: a stream of bytes as messages and what is none.
 *
 * The kernel's parser says what is a message.  It is fed byte by byte, so
 * that bytes that it discards can be shown: they are the last ones that came.
 *
 * Pure: no input or output; the sink takes what is found.
 */

#include "dump_stream.h"

void
dump_stream_init(struct dump_stream *ds, dump_stream_sink *sink, void *arg)
{

	ds->sink = sink;
	ds->arg = arg;
	ds->nwaiting = ds->used = 0;
	midi_parse_init(&ds->parse, MIDI_PARSE_ASENSE | MIDI_PARSE_HIDDEN);
}

/* A piece of System Exclusive: keep it until the message is whole. */
static void
dump_stream_sysex(struct dump_stream *ds, const uint8_t *unit, size_t n)
{

	if (ds->used + n > sizeof(ds->sysex)) {
		ds->sink(ds->arg, ds->sysex, ds->used, false);
		ds->used = 0;
	}
	memcpy(ds->sysex + ds->used, unit, n);
	ds->used += n;
	if (unit[n - 1] == MIDI_MSG_SYSEX_END) {
		ds->sink(ds->arg, ds->sysex, ds->used, false);
		ds->used = 0;
	}
}

static void
dump_stream_run(struct dump_stream *ds, const uint8_t *run, size_t n)
{
	size_t i, len;

	for (i = 0; i < n; i += len) {
		len = midi_msg_unit(run + i, n - i);
		if (len == 0)
			break;
		if (midi_msg_is_sysex(run[i]))
			dump_stream_sysex(ds, run + i, len);
		else
			ds->sink(ds->arg, run + i, len, false);
	}
}

/* The parser has discarded the first n of what waits. */
static void
dump_stream_broken(struct dump_stream *ds, size_t n)
{

	if (n > ds->nwaiting)
		n = ds->nwaiting;
	if (n == 0)
		return;
	ds->sink(ds->arg, ds->waiting, n, true);
	ds->nwaiting -= n;
	memmove(ds->waiting, ds->waiting + n, ds->nwaiting);
}

/* How many bytes wait in the parser. */
static size_t
dump_stream_held(const struct dump_stream *ds)
{
	const struct midi_parse *mp = &ds->parse;

	if (midi_parse_in_sysex(mp))
		return mp->mp_held;
	return mp->mp_held + (mp->mp_begun ? 1 : 0);
}

static void
dump_stream_byte(struct dump_stream *ds, uint8_t byte)
{
	uint8_t run[MIDI_PARSE_OUT_MIN];
	const uint64_t before = ds->parse.mp_discarded_bytes;
	size_t held, n;

	(void)midi_parse_run(&ds->parse, &byte, 1, run, sizeof(run), &n);
	if (midi_msg_is_realtime(byte)) {
		if (n == 0)
			ds->sink(ds->arg, &byte, 1, true);
		dump_stream_run(ds, run, n);
		return;
	}
	ds->waiting[ds->nwaiting++] = byte;
	dump_stream_broken(ds, ds->parse.mp_discarded_bytes - before);
	dump_stream_run(ds, run, n);
	held = dump_stream_held(ds);
	if (ds->nwaiting > held) {
		memmove(ds->waiting, ds->waiting + ds->nwaiting - held, held);
		ds->nwaiting = held;
	}
}

void
dump_stream_put(struct dump_stream *ds, const uint8_t *bytes, size_t n)
{

	for (; n != 0; n--, bytes++)
		dump_stream_byte(ds, *bytes);
}

void
dump_stream_end(struct dump_stream *ds)
{

	if (!midi_parse_in_sysex(&ds->parse)) {
		dump_stream_broken(ds, ds->nwaiting);
	} else if (ds->nwaiting != 0) {
		dump_stream_sysex(ds, ds->waiting, ds->nwaiting);
	}
	/* What came of a message, without an end that did not. */
	if (ds->used != 0)
		ds->sink(ds->arg, ds->sysex, ds->used, false);
	dump_stream_init(ds, ds->sink, ds->arg);
}
