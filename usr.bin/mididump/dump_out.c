/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_out.c: what mididump(1) prints.
 *
 * A line has the time in seconds, where it was, and what.  Lines and members
 * that scripts know stay: new ones are added behind.
 */

#include <err.h>
#include <inttypes.h>
#include <string.h>

#include "dump_out.h"
#include "msgtext.h"

static const char *
dump_out_dir(unsigned dir)
{

	return dir == MIDICTL_IN ? "in" : dir == MIDICTL_OUT ? "out" : "-";
}

/* The beginning of a line. */
static void
dump_out_begin(const struct dump_out *out, const struct dump_place *at)
{
	FILE *f = out->stream;

	if (!out->no_times)
		fprintf(f, "%6" PRIu64 ".%06" PRIu64 " ",
		    at->time_ns / 1000000000, at->time_ns / 1000 % 1000000);
	if (at->port != -1)
		fprintf(f, "%2d %-3s ", at->port, dump_out_dir(at->dir));
	if (at->track != -1)
		fprintf(f, "%2d %6" PRIu64 " ", at->track, at->tick);
}

/* The beginning of an object. */
static void
dump_out_begin_json(const struct dump_out *out, const struct dump_place *at)
{
	FILE *f = out->stream;

	fputc('{', f);
	if (!out->no_times)
		fprintf(f, "\"time\":%" PRIu64 ".%09" PRIu64 ",",
		    at->time_ns / 1000000000, at->time_ns % 1000000000);
	if (at->port != -1)
		fprintf(f, "\"port\":%d,", at->port);
	if (at->dir != 0)
		fprintf(f, "\"direction\":\"%s\",", dump_out_dir(at->dir));
	if (at->track != -1)
		fprintf(f, "\"track\":%d,\"tick\":%" PRIu64 ",", at->track,
		    at->tick);
}

bool
dump_out_is_full(const struct dump_out *out)
{

	return out->left == 0;
}

/* Does it pass the filter? */
static bool
dump_out_wants(const struct dump_out *out, const uint8_t *bytes, size_t n)
{
	uint8_t passed[MIDI_MSG_MAX];

	if (midi_msg_is_sysex(bytes[0]))
		return (out->filter.fl_kinds & MIDI_KIND_SYSEX) != 0;
	/* To the kernel those that end notes are of their kind, too. */
	if ((bytes[0] & 0xf0) == MIDI_MSG_CONTROL &&
	    (out->filter.fl_kinds & MIDI_KIND_CONTROL) == 0)
		return false;
	return midi_filter_run(&out->filter, bytes, n, passed) != 0;
}

void
dump_out_message(struct dump_out *out, const struct dump_place *at,
    const uint8_t *bytes, size_t n, bool broken)
{
	FILE *f = out->stream;

	if (dump_out_is_full(out) ||
	    (broken ? out->no_broken : !dump_out_wants(out, bytes, n)))
		return;
	out->shown++;
	switch (out->form) {
	case DUMP_OUT_RAW:
		fwrite(bytes, 1, n, f);
		break;
	case DUMP_OUT_JSON:
		dump_out_begin_json(out, at);
		if (broken) {
			fputs("\"type\":\"broken\",", f);
			msgtext_json_bytes(bytes, n, f);
		} else
			msgtext_json(bytes, n, f);
		fputs("}\n", f);
		break;
	default:
		dump_out_begin(out, at);
		if (broken)
			fputs("broken ", f);
		if (broken || out->form == DUMP_OUT_HEX)
			msgtext_hex(bytes, n, f);
		else
			msgtext_words(bytes, n, f);
		fputc('\n', f);
		break;
	}
	/* A message in pieces is one. */
	if (out->left > 0 && (broken || !midi_msg_is_sysex(bytes[0]) ||
	    bytes[n - 1] == MIDI_MSG_SYSEX_END))
		out->left--;
}

FILE *
dump_out_open(struct dump_out *out, const struct dump_place *at,
    const char *what)
{

	if (out->form == DUMP_OUT_RAW || dump_out_is_full(out))
		return NULL;
	if (out->form == DUMP_OUT_JSON) {
		dump_out_begin_json(out, at);
		fprintf(out->stream, "\"type\":\"%s\"", what);
	} else {
		dump_out_begin(out, at);
		fputs(what, out->stream);
	}
	return out->stream;
}

void
dump_out_close(struct dump_out *out)
{

	fputs(out->form == DUMP_OUT_JSON ? "}\n" : "\n", out->stream);
}

void
dump_out_other(struct dump_out *out, const struct dump_place *at,
    const char *what, const char *member, const char *argument)
{
	FILE *f;

	f = dump_out_open(out, at, what);
	if (f == NULL)
		return;
	if (argument != NULL && out->form == DUMP_OUT_JSON) {
		fprintf(f, ",\"%s\":", member);
		msgtext_json_string(argument, strlen(argument), f);
	} else if (argument != NULL)
		fprintf(f, " %s", argument);
	dump_out_close(out);
}

void
dump_out_number(struct dump_out *out, const struct dump_place *at,
    const char *what, const char *member, long long number)
{
	FILE *f;

	f = dump_out_open(out, at, what);
	if (f == NULL)
		return;
	if (out->form == DUMP_OUT_JSON)
		fprintf(f, ",\"%s\":%lld", member, number);
	else
		fprintf(f, " %lld", number);
	dump_out_close(out);
}

void
dump_out_flush(struct dump_out *out)
{

	if (fflush(out->stream) != 0 || ferror(out->stream))
		err(1, "%s", out->name);
}
