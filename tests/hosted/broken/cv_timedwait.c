/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cv_timedwait.c: a condition that times out early.
 */

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/time.h>

#include "../kernspace/ks_tests.h"
#include "h_broken.h"

int	__wrap_cv_timedwait(kcondvar_t *, kmutex_t *, int);
int	__real_cv_timedwait(kcondvar_t *, kmutex_t *, int);

/* One tick too few, as who does not count the tick that has begun. */
int
__wrap_cv_timedwait(kcondvar_t *cv, kmutex_t *mtx, int ticks)
{
	struct bintime bt = { 0, UINT64_MAX / 1000 };

	if (ticks > 1)
		return __real_cv_timedwait(cv, mtx, ticks - 1);
	bt.frac /= 2;
	return cv_timedwaitbt(cv, mtx, &bt, DEFAULT_TIMEOUT_EPSILON);
}

const struct h_broken h_broken = {
	"a condition that times out early",
	ks_condvar_never_early
};
