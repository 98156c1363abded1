/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_opl_chip.c: what an OPL is to do, as register writes: random courses of
 * strikes, releases, changes and silences, with writes made or not made
 * between them, on a model of the registers; and instruments as bytes.
 */

#include <stdlib.h>

#include <dev/ic/opl_chip.h>

#include "h_bytes.h"

#define FADE_NS		1000
#define REGISTERS	0x200

static struct opl_chip chip;
static uint8_t reg[REGISTERS];
static uint64_t now_ns;

/* What each channel is last told. */
static struct told {
	bool		struck;		/* and not silenced since */
	bool		down;
	bool		four;		/* with the partner's operators */
	uint8_t		bytes[OPL_PATCH_CHANNEL];
	uint8_t		second[OPL_PATCH_CHANNEL];
	unsigned int	fnum;
	unsigned int	place;
} told[OPL3_NVOICE];

static unsigned int
operator_of(unsigned int c, unsigned int o)
{

	return (c < 9 ? 0 : 0x100) + c % 9 / 3 * 8 + c % 3 + 3 * o;
}

static unsigned int
channel_reg(unsigned int c, unsigned int base)
{

	return (c < 9 ? 0 : 0x100) + base + c % 9;
}

static bool
key_on(unsigned int c)
{

	return (reg[channel_reg(c, 0xb0)] & 0x20) != 0;
}

/* The channel whose key an operator's channel sounds by. */
static unsigned int
key_channel(unsigned int c)
{
	const unsigned int place = c % 9;

	if (place < 3 || place > 5)
		return c;
	return reg[0x104] >> (place - 3 + (c < 9 ? 0 : 3)) & 1 ? c - 3 : c;
}

/* Each channel that the register makes the sound of, but not its level. */
static void
check_write(unsigned int r, unsigned int value)
{
	const unsigned int base = r & 0xe0;
	unsigned int c, o;

	for (c = 0; c < chip.ch_channels; c++) {
		if (!key_on(key_channel(c)))
			continue;
		if (r == channel_reg(c, 0xc0))
			ATF_REQUIRE_EQ((reg[r] ^ value) & 0x0f, 0);
		for (o = 0; o < 2; o++) {
			if (base == 0x40 || (r & ~0xe0U) !=
			    operator_of(c, o) || base == 0xa0 ||
			    base == 0xc0 || base == 0)
				continue;
			ATF_REQUIRE_MSG(reg[r] == value || (base == 0x80 &&
			    value == (reg[r] | 0x0fU)), "0x%x: 0x%x to 0x%x",
			    r, reg[r], value);
		}
	}
	if (r == 0x104 && value != reg[r]) {
		for (c = 0; c < chip.ch_channels; c++) {
			if (opl_chip_partner(c) >= 0 && ((reg[r] ^ value) >>
			    (c % 3 + (c < 9 ? 0 : 3)) & 1))
				ATF_REQUIRE(c % 9 > 2 || !key_on(c));
		}
	}
}

/* Make the writes that can be made now, at most n. */
static void
run(unsigned int n)
{
	struct opl_chip_write cw;
	uint64_t when_ns;

	while (n-- > 0 && opl_chip_next(&chip, now_ns, &cw, &when_ns)) {
		ATF_REQUIRE(cw.cw_register < (chip.ch_opl3 ? 0x200 : 0x100));
		check_write(cw.cw_register, cw.cw_value);
		reg[cw.cw_register] = cw.cw_value;
	}
}

/* Make all, waiting as long as is asked for; how many. */
static unsigned int
settle(void)
{
	struct opl_chip_write cw;
	uint64_t when_ns;
	unsigned int n = 0;

	for (;;) {
		while (opl_chip_next(&chip, now_ns, &cw, &when_ns)) {
			check_write(cw.cw_register, cw.cw_value);
			reg[cw.cw_register] = cw.cw_value;
			ATF_REQUIRE(n++ < 1000);
		}
		if (when_ns == OPL_CHIP_NEVER)
			return n;
		ATF_REQUIRE(when_ns > now_ns && when_ns <= now_ns + FADE_NS);
		now_ns = when_ns;
	}
}

static void
expect_bytes(unsigned int c, const uint8_t *bytes)
{
	static const unsigned int bases[5] = { 0x20, 0x40, 0x60, 0x80, 0xe0 };
	unsigned int i, o;

	for (i = 0; i < 5; i++) {
		for (o = 0; o < 2; o++)
			ATF_REQUIRE_EQ(reg[bases[i] + operator_of(c, o)],
			    bytes[2 * i + o]);
	}
}

/* Everything is as it was told. */
static void
expect_told(void)
{
	const struct told *t;
	unsigned int c;

	for (c = 0; c < chip.ch_channels; c++) {
		t = &told[c];
		ATF_REQUIRE_EQ(key_on(c), t->struck && t->down);
		if (!t->struck)
			continue;
		expect_bytes(c, t->bytes);
		if (t->four)
			expect_bytes((unsigned int)opl_chip_partner(c),
			    t->second);
		ATF_REQUIRE_EQ(reg[channel_reg(c, 0xa0)], t->fnum & 0xff);
		ATF_REQUIRE_EQ(reg[channel_reg(c, 0xb0)] & 0x1f,
		    t->fnum >> 8);
		ATF_REQUIRE_EQ(reg[channel_reg(c, 0xc0)],
		    t->bytes[10] | t->place);
		ATF_REQUIRE_EQ(t->four, opl_chip_partner(c) >= 0 &&
		    c % 9 < 3 && (reg[0x104] >> (c % 3 + (c < 9 ? 0 : 3)) & 1));
	}
}

static void
random_bytes(uint8_t *bytes)
{
	unsigned int i;

	for (i = 0; i < 10; i++)
		bytes[i] = (uint8_t)(random() % 8 == 0 ? random() : i * 16);
	bytes[10] = (uint8_t)random() & 0x0f;
}

/* A channel plays nothing any more, nor a pair that it is half of. */
static void
forget(unsigned int c)
{
	const int partner = opl_chip_partner(c);

	told[c].struck = false;
	if (partner >= 0 && told[partner].four)
		told[partner].struck = told[partner].four = false;
	if (told[c].four)
		told[c].four = false;
}

static void
strike(unsigned int c)
{
	struct told *t = &told[c];
	const int partner = opl_chip_partner(c);
	const bool four = chip.ch_opl3 && partner > (int)c &&
	    random() % 3 == 0;

	forget(c);
	if (four) {
		/* As the driver does: the other's own note ends before. */
		opl_chip_silence(&chip, (unsigned int)partner);
		forget((unsigned int)partner);
		random_bytes(t->second);
	}
	random_bytes(t->bytes);
	t->fnum = (unsigned int)random() & 0x1fff;
	t->place = chip.ch_opl3 ? (unsigned int)random() & 0x30 : 0;
	if (four)
		opl_chip_prepare(&chip, (unsigned int)partner, t->second,
		    t->place);
	opl_chip_strike(&chip, c, t->bytes, t->fnum, t->place, four);
	t->struck = t->down = true;
	t->four = four;
}

static void
change(unsigned int c)
{
	struct told *t = &told[c];
	unsigned int o;

	if (!t->struck)
		return;
	switch (random() % 3) {
	case 0:
		o = (unsigned int)random() % 2;
		t->bytes[2 + o] = (uint8_t)random();
		opl_chip_set_level(&chip, c, o, t->bytes[2 + o]);
		break;
	case 1:
		t->fnum = (unsigned int)random() & 0x1fff;
		opl_chip_set_fnum(&chip, c, t->fnum);
		break;
	default:
		if (!chip.ch_opl3)
			break;
		t->place = (unsigned int)random() & 0x30;
		opl_chip_set_place(&chip, c, (uint8_t)t->place);
		break;
	}
}

static void
act(void)
{
	const unsigned int c = (unsigned int)random() % chip.ch_channels;

	switch (random() % 6) {
	case 0: case 1:
		strike(c);
		break;
	case 2:
		if (told[c].struck && told[c].down) {
			told[c].down = false;
			opl_chip_release(&chip, c, now_ns +
			    (uint64_t)random() % 5000);
		}
		break;
	case 3:
		opl_chip_silence(&chip, c);
		forget(c);
		break;
	default:
		change(c);
		break;
	}
}

static void
courses(bool opl3)
{
	unsigned int i, round;

	for (round = 0; round < 300; round++) {
		memset(told, 0, sizeof(told));
		memset(reg, 0xa5, sizeof(reg));
		now_ns = 1;
		opl_chip_init(&chip, opl3, FADE_NS);
		/* The first writes make everything known. */
		reg[0x104] = 0;
		for (i = 0; i < OPL3_NVOICE; i++)
			reg[channel_reg(i, 0xb0)] = 0;
		(void)settle();
		ATF_REQUIRE_EQ(reg[0x105] == 1, opl3);
		for (i = 0; i < 200; i++) {
			act();
			run((unsigned int)random() % 30);
			now_ns += (uint64_t)random() % 700;
			if (random() % 16 == 0) {
				(void)settle();
				expect_told();
			}
		}
		(void)settle();
		expect_told();
	}
}

ATF_TC(course);
ATF_TC_HEAD(course, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a channel that changes its "
	    "sound with its key on, or does not become what it was told last, "
	    "whenever the writes are made");
}

ATF_TC_BODY(course, tc)
{

	srandom(1);
	courses(false);
	courses(true);
}

ATF_TC(fade);
ATF_TC_HEAD(fade, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a note over another that "
	    "begins without a release and a pause, one over silence that "
	    "waits, or a note that waits for another channel's pause");
}

ATF_TC_BODY(fade, tc)
{
	static const uint8_t bytes[OPL_PATCH_CHANNEL] = {
		1, 1, 0, 0, 0xf0, 0xf0, 0x05, 0x05, 0, 0, 0
	};
	struct opl_chip_write cw;
	uint64_t when_ns;

	opl_chip_init(&chip, false, FADE_NS);
	now_ns = 1;
	(void)settle();
	opl_chip_strike(&chip, 0, bytes, 0x1244, 0, false);
	run(100);
	ATF_CHECK(key_on(0));
	opl_chip_strike(&chip, 0, bytes, 0x1000, 0, false);
	opl_chip_strike(&chip, 1, bytes, 0x1244, 0, false);
	run(100);
	/* The first waits, with the fastest release; the second sounds. */
	ATF_CHECK(!key_on(0));
	ATF_CHECK(key_on(1));
	ATF_CHECK_EQ(reg[0x83] & 0x0f, 0x0f);
	ATF_CHECK(!opl_chip_next(&chip, now_ns, &cw, &when_ns));
	ATF_CHECK_EQ(when_ns, now_ns + FADE_NS);
	now_ns = when_ns;
	run(100);
	ATF_CHECK(key_on(0));
	ATF_CHECK_EQ(reg[0x83], 0x05);
	/* Released and silent: at once.  Still ringing: not. */
	opl_chip_release(&chip, 0, now_ns + 10);
	run(100);
	now_ns += 10;
	opl_chip_strike(&chip, 0, bytes, 0x1244, 0, false);
	run(100);
	ATF_CHECK(key_on(0));
	opl_chip_release(&chip, 0, now_ns + 10);
	run(100);
	opl_chip_strike(&chip, 0, bytes, 0x1244, 0, false);
	run(100);
	ATF_CHECK(!key_on(0));
	/* Struck and released before it could be written: it is heard. */
	opl_chip_release(&chip, 0, now_ns + FADE_NS + 10);
	now_ns += FADE_NS;
	while (opl_chip_next(&chip, now_ns, &cw, &when_ns)) {
		reg[cw.cw_register] = cw.cw_value;
		if (cw.cw_register == 0xb0 && key_on(0))
			break;
	}
	ATF_CHECK(key_on(0));
	run(100);
	ATF_CHECK(!key_on(0));
}

/*
 * Instruments.
 */

ATF_TC(patch);
ATF_TC_HEAD(patch, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches bytes of an instrument that "
	    "are lost, or that none can have and are taken");
}

ATF_TC_BODY(patch, tc)
{
	/* The most that each byte can be; 0: see below. */
	static const uint8_t most[OPL_PATCH_BYTES] = {
		255, 255, 255, 255, 255, 255, 255, 255, 7, 7, 15,
		255, 255, 255, 255, 255, 255, 255, 255, 7, 7, 15,
		1, 127, 0, 0, 255
	};
	uint8_t bytes[OPL_PATCH_BYTES];
	struct opl_patch op;
	unsigned int i, v;
	bool good, want;

	for (i = 0; i < OPL_PATCH_BYTES; i++) {
		for (v = 0; v < 256; v++) {
			memset(bytes, 0, sizeof(bytes));
			bytes[i] = (uint8_t)v;
			good = opl_patch_decode(&op, bytes, true);
			want = v <= most[i];
			if (i == OPL_PATCH_TRANSPOSE ||
			    i == OPL_PATCH_TRANSPOSE + 1)
				want = v <= 48 || v >= 208;
			/* Bits of the place are taken and not kept. */
			if (i == 10 || i == 21)
				want = (v & 0xc0) == 0;
			ATF_CHECK_EQ_MSG(good, want, "byte %u is %u", i, v);
		}
	}
	/* Two operators only: the second channel does not matter. */
	memset(bytes, 0, sizeof(bytes));
	bytes[OPL_PATCH_CHANNEL + OPL_PATCH_WAVE] = 99;
	ATF_CHECK(opl_patch_decode(&op, bytes, false));
	ATF_CHECK_EQ(op.op_kind, OPL_PATCH_TWO);
	ATF_CHECK(!opl_patch_decode(&op, bytes, true));
}

ATF_TC(carriers);
ATF_TC_HEAD(carriers, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a level that goes to operators "
	    "which are not heard, or not to all that are");
}

ATF_TC_BODY(carriers, tc)
{
	/* By kind and the two connections. */
	static const unsigned int want[3][4] = {
		{ 0x2, 0x2, 0x3, 0x3 }, { 0x8, 0xa, 0x9, 0xd },
		{ 0xa, 0xe, 0xb, 0xf }
	};
	struct opl_patch op;
	unsigned int kind, i;

	memset(&op, 0, sizeof(op));
	for (kind = OPL_PATCH_TWO; kind <= OPL_PATCH_DOUBLE; kind++) {
		op.op_kind = (uint8_t)kind;
		for (i = 0; i < 4; i++) {
			op.op_bytes[0][10] = i >> 1;
			op.op_bytes[1][10] = i & 1;
			ATF_CHECK_EQ(opl_patch_carriers(&op), want[kind][i]);
		}
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, course);
	ATF_TP_ADD_TC(tp, fade);
	ATF_TP_ADD_TC(tp, patch);
	ATF_TP_ADD_TC(tp, carriers);
	return atf_no_error();
}
