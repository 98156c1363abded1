/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_music.h: hardware to be played on by /dev/music, and music by chance, for
 * scenarios.
 */

#ifndef _TESTS_DEV_MIDI_H_MUSIC_H_
#define _TESTS_DEV_MIDI_H_MUSIC_H_

#include <sys/midiio.h>

#include "h_hardware.h"
#include "h_model.h"

/* What a device is sent when the sequencer opens it. */
#define H_MUSIC_RESET_BYTES	(16 * 9)

/* The hardware, device 0 and up. */
extern struct h_hw *h_music_hw[H_HWS];
extern int h_music_nhw;

/* The stack with so many pieces of it, which take all at once.  False: a fault
 * did not let it. */
bool	h_music_boot(int);
void	h_music_shutdown(void);
/* Let a device be as slow as a wire, and send nothing by itself.  False: a
 * fault did not let it. */
bool	h_music_slow(int, size_t);
/* The devices are silent, since this moment at the latest. */
void	h_music_check_silent(uint64_t);

/* The record of a command. */
void	h_music_record(const struct h_cmd *, seq_event_t *);
/* A message for one of the devices; a tempo, now and then out of range; any
 * command that goes on from where the model is. */
void	h_music_message(struct h_cmd *);
void	h_music_tempo(struct h_cmd *);
void	h_music_command(struct h_cmd *, const struct h_play *);

#endif /* !_TESTS_DEV_MIDI_H_MUSIC_H_ */
