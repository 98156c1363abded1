/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_isa.c: the component isa: the ISA bus, isa0 at root when a device is
 * to attach there.
 */

#include <sys/param.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach isa_ca;

static const struct cfiattrdata ioconf_isabus = { .ci_name = "isa" };
static const struct cfiattrdata *const ioconf_isabuses[] = {
	&ioconf_isabus, NULL
};

CFDRIVER_DECL(isa, DV_BUS, ioconf_isabuses);

static struct cfdriver *const ioconf_drivers[] = { &isa_cd, NULL };

static struct cfattach *const ioconf_at_root[] = { &isa_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "isa", ioconf_at_root },
	{ NULL, NULL }
};

const struct kern_ioconf ioconf_isa = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
};
