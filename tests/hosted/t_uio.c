/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_uio.c: copies, the evcnt node and times, see kernspace/ks_uio.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(uio_move,
    "catches bytes misplaced or miscounted")
H_CASE(uio_fault,
    "catches a fault that is not told, or counted as moved")
H_CASE(evcnt_node,
    "catches a counter node that is torn, stale or incomplete")
H_CASE(time_uptime,
    "catches a clock that goes back")
H_CASE(time_arith,
    "catches times that are not normal or do not come back")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, uio_move);
	ATF_TP_ADD_TC(tp, uio_fault);
	ATF_TP_ADD_TC(tp, evcnt_node);
	ATF_TP_ADD_TC(tp, time_uptime);
	ATF_TP_ADD_TC(tp, time_arith);

	return atf_no_error();
}
