/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_view.c: what of a song can be seen at the place that is heard.
 *
 * The player writes ahead of the music, so what a file says of tempo, time
 * signature and words is kept until its tick is heard.  The marks point into
 * the file.
 *
 * Lyrics come a syllable at a time.  A line ends where the file says so: by a
 * line feed or carriage return, or in karaoke files, whose words are plain
 * texts, by a stroke in front of the next word.  Pure.
 */

#include <assert.h>
#include <string.h>

#include "play_view.h"
#include "smf_text.h"

void
play_view_rewind(struct play_view *v, const struct smf_read *r)
{

	smf_tempo_init(&v->tempo, r);
	smf_bar_init(&v->bar, r);
	v->tick = 0;
	v->first = 0;
	v->count = 0;
	v->lineend = false;
	v->lyric[0] = '\0';
}

void
play_view_init(struct play_view *v, const struct smf_read *r,
    const char *name, bool utf8)
{

	memset(v, 0, sizeof(*v));
	v->utf8 = utf8;
	v->smpte = r->beat_us != 0;
	smf_text(v->title, sizeof(v->title), (const uint8_t *)name,
	    strlen(name), utf8);
	play_view_rewind(v, r);
}

bool
play_view_full(const struct play_view *v)
{

	return v->count + PLAY_VIEW_STEP > PLAY_VIEW_MARKS;
}

void
play_view_put(struct play_view *v, const struct smf_event *ev)
{

	assert(v->count < PLAY_VIEW_MARKS);
	v->marks[(v->first + v->count++) % PLAY_VIEW_MARKS] = *ev;
}

/* The name of the first track is that of the song, if it has one. */
static void
play_view_title(struct play_view *v, const uint8_t *data, size_t n)
{

	if (n == 0 || v->titled)
		return;
	v->titled = true;
	smf_text(v->title, sizeof(v->title), data, n, v->utf8);
}

static bool
play_view_breaks(uint8_t byte)
{

	return byte == '\n' || byte == '\r';
}

static void
play_view_lyric(struct play_view *v, const uint8_t *data, size_t n)
{
	size_t used;
	bool ends;

	if (n > 0 && (play_view_breaks(*data) ||
	    (v->karaoke && (*data == '/' || *data == '\\')))) {
		v->lineend = true;
		data++;
		n--;
	}
	ends = false;
	for (; n > 0 && play_view_breaks(data[n - 1]); n--)
		ends = true;
	if (v->lineend && n > 0) {
		v->lyric[0] = '\0';
		v->lineend = false;
	}
	used = strlen(v->lyric);
	/* A line that does not end begins anew where there is no room. */
	if (used + n + 1 > sizeof(v->lyric))
		used = 0;
	smf_text(v->lyric + used, sizeof(v->lyric) - used, data, n, v->utf8);
	if (ends)
		v->lineend = true;
}

/* In karaoke files texts that begin with @ are about the song. */
static void
play_view_text(struct play_view *v, const struct smf_event *ev)
{

	if (ev->length < 2 || ev->data[0] != '@') {
		if (v->karaoke && ev->length > 0)
			play_view_lyric(v, ev->data, ev->length);
		return;
	}
	if (ev->data[1] == 'K' || ev->data[1] == 'L')
		v->karaoke = true;
	if (ev->data[1] == 'T')
		play_view_title(v, ev->data + 2, ev->length - 2);
}

static void
play_view_obey(struct play_view *v, const struct smf_event *ev)
{
	uint32_t us;

	switch (ev->type) {
	case SMF_META_TEMPO:
		us = smf_event_tempo_us(ev);
		if (us != 0)
			smf_tempo_set(&v->tempo, ev->tick, us);
		break;
	case SMF_META_TIMESIG:
		smf_bar_set(&v->bar, ev);
		break;
	case SMF_META_TRACK:
		if (ev->track == 0)
			play_view_title(v, ev->data, ev->length);
		break;
	case SMF_META_LYRIC:
		play_view_lyric(v, ev->data, ev->length);
		break;
	case SMF_META_TEXT:
		play_view_text(v, ev);
		break;
	default:
		break;
	}
}

void
play_view_tick(struct play_view *v, uint64_t tick)
{
	const struct smf_event *ev;

	while (v->count > 0) {
		ev = &v->marks[v->first];
		if (ev->tick > tick)
			break;
		play_view_obey(v, ev);
		v->first = (v->first + 1) % PLAY_VIEW_MARKS;
		v->count--;
	}
	if (tick > v->tick)
		v->tick = tick;
}

uint64_t
play_view_ns(const struct play_view *v)
{

	return smf_tempo_ns(&v->tempo, v->tick);
}
