/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_smf_text.c: texts, bars and the way back from time, of MIDI files.
 */

#include <atf-c.h>
#include <string.h>

#include "smf_bar.h"
#include "smf_text.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

ATF_TC(text);
ATF_TC_HEAD(text, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches characters that play with the "
	    "terminal, are cut in the middle, or taken for others");
}
ATF_TC_BODY(text, tc)
{
	static const struct {
		const char	*in;
		size_t		room;
		const char	*utf8;
		const char	*ascii;
	} table[] = {
		{ "plain", 64, "plain", "plain" },
		{ "", 1, "", "" },
		{ "plain", 4, "pla", "pla" },
		{ "a\033[2Jb\007\177c", 64, "a?[2Jb??c", "a?[2Jb??c" },
		/* UTF-8, ISO 8859-1, and what is neither as a whole. */
		{ "Gr\303\266\303\237e", 64, "Gr\303\266\303\237e", "Gr??e" },
		{ "Gr\366\337e", 64, "Gr\303\266\303\237e", "Gr??e" },
		{ "\303\266\366", 64, "\303\203\302\266\303\266", "???" },
		{ "\342\202\254", 64, "\342\202\254", "?" },
		{ "\360\235\204\236", 64, "\360\235\204\236", "?" },
		/* Not cut within a character. */
		{ "\342\202\254\342\202\254", 6, "\342\202\254", "??" },
		/* Controls from 0x80 on, in either form. */
		{ "a\2332Jb", 64, "a?2Jb", "a?2Jb" },
		{ "a\302\2332Jb", 64, "a?2Jb", "a?2Jb" },
		/* Right to left override; a longer form than needed. */
		{ "a\342\200\256b", 64, "a?b", "a?b" },
		{ "\300\257", 64, "\303\200\302\257", "??" },
		/* A surrogate, and more than there is. */
		{ "\355\240\200", 64, "\303\255\302\240?", "???" },
		{ "\364\220\200\200", 64, "\303\264???", "????" },
		/* Cut short. */
		{ "\342\202", 64, "\303\242?", "??" },
	};
	char out[64];
	size_t i, n;

	for (i = 0; i < COUNT(table); i++) {
		n = smf_text(out, table[i].room,
		    (const uint8_t *)table[i].in, strlen(table[i].in), true);
		ATF_CHECK_STREQ_MSG(table[i].utf8, out, "%zu: %s", i, out);
		ATF_CHECK_EQ(strlen(out), n);
		smf_text(out, table[i].room, (const uint8_t *)table[i].in,
		    strlen(table[i].in), false);
		ATF_CHECK_STREQ_MSG(table[i].ascii, out, "%zu: %s", i, out);
	}
}

ATF_TC(names);
ATF_TC_HEAD(names, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches types of meta events without "
	    "a name, or with another's");
}
ATF_TC_BODY(names, tc)
{
	unsigned type;

	ATF_CHECK_STREQ("Lyric", smf_text_name(SMF_META_LYRIC));
	ATF_CHECK_STREQ("Key", smf_text_name(SMF_META_KEY));
	ATF_CHECK(smf_text_name(0x7e) == NULL);
	ATF_CHECK(smf_text_name(0xff) == NULL);
	for (type = 0; type < 0x100; type++)
		ATF_CHECK_EQ(type >= 1 && type <= 15,
		    smf_text_is((uint8_t)type));
}

/* A file of so many ticks per beat, as far as it matters here. */
static struct smf_read
file(uint16_t division, uint32_t beat_us)
{
	struct smf_read r;

	memset(&r, 0, sizeof(r));
	r.division = division;
	r.beat_us = beat_us;
	return r;
}

static void
timesig(struct smf_bar *b, uint64_t tick, uint8_t beats, uint8_t shift)
{
	struct smf_event ev;
	uint8_t data[4] = { beats, shift, 24, 8 };

	memset(&ev, 0, sizeof(ev));
	ev.tick = tick;
	ev.data = data;
	ev.length = 4;
	smf_bar_set(b, &ev);
}

ATF_TC(bars);
ATF_TC_HEAD(bars, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches bars and beats counted wrongly "
	    "across time signatures, and beats shorter than a tick");
}
ATF_TC_BODY(bars, tc)
{
	static const struct {
		uint64_t	tick;
		uint64_t	bar;
		unsigned	beat;
		unsigned	part;
	} table[] = {
		/* 4/4 */
		{ 0, 1, 1, 0 }, { 48, 1, 1, 500 }, { 383, 1, 4, 989 },
		{ 384, 2, 1, 0 },
		/* 6/8 from bar 3 on */
		{ 768, 3, 1, 0 }, { 816, 3, 2, 0 }, { 768 + 288, 4, 1, 0 },
		/* 3/4 from the middle of bar 4 on, which so ends */
		{ 1100, 5, 1, 0 }, { 1100 + 288, 6, 1, 0 },
	};
	struct smf_read r;
	struct smf_bar b;
	uint64_t bar, tick;
	unsigned beat, part;
	size_t i;

	r = file(96, 0);
	smf_bar_init(&b, &r);
	for (i = 0; i < COUNT(table); i++) {
		if (table[i].tick == 768)
			timesig(&b, 768, 6, 3);
		if (table[i].tick == 1100)
			timesig(&b, 1100, 3, 2);
		smf_bar_at(&b, table[i].tick, &bar, &beat, &part);
		ATF_CHECK_EQ(table[i].bar, bar);
		ATF_CHECK_EQ(table[i].beat, beat);
		ATF_CHECK_EQ(table[i].part, part);
		if (part == 0)
			ATF_CHECK_EQ(table[i].tick,
			    smf_bar_tick(&b, bar, beat));
	}
	/* What makes no sense changes nothing. */
	timesig(&b, 1100 + 288, 0, 2);
	timesig(&b, 1100 + 288, 4, 7);
	ATF_CHECK_EQ(1100 + 576, smf_bar_tick(&b, 7, 1));
	ATF_CHECK_EQ(1100, smf_bar_tick(&b, 1, 1));
	/* Sixteen beats of 1/64 in a tick. */
	r = file(1, 0);
	smf_bar_init(&b, &r);
	timesig(&b, 0, 16, 6);
	ATF_CHECK_EQ(1, smf_bar_tick(&b, 2, 1));
	ATF_CHECK_EQ(1, smf_bar_tick(&b, 1, 2));
	for (tick = 0; tick < 100; tick++) {
		smf_bar_at(&b, tick, &bar, &beat, &part);
		ATF_CHECK_EQ(tick + 1, bar);
		ATF_CHECK_EQ(1, beat);
	}
	ATF_CHECK_EQ(SMF_TEMPO_MAX_TICK, smf_bar_tick(&b, UINT64_MAX, 1));
	smf_bar_at(&b, SMF_TEMPO_MAX_TICK, &bar, &beat, &part);
}

ATF_TC(back);
ATF_TC_HEAD(back, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches times that lead to a tick "
	    "which is not the last at or before them");
}
ATF_TC_BODY(back, tc)
{
	static const uint16_t divisions[] = { 1, 24, 96, 480, 997, 32767 };
	static const uint32_t beats[] = { 1, 999, 500000, 333333, 0xffffff };
	struct smf_read r;
	struct smf_tempo t;
	uint64_t ns, tick;
	size_t i, j, k;

	for (i = 0; i < COUNT(divisions); i++)
		for (j = 0; j < COUNT(beats); j++) {
			r = file(divisions[i], 0);
			smf_tempo_init(&t, &r);
			smf_tempo_set(&t, 17, beats[j]);
			for (k = 0; k < 500; k++) {
				ns = smf_tempo_ns(&t, 17) + k * k * k * 7919;
				tick = smf_tempo_tick(&t, ns);
				ATF_REQUIRE(smf_tempo_ns(&t, tick) <= ns);
				if (tick < SMF_TEMPO_MAX_TICK)
					ATF_REQUIRE(ns <
					    smf_tempo_ns(&t, tick + 1));
			}
			/* Before the tempo, and beyond all. */
			ATF_CHECK_EQ(17, smf_tempo_tick(&t, 0));
			ATF_CHECK_EQ(SMF_TEMPO_MAX_TICK,
			    smf_tempo_tick(&t, UINT64_MAX));
		}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, text);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, bars);
	ATF_TP_ADD_TC(tp, back);
	return atf_no_error();
}
