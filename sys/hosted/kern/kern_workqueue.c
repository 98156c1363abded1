/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_workqueue.c: threads that do what others cannot wait for.
 *
 * Each queue has a thread, which takes work off the queue before it calls the
 * function, so that this may queue the same work again.
 *
 * wq_lock, the host's and sleeping, guards the queue; it is a leaf.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/systm.h>
#include <sys/workqueue.h>

#include <hosted/kern/kern_impl.h>

struct workqueue {
	void		(*wq_fn)(struct work *, void *);
	void		*wq_arg;
	struct host_lock *wq_lock;
	struct host_cond *wq_cond;	/* there is work, or the end */
	struct host_cond *wq_done;	/* some is done */
	struct host_thread *wq_thread;
	struct work	*wq_first;
	struct work	**wq_last;	/* where the next one goes */
	struct work	*wq_now;	/* is being done; only to compare */
	bool		wq_ending;
};

static void
workqueue_main(void *arg)
{
	struct workqueue *wq = arg;
	struct work *wk;

	kern_lwp_begin(NULL);
	host_lock_enter(wq->wq_lock);
	while (wq->wq_first != NULL || !wq->wq_ending) {
		wk = wq->wq_first;
		if (wk == NULL) {
			(void)host_cond_wait(wq->wq_cond, wq->wq_lock, 0, 0);
			continue;
		}
		wq->wq_first = wk->wk_next;
		if (wq->wq_first == NULL)
			wq->wq_last = &wq->wq_first;
		wq->wq_now = wk;
		host_lock_exit(wq->wq_lock);
		(*wq->wq_fn)(wk, wq->wq_arg);
		if (kern_lwp_self()->kl_nheld != 0)
			panic("workqueue: returned with a mutex held");
		host_lock_enter(wq->wq_lock);
		wq->wq_now = NULL;
		host_cond_wake(wq->wq_done, 1);
	}
	host_lock_exit(wq->wq_lock);
	kern_lwp_end();
}

/* What there is of it. */
static void
workqueue_free(struct workqueue *wq)
{

	if (wq->wq_done != NULL)
		host_cond_destroy(wq->wq_done);
	if (wq->wq_cond != NULL)
		host_cond_destroy(wq->wq_cond);
	if (wq->wq_lock != NULL)
		host_lock_destroy(wq->wq_lock);
	kmem_free(wq, sizeof(*wq));
}

int
workqueue_create(struct workqueue **wqp, const char *name,
    void (*fn)(struct work *, void *), void *arg, pri_t prio, int ipl,
    int flags)
{
	struct workqueue *wq;
	int error = ENOMEM;

	KASSERT(flags == WQ_MPSAFE);
	KASSERT(ipl == IPL_NONE);
	wq = kmem_zalloc(sizeof(*wq), KM_SLEEP);
	wq->wq_fn = fn;
	wq->wq_arg = arg;
	wq->wq_last = &wq->wq_first;
	wq->wq_lock = kern_kmem_lock(HOST_LOCK_SLEEP, name);
	wq->wq_cond = kern_kmem_cond(name);
	wq->wq_done = kern_kmem_cond(name);
	if (wq->wq_lock != NULL && wq->wq_cond != NULL && wq->wq_done != NULL)
		error = host_thread_create(&wq->wq_thread, workqueue_main, wq,
		    HOST_PRI_NORMAL, name);
	if (error)
		workqueue_free(wq);
	else
		*wqp = wq;
	return error;
}

void
workqueue_destroy(struct workqueue *wq)
{

	kern_lwp_assert_unlocked(__func__);
	host_lock_enter(wq->wq_lock);
	KASSERTMSG(wq->wq_first == NULL, "workqueue_destroy: work is left");
	wq->wq_ending = true;
	host_cond_wake(wq->wq_cond, 1);
	host_lock_exit(wq->wq_lock);
	host_thread_join(wq->wq_thread);
	workqueue_free(wq);
}

static bool
workqueue_has(const struct workqueue *wq, const struct work *wk)
{
	const struct work *other;

	for (other = wq->wq_first; other != NULL; other = other->wk_next) {
		if (other == wk)
			return true;
	}
	return wq->wq_now == wk;
}

void
workqueue_wait(struct workqueue *wq, struct work *wk)
{

	kern_lwp_assert_unlocked(__func__);
	host_lock_enter(wq->wq_lock);
	while (workqueue_has(wq, wk))
		(void)host_cond_wait(wq->wq_done, wq->wq_lock, 0, 0);
	host_lock_exit(wq->wq_lock);
}

void
workqueue_enqueue(struct workqueue *wq, struct work *wk, struct cpu_info *ci)
{

	host_lock_enter(wq->wq_lock);
	KASSERT(!wq->wq_ending);
	wk->wk_next = NULL;
	*wq->wq_last = wk;
	wq->wq_last = &wk->wk_next;
	host_cond_wake(wq->wq_cond, 1);
	host_lock_exit(wq->wq_lock);
}
