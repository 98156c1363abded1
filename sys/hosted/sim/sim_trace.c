/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_trace.c: a hash of all that happened, and a listing of it.
 *
 * A step is what was called, by which thread, on which object and when.  Two
 * runs with the same hash have taken the same steps; the listing shows where
 * two runs part.
 */

#include <stdio.h>
#include <stdlib.h>

#include <hosted/sim/sim_impl.h>

static const char *const sim_trace_names[SIM_NOPS] = {
	"alloc", "free", "copyin", "copyout",
	"print", "panic", "uptime", "realtime",
	"delay", "thread_create", "thread_join",
	"thread_interrupt", "lock_create", "lock_destroy",
	"lock_enter", "lock_tryenter", "lock_exit",
	"cond_create", "cond_destroy", "cond_wait",
	"cond_wake", "timer_resolution",
	"pollq_create", "pollq_destroy", "pollq_record",
	"pollq_wake", "node_create", "node_destroy",
	"signal_io", "io_map", "io_unmap", "io_read",
	"io_write", "intr_establish", "intr_disestablish",
	"yield", "sleep", "poll_wait", "hardware",
	"interrupt", "thread_exit", "fault"
};

_Static_assert(sizeof(sim_trace_names) / sizeof(sim_trace_names[0]) ==
    SIM_NOPS, "every operation has a name");

static unsigned long long
sim_trace_mix(unsigned long long hash, unsigned long long word)
{

	hash = (hash ^ word) * 0xff51afd7ed558ccdull;
	return hash ^ (hash >> 32);
}

void
sim_trace(enum sim_op op, unsigned num)
{
	unsigned long long word, hash;

	word = (unsigned long long)op << 56 |
	    (unsigned long long)sim.cur->ht_obj.so_num << 32 | num;
	hash = sim_trace_mix(sim.res.hash, word);
	sim.res.hash = sim_trace_mix(hash, sim.now_ns);
	if (sim.cfg.trace) {
		fprintf(stderr, "%10llu %llu.%09llu %3u %-10s %s %u\n",
		    sim.res.steps, sim.now_ns / 1000000000,
		    sim.now_ns % 1000000000, sim.cur->ht_obj.so_num,
		    sim.cur->ht_obj.so_name, sim_trace_names[op], num);
	}
}

struct host_thread *
sim_self(void)
{

	if (sim.cur == NULL) {
		fputs("sim: a call outside a run\n", stderr);
		abort();
	}
	return sim.cur;
}

static void
sim_trace_context(enum sim_op op, int ctx)
{

	(void)sim_self();
	if (ctx != SIM_CTX_ANY && sim.cur == sim.intr)
		sim_misuse("%s in an interrupt", sim_trace_names[op]);
	if (ctx == SIM_CTX_SLEEP && sim.cur->ht_spins != 0)
		sim_misuse("%s with a spin lock held", sim_trace_names[op]);
}

void
sim_call(enum sim_op op, unsigned num, int ctx)
{

	sim_trace_context(op, ctx);
	if (op <= SIM_OP_HOST_LAST)
		sim.res.host_calls++;
	sim_trace(op, num);
	sim_sched_point();
}
