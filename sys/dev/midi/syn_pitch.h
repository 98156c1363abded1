/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * syn_pitch.h: pitch and level as synthesizer chips take them.
 *
 * Pitch is a MIDI key with 14 bits behind the point (midipitch_t), level is
 * in centibel, tenths of a decibel, 0 or negative.  No floating point.  Pure.
 */

#ifndef _DEV_MIDI_SYN_PITCH_H_
#define _DEV_MIDI_SYN_PITCH_H_

#include <dev/midi/midi_base.h>

/* The level that is silence. */
#define SYN_PITCH_SILENCE_CB	INT16_MIN

/* The total level of an operator: steps of 0.75 dB. */
#define SYN_PITCH_STEPS_MAX	63

/* A frequency of an OPL: fnum * (14318180 / 288) / 2^(20 - block) Hz. */
struct syn_pitch_fnum {
	uint8_t		sf_block;	/* 0..7 */
	uint16_t	sf_fnum;	/* 1..1023 */
};

/*
 * The frequency of a pitch in equal temperament, A (key 69) at 440 Hz, in
 * units of 2^-18 Hz, to within 0.02 cents or half a unit.  What lies outside
 * 0 .. MIDIPITCH_MAX counts as the nearest that does not.
 */
uint32_t syn_pitch_hz18(int32_t);

/*
 * The block and F-number for a pitch, the block as low as it can be, for the
 * finest steps: within 2 cents from key 19 on; below, the steps of the chip
 * are coarser, 5 cents at key 0.  Above the chip's highest frequency (6208
 * Hz, key 114) a note sounds an octave lower.
 */
struct syn_pitch_fnum syn_pitch_opl(int32_t);

/*
 * The level of a controller or velocity: 40 log10(v / 127) dB, for a 14-bit
 * value v * 128; what is above 127 * 128 is 0.  0 is silence.
 * [General MIDI developer guidelines]
 */
int16_t	syn_pitch_level_cb(unsigned int);

/* The sum of two levels, silence if one of them is. */
int16_t	syn_pitch_add_cb(int16_t, int16_t);

/*
 * A level as steps of 0.75 dB of attenuation on top of so many, at most
 * SYN_PITCH_STEPS_MAX.
 */
unsigned int syn_pitch_steps(int16_t, unsigned int);

#endif /* !_DEV_MIDI_SYN_PITCH_H_ */
