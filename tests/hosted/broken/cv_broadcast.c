/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * cv_broadcast.c: a broadcast that wakes one.
 */

#include <sys/param.h>
#include <sys/condvar.h>

#include "../kernspace/ks_tests.h"
#include "h_broken.h"

void	__wrap_cv_broadcast(kcondvar_t *);

void
__wrap_cv_broadcast(kcondvar_t *cv)
{

	cv_signal(cv);
}

const struct h_broken h_broken = {
	"a broadcast that wakes one",
	ks_condvar_broadcast
};
