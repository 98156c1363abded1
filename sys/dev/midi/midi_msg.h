/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_msg.h: the words that MIDI is spoken in, and the form it travels in.
 *
 * Between the parser and every consumer, MIDI is a canonical byte stream:
 *
 *	- each message is whole and carries its status byte;
 *	- a note-off hidden as a note-on of velocity 0 has become a note-off of
 *	  velocity 64;
 *	- a System Exclusive message is F0, data bytes, F7.  It may be handed
 *	  on in pieces cut anywhere, and nothing but real-time bytes may stand
 *	  between its pieces;
 *	- real-time bytes stand between messages or between such pieces;
 *	- undefined bytes do not occur.
 *
 * A piece of canonical stream in memory that cuts no message but System
 * Exclusive is called a run.  A unit is the smallest part of a run that must
 * stay together: a message, or a piece of System Exclusive up to its F7, the
 * next real-time byte or the end of the run.  Every unit shows by its first
 * byte what it is: at the place where a unit begins, a data byte can only go
 * on with an open System Exclusive message.
 *
 * Nothing here has state, takes locks or allocates.  Any context.
 */

#ifndef _DEV_MIDI_MIDI_MSG_H_
#define _DEV_MIDI_MIDI_MSG_H_

#include <dev/midi/midi_base.h>

/* Channel messages: the low four bits are the channel. */
#define MIDI_MSG_NOTE_OFF	0x80	/* key, velocity */
#define MIDI_MSG_NOTE_ON	0x90	/* key, velocity */
#define MIDI_MSG_KEY_PRESSURE	0xa0	/* key, pressure */
#define MIDI_MSG_CONTROL	0xb0	/* controller, value */
#define MIDI_MSG_PROGRAM	0xc0	/* program */
#define MIDI_MSG_PRESSURE	0xd0	/* pressure of the whole channel */
#define MIDI_MSG_BEND		0xe0	/* low, high seven bits */
/* System common messages, and the two ends of System Exclusive. */
#define MIDI_MSG_SYSEX		0xf0
#define MIDI_MSG_TIME_CODE	0xf1	/* quarter frame */
#define MIDI_MSG_SONG_POSITION	0xf2	/* low, high seven bits */
#define MIDI_MSG_SONG_SELECT	0xf3	/* song */
#define MIDI_MSG_TUNE_REQUEST	0xf6
#define MIDI_MSG_SYSEX_END	0xf7
/* System real-time messages. */
#define MIDI_MSG_CLOCK		0xf8
#define MIDI_MSG_START		0xfa
#define MIDI_MSG_CONTINUE	0xfb
#define MIDI_MSG_STOP		0xfc
#define MIDI_MSG_ACTIVE_SENSE	0xfe
#define MIDI_MSG_RESET		0xff

/* What stands for the release velocity of a hidden note-off. */
#define MIDI_MSG_OFF_VELOCITY	0x40

/* The longest message that is not System Exclusive. */
#define MIDI_MSG_MAX		3

/*
 * One whole message, or a piece of a System Exclusive message of at most
 * seven bytes, and when it came or is due.
 */
struct midi_msg {
	uint64_t	mm_stamp_ns;
	uint8_t		mm_len;		/* bytes used of mm_data, 1..7 */
	uint8_t		mm_data[7];	/* canonical bytes */
};

static inline bool
midi_msg_is_status(uint8_t byte)
{

	return (byte & 0x80) != 0;
}

/* 80..EF. */
static inline bool
midi_msg_is_channel(uint8_t byte)
{

	return byte >= MIDI_MSG_NOTE_OFF && byte < MIDI_MSG_SYSEX;
}

/* F8..FF, the two undefined ones (F9, FD) included. */
static inline bool
midi_msg_is_realtime(uint8_t byte)
{

	return byte >= MIDI_MSG_CLOCK;
}

/* What a unit of a System Exclusive message can begin with. */
static inline bool
midi_msg_is_sysex(uint8_t byte)
{

	return byte < 0x80 || byte == MIDI_MSG_SYSEX ||
	    byte == MIDI_MSG_SYSEX_END;
}

/*
 * The length of a message with this status byte, in bytes with the status:
 * 1..3; 0 for F0 and F7, which have no fixed length, for the undefined F4,
 * F5, F9, FD and for data bytes.  [MIDI 1.0, table of status bytes]
 */
static inline unsigned int
midi_msg_length(uint8_t status)
{

	if (status >= MIDI_MSG_SYSEX) {
		/* One digit for each of F0..FF, F0 the lowest. */
		return (0x1101110101002320ULL >> ((status & 0x0f) * 4)) & 0x0f;
	}
	/* One digit for each of 0x..Fx. */
	return (0x0322333300000000ULL >> ((status >> 4) * 4)) & 0x0f;
}

/*
 * After a unit with this first and last byte: is a System Exclusive message
 * open on the stream, if `open' says whether one was before it?
 */
static inline bool
midi_msg_sysex_open(uint8_t first, uint8_t last, bool open)
{

	if (midi_msg_is_realtime(first))
		return open;
	return midi_msg_is_sysex(first) && last != MIDI_MSG_SYSEX_END;
}

/*
 * Bring a hidden note-off to light: a note-on of velocity 0 becomes a
 * note-off of velocity 64.  The message is whole and has velocity 0 or is no
 * note-on; another message stays as it is.
 */
static inline void
midi_msg_unhide(uint8_t *msg)
{

	if ((msg[0] & 0xf0) == MIDI_MSG_NOTE_ON) {
		msg[0] ^= MIDI_MSG_NOTE_ON ^ MIDI_MSG_NOTE_OFF;
		msg[2] = MIDI_MSG_OFF_VELOCITY;
	}
}

/* How many of the first n bytes are data bytes in a row. */
size_t	midi_msg_data_length(const uint8_t *, size_t);

/*
 * Look back over n bytes of a canonical stream for the last status byte that
 * is not real-time.  Returns it, or 0 when there is none; *len is the number
 * of bytes from it to the end, or of all, real-time bytes not counted.
 */
uint8_t	midi_msg_last_status(const uint8_t *, size_t, size_t *);

/* midi_msg_unit() of n > 0 bytes that begin in System Exclusive. */
size_t	midi_msg_unit_sysex(const uint8_t *, size_t);

/*
 * The length of the first unit of the run of n bytes.  0: n is 0, or the
 * bytes are the beginning of a message whose end is not there, or (which is
 * not canonical) an undefined byte.
 */
static inline size_t
midi_msg_unit(const uint8_t *bytes, size_t n)
{
	unsigned int len;

	if (n == 0)
		return 0;
	if (midi_msg_is_sysex(bytes[0]))
		return midi_msg_unit_sysex(bytes, n);
	len = midi_msg_length(bytes[0]);
	return len <= n ? len : 0;
}

/* How many messages begin in n bytes of canonical stream. */
size_t	midi_msg_count(const uint8_t *, size_t);

/*
 * Whether n bytes are a run, when a System Exclusive message is open before
 * it or not.  For assertions and tests; takes time in proportion to n.
 */
bool	midi_msg_run_valid(const uint8_t *, size_t, bool);

#endif /* !_DEV_MIDI_MIDI_MSG_H_ */
