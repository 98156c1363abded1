/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_asense.c: Active Sensing, both directions.
 *
 * Besides known courses of events, every course of five events at telling
 * distances is compared with a model that keeps the whole history and looks
 * at it afresh each time.
 */

#include <dev/midi/midi_asense.h>

#include "h_bytes.h"

#define MS	1000000ULL

enum direction { SEND, RECEIVE };

static enum midi_asense_action
step(enum direction dir, struct midi_asense *ma, enum midi_asense_event event,
    uint64_t now_ns)
{

	return dir == SEND ? midi_asense_send(ma, event, now_ns) :
	    midi_asense_receive(ma, event, now_ns);
}

/*
 * The model: a list of what happened.
 */

#define DEPTH	5

struct history {
	struct {
		enum midi_asense_event	event;
		uint64_t		at_ns;
		enum midi_asense_action	action;
	} step[DEPTH];
	unsigned int	n;
};

/* The latest step of that event or action since the last close, or -1. */
static int
latest(const struct history *h, bool (*match)(const struct history *, int))
{
	int i;

	for (i = (int)h->n - 1; i >= 0; i--) {
		if (h->step[i].event == MIDI_ASENSE_CLOSE)
			return -1;
		if (match(h, i))
			return i;
	}
	return -1;
}

static bool
match_traffic(const struct history *h, int i)
{

	return h->step[i].event == MIDI_ASENSE_TRAFFIC ||
	    h->step[i].action == MIDI_ASENSE_SEND;
}

static bool
match_byte(const struct history *h, int i)
{

	return h->step[i].event == MIDI_ASENSE_BYTE;
}

static bool
match_loss(const struct history *h, int i)
{

	return h->step[i].action == MIDI_ASENSE_LOST;
}

static bool
match_any(const struct history *h, int i)
{

	return h->step[i].event != MIDI_ASENSE_TIME;
}

/* When the history says that something is due. */
static uint64_t
model_deadline(enum direction dir, const struct history *h)
{
	int i, loss;

	if (dir == SEND) {
		i = latest(h, match_traffic);
		if (i < 0 || latest(h, match_byte) >= 0)
			return MIDI_ASENSE_NEVER;
		return h->step[i].at_ns + 275 * MS;
	}
	i = latest(h, match_byte);
	loss = latest(h, match_loss);
	if (i < 0 || i < loss)
		return MIDI_ASENSE_NEVER;
	return h->step[latest(h, match_any)].at_ns + 300 * MS;
}

static enum midi_asense_action
model_action(enum direction dir, const struct history *h,
    enum midi_asense_event event, uint64_t now_ns)
{

	if (now_ns < model_deadline(dir, h) || event == MIDI_ASENSE_CLOSE)
		return MIDI_ASENSE_NONE;
	if (dir == RECEIVE)
		return MIDI_ASENSE_LOST;
	return event == MIDI_ASENSE_TIME ? MIDI_ASENSE_SEND : MIDI_ASENSE_NONE;
}

static void
enumerate(enum direction dir, const struct history *h,
    const struct midi_asense *ma, uint64_t now_ns)
{
	static const unsigned int later_ms[] = { 0, 25, 274, 275, 299, 300 };
	struct history next;
	struct midi_asense to;
	uint64_t at_ns;
	unsigned int e, t;

	ATF_REQUIRE_EQ(midi_asense_deadline_ns(ma), model_deadline(dir, h));
	if (h->n == DEPTH)
		return;
	for (t = 0; t < __arraycount(later_ms); t++) {
		at_ns = now_ns + later_ms[t] * MS;
		for (e = MIDI_ASENSE_TRAFFIC; e <= MIDI_ASENSE_CLOSE; e++) {
			next = *h;
			next.step[h->n].event = e;
			next.step[h->n].at_ns = at_ns;
			next.step[h->n].action = model_action(dir, h, e, at_ns);
			next.n++;
			to = *ma;
			ATF_REQUIRE_EQ(step(dir, &to, e, at_ns),
			    next.step[h->n].action);
			/* Never a deadline that has passed. */
			ATF_REQUIRE(midi_asense_deadline_ns(&to) > at_ns ||
			    (dir == SEND && e != MIDI_ASENSE_TIME));
			enumerate(dir, &next, &to, at_ns);
		}
	}
}

ATF_TC(courses);
ATF_TC_HEAD(courses, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a deadline missed, passed or fired twice in any "
	    "course of five events");
}

ATF_TC_BODY(courses, tc)
{
	struct history h;
	struct midi_asense ma;

	h.n = 0;
	midi_asense_init(&ma, MIDI_ASENSE_SEND_NS);
	enumerate(SEND, &h, &ma, 1);
	midi_asense_init(&ma, MIDI_ASENSE_LOSS_NS);
	enumerate(RECEIVE, &h, &ma, 1);
}

ATF_TC(sending);
ATF_TC_HEAD(sending, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a gap of 300 ms in a stream, or sensing where "
	    "there is no stream");
}

ATF_TC_BODY(sending, tc)
{
	struct midi_asense ma;
	uint64_t ms;
	unsigned int sent;

	midi_asense_init(&ma, MIDI_ASENSE_SEND_NS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), MIDI_ASENSE_NEVER);
	ATF_CHECK_EQ(midi_asense_send(&ma, MIDI_ASENSE_TIME, 1000 * MS),
	    MIDI_ASENSE_NONE);
	(void)midi_asense_send(&ma, MIDI_ASENSE_TRAFFIC, 0);
	for (sent = 0, ms = 1; ms <= 1200; ms++) {
		if (midi_asense_send(&ma, MIDI_ASENSE_TIME, ms * MS) ==
		    MIDI_ASENSE_SEND)
			ATF_CHECK_EQ(ms, 275 * ++sent);
	}
	ATF_CHECK_EQ(sent, 4);
	(void)midi_asense_send(&ma, MIDI_ASENSE_TRAFFIC, 1200 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 1475 * MS);
	(void)midi_asense_send(&ma, MIDI_ASENSE_CLOSE, 1300 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), MIDI_ASENSE_NEVER);
}

ATF_TC(writers_own);
ATF_TC_HEAD(writers_own, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches sensing of ours added to the writer's own");
}

ATF_TC_BODY(writers_own, tc)
{
	struct midi_asense ma;

	midi_asense_init(&ma, MIDI_ASENSE_SEND_NS);
	(void)midi_asense_send(&ma, MIDI_ASENSE_TRAFFIC, 0);
	(void)midi_asense_send(&ma, MIDI_ASENSE_BYTE, 100 * MS);
	(void)midi_asense_send(&ma, MIDI_ASENSE_TRAFFIC, 200 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), MIDI_ASENSE_NEVER);
	ATF_CHECK_EQ(midi_asense_send(&ma, MIDI_ASENSE_TIME, 600 * MS),
	    MIDI_ASENSE_NONE);
	/* The next opener starts afresh. */
	(void)midi_asense_send(&ma, MIDI_ASENSE_CLOSE, 700 * MS);
	(void)midi_asense_send(&ma, MIDI_ASENSE_TRAFFIC, 800 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 1075 * MS);
}

ATF_TC(receiving);
ATF_TC_HEAD(receiving, tc)
{

	atf_tc_set_md_var(tc, "descr",
	    "catches a loss told too early, too late, twice, or never "
	    "again");
}

ATF_TC_BODY(receiving, tc)
{
	struct midi_asense ma;
	unsigned int i;

	midi_asense_init(&ma, MIDI_ASENSE_LOSS_NS);
	(void)midi_asense_receive(&ma, MIDI_ASENSE_TRAFFIC, 0);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), MIDI_ASENSE_NEVER);
	(void)midi_asense_receive(&ma, MIDI_ASENSE_BYTE, 100 * MS);
	for (i = 1; i <= 6; i++)
		ATF_CHECK_EQ(midi_asense_receive(&ma, MIDI_ASENSE_TRAFFIC,
		    (100 + i * 250) * MS), MIDI_ASENSE_NONE);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 1900 * MS);
	ATF_CHECK_EQ(midi_asense_receive(&ma, MIDI_ASENSE_TIME,
	    1900 * MS - 1), MIDI_ASENSE_NONE);
	ATF_CHECK_EQ(midi_asense_receive(&ma, MIDI_ASENSE_TIME, 1900 * MS),
	    MIDI_ASENSE_LOST);
	ATF_CHECK_EQ(midi_asense_receive(&ma, MIDI_ASENSE_TIME, 3000 * MS),
	    MIDI_ASENSE_NONE);
	(void)midi_asense_receive(&ma, MIDI_ASENSE_TRAFFIC, 3100 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), MIDI_ASENSE_NEVER);
	(void)midi_asense_receive(&ma, MIDI_ASENSE_BYTE, 3200 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 3500 * MS);
	/* FE after the silence, and before a late timer: lost, and armed. */
	ATF_CHECK_EQ(midi_asense_receive(&ma, MIDI_ASENSE_BYTE, 3501 * MS),
	    MIDI_ASENSE_LOST);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 3801 * MS);
}

ATF_TC(gap);
ATF_TC_HEAD(gap, tc)
{

	atf_tc_set_md_var(tc, "descr", "catches a silence that is not the one "
	    "set, at once or after a close");
}

ATF_TC_BODY(gap, tc)
{
	struct midi_asense ma;

	midi_asense_init(&ma, 100 * MS);
	(void)midi_asense_receive(&ma, MIDI_ASENSE_BYTE, 100 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 200 * MS);
	midi_asense_set_gap(&ma, 50 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 200 * MS);
	(void)midi_asense_receive(&ma, MIDI_ASENSE_TRAFFIC, 110 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 160 * MS);
	(void)midi_asense_receive(&ma, MIDI_ASENSE_CLOSE, 120 * MS);
	(void)midi_asense_receive(&ma, MIDI_ASENSE_BYTE, 200 * MS);
	ATF_CHECK_EQ(midi_asense_deadline_ns(&ma), 250 * MS);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, courses);
	ATF_TP_ADD_TC(tp, sending);
	ATF_TP_ADD_TC(tp, writers_own);
	ATF_TP_ADD_TC(tp, receiving);
	ATF_TP_ADD_TC(tp, gap);
	return atf_no_error();
}
