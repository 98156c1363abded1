/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_song.c: a MIDI file becomes records of the sequencer.
 *
 * The tracks are read side by side and merged as they go, a step at a time,
 * so that playing begins at once and nothing but the file is kept in memory.
 * A step works on one event:
 *
 *	where	play_route.c: the device of its track
 *	whether	play_pick.c: mute or not; then transposed, or its program
 *		left out
 * *	when	play_clock.c: the division of its tick; play_send.c: later,
 *		while the device is busy with System Exclusive
 *
 * A pass begins at a place.  On the way there everything is read but notes
 * are not played (play_chase.c); there the devices get what they lack, which
 * takes as long as the wire needs, and then the song starts.  At the end of a
 * pass every note that still sounds is ended.
 *
 * The patterns of a format 2 file follow one another, each with a tempo and
 * time signature of its own: the ticks of one are counted on from the end of
 * the one before.
 *
 * A track that cannot be read further ends there; the others go on.
 */

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play_show.h"
#include "play_song.h"
#include "play_term.h"
#include "seqrec.h"

#define PIECE_BYTES	240		/* of SysEx in a step */
#define DRUMS		9	/* the channel whose keys are no notes */
#define NS		1000000000U

static void
play_song_complain(struct play_song *s, size_t offset, const char *reason)
{

	play_term_clear();
	warnx("%s: byte %zu: %s", s->name, offset, reason);
	s->damaged = true;
}

static void
play_song_note(const struct play_song *s, size_t offset, const char *what)
{

	if (s->opt->verbose == 0)
		return;
	play_term_clear();
	warnx("%s: byte %zu: %s", s->name, offset, what);
}

/*
 * Channel messages.
 */

static void
play_song_channel(struct play_song *s, const struct smf_event *ev)
{
	struct play_device *d;
	uint8_t channel, msg[3], unit;
	int key;

	if ((ev->flags & SMF_EVENT_KEPT) && !s->kept) {
		s->kept = true;
		play_song_note(s, ev->offset,
		    "running status kept over a meta event or SysEx");
	}
	channel = MIDI_GET_CHAN(ev->status);
	unit = s->units[ev->track];
	msg[0] = ev->status;
	msg[1] = ev->data[0];
	msg[2] = ev->length > 1 ? ev->data[1] : 0;
	if (!play_pick_plays(&s->opt->only, &s->opt->mute, ev->track,
	    channel))
		return;
	if (MIDI_GET_STATUS(msg[0]) == MIDI_PGM_CHANGE &&
	    s->opt->program[channel] != -1)
		return;
	if (MIDI_GET_STATUS(msg[0]) <= MIDI_KEY_PRESSURE && channel != DRUMS) {
		key = msg[1] + s->opt->transpose;
		if (key < 0 || key > 0x7f)
			return;
		msg[1] = (uint8_t)key;
	}
	if (s->chasing) {
		d = play_send_device(&s->send, unit);
		if (d == NULL || !play_chase_message(&d->chase, msg))
			return;
	}
	play_send_message(&s->send, unit, msg);
}

/*
 * System Exclusive.
 */

/* Send what is gathered of a message; fewer than a record's bytes end it. */
static void
play_song_fragment(struct play_song *s, struct play_sysex *x, uint8_t unit)
{
	seq_event_t rec;
	uint64_t ns;

	rec.sysex.tag = SEQ_SYSEX;
	rec.sysex.device = unit;
	memset(rec.sysex.buffer, 0xff, sizeof(rec.sysex.buffer));
	memcpy(rec.sysex.buffer, x->data, x->used);
	play_send_put(&s->send, unit, &rec);
	if (s->opt->rate > 0) {
		ns = (uint64_t)x->used * NS / s->opt->rate;
		play_pace_busy(&s->send.pace, unit, s->send.written,
		    play_clock_real(&s->clock, s->beat_us, ns));
	}
	x->used = 0;
}

static void
play_song_sysex_byte(struct play_song *s, struct play_sysex *x, uint8_t unit,
    uint8_t byte)
{

	x->data[x->used++] = byte;
	if (x->used == PLAY_SONG_SYSEX)
		play_song_fragment(s, x, unit);
}

/* Bring the device to where it should be. */
static void
play_song_catch_up(struct play_song *s, uint8_t unit)
{
	uint8_t msg[3];

	while (s->send.devices[unit] != NULL &&
	    play_chase_next(&s->send.devices[unit]->chase, msg) > 0)
		play_send_message(&s->send, unit, msg);
}

/* Begin with a SysEx or escape event. */
static void
play_song_sysex(struct play_song *s, const struct smf_event *ev)
{
	struct play_sysex *x;
	uint8_t unit;

	if (!play_pick_track_plays(&s->opt->only, &s->opt->mute, ev->track))
		return;
	x = &s->sysex[ev->track];
	unit = s->units[ev->track];
	play_song_catch_up(s, unit);
	if (ev->status == SMF_SYSEX) {
		if (x->used > 0)
			play_song_fragment(s, x, unit);
		play_song_sysex_byte(s, x, unit, MIDI_SYSEX_START);
	}
	s->piece = *ev;
	s->piece_at = 0;
	s->in_piece = true;
}

/* A byte of an escape event goes out as it is. */
static void
play_song_escape(struct play_song *s, uint8_t unit, uint8_t byte)
{
	seq_event_t rec;

	memset(&rec, 0, sizeof(rec));
	rec.putc.tag = SEQOLD_MIDIPUTC;
	rec.putc.device = unit;
	rec.putc.byte = byte;
	play_send_put(&s->send, unit, &rec);
}

/* A part of the event.  What of SysEx is not a data byte, save the F7 at its
 * end, does not belong there and is left out. */
static void
play_song_piece(struct play_song *s)
{
	const struct smf_event *ev;
	struct play_sysex *x;
	uint32_t n;
	uint8_t byte, unit;

	ev = &s->piece;
	x = &s->sysex[ev->track];
	unit = s->units[ev->track];
	for (n = 0; n < PIECE_BYTES && s->piece_at < ev->length; n++) {
		byte = ev->data[s->piece_at++];
		if (ev->status == SMF_ESCAPE &&
		    (ev->flags & SMF_EVENT_CONTINUES) == 0)
			play_song_escape(s, unit, byte);
		else if (!MIDI_IS_STATUS(byte) || (byte == MIDI_SYSEX_END &&
		    s->piece_at == ev->length))
			play_song_sysex_byte(s, x, unit, byte);
	}
	if (s->piece_at < ev->length)
		return;
	if ((ev->flags & SMF_EVENT_OPEN) == 0 && x->used > 0)
		play_song_fragment(s, x, unit);
	s->in_piece = false;
}

/*
 * Meta events.
 */

/* Tell the sequencer the tempo that is due. */
static void
play_song_tell_tempo(struct play_song *s)
{
	seq_event_t rec;

	if (!s->clock.beats)
		return;
	play_pace_tempo(&s->send.pace, s->send.written, s->beat_us,
	    s->clock.tempo.beat_us);
	s->beat_us = s->clock.tempo.beat_us;
	rec = seqrec_timing(TMR_USTEMPO, s->beat_us);
	play_send_record(&s->send, &rec);
}

static void
play_song_tempo(struct play_song *s, const struct smf_event *ev)
{
	uint32_t us;

	us = smf_event_tempo_us(ev);
	if (s->read.beat_us != 0) {
		play_song_note(s, ev->offset,
		    "a tempo without effect on SMPTE times");
		return;
	}
	if (us == 0) {
		play_term_clear();
		warnx("%s: byte %zu: a tempo of 0, ignored", s->name,
		    ev->offset);
		return;
	}
	smf_tempo_set(&s->clock.tempo, ev->tick, us);
	if (!s->chasing)
		play_song_tell_tempo(s);
}

static void
play_song_meta(struct play_song *s, const struct smf_event *ev)
{

	s->units[ev->track] = play_route_meta(&s->opt->route, ev,
	    s->units[ev->track]);
	if (ev->type == SMF_META_TEMPO)
		play_song_tempo(s, ev);
	else if (ev->type == SMF_META_TIMESIG)
		smf_bar_set(&s->bar, ev);
	if (s->view != NULL)
		play_view_put(s->view, ev);
}

static void
play_song_show(const struct play_song *s, const struct smf_event *ev)
{
	uint64_t delta;

	delta = ev->tick - s->tick;
	if (s->opt->verbose > 2 || s->opt->metas)
		play_term_clear();
	if (s->opt->verbose > 3 || (s->opt->verbose > 2 && delta > 0))
		play_show_delay(ev, delta);
	if (s->opt->verbose > 3)
		play_show_bytes(ev);
	if (s->opt->metas && ev->status == SMF_META)
		play_show_meta(ev, s->clock.percent);
}

/*
 * The way through the song.
 */

/* The pass begins to sound at this tick. */
static void
play_song_land(struct play_song *s, uint64_t tick)
{
	uint8_t msg[3];
	unsigned ch, unit;

	for (unit = 0; unit < PLAY_ROUTE_UNITS; unit++) {
		for (ch = 0; ch < PLAY_CHASE_CHANNELS; ch++) {
			if (s->opt->program[ch] == -1 ||
			    !play_route_used(&s->opt->route, (uint8_t)unit))
				continue;
			msg[0] = (uint8_t)(MIDI_PGM_CHANGE | ch);
			msg[1] = (uint8_t)s->opt->program[ch];
			msg[2] = 0;
			play_send_message(&s->send, (uint8_t)unit, msg);
		}
		play_song_catch_up(s, (uint8_t)unit);
	}
	play_send_advance(&s->send, play_pace_end(&s->send.pace));
	s->chasing = false;
	s->tick = tick;
	play_clock_base(&s->clock, tick, s->send.written);
	play_song_tell_tempo(s);
	if (s->view != NULL)
		play_view_tick(s->view, tick);
}

/* The end: what still sounds is ended. */
static void
play_song_end(struct play_song *s)
{
	uint8_t msg[3];
	unsigned unit;

	if (s->chasing)
		play_song_land(s, s->tick);
	for (unit = 0; unit < PLAY_ROUTE_UNITS; unit++)
		while (s->send.devices[unit] != NULL && midi_notes_end(
		    &s->send.devices[unit]->notes, msg, sizeof(msg)) > 0)
			play_send_known(&s->send, (uint8_t)unit, msg);
	play_send_advance(&s->send, play_pace_end(&s->send.pace));
	play_send_wait(&s->send, s->send.written + play_clock_real(&s->clock,
	    s->beat_us, (uint64_t)s->opt->tail_ms * 1000000));
	s->ended = true;
}

/* Where a pattern begins, tempo and time signature are the usual ones. */
static void
play_song_pattern(struct play_song *s)
{
	static const uint8_t tempo[] = { 0x07, 0xa1, 0x20 };
	static const uint8_t timesig[] = { 4, 2, 24, 8 };
	struct smf_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.tick = s->tick;
	ev.track = s->pattern;
	ev.status = SMF_META;
	ev.type = SMF_META_TIMESIG;
	ev.data = timesig;
	ev.length = sizeof(timesig);
	play_song_meta(s, &ev);
	ev.type = SMF_META_TEMPO;
	ev.data = tempo;
	ev.length = sizeof(tempo);
	if (s->read.beat_us == 0)
		play_song_meta(s, &ev);
	s->offset = s->tick;
	smf_merge_init(&s->merge, &s->read, s->cursors, s->heap, s->pattern,
	    1);
}

/* The next event of all; as smf_merge_next(). */
static int
play_song_next(struct play_song *s, struct smf_event *ev,
    struct smf_error *err)
{
	int got;

	for (;;) {
		got = smf_merge_next(&s->merge, ev, err);
		if (got == 1)
			ev->tick += s->offset;
		if (got != 0 || s->read.format != 2 ||
		    s->pattern + 1U >= s->read.tracks)
			return got;
		s->pattern++;
		play_song_pattern(s);
	}
}

/* Is the place that is looked for at or before tick?  If so, its tick. */
static bool
play_song_reaches(const struct play_song *s, const struct play_place *p,
    uint64_t tick, uint64_t *at)
{

	if (p->kind == PLAY_PLACE_NONE)
		return false;
	*at = play_place_tick(p, &s->clock.tempo, &s->bar);
	if (*at < s->tick)
		*at = s->tick;
	return *at <= tick;
}

static void
play_song_event(struct play_song *s, const struct smf_event *ev)
{
	uint64_t at;

	if (ev->tick > SMF_TEMPO_MAX_TICK) {
		play_song_complain(s, ev->offset, "later than can be counted");
		play_song_end(s);
		return;
	}
	if (s->chasing && play_song_reaches(s, &s->from, ev->tick, &at))
		play_song_land(s, at);
	if (!s->chasing) {
		if (play_song_reaches(s, &s->opt->to, ev->tick, &at)) {
			play_send_advance(&s->send,
			    play_clock_division(&s->clock, at));
			play_song_end(s);
			return;
		}
		play_song_show(s, ev);
		play_send_advance(&s->send, play_clock_division(&s->clock,
		    ev->tick));
	}
	s->tick = ev->tick;
	if (ev->status == SMF_META)
		play_song_meta(s, ev);
	else if (ev->status >= SMF_SYSEX)
		play_song_sysex(s, ev);
	else
		play_song_channel(s, ev);
	if (s->chasing && s->view != NULL)
		play_view_tick(s->view, s->tick);
}

bool
play_song_step(struct play_song *s)
{
	struct smf_error error;
	struct smf_event ev;
	int got;

	if (s->ended || s->send.error != 0)
		return false;
	if (s->in_piece) {
		play_song_piece(s);
		return true;
	}
	got = play_song_next(s, &ev, &error);
	if (got == 1)
		play_song_event(s, &ev);
	else if (got == -1)
		play_song_complain(s, error.offset, error.reason);
	else
		play_song_end(s);
	return s->send.error == 0;
}

int
play_song_begin(struct play_song *s, const struct play_place *from)
{
	unsigned i;
	int error;

	smf_read_cursors(&s->read, s->cursors);
	memset(s->sysex, 0, s->read.tracks * sizeof(s->sysex[0]));
	memset(s->units, play_route_port(&s->opt->route, 0), s->read.tracks);
	for (i = 0; i < PLAY_ROUTE_UNITS; i++) {
		free(s->send.devices[i]);
		s->send.devices[i] = NULL;
	}
	play_clock_init(&s->clock, &s->read, s->send.out->exact,
	    s->clock.percent);
	smf_bar_init(&s->bar, &s->read);
	play_pace_reset(&s->send.pace);
	s->from = *from;
	s->offset = s->tick = s->send.written = 0;
	s->pattern = 0;
	s->in_piece = s->ended = false;
	s->chasing = true;
	s->beat_us = s->clock.tempo.beat_us;
	smf_merge_init(&s->merge, &s->read, s->cursors, s->heap, 0,
	    s->read.format == 2 ? 1 : s->read.tracks);
	if (s->view != NULL)
		play_view_rewind(s->view, &s->read);
	error = play_out_timebase(s->send.out, s->clock.beats ?
	    play_clock_timebase(&s->clock) : 0);
	if (error == 0)
		error = play_out_start(s->send.out);
	if (error == 0 && from->kind == PLAY_PLACE_NONE)
		play_song_land(s, 0);
	return error;
}

int
play_song_percent(struct play_song *s, unsigned percent)
{
	uint32_t was;

	was = play_clock_timebase(&s->clock);
	play_clock_percent(&s->clock, s->tick, percent);
	if (!s->clock.beats)
		return 0;
	/* What is held back keeps its time, not its division. */
	play_pace_tempo(&s->send.pace, s->send.written,
	    play_clock_timebase(&s->clock), was);
	return play_out_timebase(s->send.out, play_clock_timebase(&s->clock));
}

uint64_t
play_song_tick(const struct play_song *s, uint64_t division)
{

	return play_clock_tick(&s->clock, &s->view->tempo, division);
}

void
play_song_verdict(const struct play_song *s)
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

static void
play_song_announce(const struct play_song *s, size_t size)
{

	if (s->opt->verbose > 0 && s->opt->device != NULL)
		printf("Playing %s (%zu bytes) on %s (unit %d)...\n\n",
		    s->name, size, s->opt->device, s->opt->route.units[0]);
	else if (s->opt->verbose > 0)
		printf("Playing %s (%zu bytes)...\n\n", s->name, size);
}

bool
play_song_open(struct play_song *s, struct play_out *out,
    const struct play_options *opt, struct play_view *view, const char *name,
    const void *data, size_t size)
{
	struct smf_error error;

	memset(s, 0, sizeof(*s));
	s->send.out = out;
	s->opt = opt;
	s->view = view;
	s->name = name;
	s->clock.percent = opt->percent;
	play_song_announce(s, size);
	if (!smf_read_open(&s->read, data, size, &error)) {
		play_song_complain(s, error.offset, error.reason);
		return false;
	}
	s->cursors = calloc(s->read.tracks, sizeof(s->cursors[0]));
	s->sysex = calloc(s->read.tracks, sizeof(s->sysex[0]));
	s->units = calloc(s->read.tracks, sizeof(s->units[0]));
	s->heap = calloc(s->read.tracks, sizeof(s->heap[0]));
	if (s->cursors == NULL || s->sysex == NULL || s->units == NULL ||
	    s->heap == NULL)
		err(1, NULL);
	if (opt->verbose > 1)
		play_show_header(&s->read);
	return true;
}

void
play_song_close(struct play_song *s)
{
	unsigned i;

	free(s->cursors);
	free(s->sysex);
	free(s->units);
	free(s->heap);
	for (i = 0; i < PLAY_ROUTE_UNITS; i++)
		free(s->send.devices[i]);
	play_pace_free(&s->send.pace);
}
