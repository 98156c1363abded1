/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midirecord.c: midirecord(1), record what the sequencer receives as a MIDI
 * file.
 *
 * The wait for records, and the ways to stop are here; record_take.c makes
 * events of records, record_tracks.c has the tracks that they go to,
 * record_file.c keeps the file, record_append.c what was in it, and
 * record_click.c is the metronome.
 *
 * A signal, the time limit, the end of the input and an error all stop a
 * recording the same way: what had come by then is read, finished and kept.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filebuf.h"
#include "midirecord.h"
#include "record_append.h"
#include "record_click.h"
#include "record_file.h"
#include "record_take.h"
#include "record_tracks.h"
#include "seqdev.h"
#include "stopsig.h"

/* RECORD_TAKE_STEP_US each. */
#define TIMEBASE	10000
#define TEMPO_BPM	300

struct midirecord {
	struct midirecord_options opt;
	struct record_append	append;
	struct record_file	file;
	struct record_take	take;
	struct record_tracks	tracks;
	struct record_click	click;
	struct seqdev		dev;
	struct filebuf		old;		/* what is appended to */
	uint64_t		deadline_ns;	/* 0: none */
	uint8_t			*buf;
	size_t			used;		/* bytes in buf */
	int			raw;		/* -1: none */
	bool			appending;
	bool			failed;
};

static struct record_file *midirecord_unfinished;

/* No way out of the program leaves a temporary file behind. */
static void
midirecord_cleanup(void)
{

	record_file_abandon(midirecord_unfinished);
}

/* A request of the sequencer's timer.  With -f the node may be something
 * that has no timer, a file of records perhaps. */
static void
midirecord_timer(const struct midirecord *mr, unsigned long request,
    int value, const char *what)
{
	int got;

	got = value;
	if (ioctl(mr->dev.fd, request, &got) == -1) {
		if (mr->opt.node == NULL)
			err(1, "%s: %s", mr->dev.path, what);
		if (!mr->opt.quiet)
			warn("%s: %s", mr->dev.path, what);
	} else if (got != value) {
		errx(1, "%s: %s is %d instead of %d", mr->dev.path, what, got,
		    value);
	}
}

/* From one click of the metronome to the next. */
static uint64_t
midirecord_click_ps(const struct midirecord_options *opt)
{

	return (uint64_t)opt->take.beat_us * 4000000 >> opt->lg2denom;
}

/* The count-in, in divisions of the sequencer; notes that are a little early
 * for the beat behind it belong to that. */
static void
midirecord_count_in(struct midirecord_options *opt)
{
	const uint64_t step_ps = (uint64_t)RECORD_TAKE_STEP_US * 1000000;
	const uint64_t click_ps = midirecord_click_ps(opt);

	opt->take.origin = (click_ps * opt->count_in * opt->beats +
	    step_ps / 2) / step_ps;
	opt->take.early = click_ps / 4 / step_ps;
}

/* Open the sequencer, and let its time begin. */
static void
midirecord_start(struct midirecord *mr)
{
	uint64_t now_ns;
	int flags;

	flags = fcntl(mr->dev.fd, F_GETFL);
	if (flags == -1 ||
	    fcntl(mr->dev.fd, F_SETFL, flags | O_NONBLOCK) == -1)
		err(1, "%s", mr->dev.path);
	midirecord_timer(mr, SEQUENCER_TMR_TIMEBASE, TIMEBASE, "timebase");
	midirecord_timer(mr, SEQUENCER_TMR_TEMPO, TEMPO_BPM, "tempo");
	midirecord_timer(mr, SEQUENCER_TMR_START, 0, "start of the timer");
	now_ns = stopsig_now_ns();
	if (mr->opt.limit_ns != 0)
		mr->deadline_ns = now_ns + mr->opt.limit_ns +
		    mr->opt.take.origin * RECORD_TAKE_STEP_US * 1000;
	if (mr->opt.click != NULL)
		record_click_start(&mr->click, now_ns,
		    midirecord_click_ps(&mr->opt), mr->opt.beats);
	if (mr->opt.verbose)
		warnx("recording from %s to %s, %u ticks per beat",
		    mr->dev.path, mr->opt.file, mr->opt.take.division);
}

static void
midirecord_open_device(struct midirecord *mr)
{
	const char *node;
	int error;

	node = mr->opt.node != NULL ? mr->opt.node : getenv("MIDIDEVICE");
	error = seqdev_open(&mr->dev, node, O_RDONLY);
	if (error != 0) {
		errno = error;
		err(1, "%s", mr->dev.path);
	}
	midirecord_choose_devices(&mr->opt, &mr->dev);
}

/* Load what is appended to, if there is anything. */
static void
midirecord_load(struct midirecord *mr)
{
	struct smf_error error;
	int e;

	if (strcmp(mr->opt.file, "-") == 0)
		errx(1, "cannot append to standard output");
	e = filebuf_load(&mr->old, mr->opt.file);
	if (e != 0 && e != ENOENT) {
		errno = e;
		err(1, "%s", mr->opt.file);
	}
	if (e != 0 || mr->old.size == 0)
		return;
	if (!record_append_open(&mr->append, mr->old.data, mr->old.size,
	    &error))
		errx(1, "%s: byte %zu: %s", mr->opt.file, error.offset,
		    error.reason);
	mr->appending = true;
	if (mr->opt.take.division != mr->append.read.division &&
	    mr->opt.division_given && !mr->opt.quiet)
		warnx("%s: keeps its %u ticks per beat", mr->opt.file,
		    mr->append.read.division);
	mr->opt.take.division = mr->append.read.division;
}

/* Begin the tracks: with the tempo, unless that goes to a track that is there
 * already. */
static int
midirecord_begin_tracks(struct midirecord *mr)
{
	const uint8_t signature[4] = {
		(uint8_t)mr->opt.beats, (uint8_t)mr->opt.lg2denom,
		(uint8_t)(96 >> mr->opt.lg2denom), 8
	};
	struct smf_write *w;

	record_tracks_init(&mr->tracks, mr->opt.split, &mr->file, &mr->dev);
	record_take_init(&mr->take, &mr->opt.take, record_tracks_choose,
	    &mr->tracks, mr->append.end_tick);
	/* Without events there is a track all the same. */
	if (mr->appending)
		w = mr->opt.split != 0 ? NULL :
		    record_tracks_choose(&mr->tracks, 0, -1);
	else {
		w = record_tracks_lead(&mr->tracks, mr->opt.format == 0);
		if (w == NULL)
			return mr->tracks.error;
		smf_write_tempo(w, 0, mr->opt.take.beat_us);
		if (mr->opt.beats != 0)
			smf_write_meta(w, 0, SMF_META_TIMESIG, signature,
			    sizeof(signature));
	}
	return mr->tracks.error;
}

static void
midirecord_open_file(struct midirecord *mr)
{
	int error;

	mr->raw = -1;
	if (mr->opt.append)
		midirecord_load(mr);
	if (mr->opt.format == -1)
		mr->opt.format = mr->appending || mr->opt.split != 0;
	error = record_file_open(&mr->file, mr->opt.file);
	if (error == 0) {
		midirecord_unfinished = &mr->file;
		atexit(midirecord_cleanup);
		/* What was there, and some more, also has to find room. */
		error = record_file_reserve(&mr->file, mr->old.size);
	}
	if (error == 0)
		error = midirecord_begin_tracks(mr);
	if (error != 0) {
		errno = error;
		err(1, "%s", mr->opt.file);
	}
	mr->tracks.bytes += mr->old.size;
	if (mr->opt.raw != NULL) {
		mr->raw = open(mr->opt.raw,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (mr->raw == -1)
			err(1, "%s", mr->opt.raw);
	}
}

static void
midirecord_debug(const struct midirecord *mr, const seq_event_t *rec)
{
	size_t i;

	fprintf(stderr, "tick %" PRIu64 ":", record_take_tick(&mr->take));
	for (i = 0; i < sizeof(rec->arr); i++)
		fprintf(stderr, " %02x", rec->arr[i]);
	fputc('\n', stderr);
}

/* Take in the records in the buffer.  0 or an errno of the file. */
static int
midirecord_records(struct midirecord *mr)
{
	seq_event_t rec;
	size_t at;
	int error;

	error = 0;
	for (at = 0; error == 0 && mr->used - at >= sizeof(rec);
	    at += sizeof(rec)) {
		memcpy(&rec, mr->buf + at, sizeof(rec));
		error = record_take_record(&mr->take, &rec);
		if (mr->tracks.error != 0)
			error = mr->tracks.error;
		if (mr->opt.debug)
			midirecord_debug(mr, &rec);
	}
	mr->used -= at;
	memmove(mr->buf, mr->buf + at, mr->used);
	return error;
}

/* Keep what came in the raw file as well. */
static void
midirecord_keep_raw(struct midirecord *mr, const uint8_t *data, size_t n)
{

	if (mr->raw == -1 || write(mr->raw, data, n) == (ssize_t)n)
		return;
	warn("%s", mr->opt.raw);
	close(mr->raw);
	mr->raw = -1;
	mr->failed = true;
}

/* Read what has come.  False when nothing more will be taken. */
static bool
midirecord_read(struct midirecord *mr)
{
	ssize_t got;
	int error;

	got = read(mr->dev.fd, mr->buf + mr->used,
	    mr->opt.buffer_bytes - mr->used);
	if (got == 0)
		return false;
	if (got == -1) {
		if (errno == EAGAIN || errno == EINTR)
			return true;
		warn("%s", mr->dev.path);
		mr->failed = true;
		return false;
	}
	midirecord_keep_raw(mr, mr->buf + mr->used, (size_t)got);
	mr->used += (size_t)got;
	error = midirecord_records(mr);
	if (error == 0)
		return true;
	warnx("%s: %s", mr->opt.file, strerror(error));
	mr->failed = true;
	return false;
}

/* The earlier one of two times, 0 for never. */
static uint64_t
midirecord_earlier(uint64_t a, uint64_t b)
{

	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Wait until there is something to read; false when it is time to stop. */
static bool
midirecord_wait(struct midirecord *mr)
{
	struct pollfd pfd = { .fd = mr->dev.fd, .events = POLLIN };

	for (;;) {
		record_click_run(&mr->click, stopsig_now_ns());
		switch (stopsig_wait(&pfd, 1, midirecord_earlier(
		    mr->deadline_ns, record_click_due_ns(&mr->click)))) {
		case STOPSIG_READY:
			return true;
		case STOPSIG_SIGNAL:
			return false;
		case STOPSIG_TIME:
			if (mr->deadline_ns != 0 &&
			    stopsig_now_ns() >= mr->deadline_ns)
				return false;
			break;
		case STOPSIG_ERROR:
			warn("%s", mr->dev.path);
			mr->failed = true;
			return false;
		}
	}
}

/* Write the file: header, what was there, the tracks of the take. */
static int
midirecord_write(struct midirecord *mr)
{
	uint8_t head[SMF_WRITE_HEADER_BYTES];
	unsigned tracks;
	int error;

	tracks = record_tracks_count(&mr->tracks);
	if (mr->appending)
		tracks += mr->append.read.tracks;
	if (tracks > UINT16_MAX)
		return EFBIG;
	error = smf_write_header(head, (unsigned)mr->opt.format, tracks,
	    mr->opt.take.division);
	if (error == 0)
		error = record_file_put(&mr->file, head, sizeof(head));
	if (error == 0 && mr->appending)
		error = record_append_copy(&mr->append, &mr->file,
		    mr->opt.take.beat_us);
	if (error == 0)
		error = record_tracks_write(&mr->tracks, mr->take.last_tick);
	if (error == 0)
		error = record_file_commit(&mr->file);
	return error;
}

static void
midirecord_finish(struct midirecord *mr)
{
	int error;

	record_click_close(&mr->click);
	(void)record_take_end(&mr->take);
	error = midirecord_write(mr);
	if (error != 0) {
		errno = error;
		err(1, "%s", mr->opt.file);
	}
	if (mr->opt.verbose)
		warnx("%" PRIu64 " events in %s", mr->take.events,
		    mr->opt.file);
	record_tracks_free(&mr->tracks);
}

int
main(int argc, char **argv)
{
	static struct midirecord mr;
	bool waiting;

	midirecord_options(&mr.opt, argc, argv);
	mr.buf = malloc(mr.opt.buffer_bytes);
	if (mr.buf == NULL)
		err(1, NULL);
	stopsig_catch();
	midirecord_open_device(&mr);
	mr.click.fd = -1;
	if (mr.opt.click != NULL) {
		record_click_open(&mr.click, mr.opt.click);
		midirecord_count_in(&mr.opt);
	}
	midirecord_open_file(&mr);
	midirecord_start(&mr);
	do
		waiting = midirecord_wait(&mr);
	while (midirecord_read(&mr) && waiting);
	midirecord_finish(&mr);
	record_append_free(&mr.append);
	filebuf_free(&mr.old);
	free(mr.buf);
	return mr.failed ? 1 : 0;
}
