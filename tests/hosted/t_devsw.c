/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_devsw.c: open devices and files, see kernspace/ks_devsw.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(devsw_names,
    "catches a node name taken for another")
H_CASE(devsw_last_close,
    "catches a close before the last one, or without cancel")
H_CASE(devsw_open_waits_for_close,
    "catches an open in the midst of a close")
H_CASE(devsw_revoke,
    "catches a reader that outlives its device")
H_CASE(devsw_revoked_stays,
    "catches an old file that gets at a new device")
H_CASE(devsw_revoke_open,
    "catches an open that outlives its device")
H_CASE(devsw_storm,
    "catches races of open, read, close and detach")
H_CASE(devsw_clone,
    "catches files of their own that are mixed up or leaked")
H_CASE(devsw_short,
    "catches data lost with an error that is none")
H_CASE(devsw_signal,
    "catches a signal that does not end a read, or says ERESTART")
H_CASE(devsw_ioctl,
    "catches requests that take a wrong way")
H_CASE(devsw_ioctl_cmd,
    "catches a request of Linux taken for another")
H_CASE(devsw_attach,
    "catches a switch that mixes up majors")
H_CASE(devsw_numbers,
    "catches device numbers that do not come back")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, devsw_names);
	ATF_TP_ADD_TC(tp, devsw_last_close);
	ATF_TP_ADD_TC(tp, devsw_open_waits_for_close);
	ATF_TP_ADD_TC(tp, devsw_revoke);
	ATF_TP_ADD_TC(tp, devsw_revoked_stays);
	ATF_TP_ADD_TC(tp, devsw_revoke_open);
	ATF_TP_ADD_TC(tp, devsw_storm);
	ATF_TP_ADD_TC(tp, devsw_clone);
	ATF_TP_ADD_TC(tp, devsw_short);
	ATF_TP_ADD_TC(tp, devsw_signal);
	ATF_TP_ADD_TC(tp, devsw_ioctl);
	ATF_TP_ADD_TC(tp, devsw_ioctl_cmd);
	ATF_TP_ADD_TC(tp, devsw_attach);
	ATF_TP_ADD_TC(tp, devsw_numbers);

	return atf_no_error();
}
