/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf.c: what config(1) would make of this configuration:
 *
 *	pseudo-device	midictl
 *	pseudo-device	sequencer
 *	pseudo-device	vmidi		(as many as are asked for)
 *	pseudo-device	hostmidi	(as the host finds hardware)
 *	midi* at midibus?
 *
 * and which nodes there are.  Tests that bring drivers of their own link a
 * file like this one in its place.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach midi_ca;
extern struct cfattach hostmidi_ca;
extern const struct cdevsw midi_cdevsw;
extern const struct cdevsw midictl_cdevsw;
extern const struct cdevsw sequencer_cdevsw;
extern const modinfo_t midi_modinfo;
extern const modinfo_t sequencer_modinfo;
extern const modinfo_t vmidi_modinfo;

static const struct cfiattrdata ioconf_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const ioconf_midibuses[] = {
	&ioconf_midibus, NULL
};

CFDRIVER_DECL(midi, DV_DULL, NULL);
CFDRIVER_DECL(sequencer, DV_DULL, NULL);
CFDRIVER_DECL(vmidi, DV_DULL, ioconf_midibuses);
CFDRIVER_DECL(hostmidi, DV_DULL, ioconf_midibuses);

static struct cfdriver *const ioconf_drivers[] = {
	&midi_cd, &sequencer_cd, &vmidi_cd, &hostmidi_cd, NULL
};

static struct cfattach *const ioconf_midi[] = { &midi_ca, NULL };
static struct cfattach *const ioconf_hostmidi[] = { &hostmidi_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "midi", ioconf_midi },
	{ "hostmidi", ioconf_hostmidi },
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
	{ "sequencer", sequencerattach, 1 },
	{ "vmidi", vmidiattach, 0 },
	{ NULL, NULL, 0 }
};

static const modinfo_t *const ioconf_modules[] = {
	&midi_modinfo, &sequencer_modinfo, &vmidi_modinfo, NULL
};

static const struct kern_ionode ioconf_nodes[] = {
	{ "rmidi", &midi_cdevsw, KERN_IONODE_UNIT },
	{ "midictl", &midictl_cdevsw, 0 },
	{ "music", &sequencer_cdevsw, 0 },
	{ "sequencer", &sequencer_cdevsw, 128 },
	{ NULL, NULL, 0 }
};

const struct kern_ioconf kern_ioconf = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
	.ic_cfdata = ioconf_cfdata,
	.ic_modules = ioconf_modules,
	.ic_pseudos = ioconf_pseudos,
	.ic_nodes = ioconf_nodes,
};
