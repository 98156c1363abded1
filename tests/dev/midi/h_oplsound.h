/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_oplsound.h: what two operators of an OPL sound like, roughly: sines whose
 * phase another one bends, with envelopes.  Good for levels, decays and
 * spectra; not for ears.
 */

#ifndef _TESTS_DEV_MIDI_H_OPLSOUND_H_
#define _TESTS_DEV_MIDI_H_OPLSOUND_H_

#include <stddef.h>
#include <stdint.h>

#define H_OPLSOUND_RATE	24858	/* half of the chip's */

/*
 * Render n samples, full scale 1, of a channel's 11 bytes at a key; the key is
 * held for `held' samples.
 */
void	h_oplsound(const uint8_t *, double, size_t, float *, size_t);
/* The level of samples from..to, in seconds, in dB of a sine of full scale. */
double	h_oplsound_db(const float *, double, double);

#endif /* !_TESTS_DEV_MIDI_H_OPLSOUND_H_ */
