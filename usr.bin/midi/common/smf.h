/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf.h: the words that the reader and the writer of Standard MIDI Files
 * share.
 *
 * A file is a header and tracks; a track is a row of events, each a number
 * of ticks after the one before it.  Here every event carries its time in
 * ticks since the start of its track, and points into the file's own bytes.
 *
 * The files named smf_*.[ch] are pure: no input or output, no allocation, no
 * clock, no state but the caller's.
 */

#ifndef _MIDI_SMF_H_
#define _MIDI_SMF_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMF_SYSEX		0xf0	/* a SysEx message or its first piece */
#define SMF_ESCAPE		0xf7	/* a further piece, or any bytes */
#define SMF_META		0xff

#define SMF_META_SEQNO		0x00
#define SMF_META_TEXT		0x01
#define SMF_META_COPYRIGHT	0x02
#define SMF_META_TRACK		0x03
#define SMF_META_INSTRUMENT	0x04
#define SMF_META_LYRIC		0x05
#define SMF_META_MARKER		0x06
#define SMF_META_CUE		0x07
#define SMF_META_PROGRAM	0x08
#define SMF_META_DEVICE		0x09
#define SMF_META_TEXT_LAST	0x0f	/* texts begin with SMF_META_TEXT */
#define SMF_META_CHANNEL	0x20
#define SMF_META_PORT		0x21
#define SMF_META_END		0x2f
#define SMF_META_TEMPO		0x51
#define SMF_META_SMPTE		0x54
#define SMF_META_TIMESIG	0x58
#define SMF_META_KEY		0x59
#define SMF_META_VENDOR		0x7f

#define SMF_VLQ_MAX		0x0fffffffU	/* four bytes of seven bits */
#define SMF_BEAT_US		500000U		/* where a file says nothing */
#define SMF_TEMPO_MAX_US	0xffffffU

/* What went wrong and where: bytes from the start of the buffer. */
struct smf_error {
	size_t		offset;
	const char	*reason;	/* constant text, without a full stop */
};

/* Flags of an event. */
#define SMF_EVENT_KEPT		0x01	/* running status from before a meta
					 * event or SysEx: not allowed */
#define SMF_EVENT_CONTINUES	0x02	/* F7: goes on with the SysEx message
					 * that is open in its track */
#define SMF_EVENT_OPEN		0x04	/* F0, F7: the SysEx message does not
					 * end here */

struct smf_event {
	uint64_t	tick;		/* since the start of the track */
	size_t		offset;		/* of its first byte after the delta */
	const uint8_t	*data;		/* what follows status and length */
	uint32_t	length;		/* bytes of data */
	uint16_t	track;		/* 0 for the first */
	uint8_t		status;		/* 80..EF, or SMF_SYSEX ... */
	uint8_t		type;		/* SMF_META: which */
	uint8_t		flags;
};

/* Number of data bytes of a channel message, status 0x80..0xef. */
static inline uint32_t
smf_channel_bytes(uint8_t status)
{

	return (status & 0xe0) == 0xc0 ? 1 : 2;
}

/* The tempo of a tempo event in microseconds per beat; 0 when the event is
 * too short or says 0, which no reader can follow. */
static inline uint32_t
smf_event_tempo_us(const struct smf_event *ev)
{

	if (ev->length < 3)
		return 0;
	return (uint32_t)ev->data[0] << 16 | (uint32_t)ev->data[1] << 8 |
	    ev->data[2];
}

#endif /* !_MIDI_SMF_H_ */
