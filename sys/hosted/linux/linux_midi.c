/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_midi.c: the module bsdmidi_midi: midi(4), its control node, and the
 * hardware that the host has.
 */

#include <linux/init.h>
#include <linux/module.h>

#include "linux.h"

extern const struct kern_ioconf ioconf_midi;
extern const struct kern_ioconf ioconf_hostmidi;

static int __init
linux_midi_init(void)
{
	int error;

	error = linux_component_join(&ioconf_midi, THIS_MODULE);
	if (error)
		return error;
	error = linux_component_join(&ioconf_hostmidi, THIS_MODULE);
	if (error)
		linux_component_leave(&ioconf_midi);
	return error;
}

static void __exit
linux_midi_exit(void)
{

	linux_component_leave(&ioconf_hostmidi);
	linux_component_leave(&ioconf_midi);
}

module_init(linux_midi_init);
module_exit(linux_midi_exit);

LINUX_MODULE("MIDI devices: /dev/rmidiN and /dev/midictl");
MODULE_SOFTDEP("post: bsdmidi_sequencer");
