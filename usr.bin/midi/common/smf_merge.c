/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_merge.c: the events of several tracks in order of time.
 *
 * A heap of track numbers, least first: by the time of the track's next
 * event, then by number.  So events of one time come in the order of their
 * tracks, and those of one track in the order of the file.  An event costs
 * the logarithm of the number of tracks.
 *
 * Invariant: a track in the heap either has an event due, or its next delta
 * cannot be read; then it stands at the time of its last event, and reading
 * the delta again when its turn comes gives the error.
 */

#include "smf_merge.h"

static bool
smf_merge_before(const struct smf_merge *m, uint32_t i, uint32_t j)
{
	const struct smf_cursor *a, *b;

	a = &m->cursors[m->heap[i]];
	b = &m->cursors[m->heap[j]];
	return a->tick != b->tick ? a->tick < b->tick : a->track < b->track;
}

/* Let the track at place i sink to where it belongs. */
static void
smf_merge_sink(struct smf_merge *m, uint32_t i)
{
	uint32_t child;
	uint16_t track;

	while ((child = 2 * i + 1) < m->count) {
		if (child + 1 < m->count &&
		    smf_merge_before(m, child + 1, child))
			child++;
		if (!smf_merge_before(m, child, i))
			break;
		track = m->heap[i];
		m->heap[i] = m->heap[child];
		m->heap[child] = track;
		i = child;
	}
}

void
smf_merge_init(struct smf_merge *m, const struct smf_read *r,
    struct smf_cursor *cursors, uint16_t *heap, uint16_t first, uint16_t n)
{
	struct smf_error err;
	uint32_t i;

	m->read = r;
	m->cursors = cursors;
	m->heap = heap;
	m->count = 0;
	for (i = first; i < (uint32_t)first + n; i++)
		if (smf_read_delta(r, &cursors[i], &err) != 0)
			heap[m->count++] = (uint16_t)i;
	for (i = m->count / 2; i-- > 0; )
		smf_merge_sink(m, i);
}

int
smf_merge_next(struct smf_merge *m, struct smf_event *ev, struct smf_error *err)
{
	struct smf_cursor *c;
	struct smf_error later;
	int got, more;

	if (m->count == 0)
		return 0;
	c = &m->cursors[m->heap[0]];
	got = smf_read_delta(m->read, c, err);
	if (got == 1)
		got = smf_read_event(m->read, c, ev, err);
	more = got == 1 ? smf_read_delta(m->read, c, &later) : 0;
	if (more == 0)
		m->heap[0] = m->heap[--m->count];
	smf_merge_sink(m, 0);
	return got;
}
