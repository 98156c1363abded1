/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midirecord.c: midirecord(1), record what the sequencer receives as a MIDI
 * file.
 *
 * Options, the wait for records, and the ways to stop are here;
 * record_take.c makes events of records, record_file.c keeps the file.
 *
 * A signal, the time limit, the end of the input and an error all stop a
 * recording the same way: what had come by then is read, finished and kept.
 * Signals are blocked but in pselect(2), and the node does not block, so that
 * none is missed.
 */

#include <sys/ioctl.h>
#include <sys/select.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "filebuf.h"
#include "midirecord.h"
#include "record_append.h"
#include "record_file.h"
#include "record_take.h"
#include "seqdev.h"

/* RECORD_TAKE_STEP_US each. */
#define TIMEBASE	10000
#define TEMPO_BPM	300

struct midirecord {
	struct midirecord_options opt;
	struct record_append	append;
	struct record_file	file;
	struct record_take	take;
	struct smf_write	track;
	struct seqdev		dev;
	struct filebuf		old;		/* what is appended to */
	uint64_t		track_at;	/* offset of its chunk */
	uint64_t		deadline_ns;	/* 0: none */
	uint8_t			*buf;
	size_t			used;		/* bytes in buf */
	int			raw;		/* -1: none */
	bool			appending;
	bool			failed;
};

static volatile sig_atomic_t midirecord_stopped;
static struct record_file *midirecord_unfinished;

/* No way out of the program leaves a temporary file behind. */
static void
midirecord_cleanup(void)
{

	record_file_abandon(midirecord_unfinished);
}

static void
midirecord_signal(int sig)
{

	midirecord_stopped = sig;
}

/* Catch the signals that stop a recording, and block them. */
static void
midirecord_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = midirecord_signal;
	sigfillset(&sa.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaction(signals[i], &sa, NULL);
		sigaddset(&set, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static uint64_t
midirecord_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
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

/* Open the sequencer, and let its time begin. */
static void
midirecord_start(struct midirecord *mr)
{
	int flags;

	flags = fcntl(mr->dev.fd, F_GETFL);
	if (flags == -1 ||
	    fcntl(mr->dev.fd, F_SETFL, flags | O_NONBLOCK) == -1)
		err(1, "%s", mr->dev.path);
	midirecord_timer(mr, SEQUENCER_TMR_TIMEBASE, TIMEBASE, "timebase");
	midirecord_timer(mr, SEQUENCER_TMR_TEMPO, TEMPO_BPM, "tempo");
	midirecord_timer(mr, SEQUENCER_TMR_START, 0, "start of the timer");
	if (mr->opt.limit_ns != 0)
		mr->deadline_ns = midirecord_now_ns() + mr->opt.limit_ns;
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

/* Begin the file: all that comes before the take's first event. */
static int
midirecord_begin(struct midirecord *mr)
{
	uint8_t head[SMF_WRITE_HEADER_BYTES];
	struct record_file *rf;
	int error;

	rf = &mr->file;
	error = record_file_open(rf, mr->opt.file);
	if (error != 0)
		return error;
	midirecord_unfinished = rf;
	atexit(midirecord_cleanup);
	smf_write_header(head, mr->appending ? 1 : 0,
	    mr->appending ? mr->append.read.tracks + 1U : 1,
	    mr->opt.take.division);
	error = record_file_reserve(rf, RECORD_TAKE_EVENT_BYTES);
	if (error == 0)
		error = record_file_put(rf, head, sizeof(head));
	if (error == 0 && mr->appending)
		error = record_append_copy(&mr->append, rf,
		    mr->opt.take.beat_us);
	mr->track_at = record_file_size(rf);
	smf_write_chunk(head, 0);
	if (error == 0)
		error = record_file_put(rf, head, SMF_WRITE_CHUNK_BYTES);
	smf_write_begin(&mr->track, record_file_put, rf, true);
	if (!mr->appending)
		smf_write_tempo(&mr->track, 0, mr->opt.take.beat_us);
	record_take_init(&mr->take, &mr->opt.take, &mr->track,
	    mr->append.end_tick);
	if (error == 0)
		error = mr->track.error;
	return error;
}

static void
midirecord_open_file(struct midirecord *mr)
{
	int error;

	mr->raw = -1;
	if (mr->opt.append)
		midirecord_load(mr);
	error = midirecord_begin(mr);
	if (error != 0) {
		errno = error;
		err(1, "%s", mr->opt.file);
	}
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
		error = record_file_reserve(&mr->file,
		    RECORD_TAKE_EVENT_BYTES);
		if (error == 0)
			error = record_take_record(&mr->take, &rec);
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

/* Wait until there is something to read; false when it is time to stop. */
static bool
midirecord_wait(struct midirecord *mr)
{
	struct timespec ts;
	fd_set set;
	sigset_t none;
	uint64_t left_ns, now_ns;
	int n;

	sigemptyset(&none);
	for (;;) {
		left_ns = 0;
		if (mr->deadline_ns != 0) {
			now_ns = midirecord_now_ns();
			if (now_ns >= mr->deadline_ns)
				return false;
			left_ns = mr->deadline_ns - now_ns;
		}
		ts.tv_sec = (time_t)(left_ns / 1000000000);
		ts.tv_nsec = (long)(left_ns % 1000000000);
		FD_ZERO(&set);
		FD_SET(mr->dev.fd, &set);
		n = pselect(mr->dev.fd + 1, &set, NULL, NULL,
		    mr->deadline_ns != 0 ? &ts : NULL, &none);
		if (midirecord_stopped)
			return false;
		if (n > 0)
			return true;
		if (n == -1 && errno != EINTR) {
			warn("%s", mr->dev.path);
			mr->failed = true;
			return false;
		}
	}
}

static void
midirecord_finish(struct midirecord *mr)
{
	uint8_t head[SMF_WRITE_CHUNK_BYTES];
	int error;

	error = record_take_end(&mr->take);
	smf_write_chunk(head, mr->track.length);
	if (error == 0)
		error = record_file_patch(&mr->file, mr->track_at, head,
		    sizeof(head));
	if (error == 0)
		error = record_file_commit(&mr->file);
	if (error != 0) {
		errno = error;
		err(1, "%s", mr->opt.file);
	}
	if (mr->opt.verbose)
		warnx("%" PRIu64 " events in %s", mr->take.events,
		    mr->opt.file);
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
	midirecord_signals();
	midirecord_open_device(&mr);
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
