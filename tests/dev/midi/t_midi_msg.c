/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_msg.c: the parts of a canonical stream.
 */

#include <dev/midi/midi_msg.h>

#include "h_bytes.h"

ATF_TC(length);
ATF_TC_HEAD(length, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a wrong length of any message");
}

ATF_TC_BODY(length, tc)
{
	static const uint8_t system[] = {
	    0, 2, 3, 2, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1
	};
	static const uint8_t channel[] = { 3, 3, 3, 3, 2, 2, 3 };
	unsigned int b, want;

	for (b = 0; b < 256; b++) {
		want = 0;
		if (b >= 0xf0)
			want = system[b - 0xf0];
		else if (b >= 0x80)
			want = channel[b / 16 - 8];
		ATF_CHECK_EQ_MSG(midi_msg_length((uint8_t)b), want, "%02x", b);
	}
}

ATF_TC(predicates);
ATF_TC_HEAD(predicates, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a byte in the wrong class");
}

ATF_TC_BODY(predicates, tc)
{
	unsigned int b;
	uint8_t byte;

	for (b = 0; b < 256; b++) {
		byte = (uint8_t)b;
		ATF_CHECK_EQ(midi_msg_is_status(byte), b / 128 == 1);
		ATF_CHECK_EQ(midi_msg_is_channel(byte),
		    b / 16 >= 8 && b / 16 <= 14);
		ATF_CHECK_EQ(midi_msg_is_realtime(byte), b / 8 == 31);
		ATF_CHECK_EQ(midi_msg_is_sysex(byte),
		    b / 128 == 0 || b == 0xf0 || b == 0xf7);
	}
}

ATF_TC(data_length);
ATF_TC_HEAD(data_length, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a search by words that misses a byte, or reads "
	    "past the end, at any alignment and length");
}

ATF_TC_BODY(data_length, tc)
{
	uint8_t bytes[96];
	size_t begin, end, n;

	for (begin = 0; begin < 9; begin++) {
		for (n = 0; begin + n <= sizeof(bytes); n++) {
			memset(bytes, 0xff, sizeof(bytes));
			memset(bytes + begin, 0x7f, n);
			ATF_REQUIRE_EQ(midi_msg_data_length(bytes + begin, n),
			    n);
			for (end = 0; end < n; end++) {
				bytes[begin + end] = 0x80;
				ATF_REQUIRE_EQ(midi_msg_data_length(
				    bytes + begin, n), end);
				bytes[begin + end] = 0;
			}
		}
	}
}

/* Looked for one by one. */
static uint8_t
last_status(const uint8_t *bytes, size_t n, size_t *len)
{
	uint8_t status = 0;
	size_t i;

	*len = 0;
	for (i = 0; i < n; i++) {
		if (bytes[i] >= 0xf8)
			continue;
		if (bytes[i] >= 0x80) {
			status = bytes[i];
			*len = 0;
		}
		++*len;
	}
	return status;
}

static void
last_status_check(const uint8_t *bytes, size_t n)
{
	size_t got, want;
	uint8_t status;

	status = last_status(bytes, n, &want);
	ATF_REQUIRE_EQ(midi_msg_last_status(bytes, n, &got), status);
	ATF_REQUIRE_EQ(got, want);
}

ATF_TC(last_status);
ATF_TC_HEAD(last_status, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a status byte that is passed over when looking back, and "
	    "a real-time byte that is counted or taken for one");
}

ATF_TC_BODY(last_status, tc)
{
	static const uint8_t kinds[] = { 0x90, 0xf0, 0xf7, 0xf8, 0xff };
	uint8_t bytes[48];
	size_t a, b, i, j, n;

	for (n = 0; n <= sizeof(bytes); n++) {
		memset(bytes, 0xf0, sizeof(bytes));
		memset(bytes, 0x40, n);
		last_status_check(bytes, n);
		for (a = 0; a < n * __arraycount(kinds); a++) {
			i = a / __arraycount(kinds);
			bytes[i] = kinds[a % __arraycount(kinds)];
			for (b = 0; b < n * __arraycount(kinds); b++) {
				j = b / __arraycount(kinds);
				if (j == i)
					continue;
				bytes[j] = kinds[b % __arraycount(kinds)];
				last_status_check(bytes, n);
				bytes[j] = 0x40;
			}
			last_status_check(bytes, n);
			bytes[i] = 0x40;
		}
	}
}

ATF_TC(unit);
ATF_TC_HEAD(unit, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a message that is cut, or two taken for one");
}

ATF_TC_BODY(unit, tc)
{
	static const struct {
		const char	*run;
		size_t		len;
	} cases[] = {
		{ "", 0 }, { "903c40", 3 }, { "903c", 0 }, { "90", 0 },
		{ "c005 903c40", 2 }, { "f8", 1 }, { "f6 f8", 1 },
		{ "f20102", 3 }, { "f201", 0 }, { "f305f8", 2 },
		{ "f0", 1 }, { "f0f7", 2 }, { "f001f7 903c40", 3 },
		{ "f00102", 3 }, { "f001f802", 2 }, { "0102f7", 3 },
		{ "01f8f7", 1 }, { "f7 f001f7", 1 }, { "f9", 0 }, { "f4", 0 },
	};
	uint8_t run[H_BYTES_MAX];
	size_t i, n;

	for (i = 0; i < __arraycount(cases); i++) {
		n = h_bytes_from(cases[i].run, run);
		ATF_CHECK_EQ_MSG(midi_msg_unit(run, n), cases[i].len, "%s",
		    cases[i].run);
	}
}

ATF_TC(run_valid);
ATF_TC_HEAD(run_valid, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a predicate that lets through what is not "
	    "canonical");
}

ATF_TC_BODY(run_valid, tc)
{
	static const struct {
		const char	*run;
		bool		closed, open;	/* valid when SysEx is not, is
						   open before it */
	} cases[] = {
		{ "", true, true }, { "f8", true, true },
		{ "903c40", true, false }, { "903c40 c005 f6", true, false },
		{ "01", false, true }, { "f7", false, true },
		{ "01f802f7 f001", false, true }, { "f001f7", true, false },
		{ "f001 f8 f9", false, false }, { "f001903c40", false, false },
		{ "f001f001f7", false, false }, { "903c", false, false },
		{ "903c00", false, false }, { "903c80", false, false },
		{ "90f83c40", false, false }, { "803c00", true, false },
		{ "f4", false, false }, { "fd", false, false },
	};
	uint8_t run[H_BYTES_MAX];
	size_t i, n;

	for (i = 0; i < __arraycount(cases); i++) {
		n = h_bytes_from(cases[i].run, run);
		ATF_CHECK_EQ_MSG(midi_msg_run_valid(run, n, false),
		    cases[i].closed, "%s", cases[i].run);
		ATF_CHECK_EQ_MSG(midi_msg_run_valid(run, n, true),
		    cases[i].open, "%s, open", cases[i].run);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, length);
	ATF_TP_ADD_TC(tp, predicates);
	ATF_TP_ADD_TC(tp, data_length);
	ATF_TP_ADD_TC(tp, last_status);
	ATF_TP_ADD_TC(tp, unit);
	ATF_TP_ADD_TC(tp, run_valid);
	return atf_no_error();
}
