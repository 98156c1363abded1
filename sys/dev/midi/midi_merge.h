/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_merge.h: several sources, one sink, no mixed messages.
 *
 * Who may send its next unit?  Real-time bytes always; anything else if no
 * System Exclusive message is open at the sink, or for the source that opened
 * it, its owner.  Sources are numbered from 0 by the caller.
 *
 * The caller serializes its use.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_MERGE_H_
#define _DEV_MIDI_MIDI_MERGE_H_

#include <dev/midi/midi_msg.h>

struct midi_merge {
	bool		mg_open;	/* SysEx is open at the sink */
	unsigned int	mg_owner;	/* by this source, if mg_open */
	unsigned int	mg_turn;	/* source to be asked first */
};

void	midi_merge_init(struct midi_merge *);

/*
 * How many bytes from the beginning of a run of n bytes that waits at the
 * source may go to the sink now: all, or as many real-time bytes as it begins
 * with.
 */
size_t	midi_merge_may(const struct midi_merge *, unsigned int,
	    const uint8_t *, size_t);

/*
 * The first n bytes of that run (whole units, at most midi_merge_may()) have
 * gone.  n may be 0 and then changes nothing.
 */
void	midi_merge_sent(struct midi_merge *, unsigned int, const uint8_t *,
	    size_t);

/*
 * The source has gone away.  True: the sink is due an F7, because the source
 * left a System Exclusive message open; the others may send after that.
 */
bool	midi_merge_leave(struct midi_merge *, unsigned int);

/*
 * Fairness: the i-th source to ask in this round, i = 0..n-1, of n sources.
 * The round begins after the one that sent last, except that the owner of an
 * open System Exclusive message comes first.
 */
unsigned int midi_merge_turn(const struct midi_merge *, unsigned int,
	    unsigned int);

#endif /* !_DEV_MIDI_MIDI_MERGE_H_ */
