/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_dev.c: the world around the kernel: memory of programs, nodes, signals
 * to processes and kernel messages.
 *
 * A simulated program shares the kernel's memory, so copies are plain ones.
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
