/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_mtc.c: MIDI time code to time.
 *
 * The place is a number of quarters of frames, so that running over minutes
 * with dropped frames and over midnight is plain counting; numbers of hours
 * to frames are made of it, and it of them, at the edges only.
 *
 * Invariants: midi_mtc_valid().  Never: an index of what was received.
 */

#include <dev/midi/midi_mtc.h>

#define NS_PER_S	1000000000ULL

/* With drop frames: numbers dropped in a minute, frames of such a minute,
 * and of ten minutes, the first of which drops none. */
#define DROP		2
#define DROP_MINUTE	(60 * 30 - DROP)
#define DROP_TEN	(10 * DROP_MINUTE + DROP)

static uint32_t
midi_mtc_base(enum midi_mtc_rate rate)
{

	switch (rate) {
	case MIDI_MTC_24:
		return 24;
	case MIDI_MTC_25:
		return 25;
	default:
		return 30;
	}
}

uint32_t
midi_mtc_day_frames(enum midi_mtc_rate rate)
{

	if (rate == MIDI_MTC_30_DROP)
		return 24 * 6 * DROP_TEN;
	return 24 * 60 * 60 * midi_mtc_base(rate);
}

bool
midi_mtc_time_valid(const struct midi_mtc_time *mt)
{

	if (mt->mt_rate > MIDI_MTC_30 || mt->mt_hour >= 24 ||
	    mt->mt_minute >= 60 || mt->mt_second >= 60 ||
	    mt->mt_frame >= midi_mtc_base(mt->mt_rate))
		return false;
	return mt->mt_rate != MIDI_MTC_30_DROP || mt->mt_second != 0 ||
	    mt->mt_frame >= DROP || mt->mt_minute % 10 == 0;
}

uint32_t
midi_mtc_frames(const struct midi_mtc_time *mt)
{
	uint32_t frames, minutes;

	KASSERT(midi_mtc_time_valid(mt));
	minutes = mt->mt_hour * 60U + mt->mt_minute;
	frames = (minutes * 60 + mt->mt_second) * midi_mtc_base(mt->mt_rate) +
	    mt->mt_frame;
	if (mt->mt_rate == MIDI_MTC_30_DROP)
		frames -= DROP * (minutes - minutes / 10);
	return frames;
}

void
midi_mtc_from_frames(enum midi_mtc_rate rate, uint32_t frames,
    struct midi_mtc_time *mt)
{
	uint32_t base, minutes, rest;

	KASSERT(frames < midi_mtc_day_frames(rate));
	base = midi_mtc_base(rate);
	if (rate == MIDI_MTC_30_DROP) {
		/* Put the dropped numbers in. */
		minutes = frames / DROP_TEN * 9;
		rest = frames % DROP_TEN;
		if (rest >= DROP)
			minutes += (rest - DROP) / DROP_MINUTE;
		frames += DROP * minutes;
	}
	mt->mt_rate = rate;
	mt->mt_frame = (uint8_t)(frames % base);
	mt->mt_second = (uint8_t)(frames / base % 60);
	mt->mt_minute = (uint8_t)(frames / base / 60 % 60);
	mt->mt_hour = (uint8_t)(frames / base / 3600);
	KASSERT(midi_mtc_time_valid(mt));
}

static uint32_t
midi_mtc_day(enum midi_mtc_rate rate)
{

	return midi_mtc_day_frames(rate) * MIDI_MTC_QUARTERS;
}

void
midi_mtc_init(struct midi_mtc *mm)
{

	memset(mm, 0, sizeof(*mm));
}

bool
midi_mtc_valid(const struct midi_mtc *mm)
{

	return mm->mm_last < MIDI_MTC_PIECES &&
	    mm->mm_count <= MIDI_MTC_PIECES &&
	    mm->mm_rate <= MIDI_MTC_30 &&
	    (!mm->mm_known || mm->mm_place < midi_mtc_day(mm->mm_rate));
}

static enum midi_mtc_result
midi_mtc_lose(struct midi_mtc *mm)
{

	mm->mm_known = false;
	mm->mm_lost++;
	return MIDI_MTC_LOST;
}

static enum midi_mtc_result
midi_mtc_put(struct midi_mtc *mm, const struct midi_mtc_time *mt,
    uint32_t quarters, bool sure)
{
	uint32_t place;
	bool same;

	place = (midi_mtc_frames(mt) * MIDI_MTC_QUARTERS + quarters) %
	    midi_mtc_day(mt->mt_rate);
	same = mm->mm_known && mm->mm_rate == mt->mt_rate &&
	    mm->mm_place == place;
	/*
	 * If the tape jumped, these eight may be of two times, some of
	 * before and some of behind; the next eight are not.
	 */
	if (sure && mm->mm_known && mm->mm_sure && !same)
		return midi_mtc_lose(mm);
	mm->mm_known = true;
	mm->mm_sure = sure;
	mm->mm_rate = mt->mt_rate;
	mm->mm_place = place;
	return same && sure ? MIDI_MTC_ON : MIDI_MTC_JUMP;
}

/* All eight are there, in order. */
static enum midi_mtc_result
midi_mtc_assemble(struct midi_mtc *mm)
{
	const uint8_t *data = mm->mm_data;
	struct midi_mtc_time mt;

	mt.mt_frame = (uint8_t)(data[0] | (data[1] & 1) << 4);
	mt.mt_second = (uint8_t)(data[2] | (data[3] & 3) << 4);
	mt.mt_minute = (uint8_t)(data[4] | (data[5] & 3) << 4);
	mt.mt_hour = (uint8_t)(data[6] | (data[7] & 1) << 4);
	mt.mt_rate = (enum midi_mtc_rate)(data[7] >> 1 & 3);
	if (!midi_mtc_time_valid(&mt))
		return midi_mtc_lose(mm);
	return midi_mtc_put(mm, &mt,
	    mm->mm_backward ? 0 : MIDI_MTC_PIECES - 1, true);
}

/* One more piece, a quarter further on or back than the one before.  The
 * first one is where the full message before it was. */
static void
midi_mtc_step(struct midi_mtc *mm)
{
	uint32_t day;

	if (mm->mm_count < MIDI_MTC_PIECES)
		mm->mm_count++;
	if (!mm->mm_known || mm->mm_count == 1)
		return;
	day = midi_mtc_day(mm->mm_rate);
	mm->mm_place = (mm->mm_place + (mm->mm_backward ? day - 1 : 1)) % day;
}

enum midi_mtc_result
midi_mtc_piece(struct midi_mtc *mm, uint8_t byte)
{
	uint8_t ahead, piece;
	bool missing, turned;

	KASSERT(midi_mtc_valid(mm));
	piece = byte >> 4 & (MIDI_MTC_PIECES - 1);
	ahead = (uint8_t)(piece - mm->mm_last) % MIDI_MTC_PIECES;
	missing = mm->mm_count > 0 && ahead != 1 &&
	    ahead != MIDI_MTC_PIECES - 1;
	turned = mm->mm_count > 0 && !missing &&
	    (ahead != 1) != mm->mm_backward;
	mm->mm_last = piece;
	mm->mm_data[piece] = byte & 0x0f;
	if (missing) {
		mm->mm_count = 1;
		return midi_mtc_lose(mm);
	}
	if (turned) {
		/* The piece before is the first that way. */
		mm->mm_backward = !mm->mm_backward;
		mm->mm_count = 1;
	}
	midi_mtc_step(mm);
	/* The last of a time, and the seven before it are of the same. */
	if (mm->mm_count == MIDI_MTC_PIECES &&
	    piece == (mm->mm_backward ? 0 : MIDI_MTC_PIECES - 1))
		return midi_mtc_assemble(mm);
	return mm->mm_known ? MIDI_MTC_ON : MIDI_MTC_MORE;
}

enum midi_mtc_result
midi_mtc_full(struct midi_mtc *mm, const uint8_t *bytes)
{
	struct midi_mtc_time mt;

	KASSERT(midi_mtc_valid(mm));
	mt.mt_hour = bytes[0] & 0x1f;
	mt.mt_rate = (enum midi_mtc_rate)(bytes[0] >> 5 & 3);
	mt.mt_minute = bytes[1];
	mt.mt_second = bytes[2];
	mt.mt_frame = bytes[3];
	/* Pieces of before and after do not belong together. */
	mm->mm_count = 0;
	if (!midi_mtc_time_valid(&mt))
		return midi_mtc_lose(mm);
	return midi_mtc_put(mm, &mt, 0, false);
}

bool
midi_mtc_known(const struct midi_mtc *mm)
{

	return mm->mm_known;
}

void
midi_mtc_time(const struct midi_mtc *mm, struct midi_mtc_time *mt)
{

	KASSERT(mm->mm_known);
	midi_mtc_from_frames(mm->mm_rate, mm->mm_place / MIDI_MTC_QUARTERS,
	    mt);
}
