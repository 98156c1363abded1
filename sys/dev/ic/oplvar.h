/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * oplvar.h: the driver of Yamaha's OPL2 and OPL3, for those who attach it.
 *
 * An attachment fills in dev, iot, ioh, offs and lock of a zeroed struct
 * opl_softc, puts what is to stand before the chip's name into syn.name, and
 * calls opl_attach().  The first port is at offs in the handle.  The members
 * that attachments of NetBSD know keep their names.
 */

#ifndef _DEV_IC_OPLVAR_H_
#define _DEV_IC_OPLVAR_H_

#include <sys/types.h>
#include <sys/bus.h>
#include <sys/device.h>
#include <sys/evcnt.h>
#include <sys/mutex.h>

#include <dev/ic/opl_chip.h>
#include <dev/ic/opl_patch.h>
#include <dev/midisynvar.h>

struct midi_alarm;

/* A note on a voice. */
struct opl_voice {
	struct opl_patch ov_patch;	/* as it was when it was struck */
	midipitch_t	ov_pitch;	/* not transposed */
	bool		ov_wide;	/* it has the partner's channel, too */
	bool		ov_decays;	/* count its tail from the strike */
	bool		ov_soft;
};

/* Field keys: [a] by who attaches it, or at attach; [h] lock. */
struct opl_softc {
	device_t	dev;		/* [a] */
	bus_space_tag_t	iot;		/* [a] */
	bus_space_handle_t ioh;		/* [a] */
	kmutex_t	*lock;		/* [a] */
	int		offs;		/* [a] */
	int		model;		/* [a] OPL_2, OPL_3 */
#define OPL_2	2
#define OPL_3	3
	struct midisyn	syn;
	device_t	sc_mididev;	/* [a] NULL: there is none */
	uint8_t		panl, panr;	/* [a] bits of left and right */

	/* [a] May be given instead of ports: read the status; write to a
	 * register of the bank at this offset (0, 2).  Called with the lock
	 * held, or at attach. */
	uint8_t		(*read_status)(struct opl_softc *, int);
	void		(*send_command)(struct opl_softc *, int, int, int);

	/* [a] Turn the card's output on and off, and its power. */
	int		(*spkrctl)(void *, int);
	void		*spkrarg;
	int		(*powerctl)(void *, int);
	void		*powerarg;

	struct opl_chip	sc_chip;	/* [h] */
	struct opl_voice sc_voice[OPL3_NVOICE];	/* [h] */
	struct opl_patch *sc_bank;	/* [h] OPL_PATCH_NUMBERS of them */
	bool		sc_there[OPL_PATCH_NUMBERS];	/* [h] in the bank */
	bool		sc_writing;	/* [h] somebody writes to the chip */
	bool		sc_dying;	/* [h] set no alarm */
	void		*sc_sih;	/* [a] who does */
	struct midi_alarm *sc_alarm;	/* [a] for pauses */
	struct evcnt	sc_loaded;	/* [h] instruments */
	struct evcnt	sc_refused;	/* [h] instruments that are none */
};

/* Flag of a line of the configuration: left is right. */
#define OPL_FLAGS_SWAP_LR	0x0001

/* Is there a chip at these ports?  Nothing but its timers is used.  Thread
 * context. */
int	opl_match(bus_space_tag_t, bus_space_handle_t, int);
/* The same of a softc, and set its model. */
int	opl_find(struct opl_softc *);
/* Attach: the chip, and a midi device for it.  Thread context. */
void	opl_attach(struct opl_softc *);
/* 0, or the errno of a child that stays.  Ports and lock are the
 * attachment's.  Also after an opl_attach() that found nothing.  Thread
 * context. */
int	opl_detach(struct opl_softc *, int);

#endif /* !_DEV_IC_OPLVAR_H_ */
