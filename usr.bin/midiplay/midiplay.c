/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midiplay.c: midiplay(1), play MIDI files through the sequencer.
 *
 * Options and environment are understood here; play_song.c plays, one file
 * at a time.  A file that cannot be played is reported and left out: it
 * makes the exit status 1 and stops nothing.  A sequencer that fails does.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filebuf.h"
#include "play_out.h"
#include "play_song.h"
#include "play_tune.h"
#include "seqdev.h"
#include "seqrec.h"

struct midiplay {
	struct play_options	opt;
	struct play_out		out;
	struct seqdev		dev;
	const char		*node;
	const char		*unit;		/* as given */
	char			name[SEQDEV_NAME_BYTES];
	unsigned		tunes;		/* times of the built-in one */
	bool			dry;		/* no device */
	bool			list;
	bool			silence;
};

static void
midiplay_usage(FILE *out)
{

	fputs("usage: midiplay [-hlmqsvx] [-d devno] [-f file] [-p pgm] "
	    "[-t tempo] [file ...]\n", out);
	exit(out == stdout ? 0 : 1);
}

/* The number that an option's argument is. */
static int
midiplay_number(int option, const char *text, int min, int max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < min || n > max)
		errx(1, "-%c %s: not a number from %d to %d", option, text,
		    min, max);
	return (int)n;
}

static void
midiplay_options(struct midiplay *mp, int argc, char **argv)
{
	int c;

	mp->opt.percent = 100;
	mp->opt.program = -1;
	mp->unit = getenv("MIDIUNIT");
	while ((c = getopt(argc, argv, "d:f:hlmp:qst:vx")) != -1) {
		switch (c) {
		case 'd':
			mp->unit = optarg;
			break;
		case 'f':
			mp->node = optarg;
			break;
		case 'h':
			midiplay_usage(stdout);
			break;
		case 'l':
			mp->list = true;
			break;
		case 'm':
			mp->opt.metas = true;
			break;
		case 'p':
			mp->opt.program = midiplay_number(c, optarg, 1, 128) -
			    1;
			break;
		case 'q':
			mp->dry = true;
			break;
		case 's':
			mp->silence = true;
			break;
		case 't':
			mp->opt.percent = (unsigned)midiplay_number(c, optarg,
			    1, 10000);
			break;
		case 'v':
			mp->opt.verbose++;
			break;
		case 'x':
			mp->tunes++;
			break;
		default:
			midiplay_usage(stderr);
		}
	}
}

static void
midiplay_list(struct midiplay *mp)
{
	int error;

	error = seqdev_list(&mp->dev, mp->node, stdout);
	if (error == ENOTTY)
		errx(1, "%s: not a sequencer", mp->dev.path);
	if (error == 0 && fflush(stdout) == 0)
		exit(0);
	errno = error != 0 ? error : errno;
	err(1, "%s", error != 0 ? mp->dev.path : "standard output");
}

/* Open the sequencer and find the device. */
static void
midiplay_open(struct midiplay *mp)
{
	int error, unit;

	error = seqdev_open(&mp->dev, mp->node, O_WRONLY);
	if (error != 0) {
		errno = error;
		err(1, "%s", mp->dev.path);
	}
	if (mp->dev.count == -1)
		errx(1, "%s: not a sequencer", mp->dev.path);
	if (mp->dev.count == 0)
		errx(1, "%s: no MIDI devices", mp->dev.path);
	unit = 0;
	if (mp->unit != NULL && *mp->unit != '\0')
		unit = seqdev_find(&mp->dev, mp->unit);
	if (unit < 0 || unit > UINT8_MAX)
		errx(1, "%s: no such device; -l lists them", mp->unit);
	mp->opt.unit = (uint8_t)unit;
	seqdev_name(&mp->dev, unit, mp->name);
	mp->opt.device = mp->name;
}

/* Controller 120, all sound off, on all channels. */
static void
midiplay_silence(struct midiplay *mp)
{
	static const uint8_t channels = 16;
	seq_event_t rec;
	uint8_t ch, msg[3];
	int error;

	error = 0;
	for (ch = 0; error == 0 && ch < channels; ch++) {
		msg[0] = MIDI_CTL_CHANGE | ch;
		msg[1] = MIDI_CTRL_SOUND_OFF;
		msg[2] = 0;
		rec = seqrec_channel(mp->opt.unit, msg);
		error = play_out_record(&mp->out, &rec);
	}
	if (error == 0)
		error = play_out_sync(&mp->out);
	if (error != 0) {
		errno = error;
		err(1, "%s", mp->dev.path);
	}
}

static bool
midiplay_tunes(struct midiplay *mp)
{
	uint8_t tune[PLAY_TUNE_BYTES];
	size_t size;
	bool ok;

	size = play_tune(tune);
	for (ok = true; ok && mp->tunes > 0; mp->tunes--)
		ok = play_song(&mp->out, &mp->opt, "built-in tune", tune,
		    size);
	return ok;
}

static bool
midiplay_file(struct midiplay *mp, const char *file)
{
	struct filebuf fb;
	const char *name;
	int error;
	bool ok;

	name = strcmp(file, "-") == 0 ? "standard input" : file;
	while ((error = filebuf_load(&fb, file)) == EINTR)
		play_out_check(&mp->out);
	if (error != 0) {
		warnx("%s: %s", name, strerror(error));
		return false;
	}
	ok = play_song(&mp->out, &mp->opt, name, fb.data, fb.size);
	filebuf_free(&fb);
	return ok;
}

/* How well the sequencer kept time, where it can say. */
static void
midiplay_lateness(const struct midiplay *mp)
{
	struct sequencer_stats st;

	if (mp->dry || mp->opt.verbose == 0 ||
	    ioctl(mp->dev.fd, SEQUENCER_STATS, &st) == -1)
		return;
	printf("Played %llu events; late by %.1f us in the median, %.1f us "
	    "for 99%%, %.1f us at most\n", st.ss_events_played,
	    (double)st.ss_late_median_ns / 1000,
	    (double)st.ss_late_p99_ns / 1000,
	    (double)st.ss_late_max_ns / 1000);
}

int
main(int argc, char **argv)
{
	static struct midiplay mp;
	bool ok;
	int i;

	midiplay_options(&mp, argc, argv);
	argc -= optind;
	argv += optind;
	mp.dev.fd = -1;
	if (mp.list)
		midiplay_list(&mp);
	if (!mp.dry)
		midiplay_open(&mp);
	play_out_init(&mp.out, mp.dev.fd);
	ok = true;
	if (mp.tunes > 0) {
		ok = midiplay_tunes(&mp);
	} else if (mp.silence) {
		midiplay_silence(&mp);
	} else if (argc == 0) {
		ok = midiplay_file(&mp, "-");
	} else {
		for (i = 0; i < argc; i++)
			if (!midiplay_file(&mp, argv[i]))
				ok = false;
	}
	midiplay_lateness(&mp);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return ok ? 0 : 1;
}
