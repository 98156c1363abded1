/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * umidi_quirks.h: devices that carry USB MIDI packets but whose descriptors
 * do not say so, or say it wrong.
 *
 * Pure: no lock, clock, allocation.
 */

#ifndef _DEV_USB_UMIDI_QUIRKS_H_
#define _DEV_USB_UMIDI_QUIRKS_H_

#include <dev/usb/umidi_desc.h>

#define UMIDI_QUIRKS_ANY	0xff	/* whatever interface */

/* What is to be done. */
#define UMIDI_QUIRKS_CABLES	0x01	/* they are these, whatever is said */
#define UMIDI_QUIRKS_JACKS	0x02	/* as many cables as there are jacks
					   of a direction */
#define UMIDI_QUIRKS_RUNNING	0x04	/* sends running status in packets of
					   SysEx: MIDI_USB_RUNNING */
#define UMIDI_QUIRKS_STANDARD	0x08	/* all is as it should be but for the
					   class of the interface */

struct umidi_quirks {
	uint16_t	uq_vendor;
	uint16_t	uq_product;
	uint8_t		uq_iface;	/* or UMIDI_QUIRKS_ANY */
	uint8_t		uq_flags;	/* UMIDI_QUIRKS_ */
	uint16_t	uq_in;		/* cables: bits */
	uint16_t	uq_out;
};

/* What is known of the interface of a device.  NULL: nothing. */
const struct umidi_quirks *umidi_quirks_find(unsigned int, unsigned int,
	    unsigned int);
/* Put right what the descriptors told. */
void	umidi_quirks_apply(const struct umidi_quirks *, struct umidi_desc *);

#endif /* !_DEV_USB_UMIDI_QUIRKS_H_ */
