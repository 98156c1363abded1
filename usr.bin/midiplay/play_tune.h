/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_tune.h: the tune that midiplay(1) brings; see play_tune.c.
 */

#ifndef _MIDIPLAY_PLAY_TUNE_H_
#define _MIDIPLAY_PLAY_TUNE_H_

#include <stddef.h>
#include <stdint.h>

#define PLAY_TUNE_BYTES	256

/* Put the tune, a MIDI file, into out; its length. */
size_t	play_tune(uint8_t out[PLAY_TUNE_BYTES]);

#endif /* !_MIDIPLAY_PLAY_TUNE_H_ */
