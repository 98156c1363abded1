/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_encode.h: a canonical stream becomes what a driver puts on its wire.
 *
 * Either untouched, or shortened as MIDI 1.0 allows: a status byte equal to
 * the one before is left out, and a note-off of velocity 64 goes as a note-on
 * of velocity 0 where that saves its status byte.  A parser at the other end
 * gives the canonical stream back.  Of a stream parsed with MIDI_PARSE_HIDDEN
 * note-ons of velocity 0 are sent as such, or untouched form makes note-offs
 * of them.
 *
 * One struct midi_encode per wire; the caller serializes its use.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_ENCODE_H_
#define _DEV_MIDI_MIDI_ENCODE_H_

#include <dev/midi/midi_msg.h>

/* Shorten by running status. */
#define MIDI_ENCODE_RUNNING	0x01

struct midi_encode {
	uint8_t		me_running;	/* status the receiver has; 0: none */
	uint8_t		me_flags;	/* MIDI_ENCODE_* */
};

void	midi_encode_init(struct midi_encode *, unsigned int);

/*
 * Encode units of a run of nin bytes as far as outsize allows.  Returns the
 * bytes consumed: whole messages, and System Exclusive to any byte.  *nout is
 * how many bytes were put out, at most the bytes consumed.  0 consumed of a
 * run that is not empty: outsize has not room for one message (3 bytes always
 * have).
 */
size_t	midi_encode_run(struct midi_encode *, const uint8_t *, size_t,
	    uint8_t *, size_t, size_t *);

/* The next message carries its status byte, whatever came before. */
void	midi_encode_forget(struct midi_encode *);

bool	midi_encode_valid(const struct midi_encode *);

#endif /* !_DEV_MIDI_MIDI_ENCODE_H_ */
