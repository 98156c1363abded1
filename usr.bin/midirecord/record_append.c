/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_append.c: the file that a take is appended to.
 *
 * The take becomes a track of its own that begins where the longest track
 * ends.  The old tracks are copied as they are, up to their ends, which are
 * written anew.  The take's tempo goes into the first track, where the
 * format wants all tempos.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record_append.h"
#include "smf_write.h"

/*
 * Go to the end of a track.  True, with *body the length of all events but
 * the end of the track, *last the tick of the last of these, and c->tick
 * that of the end.  False with *err.
 */
static bool
record_append_scan(const struct smf_read *r, struct smf_cursor *c,
    size_t *body, uint64_t *last, struct smf_error *err)
{
	struct smf_event ev;
	size_t start;
	int got;

	start = c->at;
	*body = 0;
	*last = 0;
	while ((got = smf_read_delta(r, c, err)) == 1) {
		if (smf_read_event(r, c, &ev, err) == -1)
			return false;
		if (c->flags & SMF_CURSOR_ENDED)
			break;
		*body = c->at - start;
		*last = ev.tick;
	}
	return got != -1;
}

static bool
record_append_refuse(struct smf_error *err, size_t offset, const char *reason)
{

	err->offset = offset;
	err->reason = reason;
	return false;
}

bool
record_append_open(struct record_append *ra, const void *data, size_t size,
    struct smf_error *err)
{
	struct smf_cursor c;
	uint64_t last;
	size_t body;
	uint16_t i;

	memset(ra, 0, sizeof(*ra));
	if (!smf_read_open(&ra->read, data, size, err))
		return false;
	if (ra->read.format == 2)
		return record_append_refuse(err, 0,
		    "format 2 has no place for a track more");
	if (ra->read.beat_us != 0)
		return record_append_refuse(err, 0,
		    "cannot append to SMPTE times");
	if (ra->read.tracks == UINT16_MAX)
		return record_append_refuse(err, 0, "too many tracks");
	ra->tracks = calloc(ra->read.tracks, sizeof(ra->tracks[0]));
	if (ra->tracks == NULL)
		return record_append_refuse(err, 0, "no memory");
	smf_read_cursors(&ra->read, ra->tracks);
	for (i = 0; i < ra->read.tracks; i++) {
		c = ra->tracks[i];
		if (!record_append_scan(&ra->read, &c, &body, &last, err))
			return false;
		if (c.tick > ra->end_tick)
			ra->end_tick = c.tick;
	}
	return true;
}

/* A sink that only lets the length be counted. */
static int
record_append_count(void *arg, const uint8_t *data, size_t n)
{

	(void)arg;
	(void)data;
	(void)n;
	return 0;
}

/* Write what comes behind the events of a track, of which the last is at tick
 * last: its end at tick end, and before it, if beat_us is not 0, a tempo. */
static int
record_append_tail(struct smf_write *w, smf_write_sink *sink,
    struct record_file *rf, uint64_t last, uint64_t end, uint32_t beat_us)
{

	smf_write_begin(w, sink, rf, false);
	w->tick = last;
	if (beat_us != 0)
		smf_write_tempo(w, end, beat_us);
	return smf_write_end(w, end);
}

static int
record_append_one(const struct record_append *ra, struct record_file *rf,
    uint16_t i, uint32_t beat_us)
{
	uint8_t head[SMF_WRITE_CHUNK_BYTES];
	struct smf_cursor c;
	struct smf_error unused;
	struct smf_write w;
	uint64_t end, last;
	size_t body;
	int error;

	c = ra->tracks[i];
	record_append_scan(&ra->read, &c, &body, &last, &unused);
	end = i == 0 ? ra->end_tick : c.tick;
	if (i != 0)
		beat_us = 0;
	error = record_append_tail(&w, record_append_count, rf, last, end,
	    beat_us);
	if (error == 0 && body > UINT32_MAX - w.length)
		error = EFBIG;
	smf_write_chunk(head, (uint32_t)body + w.length);
	if (error == 0)
		error = record_file_put(rf, head, sizeof(head));
	if (error == 0)
		error = record_file_put(rf,
		    ra->read.buf + ra->tracks[i].at, body);
	if (error == 0)
		error = record_append_tail(&w, record_file_put, rf, last, end,
		    beat_us);
	return error;
}

int
record_append_copy(const struct record_append *ra, struct record_file *rf,
    uint32_t beat_us)
{
	uint16_t i;
	int error;

	error = 0;
	for (i = 0; error == 0 && i < ra->read.tracks; i++)
		error = record_append_one(ra, rf, i, beat_us);
	return error;
}

void
record_append_free(struct record_append *ra)
{

	free(ra->tracks);
	ra->tracks = NULL;
}
