/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mutex_owned.c: a mutex_owned that is always true.
 */

#include <sys/param.h>
#include <sys/mutex.h>

#include "../kernspace/ks_tests.h"
#include "h_broken.h"

int	__wrap_mutex_owned(const kmutex_t *);

int
__wrap_mutex_owned(const kmutex_t *mtx __unused)
{

	return 1;
}

const struct h_broken h_broken = {
	"a mutex_owned that is always true",
	ks_mutex_owned
};
