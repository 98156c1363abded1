/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_read.h: read Standard MIDI Files; see smf_read.c.
 */

#ifndef _MIDI_SMF_READ_H_
#define _MIDI_SMF_READ_H_

#include "smf.h"

/* Flags of a file. */
#define SMF_READ_RMID		0x01	/* was wrapped in a RIFF file */
#define SMF_READ_FEWER		0x02	/* fewer tracks than the header says */

/* A file; read-only after smf_read_open(). */
struct smf_read {
	const uint8_t	*buf;		/* the caller's, all of it */
	size_t		end;		/* offset behind the file's last byte */
	size_t		chunks;		/* offset behind the header chunk */
	uint32_t	beat_us;	/* SMPTE: length of the "beat" below;
					 * 0: the file's tempo events say */
	uint16_t	format;		/* 0, 1 or 2 */
	uint16_t	declared;	/* number of tracks by the header */
	uint16_t	tracks;		/* number of tracks that are there, at
					 * least 1 and at most declared */
	uint16_t	division;	/* ticks per beat, at least 1 */
	uint8_t		fps;		/* SMPTE: 24, 25, 29 (29.97) or 30 */
	uint8_t		subdivs;	/* SMPTE: ticks per frame */
	uint8_t		flags;
};

/* Flags of a cursor. */
#define SMF_CURSOR_DUE		0x01	/* delta read, the event is next */
#define SMF_CURSOR_ENDED	0x02	/* nothing more comes */
#define SMF_CURSOR_SYSEX	0x04	/* a SysEx message is open */
#define SMF_CURSOR_BROKEN	0x08	/* running status was cancelled */
#define SMF_CURSOR_LENGTH	0x10	/* the chunk's length was wrong */
#define SMF_CURSOR_NO_END	0x20	/* ended without an end of track */

/* A place in one track. */
struct smf_cursor {
	uint64_t	tick;		/* of the event that is due or last */
	size_t		at;		/* offset of the next byte */
	size_t		end;		/* offset behind the track */
	size_t		chunk;		/* offset of the chunk's header */
	uint16_t	track;
	uint8_t		running;	/* last channel status, 0: none yet */
	uint8_t		flags;
};

/* Understand the header of the file in buf, which must stay while r is used.
 * True, or false with *err set: no MIDI file, or one that cannot be read. */
bool	smf_read_open(struct smf_read *r, const void *buf, size_t size,
	    struct smf_error *err);
/* Set cursors[0 .. r->tracks - 1] to the starts of the tracks. */
void	smf_read_cursors(const struct smf_read *r, struct smf_cursor *cursors);
/* Read the time of the next event: c->tick.  1: the event is due; 0: the
 * track has ended; -1: *err is set, and would be again.  Does nothing more
 * when an event is due already. */
int	smf_read_delta(const struct smf_read *r, struct smf_cursor *c,
	    struct smf_error *err);
/* Read the event that is due.  1: *ev is set; -1: *err is set, and the track
 * has ended. */
int	smf_read_event(const struct smf_read *r, struct smf_cursor *c,
	    struct smf_event *ev, struct smf_error *err);

#endif /* !_MIDI_SMF_READ_H_ */
