/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_line.c: events that are due and wait for their devices.
 *
 * Cells are linked by their indexes, so that they can be copied to a larger
 * array as they are.  Of the array the first lp_used cells have been in use;
 * those of them that are in no line are linked from lp_free, the one freed
 * last first.
 *
 * Never: a sentinel for empty or full (counts say), allocation, a cell read
 * that was not written.
 */

#include <dev/midi/seq_line.h>

void
seq_line_pool_init(struct seq_line_pool *lp, struct seq_line_cell *cells,
    unsigned int capacity)
{

	KASSERT(capacity > 0);
	lp->lp_cells = cells;
	lp->lp_capacity = capacity;
	lp->lp_used = 0;
	lp->lp_count = 0;
	lp->lp_free = 0;
}

struct seq_line_cell *
seq_line_pool_move(struct seq_line_pool *lp, struct seq_line_cell *cells,
    unsigned int capacity)
{
	struct seq_line_cell *before = lp->lp_cells;

	KASSERT(capacity >= lp->lp_capacity);
	memcpy(cells, before, lp->lp_used * sizeof(*cells));
	lp->lp_cells = cells;
	lp->lp_capacity = capacity;
	return before;
}

/* From this cell on, so many: all of them cells in use? */
static bool
seq_line_linked(const struct seq_line_pool *lp, unsigned int at,
    unsigned int count, unsigned int *last)
{

	for (; count > 0; count--) {
		if (at >= lp->lp_used)
			return false;
		*last = at;
		at = lp->lp_cells[at].lc_next;
	}
	return true;
}

bool
seq_line_pool_valid(const struct seq_line_pool *lp,
    const struct seq_line *lines, unsigned int n)
{
	unsigned int i, last, sum = 0;

	if (lp->lp_capacity == 0 || lp->lp_used > lp->lp_capacity ||
	    lp->lp_count > lp->lp_used)
		return false;
	for (i = 0; i < n; i++) {
		sum += lines[i].li_count;
		last = lines[i].li_last;
		if (!seq_line_linked(lp, lines[i].li_first,
		    lines[i].li_count, &last) || last != lines[i].li_last)
			return false;
	}
	return sum == lp->lp_count && seq_line_linked(lp, lp->lp_free,
	    lp->lp_used - lp->lp_count, &last);
}

bool
seq_line_put(struct seq_line_pool *lp, struct seq_line *li,
    const struct seq_wait *wa)
{
	unsigned int at;

	KASSERT(lp->lp_count <= lp->lp_used);
	if (lp->lp_count == lp->lp_capacity)
		return false;
	if (lp->lp_count == lp->lp_used)
		at = lp->lp_used++;
	else {
		at = lp->lp_free;
		lp->lp_free = lp->lp_cells[at].lc_next;
	}
	lp->lp_count++;
	lp->lp_cells[at].lc_wait = *wa;
	lp->lp_cells[at].lc_next = 0;
	if (li->li_count == 0)
		li->li_first = at;
	else
		lp->lp_cells[li->li_last].lc_next = at;
	li->li_last = at;
	li->li_count++;
	return true;
}

const struct seq_wait *
seq_line_peek(const struct seq_line_pool *lp, const struct seq_line *li)
{

	return li->li_count == 0 ? NULL :
	    &lp->lp_cells[li->li_first].lc_wait;
}

bool
seq_line_get(struct seq_line_pool *lp, struct seq_line *li,
    struct seq_wait *wa)
{
	const unsigned int at = li->li_first;
	struct seq_line_cell *cell;

	if (li->li_count == 0)
		return false;
	KASSERT(at < lp->lp_used && lp->lp_count != 0);
	cell = &lp->lp_cells[at];
	*wa = cell->lc_wait;
	li->li_first = cell->lc_next;
	li->li_count--;
	cell->lc_next = lp->lp_free;
	lp->lp_free = at;
	lp->lp_count--;
	return true;
}

unsigned int
seq_line_clear(struct seq_line_pool *lp, struct seq_line *li)
{
	const unsigned int count = li->li_count;

	KASSERT(count <= lp->lp_count);
	if (count == 0)
		return 0;
	lp->lp_cells[li->li_last].lc_next = lp->lp_free;
	lp->lp_free = li->li_first;
	lp->lp_count -= count;
	li->li_count = 0;
	return count;
}
