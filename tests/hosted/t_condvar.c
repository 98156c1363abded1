/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_condvar.c: condition variables, see kernspace/ks_condvar.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(condvar_never_early,
    "catches a timed wait that ends before its time")
H_CASE(condvar_kpause,
    "catches a pause that ends before its time")
H_CASE(condvar_bt_left,
    "catches a wait that does not tell how much is left")
H_CASE(condvar_lost,
    "catches a gap between letting the mutex go and waiting")
H_CASE(condvar_signal,
    "catches a signal that wakes nobody")
H_CASE(condvar_broadcast,
    "catches a broadcast that does not wake all")
H_CASE(condvar_interrupt,
    "catches a wakeup by an interrupt that is lost")
H_CASE(condvar_sig,
    "catches a wait that signals do not end")
H_CASE(condvar_nosig,
    "catches a wait that signals end though they should not")
H_PANIC(condvar_unlocked, "not held",
    "catches a wait without its mutex")
H_PANIC(condvar_signal_unlocked, "mutex is not held",
    "catches a wakeup without the mutex")
H_PANIC(condvar_spin_held, "spins",
    "catches sleep with a spin mutex held")
H_PANIC(condvar_destroy_waiters, "has waiters",
    "catches the end of a condition that is waited for")
H_PANIC(condvar_wait_inversion, "order of mutexes inverted",
    "catches a wait that keeps a mutex nested in its own")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, condvar_never_early);
	ATF_TP_ADD_TC(tp, condvar_kpause);
	ATF_TP_ADD_TC(tp, condvar_bt_left);
	ATF_TP_ADD_TC(tp, condvar_lost);
	ATF_TP_ADD_TC(tp, condvar_signal);
	ATF_TP_ADD_TC(tp, condvar_broadcast);
	ATF_TP_ADD_TC(tp, condvar_interrupt);
	ATF_TP_ADD_TC(tp, condvar_sig);
	ATF_TP_ADD_TC(tp, condvar_nosig);
	ATF_TP_ADD_TC(tp, condvar_unlocked);
	ATF_TP_ADD_TC(tp, condvar_signal_unlocked);
	ATF_TP_ADD_TC(tp, condvar_spin_held);
	ATF_TP_ADD_TC(tp, condvar_destroy_waiters);
	ATF_TP_ADD_TC(tp, condvar_wait_inversion);

	return atf_no_error();
}
