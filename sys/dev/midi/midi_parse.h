/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_parse.h: what a wire or a writer sent becomes a canonical stream.
 *
 * See midi_msg.h for the canonical form.  One struct midi_parse per stream;
 * the caller serializes its use.  Pure: no lock, clock, allocation.
 *
 * At most two bytes wait in a parser: the beginning of a message, or of a
 * group of three bytes of a System Exclusive message counted from its F0.
 * Real-time bytes go ahead of what waits.
 */

#ifndef _DEV_MIDI_MIDI_PARSE_H_
#define _DEV_MIDI_MIDI_PARSE_H_

#include <dev/midi/midi_msg.h>

/* Active Sensing is an ordinary real-time byte: put it out, too. */
#define MIDI_PARSE_ASENSE	0x01
/*
 * Leave a hidden note-off as it came, a note-on of velocity 0 with its status
 * byte.  The output is not canonical in this one point, and is fit only for
 * midi_encode_run(), which then can send the form that the writer chose.
 */
#define MIDI_PARSE_HIDDEN	0x02

/* The most bytes that one byte of input can bring forth. */
#define MIDI_PARSE_OUT_MIN	4
/* Room for the output of n bytes of input, whatever they are. */
#define MIDI_PARSE_OUT_MAX(n)	(2 * (n) + MIDI_PARSE_OUT_MIN)

struct midi_parse {
	uint8_t		mp_status;	/* of the message begun, or running;
					   F0 inside SysEx; 0: none */
	bool		mp_begun;	/* mp_status has come and none of its
					   messages has been completed */
	uint8_t		mp_held;	/* bytes waiting in mp_bytes, 0..2 */
	uint8_t		mp_bytes[2];	/* data of the message begun, or part
					   of a group of SysEx with its F0 */
	uint8_t		mp_flags;	/* MIDI_PARSE_* */
	/* The caller may clear these at any time: */
	bool		mp_heard;	/* something whole came: a message, a
					   group or the end of SysEx, FE, F7 */
	uint64_t	mp_asense;	/* Active Sensing bytes that came */
	uint64_t	mp_discarded_bytes;
	uint64_t	mp_incomplete_msgs;
};

/* Begin a stream: no status, nothing waiting, counters 0. */
void	midi_parse_init(struct midi_parse *, unsigned int);

/*
 * Receive: parse up to nin bytes, whatever they are.  Returns how many were
 * consumed; this is less than nin only when fewer than MIDI_PARSE_OUT_MIN
 * bytes of room were left, so outsize must be at least that.  *nout is how
 * many bytes were put out; they are a run.
 *
 * A status byte inside a System Exclusive message ends it (F7 is supplied)
 * and is then taken for itself.  What cannot be understood is discarded:
 * data without status and undefined bytes add to mp_discarded_bytes; a
 * message cut short by a status byte adds its bytes there and 1 to
 * mp_incomplete_msgs.  F4 and F5 end running status, F9 and FD do nothing.
 * An F7 with nothing to end ends running status and is not counted.
 */
size_t	midi_parse_run(struct midi_parse *, const uint8_t *, size_t,
	    uint8_t *, size_t, size_t *);

/*
 * Transmit: as midi_parse_run(), but stop in front of the first byte that
 * breaks the protocol and set *violation, else clear it.  All that came
 * before that byte is consumed and put out, nothing of it is lost, and the
 * caller may go on with the same or other bytes.
 *
 * It is a violation, and counted as the receiver would count it:
 *	- a data byte without status, F9, FD: the state is as before;
 *	- F4, F5: these end running status or an open System Exclusive
 *	  message (F7 is put out), as they would at any receiver.  If nothing
 *	  of that message has been put out yet, nothing is: its first one or
 *	  two bytes are refused with the byte that spoiled them;
 *	- a status byte that cuts a message short: the message has been
 *	  dropped and counted, the status byte is not consumed, and is no
 *	  violation when it is offered again.
 * A status byte that ends a System Exclusive message is none (F7 is
 * supplied), neither is an F7 with nothing to end.
 */
size_t	midi_parse_strict(struct midi_parse *, const uint8_t *, size_t,
	    uint8_t *, size_t, size_t *, bool *);

/*
 * End the stream here: an open System Exclusive message is put out to its
 * last byte and closed with F7, a message begun is dropped and counted, and
 * running status forgotten.  Returns the number of bytes put out: 0..3.
 */
size_t	midi_parse_end(struct midi_parse *, uint8_t [MIDI_MSG_MAX]);

/* Whether a System Exclusive message is open in the input. */
bool	midi_parse_in_sysex(const struct midi_parse *);

/* Whether part of another message waits, that a status byte would cut short. */
bool	midi_parse_incomplete(const struct midi_parse *);

/* Whether the state is one that can be reached. */
bool	midi_parse_valid(const struct midi_parse *);

#endif /* !_DEV_MIDI_MIDI_PARSE_H_ */
