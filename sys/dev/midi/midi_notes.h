/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_notes.h: what sounds at the end of a canonical stream.
 *
 * Follows a stream and knows which keys are down, how often each was struck
 * without having been released, and which pedals are held.  When the sender
 * goes away (close, kill, reset, detach, panic), it gives the messages that
 * end exactly that, and no others.
 *
 * The caller serializes its use.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_NOTES_H_
#define _DEV_MIDI_MIDI_NOTES_H_

#include <dev/midi/midi_msg.h>

#define MIDI_NOTES_CHANNELS	16
#define MIDI_NOTES_KEYS		128

struct midi_notes {
	uint8_t		mn_strikes[MIDI_NOTES_CHANNELS][MIDI_NOTES_KEYS];
					/* not released; stays at 255 */
	uint16_t	mn_keys[MIDI_NOTES_CHANNELS];	/* keys with strikes */
	uint8_t		mn_pedals[MIDI_NOTES_CHANNELS];	/* bit: one of the
							   pedals is held */
	uint16_t	mn_used;	/* bit: the channel had a message */
};

/* All silent, and no channel used. */
void	midi_notes_init(struct midi_notes *);
/* All silent. */
void	midi_notes_forget(struct midi_notes *);

/*
 * Follow a run of n bytes that is going to whatever makes the sound.  Returns
 * how many messages begin in it.
 *
 * Pedals are hold (64), sostenuto (66), soft (67) and hold 2 (69), held from
 * value 64 on.  All sound off (120), all notes off (123) and the mode messages
 * (124..127) end the keys of their channel, pedals stay held; reset all
 * controllers (121) lifts the pedals but hold 2, keys stay down; System Reset
 * ends all.  [MIDI 1.0; RP-015]
 */
size_t	midi_notes_run(struct midi_notes *, const uint8_t *, size_t);

/*
 * Write messages that end what sounds, as many as outsize has room for: a
 * note-off of velocity 64 per strike, then value 0 for each pedal, channel by
 * channel.  What was written counts as ended.  Returns the bytes written, a
 * multiple of 3; call again until it is 0 (with 3 bytes of room or more that
 * means: silent).
 */
size_t	midi_notes_end(struct midi_notes *, uint8_t *, size_t);

/* No key is down and no pedal held. */
bool	midi_notes_silent(const struct midi_notes *);

bool	midi_notes_valid(const struct midi_notes *);

#endif /* !_DEV_MIDI_MIDI_NOTES_H_ */
