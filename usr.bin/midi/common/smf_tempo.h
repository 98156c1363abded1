/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smf_tempo.h: ticks to nanoseconds; see smf_tempo.c.
 */

#ifndef _MIDI_SMF_TEMPO_H_
#define _MIDI_SMF_TEMPO_H_

#include "smf_read.h"

/* The last tick that has a time: with it, no sum overflows. */
#define SMF_TEMPO_MAX_TICK	((UINT64_C(1) << 39) - 1)

struct smf_tempo {
	uint64_t	anchor_tick;	/* where the tempo began */
	uint64_t	anchor;		/* its time, in us / division */
	uint32_t	beat_us;	/* the tempo: microseconds per beat */
	uint16_t	division;	/* ticks per beat */
	bool		fixed;		/* SMPTE: no event changes it */
};

/* Start at tick 0 with the tempo that r has before any tempo event. */
void	smf_tempo_init(struct smf_tempo *t, const struct smf_read *r);
/* From tick on, at or after that of the last change, a beat takes beat_us,
 * 1 .. SMF_TEMPO_MAX_US.  No effect in a file with SMPTE times. */
void	smf_tempo_set(struct smf_tempo *t, uint64_t tick, uint32_t beat_us);
/* Time of tick, at or after that of the last change and at most
 * SMF_TEMPO_MAX_TICK: exact, rounded down to the nanosecond; UINT64_MAX when
 * 64 bits cannot hold it. */
uint64_t smf_tempo_ns(const struct smf_tempo *t, uint64_t tick);
/* The last tick, from that of the last change on, whose smf_tempo_ns() is not
 * after ns; at most SMF_TEMPO_MAX_TICK. */
uint64_t smf_tempo_tick(const struct smf_tempo *t, uint64_t ns);

#endif /* !_MIDI_SMF_TEMPO_H_ */
