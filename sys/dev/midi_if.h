/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_if.h: the contract between midi(4) and the drivers of MIDI hardware.
 * See midi(9).
 *
 * The members that NetBSD's drivers fill in, many of them by position, come
 * first and keep their places; new ones stand at the end and are zero for
 * drivers that know nothing of them.
 *
 * The hardware lock is the first lock that get_locks() gives.  It is a spin
 * lock at the hardware's interrupt level, or an adaptive one of a driver
 * without hardware interrupts.  It is a leaf: a method neither drops it nor
 * takes another lock of midi(4)'s.
 *
 *	METHOD		CONTEXT		HARDWARE LOCK
 *	open		thread		held
 *	close		thread		held
 *	output		thread, soft	held
 *	getinfo		thread		-	at attach only
 *	ioctl		thread		held
 *	get_locks	thread		-	at attach only
 *	outputn		thread, soft	held
 *	direction	thread		held
 *	input_room	soft		held
 */

#ifndef _SYS_DEV_MIDI_IF_H_
#define _SYS_DEV_MIDI_IF_H_

#include <sys/types.h>
#include <sys/device.h>
#include <sys/mutex.h>
#include <sys/stdint.h>

struct lwp;
struct midi_hw_if_run;
struct midi_softc;

struct midi_info {
	const char *name;	/* what dmesg and lists call it */
	int	props;		/* MIDI_PROP_* */
	const struct midi_hw_if_run *run;	/* or NULL, as it comes */
};

#define MIDI_PROP_OUT_INTR	0x01	/* tells when output may go on */
#define MIDI_PROP_CAN_INPUT	0x02	/* has an inbound stream */
#define MIDI_PROP_NO_OUTPUT	0x04	/* has no outbound stream */
#define MIDI_PROP_CANONICAL	0x08	/* outputn wants explicit status */
#define MIDI_PROP_FLOW		0x10	/* input can be held back */
#define MIDI_PROP_RELIABLE	0x20	/* cannot break unnoticed: no Active
					   Sensing unless asked for */

struct midi_hw_if {
	/*
	 * Start the hardware for FREAD, FWRITE or both.  The callbacks take
	 * the last argument: in, one received byte; out, output may go on.
	 * An errno refuses the open(2).
	 */
	int	(*open)(void *, int, void (*)(void *, int), void (*)(void *),
		    void *);
	/* Stop: when it returns, no callback comes any more. */
	void	(*close)(void *);
	/*
	 * Send a byte.  0: taken, and with MIDI_PROP_OUT_INTR wait for the
	 * out callback before the next.  EINPROGRESS: taken, more may come
	 * at once.  Another errno: lost.  Must not wait.
	 */
	int	(*output)(void *, int);
	void	(*getinfo)(void *, struct midi_info *);
	/* Requests that midi(4) does not know; may be NULL. */
	int	(*ioctl)(void *, u_long, void *, int, struct lwp *);
	void	(*get_locks)(void *, kmutex_t **, kmutex_t **);
};

/*
 * What newer drivers can do besides.  They give it in midi_info, so that
 * struct midi_hw_if stays as all the others fill it in.  Each member may be
 * NULL.
 */
struct midi_hw_if_run {
	/*
	 * Send a run of bytes; used instead of output.  The bytes are what
	 * MIDI_PROP_CANONICAL asks for.  Returns how many were taken; after
	 * fewer than were given, midi_output_ready() is called when there is
	 * room (with MIDI_PROP_OUT_INTR; otherwise midi(4) asks again after
	 * the time of a byte).  A negated errno: all of them are lost.
	 */
	int	(*outputn)(void *, const uint8_t *, int);
	/*
	 * The open device is from now on open for FREAD, FWRITE or both.
	 * Hardware without this method is, when a user of another direction
	 * comes, closed and opened again for both, with no byte on its way;
	 * it then stays open for both until the last user goes.
	 */
	int	(*direction)(void *, int);
	/*
	 * With MIDI_PROP_FLOW: midi_input_bytes(), which took less than it
	 * was given, may be called again.
	 */
	void	(*input_room)(void *);
};

/*
 * For hardware that takes messages, as NetBSD's drivers register it from
 * their getinfo().  All methods give 0 or an errno, with the hardware lock
 * held.
 *
 *	channel(hdl, status, channel, msg, len)
 *		a channel message: 80..e0, the channel, its bytes; with
 *		compress, without the status byte if it is running, and a
 *		note-off of the kind that saves it
 *	common(hdl, status, msg, len)
 *		a system common message: its status, f1..f6, its bytes
 *	sysex(hdl, msg, len)
 *		at most three bytes of System Exclusive: groups of three from
 *		the F0 on, less only with the F7
 *
 * A real-time byte goes to output.
 */
struct midi_hw_if_ext {
	int	(*channel)(void *, int, int, u_char *, int);
	int	(*common)(void *, int, u_char *, int);
	int	(*sysex)(void *, u_char *, int);
	u_int	compress:1;	/* leave out a status that is running */
};

/* From a driver's getinfo(): it has these methods too. */
void	midi_register_hw_if_ext(struct midi_hw_if_ext *);

/*
 * Attach a midi device below the parent, which carries the attribute
 * midibus.  The methods and the handle must last until it is detached.
 * Thread context.  NULL: not configured.
 */
device_t midi_attach_mi(const struct midi_hw_if *, void *, device_t);
/*
 * The same for hardware that can be told from other hardware: it gets the unit
 * that what has the same identity, a text, had last, if that is free, and
 * otherwise none that such hardware had which is away.
 */
device_t midi_unit_attach(const struct midi_hw_if *, void *, device_t,
	    const char *);

/* For drivers that have a midi_softc inside their own. */
void	midi_attach(struct midi_softc *);
int	mididetach(device_t, int);

/*
 * Bytes came in: stamp, store, and let the soft interrupt do the rest.  The
 * first argument is the one that open() was given.  Returns how many were
 * taken: all, unless the hardware has MIDI_PROP_FLOW; what found no room is
 * counted.  Any context, hardware lock held.
 */
int	midi_input_bytes(void *, const uint8_t *, int);
/* Output may go on.  Any context, hardware lock held. */
void	midi_output_ready(void *);

/* The highest unit that is attached, plus 1. */
int	midi_unit_count(void);
/* What the unit's hardware said of itself; name NULL: no such unit. */
void	midi_getinfo(dev_t, struct midi_info *);

#endif /* !_SYS_DEV_MIDI_IF_H_ */
