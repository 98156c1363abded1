/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_clock.h: whose time it is.
 *
 * A sequencer's timer (seq_time.h) counts in nanoseconds of the song.  With
 * a clock of our own those are nanoseconds of the monotonic clock, and the
 * functions below give back what they are given.  When the sequencer follows
 * a device, the song has a time of its own, which the device's messages move:
 *
 *	MIDI clock	each clock is SEQ_CLOCK_MIDI_NS of the song, so the
 *			timer has a fixed tempo, SEQ_CLOCK_BEAT_US, whatever
 *			the master's is
 *	MIDI time code	the song's time is the tape's, behind an offset; the
 *			timer keeps tempos of its own
 *
 * and seq_clock_real_ns() and seq_clock_song_ns() go from one to the other by
 * the line of midi_clock.h.
 *
 * When the master says where in the song he is (Start, Song Position), sc_moves
 * grows: then the timer is to begin at division 0 with song time 0 again.
 *
 * Time code says nothing when the tape stops: SEQ_CLOCK_TAPE_NS after the
 * last message counts as lost the song stands still, too.
 *
 * Pure.  The caller serializes.
 */

#ifndef _DEV_MIDI_SEQ_CLOCK_H_
#define _DEV_MIDI_SEQ_CLOCK_H_

#include <dev/midi/midi_clock.h>
#include <dev/midi/midi_msg.h>
#include <dev/midi/midi_mtc.h>

#define SEQ_CLOCK_MIDI_NS	10000000	/* of the song: one clock */
#define SEQ_CLOCK_BEAT_US	(SEQ_CLOCK_MIDI_NS / 1000 * MIDI_CLOCK_PER_BEAT)
#define SEQ_CLOCK_TAPE_NS	1000000000ULL
#define SEQ_CLOCK_FULL_BYTES	10	/* a whole time in SysEx */

enum seq_clock_source {
	SEQ_CLOCK_OWN,
	SEQ_CLOCK_MIDI,
	SEQ_CLOCK_MTC
};

struct seq_clock {
	enum seq_clock_source sc_source;
	struct midi_clock sc_loop;	/* of clocks, or quarters of frames */
	struct midi_mtc	sc_mtc;
	uint32_t	sc_parts;	/* thirds of ns of the song: a clock */
	uint64_t	sc_offset_ns;	/* of the tape: where the song begins */
	unsigned int	sc_moves;	/* the master has said where he is: */
	unsigned int	sc_unit;	/* at this song position */
	unsigned int	sc_losses;
	bool		sc_lost;	/* it is one that has been counted */
	uint8_t		sc_full[SEQ_CLOCK_FULL_BYTES];
	uint8_t		sc_nfull;	/* bytes of a time in SysEx */
};

/* Follow this from now on; where the song begins on the tape. */
void	seq_clock_init(struct seq_clock *, enum seq_clock_source, uint64_t);

/* A canonical message, or a piece of SysEx, of the device that is followed,
 * with its stamp.  True: it is of concern. */
bool	seq_clock_message(struct seq_clock *, const uint8_t *, size_t,
	    uint64_t);
/* Time has passed.  True: the clocks are lost, or the tape stands. */
bool	seq_clock_alarm(struct seq_clock *, uint64_t);
/* When to call that; or UINT64_MAX. */
uint64_t seq_clock_alarm_ns(const struct seq_clock *);

/* When does the song come to a time of its own?  0: that is past;
 * UINT64_MAX: not by itself. */
uint64_t seq_clock_real_ns(const struct seq_clock *, uint64_t);
/* The song's time at a time. */
uint64_t seq_clock_song_ns(const struct seq_clock *, uint64_t);
/* How long so much of the song takes, as it goes now. */
uint64_t seq_clock_span_ns(const struct seq_clock *, uint64_t);

#endif /* !_DEV_MIDI_SEQ_CLOCK_H_ */
