/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_mtc.c: MIDI time code to time.
 *
 * The model is a tape with a mark at each quarter of a frame.  A time on it
 * is counted up like a clock on the wall, frame by frame over a whole day,
 * and never calculated; running over the marks, either way, gives the pieces.
 */

#include <dev/midi/midi_mtc.h>

#include "h_bytes.h"

#define RATES	4
#define PIECES	MIDI_MTC_PIECES

static const uint32_t bases[RATES] = { 24, 25, 30, 30 };

/* The frame after this one; at the end of the day all is 0. */
static void
tape_next(struct midi_mtc_time *mt)
{

	if (++mt->mt_frame < bases[mt->mt_rate])
		return;
	mt->mt_frame = 0;
	if (++mt->mt_second < 60)
		return;
	mt->mt_second = 0;
	if (++mt->mt_minute == 60) {
		mt->mt_minute = 0;
		mt->mt_hour = (uint8_t)((mt->mt_hour + 1) % 24);
	}
	if (mt->mt_rate == MIDI_MTC_30_DROP && mt->mt_minute % 10 != 0)
		mt->mt_frame = 2;
}

static bool
same_time(const struct midi_mtc_time *a, const struct midi_mtc_time *b)
{

	return a->mt_rate == b->mt_rate && a->mt_hour == b->mt_hour &&
	    a->mt_minute == b->mt_minute && a->mt_second == b->mt_second &&
	    a->mt_frame == b->mt_frame;
}

/* Piece n of a time, as a data byte. */
static uint8_t
piece_of(const struct midi_mtc_time *mt, unsigned int n)
{
	const uint8_t values[] = { mt->mt_frame, mt->mt_second,
	    mt->mt_minute, (uint8_t)(mt->mt_hour | mt->mt_rate << 5) };
	uint8_t value = values[n / 2];

	return (uint8_t)(n << 4 | (n % 2 == 0 ? value & 0x0f : value >> 4));
}

/* The quarters of a day. */
static uint32_t
day_of(enum midi_mtc_rate rate)
{

	return midi_mtc_day_frames(rate) * MIDI_MTC_QUARTERS;
}

/*
 * What passes at a mark.  The times told are those of every other frame,
 * even ones if odd is 0.
 */
static uint8_t
mark(enum midi_mtc_rate rate, uint32_t place, uint32_t odd)
{
	struct midi_mtc_time mt;
	uint32_t day = day_of(rate), from;

	from = (place + day - odd * MIDI_MTC_QUARTERS) % day;
	midi_mtc_from_frames(rate, (place + day - from % PIECES) % day /
	    MIDI_MTC_QUARTERS, &mt);
	return piece_of(&mt, from % PIECES);
}

ATF_TC(days);
ATF_TC_HEAD(days, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a frame of any day that is counted wrong, and numbers "
	    "that are dropped where they are not to be");
}

ATF_TC_BODY(days, tc)
{
	struct midi_mtc_time got, mt;
	uint32_t frames;
	unsigned int rate;

	for (rate = 0; rate < RATES; rate++) {
		memset(&mt, 0, sizeof(mt));
		mt.mt_rate = (enum midi_mtc_rate)rate;
		frames = 0;
		do {
			ATF_REQUIRE(midi_mtc_time_valid(&mt));
			ATF_REQUIRE_EQ(midi_mtc_frames(&mt), frames);
			midi_mtc_from_frames(mt.mt_rate, frames, &got);
			ATF_REQUIRE(same_time(&mt, &got));
			tape_next(&mt);
			frames++;
		} while (mt.mt_hour != 0 || mt.mt_minute != 0 ||
		    mt.mt_second != 0 || mt.mt_frame != 0);
		ATF_CHECK_EQ(midi_mtc_day_frames(mt.mt_rate), frames);
	}
}

ATF_TC(times);
ATF_TC_HEAD(times, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches numbers that are no time and are taken for one");
}

ATF_TC_BODY(times, tc)
{
	static const struct midi_mtc_time bad[] = {
		{ MIDI_MTC_24, 24, 0, 0, 0 },
		{ MIDI_MTC_24, 0, 60, 0, 0 },
		{ MIDI_MTC_24, 0, 0, 60, 0 },
		{ MIDI_MTC_24, 0, 0, 0, 24 },
		{ MIDI_MTC_25, 0, 0, 0, 25 },
		{ MIDI_MTC_30, 0, 0, 0, 30 },
		{ MIDI_MTC_30_DROP, 0, 0, 0, 30 },
		{ MIDI_MTC_30_DROP, 0, 1, 0, 0 },
		{ MIDI_MTC_30_DROP, 23, 59, 0, 1 },
	};
	static const struct midi_mtc_time good[] = {
		{ MIDI_MTC_24, 23, 59, 59, 23 },
		{ MIDI_MTC_25, 23, 59, 59, 24 },
		{ MIDI_MTC_30, 0, 1, 0, 0 },
		{ MIDI_MTC_30_DROP, 0, 10, 0, 0 },
		{ MIDI_MTC_30_DROP, 0, 1, 1, 1 },
		{ MIDI_MTC_30_DROP, 0, 1, 0, 2 },
	};
	struct midi_mtc mm;
	uint8_t bytes[4];
	size_t i;
	unsigned int n;

	for (i = 0; i < __arraycount(bad); i++) {
		ATF_CHECK_MSG(!midi_mtc_time_valid(&bad[i]), "%zu", i);
		midi_mtc_init(&mm);
		for (n = 0; n < PIECES - 1; n++)
			ATF_CHECK_EQ(midi_mtc_piece(&mm, piece_of(&bad[i],
			    n)), MIDI_MTC_MORE);
		ATF_CHECK_EQ(midi_mtc_piece(&mm, piece_of(&bad[i], n)),
		    MIDI_MTC_LOST);
		ATF_CHECK(!midi_mtc_known(&mm));
		ATF_CHECK_EQ(mm.mm_lost, 1);
	}
	for (i = 0; i < __arraycount(good); i++)
		ATF_CHECK_MSG(midi_mtc_time_valid(&good[i]), "%zu", i);

	midi_mtc_init(&mm);
	memcpy(bytes, "\x61\x02\x03\x04", 4);
	ATF_CHECK_EQ(midi_mtc_full(&mm, bytes), MIDI_MTC_JUMP);
	ATF_CHECK(midi_mtc_known(&mm));
	memcpy(bytes, "\x61\x02\x03\x1e", 4);
	ATF_CHECK_EQ(midi_mtc_full(&mm, bytes), MIDI_MTC_LOST);
	ATF_CHECK(!midi_mtc_known(&mm));
}

/* Over so many marks from a place, one way; what comes out is that way. */
static void
run_over(enum midi_mtc_rate rate, uint32_t place, bool backward,
    unsigned int marks, uint32_t odd)
{
	enum midi_mtc_result got, want;
	struct midi_mtc mm;
	struct midi_mtc_time mt, want_mt;
	uint32_t day = day_of(rate);
	unsigned int n, since;
	bool known;

	midi_mtc_init(&mm);
	for (n = 0, since = 0, known = false; n < marks; n++) {
		uint8_t byte = mark(rate, place, odd);
		unsigned int first = backward ? PIECES - 1 : 0;

		/* A time is whole when its first piece was the first here. */
		if (byte >> 4 == first || since > 0)
			since++;
		want = known ? MIDI_MTC_ON : since == PIECES ?
		    MIDI_MTC_JUMP : MIDI_MTC_MORE;
		known = known || since == PIECES;
		got = midi_mtc_piece(&mm, byte);
		ATF_REQUIRE_EQ_MSG(got, want, "rate %d, place %u, mark %u: "
		    "%d", rate, place, n, got);
		ATF_REQUIRE_EQ(midi_mtc_known(&mm), known);
		if (known) {
			ATF_REQUIRE_EQ(mm.mm_place, place);
			ATF_REQUIRE_EQ(mm.mm_rate, rate);
			midi_mtc_time(&mm, &mt);
			midi_mtc_from_frames(rate, place / MIDI_MTC_QUARTERS,
			    &want_mt);
			ATF_REQUIRE(same_time(&mt, &want_mt));
		}
		place = (place + (backward ? day - 1 : 1)) % day;
	}
	ATF_REQUIRE_EQ(mm.mm_lost, 0);
}

ATF_TC(runs);
ATF_TC_HEAD(runs, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a place that is off by a piece or two frames, either "
	    "way, also over dropped numbers and midnight");
}

ATF_TC_BODY(runs, tc)
{
	uint64_t seed = 3;
	uint32_t day, minute, odd;
	unsigned int rate, i;

	for (rate = 0; rate < RATES; rate++) {
		enum midi_mtc_rate r = (enum midi_mtc_rate)rate;

		day = day_of(r);
		minute = 60 * bases[rate] * MIDI_MTC_QUARTERS;
		for (odd = 0; odd < 2; odd++) {
			for (i = 0; i < 2 * PIECES; i++) {
				run_over(r, day - 50 + i, false, 200, odd);
				run_over(r, 50 + i, true, 200, odd);
				run_over(r, minute - 50 + i, false, 200, odd);
				run_over(r, minute + 50 + i, true, 200, odd);
			}
			for (i = 0; i < 300; i++)
				run_over(r, h_bytes_random(&seed) % day,
				    i % 2 == 0, 60, odd);
		}
		/* A day and a bit. */
		run_over(r, 123, rate % 2 == 0, day / 8, 0);
	}
}

ATF_TC(missing);
ATF_TC_HEAD(missing, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a missing piece that goes unseen, and a time that is "
	    "put together across the gap");
}

ATF_TC_BODY(missing, tc)
{
	struct midi_mtc mm;
	uint32_t at, gap, place;
	unsigned int n;
	bool backward;

	/*
	 * Any piece at which the gap begins, any length, either way.  One of
	 * whole groups is seen at their end, and one that looks like two
	 * turns when the next eight are there.
	 */
	for (n = 0; n < 2 * PIECES * 2 * PIECES; n++) {
		backward = n % 2 != 0;
		at = n / 2 % PIECES;
		gap = 1 + n / 2 / PIECES;
		midi_mtc_init(&mm);
		for (place = 1000; place < 1100; place++) {
			uint32_t p = place < 1040 + at ? place : place + gap;
			enum midi_mtc_result got;

			got = midi_mtc_piece(&mm, mark(MIDI_MTC_25,
			    backward ? 100000 - p : p, 0));
			if (place == 1040 + at && gap % PIECES != 0 &&
			    gap % PIECES != PIECES - 2) {
				ATF_CHECK_EQ_MSG(got, MIDI_MTC_LOST,
				    "gap of %u at %u", gap, at);
				ATF_CHECK(!midi_mtc_known(&mm));
			}
			if (place >= 1040 + at + 3 * PIECES) {
				ATF_REQUIRE(midi_mtc_known(&mm));
				ATF_REQUIRE_EQ(mm.mm_place,
				    backward ? 100000 - p : p);
			}
		}
	}
}

ATF_TC(turns);
ATF_TC_HEAD(turns, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a place lost or shifted when the tape turns or was "
	    "wound, and a jump that is not told");
}

ATF_TC_BODY(turns, tc)
{
	struct midi_mtc mm;
	uint64_t seed = 8;
	uint32_t day, place;
	unsigned int i, run;
	uint8_t bytes[4];
	enum midi_mtc_result got;

	day = day_of(MIDI_MTC_30_DROP);
	midi_mtc_init(&mm);
	place = 5000;
	for (i = 0; i < 20; i++)
		(void)midi_mtc_piece(&mm, mark(MIDI_MTC_30_DROP, place++, 0));
	place--;
	for (run = 0; run < 3000; run++) {
		bool back = run % 2 == 0;

		for (i = h_bytes_random(&seed) % 40 + 1; i > 0; i--) {
			place = (place + (back ? day - 1 : 1)) % day;
			got = midi_mtc_piece(&mm, mark(MIDI_MTC_30_DROP,
			    place, 0));
			ATF_REQUIRE_EQ(got, MIDI_MTC_ON);
			ATF_REQUIRE_EQ(mm.mm_place, place);
		}
	}
	/* Wound to an hour, and on from there. */
	memcpy(bytes, "\x41\x00\x00\x00", 4);
	ATF_CHECK_EQ(midi_mtc_full(&mm, bytes), MIDI_MTC_JUMP);
	ATF_CHECK_EQ(mm.mm_place, day / 24);
	for (i = 0; i < 20; i++) {
		got = midi_mtc_piece(&mm, mark(MIDI_MTC_30_DROP,
		    day / 24 + i, 0));
		ATF_CHECK_EQ(got, MIDI_MTC_ON);
		ATF_CHECK_EQ(mm.mm_place, day / 24 + i);
	}
	/* Elsewhere, without a gap in the pieces: never a wrong place. */
	for (i = 20, got = MIDI_MTC_ON; got != MIDI_MTC_LOST; i++) {
		ATF_REQUIRE(i < 20 + PIECES);
		got = midi_mtc_piece(&mm, mark(MIDI_MTC_30_DROP,
		    8000 + i + day / 24 % PIECES, 0));
	}
	while (got != MIDI_MTC_JUMP) {
		ATF_REQUIRE(i < 20 + 2 * PIECES);
		got = midi_mtc_piece(&mm, mark(MIDI_MTC_30_DROP,
		    8000 + i++ + day / 24 % PIECES, 0));
	}
	ATF_CHECK_EQ(mm.mm_place, 8000 + i - 1 + day / 24 % PIECES);
	/* A full message that was not where the tape started then. */
	ATF_CHECK_EQ(midi_mtc_full(&mm, bytes), MIDI_MTC_JUMP);
	for (i = 0; i < PIECES; i++)
		got = midi_mtc_piece(&mm, mark(MIDI_MTC_30_DROP, 160 + i, 0));
	ATF_CHECK_EQ(got, MIDI_MTC_JUMP);
	ATF_CHECK_EQ(mm.mm_place, 167);
}

ATF_TC(anything);
ATF_TC_HEAD(anything, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches bytes that bring it out of its bounds");
}

ATF_TC_BODY(anything, tc)
{
	struct midi_mtc mm;
	struct midi_mtc_time mt;
	uint64_t seed = 21;
	uint8_t bytes[4], piece = 0;
	int i, j;

	midi_mtc_init(&mm);
	for (i = 0; i < 1000000; i++) {
		piece = (uint8_t)(piece + (h_bytes_random(&seed) % 64 == 0 ?
		    h_bytes_random(&seed) : 1U + (i >> 12 & 1) * 6U));
		(void)midi_mtc_piece(&mm, (uint8_t)(piece << 4 |
		    (h_bytes_random(&seed) & 0x8f)));
		if (h_bytes_random(&seed) % 256 == 0) {
			for (j = 0; j < 4; j++)
				bytes[j] = (uint8_t)h_bytes_random(&seed);
			(void)midi_mtc_full(&mm, bytes);
		}
		ATF_REQUIRE(midi_mtc_valid(&mm));
		if (midi_mtc_known(&mm)) {
			midi_mtc_time(&mm, &mt);
			ATF_REQUIRE(midi_mtc_time_valid(&mt));
		}
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, days);
	ATF_TP_ADD_TC(tp, times);
	ATF_TP_ADD_TC(tp, runs);
	ATF_TP_ADD_TC(tp, missing);
	ATF_TP_ADD_TC(tp, turns);
	ATF_TP_ADD_TC(tp, anything);
	return atf_no_error();
}
