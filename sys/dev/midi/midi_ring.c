/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_ring.c: where a canonical stream waits.
 *
 * The put side and the take side each know where they stand in the stream;
 * the bytes between them are canonical, so no lengths are stored with them.
 *
 * Putting: nearly always there is room for all, and then only the end of the
 * run says how the stream stands after it.  Else midi_ring_stretch() says how
 * much goes in without dropping, which is then copied at once; what does not
 * is dropped unit by unit, for only there does it matter what it was.
 *
 * Taking: where the stream stands then is seen by looking back from there.
 *
 * Invariants (midi_ring_valid()): while a System Exclusive message is open at
 * the put side, a byte is free for its F7.  A message begun to be taken is in
 * the ring to its end.
 */

#include <dev/midi/midi_ring.h>

#define MIDI_RING_GROUP	3	/* bytes of SysEx that a read keeps together */

void
midi_ring_init(struct midi_ring *r, uint8_t *buf, size_t size)
{

	memset(r, 0, sizeof(*r));
	r->mr_buf = buf;
	r->mr_size = size;
	KASSERT(midi_ring_valid(r));
}

void
midi_ring_reset(struct midi_ring *r)
{

	r->mr_used = 0;
	r->mr_front = 0;
	r->mr_put = MIDI_RING_NONE;
	r->mr_overflow = false;
	r->mr_open = false;
	r->mr_phase = 0;
	r->mr_rest = 0;
	KASSERT(midi_ring_valid(r));
}

void
midi_ring_set_raw(struct midi_ring *r, bool raw)
{

	midi_ring_reset(r);
	r->mr_raw = raw;
}

bool
midi_ring_valid(const struct midi_ring *r)
{

	if (r->mr_size < 4 || (r->mr_size & (r->mr_size - 1)) != 0)
		return false;
	if (r->mr_used > r->mr_size || r->mr_front >= r->mr_size)
		return false;
	if (r->mr_put == MIDI_RING_OPEN && r->mr_used == r->mr_size)
		return false;
	if (r->mr_rest >= MIDI_MSG_MAX || r->mr_rest > r->mr_used)
		return false;
	return r->mr_phase < MIDI_RING_GROUP && (r->mr_open ?
	    r->mr_rest == 0 : r->mr_phase == 0);
}

size_t
midi_ring_room(const struct midi_ring *r)
{

	if (r->mr_overflow)
		return 0;
	return r->mr_size - r->mr_used - (r->mr_put == MIDI_RING_OPEN ? 1 : 0);
}

/* The waiting byte at this offset from the first. */
static uint8_t
midi_ring_at(const struct midi_ring *r, size_t off)
{

	return r->mr_buf[(r->mr_front + off) & (r->mr_size - 1)];
}

/* How many of the n waiting bytes from this offset on are data in a row. */
static size_t
midi_ring_data_length(const struct midi_ring *r, size_t off, size_t n)
{
	size_t first, len, pos;

	pos = (r->mr_front + off) & (r->mr_size - 1);
	first = r->mr_size - pos;
	if (first > n)
		first = n;
	len = midi_msg_data_length(r->mr_buf + pos, first);
	if (len == first)
		len += midi_msg_data_length(r->mr_buf, n - first);
	return len;
}

/* Put bytes for which there is room. */
static void
midi_ring_store(struct midi_ring *r, const uint8_t *bytes, size_t n)
{
	size_t first, pos;

	KASSERT(n <= r->mr_size - r->mr_used);
	pos = (r->mr_front + r->mr_used) & (r->mr_size - 1);
	first = r->mr_size - pos;
	if (first > n)
		first = n;
	memcpy(r->mr_buf + pos, bytes, first);
	if (first < n)
		memcpy(r->mr_buf, bytes + first, n - first);
	r->mr_used += n;
}

/* A unit that begins so goes on with SysEx that is not in the ring. */
static bool
midi_ring_skips(enum midi_ring_sysex put, uint8_t first)
{

	return put != MIDI_RING_OPEN &&
	    (first < 0x80 || first == MIDI_MSG_SYSEX_END);
}

/*
 * How many bytes of the run, from its beginning, go into a ring with that
 * many bytes free when nothing is skipped.  *put follows.
 */
static size_t
midi_ring_stretch(const uint8_t *bytes, size_t n, size_t bytes_free,
    enum midi_ring_sysex *put)
{
	size_t i, len, left;
	bool open;

	for (i = 0; i < n; i += len) {
		if (midi_ring_skips(*put, bytes[i]))
			break;
		len = midi_msg_unit(bytes + i, n - i);
		if (len == 0)
			break;
		open = midi_msg_sysex_open(bytes[i], bytes[i + len - 1],
		    *put == MIDI_RING_OPEN);
		left = bytes_free - i;
		if (left < len + (open ? 1 : 0)) {
			/* Of SysEx take a part, with the reserve for F7. */
			if (midi_msg_is_sysex(bytes[i]) && left > 1) {
				*put = MIDI_RING_OPEN;
				i += left - 1;
			}
			break;
		}
		if (!midi_msg_is_realtime(bytes[i]))
			*put = open ? MIDI_RING_OPEN : MIDI_RING_NONE;
	}
	return i;
}

/* Put into a raw ring. */
static size_t
midi_ring_put_raw(struct midi_ring *r, const uint8_t *bytes, size_t n)
{
	const size_t bytes_free = r->mr_size - r->mr_used;
	const size_t put = n < bytes_free ? n : bytes_free;

	midi_ring_store(r, bytes, put);
	r->mr_dropped_bytes += n - put;
	return put;
}

/*
 * Drop a unit that goes on with SysEx, or of a part that was put before the
 * rest of it: the message in the ring is closed with F7.  Only an F7 that the
 * ring had a reserve for is not dropped.
 */
static void
midi_ring_drop_sysex(struct midi_ring *r, const uint8_t *unit, size_t len)
{
	static const uint8_t end[] = { MIDI_MSG_SYSEX_END };
	bool last;

	last = unit[len - 1] == MIDI_MSG_SYSEX_END;
	switch (r->mr_put) {
	case MIDI_RING_OPEN:
		midi_ring_store(r, end, sizeof(end));
		r->mr_put = MIDI_RING_CUT;
		if (last && len == 1)
			break;
		r->mr_dropped_msgs++;
		break;
	case MIDI_RING_NONE:
		r->mr_put = MIDI_RING_LOST;
		r->mr_dropped_msgs++;
		break;
	default:
		break;
	}
	r->mr_dropped_bytes += len;
	if (last) {
		if (r->mr_put == MIDI_RING_CUT)
			r->mr_dropped_bytes--;
		r->mr_put = MIDI_RING_NONE;
	}
}

/* Drop the first unit of the run of n bytes.  Returns its length. */
static size_t
midi_ring_drop(struct midi_ring *r, const uint8_t *bytes, size_t n)
{
	size_t len;

	len = midi_msg_unit(bytes, n);
	if (len == 0)
		len = n;
	if (bytes[0] < 0x80 || bytes[0] == MIDI_MSG_SYSEX_END) {
		midi_ring_drop_sysex(r, bytes, len);
		return len;
	}
	r->mr_dropped_bytes += len;
	r->mr_dropped_msgs++;
	if (bytes[0] == MIDI_MSG_SYSEX &&
	    bytes[len - 1] != MIDI_MSG_SYSEX_END)
		r->mr_put = MIDI_RING_LOST;
	else if (!midi_msg_is_realtime(bytes[0]))
		r->mr_put = MIDI_RING_NONE;
	return len;
}

/*
 * Put a run for which there is room, with a byte in reserve.  False: there
 * may be something in it to be dropped, and nothing has been done.
 */
static bool
midi_ring_put_all(struct midi_ring *r, const uint8_t *bytes, size_t n)
{
	size_t i, len;
	uint8_t status;

	if (r->mr_overflow || n >= r->mr_size - r->mr_used)
		return false;
	for (i = 0; i < n && midi_msg_is_realtime(bytes[i]); i++)
		continue;
	if (i < n && midi_ring_skips(r->mr_put, bytes[i]))
		return false;
	status = midi_msg_last_status(bytes, n, &len);
	if (status == MIDI_MSG_SYSEX)
		r->mr_put = MIDI_RING_OPEN;
	else if (status == MIDI_MSG_SYSEX_END || (status != 0 &&
	    len == midi_msg_length(status)))
		r->mr_put = MIDI_RING_NONE;
	else if (status != 0)
		return false;
	midi_ring_store(r, bytes, n);
	return true;
}

size_t
midi_ring_put(struct midi_ring *r, const uint8_t *bytes, size_t n)
{
	uint64_t dropped_before;
	size_t i, len;

	KASSERT(midi_ring_valid(r));
	if (r->mr_raw)
		return midi_ring_put_raw(r, bytes, n);
	if (midi_ring_put_all(r, bytes, n)) {
		KASSERT(midi_ring_valid(r));
		return n;
	}
	dropped_before = r->mr_dropped_bytes;
	for (i = 0; i < n; i += len) {
		if (!r->mr_overflow) {
			len = midi_ring_stretch(bytes + i, n - i,
			    r->mr_size - r->mr_used, &r->mr_put);
			midi_ring_store(r, bytes + i, len);
			i += len;
			if (i == n)
				break;
			r->mr_overflow = !midi_ring_skips(r->mr_put, bytes[i]);
		}
		len = midi_ring_drop(r, bytes + i, n - i);
	}
	KASSERT(midi_ring_valid(r));
	return n - (size_t)(r->mr_dropped_bytes - dropped_before);
}

/*
 * How much of the SysEx at this offset a read with that much room returns.
 * Whole groups; to its end or the next real-time byte, if that fits.
 */
static size_t
midi_ring_peek_sysex(const struct midi_ring *r, size_t off, size_t room,
    unsigned int phase)
{
	size_t left, len, look;

	left = r->mr_used - off;
	look = room + MIDI_RING_GROUP;	/* where the next group may end */
	if (look > left)
		look = left;
	len = midi_ring_at(r, off) == MIDI_MSG_SYSEX ? 1 : 0;
	len += midi_ring_data_length(r, off + len, look - len);
	if (len < look && midi_ring_at(r, off + len) == MIDI_MSG_SYSEX_END)
		len++;
	if (len <= room)
		return len;
	len = (phase + room) % MIDI_RING_GROUP;
	return len < room ? room - len : 0;
}

size_t
midi_ring_measure(const struct midi_ring *r, size_t n)
{
	size_t done, len, limit;
	unsigned int phase;
	uint8_t byte;

	KASSERT(midi_ring_valid(r));
	if (n >= r->mr_used)
		return r->mr_used;
	if (r->mr_raw)
		return n;
	limit = n;
	done = r->mr_rest < limit ? r->mr_rest : limit;
	phase = r->mr_phase;
	for (; done < limit; done += len) {
		byte = midi_ring_at(r, done);
		if (midi_msg_is_sysex(byte)) {
			if (byte == MIDI_MSG_SYSEX)
				phase = 0;
			len = midi_ring_peek_sysex(r, done, limit - done,
			    phase);
			phase = (unsigned int)((phase + len) %
			    MIDI_RING_GROUP);
		} else {
			len = midi_msg_length(byte);
			if (len > limit - done)
				len = 0;
		}
		if (len == 0)
			break;
	}
	return done != 0 ? done : limit;	/* none fits: fill */
}

const uint8_t *
midi_ring_part(const struct midi_ring *r, size_t *n)
{

	KASSERT(*n <= r->mr_used);
	if (r->mr_size - r->mr_front < *n)
		*n = r->mr_size - r->mr_front;
	return r->mr_buf + r->mr_front;
}

size_t
midi_ring_peek(const struct midi_ring *r, uint8_t *dst, size_t n)
{

	const uint8_t *part;
	size_t first;

	n = first = midi_ring_measure(r, n);
	part = midi_ring_part(r, &first);
	memcpy(dst, part, first);
	if (first < n)
		memcpy(dst + first, r->mr_buf, n - first);
	return n;
}

/* midi_msg_last_status() for the first n bytes that wait. */
static uint8_t
midi_ring_last_status(const struct midi_ring *r, size_t n, size_t *len)
{
	size_t first, more;
	uint8_t status;

	first = r->mr_size - r->mr_front;
	if (first >= n)
		return midi_msg_last_status(r->mr_buf + r->mr_front, n, len);
	status = midi_msg_last_status(r->mr_buf, n - first, len);
	if (status == 0) {
		status = midi_msg_last_status(r->mr_buf + r->mr_front, first,
		    &more);
		*len += more;
	}
	return status;
}

/* All was taken, and no message is open behind it. */
static void
midi_ring_emptied(struct midi_ring *r)
{

	r->mr_front = (r->mr_front + r->mr_used) & (r->mr_size - 1);
	r->mr_used = 0;
	r->mr_phase = 0;
	r->mr_rest = 0;
	r->mr_open = false;
	r->mr_overflow = false;
	KASSERT(midi_ring_valid(r));
}

void
midi_ring_take(struct midi_ring *r, size_t n)
{
	size_t len;
	uint8_t status;

	KASSERT(midi_ring_valid(r));
	KASSERT(n <= r->mr_used);
	if (n == 0)
		return;
	if (n == r->mr_used && r->mr_put != MIDI_RING_OPEN) {
		/* As most often: all of it, and all that it was is whole. */
		midi_ring_emptied(r);
		return;
	}
	/* len bytes have been taken of what began with the status byte, or
	 * went on without one. */
	len = 0;
	status = r->mr_raw ? 0 : midi_ring_last_status(r, n, &len);
	if (status == 0 && !r->mr_open) {
		r->mr_rest -= (uint8_t)len;
	} else if (status == 0 || status == MIDI_MSG_SYSEX) {
		if (status != 0)
			r->mr_phase = 0;
		r->mr_phase = (uint8_t)((r->mr_phase + len) % MIDI_RING_GROUP);
		r->mr_rest = 0;
		r->mr_open = true;
	} else {
		r->mr_phase = 0;
		r->mr_rest = 0;
		if (status != MIDI_MSG_SYSEX_END)
			r->mr_rest = (uint8_t)(midi_msg_length(status) - len);
		r->mr_open = false;
	}
	r->mr_front = (r->mr_front + n) & (r->mr_size - 1);
	r->mr_used -= n;
	r->mr_overflow = false;
	KASSERT(midi_ring_valid(r));
}

void
midi_ring_flush(struct midi_ring *r, size_t *nbytes, size_t *nmsgs)
{
	static const uint8_t end[] = { MIDI_MSG_SYSEX_END };
	size_t len, off;
	bool begun, open;

	KASSERT(midi_ring_valid(r));
	*nbytes = r->mr_used - r->mr_rest;
	*nmsgs = 0;
	if (r->mr_raw) {
		midi_ring_reset(r);
		return;
	}
	/* SysEx that has begun to be taken keeps its F7, or gets one. */
	open = begun = r->mr_open;
	for (off = r->mr_rest; off < r->mr_used; off += len) {
		if (midi_ring_at(r, off) == MIDI_MSG_SYSEX_END) {
			len = 1;
			if (open) {
				open = false;
				(*nbytes)--;
			}
		} else if (midi_ring_at(r, off) < 0x80) {
			len = midi_ring_data_length(r, off, r->mr_used - off);
			if (begun && open) {
				begun = false;
				(*nmsgs)++;
			}
		} else {
			len = midi_msg_length(midi_ring_at(r, off));
			if (len == 0)
				len = 1;
			(*nmsgs)++;
		}
	}
	if (r->mr_put == MIDI_RING_OPEN)
		r->mr_put = open ? MIDI_RING_CUT : MIDI_RING_LOST;
	r->mr_used = r->mr_rest;
	r->mr_overflow = false;
	if (r->mr_open)
		midi_ring_store(r, end, sizeof(end));
	KASSERT(midi_ring_valid(r));
}
