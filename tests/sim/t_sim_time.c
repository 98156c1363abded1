/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_sim_time.c: the virtual clock of the simulation host and its
 * interrupts.
 */

#include <atf-c.h>
#include <string.h>

#include "h_sim.h"

/* Where the clock starts unless it is told otherwise. */
#define START_NS	1000000000ull

/*
 * Waits.
 */

static const unsigned long long spans_ns[] = {
	0, 1, 2, 999, 1000, 1001, 1000000, 999999999, 1000000000,
	1000000001, 3600000000000ull
};

#define NSPANS	(sizeof(spans_ns) / sizeof(spans_ns[0]))

static void
wait_main(void *arg)
{
	const int creeping = *(const int *)arg;
	struct host_lock *l = host_lock_create(HOST_LOCK_SLEEP, "wait");
	struct host_cond *c = host_cond_create("wait");
	unsigned long long deadline_ns;
	size_t i;
	int result;

	for (i = 0; i < NSPANS; i++) {
		deadline_ns = sim_now_ns() + spans_ns[i];
		host_lock_enter(l);
		result = host_cond_wait(c, l, deadline_ns, (int)i % 2);
		host_lock_exit(l);
		SIM_CHECK_EQ(result, HOST_TIMEOUT);
		SIM_CHECK(sim_now_ns() >= deadline_ns);
		SIM_CHECK(creeping || sim_now_ns() == deadline_ns);
	}
	host_cond_destroy(c);
	host_lock_destroy(l);
}

ATF_TC(timed_wait);
ATF_TC_HEAD(timed_wait, tc)
{
	atf_tc_set_md_var(tc, "descr", "A timed wait that ends before its "
	    "deadline, or after it though the clock stands still");
}
ATF_TC_BODY(timed_wait, tc)
{
	struct sim_config cfg;
	int creeping = 0;

	h_run_seeds(wait_main, &creeping);
	creeping = 1;
	memset(&cfg, 0, sizeof(cfg));
	cfg.step_ns = 700;
	for (cfg.seed = 0; cfg.seed < H_SEEDS; cfg.seed++)
		ATF_CHECK_EQ(sim_run(&cfg, wait_main, &creeping, NULL), 0);
}

static void
clock_main(void *arg)
{
	unsigned long long up_ns, wall_ns;

	(void)arg;
	up_ns = host_uptime_ns();
	wall_ns = host_realtime_ns();
	SIM_CHECK_EQ(up_ns, 77);
	SIM_CHECK_EQ(wall_ns, 1000000007);
	sim_sleep_ns(1000);
	SIM_CHECK_EQ(host_uptime_ns(), up_ns + 1000);
	SIM_CHECK_EQ(host_realtime_ns(), wall_ns + 1000);
	sim_clock_step(-500);
	SIM_CHECK_EQ(host_uptime_ns(), up_ns + 1000);
	SIM_CHECK_EQ(host_realtime_ns(), wall_ns + 500);
	host_delay_ns(50000);
	SIM_CHECK_EQ(host_uptime_ns(), up_ns + 51000);
	sim_sleep_until(5);		/* has passed */
	SIM_CHECK_EQ(host_uptime_ns(), up_ns + 51000);
	SIM_CHECK(host_timer_resolution_ns() >= 1);
}

ATF_TC(clocks);
ATF_TC_HEAD(clocks, tc)
{
	atf_tc_set_md_var(tc, "descr", "A monotonic clock that follows the "
	    "wall clock's steps; a delay or sleep of another length");
}
ATF_TC_BODY(clocks, tc)
{
	struct sim_config cfg;
	struct sim_result res;

	memset(&cfg, 0, sizeof(cfg));
	cfg.start_ns = 77;
	cfg.wall_ns = 1000000007;
	for (cfg.seed = 0; cfg.seed < H_SEEDS; cfg.seed++) {
		ATF_REQUIRE_MSG(sim_run(&cfg, clock_main, NULL, &res) == 0,
		    "%s", res.text);
		ATF_CHECK_EQ(res.end_ns, 77 + 51000);
	}
}

/*
 * Timers.
 */

struct beat {
	unsigned long long next_ns;
	unsigned	count;
	unsigned	last;
};

static void
beat_fn(void *arg)
{
	struct beat *b = arg;

	SIM_CHECK(host_in_interrupt());
	SIM_CHECK_EQ(sim_now_ns(), b->next_ns);
	b->next_ns += 1000000;
	if (++b->count < b->last)
		sim_at(b->next_ns, beat_fn, b);
}

static void
beat_main(void *arg)
{
	struct beat b = { START_NS + 10, 0, *(unsigned *)arg };

	sim_at(b.next_ns, beat_fn, &b);
	sim_sleep_ns(b.last * 1000000ull);
	SIM_CHECK_EQ(b.count, b.last);
	SIM_CHECK(!host_in_interrupt());
}

ATF_TC(beats);
ATF_TC_HEAD(beats, tc)
{
	atf_tc_set_md_var(tc, "descr", "An interrupt that is early or late, "
	    "comes twice, or cannot bring about the next");
}
ATF_TC_BODY(beats, tc)
{
	unsigned last = 20;

	h_run_seeds(beat_main, &last);
}

ATF_TC(hour);
ATF_TC_HEAD(hour, tc)
{
	atf_tc_set_md_var(tc, "descr", "An hour of beats a millisecond apart "
	    "that takes more than one step and two switches each: virtual "
	    "time is to cost nothing");
}
ATF_TC_BODY(hour, tc)
{
	struct sim_result res;
	unsigned last = 3600000;

	ATF_REQUIRE_EQ(h_run(0, beat_main, &last, &res), SIM_END_OK);
	ATF_CHECK_EQ(res.end_ns, START_NS + 3600000000000ull);
	ATF_CHECK(res.steps < last + 100ull);
	ATF_CHECK(res.switches < 2 * last + 100ull);
}

/*
 * Interrupts.
 */

struct device {
	struct host_lock *lock;
	struct host_cond *cond;
	int		masked;		/* main is inside the lock */
	int		count;
	int		inside;
	int		overlaps;	/* ran while a thread was inside */
};

static void
device_intr(void *arg)
{
	struct device *d = arg;
	int n;

	SIM_CHECK(host_in_interrupt());
	host_lock_enter(d->lock);
	SIM_CHECK(!d->inside);
	d->inside = 1;
	n = d->count;
	(void)host_uptime_ns();
	d->count = n + 1;
	d->inside = 0;
	host_cond_wake(d->cond, 1);
	host_lock_exit(d->lock);
}

static void
device_peek(void *arg)
{
	struct device *d = arg;

	d->overlaps += d->masked;
	d->count++;
}

static void
device_begin(struct device *d)
{

	memset(d, 0, sizeof(*d));
	d->lock = host_lock_create(HOST_LOCK_SPIN, "device");
	d->cond = host_cond_create("device");
}

static void
device_end(struct device *d)
{

	host_cond_destroy(d->cond);
	host_lock_destroy(d->lock);
}

static void
mask_main(void *arg)
{
	struct device d;
	int i;

	(void)arg;
	device_begin(&d);
	host_lock_enter(d.lock);
	d.masked = 1;
	sim_interrupt(device_peek, &d);
	for (i = 0; i < 50; i++)
		(void)host_uptime_ns();
	SIM_CHECK_EQ(d.overlaps, 0);
	d.masked = 0;
	host_lock_exit(d.lock);
	sim_sleep_ns(1);
	SIM_CHECK_EQ(d.count, 1);
	device_end(&d);
}

ATF_TC(spin_masks);
ATF_TC_HEAD(spin_masks, tc)
{
	atf_tc_set_md_var(tc, "descr", "An interrupt that begins on top of a "
	    "thread which holds a spin lock");
}
ATF_TC_BODY(spin_masks, tc)
{

	h_run_seeds(mask_main, NULL);
}

#define DEVICE_INTERRUPTS	10

static void
device_reader(void *arg)
{
	struct device *d = arg;

	host_lock_enter(d->lock);
	while (d->count < DEVICE_INTERRUPTS) {
		SIM_CHECK(!d->inside);
		d->inside = 1;
		(void)host_uptime_ns();
		d->inside = 0;
		(void)host_cond_wait(d->cond, d->lock, 0, 0);
	}
	host_lock_exit(d->lock);
}

static void
share_main(void *arg)
{
	struct device d;
	struct host_thread *t[2];
	int i;

	(void)arg;
	device_begin(&d);
	for (i = 0; i < DEVICE_INTERRUPTS; i++)
		sim_at(START_NS + (unsigned)i / 3, device_intr, &d);
	for (i = 0; i < 2; i++)
		t[i] = sim_thread(device_reader, &d, "reader");
	sim_sleep_ns(100);
	SIM_CHECK_EQ(d.count, DEVICE_INTERRUPTS);
	host_lock_enter(d.lock);
	host_cond_wake(d.cond, 1);
	host_lock_exit(d.lock);
	for (i = 0; i < 2; i++)
		sim_join(t[i]);
	device_end(&d);
}

ATF_TC(spin_shared);
ATF_TC_HEAD(spin_shared, tc)
{
	atf_tc_set_md_var(tc, "descr", "A spin lock that lets an interrupt "
	    "in beside a thread, an interrupt that is lost, two interrupts "
	    "at once");
}
ATF_TC_BODY(spin_shared, tc)
{

	h_run_seeds(share_main, NULL);
}

struct preempt {
	int		done;
	unsigned	where;		/* bit n: after n steps of main */
	int		step;
};

static void
preempt_intr(void *arg)
{
	struct preempt *p = arg;

	p->where |= 1u << p->step;
	p->done = 1;
}

static void
preempt_main(void *arg)
{
	struct preempt *p = arg;

	p->done = p->step = 0;
	sim_interrupt(preempt_intr, p);
	for (; p->step < 4; p->step++)
		(void)host_uptime_ns();
	sim_sleep_ns(1);
	SIM_CHECK(p->done);
}

ATF_TC(interrupt_anywhere);
ATF_TC_HEAD(interrupt_anywhere, tc)
{
	atf_tc_set_md_var(tc, "descr", "Interrupts that come only at some of "
	    "the places where they may; with seed 0, not at the first");
}
ATF_TC_BODY(interrupt_anywhere, tc)
{
	struct preempt p;

	memset(&p, 0, sizeof(p));
	ATF_CHECK_EQ(h_run(0, preempt_main, &p, NULL), 0);
	ATF_CHECK_EQ(p.where, 1);
	h_run_seeds(preempt_main, &p);
	ATF_CHECK_EQ(p.where, 0x1f);
}

static void
slot_intr(void *arg)
{
	void ***slot = arg;

	SIM_CHECK(slot[0] == NULL || slot[0] == host_thread_slot());
	slot[0] = host_thread_slot();
	SIM_CHECK(slot[0] != slot[1]);
}

static void
slot_main(void *arg)
{
	void **slot[2] = { NULL, host_thread_slot() };

	(void)arg;
	sim_interrupt(slot_intr, slot);
	sim_sleep_ns(1);
	SIM_CHECK(slot[0] != NULL);
	sim_interrupt(slot_intr, slot);
	sim_sleep_ns(1);
}

ATF_TC(interrupt_slot);
ATF_TC_HEAD(interrupt_slot, tc)
{
	atf_tc_set_md_var(tc, "descr", "An interrupt that finds a thread's "
	    "slot for its own");
}
ATF_TC_BODY(interrupt_slot, tc)
{

	h_run_seeds(slot_main, NULL);
}

struct line {
	unsigned	next;
	unsigned	order[8];
};

static struct line line;

static void
line_intr(void *arg)
{

	SIM_CHECK_EQ(sim_now_ns(), START_NS + *(unsigned *)arg);
	line.order[line.next++] = *(unsigned *)arg;
}

static void
line_main(void *arg)
{
	static unsigned when[8] = { 5, 3, 8, 1, 7, 2, 6, 4 };
	unsigned i;

	(void)arg;
	line.next = 0;
	for (i = 0; i < 8; i++)
		sim_at(START_NS + when[i], line_intr, &when[i]);
	sim_sleep_ns(8);
	sim_yield();
	sim_sleep_ns(1);
	SIM_CHECK_EQ(line.next, 8);
	for (i = 0; i < 8; i++)
		SIM_CHECK_EQ(line.order[i], i + 1);
}

ATF_TC(in_order_of_time);
ATF_TC_HEAD(in_order_of_time, tc)
{
	atf_tc_set_md_var(tc, "descr", "Deadlines that are not met in their "
	    "order");
}
ATF_TC_BODY(in_order_of_time, tc)
{

	h_run_seeds(line_main, NULL);
}

static void
tie_intr(void *arg)
{

	line.order[line.next++] = *(unsigned *)arg;
}

static void
tie_main(void *arg)
{
	static unsigned number[3] = { 0, 1, 2 };
	unsigned i;

	(void)arg;
	line.next = 0;
	for (i = 0; i < 3; i++)
		sim_at(START_NS + 10, tie_intr, &number[i]);
	sim_sleep_ns(11);
	SIM_CHECK_EQ(line.next, 3);
}

ATF_TC(ties);
ATF_TC_HEAD(ties, tc)
{
	atf_tc_set_md_var(tc, "descr", "Interrupts of one time that always "
	    "come in the same order, or with seed 0 not first come first "
	    "served");
}
ATF_TC_BODY(ties, tc)
{
	unsigned long long seed;
	unsigned first = 0, last = 0, i;

	ATF_CHECK_EQ(h_run(0, tie_main, NULL, NULL), 0);
	for (i = 0; i < 3; i++)
		ATF_CHECK_EQ(line.order[i], i);
	for (seed = 1; seed < H_SEEDS; seed++) {
		ATF_CHECK_EQ(h_run(seed, tie_main, NULL, NULL), 0);
		first |= 1u << line.order[0];
		last |= 1u << line.order[2];
	}
	ATF_CHECK_EQ(first, 7);
	ATF_CHECK_EQ(last, 7);
}

#define MANY_SPAN_NS	100

struct many {
	unsigned long long when_ns;	/* 0: it has come */
};

static void
many_fn(void *arg)
{
	struct many *m = arg;

	SIM_CHECK_EQ(m->when_ns, sim_now_ns());
	m->when_ns = 0;
}

static void
many_main(void *arg)
{
	struct many many[300], *m;

	(void)arg;
	for (m = many; m < many + 300; m++) {
		m->when_ns = START_NS + 1 + sim_random(MANY_SPAN_NS);
		sim_at(m->when_ns, many_fn, m);
	}
	sim_sleep_ns(MANY_SPAN_NS + 2);
	for (m = many; m < many + 300; m++)
		SIM_CHECK_EQ(m->when_ns, 0);
}

ATF_TC(many);
ATF_TC_HEAD(many, tc)
{
	atf_tc_set_md_var(tc, "descr", "Among many interrupts one that comes "
	    "at another time or never");
}
ATF_TC_BODY(many, tc)
{

	h_run_seeds(many_main, NULL);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, timed_wait);
	ATF_TP_ADD_TC(tp, clocks);
	ATF_TP_ADD_TC(tp, beats);
	ATF_TP_ADD_TC(tp, hour);
	ATF_TP_ADD_TC(tp, spin_masks);
	ATF_TP_ADD_TC(tp, spin_shared);
	ATF_TP_ADD_TC(tp, interrupt_anywhere);
	ATF_TP_ADD_TC(tp, interrupt_slot);
	ATF_TP_ADD_TC(tp, in_order_of_time);
	ATF_TP_ADD_TC(tp, ties);
	ATF_TP_ADD_TC(tp, many);
	return atf_no_error();
}
