/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_condvar.c: condition variables over the host's.
 *
 * A timed wait counts whole ticks from now, so that it never ends early.
 * Signals end a wait with EINTR: the hosts restart no calls.
 *
 * All waiters of a condition hold one mutex, and who wakes them holds it
 * too: this is what makes waking and waiting one step, and it is checked.
 * hc_waiters and hc_mutex change under that mutex; they are atomic only so
 * that who breaks the rule can be told so.
 */

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <hosted/kern/kern_impl.h>

#define CONDVAR_TICK_NS	1000000ULL

struct hosted_condvar {
	struct host_cond *hc_cond;
	const char	*hc_wmesg;
	unsigned int	hc_waiters;
	kmutex_t	*hc_mutex;	/* the waiters' */
};

static const struct bintime condvar_epsilon = { 0, 0 };
const struct bintime *const hosted_timeout_epsilon = &condvar_epsilon;

static struct hosted_condvar *
condvar_hosted(kcondvar_t *cv, const char *who)
{

	if (cv->cv_hosted == NULL)
		panic("%s: the condition is not initialized", who);
	return cv->cv_hosted;
}

void
cv_init(kcondvar_t *cv, const char *wmesg)
{
	struct hosted_condvar *hc;

	hc = kmem_zalloc(sizeof(*hc), KM_SLEEP);
	hc->hc_wmesg = wmesg;
	hc->hc_cond = kern_kmem_cond(wmesg);
	cv->cv_hosted = hc;
}

void
cv_destroy(kcondvar_t *cv)
{
	struct hosted_condvar *hc = condvar_hosted(cv, "cv_destroy");

	if (__atomic_load_n(&hc->hc_waiters, __ATOMIC_ACQUIRE) != 0)
		panic("cv_destroy: %s has waiters", hc->hc_wmesg);
	host_cond_destroy(hc->hc_cond);
	kmem_free(hc, sizeof(*hc));
	cv->cv_hosted = NULL;
}

#ifdef DIAGNOSTIC
static void
condvar_check(const struct hosted_condvar *hc, const kmutex_t *mtx)
{
	const struct kern_lwp *kl = kern_lwp_self();

	if (!mutex_owned(mtx))
		panic("cv_wait: %s: the mutex is not held", hc->hc_wmesg);
	if (kl->kl_ipl != IPL_NONE)
		panic("cv_wait: %s: in an interrupt or soft interrupt",
		    hc->hc_wmesg);
	if (kl->kl_nspin != (mtx->mtx_hosted->hm_spin ? 1U : 0U))
		panic("cv_wait: %s: another mutex held spins", hc->hc_wmesg);
	if (kl->kl_nopreempt != 0)
		panic("cv_wait: %s: with preemption disabled", hc->hc_wmesg);
	if (hc->hc_waiters != 0 && hc->hc_mutex != mtx)
		panic("cv_wait: %s: waiters with two mutexes", hc->hc_wmesg);
}

#else
#define condvar_check(hc, mtx)	((void)0)
#endif

/* Wait until the host's deadline (0: without end): HOST_WOKEN, _TIMEOUT or
 * _INTR. */
static int
condvar_wait(kcondvar_t *cv, kmutex_t *mtx, unsigned long long deadline_ns,
    int intr)
{
	struct hosted_condvar *hc = condvar_hosted(cv, "cv_wait");
	int why;

	condvar_check(hc, mtx);
	__atomic_store_n(&hc->hc_mutex, mtx, __ATOMIC_RELAXED);
	__atomic_add_fetch(&hc->hc_waiters, 1, __ATOMIC_RELAXED);
	kern_softint_flush();
	kern_mutex_unown(mtx);
	why = host_cond_wait(hc->hc_cond, mtx->mtx_hosted->hm_lock,
	    deadline_ns, intr);
	kern_mutex_reown(mtx);
	__atomic_sub_fetch(&hc->hc_waiters, 1, __ATOMIC_RELEASE);
	return why;
}

static int
condvar_error(int why)
{

	switch (why) {
	case HOST_WOKEN:
		return 0;
	case HOST_TIMEOUT:
		return EWOULDBLOCK;
	case HOST_INTR:
		return EINTR;
	default:
		panic("cv_wait: the host says %d", why);
	}
}

/* 0 ticks mean no end. */
static unsigned long long
condvar_deadline(int ticks)
{

	if (ticks == 0)
		return 0;
	return host_uptime_ns() + (unsigned long long)imax(ticks, 0) *
	    CONDVAR_TICK_NS;
}

void
cv_wait(kcondvar_t *cv, kmutex_t *mtx)
{

	(void)condvar_wait(cv, mtx, 0, 0);
}

int
cv_wait_sig(kcondvar_t *cv, kmutex_t *mtx)
{

	return condvar_error(condvar_wait(cv, mtx, 0, 1));
}

int
cv_timedwait(kcondvar_t *cv, kmutex_t *mtx, int ticks)
{

	return condvar_error(condvar_wait(cv, mtx, condvar_deadline(ticks),
	    0));
}

int
cv_timedwait_sig(kcondvar_t *cv, kmutex_t *mtx, int ticks)
{

	return condvar_error(condvar_wait(cv, mtx, condvar_deadline(ticks),
	    1));
}

/* Rounded up. */
static unsigned long long
condvar_ns(const struct bintime *bt)
{
	uint64_t high = bt->frac >> 32, low = bt->frac & 0xffffffff;
	uint64_t ns;

	if (bt->sec < 0)
		return 0;
	ns = high * 1000000000;
	ns = (ns >> 32) + ((ns & 0xffffffff) != 0 || low != 0);
	return (unsigned long long)bt->sec * 1000000000ULL + ns;
}

static int
condvar_timedwaitbt(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt,
    int intr)
{
	unsigned long long begin_ns, end_ns;
	struct bintime passed;
	struct timespec ts;
	int error;

	if (bt == NULL)
		return condvar_error(condvar_wait(cv, mtx, 0, intr));
	begin_ns = host_uptime_ns();
	error = condvar_error(condvar_wait(cv, mtx, begin_ns + condvar_ns(bt),
	    intr));
	end_ns = host_uptime_ns() - begin_ns;
	ts.tv_sec = (time_t)(end_ns / 1000000000ULL);
	ts.tv_nsec = (long)(end_ns % 1000000000ULL);
	timespec2bintime(&ts, &passed);
	if (bintimecmp(bt, &passed, >))
		bintime_sub(bt, &passed);
	else
		bt->sec = 0, bt->frac = 0;
	return error;
}

int
cv_timedwaitbt(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt,
    const struct bintime *epsilon __unused)
{

	return condvar_timedwaitbt(cv, mtx, bt, 0);
}

int
cv_timedwaitbt_sig(kcondvar_t *cv, kmutex_t *mtx, struct bintime *bt,
    const struct bintime *epsilon __unused)
{

	return condvar_timedwaitbt(cv, mtx, bt, 1);
}

static void
condvar_wake(kcondvar_t *cv, int all, const char *who)
{
	struct hosted_condvar *hc = condvar_hosted(cv, who);

	if (__atomic_load_n(&hc->hc_waiters, __ATOMIC_RELAXED) == 0)
		return;
	KASSERTMSG(mutex_owned(__atomic_load_n(&hc->hc_mutex,
	    __ATOMIC_RELAXED)), "%s: %s: the waiters' mutex is not held", who,
	    hc->hc_wmesg);
	host_cond_wake(hc->hc_cond, all);
}

void
cv_signal(kcondvar_t *cv)
{

	condvar_wake(cv, 0, "cv_signal");
}

void
cv_broadcast(kcondvar_t *cv)
{

	condvar_wake(cv, 1, "cv_broadcast");
}

bool
cv_has_waiters(kcondvar_t *cv)
{
	struct hosted_condvar *hc = condvar_hosted(cv, "cv_has_waiters");

	return __atomic_load_n(&hc->hc_waiters, __ATOMIC_RELAXED) != 0;
}

bool
cv_is_valid(kcondvar_t *cv)
{

	return cv->cv_hosted != NULL;
}

int
kpause(const char *wmesg, bool intr, int ticks, kmutex_t *mtx)
{
	unsigned long long deadline_ns = condvar_deadline(ticks);
	kcondvar_t cv;
	kmutex_t own;
	int why;

	KASSERT(ticks != 0 || intr);
	if (mtx != NULL)
		mutex_exit(mtx);
	mutex_init(&own, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, wmesg);
	mutex_enter(&own);
	do
		why = condvar_wait(&cv, &own, deadline_ns, intr);
	while (why == HOST_WOKEN);
	mutex_exit(&own);
	cv_destroy(&cv);
	mutex_destroy(&own);
	if (mtx != NULL)
		mutex_enter(mtx);
	return condvar_error(why);
}
