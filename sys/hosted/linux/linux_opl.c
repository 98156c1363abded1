/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_opl.c: the module bsdmidi_opl, for one chip at ports of the ISA bus.
 */

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "linux.h"

extern const struct kern_ioconf ioconf_opl;

static int port = 0x388;
module_param(port, int, 0444);
MODULE_PARM_DESC(port, "first port of the chip (0x388)");

static int flags;
module_param(flags, int, 0444);
MODULE_PARM_DESC(flags, "1: left is right (0)");

static int __init
linux_opl_init(void)
{
	int error;

	error = linux_component_join(&ioconf_opl, THIS_MODULE);
	if (error)
		return error;
	error = linux_attach_isa("opl", port, -1, flags);
	if (error)
		linux_component_leave(&ioconf_opl);
	return error;
}

static void __exit
linux_opl_exit(void)
{

	linux_component_leave(&ioconf_opl);
}

module_init(linux_opl_init);
module_exit(linux_opl_exit);

LINUX_MODULE("Yamaha OPL2 and OPL3 synthesizers");
