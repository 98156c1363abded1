/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dev/usb/usbdi.h: the interface of drivers to the USB.
 *
 * A driver of an interface opens pipes to its endpoints, makes transfers for
 * a pipe once, and then submits them as often as it likes.  A pipe carries its
 * transfers in the order of submission, more than one at a time if there are
 * more.  Each that was accepted ends with exactly one call of its callback,
 * in a soft interrupt of level IPL_SOFTUSB, with no lock of the bus held.
 *
 * An endpoint that stalls carries nothing until usbd_clear_endpoint_stall().
 * What is submitted behind a transfer that failed may fail as well, or stay
 * where it is: a driver aborts the pipe before it goes on.
 *
 * All functions: thread context with no mutex held, unless said.
 */

#ifndef _HOSTED_DEV_USB_USBDI_H_
#define _HOSTED_DEV_USB_USBDI_H_

#include <sys/types.h>
#include <sys/queue.h>

#include <dev/usb/usb.h>

#define IPL_USB			IPL_VM
#define IPL_SOFTUSB		IPL_SOFTSERIAL

struct kmutex;
struct usbd_device;
struct usbd_interface;
struct usbd_pipe;
struct usbd_xfer;

typedef enum {
	USBD_NORMAL_COMPLETION = 0,
	USBD_IN_PROGRESS,
	USBD_PENDING_REQUESTS,
	USBD_NOT_STARTED,
	USBD_INVAL,
	USBD_NOMEM,
	USBD_CANCELLED,
	USBD_BAD_ADDRESS,
	USBD_IN_USE,
	USBD_NO_ADDR,
	USBD_SET_ADDR_FAILED,
	USBD_NO_POWER,
	USBD_TOO_DEEP,
	USBD_IOERROR,
	USBD_NOT_CONFIGURED,
	USBD_TIMEOUT,
	USBD_SHORT_XFER,
	USBD_STALLED,
	USBD_INTERRUPTED,
	USBD_ERROR_MAX
} usbd_status;

typedef void (*usbd_callback)(struct usbd_xfer *, void *, usbd_status);

/* Flags of pipes. */
#define USBD_EXCLUSIVE_USE	0x01
#define USBD_MPSAFE		0x80

/* Flags of transfers. */
#define USBD_SYNCHRONOUS	0x02	/* usbd_transfer() waits for the end */
#define USBD_SHORT_XFER_OK	0x04	/* less than asked for is no error */
#define USBD_FORCE_SHORT_XFER	0x08	/* end a write with a short packet */

#define USBD_NO_TIMEOUT		0
#define USBD_DEFAULT_TIMEOUT	5000	/* ms */

/* Pipes.  The endpoint's address has its direction in bit 7. */
usbd_status usbd_open_pipe(struct usbd_interface *, uint8_t, uint8_t,
	    struct usbd_pipe **);
/* All its transfers are destroyed. */
void	usbd_close_pipe(struct usbd_pipe *);
/* End all transfers that are submitted, with USBD_CANCELLED; when it returns
 * their callbacks have, too. */
void	usbd_abort_pipe(struct usbd_pipe *);
/* The same, and accept no more. */
void	usbd_suspend_pipe(struct usbd_pipe *);
usbd_status usbd_clear_endpoint_stall(struct usbd_pipe *);

/* Transfers.  A transfer has a buffer of the length given here; 0 or an
 * errno.  The flags are USBD_SHORT_XFER_OK and the like or 0, the frames 0 but
 * for isochronous pipes, which this kernel does not have. */
int	usbd_create_xfer(struct usbd_pipe *, size_t, unsigned int,
	    unsigned int, struct usbd_xfer **);
/* It is not submitted. */
void	usbd_destroy_xfer(struct usbd_xfer *);
void	*usbd_get_buffer(struct usbd_xfer *);
/* For the next submission: private data, where the data are (the buffer or a
 * place in it, or NULL for none), length, flags, timeout in milliseconds,
 * callback.  Any context but interrupts; the transfer is not submitted. */
void	usbd_setup_xfer(struct usbd_xfer *, void *, void *, uint32_t,
	    uint16_t, uint32_t, usbd_callback);
/* USBD_IN_PROGRESS, or an error and then no callback comes.  Synchronous ones
 * end with their status.  Any context but interrupts, no mutex that the
 * callback takes held. */
usbd_status usbd_transfer(struct usbd_xfer *);
/* From the callback on.  Any pointer may be NULL. */
void	usbd_get_xfer_status(struct usbd_xfer *, void **, void **, uint32_t *,
	    usbd_status *);

/* Descriptors stay as long as the device is attached. */
usb_device_descriptor_t *usbd_get_device_descriptor(struct usbd_device *);
usb_config_descriptor_t *usbd_get_config_descriptor(struct usbd_device *);
usb_interface_descriptor_t *usbd_get_interface_descriptor(
	    struct usbd_interface *);
/* The nth of the setting in use; NULL: there are fewer. */
usb_endpoint_descriptor_t *usbd_interface2endpoint_descriptor(
	    struct usbd_interface *, uint8_t);
/* The setting with this index; no pipe is open. */
usbd_status usbd_set_interface(struct usbd_interface *, int);
/* A string as text with a NUL, USB_MAX_ENCODED_STRING_LEN bytes with it at
 * most. */
usbd_status usbd_get_string(struct usbd_device *, int, char *);
/* Who made it, what it is, releases and address.  The flag shows its class. */
char	*usbd_devinfo_alloc(struct usbd_device *, int);
void	usbd_devinfo_free(char *);

const char *usbd_errstr(usbd_status);

/*
 * Tasks: functions that need a thread.  A task that runs may be added again.
 */
struct usb_task {
	TAILQ_ENTRY(usb_task) next;
	void		(*fun)(void *);
	void		*arg;
	volatile unsigned int queue;	/* USB_NUM_TASKQS: in none */
	int		flags;
};
#define USB_TASKQ_HC		0
#define USB_TASKQ_DRIVER	1
#define USB_NUM_TASKQS		2
#define USB_TASKQ_MPSAFE	0x80

#define usb_init_task(t, f, a, fl)	\
	((t)->fun = (f), (t)->arg = (a), (t)->queue = USB_NUM_TASKQS,	\
	(t)->flags = (fl))

/* Any context. */
void	usb_add_task(struct usbd_device *, struct usb_task *, int);
/* Take it out, and wait while it runs.  The interlock, or NULL, is held and let
 * go meanwhile.  True: it was waiting. */
bool	usb_rem_task_wait(struct usbd_device *, struct usb_task *, int,
	    struct kmutex *);

/*
 * What is attached at the attribute usbifif: an interface.
 */
struct usbif_attach_arg {
	int		uiaa_port;
	int		uiaa_configno;
	int		uiaa_ifaceno;
	int		uiaa_vendor;
	int		uiaa_product;
	int		uiaa_release;
	struct usbd_device *uiaa_device;
	struct usbd_interface *uiaa_iface;
	int		uiaa_class;
	int		uiaa_subclass;
	int		uiaa_proto;
	struct usbd_interface **uiaa_ifaces;	/* all of the device that
						 * nobody has */
	int		uiaa_nifaces;
};

/* What a match gives, the better the higher. */
#define UMATCH_VENDOR_PRODUCT_CONF_IFACE		8
#define UMATCH_VENDOR_IFACESUBCLASS_IFACEPROTO		7
#define UMATCH_VENDOR_IFACESUBCLASS			6
#define UMATCH_IFACECLASS_IFACESUBCLASS_IFACEPROTO	5
#define UMATCH_IFACECLASS_IFACESUBCLASS			4
#define UMATCH_IFACECLASS				3
#define UMATCH_IFACECLASS_GENERIC			2
#define UMATCH_GENERIC					1
#define UMATCH_NONE					0

#endif /* !_HOSTED_DEV_USB_USBDI_H_ */
