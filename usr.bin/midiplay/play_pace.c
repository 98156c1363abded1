/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_pace.c: System Exclusive at the speed of the wire.
 *
 * Instruments lose what comes faster than a MIDI cable carries it, and a
 * device that is given a long message at once has no room for what other
 * messages it gets, and holds up all other devices.  So the records of a
 * message are spread over the time that the wire needs.  What the same
 * device is to get in that time is held back, in its order, and the other
 * devices do not wait.
 *
 * Held records are in a heap, by division and then by age.  It is bounded:
 * when it is full the player takes the earliest out, and all wait for that
 * one.  No input or output, no clock.
 */

#include <stdlib.h>
#include <string.h>

#include "play_pace.h"

void
play_pace_reset(struct play_pace *p)
{

	memset(p->busy, 0, sizeof(p->busy));
	p->count = 0;
}

void
play_pace_free(struct play_pace *p)
{

	free(p->heap);
	memset(p, 0, sizeof(*p));
}

bool
play_pace_open(const struct play_pace *p, uint8_t unit, uint64_t at)
{

	return p->busy[unit] <= at;
}

void
play_pace_busy(struct play_pace *p, uint8_t unit, uint64_t at,
    uint64_t divisions)
{

	if (p->busy[unit] < at)
		p->busy[unit] = at;
	p->busy[unit] += divisions;
}

static bool
play_pace_before(const struct play_pace_held *a,
    const struct play_pace_held *b)
{

	return a->at != b->at ? a->at < b->at : a->serial < b->serial;
}

static void
play_pace_swap(struct play_pace *p, size_t i, size_t j)
{
	struct play_pace_held held;

	held = p->heap[i];
	p->heap[i] = p->heap[j];
	p->heap[j] = held;
}

static bool
play_pace_grow(struct play_pace *p)
{
	struct play_pace_held *heap;
	size_t room;

	if (p->count < p->room)
		return true;
	room = p->room == 0 ? 64 : 2 * p->room;
	heap = realloc(p->heap, room * sizeof(*heap));
	if (heap == NULL)
		return false;
	p->heap = heap;
	p->room = room;
	return true;
}

bool
play_pace_hold(struct play_pace *p, uint8_t unit, const seq_event_t *rec)
{
	size_t i;

	if (!play_pace_grow(p))
		return false;
	i = p->count++;
	p->heap[i].at = p->busy[unit];
	p->heap[i].serial = p->serial++;
	p->heap[i].rec = *rec;
	for (; i > 0 && play_pace_before(&p->heap[i],
	    &p->heap[(i - 1) / 2]); i = (i - 1) / 2)
		play_pace_swap(p, i, (i - 1) / 2);
	return true;
}

bool
play_pace_full(const struct play_pace *p)
{

	return p->count >= PLAY_PACE_HELD;
}

uint64_t
play_pace_next(const struct play_pace *p)
{

	return p->count > 0 ? p->heap[0].at : UINT64_MAX;
}

seq_event_t
play_pace_take(struct play_pace *p)
{
	seq_event_t rec;
	size_t child, i;

	rec = p->heap[0].rec;
	p->heap[0] = p->heap[--p->count];
	for (i = 0; (child = 2 * i + 1) < p->count; i = child) {
		if (child + 1 < p->count && play_pace_before(
		    &p->heap[child + 1], &p->heap[child]))
			child++;
		if (!play_pace_before(&p->heap[child], &p->heap[i]))
			break;
		play_pace_swap(p, i, child);
	}
	return rec;
}

uint64_t
play_pace_end(const struct play_pace *p)
{
	uint64_t end;
	size_t i;

	end = 0;
	for (i = 0; i < PLAY_PACE_UNITS; i++)
		if (p->busy[i] > end)
			end = p->busy[i];
	return end;
}

static uint64_t
play_pace_stretch(uint64_t division, uint64_t at, uint32_t was, uint32_t is)
{
	uint64_t past;

	if (division <= at)
		return division;
	past = division - at;
	return at + past / is * was + (past % is * was + is - 1) / is;
}

void
play_pace_tempo(struct play_pace *p, uint64_t at, uint32_t was, uint32_t is)
{
	size_t i;

	/* The order stays, and with it the heap. */
	for (i = 0; i < p->count; i++)
		p->heap[i].at = play_pace_stretch(p->heap[i].at, at, was, is);
	for (i = 0; i < PLAY_PACE_UNITS; i++)
		p->busy[i] = play_pace_stretch(p->busy[i], at, was, is);
}
