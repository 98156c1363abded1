/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * umidi.c: USB MIDI devices.  See umidi(4).
 *
 * The descriptors of the interface tell which endpoints there are and which
 * cables they carry.  The nth endpoint in and the nth endpoint out belong
 * together, and the cables of one number make a port, that is, a midi device.
 * What moves packets is in umidi_pipe.c.
 *
 * Packets are taken from the device as long as it is attached, so that what
 * was played before an open is not heard after it.
 *
 * Detach: the children first, so that nobody calls the methods any more; what
 * they sent at last goes out, unless the device is gone.  Then sc_dying is
 * set, so that nothing more is begun; what can begin something is waited for;
 * the pipes are stopped, which waits for the ends of transfers; all is freed.
 *
 * Locks: see umidivar.h.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>

#include <dev/midi_if.h>
#include <dev/usb/umidivar.h>

#define UMIDI_VENDOR_ROLAND	0x0582
#define UMIDI_VENDOR_YAMAHA	0x0499

static int	umidi_match(device_t, cfdata_t, void *);
static void	umidi_attach(device_t, device_t, void *);
static int	umidi_detach(device_t, int);
static int	umidi_activate(device_t, enum devact);

static int	umidi_open(void *, int, void (*)(void *, int),
		    void (*)(void *), void *);
static void	umidi_close(void *);
static int	umidi_output(void *, int);
static void	umidi_getinfo(void *, struct midi_info *);
static void	umidi_get_locks(void *, kmutex_t **, kmutex_t **);
static int	umidi_outputn(void *, const uint8_t *, int);
static int	umidi_direction(void *, int);
static void	umidi_input_room(void *);

CFATTACH_DECL_NEW(umidi, sizeof(struct umidi_softc), umidi_match,
    umidi_attach, umidi_detach, umidi_activate);

static const struct midi_hw_if_run umidi_hw_if_run = {
	.outputn = umidi_outputn,
	.direction = umidi_direction,
	.input_room = umidi_input_room,
};

static const struct midi_hw_if umidi_hw_if = {
	.open = umidi_open,
	.close = umidi_close,
	.output = umidi_output,
	.getinfo = umidi_getinfo,
	.ioctl = NULL,
	.get_locks = umidi_get_locks,
};

static const char *const umidi_counts[UMIDI_NCOUNTS] = {
	[UMIDI_COUNT_IN_PACKETS_BAD] = "rcv packets malformed",
	[UMIDI_COUNT_IN_UNKNOWN] = "rcv bytes of unknown cables",
	[UMIDI_COUNT_IN_LOST] = "rcv bytes overrun",
	[UMIDI_COUNT_IN_ODD] = "rcv bytes in short packets",
	[UMIDI_COUNT_IN_FAILED] = "rcv transfers failed",
	[UMIDI_COUNT_OUT_LOST] = "xmt bytes of packets lost",
	[UMIDI_COUNT_OUT_FAILED] = "xmt transfers failed",
	[UMIDI_COUNT_STALLS] = "stalls",
};

/*
 * Match.
 */

/* Of a vendor whose own class is often MIDI: does the interface look so? */
static bool
umidi_looks(const struct usbif_attach_arg *uiaa)
{
	const usb_config_descriptor_t *cd =
	    usbd_get_config_descriptor(uiaa->uiaa_device);
	const usb_interface_descriptor_t *id =
	    usbd_get_interface_descriptor(uiaa->uiaa_iface);
	struct umidi_desc *ud;
	bool looks;

	if (uiaa->uiaa_vendor != UMIDI_VENDOR_ROLAND &&
	    uiaa->uiaa_vendor != UMIDI_VENDOR_YAMAHA)
		return false;
	ud = kmem_alloc(sizeof(*ud), KM_SLEEP);
	looks = umidi_desc_walk(ud, (const uint8_t *)cd,
	    UGETW(cd->wTotalLength), id->bInterfaceNumber,
	    id->bAlternateSetting) == 0 &&
	    (ud->ud_nin_jacks + ud->ud_nout_jacks != 0 ||
	    (ud->ud_flaws & UMIDI_DESC_NO_CABLES) == 0);
	kmem_free(ud, sizeof(*ud));
	return looks;
}

static int
umidi_match(device_t parent, cfdata_t cf, void *aux)
{
	const struct usbif_attach_arg *uiaa = aux;
	const struct umidi_quirks *uq;

	uq = umidi_quirks_find(uiaa->uiaa_vendor, uiaa->uiaa_product,
	    uiaa->uiaa_ifaceno);
	if (uq != NULL && uq->uq_product == uiaa->uiaa_product &&
	    (uq->uq_flags & ~UMIDI_QUIRKS_RUNNING) != 0 &&
	    (uiaa->uiaa_class == UICLASS_VENDOR ||
	    uiaa->uiaa_class == UICLASS_UNSPEC))
		return UMATCH_VENDOR_PRODUCT_CONF_IFACE;
	if (uiaa->uiaa_class == UICLASS_AUDIO &&
	    uiaa->uiaa_subclass == UISUBCLASS_MIDISTREAM)
		return UMATCH_IFACECLASS_IFACESUBCLASS;
	if (uiaa->uiaa_class == UICLASS_VENDOR && umidi_looks(uiaa))
		return UMATCH_VENDOR_IFACESUBCLASS;
	return UMATCH_NONE;
}

/*
 * Names.
 */

/* The text of a string descriptor, or "". */
static void
umidi_string(struct umidi_softc *sc, u_int index, char *text)
{

	if (index == 0 || usbd_get_string(sc->sc_udev, index, text) !=
	    USBD_NORMAL_COMPLETION)
		text[0] = '\0';
}

/* Strings of a device while it attaches: too much for a stack. */
struct umidi_text {
	char	ut_product[USB_MAX_ENCODED_STRING_LEN];
	char	ut_where[USB_MAX_ENCODED_STRING_LEN];
	char	ut_in[USB_MAX_ENCODED_STRING_LEN];
	char	ut_out[USB_MAX_ENCODED_STRING_LEN];
	char	ut_jacks[2 * USB_MAX_ENCODED_STRING_LEN];
	char	ut_identity[USB_MAX_ENCODED_STRING_LEN + 64];
};

/* What the jack of one end of a port is called, or "". */
static void
umidi_jack(struct umidi_softc *sc, const struct umidi_desc *ud,
    const struct umidi_pipe *up, u_int cable, char *text)
{

	text[0] = '\0';
	if (up != NULL)
		umidi_string(sc, umidi_desc_name(ud, &up->up_endpoint, cable),
		    text);
}

/*
 * Name a port: the product and the jack, or both jacks if they have two
 * names; the product and a number if they have none.
 */
static void
umidi_name(struct umidi_softc *sc, const struct umidi_desc *ud,
    struct umidi_port *port, struct umidi_text *ut)
{
	const char *product = ut->ut_product;
	char *in = ut->ut_in, *out = ut->ut_out, *jacks = ut->ut_jacks;

	umidi_jack(sc, ud, port->up_pipe_in, port->up_cable, in);
	umidi_jack(sc, ud, port->up_pipe_out, port->up_cable, out);
	if (in[0] != '\0' && out[0] != '\0' && strcmp(in, out) != 0)
		snprintf(jacks, sizeof(ut->ut_jacks), "%s, %s", in, out);
	else
		(void)strlcpy(jacks, out[0] != '\0' ? out : in,
		    sizeof(ut->ut_jacks));
	if (jacks[0] == '\0' && sc->sc_nports == 1)
		(void)strlcpy(port->up_name, product, sizeof(port->up_name));
	else if (jacks[0] == '\0')
		snprintf(port->up_name, sizeof(port->up_name), "%s %u",
		    product, (u_int)(port - sc->sc_ports) + 1);
	else if (strncmp(jacks, product, strlen(product)) == 0)
		(void)strlcpy(port->up_name, jacks, sizeof(port->up_name));
	else
		snprintf(port->up_name, sizeof(port->up_name), "%s %s",
		    product, jacks);
}

/*
 * Attach.
 */

static int
umidi_describe(struct umidi_softc *sc, struct umidi_desc *ud)
{
	const usb_config_descriptor_t *cd =
	    usbd_get_config_descriptor(sc->sc_udev);
	const usb_interface_descriptor_t *id;
	usbd_status status;
	int error;

	/* MIDI 1.0 is the first setting; 2.0 is behind it. */
	id = usbd_get_interface_descriptor(sc->sc_iface);
	if (id->bAlternateSetting != 0) {
		status = usbd_set_interface(sc->sc_iface, 0);
		if (status != USBD_NORMAL_COMPLETION)
			return EIO;
		id = usbd_get_interface_descriptor(sc->sc_iface);
	}
	error = umidi_desc_walk(ud, (const uint8_t *)cd,
	    UGETW(cd->wTotalLength), id->bInterfaceNumber,
	    id->bAlternateSetting);
	if (error)
		return error;
	if (sc->sc_quirks != NULL)
		umidi_quirks_apply(sc->sc_quirks, ud);
	if (ud->ud_flaws != 0)
		aprint_verbose_dev(sc->sc_dev, "flaws in descriptors: %#x\n",
		    ud->ud_flaws);
	return 0;
}

static int
umidi_open_pipes(struct umidi_softc *sc, const struct umidi_desc *ud)
{
	u_int i;
	int error;

	for (i = 0; i < ud->ud_nin + ud->ud_nout; i++) {
		error = umidi_pipe_open(sc, &sc->sc_pipes[sc->sc_npipes++],
		    i < ud->ud_nin ? &ud->ud_in[i] :
		    &ud->ud_out[i - ud->ud_nin]);
		if (error)
			return error;
	}
	return 0;
}

/* The pipe of the nth endpoint in, or out, if it has the cable. */
static struct umidi_pipe *
umidi_pipe_of(struct umidi_softc *sc, const struct umidi_desc *ud, u_int n,
    bool in, u_int cable)
{
	struct umidi_pipe *up;

	if (n >= (in ? ud->ud_nin : ud->ud_nout))
		return NULL;
	up = &sc->sc_pipes[in ? n : ud->ud_nin + n];
	return (up->up_endpoint.ue_cables & 1U << cable) != 0 ? up : NULL;
}

/* Make the ports, or (with ports NULL) count them. */
static u_int
umidi_ports(struct umidi_softc *sc, const struct umidi_desc *ud,
    struct umidi_port *port)
{
	struct umidi_pipe *in, *out;
	u_int cable, i, n = 0;

	for (i = 0; i < UMIDI_DESC_ENDPOINTS; i++) {
		for (cable = 0; cable < UMIDI_DESC_CABLES; cable++) {
			in = umidi_pipe_of(sc, ud, i, true, cable);
			out = umidi_pipe_of(sc, ud, i, false, cable);
			if (in == NULL && out == NULL)
				continue;
			n++;
			if (port == NULL)
				continue;
			port->up_sc = sc;
			port->up_cable = cable;
			port->up_pipe_in = in;
			port->up_pipe_out = out;
			if (in != NULL)
				in->up_ports[cable] = port;
			if (out != NULL)
				out->up_ports[cable] = port;
			port++;
		}
	}
	return n;
}

/* A port is known again by the device's numbers and serial number (or, if it
 * has none, by the place where it is plugged in) and by its own place in it. */
static void
umidi_attach_port(struct umidi_softc *sc, struct umidi_port *port,
    struct umidi_text *ut)
{
	const usb_device_descriptor_t *dd =
	    usbd_get_device_descriptor(sc->sc_udev);
	const usb_interface_descriptor_t *id =
	    usbd_get_interface_descriptor(sc->sc_iface);

	snprintf(ut->ut_identity, sizeof(ut->ut_identity),
	    "usb %04x:%04x %s %u:%u", UGETW(dd->idVendor),
	    UGETW(dd->idProduct), ut->ut_where, id->bInterfaceNumber,
	    (u_int)(port - sc->sc_ports));
	(void)midi_unit_attach(&umidi_hw_if, port, sc->sc_dev,
	    ut->ut_identity);
}

static void
umidi_attach_ports(struct umidi_softc *sc, const struct umidi_desc *ud,
    int usbport)
{
	const usb_device_descriptor_t *dd =
	    usbd_get_device_descriptor(sc->sc_udev);
	struct umidi_text *ut;
	u_int i, nin = 0, nout = 0;

	sc->sc_nports = umidi_ports(sc, ud, NULL);
	sc->sc_ports = kmem_zalloc(sc->sc_nports * sizeof(*sc->sc_ports),
	    KM_SLEEP);
	(void)umidi_ports(sc, ud, sc->sc_ports);
	ut = kmem_zalloc(sizeof(*ut), KM_SLEEP);
	umidi_string(sc, dd->iProduct, ut->ut_product);
	if (ut->ut_product[0] == '\0')
		(void)strlcpy(ut->ut_product, device_xname(sc->sc_dev),
		    sizeof(ut->ut_product));
	umidi_string(sc, dd->iSerialNumber, ut->ut_where);
	if (ut->ut_where[0] == '\0')
		snprintf(ut->ut_where, sizeof(ut->ut_where), "port %d",
		    usbport);
	for (i = 0; i < sc->sc_nports; i++) {
		nin += sc->sc_ports[i].up_pipe_in != NULL;
		nout += sc->sc_ports[i].up_pipe_out != NULL;
		umidi_name(sc, ud, &sc->sc_ports[i], ut);
	}
	aprint_normal_dev(sc->sc_dev, "%s, out=%u, in=%u\n",
	    sc->sc_quirks != NULL ? "quirks" : "genuine USB-MIDI", nout, nin);
	for (i = 0; i < sc->sc_nports; i++)
		umidi_attach_port(sc, &sc->sc_ports[i], ut);
	kmem_free(ut, sizeof(*ut));
}

static void
umidi_init(struct umidi_softc *sc)
{
	u_int i;

	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_SOFTUSB);
	cv_init(&sc->sc_cv, "umidi");
	callout_init(&sc->sc_retry, CALLOUT_MPSAFE);
	callout_setfunc(&sc->sc_retry, umidi_pipe_retry, sc);
	callout_init(&sc->sc_hold, CALLOUT_MPSAFE);
	callout_setfunc(&sc->sc_hold, umidi_pipe_hold, sc);
	usb_init_task(&sc->sc_task, umidi_pipe_task, sc, USB_TASKQ_MPSAFE);
	for (i = 0; i < UMIDI_NCOUNTS; i++)
		evcnt_attach_dynamic(&sc->sc_count[i], EVCNT_TYPE_MISC, NULL,
		    device_xname(sc->sc_dev), umidi_counts[i]);
	sc->sc_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    umidi_pipe_softint, sc);
}

static void
umidi_attach(device_t parent, device_t self, void *aux)
{
	struct umidi_softc *sc = device_private(self);
	const struct usbif_attach_arg *uiaa = aux;
	struct umidi_desc *ud;
	char *info;
	int error = ENOMEM;

	sc->sc_dev = self;
	sc->sc_udev = uiaa->uiaa_device;
	sc->sc_iface = uiaa->uiaa_iface;
	sc->sc_quirks = umidi_quirks_find(uiaa->uiaa_vendor,
	    uiaa->uiaa_product, uiaa->uiaa_ifaceno);
	aprint_naive("\n");
	aprint_normal("\n");
	info = usbd_devinfo_alloc(sc->sc_udev, 0);
	aprint_normal_dev(self, "%s\n", info);
	usbd_devinfo_free(info);
	umidi_init(sc);
	ud = kmem_alloc(sizeof(*ud), KM_SLEEP);
	if (sc->sc_sih != NULL)
		error = umidi_describe(sc, ud);
	if (error == 0)
		error = umidi_open_pipes(sc, ud);
	if (error == 0) {
		umidi_attach_ports(sc, ud, uiaa->uiaa_port);
		umidi_pipe_schedule(sc);
		if (!pmf_device_register(self, NULL, NULL))
			aprint_error_dev(self, "no power handler\n");
	} else {
		aprint_error_dev(self, "cannot be used: error %d\n", error);
		sc->sc_dying = true;
	}
	kmem_free(ud, sizeof(*ud));
}

/*
 * Detach.
 */

static void
umidi_die(struct umidi_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	sc->sc_dying = true;
	mutex_exit(&sc->sc_lock);
}

/* What the ports sent at last, the ends of notes, is to go out as well. */
static void
umidi_drain(struct umidi_softc *sc)
{

	mutex_enter(&sc->sc_lock);
	while (!sc->sc_dying && !umidi_pipe_idle(sc)) {
		if (cv_timedwait(&sc->sc_cv, &sc->sc_lock,
		    mstohz(UMIDI_DRAIN_MS)) != 0)
			break;
	}
	mutex_exit(&sc->sc_lock);
}

static int
umidi_activate(device_t self, enum devact act)
{

	switch (act) {
	case DVACT_DEACTIVATE:
		umidi_die(device_private(self));
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

static int
umidi_detach(device_t self, int flags)
{
	struct umidi_softc *sc = device_private(self);
	u_int i;
	int error;

	if (flags & DETACH_FORCE)
		umidi_die(sc);
	error = config_detach_children(self, flags);
	if (error)
		return error;
	pmf_device_deregister(self);
	umidi_drain(sc);
	umidi_die(sc);
	(void)callout_halt(&sc->sc_retry, NULL);
	(void)callout_halt(&sc->sc_hold, NULL);
	(void)usb_rem_task_wait(sc->sc_udev, &sc->sc_task, USB_TASKQ_DRIVER,
	    NULL);
	for (i = 0; i < sc->sc_npipes; i++)
		umidi_pipe_stop(&sc->sc_pipes[i]);
	if (sc->sc_sih != NULL)
		softint_disestablish(sc->sc_sih);
	for (i = 0; i < sc->sc_npipes; i++)
		umidi_pipe_close(&sc->sc_pipes[i]);
	if (sc->sc_ports != NULL)
		kmem_free(sc->sc_ports, sc->sc_nports * sizeof(*sc->sc_ports));
	for (i = 0; i < UMIDI_NCOUNTS; i++)
		evcnt_detach(&sc->sc_count[i]);
	callout_destroy(&sc->sc_retry);
	callout_destroy(&sc->sc_hold);
	cv_destroy(&sc->sc_cv);
	mutex_destroy(&sc->sc_lock);
	return 0;
}

/*
 * Methods of the ports.
 */

static int
umidi_open(void *hdl, int flags, void (*in)(void *, int), void (*out)(void *),
    void *arg)
{
	struct umidi_port *port = hdl;

	KASSERT(mutex_owned(&port->up_sc->sc_lock));
	if (port->up_sc->sc_dying)
		return EIO;
	umidi_pipe_begin(port);
	port->up_open = flags;
	port->up_arg = arg;
	return 0;
}

static void
umidi_close(void *hdl)
{
	struct umidi_port *port = hdl;

	KASSERT(mutex_owned(&port->up_sc->sc_lock));
	umidi_pipe_end(port);
	port->up_open = 0;
	port->up_arg = NULL;
}

static int
umidi_direction(void *hdl, int flags)
{
	struct umidi_port *port = hdl;

	KASSERT(mutex_owned(&port->up_sc->sc_lock));
	if (port->up_sc->sc_dying)
		return EIO;
	port->up_open = flags;
	if ((flags & FREAD) == 0)
		umidi_pipe_room(port);
	return 0;
}

static int
umidi_outputn(void *hdl, const uint8_t *bytes, int n)
{

	return umidi_pipe_output(hdl, bytes, n);
}

static int
umidi_output(void *hdl, int byte)
{
	const uint8_t b = byte;
	int taken;

	taken = umidi_pipe_output(hdl, &b, 1);
	return taken == 1 ? 0 : taken < 0 ? -taken : EIO;
}

static void
umidi_input_room(void *hdl)
{

	umidi_pipe_room(hdl);
}

static void
umidi_getinfo(void *hdl, struct midi_info *info)
{
	const struct umidi_port *port = hdl;

	info->name = port->up_name;
	info->run = &umidi_hw_if_run;
	info->props = MIDI_PROP_OUT_INTR | MIDI_PROP_CANONICAL |
	    MIDI_PROP_RELIABLE;
	if (port->up_pipe_in != NULL)
		info->props |= MIDI_PROP_CAN_INPUT | MIDI_PROP_FLOW;
	if (port->up_pipe_out == NULL)
		info->props |= MIDI_PROP_NO_OUTPUT;
}

static void
umidi_get_locks(void *hdl, kmutex_t **intr, kmutex_t **thread)
{
	struct umidi_port *port = hdl;

	*intr = &port->up_sc->sc_lock;
	*thread = NULL;
}
