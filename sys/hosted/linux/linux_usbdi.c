/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_usbdi.c: the module bsdmidi_umidi: interfaces of USB devices that
 * Linux gives us, and umidi(4) for them.
 *
 * Nothing is taken from snd-usb-audio: a device is ours when the parameter
 * `devices' names it, or when its number is written to new_id in the driver's
 * folder of sysfs, and then only if no driver has the interface.
 *
 * A transfer is an URB.  URBs may end in an interrupt or in any thread, in one
 * also that has not entered the hosted kernel; so their ends go through a
 * tasklet, in order, and the hosted kernel hears of them in a soft interrupt
 * of Linux's.  lu_lock guards the list of those that have ended.
 */

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/usb.h>
#include <linux/usb/audio.h>

#include "linux.h"

#define USBDI_TIMEOUT_MS	1000
#define USBDI_PARAM_BYTES	256

/* What driver_info of our own table says; that of new_id has 0. */
#define USBDI_IF_NAMED		1

extern const struct kern_ioconf ioconf_usb;

static char devices[USBDI_PARAM_BYTES];
module_param_string(devices, devices, sizeof(devices), 0644);
MODULE_PARM_DESC(devices,
    "USB MIDI devices to take: VENDOR:PRODUCT[,...] in hexadecimal, or all");

struct linux_usb {
	struct usb_interface *lu_intf;
	struct usb_device *lu_dev;
	struct hosted_usb *lu_hu;
	spinlock_t	lu_lock;
	struct list_head lu_ended;
	struct tasklet_struct lu_tasklet;
};

struct hosted_usb_urb {
	struct linux_usb *hu_usb;
	struct hosted_usb_xfer *hu_xfer;
	struct urb	*hu_urb;
	void		*hu_buffer;
	unsigned int	hu_pipe;
	int		hu_interval;	/* of an interrupt endpoint; 0: bulk */
	struct list_head hu_entry;	/* in lu_ended */
};

static int
usbdi_status(int error)
{

	switch (error) {
	case 0:
	case -EREMOTEIO:
		return HOSTED_USB_OK;
	case -EPIPE:
		return HOSTED_USB_STALLED;
	case -ENOENT:
	case -ECONNRESET:
		return HOSTED_USB_CANCELLED;
	default:
		return HOSTED_USB_IOERROR;
	}
}

/*
 * The ends of URBs.
 */

static void
usbdi_complete(struct urb *urb)
{
	struct hosted_usb_urb *hu = urb->context;
	struct linux_usb *lu = hu->hu_usb;
	unsigned long flags;

	spin_lock_irqsave(&lu->lu_lock, flags);
	list_add_tail(&hu->hu_entry, &lu->lu_ended);
	spin_unlock_irqrestore(&lu->lu_lock, flags);
	tasklet_hi_schedule(&lu->lu_tasklet);
}

static struct hosted_usb_urb *
usbdi_first(struct linux_usb *lu)
{
	struct hosted_usb_urb *hu;
	unsigned long flags;

	spin_lock_irqsave(&lu->lu_lock, flags);
	hu = list_first_entry_or_null(&lu->lu_ended, struct hosted_usb_urb,
	    hu_entry);
	if (hu != NULL)
		list_del_init(&hu->hu_entry);
	spin_unlock_irqrestore(&lu->lu_lock, flags);
	return hu;
}

static void
usbdi_tasklet(struct tasklet_struct *t)
{
	struct linux_usb *lu = from_tasklet(lu, t, lu_tasklet);
	struct hosted_usb_urb *hu;

	while ((hu = usbdi_first(lu)) != NULL)
		hosted_usb_done(hu->hu_xfer, usbdi_status(hu->hu_urb->status),
		    hu->hu_urb->actual_length);
}

/*
 * The hosted kernel's calls.
 */

static int
usbdi_control(void *cookie, const unsigned char *setup, void *data,
    unsigned int *done)
{
	const struct usb_ctrlrequest *req =
	    (const struct usb_ctrlrequest *)setup;
	struct linux_usb *lu = cookie;
	const u16 length = le16_to_cpu(req->wLength);
	const bool in = (req->bRequestType & USB_DIR_IN) != 0;
	void *buffer = NULL;
	int n;

	if (length != 0) {
		buffer = kzalloc(length, GFP_KERNEL);
		if (buffer == NULL)
			return HOSTED_USB_IOERROR;
		if (!in)
			memcpy(buffer, data, length);
	}
	n = usb_control_msg(lu->lu_dev, in ? usb_rcvctrlpipe(lu->lu_dev, 0) :
	    usb_sndctrlpipe(lu->lu_dev, 0), req->bRequest, req->bRequestType,
	    le16_to_cpu(req->wValue), le16_to_cpu(req->wIndex), buffer, length,
	    USBDI_TIMEOUT_MS);
	if (n > 0 && in)
		memcpy(data, buffer, n);
	kfree(buffer);
	if (n < 0)
		return usbdi_status(n);
	*done = n;
	return HOSTED_USB_OK;
}

static int
usbdi_setting(void *cookie, int setting)
{
	struct linux_usb *lu = cookie;

	return usbdi_status(usb_set_interface(lu->lu_dev,
	    lu->lu_intf->cur_altsetting->desc.bInterfaceNumber, setting));
}

static unsigned int
usbdi_pipe(struct linux_usb *lu, int address, bool interrupt)
{
	const unsigned int n = address & USB_ENDPOINT_NUMBER_MASK;

	if (address & USB_DIR_IN)
		return interrupt ? usb_rcvintpipe(lu->lu_dev, n) :
		    usb_rcvbulkpipe(lu->lu_dev, n);
	return interrupt ? usb_sndintpipe(lu->lu_dev, n) :
	    usb_sndbulkpipe(lu->lu_dev, n);
}

static int
usbdi_clear_halt(void *cookie, int address)
{
	struct linux_usb *lu = cookie;

	return usbdi_status(usb_clear_halt(lu->lu_dev,
	    usbdi_pipe(lu, address, false)));
}

static void
usbdi_destroy(struct hosted_usb_urb *hu)
{

	usb_free_urb(hu->hu_urb);
	kfree(hu->hu_buffer);
	kfree(hu);
}

static int
usbdi_create(void *cookie, int address, unsigned long size,
    struct hosted_usb_xfer *xfer, struct hosted_usb_urb **hup, void **buffer)
{
	struct linux_usb *lu = cookie;
	const struct usb_host_endpoint *ep = (address & USB_DIR_IN) != 0 ?
	    lu->lu_dev->ep_in[address & USB_ENDPOINT_NUMBER_MASK] :
	    lu->lu_dev->ep_out[address & USB_ENDPOINT_NUMBER_MASK];
	struct hosted_usb_urb *hu;
	bool interrupt;

	if (ep == NULL)
		return ENXIO;
	hu = kzalloc(sizeof(*hu), GFP_KERNEL);
	if (hu == NULL)
		return ENOMEM;
	interrupt = usb_endpoint_xfer_int(&ep->desc);
	hu->hu_usb = lu;
	hu->hu_xfer = xfer;
	hu->hu_pipe = usbdi_pipe(lu, address, interrupt);
	hu->hu_interval = interrupt ? ep->desc.bInterval : 0;
	INIT_LIST_HEAD(&hu->hu_entry);
	hu->hu_urb = usb_alloc_urb(0, GFP_KERNEL);
	hu->hu_buffer = kzalloc(size, GFP_KERNEL);
	if (hu->hu_urb == NULL || hu->hu_buffer == NULL) {
		usbdi_destroy(hu);
		return ENOMEM;
	}
	*hup = hu;
	*buffer = hu->hu_buffer;
	return 0;
}

static int
usbdi_submit(struct hosted_usb_urb *hu, void *data, unsigned long n, int end)
{
	struct usb_device *dev = hu->hu_usb->lu_dev;

	if (hu->hu_interval != 0)
		usb_fill_int_urb(hu->hu_urb, dev, hu->hu_pipe, data, n,
		    usbdi_complete, hu, hu->hu_interval);
	else
		usb_fill_bulk_urb(hu->hu_urb, dev, hu->hu_pipe, data, n,
		    usbdi_complete, hu);
	hu->hu_urb->transfer_flags = end ? URB_ZERO_PACKET : 0;
	return usbdi_status(usb_submit_urb(hu->hu_urb, GFP_ATOMIC));
}

static void
usbdi_cancel(struct hosted_usb_urb *hu)
{

	(void)usb_unlink_urb(hu->hu_urb);
}

static const struct hosted_usb_ops usbdi_ops = {
	.hu_control = usbdi_control,
	.hu_setting = usbdi_setting,
	.hu_clear_halt = usbdi_clear_halt,
	.hu_create = usbdi_create,
	.hu_destroy = usbdi_destroy,
	.hu_submit = usbdi_submit,
	.hu_cancel = usbdi_cancel,
};

/*
 * Linux's calls.
 */

/* Does the parameter name the device? */
static bool
usbdi_named(struct usb_device *dev)
{
	char list[USBDI_PARAM_BYTES], *item, *p = list;
	unsigned int vendor, product;

	kernel_param_lock(THIS_MODULE);
	strscpy(list, devices, sizeof(list));
	kernel_param_unlock(THIS_MODULE);
	while ((item = strsep(&p, ",")) != NULL) {
		item = strim(item);
		if (strcmp(item, "all") == 0)
			return true;
		if (sscanf(item, "%x:%x", &vendor, &product) == 2 &&
		    vendor == le16_to_cpu(dev->descriptor.idVendor) &&
		    product == le16_to_cpu(dev->descriptor.idProduct))
			return true;
	}
	return false;
}

static int
usbdi_attach(struct linux_usb *lu)
{
	struct usb_device *dev = lu->lu_dev;
	const struct usb_host_config *config = dev->actconfig;
	const struct hosted_usb_info info = {
		.ui_device = (const unsigned char *)&dev->descriptor,
		.ui_config = (const unsigned char *)
		    dev->rawdescriptors[config - dev->config],
		.ui_config_bytes = le16_to_cpu(config->desc.wTotalLength),
		.ui_iface = lu->lu_intf->cur_altsetting->desc.bInterfaceNumber,
		.ui_port = dev->portnum,
		.ui_address = dev->devnum,
	};
	struct host_thread t;
	int error;

	linux_enter(&t);
	error = hosted_usb_attach(&info, &usbdi_ops, lu, &lu->lu_hu);
	linux_leave(&t);
	return error == ENXIO ? -ENODEV : -error;
}

static int
usbdi_probe(struct usb_interface *intf, const struct usb_device_id *id)
{
	struct usb_device *dev = interface_to_usbdev(intf);
	struct linux_usb *lu;
	int error;

	if (id->driver_info == USBDI_IF_NAMED && !usbdi_named(dev))
		return -ENODEV;
	lu = kzalloc(sizeof(*lu), GFP_KERNEL);
	if (lu == NULL)
		return -ENOMEM;
	lu->lu_intf = intf;
	lu->lu_dev = dev;
	spin_lock_init(&lu->lu_lock);
	INIT_LIST_HEAD(&lu->lu_ended);
	tasklet_setup(&lu->lu_tasklet, usbdi_tasklet);
	/* What the setting was left at need not be the first. */
	if (intf->cur_altsetting->desc.bAlternateSetting != 0)
		(void)usb_set_interface(dev,
		    intf->cur_altsetting->desc.bInterfaceNumber, 0);
	error = usbdi_attach(lu);
	if (error) {
		tasklet_kill(&lu->lu_tasklet);
		kfree(lu);
		return error;
	}
	usb_set_intfdata(intf, lu);
	return 0;
}

static void
usbdi_disconnect(struct usb_interface *intf)
{
	struct linux_usb *lu = usb_get_intfdata(intf);
	struct host_thread t;

	linux_enter(&t);
	/* Linux takes no for an answer from nobody. */
	if (lu->lu_dev->state == USB_STATE_NOTATTACHED ||
	    hosted_usb_detach(lu->lu_hu, 0) != 0)
		(void)hosted_usb_detach(lu->lu_hu, 1);
	linux_leave(&t);
	usb_set_intfdata(intf, NULL);
	tasklet_kill(&lu->lu_tasklet);
	kfree(lu);
}

#define USBDI_VENDOR_CLASS(vendor) {					\
	.match_flags = USB_DEVICE_ID_MATCH_VENDOR |			\
	    USB_DEVICE_ID_MATCH_INT_CLASS,				\
	.idVendor = (vendor),						\
	.bInterfaceClass = USB_CLASS_VENDOR_SPEC,			\
	.driver_info = USBDI_IF_NAMED,					\
}

/* No MODULE_DEVICE_TABLE: nobody loads us for a device. */
static const struct usb_device_id usbdi_ids[] = {
	{
		.match_flags = USB_DEVICE_ID_MATCH_INT_CLASS |
		    USB_DEVICE_ID_MATCH_INT_SUBCLASS,
		.bInterfaceClass = USB_CLASS_AUDIO,
		.bInterfaceSubClass = USB_SUBCLASS_MIDISTREAMING,
		.driver_info = USBDI_IF_NAMED,
	},
	USBDI_VENDOR_CLASS(0x0582),	/* Roland */
	USBDI_VENDOR_CLASS(0x0499),	/* Yamaha */
	USBDI_VENDOR_CLASS(0x07cf),	/* Casio */
	USBDI_VENDOR_CLASS(0x0ccd),	/* TerraTec */
	USBDI_VENDOR_CLASS(0x133e),	/* Access */
	{ }
};

static struct usb_driver usbdi_driver = {
	.name = "bsdmidi_umidi",
	.probe = usbdi_probe,
	.disconnect = usbdi_disconnect,
	.id_table = usbdi_ids,
};

static int __init
linux_usbdi_init(void)
{
	int error;

	error = linux_component_join(&ioconf_usb, THIS_MODULE);
	if (error)
		return error;
	error = usb_register(&usbdi_driver);
	if (error)
		linux_component_leave(&ioconf_usb);
	return error;
}

static void __exit
linux_usbdi_exit(void)
{

	usb_deregister(&usbdi_driver);
	linux_component_leave(&ioconf_usb);
}

module_init(linux_usbdi_init);
module_exit(linux_usbdi_exit);

LINUX_MODULE("USB MIDI devices, beside snd-usb-audio");
