/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_send.h: records of a song, and their times; see play_send.c.
 */

#ifndef _MIDIPLAY_PLAY_SEND_H_
#define _MIDIPLAY_PLAY_SEND_H_

#include "play_chase.h"
#include "play_out.h"
#include "play_pace.h"

#include <dev/midi/midi_notes.h>

/* What a device has been brought to. */
struct play_device {
	struct midi_notes notes;
	struct play_chase chase;
};

struct play_send {
	struct play_out	*out;
	struct play_pace pace;
	struct play_device *devices[PLAY_PACE_UNITS];	/* that play */
	uint64_t	written;	/* the division that waits came to */
	int		error;		/* the first, of memory */
};

/* Write a record, now. */
void	play_send_record(struct play_send *s, const seq_event_t *rec);
/* What is written next is for this division, or later if that has passed. */
void	play_send_wait(struct play_send *s, uint64_t division);
/* Go on to a division, and on the way write what was held back until then. */
void	play_send_advance(struct play_send *s, uint64_t division);
/* Write a record for a device, or hold it back. */
void	play_send_put(struct play_send *s, uint8_t unit,
	    const seq_event_t *rec);
/* What is known of a device that is played to; NULL without memory. */
struct play_device *play_send_device(struct play_send *s, uint8_t unit);
/* Send a channel message; or one that the device's notes know of already. */
void	play_send_message(struct play_send *s, uint8_t unit,
	    const uint8_t *msg);
void	play_send_known(struct play_send *s, uint8_t unit,
	    const uint8_t *msg);

#endif /* !_MIDIPLAY_PLAY_SEND_H_ */
