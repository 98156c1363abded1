/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_event.c: kernel queues.
 *
 * A knote is one watch: a file, a filter, a queue.  It is in the list of all,
 * and, when something may have happened, in its queue's list of those to be
 * asked.  The driver has it in a selinfo, under the driver's lock.
 *
 * event_lock guards the lists and the states.  It comes below the drivers'
 * locks: a filter is never called with it held.  Whoever calls a filter from
 * here marks the knote busy first, and whoever wants it detached waits for
 * that to end; so a driver's vdevgone(), or the close of a file, returns only
 * when no filter of theirs is running and none will.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

#define KN_ACTIVE	0x1U		/* in the queue's list */
#define KN_BUSY		0x2U		/* its filter is being called */
#define KN_DETACHED	0x4U		/* its device is gone */

struct hosted_kqueue {
	TAILQ_HEAD(, knote) kq_actives;
	unsigned int	kq_nactive;
};

static struct host_lock		*event_lock;
static struct host_cond		*event_cond;	/* anything changed */
static LIST_HEAD(, knote)	event_knotes;

int
kern_event_init(void)
{

	LIST_INIT(&event_knotes);
	event_lock = host_lock_create(HOST_LOCK_SLEEP, "kqueue");
	event_cond = host_cond_create("kqueue");
	return event_lock == NULL || event_cond == NULL ? ENOMEM : 0;
}

void
kern_event_fini(void)
{

	if (event_cond != NULL)
		host_cond_destroy(event_cond);
	if (event_lock != NULL)
		host_lock_destroy(event_lock);
	event_cond = NULL;
	event_lock = NULL;
}

/*
 * Lists of knotes, under the drivers' locks.
 */

void
klist_init(struct klist *list)
{

	SLIST_INIT(list);
}

void
klist_fini(struct klist *list)
{

	if (!SLIST_EMPTY(list))
		panic("klist_fini: a knote is left");
}

void
klist_insert(struct klist *list, struct knote *kn)
{

	SLIST_INSERT_HEAD(list, kn, kn_selnext);
}

bool
klist_remove(struct klist *list, struct knote *kn)
{

	SLIST_REMOVE(list, kn, knote, kn_selnext);
	return SLIST_EMPTY(list);
}

/* The event lock is held. */
static void
event_activate(struct knote *kn)
{

	if ((kn->kn_status & KN_ACTIVE) == 0) {
		kn->kn_status |= KN_ACTIVE;
		TAILQ_INSERT_TAIL(&kn->kn_kq->kq_actives, kn, kn_tqe);
		kn->kn_kq->kq_nactive++;
		host_cond_wake(event_cond, 1);
	}
}

/* The event lock is held. */
static void
event_deactivate(struct knote *kn)
{

	if ((kn->kn_status & KN_ACTIVE) != 0) {
		kn->kn_status &= ~KN_ACTIVE;
		TAILQ_REMOVE(&kn->kn_kq->kq_actives, kn, kn_tqe);
		kn->kn_kq->kq_nactive--;
	}
}

void
knote(struct klist *list, long hint)
{
	struct knote *kn, *next;

	SLIST_FOREACH_SAFE(kn, list, kn_selnext, next) {
		if (!(*kn->kn_fop->f_event)(kn, hint))
			continue;
		host_lock_enter(event_lock);
		event_activate(kn);
		host_lock_exit(event_lock);
	}
}

void
knote_set_eof(struct knote *kn, uint32_t flags)
{

	host_lock_enter(event_lock);
	kn->kn_flags |= EV_EOF | flags;
	host_lock_exit(event_lock);
}

void
knote_clear_eof(struct knote *kn)
{

	host_lock_enter(event_lock);
	kn->kn_flags &= ~EV_EOF;
	host_lock_exit(event_lock);
}

/*
 * Filters that are always true.
 */

static int
event_seltrue(struct knote *kn, long hint __unused)
{

	kn->kn_data = 0;
	return 1;
}

static void
event_seltrue_detach(struct knote *kn __unused)
{

}

const struct filterops seltrue_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_attach = NULL,
	.f_detach = event_seltrue_detach,
	.f_event = event_seltrue,
};

int
seltrue_kqfilter(dev_t dev __unused, struct knote *kn)
{

	if (kn->kn_filter != EVFILT_READ && kn->kn_filter != EVFILT_WRITE)
		return EINVAL;
	kn->kn_fop = &seltrue_filtops;
	return 0;
}

/*
 * Busy knotes.  All with the event lock held, which event_wait() lets go.
 */

static void
event_wait(void)
{

	(void)host_cond_wait(event_cond, event_lock, 0, 0);
}

static void
event_unbusy(struct knote *kn)
{

	kn->kn_status &= ~KN_BUSY;
	host_cond_wake(event_cond, 1);
}

/* Detach a knote that is busy by the caller's doing from its driver. */
static void
event_detach(struct knote *kn)
{

	if ((kn->kn_status & KN_DETACHED) != 0)
		return;
	host_lock_exit(event_lock);
	(*kn->kn_fop->f_detach)(kn);
	host_lock_enter(event_lock);
	kn->kn_status |= KN_DETACHED;
}

/* Take a busy knote out of all lists. */
static void
event_unlink(struct knote *kn)
{

	event_deactivate(kn);
	LIST_REMOVE(kn, kn_link);
	host_cond_wake(event_cond, 1);
}

static struct knote *
event_find(const struct hosted_kqueue *kq, const file_t *fp, u_int filter)
{
	struct knote *kn;

	LIST_FOREACH(kn, &event_knotes, kn_link) {
		if (kn->kn_kq == kq && kn->kn_obj == fp &&
		    kn->kn_filter == filter)
			return kn;
	}
	return NULL;
}

/* Any knote of a file (any file: NULL), a queue (likewise), once it is not
 * busy; made busy. */
static struct knote *
event_find_any(const struct hosted_kqueue *kq, const file_t *fp)
{
	struct knote *kn;

again:
	LIST_FOREACH(kn, &event_knotes, kn_link) {
		if ((kq != NULL && kn->kn_kq != kq) ||
		    (fp != NULL && kn->kn_obj != fp))
			continue;
		if ((kn->kn_status & KN_BUSY) != 0) {
			event_wait();
			goto again;
		}
		kn->kn_status |= KN_BUSY;
		return kn;
	}
	return NULL;
}

static void
event_remove_all(const struct hosted_kqueue *kq, const file_t *fp)
{
	struct knote *kn;

	host_lock_enter(event_lock);
	while ((kn = event_find_any(kq, fp)) != NULL) {
		event_detach(kn);
		event_unlink(kn);
		host_lock_exit(event_lock);
		kmem_free(kn, sizeof(*kn));
		host_lock_enter(event_lock);
	}
	host_lock_exit(event_lock);
}

void
kern_event_close(file_t *fp)
{

	event_remove_all(NULL, fp);
}

void
kern_event_revoke(const struct fileops *fops, const void *data)
{
	struct knote *kn;

	host_lock_enter(event_lock);
again:
	LIST_FOREACH(kn, &event_knotes, kn_link) {
		if (kn->kn_obj->f_ops != fops || kn->kn_obj->f_data != data ||
		    (kn->kn_status & KN_DETACHED) != 0)
			continue;
		if ((kn->kn_status & KN_BUSY) != 0) {
			event_wait();
			goto again;
		}
		kn->kn_status |= KN_BUSY;
		event_detach(kn);
		event_activate(kn);
		event_unbusy(kn);
		goto again;
	}
	host_lock_exit(event_lock);
}

/*
 * The host's side.
 */

int
hosted_kqueue_create(struct hosted_kqueue **kqp)
{
	struct hosted_kqueue *kq;

	kq = kmem_zalloc(sizeof(*kq), KM_SLEEP);
	TAILQ_INIT(&kq->kq_actives);
	*kqp = kq;
	return 0;
}

void
hosted_kqueue_destroy(struct hosted_kqueue *kq)
{

	event_remove_all(kq, NULL);
	kmem_free(kq, sizeof(*kq));
}

/* Let the driver have the knote, and ask a first time.  The knote is busy. */
static int
event_attach(struct knote *kn)
{
	int active, error;

	error = (*kn->kn_obj->f_ops->fo_kqfilter)(kn->kn_obj, kn);
	if (error)
		return error;
	KASSERT((kn->kn_fop->f_flags & FILTEROP_MPSAFE) != 0);
	KASSERT(kn->kn_fop->f_attach == NULL);
	active = (*kn->kn_fop->f_event)(kn, 0);
	host_lock_enter(event_lock);
	if (active)
		event_activate(kn);
	event_unbusy(kn);
	host_lock_exit(event_lock);
	return 0;
}

int
hosted_kqueue_add(struct hosted_kqueue *kq, struct hosted_file *f, int filter,
    unsigned int flags, void *udata)
{
	file_t *fp = (file_t *)f;
	struct knote *kn;
	bool exists;
	int error;

	kn = kmem_zalloc(sizeof(*kn), KM_SLEEP);
	kn->kn_kq = kq;
	kn->kn_obj = fp;
	kn->kn_filter = (u_int)filter;
	kn->kn_flags = flags & (EV_ONESHOT | EV_CLEAR);
	kn->kn_kevent.udata = udata;
	kn->kn_status = KN_BUSY;
	host_lock_enter(event_lock);
	exists = event_find(kq, fp, (u_int)filter) != NULL;
	if (!exists)
		LIST_INSERT_HEAD(&event_knotes, kn, kn_link);
	host_lock_exit(event_lock);
	error = exists ? EEXIST : event_attach(kn);
	if (error && !exists) {
		host_lock_enter(event_lock);
		event_unlink(kn);
		host_lock_exit(event_lock);
	}
	if (error)
		kmem_free(kn, sizeof(*kn));
	return error;
}

int
hosted_kqueue_delete(struct hosted_kqueue *kq, struct hosted_file *f,
    int filter)
{
	struct knote *kn;

	host_lock_enter(event_lock);
	while ((kn = event_find(kq, (file_t *)f, (u_int)filter)) != NULL &&
	    (kn->kn_status & KN_BUSY) != 0)
		event_wait();
	if (kn != NULL) {
		kn->kn_status |= KN_BUSY;
		event_detach(kn);
		event_unlink(kn);
	}
	host_lock_exit(event_lock);
	if (kn == NULL)
		return ENOENT;
	kmem_free(kn, sizeof(*kn));
	return 0;
}

/* The data are the driver's; it may be telling newer ones just now. */
static int64_t __attribute__((__no_sanitize_thread__))
event_data(const struct knote *kn)
{

	return *(const volatile int64_t *)&kn->kn_data;
}

/* Ask a knote that is busy by the caller's doing.  The lock is held, and let
 * go meanwhile. */
static bool
event_ask(struct knote *kn)
{
	bool happened;

	if ((kn->kn_status & KN_DETACHED) != 0) {
		kn->kn_data = 0;
		kn->kn_flags |= EV_EOF;
		return true;
	}
	host_lock_exit(event_lock);
	happened = (*kn->kn_fop->f_event)(kn, 0) != 0;
	host_lock_enter(event_lock);
	return happened;
}

static void
event_report(const struct knote *kn, struct hosted_kevent *ev)
{

	ev->file = (struct hosted_file *)kn->kn_obj;
	ev->udata = kn->kn_kevent.udata;
	ev->filter = (int)kn->kn_filter;
	ev->flags = kn->kn_flags;
	ev->data = event_data(kn);
}

/* Ask one of those to be asked: 1 when it has an event to tell.  The lock is
 * held, and let go meanwhile. */
static int
event_take(struct knote *kn, struct hosted_kevent *ev)
{
	bool happened, once;

	event_deactivate(kn);
	kn->kn_status |= KN_BUSY;
	happened = event_ask(kn);
	if (!happened) {
		event_unbusy(kn);
		return 0;
	}
	event_report(kn, ev);
	once = (kn->kn_flags & EV_ONESHOT) != 0;
	if (once) {
		event_detach(kn);
		event_unlink(kn);
		host_lock_exit(event_lock);
		kmem_free(kn, sizeof(*kn));
		host_lock_enter(event_lock);
		return 1;
	}
	if ((kn->kn_flags & EV_CLEAR) == 0)
		event_activate(kn);
	event_unbusy(kn);
	return 1;
}

/* One round over those to be asked.  Knotes that stay true are put at the
 * end and asked again in the next round. */
static int
event_scan(struct hosted_kqueue *kq, struct hosted_kevent *ev, int max)
{
	unsigned int todo = kq->kq_nactive;
	struct knote *kn;
	int n = 0;

	while (todo-- > 0 && n < max) {
		kn = TAILQ_FIRST(&kq->kq_actives);
		if (kn == NULL)
			break;
		if ((kn->kn_status & KN_BUSY) != 0) {
			event_deactivate(kn);
			event_activate(kn);
			continue;
		}
		n += event_take(kn, &ev[n]);
	}
	return n;
}

/* Has something happened to a knote since it was asked? */
static bool
event_unasked(const struct hosted_kqueue *kq)
{
	const struct knote *kn;

	TAILQ_FOREACH(kn, &kq->kq_actives, kn_tqe) {
		if ((kn->kn_status & KN_BUSY) == 0)
			return true;
	}
	return false;
}

int
hosted_kqueue_fetch(struct hosted_kqueue *kq, struct hosted_kevent *ev,
    int max, unsigned long long deadline_ns, int *np)
{
	int why = HOST_WOKEN;

	KASSERT(max > 0);
	host_lock_enter(event_lock);
	while ((*np = event_scan(kq, ev, max)) == 0 && why == HOST_WOKEN) {
		if (deadline_ns <= host_uptime_ns())
			break;
		if (event_unasked(kq))
			continue;
		why = host_cond_wait(event_cond, event_lock,
		    deadline_ns == HOSTED_FOREVER ? 0 : deadline_ns, 1);
	}
	host_lock_exit(event_lock);
	return *np == 0 && why == HOST_INTR ? EINTR : 0;
}
