/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_uart.h: a model of an MPU-401 at two ports, and of what hangs on its
 * MIDI cables.  Our own model: it behaves as midi(4)'s hardware is known to,
 * clones and faults included; who else's hardware it resembles is shown
 * elsewhere.
 *
 * Members of the first group are set before sim_uart_plug(), those of the
 * second at any time.
 */

#ifndef _HOSTED_SIM_SIM_UART_H_
#define _HOSTED_SIM_SIM_UART_H_

#define SIM_UART_FIFO		64
#define SIM_UART_BYTE_NS	320000

struct sim_uart {
	unsigned long	port;
	int		irq;		/* -1: not connected */
	unsigned	out_depth;	/* bytes it takes; 0: one */
	unsigned	in_depth;	/* bytes it keeps; 0: one */
	unsigned	stale;		/* bytes that wait from the start */
	int		uart;		/* in UART mode from the start */
	unsigned char	*wire;		/* what leaves goes here */
	unsigned long long *wire_ns;	/* and when; or NULL */
	unsigned long	wire_size;

	unsigned	acks_lost;	/* commands it will not acknowledge */
	int		quiet_reset;	/* no acknowledge of a reset in UART
					 * mode */
	unsigned long	ack_ns;		/* ... comes so long after */
	int		stuck;		/* takes no byte */
	int		endless;	/* always has one */
	int		unplugged;	/* reads 0xff */

	/* To be looked at. */
	unsigned long	nwire;
	unsigned long	lost;		/* bytes in, with no room */
	unsigned long	ignored;	/* ... in the intelligent mode */
	unsigned long	violations;	/* writes it could not take */
	unsigned	resets;

	/* The model's own. */
	unsigned char	in[SIM_UART_FIFO];
	unsigned	in_first, in_used;
	unsigned	acks;		/* on their way */
	unsigned long long out_ns;	/* the last byte will have left */
	const unsigned char *feed;
	unsigned long	nfeed;
	int		feeding;	/* a byte is on its way */
};

/* It is there from now on; the memory is the caller's, to the end of the run,
 * or of what was fed. */
void	sim_uart_plug(struct sim_uart *u);
/* Pull it out. */
void	sim_uart_unplug(struct sim_uart *u);
/* Bytes come over the cable, the first complete a byte's time from now, or
 * after those that still come. */
void	sim_uart_feed(struct sim_uart *u, const unsigned char *bytes,
	    unsigned long n);
/* An interrupt that means nothing. */
void	sim_uart_spurious(struct sim_uart *u);

#endif /* !_HOSTED_SIM_SIM_UART_H_ */
