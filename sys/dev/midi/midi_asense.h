/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_asense.h: Active Sensing, both directions.
 *
 * A sender that uses it leaves no gap of 300 ms; a receiver that has seen one
 * Active Sensing byte takes 300 ms of silence for a broken connection.  Here
 * are the two state machines: an event and the time go in, what to do comes
 * out, and midi_asense_deadline_ns() tells when to come back with
 * MIDI_ASENSE_TIME if nothing else happens before.
 *
 * One struct midi_asense per stream and direction.  The caller keeps the
 * clock, which must not go back, and serializes the use.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_ASENSE_H_
#define _DEV_MIDI_MIDI_ASENSE_H_

#include <dev/midi/midi_base.h>

/* Silence that usually means loss.  [MIDI 1.0, Active Sensing] */
#define MIDI_ASENSE_LOSS_NS	(300 * 1000000ULL)
/* Silence that we usually send into: early enough for a late timer. */
#define MIDI_ASENSE_SEND_NS	(275 * 1000000ULL)
/* No deadline. */
#define MIDI_ASENSE_NEVER	UINT64_MAX

enum midi_asense_event {
	MIDI_ASENSE_TRAFFIC,	/* something else than FE was sent, or came */
	MIDI_ASENSE_BYTE,	/* the writer sent an FE of its own, or FE came;
				   with or without other traffic */
	MIDI_ASENSE_TIME,	/* the deadline may have come */
	MIDI_ASENSE_CLOSE	/* the stream ends */
};

enum midi_asense_action {
	MIDI_ASENSE_NONE,
	MIDI_ASENSE_SEND,	/* send FE now; counts as sent */
	MIDI_ASENSE_LOST	/* the connection is lost; told once */
};

struct midi_asense {
	bool		ma_armed;	/* ma_deadline_ns counts */
	bool		ma_own;		/* the writer does it itself */
	uint64_t	ma_gap_ns;	/* the silence */
	uint64_t	ma_deadline_ns;
};

/* Begin, with the silence that is sent into, or that means loss. */
void	midi_asense_init(struct midi_asense *, uint64_t);
/* Another silence from the next event on. */
void	midi_asense_set_gap(struct midi_asense *, uint64_t);

/*
 * Sending: begins after the first traffic, restarts with each output, ends at
 * close.  Once the writer has sent an FE of its own, it is left to the writer
 * until close.
 */
enum midi_asense_action midi_asense_send(struct midi_asense *,
	    enum midi_asense_event, uint64_t);

/*
 * Receiving: the first FE arms it, all that comes after that puts the loss
 * off, and after a loss the next FE arms it again.  Bytes that come at or
 * after the deadline, but before the timer, still find the connection lost:
 * silence of 300 ms has been.
 */
enum midi_asense_action midi_asense_receive(struct midi_asense *,
	    enum midi_asense_event, uint64_t);

/* When to come back with MIDI_ASENSE_TIME, or MIDI_ASENSE_NEVER. */
uint64_t midi_asense_deadline_ns(const struct midi_asense *);

#endif /* !_DEV_MIDI_MIDI_ASENSE_H_ */
