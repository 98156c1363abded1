/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_mididump_stream.c: what mididump(1) makes of a stream of bytes, against
 * the kernel's parser; and how messages look as text.
 */

#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include <dev/midi/midi_msg.h>

#include "dump_stream.h"
#include "msgtext.h"

#define STREAM_BYTES	400
#define RUNS		5000

static struct dump_stream stream;
static uint8_t told[4 * STREAM_BYTES + 16];
static size_t ntold, nbroken;

static void
stream_sink(void *arg, const uint8_t *bytes, size_t n, bool broken)
{

	(void)arg;
	ATF_REQUIRE(n != 0);
	if (broken) {
		nbroken += n;
		return;
	}
	ATF_REQUIRE(ntold + n <= sizeof(told));
	memcpy(told + ntold, bytes, n);
	ntold += n;
	/* A message is whole, and has its status. */
	if (!midi_msg_is_sysex(bytes[0]))
		ATF_REQUIRE_EQ(midi_msg_length(bytes[0]), n);
}

/* A byte, as streams have them: messages, now and then anything. */
static uint8_t
stream_byte(void)
{
	const int r = rand();

	if (r % 3 == 0)
		return (uint8_t)(r >> 8);
	return (uint8_t)((r >> 8) & (r % 3 == 1 ? 0x7f : 0xff));
}

/* Without real-time bytes, which go ahead of what they stand in. */
static size_t
stream_plain(uint8_t *bytes, size_t n)
{
	size_t i, o;

	for (i = o = 0; i < n; i++)
		if (!midi_msg_is_realtime(bytes[i]))
			bytes[o++] = bytes[i];
	return o;
}

ATF_TC(bytes);
ATF_TC_HEAD(bytes, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a byte that is told twice or "
	    "not at all, or other messages than the kernel's parser finds");
}
ATF_TC_BODY(bytes, tc)
{
	uint8_t in[STREAM_BYTES], out[MIDI_PARSE_OUT_MAX(STREAM_BYTES) + 3];
	struct midi_parse mp;
	size_t i, n, nout, nend;
	int run;

	for (run = 0; run < RUNS; run++) {
		srand((unsigned)run);
		n = (size_t)rand() % STREAM_BYTES;
		for (i = 0; i < n; i++)
			in[i] = stream_byte();
		ntold = nbroken = 0;
		dump_stream_init(&stream, stream_sink, NULL);
		dump_stream_put(&stream, in, n);
		/* The parser would close what the stream leaves open. */
		midi_parse_init(&mp, MIDI_PARSE_ASENSE | MIDI_PARSE_HIDDEN);
		ATF_REQUIRE_EQ(n, midi_parse_run(&mp, in, n, out,
		    sizeof(out), &nout));
		nend = midi_parse_end(&mp, out + nout);
		nout += nend != 0 ? nend - 1 : 0;
		dump_stream_end(&stream);
		ATF_REQUIRE_EQ(mp.mp_discarded_bytes, nbroken);
		nout = stream_plain(out, nout);
		ntold = stream_plain(told, ntold);
		ATF_REQUIRE_EQ_MSG(nout, ntold, "run %d: %zu, not %zu", run,
		    ntold, nout);
		ATF_REQUIRE_MSG(memcmp(out, told, nout) == 0, "run %d", run);
	}
}

static size_t pieces_bytes;
static int pieces;

static void
pieces_sink(void *arg, const uint8_t *bytes, size_t n, bool broken)
{

	(void)arg;
	ATF_REQUIRE(!broken);
	ATF_REQUIRE_EQ(pieces == 0, bytes[0] == 0xf0);
	pieces_bytes += n;
	pieces++;
}

ATF_TC(endless);
ATF_TC_HEAD(endless, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches bytes lost where a SysEx "
	    "message is longer than what is kept of it");
}
ATF_TC_BODY(endless, tc)
{
	static const uint8_t start = 0xf0, data = 0x11, end = 0xf7;
	size_t i, n;

	for (n = DUMP_STREAM_SYSEX_BYTES - 4;
	    n < DUMP_STREAM_SYSEX_BYTES + 20; n++) {
		pieces_bytes = pieces = 0;
		dump_stream_init(&stream, pieces_sink, NULL);
		dump_stream_put(&stream, &start, 1);
		for (i = 0; i < n; i++)
			dump_stream_put(&stream, &data, 1);
		dump_stream_put(&stream, &end, 1);
		dump_stream_end(&stream);
		ATF_CHECK_EQ(n + 2, pieces_bytes);
		ATF_CHECK_EQ(n + 2 > DUMP_STREAM_SYSEX_BYTES ? 2 : 1, pieces);
	}
}

static char text[4096];

/* What the function prints. */
static const char *
printed(void (*print)(const uint8_t *, size_t, FILE *), const char *bytes,
    size_t n)
{
	FILE *f;

	memset(text, 0, sizeof(text));
	f = fmemopen(text, sizeof(text), "w");
	ATF_REQUIRE(f != NULL);
	print((const uint8_t *)bytes, n, f);
	fclose(f);
	return text;
}

ATF_TC(words);
ATF_TC_HEAD(words, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a message of which text says "
	    "something else than its bytes: all of them");
}
ATF_TC_BODY(words, tc)
{
	char msg[3], want[80];
	unsigned status, d1, n;

	for (status = 0x80; status < 0x100; status++) {
		for (d1 = 0; d1 < 128; d1++) {
			msg[0] = (char)status;
			msg[1] = (char)d1;
			msg[2] = (char)(d1 ^ 0x55);
			n = midi_msg_length((uint8_t)status);
			if (n == 0)
				continue;
			snprintf(want, sizeof(want), n == 3 ?
			    "%02x %02x %02x" : n == 2 ? "%02x %02x" : "%02x",
			    status, d1, d1 ^ 0x55);
			ATF_CHECK_STREQ(want, printed(msgtext_hex, msg, n));
			if (status >= 0xf0 || (status & 0xe0) == 0xc0 ||
			    status >= 0xe0)
				continue;
			snprintf(want, sizeof(want), " ch %u ", status & 15);
			ATF_CHECK(strstr(printed(msgtext_words, msg, n),
			    want) != NULL);
			snprintf(want, sizeof(want), " %u v", d1);
			ATF_CHECK(strstr(text, want) != NULL);
			snprintf(want, sizeof(want), " %u", d1 ^ 0x55);
			ATF_CHECK(strstr(text, want) != NULL);
		}
	}
	ATF_CHECK_STREQ("bend ch 2 val 8191", printed(msgtext_words,
	    "\xe2\x7f\x7f", 3));
	ATF_CHECK_STREQ("undefined f9", printed(msgtext_words, "\xf9", 1));
	ATF_CHECK_STREQ("note-on ch 0 key 127 vel 1 G9", printed(
	    msgtext_words, "\x90\x7f\x01", 3));
}

ATF_TC(hex);
ATF_TC_HEAD(hex, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches bytes on the command line that "
	    "are taken for others, or text that is none and is taken");
}
ATF_TC_BODY(hex, tc)
{
	static const struct {
		const char	*text;
		size_t		n;
		const char	*bytes;
	} table[] = {
		{ "90 3c 40", 3, "\x90\x3c\x40" },
		{ "903C40", 3, "\x90\x3c\x40" },
		{ " 0xF0,0x01 , F7\n", 3, "\xf0\x01\xf7" },
		{ "", 0, "" }, { " ", 0, "" }, { "9", 0, "" },
		{ "90 3", 0, "" }, { "bank.syx", 0, "" }, { "0x", 0, "" },
		{ "-", 0, "" }, { "90 3c 4g", 0, "" }, { "./90", 0, "" },
	};
	uint8_t bytes[64];
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		ATF_CHECK_EQ_MSG(table[i].n, msgtext_bytes(table[i].text,
		    bytes), "%s", table[i].text);
		ATF_CHECK(memcmp(bytes, table[i].bytes, table[i].n) == 0);
	}
}

static void
print_string(const uint8_t *bytes, size_t n, FILE *f)
{

	msgtext_json_string((const char *)bytes, n, f);
}

ATF_TC(strings);
ATF_TC_HEAD(strings, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches text of a file that breaks "
	    "JSON or the terminal");
}
ATF_TC_BODY(strings, tc)
{
	static const struct {
		const char	*text;
		const char	*json;
	} table[] = {
		{ "plain", "\"plain\"" },
		{ "a\"b\\", "\"a\\\"b\\\\\"" },
		{ "\x1b[2J\n\x7f", "\"\\u001b[2J\\u000a\\u007f\"" },
		{ "\xc3\xa9\xe2\x82\xac", "\"\xc3\xa9\xe2\x82\xac\"" },
		{ "\xe9t\xe9", "\"\\u00e9t\\u00e9\"" },
		{ "\xc0\x80", "\"\\u00c0\\u0080\"" },
		{ "\xe0\x80\x80", "\"\\u00e0\\u0080\\u0080\"" },
		{ "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" },
		{ "\xf0\x9f\x8e\xb9", "\"\xf0\x9f\x8e\xb9\"" },
		{ "\xf4\x90\x80\x80", "\"\\u00f4\\u0090\\u0080\\u0080\"" },
		{ "\xf0\x9f", "\"\\u00f0\\u009f\"" },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		ATF_CHECK_STREQ(table[i].json, printed(print_string,
		    table[i].text, strlen(table[i].text)));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, bytes);
	ATF_TP_ADD_TC(tp, endless);
	ATF_TP_ADD_TC(tp, words);
	ATF_TP_ADD_TC(tp, hex);
	ATF_TP_ADD_TC(tp, strings);
	return atf_no_error();
}
