/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cv_wait.c: a lost wakeup.
 */

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/mutex.h>

#include "../kernspace/ks.h"
#include "../kernspace/ks_tests.h"
#include "h_broken.h"

void	__wrap_cv_wait(kcondvar_t *, kmutex_t *);
void	__real_cv_wait(kcondvar_t *, kmutex_t *);

/* Lets the mutex go before it can be woken. */
void
__wrap_cv_wait(kcondvar_t *cv, kmutex_t *mtx)
{

	mutex_exit(mtx);
	ks_pause(20);
	mutex_enter(mtx);
	__real_cv_wait(cv, mtx);
}

const struct h_broken h_broken = {
	"a lost wakeup",
	ks_condvar_lost
};
