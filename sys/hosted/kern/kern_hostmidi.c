/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_hostmidi.c: MIDI hardware that the host has, as a driver.
 *
 * A hostmidi device is a bus of one midi device; its methods go to the
 * host's functions, and the host's calls go to midi(4).
 *
 * Lock: hm_lock, adaptive, is the hardware lock of midi(4).  It is held
 * around each of the host's methods, and taken by the host's calls, which
 * therefore must not be made from within a method.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/mutex.h>

#include <dev/midi_if.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

/* Field keys: [a] constant; [h] hm_lock. */
struct hosted_midi {
	kmutex_t	hm_lock;
	device_t	hm_dev;		/* [a] */
	int		hm_unit;	/* [a] of rmidiN */
	const char	*hm_label;	/* [a] */
	int		hm_flags;	/* [a] HOSTED_MIDI_* */
	const struct hosted_midi_ops *hm_ops;	/* [a] */
	void		*hm_cookie;	/* [a] */
	void		(*hm_room)(void *);	/* [h] or NULL */
	void		*hm_arg;	/* [h] midi(4)'s; NULL: closed */
	int		hm_open;	/* [h] FREAD, FWRITE */
};

struct hostmidi_softc {
	device_t	sc_dev;
	struct hosted_midi *sc_hm;
};

static int	hostmidi_match(device_t, cfdata_t, void *);
static void	hostmidi_attach(device_t, device_t, void *);
static int	hostmidi_detach(device_t, int);

static int	hostmidi_open(void *, int, void (*)(void *, int),
		    void (*)(void *), void *);
static void	hostmidi_close(void *);
static int	hostmidi_output(void *, int);
static void	hostmidi_getinfo(void *, struct midi_info *);
static void	hostmidi_get_locks(void *, kmutex_t **, kmutex_t **);
static int	hostmidi_outputn(void *, const uint8_t *, int);
static int	hostmidi_direction(void *, int);
static void	hostmidi_input_room(void *);

CFATTACH_DECL_NEW(hostmidi, sizeof(struct hostmidi_softc), hostmidi_match,
    hostmidi_attach, hostmidi_detach, NULL);

static const struct midi_hw_if_run hostmidi_hw_if_run = {
	.outputn = hostmidi_outputn,
	.direction = hostmidi_direction,
	.input_room = hostmidi_input_room,
};

static const struct midi_hw_if hostmidi_hw_if = {
	.open = hostmidi_open,
	.close = hostmidi_close,
	.output = hostmidi_output,
	.getinfo = hostmidi_getinfo,
	.ioctl = NULL,
	.get_locks = hostmidi_get_locks,
};

static struct cfdata hostmidi_cfdata = {
	.cf_name = "hostmidi",
	.cf_atname = "hostmidi",
	.cf_unit = 0,
	.cf_fstate = FSTATE_STAR,
};

/*
 * The driver.
 */

static int
hostmidi_match(device_t parent, cfdata_t cf, void *aux)
{

	return 1;
}

static void
hostmidi_attach(device_t parent, device_t self, void *aux)
{
	struct hostmidi_softc *sc = device_private(self);
	struct hosted_midi *hm = aux;
	device_t midi;

	aprint_normal_dev(self, "%s\n", hm->hm_label);
	sc->sc_dev = self;
	sc->sc_hm = hm;
	hm->hm_dev = self;
	midi = midi_attach_mi(&hostmidi_hw_if, hm, self);
	hm->hm_unit = midi != NULL ? device_unit(midi) : -1;
}

static int
hostmidi_detach(device_t self, int flags)
{
	struct hostmidi_softc *sc = device_private(self);
	struct hosted_midi *hm = sc->sc_hm;
	int error;

	error = config_detach_children(self, flags);
	if (error)
		return error;
	mutex_destroy(&hm->hm_lock);
	kmem_free(hm, sizeof(*hm));
	return 0;
}

/*
 * The host's side.
 */

int
hosted_midi_attach(const char *label, int flags,
    const struct hosted_midi_ops *ops, void *cookie, struct hosted_midi **hmp,
    int *unit)
{
	struct hosted_midi *hm;
	device_t dev;

	hm = kmem_zalloc(sizeof(*hm), KM_SLEEP);
	mutex_init(&hm->hm_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	hm->hm_label = label;
	hm->hm_flags = flags;
	hm->hm_ops = ops;
	hm->hm_cookie = cookie;
	hm->hm_unit = -1;
	dev = config_attach_pseudo_acquire(&hostmidi_cfdata, hm);
	if (dev == NULL) {
		mutex_destroy(&hm->hm_lock);
		kmem_free(hm, sizeof(*hm));
		return ENXIO;
	}
	if (hm->hm_unit == -1) {
		config_detach_release(dev, DETACH_FORCE | DETACH_QUIET);
		return ENXIO;
	}
	device_release(dev);
	*hmp = hm;
	*unit = hm->hm_unit;
	return 0;
}

void
hosted_midi_detach(struct hosted_midi *hm)
{

	device_acquire(hm->hm_dev);
	(void)config_detach_release(hm->hm_dev, DETACH_FORCE);
}

int
hosted_midi_input(struct hosted_midi *hm, const unsigned char *bytes, int n)
{
	const bool direct = (hm->hm_flags & HOSTED_MIDI_DIRECT) != 0;
	struct kern_lwp *kl = kern_lwp_self();

	if (direct)
		kern_softint_begin(kl);
	mutex_enter(&hm->hm_lock);
	if ((hm->hm_open & FREAD) != 0)
		n = midi_input_bytes(hm->hm_arg, bytes, n);
	mutex_exit(&hm->hm_lock);
	if (direct)
		kern_softint_end(kl);
	return n;
}

void
hosted_midi_ready(struct hosted_midi *hm)
{

	mutex_enter(&hm->hm_lock);
	if ((hm->hm_open & FWRITE) != 0)
		midi_output_ready(hm->hm_arg);
	mutex_exit(&hm->hm_lock);
}

void
hosted_midi_on_room(struct hosted_midi *hm, void (*fn)(void *))
{

	mutex_enter(&hm->hm_lock);
	hm->hm_room = fn;
	mutex_exit(&hm->hm_lock);
}

/*
 * midi(4)'s side.
 */

static int
hostmidi_start(struct hosted_midi *hm, int flags)
{
	int hflags = 0;

	if (flags & FREAD)
		hflags |= HOSTED_READ;
	if (flags & FWRITE)
		hflags |= HOSTED_WRITE;
	return hm->hm_ops->hm_open(hm->hm_cookie, hflags);
}

static int
hostmidi_open(void *hdl, int flags, void (*in)(void *, int),
    void (*out)(void *), void *arg)
{
	struct hosted_midi *hm = hdl;
	int error;

	error = hostmidi_start(hm, flags);
	if (error)
		return error;
	hm->hm_open = flags;
	hm->hm_arg = arg;
	return 0;
}

static void
hostmidi_close(void *hdl)
{
	struct hosted_midi *hm = hdl;

	hm->hm_ops->hm_close(hm->hm_cookie);
	hm->hm_open = 0;
	hm->hm_arg = NULL;
}

static int
hostmidi_direction(void *hdl, int flags)
{
	struct hosted_midi *hm = hdl;
	int error;

	error = hostmidi_start(hm, flags);
	if (error == 0)
		hm->hm_open = flags;
	return error;
}

static int
hostmidi_outputn(void *hdl, const uint8_t *bytes, int n)
{
	struct hosted_midi *hm = hdl;

	return hm->hm_ops->hm_output(hm->hm_cookie, bytes, n);
}

static int
hostmidi_output(void *hdl, int byte)
{
	const uint8_t b = byte;
	int taken;

	taken = hostmidi_outputn(hdl, &b, 1);
	return taken == 1 ? 0 : taken < 0 ? -taken : EIO;
}

static void
hostmidi_input_room(void *hdl)
{
	struct hosted_midi *hm = hdl;

	if (hm->hm_room != NULL)
		hm->hm_room(hm->hm_cookie);
}

static void
hostmidi_getinfo(void *hdl, struct midi_info *info)
{
	const struct hosted_midi *hm = hdl;

	info->name = hm->hm_label;
	info->run = &hostmidi_hw_if_run;
	info->props = MIDI_PROP_OUT_INTR;
	if (hm->hm_flags & HOSTED_MIDI_IN)
		info->props |= MIDI_PROP_CAN_INPUT;
	if ((hm->hm_flags & HOSTED_MIDI_OUT) == 0)
		info->props |= MIDI_PROP_NO_OUTPUT;
	if (hm->hm_flags & HOSTED_MIDI_CANONICAL)
		info->props |= MIDI_PROP_CANONICAL;
	if (hm->hm_flags & HOSTED_MIDI_FLOW)
		info->props |= MIDI_PROP_FLOW;
}

static void
hostmidi_get_locks(void *hdl, kmutex_t **intr, kmutex_t **thread)
{
	struct hosted_midi *hm = hdl;

	*intr = &hm->hm_lock;
	*thread = NULL;
}
