/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_module.c: midi and sequencer compiled as modules of NetBSD's, in the
 * hosted kernel.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(module_works,
    "catches a module that brings no switch or no driver")
H_CASE(module_busy,
    "catches a module that goes while a file has its methods")
H_CASE(module_again,
    "catches a module that does not go, or does not come again")
H_CASE(module_full,
    "catches half a module after a start that failed")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, module_works);
	ATF_TP_ADD_TC(tp, module_busy);
	ATF_TP_ADD_TC(tp, module_again);
	ATF_TP_ADD_TC(tp, module_full);

	return atf_no_error();
}
