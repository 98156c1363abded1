/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_notes.c: what sounds at the end of a stream.
 *
 * The judge is a synthesizer of a few lines: after a stream and the messages
 * that end it, it must be silent, and no message may have been for nothing.
 */

#include <dev/midi/midi_notes.h>

#include "h_bytes.h"

/*
 * The synthesizer: each strike is a voice, each pedal a level.
 */

struct synth {
	unsigned int	voices[16][128];
	unsigned int	pedal[16][128];		/* by controller */
	unsigned int	idle;	/* messages that changed nothing */
};

static void
synth_control(struct synth *sy, unsigned int ch, unsigned int c,
    unsigned int value)
{

	switch (c) {
	case 64: case 66: case 67: case 69:
		if (sy->pedal[ch][c] / 64 == value / 64)
			sy->idle++;
		sy->pedal[ch][c] = value;
		break;
	case 121:
		sy->pedal[ch][64] = sy->pedal[ch][66] = sy->pedal[ch][67] = 0;
		break;
	case 120: case 123: case 124: case 125: case 126: case 127:
		memset(sy->voices[ch], 0, sizeof(sy->voices[ch]));
		break;
	default:
		break;
	}
}

static void
synth_play(struct synth *sy, const uint8_t *run, size_t n)
{
	size_t i, len;
	unsigned int *voices;

	for (i = 0; i < n; i += len) {
		len = midi_msg_is_sysex(run[i]) ? 1 : midi_msg_length(run[i]);
		voices = &sy->voices[run[i] % 16][run[i + 1] % 128];
		if (run[i] == 0xff)
			memset(sy, 0, sizeof(*sy));
		else if (run[i] / 16 == 9)
			++*voices;
		else if (run[i] / 16 == 8 && *voices != 0)
			--*voices;
		else if (run[i] / 16 == 8)
			sy->idle++;
		else if (run[i] / 16 == 11)
			synth_control(sy, run[i] % 16, run[i + 1], run[i + 2]);
	}
}

static bool
synth_silent(const struct synth *sy)
{
	unsigned int ch, k;

	for (ch = 0; ch < 16; ch++) {
		for (k = 0; k < 128; k++) {
			if (sy->voices[ch][k] != 0 || sy->pedal[ch][k] >= 64)
				return false;
		}
	}
	return true;
}

/* End what sounds by portions of that size; the synthesizer must agree. */
static void
end_all(struct midi_notes *mn, struct synth *sy, size_t portion)
{
	uint8_t out[128];
	size_t n;

	sy->idle = 0;
	for (;;) {
		ATF_REQUIRE_EQ(midi_notes_silent(mn), synth_silent(sy));
		n = midi_notes_end(mn, out, portion);
		ATF_REQUIRE(n <= portion && n % 3 == 0);
		ATF_REQUIRE(midi_notes_valid(mn));
		if (n == 0)
			break;
		ATF_REQUIRE(midi_msg_run_valid(out, n, false));
		synth_play(sy, out, n);
		/* It writes as many as there is room for. */
		ATF_REQUIRE(portion - n < 3 || midi_notes_silent(mn));
	}
	ATF_REQUIRE(midi_notes_silent(mn) && synth_silent(sy));
	ATF_REQUIRE_EQ_MSG(sy->idle, 0, "messages for nothing");
}

static const struct {
	const char *run, *end;
} end_cases[] = {
	{ "", "" },
	{ "903c40", "803c40" },
	{ "903c40 803c00", "" },
	{ "903c40 903c01", "803c40 803c40" },
	{ "903c40 903c01 803c40", "803c40" },
	{ "803c40 903c40", "803c40" },
	{ "9f7f01 900001", "800040 8f7f40" },
	{ "903c40 803d40 813c40", "803c40" },
	{ "903c40 903c00", "" },
	/* pedals */
	{ "b0407f", "b04000" },
	{ "b04040 b04240 b04340 b04540", "b04000 b04200 b04300 b04500" },
	{ "b0403f", "" },
	{ "b0407f b0403f", "" },
	{ "b0417f b0447f b0077f b0017f", "" },
	{ "b3407f 933c40", "833c40 b34000" },
	/* all sound off, all notes off, modes: keys of the channel only */
	{ "903c40 913c40 b07800", "813c40" },
	{ "903c40 b0407f b07b00", "b04000" },
	{ "903c40 b07c00", "" }, { "903c40 b07d00", "" },
	{ "903c40 b07e01", "" }, { "903c40 b07f00", "" },
	{ "903c40 b07a00", "803c40" },
	/* reset all controllers: pedals, but not hold 2, and no keys */
	{ "903c40 b0407f b0427f b0437f b0457f b07900", "803c40 b04500" },
	/* System Reset */
	{ "903c40 b5407f ff", "" },
	/* nothing else counts */
	{ "f0103c40f7", "" },
	{ "80407f 804240 b0407f 807b00 807900", "b04000" },
	{ "903c40 907b01 907901", "803c40 807940 807b40" },
	{ "c03c e03c40 a03c40 d040 f23c40 f6 f8", "" },
};

ATF_TC(cases);
ATF_TC_HEAD(cases, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a message too many or too few at the end of a "
	    "stream");
}

ATF_TC_BODY(cases, tc)
{
	struct midi_notes mn;
	uint8_t out[64], run[H_BYTES_MAX], want[H_BYTES_MAX];
	size_t i, n, nwant;

	for (i = 0; i < __arraycount(end_cases); i++) {
		n = h_bytes_from(end_cases[i].run, run);
		nwant = h_bytes_from(end_cases[i].end, want);
		midi_notes_init(&mn);
		(void)midi_notes_run(&mn, run, n);
		ATF_CHECK_EQ_MSG(midi_notes_silent(&mn), nwant == 0, "%s",
		    end_cases[i].run);
		n = midi_notes_end(&mn, out, sizeof(out));
		h_bytes_check(end_cases[i].run, out, n, want, nwant);
		ATF_CHECK_EQ(midi_notes_end(&mn, out, sizeof(out)), 0);
	}
}

ATF_TC(every_key);
ATF_TC_HEAD(every_key, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a key or channel that is not followed");
}

ATF_TC_BODY(every_key, tc)
{
	struct midi_notes mn;
	struct synth sy;
	uint8_t run[3];
	unsigned int ch, k;

	midi_notes_init(&mn);
	memset(&sy, 0, sizeof(sy));
	for (ch = 0; ch < 16; ch++) {
		for (k = 0; k < 128; k++) {
			run[0] = (uint8_t)(0x90 | ch);
			run[1] = (uint8_t)k;
			run[2] = (uint8_t)(1 + (ch + k) % 127);
			(void)midi_notes_run(&mn, run, 3);
			synth_play(&sy, run, 3);
			ATF_REQUIRE(!midi_notes_silent(&mn));
		}
	}
	end_all(&mn, &sy, 100);
}

ATF_TC(many_strikes);
ATF_TC_HEAD(many_strikes, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a count that comes round to silence");
}

ATF_TC_BODY(many_strikes, tc)
{
	struct midi_notes mn;
	uint8_t on[] = { 0x90, 0x3c, 0x40 }, out[3];
	unsigned int i;

	midi_notes_init(&mn);
	for (i = 0; i < 256; i++) {
		(void)midi_notes_run(&mn, on, sizeof(on));
		ATF_REQUIRE(!midi_notes_silent(&mn));
	}
	for (i = 0; midi_notes_end(&mn, out, sizeof(out)) != 0; i++)
		continue;
	ATF_CHECK_EQ(i, 255);
	ATF_CHECK(midi_notes_silent(&mn));
}

ATF_TC(random);
ATF_TC_HEAD(random, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a stuck note after any mixture, however short the "
	    "room for the ending messages is");
}

ATF_TC_BODY(random, tc)
{
	static const uint8_t controllers[] = {
	    64, 66, 67, 69, 121, 120, 123, 65, 7, 64, 64, 66, 67, 69, 64, 64
	};
	struct midi_notes mn;
	struct synth sy;
	uint8_t run[3];
	uint64_t seed;
	uint32_t r;
	unsigned int i, round;

	seed = 6;
	midi_notes_init(&mn);
	memset(&sy, 0, sizeof(sy));
	for (round = 0; round < 3000; round++) {
		for (i = h_bytes_random(&seed) % 100; i > 0; i--) {
			r = h_bytes_random(&seed);
			run[0] = (uint8_t)(0x80 | (r % 4) << 4 | (r >> 8) % 3);
			run[1] = (r >> 16) % 8;
			run[2] = 1 + (r >> 20) % 127;
			if (r % 4 == 3)
				run[1] = controllers[(r >> 16) % 16];
			(void)midi_notes_run(&mn, run, sizeof(run));
			synth_play(&sy, run, sizeof(run));
		}
		end_all(&mn, &sy, 3 + h_bytes_random(&seed) % 20);
	}
}

ATF_TC(counts);
ATF_TC_HEAD(counts, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches messages that are counted twice or not at all, and "
	    "channels that are forgotten with what sounded on them");
}

ATF_TC_BODY(counts, tc)
{
	static const uint8_t run[] = {
	    0xf0, 1, 2, 0xf8, 3, 0xf7, 0x91, 60, 64, 0xc3, 5, 0xff,
	    0xf6, 0xf0, 4, 5
	};
	static const uint8_t more[] = { 6, 0xf8, 0xf7, 0xe5, 0, 64 };
	struct midi_notes mn;
	size_t n;

	midi_notes_init(&mn);
	n = midi_notes_run(&mn, run, sizeof(run));
	ATF_CHECK_EQ(n, midi_msg_count(run, sizeof(run)));
	ATF_CHECK_EQ(n, 7);
	ATF_CHECK_EQ_MSG(mn.mn_used, 1U << 1 | 1U << 3, "%x", mn.mn_used);
	n = midi_notes_run(&mn, more, sizeof(more));
	ATF_CHECK_EQ(n, midi_msg_count(more, sizeof(more)));
	ATF_CHECK_EQ(n, 2);
	midi_notes_forget(&mn);
	ATF_CHECK_EQ(mn.mn_used, 1U << 1 | 1U << 3 | 1U << 5);
	midi_notes_init(&mn);
	ATF_CHECK_EQ(mn.mn_used, 0);
}

ATF_TC(no_room);
ATF_TC_HEAD(no_room, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches half an ending message");
}

ATF_TC_BODY(no_room, tc)
{
	struct midi_notes mn;
	uint8_t on[] = { 0x90, 0x3c, 0x40 }, out[2];

	midi_notes_init(&mn);
	(void)midi_notes_run(&mn, on, sizeof(on));
	ATF_CHECK_EQ(midi_notes_end(&mn, out, sizeof(out)), 0);
	ATF_CHECK_EQ(midi_notes_end(&mn, out, 0), 0);
	ATF_CHECK(!midi_notes_silent(&mn));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, cases);
	ATF_TP_ADD_TC(tp, every_key);
	ATF_TP_ADD_TC(tp, many_strikes);
	ATF_TP_ADD_TC(tp, random);
	ATF_TP_ADD_TC(tp, counts);
	ATF_TP_ADD_TC(tp, no_room);
	return atf_no_error();
}
