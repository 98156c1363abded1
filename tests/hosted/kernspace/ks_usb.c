/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_usb.c: pipes and transfers of the USB, and that a driver that misuses
 * them is found out.
 *
 * The device is here, too: it has one bulk endpoint in and one out, does
 * nothing by itself, and ends a transfer when it is told to.  Its driver, tusb,
 * is the tests themselves.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <dev/usb/usb.h>
#include <dev/usb/usbdi.h>

#include <hosted/hosted.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_driver.h"
#include "ks_tests.h"

#define USB_IN		0x81
#define USB_BYTES	64

/*
 * The device.
 */

struct hosted_usb_urb {
	struct hosted_usb_xfer *ur_xfer;
	char		ur_buffer[USB_BYTES];
};

static struct hosted_usb	*usb_device;
static struct usbd_device	*usb_dev;
static struct usbd_interface	*usb_iface;
static struct usbd_pipe		*usb_pipe;
static struct usbd_xfer		*usb_xfer;
static struct hosted_usb_urb	*usb_urb;	/* the last that was made */

static int
usb_control(void *cookie, const unsigned char *setup, void *data,
    unsigned int *done)
{

	*done = 0;
	return HOSTED_USB_STALLED;
}

static int
usb_setting(void *cookie, int setting)
{

	return HOSTED_USB_OK;
}

static int
usb_clear_halt(void *cookie, int endpoint)
{

	return HOSTED_USB_OK;
}

static int
usb_create(void *cookie, int endpoint, unsigned long size,
    struct hosted_usb_xfer *xfer, struct hosted_usb_urb **urb, void **buffer)
{

	KS_CHECK(size <= USB_BYTES);
	usb_urb = kmem_zalloc(sizeof(*usb_urb), KM_SLEEP);
	usb_urb->ur_xfer = xfer;
	*urb = usb_urb;
	*buffer = usb_urb->ur_buffer;
	return 0;
}

static void
usb_destroy(struct hosted_usb_urb *urb)
{

	kmem_free(urb, sizeof(*urb));
}

static int
usb_submit(struct hosted_usb_urb *urb, void *data, unsigned long n, int end)
{

	return HOSTED_USB_OK;
}

static void
usb_cancel(struct hosted_usb_urb *urb)
{

	hosted_usb_done(urb->ur_xfer, HOSTED_USB_CANCELLED, 0);
}

static const struct hosted_usb_ops usb_ops = {
	.hu_control = usb_control,
	.hu_setting = usb_setting,
	.hu_clear_halt = usb_clear_halt,
	.hu_create = usb_create,
	.hu_destroy = usb_destroy,
	.hu_submit = usb_submit,
	.hu_cancel = usb_cancel,
};

static const unsigned char usb_device_bytes[] = {
	18, UDESC_DEVICE, 0x00, 0x02, 0, 0, 0, 64, 0x34, 0x12, 0x78, 0x56,
	0x00, 0x01, 0, 0, 0, 1
};
static const unsigned char usb_config_bytes[] = {
	9, UDESC_CONFIG, 32, 0, 1, 1, 0, 0x80, 50,
	9, UDESC_INTERFACE, 0, 0, 2, UICLASS_VENDOR, 0, 0, 0,
	7, UDESC_ENDPOINT, USB_IN, UE_BULK, USB_BYTES, 0, 0,
	7, UDESC_ENDPOINT, 0x02, UE_BULK, USB_BYTES, 0, 0
};
static const struct hosted_usb_info usb_info = {
	.ui_device = usb_device_bytes,
	.ui_config = usb_config_bytes,
	.ui_config_bytes = sizeof(usb_config_bytes),
	.ui_port = 1,
	.ui_address = 2,
};

/*
 * The driver.
 */

static int
usb_match(device_t parent, cfdata_t cf, void *aux)
{

	return UMATCH_IFACECLASS;
}

static void
usb_attach(device_t parent, device_t self, void *aux)
{
	const struct usbif_attach_arg *uiaa = aux;

	aprint_normal("\n");
	usb_dev = uiaa->uiaa_device;
	usb_iface = uiaa->uiaa_iface;
}

static int
usb_detach(device_t self, int flags)
{

	return 0;
}

CFATTACH_DECL_NEW(tusb, 0, usb_match, usb_attach, usb_detach, NULL);

/* How a transfer has ended. */
static struct ks_event	usb_over;
static usbd_status	usb_status;
static uint32_t		usb_moved;
static bool		usb_soft;

static void
usb_done(struct usbd_xfer *xfer, void *arg, usbd_status status)
{

	usb_status = status;
	usbd_get_xfer_status(xfer, NULL, NULL, &usb_moved, NULL);
	usb_soft = cpu_softintr_p();
	ks_event_post(&usb_over);
}

/* A device, a pipe and a transfer, ready to be submitted. */
static void
usb_init(void)
{

	ks_event_init(&usb_over);
	KS_CHECK(hosted_usb_attach(&usb_info, &usb_ops, NULL, &usb_device) ==
	    0);
	KS_CHECK(usbd_open_pipe(usb_iface, USB_IN, USBD_MPSAFE, &usb_pipe) ==
	    USBD_NORMAL_COMPLETION);
	KS_CHECK(usbd_create_xfer(usb_pipe, USB_BYTES, 0, 0, &usb_xfer) == 0);
	usbd_setup_xfer(usb_xfer, NULL, usbd_get_buffer(usb_xfer), USB_BYTES,
	    USBD_SHORT_XFER_OK, USBD_NO_TIMEOUT, usb_done);
}

static void
usb_fini(void)
{

	usbd_abort_pipe(usb_pipe);
	usbd_destroy_xfer(usb_xfer);
	usbd_close_pipe(usb_pipe);
	KS_CHECK(hosted_usb_detach(usb_device, 0) == 0);
	ks_event_fini(&usb_over);
}

/* Submit it. */
static void
usb_begin(void)
{

	usb_init();
	KS_CHECK(usbd_transfer(usb_xfer) == USBD_IN_PROGRESS);
}

void
ks_usb_transfer(void)
{

	usb_begin();
	KS_CHECK(ks_event_count(&usb_over) == 0);
	hosted_usb_done(usb_urb->ur_xfer, HOSTED_USB_OK, 3);
	(void)ks_event_wait(&usb_over, 1);
	KS_CHECK(usb_status == USBD_NORMAL_COMPLETION && usb_moved == 3);
	KS_CHECK(usb_soft);
	KS_CHECK(usbd_transfer(usb_xfer) == USBD_IN_PROGRESS);
	usbd_abort_pipe(usb_pipe);
	KS_CHECK(ks_event_count(&usb_over) == 2);
	KS_CHECK(usb_status == USBD_CANCELLED);
	usbd_suspend_pipe(usb_pipe);
	KS_CHECK(usbd_transfer(usb_xfer) == USBD_CANCELLED);
	KS_CHECK(ks_event_count(&usb_over) == 2);
	usb_fini();
}

void
ks_usb_timeout(void)
{

	usb_init();
	usbd_setup_xfer(usb_xfer, NULL, usbd_get_buffer(usb_xfer), USB_BYTES,
	    0, 20, usb_done);
	KS_CHECK(usbd_transfer(usb_xfer) == USBD_IN_PROGRESS);
	(void)ks_event_wait(&usb_over, 1);
	KS_CHECK(usb_status == USBD_TIMEOUT);
	/* Less than was asked for. */
	KS_CHECK(usbd_transfer(usb_xfer) == USBD_IN_PROGRESS);
	hosted_usb_done(usb_urb->ur_xfer, HOSTED_USB_OK, 3);
	(void)ks_event_wait(&usb_over, 2);
	KS_CHECK(usb_status == USBD_SHORT_XFER && usb_moved == 3);
	usb_fini();
}

void
ks_usb_open(void)
{
	struct usbd_pipe *up;

	usb_init();
	KS_CHECK(usbd_open_pipe(usb_iface, USB_IN, USBD_MPSAFE, &up) ==
	    USBD_IN_USE);
	KS_CHECK(usbd_open_pipe(usb_iface, 0x83, USBD_MPSAFE, &up) ==
	    USBD_BAD_ADDRESS);
	KS_CHECK(usbd_set_interface(usb_iface, 0) == USBD_IN_USE);
	usb_fini();
}

/*
 * Misuse: each of these panics.
 */

void
ks_usb_not_mpsafe(void)
{
	struct usbd_pipe *up;

	usb_init();
	(void)usbd_open_pipe(usb_iface, 0x02, 0, &up);
}

void
ks_usb_twice(void)
{

	usb_begin();
	(void)usbd_transfer(usb_xfer);
}

void
ks_usb_setup_busy(void)
{

	usb_begin();
	usbd_setup_xfer(usb_xfer, NULL, usbd_get_buffer(usb_xfer), 1, 0,
	    USBD_NO_TIMEOUT, usb_done);
}

void
ks_usb_destroy_busy(void)
{

	usb_begin();
	usbd_destroy_xfer(usb_xfer);
}

void
ks_usb_look_busy(void)
{

	usb_begin();
	usbd_get_xfer_status(usb_xfer, NULL, NULL, &usb_moved, NULL);
}

void
ks_usb_outside(void)
{
	char *data;

	usb_init();
	data = usbd_get_buffer(usb_xfer);
	usbd_setup_xfer(usb_xfer, NULL, data + 1, USB_BYTES, 0,
	    USBD_NO_TIMEOUT, usb_done);
}

void
ks_usb_callback_sync(void)
{

	usb_init();
	usbd_setup_xfer(usb_xfer, NULL, usbd_get_buffer(usb_xfer), 1,
	    USBD_SYNCHRONOUS, USBD_NO_TIMEOUT, usb_done);
	(void)usbd_transfer(usb_xfer);
}

void
ks_usb_close_xfers(void)
{

	usb_init();
	usbd_close_pipe(usb_pipe);
}

void
ks_usb_left_open(void)
{

	usb_init();
	(void)hosted_usb_detach(usb_device, 0);
}

void
ks_usb_abort_held(void)
{
	kmutex_t lock;

	usb_init();
	mutex_init(&lock, MUTEX_DEFAULT, IPL_SOFTUSB);
	mutex_enter(&lock);
	usbd_abort_pipe(usb_pipe);
}

static void
usb_abort(struct usbd_xfer *xfer, void *arg, usbd_status status)
{

	usbd_abort_pipe(usb_pipe);
}

void
ks_usb_abort_softint(void)
{

	usb_init();
	usbd_setup_xfer(usb_xfer, NULL, usbd_get_buffer(usb_xfer), 1, 0,
	    USBD_NO_TIMEOUT, usb_abort);
	(void)usbd_transfer(usb_xfer);
	hosted_usb_done(usb_urb->ur_xfer, HOSTED_USB_OK, 0);
	ks_pause(10);
}

static void
usb_interrupt(void *arg)
{

	(void)usbd_transfer(usb_xfer);
}

void
ks_usb_interrupt(void)
{

	usb_init();
	host_run_interrupt(usb_interrupt, NULL);
	ks_pause(10);
}

static void
usb_task(void *arg)
{
}

void
ks_usb_task(void)
{
	struct usb_task task;

	usb_init();
	usb_init_task(&task, usb_task, NULL, 0);
	usb_add_task(usb_dev, &task, USB_TASKQ_DRIVER);
}

/* The host's own. */
void
ks_usb_ended_twice(void)
{

	usb_begin();
	kpreempt_disable();
	hosted_usb_done(usb_urb->ur_xfer, HOSTED_USB_OK, 0);
	hosted_usb_done(usb_urb->ur_xfer, HOSTED_USB_OK, 0);
}

void
ks_usb_too_much(void)
{

	usb_begin();
	hosted_usb_done(usb_urb->ur_xfer, HOSTED_USB_OK, USB_BYTES + 1);
}
