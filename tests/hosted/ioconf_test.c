/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_test.c: the configuration of the conformance tests, in the place of
 * the hosted kernel's ioconf.c.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/module.h>

#include <hosted/kern/kern_impl.h>

#include "kernspace/ks_driver.h"

extern const modinfo_t tbus_modinfo;
extern struct cfattach uhub_ca;
extern struct cfattach tusb_ca;
extern struct cfdriver uhub_cd, tusb_cd;

static const struct cfiattrdata ioconf_tbus = { .ci_name = "tbus" };
static const struct cfiattrdata *const ioconf_tbuses[] = {
	&ioconf_tbus, NULL
};

static const struct cfiattrdata ioconf_usbifif = { .ci_name = "usbifif" };
static const struct cfiattrdata *const ioconf_usbififs[] = {
	&ioconf_usbifif, NULL
};

CFDRIVER_DECL(tbus, DV_DULL, ioconf_tbuses);
CFDRIVER_DECL(tdev, DV_DULL, NULL);
CFDRIVER_DECL(uhub, DV_BUS, ioconf_usbififs);
CFDRIVER_DECL(tusb, DV_DULL, NULL);

static struct cfdriver *const ioconf_drivers[] = {
	&tbus_cd, &tdev_cd, &uhub_cd, &tusb_cd, NULL
};

static struct cfattach *const ioconf_at_root[] = { &tbus_ca, NULL };
static struct cfattach *const ioconf_at_tbus[] = { &tdev_ca, NULL };
static struct cfattach *const ioconf_uhub[] = { &uhub_ca, NULL };
static struct cfattach *const ioconf_at_uhub[] = { &tusb_ca, NULL };
static const struct cfattachinit ioconf_attachs[] = {
	{ "tbus", ioconf_at_root },
	{ "tdev", ioconf_at_tbus },
	{ "uhub", ioconf_uhub },
	{ "tusb", ioconf_at_uhub },
	{ NULL, NULL }
};

static const struct cfparent ioconf_parent = { "tbus", NULL, DVUNIT_ANY };
static const struct cfparent ioconf_usb_parent = {
	"usbifif", "uhub", DVUNIT_ANY
};
static struct cfdata ioconf_cfdata[] = {
	{ "tdev", "tdev", 0, FSTATE_STAR, NULL, 0, &ioconf_parent },
	{ "tusb", "tusb", 0, FSTATE_STAR, NULL, 0, &ioconf_usb_parent },
	{ .cf_name = NULL }
};

static const struct kern_iopseudo ioconf_pseudos[] = {
	{ "tbus", tbusattach, 0 },
	{ NULL, NULL, 0 }
};

static const modinfo_t *const ioconf_modules[] = { &tbus_modinfo, NULL };

static const struct kern_ionode ioconf_nodes[] = {
	{ "tdev", &tdev_cdevsw, KERN_IONODE_UNIT },
	{ "tplain", &tplain_cdevsw, 0 },
	{ "tclone", &tclone_cdevsw, 5 },
	{ NULL, NULL, 0 }
};

static const struct kern_ioconf ioconf_test = {
	.ic_drivers = ioconf_drivers,
	.ic_attachs = ioconf_attachs,
	.ic_cfdata = ioconf_cfdata,
	.ic_modules = ioconf_modules,
	.ic_pseudos = ioconf_pseudos,
	.ic_nodes = ioconf_nodes,
};

const struct kern_ioconf *const kern_ioconfs[] = { &ioconf_test, NULL };
