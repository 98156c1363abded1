/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_filter.c: filters by channel and kind, and transposition.
 *
 * Each kind of message is put through each mask of kinds, each channel
 * message through each mask of one channel or all but one, each key through
 * each transposition; streams of SysEx with real time are cut and the filter
 * changed at every place.
 */

#include <dev/midi/midi_filter.h>

#include <atf-c.h>
#include <string.h>

static const struct {
	uint8_t		first, len;
	unsigned int	kind;
} messages[] = {
	{ 0x80, 3, MIDI_KIND_NOTE }, { 0x90, 3, MIDI_KIND_NOTE },
	{ 0xa0, 3, MIDI_KIND_KEY_PRESSURE }, { 0xb0, 3, MIDI_KIND_CONTROL },
	{ 0xc0, 2, MIDI_KIND_PROGRAM }, { 0xd0, 2, MIDI_KIND_PRESSURE },
	{ 0xe0, 3, MIDI_KIND_BEND }, { 0xf1, 2, MIDI_KIND_COMMON },
	{ 0xf2, 3, MIDI_KIND_COMMON }, { 0xf3, 2, MIDI_KIND_COMMON },
	{ 0xf6, 1, MIDI_KIND_COMMON }, { 0xf8, 1, MIDI_KIND_CLOCK },
	{ 0xfa, 1, MIDI_KIND_REALTIME }, { 0xfb, 1, MIDI_KIND_REALTIME },
	{ 0xfc, 1, MIDI_KIND_REALTIME }, { 0xff, 1, MIDI_KIND_REALTIME },
	{ 0xfe, 1, MIDI_KIND_SENSE },
};

ATF_TC(kinds);
ATF_TC_HEAD(kinds, tc)
{

	atf_tc_set_md_var(tc, "descr", "A message that passes a filter of its "
	    "kind, is kept by one of others, or is altered");
}
ATF_TC_BODY(kinds, tc)
{
	struct midi_filter mfi;
	uint8_t msg[3] = { 0, 5, 6 }, out[3];
	unsigned int mask;
	size_t i, n, want;

	midi_filter_init(&mfi);
	ATF_CHECK(midi_filter_passes_all(&mfi));
	for (i = 0; i < __arraycount(messages); i++) {
		msg[0] = messages[i].first;
		ATF_CHECK_EQ(midi_filter_kind(msg[0]), messages[i].kind);
		for (mask = 0; mask <= MIDI_KINDS_ALL; mask++) {
			mfi.mfi_kinds = (uint16_t)mask;
			n = midi_filter_run(&mfi, msg, messages[i].len, out);
			want = (mask & messages[i].kind) != 0 ?
			    messages[i].len : 0;
			ATF_REQUIRE_EQ(n, want);
			ATF_REQUIRE_EQ(memcmp(msg, out, n), 0);
		}
	}
}

ATF_TC(channels);
ATF_TC_HEAD(channels, tc)
{

	atf_tc_set_md_var(tc, "descr", "A message that passes when its channel "
	    "does not, or the other way round");
}
ATF_TC_BODY(channels, tc)
{
	struct midi_filter mfi;
	uint8_t msg[3] = { 0, 5, 6 }, out[3];
	unsigned int ch, mask;
	size_t i, n;
	bool passes;

	midi_filter_init(&mfi);
	for (i = 0; i < __arraycount(messages); i++) {
		for (ch = 0; ch < 256; ch++) {
			mask = 1U << (ch & 15);
			mfi.mfi_channels = (uint16_t)((ch & 16) != 0 ? ~mask :
			    mask);
			msg[0] = messages[i].first;
			if (msg[0] < 0xf0)
				msg[0] |= ch >> 4 & 0x0f;
			passes = msg[0] >= 0xf0 ||
			    (mfi.mfi_channels >> (msg[0] & 15) & 1) != 0;
			n = midi_filter_run(&mfi, msg, messages[i].len, out);
			ATF_REQUIRE_EQ(n, passes ? messages[i].len : 0U);
		}
	}
}

ATF_TC(transpose);
ATF_TC_HEAD(transpose, tc)
{

	atf_tc_set_md_var(tc, "descr", "A key that goes elsewhere than it "
	    "should, or a message without keys that is transposed");
}
ATF_TC_BODY(transpose, tc)
{
	struct midi_filter mfi;
	uint8_t msg[3] = { 0, 0, 6 };
	uint8_t out[3];
	unsigned int kind;
	size_t i, n;
	int by, key;
	bool keys;

	midi_filter_init(&mfi);
	for (by = -127; by <= 127; by++) {
		mfi.mfi_transpose = (int8_t)by;
		ATF_CHECK_EQ(midi_filter_passes_all(&mfi), by == 0);
		for (i = 0; i < 128 * __arraycount(messages); i++) {
			key = (int)(i & 127);
			kind = messages[i >> 7].kind;
			keys = kind == MIDI_KIND_NOTE ||
			    kind == MIDI_KIND_KEY_PRESSURE;
			msg[0] = messages[i >> 7].first;
			msg[1] = (uint8_t)key;
			n = midi_filter_run(&mfi, msg, messages[i >> 7].len,
			    out);
			if (!keys || (key + by >= 0 && key + by <= 127)) {
				ATF_REQUIRE_EQ(n, messages[i >> 7].len);
				if (n > 1)
					ATF_REQUIRE_EQ(out[1],
					    keys ? key + by : key);
				if (n > 2)
					ATF_REQUIRE_EQ(out[2], 6);
			} else
				ATF_REQUIRE_EQ(n, 0);
		}
	}
}

ATF_TC(sysex);
ATF_TC_HEAD(sysex, tc)
{

	atf_tc_set_md_var(tc, "descr", "SysEx of which a part passes, however "
	    "it is cut and wherever the filter is changed; or real time amid "
	    "it that shares its fate");
}
ATF_TC_BODY(sysex, tc)
{
	static const uint8_t in[] = {
		0xf0, 1, 0xf8, 2, 3, 0xfe, 0xf7, 0x90, 60, 1, 0xf0, 0xf7,
		0xf0, 7, 8, 9, 0xf8, 0xf7, 0xc0, 1
	};
	struct midi_filter mfi;
	uint8_t out[sizeof(in)];
	size_t cut, n;
	int first, second;

	for (cut = 0; cut <= sizeof(in); cut++) {
		if (!midi_msg_run_valid(in, cut, false))
			continue;
		for (first = 0; first < 2; first++) {
			for (second = 0; second < 2; second++) {
				midi_filter_init(&mfi);
				mfi.mfi_kinds &= first ? ~0 : ~MIDI_KIND_SYSEX;
				n = midi_filter_run(&mfi, in, cut, out);
				mfi.mfi_kinds = MIDI_KINDS_ALL;
				mfi.mfi_kinds &= second ? ~0 :
				    ~MIDI_KIND_SYSEX;
				n += midi_filter_run(&mfi, in + cut,
				    sizeof(in) - cut, out + n);
				ATF_CHECK(midi_msg_run_valid(out, n, false));
				ATF_CHECK(!mfi.mfi_open);
				if (first == second)
					ATF_CHECK_EQ(n, first ? sizeof(in) : 8);
			}
		}
	}
}

ATF_TC(joined);
ATF_TC_HEAD(joined, tc)
{

	atf_tc_set_md_var(tc, "descr", "The rest of a SysEx message that began "
	    "before the stream; or a run that is not filtered in its place");
}
ATF_TC_BODY(joined, tc)
{
	uint8_t run[] = { 1, 2, 0xf8, 3, 0xf7, 0x91, 4, 5, 0xf0, 6 };
	static const uint8_t want[] = { 0xf8, 0x91, 4, 5, 0xf0, 6 };
	struct midi_filter mfi;

	midi_filter_init(&mfi);
	ATF_CHECK_EQ(midi_filter_run(&mfi, run, sizeof(run), run),
	    sizeof(want));
	ATF_CHECK_EQ(memcmp(run, want, sizeof(want)), 0);
	ATF_CHECK(mfi.mfi_open);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, kinds);
	ATF_TP_ADD_TC(tp, channels);
	ATF_TP_ADD_TC(tp, transpose);
	ATF_TP_ADD_TC(tp, sysex);
	ATF_TP_ADD_TC(tp, joined);
	return atf_no_error();
}
