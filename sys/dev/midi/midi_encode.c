/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_encode.c: a canonical stream becomes bytes for a wire.
 *
 * The encoder knows one thing: the running status that the receiver has after
 * all that was put out.  A hidden note-off is chosen only where it saves a
 * byte, so a stream that never used note-on gets its note-offs as they are.
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
 * A channel message of len bytes as the wire wants it.  Puts out at most
 * those, and returns how many; 0 if there is no room.
 */
static size_t
midi_encode_channel(struct midi_encode *me, const uint8_t *msg, size_t len,
    uint8_t *out, size_t room)
{
	uint8_t last, status;
	size_t n;

	status = msg[0];
	last = msg[len - 1];
	if ((status ^ me->me_running) ==
	    (MIDI_MSG_NOTE_OFF ^ MIDI_MSG_NOTE_ON)) {
		if (status < MIDI_MSG_NOTE_ON &&
		    last == MIDI_MSG_OFF_VELOCITY) {
			status = me->me_running;
			last = 0;
		} else if (status >= MIDI_MSG_NOTE_ON &&
		    status < MIDI_MSG_KEY_PRESSURE && last == 0) {
			status = me->me_running;
			last = MIDI_MSG_OFF_VELOCITY;
		}
	}
	n = status == me->me_running ? len - 1 : len;
	if (n > room)
		return 0;
	if (n == len)
		*out++ = status;
	if (len == 3)
		*out++ = msg[1];
	*out = last;
	me->me_running = status;
	return n;
}

/* Any other unit, as it is.  SysEx may be cut for want of room. */
static size_t
midi_encode_copy(struct midi_encode *me, const uint8_t *unit, size_t len,
    uint8_t *out, size_t room)
{

	if (len > room) {
		if (!midi_msg_is_sysex(unit[0]))
			return 0;
		len = room;
	}
	memcpy(out, unit, len);
	if (len == 3 && unit[2] == 0)
		midi_msg_unhide(out);
	if (len != 0 && !midi_msg_is_realtime(unit[0]))
		me->me_running = 0;
	return len;
}

size_t
midi_encode_run(struct midi_encode *me, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout)
{
	size_t i, len, n, o;

	KASSERT(midi_encode_valid(me));
	for (i = o = 0; i < nin; i += len, o += n) {
		len = midi_msg_unit(in + i, nin - i);
		if (len == 0)
			break;
		if (midi_msg_is_channel(in[i]) &&
		    (me->me_flags & MIDI_ENCODE_RUNNING) != 0)
			n = midi_encode_channel(me, in + i, len, out + o,
			    outsize - o);
		else
			n = len = midi_encode_copy(me, in + i, len, out + o,
			    outsize - o);
		if (n == 0)
			break;
	}
	KASSERT(midi_encode_valid(me));
	*nout = o;
	return i;
}
