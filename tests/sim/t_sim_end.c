/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_sim_end.c: how a run of the simulation host ends: panics, misuse of
 * host.h, deadlocks, limits and leaks, each of which must be found and named.
 */

#include <atf-c.h>
#include <string.h>

#include "h_sim.h"

static struct host_lock *sleep_lock;
static struct host_lock *spin_lock;
static struct host_cond *cond;

static void
begin(void)
{

	sleep_lock = host_lock_create(HOST_LOCK_SLEEP, "calm");
	spin_lock = host_lock_create(HOST_LOCK_SPIN, "whirl");
	cond = host_cond_create("news");
}

static void
end(void)
{

	host_cond_destroy(cond);
	host_lock_destroy(spin_lock);
	host_lock_destroy(sleep_lock);
}

static void
nothing(void *arg)
{

	(void)arg;
}

/*
 * Panics.
 */

static void
panic_thread(void *arg)
{

	host_print("about to\n");
	host_panic(arg);
}

static void
panic_main(void *arg)
{

	begin();
	host_lock_enter(sleep_lock);
	sim_join(sim_thread(panic_thread, arg, "panic"));
	sim_fail("came back from a panic");
}

static void
panic_intr_main(void *arg)
{

	sim_interrupt(panic_thread, arg);
	sim_sleep_ns(1);
	sim_fail("came back from a panic");
}

ATF_TC(panic);
ATF_TC_HEAD(panic, tc)
{
	atf_tc_set_md_var(tc, "descr", "A panic that returns, is not told, "
	    "or spoils the next run");
}
ATF_TC_BODY(panic, tc)
{
	static char text[] = "out of cheese";
	int i;

	for (i = 0; i < 10; i++) {
		h_run_ends(panic_main, text, SIM_END_PANIC,
		    "panic: out of cheese");
		ATF_CHECK_STREQ(sim_messages(), "about to\nout of cheese");
		h_run_ends(panic_intr_main, text, SIM_END_PANIC,
		    "out of cheese");
		ATF_CHECK_EQ(h_run(0, nothing, NULL, NULL), SIM_END_OK);
		ATF_CHECK_STREQ(sim_messages(), "");
	}
}

static void
fail_thread(void *arg)
{

	(void)arg;
	SIM_CHECK_EQ(1 + 1, 3);
}

static void
fail_main(void *arg)
{

	(void)arg;
	sim_join(sim_thread(fail_thread, NULL, "fail"));
}

ATF_TC(check);
ATF_TC_HEAD(check, tc)
{
	atf_tc_set_md_var(tc, "descr", "A check of a scenario that fails "
	    "without being heard");
}
ATF_TC_BODY(check, tc)
{

	h_run_ends(fail_main, NULL, SIM_END_FAIL, "1 + 1 is 2, not 3 = 3");
	ATF_CHECK_STREQ(sim_end_name(SIM_END_OK), "ok");
	ATF_CHECK_STREQ(sim_end_name(SIM_END_LEAK), "leak");
}

/*
 * Misuse.
 */

static void
misuse_enter_twice(void)
{

	host_lock_enter(sleep_lock);
	host_lock_enter(sleep_lock);
}

static void
misuse_exit(void)
{

	host_lock_exit(spin_lock);
}

static void
misuse_wait_unlocked(void)
{

	(void)host_cond_wait(cond, sleep_lock, 0, 0);
}

static void
misuse_wait_spin(void)
{

	host_lock_enter(sleep_lock);
	host_lock_enter(spin_lock);
	(void)host_cond_wait(cond, sleep_lock, 0, 0);
}

static void
misuse_sleep_spin(void)
{

	host_lock_enter(spin_lock);
	host_lock_enter(sleep_lock);
}

static void
misuse_alloc_spin(void)
{

	host_lock_enter(spin_lock);
	(void)host_alloc(1, 1);
}

static void
misuse_copy_spin(void)
{
	char from = 0, to;

	host_lock_enter(spin_lock);
	(void)host_copyin(&from, &to, 1);
}

static void
misuse_destroy_held(void)
{

	host_lock_enter(sleep_lock);
	host_lock_destroy(sleep_lock);
}

static void
waiter(void *arg)
{

	host_lock_enter(arg);
	(void)host_cond_wait(cond, arg, 0, 0);
}

static void
misuse_destroy_waited(void)
{

	(void)sim_thread(waiter, sleep_lock, "waiter");
	sim_sleep_ns(1);
	host_cond_destroy(cond);
}

static void
misuse_wake_unlocked(void)
{

	(void)sim_thread(waiter, sleep_lock, "waiter");
	sim_sleep_ns(1);
	host_cond_wake(cond, 1);
}

static void
misuse_two_locks(void)
{

	(void)sim_thread(waiter, sleep_lock, "waiter");
	(void)sim_thread(waiter, spin_lock, "waiter");
	sim_sleep_ns(1);
}

static void
holder(void *arg)
{

	host_lock_enter(arg);
}

static void
misuse_end_held(void)
{

	sim_join(sim_thread(holder, sleep_lock, "holder"));
}

static void
misuse_intr_held(void)
{

	sim_interrupt(holder, spin_lock);
	sim_sleep_ns(1);
}

static void
misuse_intr_sleep(void)
{

	sim_interrupt(holder, sleep_lock);
	sim_sleep_ns(1);
}

static void
alloc_intr(void *arg)
{

	(void)arg;
	(void)host_alloc(1, 0);
}

static void
misuse_intr_alloc(void)
{

	sim_interrupt(alloc_intr, NULL);
	sim_sleep_ns(1);
}

static void
self_intr(void *arg)
{

	(void)arg;
	(void)host_thread_self();
}

static void
misuse_intr_self(void)
{

	sim_interrupt(self_intr, NULL);
	sim_sleep_ns(1);
}

static void
misuse_free_twice(void)
{
	void *mem = host_alloc(8, 1);

	host_free(mem, 8);
	host_free(mem, 8);
}

static void
misuse_free_size(void)
{

	host_free(host_alloc(8, 1), 9);
}

static void
misuse_join_self(void)
{

	host_thread_join(host_thread_self());
}

static void
misuse_node(void)
{

	host_node_destroy("midi0");
}

static void
misuse_delay(void)
{

	host_delay_ns(50001);
}

static const struct misuse {
	void		(*fn)(void);
	const char	*text;
} misuses[] = {
	{ misuse_enter_twice,	"\"calm\" entered twice" },
	{ misuse_exit,		"exit of lock 4 \"whirl\", which is not" },
	{ misuse_wait_unlocked,	"wait with lock 3 \"calm\", which is not" },
	{ misuse_wait_spin,	"cond_wait with a spin lock held" },
	{ misuse_sleep_spin,	"lock_enter with a spin lock held" },
	{ misuse_alloc_spin,	"alloc with a spin lock held" },
	{ misuse_copy_spin,	"copyin with a spin lock held" },
	{ misuse_destroy_held,	"\"calm\" destroyed while in use" },
	{ misuse_destroy_waited, "\"news\" destroyed with waiters" },
	{ misuse_wake_unlocked,	"wake without lock 3 \"calm\"" },
	{ misuse_two_locks,	"\"news\" used with two locks" },
	{ misuse_end_held,	"\"holder\" ends with a lock held" },
	{ misuse_intr_held,	"an interrupt ends with a lock held" },
	{ misuse_intr_sleep,	"lock_enter in an interrupt" },
	{ misuse_intr_alloc,	"alloc in an interrupt" },
	{ misuse_intr_self,	"thread_self in an interrupt" },
	{ misuse_free_twice,	"free of 8 bytes that were not allocated" },
	{ misuse_free_size,	"free of 8 bytes as 9" },
	{ misuse_join_self,	"joins itself" },
	{ misuse_node,		"no node \"midi0\"" },
	{ misuse_delay,		"delay of 50001 ns" }
};

static void
misuse_main(void *arg)
{

	begin();
	((const struct misuse *)arg)->fn();
	end();
}

ATF_TC(misuse);
ATF_TC_HEAD(misuse, tc)
{
	atf_tc_set_md_var(tc, "descr", "A use against the rules of host.h "
	    "that goes unnoticed");
}
ATF_TC_BODY(misuse, tc)
{
	size_t i;

	for (i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
		struct misuse m = misuses[i];

		h_run_ends(misuse_main, &m, SIM_END_PANIC, m.text);
	}
}

/*
 * Deadlocks and limits.
 */

struct pair {
	struct host_lock *first;
	struct host_lock *second;
};

static void
pair_thread(void *arg)
{
	const struct pair *p = arg;

	host_lock_enter(p->first);
	host_lock_enter(p->second);
	host_lock_exit(p->second);
	host_lock_exit(p->first);
}

static void
abba_main(void *arg)
{
	struct pair ab, ba;
	struct host_thread *t[2];

	(void)arg;
	ab.first = ba.second = host_lock_create(HOST_LOCK_SLEEP, "a");
	ab.second = ba.first = host_lock_create(HOST_LOCK_SLEEP, "b");
	t[0] = sim_thread(pair_thread, &ab, "ab");
	t[1] = sim_thread(pair_thread, &ba, "ba");
	sim_join(t[0]);
	sim_join(t[1]);
	host_lock_destroy(ab.first);
	host_lock_destroy(ba.first);
}

ATF_TC(deadlock);
ATF_TC_HEAD(deadlock, tc)
{
	atf_tc_set_md_var(tc, "descr", "A deadlock of lock order that no "
	    "seed finds, or that is told without its threads and locks");
}
ATF_TC_BODY(deadlock, tc)
{
	struct sim_result res;
	unsigned long long seed;
	unsigned found = 0;

	ATF_CHECK_EQ(h_run(0, abba_main, NULL, NULL), SIM_END_OK);
	for (seed = 1; seed < H_SEEDS; seed++) {
		if (h_run(seed, abba_main, NULL, &res) == SIM_END_OK)
			continue;
		found++;
		ATF_CHECK_EQ(res.end, SIM_END_DEADLOCK);
		ATF_CHECK(strstr(res.text, "\"ab\" waits for release of lock "
		    "4 \"b\" held by thread 6 \"ba\"") != NULL);
		ATF_CHECK(strstr(res.text, "\"ba\" waits for release of lock "
		    "3 \"a\" held by thread 5 \"ab\"") != NULL);
		ATF_CHECK(strstr(res.text, "\"main\" waits for end of thread "
		    "5 \"ab\"") != NULL);
	}
	ATF_CHECK_MSG(found > 0, "found in %u runs", found);
}

static void
forever_main(void *arg)
{
	struct host_lock *l = host_lock_create(HOST_LOCK_SLEEP, "never");
	struct host_cond *c = host_cond_create("never");

	(void)arg;
	host_lock_enter(l);
	(void)host_cond_wait(c, l, 0, 1);
}

static void
spinning_main(void *arg)
{

	for (;;)
		*(volatile unsigned long long *)arg = host_uptime_ns();
}

static void
dozing_main(void *arg)
{

	(void)arg;
	for (;;)
		sim_sleep_ns(1000000000);
}

ATF_TC(limits);
ATF_TC_HEAD(limits, tc)
{
	atf_tc_set_md_var(tc, "descr", "A run without end: waiting for "
	    "nothing, turning in circles, or sleeping for ever");
}
ATF_TC_BODY(limits, tc)
{
	struct sim_config cfg;
	struct sim_result res;
	unsigned long long now_ns;

	h_run_ends(forever_main, NULL, SIM_END_DEADLOCK,
	    "\"main\" waits for wake of condition 4 \"never\"");
	memset(&cfg, 0, sizeof(cfg));
	cfg.step_limit = 1000;
	ATF_CHECK_EQ(sim_run(&cfg, spinning_main, &now_ns, &res),
	    SIM_END_STEPS);
	ATF_CHECK_EQ(res.steps, 1001);
	ATF_CHECK(strstr(res.text, "\"main\" runs") != NULL);
	cfg.step_limit = 0;
	cfg.time_limit_ns = 3600000000000ull;
	ATF_CHECK_EQ(sim_run(&cfg, dozing_main, NULL, &res), SIM_END_TIME);
	ATF_CHECK_EQ(res.steps, 3601);
	ATF_CHECK(strstr(res.text, "\"main\" in sleep") != NULL);
}

/*
 * Leaks.
 */

static void
leak_main(void *arg)
{
	struct host_thread *t;

	begin();
	(void)sim_thread(nothing, NULL, "lost");
	SIM_CHECK_EQ(host_thread_create(&t, nothing, NULL, 0, "gone"), 0);
	(void)host_alloc(100, 1);
	(void)host_alloc(11, 0);
	(void)host_pollq_create();
	(void)sim_poll_create();
	SIM_CHECK_EQ(host_node_create("midi0", 0666), 0);
	sim_at(sim_now_ns() + 1000, nothing, NULL);
	if (*(int *)arg)
		host_panic("while all this was there");
}

ATF_TC(leaks);
ATF_TC_HEAD(leaks, tc)
{
	atf_tc_set_md_var(tc, "descr", "A host object of any kind that is "
	    "left and not counted, or named, or not freed (which the address "
	    "sanitizer sees)");
}
ATF_TC_BODY(leaks, tc)
{
	static const char *const names[] = {
		"block 8", "block 9", "thread 6 \"lost\"", "thread 7 \"gone\"",
		"lock 3 \"calm\"", "lock 4 \"whirl\"", "condition 5 \"news\"",
		"poll queue 10", "poll 11",
		"node 12 \"midi0\""
	};
	struct sim_result res;
	int panic;
	size_t i;

	for (panic = 0; panic <= 1; panic++) {
		ATF_CHECK_EQ(h_run(0, leak_main, &panic, &res),
		    panic ? SIM_END_PANIC : SIM_END_LEAK);
		ATF_CHECK_EQ(res.leaks.blocks, 2);
		ATF_CHECK_EQ(res.leaks.bytes, 111);
		ATF_CHECK_EQ(res.leaks.threads, 2);
		ATF_CHECK_EQ(res.leaks.locks, 2);
		ATF_CHECK_EQ(res.leaks.conds, 1);
		ATF_CHECK_EQ(res.leaks.pollqs, 1);
		ATF_CHECK_EQ(res.leaks.polls, 1);
		ATF_CHECK_EQ(res.leaks.nodes, 1);
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			ATF_CHECK_MSG(panic || strstr(res.text, names[i]) !=
			    NULL, "no %s in %s", names[i], res.text);
	}
	ATF_CHECK_EQ(h_run(0, nothing, NULL, &res), SIM_END_OK);
	ATF_CHECK_EQ(res.leaks.blocks, 0);
	ATF_CHECK_EQ(res.leaks.threads, 0);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, panic);
	ATF_TP_ADD_TC(tp, check);
	ATF_TP_ADD_TC(tp, misuse);
	ATF_TP_ADD_TC(tp, deadlock);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, leaks);
	return atf_no_error();
}
