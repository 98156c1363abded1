/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_alarm.c: alarms, see kernspace/ks_alarm.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(alarm_never_early,
    "catches an alarm before its time, or twice")
H_CASE(alarm_sequence,
    "catches a chain of alarms that breaks or drifts")
H_CASE(alarm_cancel,
    "catches a cancelled alarm that comes, or none afterwards")
H_CASE(alarm_move,
    "catches an alarm that keeps its old time")
H_CASE(alarm_destroy,
    "catches an alarm that outlives its end")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, alarm_never_early);
	ATF_TP_ADD_TC(tp, alarm_sequence);
	ATF_TP_ADD_TC(tp, alarm_cancel);
	ATF_TP_ADD_TC(tp, alarm_move);
	ATF_TP_ADD_TC(tp, alarm_destroy);

	return atf_no_error();
}
