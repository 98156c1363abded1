/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_line.h: events that are due and wait for their devices.
 *
 * A pool has cells in an array that the caller gives; a line is a first-in
 * first-out list of some of them.  There may be any number of lines, and who
 * puts no more events into all of them together than the pool has cells always
 * finds one.
 *
 * Pure: no clock, lock or allocation.  The caller serializes.
 */

#ifndef _DEV_MIDI_SEQ_LINE_H_
#define _DEV_MIDI_SEQ_LINE_H_

#include <dev/midi/seq_queue.h>

/* An event that waits: the two numbers are the caller's. */
struct seq_wait {
	uint64_t	wa_order;
	uint64_t	wa_due_ns;
	union seq_item	wa_item;
};

struct seq_line_cell {
	struct seq_wait	lc_wait;
	unsigned int	lc_next;	/* index of the one behind it */
};

struct seq_line_pool {
	struct seq_line_cell *lp_cells;
	unsigned int	lp_capacity;
	unsigned int	lp_used;	/* this many were ever in a line */
	unsigned int	lp_count;	/* of those, in lines */
	unsigned int	lp_free;	/* the first that is not any more */
};

/* All 0: an empty line. */
struct seq_line {
	unsigned int	li_first;	/* indexes, if it is not empty */
	unsigned int	li_last;
	unsigned int	li_count;
};

/* A pool in an array of so many cells, at least 1; all free. */
void	seq_line_pool_init(struct seq_line_pool *, struct seq_line_cell *,
	    unsigned int);
/* Use another array, of so many cells, at least as many as there are; lines
 * stay as they are.  Returns the one before.  O(n). */
struct seq_line_cell *seq_line_pool_move(struct seq_line_pool *,
	    struct seq_line_cell *, unsigned int);
/* Cells in lines. */
static inline unsigned int
seq_line_pool_count(const struct seq_line_pool *lp)
{

	return lp->lp_count;
}

/* For assertions and tests, given all lines: takes time in proportion. */
bool	seq_line_pool_valid(const struct seq_line_pool *,
	    const struct seq_line *, unsigned int);

static inline unsigned int
seq_line_count(const struct seq_line *li)
{

	return li->li_count;
}

/* Put a copy of an event at the end.  False: the pool is full, nothing has
 * changed. */
bool	seq_line_put(struct seq_line_pool *, struct seq_line *,
	    const struct seq_wait *);
/* The first event; NULL: there is none.  Good until the line changes. */
const struct seq_wait *seq_line_peek(const struct seq_line_pool *,
	    const struct seq_line *);
/* Take it out.  False: there is none. */
bool	seq_line_get(struct seq_line_pool *, struct seq_line *,
	    struct seq_wait *);
/* Empty the line; returns how many there were.  O(1). */
unsigned int seq_line_clear(struct seq_line_pool *, struct seq_line *);

#endif /* !_DEV_MIDI_SEQ_LINE_H_ */
