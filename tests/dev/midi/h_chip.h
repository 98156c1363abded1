/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_chip.h: a serial chip at ISA under test: what drivers of such have in
 * common.  There is one, and its device is rmidi0.
 */

#ifndef _TESTS_DEV_MIDI_H_CHIP_H_
#define _TESTS_DEV_MIDI_H_CHIP_H_

#include "h_traffic.h"

#define H_CHIP_WIRE_BYTES	(2 * H_STREAM_BYTES)

struct h_chip {
	struct h_stream	st;		/* what goes over the wire */
	struct h_reader	rd;
	struct h_writer	wr;
	/* For the model: what the chip has sent, and when. */
	uint8_t		wire[H_CHIP_WIRE_BYTES];
	unsigned long long wire_ns[H_CHIP_WIRE_BYTES];
	/* That without Active Sensing, all messages with their status. */
	uint8_t		expanded[2 * H_CHIP_WIRE_BYTES];
};
extern struct h_chip h_chip;

/* The kernel runs, and the chip, which plug() puts there, is attached as the
 * first of the driver's.  False: a fault did not let it, and all is over. */
bool	h_chip_attach(const char *, int, int, int, void (*)(void));
/* The kernel ends; the chip has seen so many violations. */
void	h_chip_finish(unsigned long);
/* Of so many bytes on the wire: how many are in h_chip.expanded now. */
size_t	h_chip_heard(size_t);
/* They are the stream, all of it. */
void	h_chip_check(size_t);
/* Both ways at once; false: a fault did not let it begin. */
bool	h_chip_traffic(void);
/* Detach that, however often it is refused. */
void	h_chip_detach(const char *);

#endif /* !_TESTS_DEV_MIDI_H_CHIP_H_ */
