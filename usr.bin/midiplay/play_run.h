/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_run.h: play one file; see play_run.c.
 */

#ifndef _MIDIPLAY_PLAY_RUN_H_
#define _MIDIPLAY_PLAY_RUN_H_

#include "play_song.h"

enum play_run_end {
	PLAY_RUN_NEXT,		/* it is through, or was left */
	PLAY_RUN_PREVIOUS,	/* the one before is wanted */
	PLAY_RUN_QUIT,
	PLAY_RUN_FAILED		/* the sequencer does not go on */
};

struct play_run {
	struct play_out	out;
	struct play_options opt;
	unsigned	passes;		/* of each file; 0: without end */
	bool		lyrics;		/* to be shown */
	bool		damaged;	/* set: something was refused */
	int		error;		/* PLAY_RUN_FAILED: why, an errno */
};

/* Play the file of size bytes in data, which name stands for in messages.
 * Does not return when a signal ends the program. */
enum play_run_end play_run(struct play_run *run, const char *name,
	    const void *data, size_t size);

#endif /* !_MIDIPLAY_PLAY_RUN_H_ */
