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
	size_t i, n;
	bool must_wait;

	n = h_bytes_from(units[u].unit, run);
	must_wait = anybody_open(s) && !s->open[source];
	ATF_REQUIRE_EQ(midi_merge_may(&s->mg, source), !must_wait);
	if (must_wait && run[0] != 0xf8)
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
	midi_merge_sent(&mg, 1, run, n);
	ATF_CHECK(!midi_merge_may(&mg, 0));
	n = h_bytes_from("f8 fa", run);
	midi_merge_sent(&mg, 0, run, n);
	ATF_CHECK(!midi_merge_may(&mg, 0));
	ATF_CHECK(midi_merge_may(&mg, 1));
	n = h_bytes_from("03 f8 f7 f6 f001", run);
	midi_merge_sent(&mg, 1, run, n);
	ATF_CHECK(!midi_merge_may(&mg, 2));
	ATF_CHECK(!midi_merge_leave(&mg, 2));
	ATF_CHECK(midi_merge_leave(&mg, 1));
	ATF_CHECK(midi_merge_may(&mg, 2));
	midi_merge_sent(&mg, 2, run, 0);
	ATF_CHECK(midi_merge_may(&mg, 0));
}

ATF_TC(together);
ATF_TC_HEAD(together, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches others amid what is to stay together, and a sink that "
	    "is held for ever");
}

ATF_TC_BODY(together, tc)
{
	static const uint8_t run[] = { 0x90, 0x3c, 0x40, 0xf0, 0x01 };
	struct midi_merge mg;
	unsigned int how;

	for (how = 0; how < 3; how++) {
		midi_merge_init(&mg);
		ATF_CHECK_EQ(midi_merge_held(&mg, 0), 0);
		midi_merge_hold(&mg, 2, 0);
		ATF_CHECK(midi_merge_may(&mg, 0));
		midi_merge_hold(&mg, 2, 8);
		ATF_CHECK(midi_merge_may(&mg, 2) && !midi_merge_may(&mg, 0));
		midi_merge_taken(&mg, 2, sizeof(run));
		midi_merge_sent(&mg, 2, run, sizeof(run));
		midi_merge_taken(&mg, 0, 1);
		midi_merge_sent(&mg, 0, (const uint8_t[]){ 0xf8 }, 1);
		ATF_CHECK_EQ(midi_merge_held(&mg, 2), 3);
		ATF_CHECK_EQ(midi_merge_held(&mg, 0), 0);
		midi_merge_release(&mg, 1);
		ATF_CHECK_EQ(midi_merge_held(&mg, 2), 3);
		/* All has gone, no more comes, or the source leaves. */
		if (how == 0)
			midi_merge_taken(&mg, 2, 3);
		else if (how == 1)
			midi_merge_release(&mg, 2);
		else
			ATF_CHECK(midi_merge_leave(&mg, 2));
		ATF_CHECK_EQ(midi_merge_held(&mg, 2), 0);
		ATF_CHECK_EQ(midi_merge_may(&mg, 0), how == 2);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, all_orders);
	ATF_TP_ADD_TC(tp, runs);
	ATF_TP_ADD_TC(tp, together);
	return atf_no_error();
}
