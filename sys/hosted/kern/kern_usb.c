/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_usb.c: the bus, and the interfaces of devices on it.
 *
 * The host gives us one interface of a device at a time.  All of them hang at
 * one hub, which is there from the first one on.  A device lives from
 * hosted_usb_attach() to hosted_usb_detach(), with a reference to the hub;
 * its driver may come and go in between, by hosted_detach().
 *
 * Descriptors are copied, as drivers get pointers to them that they may write
 * through, and as the host's need not last.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>

#include <hosted/kern/kern_device.h>
#include <hosted/kern/kern_usb.h>

#include "ioconf.h"

struct kern_usbhub {
	device_t	ub_dev;
	struct host_lock *ub_lock;
	struct host_cond *ub_cond;	/* a child went */
	struct kern_usbtask *ub_tasks;
	LIST_HEAD(, usbd_device) ub_devices;
};

static int	uhub_match(device_t, cfdata_t, void *);
static void	uhub_attach(device_t, device_t, void *);
static int	uhub_detach(device_t, int);
static void	uhub_childdetached(device_t, device_t);

CFATTACH_DECL2_NEW(uhub, sizeof(struct kern_usbhub), uhub_match, uhub_attach,
    uhub_detach, NULL, NULL, uhub_childdetached);

static struct cfdata uhub_cfdata = {
	.cf_name = "uhub",
	.cf_atname = "uhub",
	.cf_unit = 0,
	.cf_fstate = FSTATE_STAR,
};

/*
 * The hub.
 */

static int
uhub_match(device_t parent, cfdata_t cf, void *aux)
{

	return 1;
}

static void
uhub_attach(device_t parent, device_t self, void *aux)
{
	struct kern_usbhub *ub = device_private(self);

	aprint_normal_dev(self, "interfaces that the host gives away\n");
	ub->ub_dev = self;
	LIST_INIT(&ub->ub_devices);
	ub->ub_lock = kern_kmem_lock(HOST_LOCK_SLEEP, "uhub");
	ub->ub_cond = kern_kmem_cond("uhub");
	ub->ub_tasks = kern_usbtask_create();
}

static int
uhub_detach(device_t self, int flags)
{
	struct kern_usbhub *ub = device_private(self);
	int error;

	error = config_detach_children(self, flags);
	if (error)
		return error;
	if (ub->ub_tasks != NULL)
		kern_usbtask_destroy(ub->ub_tasks);
	host_cond_destroy(ub->ub_cond);
	host_lock_destroy(ub->ub_lock);
	return 0;
}

static void
uhub_childdetached(device_t self, device_t child)
{
	struct kern_usbhub *ub = device_private(self);
	struct usbd_device *ud;

	host_lock_enter(ub->ub_lock);
	LIST_FOREACH(ud, &ub->ub_devices, ud_entry) {
		if (ud->ud_child == child)
			ud->ud_child = NULL;
	}
	host_cond_wake(ub->ub_cond, 1);
	host_lock_exit(ub->ub_lock);
}

/* The hub, with a reference; NULL: there can be none. */
static device_t
usb_hub(void)
{
	const struct kern_usbhub *ub;
	device_t hub;

	hub = device_lookup_acquire(&uhub_cd, 0);
	if (hub == NULL)
		hub = config_attach_pseudo_acquire(&uhub_cfdata, NULL);
	if (hub == NULL)
		return NULL;
	ub = device_private(hub);
	if (ub->ub_tasks == NULL) {
		(void)config_detach_release(hub, DETACH_FORCE | DETACH_QUIET);
		return NULL;
	}
	return hub;
}

struct kern_usbtask *
kern_usb_tasks(struct usbd_device *ud)
{

	return ud->ud_hub->ub_tasks;
}

/*
 * Descriptors.
 */

/* Go through the descriptors of the configuration; the next one after d, or
 * the first.  NULL: there is no more that is whole. */
static const usb_descriptor_t *
usb_next(const struct usbd_device *ud, const usb_descriptor_t *d)
{
	const uint8_t *end = ud->ud_config + ud->ud_info.ui_config_bytes;
	const uint8_t *p = ud->ud_config;

	if (d != NULL)
		p = (const uint8_t *)d + d->bLength;
	if (end - p < 2 || p[0] < 2 || p[0] > end - p)
		return NULL;
	return (const usb_descriptor_t *)p;
}

/* The nth setting of the interface. */
static usb_interface_descriptor_t *
usb_setting(const struct usbd_device *ud, int n)
{
	const usb_interface_descriptor_t *id;
	const usb_descriptor_t *d = NULL;

	while ((d = usb_next(ud, d)) != NULL) {
		id = (const usb_interface_descriptor_t *)d;
		if (d->bDescriptorType == UDESC_INTERFACE &&
		    d->bLength >= sizeof(*id) &&
		    id->bInterfaceNumber == ud->ud_info.ui_iface && n-- == 0)
			return __UNCONST(id);
	}
	return NULL;
}

usb_endpoint_descriptor_t *
usbd_interface2endpoint_descriptor(struct usbd_interface *iface, uint8_t n)
{
	const usb_descriptor_t *d = (const usb_descriptor_t *)iface->ui_idesc;

	while ((d = usb_next(iface->ui_device, d)) != NULL) {
		if (d->bDescriptorType == UDESC_INTERFACE)
			break;
		if (d->bDescriptorType == UDESC_ENDPOINT &&
		    d->bLength >= sizeof(usb_endpoint_descriptor_t) &&
		    n-- == 0)
			return __UNCONST(d);
	}
	return NULL;
}

usb_device_descriptor_t *
usbd_get_device_descriptor(struct usbd_device *ud)
{

	return &ud->ud_desc;
}

usb_config_descriptor_t *
usbd_get_config_descriptor(struct usbd_device *ud)
{

	return (usb_config_descriptor_t *)ud->ud_config;
}

usb_interface_descriptor_t *
usbd_get_interface_descriptor(struct usbd_interface *iface)
{

	return iface->ui_idesc;
}

usbd_status
usbd_set_interface(struct usbd_interface *iface, int n)
{
	struct usbd_device *ud = iface->ui_device;
	usb_interface_descriptor_t *id = usb_setting(ud, n);
	usbd_status status;

	kern_usbxfer_assert("usbd_set_interface");
	if (iface->ui_npipes != 0)
		return USBD_IN_USE;
	if (id == NULL)
		return USBD_INVAL;
	status = kern_usbxfer_status((*ud->ud_ops->hu_setting)(ud->ud_cookie,
	    id->bAlternateSetting));
	if (status == USBD_NORMAL_COMPLETION)
		iface->ui_idesc = id;
	return status;
}

/*
 * Requests and strings.
 */

/* *done are the bytes that were moved. */
static usbd_status
usb_request(struct usbd_device *ud, const usb_device_request_t *req,
    void *data, unsigned int *done)
{
	usbd_status status;

	kern_usbxfer_assert("a request");
	*done = 0;
	status = kern_usbxfer_status((*ud->ud_ops->hu_control)(ud->ud_cookie,
	    (const unsigned char *)req, data, done));
	KASSERT(*done <= UGETW(req->wLength));
	return status;
}

/* A string descriptor: how many bytes of it are there, 2 to 255; 0: none. */
static unsigned int
usb_string(struct usbd_device *ud, int index, int language, uint8_t *d)
{
	usb_device_request_t req;
	unsigned int done;

	req.bmRequestType = UT_READ_DEVICE;
	req.bRequest = UR_GET_DESCRIPTOR;
	USETW2(req.wValue, UDESC_STRING, index);
	USETW(req.wIndex, language);
	USETW(req.wLength, 255);
	if (usb_request(ud, &req, d, &done) != USBD_NORMAL_COMPLETION ||
	    done < 2 || d[1] != UDESC_STRING || d[0] < 2)
		return 0;
	return MIN(done, d[0]);
}

/* One character as UTF-8; what is none, or steers a terminal, as a mark.  A
 * surrogate has its other half behind it.  Returns the words used. */
static unsigned int
usb_character(const uint8_t *d, unsigned int nwords, char **textp)
{
	uint32_t c = UGETW(d), low = nwords > 1 ? UGETW(d + 2) : 0;
	unsigned int used = 1;
	char *text = *textp;

	if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		used = 2;
	} else if ((c >= 0xd800 && c < 0xe000) || c < 0x20 ||
	    (c >= 0x7f && c < 0xa0))
		c = '?';
	if (c < 0x80)
		*text++ = c;
	else if (c < 0x800) {
		*text++ = 0xc0 | c >> 6;
		*text++ = 0x80 | (c & 0x3f);
	} else {
		if (c >= 0x10000) {
			*text++ = 0xf0 | c >> 18;
			*text++ = 0x80 | (c >> 12 & 0x3f);
		} else
			*text++ = 0xe0 | c >> 12;
		*text++ = 0x80 | (c >> 6 & 0x3f);
		*text++ = 0x80 | (c & 0x3f);
	}
	*textp = text;
	return used;
}

usbd_status
usbd_get_string(struct usbd_device *ud, int index, char *text)
{
	uint8_t d[256];
	unsigned int i, n;

	*text = '\0';
	if (index == 0)
		return USBD_NORMAL_COMPLETION;
	if (ud->ud_language == -1) {
		n = usb_string(ud, 0, 0, d);
		ud->ud_language = n >= 4 ? UGETW(d + 2) : 0;
	}
	n = usb_string(ud, index, ud->ud_language, d);
	if (n == 0)
		return USBD_INVAL;
	n = MIN((n - 2) / 2, USB_MAX_STRING_LEN - 1);
	for (i = 0; i < n;)
		i += usb_character(d + 2 + 2 * i, n - i, &text);
	*text = '\0';
	return USBD_NORMAL_COMPLETION;
}

#define USB_DEVINFO_BYTES	1024

char *
usbd_devinfo_alloc(struct usbd_device *ud, int showclass)
{
	const usb_device_descriptor_t *dd = usbd_get_device_descriptor(ud);
	char vendor[USB_MAX_ENCODED_STRING_LEN];
	char product[USB_MAX_ENCODED_STRING_LEN];
	char class[32] = "";
	char *text;

	(void)usbd_get_string(ud, dd->iManufacturer, vendor);
	(void)usbd_get_string(ud, dd->iProduct, product);
	if (vendor[0] == '\0')
		(void)strlcpy(vendor, "vendor", sizeof(vendor));
	if (product[0] == '\0')
		(void)strlcpy(product, "product", sizeof(product));
	if (showclass)
		snprintf(class, sizeof(class), ", class %d/%d",
		    dd->bDeviceClass, dd->bDeviceSubClass);
	text = kmem_alloc(USB_DEVINFO_BYTES, KM_SLEEP);
	snprintf(text, USB_DEVINFO_BYTES,
	    "%s (0x%04x) %s (0x%04x)%s, rev %x.%02x/%x.%02x, addr %d",
	    vendor, UGETW(dd->idVendor), product, UGETW(dd->idProduct), class,
	    UGETW(dd->bcdUSB) >> 8, UGETW(dd->bcdUSB) & 0xff,
	    UGETW(dd->bcdDevice) >> 8, UGETW(dd->bcdDevice) & 0xff,
	    ud->ud_info.ui_address);
	return text;
}

void
usbd_devinfo_free(char *text)
{

	kmem_free(text, USB_DEVINFO_BYTES);
}

const char *
usbd_errstr(usbd_status status)
{
	static const char *const names[] = {
		"NORMAL_COMPLETION", "IN_PROGRESS", "PENDING_REQUESTS",
		"NOT_STARTED", "INVAL", "NOMEM", "CANCELLED", "BAD_ADDRESS",
		"IN_USE", "NO_ADDR", "SET_ADDR_FAILED", "NO_POWER", "TOO_DEEP",
		"IOERROR", "NOT_CONFIGURED", "TIMEOUT", "SHORT_XFER",
		"STALLED", "INTERRUPTED"
	};

	return (unsigned int)status < __arraycount(names) ? names[status] :
	    "ERROR";
}

/*
 * The host's side.
 */

static int
usb_print(void *aux, const char *name)
{
	const struct usbif_attach_arg *uiaa = aux;

	if (name != NULL)
		aprint_normal("interface at %s", name);
	aprint_normal(" port %d configuration %d interface %d",
	    uiaa->uiaa_port, uiaa->uiaa_configno, uiaa->uiaa_ifaceno);
	return UNCONF;
}

/* Show the interface to the drivers. */
static int
usb_offer(struct usbd_device *ud)
{
	const usb_device_descriptor_t *dd = usbd_get_device_descriptor(ud);
	struct usbd_interface *iface = &ud->ud_iface;
	struct usbif_attach_arg uiaa = {
		.uiaa_port = ud->ud_info.ui_port,
		.uiaa_configno =
		    usbd_get_config_descriptor(ud)->bConfigurationValue,
		.uiaa_ifaceno = ud->ud_info.ui_iface,
		.uiaa_vendor = UGETW(dd->idVendor),
		.uiaa_product = UGETW(dd->idProduct),
		.uiaa_release = UGETW(dd->bcdDevice),
		.uiaa_device = ud,
		.uiaa_iface = iface,
		.uiaa_class = iface->ui_idesc->bInterfaceClass,
		.uiaa_subclass = iface->ui_idesc->bInterfaceSubClass,
		.uiaa_proto = iface->ui_idesc->bInterfaceProtocol,
		.uiaa_ifaces = &iface,
		.uiaa_nifaces = 1,
	};
	device_t child;

	child = config_found_acquire(ud->ud_hubdev, &uiaa, usb_print,
	    CFARGS(.iattr = "usbifif"));
	if (child == NULL)
		return ENXIO;
	host_lock_enter(ud->ud_hub->ub_lock);
	ud->ud_child = child;
	host_lock_exit(ud->ud_hub->ub_lock);
	device_release(child);
	return 0;
}

static void
usb_destroy(struct usbd_device *ud)
{

	if (ud->ud_hub != NULL) {
		host_lock_enter(ud->ud_hub->ub_lock);
		LIST_REMOVE(ud, ud_entry);
		host_lock_exit(ud->ud_hub->ub_lock);
		device_release(ud->ud_hubdev);
	}
	kern_usbxfer_fini(ud);
	if (ud->ud_config != NULL)
		kmem_free(ud->ud_config, ud->ud_info.ui_config_bytes);
	kmem_free(ud, sizeof(*ud));
}

/* Copy what tells about the device.  It knows its true length then. */
static int
usb_describe(struct usbd_device *ud, const struct hosted_usb_info *info)
{
	usb_config_descriptor_t *cd;

	if (info->ui_config_bytes < sizeof(*cd) ||
	    info->ui_device[0] < sizeof(ud->ud_desc))
		return EINVAL;
	memcpy(&ud->ud_desc, info->ui_device, sizeof(ud->ud_desc));
	ud->ud_info.ui_config_bytes = MIN(info->ui_config_bytes, 0xffff);
	ud->ud_config = kmem_alloc(ud->ud_info.ui_config_bytes, KM_SLEEP);
	memcpy(ud->ud_config, info->ui_config, ud->ud_info.ui_config_bytes);
	cd = usbd_get_config_descriptor(ud);
	USETW(cd->wTotalLength, ud->ud_info.ui_config_bytes);
	ud->ud_iface.ui_idesc = usb_setting(ud, 0);
	return ud->ud_iface.ui_idesc == NULL ? EINVAL : 0;
}

int
hosted_usb_attach(const struct hosted_usb_info *info,
    const struct hosted_usb_ops *ops, void *cookie, struct hosted_usb **hup)
{
	struct usbd_device *ud;
	int error;

	ud = kmem_zalloc(sizeof(*ud), KM_SLEEP);
	ud->ud_info = *info;
	ud->ud_ops = ops;
	ud->ud_cookie = cookie;
	ud->ud_language = -1;
	ud->ud_iface.ui_device = ud;
	ud->ud_iface.ui_number = info->ui_iface;
	error = kern_usbxfer_init(ud);
	if (error)
		goto bad;
	error = usb_describe(ud, info);
	if (error)
		goto bad;
	error = ENOMEM;
	ud->ud_hubdev = usb_hub();
	if (ud->ud_hubdev == NULL)
		goto bad;
	ud->ud_hub = device_private(ud->ud_hubdev);
	host_lock_enter(ud->ud_hub->ub_lock);
	LIST_INSERT_HEAD(&ud->ud_hub->ub_devices, ud, ud_entry);
	host_lock_exit(ud->ud_hub->ub_lock);
	error = usb_offer(ud);
	if (error)
		goto bad;
	*hup = (struct hosted_usb *)(void *)ud;
	return 0;
bad:
	usb_destroy(ud);
	return error;
}

/* The driver's device, with a reference, if nobody detaches it yet. */
static device_t
usb_child(struct usbd_device *ud)
{
	device_t dev;

	kern_autoconf_lock();
	TAILQ_FOREACH(dev, &kern_devices, dv_entry) {
		if (dev == ud->ud_child && !dev->dv_gone)
			break;
	}
	if (dev != NULL)
		dev->dv_refs++;
	kern_autoconf_unlock();
	return dev;
}

int
hosted_usb_detach(struct hosted_usb *hu, int gone)
{
	struct usbd_device *ud = (struct usbd_device *)(void *)hu;
	struct kern_usbhub *ub = ud->ud_hub;
	device_t child;
	int error;

	while ((child = usb_child(ud)) != NULL) {
		error = config_detach_release(child, gone ? DETACH_FORCE : 0);
		if (error && error != ENXIO && !gone)
			return error;
	}
	/* Somebody else may be at it. */
	host_lock_enter(ub->ub_lock);
	while (ud->ud_child != NULL)
		(void)host_cond_wait(ub->ub_cond, ub->ub_lock, 0, 0);
	host_lock_exit(ub->ub_lock);
	usb_destroy(ud);
	return 0;
}
