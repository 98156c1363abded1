/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midicom_isa.c: midicom(4) at ISA, where the configuration says that one is.
 *
 * An interrupt is not needed.  The flags are the divisor of the chip's clock,
 * unless they are 0.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/intr.h>

#include <dev/ic/midicomreg.h>
#include <dev/ic/midicomvar.h>
#include <dev/isa/isavar.h>

/* 38400 of a PC's 115200 baud, the speed of "to host" connectors. */
#define MIDICOM_ISA_DIVISOR	3

struct midicom_isa_softc {
	struct midicom_softc sc_com;
	isa_chipset_tag_t sc_ic;	/* [a] */
	void		*sc_ih;		/* [a] or NULL */
	bool		sc_attached;	/* [a] */
};

static int	midicom_isa_match(device_t, cfdata_t, void *);
static void	midicom_isa_attach(device_t, device_t, void *);
static int	midicom_isa_detach(device_t, int);

static bool	midicom_isa_resume(device_t, const pmf_qual_t *);

CFATTACH_DECL_NEW(midicom_isa, sizeof(struct midicom_isa_softc),
    midicom_isa_match, midicom_isa_attach, midicom_isa_detach, NULL);

static int
midicom_isa_match(device_t parent, cfdata_t cf, void *aux)
{
	struct isa_attach_args *ia = aux;
	bus_space_handle_t ioh;
	bool found;

	if (ia->ia_nio < 1 || ISA_DIRECT_CONFIG(ia) ||
	    ia->ia_io[0].ir_addr == ISA_UNKNOWN_PORT)
		return 0;
	if (bus_space_map(ia->ia_iot, ia->ia_io[0].ir_addr, MIDICOM_NPORT, 0,
	    &ioh))
		return 0;
	found = midicom_find(ia->ia_iot, ioh);
	bus_space_unmap(ia->ia_iot, ioh, MIDICOM_NPORT);
	if (!found)
		return 0;
	ia->ia_nio = 1;
	ia->ia_io[0].ir_size = MIDICOM_NPORT;
	ia->ia_nirq = imin(ia->ia_nirq, 1);
	ia->ia_niomem = 0;
	ia->ia_ndrq = 0;
	return 1;
}

/* What it is, and the rest of the line of attachment. */
static void
midicom_isa_identify(struct midicom_softc *sc, int flags)
{

	sc->sc_divisor = flags & 0xffff;
	if (sc->sc_divisor == 0)
		sc->sc_divisor = MIDICOM_ISA_DIVISOR;
	midicom_init(sc);
	aprint_naive("\n");
	aprint_normal(": %s, divisor %u\n", sc->sc_model, sc->sc_divisor);
}

static void
midicom_isa_attach(device_t parent, device_t self, void *aux)
{
	struct midicom_isa_softc *sc = device_private(self);
	struct isa_attach_args *ia = aux;
	int irq = ISA_UNKNOWN_IRQ;

	sc->sc_ic = ia->ia_ic;
	sc->sc_com.sc_dev = self;
	sc->sc_com.sc_iot = ia->ia_iot;
	if (bus_space_map(ia->ia_iot, ia->ia_io[0].ir_addr, MIDICOM_NPORT, 0,
	    &sc->sc_com.sc_ioh)) {
		aprint_error(": cannot map the ports\n");
		return;
	}
	midicom_isa_identify(&sc->sc_com, device_cfdata(self)->cf_flags);
	if (ia->ia_nirq > 0)
		irq = ia->ia_irq[0].ir_irq;
	if (irq != ISA_UNKNOWN_IRQ) {
		sc->sc_ih = isa_intr_establish_xname(sc->sc_ic, irq, IST_EDGE,
		    IPL_AUDIO, midicom_intr, &sc->sc_com, device_xname(self));
		if (sc->sc_ih == NULL)
			aprint_error_dev(self, "cannot have interrupt %d: "
			    "the chip is polled\n", irq);
	}
	sc->sc_com.sc_polled = sc->sc_ih == NULL;
	sc->sc_attached = true;
	midicom_attach(&sc->sc_com);
	(void)pmf_device_register(self, NULL, midicom_isa_resume);
}

static int
midicom_isa_detach(device_t self, int flags)
{
	struct midicom_isa_softc *sc = device_private(self);
	int error;

	if (!sc->sc_attached)
		return 0;
	error = midicom_detach(&sc->sc_com, flags);
	if (error)
		return error;
	pmf_device_deregister(self);
	if (sc->sc_ih != NULL)
		isa_intr_disestablish(sc->sc_ic, sc->sc_ih);
	midicom_fini(&sc->sc_com);
	bus_space_unmap(sc->sc_com.sc_iot, sc->sc_com.sc_ioh, MIDICOM_NPORT);
	return 0;
}

static bool
midicom_isa_resume(device_t self, const pmf_qual_t *qual)
{
	struct midicom_isa_softc *sc = device_private(self);

	midicom_resume(&sc->sc_com);
	return true;
}
