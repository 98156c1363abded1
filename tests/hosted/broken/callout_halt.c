/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * callout_halt.c: a callout that runs after halt.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/mutex.h>

#include "../kernspace/ks_tests.h"
#include "h_broken.h"

bool	__wrap_callout_halt(callout_t *, kmutex_t *);
bool	__real_callout_halt(callout_t *, kmutex_t *);

/* Only the first halt, the one under test: what comes after cleans up. */
bool
__wrap_callout_halt(callout_t *c, kmutex_t *interlock)
{
	static bool again;

	if (!again) {
		again = true;
		return callout_stop(c);
	}
	return __real_callout_halt(c, interlock);
}

const struct h_broken h_broken = {
	"a callout that runs after halt",
	ks_callout_halt
};
