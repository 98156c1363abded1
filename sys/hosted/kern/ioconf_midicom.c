/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_midicom.c: the component midicom: midicom(4) at isa, where it is asked
 * for.
 */

#include <sys/param.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach midicom_isa_ca;

static const struct cfiattrdata ioconf_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const ioconf_midibuses[] = {
	&ioconf_midibus, NULL
};

CFDRIVER_DECL(midicom, DV_DULL, ioconf_midibuses);

static struct cfdriver *const ioconf_drivers[] = { &midicom_cd, NULL };

static struct cfattach *const ioconf_at_isa[] = { &midicom_isa_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "midicom", ioconf_at_isa },
	{ NULL, NULL }
};

const struct kern_ioconf ioconf_midicom = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
};
