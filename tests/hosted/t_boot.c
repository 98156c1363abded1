/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_boot.c: the kernel begins and ends, also when it cannot.
 */

#include <atf-c.h>
#include <errno.h>

#include <hosted/hosted.h>

#include "h_hosted.h"
#include "host_run.h"

struct boots {
	int		b_error[2];
	unsigned long	b_left;
};

static void
boots_main(void *arg)
{
	struct boots *b = arg;

	b->b_left = 0;
	b->b_error[0] = hosted_boot();
	b->b_error[1] = hosted_boot();
	if (b->b_error[0] == 0 || b->b_error[1] == 0)
		b->b_left = hosted_shutdown();
}

ATF_TC(boot_again);
ATF_TC_HEAD(boot_again, tc)
{
	atf_tc_set_md_var(tc, "descr", "%s",
	    "catches two kernels at once, and one that boots only once");
}
ATF_TC_BODY(boot_again, tc)
{
	struct boots b;
	int i;

	for (i = 0; i < 3; i++) {
		ATF_REQUIRE_EQ_MSG(0, host_run(boots_main, &b, 0), "%s",
		    host_run_text());
		ATF_CHECK_EQ(0, b.b_error[0]);
		ATF_CHECK_EQ(EBUSY, b.b_error[1]);
		ATF_CHECK_EQ(0, b.b_left);
	}
}

static void
fault_main(void *arg)
{
	struct boots *b = arg;

	b->b_left = 0;
	b->b_error[0] = hosted_boot();
	if (b->b_error[0] == 0)
		b->b_left = hosted_shutdown();
}

ATF_TC(boot_fault);
ATF_TC_HEAD(boot_fault, tc)
{
	atf_tc_set_md_var(tc, "descr", "%s",
	    "catches a boot without memory that hangs or leaves something");
}
ATF_TC_BODY(boot_fault, tc)
{
	struct boots b;
	unsigned long n;
	int ran;

	for (n = 1; (ran = host_run_fault(fault_main, &b, n)) == 0; n++) {
		ATF_CHECK(b.b_error[0] == 0 || b.b_error[0] == ENOMEM ||
		    b.b_error[0] == EAGAIN);
		ATF_CHECK_EQ(0, b.b_left);
	}
	ATF_REQUIRE_EQ_MSG(1, ran, "fault %lu: %s", n, host_run_text());
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, boot_again);
	ATF_TP_ADD_TC(tp, boot_fault);

	return atf_no_error();
}
