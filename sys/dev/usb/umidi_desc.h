/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * umidi_desc.h: what the descriptors of a USB MIDI interface tell: its
 * endpoints, the cables of each, and the jacks behind them.
 *
 * Seen from the host, MIDI leaves through an OUT endpoint into embedded IN
 * jacks of the device, one for each cable, and on through its external OUT
 * jacks; what comes in goes the other way about, through embedded OUT jacks
 * and an IN endpoint.  [USB Device Class Definition for MIDI Devices 1.0, 3
 * and 6]
 *
 * Descriptors come from the device and may say anything: nothing is read
 * outside of the buffer, everything ends, in time that grows with its length.
 * What makes no sense is left out and remembered as a flaw.
 *
 * Pure: no lock, clock, allocation.
 */

#ifndef _DEV_USB_UMIDI_DESC_H_
#define _DEV_USB_UMIDI_DESC_H_

#include <dev/midi/midi_base.h>

#define UMIDI_DESC_CABLES	16	/* of one endpoint */
#define UMIDI_DESC_ENDPOINTS	4	/* of each direction that are used */
#define UMIDI_DESC_IDS		256	/* of jacks and elements */

/* Flaws. */
#define UMIDI_DESC_CUT		0x0001	/* a descriptor goes beyond the end or
					   is too short for what it is */
#define UMIDI_DESC_ENDPOINT	0x0002	/* one that cannot carry MIDI */
#define UMIDI_DESC_MORE		0x0004	/* more endpoints or cables than used */
#define UMIDI_DESC_NO_CABLES	0x0008	/* an endpoint without; has one now */
#define UMIDI_DESC_JACK		0x0010	/* no such jack, of another direction,
					   or two of one number */

struct umidi_desc_endpoint {
	uint8_t		ue_address;	/* bit 7: IN */
	bool		ue_interrupt;	/* transfers are interrupt, not bulk */
	uint16_t	ue_packet_bytes; /* the most in one packet, > 0 */
	uint16_t	ue_cables;	/* bit: cable is there */
	uint8_t		ue_jack[UMIDI_DESC_CABLES]; /* embedded; 0: unknown */
};

struct umidi_desc {
	const uint8_t	*ud_bytes;	/* the configuration's descriptors */
	size_t		ud_nbytes;
	uint8_t		ud_class;	/* of the interface */
	uint8_t		ud_subclass;
	uint8_t		ud_string;	/* its name, or 0 */
	uint16_t	ud_release;	/* of the class definition; 0: none */
	unsigned int	ud_flaws;	/* UMIDI_DESC_ */
	unsigned int	ud_nin;		/* used of ud_in */
	unsigned int	ud_nout;
	struct umidi_desc_endpoint ud_in[UMIDI_DESC_ENDPOINTS];
	struct umidi_desc_endpoint ud_out[UMIDI_DESC_ENDPOINTS];
	unsigned int	ud_nin_jacks;	/* all of that kind */
	unsigned int	ud_nout_jacks;
	/* By number: where its descriptor is; 0: there is none. */
	uint16_t	ud_jacks[UMIDI_DESC_IDS];
};

/*
 * Read the descriptors of a configuration, n bytes, for this alternate
 * setting of this interface.  The bytes must last as long as the result is
 * used.  0; ENOENT: there is no such; ENXIO: it has no endpoint for MIDI.
 */
int	umidi_desc_walk(struct umidi_desc *, const uint8_t *, size_t,
	    unsigned int, unsigned int);

/*
 * The string descriptor that names a cable: that of the embedded jack, else
 * of the external jack it leads to or comes from, through elements if need
 * be.  0: nobody has named it.
 */
unsigned int umidi_desc_name(const struct umidi_desc *,
	    const struct umidi_desc_endpoint *, unsigned int);

bool	umidi_desc_valid(const struct umidi_desc *);

#endif /* !_DEV_USB_UMIDI_DESC_H_ */
