/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_send.c: records of a song, and their times.
 *
 * Time goes on by waits that are written between the records.  What a device
 * cannot take yet, because System Exclusive is still on its wire, is held back
 * (play_pace.c) and written when time has come to it.
 *
 * The first error, which can only be of memory, stays.
 */

#include <errno.h>
#include <stdlib.h>

#include "play_send.h"
#include "seqrec.h"
#include "smf.h"

static void
play_send_fail(struct play_send *s, int error)
{

	if (s->error == 0)
		s->error = error;
}

void
play_send_record(struct play_send *s, const seq_event_t *rec)
{

	play_send_fail(s, play_out_record(s->out, rec));
}

/* What is written next is for this division, or later if that has passed. */
void
play_send_wait(struct play_send *s, uint64_t division)
{
	seq_event_t rec;
	uint32_t part;

	while (s->written < division) {
		part = division - s->written > UINT32_MAX ? UINT32_MAX :
		    (uint32_t)(division - s->written);
		rec = seqrec_timing(TMR_WAIT_REL, part);
		play_send_record(s, &rec);
		s->written += part;
	}
}

/* Write the earliest record that was held back. */
static void
play_send_release_one(struct play_send *s)
{
	seq_event_t rec;

	play_send_wait(s, play_pace_next(&s->pace));
	rec = play_pace_take(&s->pace);
	play_send_record(s, &rec);
}

/* Go on to a division, and on the way write what was held back until then. */
void
play_send_advance(struct play_send *s, uint64_t division)
{

	while (play_pace_next(&s->pace) <= division)
		play_send_release_one(s);
	play_send_wait(s, division);
}

/* Write a record for a device, or hold it back. */
void
play_send_put(struct play_send *s, uint8_t unit, const seq_event_t *rec)
{

	if (play_pace_open(&s->pace, unit, s->written)) {
		play_send_record(s, rec);
		return;
	}
	if (play_pace_full(&s->pace))
		play_send_release_one(s);
	if (!play_pace_hold(&s->pace, unit, rec))
		play_send_fail(s, ENOMEM);
}

/* What is known of a device that is played to; NULL without memory. */
struct play_device *
play_send_device(struct play_send *s, uint8_t unit)
{
	struct play_device *d;

	if (s->devices[unit] == NULL) {
		d = malloc(sizeof(*d));
		if (d == NULL) {
			play_send_fail(s, ENOMEM);
			return NULL;
		}
		midi_notes_init(&d->notes);
		play_chase_init(&d->chase);
		s->devices[unit] = d;
	}
	return s->devices[unit];
}

/* Send a channel message that midi_notes knows of. */
void
play_send_known(struct play_send *s, uint8_t unit, const uint8_t *msg)
{
	seq_event_t rec;

	rec = seqrec_channel(unit, msg);
	play_send_put(s, unit, &rec);
}

void
play_send_message(struct play_send *s, uint8_t unit, const uint8_t *msg)
{
	struct play_device *d;

	d = play_send_device(s, unit);
	if (d == NULL)
		return;
	midi_notes_run(&d->notes, msg, smf_channel_bytes(msg[0]) + 1);
	play_send_known(s, unit, msg);
}
