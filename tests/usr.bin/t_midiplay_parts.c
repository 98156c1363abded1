/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midiplay_parts.c: the parts of midiplay(1) that need neither a device nor
 * a terminal: places, lists, keys, clock, pacing, chasing, and the line.
 */

#include <atf-c.h>
#include <locale.h>
#include <string.h>

#include "play_chase.h"
#include "play_clock.h"
#include "play_key.h"
#include "play_line.h"
#include "play_pace.h"
#include "play_pick.h"
#include "play_place.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static struct smf_read
file(uint16_t division)
{
	struct smf_read r;

	memset(&r, 0, sizeof(r));
	r.division = division;
	r.tracks = 1;
	return r;
}

ATF_TC(place);
ATF_TC_HEAD(place, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches places that are taken for "
	    "others, or text that is taken for a place");
}
ATF_TC_BODY(place, tc)
{
	static const struct {
		const char	*text;
		enum play_place_kind kind;
		uint64_t	value;
		unsigned	beat;
	} table[] = {
		{ "0", PLAY_PLACE_TIME, 0, 1 },
		{ "90", PLAY_PLACE_TIME, UINT64_C(90000000000), 1 },
		{ "1.5", PLAY_PLACE_TIME, 1500000000, 1 },
		{ "1.", PLAY_PLACE_TIME, 1000000000, 1 },
		{ "0.0000000019", PLAY_PLACE_TIME, 1, 1 },
		{ "1:02.25", PLAY_PLACE_TIME, UINT64_C(62250000000), 1 },
		{ "2:00:01", PLAY_PLACE_TIME, UINT64_C(7201000000000), 1 },
		{ "m1", PLAY_PLACE_BAR, 1, 1 },
		{ "m12.3", PLAY_PLACE_BAR, 12, 3 },
	};
	static const char *const wrong[] = {
		"", "x", "-1", "+1", " 1", "1 ", "1:60", "1:", ":1", ".5",
		"1:2:3:4", "1.2.3", "1e3", "m", "m0", "m1.", "m1.0", "m1.x",
		"m-1", "9999999999", "m9999999999",
	};
	struct play_place p;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		ATF_CHECK(play_place_parse(&p, table[i].text));
		ATF_CHECK_EQ(table[i].kind, p.kind);
		ATF_CHECK_EQ_MSG(table[i].value, p.value, "%s",
		    table[i].text);
		ATF_CHECK_EQ(table[i].beat, p.beat);
	}
	for (i = 0; i < COUNT(wrong); i++)
		ATF_CHECK_MSG(!play_place_parse(&p, wrong[i]), "%s",
		    wrong[i]);
}

ATF_TC(pick);
ATF_TC_HEAD(pick, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches lists that name other channels "
	    "or tracks, and text that is no list");
}
ATF_TC_BODY(pick, tc)
{
	static const char *const wrong[] = {
		"", ",", "1,", ",1", "0", "17", "3-2", "1-", "-1", "1-17", "t",
		"t65536", "t3-2", "x", "1 2", "1;2",
	};
	struct play_pick mute, only;
	size_t i;
	uint8_t ch;

	memset(&only, 0, sizeof(only));
	memset(&mute, 0, sizeof(mute));
	ATF_CHECK(play_pick_plays(&only, &mute, 0, 0));
	ATF_REQUIRE(play_pick_parse(&only, "1,3-5,16,t2,t65535,t7-9"));
	for (ch = 0; ch < 16; ch++)
		ATF_CHECK_EQ(ch == 0 || (ch >= 2 && ch <= 4) || ch == 15,
		    play_pick_plays(&only, &mute, 2, ch));
	for (i = 0; i < 65536; i++)
		ATF_CHECK_EQ(i == 2 || i == 65535 || (i >= 7 && i <= 9),
		    play_pick_plays(&only, &mute, (uint16_t)i, 0));
	ATF_REQUIRE(play_pick_parse(&mute, "3,t8"));
	ATF_CHECK(!play_pick_plays(&only, &mute, 2, 2));
	ATF_CHECK(!play_pick_plays(&only, &mute, 8, 0));
	ATF_CHECK(play_pick_plays(&only, &mute, 9, 0));
	ATF_CHECK(!play_pick_track_plays(&only, &mute, 8));
	for (i = 0; i < COUNT(wrong); i++) {
		memset(&only, 0, sizeof(only));
		ATF_CHECK_MSG(!play_pick_parse(&only, wrong[i]), "%s",
		    wrong[i]);
	}
}

/* What a row of bytes means: the first key, and how many there were. */
static enum play_key
press(const char *bytes, unsigned *keys)
{
	struct play_key_state s;
	enum play_key first, key;

	memset(&s, 0, sizeof(s));
	first = PLAY_KEY_NONE;
	for (*keys = 0; *bytes != '\0'; bytes++) {
		key = play_key_byte(&s, *bytes);
		if (key != PLAY_KEY_NONE && (*keys)++ == 0)
			first = key;
	}
	return first;
}

ATF_TC(key);
ATF_TC_HEAD(key, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches keys that do something else, "
	    "above all those that send several bytes, one at a time");
}
ATF_TC_BODY(key, tc)
{
	static const struct {
		const char	*bytes;
		enum play_key	first;
		unsigned	keys;
	} table[] = {
		{ " ", PLAY_KEY_PAUSE, 1 }, { "p", PLAY_KEY_PAUSE, 1 },
		{ "q", PLAY_KEY_QUIT, 1 }, { "?", PLAY_KEY_HELP, 1 },
		{ "+", PLAY_KEY_FASTER, 1 }, { "-", PLAY_KEY_SLOWER, 1 },
		{ "=", PLAY_KEY_TEMPO, 1 }, { "n", PLAY_KEY_NEXT, 1 },
		{ "b", PLAY_KEY_PREVIOUS, 1 }, { "y", PLAY_KEY_LYRICS, 1 },
		{ "0", PLAY_KEY_START, 1 },
		{ "\033[D", PLAY_KEY_BACK, 1 }, { "\033OD", PLAY_KEY_BACK, 1 },
		{ "\033[C", PLAY_KEY_FORTH, 1 },
		{ "\033[A", PLAY_KEY_BAR_FORTH, 1 },
		{ "\033[B", PLAY_KEY_BAR_BACK, 1 },
		{ "\033[H", PLAY_KEY_START, 1 },
		{ "\033[1~", PLAY_KEY_START, 1 },
		{ "\033[5~", PLAY_KEY_PREVIOUS, 1 },
		{ "\033[6~", PLAY_KEY_NEXT, 1 },
		/* Several at once, and some that mean nothing. */
		{ "++ ", PLAY_KEY_FASTER, 3 },
		{ "\033[C\033[C", PLAY_KEY_FORTH, 2 },
		{ "x", PLAY_KEY_NONE, 0 }, { "Q", PLAY_KEY_NONE, 0 },
		{ "\033", PLAY_KEY_NONE, 0 }, { "\033q", PLAY_KEY_QUIT, 1 },
		{ "\033\033[C", PLAY_KEY_FORTH, 1 },
		{ "x q", PLAY_KEY_PAUSE, 2 },
		/* Keys that are not ours, whose last letters are. */
		{ "\033[1;5C", PLAY_KEY_NONE, 0 },
		{ "\033[15~q", PLAY_KEY_QUIT, 1 },
		{ "\033Oq", PLAY_KEY_NONE, 0 },
		{ "\033[1;2;3;4;5;6;7;8;9pq", PLAY_KEY_QUIT, 1 },
	};
	unsigned keys;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		ATF_CHECK_EQ_MSG(table[i].first, press(table[i].bytes, &keys),
		    "%s", table[i].bytes);
		ATF_CHECK_EQ_MSG(table[i].keys, keys, "%s", table[i].bytes);
	}
	for (i = 0; play_key_help(i) != NULL; i++)
		ATF_CHECK(strlen(play_key_help(i)) < 80);
	ATF_CHECK(i > 0);
}

ATF_TC(clock_);
ATF_TC_HEAD(clock_, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a number of divisions per tick "
	    "that the sequencer cannot count, or that rounds needlessly");
}
ATF_TC_BODY(clock_, tc)
{
	static const unsigned percents[] = { 1, 33, 50, 99, 100, 110, 999,
	    1000, 1001, 5000, 10000 };
	struct play_clock c;
	struct smf_read r;
	uint64_t base, ns;
	unsigned division;
	size_t i;

	for (division = 1; division <= 32767; division++)
		for (i = 0; i < COUNT(percents); i++) {
			r = file((uint16_t)division);
			play_clock_init(&c, &r, true, percents[i]);
			if (!c.beats) {
				ATF_CHECK((uint64_t)division * percents[i] >
				    100000000);
				continue;
			}
			base = play_clock_timebase(&c);
			ATF_REQUIRE(base >= 1 && base <= 1000000);
			/* Off by half a division of a beat at most. */
			ns = base * 100;
			ATF_REQUIRE(ns + 50 >= (uint64_t)division * c.scale *
			    percents[i] && ns <= (uint64_t)division *
			    c.scale * percents[i] + 50);
			if (percents[i] == 100)
				ATF_REQUIRE_EQ(division * c.scale, base);
			/* A tick is there and back again. */
			play_clock_base(&c, 100, 5000);
			ATF_REQUIRE_EQ(12345, play_clock_tick(&c, &c.tempo,
			    play_clock_division(&c, 12345)));
		}
	/* The resolution is there for SysEx: 6 bytes in 1.92 ms. */
	r = file(24);
	play_clock_init(&c, &r, true, 100);
	ATF_CHECK(c.scale >= 200);
	ATF_CHECK_EQ((1920000ULL * 24 * c.scale + 499999999) / 500000000,
	    play_clock_real(&c, 500000, 1920000));
}

ATF_TC(speed);
ATF_TC_HEAD(speed, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches steps that jump where the "
	    "speed changes");
}
ATF_TC_BODY(speed, tc)
{
	struct play_clock c;
	struct smf_read r;
	uint64_t was;

	r = file(96);
	play_clock_init(&c, &r, false, 100);
	ATF_CHECK(!c.beats);
	was = play_clock_division(&c, 96);
	ATF_CHECK_EQ(25000, was);
	play_clock_percent(&c, 96, 200);
	ATF_CHECK_EQ(was, play_clock_division(&c, 96));
	ATF_CHECK_EQ(was + 12500, play_clock_division(&c, 192));
	ATF_CHECK_EQ(192, play_clock_tick(&c, &c.tempo, was + 12500));
	ATF_CHECK_EQ(96, play_clock_tick(&c, &c.tempo, was));
	ATF_CHECK_EQ(96, play_clock_tick(&c, &c.tempo, 0));
}

ATF_TC(pace);
ATF_TC_HEAD(pace, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches records held back that come "
	    "out in another order, or are forgotten");
}
ATF_TC_BODY(pace, tc)
{
	static struct play_pace p;
	seq_event_t rec;
	uint64_t at, last;
	unsigned i, n, next[4];

	play_pace_reset(&p);
	ATF_CHECK_EQ(UINT64_MAX, play_pace_next(&p));
	ATF_CHECK_EQ(0, play_pace_end(&p));
	memset(&rec, 0, sizeof(rec));
	/* Four devices that are busy more and more, each in its order. */
	for (i = 0; i < 4000; i++) {
		ATF_CHECK(!play_pace_full(&p));
		play_pace_busy(&p, i % 4, 10, i * 7919 % 13);
		rec.putc.tag = SEQOLD_MIDIPUTC;
		rec.putc.device = i % 4;
		memcpy(&rec.arr[4], &i, sizeof(i));
		ATF_REQUIRE(play_pace_hold(&p, i % 4, &rec));
	}
	ATF_CHECK(!play_pace_open(&p, 0, 10));
	ATF_CHECK(play_pace_open(&p, 4, 0));
	/* Half as fast: what is to come is twice as far off. */
	at = play_pace_end(&p);
	play_pace_tempo(&p, 10, 500000, 250000);
	ATF_CHECK_EQ(10 + 2 * (at - 10), play_pace_end(&p));
	last = 0;
	for (i = 0; i < 4; i++)
		next[i] = i;
	for (i = 0; i < 4000; i++) {
		at = play_pace_next(&p);
		ATF_REQUIRE(at >= last && at != UINT64_MAX);
		last = at;
		rec = play_pace_take(&p);
		memcpy(&n, &rec.arr[4], sizeof(n));
		ATF_REQUIRE_EQ(next[rec.putc.device], n);
		next[rec.putc.device] += 4;
	}
	ATF_CHECK_EQ(UINT64_MAX, play_pace_next(&p));
	for (i = 0; i < PLAY_PACE_HELD; i++)
		ATF_REQUIRE(play_pace_hold(&p, 0, &rec));
	ATF_CHECK(play_pace_full(&p));
	play_pace_free(&p);
}

ATF_TC(chase);
ATF_TC_HEAD(chase, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a state that is not the last "
	    "one, is given back in a wrong order, or more than once");
}
ATF_TC_BODY(chase, tc)
{
	static const struct {
		uint8_t	msg[3];
		bool	now;
	} given[] = {
		{ { 0xc1, 5, 0 }, false }, { { 0xc1, 6, 0 }, false },
		{ { 0xb1, 7, 1 }, false }, { { 0xb1, 7, 2 }, false },
		{ { 0xb1, 32, 4 }, false }, { { 0xb1, 0, 3 }, false },
		{ { 0xb1, 101, 0 }, true }, { { 0xb1, 6, 1 }, true },
		{ { 0xb1, 126, 1 }, true }, { { 0xb1, 123, 0 }, false },
		{ { 0xb1, 120, 0 }, false }, { { 0x91, 60, 1 }, false },
		{ { 0xa1, 60, 1 }, false }, { { 0xd1, 9, 0 }, false },
		{ { 0xe1, 1, 2 }, false },
		/* A reset of what it resets: bend and wheel, not volume. */
		{ { 0xe2, 1, 2 }, false }, { { 0xb2, 1, 9 }, false },
		{ { 0xb2, 64, 127 }, false }, { { 0xb2, 7, 9 }, false },
		{ { 0xb2, 121, 0 }, true },
	};
	static const uint8_t want[][3] = {
		{ 0xb1, 0, 3 }, { 0xb1, 32, 4 }, { 0xc1, 6 }, { 0xb1, 7, 2 },
		{ 0xd1, 9 }, { 0xe1, 1, 2 }, { 0xb2, 7, 9 },
	};
	struct play_chase c;
	uint8_t msg[3];
	size_t i, n;

	play_chase_init(&c);
	ATF_CHECK_EQ(0, play_chase_next(&c, msg));
	for (i = 0; i < COUNT(given); i++)
		ATF_CHECK_EQ_MSG(given[i].now,
		    play_chase_message(&c, given[i].msg), "%zu", i);
	for (i = 0; i < COUNT(want); i++) {
		n = play_chase_next(&c, msg);
		ATF_REQUIRE_EQ((want[i][0] & 0xe0) == 0xc0 ? 2 : 3, n);
		ATF_CHECK_MSG(memcmp(want[i], msg, n) == 0,
		    "%zu: %02x %02x %02x", i, msg[0], msg[1], msg[2]);
	}
	ATF_CHECK_EQ(0, play_chase_next(&c, msg));
}

static void
mark(struct play_view *v, uint64_t tick, uint8_t type, const char *data)
{
	struct smf_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.tick = tick;
	ev.status = SMF_META;
	ev.type = type;
	ev.data = (const uint8_t *)data;
	ev.length = (uint32_t)strlen(data);
	play_view_put(v, &ev);
}

ATF_TC(view);
ATF_TC_HEAD(view, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches words that are shown before "
	    "they are heard, lines of lyrics that do not end where they "
	    "should, and titles that are none");
}
ATF_TC_BODY(view, tc)
{
	static struct play_view v;
	struct smf_read r;
	int i;

	r = file(96);
	play_view_init(&v, &r, "file.mid", true);
	ATF_CHECK_STREQ("file.mid", v.title);
	mark(&v, 0, SMF_META_TRACK, "Song");
	mark(&v, 0, SMF_META_TRACK, "Another");
	mark(&v, 96, SMF_META_LYRIC, "Hel");
	mark(&v, 100, SMF_META_LYRIC, "lo ");
	mark(&v, 110, SMF_META_LYRIC, "world\r");
	mark(&v, 120, SMF_META_LYRIC, "Next");
	mark(&v, 130, SMF_META_LYRIC, "\n");
	mark(&v, 130, SMF_META_LYRIC, "line");
	mark(&v, 140, SMF_META_TEXT, "is no lyric");
	play_view_tick(&v, 95);
	ATF_CHECK_STREQ("Song", v.title);
	ATF_CHECK_STREQ("", v.lyric);
	play_view_tick(&v, 105);
	ATF_CHECK_STREQ("Hello ", v.lyric);
	play_view_tick(&v, 115);
	ATF_CHECK_STREQ("Hello world", v.lyric);
	play_view_tick(&v, 125);
	ATF_CHECK_STREQ("Next", v.lyric);
	play_view_tick(&v, 145);
	ATF_CHECK_STREQ("line", v.lyric);
	ATF_CHECK_EQ(145 * UINT64_C(500000000) / 96, play_view_ns(&v));
	/* Karaoke. */
	play_view_init(&v, &r, "kar", true);
	mark(&v, 0, SMF_META_TEXT, "@KMIDI KARAOKE FILE");
	mark(&v, 0, SMF_META_TEXT, "@TThe title");
	mark(&v, 0, SMF_META_TEXT, "@TThe singer");
	mark(&v, 1, SMF_META_TEXT, "\\One ");
	mark(&v, 2, SMF_META_TEXT, "two");
	mark(&v, 3, SMF_META_TEXT, "/Three");
	play_view_tick(&v, 2);
	ATF_CHECK_STREQ("The title", v.title);
	ATF_CHECK_STREQ("One two", v.lyric);
	play_view_tick(&v, 3);
	ATF_CHECK_STREQ("Three", v.lyric);
	/* Room for a step is told. */
	for (i = 0; !play_view_full(&v); i++)
		mark(&v, 4, SMF_META_LYRIC, "x");
	ATF_CHECK_EQ(PLAY_VIEW_MARKS - PLAY_VIEW_STEP + 1, i);
	play_view_tick(&v, 4);
	ATF_CHECK(!play_view_full(&v));
	ATF_CHECK(strlen(v.lyric) < sizeof(v.lyric));
}

ATF_TC(line);
ATF_TC_HEAD(line, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a line that says something "
	    "else, or is wider than the terminal");
}
ATF_TC_BODY(line, tc)
{
	static struct play_view v;
	char text[PLAY_LINE_BYTES];
	struct play_line l;
	struct smf_read r;
	size_t columns, n;

	ATF_REQUIRE(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
	r = file(96);
	/* Ten characters of two columns each. */
	play_view_init(&v, &r, "\346\227\245\346\234\254\350\252\236"
	    "\346\227\245\346\234\254\350\252\236\346\227\245"
	    "\346\234\254\350\252\236\346\227\245", true);
	mark(&v, 0, SMF_META_LYRIC, "the words that are sung");
	play_view_tick(&v, 96 * 7 + 48);
	memset(&l, 0, sizeof(l));
	l.view = &v;
	l.percent = 100;
	for (columns = 0; columns < 120; columns++) {
		l.lyrics = columns & 1;
		n = play_line(&l, text, columns);
		ATF_CHECK(n <= columns);
		if (l.lyrics)
			ATF_CHECK(columns < 78 || n == 73);
		else
			ATF_CHECK(columns < 48 || n == 48);
	}
	play_view_init(&v, &r, "Song", true);
	mark(&v, 0, SMF_META_LYRIC, "la la");
	play_view_tick(&v, 96 * 7 + 48);
	play_line(&l, text, 79);
	ATF_CHECK_STREQ("0:03.7  bar 2.4  120.0 bpm  Song: la la", text);
	l.lyrics = false;
	l.total_ns = UINT64_C(3725000000000);
	l.percent = 150;
	l.paused = true;
	play_line(&l, text, 79);
	ATF_CHECK_STREQ("0:03.7/1:02:05  bar 2.4  180.0 bpm (150%)  [paused]"
	    "  Song", text);
	/* The last words stay. */
	l.lyrics = true;
	l.paused = false;
	n = play_line(&l, text, 52);
	ATF_CHECK_STREQ("0:03.7/1:02:05  bar 2.4  180.0 bpm (150%)  Song:  la",
	    text);
	v.smpte = true;
	play_line(&l, text, 79);
	ATF_CHECK_STREQ("0:03.7/1:02:05 (150%)  Song: la la", text);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, place);
	ATF_TP_ADD_TC(tp, pick);
	ATF_TP_ADD_TC(tp, key);
	ATF_TP_ADD_TC(tp, clock_);
	ATF_TP_ADD_TC(tp, speed);
	ATF_TP_ADD_TC(tp, pace);
	ATF_TP_ADD_TC(tp, chase);
	ATF_TP_ADD_TC(tp, view);
	ATF_TP_ADD_TC(tp, line);
	return atf_no_error();
}
