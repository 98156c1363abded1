/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midicomvar.h: midicom(4), for the drivers of the buses it is found on.
 */

#ifndef _DEV_IC_MIDICOMVAR_H_
#define _DEV_IC_MIDICOMVAR_H_

#include <sys/types.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/device.h>
#include <sys/evcnt.h>
#include <sys/mutex.h>

enum midicom_count {
	MIDICOM_COUNT_OVERRUN,
	MIDICOM_COUNT_FRAMING,
	MIDICOM_COUNT_BREAK,
	MIDICOM_NCOUNTS
};

/* Field keys: [a] constant after attach; [h] sc_lock.  The bus driver sets
 * those of the first group before midicom_attach() and zeroes the rest. */
struct midicom_softc {
	device_t	sc_dev;		/* [a] */
	bus_space_tag_t	sc_iot;		/* [a] */
	bus_space_handle_t sc_ioh;	/* [a] */
	u_int		sc_divisor;	/* [a] of the chip's clock / 16 */
	bool		sc_polled;	/* [a] there is no interrupt */
	kmutex_t	sc_lock;	/* spin, at the interrupt's level */

	u_int		sc_fifo;	/* [a] bytes it takes at a time */
	const char	*sc_model;	/* [a] */
	struct evcnt	sc_count[MIDICOM_NCOUNTS];	/* [h] */
	callout_t	sc_tick;	/* [a] looks by itself */
	int		sc_open;	/* [h] FREAD, FWRITE */
	void		*sc_arg;	/* [h] midi(4)'s */
	uint8_t		sc_ier;		/* [h] what the register holds */
	uint8_t		sc_errors;	/* [h] seen, of the next byte */
	bool		sc_dying;	/* [h] */
};

/* Is there one?  Nothing is written where the bus is not driven.  Thread
 * context, no lock held, no interrupt established. */
bool	midicom_find(bus_space_tag_t, bus_space_handle_t);
/* Prepare the softc and the chip, and see of what kind it is.  No interrupt
 * comes from it before it is opened.  The same context. */
void	midicom_init(struct midicom_softc *);
/* Begin; attaches a midi device.  Thread context, no lock held. */
void	midicom_attach(struct midicom_softc *);
/* The end, before the interrupt is disestablished and the ports unmapped: 0 or
 * an errno.  Thread context, no lock held. */
int	midicom_detach(struct midicom_softc *, int);
/* ... and after it, with the handler gone. */
void	midicom_fini(struct midicom_softc *);
/* The power was off.  Thread context, no lock held. */
void	midicom_resume(struct midicom_softc *);
/* The handler of the interrupt; the argument is the softc.  Takes the lock. */
int	midicom_intr(void *);

#endif /* !_DEV_IC_MIDICOMVAR_H_ */
