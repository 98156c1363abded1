/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_line.c: the line that shows how far a song is.
 *
 *	0:12.3/3:45  bar 7.2  120.0 bpm (110%)  Title: words that are sung
 *
 * A terminal that is too narrow cuts off the end, between two characters;
 * of words that are sung the beginning goes, so that the last ones stay.
 * Pure, but for the widths of characters, which are the locale's.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "play_line.h"

#define NS	1000000000U

/* The columns of the character at p, and its bytes. */
static size_t
play_line_columns(const char *p, size_t *bytes)
{
	mbstate_t state;
	wchar_t c;
	size_t n;
	int width;

	memset(&state, 0, sizeof(state));
	n = mbrtowc(&c, p, strlen(p), &state);
	*bytes = 1;
	if (n == 0 || n == (size_t)-1 || n == (size_t)-2)
		return 1;
	*bytes = n;
	width = wcwidth(c);
	return width < 0 ? 1 : (size_t)width;
}

static size_t
play_line_width(const char *p)
{
	size_t bytes, width;

	for (width = 0; *p != '\0'; p += bytes)
		width += play_line_columns(p, &bytes);
	return width;
}

/* Cut the text to so many columns; those that are left. */
static size_t
play_line_cut(char *text, size_t columns)
{
	size_t bytes, more, width;

	for (width = 0; *text != '\0'; text += bytes, width += more) {
		more = play_line_columns(text, &bytes);
		if (width + more > columns) {
			*text = '\0';
			break;
		}
	}
	return width;
}

static int
play_line_time(char *out, size_t size, uint64_t ns, bool tenths)
{
	uint64_t s;
	int n;

	s = ns / NS;
	n = s < 3600 ?
	    snprintf(out, size, "%" PRIu64 ":%02u", s / 60,
	    (unsigned)(s % 60)) :
	    snprintf(out, size, "%" PRIu64 ":%02u:%02u", s / 3600,
	    (unsigned)(s / 60 % 60), (unsigned)(s % 60));
	if (tenths)
		n += snprintf(out + n, size - (size_t)n, ".%u",
		    (unsigned)(ns % NS / (NS / 10)));
	return n;
}

/* Time, bar, tempo, all in ASCII. */
static size_t
play_line_numbers(const struct play_line *l, char *out, size_t size)
{
	const struct play_view *v;
	uint64_t bar;
	unsigned beat, part;
	size_t n;

	v = l->view;
	n = (size_t)play_line_time(out, size, play_view_ns(v), true);
	if (l->total_ns > 0) {
		out[n++] = '/';
		n += (size_t)play_line_time(out + n, size - n, l->total_ns,
		    false);
	}
	if (!v->smpte) {
		smf_bar_at(&v->bar, v->tick, &bar, &beat, &part);
		n += (size_t)snprintf(out + n, size - n, "  bar %" PRIu64
		    ".%u  %.1f bpm", bar, beat,
		    60e6 / v->tempo.beat_us * l->percent / 100);
	}
	if (l->percent != 100)
		n += (size_t)snprintf(out + n, size - n, " (%u%%)",
		    l->percent);
	if (l->paused)
		n += (size_t)snprintf(out + n, size - n, "  [paused]");
	return n;
}

/* The title; with words behind it, in half of the columns that are left. */
static size_t
play_line_title(const struct play_line *l, char *out, size_t size,
    size_t columns)
{

	snprintf(out, size, "%s", l->view->title);
	play_line_cut(out, columns);
	return strlen(out);
}

size_t
play_line(const struct play_line *l, char out[PLAY_LINE_BYTES],
    size_t columns)
{
	const char *words;
	size_t bytes, n, used, width;
	bool lyrics;

	lyrics = l->lyrics && l->view->lyric[0] != '\0';
	n = play_line_numbers(l, out, PLAY_LINE_BYTES);
	n += (size_t)snprintf(out + n, PLAY_LINE_BYTES - n, "  ");
	used = n < columns ? columns - n : 0;
	n += play_line_title(l, out + n, PLAY_LINE_BYTES - n,
	    lyrics ? used / 2 : used);
	if (lyrics)
		n += (size_t)snprintf(out + n, PLAY_LINE_BYTES - n, ": ");
	used = play_line_cut(out, columns);
	if (!lyrics || used + 2 >= columns)
		return used;
	words = l->view->lyric;
	for (width = play_line_width(words); width > columns - used;
	    words += bytes)
		width -= play_line_columns(words, &bytes);
	snprintf(out + n, PLAY_LINE_BYTES - n, "%s", words);
	return used + width;
}
