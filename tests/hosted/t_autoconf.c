/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_autoconf.c: devices, see kernspace/ks_autoconf.c.
 */

#include <atf-c.h>

#include "h_hosted.h"

H_CASE(autoconf_tree,
    "catches a device with a wrong name, place, node or end")
H_CASE(autoconf_none,
    "catches a device attached where none fits")
H_CASE(autoconf_units,
    "catches unit numbers that wander")
H_CASE(autoconf_refuse,
    "catches a refused detach that leaves a mark")
H_CASE(autoconf_reference,
    "catches a device freed while somebody holds it")
H_CASE(autoconf_attaching,
    "catches a device found before it is there")
H_CASE(autoconf_two_detach,
    "catches two detaches of one device")
H_CASE(autoconf_pseudo,
    "catches pseudo-devices that do not come as asked")
H_CASE(autoconf_component,
    "catches tables that are left half in")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, autoconf_tree);
	ATF_TP_ADD_TC(tp, autoconf_none);
	ATF_TP_ADD_TC(tp, autoconf_units);
	ATF_TP_ADD_TC(tp, autoconf_refuse);
	ATF_TP_ADD_TC(tp, autoconf_reference);
	ATF_TP_ADD_TC(tp, autoconf_attaching);
	ATF_TP_ADD_TC(tp, autoconf_two_detach);
	ATF_TP_ADD_TC(tp, autoconf_pseudo);
	ATF_TP_ADD_TC(tp, autoconf_component);

	return atf_no_error();
}
