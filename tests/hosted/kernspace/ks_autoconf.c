/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_autoconf.c: attach, detach, references, unit numbers.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <hosted/hosted.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_driver.h"
#include "ks_tests.h"

void
ks_autoconf_tree(void)
{
	device_t bus, dev;

	ks_driver_init();
	ks_driver.kd_children = 2;
	bus = ks_tbus_create();
	KS_CHECK(ks_driver_logged("aa"));
	KS_CHECK(strcmp(device_xname(bus), "tbus0") == 0);
	KS_CHECK(device_parent(bus) == NULL);
	dev = device_lookup(&tdev_cd, 1);
	KS_CHECK(dev != NULL);
	KS_CHECK(strcmp(device_xname(dev), "tdev1") == 0);
	KS_CHECK(device_unit(dev) == 1);
	KS_CHECK(device_parent(dev) == bus);
	KS_CHECK(device_is_a(dev, "tdev") && !device_is_a(dev, "tbus"));
	KS_CHECK(device_attached_to_iattr(dev, "tbus"));
	KS_CHECK(device_cfattach(dev) == &tdev_ca);
	KS_CHECK(device_class(dev) == DV_DULL);
	KS_CHECK(device_is_active(dev));
	KS_CHECK(device_lookup_private(&tdev_cd, 1) == device_private(dev));
	KS_CHECK(device_find_by_xname("tdev1") == dev);
	KS_CHECK(device_lookup(&tdev_cd, 2) == NULL);
	KS_CHECK(device_lookup(&tdev_cd, -1) == NULL);
	KS_CHECK(host_run_node("tdev0") && host_run_node("tdev1"));
	KS_CHECK(config_detach(bus, 0) == 0);
	KS_CHECK(ks_driver_logged("dhdh"));
	KS_CHECK(device_lookup(&tdev_cd, 0) == NULL);
	KS_CHECK(!host_run_node("tdev0") && !host_run_node("tdev1"));
	ks_driver_fini();
}

/* Nothing fits, or the line is for somebody else. */
void
ks_autoconf_none(void)
{
	device_t bus;
	int what = -1;

	ks_driver_init();
	bus = ks_tbus_create();
	KS_CHECK(config_found(bus, &what, NULL, CFARGS_NONE) == NULL);
	what = 0;
	KS_CHECK(config_found(bus, &what, NULL, CFARGS(.iattr = "other")) ==
	    NULL);
	KS_CHECK(config_found(bus, &what, NULL, CFARGS_NONE) != NULL);
	KS_CHECK(config_detach(bus, 0) == 0);
	ks_driver_fini();
}

/* A unit comes back where it was; a stranger gets the lowest that is free. */
void
ks_autoconf_units(void)
{
	device_t bus0, bus1;
	int what = 7;

	ks_driver_init();
	ks_driver.kd_children = 2;
	bus0 = ks_tbus_create();
	bus1 = ks_tbus_create();
	KS_CHECK(device_parent(device_lookup(&tdev_cd, 3)) == bus1);
	KS_CHECK(hosted_detach("tdev0") == 0);
	KS_CHECK(hosted_detach("tdev2") == 0);
	KS_CHECK(hosted_detach("tdev2") == ENXIO);
	/* tdev2 was the first at tbus1, and is so again, though 0 is free. */
	KS_CHECK(device_unit(config_found(bus1, &what, NULL, CFARGS_NONE)) ==
	    2);
	/* A third one there has no number of its own. */
	KS_CHECK(device_unit(config_found(bus1, &what, NULL, CFARGS_NONE)) ==
	    0);
	/* So that the first at tbus0 has lost its number. */
	KS_CHECK(device_unit(config_found(bus0, &what, NULL, CFARGS_NONE)) ==
	    4);
	KS_CHECK(config_detach(bus0, 0) == 0);
	KS_CHECK(config_detach(bus1, 0) == 0);
	/* The whole bus comes back as it was. */
	bus0 = ks_tbus_create();
	KS_CHECK(strcmp(device_xname(bus0), "tbus0") == 0);
	KS_CHECK(device_parent(device_lookup(&tdev_cd, 4)) == bus0);
	KS_CHECK(device_parent(device_lookup(&tdev_cd, 1)) == bus0);
	KS_CHECK(config_detach(bus0, 0) == 0);
	ks_driver_fini();
}

/* A driver may refuse, until it has committed itself. */
void
ks_autoconf_refuse(void)
{
	device_t bus, dev;

	ks_driver_init();
	ks_driver.kd_children = 1;
	ks_driver.kd_detach_error = EBUSY;
	bus = ks_tbus_create();
	KS_CHECK(config_detach(bus, 0) == EBUSY);
	dev = device_lookup_acquire(&tdev_cd, 0);
	KS_CHECK(dev != NULL);
	device_release(dev);
	KS_CHECK(host_run_node("tdev0"));
	KS_CHECK(config_detach(bus, DETACH_FORCE) == 0);
	KS_CHECK(ks_driver_logged("adh"));
	ks_driver_fini();
}

/* Detach waits for the references, and there are no new ones meanwhile. */
static void
detach_thread(void *arg)
{
	struct ks_event *done = arg;

	KS_CHECK(hosted_detach("tbus0") == 0);
	ks_event_post(done);
}

void
ks_autoconf_reference(void)
{
	struct ks_thread *kt;
	struct ks_event done;
	device_t dev;

	ks_driver_init();
	ks_event_init(&done);
	ks_driver.kd_children = 1;
	(void)ks_tbus_create();
	dev = device_lookup_acquire(&tdev_cd, 0);
	device_acquire(dev);
	kt = ks_thread_start(detach_thread, &done);
	while (device_lookup(&tdev_cd, 0) != NULL)
		ks_pause(1);
	KS_CHECK(device_lookup_acquire(&tdev_cd, 0) == NULL);
	KS_CHECK(!device_is_active(dev));
	device_release(dev);
	ks_pause(20);
	/* Not yet out of the tree, and its parent not told. */
	KS_CHECK(ks_driver_logged("ad"));
	KS_CHECK(ks_event_count(&done) == 0);
	device_release(dev);
	ks_thread_join(kt);
	KS_CHECK(ks_driver_logged("h"));
	KS_CHECK(ks_event_count(&done) == 1);
	ks_event_fini(&done);
	ks_driver_fini();
}

/* A device that is still attaching is waited for. */
static void
attach_thread(void *arg __unused)
{

	(void)ks_tbus_create();
}

static void
lookup_thread(void *arg)
{
	struct ks_event *done = arg;
	device_t dev;

	dev = device_lookup_acquire(&tdev_cd, 0);
	KS_CHECK(dev != NULL);
	if (dev != NULL)
		device_release(dev);
	ks_event_post(done);
}

void
ks_autoconf_attaching(void)
{
	struct ks_thread *kt[2];
	struct ks_event done;

	ks_driver_init();
	ks_event_init(&done);
	ks_driver.kd_children = 1;
	ks_driver.kd_attach_waits = true;
	kt[0] = ks_thread_start(attach_thread, NULL);
	(void)ks_event_wait(&ks_driver.kd_arrived, 1);
	kt[1] = ks_thread_start(lookup_thread, &done);
	ks_pause(20);
	KS_CHECK(ks_event_count(&done) == 0);
	ks_event_post(&ks_driver.kd_go);
	(void)ks_event_wait(&done, 1);
	ks_thread_join(kt[0]);
	ks_thread_join(kt[1]);
	KS_CHECK(hosted_detach("tbus0") == 0);
	ks_event_fini(&done);
	ks_driver_fini();
}

/* Two at once: one detaches, the other is told that it is gone. */
static void
race_thread(void *arg)
{
	int *error = arg;

	*error = hosted_detach("tbus0");
}

void
ks_autoconf_two_detach(void)
{
	struct ks_thread *kt[2];
	int error[2], i;

	ks_driver_init();
	ks_driver.kd_children = 2;
	(void)ks_tbus_create();
	for (i = 0; i < 2; i++)
		kt[i] = ks_thread_start(race_thread, &error[i]);
	for (i = 0; i < 2; i++)
		ks_thread_join(kt[i]);
	KS_CHECK((error[0] == 0 && error[1] == ENXIO) ||
	    (error[0] == ENXIO && error[1] == 0));
	KS_CHECK(ks_driver_logged("aadhdh"));
	ks_driver_fini();
}

void
ks_autoconf_pseudo(void)
{

	ks_driver_init();
	KS_CHECK(hosted_attach_pseudo("tbus", 3) == 0);
	KS_CHECK(hosted_attach_pseudo("nothing", 1) == ENXIO);
	KS_CHECK(device_lookup(&tbus_cd, 2) != NULL);
	KS_CHECK(hosted_detach("tbus1") == 0);
	KS_CHECK(hosted_attach_pseudo("tbus", 1) == 0);
	KS_CHECK(device_lookup(&tbus_cd, 1) != NULL);
	ks_driver_fini();
}

/* Tables in and out again. */
void
ks_autoconf_component(void)
{
	static struct cfdriver xdev_cd = { .cd_name = "xdev" };
	static struct cfattach xdev_ca = { .ca_name = "xdev" };
	static struct cfdata xdev_cfdata[] = { { .cf_name = NULL } };
	struct cfdriver *const cds[] = { &xdev_cd, NULL };
	struct cfdriver *const twice[] = { &xdev_cd, &tdev_cd, NULL };
	struct cfattach *const cas[] = { &xdev_ca, NULL };
	const struct cfattachinit cfai[] = {
		{ "xdev", cas }, { NULL, NULL }
	};

	KS_CHECK(config_init_component(twice, NULL, NULL) == EEXIST);
	KS_CHECK(config_init_component(cds, cfai, xdev_cfdata) == 0);
	KS_CHECK(config_init_component(NULL, cfai, NULL) == EEXIST);
	KS_CHECK(config_fini_component(cds, cfai, xdev_cfdata) == 0);
	KS_CHECK(config_fini_component(cds, cfai, xdev_cfdata) == ESRCH);
	KS_CHECK(config_cfattach_attach("xdev", &xdev_ca) == ESRCH);
}
