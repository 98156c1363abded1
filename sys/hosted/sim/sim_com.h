/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_com.h: a model of a serial UART at eight ports, a 16550A or a 16450,
 * and of the line that hangs on it, which runs at the speed that the divisor
 * gives.  Somebody else's 16550 is met in a virtual machine.
 *
 * Members of the first group are set before sim_com_plug(), those of the
 * second at any time.
 */

#ifndef _HOSTED_SIM_SIM_COM_H_
#define _HOSTED_SIM_SIM_COM_H_

#define SIM_COM_FIFO		16

/* What comes over the line is a byte, or'ed with one of these. */
#define SIM_COM_FRAMING		0x100	/* its stop bit is missing */
#define SIM_COM_BREAK		0x200

struct sim_com {
	unsigned long	port;
	int		irq;		/* -1: not connected */
	int		old;		/* it has no FIFO */
	unsigned char	*wire;		/* what leaves goes here */
	unsigned long long *wire_ns;	/* and when; or NULL */
	unsigned long	wire_size;

	int		unplugged;	/* reads 0xff */
	int		cable_out;	/* what comes over the line is lost */

	/* To be looked at. */
	unsigned long	nwire;
	unsigned long	lost;		/* bytes in, with no room */
	unsigned long	violations;	/* writes it could not take */
	unsigned	divisor;

	/* The model's own. */
	unsigned	ier, lcr, mcr, fcr, scratch;
	int		overrun;
	int		tx_pending;	/* interrupt for room is due */
	unsigned short	rx[SIM_COM_FIFO];
	unsigned	rx_first, rx_used;
	unsigned char	tx[SIM_COM_FIFO];
	unsigned	tx_first, tx_used;
	int		shifting;
	unsigned char	shift;
	const unsigned short *feed;
	unsigned long	nfeed;
	int		feeding;
};

/* It is there from now on; the memory is the caller's, to the end of the run,
 * or of what was fed. */
void	sim_com_plug(struct sim_com *c);
/* Pull it out. */
void	sim_com_unplug(struct sim_com *c);
/* Bytes come over the line, the first complete a byte's time from now, or
 * after those that still come. */
void	sim_com_feed(struct sim_com *c, const unsigned short *bytes,
	    unsigned long n);
/* An interrupt that means nothing. */
void	sim_com_spurious(struct sim_com *c);
/* How long the line takes for a byte. */
unsigned long sim_com_byte_ns(const struct sim_com *c);

#endif /* !_HOSTED_SIM_SIM_COM_H_ */
