/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * umidi_quirks.c: devices whose descriptors do not say what they are.
 *
 * The table is of facts about products; where a device has two identities,
 * by a switch or a setting at its back, the one that is given is that of its
 * own mode, and in the other it follows the standard.  Cables are the first
 * IN and the first OUT endpoint's.
 */

#include <dev/usb/umidi_quirks.h>

#define EDIROL		0x0582		/* Roland, Boss as well */
#define YAMAHA		0x0499
#define MAUDIO		0x0763
#define CASIO		0x07cf
#define TERRATEC	0x0ccd
#define ACCESS		0x133e

#define ANY		UMIDI_QUIRKS_ANY
#define CABLES		UMIDI_QUIRKS_CABLES
#define JACKS		UMIDI_QUIRKS_JACKS
#define RUNNING		UMIDI_QUIRKS_RUNNING
#define STANDARD	UMIDI_QUIRKS_STANDARD

static const struct umidi_quirks umidi_quirks_table[] = {
	/* vendor, product, interface, what, in, out */
	{ EDIROL, 0x0000, 2, CABLES, 0x0007, 0x0007 },	/* UA-100 */
	{ EDIROL, 0x0002, 2, CABLES, 0x000f, 0x000f },	/* UM-4 */
	{ EDIROL, 0x0003, 2, CABLES, 0x003f, 0x003f },	/* SC-8850 */
	{ EDIROL, 0x0004, 2, CABLES, 0x0005, 0x0005 },	/* U-8 */
	{ EDIROL, 0x0005, 2, CABLES, 0x0003, 0x0003 },	/* UM-2 */
	{ EDIROL, 0x0007, 2, CABLES, 0x0013, 0x0013 },	/* SC-8820 */
	{ EDIROL, 0x0008, 2, CABLES, 0x0001, 0x0001 },	/* PC-300 */
	{ EDIROL, 0x0009, 2, CABLES, 0x0001, 0x0001 },	/* UM-1 */
	{ EDIROL, 0x000b, 2, CABLES, 0x0013, 0x0013 },	/* SK-500 */
	{ EDIROL, 0x000c, 2, CABLES, 0x0007, 0x0007 },	/* SC-D70 */
	{ EDIROL, 0x0012, 0, CABLES, 0x0001, 0x0001 },	/* XV-5050 */
	{ EDIROL, 0x0014, 0, CABLES, 0x01ff, 0x01ff },	/* UM-880 */
	{ EDIROL, 0x0016, 2, CABLES, 0x000f, 0x000f },	/* SD-90 */
	{ EDIROL, 0x001b, 2, CABLES, 0x0001, 0x0001 },	/* MMP-2 */
	{ EDIROL, 0x001d, 0, CABLES, 0x0001, 0x0001 },	/* V-Synth */
	{ EDIROL, 0x0023, 0, CABLES, 0x003f, 0x003f },	/* UM-550 */
	{ EDIROL, 0x0025, 3, CABLES, 0x0001, 0x0001 },	/* UA-20 */
	{ EDIROL, 0x0027, 0, CABLES, 0x0007, 0x0003 },	/* SD-20 */
	{ EDIROL, 0x0029, 0, CABLES, 0x000f, 0x000f },	/* SD-80 */
	{ EDIROL, 0x002b, 3, CABLES, 0x0003, 0x0003 },	/* UA-700 */
	{ EDIROL, 0x002d, 0, CABLES, 0x0001, 0x0001 },	/* XV-2020 */
	{ EDIROL, 0x002f, 0, CABLES, 0x0007, 0x0007 },	/* VariOS */
	{ EDIROL, 0x0033, 0, CABLES, 0x0007, 0x0003 },	/* PCR */
	{ EDIROL, 0x0037, 0, CABLES, 0x0001, 0x0001 },	/* digital pianos */
	{ EDIROL, 0x003b, 3, STANDARD, 0, 0 },		/* GS-10 */
	{ EDIROL, 0x0040, 0, CABLES, 0x0001, 0x0001 },	/* GI-20 */
	{ EDIROL, 0x0042, 0, CABLES, 0x0001, 0x0001 },	/* RS-70 */
	{ EDIROL, 0x0044, 3, CABLES, 0x0003, 0x0003 },	/* UA-1000 */
	{ EDIROL, 0x0048, 0, CABLES, 0x0007, 0x0003 },	/* UR-80 */
	{ EDIROL, 0x004d, 0, CABLES, 0x0007, 0x0003 },	/* PCR-A */
	{ EDIROL, 0x0052, 0, STANDARD, 0, 0 },		/* UM-1SX */
	{ EDIROL, 0x0060, 0, STANDARD, 0, 0 },		/* EXR */
	{ EDIROL, 0x0065, 0, CABLES, 0x0003, 0x0001 },	/* PCR-1 */
	{ EDIROL, 0x006a, 3, CABLES, 0x0001, 0x0001 },	/* SP-606 */
	{ EDIROL, 0x006d, 0, CABLES, 0x0001, 0x0001 },	/* Fantom-X */
	{ EDIROL, 0x0074, 2, CABLES, 0x0001, 0x0001 },	/* UA-25 */
	{ EDIROL, 0x0075, 0, CABLES, 0x0001, 0x0001 },	/* DR-880 */
	{ EDIROL, 0x007a, 0, CABLES, 0x0003, 0x0003 },	/* RD-700SX */
	{ EDIROL, 0x0080, 0, CABLES, 0x0001, 0x0001 },	/* G-70 */
	{ EDIROL, 0x008b, 0, CABLES, 0x0001, 0x0001 },	/* PC-50 */
	{ EDIROL, 0x00a3, 2, CABLES, 0x0001, 0x0001 },	/* UA-4FX */
	{ EDIROL, 0x012a, ANY, CABLES, 0x0001, 0x0001 }, /* UM-ONE */
	{ YAMAHA, 0x1000, ANY, CABLES, 0x00ff, 0xffff }, /* UX256 */
	{ CASIO, 0x6801, 0, JACKS, 0, 0 },		/* PL-40R */
	{ CASIO, 0x6802, 0, JACKS, 0, 0 },		/* keyboards */
	{ TERRATEC, 0x0012, 3, STANDARD, 0, 0 },	/* Phase 26 */
	{ TERRATEC, 0x0013, 3, STANDARD, 0, 0 },
	{ TERRATEC, 0x0014, 3, STANDARD, 0, 0 },
	{ ACCESS, 0x0815, 3, CABLES, 0x0003, 0x0003 },	/* Virus TI */
	{ MAUDIO, 0x0150, ANY, RUNNING, 0, 0 },		/* Uno */
};

/* All of Yamaha's of their own class have jacks and no more. */
static const struct umidi_quirks umidi_quirks_yamaha = {
	YAMAHA, 0, ANY, JACKS, 0, 0
};

const struct umidi_quirks *
umidi_quirks_find(unsigned int vendor, unsigned int product,
    unsigned int iface)
{
	const struct umidi_quirks *uq;
	unsigned int i;

	for (i = 0; i < __arraycount(umidi_quirks_table); i++) {
		uq = &umidi_quirks_table[i];
		if (uq->uq_vendor == vendor && uq->uq_product == product &&
		    (uq->uq_iface == UMIDI_QUIRKS_ANY || uq->uq_iface == iface))
			return uq;
	}
	return vendor == YAMAHA ? &umidi_quirks_yamaha : NULL;
}

static uint16_t
umidi_quirks_count(unsigned int jacks)
{

	if (jacks == 0)
		return 1;
	return jacks >= UMIDI_DESC_CABLES ? 0xffff : (1U << jacks) - 1;
}

void
umidi_quirks_apply(const struct umidi_quirks *uq, struct umidi_desc *ud)
{
	uint16_t in, out;

	if ((uq->uq_flags & UMIDI_QUIRKS_CABLES) != 0) {
		in = uq->uq_in;
		out = uq->uq_out;
	} else if ((uq->uq_flags & UMIDI_QUIRKS_JACKS) != 0 &&
	    (ud->ud_flaws & UMIDI_DESC_NO_CABLES) != 0) {
		in = umidi_quirks_count(ud->ud_nin_jacks);
		out = umidi_quirks_count(ud->ud_nout_jacks);
	} else
		return;
	if (ud->ud_nin != 0)
		ud->ud_in[0].ue_cables = in;
	if (ud->ud_nout != 0)
		ud->ud_out[0].ue_cables = out;
	ud->ud_flaws &= ~UMIDI_DESC_NO_CABLES;
}
