/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_take.h: from the sequencer's records to the events of a track; see
 * record_take.c.
 */

#ifndef _MIDIRECORD_RECORD_TAKE_H_
#define _MIDIRECORD_RECORD_TAKE_H_

#include <sys/midiio.h>

#include "smf_write.h"

#define RECORD_TAKE_DEVICES	256	/* that a record can name */
#define RECORD_TAKE_STEP_US	20	/* one division of the sequencer */
#define RECORD_TAKE_PIECE_BYTES	4096	/* of a SysEx message in one event */
/* No record makes the track longer than this, unless time stood still for
 * years: a piece, its head and the end of the message. */
#define RECORD_TAKE_EVENT_BYTES	(2 * RECORD_TAKE_PIECE_BYTES)

struct record_options {
	uint32_t	beat_us;	/* tempo of the file */
	uint16_t	division;	/* ticks per beat of the file */
	uint16_t	channels;	/* bit n: channel n is kept */
	bool		devices[RECORD_TAKE_DEVICES];	/* kept */
	bool		from_start;	/* tick 0 is division 0, else the
					 * first event */
	double		round_beats;	/* times are multiples; 0: of a tick */
};

/* A SysEx message on its way. */
struct record_sysex {
	uint8_t		data[RECORD_TAKE_PIECE_BYTES];
	uint32_t	used;
	bool		open;		/* a message has begun */
	bool		later;		/* a piece of it has been written */
};

struct record_take {
	const struct record_options *opt;
	struct smf_write *track;
	uint64_t	base_tick;	/* where in the track it begins */
	uint64_t	now;		/* divisions since the start */
	uint64_t	origin;		/* the division of tick 0 */
	uint64_t	events;		/* written */
	uint32_t	stamp;		/* last one of the sequencer */
	bool		begun;		/* origin is known */
	struct record_sysex sysex[RECORD_TAKE_DEVICES];
};

/* Begin a take at base_tick of a track that was begun by smf_write_begin()
 * and is there already. */
void	record_take_init(struct record_take *t,
	    const struct record_options *opt, struct smf_write *track,
	    uint64_t base_tick);
/* Take in one record.  0, or an errno of the track. */
int	record_take_record(struct record_take *t, const seq_event_t *rec);
/* The tick of now. */
uint64_t record_take_tick(const struct record_take *t);
/* Write what is left, and the end of the track.  0, or an errno. */
int	record_take_end(struct record_take *t);

#endif /* !_MIDIRECORD_RECORD_TAKE_H_ */
