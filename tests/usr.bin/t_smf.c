/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_smf.c: the reader, the writer and the clock of Standard MIDI Files.
 *
 * Files are built by hand, byte by byte, where the reader is tested; by the
 * writer where both are; and spoilt by a seeded generator where any answer
 * will do but a read outside.  Buffers are allocated to the byte, so that a
 * sanitizer sees a read of one byte too many.
 */

#include <atf-c.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "smf_merge.h"
#include "smf_read.h"
#include "smf_tempo.h"
#include "smf_write.h"

/* Bytes of a string literal without its final NUL. */
#define LIT(s)		(const uint8_t *)(s), sizeof(s) - 1

#define HEAD		"MThd\0\0\0\6"
#define TRACK		"MTrk\0\0\0"	/* one byte of length follows */
#define EOT		"\0\377/\0"

/*
 * A file under construction, and a small generator of numbers.
 */

struct image {
	uint8_t	*data;
	size_t	 used;
	size_t	 room;
};

static int
image_put(void *arg, const uint8_t *data, size_t n)
{
	struct image *im;

	im = arg;
	if (im->used + n > im->room) {
		im->room = (im->used + n) * 2;
		im->data = realloc(im->data, im->room);
		ATF_REQUIRE(im->data != NULL);
	}
	memcpy(im->data + im->used, data, n);
	im->used += n;
	return 0;
}

static void
image_header(struct image *im, unsigned format, unsigned tracks,
    unsigned division)
{
	uint8_t head[SMF_WRITE_HEADER_BYTES];

	memset(im, 0, sizeof(*im));
	ATF_REQUIRE_EQ(0, smf_write_header(head, format, tracks, division));
	image_put(im, head, sizeof(head));
}

/* Leave room for a track's chunk header, and fill it in afterwards. */
static size_t
image_track(struct image *im)
{
	uint8_t head[SMF_WRITE_CHUNK_BYTES];

	memset(head, 0, sizeof(head));
	image_put(im, head, sizeof(head));
	return im->used - sizeof(head);
}

static uint32_t
random_next(uint64_t *state)
{

	*state = *state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/* A copy of n bytes in a block of exactly that size. */
static uint8_t *
exact_copy(const void *data, size_t n)
{
	uint8_t *p;

	p = malloc(n > 0 ? n : 1);
	ATF_REQUIRE(p != NULL);
	memcpy(p, data, n);
	return p;
}

/*
 * The header.
 */

static const struct {
	const char	*name;
	const uint8_t	*bytes;
	size_t		n;
	const char	*reason;	/* NULL: accepted */
	size_t		offset;
	uint16_t	division;
	uint32_t	beat_us;
} header_table[] = {
	{ "plain", LIT(HEAD "\0\0\0\1\0\140" TRACK "\4" EOT),
	    NULL, 0, 96, 0 },
	{ "longer header", LIT("MThd\0\0\0\10\0\1\0\1\0\140XY" TRACK "\4" EOT),
	    NULL, 0, 96, 0 },
	{ "highest division", LIT(HEAD "\0\0\0\1\177\377" TRACK "\4" EOT),
	    NULL, 0, 32767, 0 },
	{ "25 fps", LIT(HEAD "\0\0\0\1\347\50" TRACK "\4" EOT),
	    NULL, 0, 1000, 1000000 },
	{ "29.97 fps", LIT(HEAD "\0\0\0\1\343\120" TRACK "\4" EOT),
	    NULL, 0, 2400, 1001000 },
	{ "30 fps", LIT(HEAD "\0\0\0\1\342\377" TRACK "\4" EOT),
	    NULL, 0, 7650, 1000000 },
	{ "format 2", LIT(HEAD "\0\2\0\1\0\140" TRACK "\4" EOT),
	    NULL, 0, 96, 0 },
	{ "unknown chunk first",
	    LIT(HEAD "\0\0\0\1\0\140Xyzw\0\0\0\1z" TRACK "\4" EOT),
	    NULL, 0, 96, 0 },
	{ "RMID", LIT("RIFF\0\0\0\0RMIDxxxx\1\0\0\0..data\32\0\0\0"
	    HEAD "\0\0\0\1\0\140" TRACK "\4" EOT), NULL, 0, 96, 0 },
	{ "empty file", LIT(""), "not a MIDI file", 0, 0, 0 },
	{ "other file", LIT("#!/bin/sh\n"), "not a MIDI file", 0, 0, 0 },
	{ "half a header", LIT(HEAD "\0\0\0\1\0"),
	    "the header is cut short", 13, 0, 0 },
	{ "short header", LIT("MThd\0\0\0\5\0\0\0\1\0\140"),
	    "the header is too short", 4, 0, 0 },
	{ "endless header", LIT("MThd\377\377\377\377\0\0\0\1\0\140"),
	    "the header passes the end of the file", 4, 0, 0 },
	{ "format 3", LIT(HEAD "\0\3\0\1\0\140" TRACK "\4" EOT),
	    "unknown format", 8, 0, 0 },
	{ "division 0", LIT(HEAD "\0\0\0\1\0\0" TRACK "\4" EOT),
	    "the division is 0", 12, 0, 0 },
	{ "26 fps", LIT(HEAD "\0\0\0\1\346\50" TRACK "\4" EOT),
	    "unknown frame rate", 12, 0, 0 },
	{ "0 ticks in a frame", LIT(HEAD "\0\0\0\1\347\0" TRACK "\4" EOT),
	    "no ticks in a frame", 12, 0, 0 },
	{ "no track", LIT(HEAD "\0\0\0\1\0\140"), "no track", 14, 0, 0 },
	{ "no track by the header", LIT(HEAD "\0\0\0\0\0\140" TRACK "\4" EOT),
	    "no track", 14, 0, 0 },
	{ "RIFF without data", LIT("RIFF\0\0\0\0RMIDxxxx\377\377\377\377"),
	    "no data chunk in the RIFF file", 12, 0, 0 },
};

ATF_TC(header);
ATF_TC_HEAD(header, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches headers wrongly accepted, "
	    "refused or understood, and errors without the right place");
}
ATF_TC_BODY(header, tc)
{
	struct smf_error err;
	struct smf_read r;
	uint8_t *p;
	size_t i;
	bool ok;

	for (i = 0; i < sizeof(header_table) / sizeof(header_table[0]); i++) {
		p = exact_copy(header_table[i].bytes, header_table[i].n);
		ok = smf_read_open(&r, p, header_table[i].n, &err);
		ATF_CHECK_MSG(ok == (header_table[i].reason == NULL), "%s: %s",
		    header_table[i].name, ok ? "accepted" : err.reason);
		if (ok) {
			ATF_CHECK_EQ(header_table[i].division, r.division);
			ATF_CHECK_EQ(header_table[i].beat_us, r.beat_us);
			ATF_CHECK_EQ(1, r.tracks);
		} else if (header_table[i].reason != NULL) {
			ATF_CHECK_STREQ(header_table[i].reason, err.reason);
			ATF_CHECK_EQ_MSG(header_table[i].offset, err.offset,
			    "%s: %zu", header_table[i].name, err.offset);
		}
		free(p);
	}
}

/*
 * Chunks: what counts as a track, and how long it is.
 */

static const struct {
	const char	*name;
	const uint8_t	*bytes;
	size_t		n;
	uint16_t	tracks;
	size_t		lengths[2];
	uint8_t		flags[2];	/* of the cursors */
} chunk_table[] = {
	{ "two", LIT(HEAD "\0\1\0\2\0\140" TRACK "\4" EOT TRACK "\5\1" EOT),
	    2, { 4, 5 }, { 0, 0 } },
	{ "one missing", LIT(HEAD "\0\1\0\2\0\140" TRACK "\4" EOT),
	    1, { 4, 0 }, { 0, 0 } },
	{ "one more than the header says",
	    LIT(HEAD "\0\1\0\1\0\140" TRACK "\4" EOT TRACK "\4" EOT),
	    1, { 4, 0 }, { 0, 0 } },
	{ "others between", LIT(HEAD "\0\1\0\2\0\140" TRACK "\4" EOT
	    "XFIH\0\0\0\2ab" TRACK "\4" EOT), 2, { 4, 4 }, { 0, 0 } },
	{ "too long", LIT(HEAD "\0\1\0\1\0\140MTrk\377\377\377\377" EOT),
	    1, { 4, 0 }, { SMF_CURSOR_LENGTH, 0 } },
	{ "never filled in", LIT(HEAD "\0\0\0\1\0\140" TRACK "\0" EOT),
	    1, { 4, 0 }, { SMF_CURSOR_LENGTH, 0 } },
	{ "empty, another behind",
	    LIT(HEAD "\0\1\0\2\0\140" TRACK "\0" TRACK "\4" EOT),
	    2, { 0, 4 }, { 0, 0 } },
	{ "endless other", LIT(HEAD "\0\1\0\2\0\140" TRACK "\4" EOT
	    "XFIH\377\377\377\377" TRACK "\4" EOT), 1, { 4, 0 }, { 0, 0 } },
	{ "a few bytes behind", LIT(HEAD "\0\1\0\2\0\140" TRACK "\4" EOT
	    "MTrk\0\0"), 1, { 4, 0 }, { 0, 0 } },
};

ATF_TC(chunks);
ATF_TC_HEAD(chunks, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches tracks miscounted, foreign "
	    "chunks taken for tracks, and lengths that pass the file");
}
ATF_TC_BODY(chunks, tc)
{
	struct smf_cursor c[2];
	struct smf_error err;
	struct smf_read r;
	uint8_t *p;
	size_t i;
	uint16_t j;

	for (i = 0; i < sizeof(chunk_table) / sizeof(chunk_table[0]); i++) {
		p = exact_copy(chunk_table[i].bytes, chunk_table[i].n);
		ATF_REQUIRE_MSG(smf_read_open(&r, p, chunk_table[i].n, &err),
		    "%s: %s", chunk_table[i].name, err.reason);
		ATF_REQUIRE_EQ_MSG(chunk_table[i].tracks, r.tracks, "%s: %u",
		    chunk_table[i].name, r.tracks);
		smf_read_cursors(&r, c);
		for (j = 0; j < r.tracks; j++) {
			ATF_CHECK_EQ(j, c[j].track);
			ATF_CHECK_EQ_MSG(chunk_table[i].lengths[j],
			    c[j].end - c[j].at, "%s", chunk_table[i].name);
			ATF_CHECK_EQ_MSG(chunk_table[i].flags[j], c[j].flags,
			    "%s", chunk_table[i].name);
		}
		ATF_CHECK_EQ(r.tracks < r.declared,
		    (r.flags & SMF_READ_FEWER) != 0);
		free(p);
	}
}

/*
 * Events of one track.
 */

/* Open a file of one track with this body, in a block of its exact size. */
static uint8_t *
track_open(struct smf_read *r, struct smf_cursor *c, const uint8_t *body,
    size_t n)
{
	struct smf_error err;
	struct image im;
	size_t at;
	uint8_t *p;

	image_header(&im, 0, 1, 96);
	at = image_track(&im);
	image_put(&im, body, n);
	smf_write_chunk(im.data + at, (uint32_t)n);
	p = exact_copy(im.data, im.used);
	ATF_REQUIRE(smf_read_open(r, p, im.used, &err));
	smf_read_cursors(r, c);
	free(im.data);
	return p;
}

static int
track_next(struct smf_read *r, struct smf_cursor *c, struct smf_event *ev,
    struct smf_error *err)
{
	int got;

	got = smf_read_delta(r, c, err);
	return got == 1 ? smf_read_event(r, c, ev, err) : got;
}

static const struct {
	const char	*name;
	const uint8_t	*bytes;
	size_t		n;
	int		events;		/* before the end or the error */
	const char	*reason;	/* NULL: ends without an error */
	size_t		offset;		/* in the body */
	uint8_t		status;		/* of the last event, and so on */
	uint8_t		flags;
	uint32_t	length;
	uint64_t	tick;
} event_table[] = {
	{ "end", LIT(EOT), 1, NULL, 0, 0xff, 0, 0, 0 },
	{ "nothing behind the end", LIT(EOT "\0\220<@"),
	    1, NULL, 0, 0xff, 0, 0, 0 },
	{ "no end", LIT("\1\220<@"), 1, NULL, 0, 0x90, 0, 2, 1 },
	{ "running", LIT("\1\220<@\2<\0"), 2, NULL, 0, 0x90, 0, 2, 3 },
	{ "running of one byte", LIT("\1\305<\2="), 2, NULL, 0, 0xc5, 0, 1, 3 },
	{ "running kept over a meta", LIT("\0\220<@\0\377\1\0\0=@"),
	    3, NULL, 0, 0x90, SMF_EVENT_KEPT, 2, 0 },
	{ "running kept over SysEx", LIT("\0\220<@\0\360\1\367\0=@"),
	    3, NULL, 0, 0x90, SMF_EVENT_KEPT, 2, 0 },
	{ "new status mends it", LIT("\0\220<@\0\377\1\0\0\220=@\0=\0"),
	    4, NULL, 0, 0x90, 0, 2, 0 },
	{ "whole SysEx", LIT("\0\360\3\176\11\367"),
	    1, NULL, 0, 0xf0, 0, 3, 0 },
	{ "SysEx in two", LIT("\0\360\1\176\5\367\2\11\367"),
	    2, NULL, 0, 0xf7, SMF_EVENT_CONTINUES, 2, 5 },
	{ "SysEx left open", LIT("\0\360\1\176\0\367\1\11"), 2, NULL, 0,
	    0xf7, SMF_EVENT_CONTINUES | SMF_EVENT_OPEN, 1, 0 },
	{ "escape", LIT("\0\367\1\370"), 1, NULL, 0, 0xf7, 0, 1, 0 },
	{ "escape after a whole SysEx", LIT("\0\360\1\367\0\367\1\372"),
	    2, NULL, 0, 0xf7, 0, 1, 0 },
	{ "empty SysEx", LIT("\0\360\0"),
	    1, NULL, 0, 0xf0, SMF_EVENT_OPEN, 0, 0 },
	{ "longest delta", LIT("\377\377\377\177\300\0"),
	    1, NULL, 0, 0xc0, 0, 1, 0x0fffffff },
	{ "delta with leading noughts", LIT("\200\200\200\5\300\0"),
	    1, NULL, 0, 0xc0, 0, 1, 5 },
	{ "delta of 5 bytes", LIT("\377\377\377\377\177\300\0"),
	    0, "a number of more than 4 bytes", 0, 0, 0, 0, 0 },
	{ "delta cut", LIT("\0\300\0\201"),
	    1, "the track ends inside a number", 4, 0xc0, 0, 1, 0 },
	{ "nothing behind a delta", LIT("\0"),
	    0, "the track ends after a delta", 1, 0, 0, 0, 0 },
	{ "no status yet", LIT("\0<@"),
	    0, "a data byte before any status", 1, 0, 0, 0, 0 },
	{ "message cut", LIT("\0\220<"),
	    0, "the track ends inside a message", 3, 0, 0, 0, 0 },
	{ "status inside", LIT("\0\220<\200"),
	    0, "a status byte inside a message", 3, 0, 0, 0, 0 },
	{ "meta cut", LIT("\0\377"),
	    0, "the track ends inside a meta event", 2, 0, 0, 0, 0 },
	{ "meta too long", LIT("\0\377\1\2x"),
	    0, "a length that passes the end of the track", 3, 0, 0, 0, 0 },
	{ "SysEx too long", LIT("\0\360\377\377\377\177x"),
	    0, "a length that passes the end of the track", 2, 0, 0, 0, 0 },
	{ "length of 5 bytes", LIT("\0\360\200\200\200\200\0x"),
	    0, "a number of more than 4 bytes", 2, 0, 0, 0, 0 },
	{ "clock", LIT("\0\370"),
	    0, "a status byte that no file may hold", 1, 0, 0, 0, 0 },
	{ "song position", LIT("\0\362\1\1"),
	    0, "a status byte that no file may hold", 1, 0, 0, 0, 0 },
};

ATF_TC(events);
ATF_TC_HEAD(events, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches events misread, running "
	    "status and SysEx pieces misjudged, and errors misplaced");
}
ATF_TC_BODY(events, tc)
{
	struct smf_cursor c;
	struct smf_error err;
	struct smf_event ev;
	struct smf_read r;
	uint8_t *p;
	size_t i;
	int got, n;

	for (i = 0; i < sizeof(event_table) / sizeof(event_table[0]); i++) {
		p = track_open(&r, &c, event_table[i].bytes, event_table[i].n);
		n = 0;
		while ((got = track_next(&r, &c, &ev, &err)) == 1)
			n++;
		ATF_CHECK_EQ_MSG(event_table[i].events, n, "%s: %d events",
		    event_table[i].name, n);
		ATF_CHECK_MSG((got == -1) == (event_table[i].reason != NULL),
		    "%s: %s", event_table[i].name,
		    got == -1 ? err.reason : "no error");
		if (got == -1 && event_table[i].reason != NULL) {
			ATF_CHECK_STREQ(event_table[i].reason, err.reason);
			ATF_CHECK_EQ_MSG(22 + event_table[i].offset, err.offset,
			    "%s: %zu", event_table[i].name, err.offset);
		} else if (got == 0) {
			ATF_CHECK_EQ(event_table[i].status, ev.status);
			ATF_CHECK_EQ_MSG(event_table[i].flags, ev.flags,
			    "%s: %#x", event_table[i].name, ev.flags);
			ATF_CHECK_EQ(event_table[i].length, ev.length);
			ATF_CHECK_EQ(event_table[i].tick, ev.tick);
			ATF_CHECK_EQ(ev.type != SMF_META_END,
			    (c.flags & SMF_CURSOR_NO_END) != 0);
		}
		free(p);
	}
}

/*
 * Merging.
 */

#define MERGE_TRACKS	5
#define MERGE_EVENTS	40

/* A file of random tracks whose events say which one they are: channel and
 * first data byte are the track, the second counts within the track. */
static void
merge_image(struct image *im, uint64_t *seed)
{
	struct smf_write w;
	uint64_t tick;
	unsigned i, j, n;
	size_t at;
	uint8_t msg[3];

	image_header(im, 1, MERGE_TRACKS, 96);
	for (i = 0; i < MERGE_TRACKS; i++) {
		at = image_track(im);
		smf_write_begin(&w, image_put, im, true);
		n = random_next(seed) % MERGE_EVENTS;
		for (tick = 0, j = 0; j < n; j++) {
			tick += random_next(seed) % 3;
			msg[0] = (uint8_t)(0x90 | i);
			msg[1] = (uint8_t)i;
			msg[2] = (uint8_t)j;
			smf_write_channel(&w, tick, msg);
		}
		ATF_REQUIRE_EQ(0, smf_write_end(&w, tick));
		smf_write_chunk(im->data + at, w.length);
	}
}

ATF_TC(merge);
ATF_TC_HEAD(merge, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a merge that loses events, "
	    "goes back in time, or reorders events of one time");
}
ATF_TC_BODY(merge, tc)
{
	struct smf_cursor c[MERGE_TRACKS];
	struct smf_error err;
	struct smf_event ev;
	struct smf_merge m;
	struct smf_read r;
	struct image im;
	uint64_t seed, tick;
	uint64_t heap[MERGE_TRACKS];
	uint16_t track;
	unsigned next[MERGE_TRACKS], i, ends, run;

	for (seed = 1, run = 0; run < 300; run++) {
		merge_image(&im, &seed);
		ATF_REQUIRE(smf_read_open(&r, im.data, im.used, &err));
		smf_read_cursors(&r, c);
		smf_merge_init(&m, &r, c, heap, 0, r.tracks);
		memset(next, 0, sizeof(next));
		for (tick = 0, track = 0, ends = 0;
		    smf_merge_next(&m, &ev, &err) == 1; ) {
			ATF_REQUIRE(ev.tick > tick ||
			    (ev.tick == tick && ev.track >= track));
			tick = ev.tick;
			track = ev.track;
			if (ev.status == SMF_META) {
				ends++;
				continue;
			}
			ATF_REQUIRE_EQ(ev.track, ev.data[0]);
			ATF_REQUIRE_EQ(next[ev.track]++, ev.data[1]);
		}
		ATF_CHECK_EQ(MERGE_TRACKS, ends);
		for (i = 0; i < MERGE_TRACKS; i++)
			ATF_CHECK_EQ(c[i].at, c[i].end);
		free(im.data);
	}
}

ATF_TC(merge_error);
ATF_TC_HEAD(merge_error, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a broken track that takes "
	    "the others with it, or is reported twice or never");
}
ATF_TC_BODY(merge_error, tc)
{
	static const char file[] = HEAD "\0\1\0\4\0\140"
	    TRACK "\4\201\201\201\201"		/* no first delta */
	    TRACK "\10\0\300\0\1\300\1\2\300"	/* third message cut */
	    TRACK "\10\0\300\0\7\300\0\201\201"	/* third delta cut */
	    TRACK "\4\11\377/\0";
	struct smf_cursor c[4];
	struct smf_error err;
	struct smf_event ev;
	struct smf_merge m;
	struct smf_read r;
	uint64_t heap[4];
	int errors, events, got;

	ATF_REQUIRE(smf_read_open(&r, file, sizeof(file) - 1, &err));
	ATF_REQUIRE_EQ(4, r.tracks);
	smf_read_cursors(&r, c);
	smf_merge_init(&m, &r, c, heap, 0, 4);
	errors = events = 0;
	while ((got = smf_merge_next(&m, &ev, &err)) != 0) {
		if (got == 1)
			events++;
		else
			errors++;
		ATF_REQUIRE(events + errors < 20);
	}
	ATF_CHECK_EQ(3, errors);
	ATF_CHECK_EQ(5, events);
	ATF_CHECK_EQ(9, ev.tick);
}

/*
 * Time.
 */

ATF_TC(tempo);
ATF_TC_HEAD(tempo, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches times that are not the exact "
	    "sum rounded down once, over many tempo changes");
}
ATF_TC_BODY(tempo, tc)
{
	struct smf_tempo t;
	struct smf_read r;
	unsigned __int128 sum;
	uint64_t last, seed, tick;
	uint32_t us;
	int i, run;

	for (seed = 7, run = 0; run < 2000; run++) {
		memset(&r, 0, sizeof(r));
		r.division = (uint16_t)(1 + random_next(&seed) % 32767);
		smf_tempo_init(&t, &r);
		us = SMF_BEAT_US;
		for (tick = last = 0, sum = 0, i = 0; i < 50; i++) {
			tick += random_next(&seed) % 100000;
			sum += (unsigned __int128)(tick - last) * us * 1000;
			last = tick;
			ATF_REQUIRE_EQ((uint64_t)(sum / r.division),
			    smf_tempo_ns(&t, tick));
			us = 1 + random_next(&seed) % SMF_TEMPO_MAX_US;
			smf_tempo_set(&t, tick, us);
			ATF_REQUIRE_EQ((uint64_t)(sum / r.division),
			    smf_tempo_ns(&t, tick));
		}
	}
	/* The largest sums. */
	memset(&r, 0, sizeof(r));
	for (r.division = 32767; r.division > 0; r.division /= 2) {
		smf_tempo_init(&t, &r);
		smf_tempo_set(&t, 0, SMF_TEMPO_MAX_US);
		sum = (unsigned __int128)SMF_TEMPO_MAX_TICK *
		    SMF_TEMPO_MAX_US * 1000 / r.division;
		ATF_CHECK_EQ(sum > UINT64_MAX ? UINT64_MAX : (uint64_t)sum,
		    smf_tempo_ns(&t, SMF_TEMPO_MAX_TICK));
	}
}

ATF_TC(tempo_smpte);
ATF_TC_HEAD(tempo_smpte, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches 29 taken for 29 frames a "
	    "second, and tempo events that change SMPTE times");
}
ATF_TC_BODY(tempo_smpte, tc)
{
	static const char file[] = HEAD "\0\0\0\1\343\144" TRACK "\4" EOT;
	struct smf_error err;
	struct smf_read r;
	struct smf_tempo t;

	ATF_REQUIRE(smf_read_open(&r, file, sizeof(file) - 1, &err));
	smf_tempo_init(&t, &r);
	smf_tempo_set(&t, 0, 1);
	/* 30000 frames of 100 ticks take 1001 s. */
	ATF_CHECK_EQ(UINT64_C(1001000000000), smf_tempo_ns(&t, 3000000));
	ATF_CHECK_EQ(33366666, smf_tempo_ns(&t, 100));
}

/*
 * Writing.
 */

#define IDENTITY_EVENTS	60

struct written {
	uint64_t	tick;
	uint8_t		status;
	uint8_t		type;
	uint32_t	length;
	uint8_t		data[300];
};

/* Make up an event and write it. */
static void
identity_event(struct smf_write *w, struct written *e, uint64_t *seed)
{
	uint8_t msg[3];
	uint32_t i;

	e->tick = w->tick + random_next(seed) % 7 *
	    (random_next(seed) % 5 == 0 ? 100000 : 1);
	e->type = 0;
	e->length = random_next(seed) % sizeof(e->data);
	for (i = 0; i < sizeof(e->data); i++)
		e->data[i] = random_next(seed) & 0x7f;
	switch (random_next(seed) % 6) {
	case 0:
		e->status = SMF_META;
		e->type = (uint8_t)(1 + random_next(seed) % 15);
		smf_write_meta(w, e->tick, e->type, e->data, e->length);
		break;
	case 1:
		e->status = random_next(seed) % 2 ? SMF_SYSEX : SMF_ESCAPE;
		smf_write_sysex(w, e->tick, e->status, e->data, e->length);
		break;
	default:
		e->status = (uint8_t)(0x80 + random_next(seed) % 0x70);
		e->length = smf_channel_bytes(e->status);
		msg[0] = e->status;
		memcpy(msg + 1, e->data, 2);
		smf_write_channel(w, e->tick, msg);
		break;
	}
}

ATF_TC(identity);
ATF_TC_HEAD(identity, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches anything that is read "
	    "otherwise than it was written, with and without running status");
}
ATF_TC_BODY(identity, tc)
{
	static struct written all[IDENTITY_EVENTS];
	struct smf_cursor c;
	struct smf_error err;
	struct smf_event ev;
	struct smf_read r;
	struct smf_write w;
	struct image im;
	uint64_t seed;
	size_t at;
	int i, run;

	for (seed = 3, run = 0; run < 400; run++) {
		image_header(&im, 0, 1, 1 + (unsigned)run);
		at = image_track(&im);
		smf_write_begin(&w, image_put, &im, run % 2 == 0);
		for (i = 0; i < IDENTITY_EVENTS; i++)
			identity_event(&w, &all[i], &seed);
		ATF_REQUIRE_EQ(0, smf_write_end(&w, w.tick + 9));
		smf_write_chunk(im.data + at, w.length);
		ATF_REQUIRE_EQ(im.used, at + 8 + w.length);
		ATF_REQUIRE(smf_read_open(&r, im.data, im.used, &err));
		ATF_CHECK_EQ(run + 1, r.division);
		smf_read_cursors(&r, &c);
		for (i = 0; i < IDENTITY_EVENTS; i++) {
			ATF_REQUIRE_EQ(1, track_next(&r, &c, &ev, &err));
			ATF_REQUIRE_EQ(all[i].tick, ev.tick);
			ATF_REQUIRE_EQ(all[i].status, ev.status);
			ATF_REQUIRE_EQ(all[i].type, ev.type);
			ATF_REQUIRE_EQ(all[i].length, ev.length);
			ATF_REQUIRE(memcmp(all[i].data, ev.data,
			    ev.length) == 0);
			ATF_REQUIRE((ev.flags & SMF_EVENT_KEPT) == 0);
		}
		ATF_REQUIRE_EQ(1, track_next(&r, &c, &ev, &err));
		ATF_CHECK_EQ(SMF_META_END, ev.type);
		ATF_CHECK_EQ(0, track_next(&r, &c, &ev, &err));
		ATF_CHECK_EQ(0, c.flags & (SMF_CURSOR_LENGTH |
		    SMF_CURSOR_NO_END));
		ATF_CHECK_EQ(im.used, c.at);
		free(im.data);
	}
}

ATF_TC(long_delta);
ATF_TC_HEAD(long_delta, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches deltas beyond 4 bytes written "
	    "wrong, at the limit and around its multiples");
}
ATF_TC_BODY(long_delta, tc)
{
	static const uint64_t ticks[] = {
		0, 1, 127, 128, 16383, 16384, 2097151, 2097152, SMF_VLQ_MAX - 1,
		SMF_VLQ_MAX, SMF_VLQ_MAX + 1ULL, 2ULL * SMF_VLQ_MAX,
		2ULL * SMF_VLQ_MAX + 1, UINT32_MAX
	};
	static const uint8_t msg[] = { 0x90, 60, 64 };
	struct smf_cursor c;
	struct smf_error err;
	struct smf_event ev;
	struct smf_read r;
	struct smf_write w;
	struct image im;
	uint8_t *p;
	size_t i;

	for (i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++) {
		memset(&im, 0, sizeof(im));
		smf_write_begin(&w, image_put, &im, true);
		smf_write_channel(&w, 0, msg);
		smf_write_channel(&w, ticks[i], msg);
		smf_write_end(&w, ticks[i]);
		ATF_REQUIRE_EQ(0, w.error);
		p = track_open(&r, &c, im.data, im.used);
		ATF_REQUIRE_EQ(1, track_next(&r, &c, &ev, &err));
		do {
			ATF_REQUIRE_EQ(1, track_next(&r, &c, &ev, &err));
			ATF_REQUIRE((ev.flags & SMF_EVENT_KEPT) == 0);
			ATF_REQUIRE(ev.status != SMF_META || ev.length == 0);
		} while (ev.status == SMF_META && ev.type == SMF_META_TEXT);
		ATF_CHECK_EQ(0x90, ev.status);
		ATF_CHECK_EQ(ticks[i], ev.tick);
		free(p);
		free(im.data);
	}
}

static int
sink_full(void *arg, const uint8_t *data, size_t n)
{

	(void)data;
	(void)n;
	++*(int *)arg;
	return ENOSPC;
}

ATF_TC(refusals);
ATF_TC_HEAD(refusals, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches a writer that writes what no "
	    "file may hold, or goes on after an error");
}
ATF_TC_BODY(refusals, tc)
{
	static const uint8_t bad[][3] = {
		{ 0x7f, 0, 0 }, { 0xf0, 0, 0 }, { 0x90, 0x80, 0 },
		{ 0x90, 0, 0x80 }, { 0xc0, 0x80, 0 }
	};
	static const uint8_t good[] = { 0xc0, 5 };
	struct smf_write w;
	struct image im;
	uint8_t head[SMF_WRITE_HEADER_BYTES];
	size_t i;
	int calls;

	ATF_CHECK_EQ(EINVAL, smf_write_header(head, 3, 1, 96));
	ATF_CHECK_EQ(EINVAL, smf_write_header(head, 0, 2, 96));
	ATF_CHECK_EQ(EINVAL, smf_write_header(head, 1, 0, 96));
	ATF_CHECK_EQ(EINVAL, smf_write_header(head, 1, 65536, 96));
	ATF_CHECK_EQ(EINVAL, smf_write_header(head, 1, 1, 0));
	ATF_CHECK_EQ(EINVAL, smf_write_header(head, 1, 1, 32768));
	memset(&im, 0, sizeof(im));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		smf_write_begin(&w, image_put, &im, false);
		ATF_CHECK_EQ(EINVAL, smf_write_channel(&w, 0, bad[i]));
		ATF_CHECK_EQ(EINVAL, smf_write_channel(&w, 0, good));
		ATF_CHECK_EQ(0, im.used);
	}
	smf_write_begin(&w, image_put, &im, false);
	ATF_CHECK_EQ(EINVAL, smf_write_meta(&w, 0, SMF_META_END, "", 0));
	smf_write_begin(&w, image_put, &im, false);
	ATF_CHECK_EQ(EINVAL, smf_write_tempo(&w, 0, 0));
	smf_write_begin(&w, image_put, &im, false);
	ATF_CHECK_EQ(EINVAL, smf_write_tempo(&w, 0, SMF_TEMPO_MAX_US + 1));
	smf_write_begin(&w, image_put, &im, false);
	ATF_CHECK_EQ(EFBIG, smf_write_meta(&w, 0, 1, "", SMF_VLQ_MAX + 1U));
	ATF_CHECK_EQ(0, im.used);
	smf_write_begin(&w, image_put, &im, false);
	ATF_CHECK_EQ(0, smf_write_channel(&w, 10, good));
	ATF_CHECK_EQ(EINVAL, smf_write_channel(&w, 9, good));
	calls = 0;
	smf_write_begin(&w, sink_full, &calls, false);
	ATF_CHECK_EQ(ENOSPC, smf_write_channel(&w, 0, good));
	ATF_CHECK_EQ(ENOSPC, smf_write_end(&w, 0));
	ATF_CHECK_EQ(1, calls);
	free(im.data);
}

/*
 * Hostile files.
 */

/* Read everything, whatever it is: it must end, in time, within bounds. */
static void
hostile_read(const uint8_t *data, size_t n)
{
	struct smf_cursor *c;
	struct smf_error err;
	struct smf_event ev;
	struct smf_merge m;
	struct smf_read r;
	uint64_t steps, sum;
	uint64_t *heap;
	uint8_t *p;
	uint32_t i;
	int got;

	p = exact_copy(data, n);
	if (!smf_read_open(&r, p, n, &err)) {
		ATF_REQUIRE(err.offset <= n && err.reason != NULL);
		free(p);
		return;
	}
	ATF_REQUIRE(r.tracks > 0 && r.tracks <= n / 8 && r.division > 0);
	c = calloc(r.tracks, sizeof(*c));
	heap = calloc(r.tracks, sizeof(*heap));
	ATF_REQUIRE(c != NULL && heap != NULL);
	smf_read_cursors(&r, c);
	smf_merge_init(&m, &r, c, heap, 0, r.tracks);
	steps = sum = 0;
	while ((got = smf_merge_next(&m, &ev, &err)) != 0) {
		ATF_REQUIRE(++steps <= n + r.tracks);
		if (got == -1) {
			ATF_REQUIRE(err.offset <= n && err.reason != NULL);
			continue;
		}
		ATF_REQUIRE(ev.data >= p && ev.data + ev.length <= p + n);
		for (i = 0; i < ev.length; i++)
			sum += ev.data[i];
	}
	ATF_REQUIRE(sum <= 255 * (uint64_t)n);
	free(heap);
	free(c);
	free(p);
}

ATF_TC(hostile);
ATF_TC_HEAD(hostile, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches reads outside the file and "
	    "endless loops: files cut anywhere, and files spoilt at random");
}
ATF_TC_BODY(hostile, tc)
{
	static const uint8_t likely[] = { 0, 1, 0x7f, 0x80, 0xf0, 0xf7, 0xff };
	struct image im;
	uint64_t seed;
	uint8_t *p;
	size_t i, n;
	int run;

	seed = 11;
	merge_image(&im, &seed);
	for (i = 0; i <= im.used; i++)
		hostile_read(im.data, i);
	for (run = 0; run < 20000; run++) {
		p = exact_copy(im.data, im.used);
		for (n = 1 + random_next(&seed) % 8; n > 0; n--) {
			i = random_next(&seed) % im.used;
			p[i] = random_next(&seed) % 2 ?
			    likely[random_next(&seed) % sizeof(likely)] :
			    (uint8_t)random_next(&seed);
		}
		hostile_read(p, im.used - random_next(&seed) % 4);
		free(p);
	}
	free(im.data);
}

ATF_TC(hostile_tracks);
ATF_TC_HEAD(hostile_tracks, tc)
{
	atf_tc_set_md_var(tc, "descr", "Catches trouble with 65535 tracks, "
	    "all there, or only promised");
}
ATF_TC_BODY(hostile_tracks, tc)
{
	static const uint8_t body[] = { 0, SMF_META, SMF_META_END, 0 };
	struct image im;
	uint8_t head[SMF_WRITE_CHUNK_BYTES];
	int i;

	image_header(&im, 1, 65535, 96);
	smf_write_chunk(head, sizeof(body));
	image_put(&im, head, sizeof(head));
	image_put(&im, body, sizeof(body));
	hostile_read(im.data, im.used);
	for (i = 1; i < 65536; i++) {
		image_put(&im, head, sizeof(head));
		image_put(&im, body, sizeof(body));
	}
	hostile_read(im.data, im.used);
	free(im.data);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, header);
	ATF_TP_ADD_TC(tp, chunks);
	ATF_TP_ADD_TC(tp, events);
	ATF_TP_ADD_TC(tp, merge);
	ATF_TP_ADD_TC(tp, merge_error);
	ATF_TP_ADD_TC(tp, tempo);
	ATF_TP_ADD_TC(tp, tempo_smpte);
	ATF_TP_ADD_TC(tp, identity);
	ATF_TP_ADD_TC(tp, long_delta);
	ATF_TP_ADD_TC(tp, refusals);
	ATF_TP_ADD_TC(tp, hostile);
	ATF_TP_ADD_TC(tp, hostile_tracks);
	return atf_no_error();
}
