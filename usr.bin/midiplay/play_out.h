/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_out.h: records on their way to the sequencer; see play_out.c.
 *
 * Functions that return int return 0 or an errno.
 */

#ifndef _MIDIPLAY_PLAY_OUT_H_
#define _MIDIPLAY_PLAY_OUT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/midiio.h>

#define PLAY_OUT_RECORDS	256	/* enough to be worth a write */

struct play_out {
	int		fd;		/* -1: nothing is played */
	bool		exact;		/* TMR_USTEMPO is there */
	seq_event_t	*rec;
	size_t		first;		/* of rec, not written yet */
	size_t		used;
	size_t		room;
	uint64_t	division;	/* last position seen */
};

/* Use the open sequencer fd, or -1.  ahead_ms is how far it is to take music
 * ahead, if it can be told. */
int	play_out_init(struct play_out *out, int fd, int ahead_ms);
void	play_out_free(struct play_out *out);
/* Count in so many divisions a beat, or, for 0, in steps of
 * PLAY_CLOCK_STEP_NS; holds at once. */
int	play_out_timebase(struct play_out *out, uint32_t divisions);
/* The first division of a song is 0: TMR_START is written. */
int	play_out_start(struct play_out *out);
/* Append a record. */
int	play_out_record(struct play_out *out, const seq_event_t *rec);
/* Records that are not written yet. */
size_t	play_out_pending(const struct play_out *out);
/* Write what the sequencer takes now.  EAGAIN: it did not take all. */
int	play_out_write(struct play_out *out);
/* The division that is heard, if the sequencer tells. */
int	play_out_position(struct play_out *out, uint64_t *division);
/* Wait until all that was written is played.  EINTR: a signal came. */
int	play_out_sync(struct play_out *out);
/* Forget what is not written yet. */
void	play_out_drop(struct play_out *out);
/* Drop all that waits and end every note, now. */
void	play_out_reset(struct play_out *out);

#endif /* !_MIDIPLAY_PLAY_OUT_H_ */
