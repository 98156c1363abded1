/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * fuzz_smf.c: whatever bytes come, the reader of MIDI files and midiplay(1)
 * behind it neither crash, nor hang, nor read outside.
 *
 * The one function takes the bytes of a file; libFuzzer calls it
 * (`make fuzz-smf'), and replay.c with the corpus (`make check').  Checked
 * besides what sanitizers see:
 *
 *	events lie inside the file and there are no more than its bytes; the
 *	merge is in order of time; an error has an offset inside;
 *	what was read, written again and read again, is the same;
 *	ticks and nanoseconds agree both ways, and ticks and bars;
 *	midiplay's records never go back in time, and every note is ended.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "play_line.h"
#include "play_scan.h"
#include "play_song.h"
#include "seqrec.h"
#include "smf_text.h"
#include "smf_write.h"

#define CHECK(c)	((c) ? (void)0 : abort())

/* Complaints of the player are of no interest. */
void	__wrap_warnx(const char *, ...);

void
__wrap_warnx(const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
}

/*
 * Read, write, read again.
 */

struct fuzz_smf_track {
	uint8_t	*data;
	size_t	used;
	size_t	room;
};

static int
fuzz_smf_put(void *arg, const uint8_t *data, size_t n)
{
	struct fuzz_smf_track *t;

	t = arg;
	if (n > t->room - t->used) {
		t->room = 2 * (t->used + n);
		t->data = realloc(t->data, t->room);
		CHECK(t->data != NULL);
	}
	memcpy(t->data + t->used, data, n);
	t->used += n;
	return 0;
}

/* May a file hold it? */
static bool
fuzz_smf_legal(const struct smf_event *ev)
{

	return ev->status != SMF_META ||
	    (ev->type < 0x80 && ev->type != SMF_META_END);
}

static void
fuzz_smf_write_event(struct smf_write *w, const struct smf_event *ev)
{
	uint8_t msg[3];

	if (ev->status == SMF_META) {
		smf_write_meta(w, ev->tick, ev->type, ev->data, ev->length);
	} else if (ev->status >= SMF_SYSEX) {
		smf_write_sysex(w, ev->tick, ev->status, ev->data,
		    ev->length);
	} else {
		msg[0] = ev->status;
		memcpy(msg + 1, ev->data, ev->length);
		smf_write_channel(w, ev->tick, msg);
	}
	CHECK(w->error == 0);
}

/* The next event of the track that a writer takes; false: there is none. */
static bool
fuzz_smf_next(const struct smf_read *r, struct smf_cursor *c,
    struct smf_event *ev)
{
	struct smf_error err;
	int got;

	do {
		got = smf_read_delta(r, c, &err);
		if (got == 1)
			got = smf_read_event(r, c, ev, &err);
		CHECK(c->at <= c->end && c->end <= r->end);
		if (got == -1)
			CHECK(err.offset <= r->end && err.reason != NULL);
	} while (got == 1 && !fuzz_smf_legal(ev));
	return got == 1;
}

static void
fuzz_smf_again(const struct smf_read *r, const struct smf_cursor *start,
    bool compress)
{
	uint8_t head[SMF_WRITE_HEADER_BYTES + SMF_WRITE_CHUNK_BYTES];
	struct fuzz_smf_track t;
	struct smf_cursor a, b;
	struct smf_event eva, evb;
	struct smf_error err;
	struct smf_read again;
	struct smf_write w;

	memset(&t, 0, sizeof(t));
	fuzz_smf_put(&t, head, sizeof(head));
	smf_write_begin(&w, fuzz_smf_put, &t, compress);
	for (a = *start; fuzz_smf_next(r, &a, &eva); )
		fuzz_smf_write_event(&w, &eva);
	CHECK(smf_write_end(&w, w.tick) == 0);
	smf_write_header(t.data, 0, 1, 96);
	smf_write_chunk(t.data + SMF_WRITE_HEADER_BYTES, w.length);
	CHECK(smf_read_open(&again, t.data, t.used, &err));
	smf_read_cursors(&again, &b);
	for (a = *start; fuzz_smf_next(r, &a, &eva); ) {
		/* Where something was left out, long times are bridged. */
		do
			CHECK(fuzz_smf_next(&again, &b, &evb));
		while (evb.status == SMF_META && evb.length == 0 &&
		    evb.tick < eva.tick);
		CHECK(eva.tick == evb.tick && eva.status == evb.status &&
		    eva.type == evb.type && eva.length == evb.length &&
		    memcmp(eva.data, evb.data, eva.length) == 0);
		CHECK((eva.flags & ~SMF_EVENT_KEPT) == evb.flags);
	}
	free(t.data);
}

/*
 * Read side by side.
 */

static void
fuzz_smf_text(const struct smf_event *ev)
{
	char text[64];
	size_t i, n;

	n = smf_text(text, sizeof(text), ev->data, ev->length, false);
	CHECK(n < sizeof(text) && text[n] == '\0');
	for (i = 0; i < n; i++)
		CHECK(text[i] >= ' ' && text[i] < 0x7f);
	n = smf_text(text, 1 + ev->length % sizeof(text), ev->data,
	    ev->length, true);
	CHECK(n <= ev->length % sizeof(text) && strlen(text) == n);
}

static void
fuzz_smf_time(const struct smf_tempo *t, const struct smf_bar *b,
    uint64_t tick)
{
	uint64_t bar, ns, same;
	unsigned beat, part;

	ns = smf_tempo_ns(t, tick);
	same = smf_tempo_tick(t, ns);
	if (ns < UINT64_MAX / 2 / t->division)
		CHECK(same >= tick && smf_tempo_ns(t, same) == ns);
	smf_bar_at(b, tick, &bar, &beat, &part);
	CHECK(bar >= b->bar && beat >= 1 && beat <= b->beats && part < 1000);
	CHECK(smf_bar_tick(b, bar, beat) <= tick);
}

static void
fuzz_smf_merge(const struct smf_read *r, struct smf_cursor *cursors,
    uint64_t *heap)
{
	struct smf_error err;
	struct smf_event ev;
	struct smf_merge m;
	struct smf_tempo tempo;
	struct smf_bar bar;
	uint64_t tick;
	size_t n;
	int got;

	smf_tempo_init(&tempo, r);
	smf_bar_init(&bar, r);
	smf_merge_init(&m, r, cursors, heap, 0, r->tracks);
	tick = 0;
	n = 0;
	while ((got = smf_merge_next(&m, &ev, &err)) != 0) {
		CHECK(++n <= r->end);
		if (got == -1)
			continue;
		CHECK(ev.tick >= tick && ev.track < r->tracks);
		CHECK(ev.data >= r->buf && ev.data <= r->buf + r->end);
		CHECK(ev.length <= (size_t)(r->buf + r->end - ev.data));
		tick = ev.tick;
		if (tick > SMF_TEMPO_MAX_TICK)
			break;
		if (ev.status == SMF_META && ev.type == SMF_META_TEMPO &&
		    smf_event_tempo_us(&ev) > 0)
			smf_tempo_set(&tempo, tick, smf_event_tempo_us(&ev));
		if (ev.status == SMF_META && ev.type == SMF_META_TIMESIG)
			smf_bar_set(&bar, &ev);
		if (ev.status == SMF_META)
			fuzz_smf_text(&ev);
		fuzz_smf_time(&tempo, &bar, tick);
	}
}

/*
 * The player.
 */

/* Follow the records of a song: what sounds when all is played? */
static void
fuzz_smf_records(const struct play_out *out, struct midi_notes *notes)
{
	const seq_event_t *rec;
	uint8_t msg[3];
	size_t i;
	unsigned n;

	for (i = out->first; i < out->used; i++) {
		rec = &out->rec[i];
		n = seqrec_message(rec, msg);
		if (n > 0)
			(void)midi_notes_run(&notes[rec->voice.device & 3],
			    msg, n);
	}
}

static void
fuzz_smf_look(struct play_view *v, struct play_song *s, unsigned how)
{
	struct play_line line;
	char text[PLAY_LINE_BYTES];

	if (s->chasing)
		return;
	play_view_tick(v, s->tick);
	memset(&line, 0, sizeof(line));
	line.view = v;
	line.percent = s->clock.percent;
	line.lyrics = how & 1;
	CHECK(play_line(&line, text, how % 90) <= how % 90);
}

/* The options that a file is played with depend on its bytes. */
static void
fuzz_smf_options(struct play_options *opt, unsigned how)
{
	size_t i;

	memset(opt, 0, sizeof(*opt));
	opt->percent = how & 0x10 ? 73 : 100;
	opt->rate = how & 0x20 ? 3125 : 0;
	opt->transpose = (int)(how % 5) - 2;
	opt->route.units[1] = 1;
	opt->route.nunits = 2;
	opt->route.rules[0].from = "Synth";
	opt->route.rules[0].unit = 2;
	opt->route.nrules = 1;
	for (i = 0; i < PLAY_CHASE_CHANNELS; i++)
		opt->program[i] = how & 0x40 ? (int)i : -1;
	if (how & 0x80)
		CHECK(play_pick_parse(&opt->mute, "3-5,t2"));
	if (how & 0x100)
		CHECK(play_place_parse(&opt->from,
		    how & 0x200 ? "m2.2" : "0:0.7"));
	if (how & 0x400)
		CHECK(play_place_parse(&opt->to, "m4"));
}

static void
fuzz_smf_play(const uint8_t *data, size_t size, unsigned how)
{
	static struct midi_notes notes[4];
	static struct play_view view;
	struct play_options opt;
	struct play_out out;
	struct play_song s;
	size_t i, steps;

	fuzz_smf_options(&opt, how);
	memset(&out, 0, sizeof(out));
	out.fd = -1;
	out.exact = (how & 8) == 0;
	for (i = 0; i < 4; i++)
		midi_notes_init(&notes[i]);
	if (play_song_open(&s, &out, &opt, &view, "file", data, size)) {
		play_view_init(&view, &s.read, "file", true);
		CHECK(play_song_begin(&s, &opt.from) == 0);
		for (steps = 0; play_song_step(&s); steps++) {
			CHECK(steps <= 2 * size + 2);
			fuzz_smf_records(&out, notes);
			play_out_drop(&out);
			fuzz_smf_look(&view, &s, how + (unsigned)steps);
		}
		fuzz_smf_records(&out, notes);
		CHECK(s.ended && s.send.pace.count == 0);
		for (i = 0; i < 4; i++)
			CHECK(midi_notes_silent(&notes[i]));
	}
	play_song_close(&s);
	play_out_free(&out);
}

static void
fuzz_smf_scan(const struct smf_read *r)
{
	struct play_scan scan;

	CHECK(play_scan_open(&scan, r));
	while (!scan.done)
		play_scan_step(&scan);
	play_scan_ns(&scan);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smf_cursor *cursors;
	struct smf_error err;
	struct smf_read r;
	uint64_t *heap;
	unsigned how;
	size_t i;

	for (how = 0, i = 0; i < size; i++)
		how = how * 31 + data[i];
	if (smf_read_open(&r, data, size, &err)) {
		CHECK(r.tracks >= 1 && r.tracks <= r.declared);
		cursors = calloc(r.tracks, sizeof(*cursors));
		heap = calloc(r.tracks, sizeof(*heap));
		CHECK(cursors != NULL && heap != NULL);
		smf_read_cursors(&r, cursors);
		for (i = 0; i < r.tracks && i < 16; i++)
			fuzz_smf_again(&r, &cursors[i], how & 1);
		fuzz_smf_merge(&r, cursors, heap);
		fuzz_smf_scan(&r);
		free(cursors);
		free(heap);
	} else {
		CHECK(err.offset <= size);
	}
	fuzz_smf_play(data, size, how);
	return 0;
}
