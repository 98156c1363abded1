/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_unit.c: unit numbers.
 *
 * A device that comes back at the place where it was, that is, below a parent
 * of the same name and at the same position among its children, gets the unit
 * number that it had, if that is free.  Otherwise, and by config_attach(), it
 * gets the lowest free one from that of its line.
 *
 * The autoconf lock guards the places, and drivers' tables of units.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <hosted/kern/kern_device.h>
#include <hosted/kern/kern_impl.h>

/* Where a unit was last. */
struct unit_place {
	LIST_ENTRY(unit_place) up_entry;
	cfdriver_t	up_cfdriver;
	int		up_unit;
	int		up_position;
	char		up_parent[KERN_DEVICE_NAMESIZE];
};

static LIST_HEAD(, unit_place)	unit_places =
    LIST_HEAD_INITIALIZER(unit_places);

void
kern_unit_forget(const struct cfdriver *cd)
{
	struct unit_place *up;

again:
	kern_autoconf_lock();
	LIST_FOREACH(up, &unit_places, up_entry) {
		if (up->up_cfdriver == cd) {
			LIST_REMOVE(up, up_entry);
			break;
		}
	}
	kern_autoconf_unlock();
	if (up != NULL) {
		kmem_free(up, sizeof(*up));
		goto again;
	}
}

void
kern_unit_fini(void)
{
	struct unit_place *up;

	while ((up = LIST_FIRST(&unit_places)) != NULL) {
		LIST_REMOVE(up, up_entry);
		kmem_free(up, sizeof(*up));
	}
}

static bool
unit_free(const struct cfdriver *cd, int unit)
{

	return unit >= cd->cd_ndevs || cd->cd_devs[unit] == NULL;
}

/* The lowest number that no child of the parent has as its position. */
static int
unit_position(device_t parent)
{
	device_t dev;
	int position = 0;

again:
	TAILQ_FOREACH(dev, &kern_devices, dv_entry) {
		if (dev->dv_parent == parent &&
		    dev->dv_position == position) {
			position++;
			goto again;
		}
	}
	return position;
}

static int
unit_choose(const struct device *dev, bool exact)
{
	const cfdata_t cf = dev->dv_cfdata;
	const struct cfdriver *cd = dev->dv_cfdriver;
	const char *name = dev->dv_parent == NULL ? "" :
	    dev->dv_parent->dv_xname;
	const struct unit_place *up;
	int unit = (int)cf->cf_unit;

	if (cf->cf_fstate != FSTATE_STAR)
		return unit_free(cd, unit) ? unit : -1;
	LIST_FOREACH(up, &unit_places, up_entry) {
		if (!exact && up->up_cfdriver == cd &&
		    up->up_position == dev->dv_position &&
		    strcmp(up->up_parent, name) == 0 &&
		    unit_free(cd, up->up_unit))
			return up->up_unit;
	}
	while (!unit_free(cd, unit))
		unit++;
	return unit;
}

/* The unit is at this place now; new is for the first time that the unit is
 * used.  Returns what is not needed of it. */
static struct unit_place *
unit_remember(const struct device *dev, struct unit_place *new)
{
	const char *name = dev->dv_parent == NULL ? "" :
	    dev->dv_parent->dv_xname;
	struct unit_place *up;

	LIST_FOREACH(up, &unit_places, up_entry) {
		if (up->up_cfdriver == dev->dv_cfdriver &&
		    up->up_unit == dev->dv_unit)
			break;
	}
	if (up == NULL) {
		up = new;
		new = NULL;
		LIST_INSERT_HEAD(&unit_places, up, up_entry);
	}
	up->up_cfdriver = dev->dv_cfdriver;
	up->up_unit = dev->dv_unit;
	up->up_position = dev->dv_position;
	(void)strlcpy(up->up_parent, name, sizeof(up->up_parent));
	return new;
}

/* Put the device in its driver's table, which may grow.  The lock is held,
 * and let go while memory is got. */
static void
unit_insert(device_t dev)
{
	struct cfdriver *cd = dev->dv_cfdriver;
	device_t *devs, *old;
	int n, oldn;

	while (dev->dv_unit >= cd->cd_ndevs) {
		n = MAX(4, 2 * (dev->dv_unit + 1));
		kern_autoconf_unlock();
		devs = kmem_zalloc((size_t)n * sizeof(*devs), KM_SLEEP);
		kern_autoconf_lock();
		old = devs;
		oldn = n;
		if (cd->cd_ndevs < n) {
			old = cd->cd_devs;
			oldn = cd->cd_ndevs;
			if (oldn != 0)
				memcpy(devs, old,
				    (size_t)oldn * sizeof(*devs));
			cd->cd_devs = devs;
			cd->cd_ndevs = n;
		}
		kern_autoconf_unlock();
		if (oldn != 0)
			kmem_free(old, (size_t)oldn * sizeof(*old));
		kern_autoconf_lock();
	}
	KASSERT(cd->cd_devs[dev->dv_unit] == NULL);
	cd->cd_devs[dev->dv_unit] = dev;
}

bool
kern_unit_enter(device_t dev, bool exact)
{
	struct unit_place *up;
	cfdata_t cf = dev->dv_cfdata;

	up = kmem_zalloc(sizeof(*up), KM_SLEEP);
	kern_autoconf_lock();
	dev->dv_position = unit_position(dev->dv_parent);
	dev->dv_unit = unit_choose(dev, exact);
	if (dev->dv_unit < 0) {
		kern_autoconf_unlock();
		kmem_free(up, sizeof(*up));
		return false;
	}
	(void)snprintf(dev->dv_xname, sizeof(dev->dv_xname), "%s%d",
	    dev->dv_cfdriver->cd_name, dev->dv_unit);
	if (cf->cf_fstate == FSTATE_NOTFOUND)
		cf->cf_fstate = FSTATE_FOUND;
	TAILQ_INSERT_TAIL(&kern_devices, dev, dv_entry);
	up = unit_remember(dev, up);
	unit_insert(dev);
	kern_autoconf_unlock();
	if (up != NULL)
		kmem_free(up, sizeof(*up));
	return true;
}

void
kern_unit_leave(device_t dev)
{

	dev->dv_cfdriver->cd_devs[dev->dv_unit] = NULL;
	TAILQ_REMOVE(&kern_devices, dev, dv_entry);
	if (dev->dv_cfdata->cf_fstate == FSTATE_FOUND)
		dev->dv_cfdata->cf_fstate = FSTATE_NOTFOUND;
}
