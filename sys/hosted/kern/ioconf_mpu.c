/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_mpu.c: the component mpu: mpu(4) at isa, where it is asked for.
 */

#include <sys/param.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach mpu_isa_ca;

static const struct cfiattrdata ioconf_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const ioconf_midibuses[] = {
	&ioconf_midibus, NULL
};

CFDRIVER_DECL(mpu, DV_DULL, ioconf_midibuses);

static struct cfdriver *const ioconf_drivers[] = { &mpu_cd, NULL };

static struct cfattach *const ioconf_at_isa[] = { &mpu_isa_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "mpu", ioconf_at_isa },
	{ NULL, NULL }
};

const struct kern_ioconf ioconf_mpu = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
};
