/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_midicom.c: the module bsdmidi_midicom, for as many as its parameter
 * port names.
 */

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "linux.h"

extern const struct kern_ioconf ioconf_midicom;

static struct linux_isa_devices devices;
module_param_array_named(port, devices.id_port, int, &devices.id_count, 0444);
MODULE_PARM_DESC(port, "first port of each, as 0x2f8");
module_param_array_named(irq, devices.id_irq, int, NULL, 0444);
MODULE_PARM_DESC(irq, "interrupt of each; 0: none");
module_param_array_named(flags, devices.id_flags, int, NULL, 0444);
MODULE_PARM_DESC(flags, "divisor of each clock (3)");

static int __init
linux_midicom_init(void)
{

	return linux_isa_join(&ioconf_midicom, THIS_MODULE, "midicom",
	    &devices);
}

static void __exit
linux_midicom_exit(void)
{

	linux_component_leave(&ioconf_midicom);
}

module_init(linux_midicom_init);
module_exit(linux_midicom_exit);

LINUX_MODULE("Serial UARTs as MIDI ports at ISA");
