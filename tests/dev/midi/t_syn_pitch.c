/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_syn_pitch.c: pitch and level against floating point, every key by 256
 * steps and every value of 14 bits.
 */

#include <math.h>

#include <sys/midiio.h>

#include <dev/midi/syn_pitch.h>

#include "h_bytes.h"

#define KEY	16384
#define RATE	(14318180.0 / 288)

/* Where the law of 2 cents begins and ends, by what the chip can do. */
#define FINE_FROM	19
#define HIGHEST_HZ	(1023.5 * RATE / 8192)

static double
hz(int32_t pitch)
{

	return 440 * pow(2, (pitch / (double)KEY - 69) / 12);
}

static double
cents(double a, double b)
{

	return 1200 * log2(a / b);
}

static double
opl_hz(struct syn_pitch_fnum sf)
{

	return sf.sf_fnum * RATE / pow(2, 20 - sf.sf_block);
}

ATF_TC(frequency);
ATF_TC_HEAD(frequency, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a frequency that is off by "
	    "0.02 cents and half a unit, or falls as the pitch rises");
}

ATF_TC_BODY(frequency, tc)
{
	uint32_t h18, before = 0;
	double want;
	int32_t p;

	for (p = 0; p <= MIDIPITCH_MAX; p += KEY / 256) {
		h18 = syn_pitch_hz18(p);
		want = hz(p) * 262144;
		if (fabs(h18 - want) > want * (0.02 / 1731) + 0.5)
			atf_tc_fail("pitch %d: %u, not %.1f", p, h18, want);
		ATF_CHECK(h18 >= before);
		before = h18;
	}
	ATF_CHECK_EQ(syn_pitch_hz18(69 * KEY), 440U << 18);
	ATF_CHECK_EQ(syn_pitch_hz18(-1), syn_pitch_hz18(0));
	ATF_CHECK_EQ(syn_pitch_hz18(INT32_MAX), syn_pitch_hz18(MIDIPITCH_MAX));
}

ATF_TC(fnum);
ATF_TC_HEAD(fnum, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a pitch that the chip would "
	    "play 2 cents off although it can do better, or not with the "
	    "finest steps");
}

ATF_TC_BODY(fnum, tc)
{
	struct syn_pitch_fnum sf;
	double want, off;
	int32_t p;

	for (p = 0; p <= MIDIPITCH_MAX; p += KEY / 256) {
		sf = syn_pitch_opl(p);
		want = hz(p);
		while (want >= HIGHEST_HZ)
			want /= 2;
		off = fabs(cents(opl_hz(sf), want));
		ATF_REQUIRE(sf.sf_block <= 7);
		ATF_REQUIRE(sf.sf_fnum > 0 && sf.sf_fnum < 1024);
		ATF_CHECK(sf.sf_block == 0 || sf.sf_fnum >= 511);
		if (off > (p >= FINE_FROM * KEY ? 2 : 5.1))
			atf_tc_fail("pitch %d: block %u fnum %u is off by "
			    "%.2f cents", p, sf.sf_block, sf.sf_fnum, off);
	}
	sf = syn_pitch_opl(69 * KEY);
	ATF_CHECK_EQ(sf.sf_block, 4);
	ATF_CHECK_EQ(sf.sf_fnum, 580);
}

ATF_TC(level);
ATF_TC_HEAD(level, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a value whose level is not "
	    "40 log10(v / 127) to the centibel");
}

ATF_TC_BODY(level, tc)
{
	unsigned int v;
	double want;

	ATF_CHECK_EQ(syn_pitch_level_cb(0), SYN_PITCH_SILENCE_CB);
	for (v = 1; v < 16384; v++) {
		want = v >= 127 * 128 ? 0 : 400 * log10(v / (127.0 * 128));
		if (fabs(syn_pitch_level_cb(v) - want) > 0.51)
			atf_tc_fail("%u: %d cB, not %.2f", v,
			    syn_pitch_level_cb(v), want);
	}
}

ATF_TC(steps);
ATF_TC_HEAD(steps, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches attenuation that is not the "
	    "nearest step, wraps or goes beyond the last one");
}

ATF_TC_BODY(steps, tc)
{
	unsigned int base, got;
	double want;
	int cb;

	for (base = 0; base <= SYN_PITCH_STEPS_MAX; base += 7) {
		for (cb = INT16_MIN; cb <= 0; cb++) {
			got = syn_pitch_steps((int16_t)cb, base);
			want = base - cb / 7.5;
			if (want > SYN_PITCH_STEPS_MAX)
				want = SYN_PITCH_STEPS_MAX;
			if (fabs(got - want) > 0.5001)
				atf_tc_fail("%d cB on %u: %u", cb, base, got);
		}
	}
	ATF_CHECK_EQ(syn_pitch_add_cb(-10, -20), -30);
	ATF_CHECK_EQ(syn_pitch_add_cb(SYN_PITCH_SILENCE_CB, 0),
	    SYN_PITCH_SILENCE_CB);
	ATF_CHECK_EQ(syn_pitch_add_cb(-20000, -20000), SYN_PITCH_SILENCE_CB);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, frequency);
	ATF_TP_ADD_TC(tp, fnum);
	ATF_TP_ADD_TC(tp, level);
	ATF_TP_ADD_TC(tp, steps);
	return atf_no_error();
}
