/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_opl.h: a model of OPL2 and OPL3 at ports of the simulation's bus.
 *
 * It keeps every register, runs the timers that drivers find the chip by, and
 * sees that it is written to as the chip can bear it.  What it checks, and
 * ends the run for:
 *
 *	- a write, or the next one, before the chip is ready: 3.3 us behind an
 *	  address and 23 us behind data for an OPL2, 32 of its clocks (2.2 us)
 *	  for an OPL3
 *	- data without an address, a register that there is not
 *	- the second bank of an OPL3 before it is switched to its own mode
 *	- a change of the kind of sound (multiple, rates, wave, feedback) of a
 *	  channel whose key is on, but to the fastest release; or when its key
 *	  has been off for less than fade_ns with that release
 */

#ifndef _HOSTED_SIM_SIM_OPL_H_
#define _HOSTED_SIM_SIM_OPL_H_

#include <hosted/sim/sim.h>

#define SIM_OPL_REGISTERS	0x200
#define SIM_OPL_CHANNELS	18

struct sim_opl {
	/* Set before sim_opl_plug(). */
	int		opl3;
	int		imitation;	/* of an OPL2, which answers as an
					 * OPL3, at the other ports as well */
	/* Each write, after it has been made; or NULL.  As the methods of
	 * struct sim_bus_ops. */
	void		(*written)(void *arg, unsigned reg, unsigned value,
			    unsigned long long when_ns);
	void		*arg;
	unsigned long long fade_ns;	/* see above */

	/* To be looked at. */
	unsigned char	reg[SIM_OPL_REGISTERS];
	unsigned long	writes;

	/* The model's own. */
	unsigned	address[2];	/* of a bank; the last one written */
	int		bank;		/* ... of which one; -1: none yet */
	unsigned long long ready_ns;	/* when it can be written to again */
	unsigned char	flags;		/* of the timers that have ended */
	unsigned long long timer_ns[2];	/* when it ends; 0: it stands */
	unsigned long long off_ns[SIM_OPL_CHANNELS];	/* the key went off */
};

/* Plug it in: 2 ports, of an OPL3 4.  Inside a run. */
void	sim_opl_plug(struct sim_opl *so, unsigned long port);

/* What the registers of a channel 0..17 say.  Also outside a run. */
int	sim_opl_key(const struct sim_opl *so, unsigned channel);
/* The frequency, without the multiples of operators, in Hz. */
double	sim_opl_hz(const struct sim_opl *so, unsigned channel);
/* The attenuation of an operator (0 modulator, 1 carrier), in dB. */
double	sim_opl_db(const struct sim_opl *so, unsigned channel,
	    unsigned operator);
/* The number of the first register of an operator: add 0x20, 0x40 ... */
unsigned sim_opl_operator(unsigned channel, unsigned operator);
/* The register 0xa0, 0xb0 or 0xc0 of a channel. */
unsigned sim_opl_register(unsigned channel, unsigned base);

#endif /* !_HOSTED_SIM_SIM_OPL_H_ */
