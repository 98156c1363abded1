/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_usbdesc.h: descriptors of USB MIDI devices, for tests.
 */

#ifndef _TESTS_DEV_USB_H_USBDESC_H_
#define _TESTS_DEV_USB_H_USBDESC_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define H_USBDESC_BYTES		4096
#define H_USBDESC_DEVICE	18

/* The interface that carries MIDI; 0 is that of audio control. */
#define H_USBDESC_IFACE		1

/* String descriptors: the cables' are these and the cable's number. */
#define H_USBDESC_VENDOR	1
#define H_USBDESC_PRODUCT	2
#define H_USBDESC_SERIAL	3
#define H_USBDESC_IN		0x40
#define H_USBDESC_OUT		0x60

/* Which jacks have the names. */
enum h_usbdesc_names {
	H_USBDESC_NOBODY,
	H_USBDESC_EMBEDDED,
	H_USBDESC_EXTERNAL,
	H_USBDESC_BEHIND	/* external ones, behind an element */
};

struct h_usbdesc_shape {
	unsigned	in;		/* cables, 0..16; 0: no endpoint */
	unsigned	out;
	unsigned	packet_bytes;
	bool		interrupt;	/* endpoints, not bulk */
	enum h_usbdesc_names names;
	bool		twice;		/* two endpoints of each direction */
	bool		midi2;		/* and another setting, for MIDI 2.0 */
};

struct h_usbdesc {
	uint8_t		bytes[H_USBDESC_BYTES];
	size_t		n;
};

/* The configuration of a device of this shape. */
void	h_usbdesc_make(struct h_usbdesc *, const struct h_usbdesc_shape *);
/* A device descriptor. */
void	h_usbdesc_device(uint8_t [H_USBDESC_DEVICE], unsigned, unsigned);
/* Alter some bytes by chance: as bits, lengths, pieces, ends.  The seed is
 * used up as h_bytes_random() does. */
void	h_usbdesc_mutate(uint8_t *, size_t *, uint64_t *);

#endif /* !_TESTS_DEV_USB_H_USBDESC_H_ */
