/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_mutex.c: mutexes over the host's locks, with all of their rules
 * checked at every operation.
 *
 *	- only the owner lets a mutex go; nobody takes one twice;
 *	- an adaptive mutex is not taken in an interrupt or under a spin one;
 *	- a mutex is not taken above its IPL: not an adaptive one for soft
 *	  interrupts of the serial class's level and below by one above it,
 *	  not a spin one of a low level under one of a high level;
 *	- the order of nesting has no circles (kern_lockorder.c).
 *
 * hm_owner is written by the owner only, while it has the host's lock; who
 * compares it with itself gets an exact answer without any lock.
 *
 * Without DIAGNOSTIC nothing is checked and no owner is known: mutex_owned()
 * is for assertions only, as in NetBSD, and those are not there then.
 */

#include <sys/param.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

struct mutex_obj {
	kmutex_t	mo_mutex;	/* first: a kmutex_t * is this */
	u_int		mo_refs;	/* atomic */
};

static struct kern_lwp *
mutex_owner(const struct hosted_mutex *hm)
{

	return __atomic_load_n(&hm->hm_owner, __ATOMIC_RELAXED);
}

static struct hosted_mutex *
mutex_hosted(const kmutex_t *mtx, const char *who)
{

	if (mtx->mtx_hosted == NULL)
		panic("%s: the mutex is not initialized", who);
	return mtx->mtx_hosted;
}

static void __dead
mutex_wrong(const char *who, const struct hosted_mutex *hm, const char *why)
{

	panic("%s: %s: %s", who, why, hm->hm_class->hlc_name);
}

/* NULL only with KM_NOSLEEP. */
static struct hosted_mutex *
mutex_create(kmutex_type_t type, int ipl, struct hosted_lockclass *lc,
    km_flag_t kmflags)
{
	struct hosted_mutex *hm;

	hm = kmem_zalloc(sizeof(*hm), kmflags);
	if (hm == NULL)
		return NULL;
	kern_lockorder_class(lc);
	hm->hm_spin = type == MUTEX_SPIN ||
	    (type != MUTEX_ADAPTIVE && ipl >= IPL_VM);
	hm->hm_ipl = ipl;
	hm->hm_class = lc;
	hm->hm_lock = kern_kmem_lock(
	    hm->hm_spin ? HOST_LOCK_SPIN : HOST_LOCK_SLEEP, lc->hlc_name);
	return hm;
}

void
hosted_mutex_init(kmutex_t *mtx, kmutex_type_t type, int ipl,
    struct hosted_lockclass *lc)
{

	mtx->mtx_hosted = mutex_create(type, ipl, lc, KM_SLEEP);
}

void
mutex_destroy(kmutex_t *mtx)
{
	struct hosted_mutex *hm = mutex_hosted(mtx, "mutex_destroy");

	if (mutex_owner(hm) != NULL)
		mutex_wrong("mutex_destroy", hm, "it is held");
	host_lock_destroy(hm->hm_lock);
	kmem_free(hm, sizeof(*hm));
	mtx->mtx_hosted = NULL;
}

#ifdef DIAGNOSTIC
/* The level that the context and the spin mutexes held make together. */
static int
mutex_ipl(const struct kern_lwp *kl)
{
	int ipl = kl->kl_ipl;
	unsigned int i;

	for (i = 0; i < kl->kl_nheld; i++) {
		if (kl->kl_held[i]->hm_spin)
			ipl = imax(ipl, kl->kl_held[i]->hm_ipl);
	}
	return ipl;
}

static void
mutex_check(const char *who, struct kern_lwp *kl, struct hosted_mutex *hm)
{

	if (mutex_owner(hm) == kl)
		mutex_wrong(who, hm, "locking against myself");
	if (!hm->hm_spin) {
		if (kl->kl_ipl >= IPL_VM)
			mutex_wrong(who, hm, "adaptive, in an interrupt");
		if (kl->kl_nspin != 0)
			mutex_wrong(who, hm, "adaptive, under a spin mutex");
	}
	if (hm->hm_ipl < mutex_ipl(kl))
		mutex_wrong(who, hm, "taken above its IPL");
	if (kl->kl_nheld == KERN_HELD_MAX)
		mutex_wrong(who, hm, "too many mutexes held");
}

static void
mutex_own(struct kern_lwp *kl, struct hosted_mutex *hm)
{

	KASSERT(mutex_owner(hm) == NULL);
	__atomic_store_n(&hm->hm_owner, kl, __ATOMIC_RELAXED);
	kl->kl_held[kl->kl_nheld++] = hm;
	if (hm->hm_spin)
		kl->kl_nspin++;
}

static void
mutex_disown(const char *who, struct kern_lwp *kl, struct hosted_mutex *hm)
{
	unsigned int i;

	if (mutex_owner(hm) != kl)
		mutex_wrong(who, hm, "not held by the one who lets it go");
	for (i = kl->kl_nheld - 1; kl->kl_held[i] != hm; i--)
		KASSERT(i > 0);
	kl->kl_nheld--;
	for (; i < kl->kl_nheld; i++)
		kl->kl_held[i] = kl->kl_held[i + 1];
	if (hm->hm_spin)
		kl->kl_nspin--;
	__atomic_store_n(&hm->hm_owner, NULL, __ATOMIC_RELAXED);
}

/* Before the host's lock is taken, for which it may be waited, or not. */
static void
mutex_before(const char *who, struct hosted_mutex *hm, bool waits)
{
	struct kern_lwp *kl = kern_lwp_self();

	mutex_check(who, kl, hm);
	if (waits)
		kern_lockorder_check(kl, hm);
}

static void
mutex_taken(struct hosted_mutex *hm)
{

	mutex_own(kern_lwp_self(), hm);
}

static void
mutex_leave(const char *who, struct hosted_mutex *hm)
{

	mutex_disown(who, kern_lwp_self(), hm);
}
#else
#define mutex_before(who, hm, waits)	((void)0)
#define mutex_taken(hm)			((void)0)
#define mutex_leave(who, hm)		((void)0)
#endif /* DIAGNOSTIC */

void
mutex_enter(kmutex_t *mtx)
{
	struct hosted_mutex *hm = mutex_hosted(mtx, "mutex_enter");

	mutex_before("mutex_enter", hm, true);
	host_lock_enter(hm->hm_lock);
	mutex_taken(hm);
}

/* Without waiting there is no deadlock: the order is not looked at. */
int
mutex_tryenter(kmutex_t *mtx)
{
	struct hosted_mutex *hm = mutex_hosted(mtx, "mutex_tryenter");

	mutex_before("mutex_tryenter", hm, false);
	if (!host_lock_tryenter(hm->hm_lock))
		return 0;
	mutex_taken(hm);
	return 1;
}

void
mutex_exit(kmutex_t *mtx)
{
	struct hosted_mutex *hm = mutex_hosted(mtx, "mutex_exit");

	mutex_leave("mutex_exit", hm);
	host_lock_exit(hm->hm_lock);
}

void
mutex_spin_enter(kmutex_t *mtx)
{

	KASSERT(mutex_hosted(mtx, "mutex_spin_enter")->hm_spin);
	mutex_enter(mtx);
}

void
mutex_spin_exit(kmutex_t *mtx)
{

	KASSERT(mutex_hosted(mtx, "mutex_spin_exit")->hm_spin);
	mutex_exit(mtx);
}

int
mutex_owned(const kmutex_t *mtx)
{

#ifdef DIAGNOSTIC
	return mutex_owner(mutex_hosted(mtx, "mutex_owned")) ==
	    kern_lwp_self();
#else
	panic("mutex_owned: asked without DIAGNOSTIC");
#endif
}

int
mutex_ownable(const kmutex_t *mtx)
{
	struct hosted_mutex *hm = mutex_hosted(mtx, "mutex_ownable");

	mutex_before("mutex_ownable", hm, false);
	return hm != NULL;
}

/* The mutex will be taken again while the others that are held stay held:
 * that is an order like any other, to be looked at before it is too late. */
void
kern_mutex_unown(kmutex_t *mtx)
{
	struct hosted_mutex *hm __diagused =
	    mutex_hosted(mtx, "cv_wait");

	mutex_leave("cv_wait", hm);
#ifdef DIAGNOSTIC
	kern_lockorder_check(kern_lwp_self(), hm);
#endif
}

void
kern_mutex_reown(kmutex_t *mtx)
{
	struct hosted_mutex *hm __diagused =
	    mutex_hosted(mtx, "cv_wait");

	mutex_taken(hm);
	KASSERT(mutex_owned(mtx));
}

kmutex_t *
hosted_mutex_obj_alloc(kmutex_type_t type, int ipl,
    struct hosted_lockclass *lc, int mayfail)
{
	km_flag_t kmflags = mayfail ? KM_NOSLEEP : KM_SLEEP;
	struct mutex_obj *mo;

	mo = kmem_zalloc(sizeof(*mo), kmflags);
	if (mo == NULL)
		return NULL;
	mo->mo_refs = 1;
	mo->mo_mutex.mtx_hosted = mutex_create(type, ipl, lc, kmflags);
	if (mo->mo_mutex.mtx_hosted == NULL) {
		kmem_free(mo, sizeof(*mo));
		return NULL;
	}
	return &mo->mo_mutex;
}

void
mutex_obj_hold(kmutex_t *mtx)
{
	struct mutex_obj *mo = (struct mutex_obj *)mtx;

	(void)__atomic_add_fetch(&mo->mo_refs, 1, __ATOMIC_RELAXED);
}

bool
mutex_obj_free(kmutex_t *mtx)
{
	struct mutex_obj *mo = (struct mutex_obj *)mtx;

	if (__atomic_sub_fetch(&mo->mo_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return false;
	mutex_destroy(mtx);
	kmem_free(mo, sizeof(*mo));
	return true;
}

u_int
mutex_obj_refcnt(kmutex_t *mtx)
{
	struct mutex_obj *mo = (struct mutex_obj *)mtx;

	return __atomic_load_n(&mo->mo_refs, __ATOMIC_RELAXED);
}
