/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * oplreg.h: registers of the Yamaha YM3812 (OPL2) and YMF262 (OPL3).
 *
 * A register is written by its number to an address port and then its value
 * to the data port behind it.  OPL3 has two banks of registers with an address
 * port each; numbers from 0x100 on are of the second bank.
 */

#ifndef _DEV_IC_OPLREG_H_
#define _DEV_IC_OPLREG_H_

/* Ports, from the base. */
#define OPL_STATUS		0	/* read */
#define OPL_ADDR		0
#define OPL_DATA		1
#define OPL_BANK2		2	/* of OPL3: the other address port */
#define OPL_IOSIZE		4

/* Status. */
#define OPL_STATUS_IRQ		0x80
#define OPL_STATUS_FT1		0x40
#define OPL_STATUS_FT2		0x20
#define OPL_STATUS_FLAGS	0xe0
#define OPL_STATUS_OPL2		0x06	/* these are 0 in an OPL3 */

/* Microseconds that a chip needs after a write of either port. */
#define OPL2_ADDR_US		4
#define OPL2_DATA_US		23
#define OPL3_ADDR_US		3
#define OPL3_DATA_US		3

/* Registers of the whole chip. */
#define OPL_TEST		0x01
#define OPL_ENABLE_WAVE_SELECT	0x20	/* OPL2 */
#define OPL_TIMER1		0x02	/* steps of 80 us */
#define OPL_TIMER2		0x03	/* steps of 320 us */
#define OPL_TIMER_CONTROL	0x04
#define OPL_TIMER1_START	0x01
#define OPL_TIMER2_START	0x02
#define OPL_TIMER2_MASK		0x20
#define OPL_TIMER1_MASK		0x40
#define OPL_IRQ_RESET		0x80
#define OPL_KEYBOARD_SPLIT	0x08
#define OPL3_4OP		0x104	/* a bit for each of six pairs */
#define OPL3_MODE		0x105
#define OPL3_NEW		0x01
#define OPL_DEPTH		0xbd	/* of tremolo, vibrato; rhythm mode */

/* Registers of an operator, from its number on. */
#define OPL_CHARS		0x20
#define OPL_TREMOLO		0x80
#define OPL_VIBRATO		0x40
#define OPL_SUSTAINS		0x20	/* at its level, while the key is on */
#define OPL_KEY_SCALE		0x10	/* rates */
#define OPL_MULTIPLE		0x0f
#define OPL_LEVEL		0x40
#define OPL_LEVEL_SCALE		0xc0
#define OPL_TOTAL_LEVEL		0x3f	/* steps of 0.75 dB */
#define OPL_ATTACK		0x60	/* f0 attack, 0f decay */
#define OPL_RELEASE		0x80	/* f0 sustain level, 0f release */
#define OPL_WAVE		0xe0

/* Registers of a channel, from its number in its bank on. */
#define OPL_FNUM_LOW		0xa0
#define OPL_KEY			0xb0
#define OPL_KEY_ON		0x20
#define OPL_BLOCK_SHIFT		2
#define OPL_FNUM_HIGH		0x03
#define OPL_FEEDBACK		0xc0
#define OPL_LEFT		0x10	/* OPL3 */
#define OPL_RIGHT		0x20	/* OPL3 */
#define OPL_FEEDBACK_MASK	0x0e
#define OPL_ADDITIVE		0x01

#define OPL2_NVOICE		9
#define OPL3_NVOICE		18

#endif /* !_DEV_IC_OPLREG_H_ */
