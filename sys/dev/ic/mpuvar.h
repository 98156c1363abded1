/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mpuvar.h: mpu(4), for the drivers of the buses and cards it is found on.
 *
 * A driver sets the members of the first group, zeroes the rest, calls
 * mpu_find() where there may be none, and mpu_attach().  The names of NetBSD's
 * members are kept for the drivers that know them.
 */

#ifndef _DEV_IC_MPUVAR_H_
#define _DEV_IC_MPUVAR_H_

#include <sys/types.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/device.h>
#include <sys/mutex.h>

#define MPU401_NPORT	2

enum mpu_state {
	MPU_STATE_OFF,		/* not in UART mode, or gone */
	MPU_STATE_COMMAND,	/* the command for it is to be given */
	MPU_STATE_ACK,		/* ... and to be acknowledged */
	MPU_STATE_RUN		/* bytes are MIDI */
};

/* Field keys: [a] constant after attach; [h] lock. */
struct mpu_softc {
	device_t	sc_dev;		/* [a] */
	bus_space_tag_t	iot;		/* [a] */
	bus_space_handle_t ioh;		/* [a] */
	kmutex_t	*lock;		/* [a] the hardware lock: spin, at the
					   level of the interrupt */
	const char	*model;		/* [a] */
	int		open;		/* [h] FREAD, FWRITE */
	void		(*intr)(void *, int);	/* [h] NULL: closed */
	void		*arg;		/* [h] midi(4)'s */
	/* Switch the chip's power; may be NULL.  Lock held. */
	int		(*powerctl)(void *, int);	/* [a] */
	void		*powerarg;	/* [a] */

	bool		polled;		/* [a] there is no interrupt */
	bool		silent;		/* [a] it acknowledges nothing */

	enum mpu_state	state;		/* [h] */
	int		ack_end;	/* [h] ticks */
	bool		stale;		/* [h] what is there is not for who
					   has it open */
	bool		dying;		/* [h] */
	callout_t	tick;		/* [a] looks by itself */
};

extern const struct midi_hw_if mpu_midi_hw_if;

/* Is there one?  Nothing is written where the bus is not driven.  Thread
 * context, may sleep; no lock held, no interrupt established. */
int	mpu_find(struct mpu_softc *);
/* Begin; attaches a midi device.  Thread context, may sleep; no lock held. */
void	mpu_attach(struct mpu_softc *);
/* The end, before the interrupt is disestablished and the ports unmapped: 0 or
 * an errno.  Thread context, no lock held. */
int	mpu_detach(struct mpu_softc *, int);
/* The power was off.  Thread context, no lock held. */
void	mpu_resume(struct mpu_softc *);
/* An interrupt, perhaps its; the argument is the softc.  1: it was.  Lock
 * held. */
int	mpu_intr(void *);

#endif /* !_DEV_IC_MPUVAR_H_ */
