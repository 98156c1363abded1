/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_pcppi.c: the component pcppi: the speaker at isa, where it is asked
 * for, and midi at pcppi.
 */

#include <sys/param.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach midi_pcppi_ca;
extern struct cfattach pcppi_ca;

static const struct cfiattrdata ioconf_pcppi_attr = { .ci_name = "pcppi" };
static const struct cfiattrdata *const ioconf_pcppi_attrs[] = {
	&ioconf_pcppi_attr, NULL
};

CFDRIVER_DECL(pcppi, DV_DULL, ioconf_pcppi_attrs);

static struct cfdriver *const ioconf_drivers[] = { &pcppi_cd, NULL };

static struct cfattach *const ioconf_at_isa[] = { &pcppi_ca, NULL };
static struct cfattach *const ioconf_midi_at_pcppi[] = {
	&midi_pcppi_ca, NULL
};
static const struct cfattachinit ioconf_attachs[] = {
	{ "pcppi", ioconf_at_isa },
	{ "midi", ioconf_midi_at_pcppi },
	{ NULL, NULL }
};

static const struct cfparent ioconf_at_pcppi = {
	"pcppi", NULL, DVUNIT_ANY
};
static struct cfdata ioconf_cfdata[] = {
	{ "midi", "midi_pcppi", 0, FSTATE_STAR, NULL, 0, &ioconf_at_pcppi },
	{ .cf_name = NULL }
};

const struct kern_ioconf ioconf_pcppi = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
	.ic_cfdata = ioconf_cfdata,
};
