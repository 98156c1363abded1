/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * bank_read.h: banks of instruments for OPL chips, from files of four kinds.
 *
 *	SBI	one instrument, of no number
 *	IBK	128 programs
 *	OP2	GENMIDI of games: 128 programs and 47 drums, which may have two
 *		notes each
 *	WOPL	banks of 128 programs and of drums, with two or four operators
 *
 * Pure: no input or output; and whatever the bytes are, nothing outside them
 * is read.
 */

#ifndef _MIDIBANK_BANK_READ_H_
#define _MIDIBANK_BANK_READ_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dev/ic/opl_patch.h>

#define BANK_NAME_BYTES	33	/* the longest name and its NUL */
/* The number of an instrument that has none. */
#define BANK_NOWHERE	(-1)

struct bank_instrument {
	bool		bi_there;
	bool		bi_opl3;	/* it has a second channel */
	char		bi_name[BANK_NAME_BYTES];
	uint8_t		bi_bytes[OPL_PATCH_BYTES];
};

struct bank {
	const char	*ba_kind;	/* "SBI", ... */
	int		ba_single;	/* SBI: 1, and the instrument is at 0,
					   but belongs nowhere */
	unsigned int	ba_left;	/* banks of the file that are not read:
					   all but the first of each kind */
	struct bank_instrument ba_instrument[OPL_PATCH_NUMBERS];
};

/*
 * Understand the n bytes of a file.  False, with *why in words: it is none of
 * the four, is cut short, or has an instrument that is none; *at is its
 * number then, or BANK_NOWHERE.
 */
bool	bank_read(struct bank *, const uint8_t *, size_t, const char **, int *);

/* How many instruments are there, of numbers below or from OPL_PATCH_DRUM. */
unsigned int bank_count(const struct bank *, bool drums);

#endif /* !_MIDIBANK_BANK_READ_H_ */
