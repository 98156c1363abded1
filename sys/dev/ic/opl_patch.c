/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * opl_patch.c: instruments of OPL chips.
 */

#include <dev/ic/opl_patch.h>
#include <dev/ic/oplreg.h>

/* A note is over when it is this much softer, dB. */
#define OPL_PATCH_HEARD_DB	48
/* The whole range of an envelope, dB, and how long rate 1 takes for it. */
#define OPL_PATCH_RANGE_DB	96
#define OPL_PATCH_RATE1_NS	39280000000ULL
/* By how much attacks are faster. */
#define OPL_PATCH_ATTACKS	14
/* What never ends counts as this long. */
#define OPL_PATCH_LONGEST_NS	10000000000ULL

static bool
opl_patch_channel_valid(const uint8_t *bytes)
{

	return bytes[OPL_PATCH_WAVE] < 8 && bytes[OPL_PATCH_WAVE + 1] < 8 &&
	    (bytes[OPL_PATCH_FEEDBACK] &
	    ~(OPL_FEEDBACK_MASK | OPL_ADDITIVE)) == 0;
}

/* -48..48 semitones, as signed bytes. */
static bool
opl_patch_transpose_valid(uint8_t byte)
{

	return byte <= 48 || byte >= 256 - 48;
}

bool
opl_patch_decode(struct opl_patch *op, const uint8_t bytes[OPL_PATCH_BYTES],
    bool opl3)
{
	const uint8_t flags = bytes[OPL_PATCH_FLAGS];
	unsigned int i;

	/* Cards of old put the pan bits there. */
	memset(op, 0, sizeof(*op));
	memcpy(op->op_bytes[0], bytes, OPL_PATCH_CHANNEL);
	op->op_bytes[0][OPL_PATCH_FEEDBACK] &=
	    (uint8_t)~(OPL_LEFT | OPL_RIGHT);
	if (opl3) {
		memcpy(op->op_bytes[1], bytes + OPL_PATCH_CHANNEL,
		    OPL_PATCH_CHANNEL);
		op->op_bytes[1][OPL_PATCH_FEEDBACK] &=
		    (uint8_t)~(OPL_LEFT | OPL_RIGHT);
		op->op_kind = flags & OPL_PATCH_FLAG_DOUBLE ?
		    OPL_PATCH_DOUBLE : OPL_PATCH_FOUR;
	}
	for (i = OPL_PATCH_DETUNE + 1; i < OPL_PATCH_BYTES; i++) {
		if (bytes[i] != 0)
			return false;
	}
	op->op_key = bytes[OPL_PATCH_KEY];
	op->op_transpose[0] = (int8_t)bytes[OPL_PATCH_TRANSPOSE];
	op->op_transpose[1] = (int8_t)bytes[OPL_PATCH_TRANSPOSE + 1];
	op->op_detune = (int8_t)bytes[OPL_PATCH_DETUNE];
	return (flags & ~OPL_PATCH_FLAG_DOUBLE) == 0 && op->op_key < 128 &&
	    opl_patch_transpose_valid(bytes[OPL_PATCH_TRANSPOSE]) &&
	    opl_patch_transpose_valid(bytes[OPL_PATCH_TRANSPOSE + 1]) &&
	    opl_patch_channel_valid(op->op_bytes[0]) &&
	    opl_patch_channel_valid(op->op_bytes[1]);
}

unsigned int
opl_patch_carriers(const struct opl_patch *op)
{
	const bool first =
	    (op->op_bytes[0][OPL_PATCH_FEEDBACK] & OPL_ADDITIVE) != 0;
	const bool second =
	    (op->op_bytes[1][OPL_PATCH_FEEDBACK] & OPL_ADDITIVE) != 0;

	switch (op->op_kind) {
	case OPL_PATCH_FOUR:
		if (first)
			return second ? 0x0d : 0x09;
		return second ? 0x0a : 0x08;
	case OPL_PATCH_DOUBLE:
		return (first ? 0x03 : 0x02) | (second ? 0x0c : 0x08);
	default:
		return first ? 0x03 : 0x02;
	}
}

/* The byte of operator 0..3. */
static uint8_t
opl_patch_byte(const struct opl_patch *op, unsigned int operator,
    unsigned int what)
{

	return op->op_bytes[operator / 2][what + operator % 2];
}

bool
opl_patch_decays(const struct opl_patch *op)
{
	const unsigned int carriers = opl_patch_carriers(op);
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if ((carriers & 1U << i) != 0 && (opl_patch_byte(op, i,
		    OPL_PATCH_CHARS) & OPL_SUSTAINS) != 0)
			return false;
	}
	return true;
}

/* How long a rate 0..15 takes for so many dB at a block. */
static uint64_t
opl_patch_rate_ns(unsigned int rate, unsigned int block, uint8_t chars,
    unsigned int db)
{
	unsigned int effective;

	if (rate == 0)
		return OPL_PATCH_LONGEST_NS;
	effective = 4 * rate +
	    (chars & OPL_KEY_SCALE ? 2 * block : block / 2);
	if (effective > 63)
		effective = 63;
	/* It halves with every four, in steps between. */
	return (OPL_PATCH_RATE1_NS * 4 / (4 + effective % 4) >>
	    (effective / 4 - 1)) / OPL_PATCH_RANGE_DB * db;
}

static uint64_t
opl_patch_operator_ns(const struct opl_patch *op, unsigned int operator,
    unsigned int block, bool struck)
{
	const uint8_t chars = opl_patch_byte(op, operator, OPL_PATCH_CHARS);
	const uint8_t attack = opl_patch_byte(op, operator, OPL_PATCH_ATTACK);
	const uint8_t release = opl_patch_byte(op, operator,
	    OPL_PATCH_RELEASE);
	unsigned int db = 0;
	uint64_t ns = 0;

	if (struck) {
		if (chars & OPL_SUSTAINS)
			return OPL_PATCH_LONGEST_NS;
		db = release >> 4 == 15 ? OPL_PATCH_HEARD_DB :
		    3U * (release >> 4);
		ns = opl_patch_rate_ns(attack >> 4, block, chars,
		    OPL_PATCH_RANGE_DB) / OPL_PATCH_ATTACKS +
		    opl_patch_rate_ns(attack & 0x0f, block, chars, db);
	}
	if (db < OPL_PATCH_HEARD_DB)
		ns += opl_patch_rate_ns(release & 0x0f, block, chars,
		    OPL_PATCH_HEARD_DB - db);
	return ns < OPL_PATCH_LONGEST_NS ? ns : OPL_PATCH_LONGEST_NS;
}

uint64_t
opl_patch_tail_ns(const struct opl_patch *op, unsigned int block, bool struck)
{
	const unsigned int carriers = opl_patch_carriers(op);
	uint64_t ns, longest = 0;
	unsigned int i;

	KASSERT(block < 8);
	for (i = 0; i < 4; i++) {
		if ((carriers & 1U << i) == 0)
			continue;
		ns = opl_patch_operator_ns(op, i, block, struck);
		if (ns > longest)
			longest = ns;
	}
	return longest;
}
