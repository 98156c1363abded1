/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_usb.c: the component usb: a hub for the interfaces that the host
 * gives us, and the driver of those that carry MIDI:
 *
 *	umidi* at uhub? port ? configuration ? interface ?
 */

#include <sys/param.h>
#include <sys/device.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

extern struct cfattach uhub_ca;
extern struct cfattach umidi_ca;

static const struct cfiattrdata ioconf_usbifif = { .ci_name = "usbifif" };
static const struct cfiattrdata *const ioconf_usbififs[] = {
	&ioconf_usbifif, NULL
};
static const struct cfiattrdata ioconf_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const ioconf_midibuses[] = {
	&ioconf_midibus, NULL
};

CFDRIVER_DECL(uhub, DV_BUS, ioconf_usbififs);
CFDRIVER_DECL(umidi, DV_DULL, ioconf_midibuses);

static struct cfdriver *const ioconf_drivers[] = { &uhub_cd, &umidi_cd, NULL };

static struct cfattach *const ioconf_at_root[] = { &uhub_ca, NULL };
static struct cfattach *const ioconf_at_uhub[] = { &umidi_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "uhub", ioconf_at_root },
	{ "umidi", ioconf_at_uhub },
	{ NULL, NULL }
};

static const struct cfparent ioconf_usb_parent = {
	"usbifif", "uhub", DVUNIT_ANY
};
static struct cfdata ioconf_cfdata[] = {
	{ "umidi", "umidi", 0, FSTATE_STAR, NULL, 0, &ioconf_usb_parent },
	{ .cf_name = NULL }
};

const struct kern_ioconf ioconf_usb = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
	.ic_cfdata = ioconf_cfdata,
};
