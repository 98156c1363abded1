/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_sim.c: the simulation host itself: one seed, one run; other seeds, other
 * orders; locks that exclude; conditions that lose no wake.
 *
 * A simulator that does not explore finds nothing, so that several cases
 * here show that a fault which is put in is found.
 */

#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "h_sim.h"

/*
 * Order of threads.
 */

struct order {
	char		text[16];
	size_t		used;
	struct host_lock *lock;
};

static struct order order;

static void
order_note(void *arg)
{

	host_lock_enter(order.lock);
	order.text[order.used++] = *(const char *)arg;
	host_lock_exit(order.lock);
}

static void
order_main(void *arg)
{
	struct host_thread *t[3];
	static char names[] = "abc";
	int i;

	(void)arg;
	memset(&order, 0, sizeof(order));
	order.lock = host_lock_create(HOST_LOCK_SLEEP, "order");
	for (i = 0; i < 3; i++)
		t[i] = sim_thread(order_note, &names[i], "note");
	for (i = 0; i < 3; i++)
		sim_join(t[i]);
	host_lock_destroy(order.lock);
}

ATF_TC(same_seed);
ATF_TC_HEAD(same_seed, tc)
{
	atf_tc_set_md_var(tc, "descr", "A seed that gives two runs: anything "
	    "that the run depends on beside the seed");
}
ATF_TC_BODY(same_seed, tc)
{
	struct sim_result a, b;
	unsigned long long seed;
	char text[sizeof(order.text)];

	for (seed = 0; seed < H_SEEDS; seed++) {
		ATF_REQUIRE_EQ(h_run(seed, order_main, NULL, &a), 0);
		memcpy(text, order.text, sizeof(text));
		free(malloc(1 + 16 * seed));	/* other addresses */
		ATF_REQUIRE_EQ(h_run(seed, order_main, NULL, &b), 0);
		ATF_CHECK_EQ(a.hash, b.hash);
		ATF_CHECK_EQ(a.steps, b.steps);
		ATF_CHECK_EQ(a.switches, b.switches);
		ATF_CHECK_EQ(a.host_calls, b.host_calls);
		ATF_CHECK_STREQ(text, order.text);
	}
}

ATF_TC(all_orders);
ATF_TC_HEAD(all_orders, tc)
{
	atf_tc_set_md_var(tc, "descr", "Seeds that explore nothing: each of "
	    "the six orders of three threads must come up, and seed 0 must "
	    "be first come first served");
}
ATF_TC_BODY(all_orders, tc)
{
	static const char *const orders[] = {
		"abc", "acb", "bac", "bca", "cab", "cba"
	};
	unsigned long long seed;
	unsigned seen = 0;
	size_t i;

	ATF_REQUIRE_EQ(h_run(0, order_main, NULL, NULL), 0);
	ATF_CHECK_STREQ(order.text, "abc");
	for (seed = 1; seed < H_SEEDS; seed++) {
		ATF_REQUIRE_EQ(h_run(seed, order_main, NULL, NULL), 0);
		for (i = 0; i < 6; i++)
			if (strcmp(order.text, orders[i]) == 0)
				seen |= 1u << i;
	}
	ATF_CHECK_EQ(seen, 0x3f);
}

ATF_TC(other_hash);
ATF_TC_HEAD(other_hash, tc)
{
	atf_tc_set_md_var(tc, "descr", "A trace hash that does not tell runs "
	    "of different order or length apart");
}
ATF_TC_BODY(other_hash, tc)
{
	struct sim_result res[H_SEEDS];
	unsigned i, j, differ = 0;

	for (i = 0; i < H_SEEDS; i++)
		ATF_REQUIRE_EQ(h_run(i, order_main, NULL, &res[i]), 0);
	for (i = 0; i < H_SEEDS; i++) {
		for (j = 0; j < i; j++) {
			if (res[i].steps != res[j].steps)
				ATF_CHECK(res[i].hash != res[j].hash);
			differ += res[i].hash != res[j].hash;
		}
	}
	ATF_CHECK(differ > H_SEEDS * (H_SEEDS - 1) / 2 * 9 / 10);
}

/*
 * Priorities.
 */

static void
priority_main(void *arg)
{
	struct host_thread *t[3];
	static char names[] = "nsc";
	int i;

	(void)arg;
	memset(&order, 0, sizeof(order));
	order.lock = host_lock_create(HOST_LOCK_SLEEP, "order");
	for (i = 0; i < 3; i++)
		SIM_CHECK_EQ(host_thread_create(&t[i], order_note, &names[i],
		    HOST_PRI_NORMAL + i, "pri"), 0);
	for (i = 0; i < 3; i++)
		host_thread_join(t[i]);
	host_lock_destroy(order.lock);
}

ATF_TC(priority);
ATF_TC_HEAD(priority, tc)
{
	atf_tc_set_md_var(tc, "descr", "With seed 0, a thread of lower "
	    "priority that goes before one of higher");
}
ATF_TC_BODY(priority, tc)
{

	ATF_REQUIRE_EQ(h_run(0, priority_main, NULL, NULL), 0);
	ATF_CHECK_STREQ(order.text, "csn");
}

/*
 * Exclusion.
 */

struct exclusion {
	int		kind;
	int		use;		/* the lock */
	struct host_lock *lock;
	int		count;
	int		inside;
};

#define EXCLUSION_THREADS	4
#define EXCLUSION_ROUNDS	5

static void
exclusion_thread(void *arg)
{
	struct exclusion *x = arg;
	int i, n;

	for (i = 0; i < EXCLUSION_ROUNDS; i++) {
		if (x->use)
			host_lock_enter(x->lock);
		SIM_CHECK(!x->use || x->inside == 0);
		x->inside++;
		n = x->count;
		(void)host_uptime_ns();
		x->count = n + 1;
		x->inside--;
		if (x->use)
			host_lock_exit(x->lock);
	}
}

static void
exclusion_main(void *arg)
{
	struct exclusion *x = arg;
	struct host_thread *t[EXCLUSION_THREADS];
	int i;

	x->count = x->inside = 0;
	x->lock = host_lock_create(x->kind, "exclusion");
	for (i = 0; i < EXCLUSION_THREADS; i++)
		t[i] = sim_thread(exclusion_thread, x, "count");
	for (i = 0; i < EXCLUSION_THREADS; i++)
		sim_join(t[i]);
	host_lock_destroy(x->lock);
	SIM_CHECK_EQ(x->count, EXCLUSION_THREADS * EXCLUSION_ROUNDS);
}

ATF_TC(exclusion);
ATF_TC_HEAD(exclusion, tc)
{
	atf_tc_set_md_var(tc, "descr", "A lock of either kind that lets two "
	    "in; a schedule that never finds the lock left out");
}
ATF_TC_BODY(exclusion, tc)
{
	struct exclusion x = { HOST_LOCK_SLEEP, 1, NULL, 0, 0 };
	struct sim_result res;
	unsigned long long seed;
	unsigned found = 0;

	h_run_seeds(exclusion_main, &x);
	x.kind = HOST_LOCK_SPIN;
	h_run_seeds(exclusion_main, &x);
	x.use = 0;
	ATF_CHECK_EQ(h_run(0, exclusion_main, &x, &res), SIM_END_OK);
	for (seed = 1; seed < H_SEEDS; seed++)
		found += h_run(seed, exclusion_main, &x, &res) == SIM_END_FAIL;
	ATF_CHECK_MSG(found > H_SEEDS / 2, "found in %u runs", found);
}

static void
tryenter_holder(void *arg)
{
	struct host_lock *l = arg;

	host_lock_enter(l);
	sim_sleep_ns(1000);
	host_lock_exit(l);
}

static void
tryenter_main(void *arg)
{
	struct host_lock *l = host_lock_create(HOST_LOCK_SLEEP, "try");
	struct host_thread *t = sim_thread(tryenter_holder, l, "holder");

	(void)arg;
	sim_sleep_ns(500);
	SIM_CHECK_EQ(host_lock_tryenter(l), 0);
	sim_sleep_ns(1000);
	SIM_CHECK_EQ(host_lock_tryenter(l), 1);
	SIM_CHECK_EQ(host_lock_tryenter(l), 0);
	host_lock_exit(l);
	sim_join(t);
	host_lock_destroy(l);
}

/* What one thread does right after its exit, another may do before. */
struct after {
	struct host_lock *lock;
	int		flag;
	int		changed;
};

static void
after_thread(void *arg)
{
	struct after *a = arg;

	host_lock_enter(a->lock);
	a->flag = 1;
	host_lock_exit(a->lock);
}

static void
after_main(void *arg)
{
	struct after *a = arg;
	struct host_thread *t;
	int flag;

	a->flag = 0;
	a->lock = host_lock_create(HOST_LOCK_SLEEP, "after");
	t = sim_thread(after_thread, a, "after");
	host_lock_enter(a->lock);
	flag = a->flag;
	host_lock_exit(a->lock);
	a->changed += flag != a->flag;
	sim_join(t);
	host_lock_destroy(a->lock);
}

ATF_TC(after_exit);
ATF_TC_HEAD(after_exit, tc)
{
	atf_tc_set_md_var(tc, "descr", "A schedule that lets nobody in "
	    "between the exit from a lock and what follows it");
}
ATF_TC_BODY(after_exit, tc)
{
	struct after a = { NULL, 0, 0 };

	h_run_seeds(after_main, &a);
	ATF_CHECK(a.changed > 0);
}

ATF_TC(tryenter);
ATF_TC_HEAD(tryenter, tc)
{
	atf_tc_set_md_var(tc, "descr", "A tryenter that waits, that takes "
	    "what is held, or refuses what is free");
}
ATF_TC_BODY(tryenter, tc)
{

	h_run_seeds(tryenter_main, NULL);
}

/*
 * Conditions.
 */

struct mailbox {
	struct host_lock *lock;
	struct host_cond *cond;
	int		full;
	int		value;
	int		careless;	/* puts without the lock */
};

#define MAILBOX_ITEMS	10

static void
mailbox_put(struct mailbox *m, int value)
{

	host_lock_enter(m->lock);
	while (m->full)
		(void)host_cond_wait(m->cond, m->lock, 0, 0);
	m->full = 1;
	m->value = value;
	host_cond_wake(m->cond, 1);
	host_lock_exit(m->lock);
}

static int
mailbox_get(struct mailbox *m)
{
	int value;

	host_lock_enter(m->lock);
	if (m->careless && !m->full) {
		host_lock_exit(m->lock);
		host_lock_enter(m->lock);
		(void)host_cond_wait(m->cond, m->lock, 0, 0);
	}
	while (!m->full)
		(void)host_cond_wait(m->cond, m->lock, 0, 0);
	m->full = 0;
	value = m->value;
	host_cond_wake(m->cond, 1);
	host_lock_exit(m->lock);
	return value;
}

static void
mailbox_writer(void *arg)
{
	int i;

	for (i = 0; i < MAILBOX_ITEMS; i++)
		mailbox_put(arg, i);
}

static void
mailbox_main(void *arg)
{
	struct mailbox *m = arg;
	struct host_thread *t;
	int i;

	m->full = 0;
	m->lock = host_lock_create(HOST_LOCK_SPIN, "mailbox");
	m->cond = host_cond_create("mailbox");
	t = sim_thread(mailbox_writer, m, "writer");
	for (i = 0; i < MAILBOX_ITEMS; i++)
		SIM_CHECK_EQ(mailbox_get(m), i);
	sim_join(t);
	host_cond_destroy(m->cond);
	host_lock_destroy(m->lock);
}

ATF_TC(lost_wakeup);
ATF_TC_HEAD(lost_wakeup, tc)
{
	atf_tc_set_md_var(tc, "descr", "A wake between release and wait that "
	    "is lost; a schedule that does not find a program's own lost "
	    "wake");
}
ATF_TC_BODY(lost_wakeup, tc)
{
	struct mailbox m = { NULL, NULL, 0, 0, 0 };
	struct sim_result res;
	unsigned long long seed;
	unsigned found = 0;

	h_run_seeds(mailbox_main, &m);
	m.careless = 1;
	for (seed = 1; seed < H_SEEDS; seed++)
		found += h_run(seed, mailbox_main, &m, &res) ==
		    SIM_END_DEADLOCK;
	ATF_CHECK_MSG(found > 0, "found in %u runs", found);
}

struct crowd {
	struct host_lock *lock;
	struct host_cond *cond;
	int		waiting;
	int		through;
};

static void
crowd_wait(void *arg)
{
	struct crowd *c = arg;

	host_lock_enter(c->lock);
	c->waiting++;
	SIM_CHECK_EQ(host_cond_wait(c->cond, c->lock, 0, 1), HOST_WOKEN);
	c->through++;
	host_lock_exit(c->lock);
}

static void
crowd_wake(struct crowd *c, int all, int expect)
{

	host_lock_enter(c->lock);
	host_cond_wake(c->cond, all);
	host_lock_exit(c->lock);
	sim_sleep_ns(1);
	SIM_CHECK_EQ(c->through, expect);
}

static void
crowd_main(void *arg)
{
	struct crowd c = { NULL, NULL, 0, 0 };
	struct host_thread *t[5];
	int i;

	(void)arg;
	c.lock = host_lock_create(HOST_LOCK_SLEEP, "crowd");
	c.cond = host_cond_create("crowd");
	crowd_wake(&c, 1, 0);		/* nobody there: not remembered */
	for (i = 0; i < 5; i++)
		t[i] = sim_thread(crowd_wait, &c, "waiter");
	sim_sleep_ns(1);
	SIM_CHECK_EQ(c.waiting, 5);
	SIM_CHECK_EQ(c.through, 0);
	crowd_wake(&c, 0, 1);
	crowd_wake(&c, 0, 2);
	crowd_wake(&c, 1, 5);
	for (i = 0; i < 5; i++)
		sim_join(t[i]);
	host_cond_destroy(c.cond);
	host_lock_destroy(c.lock);
}

ATF_TC(wake_one_or_all);
ATF_TC_HEAD(wake_one_or_all, tc)
{
	atf_tc_set_md_var(tc, "descr", "A wake of one that wakes none or "
	    "two, a wake of all that forgets one, a wake that is kept for "
	    "later");
}
ATF_TC_BODY(wake_one_or_all, tc)
{

	h_run_seeds(crowd_main, NULL);
}

/* Which of three waiters is woken first. */
static void
choice_wait(void *arg)
{
	struct crowd *c = arg;
	int me;

	host_lock_enter(c->lock);
	me = ++c->waiting;
	(void)host_cond_wait(c->cond, c->lock, 0, 0);
	if (c->through == 0)
		c->through = me;
	host_lock_exit(c->lock);
}

static void
choice_main(void *arg)
{
	struct crowd *c = arg;
	struct host_thread *t[3];
	int i;

	c->waiting = c->through = 0;
	c->lock = host_lock_create(HOST_LOCK_SLEEP, "choice");
	c->cond = host_cond_create("choice");
	for (i = 0; i < 3; i++)
		t[i] = sim_thread(choice_wait, c, "waiter");
	sim_sleep_ns(1);
	for (i = 0; i < 2; i++) {
		host_lock_enter(c->lock);
		host_cond_wake(c->cond, i);
		host_lock_exit(c->lock);
		sim_sleep_ns(1);
	}
	for (i = 0; i < 3; i++)
		sim_join(t[i]);
	host_cond_destroy(c->cond);
	host_lock_destroy(c->lock);
}

ATF_TC(wake_any);
ATF_TC_HEAD(wake_any, tc)
{
	atf_tc_set_md_var(tc, "descr", "A wake of one that always finds the "
	    "same one, or with seed 0 not the first");
}
ATF_TC_BODY(wake_any, tc)
{
	struct crowd c;
	unsigned long long seed;
	unsigned woken = 0;

	ATF_CHECK_EQ(h_run(0, choice_main, &c, NULL), 0);
	ATF_CHECK_EQ(c.through, 1);
	for (seed = 1; seed < H_SEEDS; seed++) {
		ATF_CHECK_EQ(h_run(seed, choice_main, &c, NULL), 0);
		woken |= 1u << c.through;
	}
	ATF_CHECK_EQ(woken, 0xe);
}

struct sleeper {
	struct host_lock *lock;
	struct host_cond *cond;
	int		intr;
	int		result;
	int		again;
	int		cleared;
};

static void
sleeper_wait(void *arg)
{
	struct sleeper *s = arg;

	host_lock_enter(s->lock);
	s->result = host_cond_wait(s->cond, s->lock, 0, s->intr);
	s->again = host_cond_wait(s->cond, s->lock,
	    host_uptime_ns() + 1000, s->intr);
	host_lock_exit(s->lock);
	s->cleared = sim_clear_signal();
	SIM_CHECK_EQ(sim_clear_signal(), 0);
	host_lock_enter(s->lock);
	SIM_CHECK_EQ(host_cond_wait(s->cond, s->lock,
	    host_uptime_ns() + 1000, s->intr), HOST_TIMEOUT);
	host_lock_exit(s->lock);
}

static void
sleeper_wake(void *arg)
{
	struct sleeper *s = arg;

	host_lock_enter(s->lock);
	host_cond_wake(s->cond, 0);
	host_lock_exit(s->lock);
}

static void
sleeper_main(void *arg)
{
	struct sleeper s;
	struct host_thread *t;

	memset(&s, 0, sizeof(s));
	s.intr = *(const int *)arg;
	s.lock = host_lock_create(HOST_LOCK_SLEEP, "sleeper");
	s.cond = host_cond_create("sleeper");
	t = sim_thread(sleeper_wait, &s, "sleeper");
	sim_sleep_ns(sim_random(2));	/* before or in the wait */
	sim_signal(t);
	sim_sleep_ns(10);
	if (!s.intr)
		sleeper_wake(&s);
	sim_join(t);
	SIM_CHECK_EQ(s.result, s.intr ? HOST_INTR : HOST_WOKEN);
	SIM_CHECK(!s.intr || s.again == HOST_INTR);
	SIM_CHECK(s.intr || s.again == HOST_TIMEOUT);
	SIM_CHECK_EQ(s.cleared, 1);
	host_cond_destroy(s.cond);
	host_lock_destroy(s.lock);
}

ATF_TC(signal);
ATF_TC_HEAD(signal, tc)
{
	atf_tc_set_md_var(tc, "descr", "A signal that is lost when it comes "
	    "before the wait, that does not stay until it is cleared, or "
	    "that ends a wait which is not to be interrupted");
}
ATF_TC_BODY(signal, tc)
{
	int intr;

	for (intr = 0; intr <= 1; intr++)
		h_run_seeds(sleeper_main, &intr);
}

/*
 * Threads.
 */

static void
slot_thread(void *arg)
{
	void **slot = host_thread_slot();

	SIM_CHECK(*slot == NULL);
	*slot = arg;
	sim_yield();
	SIM_CHECK(host_thread_slot() == slot);
	SIM_CHECK(*slot == arg);
	*(struct host_thread **)arg = host_thread_self();
}

static void
slot_main(void *arg)
{
	struct host_thread *t[2], *self[2];
	int i;

	(void)arg;
	for (i = 0; i < 2; i++)
		t[i] = sim_thread(slot_thread, &self[i], "slot");
	SIM_CHECK(*host_thread_slot() == NULL);
	SIM_CHECK(!host_in_interrupt());
	sim_sleep_ns(1);
	for (i = 0; i < 2; i++) {
		SIM_CHECK(self[i] == t[i]);
		sim_join(t[i]);
	}
}

ATF_TC(slots);
ATF_TC_HEAD(slots, tc)
{
	atf_tc_set_md_var(tc, "descr", "A thread that finds another's slot "
	    "or another's name for itself");
}
ATF_TC_BODY(slots, tc)
{

	h_run_seeds(slot_main, NULL);
}

static void
turns_thread(void *arg)
{
	int *turn = arg, i;

	for (i = 0; i < 3; i++) {
		(*turn)++;
		sim_yield();
	}
}

static void
turns_main(void *arg)
{
	struct host_thread *t;
	int turn = 0, i;

	(void)arg;
	t = sim_thread(turns_thread, &turn, "turns");
	for (i = 0; i < 3; i++) {
		SIM_CHECK_EQ(turn, i);
		sim_yield();
	}
	sim_join(t);
}

ATF_TC(yield);
ATF_TC_HEAD(yield, tc)
{
	atf_tc_set_md_var(tc, "descr", "With seed 0, threads that do not "
	    "take turns, or that are switched without need");
}
ATF_TC_BODY(yield, tc)
{

	ATF_CHECK_EQ(h_run(0, turns_main, NULL, NULL), 0);
}

ATF_TC(script_stream);
ATF_TC_HEAD(script_stream, tc)
{
	atf_tc_set_md_var(tc, "descr", "What a scenario draws depends on how "
	    "it is scheduled");
}

static void
script_main(void *arg)
{
	unsigned long long *drawn = arg;
	struct host_thread *t;
	int turn = 0, i;

	t = sim_thread(turns_thread, &turn, "turns");
	for (i = 0; i < 8; i++) {
		drawn[i] = sim_random(1000);
		SIM_CHECK(drawn[i] < 1000);
		sim_yield();
	}
	sim_join(t);
}

ATF_TC_BODY(script_stream, tc)
{
	unsigned long long a[8], b[8];
	struct sim_config cfg;

	memset(&cfg, 0, sizeof(cfg));
	cfg.seed = 5;
	cfg.switch_permille = 1;
	ATF_REQUIRE_EQ(sim_run(&cfg, script_main, a, NULL), 0);
	cfg.switch_permille = 999;
	ATF_REQUIRE_EQ(sim_run(&cfg, script_main, b, NULL), 0);
	ATF_CHECK_EQ(memcmp(a, b, sizeof(a)), 0);
	cfg.seed = 6;
	ATF_REQUIRE_EQ(sim_run(&cfg, script_main, b, NULL), 0);
	ATF_CHECK(memcmp(a, b, sizeof(a)) != 0);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, same_seed);
	ATF_TP_ADD_TC(tp, all_orders);
	ATF_TP_ADD_TC(tp, other_hash);
	ATF_TP_ADD_TC(tp, priority);
	ATF_TP_ADD_TC(tp, exclusion);
	ATF_TP_ADD_TC(tp, after_exit);
	ATF_TP_ADD_TC(tp, tryenter);
	ATF_TP_ADD_TC(tp, lost_wakeup);
	ATF_TP_ADD_TC(tp, wake_one_or_all);
	ATF_TP_ADD_TC(tp, wake_any);
	ATF_TP_ADD_TC(tp, signal);
	ATF_TP_ADD_TC(tp, slots);
	ATF_TP_ADD_TC(tp, yield);
	ATF_TP_ADD_TC(tp, script_stream);
	return atf_no_error();
}
