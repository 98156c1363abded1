/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_filter.c: what of a canonical stream goes on.
 *
 * Canonical in, canonical out: messages pass whole or not at all.  The only
 * thing to remember is whether the System Exclusive message that is open in
 * the stream passes, for its pieces do not say what they belong to.
 *
 * Who changes a filter while notes sound, ends them: a note-off passes, and
 * is transposed, as the filter is when it comes.
 */

#include <dev/midi/midi_filter.h>

void
midi_filter_init(struct midi_filter *mfi)
{

	mfi->mfi_channels = MIDI_CHANNELS_ALL;
	mfi->mfi_kinds = MIDI_KINDS_ALL;
	mfi->mfi_transpose = 0;
	mfi->mfi_open = false;
}

unsigned int
midi_filter_kind(uint8_t first)
{

	if (midi_msg_is_sysex(first))
		return MIDI_KIND_SYSEX;
	switch (first < MIDI_MSG_SYSEX ? first & 0xf0 : first) {
	case MIDI_MSG_NOTE_OFF:
	case MIDI_MSG_NOTE_ON:
		return MIDI_KIND_NOTE;
	case MIDI_MSG_KEY_PRESSURE:
		return MIDI_KIND_KEY_PRESSURE;
	case MIDI_MSG_CONTROL:
		return MIDI_KIND_CONTROL;
	case MIDI_MSG_PROGRAM:
		return MIDI_KIND_PROGRAM;
	case MIDI_MSG_PRESSURE:
		return MIDI_KIND_PRESSURE;
	case MIDI_MSG_BEND:
		return MIDI_KIND_BEND;
	case MIDI_MSG_CLOCK:
		return MIDI_KIND_CLOCK;
	case MIDI_MSG_ACTIVE_SENSE:
		return MIDI_KIND_SENSE;
	default:
		return midi_msg_is_realtime(first) ? MIDI_KIND_REALTIME :
		    MIDI_KIND_COMMON;
	}
}

/* Does the unit of SysEx that begins and ends so pass? */
static bool
midi_filter_sysex(struct midi_filter *mfi, uint8_t first, uint8_t last)
{
	bool passes;

	if (first == MIDI_MSG_SYSEX)
		mfi->mfi_open = (mfi->mfi_kinds & MIDI_KIND_SYSEX) != 0;
	passes = mfi->mfi_open;
	if (last == MIDI_MSG_SYSEX_END)
		mfi->mfi_open = false;
	return passes;
}

/* Does the unit pass?  *key is what its second byte becomes. */
static bool
midi_filter_unit(struct midi_filter *mfi, const uint8_t *unit, size_t len,
    uint8_t *key)
{
	const unsigned int kind = midi_filter_kind(unit[0]);
	int to;

	if (kind == MIDI_KIND_SYSEX)
		return midi_filter_sysex(mfi, unit[0], unit[len - 1]);
	if ((mfi->mfi_kinds & kind) == 0)
		return false;
	if (!midi_msg_is_channel(unit[0]))
		return true;
	if ((mfi->mfi_channels & 1U << (unit[0] & 0x0f)) == 0)
		return false;
	if (kind == MIDI_KIND_NOTE || kind == MIDI_KIND_KEY_PRESSURE) {
		to = unit[1] + mfi->mfi_transpose;
		*key = (uint8_t)to;
		return to >= 0 && to <= 127;
	}
	return true;
}

size_t
midi_filter_run(struct midi_filter *mfi, const uint8_t *in, size_t n,
    uint8_t *out)
{
	size_t i, len, o = 0;
	uint8_t key;

	for (i = 0; i < n; i += len) {
		len = midi_msg_unit(in + i, n - i);
		if (len == 0)
			break;
		key = len > 1 ? in[i + 1] : 0;
		if (!midi_filter_unit(mfi, in + i, len, &key))
			continue;
		memmove(out + o, in + i, len);
		if (len > 1)
			out[o + 1] = key;
		o += len;
	}
	KASSERT(o <= n);
	return o;
}
