/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * syn_sysex.h: the System Exclusive messages that a synthesizer heeds.
 *
 *	F0 7E dd 09 01 F7		General MIDI on; 02 off; 03 level 2 on
 *	F0 7F dd 04 01 ll mm F7		master volume
 *	F0 7F dd 04 03 ll mm F7		master fine tuning
 *	F0 7F dd 04 04 ll mm F7		master coarse tuning
 *	F0 41 dd 42 12 40 00 7F 00 41 F7	GS reset
 *	F0 41 dd 42 12 40 1p 15 mm cc F7	GS: part p plays drums, or not
 *	F0 43 1d 4C 00 00 7E 00 F7	XG on
 *
 * Whatever the device dd.  The caller serializes its use.  Pure.
 */

#ifndef _DEV_MIDI_SYN_SYSEX_H_
#define _DEV_MIDI_SYN_SYSEX_H_

#include <dev/midi/midi_msg.h>

/* The longest of them, without F0 and F7. */
#define SYN_SYSEX_BYTES	10

enum syn_sysex_kind {
	SYN_SYSEX_NONE,		/* unfinished, or of no concern */
	SYN_SYSEX_GM_ON,
	SYN_SYSEX_GM_OFF,
	SYN_SYSEX_GM2_ON,
	SYN_SYSEX_GS_RESET,
	SYN_SYSEX_XG_ON,
	SYN_SYSEX_VOLUME,	/* value of 14 bits */
	SYN_SYSEX_FINE,		/* likewise, 0x2000 is none */
	SYN_SYSEX_COARSE,	/* semitones and 64 */
	SYN_SYSEX_DRUMS		/* of a channel: not 0, it plays drums */
};

struct syn_sysex_command {
	enum syn_sysex_kind sc_kind;
	uint8_t		sc_channel;
	uint16_t	sc_value;
};

struct syn_sysex {
	uint8_t		ss_bytes[SYN_SYSEX_BYTES];
	uint8_t		ss_n;		/* behind F0; one more than fit: too
					   long */
};

/* Outside any message. */
void	syn_sysex_init(struct syn_sysex *);

/* Take a unit of System Exclusive from a canonical run. */
struct syn_sysex_command syn_sysex_take(struct syn_sysex *, const uint8_t *,
	    size_t);

#endif /* !_DEV_MIDI_SYN_SYSEX_H_ */
