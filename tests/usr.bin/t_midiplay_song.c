/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midiplay_song.c: which records midiplay(1) makes of a file.
 *
 * play_song.c is linked with a play_out of this test's own, which keeps the
 * records instead of handing them to a sequencer.
 */

#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "play_song.h"
#include "smf_merge.h"
#include "smf_tempo.h"
#include "smf_write.h"

#define HEAD	"MThd\0\0\0\6"
#define TRACK	"MTrk\0\0\0"

static struct {
	seq_event_t	rec[8192];
	size_t		count;
	unsigned	syncs;
	unsigned	resets;
	unsigned	steps;		/* calls of play_out_steps() */
	uint16_t	division;
} got;

bool
play_out_beats(struct play_out *out, uint16_t division)
{

	got.division = division;
	return out->exact;
}

int
play_out_steps(struct play_out *out)
{

	(void)out;
	got.steps++;
	return 0;
}

int
play_out_record(struct play_out *out, const seq_event_t *rec)
{

	(void)out;
	ATF_REQUIRE(got.count < sizeof(got.rec) / sizeof(got.rec[0]));
	got.rec[got.count++] = *rec;
	return 0;
}

int
play_out_sync(struct play_out *out)
{

	(void)out;
	got.syncs++;
	return 0;
}

void
play_out_reset(struct play_out *out)
{

	(void)out;
	got.resets++;
}

void
play_out_check(struct play_out *out)
{

	(void)out;
}

static const struct play_options plain = {
	.device = "test", .percent = 100, .program = -1, .unit = 5
};

/* Play a file in a fresh state. */
static bool
play(const void *data, size_t n, bool exact, const struct play_options *opt)
{
	struct play_out out;

	memset(&got, 0, sizeof(got));
	memset(&out, 0, sizeof(out));
	out.fd = -1;
	out.exact = exact;
	return play_song(&out, opt, "file", data, n);
}

/* The records must be these n bytes. */
static void
expect(const uint8_t (*rec)[8], size_t n)
{
	size_t i;

	ATF_CHECK_EQ_MSG(n, got.count, "%zu records", got.count);
	for (i = 0; i < n && i < got.count; i++)
		ATF_CHECK_MSG(memcmp(rec[i], got.rec[i].arr, 8) == 0,
		    "record %zu: %02x %02x %02x %02x %02x %02x %02x %02x", i,
		    got.rec[i].arr[0], got.rec[i].arr[1], got.rec[i].arr[2],
		    got.rec[i].arr[3], got.rec[i].arr[4], got.rec[i].arr[5],
		    got.rec[i].arr[6], got.rec[i].arr[7]);
}

#define EXPECT(a)	expect(a, sizeof(a) / sizeof((a)[0]))
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define U32(v)	(v) >> 24 & 0xff, (v) >> 16 & 0xff, (v) >> 8 & 0xff, (v) & 0xff
#define U16(v)	(v) >> 8 & 0xff, (v) & 0xff
#else
#define U32(v)	(v) & 0xff, (v) >> 8 & 0xff, (v) >> 16 & 0xff, (v) >> 24 & 0xff
#define U16(v)	(v) & 0xff, (v) >> 8 & 0xff
#endif
#define TIMING(op, v)	{ 0x81, op, 0, 0, U32(v) }

/* Two tracks: a tempo at tick 0 and at 96; messages of every kind. */
static const char song[] = HEAD "\0\1\0\2\0\140"
    TRACK "\22\0\377\121\3\7\241\40\140\377\121\3\3\320\220\0\377/\0"
    TRACK "\46\0\302\11\0\222<@\140\202<@\0\242<\1\0\262\7\144\1\322\5"
    "\1\342\4\100\0\352\0\0\0\352\177\177\0\377/\0";

ATF_TC(beats);
ATF_TC_HEAD(beats, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches wrong records, lost tempo "
	    "changes and times other than the file's own ticks");
}
ATF_TC_BODY(beats, tc)
{
	static const uint8_t want[][8] = {
		TIMING(4, 0), TIMING(0x40, 500000), TIMING(0x40, 500000),
		{ 0x92, 5, 0xc0, 2, 9, 0, 0, 0 },
		{ 0x93, 5, 0x90, 2, 60, 64, 0, 0 },
		TIMING(2, 96), TIMING(0x40, 250000),
		{ 0x93, 5, 0x80, 2, 60, 64, 0, 0 },
		{ 0x93, 5, 0xa0, 2, 60, 1, 0, 0 },
		{ 0x92, 5, 0xb0, 2, 7, 0, U16(100) },
		TIMING(2, 97), { 0x92, 5, 0xd0, 2, 5, 0, 0, 0 },
		TIMING(2, 98), { 0x92, 5, 0xe0, 2, 0, 0, U16(8196) },
		{ 0x92, 5, 0xe0, 10, 0, 0, U16(0) },
		{ 0x92, 5, 0xe0, 10, 0, 0, U16(16383) },
	};

	ATF_CHECK(play(song, sizeof(song) - 1, true, &plain));
	EXPECT(want);
	ATF_CHECK_EQ(96, got.division);
	ATF_CHECK_EQ(0, got.steps);
	ATF_CHECK_EQ(1, got.syncs);
	ATF_CHECK_EQ(0, got.resets);
}

ATF_TC(steps);
ATF_TC_HEAD(steps, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches wrong times where the "
	    "sequencer has no exact tempo, or the tempo is scaled");
}
ATF_TC_BODY(steps, tc)
{
	static const uint32_t waits[2][3] = {
		/* 0.5 s, then 1/96 and 2/96 of 0.25 s, in 20 us. */
		{ 25000, 25130, 25260 },
		/* At 150 per cent two thirds of that. */
		{ 16666, 16753, 16840 },
	};
	struct play_options opt;
	size_t i, n;
	int run;

	for (run = 0; run < 2; run++) {
		opt = plain;
		opt.percent = run == 0 ? 100 : 150;
		ATF_CHECK(play(song, sizeof(song) - 1, run == 1, &opt));
		ATF_CHECK_EQ(1, got.steps);
		for (i = n = 0; i < got.count; i++) {
			if (got.rec[i].tag != SEQ_TIMING ||
			    got.rec[i].timing.op == TMR_START)
				continue;
			ATF_REQUIRE_EQ(TMR_WAIT_ABS, got.rec[i].timing.op);
			ATF_REQUIRE(n < 3);
			ATF_CHECK_EQ_MSG(waits[run][n], got.rec[i].timing.arg,
			    "%u", got.rec[i].timing.arg);
			n++;
		}
		ATF_CHECK_EQ(3, n);
	}
}

ATF_TC(sysex);
ATF_TC_HEAD(sysex, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches SysEx cut into records "
	    "wrongly, above all when it comes in pieces");
}
ATF_TC_BODY(sysex, tc)
{
	/* Whole; in three pieces; filling its records; an escape. */
	static const char file[] = HEAD "\0\0\0\1\0\140" TRACK "\54"
	    "\0\360\3\1\2\367"
	    "\0\360\2\1\2\1\367\4\3\4\5\6\1\367\1\367"
	    "\0\360\5\1\2\3\4\367"
	    "\0\367\2\370\363"
	    "\0\360\2\1\200\0\377/\0";
	static const uint8_t want[][8] = {
		TIMING(4, 0), TIMING(0x40, 500000),
		{ 0x94, 5, 0xf0, 1, 2, 0xf7, 0xff, 0xff },
		TIMING(2, 1), { 0x94, 5, 0xf0, 1, 2, 3, 4, 5 },
		TIMING(2, 2), { 0x94, 5, 6, 0xf7, 0xff, 0xff, 0xff, 0xff },
		{ 0x94, 5, 0xf0, 1, 2, 3, 4, 0xf7 },
		{ 5, 0xf8, 5, 0, 0, 0, 0, 0 }, { 5, 0xf3, 5, 0, 0, 0, 0, 0 },
	};

	ATF_CHECK(play(file, sizeof(file) - 1, true, &plain));
	EXPECT(want);
}

ATF_TC(program);
ATF_TC_HEAD(program, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches -p that misses a channel or "
	    "lets the file's programs through");
}
ATF_TC_BODY(program, tc)
{
	struct play_options opt;
	size_t i, n;

	opt = plain;
	opt.program = 20;
	ATF_CHECK(play(song, sizeof(song) - 1, true, &opt));
	for (i = n = 0; i < got.count; i++) {
		if (got.rec[i].tag != SEQ_CHN_COMMON ||
		    got.rec[i].common.op != MIDI_PGM_CHANGE)
			continue;
		ATF_CHECK_EQ(20, got.rec[i].common.p1);
		ATF_CHECK_EQ(n, got.rec[i].common.channel);
		n++;
	}
	ATF_CHECK_EQ(16, n);
}

ATF_TC(patterns);
ATF_TC_HEAD(patterns, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches format 2 played at once, or "
	    "a tempo carried from one pattern to the next");
}
ATF_TC_BODY(patterns, tc)
{
	static const char file[] = HEAD "\0\2\0\2\0\140"
	    TRACK "\16\0\377\121\3\1\1\1\1\300\1\0\377/\0"
	    TRACK "\7\2\300\2\0\377/\0";
	static const uint8_t want[][8] = {
		TIMING(4, 0), TIMING(0x40, 500000), TIMING(0x40, 0x10101),
		TIMING(2, 1), { 0x92, 5, 0xc0, 0, 1, 0, 0, 0 },
		TIMING(4, 0), TIMING(0x40, 500000),
		TIMING(2, 2), { 0x92, 5, 0xc0, 0, 2, 0, 0, 0 },
	};

	ATF_CHECK(play(file, sizeof(file) - 1, true, &plain));
	EXPECT(want);
	ATF_CHECK_EQ(2, got.syncs);
}

ATF_TC(smpte);
ATF_TC_HEAD(smpte, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches tempo events obeyed in a file "
	    "of SMPTE times, and 29 taken for 29 frames");
}
ATF_TC_BODY(smpte, tc)
{
	static const char file[] = HEAD "\0\0\0\1\343\120"
	    TRACK "\16\0\377\121\3\1\1\1\1\300\1\0\377/\0";
	static const uint8_t want[][8] = {
		TIMING(4, 0), TIMING(0x40, 1001000),
		TIMING(2, 1), { 0x92, 5, 0xc0, 0, 1, 0, 0, 0 },
	};

	ATF_CHECK(play(file, sizeof(file) - 1, true, &plain));
	EXPECT(want);
	ATF_CHECK_EQ(2400, got.division);
}

ATF_TC(damaged);
ATF_TC_HEAD(damaged, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a damaged file that counts as "
	    "played, leaves notes behind, or stops its sound tracks");
}
ATF_TC_BODY(damaged, tc)
{
	static const char file[] = HEAD "\0\1\0\2\0\140"
	    TRACK "\6\0\220<@\1\370" TRACK "\7\2\300\2\0\377/\0";
	static const uint8_t want[][8] = {
		TIMING(4, 0), TIMING(0x40, 500000),
		{ 0x93, 5, 0x90, 0, 60, 64, 0, 0 },
		TIMING(2, 2), { 0x92, 5, 0xc0, 0, 2, 0, 0, 0 },
	};
	static const char zero[] = HEAD "\0\0\0\1\0\140"
	    TRACK "\13\0\377\121\3\0\0\0\0\377/\0";

	ATF_CHECK(!play(file, sizeof(file) - 1, true, &plain));
	EXPECT(want);
	ATF_CHECK_EQ(1, got.syncs);
	ATF_CHECK_EQ(1, got.resets);
	ATF_CHECK(!play("none", 4, true, &plain));
	ATF_CHECK_EQ(0, got.count);
	/* A tempo of 0 is passed over. */
	ATF_CHECK(play(zero, sizeof(zero) - 1, true, &plain));
	ATF_CHECK_EQ(2, got.count);
}

ATF_TC(late);
ATF_TC_HEAD(late, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches times that wrap around where "
	    "they are too late to count");
}
ATF_TC_BODY(late, tc)
{
	/* 17 times the longest delta, 16 of which just fit 32 bits. */
	static const uint8_t event[] = { 0xff, 0xff, 0xff, 0x7f, 0xc0, 1 };
	uint8_t file[22 + 17 * 6];
	int i;

	smf_write_header(file, 0, 1, 1);
	smf_write_chunk(file + 14, 17 * 6);
	for (i = 0; i < 17; i++)
		memcpy(file + 22 + i * 6, event, 6);
	ATF_CHECK(!play(file, sizeof(file), true, &plain));
	ATF_CHECK_EQ(2 + 2 * 16, got.count);
	ATF_CHECK_EQ(0xfffffff0, got.rec[got.count - 2].timing.arg);
	/* In steps of 20 us that is 100 times as soon. */
	ATF_CHECK(!play(file, sizeof(file), false, &plain));
	ATF_CHECK_EQ(1, got.count);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, beats);
	ATF_TP_ADD_TC(tp, steps);
	ATF_TP_ADD_TC(tp, sysex);
	ATF_TP_ADD_TC(tp, program);
	ATF_TP_ADD_TC(tp, patterns);
	ATF_TP_ADD_TC(tp, smpte);
	ATF_TP_ADD_TC(tp, damaged);
	ATF_TP_ADD_TC(tp, late);
	return atf_no_error();
}
