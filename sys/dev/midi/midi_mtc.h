/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_mtc.h: MIDI time code to time.
 *
 * Time code is the place on a tape: hours to frames, at 24 to 30 frames a
 * second.  While the tape runs, F1 messages come, four per frame, each with
 * one of eight pieces of the time; running forward piece 0 comes first, at
 * the time that the eight tell, and piece 7 seven quarters of a frame later.
 * Backward the same marks pass the other way: piece 7 comes first, and piece
 * 0 at the time told.  A full message (SysEx) tells all at once, when the
 * tape stands or was moved.  [MIDI 1.0, MIDI Time Code]
 *
 * Pieces go in, the place at the last one comes out, in quarters of frames
 * and in nanoseconds of the tape.  Eight pieces in order make a time; after
 * that each piece is a quarter more or less, and every eighth checks that.
 * A place from a full message gives way to that of the first eight pieces.
 *
 * One struct midi_mtc per source; the caller serializes.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_MTC_H_
#define _DEV_MIDI_MIDI_MTC_H_

#include <dev/midi/midi_base.h>

#define MIDI_MTC_PIECES		8
#define MIDI_MTC_QUARTERS	4	/* of a frame */

enum midi_mtc_rate {
	MIDI_MTC_24,
	MIDI_MTC_25,
	MIDI_MTC_30_DROP,	/* 30000 / 1001; two numbers a minute dropped */
	MIDI_MTC_30
};

enum midi_mtc_result {
	MIDI_MTC_MORE,		/* no time yet */
	MIDI_MTC_ON,		/* the place is known: a quarter further */
	MIDI_MTC_JUMP,		/* the place is known: elsewhere, or anew */
	MIDI_MTC_LOST		/* a piece is missing, or they make no time,
				   or not the one that it should be: the
				   place is not known any more, or yet */
};

struct midi_mtc_time {
	enum midi_mtc_rate mt_rate;
	uint8_t		mt_hour;
	uint8_t		mt_minute;
	uint8_t		mt_second;
	uint8_t		mt_frame;
};

struct midi_mtc {
	uint8_t		mm_data[MIDI_MTC_PIECES];
	uint8_t		mm_last;	/* the last piece, if mm_count > 0 */
	uint8_t		mm_count;	/* pieces on end, one way, to 8 */
	bool		mm_backward;	/* that way */
	bool		mm_known;	/* the following are */
	bool		mm_sure;	/* from pieces */
	enum midi_mtc_rate mm_rate;
	uint32_t	mm_place;	/* quarters of frames from 0:00:00:00 */
	uint64_t	mm_lost;	/* how often */
};

void	midi_mtc_init(struct midi_mtc *);
bool	midi_mtc_valid(const struct midi_mtc *);

/* The data byte of an F1. */
enum midi_mtc_result midi_mtc_piece(struct midi_mtc *, uint8_t);
/*
 * A full message: JUMP, or LOST if it has no time.  The bytes are what
 * follows F0 7F, device, 01 01: hour with the rate in bits 5 and 6, minute,
 * second, frame.
 */
enum midi_mtc_result midi_mtc_full(struct midi_mtc *, const uint8_t *);

/* While the place is known: it, as a time (the frame it is in). */
bool	midi_mtc_known(const struct midi_mtc *);
void	midi_mtc_time(const struct midi_mtc *, struct midi_mtc_time *);

/* Is there such a time?  With drop frames 0 and 1 of most minutes are not. */
bool	midi_mtc_time_valid(const struct midi_mtc_time *);
/* Frames from 0:00:00:00 to a valid time, and back; below those of a day. */
uint32_t midi_mtc_frames(const struct midi_mtc_time *);
void	midi_mtc_from_frames(enum midi_mtc_rate, uint32_t,
	    struct midi_mtc_time *);
/* Frames of a day. */
uint32_t midi_mtc_day_frames(enum midi_mtc_rate);

#endif /* !_DEV_MIDI_MIDI_MTC_H_ */
