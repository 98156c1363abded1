/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_song.h: a MIDI file becomes records of the sequencer; see play_song.c.
 */

#ifndef _MIDIPLAY_PLAY_SONG_H_
#define _MIDIPLAY_PLAY_SONG_H_

#include "play_clock.h"
#include "play_pick.h"
#include "play_place.h"
#include "play_route.h"
#include "play_send.h"
#include "play_view.h"
#include "smf_merge.h"

#define PLAY_SONG_SYSEX		6	/* bytes of a message in one record */

struct play_options {
	struct play_route route;
	struct play_pick only;
	struct play_pick mute;
	struct play_place from;
	struct play_place to;
	const char	*device;	/* its name, for -v; NULL: none */
	int		program[PLAY_CHASE_CHANNELS];	/* 0..127; -1: the
							   file's */
	unsigned	percent;	/* of every tempo */
	unsigned	rate;		/* of SysEx, bytes a second; 0: any */
	unsigned	tail_ms;	/* to be silent at the end */
	int		transpose;	/* half tones */
	int		verbose;	/* 0..4 */
	bool		metas;		/* print them */
};

/* Of a SysEx message, what did not fill a record yet.  Per track, for a
 * message may come in pieces with those of other tracks in between. */
struct play_sysex {
	uint8_t		used;
	uint8_t		data[PLAY_SONG_SYSEX];
};

struct play_song {
	const struct play_options *opt;
	const char	*name;
	struct play_view *view;		/* NULL: nobody looks */
	struct smf_read	read;
	struct smf_merge merge;
	struct smf_cursor *cursors;
	struct play_sysex *sysex;	/* by track, as the next */
	uint8_t		*units;		/* where it plays */
	uint64_t	*heap;
	struct play_clock clock;
	struct smf_bar	bar;
	struct play_send send;
	struct play_place from;		/* where this pass begins */
	struct smf_event piece;		/* a SysEx event that is being sent; */
	uint32_t	piece_at;	/* from this byte of its data on */
	uint64_t	offset;		/* of a pattern: its first tick */
	uint64_t	tick;		/* of the last event */
	uint32_t	beat_us;	/* the tempo that was written last */
	uint16_t	pattern;	/* format 2: which */
	bool		chasing;	/* on the way to where it begins */
	bool		in_piece;
	bool		ended;		/* all has been written */
	bool		damaged;
	bool		kept;		/* has been warned of */
};

/* Open the file of size bytes in data, which name stands for in messages.
 * False: it was refused, and a message says why. */
bool	play_song_open(struct play_song *s, struct play_out *out,
	    const struct play_options *opt, struct play_view *view,
	    const char *name, const void *data, size_t size);
void	play_song_close(struct play_song *s);
/* Begin anew at a place, with nothing on its way.  0 or an errno. */
int	play_song_begin(struct play_song *s, const struct play_place *from);
/* Write the records of one event, or of a part of it.  False: there is no
 * more, or s->send.error is set. */
bool	play_song_step(struct play_song *s);
/* Play at another speed from now on.  0 or an errno. */
int	play_song_percent(struct play_song *s, unsigned percent);
/* The tick that is heard at a division; needs a view. */
uint64_t play_song_tick(const struct play_song *s, uint64_t division);
/* Say what is wrong with a file that was played. */
void	play_song_verdict(const struct play_song *s);

#endif /* !_MIDIPLAY_PLAY_SONG_H_ */
