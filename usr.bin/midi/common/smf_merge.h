/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_merge.h: the events of several tracks in order of time; see
 * smf_merge.c.
 */

#ifndef _MIDI_SMF_MERGE_H_
#define _MIDI_SMF_MERGE_H_

#include "smf_read.h"

struct smf_merge {
	const struct smf_read	*read;
	struct smf_cursor	*cursors;	/* the caller's */
	uint64_t		*heap;		/* the caller's: for each track
						 * a time and its number */
	uint32_t		count;		/* tracks in the heap */
};

/* Merge tracks first .. first + n - 1 of r, whose cursors are fresh from
 * smf_read_cursors().  heap holds n numbers; n is at least 1. */
void	smf_merge_init(struct smf_merge *m, const struct smf_read *r,
	    struct smf_cursor *cursors, uint64_t *heap, uint16_t first,
	    uint16_t n);
/* The next event of all.  1: *ev is set; 0: there is no more; -1: *err is
 * set, one track ends there, and the others go on with the next call. */
int	smf_merge_next(struct smf_merge *m, struct smf_event *ev,
	    struct smf_error *err);

#endif /* !_MIDI_SMF_MERGE_H_ */
