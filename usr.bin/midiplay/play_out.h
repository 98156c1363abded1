/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_out.h: from records to the sequencer, and what to do when the player
 * is told to stop; see play_out.c.
 *
 * Functions that return int return 0 or an errno of the node.  None returns
 * when a signal ends the program.
 */

#ifndef _MIDIPLAY_PLAY_OUT_H_
#define _MIDIPLAY_PLAY_OUT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/midiio.h>

#define PLAY_OUT_RECORDS	128	/* written together */
#define PLAY_OUT_STEP_NS	20000	/* the least that all kernels can */

struct play_out {
	int		fd;		/* -1: nothing is played */
	bool		exact;		/* TMR_USTEMPO is there */
	size_t		used;
	seq_event_t	rec[PLAY_OUT_RECORDS];
};

/* Use the open sequencer fd, or -1; from here on, signals end the program by
 * play_out.c's rule. */
void	play_out_init(struct play_out *out, int fd);
/* Count in divisions of which so many make a beat, of a length that records
 * of TMR_USTEMPO set; nothing is being played.  False when this sequencer
 * cannot, or not exactly. */
bool	play_out_beats(struct play_out *out, uint16_t division);
/* Count in steps of PLAY_OUT_STEP_NS; nothing is being played. */
int	play_out_steps(struct play_out *out);
/* Append a record. */
int	play_out_record(struct play_out *out, const seq_event_t *rec);
/* Hand over what is kept, and wait until all is played. */
int	play_out_sync(struct play_out *out);
/* Drop what waits and end every note, now. */
void	play_out_reset(struct play_out *out);
/* End the program if a signal has asked for it. */
void	play_out_check(struct play_out *out);

#endif /* !_MIDIPLAY_PLAY_OUT_H_ */
