/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midiplay.c: midiplay(1), play MIDI files through the sequencer.
 *
 * play_options.c understands the arguments, and play_run.c plays, one file at
 * a time.  A file that cannot be played is reported and left out: it makes
 * the exit status 1 and stops nothing.  A sequencer that fails does.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filebuf.h"
#include "play_options.h"
#include "play_run.h"
#include "play_signal.h"
#include "play_term.h"
#include "play_tune.h"
#include "seqrec.h"

#define AHEAD_MS	2000	/* music that the sequencer takes ahead; */
#define KEYS_MS		500	/* where keys can change what comes */

struct midiplay {
	struct play_arguments	arg;
	struct play_run		run;
	struct seqdev		dev;
	char			names[PLAY_ROUTE_UNITS][SEQDEV_NAME_BYTES];
	struct filebuf		input;		/* standard input, once read */
};

static void
midiplay_list(struct midiplay *mp)
{
	int error;

	error = seqdev_list(&mp->dev, mp->arg.node, stdout);
	if (error == ENOTTY)
		errx(1, "%s: not a sequencer", mp->dev.path);
	if (error == 0 && fflush(stdout) == 0)
		exit(0);
	errno = error != 0 ? error : errno;
	err(1, "%s", error != 0 ? mp->dev.path : "standard output");
}

/* Complain about a device that is played to but does not take anything, if
 * there is one. */
static void
midiplay_check(const struct midiplay *mp)
{
	char why[64];
	int i, unit;

	for (i = 0; i < PLAY_ROUTE_UNITS; i++) {
		unit = i;
		if (!play_route_used(&mp->arg.opt.route, (uint8_t)unit) ||
		    ioctl(mp->dev.fd, SEQUENCER_TESTMIDI, &unit) == 0 ||
		    errno != ENXIO)
			continue;
		seqdev_why(&mp->dev, i, why, sizeof(why));
		errx(1, "device %d, %s: %s", i,
		    mp->names[i][0] != '\0' ? mp->names[i] : "no name", why);
	}
}

/* Open the sequencer and find the devices. */
static void
midiplay_open(struct midiplay *mp)
{
	unsigned n;
	int error;

	error = seqdev_open(&mp->dev, mp->arg.node, O_WRONLY);
	if (error != 0) {
		errno = error;
		err(1, "%s", mp->dev.path);
	}
	if (mp->dev.count == -1)
		errx(1, "%s: not a sequencer", mp->dev.path);
	if (mp->dev.count == 0)
		errx(1, "%s: no MIDI devices", mp->dev.path);
	for (n = 0; n < PLAY_ROUTE_UNITS && n < (unsigned)mp->dev.count; n++)
		seqdev_name(&mp->dev, (int)n, mp->names[n]);
	play_options_devices(&mp->arg, &mp->dev, mp->names, n);
	mp->arg.opt.device = mp->names[mp->arg.opt.route.units[0]];
	midiplay_check(mp);
}

/* The sequencer did not go on. */
static void
midiplay_fail(const struct midiplay *mp)
{

	if (mp->run.error == ENXIO)
		midiplay_check(mp);
	errno = mp->run.error;
	err(1, "%s", mp->run.error == ENOMEM ? "song" : mp->dev.path);
}

/* Write all, and wait until it is played; 0 or an errno. */
static int
midiplay_flush(struct midiplay *mp)
{
	struct pollfd fd;
	int error;

	fd.fd = mp->dev.fd;
	fd.events = POLLOUT;
	while ((error = play_out_write(&mp->run.out)) == EAGAIN)
		play_signal_poll(&fd, 1, -1);
	return error != 0 ? error : play_out_sync(&mp->run.out);
}

/* Controller 120, all sound off, on all channels. */
static void
midiplay_silence(struct midiplay *mp)
{
	seq_event_t rec;
	uint8_t ch, msg[3];
	int error, unit;

	error = 0;
	for (unit = 0; unit < PLAY_ROUTE_UNITS; unit++) {
		if (!play_route_used(&mp->arg.opt.route, (uint8_t)unit))
			continue;
		for (ch = 0; ch < PLAY_CHASE_CHANNELS && error == 0; ch++) {
			msg[0] = MIDI_CTL_CHANGE | ch;
			msg[1] = MIDI_CTRL_SOUND_OFF;
			msg[2] = 0;
			rec = seqrec_channel((uint8_t)unit, msg);
			error = play_out_record(&mp->run.out, &rec);
		}
	}
	mp->run.error = error != 0 ? error : midiplay_flush(mp);
	if (mp->run.error != 0)
		midiplay_fail(mp);
}

/* Play the built-in tune as often as was asked for. */
static void
midiplay_tunes(struct midiplay *mp)
{
	uint8_t tune[PLAY_TUNE_BYTES];
	enum play_run_end end;
	size_t size;

	size = play_tune(tune);
	for (; mp->arg.tunes > 0; mp->arg.tunes--) {
		end = play_run(&mp->run, "built-in tune", tune, size);
		if (end == PLAY_RUN_FAILED)
			midiplay_fail(mp);
		if (end == PLAY_RUN_QUIT)
			break;
	}
}

/* Standard input is read once and kept: it may be played again. */
static int
midiplay_input(struct midiplay *mp, struct filebuf *fb)
{
	int error;

	error = 0;
	if (mp->input.data == NULL)
		error = filebuf_load(&mp->input, "-");
	*fb = mp->input;
	return error;
}

static enum play_run_end
midiplay_file(struct midiplay *mp, const char *file)
{
	struct filebuf fb;
	enum play_run_end end;
	const char *name;
	bool input;
	int error;

	input = strcmp(file, "-") == 0;
	name = input ? "standard input" : file;
	error = input ? midiplay_input(mp, &fb) : filebuf_load(&fb, file);
	if (error != 0) {
		warnx("%s: %s", name, strerror(error));
		mp->run.damaged = true;
		return PLAY_RUN_NEXT;
	}
	end = play_run(&mp->run, name, fb.data, fb.size);
	if (!input)
		filebuf_free(&fb);
	return end;
}

static void
midiplay_files(struct midiplay *mp, char **files, int n)
{
	static char input[] = "-";
	static char *inputs[] = { input };
	enum play_run_end end;
	int i;

	if (n == 0) {
		files = inputs;
		n = 1;
	}
	for (i = 0; i < n; ) {
		end = midiplay_file(mp, files[i]);
		if (end == PLAY_RUN_FAILED)
			midiplay_fail(mp);
		if (end == PLAY_RUN_QUIT)
			break;
		if (end == PLAY_RUN_PREVIOUS)
			i = i > 0 ? i - 1 : 0;
		else
			i++;
	}
	filebuf_free(&mp->input);
}

/* How well the sequencer kept time, where it can say. */
static void
midiplay_lateness(const struct midiplay *mp)
{
	struct sequencer_stats st;

	if (mp->arg.dry || mp->arg.opt.verbose == 0 ||
	    ioctl(mp->dev.fd, SEQUENCER_STATS, &st) == -1)
		return;
	printf("Played %llu events; late by %.1f us in the median, %.1f us "
	    "for 99%%, %.1f us at most\n", st.ss_events_played,
	    (double)st.ss_late_median_ns / 1000,
	    (double)st.ss_late_p99_ns / 1000,
	    (double)st.ss_late_max_ns / 1000);
}

/* Is one of the songs to be read from standard input? */
static bool
midiplay_needs_input(const struct midiplay *mp, char **files, int n)
{
	int i;

	if (mp->arg.tunes > 0)
		return false;
	for (i = 0; i < n; i++)
		if (strcmp(files[i], "-") == 0)
			return true;
	return n == 0;
}

int
main(int argc, char **argv)
{
	static struct midiplay mp;
	int error;

	setlocale(LC_CTYPE, "");
	play_options(&mp.arg, argc, argv);
	argc -= optind;
	argv += optind;
	mp.dev.fd = -1;
	if (mp.arg.list)
		midiplay_list(&mp);
	if (!mp.arg.dry && !mp.arg.plain)
		play_term_open(!midiplay_needs_input(&mp, argv, argc));
	if (!mp.arg.dry)
		midiplay_open(&mp);
	mp.run.opt = mp.arg.opt;
	mp.run.passes = mp.arg.dry ? 1 : mp.arg.passes;
	mp.run.lyrics = mp.arg.lyrics;
	error = play_out_init(&mp.run.out, mp.dev.fd,
	    play_term_there() ? KEYS_MS : AHEAD_MS);
	if (error != 0) {
		mp.run.error = error;
		midiplay_fail(&mp);
	}
	if (mp.arg.tunes > 0)
		midiplay_tunes(&mp);
	else if (mp.arg.silence)
		midiplay_silence(&mp);
	else
		midiplay_files(&mp, argv, argc);
	play_out_free(&mp.run.out);
	midiplay_lateness(&mp);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return mp.run.damaged ? 1 : 0;
}
