/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * opl_isa.c: an OPL at ports of the ISA bus, as AdLib's card and its
 * successors have it at 0x388.
 *
 * Nothing else of the card is used, so the lock is this device's own.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/device.h>
#include <sys/mutex.h>

#include <dev/ic/oplreg.h>
#include <dev/ic/oplvar.h>
#include <dev/isa/isavar.h>

struct opl_isa_softc {
	struct opl_softc sc_opl;
	kmutex_t	sc_lock;
	bool		sc_mapped;
};

static int	opl_isa_match(device_t, cfdata_t, void *);
static void	opl_isa_attach(device_t, device_t, void *);
static int	opl_isa_detach(device_t, int);

CFATTACH_DECL_NEW(opl_isa, sizeof(struct opl_isa_softc), opl_isa_match,
    opl_isa_attach, opl_isa_detach, NULL);

static int
opl_isa_match(device_t parent, cfdata_t match, void *aux)
{
	struct isa_attach_args *ia = aux;
	bus_space_handle_t ioh;
	int found;

	if (ia->ia_nio < 1 || ISA_DIRECT_CONFIG(ia) ||
	    ia->ia_io[0].ir_addr == ISA_UNKNOWN_PORT)
		return 0;
	if (bus_space_map(ia->ia_iot, ia->ia_io[0].ir_addr, OPL_IOSIZE, 0,
	    &ioh) != 0)
		return 0;
	found = opl_match(ia->ia_iot, ioh, 0);
	bus_space_unmap(ia->ia_iot, ioh, OPL_IOSIZE);
	if (!found)
		return 0;
	ia->ia_nio = 1;
	ia->ia_io[0].ir_size = OPL_IOSIZE;
	ia->ia_niomem = 0;
	ia->ia_nirq = 0;
	ia->ia_ndrq = 0;
	return 1;
}

static void
opl_isa_attach(device_t parent, device_t self, void *aux)
{
	struct opl_isa_softc *sc = device_private(self);
	struct isa_attach_args *ia = aux;

	sc->sc_opl.dev = self;
	sc->sc_opl.iot = ia->ia_iot;
	sc->sc_opl.lock = &sc->sc_lock;
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_SOFTSERIAL);
	sc->sc_mapped = bus_space_map(ia->ia_iot, ia->ia_io[0].ir_addr,
	    OPL_IOSIZE, 0, &sc->sc_opl.ioh) == 0;
	if (!sc->sc_mapped) {
		aprint_error(": cannot map ports\n");
		return;
	}
	opl_attach(&sc->sc_opl);
}

static int
opl_isa_detach(device_t self, int flags)
{
	struct opl_isa_softc *sc = device_private(self);
	int error;

	error = opl_detach(&sc->sc_opl, flags);
	if (error)
		return error;
	if (sc->sc_mapped)
		bus_space_unmap(sc->sc_opl.iot, sc->sc_opl.ioh, OPL_IOSIZE);
	mutex_destroy(&sc->sc_lock);
	return 0;
}
