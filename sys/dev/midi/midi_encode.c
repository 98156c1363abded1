/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_encode.c: a canonical stream becomes bytes for a wire.
 *
 * The encoder knows one thing: the running status that the receiver has after
 * all that was put out; with the form that is not shortened, none.  A hidden
 * note-off is chosen only where it saves a byte, so a stream that never used
 * note-on gets its note-offs as they are.
 *
 * Nearly all of a stream is channel messages and real-time bytes, which go
 * through midi_encode_messages(), a loop that keeps its state in registers
 * and wants room for the longest message.  What is left, and the end of a
 * run or of the room, goes by units.
 */

#include <dev/midi/midi_encode.h>

void
midi_encode_init(struct midi_encode *me, unsigned int flags)
{

	me->me_running = 0;
	me->me_flags = (uint8_t)flags;
}

void
midi_encode_forget(struct midi_encode *me)
{

	me->me_running = 0;
}

bool
midi_encode_valid(const struct midi_encode *me)
{

	return me->me_running == 0 || midi_msg_is_channel(me->me_running);
}

/*
 * A note-off of velocity 64 goes as the note-on that the receiver expects, a
 * note-on of velocity 0 as a note-off where that is expected; or, where no
 * running status is, as the note-off that it is.
 */
static inline bool
midi_encode_turns(uint8_t status, uint8_t last, uint8_t running, bool shorten)
{
	uint8_t velocity;

	velocity = status < MIDI_MSG_NOTE_ON ? MIDI_MSG_OFF_VELOCITY : 0;
	if (last != velocity || status >= MIDI_MSG_KEY_PRESSURE)
		return false;
	if (shorten)
		return (status ^ running) ==
		    (MIDI_MSG_NOTE_OFF ^ MIDI_MSG_NOTE_ON);
	return status >= MIDI_MSG_NOTE_ON;
}

/*
 * A whole channel message of len bytes, 2 or 3, as the wire wants it.  Writes
 * at most so many bytes, and returns how many.
 */
static inline size_t
midi_encode_channel(const uint8_t *msg, size_t len, uint8_t *running,
    bool shorten, uint8_t *out)
{
	uint8_t last, status;
	size_t n;

	status = msg[0];
	last = msg[len - 1];
	if (len == 3 && midi_encode_turns(status, last, *running, shorten)) {
		status ^= MIDI_MSG_NOTE_OFF ^ MIDI_MSG_NOTE_ON;
		last ^= MIDI_MSG_OFF_VELOCITY;
	}
	out[0] = status;
	n = status != *running ? 1 : 0;
	if (len == 3)
		out[n++] = msg[1];
	out[n++] = last;
	if (shorten)
		*running = status;
	return n;
}

/*
 * Channel messages and real-time bytes, as many as the run begins with and
 * as there is room for.  Returns the bytes consumed.  `shorten' is constant
 * where this is called, so that there are two such loops.
 */
static inline size_t
midi_encode_messages(struct midi_encode *me, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout, bool shorten)
{
	const uint8_t *p;
	uint8_t *q, running;

	running = me->me_running;
	p = in;
	q = out;
	while (nin - (size_t)(p - in) >= MIDI_MSG_MAX &&
	    outsize - (size_t)(q - out) >= MIDI_MSG_MAX) {
		if (midi_msg_is_realtime(p[0])) {
			*q++ = *p++;
		} else if (!midi_msg_is_channel(p[0])) {
			break;
		} else if (p[0] >= MIDI_MSG_PROGRAM && p[0] < MIDI_MSG_BEND) {
			q += midi_encode_channel(p, 2, &running, shorten, q);
			p += 2;
		} else {
			q += midi_encode_channel(p, 3, &running, shorten, q);
			p += 3;
		}
	}
	me->me_running = running;
	*nout = (size_t)(q - out);
	return (size_t)(p - in);
}

/* One channel message of len bytes into what room there is, or nothing. */
static size_t
midi_encode_last(struct midi_encode *me, const uint8_t *msg, size_t len,
    uint8_t *out, size_t room)
{
	uint8_t bytes[MIDI_MSG_MAX], running;
	size_t n;

	running = me->me_running;
	n = midi_encode_channel(msg, len, &running,
	    (me->me_flags & MIDI_ENCODE_RUNNING) != 0, bytes);
	if (n > room)
		return 0;
	memcpy(out, bytes, n);
	me->me_running = running;
	return n;
}

/*
 * The first unit of the run.  A long one is looked at no farther than there
 * is room: SysEx may be cut, other units go whole or not at all.  Returns the
 * bytes consumed.
 */
static size_t
midi_encode_unit(struct midi_encode *me, const uint8_t *in, size_t nin,
    uint8_t *out, size_t room, size_t *nout)
{
	size_t len, look;

	look = room < MIDI_MSG_MAX ? MIDI_MSG_MAX : room;
	len = midi_msg_unit(in, nin < look ? nin : look);
	if (midi_msg_is_channel(in[0])) {
		*nout = len == 0 ? 0 : midi_encode_last(me, in, len, out, room);
		return *nout == 0 ? 0 : len;
	}
	if (len > room)
		len = midi_msg_is_sysex(in[0]) ? room : 0;
	memcpy(out, in, len);
	if (len != 0 && !midi_msg_is_realtime(in[0]))
		me->me_running = 0;
	*nout = len;
	return len;
}

size_t
midi_encode_run(struct midi_encode *me, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout)
{
	size_t i, m, n, o;

	KASSERT(midi_encode_valid(me));
	for (i = o = 0; i < nin; i += n, o += m) {
		if ((me->me_flags & MIDI_ENCODE_RUNNING) != 0)
			n = midi_encode_messages(me, in + i, nin - i, out + o,
			    outsize - o, &m, true);
		else
			n = midi_encode_messages(me, in + i, nin - i, out + o,
			    outsize - o, &m, false);
		if (n == 0)
			n = midi_encode_unit(me, in + i, nin - i, out + o,
			    outsize - o, &m);
		if (n == 0)
			break;
	}
	KASSERT(midi_encode_valid(me));
	*nout = o;
	return i;
}
