/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_show.h: what midiplay(1) prints of a file; see play_show.c.
 */

#ifndef _MIDIPLAY_PLAY_SHOW_H_
#define _MIDIPLAY_PLAY_SHOW_H_

#include "smf_read.h"

/* Format, tracks and division. */
void	play_show_header(const struct smf_read *r);
/* Time since the event before, in ticks, and the track. */
void	play_show_delay(const struct smf_event *ev, uint64_t delta);
/* The bytes of an event. */
void	play_show_bytes(const struct smf_event *ev);
/* The meaning of a meta event, if it is one of those that are shown; percent
 * is the tempo's. */
void	play_show_meta(const struct smf_event *ev, unsigned percent);

#endif /* !_MIDIPLAY_PLAY_SHOW_H_ */
