/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_select.c: who waits for a thing, and waking them.
 *
 * A selinfo is a queue of the host's, where the waits of poll are recorded,
 * and a list of knotes.  Both belong to the lock of the driver whose selinfo
 * it is, so that nothing is lost between looking and recording.
 */

#include <sys/param.h>
#include <sys/event.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/select.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

struct hosted_selinfo {
	struct host_pollq *hs_pollq;
	struct klist	hs_knotes;
};

void
selinit(struct selinfo *sel)
{
	struct hosted_selinfo *hs;

	hs = kmem_zalloc(sizeof(*hs), KM_SLEEP);
	hs->hs_pollq = kern_kmem_pollq();
	klist_init(&hs->hs_knotes);
	sel->sel_hosted = hs;
}

void
seldestroy(struct selinfo *sel)
{
	struct hosted_selinfo *hs = sel->sel_hosted;

	KASSERT(hs != NULL);
	klist_fini(&hs->hs_knotes);
	host_pollq_destroy(hs->hs_pollq);
	kmem_free(hs, sizeof(*hs));
	sel->sel_hosted = NULL;
}

/* Without a wait in progress (a mere question) there is nothing to record. */
void
selrecord(struct lwp *l, struct selinfo *sel)
{
	struct kern_lwp *kl = kern_lwp_self();

	KASSERT(sel->sel_hosted != NULL);
	KASSERT(l == &kl->kl_lwp);
	if (kl->kl_poll != NULL)
		host_pollq_record(sel->sel_hosted->hs_pollq, kl->kl_poll);
}

void
selnotify(struct selinfo *sel, int events __unused, long hint)
{

	KASSERT(sel->sel_hosted != NULL);
	KASSERT(!cpu_intr_p());
	knote(&sel->sel_hosted->hs_knotes, hint);
	host_pollq_wake(sel->sel_hosted->hs_pollq);
}

void
selrecord_knote(struct selinfo *sel, struct knote *kn)
{

	KASSERT(sel->sel_hosted != NULL);
	klist_insert(&sel->sel_hosted->hs_knotes, kn);
}

bool
selremove_knote(struct selinfo *sel, struct knote *kn)
{

	KASSERT(sel->sel_hosted != NULL);
	return klist_remove(&sel->sel_hosted->hs_knotes, kn);
}

/* Always ready. */
int
seltrue(dev_t dev __unused, int events, struct lwp *l __unused)
{

	return events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM);
}
