/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_chase.c: the state that a song has brought its devices to.
 *
 * Who begins in the middle of a song needs the programs, controllers and
 * bends that were set in front of it, but not the way there.  Of all that
 * has only a last value that one is kept; notes and their pressure are
 * forgotten.  Parameters (RPN, NRPN) and modes depend on the order of
 * messages and are sent as they come.
 *
 * The values are given back bank before program, and controllers before bend.
 * The device was brought to its initial state before.  Pure.
 */

#include <string.h>

#include "play_chase.h"

#include <sys/midiio.h>

void
play_chase_init(struct play_chase *c)
{

	memset(c, 0xff, sizeof(*c));
}

/* Is it one of those that make sense only in their order? */
static bool
play_chase_ordered(uint8_t control)
{

	return control == MIDI_CTRL_DATA_ENTRY_MSB ||
	    control == MIDI_CTRL_DATA_ENTRY_LSB ||
	    (control >= MIDI_CTRL_RPN_INCREMENT &&
	    control <= MIDI_CTRL_RPN_MSB);
}

/* Reset all controllers, as far as MIDI says what that resets. */
static void
play_chase_reset(struct play_chase_channel *ch)
{
	uint8_t i;

	ch->control[MIDI_CTRL_MODULATION_MSB] = PLAY_CHASE_NONE;
	ch->control[MIDI_CTRL_EXPRESSION_MSB] = PLAY_CHASE_NONE;
	for (i = MIDI_CTRL_HOLD_1; i <= MIDI_CTRL_SOFT_PEDAL; i++)
		ch->control[i] = PLAY_CHASE_NONE;
	ch->pressure = PLAY_CHASE_NONE;
	ch->bend = PLAY_CHASE_NONE;
}

static bool
play_chase_control(struct play_chase_channel *ch, const uint8_t *msg)
{

	if (msg[1] == MIDI_CTRL_SOUND_OFF || msg[1] == MIDI_CTRL_NOTES_OFF)
		return false;
	if (msg[1] == MIDI_CTRL_RESET)
		play_chase_reset(ch);
	if (msg[1] > MIDI_CTRL_SOUND_OFF || play_chase_ordered(msg[1]))
		return true;
	ch->control[msg[1]] = msg[2];
	return false;
}

bool
play_chase_message(struct play_chase *c, const uint8_t *msg)
{
	struct play_chase_channel *ch;

	ch = &c->channel[MIDI_GET_CHAN(msg[0])];
	switch (MIDI_GET_STATUS(msg[0])) {
	case MIDI_CTL_CHANGE:
		return play_chase_control(ch, msg);
	case MIDI_PGM_CHANGE:
		ch->program = msg[1];
		return false;
	case MIDI_CHN_PRESSURE:
		ch->pressure = msg[1];
		return false;
	case MIDI_PITCH_BEND:
		ch->bend = (uint16_t)(msg[2] << 7 | msg[1]);
		return false;
	default:
		return false;
	}
}

/* Take out a value. */
static bool
play_chase_take(uint16_t *value, uint8_t *msg, uint8_t status, uint8_t number)
{

	if (*value == PLAY_CHASE_NONE)
		return false;
	msg[0] = status;
	msg[1] = number;
	msg[2] = (uint8_t)*value;
	*value = PLAY_CHASE_NONE;
	return true;
}

/* As play_chase_next(), of one channel. */
static size_t
play_chase_channel(struct play_chase_channel *ch, uint8_t n, uint8_t *msg)
{
	static const uint8_t banks[] = {
		MIDI_CTRL_BANK_SELECT_MSB, MIDI_CTRL_BANK_SELECT_LSB
	};
	uint8_t i;

	for (i = 0; i < sizeof(banks); i++)
		if (play_chase_take(&ch->control[banks[i]], msg,
		    MIDI_CTL_CHANGE | n, banks[i]))
			return 3;
	if (play_chase_take(&ch->program, msg, MIDI_PGM_CHANGE | n, 0)) {
		msg[1] = msg[2];
		return 2;
	}
	for (i = 0; i < PLAY_CHASE_CONTROLS; i++)
		if (play_chase_take(&ch->control[i], msg, MIDI_CTL_CHANGE | n,
		    i))
			return 3;
	if (play_chase_take(&ch->pressure, msg, MIDI_CHN_PRESSURE | n, 0)) {
		msg[1] = msg[2];
		return 2;
	}
	if (ch->bend == PLAY_CHASE_NONE)
		return 0;
	msg[0] = MIDI_PITCH_BEND | n;
	msg[1] = ch->bend & 0x7f;
	msg[2] = (uint8_t)(ch->bend >> 7);
	ch->bend = PLAY_CHASE_NONE;
	return 3;
}

size_t
play_chase_next(struct play_chase *c, uint8_t *msg)
{
	size_t n;
	uint8_t i;

	for (i = 0; i < PLAY_CHASE_CHANNELS; i++) {
		n = play_chase_channel(&c->channel[i], i, msg);
		if (n > 0)
			return n;
	}
	return 0;
}
