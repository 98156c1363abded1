/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_user_time.c: clocks of the user host.
 */

#include <atf-c.h>

#include <hosted/user/user.h>

#define MS_NS	1000000ULL

ATF_TC(clocks);
ATF_TC_HEAD(clocks, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a clock that goes back or is "
	    "in other units, and a delay that is too short");
}
ATF_TC_BODY(clocks, tc)
{
	unsigned long long then_ns, now_ns;
	int i;

	then_ns = host_uptime_ns();
	ATF_REQUIRE(then_ns > 0);
	for (i = 0; i < 1000; i++) {
		host_delay_ns(1000);
		now_ns = host_uptime_ns();
		ATF_REQUIRE(now_ns >= then_ns + 1000);
		then_ns = now_ns;
	}
	/* Later than 2020. */
	ATF_REQUIRE(host_realtime_ns() > 1577836800ULL * 1000 * MS_NS);
	ATF_REQUIRE(host_timer_resolution_ns() >= 1);
	ATF_REQUIRE(host_timer_resolution_ns() <= 10 * MS_NS);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, clocks);
	return atf_no_error();
}
