/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * umidivar.h: what the umidi files share.
 *
 * A port is one rmidi: a cable in, a cable out, or both.  A pipe is an
 * endpoint with the cables it carries.
 *
 * Lock: sc_lock, adaptive at IPL_SOFTUSB, is the hardware lock of all ports.
 * It is a leaf, and never held while the USB is called.  Contexts of those who
 * take it: threads (open, close, attach, detach, the task), soft interrupts
 * (output, the ends of transfers, sc_sih), callouts.
 *
 * Transfers are submitted by sc_sih only, and so in order.  The task, for
 * which one may sleep, makes a pipe go on after an error; it waits until
 * sc_sih is not about to submit to it.
 */

#ifndef _DEV_USB_UMIDIVAR_H_
#define _DEV_USB_UMIDIVAR_H_

#include <sys/types.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/device.h>
#include <sys/evcnt.h>
#include <sys/mutex.h>

#include <dev/midi/midi_usb.h>
#include <dev/usb/umidi_desc.h>
#include <dev/usb/umidi_quirks.h>
#include <dev/usb/usb.h>
#include <dev/usb/usbdi.h>

/* Transfers of a pipe, submitted or to be.  Two are enough to keep an endpoint
 * busy; more only make what is played come later. */
#define UMIDI_XFERS		4
/* A transfer that goes out is at most so long: what waits in a slow interface
 * with a DIN jack is then 61 ms of its wire. */
#define UMIDI_OUT_BYTES		64
/* ... and has room for what a byte can bring forth. */
#define UMIDI_OUT_LEAST		(4 * MIDI_USB_PACKET)
/* Bytes that are taken out of packets at a time. */
#define UMIDI_RUN_BYTES		96
/* For so long others wait for a reader who takes nothing. */
#define UMIDI_HOLD_MS		500
/* After so many failures in a row, what waits is given up. */
#define UMIDI_TRIES		5
/* Between two tries: it doubles from the one to the other. */
#define UMIDI_BACKOFF_MS	10
#define UMIDI_BACKOFF_MAX_MS	1000

/* For so long a device that is given back may take nothing. */
#define UMIDI_DRAIN_MS		500

#define UMIDI_NAME_BYTES	128

struct umidi_softc;
struct umidi_pipe;

enum umidi_state {
	UMIDI_IDLE,		/* in: to be submitted; out: to be filled */
	UMIDI_READY,		/* out: to be submitted */
	UMIDI_BUSY,		/* submitted */
	UMIDI_DONE		/* in: to be taken apart; out: to be IDLE */
};

enum umidi_count {
	UMIDI_COUNT_IN_PACKETS_BAD,
	UMIDI_COUNT_IN_UNKNOWN,
	UMIDI_COUNT_IN_LOST,
	UMIDI_COUNT_IN_ODD,
	UMIDI_COUNT_IN_FAILED,
	UMIDI_COUNT_OUT_LOST,
	UMIDI_COUNT_OUT_FAILED,
	UMIDI_COUNT_STALLS,
	UMIDI_NCOUNTS
};

/* Field keys: [a] set at attach, then constant; [h] sc_lock; [u] who has the
 * transfer: the USB while BUSY, the sc_lock's holder otherwise. */
struct umidi_xfer {
	struct umidi_pipe *ux_pipe;	/* [a] */
	struct usbd_xfer *ux_xfer;	/* [a] */
	uint8_t		*ux_buffer;	/* [a] its bytes [u] */
	enum umidi_state ux_state;	/* [h] */
	uint32_t	ux_used;	/* [h] bytes in the buffer */
	uint32_t	ux_at;		/* [h] bytes dealt with */
};

struct umidi_pipe {
	struct umidi_softc *up_sc;	/* [a] */
	struct usbd_pipe *up_pipe;	/* [a] NULL: not opened */
	struct umidi_desc_endpoint up_endpoint; /* [a] */
	bool		up_in;		/* [a] */
	uint32_t	up_bytes;	/* [a] of a transfer */
	struct umidi_port *up_ports[UMIDI_DESC_CABLES]; /* [a] or NULL */
	struct umidi_xfer up_xfers[UMIDI_XFERS];
	u_int		up_head;	/* [h] the oldest in use */
	u_int		up_next;	/* [h] the next to be submitted */
	u_int		up_fill;	/* [h] out: the one to be filled */
	u_int		up_busy;	/* [h] how many are */
	bool		up_submitting;	/* [h] sc_sih is about to */
	bool		up_halted;	/* [h] until the task was there */
	bool		up_stalled;	/* [h] it is to be told to go on */
	u_int		up_failures;	/* [h] in a row */
	/* In: */
	struct midi_usb_in up_decode;	/* [h] */
	struct umidi_port *up_holder;	/* [h] who has no room, or NULL */
	int		up_held_ticks;	/* [h] since when */
	uint8_t		up_run[UMIDI_RUN_BYTES]; /* [h] for up_run_port */
	size_t		up_run_used;	/* [h] */
	size_t		up_run_at;	/* [h] bytes that he has */
	struct umidi_port *up_run_port;	/* [h] */
};

struct umidi_port {
	struct umidi_softc *up_sc;	/* [a] */
	struct umidi_pipe *up_pipe_in;	/* [a] or NULL */
	struct umidi_pipe *up_pipe_out;	/* [a] or NULL */
	u_int		up_cable;	/* [a] */
	char		up_name[UMIDI_NAME_BYTES]; /* [a] */
	void		*up_arg;	/* [h] midi(4)'s; NULL: closed */
	int		up_open;	/* [h] FREAD, FWRITE */
	struct midi_usb_out up_encode;	/* [h] */
	bool		up_waiting;	/* [h] took less than it was given */
	bool		up_deaf;	/* [h] nobody waits for it any more */
	bool		up_skip;	/* [h] to the next status byte */
};

struct umidi_softc {
	device_t	sc_dev;		/* [a] */
	struct usbd_device *sc_udev;	/* [a] */
	struct usbd_interface *sc_iface; /* [a] */
	const struct umidi_quirks *sc_quirks; /* [a] or NULL */
	kmutex_t	sc_lock;
	kcondvar_t	sc_cv;		/* up_submitting is false again, or
					   a transfer out has ended */
	void		*sc_sih;	/* [a] submits */
	struct usb_task	sc_task;
	callout_t	sc_retry;	/* adds the task */
	callout_t	sc_hold;	/* ends the wait for a reader */
	bool		sc_dying;	/* [h] call the USB no more */
	struct evcnt	sc_count[UMIDI_NCOUNTS]; /* [h] */
	u_int		sc_npipes;	/* [a] */
	u_int		sc_nports;	/* [a] */
	struct umidi_pipe sc_pipes[2 * UMIDI_DESC_ENDPOINTS];
	struct umidi_port *sc_ports;	/* [a] sc_nports of them, or NULL */
};

/*
 * umidi_pipe.c
 */

/* Open the pipe of an endpoint and make its transfers.  0 or an errno.
 * Attach. */
int	umidi_pipe_open(struct umidi_softc *, struct umidi_pipe *,
	    const struct umidi_desc_endpoint *);
/* Undo it, as far as it went.  Nothing is submitted any more.  Detach. */
void	umidi_pipe_close(struct umidi_pipe *);
/* End what is submitted, and accept nothing more.  Detach, no lock held. */
void	umidi_pipe_stop(struct umidi_pipe *);
/* Have sc_sih look what is to be submitted.  Any context but interrupts. */
void	umidi_pipe_schedule(struct umidi_softc *);
/* sc_sih: submit what is to be. */
void	umidi_pipe_softint(void *);
/* The task. */
void	umidi_pipe_task(void *);
/* sc_retry and sc_hold. */
void	umidi_pipe_retry(void *);
void	umidi_pipe_hold(void *);
/* Nothing waits to go out that can.  sc_lock held. */
bool	umidi_pipe_idle(const struct umidi_softc *);
/* Bytes for a port go out: how many were taken, or a negated errno.  sc_lock
 * held. */
int	umidi_pipe_output(struct umidi_port *, const uint8_t *, int);
/* The port opens: begin its streams anew.  sc_lock held. */
void	umidi_pipe_begin(struct umidi_port *);
/* It closes: put out what waits in its encoder.  sc_lock held. */
void	umidi_pipe_end(struct umidi_port *);
/* The port has room for what came in, or needs none any more.  sc_lock
 * held. */
void	umidi_pipe_room(struct umidi_port *);

#endif /* !_DEV_USB_UMIDIVAR_H_ */
