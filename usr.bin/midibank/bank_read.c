/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * bank_read.c: banks of instruments for OPL chips, from files of four kinds.
 *
 * Each kind's numbers go where opl_patch.h has them; what is out of range is
 * an error, and not bent into range, but for bits that the kinds leave open.
 */

#include <string.h>

#include "bank_read.h"

#define BANK_PROGRAMS	128
#define BANK_FIRST_DRUM	35
#define BANK_OP2_DRUMS	47

/* Where the bytes of an operator, or of a channel, go. */
struct bank_operator {
	uint8_t	chars, level, attack, release, wave;
};

static void
bank_operator(uint8_t *channel, unsigned int operator,
    const struct bank_operator *bo)
{

	channel[OPL_PATCH_CHARS + operator] = bo->chars;
	channel[OPL_PATCH_LEVEL + operator] = bo->level;
	channel[OPL_PATCH_ATTACK + operator] = bo->attack;
	channel[OPL_PATCH_RELEASE + operator] = bo->release;
	channel[OPL_PATCH_WAVE + operator] = bo->wave & 7;
}

/* Feedback and connection; files have bits of the place there, or junk. */
static uint8_t
bank_feedback(uint8_t byte)
{

	return byte & 0x0f;
}

static int
bank_word_le(const uint8_t *p)
{

	return (int16_t)(uint16_t)(p[0] | p[1] << 8);
}

static int
bank_word_be(const uint8_t *p)
{

	return (int16_t)(uint16_t)(p[0] << 8 | p[1]);
}

/* A name of at most n bytes: printable ASCII, without blanks at its end. */
static void
bank_name(struct bank_instrument *bi, const uint8_t *name, size_t n)
{
	size_t i, end = 0;

	for (i = 0; i < n && i < BANK_NAME_BYTES - 1 && name[i] != 0; i++) {
		bi->bi_name[i] = name[i] >= 0x20 && name[i] < 0x7f ?
		    (char)name[i] : '?';
		if (name[i] != ' ')
			end = i + 1;
	}
	bi->bi_name[end] = '\0';
}

/* The instrument is complete: is it one? */
static bool
bank_take(struct bank_instrument *bi)
{
	struct opl_patch op;

	bi->bi_there = opl_patch_decode(&op, bi->bi_bytes, bi->bi_opl3);
	return bi->bi_there;
}

/* A transposition that can be one. */
static bool
bank_transpose(struct bank_instrument *bi, unsigned int which, int semitones)
{

	if (semitones < -48 || semitones > 48)
		return false;
	bi->bi_bytes[OPL_PATCH_TRANSPOSE + which] = (uint8_t)semitones;
	return true;
}

/*
 * SBI and IBK: 16 bytes, the first 11 as ours are.
 */

static bool
bank_sbi_bytes(struct bank_instrument *bi, const uint8_t *p)
{

	memcpy(bi->bi_bytes, p, OPL_PATCH_CHANNEL);
	bi->bi_bytes[OPL_PATCH_WAVE] &= 7;
	bi->bi_bytes[OPL_PATCH_WAVE + 1] &= 7;
	bi->bi_bytes[OPL_PATCH_FEEDBACK] =
	    bank_feedback(p[OPL_PATCH_FEEDBACK]);
	return bank_take(bi);
}

#define BANK_SBI_NAME	32
#define BANK_SBI_BYTES	(4 + BANK_SBI_NAME + OPL_PATCH_CHANNEL)

static const char *
bank_sbi(struct bank *b, const uint8_t *data, size_t n, int *at)
{

	(void)at;
	if (n < BANK_SBI_BYTES)
		return "cut short";
	b->ba_kind = "SBI";
	b->ba_single = 1;
	bank_name(&b->ba_instrument[0], data + 4, BANK_SBI_NAME);
	if (!bank_sbi_bytes(&b->ba_instrument[0], data + 4 + BANK_SBI_NAME))
		return "not an instrument";
	return NULL;
}

#define BANK_IBK_ROW	16
#define BANK_IBK_NAME	9
#define BANK_IBK_TRANSPOSE 12
#define BANK_IBK_BYTES	(4 + BANK_PROGRAMS * (BANK_IBK_ROW + BANK_IBK_NAME))

static const char *
bank_ibk(struct bank *b, const uint8_t *data, size_t n, int *at)
{
	struct bank_instrument *bi;
	const uint8_t *p;

	if (n < BANK_IBK_BYTES)
		return "cut short";
	b->ba_kind = "IBK";
	for (*at = 0; *at < BANK_PROGRAMS; (*at)++) {
		bi = &b->ba_instrument[*at];
		p = data + 4 + *at * BANK_IBK_ROW;
		bank_name(bi, data + 4 + BANK_PROGRAMS * BANK_IBK_ROW +
		    *at * BANK_IBK_NAME, BANK_IBK_NAME);
		if (!bank_transpose(bi, 0, (int8_t)p[BANK_IBK_TRANSPOSE]) ||
		    !bank_sbi_bytes(bi, p))
			return "not an instrument";
	}
	return NULL;
}

/*
 * OP2: flags of 2 bytes, fine tuning, fixed key, and two voices.
 */

#define BANK_OP2_MAGIC	8
#define BANK_OP2_ROW	36
#define BANK_OP2_VOICE	16
#define BANK_OP2_NAME	32
#define BANK_OP2_ROWS	(BANK_PROGRAMS + BANK_OP2_DRUMS)
#define BANK_OP2_BYTES	(BANK_OP2_MAGIC + BANK_OP2_ROWS * \
			    (BANK_OP2_ROW + BANK_OP2_NAME))
#define BANK_OP2_FIXED	0x01
#define BANK_OP2_DOUBLE	0x04
/* What percussion without a key of its own is played at. */
#define BANK_OP2_KEY	60
#define BANK_OP2_IN_TUNE 128

static bool
bank_op2_voice(struct bank_instrument *bi, unsigned int voice,
    const uint8_t *p)
{
	uint8_t *channel = bi->bi_bytes + voice * OPL_PATCH_CHANNEL;
	struct bank_operator bo;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		/* The feedback stands between the two operators. */
		const uint8_t *o = p + i * 7;

		bo.chars = o[0];
		bo.attack = o[1];
		bo.release = o[2];
		bo.wave = o[3];
		bo.level = (o[4] & 0xc0) | (o[5] & 0x3f);
		bank_operator(channel, i, &bo);
	}
	channel[OPL_PATCH_FEEDBACK] = bank_feedback(p[6]);
	return bank_transpose(bi, voice, bank_word_le(p + 14));
}

static bool
bank_op2_row(struct bank_instrument *bi, const uint8_t *p, bool drum)
{
	const int flags = bank_word_le(p);
	const bool fixed = (flags & BANK_OP2_FIXED) != 0;

	bi->bi_opl3 = (flags & BANK_OP2_DOUBLE) != 0;
	if (!bank_op2_voice(bi, 0, p + 4))
		return false;
	if (bi->bi_opl3) {
		if (!bank_op2_voice(bi, 1, p + 4 + BANK_OP2_VOICE))
			return false;
		bi->bi_bytes[OPL_PATCH_FLAGS] = OPL_PATCH_FLAG_DOUBLE;
		bi->bi_bytes[OPL_PATCH_DETUNE] =
		    (uint8_t)(p[2] - BANK_OP2_IN_TUNE);
	}
	if (fixed || drum) {
		bi->bi_bytes[OPL_PATCH_KEY] = fixed ? p[3] : BANK_OP2_KEY;
		bi->bi_bytes[OPL_PATCH_TRANSPOSE] = 0;
		bi->bi_bytes[OPL_PATCH_TRANSPOSE + 1] = 0;
	}
	return bank_take(bi);
}

static const char *
bank_op2(struct bank *b, const uint8_t *data, size_t n, int *at)
{
	struct bank_instrument *bi;
	int row;

	if (n < BANK_OP2_BYTES)
		return "cut short";
	b->ba_kind = "OP2";
	for (row = 0; row < BANK_OP2_ROWS; row++) {
		*at = row < BANK_PROGRAMS ? row : row - BANK_PROGRAMS +
		    OPL_PATCH_DRUM + BANK_FIRST_DRUM;
		bi = &b->ba_instrument[*at];
		bank_name(bi, data + BANK_OP2_MAGIC + BANK_OP2_ROWS *
		    BANK_OP2_ROW + row * BANK_OP2_NAME, BANK_OP2_NAME);
		if (!bank_op2_row(bi, data + BANK_OP2_MAGIC +
		    row * BANK_OP2_ROW, row >= BANK_PROGRAMS))
			return "not an instrument";
	}
	return NULL;
}

/*
 * WOPL: a header, names of banks from version 2 on, then banks of 128
 * instruments each, the melodic ones first.
 */

#define BANK_WOPL_MAGIC	11
#define BANK_WOPL_HEAD	(BANK_WOPL_MAGIC + 8)
#define BANK_WOPL_BANK	34
#define BANK_WOPL_ROW2	62
#define BANK_WOPL_ROW3	66
#define BANK_WOPL_NAME	32
#define BANK_WOPL_LAST	3	/* the newest version */
#define BANK_WOPL_FOUR	0x01
#define BANK_WOPL_DOUBLE 0x02
#define BANK_WOPL_BLANK	0x04

static void
bank_wopl_channel(struct bank_instrument *bi, unsigned int which,
    const uint8_t *p, uint8_t feedback)
{
	uint8_t *channel = bi->bi_bytes + which * OPL_PATCH_CHANNEL;
	struct bank_operator bo;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		/* The carrier comes first. */
		const uint8_t *o = p + (1 - i) * 5;

		bo.chars = o[0];
		bo.level = o[1];
		bo.attack = o[2];
		bo.release = o[3];
		bo.wave = o[4];
		bank_operator(channel, i, &bo);
	}
	channel[OPL_PATCH_FEEDBACK] = bank_feedback(feedback);
}

static bool
bank_wopl_row(struct bank_instrument *bi, const uint8_t *p, bool drum)
{
	const uint8_t flags = p[39];

	bank_name(bi, p, BANK_WOPL_NAME);
	if (flags & BANK_WOPL_BLANK)
		return true;
	bi->bi_opl3 = (flags & (BANK_WOPL_FOUR | BANK_WOPL_DOUBLE)) != 0;
	bank_wopl_channel(bi, 0, p + 42, p[40]);
	if (!bank_transpose(bi, 0, bank_word_be(p + 32)))
		return false;
	if (bi->bi_opl3)
		bank_wopl_channel(bi, 1, p + 52, p[41]);
	if (flags & BANK_WOPL_DOUBLE) {
		bi->bi_bytes[OPL_PATCH_FLAGS] = OPL_PATCH_FLAG_DOUBLE;
		bi->bi_bytes[OPL_PATCH_DETUNE] = p[37];
		if (!bank_transpose(bi, 1, bank_word_be(p + 34)))
			return false;
	}
	if (drum)
		bi->bi_bytes[OPL_PATCH_KEY] = p[38];
	return bank_take(bi);
}

/* A bank of 128 rows. */
static bool
bank_wopl_bank(struct bank *b, const uint8_t *p, size_t row, bool drums,
    int *at)
{
	int i;

	for (i = 0; i < BANK_PROGRAMS; i++) {
		*at = i + (drums ? OPL_PATCH_DRUM : 0);
		if (!bank_wopl_row(&b->ba_instrument[*at], p + (size_t)i *
		    row, drums))
			return false;
	}
	return true;
}

static const char *
bank_wopl(struct bank *b, const uint8_t *data, size_t n, int *at)
{
	size_t version, melodic, drums, row, start;

	if (n < BANK_WOPL_HEAD)
		return "cut short";
	b->ba_kind = "WOPL";
	version = (size_t)(data[BANK_WOPL_MAGIC] |
	    data[BANK_WOPL_MAGIC + 1] << 8);
	melodic = (size_t)(data[BANK_WOPL_MAGIC + 2] << 8 |
	    data[BANK_WOPL_MAGIC + 3]);
	drums = (size_t)(data[BANK_WOPL_MAGIC + 4] << 8 |
	    data[BANK_WOPL_MAGIC + 5]);
	if (version > BANK_WOPL_LAST)
		return "a version that is not known";
	row = version >= 3 ? BANK_WOPL_ROW3 : BANK_WOPL_ROW2;
	start = BANK_WOPL_HEAD;
	if (version >= 2)
		start += (melodic + drums) * BANK_WOPL_BANK;
	if (n < start || (n - start) / (row * BANK_PROGRAMS) <
	    melodic + drums)
		return "cut short";
	b->ba_left = (unsigned int)(melodic > 1 ? melodic - 1 : 0) +
	    (unsigned int)(drums > 1 ? drums - 1 : 0);
	if (melodic > 0 && !bank_wopl_bank(b, data + start, row, false, at))
		return "not an instrument";
	if (drums > 0 && !bank_wopl_bank(b, data + start + melodic * row *
	    BANK_PROGRAMS, row, true, at))
		return "not an instrument";
	*at = BANK_NOWHERE;
	if (melodic == 0 && drums == 0)
		return "without a bank";
	return NULL;
}

/*
 * All kinds.
 */

static const struct bank_kind {
	const char	*magic;
	size_t		n;
	const char	*(*read)(struct bank *, const uint8_t *, size_t,
			    int *);
} bank_kinds[] = {
	{ "SBI\x1a", 4, bank_sbi },
	{ "IBK\x1a", 4, bank_ibk },
	{ "#OPL_II#", 8, bank_op2 },
	{ "WOPL3-BANK", 11, bank_wopl },
};

bool
bank_read(struct bank *b, const uint8_t *data, size_t n, const char **why,
    int *at)
{
	unsigned int i;

	memset(b, 0, sizeof(*b));
	*at = BANK_NOWHERE;
	*why = "no file of SBI, IBK, OP2 or WOPL";
	for (i = 0; i < sizeof(bank_kinds) / sizeof(bank_kinds[0]); i++) {
		if (n < bank_kinds[i].n || memcmp(data, bank_kinds[i].magic,
		    bank_kinds[i].n) != 0)
			continue;
		*why = bank_kinds[i].read(b, data, n, at);
		return *why == NULL;
	}
	return false;
}

unsigned int
bank_count(const struct bank *b, bool drums)
{
	const unsigned int first = drums ? OPL_PATCH_DRUM : 0;
	unsigned int i, n = 0;

	for (i = first; i < first + OPL_PATCH_DRUM; i++)
		n += b->ba_instrument[i].bi_there ? 1 : 0;
	return n;
}
