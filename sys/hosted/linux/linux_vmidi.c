/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_vmidi.c: the module bsdmidi_vmidi.
 */

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "linux.h"

#define VMIDI_CABLES_MAX	64

extern const struct kern_ioconf ioconf_vmidi;

static unsigned int cables = 1;
module_param(cables, uint, 0444);
MODULE_PARM_DESC(cables, "virtual cables to begin with, two ports each (1)");

static int __init
linux_vmidi_init(void)
{
	int error;

	if (cables > VMIDI_CABLES_MAX)
		return -EINVAL;
	error = linux_component_join(&ioconf_vmidi, THIS_MODULE);
	if (error)
		return error;
	error = linux_attach_pseudo("vmidi", (int)cables);
	if (error)
		linux_component_leave(&ioconf_vmidi);
	return error;
}

static void __exit
linux_vmidi_exit(void)
{

	linux_component_leave(&ioconf_vmidi);
}

module_init(linux_vmidi_init);
module_exit(linux_vmidi_exit);

LINUX_MODULE("Virtual MIDI cables");
