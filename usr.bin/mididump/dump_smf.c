/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_smf.c: a Standard MIDI File as text.
 *
 * All tracks are shown together in the order of time, as they would be played,
 * those of format 2 one after the other.  Nothing is left out: what the reader
 * does not understand is told with its place, and the rest goes on.
 */

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump_smf.h"
#include "filebuf.h"
#include "msgtext.h"
#include "smf_merge.h"
#include "smf_tempo.h"

struct dump_smf {
	struct mididump_options *opt;
	const char	*name;
	struct smf_read	read;
	struct smf_cursor *cursors;
	uint64_t	*heap;
	struct smf_tempo tempo;
	struct dump_place at;
	bool		damaged;
};

/* What a meta event has in it. */
enum smf_data { SMF_BYTES, SMF_TEXT, SMF_NUMBER, SMF_TIMESIG, SMF_KEY };

static const struct {
	uint8_t		type;
	enum smf_data	data;
	const char	*name;
} dump_smf_metas[] = {
	{ SMF_META_SEQNO, SMF_NUMBER, "sequence-number" },
	{ SMF_META_TEXT, SMF_TEXT, "text" },
	{ SMF_META_COPYRIGHT, SMF_TEXT, "copyright" },
	{ SMF_META_TRACK, SMF_TEXT, "track-name" },
	{ SMF_META_INSTRUMENT, SMF_TEXT, "instrument" },
	{ SMF_META_LYRIC, SMF_TEXT, "lyric" },
	{ SMF_META_MARKER, SMF_TEXT, "marker" },
	{ SMF_META_CUE, SMF_TEXT, "cue" },
	{ 0x08, SMF_TEXT, "program-name" },
	{ 0x09, SMF_TEXT, "device-name" },
	{ 0x20, SMF_NUMBER, "channel-prefix" },
	{ 0x21, SMF_NUMBER, "port" },
	{ SMF_META_END, SMF_BYTES, "end-of-track" },
	{ SMF_META_TEMPO, SMF_NUMBER, "tempo" },
	{ 0x54, SMF_BYTES, "smpte-offset" },
	{ SMF_META_TIMESIG, SMF_TIMESIG, "time-signature" },
	{ SMF_META_KEY, SMF_KEY, "key-signature" },
	{ 0x7f, SMF_BYTES, "sequencer-specific" },
};

/* A number of up to four bytes, high one first. */
static unsigned long
dump_smf_number(const struct smf_event *ev)
{
	unsigned long n = 0;
	uint32_t i;

	for (i = 0; i < ev->length && i < 4; i++)
		n = n << 8 | ev->data[i];
	return n;
}

static void
dump_smf_timesig(const struct smf_event *ev, bool json, FILE *f)
{

	fprintf(f, json ? ",\"numerator\":%u,\"denominator\":%lu,"
	    "\"clocks\":%u,\"notes32\":%u" : " %u/%lu %u %u", ev->data[0],
	    1UL << (ev->data[1] & 31), ev->data[2], ev->data[3]);
}

static void
dump_smf_key(const struct smf_event *ev, bool json, FILE *f)
{

	fprintf(f, json ? ",\"sharps\":%d,\"mode\":\"%s\"" : " %d %s",
	    (int8_t)ev->data[0], ev->data[1] != 0 ? "minor" : "major");
}

/* What is in the event, as far as it is long enough. */
static void
dump_smf_data(const struct smf_event *ev, enum smf_data data, bool json,
    FILE *f)
{

	if (data == SMF_TEXT) {
		fputs(json ? ",\"text\":" : " ", f);
		msgtext_json_string((const char *)ev->data, ev->length, f);
	} else if (data == SMF_NUMBER && ev->length != 0) {
		fprintf(f, json ? ",\"value\":%lu" : " %lu",
		    dump_smf_number(ev));
	} else if (data == SMF_TIMESIG && ev->length >= 4) {
		dump_smf_timesig(ev, json, f);
	} else if (data == SMF_KEY && ev->length >= 2) {
		dump_smf_key(ev, json, f);
	} else if (!json && ev->length != 0) {
		fputc(' ', f);
		msgtext_hex(ev->data, ev->length, f);
	}
}

static void
dump_smf_meta(struct dump_smf *ds, const struct smf_event *ev)
{
	const size_t n = sizeof(dump_smf_metas) / sizeof(dump_smf_metas[0]);
	const bool json = ds->opt->out.form == DUMP_OUT_JSON;
	enum smf_data data = SMF_BYTES;
	size_t i;
	char name[16];
	FILE *f;

	for (i = 0; i < n && dump_smf_metas[i].type != ev->type; i++)
		continue;
	snprintf(name, sizeof(name), "meta-%02x", ev->type);
	if (i < n && ds->opt->out.form != DUMP_OUT_HEX)
		data = dump_smf_metas[i].data;
	f = dump_out_open(&ds->opt->out, &ds->at,
	    i < n ? dump_smf_metas[i].name : name);
	if (f == NULL)
		return;
	dump_smf_data(ev, data, json, f);
	if (json) {
		fprintf(f, ",\"meta\":%u,", ev->type);
		msgtext_json_bytes(ev->data, ev->length, f);
	}
	dump_out_close(&ds->opt->out);
}

/* Bytes that go out as they are. */
static void
dump_smf_escape(struct dump_smf *ds, const struct smf_event *ev)
{
	FILE *f;

	f = dump_out_open(&ds->opt->out, &ds->at, "escape");
	if (f == NULL)
		return;
	if (ds->opt->out.form == DUMP_OUT_JSON) {
		fputc(',', f);
		msgtext_json_bytes(ev->data, ev->length, f);
	} else if (ev->length != 0) {
		fputc(' ', f);
		msgtext_hex(ev->data, ev->length, f);
	}
	dump_out_close(&ds->opt->out);
}

/* A message with the status before its data, which the file keeps apart. */
static void
dump_smf_message(struct dump_smf *ds, const struct smf_event *ev)
{
	uint8_t *msg;

	msg = malloc((size_t)ev->length + 1);
	if (msg == NULL)
		err(1, "%s", ds->name);
	msg[0] = ev->status;
	memcpy(msg + 1, ev->data, ev->length);
	dump_out_message(&ds->opt->out, &ds->at, msg,
	    (size_t)ev->length + 1, false);
	free(msg);
}

static void
dump_smf_event(struct dump_smf *ds, const struct smf_event *ev)
{

	ds->at.track = ev->track;
	ds->at.tick = ev->tick;
	ds->at.time_ns = ev->tick <= SMF_TEMPO_MAX_TICK ?
	    smf_tempo_ns(&ds->tempo, ev->tick) : UINT64_MAX;
	if (ev->status == SMF_META) {
		dump_smf_meta(ds, ev);
		if (ev->type == SMF_META_TEMPO &&
		    smf_event_tempo_us(ev) != 0 &&
		    ev->tick <= SMF_TEMPO_MAX_TICK)
			smf_tempo_set(&ds->tempo, ev->tick,
			    smf_event_tempo_us(ev));
	} else if (ev->flags & SMF_EVENT_CONTINUES) {
		if (ev->length != 0)
			dump_out_message(&ds->opt->out, &ds->at, ev->data,
			    ev->length, false);
	} else if (ev->status == SMF_ESCAPE) {
		dump_smf_escape(ds, ev);
	} else {
		dump_smf_message(ds, ev);
	}
}

static void
dump_smf_complain(struct dump_smf *ds, const struct smf_error *error)
{

	dump_out_flush(&ds->opt->out);
	warnx("%s: byte %zu: %s", ds->name, error->offset, error->reason);
	ds->damaged = true;
}

/* What is wrong with the file though it can be read. */
static void
dump_smf_notes(const struct dump_smf *ds)
{
	const struct smf_cursor *c;
	uint16_t i;

	if (ds->read.flags & SMF_READ_FEWER)
		warnx("%s: byte %zu: fewer tracks than announced", ds->name,
		    ds->read.end);
	for (i = 0; i < ds->read.tracks; i++) {
		c = &ds->cursors[i];
		if (c->flags & SMF_CURSOR_LENGTH)
			warnx("%s: byte %zu: a wrong length of track",
			    ds->name, c->chunk);
		if (c->flags & SMF_CURSOR_NO_END)
			warnx("%s: byte %zu: no end of track", ds->name,
			    c->end);
	}
}

static void
dump_smf_tracks(struct dump_smf *ds, uint16_t first, uint16_t n)
{
	struct smf_error error;
	struct smf_event ev;
	struct smf_merge merge;
	int got;

	smf_tempo_init(&ds->tempo, &ds->read);
	smf_merge_init(&merge, &ds->read, ds->cursors, ds->heap, first, n);
	while ((got = smf_merge_next(&merge, &ev, &error)) != 0 &&
	    !dump_out_is_full(&ds->opt->out)) {
		if (got == -1)
			dump_smf_complain(ds, &error);
		else
			dump_smf_event(ds, &ev);
	}
}

static void
dump_smf_header(struct dump_smf *ds)
{
	const struct smf_read *r = &ds->read;
	const bool json = ds->opt->out.form == DUMP_OUT_JSON;
	FILE *f;

	ds->at.port = -1;
	ds->at.track = 0;
	f = dump_out_open(&ds->opt->out, &ds->at, "header");
	if (f == NULL)
		return;
	fprintf(f, json ? ",\"format\":%u,\"tracks\":%u" :
	    " format %u tracks %u", r->format, r->tracks);
	if (r->beat_us != 0)
		fprintf(f, json ? ",\"fps\":%u,\"subdivisions\":%u" :
		    " fps %u subdivisions %u", r->fps, r->subdivs);
	else
		fprintf(f, json ? ",\"division\":%u" : " division %u",
		    r->division);
	dump_out_close(&ds->opt->out);
}

int
dump_smf(struct mididump_options *opt, const char *name, int fd,
    const uint8_t *begin, size_t n)
{
	struct dump_smf ds = { .opt = opt, .name = name };
	struct smf_error error;
	struct filebuf fb;
	unsigned i;

	errno = filebuf_rest(&fb, fd, begin, n);
	if (errno != 0)
		err(1, "%s", name);
	if (!smf_read_open(&ds.read, fb.data, fb.size, &error))
		errx(1, "%s: byte %zu: %s", name, error.offset, error.reason);
	ds.cursors = calloc(ds.read.tracks, sizeof(ds.cursors[0]));
	ds.heap = calloc(ds.read.tracks, sizeof(ds.heap[0]));
	if (ds.cursors == NULL || ds.heap == NULL)
		err(1, "%s", name);
	smf_read_cursors(&ds.read, ds.cursors);
	dump_smf_header(&ds);
	if (ds.read.format != 2)
		dump_smf_tracks(&ds, 0, ds.read.tracks);
	for (i = 0; ds.read.format == 2 && i < ds.read.tracks; i++)
		dump_smf_tracks(&ds, (uint16_t)i, 1);
	dump_out_flush(&opt->out);
	dump_smf_notes(&ds);
	free(ds.cursors);
	free(ds.heap);
	filebuf_free(&fb);
	return ds.damaged ? 1 : mididump_status(opt);
}
