/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * selrecord.c: a poll that forgets who asked.
 */

#include <sys/param.h>
#include <sys/select.h>

#include "../kernspace/ks_tests.h"
#include "h_broken.h"

void	__wrap_selrecord(struct lwp *, struct selinfo *);

void
__wrap_selrecord(struct lwp *l __unused, struct selinfo *sel __unused)
{

}

const struct h_broken h_broken = {
	"a poll that forgets who asked",
	ks_select_poll
};
