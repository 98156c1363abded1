/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_file.h: an open file of a program's, between linux_dev.c, which has
 * the calls, and linux_poll.c, which has the waiting in poll.
 */

#ifndef _HOSTED_LINUX_LINUX_FILE_H_
#define _HOSTED_LINUX_LINUX_FILE_H_

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/wait.h>

#include <hosted/host.h>
#include <hosted/hosted.h>

#define LINUX_POLL_QUEUES	8	/* that one file can wait in */

/* Guarded by poll_lock of linux_poll.c. */
struct linux_poll_link {
	struct hlist_node pl_entry;
	struct host_pollq *pl_queue;	/* NULL: not in use */
	struct host_poll *pl_poll;
};

/* A file's wait.  Once it is recorded in a queue it stays there until one of
 * them goes: Linux's waiters do not ask again each time they are woken. */
struct host_poll {
	wait_queue_head_t hp_wait;
	struct fasync_struct *hp_async;	/* gets SIGIO */
	atomic_t	hp_events;	/* HOSTED_POLL* that was waited for */
	struct linux_poll_link hp_link[LINUX_POLL_QUEUES];
};

struct linux_file {
	struct hosted_file *lf_hosted;
	struct host_poll lf_poll;
	struct list_head lf_async;	/* in linux_dev.c's list */
	int		lf_id;		/* there; 0: not in it */
};

#define LINUX_POLL_IN	(HOSTED_POLLIN | HOSTED_POLLPRI | HOSTED_POLLRDNORM)
#define LINUX_POLL_OUT	HOSTED_POLLOUT

void	linux_poll_init(struct host_poll *p);
/* After it, no queue knows of it. */
void	linux_poll_fini(struct host_poll *p);
/* A call did less than it was asked to: from now on a waiter is to be told
 * again.  Inside, T. */
void	linux_poll_again(struct hosted_file *hf, struct host_poll *p,
	    int events);
/* Poll for a program. */
__poll_t linux_poll_request(struct linux_file *lf, struct file *file,
	    struct poll_table_struct *pt);

#endif /* !_HOSTED_LINUX_LINUX_FILE_H_ */
