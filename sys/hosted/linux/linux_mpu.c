/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_mpu.c: the module bsdmidi_mpu, for as many as its parameter port
 * names.
 */

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "linux.h"

extern const struct kern_ioconf ioconf_mpu;

static struct linux_isa_devices devices;
module_param_array_named(port, devices.id_port, int, &devices.id_count, 0444);
MODULE_PARM_DESC(port, "first port of each, as 0x330");
module_param_array_named(irq, devices.id_irq, int, NULL, 0444);
MODULE_PARM_DESC(irq, "interrupt of each; 0: none");
module_param_array_named(flags, devices.id_flags, int, NULL, 0444);
MODULE_PARM_DESC(flags, "1: believe in a chip that does not answer");

static int __init
linux_mpu_init(void)
{

	return linux_isa_join(&ioconf_mpu, THIS_MODULE, "mpu", &devices);
}

static void __exit
linux_mpu_exit(void)
{

	linux_component_leave(&ioconf_mpu);
}

module_init(linux_mpu_init);
module_exit(linux_mpu_exit);

LINUX_MODULE("MPU-401 MIDI UARTs at ISA");
