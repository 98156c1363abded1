/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_ring.h: where a canonical stream waits.
 *
 * A bounded byte ring in memory of the caller's.  What is put in are runs
 * (midi_msg.h), and what can be taken out is always a canonical stream, also
 * when something had to be dropped:
 *
 *	- a message goes in whole or not at all;
 *	- when a System Exclusive message overflows the ring, it is closed with
 *	  an F7, for which a byte is kept in reserve, and the rest of it is
 *	  dropped.  None ever has a hole;
 *	- after a drop, all is dropped until something is taken out: no short
 *	  message slips in where a longer one before it found no room.
 *
 * So it does not matter in how many portions a stream is put.
 *
 * A raw ring knows nothing of messages: any bytes go in, as far as they fit,
 * and come out again.
 *
 * The caller serializes all calls.  Pure: no lock, no allocation.
 */

#ifndef _DEV_MIDI_MIDI_RING_H_
#define _DEV_MIDI_MIDI_RING_H_

#include <dev/midi/midi_msg.h>

/* What becomes of the System Exclusive message that is being put. */
enum midi_ring_sysex {
	MIDI_RING_NONE,		/* none is being put */
	MIDI_RING_OPEN,		/* it goes in; a byte is in reserve for F7 */
	MIDI_RING_CUT,		/* was closed in the ring; drop the rest */
	MIDI_RING_LOST		/* nothing of it is in the stream; drop it */
};

struct midi_ring {
	uint8_t		*mr_buf;
	size_t		mr_size;	/* bytes of mr_buf: a power of 2 */
	size_t		mr_used;	/* bytes waiting */
	size_t		mr_front;	/* where the first of them is */
	enum midi_ring_sysex mr_put;
	bool		mr_overflow;	/* dropped since the last take */
	bool		mr_raw;		/* bytes, no messages */
	/* The take side: */
	bool		mr_open;	/* it is inside a SysEx message */
	uint8_t		mr_phase;	/* bytes taken of a group of three */
	uint8_t		mr_rest;	/* bytes left of the message begun */
	/* The caller may clear these at any time: */
	uint64_t	mr_dropped_bytes;
	uint64_t	mr_dropped_msgs;
};

/* An empty ring over a buffer of a power of 2 of bytes, at least 4. */
void	midi_ring_init(struct midi_ring *, uint8_t *, size_t);
/* Empty it for a new stream; the counters stay. */
void	midi_ring_reset(struct midi_ring *);

/* The same, and it is a raw one from now on, or not. */
void	midi_ring_set_raw(struct midi_ring *, bool);

/* Bytes waiting: what FIONREAD tells. */
static inline size_t
midi_ring_used(const struct midi_ring *r)
{

	return r->mr_used;
}

/*
 * Bytes of a run that are sure to go in, if the run is cut to fit; a run that
 * begins a System Exclusive message needs one more.
 */
size_t	midi_ring_room(const struct midi_ring *);

/*
 * Put what fits, drop the rest of the run, count it in mr_dropped_bytes and
 * mr_dropped_msgs; returns how many bytes of the run went in.  A System
 * Exclusive message that was cut counts as one message; its own F7 counts as
 * the one that closed it.  n may be 0 and then changes nothing.
 */
size_t	midi_ring_put(struct midi_ring *, const uint8_t *, size_t);

/*
 * Take, for read(2).  midi_ring_peek() copies what a read of n bytes is to
 * return, and returns its length: as many whole messages as fit; when the
 * first does not fit, as much of it as does.  What is left of it comes first
 * next time, treated like a message.  A System Exclusive message counts as
 * messages of three bytes from its F0 on, the last of one to three.
 * [midi(4), Raw MIDI access]
 *
 * midi_ring_take() removes the first n bytes, n at most midi_ring_used():
 * after the copy to the reader has succeeded, so that a failed one loses
 * nothing.
 */
size_t	midi_ring_peek(const struct midi_ring *, uint8_t *, size_t);
/* The two halves of it: what would the length be; and where the first n bytes
 * are, or as many of them as are in one place: the others are at the beginning
 * of the buffer. */
size_t	midi_ring_measure(const struct midi_ring *, size_t);
const uint8_t *midi_ring_part(const struct midi_ring *, size_t *);
void	midi_ring_take(struct midi_ring *, size_t);

/*
 * Drop what waits, so that the stream stays canonical for who takes: the rest
 * of a message that has begun to be taken stays, and of a System Exclusive
 * message its F7.  Gives the numbers of bytes and of messages dropped (a part
 * of a System Exclusive message counts as one).  The counters stay as they
 * are: this is no overflow.
 */
void	midi_ring_flush(struct midi_ring *, size_t *, size_t *);

bool	midi_ring_valid(const struct midi_ring *);

#endif /* !_DEV_MIDI_MIDI_RING_H_ */
