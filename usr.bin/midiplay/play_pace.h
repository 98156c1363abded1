/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_pace.h: System Exclusive at the speed of the wire; see play_pace.c.
 */

#ifndef _MIDIPLAY_PLAY_PACE_H_
#define _MIDIPLAY_PLAY_PACE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/midiio.h>

#define PLAY_PACE_UNITS		256
#define PLAY_PACE_HELD		8192	/* records held back at most */

struct play_pace_held {
	uint64_t	at;		/* the division it is for */
	uint64_t	serial;		/* of equal ones, the order */
	seq_event_t	rec;
};

struct play_pace {
	uint64_t	busy[PLAY_PACE_UNITS];	/* until this division */
	uint64_t	serial;
	struct play_pace_held *heap;
	size_t		count;
	size_t		room;
};

/* All is free, nothing is held; keeps the memory.  Zeroed at first. */
void	play_pace_reset(struct play_pace *p);
void	play_pace_free(struct play_pace *p);
/* May a record for the device leave at a division? */
bool	play_pace_open(const struct play_pace *p, uint8_t unit, uint64_t at);
/* The device is busy for so many divisions more, from at or from the end of
 * what it is busy with. */
void	play_pace_busy(struct play_pace *p, uint8_t unit, uint64_t at,
	    uint64_t divisions);
/* Hold the record until the device is free.  False: no memory. */
bool	play_pace_hold(struct play_pace *p, uint8_t unit,
	    const seq_event_t *rec);
bool	play_pace_full(const struct play_pace *p);
/* The earliest division that a held record is for; UINT64_MAX: none is. */
uint64_t play_pace_next(const struct play_pace *p);
/* Take that record out. */
seq_event_t play_pace_take(struct play_pace *p);
/* The division behind which all devices are free. */
uint64_t play_pace_end(const struct play_pace *p);
/* From division at on, divisions are was / is times as short. */
void	play_pace_tempo(struct play_pace *p, uint64_t at, uint32_t was,
	    uint32_t is);

#endif /* !_MIDIPLAY_PLAY_PACE_H_ */
