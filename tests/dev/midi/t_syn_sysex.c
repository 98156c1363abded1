/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_syn_sysex.c: the System Exclusive messages that a synthesizer heeds: each
 * of them, cut at every place, with every byte made wrong, and after noise.
 */

#include <dev/midi/syn_sysex.h>

#include "h_bytes.h"

static const struct known {
	const char	*bytes;
	enum syn_sysex_kind kind;
	unsigned int	channel, value;
	const char	*any;		/* x: what stands there is no matter, or
					 * says something */
} knowns[] = {
	{ "f0 7e 7f 09 01 f7", SYN_SYSEX_GM_ON, 0, 0, "  x   " },
	{ "f0 7e 10 09 01 f7", SYN_SYSEX_GM_ON, 0, 0, "  x   " },
	{ "f0 7e 7f 09 02 f7", SYN_SYSEX_GM_OFF, 0, 0, "  x   " },
	{ "f0 7e 7f 09 03 f7", SYN_SYSEX_GM2_ON, 0, 0, "  x   " },
	{ "f0 7f 7f 04 01 05 40 f7", SYN_SYSEX_VOLUME, 0, 0x2005,
	    "  x  xx " },
	{ "f0 7f 7f 04 03 01 40 f7", SYN_SYSEX_FINE, 0, 0x2001, "  x  xx " },
	{ "f0 7f 7f 04 04 00 42 f7", SYN_SYSEX_COARSE, 0, 0x42, "  x  xx " },
	{ "f0 41 10 42 12 40 00 7f 00 41 f7", SYN_SYSEX_GS_RESET, 0, 0,
	    "  x        " },
	/* Part 0 is channel 10, parts 1..9 are 1..9, part 10 is 11. */
	{ "f0 41 10 42 12 40 10 15 02 19 f7", SYN_SYSEX_DRUMS, 9, 2,
	    "  x        " },
	{ "f0 41 10 42 12 40 11 15 01 19 f7", SYN_SYSEX_DRUMS, 0, 1,
	    "  x        " },
	{ "f0 41 10 42 12 40 19 15 00 12 f7", SYN_SYSEX_DRUMS, 8, 0,
	    "  x        " },
	{ "f0 41 10 42 12 40 1a 15 01 10 f7", SYN_SYSEX_DRUMS, 10, 1,
	    "  x        " },
	{ "f0 43 10 4c 00 00 7e 00 f7", SYN_SYSEX_XG_ON, 0, 0, "         " },
	{ "f0 43 1f 4c 00 00 7e 00 f7", SYN_SYSEX_XG_ON, 0, 0, "         " },
};

static void
expect(struct syn_sysex_command sc, const struct known *k)
{

	ATF_CHECK_EQ(sc.sc_kind, k->kind);
	ATF_CHECK_EQ(sc.sc_channel, k->channel);
	ATF_CHECK_EQ(sc.sc_value, k->value);
}

ATF_TC(known);
ATF_TC_HEAD(known, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a message that is not "
	    "understood, whole or cut in two anywhere");
}

ATF_TC_BODY(known, tc)
{
	uint8_t bytes[H_BYTES_MAX];
	struct syn_sysex ss;
	size_t cut, n, i;

	syn_sysex_init(&ss);
	for (i = 0; i < __arraycount(knowns); i++) {
		n = h_bytes_from(knowns[i].bytes, bytes);
		for (cut = 0; cut < n; cut++) {
			ATF_CHECK_EQ(syn_sysex_take(&ss, bytes, cut).sc_kind,
			    SYN_SYSEX_NONE);
			expect(syn_sysex_take(&ss, bytes + cut, n - cut),
			    &knowns[i]);
		}
	}
}

ATF_TC(spoiled);
ATF_TC_HEAD(spoiled, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a message that is taken for "
	    "one that it is not: a byte that differs, is missing or too much, "
	    "a sum that is wrong");
}

/* One byte of a known message is another one. */
static void
spoil(const struct known *k, size_t at)
{
	uint8_t bytes[H_BYTES_MAX];
	struct syn_sysex_command sc;
	struct syn_sysex ss;
	unsigned int b;
	size_t n, i;
	uint8_t was;

	n = h_bytes_from(k->bytes, bytes);
	was = bytes[at];
	for (b = 0; b < 128; b++) {
		bytes[at] = (uint8_t)b;
		if (b == was || k->any[at] == 'x')
			continue;
		syn_sysex_init(&ss);
		sc = syn_sysex_take(&ss, bytes, n);
		/* It may be another of the list, or the same of XG. */
		for (i = 0; i < __arraycount(knowns); i++) {
			if (knowns[i].kind == sc.sc_kind &&
			    (knowns[i].kind != k->kind ||
			    k->kind == SYN_SYSEX_XG_ON))
				break;
		}
		if (sc.sc_kind != SYN_SYSEX_NONE && i == __arraycount(knowns))
			atf_tc_fail("%s: %02x at %zu", k->bytes, b, at);
	}
}

ATF_TC_BODY(spoiled, tc)
{
	uint8_t bytes[H_BYTES_MAX], end = 0xf7, more = 0;
	struct syn_sysex ss;
	size_t n, i, at, extra;

	for (i = 0; i < __arraycount(knowns); i++) {
		n = h_bytes_from(knowns[i].bytes, bytes);
		for (at = 1; at < n - 1; at++)
			spoil(&knowns[i], at);
		for (at = 1; at < n - 1; at++) {
			syn_sysex_init(&ss);
			(void)syn_sysex_take(&ss, bytes, at);
			ATF_CHECK_EQ(syn_sysex_take(&ss, &end, 1).sc_kind,
			    SYN_SYSEX_NONE);
		}
		for (extra = 1; extra < 300; extra++) {
			syn_sysex_init(&ss);
			(void)syn_sysex_take(&ss, bytes, n - 1);
			for (at = 0; at < extra; at++)
				(void)syn_sysex_take(&ss, &more, 1);
			ATF_CHECK_EQ(syn_sysex_take(&ss, &end, 1).sc_kind,
			    SYN_SYSEX_NONE);
		}
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, known);
	ATF_TP_ADD_TC(tp, spoiled);
	return atf_no_error();
}
