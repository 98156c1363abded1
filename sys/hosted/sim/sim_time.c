/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_time.c: the clock, deadlines and interrupts.
 *
 * All deadlines, of waits and of interrupts, are events in one heap, ordered
 * by time and then by order of arming.  sim_time_expire() takes out what has
 * come due: waits end, interrupts go to a list until sim_sched.c finds a
 * place for them.  Nothing comes due before its time, because time is only
 * ever set to the time of the first event or passed in steps before the look
 * at the heap.
 */

#include <stdlib.h>

#include <hosted/sim/sim_impl.h>

#define SIM_TIME_DELAY_MAX_NS	50000

/* The interrupt that was taken and is to run or runs. */
static struct sim_event *taken;

/*
 * The heap.
 */

static int
sim_time_before(const struct sim_event *a, const struct sim_event *b)
{

	if (a->se_when_ns != b->se_when_ns)
		return a->se_when_ns < b->se_when_ns;
	return a->se_seq < b->se_seq;
}

static void
sim_time_place(size_t i, struct sim_event *ev)
{

	sim.heap[i] = ev;
	ev->se_index = i;
}

static void
sim_time_up(size_t i, struct sim_event *ev)
{
	size_t parent;

	for (; i > 0; i = parent) {
		parent = (i - 1) / 2;
		if (!sim_time_before(ev, sim.heap[parent]))
			break;
		sim_time_place(i, sim.heap[parent]);
	}
	sim_time_place(i, ev);
}

static void
sim_time_down(size_t i, struct sim_event *ev)
{
	size_t child;

	for (; (child = 2 * i + 1) < sim.nheap; i = child) {
		if (child + 1 < sim.nheap &&
		    sim_time_before(sim.heap[child + 1], sim.heap[child]))
			child++;
		if (!sim_time_before(sim.heap[child], ev))
			break;
		sim_time_place(i, sim.heap[child]);
	}
	sim_time_place(i, ev);
}

static void
sim_time_heap_remove(struct sim_event *ev)
{
	struct sim_event *last = sim.heap[--sim.nheap];
	size_t i = ev->se_index;

	ev->se_state = SIM_EVENT_IDLE;
	if (last == ev)
		return;
	if (i > 0 && sim_time_before(last, sim.heap[(i - 1) / 2]))
		sim_time_up(i, last);
	else
		sim_time_down(i, last);
}

void
sim_time_arm(struct sim_event *ev, unsigned long long when_ns)
{

	sim_time_disarm(ev);
	if (sim.nheap == sim.heap_size) {
		sim.heap_size = sim.heap_size * 2 + 64;
		sim.heap = realloc(sim.heap,
		    sim.heap_size * sizeof(struct sim_event *));
		if (sim.heap == NULL)
			abort();
	}
	ev->se_when_ns = when_ns;
	ev->se_seq = ++sim.event_seq;
	ev->se_state = SIM_EVENT_ARMED;
	sim_time_up(sim.nheap++, ev);
}

/*
 * Interrupts that are due, in order of their deadlines.
 */

static void
sim_time_due_add(struct sim_event *ev)
{
	struct sim_event **p;

	for (p = &sim.due; *p != NULL; p = &(*p)->se_next)
		continue;
	*p = ev;
	ev->se_next = NULL;
	ev->se_state = SIM_EVENT_DUE;
	sim.ndue++;
}

static void
sim_time_due_remove(struct sim_event *ev)
{
	struct sim_event **p;

	for (p = &sim.due; *p != ev; p = &(*p)->se_next)
		continue;
	*p = ev->se_next;
	ev->se_state = SIM_EVENT_IDLE;
	sim.ndue--;
}

void
sim_time_disarm(struct sim_event *ev)
{

	if (ev->se_state == SIM_EVENT_ARMED)
		sim_time_heap_remove(ev);
	else if (ev->se_state == SIM_EVENT_DUE)
		sim_time_due_remove(ev);
}

void
sim_time_take_interrupt(void)
{
	unsigned long long k;

	taken = sim.due;
	k = sim.cfg.seed == 0 ? 0 : sim_fault_choose(sim.ndue);
	for (; k > 0; k--)
		taken = taken->se_next;
	sim_time_due_remove(taken);
}

void
sim_time_run_interrupt(void)
{
	struct sim_event once;

	sim_trace(SIM_OP_INTERRUPT, 0);
	once = *taken;
	free(taken);
	once.se_fn(once.se_arg);
}

/*
 * The clock.
 */

void
sim_time_pass(unsigned long long ns)
{

	sim.now_ns += ns;
	if (sim.now_ns <= sim.limit_ns)
		return;
	sim_say("no end after %llu ns\n", sim.cfg.time_limit_ns);
	sim_sched_report();
	sim_end(SIM_END_TIME);
}

void
sim_time_expire(void)
{
	struct sim_event *ev;

	while (sim.nheap > 0 && sim.heap[0]->se_when_ns <= sim.now_ns) {
		ev = sim.heap[0];
		sim_time_heap_remove(ev);
		if (ev->se_thread != NULL)
			sim_sched_end_wait(ev->se_thread, HOST_TIMEOUT);
		else
			sim_time_due_add(ev);
	}
}

int
sim_time_advance(void)
{

	if (sim.nheap == 0)
		return 0;
	if (sim.heap[0]->se_when_ns > sim.now_ns)
		sim_time_pass(sim.heap[0]->se_when_ns - sim.now_ns);
	return 1;
}

static void
sim_time_free(struct sim_event *ev)
{

	if (ev->se_thread == NULL)
		free(ev);
}

void
sim_time_reset(void)
{
	struct sim_event *ev;

	while (sim.nheap > 0)
		sim_time_free(sim.heap[--sim.nheap]);
	while ((ev = sim.due) != NULL) {
		sim.due = ev->se_next;
		sim_time_free(ev);
	}
	free(sim.heap);
	sim.heap = NULL;
	sim.heap_size = 0;
	sim.ndue = 0;
}

unsigned long long
host_uptime_ns(void)
{

	sim_call(SIM_OP_UPTIME, 0, SIM_CTX_ANY);
	return sim.now_ns;
}

unsigned long long
host_realtime_ns(void)
{

	sim_call(SIM_OP_REALTIME, 0, SIM_CTX_ANY);
	return sim.now_ns + sim.wall_ns;
}

unsigned long long
sim_now_ns(void)
{

	return sim.now_ns;
}

void
sim_clock_step(long long ns)
{

	sim.wall_ns += (unsigned long long)ns;
}

/* With one processor nobody else runs meanwhile but interrupts. */
static void
sim_time_spin(unsigned long long end_ns)
{
	unsigned long long next_ns;

	while (sim.now_ns < end_ns) {
		next_ns = end_ns;
		if (sim.nheap > 0 && sim.heap[0]->se_when_ns < next_ns)
			next_ns = sim.heap[0]->se_when_ns;
		if (next_ns > sim.now_ns)
			sim_time_pass(next_ns - sim.now_ns);
		sim_sched_point();
	}
}

void
host_delay_ns(unsigned long ns)
{
	unsigned long long end_ns;

	sim_call(SIM_OP_DELAY, (unsigned)ns, SIM_CTX_ANY);
	if (ns > SIM_TIME_DELAY_MAX_NS)
		sim_misuse("delay of %lu ns", ns);
	end_ns = sim.now_ns + ns;
	if (sim.cfg.seed == 0)
		sim_time_spin(end_ns);
	else
		sim_sched_wait(NULL, "delay", NULL, end_ns, 0);
}

void
sim_sleep_until(unsigned long long when_ns)
{

	sim_call(SIM_OP_SLEEP, 0, SIM_CTX_SLEEP);
	sim_sched_wait(NULL, "sleep", NULL, when_ns > 0 ? when_ns : 1, 0);
}

void
sim_sleep_ns(unsigned long long ns)
{

	sim_sleep_until(sim.now_ns + ns);
}

/*
 * Interrupts of hardware.
 */

void
sim_time_interrupt_at(unsigned long long when_ns, void (*fn)(void *),
    void *arg)
{
	struct sim_event *ev;

	ev = sim_obj_alloc(1, sizeof(*ev));
	ev->se_fn = fn;
	ev->se_arg = arg;
	sim_time_arm(ev, when_ns);
}

void
sim_at(unsigned long long when_ns, void (*fn)(void *), void *arg)
{

	sim_time_interrupt_at(when_ns, fn, arg);
	sim_call(SIM_OP_HARDWARE, 0, SIM_CTX_ANY);
}

void
sim_interrupt(void (*fn)(void *), void *arg)
{

	sim_at(sim.now_ns, fn, arg);
}

unsigned long
host_timer_resolution_ns(void)
{

	sim_call(SIM_OP_TIMER_RESOLUTION, 0, SIM_CTX_ANY);
	return 1;
}
