/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_lwp.c: who runs.
 *
 * Every thread that enters the kernel gets a kern_lwp at its first use of
 * it, kept in the slot that the host has for it, unless it has brought memory
 * for one; threads of the kernel's own get theirs when they begin, with the
 * priority level that they run at.
 *
 * Interrupts cannot allocate: theirs are made at boot, one for
 * each slot of the host's, that is, for each processor that interrupts run
 * on.  A slot may outlive the kernel (boot, shutdown, boot), so an entry is
 * believed only when it names the slot that names it.
 *
 * Nothing here is locked: a kern_lwp belongs to its thread.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

static struct kern_lwp	*kern_lwp_intr;	/* as many as the host has slots */
static unsigned int	kern_lwp_nintr;

int
kern_lwp_boot(void)
{

	kern_lwp_nintr = host_interrupts();
	kern_lwp_intr = host_alloc(kern_lwp_nintr * sizeof(*kern_lwp_intr), 1);
	return kern_lwp_intr == NULL ? ENOMEM : 0;
}

static void
kern_lwp_init(struct kern_lwp *kl, int ipl)
{

	memset(kl, 0, __builtin_offsetof(struct kern_lwp, kl_held));
	kl->kl_lwp.l_proc = &kl->kl_proc;
	kl->kl_lwp.l_dupfd = -1;
	kl->kl_ipl = ipl;
}

static bool
kern_lwp_is_of(struct kern_lwp *kl, void **slot)
{

	return __atomic_load_n(&kl->kl_slot, __ATOMIC_RELAXED) == slot;
}

/* Take a free entry for a slot. */
static bool
kern_lwp_claim(struct kern_lwp *kl, void **slot)
{
	void **none = NULL;

	if (!__atomic_compare_exchange_n(&kl->kl_slot, &none, slot, 0,
	    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return false;
	kl->kl_lwp.l_proc = &kl->kl_proc;
	kl->kl_lwp.l_dupfd = -1;
	kl->kl_ipl = IPL_VM;
	return true;
}

/* One of this boot's?  A slot may remember an earlier one's. */
static bool
kern_lwp_is_ours(const struct kern_lwp *kl)
{
	const uintptr_t p = (uintptr_t)kl;
	const uintptr_t first = (uintptr_t)kern_lwp_intr;

	return p >= first && p < first +
	    kern_lwp_nintr * sizeof(*kern_lwp_intr);
}

/* The interrupts' lwp of a slot: the one it has, or that a slot at the same
 * place had before, or a free one. */
static struct kern_lwp *
kern_lwp_interrupt(void **slot)
{
	struct kern_lwp *kl = *slot;
	unsigned int i;

	if (kern_lwp_is_ours(kl) && kern_lwp_is_of(kl, slot))
		return kl;
	for (i = 0; i < kern_lwp_nintr; i++) {
		kl = &kern_lwp_intr[i];
		if (kern_lwp_is_of(kl, slot) || kern_lwp_claim(kl, slot)) {
			*slot = kl;
			return kl;
		}
	}
	host_panic("panic: interrupts on too many processors\n");
}

static struct kern_lwp *
kern_lwp_create(void **slot)
{
	struct kern_lwp *kl;

	while ((kl = host_alloc(sizeof(*kl), 1)) == NULL)
		kern_kmem_wait();
	kern_lwp_init(kl, IPL_NONE);
	*slot = kl;
	return kl;
}

struct kern_lwp *
kern_lwp_self(void)
{
	void **slot = host_thread_slot();

	if (host_in_interrupt())
		return kern_lwp_interrupt(slot);
	if (*slot != NULL)
		return *slot;
	return kern_lwp_create(slot);
}

struct lwp *
hosted_curlwp(void)
{

	return &kern_lwp_self()->kl_lwp;
}

struct kern_lwp *
kern_lwp_prepare(int ipl)
{
	struct kern_lwp *kl;

	kl = host_alloc(sizeof(*kl), 1);
	if (kl != NULL)
		kern_lwp_init(kl, ipl);
	return kl;
}

void
kern_lwp_begin(struct kern_lwp *kl)
{
	void **slot = host_thread_slot();

	KASSERT(*slot == NULL);
	*slot = kl;
}

void
kern_lwp_end(void)
{
	void **slot = host_thread_slot();
	struct kern_lwp *kl = *slot;

	if (kl == NULL)
		return;
	*slot = NULL;
	hosted_thread_leave(kl);
	if (!kl->kl_lent)
		host_free(kl, sizeof(*kl));
}

void *
hosted_thread_enter(void *room, int pid)
{
	struct kern_lwp *kl = room;

	CTASSERT(sizeof(*kl) <= HOSTED_THREAD_BYTES);
	kern_lwp_init(kl, IPL_NONE);
	kl->kl_lent = true;
	kl->kl_proc.p_pid = pid;
	return kl;
}

void
hosted_thread_leave(void *slot)
{
	const struct kern_lwp *kl = slot;

	/* Who has shut the kernel down is not known to it any more. */
	if (kl != NULL && kl->kl_nheld != 0)
		panic("a thread ends with a mutex held");
}

void
hosted_thread_exit(void)
{

	kern_lwp_end();
}

struct kern_lwp *
kern_lwp_syscall(void)
{
	struct kern_lwp *kl = kern_lwp_self();

	if (!kl->kl_lent)
		kl->kl_proc.p_pid = host_pid();
	return kl;
}

void
kern_lwp_fini(void)
{

	if (kern_lwp_intr != NULL)
		host_free(kern_lwp_intr,
		    kern_lwp_nintr * sizeof(*kern_lwp_intr));
	kern_lwp_intr = NULL;
	kern_lwp_nintr = 0;
}

void
kern_lwp_assert_unlocked(const char *who)
{
#ifdef DIAGNOSTIC
	struct kern_lwp *kl = kern_lwp_self();

	if (kl->kl_nheld != 0)
		panic("%s: called with the mutex of %s held", who,
		    kl->kl_held[kl->kl_nheld - 1]->hm_class->hlc_name);
	hosted_assert_sleepable(who);
#endif
}

void
hosted_assert_sleepable(const char *who)
{
	struct kern_lwp *kl = kern_lwp_self();

	if (kl->kl_ipl != IPL_NONE)
		panic("%s: called in an interrupt or soft interrupt", who);
	if (kl->kl_nspin != 0)
		panic("%s: called with a spin mutex held", who);
	if (kl->kl_nopreempt != 0)
		panic("%s: called with preemption disabled", who);
}

/* For checks only: nothing here is of a processor. */
void
kpreempt_disable(void)
{
#ifdef DIAGNOSTIC

	kern_lwp_self()->kl_nopreempt++;
#endif
}

void
kpreempt_enable(void)
{
#ifdef DIAGNOSTIC
	struct kern_lwp *kl = kern_lwp_self();

	KASSERT(kl->kl_nopreempt != 0);
	kl->kl_nopreempt--;
#endif
}

bool
kpreempt_disabled(void)
{
	const struct kern_lwp *kl = kern_lwp_self();

	return kl->kl_nopreempt != 0 || kl->kl_ipl != IPL_NONE ||
	    kl->kl_nspin != 0;
}

bool
cpu_intr_p(void)
{

	return host_in_interrupt() != 0;
}

bool
cpu_softintr_p(void)
{
	struct kern_lwp *kl = kern_lwp_self();

	return kl->kl_ipl > IPL_NONE && kl->kl_ipl < IPL_VM;
}

/* Credentials are not looked into, so that every thread has the same. */
kauth_cred_t
kauth_cred_get(void)
{

	return kern_lwp_self()->kl_lwp.l_cred;
}
