/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_show.c: what midiplay(1) prints of a file.
 *
 * The lines are those of NetBSD's midiplay(1), which scripts may know.
 */

#include <inttypes.h>
#include <stdio.h>

#include "play_show.h"
#include "play_term.h"
#include "smf_text.h"

#define SLICE	64		/* of a text; encoded, at most twice that */

void
play_show_header(const struct smf_read *r)
{

	if (r->beat_us != 0)
		printf("format=%u ntrks=%u abs fps=%u subdivs=%u\n", r->format,
		    r->tracks, r->fps, r->subdivs);
	else
		printf("format=%u ntrks=%u divisions=%u\n", r->format,
		    r->tracks, r->division);
}

void
play_show_delay(const struct smf_event *ev, uint64_t delta)
{

	printf("DELAY %4" PRIu64 " TRACK %2u\n", delta, ev->track);
}

void
play_show_bytes(const struct smf_event *ev)
{
	uint32_t i;

	if (ev->status == SMF_META)
		printf("META %02X (%" PRIu32 ")", ev->type, ev->length);
	else
		printf("MIDI %02X (%" PRIu32 ")", ev->status, ev->length);
	for (i = 0; i < ev->length; i++)
		printf(" %02X", ev->data[i]);
	putchar('\n');
}

static void
play_show_text(const struct smf_event *ev)
{
	char text[256];
	size_t at, n, used;

	printf("%s: ", smf_text_name(ev->type));
	/* In parts, for it may be of any length. */
	for (at = 0; at < ev->length; at += n) {
		n = ev->length - at;
		/* Not within a character of UTF-8. */
		for (n = n > SLICE ? SLICE : n; n > SLICE - 4 &&
		    at + n < ev->length && (ev->data[at + n] & 0xc0) == 0x80; )
			n--;
		used = smf_text(text, sizeof(text), ev->data + at, n,
		    play_term_utf8());
		fwrite(text, 1, used, stdout);
	}
	putchar('\n');
}

static void
play_show_tempo(const struct smf_event *ev, unsigned percent)
{
	uint32_t us;

	us = smf_event_tempo_us(ev);
	if (us != 0)
		printf("Tempo: %" PRIu32 " us/'beat'(24 midiclks) at %u%%; "
		    "adjusted bpm = %.3f\n", us, percent,
		    60e6 / us * percent / 100);
}

static void
play_show_timesig(const struct smf_event *ev)
{

	if (ev->length < 4 || ev->data[1] > 31)
		return;
	printf("Time signature: %u/%" PRIu32 ". Click every %u midiclks "
	    "(24 midiclks = %u 32nd notes)\n", ev->data[0],
	    UINT32_C(1) << ev->data[1], ev->data[2], ev->data[3]);
}

static void
play_show_key(const struct smf_event *ev)
{
	/* By the number of sharps: -7 .. 7 major, and three more for minor. */
	static const char names[][3] = {
		"Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A",
		"E", "B", "F#", "C#", "G#", "D#", "A#"
	};
	int sharps;

	if (ev->length < 2)
		return;
	sharps = ev->data[0] < 0x80 ? ev->data[0] : ev->data[0] - 0x100;
	if (sharps < -7 || sharps > 7 || ev->data[1] > 1)
		return;
	printf("Key: %s %s\n", names[sharps + 7 + (ev->data[1] ? 3 : 0)],
	    ev->data[1] ? "minor" : "major");
}

void
play_show_meta(const struct smf_event *ev, unsigned percent)
{

	switch (ev->type) {
	case SMF_META_TEMPO:
		play_show_tempo(ev, percent);
		break;
	case SMF_META_TIMESIG:
		play_show_timesig(ev);
		break;
	case SMF_META_KEY:
		play_show_key(ev);
		break;
	default:
		if (smf_text_is(ev->type) && smf_text_name(ev->type) != NULL)
			play_show_text(ev);
		break;
	}
}
