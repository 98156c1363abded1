/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_ctl.h: the controllers of one channel.
 *
 * Follows control changes, pitch bend and pressure, and knows every value
 * that they leave behind: 14-bit controllers from their two halves,
 * registered parameters from the dance of messages that sets them, and what a
 * reset changes and what it leaves.
 *
 * One struct midi_ctl per channel; the caller serializes its use.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_CTL_H_
#define _DEV_MIDI_MIDI_CTL_H_

#include <dev/midi/midi_msg.h>

#define MIDI_CTL_CONTROLLERS	120	/* from there on: mode messages */
#define MIDI_CTL_PAIRS		32	/* controllers of 14 bits */

/* Registered parameters: pitch bend sensitivity, fine and coarse tuning,
 * tuning program and bank, modulation depth range. */
#define MIDI_CTL_RPNS		6
#define MIDI_CTL_RPN_NONE	0x3fff	/* null, or an unregistered one */

/* The rest position of the bend, and of values that go both ways. */
#define MIDI_CTL_CENTRE		0x2000

/* What a control change has done. */
enum midi_ctl_event {
	MIDI_CTL_NOTHING,	/* a selection, or of no parameter we know */
	MIDI_CTL_VALUE,		/* the controller `number' has another value */
	MIDI_CTL_RPN,		/* the registered parameter `number' has */
	MIDI_CTL_NRPN,		/* data for an unregistered one, not kept */
	MIDI_CTL_SOUND_OFF,	/* 120 */
	MIDI_CTL_RESET,		/* 121: done here, to be made heard */
	MIDI_CTL_LOCAL,		/* 122: `value' */
	MIDI_CTL_NOTES_OFF,	/* 123 */
	MIDI_CTL_MODE		/* 124..127, the `number'; notes off as well */
};

struct midi_ctl_change {
	enum midi_ctl_event cc_event;
	uint16_t	cc_number;
	uint16_t	cc_value;	/* of 14 or 7 bits, as it is now */
};

struct midi_ctl {
	uint8_t		mc_value[MIDI_CTL_CONTROLLERS];	/* as received */
	uint16_t	mc_rpn[MIDI_CTL_RPNS];
	uint16_t	mc_select;	/* the parameter that data are for */
	bool		mc_nrpn;	/* it is an unregistered one */
	uint16_t	mc_bend;	/* 0..16383 */
	uint8_t		mc_pressure;	/* of the channel */
};

/*
 * As after power-up: volume 100, expression 127, pan 64, balance 64, bank 0,
 * everything else 0, sound controllers 70..79 and reverb 40; bend range 2
 * semitones, tuning 0, modulation range 50 cents, no parameter selected.
 */
void	midi_ctl_init(struct midi_ctl *);

/*
 * Control change: controller 0..127 and value 0..127.
 *
 * 0..31 set the coarse half of a value and its fine half to 0, 32..63 the
 * fine half.  98..101 select a parameter, or none (127, 127); 6, 38, 96 and
 * 97 change it.  96 and 97 step by a cent, or the fine half, but coarse tuning
 * by a semitone.  121 is
 * Reset All Controllers: modulation 0, expression 127, pedals 64..67 up, no
 * parameter selected, bend in the centre, pressure 0.  Everything else stays:
 * bank, volume, pan, effects, sound controllers, values of parameters.
 * [RP-015]
 */
struct midi_ctl_change midi_ctl_control(struct midi_ctl *, unsigned int,
	    unsigned int);

/* The value of a controller 0..119: of 14 bits for 0..31, else of 7. */
unsigned int midi_ctl_value(const struct midi_ctl *, unsigned int);

/* A pedal or switch is on. */
static inline bool
midi_ctl_on(const struct midi_ctl *mc, unsigned int controller)
{

	return mc->mc_value[controller] >= 64;
}

/*
 * How far bend, fine and coarse tuning move the pitch, in midipitch units
 * (1/16384 of a key).
 */
int32_t	midi_ctl_detune(const struct midi_ctl *);

/* How far full modulation does, up and down, in the same units. */
int32_t	midi_ctl_modulation_range(const struct midi_ctl *);

bool	midi_ctl_valid(const struct midi_ctl *);

#endif /* !_DEV_MIDI_MIDI_CTL_H_ */
