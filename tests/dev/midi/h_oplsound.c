/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_oplsound.c: what two operators of an OPL sound like.
 *
 * By the laws of the chips' manuals, in floating point, without their steps:
 * a modulator at full level bends by four cycles, feedback 7 by two; an
 * envelope falls linearly in dB, by 96 dB in 39.28 s at rate 1, and rises
 * along an exponential.
 */

#include <math.h>
#include <stdbool.h>

#include "h_oplsound.h"

#define CYCLES		4.0
#define RANGE_DB	96.0
#define DECAY_S		39.28
#define ATTACK_S	2.826
/* Envelopes move every so many samples. */
#define STEP		8

struct operator {
	double	phase, step;	/* cycles */
	double	amplitude;	/* of the envelope and the level */
	double	db;		/* of the envelope, down from full */
	double	level_db;
	double	attack, decay, release;	/* per step: factor, dB, dB */
	double	sustain_db;
	bool	holds, attacks, decays;
	int	wave;
};

static const double multiples[16] = {
	0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 12, 12, 15, 15
};

/* How often faster than rate 1, key scaling included; rate 0: never. */
static double
faster(unsigned rate, double key, bool scaled)
{
	const double octave = fmax(0, key / 12 - 1);
	const double effective = 4 * rate + (scaled ? 2 * octave :
	    octave / 2);

	return rate == 0 ? 0 : pow(2, fmin(effective, 60) / 4 - 1);
}

static void
start(struct operator *o, const uint8_t *bytes, unsigned which, double key)
{
	static const double scales[4] = { 0, 3, 1.5, 6 };
	const unsigned chars = bytes[which];
	const unsigned level = bytes[2 + which];
	const unsigned ad = bytes[4 + which], sr = bytes[6 + which];
	const bool scaled = (chars & 0x10) != 0;
	const double step_db = STEP * RANGE_DB / DECAY_S / H_OPLSOUND_RATE;

	o->phase = 0;
	o->step = 440 * pow(2, (key - 69) / 12) * multiples[chars & 15] /
	    H_OPLSOUND_RATE;
	o->db = RANGE_DB;
	o->level_db = 0.75 * (level & 63) +
	    scales[level >> 6] * fmax(0, key / 12 - 4);
	o->attack = ad >> 4 == 15 ? 0 : exp(-5 * STEP *
	    faster(ad >> 4, key, scaled) / ATTACK_S / H_OPLSOUND_RATE);
	o->decay = step_db * faster(ad & 15, key, scaled);
	o->release = step_db * faster(sr & 15, key, scaled);
	o->sustain_db = sr >> 4 == 15 ? 93 : 3 * (sr >> 4);
	o->holds = (chars & 0x20) != 0;
	o->attacks = true;
	o->decays = false;
	o->wave = bytes[8 + which] & 3;
}

static void
envelope(struct operator *o, bool down)
{

	if (!down)
		o->db = fmin(RANGE_DB, o->db + o->release);
	else if (o->attacks) {
		o->db *= o->attack;
		if (o->db < 0.5) {
			o->db = 0;
			o->attacks = false;
			o->decays = true;
		}
	} else if (o->decays) {
		o->db += o->decay;
		o->decays = o->db < o->sustain_db;
	} else if (!o->holds)
		o->db = fmin(RANGE_DB, o->db + o->release);
	o->amplitude = pow(10, -(o->db + o->level_db) / 20);
}

static double
sound(struct operator *o, double bend)
{
	const double s = sin(2 * M_PI * (o->phase + bend));
	double x = s;

	o->phase += o->step;
	o->phase -= floor(o->phase);
	if (o->wave == 1)
		x = fmax(0, s);
	else if (o->wave >= 2)
		x = fabs(s);
	return x * o->amplitude;
}

void
h_oplsound(const uint8_t *bytes, double key, size_t held, float *out,
    size_t n)
{
	const unsigned feedback = bytes[10] >> 1 & 7;
	const double back = feedback == 0 ? 0 : 2 / pow(2, 8 - feedback);
	struct operator mod, car;
	double before = 0, last = 0, m, mean = 0;
	size_t i;

	start(&mod, bytes, 0, key);
	start(&car, bytes, 1, key);
	for (i = 0; i < n; i++) {
		if (i % STEP == 0) {
			envelope(&mod, i < held);
			envelope(&car, i < held);
		}
		m = sound(&mod, (before + last) * back);
		before = last;
		last = m;
		if (bytes[10] & 1)
			out[i] = (float)((m + sound(&car, 0)) / 2);
		else
			out[i] = (float)sound(&car, m * CYCLES);
		/* What is constant is not heard. */
		mean += (out[i] - mean) * 0.008;
		out[i] -= (float)mean;
	}
}

double
h_oplsound_db(const float *samples, double from, double to)
{
	const size_t end = (size_t)(to * H_OPLSOUND_RATE);
	double sum = 1e-12;
	size_t i, n = 0;

	for (i = (size_t)(from * H_OPLSOUND_RATE); i < end; i++, n++)
		sum += samples[i] * samples[i];
	return 10 * log10(2 * sum / n);
}
