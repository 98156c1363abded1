/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_parse.c: bytes become a canonical stream.
 *
 * Several ways through, each for its kind.  Whole channel messages, with
 * status or running, go through midi_parse_channel(), a loop that keeps its
 * state in registers, or with real-time bytes inside through
 * midi_parse_mixed(); the data of System Exclusive messages through
 * midi_parse_sysex(), which looks for their end and copies; everything else
 * byte by byte through midi_parse_byte(), which alone knows all the rules.
 * The others take nothing that they cannot take whole, so the result is the
 * same as if there were only that one.
 *
 * System Exclusive is put out in groups of three bytes counted from the F0.
 * That costs a reader nothing, gives it cuts at places that do not depend on
 * how the bytes came, and lets a real-time byte go ahead of a group.
 */

#include <dev/midi/midi_parse.h>

#define MIDI_PARSE_GROUP	3

void
midi_parse_init(struct midi_parse *mp, unsigned int flags)
{

	memset(mp, 0, sizeof(*mp));
	mp->mp_flags = (uint8_t)flags;
	KASSERT(midi_parse_valid(mp));
}

bool
midi_parse_in_sysex(const struct midi_parse *mp)
{

	return mp->mp_status == MIDI_MSG_SYSEX;
}

bool
midi_parse_incomplete(const struct midi_parse *mp)
{

	return mp->mp_begun ||
	    (mp->mp_held != 0 && mp->mp_status != MIDI_MSG_SYSEX);
}

bool
midi_parse_valid(const struct midi_parse *mp)
{
	unsigned int i;

	if (mp->mp_held > sizeof(mp->mp_bytes))
		return false;
	for (i = 0; i < mp->mp_held; i++) {
		if (mp->mp_bytes[i] >= 0x80 && (i != 0 ||
		    mp->mp_bytes[i] != MIDI_MSG_SYSEX ||
		    mp->mp_status != MIDI_MSG_SYSEX))
			return false;
	}
	if (mp->mp_status == 0)
		return mp->mp_held == 0 && !mp->mp_begun;
	if (mp->mp_status == MIDI_MSG_SYSEX)
		return !mp->mp_begun;
	/* The last byte of a message never waits. */
	if (mp->mp_held + 2U > midi_msg_length(mp->mp_status))
		return false;
	return mp->mp_begun || midi_msg_is_channel(mp->mp_status);
}

/* A message begun comes to nothing, and running status with it. */
static void
midi_parse_drop(struct midi_parse *mp)
{

	if (midi_parse_incomplete(mp)) {
		mp->mp_discarded_bytes += mp->mp_held + (mp->mp_begun ? 1 : 0);
		mp->mp_incomplete_msgs++;
	}
	mp->mp_status = 0;
	mp->mp_begun = false;
	mp->mp_held = 0;
}

/* The end of the open SysEx message: what waits of it, and F7. */
static unsigned int
midi_parse_close(struct midi_parse *mp, uint8_t *out)
{
	unsigned int n;

	KASSERT(midi_parse_in_sysex(mp));
	for (n = 0; n < mp->mp_held; n++)
		out[n] = mp->mp_bytes[n];
	out[n++] = MIDI_MSG_SYSEX_END;
	mp->mp_status = 0;
	mp->mp_held = 0;
	mp->mp_heard = true;
	return n;
}

/* A data byte outside SysEx. */
static unsigned int
midi_parse_data(struct midi_parse *mp, uint8_t byte, uint8_t *out)
{
	unsigned int i, len;

	KASSERT(!midi_parse_in_sysex(mp));
	len = midi_msg_length(mp->mp_status);
	if (len == 0) {
		mp->mp_discarded_bytes++;
		return 0;
	}
	if (mp->mp_held + 2U < len) {
		mp->mp_bytes[mp->mp_held++] = byte;
		return 0;
	}
	out[0] = mp->mp_status;
	for (i = 0; i < mp->mp_held; i++)
		out[1 + i] = mp->mp_bytes[i];
	out[1 + i] = byte;
	if (byte == 0 && (mp->mp_flags & MIDI_PARSE_HIDDEN) == 0)
		midi_msg_unhide(out);
	if (!midi_msg_is_channel(mp->mp_status))
		mp->mp_status = 0;
	mp->mp_begun = false;
	mp->mp_held = 0;
	mp->mp_heard = true;
	return len;
}

/* A status byte 80..F7. */
static unsigned int
midi_parse_status(struct midi_parse *mp, uint8_t byte, uint8_t *out)
{
	unsigned int n;

	n = 0;
	if (midi_parse_in_sysex(mp)) {
		n = midi_parse_close(mp, out);
		if (byte == MIDI_MSG_SYSEX_END)
			return n;
	} else
		midi_parse_drop(mp);

	switch (byte) {
	case MIDI_MSG_SYSEX:
		mp->mp_status = byte;
		mp->mp_bytes[mp->mp_held++] = byte;
		break;
	case MIDI_MSG_TUNE_REQUEST:
		out[n++] = byte;
		mp->mp_heard = true;
		break;
	case MIDI_MSG_SYSEX_END:
		/* Nothing to end.  It is a sign of life. */
		mp->mp_heard = true;
		break;
	default:
		if (midi_msg_length(byte) == 0) {
			mp->mp_discarded_bytes++;
			break;
		}
		mp->mp_status = byte;
		mp->mp_begun = true;
		break;
	}
	return n;
}

/* F8..FF: nothing that waits is touched. */
static unsigned int
midi_parse_realtime(struct midi_parse *mp, uint8_t byte, uint8_t *out)
{

	if (midi_msg_length(byte) == 0) {
		mp->mp_discarded_bytes++;
		return 0;
	}
	mp->mp_heard = true;
	if (byte == MIDI_MSG_ACTIVE_SENSE) {
		mp->mp_asense++;
		if ((mp->mp_flags & MIDI_PARSE_ASENSE) == 0)
			return 0;
	}
	out[0] = byte;
	return 1;
}

/* Any byte but data in SysEx.  Returns the number of bytes put out. */
static unsigned int
midi_parse_byte(struct midi_parse *mp, uint8_t byte, uint8_t *out)
{

	if (!midi_msg_is_status(byte))
		return midi_parse_data(mp, byte, out);
	if (midi_msg_is_realtime(byte))
		return midi_parse_realtime(mp, byte, out);
	return midi_parse_status(mp, byte, out);
}

/*
 * Whole channel messages from the beginning of the input, as many as there
 * are and as there is room for.  Nothing waits.  Returns the bytes consumed.
 */
static size_t
midi_parse_channel(struct midi_parse *mp, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout)
{
	const uint8_t *p, *data;
	uint8_t *q, status, next;
	bool unhide;

	KASSERT(mp->mp_held == 0 && !mp->mp_begun);
	unhide = (mp->mp_flags & MIDI_PARSE_HIDDEN) == 0;
	status = mp->mp_status;
	p = in;
	q = out;
	while (nin - (size_t)(p - in) >= MIDI_MSG_MAX &&
	    outsize - (size_t)(q - out) >= MIDI_MSG_MAX) {
		next = p[0];
		data = p + 1;
		if (!midi_msg_is_status(next)) {
			next = status;
			data = p;
		}
		if (!midi_msg_is_channel(next) || midi_msg_is_status(data[0]))
			break;
		q[0] = next;
		q[1] = data[0];
		if (next >= MIDI_MSG_PROGRAM && next < MIDI_MSG_BEND) {
			p = data + 1;
			q += 2;
		} else {
			if (midi_msg_is_status(data[1]))
				break;
			q[2] = data[1];
			if (data[1] == 0 && unhide)
				midi_msg_unhide(q);
			p = data + 2;
			q += 3;
		}
		status = next;
	}
	if (q != out) {
		mp->mp_status = status;
		mp->mp_heard = true;
	}
	*nout = (size_t)(q - out);
	return (size_t)(p - in);
}

/*
 * One channel message with real-time bytes between its own.  If it is not
 * complete, or has anything else in it, nothing is consumed.
 */
static size_t
midi_parse_mixed(struct midi_parse *mp, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout)
{
	uint8_t msg[MIDI_MSG_MAX];
	unsigned int have, len;
	size_t i, o;

	KASSERT(mp->mp_held == 0 && !mp->mp_begun);
	*nout = i = o = 0;
	msg[0] = midi_msg_is_channel(in[0]) ? in[i++] : mp->mp_status;
	len = midi_msg_length(msg[0]);
	if (len == 0)
		return 0;
	for (have = 1; have < len; i++) {
		if (i == nin || outsize - o <= MIDI_MSG_MAX)
			return 0;
		if (!midi_msg_is_status(in[i]))
			msg[have++] = in[i];
		else if (midi_msg_is_realtime(in[i]) &&
		    in[i] != MIDI_MSG_ACTIVE_SENSE &&
		    midi_msg_length(in[i]) == 1)
			out[o++] = in[i];
		else
			return 0;
	}
	mp->mp_status = msg[0];
	mp->mp_heard = true;
	if (msg[len - 1] == 0 && (mp->mp_flags & MIDI_PARSE_HIDDEN) == 0)
		midi_msg_unhide(msg);
	for (have = 0; have < len; have++)
		out[o++] = msg[have];
	*nout = o;
	return i;
}

/* Whole channel messages in either way. */
static size_t
midi_parse_messages(struct midi_parse *mp, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout)
{
	size_t n;

	n = midi_parse_channel(mp, in, nin, out, outsize, nout);
	if (n == 0)
		n = midi_parse_mixed(mp, in, nin, out, outsize, nout);
	return n;
}

/*
 * The data bytes of the open SysEx message that the input begins with, in
 * whole groups; less than a group waits.  Returns the bytes consumed.
 */
static size_t
midi_parse_sysex(struct midi_parse *mp, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout)
{
	size_t held, n, take, whole;

	KASSERT(midi_parse_in_sysex(mp));
	held = mp->mp_held;
	n = midi_msg_data_length(in, nin < outsize ? nin : outsize);
	whole = held + n;
	if (whole > outsize) {
		whole = outsize;
		n = whole - whole % MIDI_PARSE_GROUP - held;
	}
	whole -= whole % MIDI_PARSE_GROUP;
	take = 0;
	if (whole != 0) {
		take = whole - held;
		memcpy(out, mp->mp_bytes, held);
		memcpy(out + held, in, take);
		mp->mp_held = 0;
		mp->mp_heard = true;
	}
	for (; take < n; take++)
		mp->mp_bytes[mp->mp_held++] = in[take];
	*nout = whole;
	return n;
}

/*
 * Whether the byte breaks the protocol here.  If so, what the stream suffers
 * from it happens: *nout bytes are put out, at most MIDI_PARSE_OUT_MIN.
 */
static bool
midi_parse_violates(struct midi_parse *mp, uint8_t byte, uint8_t *out,
    size_t *nout)
{

	*nout = 0;
	if (!midi_msg_is_status(byte)) {
		if (mp->mp_status != 0)
			return false;
	} else if (byte == MIDI_MSG_SYSEX || byte == MIDI_MSG_SYSEX_END ||
	    midi_msg_length(byte) != 0) {
		if (midi_msg_is_realtime(byte) || !midi_parse_incomplete(mp))
			return false;
		midi_parse_drop(mp);
		return true;
	} else if (!midi_msg_is_realtime(byte) && mp->mp_held != 0 &&
	    mp->mp_bytes[0] == MIDI_MSG_SYSEX) {
		mp->mp_status = 0;
		mp->mp_held = 0;
	}
	*nout = midi_parse_byte(mp, byte, out);
	return true;
}

/* Both directions; violation is NULL to receive. */
static size_t
midi_parse_input(struct midi_parse *mp, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout, bool *violation)
{
	size_t i, o, m, n;

	KASSERT(midi_parse_valid(mp));
	KASSERT(outsize >= MIDI_PARSE_OUT_MIN);
	for (i = o = 0; i < nin && outsize - o >= MIDI_PARSE_OUT_MIN; o += m) {
		n = m = 0;
		if (midi_parse_in_sysex(mp))
			n = midi_parse_sysex(mp, in + i, nin - i, out + o,
			    outsize - o, &m);
		else if (mp->mp_held == 0 && !mp->mp_begun)
			n = midi_parse_messages(mp, in + i, nin - i, out + o,
			    outsize - o, &m);
		if (n == 0 && violation != NULL) {
			*violation = midi_parse_violates(mp, in[i], out + o,
			    &m);
			if (*violation) {
				o += m;
				break;
			}
		}
		if (n == 0) {
			m = midi_parse_byte(mp, in[i], out + o);
			n = 1;
		}
		i += n;
	}
	KASSERT(midi_parse_valid(mp));
	*nout = o;
	return i;
}

size_t
midi_parse_run(struct midi_parse *mp, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout)
{

	return midi_parse_input(mp, in, nin, out, outsize, nout, NULL);
}

size_t
midi_parse_strict(struct midi_parse *mp, const uint8_t *in, size_t nin,
    uint8_t *out, size_t outsize, size_t *nout, bool *violation)
{

	*violation = false;
	return midi_parse_input(mp, in, nin, out, outsize, nout, violation);
}

size_t
midi_parse_end(struct midi_parse *mp, uint8_t out[MIDI_MSG_MAX])
{
	size_t n;

	KASSERT(midi_parse_valid(mp));
	n = 0;
	if (midi_parse_in_sysex(mp))
		n = midi_parse_close(mp, out);
	midi_parse_drop(mp);
	KASSERT(midi_parse_valid(mp));
	return n;
}
