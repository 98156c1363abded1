/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_queue.h: what is to come, in order of time.
 *
 * A bounded priority queue in an array that the caller gives: a binary heap
 * of cells, ordered by key (a time or a position, the caller's choice) and
 * among equal keys by arrival.
 *
 * Pure: no clock, lock or allocation.  The caller serializes.
 */

#ifndef _DEV_MIDI_SEQ_QUEUE_H_
#define _DEV_MIDI_SEQ_QUEUE_H_

#include <dev/midi/midi_msg.h>

/* What is queued: 16 bytes that the queue does not look into. */
union seq_item {
	struct midi_msg	it_msg;
	uint8_t		it_bytes[16];	/* of a struct seq_cmd, say */
	uint64_t	it_words[2];
};

struct seq_cell {
	uint64_t	ce_key;
	uint64_t	ce_order;	/* arrival; the queue's own */
	union seq_item	ce_item;
};

struct seq_queue {
	struct seq_cell	*sq_cells;	/* a heap of sq_count */
	unsigned int	sq_capacity;
	unsigned int	sq_count;
	uint64_t	sq_order;	/* of the next arrival */
};

/* An empty queue in an array of the given number of cells, at least 1. */
void	seq_queue_init(struct seq_queue *, struct seq_cell *, unsigned int);
/* For assertions and tests: takes time in proportion to the count. */
bool	seq_queue_valid(const struct seq_queue *);

/* Cells in the queue. */
unsigned int seq_queue_count(const struct seq_queue *);

/* Queue a copy of the item under a key.  False: full, nothing changed.
 * O(log n). */
bool	seq_queue_put(struct seq_queue *, uint64_t, const union seq_item *);
/* The cell that comes first: least key, then least recent.  NULL: empty.
 * Good until the next change of the queue. */
const struct seq_cell *seq_queue_peek(const struct seq_queue *);
/* Take out the cell that comes first.  False: empty.  O(log n). */
bool	seq_queue_get(struct seq_queue *, struct seq_cell *);
/* Use another array, of so many cells, at least as many as are in the queue;
 * returns the one before.  O(n). */
struct seq_cell *seq_queue_move(struct seq_queue *, struct seq_cell *,
	    unsigned int);
/* Empty the queue; returns how many cells there were. */
unsigned int seq_queue_clear(struct seq_queue *);

#endif /* !_DEV_MIDI_SEQ_QUEUE_H_ */
