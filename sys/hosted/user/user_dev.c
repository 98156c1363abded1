/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_dev.c: device nodes and waiting in poll of the user host.
 *
 * The table of nodes is what a server of nodes shows, and what tells it when
 * one comes or goes.
 *
 * A wait (host_poll) is linked into each queue (host_pollq) that it was
 * recorded in by links of its own, so that recording allocates nothing and
 * each side may go away at any time and take its links with it.
 *
 * Locks: user_dev_nodes_lock guards the table; user_dev_watch_lock is held
 * while the watcher is told, so that it hears of all in order (order: watch,
 * nodes).  user_dev_poll_lock guards every link there is, and is held while
 * wake functions run; a leaf.  None is taken in I.
 */

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/user/user.h>

struct user_node {
	struct user_node	*n_next;
	unsigned long		n_number;
	unsigned int		n_mode;
	char			n_name[];
};

struct host_pollq {
	struct user_poll_link	*q_first;
};

static pthread_mutex_t user_dev_watch_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t user_dev_nodes_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t user_dev_poll_lock = PTHREAD_MUTEX_INITIALIZER;

/* Guarded by user_dev_nodes_lock; in order of their numbers. */
static struct user_node *user_dev_nodes;
static unsigned long user_dev_number;
/* Guarded by user_dev_watch_lock. */
static const struct user_node_ops *user_dev_ops;
static void *user_dev_ops_arg;

/*
 * Nodes.
 */

/*
 * The place that points to the node of this name, or to the end.  Called
 * with user_dev_nodes_lock held.
 */
static struct user_node **
user_node_find(const char *name)
{
	struct user_node **np;

	for (np = &user_dev_nodes; *np != NULL; np = &(*np)->n_next)
		if (strcmp((*np)->n_name, name) == 0)
			break;
	return np;
}

static int
user_node_insert(const char *name, unsigned int mode)
{
	struct user_node *n, **np;

	n = calloc(1, sizeof(*n) + strlen(name) + 1);
	if (n == NULL)
		return ENOMEM;
	strcpy(n->n_name, name);
	n->n_mode = mode;
	pthread_mutex_lock(&user_dev_nodes_lock);
	np = user_node_find(name);
	if (*np != NULL) {
		pthread_mutex_unlock(&user_dev_nodes_lock);
		free(n);
		return EEXIST;
	}
	n->n_number = ++user_dev_number;
	*np = n;
	pthread_mutex_unlock(&user_dev_nodes_lock);
	user_object_count(USER_OBJ_NODE, 1);
	return 0;
}

int
host_node_create(const char *name, unsigned int mode)
{
	int error;

	pthread_mutex_lock(&user_dev_watch_lock);
	error = user_node_insert(name, mode);
	if (error == 0 && user_dev_ops != NULL)
		(*user_dev_ops->un_created)(user_dev_ops_arg, name, mode);
	pthread_mutex_unlock(&user_dev_watch_lock);
	return error;
}

void
host_node_destroy(const char *name)
{
	struct user_node *n, **np;

	pthread_mutex_lock(&user_dev_watch_lock);
	pthread_mutex_lock(&user_dev_nodes_lock);
	np = user_node_find(name);
	n = *np;
	if (n != NULL)
		*np = n->n_next;
	pthread_mutex_unlock(&user_dev_nodes_lock);
	if (n != NULL) {
		if (user_dev_ops != NULL)
			(*user_dev_ops->un_destroyed)(user_dev_ops_arg, name);
		free(n);
		user_object_count(USER_OBJ_NODE, -1);
	}
	pthread_mutex_unlock(&user_dev_watch_lock);
}

/*
 * Nodes change only under user_dev_watch_lock, so walking needs no other.
 */
void
user_node_watch(const struct user_node_ops *ops, void *arg)
{
	struct user_node *n;

	pthread_mutex_lock(&user_dev_watch_lock);
	user_dev_ops = ops;
	user_dev_ops_arg = arg;
	if (ops != NULL)
		for (n = user_dev_nodes; n != NULL; n = n->n_next)
			(*ops->un_created)(arg, n->n_name, n->n_mode);
	pthread_mutex_unlock(&user_dev_watch_lock);
}

unsigned long
user_node_lookup(const char *name, unsigned int *mode)
{
	struct user_node *n;
	unsigned long number;

	number = 0;
	pthread_mutex_lock(&user_dev_nodes_lock);
	n = *user_node_find(name);
	if (n != NULL) {
		number = n->n_number;
		if (mode != NULL)
			*mode = n->n_mode;
	}
	pthread_mutex_unlock(&user_dev_nodes_lock);
	return number;
}

unsigned long
user_node_next(unsigned long after, char *buf, unsigned long size)
{
	struct user_node *n;
	unsigned long number;

	number = 0;
	pthread_mutex_lock(&user_dev_nodes_lock);
	for (n = user_dev_nodes; n != NULL; n = n->n_next)
		if (n->n_number > after)
			break;
	if (n != NULL) {
		number = n->n_number;
		snprintf(buf, size, "%s", n->n_name);
	}
	pthread_mutex_unlock(&user_dev_nodes_lock);
	return number;
}

/*
 * Waiting in poll.
 */

/*
 * Called with user_dev_poll_lock held.
 */
static void
user_poll_unlink(struct user_poll_link *pl)
{
	struct user_poll_link **plp;

	plp = &pl->pl_queue->q_first;
	while (*plp != pl)
		plp = &(*plp)->pl_next;
	*plp = pl->pl_next;
	pl->pl_queue = NULL;
}

void
user_poll_init(struct host_poll *p, void (*wake)(void *), void *arg)
{

	memset(p, 0, sizeof(*p));
	p->hp_wake = wake;
	p->hp_arg = arg;
}

void
user_poll_cancel(struct host_poll *p)
{
	int i;

	pthread_mutex_lock(&user_dev_poll_lock);
	for (i = 0; i < USER_POLL_QUEUES; i++)
		if (p->hp_link[i].pl_queue != NULL)
			user_poll_unlink(&p->hp_link[i]);
	pthread_mutex_unlock(&user_dev_poll_lock);
}

struct host_pollq *
host_pollq_create(void)
{
	struct host_pollq *q;

	q = calloc(1, sizeof(*q));
	if (q != NULL)
		user_object_count(USER_OBJ_POLLQ, 1);
	return q;
}

void
host_pollq_destroy(struct host_pollq *q)
{

	pthread_mutex_lock(&user_dev_poll_lock);
	while (q->q_first != NULL)
		user_poll_unlink(q->q_first);
	pthread_mutex_unlock(&user_dev_poll_lock);
	free(q);
	user_object_count(USER_OBJ_POLLQ, -1);
}

void
host_pollq_record(struct host_pollq *q, struct host_poll *p)
{
	struct user_poll_link *pl, *unused;
	int i;

	unused = NULL;
	pthread_mutex_lock(&user_dev_poll_lock);
	for (i = 0; i < USER_POLL_QUEUES; i++) {
		pl = &p->hp_link[i];
		if (pl->pl_queue == q)
			break;
		if (pl->pl_queue == NULL)
			unused = pl;
	}
	if (i == USER_POLL_QUEUES) {
		if (unused == NULL)
			host_panic("user host: a poll in too many queues\n");
		unused->pl_poll = p;
		unused->pl_queue = q;
		unused->pl_next = q->q_first;
		q->q_first = unused;
	}
	pthread_mutex_unlock(&user_dev_poll_lock);
}

void
host_pollq_wake(struct host_pollq *q)
{
	struct user_poll_link *pl;

	pthread_mutex_lock(&user_dev_poll_lock);
	while ((pl = q->q_first) != NULL) {
		user_poll_unlink(pl);
		(*pl->pl_poll->hp_wake)(pl->pl_poll->hp_arg);
	}
	pthread_mutex_unlock(&user_dev_poll_lock);
}
