/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_pick.c: which channels and tracks are meant.
 *
 * A list names channels, tracks or both.  Alone is what is of a named
 * channel, if channels are named, and of a named track, if tracks are; mute
 * is what is of either.  Pure.
 */

#include "play_pick.h"

#define CHANNELS	16

static bool
play_pick_number(const char **text, unsigned least, unsigned most, unsigned *n)
{
	const char *p;

	*n = 0;
	for (p = *text; *p >= '0' && *p <= '9' && *n <= most; p++)
		*n = *n * 10 + (unsigned)(*p - '0');
	if (p == *text || *n < least || *n > most)
		return false;
	*text = p;
	return true;
}

/* One item, a number or a range, at *text, which moves behind it. */
static bool
play_pick_item(struct play_pick *p, const char **text)
{
	unsigned first, last, least, most;
	bool tracks;

	tracks = **text == 't';
	least = tracks ? 0 : 1;
	most = tracks ? UINT16_MAX : CHANNELS;
	if (tracks)
		++*text;
	if (!play_pick_number(text, least, most, &first))
		return false;
	last = first;
	if (**text == '-') {
		++*text;
		if (!play_pick_number(text, first, most, &last))
			return false;
	}
	if (tracks) {
		if (p->ntracks == PLAY_PICK_TRACKS)
			return false;
		p->tracks[p->ntracks].first = (uint16_t)first;
		p->tracks[p->ntracks++].last = (uint16_t)last;
	} else {
		for (; first <= last; first++)
			p->channels |= (uint16_t)(1U << (first - 1));
	}
	return true;
}

bool
play_pick_parse(struct play_pick *p, const char *list)
{

	for (;;) {
		if (!play_pick_item(p, &list))
			return false;
		if (*list == '\0')
			return true;
		if (*list++ != ',')
			return false;
	}
}

static bool
play_pick_track(const struct play_pick *p, uint16_t track)
{
	unsigned i;

	for (i = 0; i < p->ntracks; i++)
		if (track >= p->tracks[i].first && track <= p->tracks[i].last)
			return true;
	return false;
}

bool
play_pick_track_plays(const struct play_pick *only,
    const struct play_pick *mute, uint16_t track)
{

	return (only->ntracks == 0 || play_pick_track(only, track)) &&
	    !play_pick_track(mute, track);
}

bool
play_pick_plays(const struct play_pick *only, const struct play_pick *mute,
    uint16_t track, uint8_t channel)
{
	uint16_t bit;

	bit = (uint16_t)(1U << channel);
	return (only->channels == 0 || (only->channels & bit)) &&
	    (mute->channels & bit) == 0 &&
	    play_pick_track_plays(only, mute, track);
}
