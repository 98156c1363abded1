/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_mutex.c: mutexes exclude, know their owners, and find every misuse.
 */

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_tests.h"

#define ROUNDS	20

struct owned {
	kmutex_t	ow_lock;
	struct ks_event	ow_step;
	bool		ow_elsewhere;	/* as another thread sees it */
};

static void
owned_look(void *arg)
{
	struct owned *ow = arg;

	ow->ow_elsewhere = mutex_owned(&ow->ow_lock) != 0;
	ks_event_post(&ow->ow_step);
}

/* What others see is looked at while the mutex is held and while not. */
static void
owned_kind(int ipl, void (*elsewhere)(struct owned *))
{
	struct owned ow;

	mutex_init(&ow.ow_lock, MUTEX_DEFAULT, ipl);
	ks_event_init(&ow.ow_step);
	KS_CHECK(!mutex_owned(&ow.ow_lock));
	mutex_enter(&ow.ow_lock);
	KS_CHECK(mutex_owned(&ow.ow_lock));
	if (elsewhere != NULL) {
		(*elsewhere)(&ow);
		KS_CHECK(!ow.ow_elsewhere);
	}
	mutex_exit(&ow.ow_lock);
	KS_CHECK(!mutex_owned(&ow.ow_lock));
	KS_CHECK(mutex_tryenter(&ow.ow_lock));
	KS_CHECK(mutex_owned(&ow.ow_lock));
	mutex_exit(&ow.ow_lock);
	ks_event_fini(&ow.ow_step);
	mutex_destroy(&ow.ow_lock);
}

static void
owned_in_thread(struct owned *ow)
{
	struct ks_thread *kt;

	kt = ks_thread_start(owned_look, ow);
	(void)ks_event_wait(&ow->ow_step, 1);
	ks_thread_join(kt);
}

static void
owned_in_softint(struct owned *ow)
{
	void *sih;

	sih = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE, owned_look,
	    ow);
	ks_schedule(sih);
	(void)ks_event_wait(&ow->ow_step, 1);
	mutex_exit(&ow->ow_lock);
	softint_disestablish(sih);
	mutex_enter(&ow->ow_lock);
}

void
ks_mutex_owned(void)
{

	owned_kind(IPL_NONE, owned_in_thread);
	owned_kind(IPL_SOFTSERIAL, owned_in_thread);
	owned_kind(IPL_SOFTSERIAL, owned_in_softint);
	owned_kind(IPL_VM, NULL);
	owned_kind(IPL_HIGH, NULL);
}

/*
 * Exclusion.
 */

struct exclude {
	kmutex_t	ex_lock;
	unsigned int	ex_inside;
	unsigned int	ex_sum;
};

static void
exclude_thread(void *arg)
{
	struct exclude *ex = arg;
	unsigned int sum;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		mutex_enter(&ex->ex_lock);
		KS_CHECK(ex->ex_inside++ == 0);
		sum = ex->ex_sum;
		delay(1);
		ex->ex_sum = sum + 1;
		ex->ex_inside--;
		mutex_exit(&ex->ex_lock);
	}
}

static void
exclude_kind(int ipl)
{
	struct ks_thread *kt[3];
	struct exclude ex = { .ex_sum = 0 };
	unsigned int i;

	mutex_init(&ex.ex_lock, MUTEX_DEFAULT, ipl);
	for (i = 0; i < __arraycount(kt); i++)
		kt[i] = ks_thread_start(exclude_thread, &ex);
	for (i = 0; i < __arraycount(kt); i++)
		ks_thread_join(kt[i]);
	KS_CHECK(ex.ex_sum == ROUNDS * __arraycount(kt));
	mutex_destroy(&ex.ex_lock);
}

void
ks_mutex_exclude(void)
{

	exclude_kind(IPL_NONE);
	exclude_kind(IPL_SOFTCLOCK);
	exclude_kind(IPL_HIGH);
}

/* A thread, a soft interrupt and an interrupt count with one spin mutex. */
struct levels {
	kmutex_t	lv_lock;
	struct ks_event	lv_done;
	void		*lv_sih;
	unsigned int	lv_sum;
};

static void
levels_count(struct levels *lv)
{
	unsigned int sum;

	mutex_enter(&lv->lv_lock);
	sum = lv->lv_sum;
	delay(1);
	lv->lv_sum = sum + 1;
	mutex_exit(&lv->lv_lock);
}

static void
levels_softint(void *arg)
{
	struct levels *lv = arg;

	levels_count(lv);
	ks_event_post(&lv->lv_done);
}

static void
levels_intr(void *arg)
{
	struct levels *lv = arg;

	levels_count(lv);
	ks_schedule(lv->lv_sih);
}

void
ks_mutex_levels(void)
{
	struct levels lv = { .lv_sum = 0 };
	int i;

	mutex_init(&lv.lv_lock, MUTEX_DEFAULT, IPL_SCHED);
	ks_event_init(&lv.lv_done);
	lv.lv_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    levels_softint, &lv);
	for (i = 0; i < ROUNDS; i++) {
		host_run_interrupt(levels_intr, &lv);
		levels_count(&lv);
		(void)ks_event_wait(&lv.lv_done, i + 1);
	}
	softint_disestablish(lv.lv_sih);
	KS_CHECK(lv.lv_sum == 3 * ROUNDS);
	ks_event_fini(&lv.lv_done);
	mutex_destroy(&lv.lv_lock);
}

/*
 * Trying, and mutexes with uses.
 */

struct try {
	kmutex_t	tr_lock;
	int		tr_got;
};

static void
try_thread(void *arg)
{
	struct try *tr = arg;

	tr->tr_got = mutex_tryenter(&tr->tr_lock);
	if (tr->tr_got)
		mutex_exit(&tr->tr_lock);
}

void
ks_mutex_try(void)
{
	struct try tr;

	mutex_init(&tr.tr_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	mutex_enter(&tr.tr_lock);
	ks_thread_join(ks_thread_start(try_thread, &tr));
	KS_CHECK(tr.tr_got == 0);
	mutex_exit(&tr.tr_lock);
	ks_thread_join(ks_thread_start(try_thread, &tr));
	KS_CHECK(tr.tr_got == 1);
	KS_CHECK(mutex_ownable(&tr.tr_lock));
	mutex_destroy(&tr.tr_lock);
}

void
ks_mutex_obj(void)
{
	kmutex_t *m;

	m = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mutex_obj_hold(m);
	KS_CHECK(mutex_obj_refcnt(m) == 2);
	mutex_enter(m);
	KS_CHECK(mutex_owned(m));
	mutex_exit(m);
	KS_CHECK(!mutex_obj_free(m));
	KS_CHECK(mutex_obj_free(m));
	m = mutex_obj_tryalloc(MUTEX_DEFAULT, IPL_VM);
	KS_CHECK(m != NULL && mutex_obj_free(m));
}

/*
 * Misuse.  Each of the following panics.
 */

static kmutex_t one, two, three;

static void
misuse_init(int ipl1, int ipl2)
{

	mutex_init(&one, MUTEX_DEFAULT, ipl1);
	mutex_init(&two, MUTEX_DEFAULT, ipl2);
	mutex_init(&three, MUTEX_DEFAULT, IPL_NONE);
}

static void
nest(kmutex_t *outer, kmutex_t *inner)
{

	mutex_enter(outer);
	mutex_enter(inner);
	mutex_exit(inner);
	mutex_exit(outer);
}

void
ks_mutex_self(void)
{

	misuse_init(IPL_NONE, IPL_NONE);
	nest(&one, &one);
}

static void
misuse_exit(void *arg __unused)
{

	mutex_exit(&one);
}

void
ks_mutex_not_owner(void)
{

	misuse_init(IPL_NONE, IPL_NONE);
	mutex_enter(&one);
	ks_thread_join(ks_thread_start(misuse_exit, NULL));
}

static void
misuse_enter(void *arg __unused)
{

	mutex_enter(&one);
	mutex_exit(&one);
}

void
ks_mutex_adaptive_intr(void)
{

	misuse_init(IPL_SOFTSERIAL, IPL_NONE);
	host_run_interrupt(misuse_enter, NULL);
	ks_pause(2);
}

void
ks_mutex_adaptive_under_spin(void)
{

	misuse_init(IPL_HIGH, IPL_SOFTSERIAL);
	nest(&one, &two);
}

void
ks_mutex_above_ipl(void)
{
	void *sih;

	misuse_init(IPL_SOFTCLOCK, IPL_NONE);
	sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE, misuse_enter,
	    NULL);
	ks_schedule(sih);
	ks_pause(2);
}

void
ks_mutex_spin_above_ipl(void)
{

	misuse_init(IPL_SCHED, IPL_VM);
	nest(&one, &two);
}

void
ks_mutex_inversion(void)
{

	misuse_init(IPL_NONE, IPL_NONE);
	nest(&one, &two);
	nest(&two, &one);
}

void
ks_mutex_circle(void)
{

	misuse_init(IPL_NONE, IPL_NONE);
	nest(&one, &two);
	nest(&two, &three);
	nest(&three, &one);
}

void
ks_mutex_one_class(void)
{
	kmutex_t m[2];
	int i;

	for (i = 0; i < 2; i++)
		mutex_init(&m[i], MUTEX_DEFAULT, IPL_NONE);
	nest(&m[0], &m[1]);
}

void
ks_mutex_destroy_held(void)
{

	misuse_init(IPL_NONE, IPL_NONE);
	mutex_enter(&one);
	mutex_destroy(&one);
}

void
ks_mutex_uninitialized(void)
{
	kmutex_t m = { NULL };

	mutex_enter(&m);
}

void
ks_mutex_copy_held(void)
{
	char c;

	misuse_init(IPL_NONE, IPL_NONE);
	mutex_enter(&one);
	(void)copyin(&c, &c, sizeof(c));
}
