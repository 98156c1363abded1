/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_view.h: what of a song can be seen at the place that is heard; see
 * play_view.c.
 */

#ifndef _MIDIPLAY_PLAY_VIEW_H_
#define _MIDIPLAY_PLAY_VIEW_H_

#include "smf_bar.h"

#define PLAY_VIEW_MARKS		1024	/* events on their way to be heard */
#define PLAY_VIEW_STEP		4	/* come at once at most */
#define PLAY_VIEW_TITLE		128
#define PLAY_VIEW_LYRIC		256

struct play_view {
	struct smf_tempo tempo;		/* at tick */
	struct smf_bar	bar;
	uint64_t	tick;		/* is heard now */
	struct smf_event marks[PLAY_VIEW_MARKS];
	unsigned	first;		/* of marks, the next to be heard */
	unsigned	count;
	bool		utf8;		/* or ASCII */
	bool		smpte;		/* it has no bars */
	bool		titled;		/* by the file */
	bool		karaoke;	/* plain texts are lyrics */
	bool		lineend;	/* the next lyric begins a line */
	char		title[PLAY_VIEW_TITLE];
	char		lyric[PLAY_VIEW_LYRIC];	/* the line that is sung */
};

/* Be at the start of a file; name is its title until it has one. */
void	play_view_init(struct play_view *v, const struct smf_read *r,
	    const char *name, bool utf8);
/* Back to the start; the title stays. */
void	play_view_rewind(struct play_view *v, const struct smf_read *r);
/* Is there no room for PLAY_VIEW_STEP more? */
bool	play_view_full(const struct play_view *v);
/* A meta event is on its way. */
void	play_view_put(struct play_view *v, const struct smf_event *ev);
/* A tick, at or after the one before, is heard. */
void	play_view_tick(struct play_view *v, uint64_t tick);
/* Its time in the file. */
uint64_t play_view_ns(const struct play_view *v);

#endif /* !_MIDIPLAY_PLAY_VIEW_H_ */
