/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * opl_patch.h: instruments of OPL chips.
 *
 * An instrument is what stands in the registers of one or two channels while
 * a note sounds, but for its pitch, level and place.  It travels in the 32
 * bytes of a struct sbi_instrument (<sys/midiio.h>):
 *
 *	0..10	characteristics, level, attack and decay, sustain and
 *		release, wave: each of the modulator, then of the carrier;
 *		last feedback and connection
 *	11..21	the same of the second channel; only with SBI_OPL3_PATCH
 *	22	flags: 0x01 the second channel plays a note of its own, at the
 *		same time, instead of giving the first one two more operators
 *	23	the key that it is played at, whatever the note; 0: the note's
 *	24, 25	semitones that the first, the second channel is transposed by,
 *		signed
 *	26	by how much the second channel is out of tune, signed, 1/64 of a
 *		semitone
 *
 * Bytes from 22 on are zero in what other programs send.  Pure.
 */

#ifndef _DEV_IC_OPL_PATCH_H_
#define _DEV_IC_OPL_PATCH_H_

#include <dev/midi/midi_base.h>

#define OPL_PATCH_BYTES		32
/* Programs 0..127, and drums of the keys 0..127. */
#define OPL_PATCH_NUMBERS	256
#define OPL_PATCH_DRUM		128

/* Where what stands in the 11 bytes of a channel. */
#define OPL_PATCH_CHARS		0
#define OPL_PATCH_LEVEL		2
#define OPL_PATCH_ATTACK	4
#define OPL_PATCH_RELEASE	6
#define OPL_PATCH_WAVE		8
#define OPL_PATCH_FEEDBACK	10
#define OPL_PATCH_CHANNEL	11	/* bytes of a channel */
#define OPL_PATCH_FLAGS		22
#define OPL_PATCH_FLAG_DOUBLE	0x01
#define OPL_PATCH_KEY		23
#define OPL_PATCH_TRANSPOSE	24
#define OPL_PATCH_DETUNE	26

enum opl_patch_kind {
	OPL_PATCH_TWO,		/* two operators */
	OPL_PATCH_FOUR,		/* four in one chain */
	OPL_PATCH_DOUBLE	/* twice two, two notes */
};

struct opl_patch {
	uint8_t		op_kind;	/* enum opl_patch_kind */
	uint8_t		op_key;		/* 0, or the one it is played at */
	int8_t		op_transpose[2];
	int8_t		op_detune;
	uint8_t		op_bytes[2][OPL_PATCH_CHANNEL];
};

/*
 * Take the instrument apart.  opl3: it may have a second channel.  False: a
 * byte has a value that no chip or bank can have (a wave above 7, an unused
 * bit, a key or transposition that is none).
 */
bool	opl_patch_decode(struct opl_patch *, const uint8_t [OPL_PATCH_BYTES],
	    bool);

/*
 * The operators whose level is the note's: bit 0 the first modulator, 1 the
 * first carrier, 2 and 3 those of the second channel.
 */
unsigned int opl_patch_carriers(const struct opl_patch *);

/* Does it die away while its key is down? */
bool	opl_patch_decays(const struct opl_patch *);

/*
 * How long in ns the note is to be heard, at most, at this block (0..7): after
 * its release; or, with `struck', after its strike if it decays.
 */
uint64_t opl_patch_tail_ns(const struct opl_patch *, unsigned int, bool);

#endif /* !_DEV_IC_OPL_PATCH_H_ */
