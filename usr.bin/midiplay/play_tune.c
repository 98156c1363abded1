/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_tune.c: the tune that midiplay(1) brings.
 *
 * Thirteen notes, to hear whether a device makes any sound.  They become a
 * MIDI file in memory, and are played as any other.
 */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "play_tune.h"
#include "smf_write.h"

#define TICKS_PER_EIGHTH	48

static const struct {
	uint8_t	key;
	uint8_t	eighths;
} play_tune_notes[] = {
	{ 62, 1 }, { 67, 2 }, { 71, 1 }, { 74, 2 }, { 72, 1 }, { 71, 1 },
	{ 69, 2 }, { 64, 1 }, { 69, 1 }, { 72, 2 }, { 71, 1 }, { 69, 1 },
	{ 67, 4 },
};

struct play_tune_buffer {
	uint8_t	*data;
	size_t	used;
};

static int
play_tune_put(void *arg, const uint8_t *data, size_t n)
{
	struct play_tune_buffer *b;

	b = arg;
	if (n > PLAY_TUNE_BYTES - b->used)
		return ENOSPC;
	memcpy(b->data + b->used, data, n);
	b->used += n;
	return 0;
}

size_t
play_tune(uint8_t out[PLAY_TUNE_BYTES])
{
	struct play_tune_buffer b;
	struct smf_write w;
	uint64_t tick;
	uint8_t msg[3];
	size_t i;
	int error;

	b.data = out;
	b.used = SMF_WRITE_HEADER_BYTES + SMF_WRITE_CHUNK_BYTES;
	smf_write_begin(&w, play_tune_put, &b, true);
	smf_write_tempo(&w, 0, 468750);		/* 128 beats per minute */
	tick = 0;
	for (i = 0; i < sizeof(play_tune_notes) / sizeof(play_tune_notes[0]);
	    i++) {
		msg[0] = 0x90;
		msg[1] = play_tune_notes[i].key;
		msg[2] = 88;
		smf_write_channel(&w, tick, msg);
		tick += (uint64_t)play_tune_notes[i].eighths *
		    TICKS_PER_EIGHTH;
		msg[0] = 0x80;
		msg[2] = 64;
		smf_write_channel(&w, tick, msg);
	}
	error = smf_write_end(&w, tick);
	assert(error == 0);
	smf_write_header(out, 0, 1, 2 * TICKS_PER_EIGHTH);
	smf_write_chunk(out + SMF_WRITE_HEADER_BYTES, w.length);
	return error == 0 ? b.used : 0;
}
