/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf.c: what NetBSD's config(1) makes of the configuration of a module:
 *
 *	ioconf midi
 *	pseudo-root midibus*
 *	midi* at midibus?
 *
 * It is included where NetBSD's is, by midi.c of the module.
 */

CFDRIVER_DECL(midi, DV_DULL, NULL);
extern struct cfattach midi_ca;

static struct cfdriver *const cfdriver_ioconf_midi[] = { &midi_cd, NULL };

static struct cfattach *const ioconf_at_midi[] = { &midi_ca, NULL };
static const struct cfattachinit cfattach_ioconf_midi[] = {
	{ "midi", ioconf_at_midi },
	{ NULL, NULL }
};

static const struct cfparent ioconf_at_midibus = {
	"midibus", NULL, DVUNIT_ANY
};
static struct cfdata cfdata_ioconf_midi[] = {
	{ "midi", "midi", 0, FSTATE_STAR, NULL, 0, &ioconf_at_midibus },
	{ .cf_name = NULL }
};
