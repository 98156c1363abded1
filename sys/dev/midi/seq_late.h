/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_late.h: how late events were, as a histogram.  See seq_late.c.
 */

#ifndef _DEV_MIDI_SEQ_LATE_H_
#define _DEV_MIDI_SEQ_LATE_H_

#include <dev/midi/midi_base.h>

/* Each power of two is divided into this many steps. */
#define SEQ_LATE_STEPS		16
#define SEQ_LATE_BINS		(61 * SEQ_LATE_STEPS)

struct seq_late {
	uint32_t	sl_bins[SEQ_LATE_BINS];	/* stay at UINT32_MAX */
	uint64_t	sl_count;
	uint64_t	sl_max_ns;
};

void	seq_late_init(struct seq_late *);
/* One more event, this late. */
void	seq_late_add(struct seq_late *, uint64_t);
/* The lateness that so many of a thousand events did not exceed: at most
 * 1/16 above the true one, and not above the greatest.  0: no events. */
uint64_t seq_late_permille(const struct seq_late *, unsigned int);

#endif /* !_DEV_MIDI_SEQ_LATE_H_ */
