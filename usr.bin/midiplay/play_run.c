/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_run.c: play one file.
 *
 * One loop serves it all: the song writes records, the sequencer takes them,
 * and whoever has to wait waits here, for room, for a key, for a signal, or
 * for the next look at where the music is.
 *
 * The sequencer has a part of the song that is not heard yet.  So to pause, or
 * to go elsewhere, is to reset it, which ends all notes at once, and to begin
 * anew at a place; it is known from the sequencer's position which place is
 * heard.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play_key.h"
#include "play_line.h"
#include "play_run.h"
#include "play_scan.h"
#include "play_signal.h"
#include "play_term.h"

#define LOOK_MS		100		/* between two looks at the music */
#define STEPS		4096		/* between two looks at keys, signals */
#define SKIP_NS		UINT64_C(5000000000)	/* by a key */
#define AGAIN_NS	UINT64_C(2000000000)	/* this is the beginning */
#define SPEED_STEP	5		/* per cent, by a key */
#define SPEED_MIN	10
#define SPEED_MAX	1000		/* play_clock.c has room for that */

/* One file while it is played. */
struct play_run_state {
	struct play_run	*run;
	struct play_song song;
	struct play_view *view;		/* NULL: nobody looks */
	struct play_scan scan;
	struct play_key_state keys;
	enum play_run_end end;
	unsigned	pass;
	bool		paused;
	bool		done;
};

static void
play_run_leave(struct play_run_state *st, enum play_run_end end)
{

	st->end = end;
	st->done = true;
}

/* Go on if there was no error, an errno. */
static bool
play_run_must(struct play_run_state *st, int error)
{

	if (error == 0)
		return true;
	play_out_reset(&st->run->out);
	st->run->error = error;
	play_run_leave(st, PLAY_RUN_FAILED);
	return false;
}

/*
 * Where the music is, and going elsewhere.
 */

/* See what is heard now. */
static void
play_run_look(struct play_run_state *st)
{
	uint64_t division;

	if (st->view == NULL || st->song.chasing || st->paused)
		return;
	if (!play_run_must(st, play_out_position(&st->run->out, &division)))
		return;
	/* A tempo that is passed changes how ticks are told in steps. */
	play_view_tick(st->view, play_song_tick(&st->song, division));
	play_view_tick(st->view, play_song_tick(&st->song, division));
}

/* The place that is heard. */
static struct play_place
play_run_here(struct play_run_state *st)
{
	struct play_place here;
	uint64_t division;

	if (st->song.chasing)
		return st->song.from;
	here.kind = PLAY_PLACE_TICK;
	here.beat = 1;
	here.value = 0;
	if (st->view != NULL) {
		play_run_look(st);
		here.value = st->view->tick;
	} else if (st->song.clock.beats &&
	    play_out_position(&st->run->out, &division) == 0) {
		here.value = play_clock_tick(&st->song.clock, NULL, division);
	} else {
		here.value = st->song.tick;
	}
	return here;
}

/* Be silent, and go to a place.  We are there at once, for the next key may
 * go on from it. */
static void
play_run_go(struct play_run_state *st, const struct play_place *to)
{

	play_out_reset(&st->run->out);
	if (!play_run_must(st, play_song_begin(&st->song, to)))
		return;
	while (st->song.chasing && play_signal_caught() == 0 &&
	    play_song_step(&st->song))
		continue;
	if (st->paused)
		play_out_drop(&st->run->out);
	play_run_must(st, st->song.send.error);
}

static void
play_run_pause(struct play_run_state *st)
{
	struct play_place here;

	here = play_run_here(st);
	st->paused = !st->paused;
	play_run_go(st, &here);
}

/* The signal that ends or stops us. */
static void
play_run_signal(struct play_run_state *st)
{
	struct play_place here;

	here = play_run_here(st);
	play_out_reset(&st->run->out);
	play_term_leave();
	if (play_signal_caught() != SIGTSTP)
		fflush(stdout);
	play_signal_obey();
	/* Stopped, and continued. */
	play_signal_catch();
	play_term_enter();
	play_run_go(st, &here);
}

/*
 * Keys.
 */

static void
play_run_skip(struct play_run_state *st, bool forth)
{
	struct play_place to;
	uint64_t now;

	play_run_look(st);
	now = play_view_ns(st->view);
	to.kind = PLAY_PLACE_TIME;
	to.beat = 1;
	to.value = forth ? now + SKIP_NS : now > SKIP_NS ? now - SKIP_NS : 0;
	play_run_go(st, &to);
}

static void
play_run_bar(struct play_run_state *st, bool forth)
{
	struct play_place to;
	unsigned beat, part;

	if (st->view->smpte)
		return;
	play_run_look(st);
	smf_bar_at(&st->view->bar, st->view->tick, &to.value, &beat, &part);
	to.kind = PLAY_PLACE_BAR;
	to.beat = 1;
	if (forth)
		to.value++;
	else if (to.value > 1 && beat == 1)
		to.value--;
	play_run_go(st, &to);
}

static void
play_run_speed(struct play_run_state *st, int by)
{
	int percent;

	percent = by == 0 ? 100 : (int)st->song.clock.percent + by;
	if (percent < SPEED_MIN)
		percent = SPEED_MIN;
	if (percent > SPEED_MAX)
		percent = SPEED_MAX;
	/* It stays for the files that follow. */
	st->run->opt.percent = (unsigned)percent;
	play_run_must(st, play_song_percent(&st->song, (unsigned)percent));
}

static void
play_run_previous(struct play_run_state *st)
{
	const struct play_place *from;

	play_run_look(st);
	from = &st->run->opt.from;
	if (play_view_ns(st->view) > AGAIN_NS)
		play_run_go(st, from);
	else
		play_run_leave(st, PLAY_RUN_PREVIOUS);
}

static void
play_run_help(void)
{
	const char *line;
	size_t i;

	play_term_clear();
	for (i = 0; (line = play_key_help(i)) != NULL; i++)
		printf("%s\n", line);
}

static void
play_run_start(struct play_run_state *st)
{
	struct play_place start;

	memset(&start, 0, sizeof(start));
	play_run_go(st, &start);
}

static void
play_run_key(struct play_run_state *st, enum play_key key)
{

	switch (key) {
	case PLAY_KEY_PAUSE:
		play_run_pause(st);
		break;
	case PLAY_KEY_BACK:
	case PLAY_KEY_FORTH:
		play_run_skip(st, key == PLAY_KEY_FORTH);
		break;
	case PLAY_KEY_BAR_BACK:
	case PLAY_KEY_BAR_FORTH:
		play_run_bar(st, key == PLAY_KEY_BAR_FORTH);
		break;
	case PLAY_KEY_START:
		play_run_start(st);
		break;
	case PLAY_KEY_SLOWER:
	case PLAY_KEY_FASTER:
	case PLAY_KEY_TEMPO:
		play_run_speed(st, key == PLAY_KEY_TEMPO ? 0 :
		    key == PLAY_KEY_FASTER ? SPEED_STEP : -SPEED_STEP);
		break;
	case PLAY_KEY_NEXT:
		play_run_leave(st, PLAY_RUN_NEXT);
		break;
	case PLAY_KEY_PREVIOUS:
		play_run_previous(st);
		break;
	case PLAY_KEY_LYRICS:
		st->run->lyrics = !st->run->lyrics;
		break;
	case PLAY_KEY_HELP:
		play_run_help();
		break;
	case PLAY_KEY_QUIT:
		play_run_leave(st, PLAY_RUN_QUIT);
		break;
	default:
		break;
	}
}

static void
play_run_keys(struct play_run_state *st)
{
	char bytes[64];
	size_t i, n;

	n = play_term_read(bytes, sizeof(bytes));
	for (i = 0; i < n && !st->done; i++)
		play_run_key(st, play_key_byte(&st->keys, bytes[i]));
	/* What the sequencer has is not to be heard. */
	if (st->done && st->end != PLAY_RUN_FAILED)
		play_out_reset(&st->run->out);
}

/*
 * The loop.
 */

static void
play_run_show(struct play_run_state *st)
{
	char text[PLAY_LINE_BYTES];
	struct play_line line;
	size_t columns;

	if (st->view == NULL || !play_term_shows())
		return;
	play_run_look(st);
	line.view = st->view;
	line.total_ns = play_scan_ns(&st->scan);
	line.percent = st->song.clock.percent;
	line.paused = st->paused;
	line.lyrics = st->run->lyrics;
	columns = play_line(&line, text, play_term_columns());
	play_term_line(text, columns);
}

/* Have the song write more.  True: it could write more at once. */
static bool
play_run_produce(struct play_run_state *st)
{
	unsigned i;

	if (st->paused)
		return false;
	for (i = 0; i < STEPS; i++) {
		if (play_out_pending(&st->run->out) >= PLAY_OUT_RECORDS ||
		    (st->view != NULL && play_view_full(st->view)))
			return false;
		if (!play_song_step(&st->song)) {
			play_run_must(st, st->song.send.error);
			return false;
		}
	}
	return true;
}

/* All is written and heard: once more, or the end. */
static void
play_run_pass(struct play_run_state *st)
{
	int error;

	error = play_out_sync(&st->run->out);
	if (error == EINTR || !play_run_must(st, error))
		return;
	if (st->run->passes == 0 || ++st->pass < st->run->passes)
		play_run_must(st, play_song_begin(&st->song,
		    &st->run->opt.from));
	else
		play_run_leave(st, PLAY_RUN_NEXT);
}

/* Is all that was written heard, too? */
static bool
play_run_heard(struct play_run_state *st)
{
	uint64_t division;

	if (st->view == NULL)
		return true;	/* to be waited for in one request */
	return play_out_position(&st->run->out, &division) != 0 ||
	    division >= st->song.send.written;
}

/* Is there something to do at once, the writing done as far as possible? */
static bool
play_run_ready(const struct play_run_state *st, bool full)
{

	return !full && !st->paused && !st->song.ended &&
	    (st->view == NULL || !play_view_full(st->view));
}

/* Wait for something to do. */
static void
play_run_wait(struct play_run_state *st, bool more, bool full)
{
	struct pollfd fds[2];
	int keys, ms;

	keys = play_term_keys();
	fds[0].fd = full ? st->run->out.fd : -1;
	fds[0].events = POLLOUT;
	fds[1].fd = keys;
	fds[1].events = POLLIN;
	fds[1].revents = 0;
	ms = more || (st->view != NULL && !st->scan.done) ? 0 :
	    st->view != NULL || !full ? LOOK_MS : -1;
	play_signal_poll(fds, 2, ms);
	if (keys != -1 && fds[1].revents != 0)
		play_run_keys(st);
}

static void
play_run_loop(struct play_run_state *st)
{
	bool full, more;
	int error;

	while (!st->done) {
		if (play_signal_caught() != 0)
			play_run_signal(st);
		more = play_run_produce(st);
		if (st->done)
			break;
		error = st->paused ? 0 : play_out_write(&st->run->out);
		full = error == EAGAIN;
		if (!full && !play_run_must(st, error))
			break;
		if (st->song.ended && !full && !st->paused &&
		    play_run_heard(st)) {
			play_run_pass(st);
			continue;
		}
		if (st->view != NULL && !more && !st->scan.done)
			play_scan_step(&st->scan);
		play_run_show(st);
		if (!st->done)
			play_run_wait(st, more || play_run_ready(st, full),
			    full);
	}
}

/* Without a device nobody waits for anything. */
static void
play_run_dry(struct play_run_state *st)
{

	while (play_song_step(&st->song))
		play_out_write(&st->run->out);
	play_out_write(&st->run->out);
	play_run_must(st, st->song.send.error);
}

static void
play_run_sound(struct play_run_state *st)
{

	play_signal_catch();
	play_term_enter();
	play_run_loop(st);
	play_term_leave();
	play_signal_release();
}

/* Play a song that is open. */
static void
play_run_song(struct play_run_state *st, const char *name)
{
	const char *slash;

	if (st->view != NULL) {
		slash = strrchr(name, '/');
		play_view_init(st->view, &st->song.read,
		    slash != NULL ? slash + 1 : name, play_term_utf8());
		play_scan_open(&st->scan, &st->song.read);
	}
	if (play_run_must(st, play_song_begin(&st->song,
	    &st->run->opt.from))) {
		if (st->run->out.fd != -1)
			play_run_sound(st);
		else
			play_run_dry(st);
	}
	play_scan_close(&st->scan);
	play_song_verdict(&st->song);
}

enum play_run_end
play_run(struct play_run *run, const char *name, const void *data,
    size_t size)
{
	struct play_run_state st;

	memset(&st, 0, sizeof(st));
	st.run = run;
	if (run->out.fd != -1 && play_term_there()) {
		st.view = malloc(sizeof(*st.view));
		if (st.view == NULL) {
			run->error = ENOMEM;
			return PLAY_RUN_FAILED;
		}
	}
	if (play_song_open(&st.song, &run->out, &run->opt, st.view, name, data,
	    size))
		play_run_song(&st, name);
	if (st.song.damaged)
		run->damaged = true;
	play_song_close(&st.song);
	free(st.view);
	return st.end;
}
