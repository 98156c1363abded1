/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_autoconf.c: devices come and go.
 *
 * The order of a detach is NetBSD's: the right to detach; the driver's part,
 * which may refuse until config_detach_commit(); no new references from then
 * on, and the node's name goes; the wait for the old references; out of the
 * tree; the parent is told; the memory is freed.
 *
 * The rules of locking are in kern_device.h.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <hosted/kern/kern_device.h>
#include <hosted/kern/kern_impl.h>

/*
 * Attach.
 */

static void
autoconf_free(device_t dev)
{

	if (dev->dv_private != NULL)
		kmem_free(dev->dv_private, dev->dv_cfattach->ca_devsize);
	kmem_free(dev, sizeof(*dev));
}

/* A device of the line, attaching, with a reference if wanted; exact: its unit
 * is the line's, if that is free, wherever it was before. */
static device_t
autoconf_create(device_t parent, cfdata_t cf, unsigned int refs, bool exact)
{
	device_t dev;

	kern_lwp_assert_unlocked("config_attach");

	dev = kmem_zalloc(sizeof(*dev), KM_SLEEP);
	kern_autoconf_lock();
	dev->dv_cfdriver = kern_cftable_driver(cf->cf_name);
	dev->dv_cfattach = kern_cftable_attach(dev->dv_cfdriver,
	    cf->cf_atname);
	kern_autoconf_unlock();
	if (dev->dv_cfattach == NULL) {
		kmem_free(dev, sizeof(*dev));
		return NULL;
	}
	dev->dv_parent = parent;
	dev->dv_cfdata = cf;
	dev->dv_active = true;
	dev->dv_busy = kern_lwp_self();
	dev->dv_refs = refs;
	if (dev->dv_cfattach->ca_devsize != 0)
		dev->dv_private = kmem_zalloc(dev->dv_cfattach->ca_devsize,
		    KM_SLEEP);
	if (!kern_unit_enter(dev, exact)) {
		autoconf_free(dev);
		return NULL;
	}
	return dev;
}

static void
autoconf_attach(device_t dev, void *aux)
{

	(*dev->dv_cfattach->ca_attach)(dev->dv_parent, dev, aux);
	dev->dv_node = kern_node_attached(dev);
	kern_autoconf_lock();
	dev->dv_busy = NULL;
	kern_device_changed();
	kern_autoconf_unlock();
}

static void
autoconf_attach_child(device_t dev, void *aux, cfprint_t print)
{

	aprint_normal("%s at %s", dev->dv_xname, dev->dv_parent->dv_xname);
	if (print != NULL)
		(void)(*print)(aux, NULL);
	autoconf_attach(dev, aux);
}

/* As in NetBSD, whoever asks has seen that there is a driver and that the
 * line has a unit left. */
static device_t
autoconf_attach_line(device_t parent, cfdata_t cf, void *aux, cfprint_t print,
    const struct cfargs *args, unsigned int refs)
{
	device_t dev;

	dev = autoconf_create(parent, cf, refs, true);
	if (dev == NULL)
		panic("config_attach: no driver or no unit for %s at %s",
		    cf->cf_name, parent->dv_xname);
	autoconf_attach_child(dev, aux, print);
	return dev;
}

device_t
config_attach(device_t parent, cfdata_t cf, void *aux, cfprint_t print,
    const struct cfargs *args)
{

	return autoconf_attach_line(parent, cf, aux, print, args, 0);
}

device_t
config_attach_acquire(device_t parent, cfdata_t cf, void *aux,
    cfprint_t print, const struct cfargs *args)
{

	return autoconf_attach_line(parent, cf, aux, print, args, 1);
}

static device_t
autoconf_found(device_t parent, void *aux, cfprint_t print,
    const struct cfargs *args, unsigned int refs)
{
	static const char *const words[] = {
		"", " not configured\n", " unsupported\n"
	};
	cfdata_t cf;
	device_t dev;

	cf = config_search(parent, aux, args);
	if (cf != NULL) {
		dev = autoconf_create(parent, cf, refs, false);
		if (dev != NULL)
			autoconf_attach_child(dev, aux, print);
		return dev;
	}
	if (print != NULL)
		aprint_normal("%s", words[(*print)(aux, parent->dv_xname)]);
	return NULL;
}

device_t
config_found(device_t parent, void *aux, cfprint_t print,
    const struct cfargs *args)
{

	return autoconf_found(parent, aux, print, args, 0);
}

device_t
config_found_acquire(device_t parent, void *aux, cfprint_t print,
    const struct cfargs *args)
{

	return autoconf_found(parent, aux, print, args, 1);
}

static device_t
autoconf_attach_pseudo(cfdata_t cf, void *aux, unsigned int refs)
{
	device_t dev;

	dev = autoconf_create(NULL, cf, refs, false);
	if (dev != NULL)
		autoconf_attach(dev, aux);
	return dev;
}

device_t
config_attach_pseudo(cfdata_t cf)
{

	return autoconf_attach_pseudo(cf, NULL, 0);
}

device_t
config_attach_pseudo_acquire(cfdata_t cf, void *aux)
{

	return autoconf_attach_pseudo(cf, aux, 1);
}

/*
 * Detach.
 */

/* Take the right to detach.  The lock is held.  0; EINTR; ENXIO when somebody
 * else has detached it meanwhile: then the caller lets go of it. */
static int
autoconf_detach_enter(device_t dev, unsigned int refs)
{
	int error;

	KASSERT(dev->dv_refs >= refs);
	while (!dev->dv_gone && dev->dv_busy != NULL) {
		error = kern_device_wait(dev, 1);
		if (error)
			break;
		error = 0;
	}
	dev->dv_refs -= refs;
	kern_device_changed();
	if (dev->dv_gone)
		return ENXIO;
	if (dev->dv_busy != NULL)
		return EINTR;
	dev->dv_busy = kern_lwp_self();
	return 0;
}

static void
autoconf_detach_leave(device_t dev)
{

	kern_autoconf_lock();
	dev->dv_busy = NULL;
	kern_device_changed();
	kern_autoconf_unlock();
}

/* The driver's part. */
static int
autoconf_detach_driver(device_t dev, int flags)
{
	const struct cfattach *ca = dev->dv_cfattach;
	int error;

	if (ca->ca_detach == NULL)
		return EOPNOTSUPP;
	if ((flags & (DETACH_SHUTDOWN | DETACH_FORCE)) == DETACH_SHUTDOWN &&
	    (ca->ca_flags & DVF_DETACH_SHUTDOWN) == 0)
		return EOPNOTSUPP;
	error = (*ca->ca_detach)(dev, flags);
	if (error && dev->dv_gone)
		panic("config_detach: %s failed after config_detach_commit",
		    dev->dv_xname);
	if (error && (flags & DETACH_FORCE) != 0)
		panic("config_detach: forced detach of %s failed (%d)",
		    dev->dv_xname, error);
	return error;
}

/* Wait until nobody has the device in hand, and take it out of the tree.  Its
 * parent stays, by a reference, to be told. */
static void
autoconf_unlink(device_t dev)
{
	const struct device *other;

	kern_autoconf_lock();
	while (dev->dv_refs != 0)
		(void)kern_device_wait(dev, 0);
	TAILQ_FOREACH(other, &kern_devices, dv_entry) {
		if (other->dv_parent == dev)
			panic("config_detach: %s has a child left: %s",
			    dev->dv_xname, other->dv_xname);
	}
	if (dev->dv_parent != NULL)
		dev->dv_parent->dv_refs++;
	kern_unit_leave(dev);
	dev->dv_busy = NULL;
	kern_device_changed();
	kern_device_drain(dev);
	kern_autoconf_unlock();
}

static int
autoconf_detach(device_t dev, int flags, unsigned int refs)
{
	device_t parent = dev->dv_parent;
	int error;

	kern_lwp_assert_unlocked("config_detach");
	kern_autoconf_lock();
	error = autoconf_detach_enter(dev, refs);
	kern_autoconf_unlock();
	if (error)
		return error;
	error = autoconf_detach_driver(dev, flags);
	if (error) {
		autoconf_detach_leave(dev);
		return error;
	}
	config_detach_commit(dev);
	autoconf_unlink(dev);
	if (parent != NULL && parent->dv_cfattach->ca_childdetached != NULL)
		(*parent->dv_cfattach->ca_childdetached)(parent, dev);
	if (parent != NULL)
		device_release(parent);
	if ((flags & (DETACH_QUIET | DETACH_SHUTDOWN)) == 0)
		aprint_normal("%s: detached\n", dev->dv_xname);
	autoconf_free(dev);
	return 0;
}

int
config_detach(device_t dev, int flags)
{

	return autoconf_detach(dev, flags, 0);
}

int
config_detach_release(device_t dev, int flags)
{

	return autoconf_detach(dev, flags, 1);
}

void
config_detach_commit(device_t dev)
{
	bool first;

	kern_autoconf_lock();
	KASSERT(dev->dv_busy == kern_lwp_self());
	first = !dev->dv_gone;
	dev->dv_gone = true;
	dev->dv_active = false;
	kern_device_changed();
	kern_autoconf_unlock();
	if (first && dev->dv_node)
		kern_node_detached(dev);
}

/* The last child of the parent's, or of nobody's, with a reference. */
static device_t
autoconf_last_child(device_t parent)
{
	device_t dev;

	kern_autoconf_lock();
	TAILQ_FOREACH_REVERSE(dev, &kern_devices, devicelist, dv_entry) {
		if (dev->dv_parent == parent && !dev->dv_gone)
			break;
	}
	if (dev != NULL)
		dev->dv_refs++;
	kern_autoconf_unlock();
	return dev;
}

/* Wait for the children that others detach to be out of the tree. */
static void
autoconf_wait_children(device_t parent)
{
	device_t dev;

	kern_autoconf_lock();
again:
	TAILQ_FOREACH(dev, &kern_devices, dv_entry) {
		if (dev->dv_parent == parent) {
			(void)kern_device_wait(dev, 0);
			goto again;
		}
	}
	kern_autoconf_unlock();
}

/* A child that somebody else detaches is waited for by its ENXIO, or in the
 * end. */
int
config_detach_children(device_t parent, int flags)
{
	device_t dev;
	int error;

	while ((dev = autoconf_last_child(parent)) != NULL) {
		error = config_detach_release(dev, flags);
		if (error && error != ENXIO)
			return error;
	}
	autoconf_wait_children(parent);
	return 0;
}

unsigned long
kern_autoconf_detachall(void)
{
	device_t dev;
	int error;

	while ((dev = autoconf_last_child(NULL)) != NULL) {
		error = config_detach_release(dev,
		    DETACH_FORCE | DETACH_QUIET);
		if (error == EOPNOTSUPP) {
			printf("%s: cannot be detached\n", dev->dv_xname);
			return 1;
		}
	}
	return 0;
}

void
kern_autoconf_detach_driver(cfdriver_t cd)
{
	device_t dev;
	int error = 0;

	do {
		kern_autoconf_lock();
		TAILQ_FOREACH_REVERSE(dev, &kern_devices, devicelist,
		    dv_entry) {
			if (dev->dv_cfdriver == cd && !dev->dv_gone)
				break;
		}
		if (dev != NULL)
			dev->dv_refs++;
		kern_autoconf_unlock();
		if (dev != NULL)
			error = config_detach_release(dev, DETACH_FORCE);
	} while (dev != NULL && error != EOPNOTSUPP);
}

int
hosted_detach(const char *xname)
{
	device_t dev;

	kern_autoconf_lock();
	TAILQ_FOREACH(dev, &kern_devices, dv_entry) {
		if (!dev->dv_gone && strcmp(dev->dv_xname, xname) == 0)
			break;
	}
	if (dev != NULL)
		dev->dv_refs++;
	kern_autoconf_unlock();
	if (dev == NULL)
		return ENXIO;
	return config_detach_release(dev, 0);
}
