/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_scan.h: how long a song is; see play_scan.c.
 */

#ifndef _MIDIPLAY_PLAY_SCAN_H_
#define _MIDIPLAY_PLAY_SCAN_H_

#include "smf_merge.h"
#include "smf_tempo.h"

struct play_scan {
	const struct smf_read *read;
	struct smf_merge merge;
	struct smf_tempo tempo;
	struct smf_cursor *cursors;
	uint64_t	*heap;
	uint64_t	tick;		/* of the pattern's last event */
	uint64_t	before_ns;	/* length of the patterns before */
	uint16_t	pattern;
	bool		done;
};

/* Begin to look through a file.  False: no memory; the scan is done, and
 * knows nothing. */
bool	play_scan_open(struct play_scan *sc, const struct smf_read *r);
void	play_scan_close(struct play_scan *sc);
/* Look at a few thousand events more. */
void	play_scan_step(struct play_scan *sc);
/* The length in nanoseconds, 0 as long as it is not known. */
uint64_t play_scan_ns(const struct play_scan *sc);

#endif /* !_MIDIPLAY_PLAY_SCAN_H_ */
