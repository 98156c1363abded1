/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mktune.c: make a MIDI file from a tune in text.
 *
 *	mktune <tune.txt >tune.mid
 *
 * The text is words between blanks; '#' as the first sign of a line makes it
 * a comment.  Lines that begin with these words stand for themselves:
 *	title TEXT
 *	tempo BEAT BPM		from that beat on
 *	voice NAME channel N	1..16; what follows is this voice
 * and in a voice, one after the other in time:
 *	c4/4  f#3/8  bb4/2.	a note: key (c4 is 60), length as a fraction
 *				of a whole; a dot lengthens by half
 *	c4+e4+g4/2		a chord
 *	r/4			a rest
 *	!vN !pN !cM:N		velocity; program N, controller M is N
 *	~cM:A-B:L		controller M moves from A to B in the next L
 *				beats; ~b pitch bend, ~a channel pressure
 *	|			nothing, for the eye
 * Notes sound for seven eighths of their length.
 *
 * The same text always gives the same file: format 1, a track of tempos and
 * one for each voice.
 */

#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smf_write.h"

#define DIVISION	480
#define MAX_EVENTS	4096	/* of a voice */
#define MAX_VOICES	16
#define RAMP_TICKS	40	/* between two steps of a ramp */

struct event {
	uint64_t	tick;
	unsigned	order;		/* as they were made */
	uint8_t		msg[3];
};

struct voice {
	char		name[64];
	struct event	events[MAX_EVENTS];
	unsigned	count;
	uint64_t	tick;
	uint8_t		channel;	/* 0..15 */
	uint8_t		velocity;
};

struct image {
	uint8_t	data[65536];
	size_t	used;
};

static struct voice voices[MAX_VOICES];
static unsigned nvoices;
static struct image image;
static struct smf_write conductor;

static int
image_put(void *arg, const uint8_t *data, size_t n)
{
	struct image *im;

	im = arg;
	if (n > sizeof(im->data) - im->used)
		return EFBIG;
	memcpy(im->data + im->used, data, n);
	im->used += n;
	return 0;
}

static void
voice_event(struct voice *v, uint64_t tick, uint8_t status, long d1, long d2)
{
	struct event *ev;

	if (v->count == MAX_EVENTS)
		errx(1, "%s: too many events", v->name);
	if (d1 < 0 || d1 > 127 || d2 < 0 || d2 > 127)
		errx(1, "%s: %ld or %ld is not from 0 to 127", v->name, d1,
		    d2);
	ev = &v->events[v->count];
	ev->tick = tick;
	ev->order = v->count++;
	ev->msg[0] = status | v->channel;
	ev->msg[1] = (uint8_t)d1;
	ev->msg[2] = (uint8_t)d2;
}

/* The key of a note like "bb4"; moves *p behind it. */
static long
voice_key(const char **p)
{
	static const char letters[] = "c d ef g a b";
	const char *letter;
	long key;
	char *end;

	letter = **p != ' ' && **p != '\0' ? strchr(letters, **p) : NULL;
	if (letter == NULL)
		errx(1, "no note: %s", *p);
	key = letter - letters;
	++*p;
	if (**p == '#' || **p == 'b')
		key += *(*p)++ == '#' ? 1 : -1;
	key += 12 * (1 + strtol(*p, &end, 10));
	if (end == *p)
		errx(1, "no octave: %s", *p);
	*p = end;
	return key;
}

/* The length "/4." in ticks. */
static uint64_t
voice_length(const char *p)
{
	unsigned long parts;
	uint64_t ticks;
	char *end;

	parts = *p == '/' ? strtoul(p + 1, &end, 10) : 0;
	if (parts == 0 || 4 * DIVISION % parts != 0)
		errx(1, "no length: %s", p);
	ticks = 4 * DIVISION / parts;
	return *end == '.' ? ticks * 3 / 2 : ticks;
}

static void
voice_note(struct voice *v, const char *word)
{
	const char *p;
	uint64_t ticks;
	long key;

	if (strchr(word, '/') == NULL)
		errx(1, "%s: no length: %s", v->name, word);
	ticks = voice_length(strchr(word, '/'));
	for (p = word; *p != 'r' && *p != '/'; p += *p == '+') {
		key = voice_key(&p);
		voice_event(v, v->tick, 0x90, key, v->velocity);
		voice_event(v, v->tick + ticks * 7 / 8, 0x80, key, 64);
	}
	v->tick += ticks;
}

static void
voice_set(struct voice *v, const char *word)
{
	long m, n;

	if (sscanf(word, "!v%ld", &n) == 1 && n > 0 && n < 128)
		v->velocity = (uint8_t)n;
	else if (sscanf(word, "!p%ld", &n) == 1)
		voice_event(v, v->tick, 0xc0, n, 0);
	else if (sscanf(word, "!c%ld:%ld", &m, &n) == 2)
		voice_event(v, v->tick, 0xb0, m, n);
	else
		errx(1, "%s: unknown: %s", v->name, word);
}

static void
voice_ramp(struct voice *v, const char *word)
{
	long from, length, m, now, tick, to;
	uint8_t status;

	m = 0;
	if (sscanf(word, "~c%ld:%ld-%ld:%ld", &m, &from, &to, &length) == 4)
		status = 0xb0;
	else if (sscanf(word, "~b:%ld-%ld:%ld", &from, &to, &length) == 3)
		status = 0xe0;
	else if (sscanf(word, "~a:%ld-%ld:%ld", &from, &to, &length) == 3)
		status = 0xd0;
	else
		errx(1, "%s: unknown: %s", v->name, word);
	if (length < 1)
		errx(1, "%s: no length: %s", v->name, word);
	length *= DIVISION;
	for (tick = 0; tick <= length; tick += RAMP_TICKS) {
		now = from + (to - from) * tick / length;
		if (status == 0xe0)
			voice_event(v, v->tick + (uint64_t)tick, status,
			    now % 128, now / 128);
		else if (status == 0xd0)
			voice_event(v, v->tick + (uint64_t)tick, status, now,
			    0);
		else
			voice_event(v, v->tick + (uint64_t)tick, status, m,
			    now);
	}
}

static void
voice_words(struct voice *v, char *line)
{
	char *word;

	while ((word = strsep(&line, " \t\n")) != NULL) {
		if (*word == '\0' || strcmp(word, "|") == 0)
			continue;
		if (*word == '!')
			voice_set(v, word);
		else if (*word == '~')
			voice_ramp(v, word);
		else
			voice_note(v, word);
	}
}

static int
event_compare(const void *a, const void *b)
{
	const struct event *x, *y;

	x = a;
	y = b;
	if (x->tick != y->tick)
		return x->tick < y->tick ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void
track_done(struct smf_write *w, uint64_t tick, size_t chunk)
{
	int error;

	error = smf_write_end(w, tick);
	if (error != 0)
		errx(1, "cannot write: %s", strerror(error));
	smf_write_chunk(image.data + chunk, w->length);
}

static void
track_voice(struct voice *v)
{
	struct smf_write w;
	size_t chunk;
	unsigned i;

	qsort(v->events, v->count, sizeof(v->events[0]), event_compare);
	chunk = image.used;
	image.used += SMF_WRITE_CHUNK_BYTES;
	smf_write_begin(&w, image_put, &image, true);
	smf_write_meta(&w, 0, SMF_META_TRACK, v->name, strlen(v->name));
	for (i = 0; i < v->count; i++)
		smf_write_channel(&w, v->events[i].tick, v->events[i].msg);
	track_done(&w, v->tick > w.tick ? v->tick : w.tick, chunk);
}

/* A line of the text; v is the voice that it belongs to, or NULL. */
static struct voice *
line_read(char *line, struct voice *v)
{
	double beat, bpm;
	unsigned channel;

	line[strcspn(line, "\n")] = '\0';
	if (*line == '#')
		return v;
	if (strncmp(line, "title ", 6) == 0) {
		smf_write_meta(&conductor, 0, SMF_META_TRACK, line + 6,
		    strlen(line + 6));
	} else if (sscanf(line, "tempo %lf %lf", &beat, &bpm) == 2) {
		smf_write_tempo(&conductor, (uint64_t)(beat * DIVISION),
		    (uint32_t)(60e6 / bpm + 0.5));
	} else if (strncmp(line, "voice ", 6) == 0) {
		if (nvoices == MAX_VOICES)
			errx(1, "too many voices");
		v = &voices[nvoices++];
		v->velocity = 64;
		if (sscanf(line, "voice %63s channel %u", v->name,
		    &channel) != 2 || channel < 1 || channel > 16)
			errx(1, "not a voice: %s", line);
		v->channel = (uint8_t)(channel - 1);
	} else if (v != NULL) {
		voice_words(v, line);
	} else if (*line != '\0') {
		errx(1, "no voice yet: %s", line);
	}
	return v;
}

int
main(void)
{
	struct voice *v;
	size_t chunk, room;
	ssize_t n;
	unsigned i;
	char *line;

	chunk = SMF_WRITE_HEADER_BYTES;
	image.used = chunk + SMF_WRITE_CHUNK_BYTES;
	smf_write_begin(&conductor, image_put, &image, true);
	line = NULL;
	room = 0;
	v = NULL;
	while ((n = getline(&line, &room, stdin)) != -1)
		v = line_read(line, v);
	free(line);
	if (smf_write_header(image.data, 1, nvoices + 1, DIVISION) != 0)
		errx(1, "no voice");
	track_done(&conductor, conductor.tick, chunk);
	for (i = 0; i < nvoices; i++)
		track_voice(&voices[i]);
	if (fwrite(image.data, 1, image.used, stdout) != image.used ||
	    fflush(stdout) == EOF)
		err(1, "standard output");
	return 0;
}
