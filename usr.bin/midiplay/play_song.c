/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_song.c: one MIDI file to the sequencer.
 *
 * The tracks are read side by side and merged as they go, so that playing
 * begins at once.  Every time is absolute, from the start of the file; no
 * rounding adds up.  There are two ways to say it:
 *
 *	beats	the sequencer's division is the file's tick, and the tempo
 *		goes along as TMR_USTEMPO records: exact.
 *	steps	where the sequencer does not know those, or the tempo is
 *		scaled: the time is worked out here and rounded down to steps
 *		of PLAY_OUT_STEP_NS.
 *
 * Patterns of a format 2 file are played one after the other, each with its
 * own tempo.
 *
 * A track that cannot be read further ends there; the others go on.  When
 * such a file has been played, whatever may still sound is ended.
 */

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play_show.h"
#include "play_song.h"
#include "seqrec.h"
#include "smf_merge.h"
#include "smf_tempo.h"

#define SYSEX_BYTES	6		/* of a message in one record */

/* No time of a song may be later, in ns: keeps sums in 64 bits. */
#define LATEST_NS	(UINT64_C(1) << 53)

/* What of a SysEx message did not fill a record yet.  Per track, for a
 * message may come in pieces with those of other tracks in between. */
struct play_sysex {
	uint8_t		used;
	uint8_t		data[SYSEX_BYTES];
};

struct play_song {
	struct play_out		*out;
	const struct play_options *opt;
	const char		*name;
	struct smf_read		read;
	struct smf_cursor	*cursors;
	struct play_sysex	*sysex;
	uint16_t		*heap;
	struct smf_tempo	tempo;
	uint64_t		tick;		/* of the last event */
	uint32_t		waited;		/* the last wait's division */
	bool			beats;
	bool			damaged;
	bool			kept;		/* has been warned of */
};

/* The sequencer is needed; without it there is nothing left to do. */
static void
play_song_must(const struct play_song *s, int error)
{

	if (error != 0) {
		play_out_reset(s->out);
		errno = error;
		err(1, "%s", s->opt->device);
	}
}

static void
play_song_put(struct play_song *s, seq_event_t rec)
{

	play_song_must(s, play_out_record(s->out, &rec));
}

static void
play_song_complain(struct play_song *s, size_t offset, const char *reason)
{

	warnx("%s: byte %zu: %s", s->name, offset, reason);
	s->damaged = true;
}

static void
play_song_note(const struct play_song *s, size_t offset, const char *what)
{

	if (s->opt->verbose > 0)
		warnx("%s: byte %zu: %s", s->name, offset, what);
}

/* Let the sequencer wait until tick.  False when that is later than it can
 * count. */
static bool
play_song_wait(struct play_song *s, uint64_t tick)
{
	uint64_t division, ns;

	if (tick > UINT32_MAX)
		return false;
	division = tick;
	if (!s->beats) {
		ns = smf_tempo_ns(&s->tempo, tick);
		if (ns > LATEST_NS)
			return false;
		division = ns * 100 / s->opt->percent / PLAY_OUT_STEP_NS;
		if (division > UINT32_MAX)
			return false;
	}
	if (division != s->waited)
		play_song_put(s, seqrec_timing(TMR_WAIT_ABS,
		    (uint32_t)division));
	s->waited = (uint32_t)division;
	return true;
}

static void
play_song_tempo(struct play_song *s, const struct smf_event *ev)
{
	uint32_t us;

	us = smf_event_tempo_us(ev);
	if (s->read.beat_us != 0) {
		play_song_note(s, ev->offset,
		    "a tempo without effect on SMPTE times");
	} else if (us == 0) {
		warnx("%s: byte %zu: a tempo of 0, ignored", s->name,
		    ev->offset);
	} else {
		smf_tempo_set(&s->tempo, ev->tick, us);
		if (s->beats)
			play_song_put(s, seqrec_timing(TMR_USTEMPO, us));
	}
}

static void
play_song_channel(struct play_song *s, const struct smf_event *ev)
{
	uint8_t msg[3];

	if ((ev->flags & SMF_EVENT_KEPT) && !s->kept) {
		s->kept = true;
		play_song_note(s, ev->offset,
		    "running status kept over a meta event or SysEx");
	}
	if (s->opt->program != -1 && (ev->status & 0xf0) == MIDI_PGM_CHANGE)
		return;
	msg[0] = ev->status;
	msg[1] = ev->data[0];
	msg[2] = ev->length > 1 ? ev->data[1] : 0;
	play_song_put(s, seqrec_channel(s->opt->unit, msg));
}

/* Send what is gathered of a SysEx message; fewer than SYSEX_BYTES end it. */
static void
play_song_fragment(struct play_song *s, struct play_sysex *x)
{
	seq_event_t rec;

	rec.sysex.tag = SEQ_SYSEX;
	rec.sysex.device = s->opt->unit;
	memset(rec.sysex.buffer, 0xff, sizeof(rec.sysex.buffer));
	memcpy(rec.sysex.buffer, x->data, x->used);
	x->used = 0;
	play_song_put(s, rec);
}

static void
play_song_sysex_byte(struct play_song *s, struct play_sysex *x, uint8_t byte)
{

	x->data[x->used++] = byte;
	if (x->used == SYSEX_BYTES)
		play_song_fragment(s, x);
}

/* A piece of a SysEx message.  What is not a data byte, save the F7 at its
 * end, does not belong there and is left out. */
static void
play_song_sysex(struct play_song *s, const struct smf_event *ev)
{
	struct play_sysex *x;
	uint32_t i;
	bool ends;

	x = &s->sysex[ev->track];
	if (ev->status == SMF_SYSEX) {
		if (x->used > 0)
			play_song_fragment(s, x);
		play_song_sysex_byte(s, x, MIDI_SYSEX_START);
	}
	for (i = 0; i < ev->length; i++) {
		ends = i + 1 == ev->length && ev->data[i] == MIDI_SYSEX_END;
		if (ends || !MIDI_IS_STATUS(ev->data[i]))
			play_song_sysex_byte(s, x, ev->data[i]);
	}
	if ((ev->flags & SMF_EVENT_OPEN) == 0 && x->used > 0)
		play_song_fragment(s, x);
}

/* Bytes that go out as they are. */
static void
play_song_escape(struct play_song *s, const struct smf_event *ev)
{
	seq_event_t rec;
	uint32_t i;

	memset(&rec, 0, sizeof(rec));
	rec.putc.tag = SEQOLD_MIDIPUTC;
	rec.putc.device = s->opt->unit;
	for (i = 0; i < ev->length; i++) {
		rec.putc.byte = ev->data[i];
		play_song_put(s, rec);
	}
}

static void
play_song_show(const struct play_song *s, const struct smf_event *ev)
{
	uint64_t delta;

	delta = ev->tick - s->tick;
	if (s->opt->verbose > 3 || (s->opt->verbose > 2 && delta > 0))
		play_show_delay(ev, delta);
	if (s->opt->verbose > 3)
		play_show_bytes(ev);
	if (s->opt->metas && ev->status == SMF_META)
		play_show_meta(ev, s->opt->percent);
}

/* False when nothing more can be played. */
static bool
play_song_event(struct play_song *s, const struct smf_event *ev)
{

	play_song_show(s, ev);
	s->tick = ev->tick;
	if (!play_song_wait(s, ev->tick)) {
		play_song_complain(s, ev->offset,
		    "later than the sequencer can count");
		return false;
	}
	if (ev->status == SMF_META) {
		if (ev->type == SMF_META_TEMPO)
			play_song_tempo(s, ev);
	} else if (ev->status == SMF_SYSEX ||
	    (ev->flags & SMF_EVENT_CONTINUES)) {
		play_song_sysex(s, ev);
	} else if (ev->status == SMF_ESCAPE) {
		play_song_escape(s, ev);
	} else {
		play_song_channel(s, ev);
	}
	return true;
}

/* Start the sequencer's time for one song or pattern. */
static void
play_song_start(struct play_song *s)
{
	uint8_t ch, msg[3];

	smf_tempo_init(&s->tempo, &s->read);
	s->tick = 0;
	s->waited = 0;
	s->beats = s->opt->percent == 100 &&
	    play_out_beats(s->out, s->read.division);
	if (!s->beats)
		play_song_must(s, play_out_steps(s->out));
	play_song_put(s, seqrec_timing(TMR_START, 0));
	if (s->beats)
		play_song_put(s, seqrec_timing(TMR_USTEMPO,
		    s->tempo.beat_us));
	for (ch = 0; s->opt->program != -1 && ch < 16; ch++) {
		msg[0] = MIDI_PGM_CHANGE | ch;
		msg[1] = (uint8_t)s->opt->program;
		msg[2] = 0;
		play_song_put(s, seqrec_channel(s->opt->unit, msg));
	}
}

/* Play n tracks from first on, together, to their end. */
static void
play_song_tracks(struct play_song *s, uint16_t first, uint16_t n)
{
	struct smf_error error;
	struct smf_event ev;
	struct smf_merge merge;
	int got;

	play_song_start(s);
	smf_merge_init(&merge, &s->read, s->cursors, s->heap, first, n);
	while ((got = smf_merge_next(&merge, &ev, &error)) != 0) {
		play_out_check(s->out);
		if (got == -1)
			play_song_complain(s, error.offset, error.reason);
		else if (!play_song_event(s, &ev))
			break;
	}
	play_song_must(s, play_out_sync(s->out));
}

/* What is wrong with the file though it can be played. */
static void
play_song_notes(const struct play_song *s)
{
	const struct smf_cursor *c;
	uint16_t i;

	if (s->read.flags & SMF_READ_FEWER)
		play_song_note(s, s->read.end, "fewer tracks than announced");
	for (i = 0; i < s->read.tracks; i++) {
		c = &s->cursors[i];
		if (c->flags & SMF_CURSOR_LENGTH)
			play_song_note(s, c->chunk, "a wrong length of track");
		if (c->flags & SMF_CURSOR_NO_END)
			play_song_note(s, c->end, "no end of track");
	}
}

static bool
play_song_open(struct play_song *s, const void *data, size_t size)
{
	struct smf_error error;

	if (!smf_read_open(&s->read, data, size, &error)) {
		play_song_complain(s, error.offset, error.reason);
		return false;
	}
	s->cursors = calloc(s->read.tracks, sizeof(s->cursors[0]));
	s->sysex = calloc(s->read.tracks, sizeof(s->sysex[0]));
	s->heap = calloc(s->read.tracks, sizeof(s->heap[0]));
	if (s->cursors == NULL || s->sysex == NULL || s->heap == NULL)
		err(1, NULL);
	smf_read_cursors(&s->read, s->cursors);
	return true;
}

static void
play_song_announce(const struct play_song *s, size_t size)
{

	if (s->opt->verbose > 0 && s->opt->device != NULL)
		printf("Playing %s (%zu bytes) on %s (unit %d)...\n\n",
		    s->name, size, s->opt->device, s->opt->unit);
	else if (s->opt->verbose > 0)
		printf("Playing %s (%zu bytes)...\n\n", s->name, size);
}

bool
play_song(struct play_out *out, const struct play_options *opt,
    const char *name, const void *data, size_t size)
{
	struct play_song s;
	uint16_t i;

	memset(&s, 0, sizeof(s));
	s.out = out;
	s.opt = opt;
	s.name = name;
	play_song_announce(&s, size);
	if (play_song_open(&s, data, size)) {
		if (opt->verbose > 1)
			play_show_header(&s.read);
		if (s.read.format != 2)
			play_song_tracks(&s, 0, s.read.tracks);
		for (i = 0; s.read.format == 2 && i < s.read.tracks; i++)
			play_song_tracks(&s, i, 1);
		play_song_notes(&s);
		if (s.damaged)
			play_out_reset(out);
	}
	free(s.cursors);
	free(s.sysex);
	free(s.heap);
	return !s.damaged;
}
