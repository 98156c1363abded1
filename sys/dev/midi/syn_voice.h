/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * syn_voice.h: which voice of a synthesizer plays the next note.
 *
 * A voice is chosen in this order:
 *
 *	1	the one that plays or last played this key on this channel and
 *		is still to be heard, which is struck again
 *	2	one that is silent and last played the same patch on this
 *		channel, the one that was struck longest ago
 *	3	any silent one, the one that was struck longest ago
 *	4	a released one, the one that will be silent first
 *	5	one that only a pedal holds, the one struck longest ago
 *	6	one that sounds, of the lowest-priority channel that has any,
 *		if that is not of higher priority than the note's: the one
 *		struck longest ago, but the channel's lowest key and its
 *		newest note only if it has no other, the lowest key first
 *
 * and if that finds none, the note is not played.  Channels have the order
 * 10, 1 .. 9, 11 .. 16 from high to low.  [General MIDI developer
 * guidelines; the order of a channel's own notes is ours]
 *
 * A wide note takes two voices that are partners: the pair whose worse half
 * comes first in the order.  Who takes half of a wide note's voices ends it.
 *
 * The caller serializes its use and supplies the time.  Pure.
 */

#ifndef _DEV_MIDI_SYN_VOICE_H_
#define _DEV_MIDI_SYN_VOICE_H_

#include <dev/midi/midi_base.h>

#define SYN_VOICE_NONE		(-1)

enum syn_voice_state {
	SYN_VOICE_RELEASED,	/* silent from sv_silent_ns on */
	SYN_VOICE_HELD,		/* its key is up, a pedal holds it */
	SYN_VOICE_SOUNDING
};

struct syn_voice {
	uint8_t		sv_state;	/* enum syn_voice_state */
	uint8_t		sv_channel;	/* 0..15; of the last note */
	uint8_t		sv_key;
	bool		sv_used;	/* it has ever been struck */
	uint32_t	sv_patch;	/* anything; equal: nothing to load */
	uint64_t	sv_order;	/* when it was struck */
	uint64_t	sv_silent_ns;	/* RELEASED: until then to be heard */
	int		sv_partner;	/* makes a pair with it, or NONE */
	int		sv_owner;	/* whose note it sounds: itself, or the
					   partner of a wide note */
};

struct syn_voices {
	struct syn_voice *svs_voice;
	unsigned int	svs_n;
	uint64_t	svs_order;	/* strikes so far */
};

/* A note that wants a voice. */
struct syn_voice_note {
	uint8_t		sn_channel;
	uint8_t		sn_key;
	bool		sn_wide;
	uint32_t	sn_patch;
};

/* n voices, none of them used; no partners. */
void	syn_voice_init(struct syn_voices *, struct syn_voice *, unsigned int);
/* These two make a pair, the first of them the one that wide notes are known
 * by.  Neither has a partner. */
void	syn_voice_pair(struct syn_voices *, int, int);

/*
 * The voice for a note at this time, or SYN_VOICE_NONE.  Nothing changes.
 */
int	syn_voice_choose(const struct syn_voices *,
	    const struct syn_voice_note *, uint64_t);

/*
 * The voice plays the note from now on.  What it and, for a wide note, its
 * partner played before is forgotten.
 */
void	syn_voice_strike(struct syn_voices *, int,
	    const struct syn_voice_note *);
/* The key is up, and a pedal holds the note. */
void	syn_voice_hold(struct syn_voices *, int);
/* The note ends; it is to be heard until so long from the monotonic
 * beginning. */
void	syn_voice_release(struct syn_voices *, int, uint64_t);

/* Whether a note sounds there: struck and not released.  False for the second
 * half of a wide note. */
bool	syn_voice_sounds(const struct syn_voices *, int);
/* Whether anything is to be heard there at this time, likewise. */
bool	syn_voice_heard(const struct syn_voices *, int, uint64_t);

bool	syn_voice_valid(const struct syn_voices *);

#endif /* !_DEV_MIDI_SYN_VOICE_H_ */
