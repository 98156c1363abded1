/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_sched.c: who runs, and the threads of host.h.
 *
 * sim.ready holds all that can run, the running one among them; its order
 * means nothing.  A thread leaves it to wait and comes back by
 * sim_sched_end_wait().  There is no scheduler to switch to: whoever cannot
 * go on picks the next itself, and lets time pass while there is none.
 *
 * The context of interrupts is a thread like the others but for
 * sim.intr_busy, which is set from the beginning of one interrupt to its
 * end, and for where it goes on afterwards.
 */

#include <errno.h>
#include <stdlib.h>

#include <hosted/sim/sim_impl.h>

/*
 * The set of those that can run.
 */

static void
sim_sched_ready_add(struct host_thread *t)
{

	if (sim.nready == sim.ready_size) {
		sim.ready_size = sim.ready_size * 2 + 16;
		sim.ready = realloc(sim.ready,
		    sim.ready_size * sizeof(struct host_thread *));
		if (sim.ready == NULL)
			abort();
	}
	t->ht_ready = 1;
	t->ht_seq = ++sim.ready_seq;
	t->ht_index = sim.nready;
	sim.ready[sim.nready++] = t;
}

static void
sim_sched_ready_remove(struct host_thread *t)
{
	struct host_thread *last;

	last = sim.ready[--sim.nready];
	last->ht_index = t->ht_index;
	sim.ready[t->ht_index] = last;
	t->ht_ready = 0;
}

static void
sim_sched_switch(struct host_thread *to, int dying)
{
	struct host_thread *from = sim.cur;

	if (to == from)
		return;
	sim.cur = to;
	sim.res.switches++;
	sim_fiber_switch(from->ht_fiber, to->ht_fiber, dying);
}

/*
 * Choice of the next.
 */

/* May an interrupt begin?  `waiting': the running thread cannot go on, and
 * so stands in the way of nothing but with one processor. */
static int
sim_sched_may_interrupt(int waiting)
{

	if (sim.ndue == 0 || sim.intr_busy)
		return 0;
	if (sim.cfg.seed == 0)
		return sim.spins == 0;
	return waiting || sim.cur->ht_spins == 0;
}

static struct host_thread *
sim_sched_interrupt(void)
{

	sim_time_take_interrupt();
	sim.intr_busy = 1;
	sim_sched_ready_add(sim.intr);
	return sim.intr;
}

static struct host_thread *
sim_sched_first(void)
{
	struct host_thread *best = sim.ready[0], *t;
	size_t i;

	for (i = 1; i < sim.nready; i++) {
		t = sim.ready[i];
		if (t->ht_pri > best->ht_pri ||
		    (t->ht_pri == best->ht_pri && t->ht_seq < best->ht_seq))
			best = t;
	}
	return best;
}

static struct host_thread *
sim_sched_draw(int interrupt)
{
	unsigned long long k;

	k = sim_fault_choose(sim.nready + (interrupt ? 1 : 0));
	return k == sim.nready ? sim_sched_interrupt() : sim.ready[k];
}

static void __attribute__((__noreturn__))
sim_sched_deadlock(void)
{

	sim_say("deadlock: nothing can run any more\n");
	sim_sched_report();
	sim_end(SIM_END_DEADLOCK);
}

/* Who goes on when the running thread cannot?  It may be the same one. */
static struct host_thread *
sim_sched_pick(void)
{
	int interrupt;

	for (;;) {
		sim_time_expire();
		interrupt = sim_sched_may_interrupt(1);
		if (interrupt || sim.nready > 0)
			break;
		if (!sim_time_advance())
			sim_sched_deadlock();
	}
	if (sim.cfg.seed != 0)
		return sim_sched_draw(interrupt);
	return interrupt ? sim_sched_interrupt() : sim_sched_first();
}

static void
sim_sched_count(void)
{

	if (++sim.res.steps <= sim.cfg.step_limit)
		return;
	sim_say("no end after %llu steps\n", sim.cfg.step_limit);
	sim_sched_report();
	sim_end(SIM_END_STEPS);
}

void
sim_sched_point(void)
{
	int interrupt;

	sim_sched_count();
	if (sim.cfg.step_ns != 0)
		sim_time_pass(sim_fault_choose(sim.cfg.step_ns + 1ull));
	sim_time_expire();
	interrupt = sim_sched_may_interrupt(0);
	if (sim.cfg.seed != 0) {
		if (sim_fault_chance(sim.cfg.switch_permille))
			sim_sched_switch(sim_sched_draw(interrupt), 0);
	} else if (interrupt) {
		sim.interrupted = sim.cur;
		sim_sched_switch(sim_sched_interrupt(), 0);
	}
}

/*
 * Waiting.
 */

static void
sim_sched_enqueue(struct sim_waitq *q, struct host_thread *t)
{

	t->ht_next = NULL;
	if (q->sq_count++ == 0)
		q->sq_head = t;
	else
		q->sq_tail->ht_next = t;
	q->sq_tail = t;
}

static void
sim_sched_dequeue(struct sim_waitq *q, struct host_thread *t)
{
	struct host_thread *before = NULL, *w;

	for (w = q->sq_head; w != t; w = w->ht_next)
		before = w;
	if (before == NULL)
		q->sq_head = t->ht_next;
	else
		before->ht_next = t->ht_next;
	if (q->sq_tail == t)
		q->sq_tail = before;
	q->sq_count--;
}

int
sim_sched_wait(struct sim_waitq *q, const char *why,
    const struct sim_obj *obj, unsigned long long deadline_ns, int intr)
{
	struct host_thread *t = sim.cur;

	t->ht_waitq = q;
	t->ht_why = why;
	t->ht_for = obj;
	t->ht_since_ns = sim.now_ns;
	t->ht_intr = intr;
	sim_sched_ready_remove(t);
	if (q != NULL)
		sim_sched_enqueue(q, t);
	if (deadline_ns != 0)
		sim_time_arm(&t->ht_deadline, deadline_ns);
	if (t == sim.intr)
		sim.interrupted = NULL;
	sim_sched_switch(sim_sched_pick(), 0);
	return t->ht_result;
}

void
sim_sched_end_wait(struct host_thread *t, int result)
{

	if (t->ht_waitq != NULL)
		sim_sched_dequeue(t->ht_waitq, t);
	sim_time_disarm(&t->ht_deadline);
	t->ht_waitq = NULL;
	t->ht_intr = 0;
	t->ht_result = result;
	sim_sched_ready_add(t);
}

void
sim_sched_wake(struct sim_waitq *q, int all)
{
	struct host_thread *t;
	unsigned long long k;

	if (!all && q->sq_count > 0) {
		k = sim.cfg.seed == 0 ? 0 : sim_fault_choose(q->sq_count);
		for (t = q->sq_head; k > 0; k--)
			t = t->ht_next;
		sim_sched_end_wait(t, HOST_WOKEN);
	}
	while (all && q->sq_count > 0)
		sim_sched_end_wait(q->sq_head, HOST_WOKEN);
}

/*
 * Life of a thread.
 */

static void
sim_sched_check_locks(void)
{

	if (sim.cur->ht_locks == 0)
		return;
	if (sim.cur == sim.intr)
		sim_misuse("an interrupt ends with a lock held");
	sim_misuse("thread \"%s\" ends with a lock held",
	    sim.cur->ht_obj.so_name);
}

static void
sim_sched_thread(void *arg)
{
	struct host_thread *t = arg;

	t->ht_fn(t->ht_arg);
	sim_sched_check_locks();
	if (t == sim.main)
		sim_end(SIM_END_OK);
	sim_trace(SIM_OP_THREAD_EXIT, 0);
	sim_sched_point();
	t->ht_done = 1;
	sim_sched_ready_remove(t);
	sim_sched_wake(&t->ht_joiners, 1);
	sim_sched_switch(sim_sched_pick(), 1);
}

/* Where to go after an interrupt.  With seed 0 a thread makes at least one
 * step before the next, or a device could keep the processor for good. */
static struct host_thread *
sim_sched_resume(void)
{
	struct host_thread *to = sim.interrupted;

	sim.interrupted = NULL;
	if (to != NULL)
		return to;
	if (sim.cfg.seed == 0 && sim.nready > 0)
		return sim_sched_first();
	return sim_sched_pick();
}

static void
sim_sched_interrupts(void *arg)
{

	(void)arg;
	for (;;) {
		sim_time_run_interrupt();
		sim_sched_check_locks();
		sim_sched_ready_remove(sim.intr);
		sim.intr_busy = 0;
		sim_sched_switch(sim_sched_resume(), 0);
	}
}

static struct host_thread *
sim_sched_create(void (*body)(void *), void (*fn)(void *), void *arg, int pri,
    const char *name)
{
	struct host_thread *t;

	t = sim_obj_create(SIM_THREAD, sizeof(*t), name);
	t->ht_fn = fn;
	t->ht_arg = arg;
	t->ht_pri = pri;
	t->ht_deadline.se_thread = t;
	t->ht_fiber = sim_fiber_create(body, t);
	return t;
}

void
sim_sched_free(struct host_thread *t)
{

	sim_fiber_destroy(t->ht_fiber);
}

void
sim_sched_run(void (*fn)(void *), void *arg)
{

	sim.nready = 0;
	sim.main = sim_sched_create(sim_sched_thread, fn, arg,
	    HOST_PRI_NORMAL, "main");
	sim.intr = sim_sched_create(sim_sched_interrupts, NULL, NULL,
	    SIM_PRI_INTERRUPT, "interrupt");
	sim_sched_ready_add(sim.main);
	sim.cur = sim.main;
	sim_fiber_switch(sim_fiber_base(), sim.main->ht_fiber, 0);
	free(sim.ready);
	sim.ready = NULL;
	sim.ready_size = 0;
}

struct host_thread *
sim_thread(void (*fn)(void *), void *arg, const char *name)
{
	struct host_thread *t;

	sim_call(SIM_OP_YIELD, 0, SIM_CTX_SLEEP);
	t = sim_sched_create(sim_sched_thread, fn, arg, HOST_PRI_NORMAL, name);
	sim_sched_ready_add(t);
	return t;
}

int
host_thread_create(struct host_thread **tp, void (*fn)(void *), void *arg,
    int pri, const char *name)
{

	sim_call(SIM_OP_THREAD_CREATE, 0, SIM_CTX_SLEEP);
	if (pri < HOST_PRI_NORMAL || pri > HOST_PRI_CLOCK)
		sim_misuse("a thread of priority %d", pri);
	if (sim_fault(SIM_FAULT_ALLOC))
		return EAGAIN;
	*tp = sim_sched_create(sim_sched_thread, fn, arg, pri, name);
	sim_sched_ready_add(*tp);
	return 0;
}

static void
sim_sched_join(struct host_thread *t)
{

	if (t == sim.cur)
		sim_misuse("a thread joins itself");
	while (!t->ht_done)
		sim_sched_wait(&t->ht_joiners, "end", &t->ht_obj, 0, 0);
	sim_sched_free(t);
	sim_obj_destroy(&t->ht_obj);
}

void
host_thread_join(struct host_thread *t)
{

	sim_call(SIM_OP_THREAD_JOIN, t->ht_obj.so_num, SIM_CTX_SLEEP);
	sim_sched_join(t);
}

void
sim_join(struct host_thread *t)
{

	sim_call(SIM_OP_YIELD, t->ht_obj.so_num, SIM_CTX_SLEEP);
	sim_sched_join(t);
}

void
sim_yield(void)
{

	struct host_thread *self = sim_self(), *to = self;

	sim_call(SIM_OP_YIELD, 0, SIM_CTX_SLEEP);
	sim_sched_ready_remove(self);
	if (sim.nready > 0 || sim_sched_may_interrupt(0))
		to = sim_sched_pick();
	sim_sched_ready_add(self);
	sim_sched_switch(to, 0);
}

/*
 * What a thread is asked and told.
 */

struct host_thread *
host_thread_self(void)
{

	if (sim_self() == sim.intr)
		sim_misuse("thread_self in an interrupt");
	return sim.cur;
}

void **
host_thread_slot(void)
{

	return &sim_self()->ht_slot;
}

/* There is one processor, whose interrupts do not nest. */
unsigned int
host_interrupts(void)
{

	return 1;
}

int
host_in_interrupt(void)
{

	return sim_self() == sim.intr;
}

static void
sim_sched_signal(struct host_thread *t)
{

	t->ht_signal = 1;
	if (t->ht_intr)
		sim_sched_end_wait(t, HOST_INTR);
}

void
host_thread_interrupt(struct host_thread *t)
{

	sim_call(SIM_OP_THREAD_INTERRUPT, t->ht_obj.so_num, SIM_CTX_THREAD);
	sim_sched_signal(t);
}

void
sim_signal(struct host_thread *t)
{

	sim_call(SIM_OP_HARDWARE, t->ht_obj.so_num, SIM_CTX_ANY);
	sim_sched_signal(t);
}

int
sim_clear_signal(void)
{
	struct host_thread *self = sim_self();
	int was = self->ht_signal;

	self->ht_signal = 0;
	return was;
}

void
sim_set_pid(int pid)
{

	sim_self()->ht_pid = pid;
}

int
host_pid(void)
{

	return sim_self()->ht_pid;
}

/*
 * The report.
 */

static void
sim_sched_report_wait(const struct host_thread *t)
{
	const struct host_thread *owner = NULL;

	if (t->ht_for == NULL)
		sim_say("in %s", t->ht_why);
	else
		sim_say("waits for %s of %s %u \"%s\"", t->ht_why,
		    sim_obj_kind_name(t->ht_for->so_kind), t->ht_for->so_num,
		    t->ht_for->so_name);
	if (t->ht_for != NULL && t->ht_for->so_kind == SIM_LOCK)
		owner = sim_sync_owner(t->ht_for);
	if (owner != NULL)
		sim_say(" held by thread %u \"%s\"", owner->ht_obj.so_num,
		    owner->ht_obj.so_name);
	sim_say(", since %llu ns", t->ht_since_ns);
	if (t->ht_deadline.se_state != SIM_EVENT_IDLE)
		sim_say(", until %llu ns", t->ht_deadline.se_when_ns);
}

void
sim_sched_report(void)
{
	const struct host_thread *t;
	struct sim_obj *o;

	for (o = sim.objs[SIM_THREAD]; o != NULL; o = o->so_next) {
		t = (const struct host_thread *)o;
		if (t == sim.intr && !sim.intr_busy)
			continue;
		sim_say("  thread %u \"%s\" ", o->so_num, o->so_name);
		if (t->ht_done)
			sim_say("has ended");
		else if (t->ht_ready)
			sim_say(t == sim.cur ? "runs" : "can run");
		else
			sim_sched_report_wait(t);
		sim_say("\n");
	}
}
