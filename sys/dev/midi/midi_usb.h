/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_usb.h: event packets of USB MIDI 1.0, and bytes.
 *
 * A packet has four bytes: the cable (high) and the code index number (low
 * four bits), which says how many of the three others are MIDI; the rest of
 * them is 0.  There is no running status in packets, and System Exclusive
 * comes in groups of three from its F0 on.  Real-time bytes may come between
 * any two packets.  [USB Device Class Definition for MIDI Devices 1.0, 4]
 *
 * One struct midi_usb_in for each endpoint that packets come from, one
 * struct midi_usb_out for each cable that bytes go to; the caller serializes
 * their use.  Pure: no lock, clock, allocation.
 */

#ifndef _DEV_MIDI_MIDI_USB_H_
#define _DEV_MIDI_MIDI_USB_H_

#include <dev/midi/midi_base.h>

#define MIDI_USB_CABLES		16
#define MIDI_USB_PACKET		4	/* bytes */
/* The most packets that one byte brings forth: two that waited, its own. */
#define MIDI_USB_OUT_PACKETS	3

/* Code index numbers. */
#define MIDI_USB_MISC		0x0	/* reserved; packets of 0 are filling */
#define MIDI_USB_CABLE_EVENT	0x1	/* reserved */
#define MIDI_USB_COMMON_2	0x2	/* F1, F3 */
#define MIDI_USB_COMMON_3	0x3	/* F2 */
#define MIDI_USB_SYSEX		0x4	/* three bytes of it, not the last */
#define MIDI_USB_COMMON_1	0x5	/* F6, or the last byte of SysEx */
#define MIDI_USB_SYSEX_END_2	0x6	/* the last two */
#define MIDI_USB_SYSEX_END_3	0x7	/* the last three */
/* 8..E: the high half of the status byte of a channel message. */
#define MIDI_USB_BYTE		0xf	/* one byte, whatever it is */

/*
 * Receive.
 */

/* Data bytes come in packets for the middle of SysEx although none is open:
 * they go on with running status, as many as the last channel message on the
 * cable had.  Some devices send so. */
#define MIDI_USB_RUNNING	0x01

struct midi_usb_in {
	uint16_t	mui_open;	/* bit: cable within SysEx */
	uint8_t		mui_flags;	/* MIDI_USB_* */
	uint8_t		mui_data[MIDI_USB_CABLES]; /* data bytes of the last
					   channel message; 0: none */
	/* The caller may clear it at any time. */
	uint64_t	mui_bad;	/* packets that made no sense */
};

void	midi_usb_in_init(struct midi_usb_in *, unsigned int);

/* The number of MIDI bytes that a code index number stands for, 0..3. */
unsigned int midi_usb_length(unsigned int);

/*
 * One packet, whatever it holds.  Returns how many bytes of MIDI were put
 * out, 0..3, for *cable.  A packet of zeroes is filling.  What is reserved,
 * or is no such message as its number says, is left out and counted.
 */
unsigned int midi_usb_decode(struct midi_usb_in *, const uint8_t
	    [MIDI_USB_PACKET], unsigned int *, uint8_t [3]);

/*
 * Of n bytes, take packets as long as they are for one cable (or are
 * filling) and outsize has room.  Returns the bytes consumed, a multiple of
 * MIDI_USB_PACKET; *nout bytes were put out, for *cable.  0: n is less than a
 * packet, or outsize less than 3.
 */
size_t	midi_usb_decode_run(struct midi_usb_in *, const uint8_t *, size_t,
	    unsigned int *, uint8_t *, size_t, size_t *);

/*
 * Send.
 */

struct midi_usb_out {
	uint8_t		muo_cable;	/* of its packets */
	uint8_t		muo_status;	/* of the message begun; F0 inside
					   SysEx; 0: none */
	uint8_t		muo_held;	/* bytes waiting in muo_bytes, 0..2 */
	uint8_t		muo_bytes[2];
};

void	midi_usb_out_init(struct midi_usb_out *, unsigned int);

/*
 * Make packets of up to n bytes as far as outsize allows.  Canonical MIDI
 * becomes one packet for each message and real-time byte, and for each group
 * of three bytes of SysEx; anything else goes as single bytes, so that
 * nothing is lost or altered.  At most two bytes wait for the rest of their
 * group.  Returns the bytes consumed; *nout is a multiple of MIDI_USB_PACKET.
 * With room for MIDI_USB_OUT_PACKETS at least one byte is consumed.
 */
size_t	midi_usb_encode(struct midi_usb_out *, const uint8_t *, size_t,
	    uint8_t *, size_t, size_t *);

/*
 * The stream ends here: put out what waits, as single bytes.  Returns the
 * number of bytes of packets.
 */
size_t	midi_usb_encode_end(struct midi_usb_out *, uint8_t
	    [2 * MIDI_USB_PACKET]);

/* Whether the state is one that can be reached. */
bool	midi_usb_out_valid(const struct midi_usb_out *);

#endif /* !_DEV_MIDI_MIDI_USB_H_ */
