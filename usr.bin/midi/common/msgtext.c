/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * msgtext.c: MIDI messages as text.
 *
 * One table says what a message is called and what its data are; the words
 * for people and the members for JSON both come from it.  Names that have
 * been given out to scripts stay.
 */

#include <ctype.h>
#include <string.h>

#include <dev/midi/midi_msg.h>

#include "msgtext.h"

/* What the data bytes are. */
enum msgtext_data {
	MSGTEXT_NONE,
	MSGTEXT_ONE,		/* a number */
	MSGTEXT_TWO,		/* two numbers */
	MSGTEXT_14,		/* one number of 14 bits */
	MSGTEXT_BEND,		/* the same, 0 in the middle */
	MSGTEXT_FRAME,		/* 3 bits of piece, 4 of value */
	MSGTEXT_SYSEX
};

struct msgtext_kind {
	const char	*name;
	enum msgtext_data data;
	const char	*words[2];	/* what the numbers are called */
	const char	*members[2];
};

static const struct msgtext_kind msgtext_channels[] = {
	{ "note-off", MSGTEXT_TWO, { "key", "vel" }, { "key", "velocity" } },
	{ "note-on", MSGTEXT_TWO, { "key", "vel" }, { "key", "velocity" } },
	{ "key-pressure", MSGTEXT_TWO, { "key", "val" }, { "key", "value" } },
	{ "control", MSGTEXT_TWO, { "ctl", "val" },
	    { "controller", "value" } },
	{ "program", MSGTEXT_ONE, { "pgm" }, { "program" } },
	{ "pressure", MSGTEXT_ONE, { "val" }, { "value" } },
	{ "bend", MSGTEXT_BEND, { "val" }, { "value" } },
};

static const struct msgtext_kind msgtext_systems[16] = {
	[0x0] = { .name = "sysex", .data = MSGTEXT_SYSEX },
	[0x1] = { "quarter-frame", MSGTEXT_FRAME, { "piece", "val" },
	    { "piece", "value" } },
	[0x2] = { "song-position", MSGTEXT_14, { "val" }, { "value" } },
	[0x3] = { "song-select", MSGTEXT_ONE, { "song" }, { "song" } },
	[0x6] = { .name = "tune-request" },
	[0x7] = { .name = "sysex", .data = MSGTEXT_SYSEX },
	[0x8] = { .name = "clock" },
	[0xa] = { .name = "start" },
	[0xb] = { .name = "continue" },
	[0xc] = { .name = "stop" },
	[0xe] = { .name = "sense" },
	[0xf] = { .name = "reset" },
};

static const struct msgtext_kind msgtext_unknown = { .name = "undefined" };

/* The controllers that MIDI names. */
static const char *const msgtext_controls[128] = {
	[0] = "bank", [1] = "modulation", [2] = "breath", [4] = "foot",
	[5] = "portamento-time", [6] = "data-entry", [7] = "volume",
	[8] = "balance", [10] = "pan", [11] = "expression",
	[32] = "bank-fine", [33] = "modulation-fine", [38] = "data-entry-fine",
	[39] = "volume-fine", [42] = "pan-fine", [43] = "expression-fine",
	[64] = "hold", [65] = "portamento", [66] = "sostenuto", [67] = "soft",
	[68] = "legato", [69] = "hold-2", [71] = "resonance",
	[72] = "release", [73] = "attack", [74] = "brightness",
	[84] = "portamento-control", [91] = "reverb", [92] = "tremolo",
	[93] = "chorus", [94] = "detune", [95] = "phaser",
	[96] = "data-increment", [97] = "data-decrement",
	[98] = "nrpn-fine", [99] = "nrpn", [100] = "rpn-fine", [101] = "rpn",
	[120] = "all-sound-off", [121] = "reset-controllers",
	[122] = "local-control", [123] = "all-notes-off", [124] = "omni-off",
	[125] = "omni-on", [126] = "mono", [127] = "poly",
};

static const struct msgtext_kind *
msgtext_kind(uint8_t status)
{
	const struct msgtext_kind *mk;

	if (status < MIDI_MSG_NOTE_OFF)
		return &msgtext_systems[0];	/* of System Exclusive */
	if (midi_msg_is_channel(status))
		return &msgtext_channels[(status >> 4) - 8];
	mk = &msgtext_systems[status & 0x0f];
	return mk->name != NULL ? mk : &msgtext_unknown;
}

/* The numbers in the message; how many. */
static unsigned
msgtext_values(const struct msgtext_kind *mk, const uint8_t *msg, size_t n,
    int values[2])
{

	if (mk->data == MSGTEXT_NONE || mk->data == MSGTEXT_SYSEX ||
	    n < midi_msg_length(msg[0]))
		return 0;
	values[0] = msg[1];
	switch (mk->data) {
	case MSGTEXT_TWO:
		values[1] = msg[2];
		return 2;
	case MSGTEXT_FRAME:
		values[0] = msg[1] >> 4;
		values[1] = msg[1] & 0x0f;
		return 2;
	case MSGTEXT_BEND:
	case MSGTEXT_14:
		values[0] = msg[1] | msg[2] << 7;
		if (mk->data == MSGTEXT_BEND)
			values[0] -= 8192;
		return 1;
	default:
		return 1;
	}
}

void
msgtext_hex(const uint8_t *bytes, size_t n, FILE *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		fprintf(out, "%s%02x", i != 0 ? " " : "", bytes[i]);
}

/* Middle C, key 60, is C4. */
static void
msgtext_key(uint8_t key, FILE *out)
{
	static const char names[12][3] = {
		"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#",
		"B"
	};

	fprintf(out, " %s%d", names[key % 12], key / 12 - 1);
}

void
msgtext_words(const uint8_t *msg, size_t n, FILE *out)
{
	const struct msgtext_kind *mk = msgtext_kind(msg[0]);
	int values[2];
	unsigned count, i;

	fputs(mk->name, out);
	if (mk->data == MSGTEXT_SYSEX || mk == &msgtext_unknown) {
		fputc(' ', out);
		msgtext_hex(msg, n, out);
		return;
	}
	if (midi_msg_is_channel(msg[0]))
		fprintf(out, " ch %d", msg[0] & 0x0f);
	count = msgtext_values(mk, msg, n, values);
	for (i = 0; i < count; i++)
		fprintf(out, " %s %d", mk->words[i], values[i]);
	if (count != 0 && msg[0] < MIDI_MSG_CONTROL)
		msgtext_key(msg[1], out);
	else if (count != 0 && (msg[0] & 0xf0) == MIDI_MSG_CONTROL &&
	    msgtext_controls[msg[1]] != NULL)
		fprintf(out, " %s", msgtext_controls[msg[1]]);
}

void
msgtext_json_bytes(const uint8_t *bytes, size_t n, FILE *out)
{
	size_t i;

	fputs("\"bytes\":[", out);
	for (i = 0; i < n; i++)
		fprintf(out, "%s%d", i != 0 ? "," : "", bytes[i]);
	fputc(']', out);
}

void
msgtext_json(const uint8_t *msg, size_t n, FILE *out)
{
	const struct msgtext_kind *mk = msgtext_kind(msg[0]);
	int values[2];
	unsigned count, i;

	fprintf(out, "\"type\":\"%s\",", mk->name);
	if (midi_msg_is_channel(msg[0]))
		fprintf(out, "\"channel\":%d,", msg[0] & 0x0f);
	count = msgtext_values(mk, msg, n, values);
	for (i = 0; i < count; i++)
		fprintf(out, "\"%s\":%d,", mk->members[i], values[i]);
	msgtext_json_bytes(msg, n, out);
}

/* Bytes of the UTF-8 character at the beginning; 0: there is none. */
static size_t
msgtext_utf8(const unsigned char *text, size_t n)
{
	size_t i, len;

	len = text[0] < 0x80 ? 1 : text[0] >= 0xc2 && text[0] < 0xe0 ? 2 :
	    (text[0] & 0xf0) == 0xe0 ? 3 :
	    text[0] >= 0xf0 && text[0] < 0xf5 ? 4 : 0;
	if (len > n)
		return 0;
	for (i = 1; i < len; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	/* Too long a form, a surrogate, or beyond the last character. */
	if ((text[0] == 0xe0 && text[1] < 0xa0) ||
	    (text[0] == 0xed && text[1] >= 0xa0) ||
	    (text[0] == 0xf0 && text[1] < 0x90) ||
	    (text[0] == 0xf4 && text[1] >= 0x90))
		return 0;
	return len;
}

void
msgtext_json_string(const char *text, size_t n, FILE *out)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len;

	fputc('"', out);
	for (; n != 0; n -= len, p += len) {
		len = msgtext_utf8(p, n);
		if (len == 0 || *p < 0x20 || *p == 0x7f) {
			fprintf(out, "\\u%04x", *p);
			len = 1;
			continue;
		}
		if (*p == '"' || *p == '\\')
			fputc('\\', out);
		fwrite(p, 1, len, out);
	}
	fputc('"', out);
}

static int
msgtext_digit(char c)
{

	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t
msgtext_bytes(const char *text, uint8_t *bytes)
{
	size_t n = 0;
	int high, low;

	for (;;) {
		text += strspn(text, " \t\r\n,");
		if (*text == '\0')
			return n;
		if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
			text += 2;
		high = msgtext_digit(text[0]);
		low = high != -1 ? msgtext_digit(text[1]) : -1;
		if (low == -1)
			return 0;
		bytes[n++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
}
