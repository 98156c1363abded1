/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_tap.h: listen to what passes at ports.  See midi_tap.c.
 */

#ifndef _DEV_MIDI_MIDI_TAP_H_
#define _DEV_MIDI_MIDI_TAP_H_

#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/midiio.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/select.h>

struct knote;
struct lwp;
struct midi_softc;
struct midi_tap_port;
struct uio;

/* One who listens.  Field key: [t] mt_lock. */
struct midi_tap {
	kmutex_t	mt_lock;
	kcondvar_t	mt_cv;		/* a record came, the token is free */
	struct selinfo	mt_sel;		/* [t] */
	struct midictl_tap_record *mt_ring; /* [t] NULL: taps nothing yet */
	u_int		mt_head;	/* [t] the first record */
	u_int		mt_used;	/* [t] records */
	u_int		mt_lost;	/* [t] bytes since the last record */
	bool		mt_token;	/* [t] somebody reads */
	LIST_HEAD(, midi_tap_port) mt_ports; /* [t] */
};

/*
 * Thread, no lock held.
 */
void	midi_tap_init(struct midi_tap *);
/* Leave all ports.  Nobody uses the tap any more. */
void	midi_tap_destroy(struct midi_tap *);
/* Listen to a port more; mta_now_ns is filled in.  EINVAL: senseless numbers;
 * ENXIO: no such port; ENODEV: it lacks a direction; EEXIST: it is listened
 * to; ENOSPC: too many; EIO, or what the hardware says. */
int	midi_tap_add(struct midi_tap *, struct midictl_tap *);
/* Does it listen, or has it? */
bool	midi_tap_is_on(struct midi_tap *);
/* read(2): whole records, as many as fit and are there; blocks for the first.
 * 0, EINVAL: no room for one, EWOULDBLOCK, EINTR, ERESTART, or the error of
 * the copy, after which nothing is lost. */
int	midi_tap_read(struct midi_tap *, struct uio *, bool);
/* Bytes to be read. */
size_t	midi_tap_used(struct midi_tap *);
/* poll(2) and kqueue(2). */
int	midi_tap_poll(struct midi_tap *, int, struct lwp *);
int	midi_tap_kqfilter(struct midi_tap *, struct knote *);

/* Note who listens to the device.  sc_lock held. */
void	midi_tap_describe(struct midictl_port *, struct midi_softc *);
/* A run is put on the device's wire: tell who listens.  sc_lock held. */
void	midi_tap_sent(struct midi_softc *, const uint8_t *, size_t);

#endif /* !_DEV_MIDI_MIDI_TAP_H_ */
