/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_filter.h: what of a canonical stream goes on, by channel and kind,
 * and which notes it has then.  See midi_filter.c.
 *
 * One struct midi_filter per stream; the caller serializes its use.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_FILTER_H_
#define _DEV_MIDI_MIDI_FILTER_H_

#include <sys/midiio.h>

#include <dev/midi/midi_msg.h>

struct midi_filter {
	uint16_t	mfi_channels;	/* bits: of messages that pass */
	uint16_t	mfi_kinds;	/* bits: MIDI_KIND_* that pass */
	int8_t		mfi_transpose;	/* semitones up, -127..127 */
	bool		mfi_open;	/* inside SysEx that passes */
};

/* Everything passes as it is; no System Exclusive message is open. */
void	midi_filter_init(struct midi_filter *);

/* Does everything pass as it is, but the rest of System Exclusive messages
 * that began before the stream did? */
static inline bool
midi_filter_passes_all(const struct midi_filter *mfi)
{

	return mfi->mfi_channels == MIDI_CHANNELS_ALL &&
	    mfi->mfi_kinds == MIDI_KINDS_ALL && mfi->mfi_transpose == 0;
}

/* The kind of a message with this first byte, of a canonical stream. */
unsigned int midi_filter_kind(uint8_t);

/*
 * Filter a run of n bytes.  What passes is a run, of n bytes at most, and is
 * written to out, which may be in.  Returns its length.
 *
 * A System Exclusive message passes to its end if its beginning did, whatever
 * is changed meanwhile.  Notes and key pressure that transposition would lead
 * out of 0..127 do not pass.
 */
size_t	midi_filter_run(struct midi_filter *, const uint8_t *, size_t,
	    uint8_t *);

#endif /* !_DEV_MIDI_MIDI_FILTER_H_ */
