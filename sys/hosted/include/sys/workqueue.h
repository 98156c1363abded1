/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * workqueue.h: what a thread is to do for those who cannot wait.
 */

#ifndef _HOSTED_SYS_WORKQUEUE_H_
#define _HOSTED_SYS_WORKQUEUE_H_

#include <sys/types.h>

struct cpu_info;
struct workqueue;

/* The caller's, until its function has been called. */
struct work {
	struct work	*wk_next;
};

#define WQ_MPSAFE		0x01	/* required */

/* A queue with one thread of its own, which calls the function for each work,
 * in order; priority and level (IPL_NONE only) are as mutex_init() has
 * levels.  0 or an errno.  Thread context. */
int	workqueue_create(struct workqueue **, const char *,
	    void (*)(struct work *, void *), void *, pri_t, int, int);
/* No work is queued.  Thread context, no lock held. */
void	workqueue_destroy(struct workqueue *);
/* Wait until this work is neither queued nor being done.  The same. */
void	workqueue_wait(struct workqueue *, struct work *);
/* The work is not queued.  Thread or soft interrupt. */
void	workqueue_enqueue(struct workqueue *, struct work *,
	    struct cpu_info *);

#endif /* !_HOSTED_SYS_WORKQUEUE_H_ */
