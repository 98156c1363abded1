/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_select.c: poll and kqueue, see kernspace/ks_select.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(select_poll,
    "catches a wakeup lost between asking and waiting")
H_CASE(select_many,
    "catches a notification that does not wake all")
H_CASE(select_kqueue,
    "catches a queue that tells what is not so")
H_CASE(select_kqueue_flags,
    "catches an event told too often or too seldom")
H_CASE(select_kqueue_wait,
    "catches a queue that sleeps through an event")
H_CASE(select_kqueue_close,
    "catches a queue that watches a closed file")
H_CASE(select_kqueue_storm,
    "catches races of notification, fetch, close and detach")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, select_poll);
	ATF_TP_ADD_TC(tp, select_many);
	ATF_TP_ADD_TC(tp, select_kqueue);
	ATF_TP_ADD_TC(tp, select_kqueue_flags);
	ATF_TP_ADD_TC(tp, select_kqueue_wait);
	ATF_TP_ADD_TC(tp, select_kqueue_close);
	ATF_TP_ADD_TC(tp, select_kqueue_storm);

	return atf_no_error();
}
