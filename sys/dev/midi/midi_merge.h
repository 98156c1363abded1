/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_merge.h: several sources, one sink, no mixed messages.
 *
 * Who may send its next unit?  Real-time bytes always; anything else if no
 * System Exclusive message is open at the sink, or for the source that opened
 * it, its owner; and if no source holds the sink for bytes that are to stay
 * together, or for the one that does.  Sources are numbered by the caller.
 *
 * The caller serializes its use.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_MERGE_H_
#define _DEV_MIDI_MIDI_MERGE_H_

#include <dev/midi/midi_msg.h>

struct midi_merge {
	bool		mg_open;	/* SysEx is open at the sink */
	unsigned int	mg_owner;	/* by this source, if mg_open */
	size_t		mg_held;	/* bytes that are to stay together */
	unsigned int	mg_holder;	/* of this source, if mg_held */
};

void	midi_merge_init(struct midi_merge *);

/* Whether the source may send more than real time now. */
static inline bool
midi_merge_may(const struct midi_merge *mg, unsigned int source)
{

	return (!mg->mg_open || mg->mg_owner == source) &&
	    (mg->mg_held == 0 || mg->mg_holder == source);
}

/*
 * The next so many bytes of the source, which may send and does not hold the
 * sink already, are to stay together.
 */
void	midi_merge_hold(struct midi_merge *, unsigned int, size_t);

/*
 * How many bytes are still to come of those that the source holds the sink
 * for; 0: none, or another does.
 */
static inline size_t
midi_merge_held(const struct midi_merge *mg, unsigned int source)
{

	return mg->mg_holder == source ? mg->mg_held : 0;
}

/* So many bytes of the source are on their way; of those it holds the sink
 * for, no more than are left. */
static inline void
midi_merge_taken(struct midi_merge *mg, unsigned int source, size_t n)
{

	if (mg->mg_held == 0 || mg->mg_holder != source)
		return;
	KASSERT(n <= mg->mg_held);
	mg->mg_held -= n;
}

/* The source has no more of those bytes. */
static inline void
midi_merge_release(struct midi_merge *mg, unsigned int source)
{

	if (mg->mg_holder == source)
		mg->mg_held = 0;
}

/*
 * A run of n bytes of the source has gone: whole units, only of real time if
 * it may not send more.  n may be 0 and then changes nothing.
 */
void	midi_merge_sent(struct midi_merge *, unsigned int, const uint8_t *,
	    size_t);

/*
 * The source has gone away.  True: the sink is due an F7, because the source
 * left a System Exclusive message open; the others may send after that.
 */
bool	midi_merge_leave(struct midi_merge *, unsigned int);

#endif /* !_DEV_MIDI_MIDI_MERGE_H_ */
