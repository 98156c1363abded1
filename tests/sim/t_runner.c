/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_runner.c: the runner of scenarios finds what is wrong in a scenario and
 * names it so that it can be found again.
 */

#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h_sim.h"
#include "runner.h"

/*
 * Scenarios.  `slip' is right in order and wrong under some seeds; `strict'
 * takes every refusal but that of its third block for what it is; `good'
 * takes them all; `random' is not the same twice.
 */

static void
slip_thread(void *arg)
{
	int n = *(int *)arg;

	(void)host_uptime_ns();
	*(int *)arg = n + 1;
}

static void
slip_fn(void *arg)
{
	struct host_thread *t;
	int n = 0;

	(void)arg;
	t = sim_thread(slip_thread, &n, "slip");
	slip_thread(&n);
	sim_join(t);
	SIM_CHECK_EQ(n, 2);
}

static void
blocks_fn(void *arg)
{
	void *mem[5];
	int i;

	for (i = 0; i < 5; i++) {
		mem[i] = host_alloc(1, 1);
		if (mem[i] == NULL)
			break;
		SIM_CHECK(i != 3 || arg == NULL || sim_faults() == 0);
	}
	if (i == 2 && arg != NULL)
		host_panic("the third block is not to be had");
	while (i-- > 0)
		host_free(mem[i], 1);
}

static void
waits_fn(void *arg)
{
	struct host_lock *l = host_lock_create(HOST_LOCK_SLEEP, "l");
	struct host_cond *c = host_cond_create("c");
	int i;

	for (i = 0; i < 3; i++) {
		host_lock_enter(l);
		(void)host_cond_wait(c, l, sim_now_ns() + 10, 1);
		host_lock_exit(l);
		++*(unsigned *)arg;
	}
	host_cond_destroy(c);
	host_lock_destroy(l);
}

static void
random_fn(void *arg)
{
	unsigned *calls = arg;
	unsigned i;

	for (i = 0; i < *calls; i++)
		(void)host_uptime_ns();
	++*calls;
}

static char strict_arg;
static unsigned calls;

static const struct runner_scenario slip = {
	.rs_name = "slip", .rs_fn = slip_fn, .rs_test = "seeds"
};
static const struct runner_scenario good = {
	.rs_name = "good", .rs_fn = blocks_fn
};
static const struct runner_scenario strict = {
	.rs_name = "strict", .rs_fn = blocks_fn, .rs_arg = &strict_arg
};
static const struct runner_scenario waits = {
	.rs_name = "waits", .rs_fn = waits_fn, .rs_arg = &calls
};
static const struct runner_scenario inconstant = {
	.rs_name = "inconstant", .rs_fn = random_fn, .rs_arg = &calls
};

static void
clean_environment(void)
{

	unsetenv("SIM_REPLAY");
	unsetenv("SIM_SEED");
}

ATF_TC(strings);
ATF_TC_HEAD(strings, tc)
{
	atf_tc_set_md_var(tc, "descr", "A case that does not survive its "
	    "string; a string that is no case and is taken for one");
}
ATF_TC_BODY(strings, tc)
{
	static const char *const bad[] = {
		"good", "good:", "good:1", "good:1:", "good::1", "good:x:1",
		"good:1:x", "good:1:2:", "good:1:2:all", "good:1:2:alloc++",
		"good:1:2:allo", "good:1:2:alloc+x", "good:1:2 "
	};
	static const int kinds[] = {
		0, SIM_FAULT_ALLOC, SIM_FAULT_COPY, SIM_FAULT_INTR,
		SIM_FAULT_WAKE
	};
	struct runner_case in, out;
	char buf[RUNNER_STRING_BYTES];
	size_t i;

	for (i = 0; i < 10; i++) {
		in.rc_seed = i * 1844674407370955161ull;
		in.rc_step = i * 77;
		in.rc_kind = kinds[i / 2];
		in.rc_persist = in.rc_kind != 0 && i % 2;
		runner_format(&good, &in, buf);
		ATF_REQUIRE_EQ(runner_parse(&good, buf, &out), 0);
		ATF_CHECK_EQ(in.rc_seed, out.rc_seed);
		ATF_CHECK_EQ(in.rc_step, out.rc_step);
		ATF_CHECK_EQ(in.rc_kind, out.rc_kind);
		ATF_CHECK_EQ(in.rc_persist, out.rc_persist);
		ATF_CHECK_EQ(runner_parse(&slip, buf, &out), 1);
	}
	ATF_CHECK_STREQ(buf, "good:16602069666338596449:693:wake+");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(runner_parse(&good, bad[i], &out), -1,
		    "%s", bad[i]);
	ATF_CHECK_EQ(runner_parse(&good, "goods:1:2", &out), 1);
}

ATF_TC(seeds);
ATF_TC_HEAD(seeds, tc)
{
	atf_tc_set_md_var(tc, "descr", "A failing seed that is passed over, "
	    "or whose string does not lead back to it; a replay that does "
	    "more than it is asked");
}
ATF_TC_BODY(seeds, tc)
{
	struct runner_case rc;
	struct sim_result first, again;
	unsigned long before;
	char string[RUNNER_STRING_BYTES];

	if (getenv("SIM_REPLAY") != NULL) {
		ATF_CHECK_EQ(runner_straight(&slip), 0);
		return;
	}
	clean_environment();
	ATF_CHECK_EQ(runner_straight(&slip), 0);
	ATF_CHECK_EQ(runner_seeds(&good, 0, 100), 0);
	ATF_CHECK_EQ(runner_runs(), 102);
	ATF_REQUIRE_EQ(runner_seeds(&slip, 0, 10000), 1);
	strcpy(string, runner_failure());
	ATF_REQUIRE_EQ(runner_parse(&slip, string, &rc), 0);
	ATF_CHECK_EQ(runner_case(&slip, &rc, &first), 1);
	ATF_CHECK_EQ(runner_case(&slip, &rc, &again), 1);
	ATF_CHECK_EQ(first.hash, again.hash);
	ATF_CHECK(strstr(first.text, "n is 1, not 2") != NULL);

	/* Whatever is asked, only that run is made. */
	ATF_REQUIRE_EQ(setenv("SIM_REPLAY", string, 1), 0);
	before = runner_runs();
	ATF_CHECK_EQ(runner_straight(&slip), 1);
	ATF_CHECK_EQ(runner_seeds(&slip, 0, 1000), 1);
	ATF_CHECK_EQ(runner_faults(&slip, SIM_FAULT_ALL, 0), 1);
	ATF_CHECK_EQ(runner_same(&slip, 0), 1);
	ATF_CHECK_EQ(runner_runs(), before + 4);
	ATF_CHECK_EQ(runner_seeds(&good, 0, 1000), 0);
	ATF_CHECK_EQ(runner_runs(), before + 4);
	ATF_REQUIRE_EQ(setenv("SIM_REPLAY", "nonsense", 1), 0);
	ATF_CHECK_EQ(runner_straight(&slip), 1);
}

ATF_TC(seed_variable);
ATF_TC_HEAD(seed_variable, tc)
{
	atf_tc_set_md_var(tc, "descr", "SIM_SEED that is not heeded or not "
	    "understood");
}
ATF_TC_BODY(seed_variable, tc)
{

	clean_environment();
	ATF_REQUIRE_EQ(setenv("SIM_SEED", "5..14", 1), 0);
	ATF_CHECK_EQ(runner_seeds(&good, 0, 1000), 0);
	ATF_CHECK_EQ(runner_runs(), 10);
	ATF_REQUIRE_EQ(setenv("SIM_SEED", "18446744073709551615", 1), 0);
	ATF_CHECK_EQ(runner_seeds(&good, 0, 1000), 0);
	ATF_CHECK_EQ(runner_runs(), 11);
	ATF_REQUIRE_EQ(setenv("SIM_SEED", "5..", 1), 0);
	ATF_CHECK_EQ(runner_seeds(&good, 0, 1000), 1);
	ATF_REQUIRE_EQ(setenv("SIM_SEED", "5..4", 1), 0);
	ATF_CHECK_EQ(runner_seeds(&good, 0, 1000), 1);
	ATF_CHECK_EQ(runner_runs(), 11);
}

ATF_TC(fault_steps);
ATF_TC_HEAD(fault_steps, tc)
{
	atf_tc_set_md_var(tc, "descr", "A call that the stepping of faults "
	    "leaves out, an end that it does not see, a failure that it "
	    "names wrongly");
}
ATF_TC_BODY(fault_steps, tc)
{

	clean_environment();
	/* 5 blocks and a run without a fault; once and for good. */
	ATF_CHECK_EQ(runner_faults(&good, SIM_FAULT_ALLOC, 0), 0);
	ATF_CHECK_EQ(runner_runs(), 12);
	/* No call that these could strike: one run for each. */
	ATF_CHECK_EQ(runner_faults(&good, SIM_FAULT_COPY | SIM_FAULT_WAKE, 0),
	    0);
	ATF_CHECK_EQ(runner_runs(), 15);
	/* 3 waits: 2 times 4 runs for signals, 4 for wakes. */
	ATF_CHECK_EQ(runner_faults(&waits, SIM_FAULT_INTR | SIM_FAULT_WAKE,
	    0), 0);
	ATF_CHECK_EQ(runner_runs(), 27);
	ATF_CHECK_EQ(calls, 3 * 12);
	ATF_CHECK_EQ(runner_faults(&strict, SIM_FAULT_ALL, 7), 1);
	ATF_CHECK_STREQ(runner_failure(), "strict:7:3:alloc");
	ATF_CHECK_EQ(runner_runs(), 30);
}

ATF_TC(same);
ATF_TC_HEAD(same, tc)
{
	atf_tc_set_md_var(tc, "descr", "A scenario that carries something "
	    "from run to run and is not found out");
}
ATF_TC_BODY(same, tc)
{

	clean_environment();
	ATF_CHECK_EQ(runner_same(&good, 3), 0);
	ATF_CHECK_EQ(runner_same(&inconstant, 3), 1);
	ATF_CHECK_STREQ(runner_failure(), "inconstant:3:0");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, strings);
	ATF_TP_ADD_TC(tp, seeds);
	ATF_TP_ADD_TC(tp, seed_variable);
	ATF_TP_ADD_TC(tp, fault_steps);
	ATF_TP_ADD_TC(tp, same);
	return atf_no_error();
}
