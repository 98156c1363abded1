/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_filter.h: which messages pass, and how much higher their notes are.
 *
 * A filter lets kinds of messages pass (MIDI_KIND_* of <sys/midiio.h>) and,
 * of channel messages, channels.  What passes of a stream is a canonical
 * stream again, in whatever portions it comes: each unit shows by its first
 * byte what it is, so there is no state, and a System Exclusive message
 * passes as a whole or not at all.
 *
 * Notes end as they began: the message that ends a note has the kind, the
 * channel and the key of the one that began it, so as long as the filter is
 * the same both pass, with the same transposition, or neither.  That goes for
 * all notes of a channel as well: the controllers that end them (120, 123 to
 * 127) pass with notes as with controllers.
 *
 * Pure.
 */

#ifndef _DEV_MIDI_MIDI_FILTER_H_
#define _DEV_MIDI_MIDI_FILTER_H_

#include <sys/midiio.h>

#include <dev/midi/midi_msg.h>

struct midi_filter {
	uint16_t	fl_channels;	/* bit: the channel passes */
	uint16_t	fl_kinds;	/* MIDI_KIND_*: they pass */
	int8_t		fl_transpose;	/* half tones, -127..127 */
};

/* Everything passes as it is. */
void	midi_filter_init(struct midi_filter *);
/* Does everything pass as it is? */
bool	midi_filter_is_open(const struct midi_filter *);

/*
 * Put what passes of a run of n bytes into out, which has room for n and may
 * be the run itself.  Returns its length.  A note, or its pressure, that
 * transposition takes out of 0..127 does not pass.
 */
size_t	midi_filter_run(const struct midi_filter *, const uint8_t *, size_t,
	    uint8_t *);

bool	midi_filter_valid(const struct midi_filter *);

#endif /* !_DEV_MIDI_MIDI_FILTER_H_ */
