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
 * Which track an event goes to the owner of the tracks says.
 *
 * Pure: no input or output; the tracks' sinks take what is written.
 */

#include <errno.h>
#include <string.h>

#include "record_take.h"
#include "seqrec.h"

void
record_take_init(struct record_take *t, const struct record_options *opt,
    record_take_chooser *choose, void *arg, uint64_t base_tick)
{

	memset(t, 0, sizeof(*t));
	t->opt = opt;
	t->choose = choose;
	t->arg = arg;
	t->base_tick = t->last_tick = base_tick;
	t->begun = opt->from_start;
	t->origin = opt->origin;
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

	if (!t->begun || t->now <= t->origin)
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

/* Is it too early for an event? */
static bool
record_take_before(const struct record_take *t)
{

	return t->begun && t->now + t->opt->early < t->origin;
}

/* Something is now that is in the file: its tick. */
static uint64_t
record_take_begin(struct record_take *t)
{

	if (!t->begun) {
		t->begun = true;
		t->origin = t->now;
	}
	return record_take_tick(t);
}

/* The track of an event.  NULL: it is lost. */
static struct smf_write *
record_take_event(struct record_take *t, uint8_t device, int channel)
{
	struct smf_write *track;

	track = t->choose(t->arg, device, channel);
	if (track == NULL)
		t->error = ENOMEM;
	else
		t->events++;
	return track;
}

/* The event has been written. */
static void
record_take_written(struct record_take *t, const struct smf_write *track)
{

	if (track->tick > t->last_tick)
		t->last_tick = track->tick;
	if (t->error == 0)
		t->error = track->error;
}

static void
record_take_channel(struct record_take *t, const seq_event_t *rec)
{
	struct smf_write *track;
	uint8_t msg[3];

	if (seqrec_message(rec, msg) == 0 ||
	    (t->opt->channels >> MIDI_GET_CHAN(msg[0]) & 1) == 0 ||
	    record_take_before(t))
		return;
	track = record_take_event(t, rec->voice.device,
	    MIDI_GET_CHAN(msg[0]));
	if (track == NULL)
		return;
	smf_write_channel(track, record_take_begin(t), msg);
	record_take_written(t, track);
}

/* Write what has come of a message: as of its beginning, unless the track is
 * further already. */
static void
record_take_piece(struct record_take *t, struct record_sysex *x)
{
	struct smf_write *track = NULL;

	if (!x->early)
		track = record_take_event(t, (uint8_t)(x - t->sysex), -1);
	if (track != NULL) {
		smf_write_sysex(track,
		    x->tick > track->tick ? x->tick : track->tick,
		    x->later ? SMF_ESCAPE : SMF_SYSEX, x->data, x->used);
		record_take_written(t, track);
	}
	x->later = track != NULL;
	x->used = 0;
	x->tick = record_take_tick(t);
}

static void
record_take_byte(struct record_take *t, struct record_sysex *x, uint8_t byte)
{

	if (byte == MIDI_SYSEX_START && x->open)
		record_take_byte(t, x, MIDI_SYSEX_END);
	if (!x->open) {
		x->open = true;
		x->early = record_take_before(t);
		x->later = false;
		x->used = 0;
		if (!x->early)
			x->tick = record_take_begin(t);
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
	return t->error;
}

int
record_take_end(struct record_take *t)
{
	int i;

	for (i = 0; i < RECORD_TAKE_DEVICES; i++)
		if (t->sysex[i].open)
			record_take_byte(t, &t->sysex[i], MIDI_SYSEX_END);
	return t->error;
}
