/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_mutex.c: mutexes, see kernspace/ks_mutex.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(mutex_owned,
    "catches a mutex that thinks anybody its owner")
H_CASE(mutex_exclude,
    "catches two threads inside one mutex")
H_CASE(mutex_levels,
    "catches a spin mutex that interrupts get past")
H_CASE(mutex_try,
    "catches a mutex_tryenter that waits, or takes what is held")
H_CASE(mutex_obj,
    "catches mutex objects that are freed too soon or too late")
H_PANIC(mutex_self, "locking against myself",
    "catches a mutex that is taken twice unnoticed")
H_PANIC(mutex_not_owner, "not held by the one",
    "catches an exit by another than the owner")
H_PANIC(mutex_adaptive_intr, "in an interrupt",
    "catches an adaptive mutex taken in an interrupt")
H_PANIC(mutex_adaptive_under_spin, "under a spin mutex",
    "catches an adaptive mutex taken under a spin one")
H_PANIC(mutex_above_ipl, "above its IPL",
    "catches a mutex taken by a soft interrupt above its level")
H_PANIC(mutex_spin_above_ipl, "above its IPL",
    "catches a spin mutex taken under one of a higher level")
H_PANIC(mutex_inversion, "order of mutexes inverted",
    "catches two orders of two classes")
H_PANIC(mutex_circle, "order of mutexes inverted",
    "catches a circle of three classes")
H_PANIC(mutex_one_class, "two mutexes of one class",
    "catches two nested mutexes of one class")
H_PANIC(mutex_destroy_held, "it is held",
    "catches the end of a mutex that is held")
H_PANIC(mutex_uninitialized, "not initialized",
    "catches the use of a mutex that is none")
H_PANIC(mutex_copy_held, "copyin",
    "catches a copy from a program under a mutex")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, mutex_owned);
	ATF_TP_ADD_TC(tp, mutex_exclude);
	ATF_TP_ADD_TC(tp, mutex_levels);
	ATF_TP_ADD_TC(tp, mutex_try);
	ATF_TP_ADD_TC(tp, mutex_obj);
	ATF_TP_ADD_TC(tp, mutex_self);
	ATF_TP_ADD_TC(tp, mutex_not_owner);
	ATF_TP_ADD_TC(tp, mutex_adaptive_intr);
	ATF_TP_ADD_TC(tp, mutex_adaptive_under_spin);
	ATF_TP_ADD_TC(tp, mutex_above_ipl);
	ATF_TP_ADD_TC(tp, mutex_spin_above_ipl);
	ATF_TP_ADD_TC(tp, mutex_inversion);
	ATF_TP_ADD_TC(tp, mutex_circle);
	ATF_TP_ADD_TC(tp, mutex_one_class);
	ATF_TP_ADD_TC(tp, mutex_destroy_held);
	ATF_TP_ADD_TC(tp, mutex_uninitialized);
	ATF_TP_ADD_TC(tp, mutex_copy_held);

	return atf_no_error();
}
