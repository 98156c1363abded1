/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_dev.c: the world around the kernel: memory of programs, nodes, waits
 * in poll, signals to processes and kernel messages.
 *
 * A simulated program shares the kernel's memory, so copies are plain ones.
 * A poll queue keeps a record until its next wake and no longer: a kernel
 * that counts on an old record is found out.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/sim/sim_impl.h>

#define SIM_DEV_PIDS	64

struct sim_node {
	struct sim_obj	sn_obj;
	unsigned	sn_mode;
};

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

/* Kernel messages of the present or last run. */
static char *messages;
static size_t messages_used;
static size_t messages_size;

static struct {
	int		pid;
	unsigned long	count;
} signals[SIM_DEV_PIDS];
static unsigned nsignals;

void
sim_dev_reset(void)
{

	messages_used = 0;
	nsignals = 0;
}

/*
 * Copies.
 */

static int
sim_dev_copy(enum sim_op op, const void *from, void *to, unsigned long n)
{

	sim_call(op, (unsigned)n, SIM_CTX_SLEEP);
	if (n > 0 && sim_fault(SIM_FAULT_COPY)) {
		memcpy(to, from, n / 2);
		return EFAULT;
	}
	if (n > 0)
		memcpy(to, from, n);
	sim_sched_point();
	return 0;
}

int
host_copyin(const void *uaddr, void *kaddr, unsigned long n)
{

	return sim_dev_copy(SIM_OP_COPYIN, uaddr, kaddr, n);
}

int
host_copyout(const void *kaddr, void *uaddr, unsigned long n)
{

	return sim_dev_copy(SIM_OP_COPYOUT, kaddr, uaddr, n);
}

/*
 * Messages.
 */

static void
sim_dev_message(const char *text)
{
	size_t n = strlen(text);

	while (messages_used + n + 1 > messages_size) {
		messages_size = messages_size * 2 + 4096;
		messages = realloc(messages, messages_size);
		if (messages == NULL)
			abort();
	}
	memcpy(messages + messages_used, text, n + 1);
	messages_used += n;
	if (!sim.cfg.quiet)
		fputs(text, stderr);
}

const char *
sim_messages(void)
{

	return messages_used == 0 ? "" : messages;
}

void
host_print(const char *text)
{

	sim_call(SIM_OP_PRINT, (unsigned)strlen(text), SIM_CTX_ANY);
	sim_dev_message(text);
}

void
host_panic(const char *text)
{

	sim_call(SIM_OP_PANIC, 0, SIM_CTX_ANY);
	sim_dev_message(text);
	sim_say("panic: %s%s", text, strchr(text, '\n') ? "" : "\n");
	sim_sched_report();
	sim_end(SIM_END_PANIC);
}

/*
 * Nodes.
 */

static struct sim_node *
sim_dev_node(const char *name)
{
	struct sim_obj *o;

	for (o = sim.objs[SIM_NODE]; o != NULL; o = o->so_next)
		if (strcmp(o->so_name, name) == 0)
			return (struct sim_node *)o;
	return NULL;
}

int
host_node_create(const char *name, unsigned int mode)
{
	struct sim_node *node;

	sim_call(SIM_OP_NODE_CREATE, 0, SIM_CTX_SLEEP);
	if (strlen(name) >= sizeof(node->sn_obj.so_name))
		return ENAMETOOLONG;
	if (sim_dev_node(name) != NULL)
		return EEXIST;
	if (sim_fault(SIM_FAULT_ALLOC))
		return ENOMEM;
	node = sim_obj_create(SIM_NODE, sizeof(*node), name);
	node->sn_mode = mode;
	return 0;
}

void
host_node_destroy(const char *name)
{
	struct sim_node *node;

	sim_call(SIM_OP_NODE_DESTROY, 0, SIM_CTX_SLEEP);
	node = sim_dev_node(name);
	if (node == NULL)
		sim_misuse("no node \"%s\" to destroy", name);
	sim_obj_destroy(&node->sn_obj);
}

int
sim_node_exists(const char *name)
{

	return sim_dev_node(name) != NULL;
}

int
sim_node_mode(const char *name)
{
	const struct sim_node *node = sim_dev_node(name);

	return node == NULL ? -1 : (int)node->sn_mode;
}

unsigned long
sim_node_count(void)
{

	return sim.nobjs[SIM_NODE];
}

/*
 * Poll.
 */

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
sim_dev_forget(struct host_pollq *q, const struct host_poll *p)
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
		sim_dev_forget((struct host_pollq *)o, p);
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

/*
 * Signals.
 */

void
host_signal_io(int pid)
{
	unsigned i;

	sim_call(SIM_OP_SIGNAL_IO, (unsigned)pid, SIM_CTX_THREAD);
	for (i = 0; i < nsignals && signals[i].pid != pid; i++)
		continue;
	if (i == SIM_DEV_PIDS)
		sim_misuse("signals to more than %d processes", SIM_DEV_PIDS);
	if (i == nsignals) {
		signals[i].pid = pid;
		signals[i].count = 0;
		nsignals++;
	}
	signals[i].count++;
}

unsigned long
sim_signals_sent(int pid)
{
	unsigned i;

	for (i = 0; i < nsignals; i++)
		if (signals[i].pid == pid)
			return signals[i].count;
	return 0;
}
