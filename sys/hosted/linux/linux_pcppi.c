/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_pcppi.c: the module bsdmidi_pcppi, for the speaker of a PC.
 */

#include <linux/init.h>
#include <linux/module.h>

#include "linux.h"

#define PCPPI_PORT	0x61

extern const struct kern_ioconf ioconf_pcppi;

static int __init
linux_pcppi_init(void)
{
	static const struct linux_isa_devices speaker = {
		.id_count = 1,
		.id_port = { PCPPI_PORT },
	};

	return linux_isa_join(&ioconf_pcppi, THIS_MODULE, "pcppi", &speaker);
}

static void __exit
linux_pcppi_exit(void)
{

	linux_component_leave(&ioconf_pcppi);
}

module_init(linux_pcppi_init);
module_exit(linux_pcppi_exit);

LINUX_MODULE("The speaker of a PC as a MIDI port");
