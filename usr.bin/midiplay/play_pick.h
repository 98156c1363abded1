/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_pick.h: which channels and tracks are meant; see play_pick.c.
 */

#ifndef _MIDIPLAY_PLAY_PICK_H_
#define _MIDIPLAY_PLAY_PICK_H_

#include <stdbool.h>
#include <stdint.h>

#define PLAY_PICK_TRACKS	32	/* ranges of tracks */

struct play_pick {
	uint16_t	channels;	/* bit: channel 0..15 is named */
	unsigned	ntracks;
	struct {
		uint16_t	first;
		uint16_t	last;
	}		tracks[PLAY_PICK_TRACKS];
};

/* Add what a list as "1,3-5,t2" names: channels 1..16, tracks from 0.  False:
 * it is none, or names too many tracks. */
bool	play_pick_parse(struct play_pick *p, const char *list);
/* Is a message of a track (channel 0..15) to be played, where only holds what
 * alone is, if it names any, and mute what is not? */
bool	play_pick_plays(const struct play_pick *only,
	    const struct play_pick *mute, uint16_t track, uint8_t channel);
/* The same of what is of no channel. */
bool	play_pick_track_plays(const struct play_pick *only,
	    const struct play_pick *mute, uint16_t track);

#endif /* !_MIDIPLAY_PLAY_PICK_H_ */
