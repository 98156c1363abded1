/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * syn_pitch.c: pitch and level as synthesizer chips take them.
 *
 * A table has the highest octave, lower ones are halves of it; between two
 * keys the exponential function is the first four terms of its series, from
 * the nearest key on.  Logarithms come bit by bit, by squaring.
 */

#include <dev/midi/syn_pitch.h>

#define SYN_PITCH_KEYS		12
#define SYN_PITCH_KEY		16384	/* one key */
#define SYN_PITCH_TOP		10	/* the octave of the table */
#define SYN_PITCH_MAX		(128 * SYN_PITCH_KEY - 2)

/* The rate of samples is CLOCK / DIVIDER. */
#define SYN_PITCH_CLOCK		14318180ULL
#define SYN_PITCH_DIVIDER	288ULL

/* Keys 120..131: 440 * 2^((key - 69) / 12) * 2^18, rounded. */
static const uint32_t syn_pitch_octave[SYN_PITCH_KEYS] = {
	2194674310U, 2325176436U, 2463438621U, 2609922305U,
	2765116361U, 2929538736U, 3103738174U, 3288296050U,
	3483828309U, 3690987520U, 3910465059U, 4142993412U
};

/* ln(2) / 12 / 2^14 * 2^40: the exponent of 1/16384 of a key. */
#define SYN_PITCH_STEP40	3876360LL

/* 2^(x / 12 / 16384) * 2^30, for half a key up and down. */
static int64_t
syn_pitch_exp30(int32_t x)
{
	const int64_t y = x * SYN_PITCH_STEP40 / 1024;
	const int64_t y2 = y * y / (1LL << 30);

	KASSERT(x >= -SYN_PITCH_KEY / 2 && x <= SYN_PITCH_KEY / 2);
	return (1LL << 30) + y + y2 / 2 + y2 * y / (1LL << 30) / 6;
}

uint32_t
syn_pitch_hz18(int32_t pitch)
{
	uint64_t hz18;
	unsigned int key, octave;

	if (pitch < 0)
		pitch = 0;
	if (pitch > SYN_PITCH_MAX)
		pitch = SYN_PITCH_MAX;
	key = (unsigned int)(pitch + SYN_PITCH_KEY / 2) / SYN_PITCH_KEY;
	octave = key / SYN_PITCH_KEYS;
	KASSERT(octave <= SYN_PITCH_TOP);
	hz18 = (uint64_t)syn_pitch_octave[key % SYN_PITCH_KEYS] *
	    (uint64_t)syn_pitch_exp30(pitch - (int32_t)key * SYN_PITCH_KEY);
	/* 30 bits of the factor, and the octaves below the table's. */
	hz18 >>= SYN_PITCH_TOP - octave;
	return (uint32_t)((hz18 + (1U << 29)) >> 30);
}

struct syn_pitch_fnum
syn_pitch_opl(int32_t pitch)
{
	const uint64_t hz18 = syn_pitch_hz18(pitch);
	struct syn_pitch_fnum sf = { .sf_block = 7, .sf_fnum = 1023 };
	unsigned int octave;
	uint64_t divisor, fnum;

	/* fnum = f * 2^(20 - block) / rate, and hz18 = f * 2^18. */
	for (octave = 0; ; octave++) {
		divisor = SYN_PITCH_CLOCK << octave;
		fnum = (hz18 * 4 * SYN_PITCH_DIVIDER + divisor / 2) / divisor;
		if (fnum < 1024)
			break;
	}
	/* One that is too high for the chip. */
	sf.sf_block = (uint8_t)(octave < 7 ? octave : 7);
	sf.sf_fnum = (uint16_t)(fnum > 0 ? fnum : 1);
	return sf;
}

/* log2(v / 2^14) * 2^16, v in 1..2^14: 0 or negative. */
static int32_t
syn_pitch_log16(unsigned int v)
{
	uint64_t m = v;
	int32_t log = 0;
	unsigned int i;

	KASSERT(v > 0 && v <= 1U << 14);
	while (m < 1U << 14) {
		m <<= 1;
		log--;
	}
	m <<= 16;		/* 1 is 2^30 */
	for (i = 0; i < 16; i++) {
		m = m * m >> 30;
		log *= 2;
		if (m >= 1ULL << 31) {
			m >>= 1;
			log++;
		}
	}
	return log;
}

/* 400 * log10(2) * 2^16. */
#define SYN_PITCH_CB_PER_LOG	7891321LL
/* The value that is full level: 127 * 128. */
#define SYN_PITCH_FULL		16256U

int16_t
syn_pitch_level_cb(unsigned int value)
{
	int64_t cb32;

	if (value == 0)
		return SYN_PITCH_SILENCE_CB;
	if (value >= SYN_PITCH_FULL)
		return 0;
	cb32 = (syn_pitch_log16(value) - syn_pitch_log16(SYN_PITCH_FULL)) *
	    SYN_PITCH_CB_PER_LOG;
	return (int16_t)((cb32 - (1LL << 31)) / (1LL << 32));
}

int16_t
syn_pitch_add_cb(int16_t a, int16_t b)
{
	const int32_t sum = a + b;

	if (a == SYN_PITCH_SILENCE_CB || b == SYN_PITCH_SILENCE_CB ||
	    sum <= SYN_PITCH_SILENCE_CB)
		return SYN_PITCH_SILENCE_CB;
	return (int16_t)sum;
}

unsigned int
syn_pitch_steps(int16_t level_cb, unsigned int base)
{
	/* 7.5 cB to a step. */
	const unsigned int steps = level_cb >= 0 ? base :
	    base + (unsigned int)(-2 * level_cb + 7) / 15;

	return steps < SYN_PITCH_STEPS_MAX ? steps : SYN_PITCH_STEPS_MAX;
}
