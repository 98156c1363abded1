/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * opl_chip.h: what an OPL is to do, as a sequence of register writes.
 *
 * For each channel there is what its registers hold and what they are to
 * hold.  Notes are struck, released and changed here at once; the writes that
 * bring it about are taken out one by one by whoever writes to the chip,
 * which takes its time, and never pile up: what has become obsolete meanwhile
 * is not written.
 *
 * A note is struck in this order: if the channel may still be heard, release
 * as fast as the chip can, key off, a pause; then everything that differs;
 * then key on.  So the old note ends without a click, and no attack begins
 * with registers of two instruments.  Channels do not wait for each other.
 *
 * The caller serializes its use and supplies the time.  Pure.
 */

#ifndef _DEV_IC_OPL_CHIP_H_
#define _DEV_IC_OPL_CHIP_H_

#include <dev/ic/opl_patch.h>
#include <dev/ic/oplreg.h>

/* Registers of a channel: five of each operator, and three. */
#define OPL_CHIP_OPERATOR	5
#define OPL_CHIP_FEEDBACK	10
#define OPL_CHIP_FNUM_LOW	11
#define OPL_CHIP_KEY		12	/* without the key itself */
#define OPL_CHIP_FIELDS		13

/* How long the fastest release is waited for: some 40 dB. */
#define OPL_CHIP_FADE_NS	1000000ULL
/* No time: nothing is to be waited for. */
#define OPL_CHIP_NEVER		UINT64_MAX

/* How far a strike has come. */
enum opl_chip_step {
	OPL_CHIP_IDLE,		/* there is none */
	OPL_CHIP_FADE,		/* the old note is to be released fast */
	OPL_CHIP_WAIT,		/* until oc_ready_ns */
	OPL_CHIP_LOAD		/* everything is to be written, then the key */
};

struct opl_channel {
	uint8_t		oc_want[OPL_CHIP_FIELDS];
	uint8_t		oc_have[OPL_CHIP_FIELDS];
	uint16_t	oc_dirty;	/* fields to write while it sounds */
	uint8_t		oc_step;	/* enum opl_chip_step */
	bool		oc_load;	/* LOAD is to come */
	bool		oc_strike;	/* the key is to go on after it */
	bool		oc_key;		/* the key is on in the chip */
	bool		oc_down;	/* it is to be, in the end */
	bool		oc_four;	/* first of four operators */
	uint64_t	oc_order;	/* of what is to be done */
	uint64_t	oc_ready_ns;	/* WAIT */
	uint64_t	oc_silent_ns;	/* key off: heard until then */
};

struct opl_chip {
	bool		ch_opl3;
	uint8_t		ch_channels;	/* 9, 18 */
	uint16_t	ch_start;	/* writes of the start made so far */
	uint8_t		ch_four_want;	/* register OPL3_4OP */
	uint8_t		ch_four_have;
	uint64_t	ch_order;
	uint64_t	ch_fade_ns;	/* the pause; 0: none */
	struct opl_channel ch_channel[OPL3_NVOICE];
};

/* A write that is to be made next. */
struct opl_chip_write {
	uint16_t	cw_register;	/* from 0x100 on: second bank */
	uint8_t		cw_value;
};

/* All is unknown: every register will be written.  OPL3 or OPL2; the pause
 * between two notes of a channel. */
void	opl_chip_init(struct opl_chip *, bool, uint64_t);

/*
 * The next write at this time, which from now on counts as made.  False: there
 * is none before *when_ns, or OPL_CHIP_NEVER.
 */
bool	opl_chip_next(struct opl_chip *, uint64_t, struct opl_chip_write *,
	    uint64_t *);

/* The other channel of a pair that can have four operators, or -1. */
int	opl_chip_partner(unsigned int);

/*
 * Strike a note on a channel with the 11 bytes of an instrument's channel,
 * at an F-number and block, with the bits of the place.  `four': the channel
 * is the first of a pair, whose second has been prepared.
 */
void	opl_chip_strike(struct opl_chip *, unsigned int,
	    const uint8_t [OPL_PATCH_CHANNEL], unsigned int, unsigned int,
	    bool);
/* Load the second channel of such a pair, which is not struck itself. */
void	opl_chip_prepare(struct opl_chip *, unsigned int,
	    const uint8_t [OPL_PATCH_CHANNEL], unsigned int);
/* Release; to be heard until so long from the monotonic beginning. */
void	opl_chip_release(struct opl_chip *, unsigned int, uint64_t);
/* End it at once, without a click. */
void	opl_chip_silence(struct opl_chip *, unsigned int);
/* Another level of an operator (0, 1), frequency, or place, of what sounds. */
void	opl_chip_set_level(struct opl_chip *, unsigned int, unsigned int,
	    uint8_t);
void	opl_chip_set_fnum(struct opl_chip *, unsigned int, unsigned int);
void	opl_chip_set_place(struct opl_chip *, unsigned int, uint8_t);

/* F-number and block as the two registers have them. */
static inline unsigned int
opl_chip_fnum(unsigned int block, unsigned int fnum)
{

	return block << (8 + OPL_BLOCK_SHIFT) | fnum;
}

#endif /* !_DEV_IC_OPL_CHIP_H_ */
