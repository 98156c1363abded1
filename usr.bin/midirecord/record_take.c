/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_take.c: from the sequencer's records to the events of a track.
 *
 * The sequencer counts in divisions of RECORD_TAKE_STEP_US, finer than most
 * files; each time is turned into ticks from the beginning, and rounded
 * once.  Time does not go back: where somebody restarts the sequencer's
 * timer, the take goes on from where it was.
 *
 * A SysEx message comes as records of 6 bytes.  It is gathered, and becomes
 * an event when its last byte has come; a long one becomes several, as the
 * format allows.  Each device has a message of its own, for records of
 * several devices mix.
 *
 * Pure: no input or output; the track's sink takes what is written.
 */

#include <string.h>

#include "record_take.h"
#include "seqrec.h"

void
record_take_init(struct record_take *t, const struct record_options *opt,
    struct smf_write *track, uint64_t base_tick)
{

	memset(t, 0, sizeof(*t));
	t->opt = opt;
	t->track = track;
	t->base_tick = base_tick;
	t->begun = opt->from_start;
}

/*
 * A stamp is the low 32 bits of the division.  One that lies behind the last
 * is from a timer that has been set to 0 again.
 */
static void
record_take_stamp(struct record_take *t, uint32_t stamp)
{
	uint32_t passed;

	passed = stamp - t->stamp;
	if (passed > INT32_MAX)
		passed = stamp;
	t->stamp = stamp;
	t->now += passed;
}

uint64_t
record_take_tick(const struct record_take *t)
{
	uint64_t us;
	double n;

	if (!t->begun)
		return t->base_tick;
	us = (t->now - t->origin) * RECORD_TAKE_STEP_US;
	n = t->opt->round_beats;
	if (n > 0) {
		n *= (double)(uint64_t)((double)us / t->opt->beat_us / n +
		    0.5);
		return t->base_tick + (uint64_t)(n * t->opt->division + 0.5);
	}
	return t->base_tick + (us * t->opt->division + t->opt->beat_us / 2) /
	    t->opt->beat_us;
}

/* The tick of an event that is now. */
static uint64_t
record_take_event(struct record_take *t)
{

	if (!t->begun) {
		t->begun = true;
		t->origin = t->now;
	}
	t->events++;
	return record_take_tick(t);
}

static void
record_take_channel(struct record_take *t, const seq_event_t *rec)
{
	uint8_t msg[3];

	if (seqrec_message(rec, msg) == 0 ||
	    (t->opt->channels >> MIDI_GET_CHAN(msg[0]) & 1) == 0)
		return;
	smf_write_channel(t->track, record_take_event(t), msg);
}

/* Write what has come of a message. */
static void
record_take_piece(struct record_take *t, struct record_sysex *x)
{

	smf_write_sysex(t->track, record_take_event(t),
	    x->later ? SMF_ESCAPE : SMF_SYSEX, x->data, x->used);
	x->later = true;
	x->used = 0;
}

static void
record_take_byte(struct record_take *t, struct record_sysex *x, uint8_t byte)
{

	if (byte == MIDI_SYSEX_START && x->open)
		record_take_byte(t, x, MIDI_SYSEX_END);
	if (!x->open) {
		x->open = true;
		x->later = false;
		x->used = 0;
	}
	if (MIDI_IS_STATUS(byte) && byte != MIDI_SYSEX_END)
		return;
	x->data[x->used++] = byte;
	if (byte == MIDI_SYSEX_END || x->used == sizeof(x->data))
		record_take_piece(t, x);
	if (byte == MIDI_SYSEX_END)
		x->open = false;
}

static void
record_take_sysex(struct record_take *t, const seq_event_t *rec)
{
	struct record_sysex *x;
	size_t i, n;

	x = &t->sysex[rec->sysex.device];
	n = sizeof(rec->sysex.buffer);
	while (n > 0 && rec->sysex.buffer[n - 1] == 0xff)
		n--;
	for (i = 0; i < n; i++)
		record_take_byte(t, x, rec->sysex.buffer[i]);
	if (n < sizeof(rec->sysex.buffer) && x->open)
		record_take_byte(t, x, MIDI_SYSEX_END);
}

int
record_take_record(struct record_take *t, const seq_event_t *rec)
{

	switch (rec->tag) {
	case SEQ_TIMING:
		if (rec->timing.op == TMR_WAIT_ABS)
			record_take_stamp(t, rec->timing.arg);
		break;
	case SEQ_CHN_VOICE:
	case SEQ_CHN_COMMON:
		if (t->opt->devices[rec->voice.device])
			record_take_channel(t, rec);
		break;
	case SEQ_SYSEX:
		if (t->opt->devices[rec->sysex.device])
			record_take_sysex(t, rec);
		break;
	default:
		break;
	}
	return t->track->error;
}

int
record_take_end(struct record_take *t)
{
	int i;

	for (i = 0; i < RECORD_TAKE_DEVICES; i++)
		if (t->sysex[i].open)
			record_take_byte(t, &t->sysex[i], MIDI_SYSEX_END);
	return smf_write_end(t->track, t->track->tick);
}
