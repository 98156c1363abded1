/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_queue.c: what is to come, in order of time.
 *
 * The cells are a binary heap: cell 0 comes first, and no cell comes before
 * its parent, which for cell i is cell (i - 1) / 2.  "Before" is by key, then
 * by order of arrival, so no two cells are equal and the heap has only one
 * way to be emptied.
 *
 * Never: a sentinel for empty or full, allocation, a cell read that was not
 * written.
 */

#include <dev/midi/seq_queue.h>

static bool
seq_queue_before(const struct seq_cell *a, const struct seq_cell *b)
{

	if (a->ce_key != b->ce_key)
		return a->ce_key < b->ce_key;
	return a->ce_order < b->ce_order;
}

/* Bring the cell at i, which may come too early for its place, up to where
 * it belongs. */
static void
seq_queue_up(struct seq_queue *sq, unsigned int i)
{
	struct seq_cell cell = sq->sq_cells[i];
	unsigned int parent;

	while (i > 0) {
		parent = (i - 1) / 2;
		if (!seq_queue_before(&cell, &sq->sq_cells[parent]))
			break;
		sq->sq_cells[i] = sq->sq_cells[parent];
		i = parent;
	}
	sq->sq_cells[i] = cell;
}

/* Bring the cell at i, which may come too late for its place, down. */
static void
seq_queue_down(struct seq_queue *sq, unsigned int i)
{
	struct seq_cell cell = sq->sq_cells[i];
	unsigned int child;

	/* i has a child: 2 * i + 1 < count, put so that nothing wraps. */
	while (i < sq->sq_count / 2) {
		child = 2 * i + 1;
		if (child + 1 < sq->sq_count &&
		    seq_queue_before(&sq->sq_cells[child + 1],
		    &sq->sq_cells[child]))
			child++;
		if (!seq_queue_before(&sq->sq_cells[child], &cell))
			break;
		sq->sq_cells[i] = sq->sq_cells[child];
		i = child;
	}
	sq->sq_cells[i] = cell;
}

void
seq_queue_init(struct seq_queue *sq, struct seq_cell *cells,
    unsigned int capacity)
{

	KASSERT(capacity > 0);
	sq->sq_cells = cells;
	sq->sq_capacity = capacity;
	sq->sq_count = 0;
	sq->sq_order = 0;
}

bool
seq_queue_valid(const struct seq_queue *sq)
{
	unsigned int i;

	if (sq->sq_capacity == 0 || sq->sq_count > sq->sq_capacity)
		return false;
	for (i = 0; i < sq->sq_count; i++) {
		if (sq->sq_cells[i].ce_order >= sq->sq_order)
			return false;
		if (i > 0 && !seq_queue_before(&sq->sq_cells[(i - 1) / 2],
		    &sq->sq_cells[i]))
			return false;
	}
	return true;
}

unsigned int
seq_queue_count(const struct seq_queue *sq)
{

	return sq->sq_count;
}

bool
seq_queue_put(struct seq_queue *sq, uint64_t key, const union seq_item *item)
{
	struct seq_cell *cell;

	KASSERT(sq->sq_count <= sq->sq_capacity);
	if (sq->sq_count == sq->sq_capacity)
		return false;
	cell = &sq->sq_cells[sq->sq_count];
	cell->ce_key = key;
	/* 2^64 arrivals are not seen by anyone. */
	cell->ce_order = sq->sq_order++;
	cell->ce_item = *item;
	seq_queue_up(sq, sq->sq_count++);
	return true;
}

const struct seq_cell *
seq_queue_peek(const struct seq_queue *sq)
{

	return sq->sq_count == 0 ? NULL : &sq->sq_cells[0];
}

bool
seq_queue_get(struct seq_queue *sq, struct seq_cell *cell)
{

	KASSERT(sq->sq_count <= sq->sq_capacity);
	if (sq->sq_count == 0)
		return false;
	*cell = sq->sq_cells[0];
	sq->sq_count--;
	if (sq->sq_count > 0) {
		sq->sq_cells[0] = sq->sq_cells[sq->sq_count];
		seq_queue_down(sq, 0);
	}
	return true;
}

struct seq_cell *
seq_queue_move(struct seq_queue *sq, struct seq_cell *cells,
    unsigned int capacity)
{
	struct seq_cell *before = sq->sq_cells;

	KASSERT(capacity > 0 && capacity >= sq->sq_count);
	memcpy(cells, before, sq->sq_count * sizeof(*cells));
	sq->sq_cells = cells;
	sq->sq_capacity = capacity;
	return before;
}

unsigned int
seq_queue_clear(struct seq_queue *sq)
{
	unsigned int count = sq->sq_count;

	sq->sq_count = 0;
	return count;
}
