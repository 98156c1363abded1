/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf.c: what config(1) would make of this configuration, all of it in one
 * program:
 *
 *	pseudo-device	midictl
 *	pseudo-device	sequencer
 *	pseudo-device	vmidi		(as many as are asked for)
 *	pseudo-device	hostmidi	(as the host finds hardware)
 *	isa0 at root			(when a device is to attach there)
 *	mpu* at isa?			(where it is said to be)
 *	midicom* at isa?		(the same)
 *	opl* at isa?			(as the host asks for it)
 *	uhub0 at root			(when an interface is given to us)
 *	umidi* at uhub? port ? configuration ? interface ?
 *	pcppi0 at isa?			(as the host asks for it)
 *	midi* at pcppi?
 *	midi* at midibus?
 *
 * Each component has its tables in a file ioconf_*.c of its own, so that a
 * host which loads components one by one (sys/hosted/linux) joins the same
 * tables.  Tests that bring drivers of their own link a list like this one in
 * its place.
 */

#include <sys/param.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

const struct kern_ioconf *const kern_ioconfs[] = {
	&ioconf_midi, &ioconf_hostmidi, &ioconf_sequencer, &ioconf_vmidi,
	&ioconf_isa, &ioconf_mpu, &ioconf_midicom, &ioconf_opl,
	&ioconf_pcppi, &ioconf_usb, NULL
};
