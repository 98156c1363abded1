/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * smfcmp.c: is what was recorded what was played?
 *
 *	smfcmp [-t tolerance_us] played.mid recorded.mid
 *
 * Of each channel, the messages must be the same and in the same order, and
 * each must have its time, counted from the file's first message, within the
 * tolerance (1000 us unless told).  A note-on of velocity 0 and a note-off
 * of velocity 64 are the same message.  Meta events and SysEx are not
 * compared, and neither is, at the beginning of what was recorded, what the
 * sequencer sends when it is opened.
 *
 * A sequencer puts its devices into their initial state when it is opened.
 * Messages of the recorded file that do just that, and come before all that
 * was played, are left out, and counted in the second line as before=.
 *
 * Two lines are printed, one to read and one to parse, and above them what
 * differs first.  Exit status 0: the same; 1: not; 2: cannot be compared.
 */

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filebuf.h"
#include "smf_merge.h"
#include "smf_tempo.h"

#define CHANNELS	16

struct message {
	uint64_t	ns;		/* since the first of the file */
	uint8_t		bytes[3];
};

struct take {
	const char	*name;
	struct message	*list;
	size_t		count;
	size_t		room;
};

struct result {
	uint64_t	*off_ns;	/* deviations of those compared */
	size_t		count;
	size_t		wrong;		/* other bytes */
	size_t		missing;	/* in one file only */
	size_t		late;		/* beyond the tolerance */
	size_t		before;		/* left out */
};

static void
take_add(struct take *t, const struct smf_event *ev, uint64_t ns)
{
	struct message *m;

	if (t->count == t->room) {
		t->room = t->room * 2 + 1024;
		t->list = realloc(t->list, t->room * sizeof(t->list[0]));
		if (t->list == NULL)
			err(2, NULL);
	}
	m = &t->list[t->count++];
	m->ns = ns;
	m->bytes[0] = ev->status;
	m->bytes[1] = ev->data[0];
	m->bytes[2] = ev->length > 1 ? ev->data[1] : 0;
	if ((ev->status & 0xf0) == 0x90 && m->bytes[2] == 0) {
		m->bytes[0] = (uint8_t)(0x80 | (ev->status & 0x0f));
		m->bytes[2] = 64;
	}
}

static void
take_events(struct take *t, const struct smf_read *r)
{
	struct smf_cursor *cursors;
	struct smf_error error;
	struct smf_event ev;
	struct smf_merge merge;
	struct smf_tempo tempo;
	uint32_t us;
	uint64_t *heap;
	int got;

	cursors = calloc(r->tracks, sizeof(*cursors));
	heap = calloc(r->tracks, sizeof(*heap));
	if (cursors == NULL || heap == NULL)
		err(2, NULL);
	smf_read_cursors(r, cursors);
	smf_merge_init(&merge, r, cursors, heap, 0, r->tracks);
	smf_tempo_init(&tempo, r);
	while ((got = smf_merge_next(&merge, &ev, &error)) == 1) {
		if (ev.tick > SMF_TEMPO_MAX_TICK)
			errx(2, "%s: too long", t->name);
		us = ev.status == SMF_META && ev.type == SMF_META_TEMPO ?
		    smf_event_tempo_us(&ev) : 0;
		if (us != 0)
			smf_tempo_set(&tempo, ev.tick, us);
		else if (ev.status < SMF_SYSEX)
			take_add(t, &ev, smf_tempo_ns(&tempo, ev.tick));
	}
	if (got == -1)
		errx(2, "%s: byte %zu: %s", t->name, error.offset,
		    error.reason);
	free(heap);
	free(cursors);
}

static void
take_load(struct take *t, const char *name)
{
	struct filebuf fb;
	struct smf_error error;
	struct smf_read r;
	int e;

	memset(t, 0, sizeof(*t));
	t->name = name;
	e = filebuf_load(&fb, name);
	if (e != 0)
		errx(2, "%s: %s", name, strerror(e));
	if (!smf_read_open(&r, fb.data, fb.size, &error))
		errx(2, "%s: byte %zu: %s", name, error.offset, error.reason);
	if (r.format == 2)
		errx(2, "%s: patterns cannot be compared", name);
	take_events(t, &r);
	filebuf_free(&fb);
}

/* Let the take begin with its message number first, at time 0. */
static void
take_begin(struct take *t, size_t first)
{
	uint64_t first_ns;
	size_t i;

	if (t->count == 0)
		return;
	t->count -= first;
	memmove(t->list, t->list + first, t->count * sizeof(t->list[0]));
	first_ns = t->list[0].ns;
	for (i = 0; i < t->count; i++)
		t->list[i].ns -= first_ns;
}

/* Does a message only bring a channel to its initial state? */
static bool
take_initial(const struct message *m)
{

	switch (m->bytes[0] & 0xf0) {
	case 0x80:
		return true;
	case 0xb0:		/* pedals up, or a mode message */
		return (m->bytes[1] >= 64 && m->bytes[1] < 70 &&
		    m->bytes[2] == 0) || m->bytes[1] >= 120;
	case 0xe0:
		return m->bytes[1] == 0 && m->bytes[2] == 64;
	default:
		return false;
	}
}

/* How many messages b has before what a begins with. */
static size_t
take_before(const struct take *a, const struct take *b)
{
	size_t i, n;

	if (a->count == 0 || b->count <= a->count)
		return 0;
	n = b->count - a->count;
	for (i = 0; i < n; i++)
		if (!take_initial(&b->list[i]))
			return 0;
	return memcmp(a->list[0].bytes, b->list[n].bytes, 3) == 0 ? n : 0;
}

/* The place of the next message of channel ch at or behind i. */
static size_t
take_next(const struct take *t, size_t i, unsigned ch)
{

	while (i < t->count && (t->list[i].bytes[0] & 0x0fU) != ch)
		i++;
	return i;
}

static void
compare_report(const char *what, const struct take *t, size_t i)
{
	const struct message *m;

	m = &t->list[i];
	printf("%s: %s: %02x %02x %02x at %.6f s\n", t->name, what,
	    m->bytes[0], m->bytes[1], m->bytes[2], (double)m->ns / 1e9);
}

static void
compare_pair(struct result *res, const struct take *a, size_t i,
    const struct take *b, size_t j, uint64_t tolerance_ns)
{
	uint64_t off_ns, x, y;

	x = a->list[i].ns;
	y = b->list[j].ns;
	off_ns = x > y ? x - y : y - x;
	if (memcmp(a->list[i].bytes, b->list[j].bytes, 3) != 0) {
		if (res->wrong++ == 0) {
			compare_report("first that differs", a, i);
			compare_report("has instead", b, j);
		}
		return;
	}
	res->off_ns[res->count++] = off_ns;
	if (off_ns > tolerance_ns && res->late++ == 0) {
		compare_report("first at another time", a, i);
		compare_report("has it", b, j);
	}
}

static void
compare_channel(struct result *res, const struct take *a,
    const struct take *b, unsigned ch, uint64_t tolerance_ns)
{
	size_t i, j;

	i = take_next(a, 0, ch);
	j = take_next(b, 0, ch);
	while (i < a->count && j < b->count) {
		compare_pair(res, a, i, b, j, tolerance_ns);
		i = take_next(a, i + 1, ch);
		j = take_next(b, j + 1, ch);
	}
	if (i < a->count || j < b->count)
		compare_report("only here, first", i < a->count ? a : b,
		    i < a->count ? i : j);
	for (; i < a->count; i = take_next(a, i + 1, ch))
		res->missing++;
	for (; j < b->count; j = take_next(b, j + 1, ch))
		res->missing++;
}

static int
off_compare(const void *a, const void *b)
{
	uint64_t x, y;

	x = *(const uint64_t *)a;
	y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

/* The deviation that so many of 100 do not pass, in microseconds. */
static double
off_us(const struct result *res, size_t percent)
{

	if (res->count == 0)
		return 0;
	return (double)res->off_ns[(res->count - 1) * percent / 100] / 1000;
}

static int
compare_print(const struct take *a, struct result *res, uint64_t tolerance_us)
{
	bool same;

	qsort(res->off_ns, res->count, sizeof(res->off_ns[0]), off_compare);
	same = res->wrong == 0 && res->missing == 0 && res->late == 0 &&
	    a->count > 0;
	printf("%zu messages: %zu differ, %zu in one file only, %zu off by "
	    "more than %" PRIu64 " us; deviation %.1f us in the median, "
	    "%.1f us for 99%%, %.1f us at most\n", a->count, res->wrong,
	    res->missing, res->late, tolerance_us, off_us(res, 50),
	    off_us(res, 99), off_us(res, 100));
	printf("smfcmp: result=%s events=%zu wrong=%zu missing=%zu late=%zu "
	    "before=%zu tolerance_us=%" PRIu64 " median_us=%.1f p99_us=%.1f "
	    "max_us=%.1f\n", same ? "PASS" : "FAIL", a->count, res->wrong,
	    res->missing, res->late, res->before, tolerance_us,
	    off_us(res, 50), off_us(res, 99), off_us(res, 100));
	return same ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct result res;
	struct take a, b;
	uint64_t tolerance_us;
	unsigned ch;
	int c, status;

	tolerance_us = 1000;
	while ((c = getopt(argc, argv, "t:")) != -1) {
		if (c != 't')
			break;
		tolerance_us = strtoul(optarg, NULL, 10);
	}
	if (c != -1 || argc - optind != 2) {
		fputs("usage: smfcmp [-t tolerance_us] played.mid "
		    "recorded.mid\n", stderr);
		return 2;
	}
	take_load(&a, argv[optind]);
	take_load(&b, argv[optind + 1]);
	memset(&res, 0, sizeof(res));
	res.before = take_before(&a, &b);
	take_begin(&a, 0);
	take_begin(&b, res.before);
	res.off_ns = calloc(a.count + 1, sizeof(res.off_ns[0]));
	if (res.off_ns == NULL)
		err(2, NULL);
	for (ch = 0; ch < CHANNELS; ch++)
		compare_channel(&res, &a, &b, ch, tolerance_us * 1000);
	status = compare_print(&a, &res, tolerance_us);
	free(res.off_ns);
	free(a.list);
	free(b.list);
	return status;
}
