/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_seq_clock.c: from the song's time to the clock's and back, for whoever is
 * followed.
 */

#include <atf-c.h>
#include <stdlib.h>

#include <dev/midi/seq_clock.h>
#include <dev/midi/seq_queue.h>
#include <dev/midi/seq_time.h>

#define MS		1000000ULL
#define S		1000000000ULL
#define CLOCK_NS	((uint64_t)SEQ_CLOCK_MIDI_NS)

static uint64_t state;

static uint64_t
number(uint64_t below)
{

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 33) % below;
}

static void
message(struct seq_clock *sc, const char *bytes, size_t n, uint64_t now_ns)
{

	(void)seq_clock_message(sc, (const uint8_t *)bytes, n, now_ns);
}
#define MESSAGE(sc, s, now)	message(sc, s, sizeof(s) - 1, now)

ATF_TC(own);
ATF_TC_HEAD(own, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a clock of one's own that is "
	    "not the clock");
}
ATF_TC_BODY(own, tc)
{
	struct seq_clock sc;

	seq_clock_init(&sc, SEQ_CLOCK_OWN, 5);
	ATF_CHECK_EQ(seq_clock_real_ns(&sc, 12345), 12345);
	ATF_CHECK_EQ(seq_clock_real_ns(&sc, UINT64_MAX), UINT64_MAX);
	ATF_CHECK_EQ(seq_clock_song_ns(&sc, 12345), 12345);
	ATF_CHECK_EQ(seq_clock_span_ns(&sc, 12345), 12345);
	ATF_CHECK_EQ(seq_clock_alarm_ns(&sc), UINT64_MAX);
	ATF_CHECK(!seq_clock_alarm(&sc, UINT64_MAX - 1));
	MESSAGE(&sc, "\xfa", S);
	ATF_CHECK_EQ(sc.sc_moves, 0);
}

ATF_TC(exact);
ATF_TC_HEAD(exact, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a clock of the master that is "
	    "not a clock of the song");
}
ATF_TC_BODY(exact, tc)
{
	struct seq_clock sc;
	uint64_t i, now = S;

	seq_clock_init(&sc, SEQ_CLOCK_MIDI, 0);
	ATF_CHECK_EQ(seq_clock_real_ns(&sc, 0), UINT64_MAX);
	MESSAGE(&sc, "\xfa", now);
	ATF_CHECK_EQ(sc.sc_moves, 1);
	ATF_CHECK_EQ(seq_clock_song_ns(&sc, now), 0);
	for (i = 0; i < 200; i++, now += 20 * MS)
		MESSAGE(&sc, "\xf8", now);
	/* The next clock is 200, at now. */
	for (i = 200; i < 300; i++) {
		ATF_CHECK_EQ(seq_clock_real_ns(&sc, i * CLOCK_NS),
		    now + (i - 200) * 20 * MS);
		ATF_CHECK_EQ(seq_clock_real_ns(&sc, i * CLOCK_NS + 1000),
		    now + (i - 200) * 20 * MS + 2000);
		/* All of the nanosecond that begins then. */
		ATF_CHECK_EQ(seq_clock_song_ns(&sc,
		    now + (i - 200) * 20 * MS), i * CLOCK_NS);
	}
	ATF_CHECK_EQ(seq_clock_span_ns(&sc, 7 * CLOCK_NS), 7 * 20 * MS);
	MESSAGE(&sc, "\xfc", now);
	ATF_CHECK_EQ(seq_clock_real_ns(&sc, 300 * CLOCK_NS), UINT64_MAX);
	MESSAGE(&sc, "\xf2\x02\x01", now);
	ATF_CHECK_EQ(sc.sc_moves, 2);
	ATF_CHECK_EQ(sc.sc_unit, 130);
	ATF_CHECK_EQ(seq_clock_song_ns(&sc, now), 130 * 6 * CLOCK_NS);
}

/* Is a time of the song due exactly when it has been reached? */
static void
check_both(const struct seq_clock *sc, uint64_t now_ns)
{
	const uint64_t song_ns = seq_clock_song_ns(sc, now_ns);
	uint64_t at_ns, real_ns;
	int i;

	for (i = 0; i < 20; i++) {
		at_ns = song_ns + number(2000) - 1000;
		if (i < 3)
			at_ns = song_ns + i - 1;
		if ((int64_t)at_ns < 0)
			continue;
		real_ns = seq_clock_real_ns(sc, at_ns);
		if (at_ns < song_ns)
			ATF_REQUIRE(real_ns <= now_ns);
		if (at_ns > song_ns)
			ATF_REQUIRE(real_ns > now_ns);
	}
	ATF_REQUIRE(seq_clock_song_ns(sc, now_ns + number(S)) >= song_ns);
}

ATF_TC(both);
ATF_TC_HEAD(both, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a song's time that is not the "
	    "last one that is due, or goes back by itself");
}
ATF_TC_BODY(both, tc)
{
	static const char *const bytes[] = {
		"\xf8", "\xf8", "\xf8", "\xf8", "\xf8", "\xf8", "\xf8",
		"\xfa", "\xfb", "\xfc"
	};
	uint64_t now = S, period;
	struct seq_clock sc;
	int i, round;
	size_t k;

	for (round = 0; round < 100; round++) {
		seq_clock_init(&sc, SEQ_CLOCK_MIDI, 0);
		MESSAGE(&sc, "\xfa", now);
		period = 3 * MS + number(300 * MS);
		for (i = 0; i < 200; i++) {
			now += period + number(period / 10);
			k = i < 50 ? 0 : number(10);
			message(&sc, bytes[k], 1, now);
			check_both(&sc, now);
			check_both(&sc, now + number(3 * period));
			(void)seq_clock_alarm(&sc, now);
		}
	}
}

/* A quarter of a frame of 1:00:00:00 and on; 30 frames a second, no drop. */
static void
quarter(struct seq_clock *sc, unsigned q, uint64_t now_ns)
{
	const unsigned frame = q / 8 * 2;
	const uint8_t data[8] = {
		frame % 30 & 15, frame % 30 >> 4, frame / 30 % 60 & 15,
		(uint8_t)(frame / 30 % 60 >> 4), 0, 0, 1, 3 << 1
	};
	uint8_t msg[2] = { 0xf1, (uint8_t)(q % 8 << 4 | data[q % 8]) };

	(void)seq_clock_message(sc, msg, 2, now_ns);
}

ATF_TC(tape);
ATF_TC_HEAD(tape, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a tape's time that is not the "
	    "song's, a whole time that is not taken, or a tape that stands "
	    "and goes on");
}
ATF_TC_BODY(tape, tc)
{
	struct seq_clock sc;
	uint64_t now = S;
	unsigned q;
	int64_t off;

	seq_clock_init(&sc, SEQ_CLOCK_MTC, 3600 * S);
	for (q = 0; q < 400; q++) {
		now = S + q * S / 120;
		quarter(&sc, q, now);
	}
	for (q = 400; q < 500; q++) {
		off = (int64_t)seq_clock_real_ns(&sc, q * S / 120) -
		    (int64_t)(S + q * S / 120);
		ATF_CHECK(off >= -100 && off <= 100);
	}
	/* A second after the loss it stands. */
	ATF_CHECK(seq_clock_alarm(&sc, now + S / 10));
	ATF_CHECK_EQ(sc.sc_losses, 1);
	ATF_CHECK(sc.sc_loop.mc_running);
	ATF_CHECK(!seq_clock_alarm(&sc, now + S));
	ATF_CHECK(seq_clock_alarm(&sc, now + 11 * S / 10));
	ATF_CHECK(!sc.sc_loop.mc_running);
	ATF_CHECK_EQ(seq_clock_alarm_ns(&sc), UINT64_MAX);
	/* Wound to 1:00:10:00, in two pieces. */
	MESSAGE(&sc, "\xf0\x7f\x7f\x01", now + 2 * S);
	MESSAGE(&sc, "\x01\x61\x00\x0a\x00\xf7", now + 2 * S);
	ATF_CHECK_EQ(seq_clock_song_ns(&sc, now + 2 * S), 10 * S);
	/* Others are none. */
	MESSAGE(&sc, "\xf0\x7f\x7f\x01\x02\x61\x00\x14\x00\xf7", now + 2 * S);
	MESSAGE(&sc, "\xf0\x7f\x7f\x01\x01\x61\x00\x14\x00\x00\xf7",
	    now + 2 * S);
	ATF_CHECK_EQ(seq_clock_song_ns(&sc, now + 2 * S), 10 * S);
}

ATF_TC(locate);
ATF_TC_HEAD(locate, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a timer that is sent elsewhere "
	    "and is not there, or starts by that");
}
ATF_TC_BODY(locate, tc)
{
	const struct seq_tempo te = { .te_timebase = 100, .te_bpm = 60 };
	struct seq_time st;

	seq_time_init(&st, &te);
	seq_time_locate(&st, 500, S);
	ATF_CHECK(!st.st_running);
	ATF_CHECK_EQ(seq_time_division(&st, 9 * S), 500);
	seq_time_continue(&st, 2 * S);
	ATF_CHECK_EQ(seq_time_ns(&st, 600), 3 * S);
	seq_time_locate(&st, 10, 4 * S);
	ATF_CHECK(st.st_running);
	ATF_CHECK_EQ(seq_time_ns(&st, 10), 4 * S);
	ATF_CHECK_EQ(seq_time_ns(&st, 110), 5 * S);
}

ATF_TC(move);
ATF_TC_HEAD(move, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a queue that loses something, "
	    "or its order, when it gets more room");
}
ATF_TC_BODY(move, tc)
{
	struct seq_cell few[10], many[100], cell;
	struct seq_queue sq;
	union seq_item item = { .it_words = { 0, 0 } };
	unsigned i;

	seq_queue_init(&sq, few, 10);
	for (i = 0; i < 10; i++) {
		item.it_words[0] = i;
		ATF_REQUIRE(seq_queue_put(&sq, i % 3, &item));
	}
	ATF_CHECK(!seq_queue_put(&sq, 0, &item));
	ATF_CHECK_EQ(seq_queue_move(&sq, many, 100), few);
	ATF_CHECK(seq_queue_valid(&sq));
	item.it_words[0] = 10;
	ATF_REQUIRE(seq_queue_put(&sq, 0, &item));
	for (i = 0; i < 12; i += 3) {
		ATF_REQUIRE(seq_queue_get(&sq, &cell));
		ATF_CHECK_EQ(cell.ce_item.it_words[0], i);
	}
	ATF_REQUIRE(seq_queue_get(&sq, &cell));
	ATF_CHECK_EQ(cell.ce_item.it_words[0], 10);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, own);
	ATF_TP_ADD_TC(tp, exact);
	ATF_TP_ADD_TC(tp, both);
	ATF_TP_ADD_TC(tp, tape);
	ATF_TP_ADD_TC(tp, locate);
	ATF_TP_ADD_TC(tp, move);
	return atf_no_error();
}
