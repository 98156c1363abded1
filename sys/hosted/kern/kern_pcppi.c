/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_pcppi.c: the speaker of a PC: the third counter of its timer, and the
 * two bits of a port that let the counter run and be heard.
 *
 * Lock: tty_lock, which is there while the device is, over the registers and
 * the time of the tone's end.
 */

#include <sys/param.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <sys/tty.h>

#include <dev/isa/isareg.h>
#include <dev/isa/isavar.h>
#include <dev/isa/pcppivar.h>

#include <hosted/kern/kern_impl.h>

#define PCPPI_TIMER_HZ	1193182

/* From the timer's first port. */
#define PCPPI_TIMER_NPORT 2
#define PCPPI_COUNTER	2	/* the third */
#define PCPPI_MODE	3

#define PCPPI_SQUARE	0xb6	/* third counter, two bytes, square wave */
#define PCPPI_SPEAKER	0x03	/* it runs and is heard */

struct pcppi_softc {
	bus_space_tag_t	sc_iot;		/* [a] */
	bus_space_handle_t sc_ppi;	/* [a] */
	bus_space_handle_t sc_timer;	/* [a] */
	callout_t	sc_end;		/* of the tone */
	bool		sc_attached;	/* [a] */
};

kmutex_t	tty_lock;

static int	pcppi_match(device_t, cfdata_t, void *);
static void	pcppi_attach(device_t, device_t, void *);
static int	pcppi_detach(device_t, int);

static void	pcppi_end(void *);

CFATTACH_DECL_NEW(pcppi, sizeof(struct pcppi_softc), pcppi_match,
    pcppi_attach, pcppi_detach, NULL);

static int
pcppi_map(struct pcppi_softc *sc)
{
	int error;

	error = bus_space_map(sc->sc_iot, IO_PPI, 1, 0, &sc->sc_ppi);
	if (error)
		return error;
	error = bus_space_map(sc->sc_iot, IO_TIMER1 + PCPPI_COUNTER,
	    PCPPI_TIMER_NPORT, 0, &sc->sc_timer);
	if (error)
		bus_space_unmap(sc->sc_iot, sc->sc_ppi, 1);
	return error;
}

static void
pcppi_unmap(struct pcppi_softc *sc)
{

	bus_space_unmap(sc->sc_iot, sc->sc_timer, PCPPI_TIMER_NPORT);
	bus_space_unmap(sc->sc_iot, sc->sc_ppi, 1);
}

/* The bit that lets the counter run can be changed and changed back. */
static int
pcppi_match(device_t parent, cfdata_t cf, void *aux)
{
	struct isa_attach_args *ia = aux;
	struct pcppi_softc sc;
	uint8_t bits, others;

	if (ia->ia_nio < 1 || ia->ia_io[0].ir_addr != IO_PPI)
		return 0;
	sc.sc_iot = ia->ia_iot;
	if (pcppi_map(&sc))
		return 0;
	bits = bus_space_read_1(sc.sc_iot, sc.sc_ppi, 0);
	bus_space_write_1(sc.sc_iot, sc.sc_ppi, 0, bits ^ 1);
	others = bus_space_read_1(sc.sc_iot, sc.sc_ppi, 0);
	bus_space_write_1(sc.sc_iot, sc.sc_ppi, 0, bits);
	pcppi_unmap(&sc);
	ia->ia_io[0].ir_size = 1;
	ia->ia_nirq = 0;
	return ((bits ^ others) & 1) != 0;
}

static void
pcppi_attach(device_t parent, device_t self, void *aux)
{
	struct pcppi_softc *sc = device_private(self);
	struct isa_attach_args *ia = aux;
	struct pcppi_attach_args pa = { .pa_cookie = sc };

	aprint_normal("\n");
	sc->sc_iot = ia->ia_iot;
	if (pcppi_map(sc)) {
		aprint_error_dev(self, "cannot map the ports\n");
		return;
	}
	mutex_init(&tty_lock, MUTEX_DEFAULT, IPL_VM);
	callout_init(&sc->sc_end, CALLOUT_MPSAFE);
	callout_setfunc(&sc->sc_end, pcppi_end, sc);
	sc->sc_attached = true;
	(void)config_found(self, &pa, NULL, CFARGS(.iattr = "pcppi"));
}

static int
pcppi_detach(device_t self, int flags)
{
	struct pcppi_softc *sc = device_private(self);
	int error;

	if (!sc->sc_attached)
		return 0;
	error = config_detach_children(self, flags);
	if (error)
		return error;
	mutex_enter(&tty_lock);
	pcppi_bell_locked(sc, 0, 0, 0);
	mutex_exit(&tty_lock);
	(void)callout_halt(&sc->sc_end, NULL);
	callout_destroy(&sc->sc_end);
	mutex_destroy(&tty_lock);
	pcppi_unmap(sc);
	return 0;
}

/* Let it be heard, or not. */
static void
pcppi_switch(struct pcppi_softc *sc, bool on)
{
	uint8_t bits;

	bits = bus_space_read_1(sc->sc_iot, sc->sc_ppi, 0);
	bits = on ? bits | PCPPI_SPEAKER : bits & ~PCPPI_SPEAKER;
	bus_space_write_1(sc->sc_iot, sc->sc_ppi, 0, bits);
}

void
pcppi_bell_locked(pcppi_tag_t tag, int hz, int ticks, int sleep)
{
	struct pcppi_softc *sc = tag;
	u_int divisor;

	KASSERT(mutex_owned(&tty_lock));
	KASSERT(sleep == 0);
	(void)callout_stop(&sc->sc_end);
	if (hz <= 0 || ticks <= 0) {
		pcppi_switch(sc, false);
		return;
	}
	divisor = uimin(uimax((PCPPI_TIMER_HZ + (u_int)hz / 2) / (u_int)hz, 1),
	    0xffff);
	bus_space_write_1(sc->sc_iot, sc->sc_timer, PCPPI_MODE -
	    PCPPI_COUNTER, PCPPI_SQUARE);
	bus_space_write_1(sc->sc_iot, sc->sc_timer, 0, divisor & 0xff);
	bus_space_write_1(sc->sc_iot, sc->sc_timer, 0, divisor >> 8);
	pcppi_switch(sc, true);
	callout_schedule(&sc->sc_end, ticks);
}

/* Unless another tone has begun since. */
static void
pcppi_end(void *arg)
{
	struct pcppi_softc *sc = arg;

	mutex_enter(&tty_lock);
	if (!callout_pending(&sc->sc_end))
		pcppi_switch(sc, false);
	mutex_exit(&tty_lock);
}
