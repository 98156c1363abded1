/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_kmem.c: memory, see kernspace/ks_kmem.c.
 */

#include <atf-c.h>
#include <string.h>

#include "h_hosted.h"

H_CASE(kmem_alloc,
    "catches memory that is not fresh, zero or aligned")
H_CASE(kmem_strings,
    "catches strings in memory of a wrong size")
H_CASE(kmem_fail,
    "catches a wanted failure that hits another call")
H_PANIC(kmem_size, "freed as 9",
    "catches a free with a wrong size")
H_PANIC(kmem_behind, "written behind",
    "catches a write behind the end")
H_PANIC(kmem_wild, "not allocated",
    "catches a free of what was not allocated")
H_PANIC(kmem_interrupt, "kmem_alloc",
    "catches memory wanted in a soft interrupt")

void	ks_kmem_leak(void);
ATF_TC(kmem_leak);
ATF_TC_HEAD(kmem_leak, tc)
{
	atf_tc_set_md_var(tc, "descr", "%s",
	    "catches a leak that is not counted");
}
ATF_TC_BODY(kmem_leak, tc)
{
	const char *wrong = h_hosted_run(ks_kmem_leak);

	ATF_REQUIRE(wrong != NULL);
	ATF_CHECK_MSG(strstr(wrong, "shutdown:2: leaked") != NULL, "%s",
	    wrong);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, kmem_alloc);
	ATF_TP_ADD_TC(tp, kmem_strings);
	ATF_TP_ADD_TC(tp, kmem_fail);
	ATF_TP_ADD_TC(tp, kmem_leak);
	ATF_TP_ADD_TC(tp, kmem_size);
	ATF_TP_ADD_TC(tp, kmem_behind);
	ATF_TP_ADD_TC(tp, kmem_wild);
	ATF_TP_ADD_TC(tp, kmem_interrupt);

	return atf_no_error();
}
