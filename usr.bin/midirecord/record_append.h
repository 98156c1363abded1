/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_append.h: the file that a take is appended to; see
 * record_append.c.
 */

#ifndef _MIDIRECORD_RECORD_APPEND_H_
#define _MIDIRECORD_RECORD_APPEND_H_

#include "record_file.h"
#include "smf_read.h"

struct record_append {
	struct smf_read	 read;		/* the file as it was */
	struct smf_cursor *tracks;	/* at their starts */
	uint64_t	 end_tick;	/* where its music ends */
};

/* Look at the file in data, which stays for record_append_copy().  True, or
 * false with *err: cannot be read, or not be appended to.  In any case
 * record_append_free() is due. */
bool	record_append_open(struct record_append *ra, const void *data,
	    size_t size, struct smf_error *err);
/* Write its tracks to rf, behind a header that the caller has written, with
 * a tempo event where the music ends.  0 or an errno. */
int	record_append_copy(const struct record_append *ra,
	    struct record_file *rf, uint32_t beat_us);
void	record_append_free(struct record_append *ra);

#endif /* !_MIDIRECORD_RECORD_APPEND_H_ */
