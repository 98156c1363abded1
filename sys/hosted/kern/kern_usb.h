/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_usb.h: what the files of the USB share.
 *
 * A hub is the bus of all interfaces that the host has given us.  Its ub_lock,
 * a sleeping lock of the host's, guards the list of them; the ud_lock of a
 * device, which spins, guards its pipes and transfers; each is a leaf.
 */

#ifndef _HOSTED_KERN_KERN_USB_H_
#define _HOSTED_KERN_KERN_USB_H_

#include <sys/types.h>
#include <sys/callout.h>
#include <sys/device.h>
#include <sys/mutex.h>
#include <sys/queue.h>

#include <dev/usb/usb.h>
#include <dev/usb/usbdi.h>

#include <hosted/kern/kern_impl.h>

struct kern_usbhub;

struct usbd_xfer {
	struct usbd_pipe *ux_pipe;
	struct hosted_usb_urb *ux_urb;
	void		*ux_buffer;
	size_t		ux_size;
	callout_t	ux_timer;
	TAILQ_ENTRY(usbd_xfer) ux_entry;	/* submitted */
	STAILQ_ENTRY(usbd_xfer) ux_done;	/* to be called back */
	bool		ux_busy;		/* until its callback */
	bool		ux_ended;		/* hosted_usb_done() came */
	bool		ux_late;		/* its time was over */
	bool		ux_told;		/* the host is told to end it */
	/* Of usbd_setup_xfer(). */
	void		*ux_priv;
	void		*ux_data;
	uint32_t	ux_length;
	uint16_t	ux_flags;
	uint32_t	ux_timeout_ms;
	usbd_callback	ux_callback;
	/* How it ended. */
	usbd_status	ux_status;
	uint32_t	ux_moved;
};

struct usbd_pipe {
	struct usbd_interface *up_iface;
	uint8_t		up_address;
	unsigned int	up_nxfers;		/* made for it */
	unsigned int	up_calls;		/* callbacks in progress */
	unsigned int	up_suspended;		/* takes no more */
	TAILQ_HEAD(, usbd_xfer) up_xfers;	/* submitted, in order */
};

struct usbd_interface {
	struct usbd_device *ui_device;
	int		ui_number;
	usb_interface_descriptor_t *ui_idesc;	/* of the setting in use */
	unsigned int	ui_npipes;
	uint8_t		ui_open[32];		/* by number and direction */
};

struct usbd_device {
	LIST_ENTRY(usbd_device) ud_entry;
	struct kern_usbhub *ud_hub;
	device_t	ud_hubdev;		/* with a reference */
	device_t	ud_child;		/* ub_lock; NULL: nobody's */
	const struct hosted_usb_ops *ud_ops;
	void		*ud_cookie;
	struct hosted_usb_info ud_info;
	usb_device_descriptor_t ud_desc;
	uint8_t		*ud_config;		/* ui_config_bytes */
	struct usbd_interface ud_iface;
	int		ud_language;		/* of strings; -1: not asked */
	struct host_lock *ud_lock;
	struct host_cond *ud_cond;		/* a transfer or a call ended */
	void		*ud_sih;		/* calls back */
	STAILQ_HEAD(, usbd_xfer) ud_done;
};

/* kern_usbxfer.c */
/* Ready the device for transfers: 0 or an errno; and undo it. */
int	kern_usbxfer_init(struct usbd_device *);
void	kern_usbxfer_fini(struct usbd_device *);
/* What the host says, as the interface does. */
usbd_status kern_usbxfer_status(int);
/* Panic, naming the caller, where waiting for callbacks would be wrong. */
void	kern_usbxfer_assert(const char *);

/* kern_usbtask.c */
struct kern_usbtask;
/* A thread for tasks; NULL: there is none to be had.  And its end: no task is
 * left. */
struct kern_usbtask *kern_usbtask_create(void);
void	kern_usbtask_destroy(struct kern_usbtask *);

/* kern_usb.c */
struct kern_usbtask *kern_usb_tasks(struct usbd_device *);

#endif /* !_HOSTED_KERN_KERN_USB_H_ */
