/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_bank_read.c: banks of instruments from files: made here as the formats
 * have them, read, cut short at every length, and with bytes changed.
 */

#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank_read.h"

#define FILE_BYTES	400000

static uint8_t file[FILE_BYTES];
static size_t nfile;
static struct bank bank;

/*
 * Writing.
 */

static void
put(const void *bytes, size_t n)
{

	memcpy(file + nfile, bytes, n);
	nfile += n;
}

static void
put_byte(unsigned int byte)
{

	file[nfile++] = (uint8_t)byte;
}

static void
put_name(const char *name, size_t n)
{

	memset(file + nfile, 0, n);
	memcpy(file + nfile, name, strlen(name));
	nfile += n;
}

/* A value that belongs to an instrument, an operator and a register. */
static unsigned int
value(unsigned int instrument, unsigned int operator, unsigned int what)
{

	return (instrument * 7 + operator * 31 + what * 53 + 1) &
	    (what == 4 ? 7 : 0xff);
}

static void
make_sbi(void)
{
	unsigned int what, o;

	nfile = 0;
	put("SBI\x1a", 4);
	put_name("Whatever", 32);
	for (what = 0; what < 5; what++) {
		for (o = 0; o < 2; o++)
			put_byte(value(0, o, what));
	}
	put_byte(0x3d);
	put("\0\0\0\0\0", 5);
}

static void
make_ibk(void)
{
	unsigned int i, what, o;

	nfile = 0;
	put("IBK\x1a", 4);
	for (i = 0; i < 128; i++) {
		for (what = 0; what < 5; what++) {
			for (o = 0; o < 2; o++)
				put_byte(value(i, o, what));
		}
		put_byte(i & 0x0f);
		put_byte(0);
		put_byte((i & 1) != 0 ? 256 - 12 : 0);
		put("\0\0\0", 3);
	}
	for (i = 0; i < 128; i++)
		put_name("Piano", 9);
}

static void
op2_voice(unsigned int i, unsigned int first, int offset)
{
	unsigned int o;

	for (o = 0; o < 2; o++) {
		put_byte(value(i, first + o, 0));
		put_byte(value(i, first + o, 2));
		put_byte(value(i, first + o, 3));
		put_byte(value(i, first + o, 4));
		put_byte(value(i, first + o, 1) & 0xc0);
		put_byte(value(i, first + o, 1) & 0x3f);
		put_byte(o == 0 ? 0x0a : 0);
	}
	put_byte((unsigned int)offset & 0xff);
	put_byte((unsigned int)offset >> 8 & 0xff);
}

/* Every third has two voices, every fifth a fixed key. */
static void
make_op2(void)
{
	unsigned int i;

	nfile = 0;
	put("#OPL_II#", 8);
	for (i = 0; i < 175; i++) {
		put_byte((i % 3 == 0 ? 4 : 0) | (i % 5 == 0 ? 1 : 0));
		put_byte(0);
		put_byte(128 + 6);
		put_byte(40 + i % 40);
		op2_voice(i, 0, -12);
		op2_voice(i, 2, 7);
	}
	for (i = 0; i < 175; i++)
		put_name(i == 174 ? "Triangle" : "Piano", 32);
}

static void
wopl_row(unsigned int i, bool drum, unsigned int version)
{
	static const unsigned int order[4] = { 1, 0, 3, 2 };
	unsigned int o, what;

	put_name("Piano", 32);
	put("\xff\xf4\0\x05", 4);
	put_byte(0);
	put_byte(256 - 9);
	put_byte(drum ? 35 + i % 40 : 0);
	put_byte(i == 5 ? 4 : i % 4 == 1 ? 1 : i % 4 == 2 ? 3 : 0);
	put_byte(0x0b);
	put_byte(0x06);
	for (o = 0; o < 4; o++) {
		for (what = 0; what < 5; what++)
			put_byte(value(i, order[o], what));
	}
	if (version >= 3)
		put("\1\2\3\4", 4);
}

static void
make_wopl(unsigned int version, unsigned int melodic, unsigned int drums)
{
	unsigned int b, i;

	nfile = 0;
	put("WOPL3-BANK", 11);
	put_byte(version);
	put_byte(0);
	put_byte(0);
	put_byte(melodic);
	put_byte(0);
	put_byte(drums);
	put("\0\0", 2);
	for (b = 0; version >= 2 && b < melodic + drums; b++)
		put_name("bank", 34);
	for (b = 0; b < melodic + drums; b++) {
		for (i = 0; i < 128; i++)
			wopl_row(i + 128 * (b != 0 && b != melodic),
			    b >= melodic, version);
	}
}

/*
 * Reading.
 */

static void
read_good(void)
{
	const char *why;
	int at;

	if (!bank_read(&bank, file, nfile, &why, &at))
		atf_tc_fail("%s, at %d", why, at);
}

/* The registers of operators first, first + 1 of a channel. */
static void
expect_channel(unsigned int number, unsigned int channel, unsigned int i,
    unsigned int first, unsigned int feedback)
{
	const uint8_t *bytes = bank.ba_instrument[number].bi_bytes +
	    channel * OPL_PATCH_CHANNEL;
	unsigned int what, o;

	ATF_REQUIRE(bank.ba_instrument[number].bi_there);
	for (what = 0; what < 5; what++) {
		for (o = 0; o < 2; o++)
			ATF_CHECK_EQ(bytes[2 * what + o],
			    value(i, first + o, what));
	}
	ATF_CHECK_EQ(bytes[10], feedback);
}

ATF_TC(sbi);
ATF_TC_HEAD(sbi, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches an SBI or IBK whose bytes, "
	    "names or transposition go elsewhere");
}

ATF_TC_BODY(sbi, tc)
{
	unsigned int i;

	make_sbi();
	read_good();
	ATF_CHECK_STREQ(bank.ba_kind, "SBI");
	ATF_CHECK_EQ(bank.ba_single, 1);
	ATF_CHECK_STREQ(bank.ba_instrument[0].bi_name, "Whatever");
	expect_channel(0, 0, 0, 0, 0x0d);
	/* The five bytes at its end may be missing. */
	nfile -= 5;
	read_good();
	make_ibk();
	read_good();
	ATF_CHECK_STREQ(bank.ba_kind, "IBK");
	ATF_CHECK_EQ(bank_count(&bank, false), 128);
	ATF_CHECK_EQ(bank_count(&bank, true), 0);
	for (i = 0; i < 128; i++) {
		expect_channel(i, 0, i, 0, i & 0x0f);
		ATF_CHECK_EQ((int8_t)bank.ba_instrument[i].bi_bytes[
		    OPL_PATCH_TRANSPOSE], (i & 1) != 0 ? -12 : 0);
		ATF_CHECK_STREQ(bank.ba_instrument[i].bi_name, "Piano");
	}
}

ATF_TC(op2);
ATF_TC_HEAD(op2, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches an OP2 whose voices, second "
	    "ones, keys or drums go elsewhere");
}

ATF_TC_BODY(op2, tc)
{
	const struct bank_instrument *bi;
	unsigned int i, number;
	bool drum, fixed;

	make_op2();
	read_good();
	ATF_CHECK_EQ(bank_count(&bank, false), 128);
	ATF_CHECK_EQ(bank_count(&bank, true), 47);
	for (i = 0; i < 175; i++) {
		drum = i >= 128;
		fixed = i % 5 == 0;
		number = drum ? i + 35 : i;
		bi = &bank.ba_instrument[number];
		expect_channel(number, 0, i, 0, 0x0a);
		ATF_CHECK_EQ(bi->bi_opl3, i % 3 == 0);
		ATF_CHECK_EQ((int8_t)bi->bi_bytes[OPL_PATCH_TRANSPOSE],
		    fixed || drum ? 0 : -12);
		ATF_CHECK_EQ(bi->bi_bytes[OPL_PATCH_KEY],
		    fixed ? 40 + i % 40 : drum ? 60 : 0);
		if (i % 3 != 0)
			continue;
		expect_channel(number, 1, i, 2, 0x0a);
		ATF_CHECK_EQ(bi->bi_bytes[OPL_PATCH_FLAGS], 1);
		ATF_CHECK_EQ(bi->bi_bytes[OPL_PATCH_DETUNE], 6);
		ATF_CHECK_EQ(bi->bi_bytes[OPL_PATCH_TRANSPOSE + 1],
		    fixed || drum ? 0 : 7);
	}
	ATF_CHECK_STREQ(bank.ba_instrument[128 + 81].bi_name, "Triangle");
}

static void
check_wopl_row(unsigned int i, bool drum)
{
	const unsigned int number = drum ? 128 + i : i;
	const struct bank_instrument *bi = &bank.ba_instrument[number];

	ATF_CHECK_EQ(bi->bi_there, i != 5);
	if (i == 5)
		return;
	expect_channel(number, 0, i, 0, 0x0b);
	ATF_CHECK_EQ(bi->bi_opl3, i % 4 == 1 || i % 4 == 2);
	ATF_CHECK_EQ((int8_t)bi->bi_bytes[OPL_PATCH_TRANSPOSE], -12);
	ATF_CHECK_EQ(bi->bi_bytes[OPL_PATCH_KEY], drum ? 35 + i % 40 : 0);
	if (bi->bi_opl3)
		expect_channel(number, 1, i, 2, 0x06);
	if (i % 4 == 2) {
		ATF_CHECK_EQ(bi->bi_bytes[OPL_PATCH_FLAGS], 1);
		ATF_CHECK_EQ((int8_t)bi->bi_bytes[OPL_PATCH_DETUNE], -9);
		ATF_CHECK_EQ(bi->bi_bytes[OPL_PATCH_TRANSPOSE + 1], 5);
	}
}

ATF_TC(wopl);
ATF_TC_HEAD(wopl, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a WOPL of any version whose "
	    "operators, kinds or banks go elsewhere");
}

ATF_TC_BODY(wopl, tc)
{
	unsigned int i, version;

	for (version = 1; version <= 3; version++) {
		make_wopl(version, 1, 1);
		read_good();
		ATF_CHECK_EQ(bank.ba_left, 0);
		for (i = 0; i < 128; i++) {
			check_wopl_row(i, false);
			check_wopl_row(i, true);
		}
	}
	/* Of several the first of each is read. */
	make_wopl(3, 3, 2);
	read_good();
	ATF_CHECK_EQ(bank.ba_left, 3);
	for (i = 0; i < 128; i++) {
		check_wopl_row(i, false);
		check_wopl_row(i, true);
	}
	make_wopl(2, 0, 1);
	read_good();
	ATF_CHECK_EQ(bank_count(&bank, false), 0);
	check_wopl_row(9, true);
}

static void (*const makers[])(void) = { make_sbi, make_ibk, make_op2 };

/* Read a copy of exactly n bytes, so that one more is seen by sanitizers. */
static bool
read_exactly(size_t n)
{
	uint8_t *copy = malloc(n != 0 ? n : 1);
	const char *why = NULL;
	bool good;
	int at;

	ATF_REQUIRE(copy != NULL);
	memcpy(copy, file, n);
	good = bank_read(&bank, copy, n, &why, &at);
	free(copy);
	ATF_REQUIRE_EQ(good, why == NULL);
	ATF_REQUIRE(at >= BANK_NOWHERE && at < OPL_PATCH_NUMBERS);
	return good;
}

ATF_TC(cut);
ATF_TC_HEAD(cut, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a file that is read beyond "
	    "its end, or taken although something is missing");
}

ATF_TC_BODY(cut, tc)
{
	unsigned int m;
	size_t n, whole;

	for (m = 0; m < sizeof(makers) / sizeof(makers[0]); m++) {
		makers[m]();
		/* The end of an SBI may be missing. */
		whole = m == 0 ? nfile - 5 : nfile;
		for (n = 0; n < whole; n++)
			ATF_CHECK(!read_exactly(n));
		ATF_CHECK(read_exactly(whole));
	}
	for (m = 1; m <= 3; m++) {
		make_wopl(m, 1, 1);
		whole = nfile;
		for (n = 0; n < whole; n += n < 200 ? 1 : 61)
			ATF_CHECK(!read_exactly(n));
		ATF_CHECK(!read_exactly(whole - 1));
		ATF_CHECK(read_exactly(whole));
	}
}

ATF_TC(changed);
ATF_TC_HEAD(changed, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches bytes that make it read "
	    "elsewhere, or give an instrument that is none");
}

ATF_TC_BODY(changed, tc)
{
	static const uint8_t bytes[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct opl_patch op;
	unsigned int b, i, m, round;
	uint8_t was;
	size_t at;

	srandom(1);
	for (round = 0; round < 40000; round++) {
		m = round % 4;
		if (m < 3)
			makers[m]();
		else
			make_wopl(1 + (unsigned int)random() % 3, 1, 1);
		/* Most of what matters stands at the beginning. */
		for (b = 0; b < 4; b++) {
			at = (size_t)random() % (random() % 2 ? nfile : 64);
			was = bytes[(size_t)random() % sizeof(bytes)];
			file[at % nfile] = random() % 2 ? was :
			    (uint8_t)random();
		}
		if (!read_exactly((size_t)random() % 8 != 0 ? nfile :
		    (size_t)random() % nfile))
			continue;
		for (i = 0; i < OPL_PATCH_NUMBERS; i++) {
			if (bank.ba_instrument[i].bi_there)
				ATF_REQUIRE(opl_patch_decode(&op,
				    bank.ba_instrument[i].bi_bytes,
				    bank.ba_instrument[i].bi_opl3));
		}
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, sbi);
	ATF_TP_ADD_TC(tp, op2);
	ATF_TP_ADD_TC(tp, wopl);
	ATF_TP_ADD_TC(tp, cut);
	ATF_TP_ADD_TC(tp, changed);
	return atf_no_error();
}
