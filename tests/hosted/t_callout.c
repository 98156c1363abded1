/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_callout.c: callouts, see kernspace/ks_callout.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(callout_never_early,
    "catches a callout that runs before its tick")
H_CASE(callout_order,
    "catches callouts out of order")
H_CASE(callout_stop,
    "catches a stopped callout that runs, and wrong answers")
H_CASE(callout_move,
    "catches a callout that keeps its old time")
H_CASE(callout_halt,
    "catches a callout that runs after halt")
H_CASE(callout_halt_interlock,
    "catches a halt that does not let its interlock go")
H_CASE(callout_halt_self,
    "catches a callout that outlives its halt by scheduling itself")
H_CASE(callout_interrupt,
    "catches a callout that interrupts cannot schedule")
H_PANIC(callout_destroy_pending, "pending",
    "catches the end of a pending callout")
H_PANIC(callout_keeps_mutex, "mutex held",
    "catches a function that keeps a mutex")
H_PANIC(callout_sleeps, "soft interrupt",
    "catches a function that sleeps")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, callout_never_early);
	ATF_TP_ADD_TC(tp, callout_order);
	ATF_TP_ADD_TC(tp, callout_stop);
	ATF_TP_ADD_TC(tp, callout_move);
	ATF_TP_ADD_TC(tp, callout_halt);
	ATF_TP_ADD_TC(tp, callout_halt_interlock);
	ATF_TP_ADD_TC(tp, callout_halt_self);
	ATF_TP_ADD_TC(tp, callout_interrupt);
	ATF_TP_ADD_TC(tp, callout_destroy_pending);
	ATF_TP_ADD_TC(tp, callout_keeps_mutex);
	ATF_TP_ADD_TC(tp, callout_sleeps);

	return atf_no_error();
}
