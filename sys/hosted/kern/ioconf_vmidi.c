/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_vmidi.c: the component vmidi: a midibus for each end of its cables,
 * which there are none of until somebody asks.
 */

#include <sys/param.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern const modinfo_t vmidi_modinfo;

static const struct cfiattrdata ioconf_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const ioconf_midibuses[] = {
	&ioconf_midibus, NULL
};

CFDRIVER_DECL(vmidi, DV_DULL, ioconf_midibuses);

static struct cfdriver *const ioconf_drivers[] = { &vmidi_cd, NULL };

static const struct kern_iopseudo ioconf_pseudos[] = {
	{ "vmidi", vmidiattach, 0 },
	{ NULL, NULL, 0 }
};

static const modinfo_t *const ioconf_modules[] = { &vmidi_modinfo, NULL };

const struct kern_ioconf ioconf_vmidi = {
	.ic_drivers = ioconf_drivers,
	.ic_modules = ioconf_modules,
	.ic_pseudos = ioconf_pseudos,
};
