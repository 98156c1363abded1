/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_softint.c: soft interrupts, see kernspace/ks_softint.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(softint_levels,
    "catches a level that does not run")
H_CASE(softint_self,
    "catches a soft interrupt lost when scheduled from itself")
H_CASE(softint_interrupt,
    "catches one lost when scheduled from an interrupt")
H_CASE(softint_own,
    "catches one that a thread is to run by itself and does not, or another "
    "thread does, or that loses its next run")
H_CASE(softint_own_waits,
    "catches a thread that waits for a handler which it is to run itself, and "
    "one that goes on running them")
H_CASE(softint_own_held,
    "catches one that runs by itself under a mutex")
H_CASE(softint_no_work_lost,
    "catches work that no run takes up, and two runs at once")
H_CASE(softint_disestablish,
    "catches a disestablish that does not wait")
H_PANIC(softint_sleeps, "soft interrupt",
    "catches a handler that sleeps")
H_PANIC(softint_preempted, "kpreempt_disabled",
    "catches one that is scheduled by who may be moved to another processor")
H_PANIC(softint_nopreempt_sleeps, "preemption",
    "catches a thread that sleeps with preemption disabled")
H_PANIC(softint_disestablish_held, "held",
    "catches a disestablish under a mutex")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, softint_levels);
	ATF_TP_ADD_TC(tp, softint_self);
	ATF_TP_ADD_TC(tp, softint_interrupt);
	ATF_TP_ADD_TC(tp, softint_own);
	ATF_TP_ADD_TC(tp, softint_own_held);
	ATF_TP_ADD_TC(tp, softint_own_waits);
	ATF_TP_ADD_TC(tp, softint_no_work_lost);
	ATF_TP_ADD_TC(tp, softint_disestablish);
	ATF_TP_ADD_TC(tp, softint_sleeps);
	ATF_TP_ADD_TC(tp, softint_preempted);
	ATF_TP_ADD_TC(tp, softint_nopreempt_sleeps);
	ATF_TP_ADD_TC(tp, softint_disestablish_held);

	return atf_no_error();
}
