/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_broken.c: does the conformance test see that a kernel is broken?
 *
 * Linked with a file of broken, whose function takes the place of the
 * kernel's (ld --wrap), and which names the test that must fail.
 */

#include <atf-c.h>

#include "broken/h_broken.h"
#include "h_hosted.h"

ATF_TC(caught);
ATF_TC_HEAD(caught, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a test that does not catch %s",
	    h_broken.hb_what);
	atf_tc_set_md_var(tc, "timeout", "120");
}
ATF_TC_BODY(caught, tc)
{

	ATF_CHECK(h_hosted_run(h_broken.hb_test) != NULL);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, caught);

	return atf_no_error();
}
