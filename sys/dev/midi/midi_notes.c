/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_notes.c: what sounds at the end of a canonical stream.
 *
 * A count per key, because a key struck twice needs two note-offs on some
 * synthesizers and does no harm on others.  Counts of keys per channel let
 * the end skip what was never used.
 */

#include <dev/midi/midi_notes.h>

/* Channel mode messages and the like: controllers with a meaning for keys. */
#define MIDI_NOTES_SOUND_OFF	120
#define MIDI_NOTES_RESET	121
#define MIDI_NOTES_OFF		123	/* and all above */

/* The pedals, in the order of their bits in mn_pedals. */
static const uint8_t midi_notes_pedals[] = { 64, 66, 67, 69 };
#define MIDI_NOTES_HOLD_2	0x08	/* not lifted by reset */

/* The keys of a channel are up. */
static void
midi_notes_release(struct midi_notes *mn, unsigned int channel)
{

	if (mn->mn_keys[channel] == 0)
		return;
	memset(mn->mn_strikes[channel], 0, sizeof(mn->mn_strikes[channel]));
	mn->mn_keys[channel] = 0;
}

void
midi_notes_init(struct midi_notes *mn)
{

	memset(mn, 0, sizeof(*mn));
}

void
midi_notes_forget(struct midi_notes *mn)
{
	const uint16_t used = mn->mn_used;

	midi_notes_init(mn);
	mn->mn_used = used;
}

bool
midi_notes_silent(const struct midi_notes *mn)
{
	unsigned int channel;

	for (channel = 0; channel < MIDI_NOTES_CHANNELS; channel++) {
		if (mn->mn_keys[channel] != 0 || mn->mn_pedals[channel] != 0)
			return false;
	}
	return true;
}

bool
midi_notes_valid(const struct midi_notes *mn)
{
	unsigned int channel, key, keys;

	for (channel = 0; channel < MIDI_NOTES_CHANNELS; channel++) {
		keys = 0;
		for (key = 0; key < MIDI_NOTES_KEYS; key++)
			keys += mn->mn_strikes[channel][key] != 0 ? 1 : 0;
		if (keys != mn->mn_keys[channel] ||
		    mn->mn_pedals[channel] >> __arraycount(midi_notes_pedals))
			return false;
	}
	return true;
}

static void
midi_notes_strike(struct midi_notes *mn, unsigned int channel,
    unsigned int key)
{
	uint8_t *strikes;

	strikes = &mn->mn_strikes[channel][key];
	if (*strikes == 0)
		mn->mn_keys[channel]++;
	if (*strikes < UINT8_MAX)
		(*strikes)++;
}

static void
midi_notes_lift(struct midi_notes *mn, unsigned int channel, unsigned int key)
{
	uint8_t *strikes;

	strikes = &mn->mn_strikes[channel][key];
	if (*strikes == 0)
		return;
	if (--*strikes == 0)
		mn->mn_keys[channel]--;
}

static void
midi_notes_control(struct midi_notes *mn, unsigned int channel,
    unsigned int controller, unsigned int value)
{
	unsigned int i;

	for (i = 0; i < __arraycount(midi_notes_pedals); i++) {
		if (controller != midi_notes_pedals[i])
			continue;
		mn->mn_pedals[channel] &= (uint8_t)~(1U << i);
		if (value >= 64)
			mn->mn_pedals[channel] |= (uint8_t)(1U << i);
		return;
	}
	if (controller == MIDI_NOTES_SOUND_OFF || controller >= MIDI_NOTES_OFF)
		midi_notes_release(mn, channel);
	else if (controller == MIDI_NOTES_RESET)
		mn->mn_pedals[channel] &= MIDI_NOTES_HOLD_2;
}

/* A whole channel message. */
static void
midi_notes_channel(struct midi_notes *mn, const uint8_t *msg)
{
	const unsigned int channel = msg[0] & 0x0f;

	mn->mn_used |= (uint16_t)(1U << channel);
	switch (msg[0] & 0xf0) {
	case MIDI_MSG_NOTE_ON:
		if (msg[2] != 0)
			midi_notes_strike(mn, channel, msg[1]);
		else
			midi_notes_lift(mn, channel, msg[1]);
		break;
	case MIDI_MSG_NOTE_OFF:
		midi_notes_lift(mn, channel, msg[1]);
		break;
	case MIDI_MSG_CONTROL:
		midi_notes_control(mn, channel, msg[1], msg[2]);
		break;
	}
}

size_t
midi_notes_run(struct midi_notes *mn, const uint8_t *bytes, size_t n)
{
	size_t i, len, msgs = 0;
	uint8_t status;

	for (i = 0; i < n; i += len) {
		status = bytes[i];
		len = midi_msg_unit(bytes + i, n - i);
		if (len == 0)
			break;
		if (midi_msg_is_channel(status))
			midi_notes_channel(mn, bytes + i);
		else if (!midi_msg_is_status(status) ||
		    status == MIDI_MSG_SYSEX_END)
			continue;	/* goes on with a message */
		else if (status == MIDI_MSG_RESET)
			midi_notes_forget(mn);
		msgs++;
	}
	return msgs;
}

/* End the keys and pedals of one channel, as far as there is room. */
static size_t
midi_notes_end_channel(struct midi_notes *mn, unsigned int channel,
    uint8_t *out, size_t outsize)
{
	unsigned int i, key;
	size_t o;

	o = 0;
	for (key = 0; mn->mn_keys[channel] != 0; key++) {
		KASSERT(key < MIDI_NOTES_KEYS);
		while (mn->mn_strikes[channel][key] != 0) {
			if (outsize - o < 3)
				return o;
			out[o++] = (uint8_t)(MIDI_MSG_NOTE_OFF | channel);
			out[o++] = (uint8_t)key;
			out[o++] = MIDI_MSG_OFF_VELOCITY;
			midi_notes_lift(mn, channel, key);
		}
	}
	for (i = 0; mn->mn_pedals[channel] != 0; i++) {
		if ((mn->mn_pedals[channel] & 1U << i) == 0)
			continue;
		if (outsize - o < 3)
			return o;
		out[o++] = (uint8_t)(MIDI_MSG_CONTROL | channel);
		out[o++] = midi_notes_pedals[i];
		out[o++] = 0;
		mn->mn_pedals[channel] &= (uint8_t)~(1U << i);
	}
	return o;
}

size_t
midi_notes_end(struct midi_notes *mn, uint8_t *out, size_t outsize)
{
	unsigned int channel;
	size_t o;

	KASSERT(midi_notes_valid(mn));
	o = 0;
	for (channel = 0; channel < MIDI_NOTES_CHANNELS; channel++)
		o += midi_notes_end_channel(mn, channel, out + o,
		    outsize - o);
	KASSERT(midi_notes_valid(mn));
	return o;
}
