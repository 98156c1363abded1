/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_sim_dev.c: memory, copies, nodes, poll, signals and messages of the
 * simulation host, and the faults that can be put into its calls.
 */

#include <atf-c.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "h_sim.h"

/*
 * Memory, nodes, messages, signals.
 */

static void
memory_main(void *arg)
{
	static const unsigned long sizes[] = { 0, 1, 15, 16, 4096, 100000 };
	unsigned char *mem[2 * 6];
	unsigned long j;
	int i;

	(void)arg;
	for (i = 0; i < 12; i++) {
		mem[i] = host_alloc(sizes[i / 2], i % 2);
		SIM_CHECK(mem[i] != NULL);
		SIM_CHECK_EQ((unsigned long)mem[i] % 16, 0);
		for (j = 0; j < sizes[i / 2]; j++)
			SIM_CHECK(mem[i][j] == 0);
		memset(mem[i], i + 1, sizes[i / 2]);
	}
	for (i = 11; i >= 0; i--) {
		for (j = 0; j < sizes[i / 2]; j++)
			SIM_CHECK(mem[i][j] == i + 1);
		host_free(mem[i], sizes[i / 2]);
	}
}

ATF_TC(memory);
ATF_TC_HEAD(memory, tc)
{
	atf_tc_set_md_var(tc, "descr", "Memory that is not zeroed, not "
	    "aligned, too short or given out twice");
}
ATF_TC_BODY(memory, tc)
{

	h_run_seeds(memory_main, NULL);
}

static void
node_main(void *arg)
{

	(void)arg;
	SIM_CHECK_EQ(sim_node_count(), 0);
	SIM_CHECK_EQ(host_node_create("rmidi0", 0666), 0);
	SIM_CHECK_EQ(host_node_create("music", 0600), 0);
	SIM_CHECK_EQ(host_node_create("music", 0600), EEXIST);
	SIM_CHECK_EQ(host_node_create(
	    "a-name-that-is-much-too-long-for-a-node", 0600), ENAMETOOLONG);
	SIM_CHECK_EQ(sim_node_count(), 2);
	SIM_CHECK(sim_node_exists("rmidi0"));
	SIM_CHECK_EQ(sim_node_mode("rmidi0"), 0666);
	host_node_destroy("rmidi0");
	SIM_CHECK(!sim_node_exists("rmidi0"));
	SIM_CHECK_EQ(sim_node_mode("rmidi0"), -1);
	SIM_CHECK_EQ(sim_node_mode("music"), 0600);
	host_node_destroy("music");
	SIM_CHECK_EQ(sim_node_count(), 0);
}

ATF_TC(nodes);
ATF_TC_HEAD(nodes, tc)
{
	atf_tc_set_md_var(tc, "descr", "A node that is not there, stays, or "
	    "is there twice");
}
ATF_TC_BODY(nodes, tc)
{

	h_run_seeds(node_main, NULL);
}

static void
pid_thread(void *arg)
{

	(void)arg;
	SIM_CHECK_EQ(host_pid(), 0);
	sim_set_pid(12);
	sim_yield();
	SIM_CHECK_EQ(host_pid(), 12);
}

static void
signal_main(void *arg)
{
	struct host_thread *t = sim_thread(pid_thread, NULL, "pid");

	(void)arg;
	SIM_CHECK_EQ(sim_signals_sent(12), 0);
	sim_set_pid(10);
	host_signal_io(12);
	host_signal_io(-11);
	host_signal_io(12);
	SIM_CHECK_EQ(sim_signals_sent(12), 2);
	SIM_CHECK_EQ(sim_signals_sent(-11), 1);
	SIM_CHECK_EQ(sim_signals_sent(11), 0);
	SIM_CHECK_EQ(host_pid(), 10);
	sim_join(t);
	host_print("one\n");
	host_print("two\n");
	SIM_CHECK(strcmp(sim_messages(), "one\ntwo\n") == 0);
}

ATF_TC(processes);
ATF_TC_HEAD(processes, tc)
{
	atf_tc_set_md_var(tc, "descr", "A signal that is lost or kept for the "
	    "next run, a process that is taken for another, a message that "
	    "is lost");
}
ATF_TC_BODY(processes, tc)
{

	h_run_seeds(signal_main, NULL);
}

/*
 * Poll.
 */

static void
poll_wake(void *arg)
{

	sim_sleep_ns(sim_random(200));
	host_pollq_wake(arg);
}

static void
poll_main(void *arg)
{
	struct host_pollq *q[2] = { host_pollq_create(), host_pollq_create() };
	struct host_poll *p = sim_poll_create(), *other = sim_poll_create();
	struct host_thread *t;

	(void)arg;
	host_pollq_wake(q[0]);			/* nobody is recorded */
	host_pollq_record(q[0], p);
	host_pollq_record(q[1], p);
	host_pollq_record(q[1], p);
	host_pollq_record(q[1], other);
	SIM_CHECK_EQ(sim_poll_wait(p, sim_now_ns() + 100), HOST_TIMEOUT);
	t = sim_thread(poll_wake, q[1], "wake");
	SIM_CHECK_EQ(sim_poll_wait(p, 0), HOST_WOKEN);
	SIM_CHECK_EQ(sim_poll_wait(p, sim_now_ns() + 1000), HOST_TIMEOUT);
	SIM_CHECK_EQ(sim_poll_wait(other, 0), HOST_WOKEN);
	sim_join(t);
	host_pollq_wake(q[1]);			/* the record was used up */
	SIM_CHECK_EQ(sim_poll_wait(p, sim_now_ns() + 100), HOST_TIMEOUT);
	host_pollq_wake(q[0]);			/* ... but not this one */
	SIM_CHECK_EQ(sim_poll_wait(p, 0), HOST_WOKEN);
	host_pollq_record(q[0], p);
	host_pollq_record(q[1], other);
	sim_signal(host_thread_self());
	SIM_CHECK_EQ(sim_poll_wait(p, 0), HOST_INTR);
	SIM_CHECK_EQ(sim_clear_signal(), 1);
	sim_poll_destroy(p);
	host_pollq_wake(q[0]);			/* p is gone */
	host_pollq_destroy(q[1]);
	SIM_CHECK_EQ(sim_poll_wait(other, sim_now_ns() + 1), HOST_TIMEOUT);
	host_pollq_destroy(q[0]);
	sim_poll_destroy(other);
}

ATF_TC(poll);
ATF_TC_HEAD(poll, tc)
{
	atf_tc_set_md_var(tc, "descr", "A poll that is not woken, is woken by "
	    "a queue that did not record it or twice for one record, or is "
	    "kept when it is gone");
}
ATF_TC_BODY(poll, tc)
{

	h_run_seeds(poll_main, NULL);
}

/*
 * Faults.
 */

#define FAULT_CALLS	16

struct faults {
	unsigned	made;
	int		refused[FAULT_CALLS];
};

static void
fault_note(struct faults *f, int refused)
{

	f->refused[f->made++] = refused;
}

static void
nothing(void *arg)
{

	(void)arg;
}

/* Each call that can be refused, with what goes with it when it is not. */
static void
alloc_main(void *arg)
{
	struct faults *f = arg;
	struct host_lock *l = host_lock_create(HOST_LOCK_SLEEP, "l");
	struct host_cond *c = host_cond_create("c");
	struct host_pollq *q = host_pollq_create();
	void *awake = host_alloc(10, 0), *asleep = host_alloc(10, 1);
	struct host_thread *t;
	int error;

	fault_note(f, l == NULL);
	fault_note(f, c == NULL);
	fault_note(f, q == NULL);
	fault_note(f, awake == NULL);
	fault_note(f, asleep == NULL);
	error = host_thread_create(&t, nothing, NULL, 0, "thread");
	fault_note(f, error == EAGAIN);
	if (error == 0)
		host_thread_join(t);
	error = host_node_create("node", 0600);
	fault_note(f, error == ENOMEM);
	if (error == 0)
		host_node_destroy("node");
	if (asleep != NULL)
		host_free(asleep, 10);
	if (awake != NULL)
		host_free(awake, 10);
	if (q != NULL)
		host_pollq_destroy(q);
	if (c != NULL)
		host_cond_destroy(c);
	if (l != NULL)
		host_lock_destroy(l);
}

static void
copy_main(void *arg)
{
	struct faults *f = arg;
	char from[5] = "abcd", to[5] = "";

	SIM_CHECK_EQ(host_copyin(from, to, 0), 0);	/* nothing to fail */
	fault_note(f, host_copyin(from, to, 1) == EFAULT);
	fault_note(f, host_copyout(from, to, 5) == EFAULT);
	SIM_CHECK(f->refused[f->made - 1] != 0 || strcmp(to, from) == 0);
	fault_note(f, host_copyin(from, to, 5) == EFAULT);
}

static void
intr_main(void *arg)
{
	struct faults *f = arg;
	struct host_lock *l = host_lock_create(HOST_LOCK_SLEEP, "l");
	struct host_cond *c = host_cond_create("c");
	int i, result;

	for (i = 0; i < 4; i++) {
		host_lock_enter(l);
		SIM_CHECK_EQ(host_cond_wait(c, l, host_uptime_ns() + 10, 0),
		    HOST_TIMEOUT);
		result = host_cond_wait(c, l, host_uptime_ns() + 10, 1);
		host_lock_exit(l);
		fault_note(f, result == HOST_INTR);
		SIM_CHECK_EQ(sim_clear_signal(), result == HOST_INTR);
	}
	host_cond_destroy(c);
	host_lock_destroy(l);
}

static void
wake_main(void *arg)
{
	struct faults *f = arg;
	struct host_lock *l = host_lock_create(HOST_LOCK_SLEEP, "l");
	struct host_cond *c = host_cond_create("c");
	int i, result;

	for (i = 0; i < 4; i++) {
		host_lock_enter(l);
		result = host_cond_wait(c, l, host_uptime_ns() + 10, i % 2);
		host_lock_exit(l);
		fault_note(f, result == HOST_WOKEN);
	}
	host_cond_destroy(c);
	host_lock_destroy(l);
}

/* Each place is reached by its number, and none beside it. */
static void
fault_check(void (*fn)(void *), int kind, unsigned places)
{
	struct sim_config cfg;
	struct sim_result res;
	struct faults f;
	unsigned i;

	memset(&cfg, 0, sizeof(cfg));
	cfg.fault_kind = kind;
	for (cfg.fault_persist = 0; cfg.fault_persist <= 1;
	    cfg.fault_persist++) {
		for (cfg.fault_at = 0; cfg.fault_at <= places + 1;
		    cfg.fault_at++) {
			memset(&f, 0, sizeof(f));
			ATF_REQUIRE_MSG(sim_run(&cfg, fn, &f, &res) == 0,
			    "%s", res.text);
			ATF_CHECK_EQ(f.made, places);
			ATF_CHECK_EQ(res.fault_points, places);
			for (i = 0; i < places; i++)
				ATF_CHECK_EQ(f.refused[i],
				    cfg.fault_at == i + 1 ||
				    (cfg.fault_persist && cfg.fault_at != 0 &&
				    kind != SIM_FAULT_WAKE &&
				    cfg.fault_at <= i));
			if (cfg.fault_at == 0 || cfg.fault_at > places)
				ATF_CHECK_EQ(res.faults, 0);
			else
				ATF_CHECK(res.faults >= 1);
		}
	}
}

ATF_TC(faults);
ATF_TC_HEAD(faults, tc)
{
	atf_tc_set_md_var(tc, "descr", "A call that a fault never reaches, a "
	    "fault that strikes another or more than it should");
}
ATF_TC_BODY(faults, tc)
{

	fault_check(alloc_main, SIM_FAULT_ALLOC, 7);
	fault_check(copy_main, SIM_FAULT_COPY, 3);
	fault_check(intr_main, SIM_FAULT_INTR, 4);
	fault_check(wake_main, SIM_FAULT_WAKE, 4);
}

static void
counting_main(void *arg)
{
	int i;

	for (i = 0; i < *(int *)arg; i++)
		(void)host_uptime_ns();
	SIM_CHECK_EQ(sim_faults(), 0);
}

ATF_TC(counts);
ATF_TC_HEAD(counts, tc)
{
	atf_tc_set_md_var(tc, "descr", "Host calls or steps that are not "
	    "counted, or counted twice");
}
ATF_TC_BODY(counts, tc)
{
	struct sim_result res;
	int n;

	for (n = 0; n < 100; n++) {
		ATF_CHECK_EQ(h_run((unsigned)n, counting_main, &n, &res), 0);
		ATF_CHECK_EQ(res.host_calls, (unsigned)n);
		ATF_CHECK_EQ(res.steps, (unsigned)n);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, memory);
	ATF_TP_ADD_TC(tp, nodes);
	ATF_TP_ADD_TC(tp, processes);
	ATF_TP_ADD_TC(tp, poll);
	ATF_TP_ADD_TC(tp, faults);
	ATF_TP_ADD_TC(tp, counts);
	return atf_no_error();
}
