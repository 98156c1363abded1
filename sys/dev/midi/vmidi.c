/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmidi.c: virtual MIDI cables.  See vmidi(4).
 *
 * Each vmidi device is one cable with two ends, each of them a midi device:
 * what is sent at the one is received at the other, in both directions.  No
 * byte is altered, lost or delayed by the cable; when nobody has the far end
 * open for reading, bytes vanish there as on a cable that leads nowhere.  A
 * far end whose reader is slow holds the sender back.
 *
 * One lock serves both ends, as a byte given to one end goes to the other at
 * once: it is the hardware lock of both midi devices.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/module.h>
#include <sys/mutex.h>

#include <dev/midi_if.h>
#include <dev/midi/midi_link.h>

#include "ioconf.h"

#define VMIDI_ENDS	2

struct vmidi_softc;

/* Field keys: [a] set at attach; [h] sc_lock. */
struct vmidi_end {
	struct vmidi_softc *ve_sc;	/* [a] */
	struct vmidi_end *ve_far;	/* [a] the other end */
	char		ve_name[32];	/* [a] */
	void		*ve_arg;	/* [h] midi(4)'s; NULL: closed */
	int		ve_open;	/* [h] FREAD, FWRITE */
};

struct vmidi_softc {
	device_t	sc_dev;		/* [a] */
	kmutex_t	sc_lock;
	struct vmidi_end sc_end[VMIDI_ENDS];
};

static int	vmidi_match(device_t, cfdata_t, void *);
static void	vmidi_attach(device_t, device_t, void *);
static int	vmidi_detach(device_t, int);

static int	vmidi_open(void *, int, void (*)(void *, int),
		    void (*)(void *), void *);
static void	vmidi_close(void *);
static int	vmidi_output(void *, int);
static void	vmidi_getinfo(void *, struct midi_info *);
static void	vmidi_get_locks(void *, kmutex_t **, kmutex_t **);
static int	vmidi_outputn(void *, const uint8_t *, int);
static int	vmidi_direction(void *, int);
static void	vmidi_input_room(void *);

CFATTACH_DECL_NEW(vmidi, sizeof(struct vmidi_softc), vmidi_match,
    vmidi_attach, vmidi_detach, NULL);

/* As many cables as are asked for. */
static struct cfdata vmidi_cfdata = {
	.cf_name = "vmidi",
	.cf_atname = "vmidi",
	.cf_unit = 0,
	.cf_fstate = FSTATE_STAR,
};

static const struct midi_hw_if_run vmidi_hw_if_run = {
	.outputn = vmidi_outputn,
	.direction = vmidi_direction,
	.input_room = vmidi_input_room,
};

static const struct midi_hw_if vmidi_hw_if = {
	.open = vmidi_open,
	.close = vmidi_close,
	.output = vmidi_output,
	.getinfo = vmidi_getinfo,
	.ioctl = NULL,
	.get_locks = vmidi_get_locks,
};

MODULE(MODULE_CLASS_DRIVER, vmidi, "midi");

static int
vmidi_modcmd(modcmd_t cmd, void *opaque)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		return config_cfattach_attach(vmidi_cd.cd_name, &vmidi_ca);
	case MODULE_CMD_FINI:
		return config_cfattach_detach(vmidi_cd.cd_name, &vmidi_ca);
	default:
		return ENOTTY;
	}
}

/*
 * Make n more cables.  Each is a pseudo-device instance of its own, so that
 * one can be detached and the others stay.
 */
void
vmidiattach(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (config_attach_pseudo(&vmidi_cfdata) == NULL)
			return;
	}
}

static int
vmidi_match(device_t parent, cfdata_t cf, void *aux)
{

	return 1;
}

static void
vmidi_attach(device_t parent, device_t self, void *aux)
{
	struct vmidi_softc *sc = device_private(self);
	device_t ends[VMIDI_ENDS];
	struct vmidi_end *ve;
	int i;

	aprint_normal_dev(self, "virtual MIDI cable\n");
	sc->sc_dev = self;
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	for (i = 0; i < VMIDI_ENDS; i++) {
		ve = &sc->sc_end[i];
		ve->ve_sc = sc;
		ve->ve_far = &sc->sc_end[VMIDI_ENDS - 1 - i];
		snprintf(ve->ve_name, sizeof(ve->ve_name), "%s end %c",
		    device_xname(self), 'a' + i);
	}
	for (i = 0; i < VMIDI_ENDS; i++)
		ends[i] = midi_attach_mi(&vmidi_hw_if, &sc->sc_end[i], self);
	if (ends[0] != NULL && ends[1] != NULL)
		midi_link_cable(device_unit(ends[0]), device_unit(ends[1]));
}

static int
vmidi_detach(device_t self, int flags)
{
	struct vmidi_softc *sc = device_private(self);
	int error;

	error = config_detach_children(self, flags);
	if (error)
		return error;
	mutex_destroy(&sc->sc_lock);
	return 0;
}

/* What goes out at the near end is now (not) heard by the far one. */
static void
vmidi_set_open(struct vmidi_end *ve, int flags, void *arg)
{
	struct vmidi_end *far = ve->ve_far;

	KASSERT(mutex_owned(&ve->ve_sc->sc_lock));
	ve->ve_open = flags;
	ve->ve_arg = arg;
	/* A sender that was held back need wait no longer. */
	if ((flags & FREAD) == 0 && (far->ve_open & FWRITE) != 0)
		midi_output_ready(far->ve_arg);
}

static int
vmidi_open(void *hdl, int flags, void (*in)(void *, int), void (*out)(void *),
    void *arg)
{

	vmidi_set_open(hdl, flags, arg);
	return 0;
}

static void
vmidi_close(void *hdl)
{

	vmidi_set_open(hdl, 0, NULL);
}

static int
vmidi_direction(void *hdl, int flags)
{
	struct vmidi_end *ve = hdl;

	vmidi_set_open(ve, flags, ve->ve_arg);
	return 0;
}

static int
vmidi_outputn(void *hdl, const uint8_t *bytes, int n)
{
	struct vmidi_end *ve = hdl, *far = ve->ve_far;

	KASSERT(mutex_owned(&ve->ve_sc->sc_lock));
	if ((far->ve_open & FREAD) == 0)
		return n;
	return midi_input_bytes(far->ve_arg, bytes, n);
}

static int
vmidi_output(void *hdl, int byte)
{
	const uint8_t b = byte;

	return vmidi_outputn(hdl, &b, 1) == 1 ? 0 : EIO;
}

/* The near end's reader has made room for the far end's sender. */
static void
vmidi_input_room(void *hdl)
{
	struct vmidi_end *far = ((struct vmidi_end *)hdl)->ve_far;

	if (far->ve_open & FWRITE)
		midi_output_ready(far->ve_arg);
}

static void
vmidi_getinfo(void *hdl, struct midi_info *info)
{
	const struct vmidi_end *ve = hdl;

	info->name = ve->ve_name;
	info->run = &vmidi_hw_if_run;
	info->props = MIDI_PROP_OUT_INTR | MIDI_PROP_CAN_INPUT |
	    MIDI_PROP_CANONICAL | MIDI_PROP_FLOW | MIDI_PROP_RELIABLE;
}

static void
vmidi_get_locks(void *hdl, kmutex_t **intr, kmutex_t **thread)
{
	struct vmidi_end *ve = hdl;

	*intr = &ve->ve_sc->sc_lock;
	*thread = NULL;
}
