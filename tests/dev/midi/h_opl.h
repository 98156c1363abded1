/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_opl.h: an OPL of the simulation with opl(4) on it, for scenarios: played
 * through its node, seen by its registers.
 */

#ifndef _TESTS_DEV_MIDI_H_OPL_H_
#define _TESTS_DEV_MIDI_H_OPL_H_

#include <math.h>

#include <hosted/sim/sim_opl.h>

#include "h_bytes.h"
#include "h_scenario.h"

#define H_OPL_PORT	0x388
#define H_OPL_VOICES	18

struct h_opl {
	struct sim_opl	chip;
	struct hosted_file *file;
	unsigned	voices;
};

/* Boot, attach, open the node.  False: a fault did not let it. */
bool	h_opl_begin(struct h_opl *, int);
/* The same with flags of the configuration. */
bool	h_opl_begin_flags(struct h_opl *, int, int);
void	h_opl_end(struct h_opl *);

/* Send MIDI, as hexadecimal text; wait until the chip has it. */
void	h_opl_send(struct h_opl *, const char *);
/* One message. */
void	h_opl_message(struct h_opl *, unsigned, unsigned, unsigned);

/* How many keys are on. */
unsigned h_opl_sounding(const struct h_opl *);
/* The channel whose key is on at this pitch, a key with fractions, to within
 * 5 cents, or -1. */
int	h_opl_find(const struct h_opl *, double);
/* The pitch of a channel as a key with fractions. */
double	h_opl_pitch(const struct h_opl *, int);
/* By how many dB its carrier is turned down. */
double	h_opl_carrier_db(const struct h_opl *, int);

#define H_OPL_FOUND(ho, key)	SIM_CHECK(h_opl_find(ho, key) >= 0)
#define H_OPL_GONE(ho, key)	SIM_CHECK(h_opl_find(ho, key) < 0)

#endif /* !_TESTS_DEV_MIDI_H_OPL_H_ */
