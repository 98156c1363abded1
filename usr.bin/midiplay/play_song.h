/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_song.h: one MIDI file to the sequencer; see play_song.c.
 */

#ifndef _MIDIPLAY_PLAY_SONG_H_
#define _MIDIPLAY_PLAY_SONG_H_

#include "play_out.h"

struct play_options {
	const char	*device;	/* its name, for -v; NULL: none */
	unsigned	percent;	/* of every tempo, 1 .. 10000 */
	int		program;	/* on all channels, 0..127; -1: none */
	int		verbose;	/* 0..4 */
	uint8_t		unit;		/* the device's number */
	bool		metas;		/* print them */
};

/* Play the file of size bytes in data, which name stands for in messages, to
 * its end.  True when all of it was played; false when it was refused, in
 * part or as a whole, and a message says why.  Failures of the sequencer end
 * the program. */
bool	play_song(struct play_out *out, const struct play_options *opt,
	    const char *name, const void *data, size_t size);

#endif /* !_MIDIPLAY_PLAY_SONG_H_ */
