/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_read.c: read Standard MIDI Files from memory.
 *
 * The reader never copies: a cursor is an offset into the caller's buffer,
 * and an event points there.  One small cursor per track is all the state,
 * so that tracks are read side by side and the first event is known after
 * a few bytes of each track, however long the file.
 *
 * Invariant: c->at <= c->end <= r->end <= size of the buffer, before and
 * after every call; each read is preceded by a test of the bytes that are
 * left.  Every call that returns 1 has moved on by at least a byte, so any
 * loop over a file ends.
 *
 * Lenient where files in the wild are wrong and their meaning is plain:
 * a header longer than 6 bytes, unknown chunks, chunk lengths that pass the
 * end of the file or were never filled in, tracks without an end, running
 * status over meta events and SysEx, SysEx events split in pieces.  What is
 * left has no meaning, and is an error with its offset.
 */

#include <string.h>

#include "smf_read.h"

#define CHUNK_BYTES	8	/* name and length */
#define HEADER_BYTES	6	/* what is known of the header chunk's body */

static uint32_t
smf_read_be32(const uint8_t *p)
{

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static uint32_t
smf_read_le32(const uint8_t *p)
{

	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[1] << 8 | p[0];
}

static uint16_t
smf_read_be16(const uint8_t *p)
{

	return (uint16_t)(p[0] << 8 | p[1]);
}

static bool
smf_read_named(const struct smf_read *r, size_t at, const char *name)
{

	return r->end - at >= 4 && memcmp(r->buf + at, name, 4) == 0;
}

static bool
smf_read_fail(struct smf_error *err, size_t offset, const char *reason)
{

	err->offset = offset;
	err->reason = reason;
	return false;
}

/*
 * If the buffer is a RIFF file of type RMID, find its data chunk: *at and
 * r->end become the bounds of the MIDI file within.  RIFF lengths are little
 * endian, and chunks begin at even offsets.
 */
static bool
smf_read_unwrap(struct smf_read *r, size_t *at, struct smf_error *err)
{
	uint32_t length;
	size_t pos;

	if (r->end < 12 || !smf_read_named(r, 0, "RIFF") ||
	    !smf_read_named(r, 8, "RMID"))
		return true;
	for (pos = 12; r->end - pos >= CHUNK_BYTES; pos += length) {
		length = smf_read_le32(r->buf + pos + 4);
		if (smf_read_named(r, pos, "data")) {
			pos += CHUNK_BYTES;
			if (length > 0 && length < r->end - pos)
				r->end = pos + length;
			r->flags |= SMF_READ_RMID;
			*at = pos;
			return true;
		}
		pos += CHUNK_BYTES;
		if (length >= r->end - pos)
			break;
		length += length & 1;
		if (length > r->end - pos)
			break;
	}
	return smf_read_fail(err, 12, "no data chunk in the RIFF file");
}

/* The division of the header: ticks per beat, or ticks per frame. */
static bool
smf_read_division(struct smf_read *r, size_t at, struct smf_error *err)
{
	uint16_t division;

	division = smf_read_be16(r->buf + at);
	if (division == 0)
		return smf_read_fail(err, at, "the division is 0");
	if ((division & 0x8000) == 0) {
		r->division = division;
		return true;
	}
	r->fps = (uint8_t)(0x100 - (division >> 8));
	r->subdivs = division & 0xff;
	if (r->fps != 24 && r->fps != 25 && r->fps != 29 && r->fps != 30)
		return smf_read_fail(err, at, "unknown frame rate");
	if (r->subdivs == 0)
		return smf_read_fail(err, at, "no ticks in a frame");
	/* A second as the beat; 29 means 30 frames in 1.001 s. */
	r->division = (uint16_t)((r->fps == 29 ? 30 : r->fps) * r->subdivs);
	r->beat_us = r->fps == 29 ? 1001000 : 1000000;
	return true;
}

/*
 * The next track chunk at or behind *at: set its bounds in c and move *at
 * behind it.  False when there is none.
 */
static bool
smf_read_track(const struct smf_read *r, size_t *at, struct smf_cursor *c)
{
	size_t body, length, rest;

	for (; r->end - *at >= CHUNK_BYTES; *at = body + length) {
		body = *at + CHUNK_BYTES;
		rest = r->end - body;
		length = smf_read_be32(r->buf + *at + 4);
		memset(c, 0, sizeof(*c));
		if (length > rest) {
			length = rest;
			c->flags = SMF_CURSOR_LENGTH;
		}
		if (!smf_read_named(r, *at, "MTrk"))
			continue;
		/* A writer into a pipe may have left 0 for "to the end". */
		if (length == 0 && rest > 0 &&
		    !smf_read_named(r, body, "MTrk")) {
			length = rest;
			c->flags = SMF_CURSOR_LENGTH;
		}
		c->chunk = *at;
		c->at = body;
		c->end = body + length;
		*at = c->end;
		return true;
	}
	return false;
}

bool
smf_read_open(struct smf_read *r, const void *buf, size_t size,
    struct smf_error *err)
{
	struct smf_cursor c;
	uint32_t length;
	size_t at, body;

	memset(r, 0, sizeof(*r));
	r->buf = buf;
	r->end = size;
	at = 0;
	if (!smf_read_unwrap(r, &at, err))
		return false;
	if (!smf_read_named(r, at, "MThd"))
		return smf_read_fail(err, at, "not a MIDI file");
	if (r->end - at < CHUNK_BYTES + HEADER_BYTES)
		return smf_read_fail(err, r->end, "the header is cut short");
	body = at + CHUNK_BYTES;
	length = smf_read_be32(r->buf + at + 4);
	if (length < HEADER_BYTES)
		return smf_read_fail(err, at + 4, "the header is too short");
	if (length > r->end - body)
		return smf_read_fail(err, at + 4,
		    "the header passes the end of the file");
	r->chunks = body + length;
	r->format = smf_read_be16(r->buf + body);
	if (r->format > 2)
		return smf_read_fail(err, body, "unknown format");
	r->declared = smf_read_be16(r->buf + body + 2);
	if (!smf_read_division(r, body + 4, err))
		return false;
	at = r->chunks;
	while (r->tracks < r->declared && smf_read_track(r, &at, &c))
		r->tracks++;
	if (r->tracks == 0)
		return smf_read_fail(err, r->chunks, "no track");
	if (r->tracks < r->declared)
		r->flags |= SMF_READ_FEWER;
	return true;
}

void
smf_read_cursors(const struct smf_read *r, struct smf_cursor *cursors)
{
	size_t at;
	uint16_t i;

	at = r->chunks;
	for (i = 0; i < r->tracks; i++) {
		if (!smf_read_track(r, &at, &cursors[i]))
			break;	/* smf_read_open() has counted them */
		cursors[i].track = i;
	}
}

/* A variable-length quantity of at most 4 bytes; moves c->at behind it. */
static bool
smf_read_vlq(const struct smf_read *r, struct smf_cursor *c, uint32_t *value,
    struct smf_error *err)
{
	uint32_t v;
	size_t i;

	/* Nearly all of them. */
	if (c->at < c->end && r->buf[c->at] < 0x80) {
		*value = r->buf[c->at++];
		return true;
	}
	v = 0;
	for (i = 0; i < 4; i++) {
		if (c->at + i == c->end)
			return smf_read_fail(err, c->at + i,
			    "the track ends inside a number");
		v = v << 7 | (r->buf[c->at + i] & 0x7f);
		if ((r->buf[c->at + i] & 0x80) == 0) {
			c->at += i + 1;
			*value = v;
			return true;
		}
	}
	return smf_read_fail(err, c->at, "a number of more than 4 bytes");
}

int
smf_read_delta(const struct smf_read *r, struct smf_cursor *c,
    struct smf_error *err)
{
	uint32_t delta;

	if (c->flags & SMF_CURSOR_ENDED)
		return 0;
	if (c->flags & SMF_CURSOR_DUE)
		return 1;
	if (c->at == c->end) {
		c->flags |= SMF_CURSOR_ENDED | SMF_CURSOR_NO_END;
		return 0;
	}
	if (!smf_read_vlq(r, c, &delta, err))
		return -1;
	c->tick += delta;
	c->flags |= SMF_CURSOR_DUE;
	return 1;
}

/* The rest of a channel message; c->at is behind the status. */
static bool
smf_read_channel(const struct smf_read *r, struct smf_cursor *c,
    struct smf_event *ev, struct smf_error *err)
{
	uint32_t i;

	ev->length = smf_channel_bytes(ev->status);
	ev->data = r->buf + c->at;
	for (i = 0; i < ev->length; i++, c->at++) {
		if (c->at == c->end)
			return smf_read_fail(err, c->at,
			    "the track ends inside a message");
		if (r->buf[c->at] & 0x80)
			return smf_read_fail(err, c->at,
			    "a status byte inside a message");
	}
	return true;
}

/* The rest of a SysEx, escape or meta event; c->at is at its length. */
static bool
smf_read_body(const struct smf_read *r, struct smf_cursor *c,
    struct smf_event *ev, struct smf_error *err)
{
	size_t at;

	at = c->at;
	if (!smf_read_vlq(r, c, &ev->length, err))
		return false;
	if (ev->length > c->end - c->at)
		return smf_read_fail(err, at,
		    "a length that passes the end of the track");
	ev->data = r->buf + c->at;
	c->at += ev->length;
	c->flags |= SMF_CURSOR_BROKEN;
	return true;
}

/* Which message does a SysEx piece belong to, and does it end it? */
static void
smf_read_piece(struct smf_cursor *c, struct smf_event *ev)
{

	if (ev->status == SMF_ESCAPE) {
		if ((c->flags & SMF_CURSOR_SYSEX) == 0)
			return;		/* bytes that stand for themselves */
		ev->flags |= SMF_EVENT_CONTINUES;
	}
	if (ev->length > 0 && ev->data[ev->length - 1] == 0xf7) {
		c->flags &= ~SMF_CURSOR_SYSEX;
	} else {
		c->flags |= SMF_CURSOR_SYSEX;
		ev->flags |= SMF_EVENT_OPEN;
	}
}

/* Meta, SysEx and escape; c->at is behind the status. */
static bool
smf_read_other(const struct smf_read *r, struct smf_cursor *c,
    struct smf_event *ev, struct smf_error *err)
{

	switch (ev->status) {
	case SMF_META:
		if (c->at == c->end)
			return smf_read_fail(err, c->at,
			    "the track ends inside a meta event");
		ev->type = r->buf[c->at++];
		if (!smf_read_body(r, c, ev, err))
			return false;
		if (ev->type == SMF_META_END)
			c->flags |= SMF_CURSOR_ENDED;
		return true;
	case SMF_SYSEX:
	case SMF_ESCAPE:
		if (!smf_read_body(r, c, ev, err))
			return false;
		smf_read_piece(c, ev);
		return true;
	default:
		return smf_read_fail(err, ev->offset,
		    "a status byte that no file may hold");
	}
}

int
smf_read_event(const struct smf_read *r, struct smf_cursor *c,
    struct smf_event *ev, struct smf_error *err)
{
	bool ok;

	memset(ev, 0, sizeof(*ev));
	ev->tick = c->tick;
	ev->offset = c->at;
	ev->track = c->track;
	c->flags &= ~SMF_CURSOR_DUE;
	if (c->at == c->end) {
		ok = smf_read_fail(err, c->at, "the track ends after a delta");
	} else if (r->buf[c->at] >= 0xf0) {
		ev->status = r->buf[c->at++];
		ok = smf_read_other(r, c, ev, err);
	} else if (r->buf[c->at] >= 0x80 || c->running != 0) {
		if (r->buf[c->at] >= 0x80) {
			c->running = r->buf[c->at++];
			c->flags &= ~SMF_CURSOR_BROKEN;
		} else if (c->flags & SMF_CURSOR_BROKEN) {
			ev->flags |= SMF_EVENT_KEPT;
		}
		ev->status = c->running;
		ok = smf_read_channel(r, c, ev, err);
	} else {
		ok = smf_read_fail(err, c->at, "a data byte before any status");
	}
	if (!ok) {
		c->flags |= SMF_CURSOR_ENDED;
		return -1;
	}
	return 1;
}
