/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_filter.c: which messages pass.
 *
 * Every short message is sent through filters for each kind and channel and
 * all transpositions; a table that names the kinds by status, written apart
 * from the code, says what has to come out.
 */

#include <dev/midi/midi_filter.h>

#include "h_bytes.h"

/* The kind by status, channels left out. */
static const struct {
	uint8_t		status;
	unsigned int	data;		/* bytes */
	unsigned int	kind;
} table[] = {
	{ 0x80, 2, MIDI_KIND_NOTE }, { 0x90, 2, MIDI_KIND_NOTE },
	{ 0xa0, 2, MIDI_KIND_KEY_PRESSURE }, { 0xb0, 2, MIDI_KIND_CONTROL },
	{ 0xc0, 1, MIDI_KIND_PROGRAM }, { 0xd0, 1, MIDI_KIND_PRESSURE },
	{ 0xe0, 2, MIDI_KIND_BEND }, { 0xf1, 1, MIDI_KIND_COMMON },
	{ 0xf2, 2, MIDI_KIND_COMMON }, { 0xf3, 1, MIDI_KIND_COMMON },
	{ 0xf6, 0, MIDI_KIND_COMMON }, { 0xf8, 0, MIDI_KIND_CLOCK },
	{ 0xfa, 0, MIDI_KIND_REALTIME }, { 0xfb, 0, MIDI_KIND_REALTIME },
	{ 0xfc, 0, MIDI_KIND_REALTIME }, { 0xfe, 0, MIDI_KIND_SENSE },
	{ 0xff, 0, MIDI_KIND_REALTIME },
};

static bool
expected(size_t row, const uint8_t *msg, const struct midi_filter *fl)
{
	unsigned int kind = table[row].kind;

	if (msg[0] < 0xf0 && (fl->fl_channels >> (msg[0] & 15) & 1) == 0)
		return false;
	/* What ends notes passes as they do. */
	if (kind == MIDI_KIND_CONTROL && (msg[1] == 120 || msg[1] > 122))
		kind |= MIDI_KIND_NOTE;
	return (fl->fl_kinds & kind) != 0;
}

static void
check(size_t row, unsigned int channel, unsigned int data,
    const struct midi_filter *fl)
{
	const size_t len = table[row].data + 1;
	uint8_t msg[3], out[3];
	int key;
	size_t n;

	msg[0] = table[row].status | (uint8_t)channel;
	msg[1] = (uint8_t)data;
	msg[2] = (uint8_t)(127 - data);
	n = midi_filter_run(fl, msg, len, out);
	key = msg[1] + fl->fl_transpose;
	if (msg[0] < 0xb0 && (key < 0 || key > 127)) {
		ATF_REQUIRE_EQ(n, 0);
		return;
	}
	ATF_REQUIRE_EQ(n, expected(row, msg, fl) ? len : 0);
	if (msg[0] < 0xb0)
		msg[1] = (uint8_t)key;
	ATF_REQUIRE_EQ(memcmp(msg, out, n), 0);
}

static void
check_all(const struct midi_filter *fl)
{
	unsigned int channel, data;
	size_t row;

	ATF_REQUIRE(midi_filter_valid(fl));
	for (row = 0; row < __arraycount(table); row++) {
		for (channel = 0; channel < 16; channel++) {
			if (table[row].status >= 0xf0 && channel != 0)
				continue;
			for (data = 0; data < 128; data++)
				check(row, channel, data, fl);
		}
	}
}

ATF_TC(messages);
ATF_TC_HEAD(messages, tc)
{
	atf_tc_set_md_var(tc, "descr", "a message that passes and should not, "
	    "or the other way round, or leaves with another key than it "
	    "should: every short message and kind, channel, transposition");
}
ATF_TC_BODY(messages, tc)
{
	struct midi_filter fl;
	unsigned int kind, channel;
	int t;

	midi_filter_init(&fl);
	ATF_REQUIRE(midi_filter_is_open(&fl));
	check_all(&fl);
	for (kind = 1; kind & MIDI_KINDS_ALL; kind <<= 1) {
		fl.fl_kinds = (uint16_t)kind;
		ATF_REQUIRE(!midi_filter_is_open(&fl));
		check_all(&fl);
		fl.fl_kinds = MIDI_KINDS_ALL & (uint16_t)~kind;
		check_all(&fl);
	}
	fl.fl_kinds = MIDI_KINDS_ALL;
	for (channel = 0; channel < 16; channel++) {
		fl.fl_channels = (uint16_t)(1U << channel);
		check_all(&fl);
	}
	fl.fl_channels = 0xffff;
	for (t = -127; t <= 127; t++) {
		fl.fl_transpose = (int8_t)t;
		ATF_REQUIRE_EQ(midi_filter_is_open(&fl), t == 0);
		check_all(&fl);
	}
}

ATF_TC(sysex);
ATF_TC_HEAD(sysex, tc)
{
	atf_tc_set_md_var(tc, "descr", "System Exclusive of which a part "
	    "passes, or real time inside that goes the same way: cut anywhere");
}
ATF_TC_BODY(sysex, tc)
{
	uint8_t in[H_BYTES_MAX], out[H_BYTES_MAX], want[H_BYTES_MAX];
	struct midi_filter fl;
	size_t cut, n, o, nwant;

	n = h_bytes_from("90 3c40 f0 0102 f8 03 fe f7 f6 80 3c40", in);
	for (cut = 3; cut <= 10; cut++) {
		midi_filter_init(&fl);
		fl.fl_kinds &= (uint16_t)~MIDI_KIND_SYSEX;
		o = midi_filter_run(&fl, in, cut, out);
		o += midi_filter_run(&fl, in + cut, n - cut, out + o);
		nwant = h_bytes_from("90 3c40 f8 fe f6 80 3c40", want);
		h_bytes_check("no SysEx", out, o, want, nwant);

		fl.fl_kinds = MIDI_KIND_SYSEX;
		o = midi_filter_run(&fl, in, cut, out);
		o += midi_filter_run(&fl, in + cut, n - cut, out + o);
		nwant = h_bytes_from("f0 0102 03 f7", want);
		h_bytes_check("only SysEx", out, o, want, nwant);
	}
}

ATF_TC(in_place);
ATF_TC_HEAD(in_place, tc)
{
	atf_tc_set_md_var(tc, "descr", "a run that comes out otherwise when it "
	    "is filtered where it stands");
}
ATF_TC_BODY(in_place, tc)
{
	uint8_t in[H_BYTES_MAX], want[H_BYTES_MAX];
	struct midi_filter fl;
	size_t n, nwant;

	midi_filter_init(&fl);
	fl.fl_channels = 0x0002;
	fl.fl_transpose = 12;
	n = h_bytes_from("90 3c40 91 3c40 c1 05 c0 06 a1 7001 81 7540", in);
	nwant = h_bytes_from("91 4840 c1 05 a1 7c01", want);
	n = midi_filter_run(&fl, in, n, in);
	h_bytes_check("in place", in, n, want, nwant);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, messages);
	ATF_TP_ADD_TC(tp, sysex);
	ATF_TP_ADD_TC(tp, in_place);
	return atf_no_error();
}
