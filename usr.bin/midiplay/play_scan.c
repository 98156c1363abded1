/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_scan.c: how long a song is.
 *
 * Only a walk through the whole file tells, which would keep a long one from
 * sounding at once.  So it is done piece by piece while the player waits.
 */

#include <stdlib.h>
#include <string.h>

#include "play_scan.h"

#define EVENTS	4096		/* a fraction of a millisecond */

static void
play_scan_begin(struct play_scan *sc)
{

	smf_tempo_init(&sc->tempo, sc->read);
	sc->tick = 0;
	smf_merge_init(&sc->merge, sc->read, sc->cursors, sc->heap,
	    sc->pattern, sc->read->format == 2 ? 1 : sc->read->tracks);
}

bool
play_scan_open(struct play_scan *sc, const struct smf_read *r)
{

	memset(sc, 0, sizeof(*sc));
	sc->read = r;
	sc->cursors = calloc(r->tracks, sizeof(sc->cursors[0]));
	sc->heap = calloc(r->tracks, sizeof(sc->heap[0]));
	if (sc->cursors == NULL || sc->heap == NULL) {
		play_scan_close(sc);
		return false;
	}
	smf_read_cursors(r, sc->cursors);
	play_scan_begin(sc);
	return true;
}

void
play_scan_close(struct play_scan *sc)
{

	free(sc->cursors);
	free(sc->heap);
	sc->cursors = NULL;
	sc->heap = NULL;
	sc->done = true;
}

/* The file's, or a pattern's, last event was seen. */
static void
play_scan_end(struct play_scan *sc)
{

	sc->before_ns += smf_tempo_ns(&sc->tempo, sc->tick);
	if (sc->read->format == 2 && sc->pattern + 1U < sc->read->tracks) {
		sc->pattern++;
		play_scan_begin(sc);
		return;
	}
	play_scan_close(sc);
}

void
play_scan_step(struct play_scan *sc)
{
	struct smf_error error;
	struct smf_event ev;
	unsigned i;
	int got;

	for (i = 0; i < EVENTS && !sc->done; i++) {
		got = smf_merge_next(&sc->merge, &ev, &error);
		if (got == 0 || (got == 1 && ev.tick > SMF_TEMPO_MAX_TICK)) {
			play_scan_end(sc);
			continue;
		}
		if (got == -1)
			continue;
		sc->tick = ev.tick;
		if (ev.status == SMF_META && ev.type == SMF_META_TEMPO &&
		    smf_event_tempo_us(&ev) != 0)
			smf_tempo_set(&sc->tempo, ev.tick,
			    smf_event_tempo_us(&ev));
	}
}

uint64_t
play_scan_ns(const struct play_scan *sc)
{

	return sc->done ? sc->before_ns : 0;
}
