/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_run.c: one run from beginning to end.
 *
 * A run ends by sim_end(), from whatever coroutine: it goes back to the stack
 * of sim_run()'s caller and leaves all others where they stand.  What they
 * held is counted, and freed here.  What the kernel keeps in variables of its
 * own is beyond this file's reach: after a run that did not end well a
 * program should not count on another.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/sim/sim_impl.h>

#define SIM_RUN_START_NS	1000000000ull
#define SIM_RUN_WALL_NS		1767225600000000000ull	/* 2026-01-01 */
#define SIM_RUN_LIMIT_NS	86400000000000ull
#define SIM_RUN_STEPS		(1ull << 30)
#define SIM_RUN_PERMILLE	250

struct sim_state sim;

static void
sim_run_free(struct sim_obj *o)
{

	if (o->so_kind == SIM_MEM)
		(void)sim_mem_drop(o);
	else if (o->so_kind == SIM_THREAD)
		sim_sched_free((struct host_thread *)o);
	else if (o->so_kind == SIM_POLLQ)
		sim_poll_drop(o);
	sim_obj_destroy(o);
}

/*
 * The end.
 */

const char *
sim_end_name(int end)
{
	static const char *const names[] = {
		"ok", "fail", "panic", "deadlock", "steps", "time", "leak"
	};

	return end < 0 || end > SIM_END_LEAK ? "?" : names[end];
}

static void
sim_run_vsay(const char *fmt, va_list ap)
{
	size_t room = sizeof(sim.res.text) - sim.text_used;
	int n;

	n = vsnprintf(sim.res.text + sim.text_used, room, fmt, ap);
	if (n > 0)
		sim.text_used += (size_t)n < room ? (size_t)n : room - 1;
}

void
sim_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sim_run_vsay(fmt, ap);
	va_end(ap);
}

void
sim_end(int end)
{

	sim.res.end = end;
	sim_fiber_switch(sim.cur->ht_fiber, sim_fiber_base(), 1);
	abort();
}

void
sim_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sim_run_vsay(fmt, ap);
	va_end(ap);
	sim_end(SIM_END_FAIL);
}

void
sim_misuse(const char *fmt, ...)
{
	va_list ap;

	sim_say("panic: host: ");
	va_start(ap, fmt);
	sim_run_vsay(fmt, ap);
	va_end(ap);
	sim_say("\n");
	sim_sched_report();
	sim_end(SIM_END_PANIC);
}

unsigned long long
sim_faults(void)
{

	return sim.res.faults;
}

/* Count what is left; sim.res.leaks.bytes was kept all along. */
static void
sim_run_leaks(void)
{
	struct sim_leaks *l = &sim.res.leaks;

	l->blocks = sim.nobjs[SIM_MEM];
	l->threads = sim.nobjs[SIM_THREAD] - 2;	/* main and interrupt */
	l->locks = sim.nobjs[SIM_LOCK];
	l->conds = sim.nobjs[SIM_COND];
	l->pollqs = sim.nobjs[SIM_POLLQ];
	l->polls = sim.nobjs[SIM_POLL];
	l->nodes = sim.nobjs[SIM_NODE];
	l->ios = sim.nobjs[SIM_IO];
	l->intrs = sim.nobjs[SIM_INTR];
}

/* Name what is left, and free it. */
static void
sim_run_sweep(void)
{
	const int report = sim.res.end == SIM_END_OK;
	struct sim_obj *o;
	int kind;

	for (kind = 0; kind < SIM_NKINDS; kind++)
		while ((o = sim.objs[kind]) != NULL) {
			if (report && o != &sim.main->ht_obj &&
			    o != &sim.intr->ht_obj) {
				sim.res.end = SIM_END_LEAK;
				sim_say("leaked: %s %u \"%s\"\n",
				    sim_obj_kind_name(o->so_kind), o->so_num,
				    o->so_name);
			}
			sim_run_free(o);
		}
}

/*
 * The beginning.
 */

static void
sim_run_configure(const struct sim_config *cfg)
{

	memset(&sim, 0, sizeof(sim));
	sim.cfg = *cfg;
	if (sim.cfg.switch_permille == 0)
		sim.cfg.switch_permille = SIM_RUN_PERMILLE;
	if (sim.cfg.step_limit == 0)
		sim.cfg.step_limit = SIM_RUN_STEPS;
	if (sim.cfg.time_limit_ns == 0)
		sim.cfg.time_limit_ns = SIM_RUN_LIMIT_NS;
	if (sim.cfg.start_ns == 0)
		sim.cfg.start_ns = SIM_RUN_START_NS;
	if (sim.cfg.wall_ns == 0)
		sim.cfg.wall_ns = SIM_RUN_WALL_NS;
	sim.now_ns = sim.cfg.start_ns;
	sim.wall_ns = sim.cfg.wall_ns - sim.now_ns;
	sim.limit_ns = sim.now_ns + sim.cfg.time_limit_ns;
	sim_fault_seed(sim.cfg.seed);
	sim_dev_reset();
	sim_bus_reset();
}

int
sim_run(const struct sim_config *cfg, void (*main_fn)(void *), void *arg,
    struct sim_result *res)
{

	if (sim.running) {
		fputs("sim: a run within a run\n", stderr);
		abort();
	}
	sim_run_configure(cfg);
	sim.running = 1;
	sim_sched_run(main_fn, arg);
	sim.cur = NULL;
	sim.res.end_ns = sim.now_ns;
	sim_run_leaks();
	sim_time_reset();
	sim_run_sweep();
	sim.running = 0;
	if (res != NULL)
		*res = sim.res;
	return sim.res.end;
}
