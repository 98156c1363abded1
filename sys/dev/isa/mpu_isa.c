/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mpu_isa.c: mpu(4) at ISA, where the configuration says that one is.
 *
 * An interrupt is not needed.  Flags 1: believe in a chip that acknowledges
 * no command.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/mutex.h>

#include <dev/ic/mpuvar.h>
#include <dev/isa/isavar.h>

#define MPU_ISA_SILENT	0x01

/* Runs of bytes that one interrupt takes. */
#define MPU_ISA_ROUNDS	8

struct mpu_isa_softc {
	struct mpu_softc sc_mpu;
	kmutex_t	sc_lock;
	isa_chipset_tag_t sc_ic;	/* [a] */
	void		*sc_ih;		/* [a] or NULL */
	bool		sc_attached;	/* [a] */
};

static int	mpu_isa_match(device_t, cfdata_t, void *);
static void	mpu_isa_attach(device_t, device_t, void *);
static int	mpu_isa_detach(device_t, int);

static int	mpu_isa_intr(void *);
static bool	mpu_isa_resume(device_t, const pmf_qual_t *);

CFATTACH_DECL_NEW(mpu_isa, sizeof(struct mpu_isa_softc), mpu_isa_match,
    mpu_isa_attach, mpu_isa_detach, NULL);

static int
mpu_isa_match(device_t parent, cfdata_t cf, void *aux)
{
	struct isa_attach_args *ia = aux;
	struct mpu_softc mpu;
	int found;

	if (ia->ia_nio < 1 || ISA_DIRECT_CONFIG(ia) ||
	    ia->ia_io[0].ir_addr == ISA_UNKNOWN_PORT)
		return 0;
	memset(&mpu, 0, sizeof(mpu));
	mpu.iot = ia->ia_iot;
	mpu.silent = (cf->cf_flags & MPU_ISA_SILENT) != 0;
	if (bus_space_map(mpu.iot, ia->ia_io[0].ir_addr, MPU401_NPORT, 0,
	    &mpu.ioh))
		return 0;
	found = mpu_find(&mpu);
	bus_space_unmap(mpu.iot, mpu.ioh, MPU401_NPORT);
	if (!found)
		return 0;
	ia->ia_nio = 1;
	ia->ia_io[0].ir_size = MPU401_NPORT;
	ia->ia_nirq = imin(ia->ia_nirq, 1);
	ia->ia_niomem = 0;
	ia->ia_ndrq = 0;
	return 1;
}

static void
mpu_isa_attach(device_t parent, device_t self, void *aux)
{
	struct mpu_isa_softc *sc = device_private(self);
	struct isa_attach_args *ia = aux;
	int irq = ISA_UNKNOWN_IRQ;

	aprint_naive("\n");
	aprint_normal("\n");
	sc->sc_ic = ia->ia_ic;
	sc->sc_mpu.sc_dev = self;
	sc->sc_mpu.iot = ia->ia_iot;
	sc->sc_mpu.model = "Roland MPU-401 MIDI UART";
	sc->sc_mpu.lock = &sc->sc_lock;
	if (bus_space_map(ia->ia_iot, ia->ia_io[0].ir_addr, MPU401_NPORT, 0,
	    &sc->sc_mpu.ioh)) {
		aprint_error_dev(self, "cannot map the ports\n");
		return;
	}
	mutex_init(&sc->sc_lock, MUTEX_DEFAULT, IPL_AUDIO);
	if (ia->ia_nirq > 0)
		irq = ia->ia_irq[0].ir_irq;
	if (irq != ISA_UNKNOWN_IRQ) {
		sc->sc_ih = isa_intr_establish_xname(sc->sc_ic, irq, IST_EDGE,
		    IPL_AUDIO, mpu_isa_intr, sc, device_xname(self));
		if (sc->sc_ih == NULL)
			aprint_error_dev(self, "cannot have interrupt %d: "
			    "input is polled\n", irq);
	}
	sc->sc_mpu.polled = sc->sc_ih == NULL;
	sc->sc_attached = true;
	mpu_attach(&sc->sc_mpu);
	(void)pmf_device_register(self, NULL, mpu_isa_resume);
}

static int
mpu_isa_detach(device_t self, int flags)
{
	struct mpu_isa_softc *sc = device_private(self);
	int error;

	if (!sc->sc_attached)
		return 0;
	error = mpu_detach(&sc->sc_mpu, flags);
	if (error)
		return error;
	pmf_device_deregister(self);
	if (sc->sc_ih != NULL)
		isa_intr_disestablish(sc->sc_ic, sc->sc_ih);
	mutex_destroy(&sc->sc_lock);
	bus_space_unmap(sc->sc_mpu.iot, sc->sc_mpu.ioh, MPU401_NPORT);
	return 0;
}

/* The line goes up again only after it has been down: until there is nothing
 * left, but not for ever. */
static int
mpu_isa_intr(void *arg)
{
	struct mpu_isa_softc *sc = arg;
	int i, mine;

	for (i = 0, mine = 1; mine && i < MPU_ISA_ROUNDS; i++) {
		mutex_enter(&sc->sc_lock);
		mine = mpu_intr(&sc->sc_mpu);
		mutex_exit(&sc->sc_lock);
	}
	return mine || i > 1;
}

static bool
mpu_isa_resume(device_t self, const pmf_qual_t *qual)
{
	struct mpu_isa_softc *sc = device_private(self);

	mpu_resume(&sc->sc_mpu);
	return true;
}
