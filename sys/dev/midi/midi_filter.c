/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_filter.c: which messages pass, and how much higher their notes are.
 *
 * The kind of a unit is looked up by its status; only controllers have a
 * second look.
 */

#include <dev/midi/midi_filter.h>

#define MIDI_FILTER_SOUND_OFF	120
#define MIDI_FILTER_NOTES_OFF	123	/* and all above */

void
midi_filter_init(struct midi_filter *fl)
{

	fl->fl_channels = MIDI_CHANNELS_ALL;
	fl->fl_kinds = MIDI_KINDS_ALL;
	fl->fl_transpose = 0;
}

bool
midi_filter_is_open(const struct midi_filter *fl)
{

	return fl->fl_channels == MIDI_CHANNELS_ALL &&
	    fl->fl_kinds == MIDI_KINDS_ALL && fl->fl_transpose == 0;
}

bool
midi_filter_valid(const struct midi_filter *fl)
{

	return (fl->fl_kinds & ~MIDI_KINDS_ALL) == 0 &&
	    fl->fl_transpose >= -127;
}

/* The kinds with any of which a channel message passes. */
static unsigned int
midi_filter_channel_kinds(const uint8_t *msg)
{
	static const uint16_t kinds[] = {
		MIDI_KIND_NOTE, MIDI_KIND_NOTE, MIDI_KIND_KEY_PRESSURE,
		MIDI_KIND_CONTROL, MIDI_KIND_PROGRAM, MIDI_KIND_PRESSURE,
		MIDI_KIND_BEND
	};
	const unsigned int kind = kinds[(msg[0] >> 4) - 8];

	if (kind == MIDI_KIND_CONTROL && (msg[1] == MIDI_FILTER_SOUND_OFF ||
	    msg[1] >= MIDI_FILTER_NOTES_OFF))
		return MIDI_KIND_CONTROL | MIDI_KIND_NOTE;
	return kind;
}

static unsigned int
midi_filter_system_kind(uint8_t first)
{

	if (midi_msg_is_sysex(first))
		return MIDI_KIND_SYSEX;
	switch (first) {
	case MIDI_MSG_ACTIVE_SENSE:
		return MIDI_KIND_SENSE;
	case MIDI_MSG_CLOCK:
		return MIDI_KIND_CLOCK;
	default:
		return midi_msg_is_realtime(first) ? MIDI_KIND_REALTIME :
		    MIDI_KIND_COMMON;
	}
}

static bool
midi_filter_passes(const struct midi_filter *fl, const uint8_t *msg)
{

	if (midi_msg_is_channel(msg[0]))
		return (fl->fl_channels & 1U << (msg[0] & 0x0f)) != 0 &&
		    (fl->fl_kinds & midi_filter_channel_kinds(msg)) != 0;
	return (fl->fl_kinds & midi_filter_system_kind(msg[0])) != 0;
}

/* Transpose a message in place.  False: it has left the keyboard. */
static bool
midi_filter_transpose(const struct midi_filter *fl, uint8_t *msg)
{
	int key;

	if (!midi_msg_is_channel(msg[0]) || msg[0] >= MIDI_MSG_CONTROL)
		return true;
	key = msg[1] + fl->fl_transpose;
	if (key < 0 || key > 127)
		return false;
	msg[1] = (uint8_t)key;
	return true;
}

size_t
midi_filter_run(const struct midi_filter *fl, const uint8_t *bytes, size_t n,
    uint8_t *out)
{
	size_t i, len, o = 0;

	KASSERT(midi_filter_valid(fl));
	for (i = 0; i < n; i += len) {
		len = midi_msg_unit(bytes + i, n - i);
		if (len == 0)
			break;
		if (!midi_filter_passes(fl, bytes + i))
			continue;
		memmove(out + o, bytes + i, len);
		if (midi_filter_transpose(fl, out + o))
			o += len;
	}
	return o;
}
