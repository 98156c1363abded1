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
#include "seqrec.h"
#include "smf_write.h"

#define HEAD	"MThd\0\0\0\6"
#define TRACK	"MTrk\0\0\0"

static struct {
	seq_event_t	rec[8192];
	size_t		count;
	uint32_t	timebase;
} got;

int
play_out_timebase(struct play_out *out, uint32_t divisions)
{

	(void)out;
	got.timebase = divisions;
	return 0;
}

int
play_out_start(struct play_out *out)
{
	seq_event_t rec;

	rec = seqrec_timing(TMR_START, 0);
	return play_out_record(out, &rec);
}

int
play_out_record(struct play_out *out, const seq_event_t *rec)
{

	(void)out;
	ATF_REQUIRE(got.count < sizeof(got.rec) / sizeof(got.rec[0]));
	got.rec[got.count++] = *rec;
	return 0;
}

/* As if nothing had been said, on device 5; SysEx as it comes. */
static struct play_options
plain(void)
{
	struct play_options opt;
	size_t i;

	memset(&opt, 0, sizeof(opt));
	opt.device = "test";
	opt.percent = 100;
	opt.route.units[0] = 5;
	opt.route.nunits = 1;
	for (i = 0; i < PLAY_CHASE_CHANNELS; i++)
		opt.program[i] = -1;
	return opt;
}

/* Play a file in a fresh state. */
static bool
play(const void *data, size_t n, bool exact, const struct play_options *opt)
{
	struct play_out out;
	struct play_song s;
	bool ok;

	memset(&got, 0, sizeof(got));
	memset(&out, 0, sizeof(out));
	out.fd = -1;
	out.exact = exact;
	ok = play_song_open(&s, &out, opt, NULL, "file", data, n);
	if (ok) {
		ATF_REQUIRE_EQ(0, play_song_begin(&s, &opt->from));
		while (play_song_step(&s))
			continue;
		ATF_CHECK(s.ended);
		ATF_CHECK_EQ(0, s.send.error);
		play_song_verdict(&s);
	}
	ok = !s.damaged;
	play_song_close(&s);
	return ok;
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

/* Waits count a hundredth of a tick. */
#define WAIT(ticks)	TIMING(1, (ticks) * 100)

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
		WAIT(96), TIMING(0x40, 250000),
		{ 0x93, 5, 0x80, 2, 60, 64, 0, 0 },
		{ 0x93, 5, 0xa0, 2, 60, 1, 0, 0 },
		{ 0x92, 5, 0xb0, 2, 7, 0, U16(100) },
		WAIT(1), { 0x92, 5, 0xd0, 2, 5, 0, 0, 0 },
		WAIT(1), { 0x92, 5, 0xe0, 2, 0, 0, U16(8196) },
		{ 0x92, 5, 0xe0, 10, 0, 0, U16(0) },
		{ 0x92, 5, 0xe0, 10, 0, 0, U16(16383) },
	};
	struct play_options opt;

	opt = plain();
	ATF_CHECK(play(song, sizeof(song) - 1, true, &opt));
	EXPECT(want);
	ATF_CHECK_EQ(9600, got.timebase);
	/* Another speed changes nothing but the timebase. */
	opt.percent = 150;
	ATF_CHECK(play(song, sizeof(song) - 1, true, &opt));
	EXPECT(want);
	ATF_CHECK_EQ(14400, got.timebase);
}

ATF_TC(steps);
ATF_TC_HEAD(steps, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches wrong times where the "
	    "sequencer has no exact tempo");
}
ATF_TC_BODY(steps, tc)
{
	static const uint32_t times[2][3] = {
		/* 0.5 s, then 1/96 and 2/96 of 0.25 s, in 20 us. */
		{ 25000, 25130, 25260 },
		/* At 150 per cent two thirds of that. */
		{ 16666, 16753, 16840 },
	};
	struct play_options opt;
	uint32_t at;
	size_t i, n;
	int run;

	for (run = 0; run < 2; run++) {
		opt = plain();
		opt.percent = run == 0 ? 100 : 150;
		ATF_CHECK(play(song, sizeof(song) - 1, false, &opt));
		ATF_CHECK_EQ(0, got.timebase);
		at = 0;
		for (i = n = 0; i < got.count; i++) {
			if (got.rec[i].tag != SEQ_TIMING ||
			    got.rec[i].timing.op == TMR_START)
				continue;
			ATF_REQUIRE_EQ(TMR_WAIT_REL, got.rec[i].timing.op);
			ATF_REQUIRE(n < 3);
			at += got.rec[i].timing.arg;
			ATF_CHECK_EQ_MSG(times[run][n], at, "%u", at);
			n++;
		}
		ATF_CHECK_EQ(3, n);
	}
}

/* Whole; in three pieces; filling its records; an escape; unfinished. */
static const char sysex[] = HEAD "\0\0\0\1\0\140" TRACK "\54"
    "\0\360\3\1\2\367"
    "\0\360\2\1\2\1\367\4\3\4\5\6\1\367\1\367"
    "\0\360\5\1\2\3\4\367"
    "\0\367\2\370\363"
    "\0\360\2\1\200\0\377/\0";

ATF_TC(sysex);
ATF_TC_HEAD(sysex, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches SysEx cut into records "
	    "wrongly, above all when it comes in pieces");
}
ATF_TC_BODY(sysex, tc)
{
	static const uint8_t want[][8] = {
		TIMING(4, 0), TIMING(0x40, 500000),
		{ 0x94, 5, 0xf0, 1, 2, 0xf7, 0xff, 0xff },
		WAIT(1), { 0x94, 5, 0xf0, 1, 2, 3, 4, 5 },
		WAIT(1), { 0x94, 5, 6, 0xf7, 0xff, 0xff, 0xff, 0xff },
		{ 0x94, 5, 0xf0, 1, 2, 3, 4, 0xf7 },
		{ 5, 0xf8, 5, 0, 0, 0, 0, 0 }, { 5, 0xf3, 5, 0, 0, 0, 0, 0 },
	};
	struct play_options opt;

	opt = plain();
	ATF_CHECK(play(sysex, sizeof(sysex) - 1, true, &opt));
	EXPECT(want);
	/* A track that is mute has no SysEx either. */
	ATF_REQUIRE(play_pick_parse(&opt.mute, "t0"));
	ATF_CHECK(play(sysex, sizeof(sysex) - 1, true, &opt));
	for (size_t i = 0; i < got.count; i++)
		ATF_CHECK_EQ(SEQ_TIMING, got.rec[i].tag);
}

ATF_TC(pace);
ATF_TC_HEAD(pace, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches SysEx that comes faster than "
	    "the wire, messages that overtake it, and devices that wait for "
	    "that of another");
}
ATF_TC_BODY(pace, tc)
{
	/* 14 bytes for port 0, and notes for both ports behind them. */
	static const char file[] = HEAD "\0\1\0\2\0\140"
	    TRACK "\37\0\360\15\1\2\3\4\5\6\7\10\11\12\13\14\367"
	    "\0\220<@\0\200<@\1\300\1\0\377/\0"
	    TRACK "\24\0\377\41\1\1\0\221<@\0\201<@\2\301\1\0\377/\0";
	/* 6 bytes take 1.92 ms, a beat of 9600 divisions 500. */
	static const uint8_t want[][8] = {
		TIMING(4, 0), TIMING(0x40, 500000),
		{ 0x94, 5, 0xf0, 1, 2, 3, 4, 5 },
		{ 0x93, 7, 0x90, 1, 60, 64, 0, 0 },
		{ 0x93, 7, 0x80, 1, 60, 64, 0, 0 },
		TIMING(1, 37), { 0x94, 5, 6, 7, 8, 9, 10, 11 },
		TIMING(1, 37), { 0x94, 5, 12, 0xf7, 0xff, 0xff, 0xff, 0xff },
		TIMING(1, 13), { 0x93, 5, 0x90, 0, 60, 64, 0, 0 },
		{ 0x93, 5, 0x80, 0, 60, 64, 0, 0 },
		TIMING(1, 13), { 0x92, 5, 0xc0, 0, 1, 0, 0, 0 },
		TIMING(1, 100), { 0x92, 7, 0xc0, 1, 1, 0, 0, 0 },
	};
	struct play_options opt;

	opt = plain();
	opt.rate = 3125;
	opt.route.units[1] = 7;
	opt.route.nunits = 2;
	ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
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

	opt = plain();
	for (i = 0; i < PLAY_CHASE_CHANNELS; i++)
		opt.program[i] = 20;
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

/* Count the records of channels and compare them with those wanted. */
static void
expect_channel(const uint8_t (*rec)[8], size_t n)
{
	size_t i, kept;

	for (i = kept = 0; i < got.count; i++)
		if (got.rec[i].tag == SEQ_CHN_VOICE ||
		    got.rec[i].tag == SEQ_CHN_COMMON)
			got.rec[kept++] = got.rec[i];
	got.count = kept;
	expect(rec, n);
}

#define EXPECT_CHANNEL(a)	expect_channel(a, sizeof(a) / sizeof((a)[0]))

ATF_TC(picked);
ATF_TC_HEAD(picked, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches channels and tracks that are "
	    "left out wrongly, and keys transposed that should not be");
}
ATF_TC_BODY(picked, tc)
{
	/* Two tracks: channels 1 and 10; channel 2. */
	static const char file[] = HEAD "\0\1\0\2\0\140"
	    TRACK "\24\0\220<@\0\231<@\0\200<@\0\211<@\0\377/\0"
	    TRACK "\14\0\221}@\0\201}@\0\377/\0";
	static const uint8_t all[][8] = {
		{ 0x93, 5, 0x90, 0, 63, 64, 0, 0 },
		{ 0x93, 5, 0x90, 9, 60, 64, 0, 0 },
		{ 0x93, 5, 0x80, 0, 63, 64, 0, 0 },
		{ 0x93, 5, 0x80, 9, 60, 64, 0, 0 },
	};
	static const uint8_t drums[][8] = {
		{ 0x93, 5, 0x90, 9, 60, 64, 0, 0 },
		{ 0x93, 5, 0x80, 9, 60, 64, 0, 0 },
	};
	static const uint8_t second[][8] = {
		{ 0x93, 5, 0x90, 1, 125, 64, 0, 0 },
		{ 0x93, 5, 0x80, 1, 125, 64, 0, 0 },
	};
	struct play_options opt;

	/* Key 125 leaves the keyboard. */
	opt = plain();
	opt.transpose = 3;
	ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
	EXPECT_CHANNEL(all);
	opt = plain();
	ATF_REQUIRE(play_pick_parse(&opt.only, "10,t1"));
	ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
	ATF_CHECK_EQ(2, got.count);	/* start and tempo */
	opt = plain();
	ATF_REQUIRE(play_pick_parse(&opt.only, "10"));
	ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
	EXPECT_CHANNEL(drums);
	opt = plain();
	ATF_REQUIRE(play_pick_parse(&opt.mute, "1,10"));
	ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
	EXPECT_CHANNEL(second);
	opt = plain();
	ATF_REQUIRE(play_pick_parse(&opt.only, "t1"));
	ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
	EXPECT_CHANNEL(second);
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
		WAIT(1), { 0x92, 5, 0xc0, 0, 1, 0, 0, 0 },
		TIMING(0x40, 500000),
		WAIT(2), { 0x92, 5, 0xc0, 0, 2, 0, 0, 0 },
	};
	struct play_options opt;

	opt = plain();
	ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
	EXPECT(want);
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
		TIMING(1, 25), { 0x92, 5, 0xc0, 0, 1, 0, 0, 0 },
	};
	struct play_options opt;

	opt = plain();
	ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
	EXPECT(want);
	ATF_CHECK_EQ(2400 * 25, got.timebase);
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
	    TRACK "\11\0\220<@\0<@\1\370" TRACK "\7\2\300\2\0\377/\0";
	/* Struck twice, so ended twice. */
	static const uint8_t want[][8] = {
		TIMING(4, 0), TIMING(0x40, 500000),
		{ 0x93, 5, 0x90, 0, 60, 64, 0, 0 },
		{ 0x93, 5, 0x90, 0, 60, 64, 0, 0 },
		WAIT(2), { 0x92, 5, 0xc0, 0, 2, 0, 0, 0 },
		{ 0x93, 5, 0x80, 0, 60, 64, 0, 0 },
		{ 0x93, 5, 0x80, 0, 60, 64, 0, 0 },
	};
	static const char zero[] = HEAD "\0\0\0\1\0\140"
	    TRACK "\13\0\377\121\3\0\0\0\0\377/\0";
	struct play_options opt;

	opt = plain();
	ATF_CHECK(!play(file, sizeof(file) - 1, true, &opt));
	EXPECT(want);
	ATF_CHECK(!play("none", 4, true, &opt));
	ATF_CHECK_EQ(0, got.count);
	/* A tempo of 0 is passed over. */
	ATF_CHECK(play(zero, sizeof(zero) - 1, true, &opt));
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
	/* 2049 times the longest delta, of which 2048 can be counted. */
	static const uint8_t event[] = { 0xff, 0xff, 0xff, 0x7f, 0xc0, 1 };
	static uint8_t file[22 + 2049 * 6];
	struct play_options opt;
	uint64_t waited;
	size_t i, n;

	smf_write_header(file, 0, 1, 1);
	smf_write_chunk(file + 14, 2049 * 6);
	for (i = 0; i < 2049; i++)
		memcpy(file + 22 + i * 6, event, 6);
	opt = plain();
	/* At a hundred and at one division a tick more than 32 bits wait. */
	ATF_CHECK(!play(file, 22 + 20 * 6, true, &opt) || got.count > 40);
	for (i = n = waited = 0; i < got.count; i++) {
		if (got.rec[i].tag != SEQ_TIMING)
			n++;
		else if (got.rec[i].timing.op == TMR_WAIT_REL)
			waited += got.rec[i].timing.arg;
	}
	ATF_CHECK_EQ(20, n);
	ATF_CHECK_EQ(20 * UINT64_C(0xfffffff) * got.timebase, waited);
	opt.percent = 10000;
	ATF_CHECK(!play(file, sizeof(file), false, &opt));
	for (i = n = 0; i < got.count; i++)
		if (got.rec[i].tag != SEQ_TIMING)
			n++;
	ATF_CHECK_EQ_MSG(2048, n, "%zu", n);
}

/* A bank, a program, a bend, a parameter, a reset; then bars of one note. */
static const char long_song[] = HEAD "\0\0\0\1\0\140" TRACK "\116"
    "\0\260\0\1\0\40\2\0\300\3\0\340\1\2\0\260\145\0\0\144\0\0\6\14"
    "\0\377\121\3\7\241\40"
    "\0\220<@\140\200<@\140\260\7\12\140\7\13\140"
    "\360\3\1\2\367\0\260\7\14\0\220>@\203\0\200>@\0\220\100@"
    "\0\377/\0";

ATF_TC(places);
ATF_TC_HEAD(places, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a start in the middle that "
	    "lacks a program or controller, plays what came before, sends "
	    "them in a wrong order, or an end that leaves notes");
}
ATF_TC_BODY(places, tc)
{
	/* The order of a chase: parameters first, as they came; bank before
	 * program; the volume in front of the SysEx before it, the one
	 * behind it after. */
	static const uint8_t want[][8] = {
		TIMING(4, 0),
		{ 0x92, 5, 0xb0, 0, 101, 0, 0, 0 },
		{ 0x92, 5, 0xb0, 0, 100, 0, 0, 0 },
		{ 0x92, 5, 0xb0, 0, 6, 0, U16(12) },
		{ 0x92, 5, 0xb0, 0, 0, 0, U16(1) },
		{ 0x92, 5, 0xb0, 0, 32, 0, U16(2) },
		{ 0x92, 5, 0xc0, 0, 3, 0, 0, 0 },
		{ 0x92, 5, 0xb0, 0, 7, 0, U16(11) },
		{ 0x92, 5, 0xe0, 0, 0, 0, U16(257) },
		{ 0x94, 5, 0xf0, 1, 2, 0xf7, 0xff, 0xff },
		{ 0x92, 5, 0xb0, 0, 7, 0, U16(12) },
		TIMING(0x40, 500000), WAIT(288),
		{ 0x93, 5, 0x80, 0, 62, 64, 0, 0 },
		{ 0x93, 5, 0x90, 0, 64, 64, 0, 0 },
		{ 0x93, 5, 0x80, 0, 64, 64, 0, 0 },
	};
	/* Up to a place: what sounds there is ended. */
	static const uint8_t head[][8] = {
		{ 0x93, 5, 0x90, 0, 60, 64, 0, 0 },
		{ 0x93, 5, 0x80, 0, 60, 64, 0, 0 },
	};
	struct play_options opt;
	size_t i, n;

	opt = plain();
	ATF_REQUIRE(play_place_parse(&opt.from, "m2.2"));
	ATF_CHECK(play(long_song, sizeof(long_song) - 1, true, &opt));
	EXPECT(want);
	ATF_REQUIRE(play_place_parse(&opt.from, "2.500"));
	ATF_CHECK(play(long_song, sizeof(long_song) - 1, true, &opt));
	EXPECT(want);
	/* To the end and further: silence, but what was set is set. */
	ATF_REQUIRE(play_place_parse(&opt.from, "m100"));
	ATF_CHECK(play(long_song, sizeof(long_song) - 1, true, &opt));
	for (i = 0; i < got.count; i++)
		ATF_CHECK(got.rec[i].tag != SEQ_CHN_VOICE);
	opt = plain();
	ATF_REQUIRE(play_place_parse(&opt.to, "0.25"));
	ATF_CHECK(play(long_song, sizeof(long_song) - 1, true, &opt));
	for (i = n = 0; i < got.count; i++)
		if (got.rec[i].tag == SEQ_CHN_VOICE)
			got.rec[n++] = got.rec[i];
	got.count = n;
	EXPECT(head);
}

ATF_TC(route);
ATF_TC_HEAD(route, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches ports and names of devices "
	    "that lead to the wrong one");
}
ATF_TC_BODY(route, tc)
{
	/* Without a port; port 1, port 2, then a name, in one track. */
	static const char file[] = HEAD "\0\0\0\1\0\140" TRACK "\44"
	    "\0\300\1\0\377\41\1\1\0\300\2\0\377\41\1\2\0\300\3"
	    "\0\377\11\5Synth\0\300\4\0\377/\0";
	static const struct {
		const char	*from;	/* a rule, to 9 */
		bool		names;	/* device 11 is Synth */
		uint8_t		want[4];
	} table[] = {
		{ NULL, false, { 5, 6, 5, 5 } },
		{ "1", false, { 5, 9, 5, 5 } },
		{ "2", false, { 5, 6, 9, 9 } },
		{ "Synth", false, { 5, 6, 5, 9 } },
		{ "Syn", true, { 5, 6, 5, 11 } },
		{ NULL, true, { 5, 6, 5, 11 } },
	};
	static char names[12][SEQDEV_NAME_BYTES];
	struct play_options opt;
	size_t i, j, n;

	strcpy(names[11], "Synth");
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		opt = plain();
		opt.route.units[1] = 6;
		opt.route.nunits = 2;
		opt.route.rules[0].from = table[i].from;
		opt.route.rules[0].unit = 9;
		opt.route.nrules = table[i].from != NULL;
		opt.route.names = table[i].names ? names : NULL;
		opt.route.nnames = table[i].names ? 12 : 0;
		ATF_CHECK(play(file, sizeof(file) - 1, true, &opt));
		for (j = n = 0; j < got.count; j++)
			if (got.rec[j].tag == SEQ_CHN_COMMON) {
				ATF_REQUIRE(n < 4);
				ATF_CHECK_EQ_MSG(table[i].want[n],
				    got.rec[j].common.device, "%zu.%zu: %u",
				    i, n, got.rec[j].common.device);
				n++;
			}
		ATF_CHECK_EQ(4, n);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, beats);
	ATF_TP_ADD_TC(tp, steps);
	ATF_TP_ADD_TC(tp, sysex);
	ATF_TP_ADD_TC(tp, pace);
	ATF_TP_ADD_TC(tp, program);
	ATF_TP_ADD_TC(tp, picked);
	ATF_TP_ADD_TC(tp, patterns);
	ATF_TP_ADD_TC(tp, smpte);
	ATF_TP_ADD_TC(tp, damaged);
	ATF_TP_ADD_TC(tp, late);
	ATF_TP_ADD_TC(tp, places);
	ATF_TP_ADD_TC(tp, route);
	return atf_no_error();
}
