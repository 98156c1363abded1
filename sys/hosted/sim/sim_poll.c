/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_poll.c: waits in poll.
 *
 * A queue keeps a record until its next wake and no longer: a kernel that
 * counts on an old record is found out.
 */

#include <stdlib.h>

#include <hosted/sim/sim_impl.h>

struct host_poll {
	struct sim_obj	hp_obj;
	int		hp_woken;
	struct sim_waitq hp_waiter;
};

struct host_pollq {
	struct sim_obj	hq_obj;
	struct host_poll **hq_polls;
	size_t		hq_count;
	size_t		hq_size;
};

struct host_pollq *
host_pollq_create(void)
{

	sim_call(SIM_OP_POLLQ_CREATE, 0, SIM_CTX_SLEEP);
	if (sim_fault(SIM_FAULT_ALLOC))
		return NULL;
	return sim_obj_create(SIM_POLLQ, sizeof(struct host_pollq), "");
}

void
sim_poll_drop(struct sim_obj *o)
{

	free(((struct host_pollq *)o)->hq_polls);
}

void
host_pollq_destroy(struct host_pollq *q)
{

	sim_call(SIM_OP_POLLQ_DESTROY, q->hq_obj.so_num, SIM_CTX_SLEEP);
	sim_poll_drop(&q->hq_obj);
	sim_obj_destroy(&q->hq_obj);
}

void
host_pollq_record(struct host_pollq *q, struct host_poll *p)
{
	size_t i;

	sim_call(SIM_OP_POLLQ_RECORD, q->hq_obj.so_num, SIM_CTX_THREAD);
	for (i = 0; i < q->hq_count; i++)
		if (q->hq_polls[i] == p)
			return;
	if (q->hq_count == q->hq_size) {
		q->hq_size = q->hq_size * 2 + 4;
		q->hq_polls = realloc(q->hq_polls,
		    q->hq_size * sizeof(struct host_poll *));
		if (q->hq_polls == NULL)
			abort();
	}
	q->hq_polls[q->hq_count++] = p;
}

void
host_pollq_wake(struct host_pollq *q)
{
	struct host_poll *p;

	sim_call(SIM_OP_POLLQ_WAKE, q->hq_obj.so_num, SIM_CTX_THREAD);
	while (q->hq_count > 0) {
		p = q->hq_polls[--q->hq_count];
		p->hp_woken = 1;
		sim_sched_wake(&p->hp_waiter, 1);
	}
}

struct host_poll *
sim_poll_create(void)
{

	return sim_obj_create(SIM_POLL, sizeof(struct host_poll), "");
}

static void
sim_poll_forget(struct host_pollq *q, const struct host_poll *p)
{
	size_t i;

	for (i = 0; i < q->hq_count; i++)
		if (q->hq_polls[i] == p) {
			q->hq_polls[i] = q->hq_polls[--q->hq_count];
			return;
		}
}

void
sim_poll_destroy(struct host_poll *p)
{
	struct sim_obj *o;

	for (o = sim.objs[SIM_POLLQ]; o != NULL; o = o->so_next)
		sim_poll_forget((struct host_pollq *)o, p);
	sim_obj_destroy(&p->hp_obj);
}

int
sim_poll_wait(struct host_poll *p, unsigned long long deadline_ns)
{
	int result = HOST_WOKEN;

	sim_call(SIM_OP_POLL_WAIT, p->hp_obj.so_num, SIM_CTX_SLEEP);
	if (!p->hp_woken && sim.cur->ht_signal)
		return HOST_INTR;
	if (!p->hp_woken)
		result = sim_sched_wait(&p->hp_waiter, "wake", &p->hp_obj,
		    deadline_ns, 1);
	p->hp_woken = 0;
	return result;
}
