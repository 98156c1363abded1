/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_midi.c: the component midi: midi(4) on every midibus, and its control
 * node.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach midi_ca;
extern const struct cdevsw midi_cdevsw;
extern const struct cdevsw midictl_cdevsw;
extern const modinfo_t midi_modinfo;

CFDRIVER_DECL(midi, DV_DULL, NULL);

static struct cfdriver *const ioconf_drivers[] = { &midi_cd, NULL };

static struct cfattach *const ioconf_at_midi[] = { &midi_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "midi", ioconf_at_midi },
	{ NULL, NULL }
};

static const struct cfparent ioconf_at_midibus = {
	"midibus", NULL, DVUNIT_ANY
};
static struct cfdata ioconf_cfdata[] = {
	{ "midi", "midi", 0, FSTATE_STAR, NULL, 0, &ioconf_at_midibus },
	{ .cf_name = NULL }
};

static const struct kern_iopseudo ioconf_pseudos[] = {
	{ "midictl", midictlattach, 1 },
	{ NULL, NULL, 0 }
};

static const modinfo_t *const ioconf_modules[] = { &midi_modinfo, NULL };

static const struct kern_ionode ioconf_nodes[] = {
	{ "rmidi", &midi_cdevsw, KERN_IONODE_UNIT },
	{ "midictl", &midictl_cdevsw, 0 },
	{ NULL, NULL, 0 }
};

const struct kern_ioconf ioconf_midi = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
	.ic_cfdata = ioconf_cfdata,
	.ic_modules = ioconf_modules,
	.ic_pseudos = ioconf_pseudos,
	.ic_nodes = ioconf_nodes,
};
