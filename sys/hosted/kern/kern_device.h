/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_device.h: the inside of a device, for the files of autoconf.
 *
 * A device is attaching, there, detaching or gone.  Attach and detach of one
 * device never overlap: dv_busy says who does it, others wait.  References
 * (dv_refs) keep it from being freed; config_detach_commit() makes that no
 * new ones come, and config_detach() waits until the old ones have been let
 * go.  dv_waiters are threads that look at the device while they wait; the
 * memory outlives them.
 *
 * The autoconf lock guards everything here, and the tables of kern_cftable.c.
 * It is not held while drivers are called.
 */

#ifndef _HOSTED_KERN_DEVICE_H_
#define _HOSTED_KERN_DEVICE_H_

#include <sys/types.h>
#include <sys/device.h>
#include <sys/queue.h>

#include <hosted/kern/kern_impl.h>

#define KERN_DEVICE_NAMESIZE	16

struct device {
	TAILQ_ENTRY(device) dv_entry;	/* all, in order of attachment */
	char		dv_xname[KERN_DEVICE_NAMESIZE];
	int		dv_unit;
	int		dv_position;	/* among the parent's children */
	device_t	dv_parent;
	cfdata_t	dv_cfdata;
	cfdriver_t	dv_cfdriver;
	cfattach_t	dv_cfattach;
	void		*dv_private;
	bool		dv_active;
	bool		dv_node;	/* has one; who attaches, detaches */
	bool		dv_gone;	/* committed to detach: not found */
	struct kern_lwp	*dv_busy;	/* attaches or detaches it */
	unsigned int	dv_refs;
	unsigned int	dv_waiters;
};
TAILQ_HEAD(devicelist, device);

/* All devices; in kern_device.c. */
extern struct devicelist	kern_devices;

/* Something that others may wait for has changed.  The lock is held. */
void	kern_device_changed(void);
/* Wait for a change of the device.  The lock is held.  0, or EINTR if
 * intr. */
int	kern_device_wait(device_t, int);
/* Wait until nobody looks at it any more.  The lock is held. */
void	kern_device_drain(device_t);

/* kern_unit.c: choose the device's position, unit and name, and put it in
 * the list and in its driver's table.  True second: by the line alone, not by
 * what the place had before.  False when the unit is taken. */
bool	kern_unit_enter(device_t, bool);
/* Out of both.  The lock is held. */
void	kern_unit_leave(device_t);
/* A driver goes: forget where its units were.  At the end forget all. */
void	kern_unit_forget(const struct cfdriver *);
void	kern_unit_fini(void);

#endif /* !_HOSTED_KERN_DEVICE_H_ */
