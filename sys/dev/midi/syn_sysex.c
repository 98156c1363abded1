/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * syn_sysex.c: the System Exclusive messages that a synthesizer heeds.
 *
 * The first bytes of a message are collected; at its end they are compared
 * with a table of patterns.
 */

#include <dev/midi/syn_sysex.h>

/* In a pattern: anything; and bytes that say something. */
#define SYN_SYSEX_ANY	0x80
#define SYN_SYSEX_LSB	0x81
#define SYN_SYSEX_MSB	0x82
#define SYN_SYSEX_PART	0x83	/* 1p: GS part */
#define SYN_SYSEX_XGDEV	0x84	/* 1d */
#define SYN_SYSEX_SUM	0x85	/* Roland's sum of all from the address on */

struct syn_sysex_pattern {
	uint8_t		sp_kind;
	uint8_t		sp_n;
	uint8_t		sp_bytes[SYN_SYSEX_BYTES];
};

static const struct syn_sysex_pattern syn_sysex_patterns[] = {
	{ SYN_SYSEX_GM_ON, 4, { 0x7e, SYN_SYSEX_ANY, 0x09, 0x01 } },
	{ SYN_SYSEX_GM_OFF, 4, { 0x7e, SYN_SYSEX_ANY, 0x09, 0x02 } },
	{ SYN_SYSEX_GM2_ON, 4, { 0x7e, SYN_SYSEX_ANY, 0x09, 0x03 } },
	{ SYN_SYSEX_VOLUME, 6, { 0x7f, SYN_SYSEX_ANY, 0x04, 0x01,
	    SYN_SYSEX_LSB, SYN_SYSEX_MSB } },
	{ SYN_SYSEX_FINE, 6, { 0x7f, SYN_SYSEX_ANY, 0x04, 0x03,
	    SYN_SYSEX_LSB, SYN_SYSEX_MSB } },
	{ SYN_SYSEX_COARSE, 6, { 0x7f, SYN_SYSEX_ANY, 0x04, 0x04,
	    SYN_SYSEX_ANY, SYN_SYSEX_LSB } },
	{ SYN_SYSEX_GS_RESET, 9, { 0x41, SYN_SYSEX_ANY, 0x42, 0x12, 0x40,
	    0x00, 0x7f, 0x00, SYN_SYSEX_SUM } },
	{ SYN_SYSEX_DRUMS, 9, { 0x41, SYN_SYSEX_ANY, 0x42, 0x12, 0x40,
	    SYN_SYSEX_PART, 0x15, SYN_SYSEX_LSB, SYN_SYSEX_SUM } },
	{ SYN_SYSEX_XG_ON, 7, { 0x43, SYN_SYSEX_XGDEV, 0x4c, 0x00, 0x00,
	    0x7e, 0x00 } },
};

/* Where the address begins that the sum is of. */
#define SYN_SYSEX_ADDRESS	4

void
syn_sysex_init(struct syn_sysex *ss)
{

	ss->ss_n = 0;
}

/* GS numbers its parts 1..9 by channels, part 10 is 0, then 11.. are 10.. */
static uint8_t
syn_sysex_part(uint8_t part)
{

	if (part == 0)
		return 9;
	return part <= 9 ? (uint8_t)(part - 1) : part;
}

/* Does byte i fit?  What it says goes to the command. */
static bool
syn_sysex_fits(const struct syn_sysex *ss, unsigned int i, uint8_t pattern,
    struct syn_sysex_command *sc)
{
	const uint8_t byte = ss->ss_bytes[i];
	unsigned int j, sum = byte;

	switch (pattern) {
	case SYN_SYSEX_ANY:
		return true;
	case SYN_SYSEX_LSB:
		sc->sc_value = byte;
		return true;
	case SYN_SYSEX_MSB:
		sc->sc_value |= (uint16_t)(byte << 7);
		return true;
	case SYN_SYSEX_PART:
		sc->sc_channel = syn_sysex_part(byte & 0x0f);
		return (byte & 0xf0) == 0x10;
	case SYN_SYSEX_XGDEV:
		return (byte & 0xf0) == 0x10;
	case SYN_SYSEX_SUM:
		for (j = SYN_SYSEX_ADDRESS; j < i; j++)
			sum += ss->ss_bytes[j];
		return (sum & 0x7f) == 0;
	default:
		return byte == pattern;
	}
}

/* What the message is, now that it is whole. */
static struct syn_sysex_command
syn_sysex_find(const struct syn_sysex *ss)
{
	const struct syn_sysex_pattern *sp;
	struct syn_sysex_command sc;
	unsigned int i, j;

	for (i = 0; i < __arraycount(syn_sysex_patterns); i++) {
		sp = &syn_sysex_patterns[i];
		memset(&sc, 0, sizeof(sc));
		if (ss->ss_n != sp->sp_n)
			continue;
		for (j = 0; j < sp->sp_n; j++) {
			if (!syn_sysex_fits(ss, j, sp->sp_bytes[j], &sc))
				break;
		}
		if (j == sp->sp_n) {
			sc.sc_kind = (enum syn_sysex_kind)sp->sp_kind;
			return sc;
		}
	}
	memset(&sc, 0, sizeof(sc));
	return sc;
}

struct syn_sysex_command
syn_sysex_take(struct syn_sysex *ss, const uint8_t *bytes, size_t n)
{
	struct syn_sysex_command sc;
	size_t i;

	memset(&sc, 0, sizeof(sc));
	for (i = 0; i < n; i++) {
		if (bytes[i] == MIDI_MSG_SYSEX)
			ss->ss_n = 0;
		else if (bytes[i] == MIDI_MSG_SYSEX_END) {
			sc = syn_sysex_find(ss);
			ss->ss_n = 0;
		} else if (ss->ss_n < SYN_SYSEX_BYTES)
			ss->ss_bytes[ss->ss_n++] = bytes[i];
		else
			ss->ss_n = SYN_SYSEX_BYTES + 1;
	}
	return sc;
}
