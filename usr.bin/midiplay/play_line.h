/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_line.h: the line that shows how far a song is; see play_line.c.
 */

#ifndef _MIDIPLAY_PLAY_LINE_H_
#define _MIDIPLAY_PLAY_LINE_H_

#include "play_view.h"

#define PLAY_LINE_BYTES		1024

struct play_line {
	const struct play_view *view;
	uint64_t	total_ns;	/* length of the song, 0: not known */
	unsigned	percent;	/* of the tempo */
	bool		paused;
	bool		lyrics;		/* to be shown */
};

/* Write the line, at most so many columns wide, into out, with a NUL; the
 * columns used. */
size_t	play_line(const struct play_line *l, char out[PLAY_LINE_BYTES],
	    size_t columns);

#endif /* !_MIDIPLAY_PLAY_LINE_H_ */
