/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_driver.h: drivers for the tests of autoconf, devices and select.
 *
 *	tbus	a pseudo-device that finds ks_driver.kd_children things
 *	tdev	a device at a tbus, with the nodes tdev0, tdev1, ...: a reader
 *		gets the bytes that kd_data says there are
 *	tclone	a node whose opens make files of their own
 *	tplain	a node without autoconf
 *
 * What happens to them is written into a log, a letter for each event:
 *	o open begins	O ends		x cancel	c close
 *	r read begins	R ends		m module begins	M ends
 *	a attach	d detach	h childdetached
 */

#ifndef _TESTS_HOSTED_KS_DRIVER_H_
#define _TESTS_HOSTED_KS_DRIVER_H_

#include <sys/types.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/select.h>

#include "ks.h"

struct ks_driver {
	/* For the test to set before. */
	int		kd_children;	/* of each tbus */
	int		kd_detach_error; /* of tdev, unless forced */
	bool		kd_open_waits;	/* d_open waits for kd_go or cancel */
	bool		kd_attach_waits; /* tdev's attach waits for kd_go */
	bool		kd_close_waits;	/* d_close waits for kd_go */
	int		kd_read_error;	/* after what there was */
	/* What happened. */
	struct ks_event	kd_arrived;	/* somebody waits for kd_go, reads */
	struct ks_event	kd_go;
	kmutex_t	kd_lock;
	kcondvar_t	kd_cv;
	struct selinfo	kd_sel;
	char		kd_log[64];	/* [lock] */
	size_t		kd_nlog;	/* [lock] */
	int		kd_data;	/* [lock] bytes to read */
	bool		kd_cancelled;	/* [lock] from cancel to close */
	bool		kd_dying;	/* [lock] the last tdev detaches */
	pid_t		kd_owner;	/* of FIOASYNC */
};
extern struct ks_driver ks_driver;

void	ks_driver_init(void);
void	ks_driver_fini(void);
void	ks_driver_log(char);
/* Is this the log?  It begins anew. */
bool	ks_driver_logged(const char *);
bool	ks_driver_logged_either(const char *, const char *);
/* There are n more bytes to read. */
void	ks_driver_data(int);

device_t ks_tbus_create(void);
extern struct cfdriver tbus_cd, tdev_cd;
extern struct cfattach tbus_ca, tdev_ca;
extern const struct cdevsw tdev_cdevsw, tclone_cdevsw, tplain_cdevsw;
void	tbusattach(int);

#endif /* !_TESTS_HOSTED_KS_DRIVER_H_ */
