/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * host_run_sim.c: host_run.h on the simulation.  A run that hangs ends as a
 * deadlock or at the limit of its steps, so that no test needs a timeout.
 */

#include <stddef.h>
#include <stdio.h>

#include <hosted/sim/sim.h>

#include "host_run.h"

#define RUN_SEEDS	300
#define RUN_STEPS	2000000
#define RUN_CREEP_NS	1000

static struct sim_result result;

static int
run(void (*fn)(void *), void *arg, unsigned seed)
{
	struct sim_config cfg = {
		.seed = seed,
		.switch_permille = 50 + seed * 37 % 700,
		.step_ns = seed % 3 == 0 ? 0 : RUN_CREEP_NS,
		.step_limit = RUN_STEPS,
		.quiet = 1,
	};

	return sim_run(&cfg, fn, arg, &result);
}

int
host_run(void (*fn)(void *), void *arg, unsigned seed)
{

	return run(fn, arg, seed) == SIM_END_OK ? 0 : -1;
}

const char *
host_run_panic(void (*fn)(void *), void *arg)
{

	return run(fn, arg, 0) == SIM_END_PANIC ? result.text : NULL;
}

int
host_run_fault(void (*fn)(void *), void *arg, unsigned long n)
{
	struct sim_config cfg = {
		.step_limit = RUN_STEPS,
		.fault_kind = SIM_FAULT_ALLOC,
		.fault_at = n,
		.quiet = 1,
	};

	if (sim_run(&cfg, fn, arg, &result) != SIM_END_OK)
		return -1;
	return result.faults == 0;
}

const char *
host_run_text(void)
{
	static char text[sizeof(result.text) + 32];

	(void)snprintf(text, sizeof(text), "%s: %s",
	    sim_end_name(result.end), result.text);
	return text;
}

unsigned
host_run_seeds(void)
{

	return RUN_SEEDS;
}

void
host_run_interrupt(void (*fn)(void *), void *arg)
{

	sim_interrupt(fn, arg);
}

void
host_run_clear_signal(void)
{

	(void)sim_clear_signal();
}

int
host_run_exact(void)
{

	return 1;
}

void *
host_run_bad_address(void)
{

	return NULL;
}

int
host_run_node(const char *name)
{

	return sim_node_exists(name);
}

struct host_poll *
host_run_poll_create(void)
{

	return sim_poll_create();
}

int
host_run_poll_wait(struct host_poll *p, unsigned long long deadline_ns)
{

	return sim_poll_wait(p, deadline_ns) == HOST_WOKEN ? 0 : -1;
}

void
host_run_poll_destroy(struct host_poll *p)
{

	sim_poll_destroy(p);
}
