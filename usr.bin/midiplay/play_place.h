/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_place.h: a place in a song, as people say it; see play_place.c.
 */

#ifndef _MIDIPLAY_PLAY_PLACE_H_
#define _MIDIPLAY_PLAY_PLACE_H_

#include "smf_bar.h"

enum play_place_kind {
	PLAY_PLACE_NONE,
	PLAY_PLACE_TIME,
	PLAY_PLACE_BAR,
	PLAY_PLACE_TICK
};

struct play_place {
	enum play_place_kind kind;
	uint64_t	value;		/* nanoseconds, bar from 1, or tick */
	unsigned	beat;		/* from 1 */
};

/* Understand "[[hours:]minutes:]seconds[.fraction]" or "mBAR[.BEAT]".  False:
 * it is neither. */
bool	play_place_parse(struct play_place *p, const char *text);
/* The tick of the place, if tempo and time signature stay as they are. */
uint64_t play_place_tick(const struct play_place *p,
	    const struct smf_tempo *tempo, const struct smf_bar *bar);

#endif /* !_MIDIPLAY_PLAY_PLACE_H_ */
