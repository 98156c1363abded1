/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_user_time.c: timers of the user host.
 */

#include <atf-c.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include <hosted/user/user.h>

#define MS_NS	1000000ULL
#define TIMERS	100

struct record {
	struct host_timer	*timer;
	_Atomic unsigned long long deadline_ns;
	atomic_int		early;
	atomic_int		runs;
	int			order;
};

static atomic_int order;

static void
fired(void *arg)
{
	struct record *r = arg;

	if (host_uptime_ns() < r->deadline_ns)
		r->early = 1;
	ATF_REQUIRE(host_in_interrupt());
	r->order = ++order;
	r->runs++;
}

static void
await(struct record *r, int runs)
{

	while (r->runs < runs)
		usleep(100);
}

ATF_TC(in_order);
ATF_TC_HEAD(in_order, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a timer that runs early, or "
	    "not in the order of deadlines");
}
ATF_TC_BODY(in_order, tc)
{
	static struct record r[TIMERS];
	unsigned long long base_ns;
	int i, j;

	for (i = 0; i < TIMERS; i++)
		ATF_REQUIRE((r[i].timer = host_timer_create(fired, &r[i],
		    "test")) != NULL);
	/* 37 and 100 have no common divisor: every deadline once. */
	base_ns = host_uptime_ns() + 50 * MS_NS;
	for (i = 0; i < TIMERS; i++) {
		j = i * 37 % TIMERS;
		r[j].deadline_ns = base_ns + (unsigned)j * MS_NS / 10;
		host_timer_set(r[j].timer, r[j].deadline_ns);
	}
	for (i = 0; i < TIMERS; i++) {
		await(&r[i], 1);
		ATF_REQUIRE(!r[i].early);
		ATF_REQUIRE_EQ(i + 1, r[i].order);
	}
	for (i = 0; i < TIMERS; i++)
		host_timer_destroy(r[i].timer);
	ATF_REQUIRE_EQ(0, user_objects());
}

ATF_TC(cancel);
ATF_TC_HEAD(cancel, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a timer that runs although it "
	    "was cancelled, or at a deadline it no longer has");
}
ATF_TC_BODY(cancel, tc)
{
	static struct record r, last;

	r.timer = host_timer_create(fired, &r, "test");
	last.timer = host_timer_create(fired, &last, "last");
	host_timer_cancel(r.timer);
	host_timer_set(r.timer, host_uptime_ns() + 20 * MS_NS);
	host_timer_cancel(r.timer);
	host_timer_set(last.timer, host_uptime_ns() + 40 * MS_NS);
	await(&last, 1);
	ATF_REQUIRE_EQ(0, r.runs);
	/* Later, then sooner. */
	host_timer_set(r.timer, host_uptime_ns() + 1000000 * MS_NS);
	r.deadline_ns = host_uptime_ns() + 10 * MS_NS;
	host_timer_set(r.timer, r.deadline_ns);
	await(&r, 1);
	ATF_REQUIRE(!r.early);
	/* Sooner, then later: once, and not before. */
	host_timer_set(r.timer, host_uptime_ns() + 10 * MS_NS);
	r.deadline_ns = host_uptime_ns() + 30 * MS_NS;
	host_timer_set(r.timer, r.deadline_ns);
	await(&r, 2);
	ATF_REQUIRE(!r.early);
	/* In the past: at once. */
	host_timer_set(r.timer, 1);
	await(&r, 3);
	/* Destroyed while armed. */
	host_timer_set(r.timer, host_uptime_ns() + 1000000 * MS_NS);
	host_timer_destroy(r.timer);
	host_timer_destroy(last.timer);
	ATF_REQUIRE_EQ(3, r.runs);
	ATF_REQUIRE_EQ(0, user_objects());
}

static void
again(void *arg)
{
	struct record *r = arg;

	fired(arg);
	r->deadline_ns = host_uptime_ns() + MS_NS / 10;
	host_timer_set(r->timer, r->deadline_ns);
}

static void
slow(void *arg)
{
	struct record *r = arg;

	r->order = 1;
	r->runs++;
	host_delay_ns(50000);
	usleep(20000);
	r->order = 2;
}

ATF_TC(destroy);
ATF_TC_HEAD(destroy, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a function that still runs, or "
	    "sets its timer again, when the timer is gone");
}
ATF_TC_BODY(destroy, tc)
{
	static struct record r, s;
	int i;

	for (i = 0; i < 50; i++) {
		r.runs = 0;
		r.timer = host_timer_create(again, &r, "again");
		r.deadline_ns = host_uptime_ns();
		host_timer_set(r.timer, r.deadline_ns);
		await(&r, 3);
		host_timer_destroy(r.timer);
		ATF_REQUIRE(!r.early);
	}
	s.timer = host_timer_create(slow, &s, "slow");
	host_timer_set(s.timer, 1);
	await(&s, 1);
	host_timer_destroy(s.timer);
	ATF_REQUIRE_EQ(2, s.order);
	ATF_REQUIRE_EQ(0, user_objects());
}

static void
setter(void *arg)
{
	struct record *r = arg;
	unsigned int seed = 1;
	int i;

	for (i = 0; i < 20000; i++) {
		seed = seed * 1103515245 + 12345;
		if (seed >> 30 == 0)
			host_timer_cancel(r[seed >> 8 & 15].timer);
		else
			host_timer_set(r[seed >> 8 & 15].timer,
			    host_uptime_ns() + (seed >> 12 & 0xffff));
	}
}

static void
ignore(void *arg)
{

	(void)arg;
}

ATF_TC(many_setters);
ATF_TC_HEAD(many_setters, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a heap that loses its order "
	    "or a timer");
}
ATF_TC_BODY(many_setters, tc)
{
	static struct record r[16];
	struct host_thread *t[3];
	int i;

	for (i = 0; i < 16; i++)
		r[i].timer = host_timer_create(ignore, NULL, "test");
	for (i = 0; i < 3; i++)
		ATF_REQUIRE_EQ(0, host_thread_create(&t[i], setter, r,
		    HOST_PRI_NORMAL, "setter"));
	for (i = 0; i < 3; i++)
		host_thread_join(t[i]);
	for (i = 0; i < 16; i++) {
		host_timer_destroy(r[i].timer);
		/* All others still run. */
		r[i].timer = host_timer_create(fired, &r[i], "fired");
		r[i].deadline_ns = host_uptime_ns() + MS_NS;
		host_timer_set(r[i].timer, r[i].deadline_ns);
		await(&r[i], 1);
		ATF_REQUIRE(!r[i].early);
	}
	for (i = 0; i < 16; i++)
		host_timer_destroy(r[i].timer);
	ATF_REQUIRE_EQ(0, user_objects());
}

ATF_TC(clocks);
ATF_TC_HEAD(clocks, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a clock that goes back or is "
	    "in other units, and a delay that is too short");
}
ATF_TC_BODY(clocks, tc)
{
	unsigned long long then_ns, now_ns;
	int i;

	then_ns = host_uptime_ns();
	ATF_REQUIRE(then_ns > 0);
	for (i = 0; i < 1000; i++) {
		host_delay_ns(1000);
		now_ns = host_uptime_ns();
		ATF_REQUIRE(now_ns >= then_ns + 1000);
		then_ns = now_ns;
	}
	/* Later than 2020. */
	ATF_REQUIRE(host_realtime_ns() > 1577836800ULL * 1000 * MS_NS);
	ATF_REQUIRE(host_timer_resolution_ns() >= 1);
	ATF_REQUIRE(host_timer_resolution_ns() <= 10 * MS_NS);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, in_order);
	ATF_TP_ADD_TC(tp, cancel);
	ATF_TP_ADD_TC(tp, destroy);
	ATF_TP_ADD_TC(tp, many_setters);
	ATF_TP_ADD_TC(tp, clocks);
	return atf_no_error();
}
