/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_device.c: devices as those see them who have one: finding, holding,
 * waiting for, and asking them.  The rules are in kern_device.h.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <hosted/kern/kern_device.h>
#include <hosted/kern/kern_impl.h>

struct devicelist		kern_devices;	/* in order of attachment */
static struct host_lock		*device_lock;
static struct host_cond		*device_cond;	/* anything changed */

int
kern_autoconf_init(void)
{

	TAILQ_INIT(&kern_devices);
	device_lock = host_lock_create(HOST_LOCK_SLEEP, "autoconf");
	device_cond = host_cond_create("autoconf");
	return device_lock == NULL || device_cond == NULL ? ENOMEM : 0;
}

void
kern_autoconf_fini(void)
{

	if (device_lock != NULL && device_cond != NULL) {
		kern_cftable_fini();
		kern_unit_fini();
	}
	if (device_cond != NULL)
		host_cond_destroy(device_cond);
	if (device_lock != NULL)
		host_lock_destroy(device_lock);
	device_cond = NULL;
	device_lock = NULL;
}

void
kern_autoconf_lock(void)
{

	host_lock_enter(device_lock);
}

void
kern_autoconf_unlock(void)
{

	host_lock_exit(device_lock);
}

void
kern_device_changed(void)
{

	host_cond_wake(device_cond, 1);
}

int
kern_device_wait(device_t dev, int intr)
{
	int why;

	dev->dv_waiters++;
	why = host_cond_wait(device_cond, device_lock, 0, intr);
	dev->dv_waiters--;
	kern_device_changed();
	return why == HOST_INTR ? EINTR : 0;
}

void
kern_device_drain(device_t dev)
{

	while (dev->dv_waiters != 0)
		(void)host_cond_wait(device_cond, device_lock, 0, 0);
}

device_t
device_lookup(cfdriver_t cd, int unit)
{
	device_t dev = NULL;

	kern_autoconf_lock();
	if (unit >= 0 && unit < cd->cd_ndevs)
		dev = cd->cd_devs[unit];
	if (dev != NULL && dev->dv_gone)
		dev = NULL;
	kern_autoconf_unlock();
	return dev;
}

void *
device_lookup_private(cfdriver_t cd, int unit)
{
	device_t dev = device_lookup(cd, unit);

	return dev == NULL ? NULL : dev->dv_private;
}

device_t
device_lookup_acquire(cfdriver_t cd, int unit)
{
	device_t dev;

	hosted_assert_sleepable("device_lookup_acquire");
	kern_autoconf_lock();
	for (;;) {
		dev = NULL;
		if (unit >= 0 && unit < cd->cd_ndevs)
			dev = cd->cd_devs[unit];
		if (dev == NULL || dev->dv_gone) {
			dev = NULL;
			break;
		}
		if (dev->dv_busy == NULL || dev->dv_busy == kern_lwp_self()) {
			dev->dv_refs++;
			break;
		}
		(void)kern_device_wait(dev, 0);
	}
	kern_autoconf_unlock();
	return dev;
}

void
device_acquire(device_t dev)
{

	kern_autoconf_lock();
	dev->dv_refs++;
	kern_autoconf_unlock();
}

void
device_release(device_t dev)
{

	kern_autoconf_lock();
	KASSERT(dev->dv_refs > 0);
	dev->dv_refs--;
	kern_device_changed();
	kern_autoconf_unlock();
}

device_t
device_find_by_xname(const char *xname)
{
	device_t dev;

	kern_autoconf_lock();
	TAILQ_FOREACH(dev, &kern_devices, dv_entry) {
		if (strcmp(dev->dv_xname, xname) == 0)
			break;
	}
	kern_autoconf_unlock();
	return dev;
}

/*
 * Accessors.  What they tell is constant, but for the two flags, which are
 * as old as the answer.
 */

void *
device_private(device_t dev)
{

	return dev->dv_private;
}

const char *
device_xname(device_t dev)
{

	return dev->dv_xname;
}

int
device_unit(device_t dev)
{

	return dev->dv_unit;
}

device_t
device_parent(device_t dev)
{

	return dev->dv_parent;
}

devclass_t
device_class(device_t dev)
{

	return dev->dv_cfdriver->cd_class;
}

cfdata_t
device_cfdata(device_t dev)
{

	return dev->dv_cfdata;
}

cfdriver_t
device_cfdriver(device_t dev)
{

	return dev->dv_cfdriver;
}

cfattach_t
device_cfattach(device_t dev)
{

	return dev->dv_cfattach;
}

bool
device_is_a(device_t dev, const char *driver)
{

	return dev != NULL && strcmp(dev->dv_cfdriver->cd_name, driver) == 0;
}

bool
device_is_active(device_t dev)
{
	bool active;

	kern_autoconf_lock();
	active = dev->dv_active;
	kern_autoconf_unlock();
	return active;
}

bool
device_attached_to_iattr(device_t dev, const char *iattr)
{
	const struct cfparent *cfp = dev->dv_cfdata->cf_pspec;

	return cfp != NULL && strcmp(cfp->cfp_iattr, iattr) == 0;
}
