/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_merge.c: the events of several tracks in order of time.
 *
 * A heap of numbers, least first: the time of a track's next event above,
 * the track's number below.  Times are cut to 48 bits, far beyond those that
 * have a length in seconds (smf_tempo.h).  So events of one time come in the
 * order of their tracks, and those of one track in the order of the file.  An
 * event costs the logarithm of the number of tracks.
 *
 * Invariant: a track in the heap either has an event due, or its next delta
 * cannot be read; then it stands at the time of its last event, and reading
 * the delta again when its turn comes gives the error.
 */

#include "smf_merge.h"

#define TRACK_BITS	16
#define TICK_MAX	(UINT64_MAX >> TRACK_BITS)

/* The track's place in the order, as one number. */
static uint64_t
smf_merge_key(const struct smf_cursor *c)
{

	return (c->tick < TICK_MAX ? c->tick : TICK_MAX) << TRACK_BITS |
	    c->track;
}

/* Put the key where it belongs, from place i, which is free, downwards. */
static void
smf_merge_sink(struct smf_merge *m, uint32_t i, uint64_t key)
{
	uint32_t child;

	while ((child = 2 * i + 1) < m->count) {
		if (child + 1 < m->count)
			child += m->heap[child + 1] < m->heap[child];
		if (key <= m->heap[child])
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = key;
}

void
smf_merge_init(struct smf_merge *m, const struct smf_read *r,
    struct smf_cursor *cursors, uint64_t *heap, uint16_t first, uint16_t n)
{
	struct smf_error err;
	uint32_t i;

	m->read = r;
	m->cursors = cursors;
	m->heap = heap;
	m->count = 0;
	for (i = first; i < (uint32_t)first + n; i++)
		if (smf_read_delta(r, &cursors[i], &err) != 0)
			heap[m->count++] = smf_merge_key(&cursors[i]);
	for (i = m->count / 2; i-- > 0; )
		smf_merge_sink(m, i, heap[i]);
}

int
smf_merge_next(struct smf_merge *m, struct smf_event *ev, struct smf_error *err)
{
	struct smf_cursor *c;
	struct smf_error later;
	int got, more;

	if (m->count == 0)
		return 0;
	c = &m->cursors[m->heap[0] & ((1U << TRACK_BITS) - 1)];
	got = smf_read_delta(m->read, c, err);
	if (got == 1)
		got = smf_read_event(m->read, c, ev, err);
	more = got == 1 ? smf_read_delta(m->read, c, &later) : 0;
	if (more != 0)
		smf_merge_sink(m, 0, smf_merge_key(c));
	else if (--m->count > 0)
		smf_merge_sink(m, 0, m->heap[m->count]);
	return got;
}
