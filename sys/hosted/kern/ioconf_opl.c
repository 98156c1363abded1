/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_opl.c: the component opl: OPL2 and OPL3 chips at the ISA bus, as the
 * host asks for them.
 */

#include <sys/param.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach opl_isa_ca;

static const struct cfiattrdata ioconf_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const ioconf_midibuses[] = {
	&ioconf_midibus, NULL
};

CFDRIVER_DECL(opl, DV_DULL, ioconf_midibuses);

static struct cfdriver *const ioconf_drivers[] = { &opl_cd, NULL };

static struct cfattach *const ioconf_at_isa[] = { &opl_isa_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "opl", ioconf_at_isa },
	{ NULL, NULL }
};

const struct kern_ioconf ioconf_opl = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
};
