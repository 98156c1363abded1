/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_asense.c: Active Sensing, both directions.
 *
 * Either machine is a deadline that is there or not.  A deadline handed out
 * is later than the time given, and one that has come is gone or moved by the
 * call that finds it, so that nothing fires twice.
 */

#include <dev/midi/midi_asense.h>

void
midi_asense_init(struct midi_asense *ma, uint64_t gap_ns)
{

	ma->ma_armed = false;
	ma->ma_own = false;
	ma->ma_gap_ns = gap_ns;
	ma->ma_deadline_ns = 0;
}

void
midi_asense_set_gap(struct midi_asense *ma, uint64_t gap_ns)
{

	ma->ma_gap_ns = gap_ns;
}

uint64_t
midi_asense_deadline_ns(const struct midi_asense *ma)
{

	return ma->ma_armed ? ma->ma_deadline_ns : MIDI_ASENSE_NEVER;
}

static void
midi_asense_arm(struct midi_asense *ma, uint64_t now_ns)
{

	ma->ma_armed = true;
	ma->ma_deadline_ns = now_ns + ma->ma_gap_ns;
}

static bool
midi_asense_due(const struct midi_asense *ma, uint64_t now_ns)
{

	return ma->ma_armed && now_ns >= ma->ma_deadline_ns;
}

enum midi_asense_action
midi_asense_send(struct midi_asense *ma, enum midi_asense_event event,
    uint64_t now_ns)
{

	switch (event) {
	case MIDI_ASENSE_TRAFFIC:
		if (!ma->ma_own)
			midi_asense_arm(ma, now_ns);
		break;
	case MIDI_ASENSE_BYTE:
		ma->ma_own = true;
		ma->ma_armed = false;
		break;
	case MIDI_ASENSE_TIME:
		if (!midi_asense_due(ma, now_ns))
			break;
		midi_asense_arm(ma, now_ns);
		return MIDI_ASENSE_SEND;
	case MIDI_ASENSE_CLOSE:
		midi_asense_init(ma, ma->ma_gap_ns);
		break;
	}
	return MIDI_ASENSE_NONE;
}

enum midi_asense_action
midi_asense_receive(struct midi_asense *ma, enum midi_asense_event event,
    uint64_t now_ns)
{
	enum midi_asense_action action;

	action = MIDI_ASENSE_NONE;
	if (event != MIDI_ASENSE_CLOSE && midi_asense_due(ma, now_ns)) {
		ma->ma_armed = false;
		action = MIDI_ASENSE_LOST;
	}
	switch (event) {
	case MIDI_ASENSE_TRAFFIC:
		if (ma->ma_armed)
			midi_asense_arm(ma, now_ns);
		break;
	case MIDI_ASENSE_BYTE:
		midi_asense_arm(ma, now_ns);
		break;
	case MIDI_ASENSE_TIME:
		break;
	case MIDI_ASENSE_CLOSE:
		midi_asense_init(ma, ma->ma_gap_ns);
		break;
	}
	return action;
}
