/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * softint_schedule.c: a soft interrupt lost when scheduled from itself.
 */

#include <sys/param.h>
#include <sys/intr.h>

#include "../kernspace/ks_tests.h"
#include "h_broken.h"

void	__wrap_softint_schedule(void *);
void	__real_softint_schedule(void *);

void
__wrap_softint_schedule(void *sih)
{

	if (!cpu_softintr_p())
		__real_softint_schedule(sih);
}

const struct h_broken h_broken = {
	"a soft interrupt lost when scheduled from itself",
	ks_softint_self
};
