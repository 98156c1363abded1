/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_sequencer.c: the component sequencer, which has no devices.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern const struct cdevsw sequencer_cdevsw;
extern const modinfo_t sequencer_modinfo;

CFDRIVER_DECL(sequencer, DV_DULL, NULL);

static struct cfdriver *const ioconf_drivers[] = { &sequencer_cd, NULL };

static const struct kern_iopseudo ioconf_pseudos[] = {
	{ "sequencer", sequencerattach, 1 },
	{ NULL, NULL, 0 }
};

static const modinfo_t *const ioconf_modules[] = { &sequencer_modinfo, NULL };

static const struct kern_ionode ioconf_nodes[] = {
	{ "music", &sequencer_cdevsw, 0 },
	{ "sequencer", &sequencer_cdevsw, 128 },
	{ NULL, NULL, 0 }
};

const struct kern_ioconf ioconf_sequencer = {
	.ic_drivers = ioconf_drivers,
	.ic_modules = ioconf_modules,
	.ic_pseudos = ioconf_pseudos,
	.ic_nodes = ioconf_nodes,
};
