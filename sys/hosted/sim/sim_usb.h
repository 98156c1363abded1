/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_usb.h: USB devices in the simulation, with bulk endpoints.
 *
 * What the kernel submits to an endpoint is carried out one after the other,
 * each in transfer_ns, in interrupts.  A transfer in takes one packet of what
 * sim_usb_put() has put there; a transfer out hands its bytes to the device.
 * The device says of each how it goes.
 *
 * An endpoint that has stalled says so to all that is submitted, until the
 * kernel clears it.  A device that was pulled out fails all, and what is
 * submitted then is refused.
 *
 * Members are changed between two steps of the simulation.
 */

#ifndef _HOSTED_SIM_SIM_USB_H_
#define _HOSTED_SIM_SIM_USB_H_

#include <hosted/hosted.h>

/* How a transfer goes. */
#define SIM_USB_OK	0	/* as it should */
#define SIM_USB_NAK	1	/* not now; see sim_usb_go() */
#define SIM_USB_STALL	2	/* the endpoint stalls, nothing was moved */
#define SIM_USB_ERROR	3	/* fails, nothing was moved */
#define SIM_USB_BABBLE	4	/* in: more than was asked for, so it fails */
#define SIM_USB_EMPTY	5	/* in: a packet of no bytes */
#define SIM_USB_SHORT	6	/* in: less than there is */

#define SIM_USB_ENDPOINTS	32	/* by number; in behind out */
#define SIM_USB_QUEUE		64	/* submitted to an endpoint */
#define SIM_USB_FIFO		4096	/* bytes that wait in an endpoint */

struct sim_usb;

struct sim_usb_endpoint {
	struct sim_usb	*se_usb;
	int		se_address;
	struct hosted_usb_urb *se_queue[SIM_USB_QUEUE];
	unsigned	se_nqueue;
	int		se_ticking;	/* an interrupt is on its way */
	int		se_nak;		/* waits for sim_usb_go() */
	int		se_halted;
	unsigned char	se_fifo[SIM_USB_FIFO];
	unsigned	se_nfifo;
};

struct sim_usb {
	/* Set by the test. */
	struct hosted_usb_info su_info;
	unsigned	su_packet_bytes;
	unsigned long long su_transfer_ns;
	void		*su_arg;
	/* How does a transfer of this endpoint (0: a request) go?  NULL: as
	 * it should. */
	int		(*su_how)(struct sim_usb *, int address);
	/* Bytes came out. */
	void		(*su_out)(struct sim_usb *, int address,
			    const unsigned char *bytes, unsigned n);
	/* The text of a string descriptor; NULL: it stalls. */
	const char	*(*su_string)(struct sim_usb *, int index);

	/* To be looked at. */
	int		su_gone;	/* was pulled out */
	unsigned	su_urbs;	/* that exist */
	unsigned	su_clears;	/* stalls cleared */
	unsigned	su_settings;	/* changes of the setting */

	struct hosted_usb *su_hu;	/* while attached */
	struct sim_usb_endpoint su_endpoints[SIM_USB_ENDPOINTS];
};

/* Plug it in: 0 or hosted_usb_attach()'s errno.  Thread. */
int	sim_usb_plug(struct sim_usb *su);
/* Pull it out: everything fails from now on.  Any context. */
void	sim_usb_pull(struct sim_usb *su);
/* The bus has seen that it is gone; or it is given back.  Waits until the
 * last interrupt has come.  0 or hosted_usb_detach()'s errno.  Thread. */
int	sim_usb_unplug(struct sim_usb *su);
/* Bytes to be sent by an endpoint in; how many there was room for.  Any
 * context. */
unsigned sim_usb_put(struct sim_usb *su, int address,
	    const unsigned char *bytes, unsigned n);
/* An endpoint that said SIM_USB_NAK is to try again.  Any context. */
void	sim_usb_go(struct sim_usb *su, int address);

#endif /* !_HOSTED_SIM_SIM_USB_H_ */
