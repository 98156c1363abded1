/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_poll.c: waiting in poll, select and epoll.
 *
 * The programs wait in a queue of their file's, which lasts as long as they
 * do, also when the device goes.  The hosted kernel's queues know files.
 *
 * It records a wait only where nothing is ready, so that input and output are
 * asked for separately.  Who waits for edges does not ask again after it was
 * told, but reads or writes until it would block: the call that does less than
 * it was asked to has the wait recorded.
 *
 * poll_lock guards the links between queues and files.
 */

#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "linux.h"
#include "linux_file.h"

struct host_pollq {
	struct hlist_head pq_links;
};

static DEFINE_SPINLOCK(poll_lock);

void
linux_poll_init(struct host_poll *p)
{

	memset(p, 0, sizeof(*p));
	init_waitqueue_head(&p->hp_wait);
}

/* The lock is held. */
static void
poll_unlink(struct linux_poll_link *pl)
{

	hlist_del(&pl->pl_entry);
	pl->pl_queue = NULL;
}

void
linux_poll_fini(struct host_poll *p)
{
	int i;

	spin_lock(&poll_lock);
	for (i = 0; i < LINUX_POLL_QUEUES; i++) {
		if (p->hp_link[i].pl_queue != NULL)
			poll_unlink(&p->hp_link[i]);
	}
	spin_unlock(&poll_lock);
}

/*
 * Queues.
 */

struct host_pollq *
host_pollq_create(void)
{

	return kzalloc(sizeof(struct host_pollq), GFP_KERNEL);
}

void
host_pollq_destroy(struct host_pollq *q)
{
	struct linux_poll_link *pl;
	struct hlist_node *next;

	spin_lock(&poll_lock);
	hlist_for_each_entry_safe(pl, next, &q->pq_links, pl_entry)
		poll_unlink(pl);
	spin_unlock(&poll_lock);
	kfree(q);
}

/* The link to the queue, or a free one, or NULL.  The lock is held. */
static struct linux_poll_link *
poll_link(struct host_poll *p, const struct host_pollq *q)
{
	struct linux_poll_link *found = NULL;
	int i;

	for (i = 0; i < LINUX_POLL_QUEUES; i++) {
		if (p->hp_link[i].pl_queue == q)
			return &p->hp_link[i];
		if (p->hp_link[i].pl_queue == NULL)
			found = &p->hp_link[i];
	}
	return found;
}

void
host_pollq_record(struct host_pollq *q, struct host_poll *p)
{
	struct linux_poll_link *pl;

	spin_lock(&poll_lock);
	pl = poll_link(p, q);
	if (pl == NULL)
		host_panic("a poll in too many queues\n");
	if (pl->pl_queue == NULL) {
		pl->pl_queue = q;
		pl->pl_poll = p;
		hlist_add_head(&pl->pl_entry, &q->pq_links);
	}
	spin_unlock(&poll_lock);
}

/* Recording and waking have the driver's lock: who sees an empty list here
 * misses nobody. */
void
host_pollq_wake(struct host_pollq *q)
{
	struct linux_poll_link *pl;

	if (hlist_empty(&q->pq_links))
		return;
	spin_lock(&poll_lock);
	hlist_for_each_entry(pl, &q->pq_links, pl_entry)
		wake_up_interruptible(&pl->pl_poll->hp_wait);
	spin_unlock(&poll_lock);
}

/*
 * Files.
 */

/* What is ready of the events; where none is, the wait is recorded when there
 * is one.  Inside, T. */
static int
linux_poll_ask(struct hosted_file *hf, int events, struct host_poll *p)
{
	int ready = 0;

	if (events != LINUX_POLL_OUT)
		ready |= hosted_poll(hf, events & LINUX_POLL_IN, p);
	if ((events & LINUX_POLL_OUT) != 0)
		ready |= hosted_poll(hf, LINUX_POLL_OUT, p);
	return ready;
}

void
linux_poll_again(struct hosted_file *hf, struct host_poll *p, int events)
{

	events &= atomic_read(&p->hp_events);
	if (events != 0 && linux_poll_ask(hf, events, p) != 0)
		wake_up_interruptible(&p->hp_wait);
}

/* The two systems' bits agree, but for the one that says that normal data may
 * be written, which is POLLOUT in NetBSD. */

static int
poll_events(__poll_t linux_events)
{
	int events = 0;

	if ((linux_events & (EPOLLIN | EPOLLRDNORM)) != 0)
		events |= HOSTED_POLLIN | HOSTED_POLLRDNORM;
	if ((linux_events & EPOLLPRI) != 0)
		events |= HOSTED_POLLPRI;
	if ((linux_events & (EPOLLOUT | EPOLLWRNORM)) != 0)
		events |= HOSTED_POLLOUT;
	return events;
}

static __poll_t
poll_result(int ready)
{
	__poll_t result = 0;

	if ((ready & HOSTED_POLLIN) != 0)
		result |= EPOLLIN;
	if ((ready & HOSTED_POLLRDNORM) != 0)
		result |= EPOLLRDNORM;
	if ((ready & HOSTED_POLLPRI) != 0)
		result |= EPOLLPRI;
	if ((ready & HOSTED_POLLOUT) != 0)
		result |= EPOLLOUT | EPOLLWRNORM;
	if ((ready & HOSTED_POLLERR) != 0)
		result |= EPOLLERR;
	if ((ready & HOSTED_POLLHUP) != 0)
		result |= EPOLLHUP;
	return result;
}

/* A device that is gone is told even to those who ask for nothing. */
__poll_t
linux_poll_request(struct linux_file *lf, struct file *file,
    struct poll_table_struct *pt)
{
	int events = poll_events(poll_requested_events(pt));
	struct host_thread t LINUX_UNINITIALIZED;
	int ready;

	poll_wait(file, &lf->lf_poll.hp_wait, pt);
	atomic_or(events, &lf->lf_poll.hp_events);
	linux_enter(&t);
	ready = linux_poll_ask(lf->lf_hosted, events, &lf->lf_poll);
	linux_leave(&t);
	return poll_result(ready);
}
