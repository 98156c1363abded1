/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_key.h: what the keys of a terminal mean; see play_key.c.
 */

#ifndef _MIDIPLAY_PLAY_KEY_H_
#define _MIDIPLAY_PLAY_KEY_H_

#include <stddef.h>
#include <stdint.h>

enum play_key {
	PLAY_KEY_NONE,
	PLAY_KEY_PAUSE,
	PLAY_KEY_BACK,
	PLAY_KEY_FORTH,
	PLAY_KEY_BAR_BACK,
	PLAY_KEY_BAR_FORTH,
	PLAY_KEY_START,
	PLAY_KEY_SLOWER,
	PLAY_KEY_FASTER,
	PLAY_KEY_TEMPO,
	PLAY_KEY_NEXT,
	PLAY_KEY_PREVIOUS,
	PLAY_KEY_LYRICS,
	PLAY_KEY_HELP,
	PLAY_KEY_QUIT
};

/* Where in a sequence of bytes the terminal is; zeroed at first. */
struct play_key_state {
	char		seen[8];
	size_t		used;
};

/* Take a byte from the terminal. */
enum play_key play_key_byte(struct play_key_state *s, char byte);
/* Line n of the list of keys, NULL behind the last. */
const char *play_key_help(size_t n);

#endif /* !_MIDIPLAY_PLAY_KEY_H_ */
