/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_filter.h: channels and kinds of messages in words; see ctl_filter.c.
 */

#ifndef _MIDI_CTL_FILTER_H_
#define _MIDI_CTL_FILTER_H_

#include <stdbool.h>

#define CTL_FILTER_BYTES	128	/* of a text */

/* A list of numbers and ranges from 0 to 15, "0,4-7".  False: it is none. */
bool	ctl_filter_channels(const char *text, unsigned *mask);
/* A list of kinds, or with ^ before it of those left out.  False: one of them
 * is none. */
bool	ctl_filter_kinds(const char *text, unsigned *mask);
/* The lists again; "all", "none". */
void	ctl_filter_channels_text(unsigned mask, char text[CTL_FILTER_BYTES]);
void	ctl_filter_kinds_text(unsigned mask, char text[CTL_FILTER_BYTES]);

#endif /* !_MIDI_CTL_FILTER_H_ */
