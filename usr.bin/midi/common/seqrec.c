/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seqrec.c: channel messages and timing as records of the sequencer.
 *
 * A record and its message carry the same, so either can be had from the
 * other.  Pitch bend is one 14-bit number in a record and two bytes, low one
 * first, in a message.
 */

#include <string.h>

#include "seqrec.h"

seq_event_t
seqrec_channel(uint8_t unit, const uint8_t *msg)
{
	seq_event_t rec;
	uint8_t chan, op;

	memset(&rec, 0, sizeof(rec));
	op = MIDI_GET_STATUS(msg[0]);
	chan = MIDI_GET_CHAN(msg[0]);
	switch (op) {
	case MIDI_CTL_CHANGE:
		SEQ_MK_CHN_COMMON(&rec, unit, op, chan, msg[1] & 0x7f, 0,
		    msg[2] & 0x7f);
		break;
	case MIDI_PGM_CHANGE:
	case MIDI_CHN_PRESSURE:
		SEQ_MK_CHN_COMMON(&rec, unit, op, chan, msg[1] & 0x7f, 0, 0);
		break;
	case MIDI_PITCH_BEND:
		SEQ_MK_CHN_COMMON(&rec, unit, op, chan, 0, 0,
		    (msg[2] & 0x7f) << 7 | (msg[1] & 0x7f));
		break;
	default:
		SEQ_MK_CHN_VOICE(&rec, unit, op, chan, msg[1] & 0x7f,
		    msg[2] & 0x7f);
		break;
	}
	return rec;
}

unsigned
seqrec_message(const seq_event_t *rec, uint8_t msg[3])
{

	if (rec->tag == SEQ_CHN_VOICE) {
		if (rec->voice.op != MIDI_NOTEOFF &&
		    rec->voice.op != MIDI_NOTEON &&
		    rec->voice.op != MIDI_KEY_PRESSURE)
			return 0;
		msg[1] = rec->voice.key & 0x7f;
		msg[2] = rec->voice.parm & 0x7f;
	} else if (rec->tag == SEQ_CHN_COMMON) {
		msg[1] = rec->common.p1 & 0x7f;
		msg[2] = rec->common.w14 & 0x7f;
		switch (rec->common.op) {
		case MIDI_CTL_CHANGE:
		case MIDI_PGM_CHANGE:
		case MIDI_CHN_PRESSURE:
			break;
		case MIDI_PITCH_BEND:
			msg[1] = rec->common.w14 & 0x7f;
			msg[2] = rec->common.w14 >> 7 & 0x7f;
			break;
		default:
			return 0;
		}
	} else {
		return 0;
	}
	/* Both families have op and channel in one place. */
	msg[0] = (uint8_t)(rec->voice.op | (rec->voice.channel & 0x0f));
	return (msg[0] & 0xe0) == 0xc0 ? 2 : 3;
}

seq_event_t
seqrec_timing(uint8_t op, uint32_t arg)
{
	seq_event_t rec;

	memset(&rec, 0, sizeof(rec));
	rec.timing.tag = SEQ_TIMING;
	rec.timing.op = op;
	rec.timing.arg = arg;
	return rec;
}
