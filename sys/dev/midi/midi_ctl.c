/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_ctl.c: the controllers of one channel.
 *
 * Values are kept as they were received, a byte to a controller, and put
 * together when they are asked for.  Invariant: every byte has 7 bits, and
 * mc_select names a parameter of mc_rpn only when mc_nrpn is false.
 */

#include <sys/midiio.h>

#include <dev/midi/midi_ctl.h>

#define MIDI_CTL_KEY		16384	/* a key in midipitch units */

/* Reset All Controllers. */
static void
midi_ctl_reset(struct midi_ctl *mc)
{
	unsigned int i;

	mc->mc_value[MIDI_CTRL_MODULATION_MSB] = 0;
	mc->mc_value[MIDI_CTRL_MODULATION_LSB] = 0;
	mc->mc_value[MIDI_CTRL_EXPRESSION_MSB] = 127;
	mc->mc_value[MIDI_CTRL_EXPRESSION_LSB] = 0;
	for (i = MIDI_CTRL_HOLD_1; i <= MIDI_CTRL_SOFT_PEDAL; i++)
		mc->mc_value[i] = 0;
	for (i = MIDI_CTRL_NRPN_LSB; i <= MIDI_CTRL_RPN_MSB; i++)
		mc->mc_value[i] = 127;
	mc->mc_select = MIDI_CTL_RPN_NONE;
	mc->mc_nrpn = false;
	mc->mc_bend = MIDI_CTL_CENTRE;
	mc->mc_pressure = 0;
}

void
midi_ctl_init(struct midi_ctl *mc)
{
	unsigned int i;

	memset(mc, 0, sizeof(*mc));
	mc->mc_value[MIDI_CTRL_CHANNEL_VOLUME_MSB] = 100;
	mc->mc_value[MIDI_CTRL_BALANCE_MSB] = 64;
	mc->mc_value[MIDI_CTRL_PAN_MSB] = 64;
	mc->mc_value[MIDI_CTRL_EFFECT_DEPTH_1] = 40;
	for (i = MIDI_CTRL_HARMONIC_INTENSITY; i <= MIDI_CTRL_SOUND_10; i++)
		mc->mc_value[i] = 64;
	mc->mc_rpn[MIDI_RPN_PITCH_BEND_SENSITIVITY] = 2 << 7;
	mc->mc_rpn[MIDI_RPN_CHANNEL_FINE_TUNING] = MIDI_CTL_CENTRE;
	mc->mc_rpn[MIDI_RPN_CHANNEL_COARSE_TUNING] = MIDI_CTL_CENTRE;
	mc->mc_rpn[MIDI_RPN_MODULATION_DEPTH_RANGE] = 64;
	midi_ctl_reset(mc);
}

unsigned int
midi_ctl_value(const struct midi_ctl *mc, unsigned int controller)
{

	KASSERT(controller < MIDI_CTL_CONTROLLERS);
	if (controller >= MIDI_CTL_PAIRS)
		return mc->mc_value[controller];
	return (unsigned int)mc->mc_value[controller] << 7 |
	    mc->mc_value[controller + MIDI_CTL_PAIRS];
}

/* Does data entry change a parameter that is kept? */
static bool
midi_ctl_selected(const struct midi_ctl *mc)
{

	return !mc->mc_nrpn && mc->mc_select < MIDI_CTL_RPNS;
}

static struct midi_ctl_change
midi_ctl_answer(enum midi_ctl_event event, unsigned int number,
    unsigned int value)
{

	return (struct midi_ctl_change){ .cc_event = event,
	    .cc_number = (uint16_t)number, .cc_value = (uint16_t)value };
}

/* One half of the number of a parameter, of either kind, has come. */
static struct midi_ctl_change
midi_ctl_select(struct midi_ctl *mc, unsigned int controller)
{
	const unsigned int lsb = controller & ~1U;

	mc->mc_nrpn = lsb == MIDI_CTRL_NRPN_LSB;
	mc->mc_select = (uint16_t)(mc->mc_value[lsb + 1] << 7 |
	    mc->mc_value[lsb]);
	return midi_ctl_answer(MIDI_CTL_NOTHING, controller,
	    mc->mc_value[controller]);
}

/* Step by so much, at either end stay there. */
static void
midi_ctl_step(struct midi_ctl *mc, int sign)
{
	uint16_t *rpn = &mc->mc_rpn[mc->mc_select];
	int cents, value = *rpn;

	switch (mc->mc_select) {
	case MIDI_RPN_PITCH_BEND_SENSITIVITY:
		/* Semitones and cents. */
		cents = value & 0x7f;
		value = (value >> 7) * 100 + (cents < 100 ? cents : 99) +
		    sign;
		if (value >= 0)
			value = value / 100 << 7 | value % 100;
		break;
	case MIDI_RPN_CHANNEL_COARSE_TUNING:
		value += sign * 128;
		break;
	default:
		value += sign;
		break;
	}
	if (value >= 0 && value <= 0x3fff)
		*rpn = (uint16_t)value;
}

/* Data entry and its steps. */
static struct midi_ctl_change
midi_ctl_data(struct midi_ctl *mc, unsigned int controller,
    unsigned int value)
{
	uint16_t *rpn;

	if (!midi_ctl_selected(mc))
		return midi_ctl_answer(mc->mc_nrpn &&
		    mc->mc_select != MIDI_CTL_RPN_NONE ? MIDI_CTL_NRPN :
		    MIDI_CTL_NOTHING, mc->mc_select, value);
	rpn = &mc->mc_rpn[mc->mc_select];
	switch (controller) {
	case MIDI_CTRL_DATA_ENTRY_MSB:
		/* Coarse tuning has no other half. */
		*rpn = (uint16_t)(value << 7);
		break;
	case MIDI_CTRL_DATA_ENTRY_LSB:
		*rpn = (uint16_t)((*rpn & ~0x7f) | value);
		break;
	default:
		midi_ctl_step(mc, controller == MIDI_CTRL_RPN_INCREMENT ?
		    1 : -1);
		break;
	}
	return midi_ctl_answer(MIDI_CTL_RPN, mc->mc_select, *rpn);
}

static struct midi_ctl_change
midi_ctl_mode(struct midi_ctl *mc, unsigned int controller,
    unsigned int value)
{

	switch (controller) {
	case MIDI_CTRL_SOUND_OFF:
		return midi_ctl_answer(MIDI_CTL_SOUND_OFF, controller, value);
	case MIDI_CTRL_RESET:
		midi_ctl_reset(mc);
		return midi_ctl_answer(MIDI_CTL_RESET, controller, value);
	case MIDI_CTRL_LOCAL:
		return midi_ctl_answer(MIDI_CTL_LOCAL, controller, value);
	case MIDI_CTRL_NOTES_OFF:
		return midi_ctl_answer(MIDI_CTL_NOTES_OFF, controller, value);
	default:
		return midi_ctl_answer(MIDI_CTL_MODE, controller, value);
	}
}

struct midi_ctl_change
midi_ctl_control(struct midi_ctl *mc, unsigned int controller,
    unsigned int value)
{

	KASSERT(controller < 128 && value < 128);
	if (controller >= MIDI_CTL_CONTROLLERS)
		return midi_ctl_mode(mc, controller, value);
	mc->mc_value[controller] = (uint8_t)value;
	switch (controller) {
	case MIDI_CTRL_DATA_ENTRY_MSB:
		mc->mc_value[MIDI_CTRL_DATA_ENTRY_LSB] = 0;
		return midi_ctl_data(mc, controller, value);
	case MIDI_CTRL_DATA_ENTRY_LSB:
	case MIDI_CTRL_RPN_INCREMENT:
	case MIDI_CTRL_RPN_DECREMENT:
		return midi_ctl_data(mc, controller, value);
	case MIDI_CTRL_NRPN_LSB:
	case MIDI_CTRL_NRPN_MSB:
	case MIDI_CTRL_RPN_LSB:
	case MIDI_CTRL_RPN_MSB:
		return midi_ctl_select(mc, controller);
	default:
		break;
	}
	if (controller < MIDI_CTL_PAIRS)
		mc->mc_value[controller + MIDI_CTL_PAIRS] = 0;
	else if (controller < 2 * MIDI_CTL_PAIRS)
		controller -= MIDI_CTL_PAIRS;
	return midi_ctl_answer(MIDI_CTL_VALUE, controller,
	    midi_ctl_value(mc, controller));
}

/* Semitones and cents in midipitch units. */
static int32_t
midi_ctl_range(unsigned int rpn)
{

	return (int32_t)(rpn >> 7) * MIDI_CTL_KEY +
	    (int32_t)(rpn & 0x7f) * MIDI_CTL_KEY / 100;
}

int32_t
midi_ctl_detune(const struct midi_ctl *mc)
{
	const int32_t bend = mc->mc_bend - MIDI_CTL_CENTRE;
	const int32_t fine = mc->mc_rpn[MIDI_RPN_CHANNEL_FINE_TUNING] -
	    MIDI_CTL_CENTRE;
	const int32_t coarse =
	    (mc->mc_rpn[MIDI_RPN_CHANNEL_COARSE_TUNING] >> 7) - 64;
	const int64_t range = midi_ctl_range(
	    mc->mc_rpn[MIDI_RPN_PITCH_BEND_SENSITIVITY]);

	/* Fully up is 8191, and shall be the whole range, too. */
	return (int32_t)(range * bend / (bend > 0 ? MIDI_CTL_CENTRE - 1 :
	    MIDI_CTL_CENTRE)) + fine * (MIDI_CTL_KEY / MIDI_CTL_CENTRE) +
	    coarse * MIDI_CTL_KEY;
}

int32_t
midi_ctl_modulation_range(const struct midi_ctl *mc)
{
	const unsigned int rpn = mc->mc_rpn[MIDI_RPN_MODULATION_DEPTH_RANGE];

	/* Semitones and 128ths of one. */
	return (int32_t)rpn * (MIDI_CTL_KEY / 128);
}

bool
midi_ctl_valid(const struct midi_ctl *mc)
{
	unsigned int i;

	for (i = 0; i < MIDI_CTL_CONTROLLERS; i++) {
		if (mc->mc_value[i] >= 128)
			return false;
	}
	for (i = 0; i < MIDI_CTL_RPNS; i++) {
		if (mc->mc_rpn[i] > 0x3fff)
			return false;
	}
	return mc->mc_select <= 0x3fff && mc->mc_bend <= 0x3fff &&
	    mc->mc_pressure < 128;
}
