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
	bool		from_start;	/* tick 0 is division `origin', else
					 * the first event */
	uint64_t	origin;		/* what comes before it is left out, */
	uint64_t	early;		/* but so many divisions before it
					 * counts as at it */
	double		round_beats;	/* times are multiples; 0: of a tick */
};

/* The track for events of a device and channel, -1 for none, with room for one
 * event more.  NULL: there is no room, the event is lost. */
typedef struct smf_write *record_take_chooser(void *arg, uint8_t device,
	    int channel);

/* A SysEx message on its way. */
struct record_sysex {
	uint8_t		data[RECORD_TAKE_PIECE_BYTES];
	uint32_t	used;
	uint64_t	tick;		/* of its first byte */
	bool		open;		/* a message has begun */
	bool		early;		/* too early: it is left out */
	bool		later;		/* a piece of it has been written */
};

struct record_take {
	const struct record_options *opt;
	record_take_chooser *choose;
	void		*arg;
	uint64_t	base_tick;	/* where in the track it begins */
	uint64_t	now;		/* divisions since the start */
	uint64_t	origin;		/* the division of tick 0 */
	uint64_t	events;		/* written */
	uint64_t	last_tick;	/* of the last one */
	int		error;		/* the first */
	uint32_t	stamp;		/* last one of the sequencer */
	bool		begun;		/* origin is known */
	struct record_sysex sysex[RECORD_TAKE_DEVICES];
};

/* Begin a take at base_tick of the tracks. */
void	record_take_init(struct record_take *t,
	    const struct record_options *opt, record_take_chooser *choose,
	    void *arg, uint64_t base_tick);
/* Take in one record.  0, or an errno of a track, ENOMEM if there is none. */
int	record_take_record(struct record_take *t, const seq_event_t *rec);
/* The tick of now. */
uint64_t record_take_tick(const struct record_take *t);
/* Write what is left.  0, or an errno. */
int	record_take_end(struct record_take *t);

#endif /* !_MIDIRECORD_RECORD_TAKE_H_ */
