/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_merge.c: several sources, one sink.
 *
 * Every order in which three sources can send six units is played through;
 * what reaches the sink must always be a canonical stream in which each SysEx
 * message is of one source.
 */

#include <dev/midi/midi_merge.h>

#include "h_bytes.h"

#define SOURCES		3
#define DEPTH		6

/* A source is inside a SysEx message of its own or not. */
struct state {
	struct midi_merge	mg;
	bool			open[SOURCES];
	uint8_t			sink[64];
	unsigned int		from[64];	/* source of each byte */
	size_t			n;
};

/* What a source may wait with: outside and inside its SysEx. */
static const struct {
	const char	*unit;
	bool		inside, opens;
} units[] = {
	{ "903c40", false, false },
	{ "f8", false, false },
	{ "f001", false, true },
	{ "f001f7", false, false },
	{ "f8", true, true },
	{ "02", true, true },
	{ "03f7", true, false },
};

static void
check_sink(const struct state *s)
{
	size_t i;
	unsigned int owner;

	ATF_REQUIRE(midi_msg_run_valid(s->sink, s->n, false));
	owner = 0;
	for (i = 0; i < s->n; i++) {
		if (midi_msg_is_realtime(s->sink[i]))
			continue;
		if (s->sink[i] == MIDI_MSG_SYSEX)
			owner = s->from[i];
		/* Messages are sent whole, so data of them is no question. */
		if (s->sink[i] == MIDI_MSG_SYSEX_END)
			ATF_REQUIRE_EQ(s->from[i], owner);
	}
}

static bool
anybody_open(const struct state *s)
{

	return s->open[0] || s->open[1] || s->open[2];
}

/* The source tries to send; false: it must wait. */
static bool
try_unit(struct state *s, unsigned int source, size_t u)
{
	uint8_t run[H_BYTES_MAX];
	size_t i, may, n;
	bool must_wait;

	n = h_bytes_from(units[u].unit, run);
	must_wait = anybody_open(s) && !s->open[source] && run[0] != 0xf8;
	may = midi_merge_may(&s->mg, source, run, n);
	ATF_REQUIRE_EQ(may, must_wait ? 0 : n);
	if (must_wait)
		return false;
	midi_merge_sent(&s->mg, source, run, n);
	for (i = 0; i < n; i++) {
		s->from[s->n] = source;
		s->sink[s->n++] = run[i];
	}
	s->open[source] = units[u].opens;
	return true;
}

static void
leave(struct state *s, unsigned int source)
{

	ATF_REQUIRE_EQ(midi_merge_leave(&s->mg, source), s->open[source]);
	if (s->open[source]) {
		s->from[s->n] = source;
		s->sink[s->n++] = MIDI_MSG_SYSEX_END;
	}
	s->open[source] = false;
	ATF_REQUIRE(!midi_merge_leave(&s->mg, source));
}

static struct state level[DEPTH + 1];

static void
enumerate(unsigned int depth)
{
	unsigned int source;
	size_t u;

	check_sink(&level[depth]);
	if (depth == DEPTH)
		return;
	for (source = 0; source < SOURCES; source++) {
		for (u = 0; u < __arraycount(units); u++) {
			if (units[u].inside != level[depth].open[source])
				continue;
			level[depth + 1] = level[depth];
			if (try_unit(&level[depth + 1], source, u))
				enumerate(depth + 1);
		}
		level[depth + 1] = level[depth];
		leave(&level[depth + 1], source);
		if (level[depth].open[source])
			enumerate(depth + 1);
	}
}

ATF_TC(all_orders);
ATF_TC_HEAD(all_orders, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches messages of two sources that are mixed, a SysEx "
	    "message left open, and a source that must wait for nothing");
}

ATF_TC_BODY(all_orders, tc)
{

	midi_merge_init(&level[0].mg);
	enumerate(0);
}

ATF_TC(runs);
ATF_TC_HEAD(runs, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a run that ends another way than its last unit "
	    "says");
}

ATF_TC_BODY(runs, tc)
{
	struct midi_merge mg;
	uint8_t run[H_BYTES_MAX];
	size_t n;

	midi_merge_init(&mg);
	n = h_bytes_from("903c40 f00102", run);
	ATF_REQUIRE_EQ(midi_merge_may(&mg, 1, run, n), n);
	midi_merge_sent(&mg, 1, run, n);
	n = h_bytes_from("f8 fa 903c40 f8", run);
	ATF_CHECK_EQ(midi_merge_may(&mg, 0, run, n), 2);
	midi_merge_sent(&mg, 0, run, 2);
	n = h_bytes_from("03 f8 f7 f6 f001", run);
	ATF_CHECK_EQ(midi_merge_may(&mg, 0, run, n), 0);
	ATF_REQUIRE_EQ(midi_merge_may(&mg, 1, run, n), n);
	midi_merge_sent(&mg, 1, run, n);
	n = h_bytes_from("903c40", run);
	ATF_CHECK_EQ(midi_merge_may(&mg, 2, run, n), 0);
	ATF_CHECK(!midi_merge_leave(&mg, 2));
	ATF_CHECK(midi_merge_leave(&mg, 1));
	ATF_CHECK_EQ(midi_merge_may(&mg, 2, run, n), n);
	midi_merge_sent(&mg, 2, run, 0);
	ATF_CHECK_EQ(midi_merge_turn(&mg, 0, 3), 2);
}

ATF_TC(turns);
ATF_TC_HEAD(turns, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a source that starves, and a round that leaves one "
	    "out");
}

ATF_TC_BODY(turns, tc)
{
	static const uint8_t note[] = { 0x90, 0x3c, 0x40 }, open[] = { 0xf0 };
	static const uint8_t close[] = { 0xf7 };
	struct midi_merge mg;
	unsigned int i, n, seen, sent[4];

	midi_merge_init(&mg);
	memset(sent, 0, sizeof(sent));
	for (n = 1; n <= 4; n++) {
		for (i = seen = 0; i < n; i++)
			seen |= 1U << midi_merge_turn(&mg, i, n);
		ATF_CHECK_EQ(seen, (1U << n) - 1);
	}
	for (i = 0; i < 40; i++) {
		n = midi_merge_turn(&mg, 0, 4);
		sent[n]++;
		midi_merge_sent(&mg, n, note, sizeof(note));
	}
	for (i = 0; i < 4; i++)
		ATF_CHECK_EQ(sent[i], 10);
	/* The owner of an open SysEx message first. */
	midi_merge_sent(&mg, 2, open, sizeof(open));
	ATF_CHECK_EQ(midi_merge_turn(&mg, 0, 4), 2);
	ATF_CHECK_EQ(midi_merge_turn(&mg, 1, 4), 3);
	midi_merge_sent(&mg, 2, close, sizeof(close));
	ATF_CHECK_EQ(midi_merge_turn(&mg, 0, 4), 3);
	/* Fewer sources than before. */
	ATF_CHECK(midi_merge_turn(&mg, 0, 2) < 2);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, all_orders);
	ATF_TP_ADD_TC(tp, runs);
	ATF_TP_ADD_TC(tp, turns);
	return atf_no_error();
}
