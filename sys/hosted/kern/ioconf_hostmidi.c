/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_hostmidi.c: the component hostmidi: the host's hardware as a midibus.
 */

#include <sys/param.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach hostmidi_ca;

static const struct cfiattrdata ioconf_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const ioconf_midibuses[] = {
	&ioconf_midibus, NULL
};

CFDRIVER_DECL(hostmidi, DV_DULL, ioconf_midibuses);

static struct cfdriver *const ioconf_drivers[] = { &hostmidi_cd, NULL };

static struct cfattach *const ioconf_at_root[] = { &hostmidi_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "hostmidi", ioconf_at_root },
	{ NULL, NULL }
};

const struct kern_ioconf ioconf_hostmidi = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
};
