/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_hardware.h: MIDI hardware for scenarios, attached by
 * hosted_midi_attach().
 *
 * What it is sent goes to a FIFO and from there to the wire, a byte in
 * byte_ns, and is recorded with its time.  It can be told to be stuck, or to
 * refuse.  What is put in for it is received by the kernel at its time.
 *
 * The hardware's own interrupts cannot call the kernel; its thread does.
 * Members are changed between two steps of the simulation, and so need no
 * lock.
 */

#ifndef _TESTS_DEV_MIDI_H_HARDWARE_H_
#define _TESTS_DEV_MIDI_H_HARDWARE_H_

#include "h_scenario.h"

#define H_HW_FIFO	256
#define H_HW_WIRE	600000

/* The time of a byte on a MIDI 1.0 wire. */
#define H_HW_BYTE_NS	320000

struct h_hw {
	/* Set before h_hw_attach(); those of the second group at any time. */
	int		flags;		/* HOSTED_MIDI_* */
	void		(*heard)(struct h_hw *, const uint8_t *, size_t);
					/* bytes were taken; or NULL */

	size_t		fifo;		/* bytes of it, at most H_HW_FIFO; 0:
					 * what is given is on the wire */
	uint64_t	byte_ns;
	bool		stuck;		/* takes nothing */
	unsigned	refuse_permille; /* of calls end with EIO */

	/* To be looked at. */
	int		unit;		/* of rmidiN */
	int		open;		/* HOSTED_READ, HOSTED_WRITE */
	unsigned	opens;
	size_t		refused;	/* bytes */
	size_t		taken;
	uint8_t		*wire;		/* what has left, less Active Sensing */
	uint64_t	*wire_ns;	/* when */
	size_t		nwire;
	size_t		nsense;		/* Active Sensing bytes sent */
	uint64_t	last_ns;	/* of any byte sent */

	/* The hardware's own. */
	struct hosted_midi *hm;
	struct h_thread	*thread;
	struct host_poll *poll;
	uint8_t		bytes[H_HW_FIFO];
	size_t		first, used;
	bool		ticking;	/* a byte is on its way */
	bool		lacking;	/* took less than it was given */
	bool		ready;		/* ... and is to tell that it may */
	bool		stop;
	const uint8_t	*in;		/* to be put in */
	size_t		nin;
	bool		room;		/* FLOW: may be given again */
};

/* Attach one of so many pieces of hardware that can be at a time.  False: a
 * fault did not let it. */
#define H_HWS	4
struct h_hw *h_hw_new(int);
bool	h_hw_attach(struct h_hw *);
/* Also when the kernel's side of it is gone already. */
void	h_hw_detach(struct h_hw *, bool);
/* The file of its node's name. */
const char *h_hw_node(const struct h_hw *);
/* Bytes come in now; how many were taken.  From a thread. */
int	h_hw_input(struct h_hw *, const uint8_t *, size_t);
/* All, with FLOW as room comes.  False: told to stop. */
bool	h_hw_input_all(struct h_hw *, const uint8_t *, size_t, const bool *);
/* Not stuck any more. */
void	h_hw_free(struct h_hw *);

#endif /* !_TESTS_DEV_MIDI_H_HARDWARE_H_ */
