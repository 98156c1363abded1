/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_place.c: a place in a song, as people say it.
 *
 * A place is found by walking the song: at each event its tick follows from
 * the tempo and the time signature that are in force there, and once an event
 * is at or behind that tick, it is the place.  Pure.
 */

#include "play_place.h"

#define NUMBER_MAX	1000000000U

/* A decimal number at *text, which moves behind it. */
static bool
play_place_number(const char **text, uint64_t *n)
{
	const char *p;

	*n = 0;
	for (p = *text; *p >= '0' && *p <= '9'; p++) {
		*n = *n * 10 + (uint64_t)(*p - '0');
		if (*n > NUMBER_MAX)
			return false;
	}
	if (p == *text)
		return false;
	*text = p;
	return true;
}

static bool
play_place_bar(struct play_place *p, const char *text)
{
	uint64_t beat;

	p->kind = PLAY_PLACE_BAR;
	p->beat = 1;
	if (!play_place_number(&text, &p->value) || p->value == 0)
		return false;
	if (*text == '.') {
		text++;
		if (!play_place_number(&text, &beat) || beat == 0)
			return false;
		p->beat = (unsigned)beat;
	}
	return *text == '\0';
}

/* What follows the point of the seconds, in nanoseconds. */
static bool
play_place_fraction(const char *text, uint64_t *ns)
{
	uint64_t unit;

	*ns = 0;
	for (unit = 100000000; *text >= '0' && *text <= '9'; text++) {
		*ns += (uint64_t)(*text - '0') * unit;
		unit /= 10;
	}
	return *text == '\0';
}

bool
play_place_parse(struct play_place *p, const char *text)
{
	uint64_t ns, part, seconds;
	int parts;

	if (*text == 'm')
		return play_place_bar(p, text + 1);
	seconds = 0;
	for (parts = 1; ; parts++) {
		if (!play_place_number(&text, &part) ||
		    (parts > 1 && part > 59))
			return false;
		seconds = seconds * 60 + part;
		if (*text != ':' || parts == 3)
			break;
		text++;
	}
	ns = 0;
	if (*text == '.' ? !play_place_fraction(text + 1, &ns) :
	    *text != '\0')
		return false;
	/* No time of a song comes near this. */
	if (seconds > NUMBER_MAX)
		return false;
	p->kind = PLAY_PLACE_TIME;
	p->value = seconds * 1000000000 + ns;
	p->beat = 1;
	return true;
}

uint64_t
play_place_tick(const struct play_place *p, const struct smf_tempo *tempo,
    const struct smf_bar *bar)
{

	switch (p->kind) {
	case PLAY_PLACE_TIME:
		return smf_tempo_tick(tempo, p->value);
	case PLAY_PLACE_BAR:
		return smf_bar_tick(bar, p->value, p->beat);
	case PLAY_PLACE_TICK:
		return p->value;
	default:
		return 0;
	}
}
