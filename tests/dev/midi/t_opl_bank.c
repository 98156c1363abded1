/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_opl_bank.c: the instruments of opl(4), as h_oplsound.c lets them sound:
 * each is to be heard, as loud as the others, and to stay or die away as what
 * it is called after does.
 */

#include <atf-c.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <dev/ic/opl_patch.h>
#include <dev/ic/oplinstrs.h>

#include "h_oplsound.h"

#define SECONDS	2

static float samples[(SECONDS + 1) * H_OPLSOUND_RATE];

/* The key that a program is typically played at. */
static double
key_of(unsigned i)
{

	if (i >= OPLINSTRS_PROGRAMS)
		return oplinstrs_bank[i][OPL_PATCH_CHANNEL];
	if (i >= 32 && i < 40)
		return 38;		/* basses */
	switch (i) {
	case 9: case 72:		/* glockenspiel, piccolo */
		return 79;
	case 43: case 47: case 58: case 67: case 70:
		return 43;		/* contrabass, timpani, tuba, ... */
	default:
		return 62;
	}
}

static void
render(unsigned i)
{

	h_oplsound(oplinstrs_bank[i], key_of(i), SECONDS * H_OPLSOUND_RATE,
	    samples, (SECONDS + 1) * H_OPLSOUND_RATE);
}

/* The loudest piece of so many seconds of the first. */
static double
loudest(double length)
{
	double best = -200, db, t;

	for (t = 0; t + length <= 1; t += length) {
		db = h_oplsound_db(samples, t, t + length);
		best = fmax(best, db);
	}
	return best;
}

/* Families by number / 8: is the sound to stay while the key is down? */
enum stays { STAYS, DIES, EITHER };

static enum stays
stays(unsigned i)
{
	static const enum stays families[16] = {
		DIES, DIES, STAYS, EITHER, EITHER, EITHER, STAYS, STAYS,
		STAYS, STAYS, STAYS, STAYS, EITHER, EITHER, EITHER, EITHER
	};

	if (i >= OPLINSTRS_PROGRAMS)
		return i == 128 + 72 - 35 || i == 128 + 74 - 35 ? EITHER : DIES;
	if (i == 55)
		return DIES;		/* orchestra hit */
	if (i >= 40 && i <= 44)
		return STAYS;		/* bowed */
	if (i >= 112 && i <= 118)
		return DIES;		/* struck */
	return families[i / 8];
}

ATF_TC(heard);
ATF_TC_HEAD(heard, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches an instrument that is not "
	    "heard, or much louder or softer than the others");
}

ATF_TC_BODY(heard, tc)
{
	double db;
	unsigned i;

	for (i = 0; i < OPLINSTRS_NUMBER; i++) {
		render(i);
		/* To the ear something between a stroke and a tone. */
		db = (loudest(0.05) + loudest(0.25)) / 2;
		if (db < -16 || db > -5)
			atf_tc_fail_nonfatal("%u: %.1f dB", i, db);
		if (stays(i) == STAYS && fabs(db + 7) > 2.2)
			atf_tc_fail_nonfatal("%u: %.1f dB", i, db);
	}
}

ATF_TC(decay);
ATF_TC_HEAD(decay, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches an organ that dies away, a "
	    "piano or a drum that does not, or a sound that goes on without a "
	    "key");
}

ATF_TC_BODY(decay, tc)
{
	struct opl_patch op;
	uint8_t bytes[OPL_PATCH_BYTES];
	double early, late, after;
	unsigned i;

	for (i = 0; i < OPLINSTRS_NUMBER; i++) {
		render(i);
		early = loudest(0.25);
		late = h_oplsound_db(samples, SECONDS - 0.3, SECONDS);
		after = h_oplsound_db(samples, SECONDS + 0.9, SECONDS + 1);
		if (stays(i) == STAYS && late < early - 8)
			atf_tc_fail_nonfatal("%u falls from %.1f to %.1f dB",
			    i, early, late);
		if (stays(i) == DIES && late > early - 20)
			atf_tc_fail_nonfatal("%u stays, from %.1f to %.1f dB",
			    i, early, late);
		/* Pads and the like ring longest. */
		if (after > early - 10)
			atf_tc_fail_nonfatal("%u goes on, at %.1f dB", i,
			    after);
		/* What the driver counts on is the same. */
		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes, oplinstrs_bank[i], OPL_PATCH_CHANNEL);
		ATF_REQUIRE(opl_patch_decode(&op, bytes, false));
		if (stays(i) == DIES)
			ATF_CHECK(opl_patch_decays(&op));
		if (stays(i) == STAYS)
			ATF_CHECK(!opl_patch_decays(&op));
	}
}

ATF_TC(different);
ATF_TC_HEAD(different, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches two instruments that are the "
	    "same");
}

ATF_TC_BODY(different, tc)
{
	unsigned i, j;

	for (i = 0; i < OPLINSTRS_NUMBER; i++) {
		for (j = 0; j < i; j++) {
			if (memcmp(oplinstrs_bank[i], oplinstrs_bank[j],
			    OPLINSTRS_BYTES) == 0)
				atf_tc_fail_nonfatal("%u is %u", i, j);
		}
	}
}

ATF_TC(tail);
ATF_TC_HEAD(tail, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a drum that is still heard "
	    "when its voice counts as silent");
}

ATF_TC_BODY(tail, tc)
{
	struct opl_patch op;
	uint8_t bytes[OPL_PATCH_BYTES];
	double end;
	unsigned i;

	for (i = OPLINSTRS_PROGRAMS; i < OPLINSTRS_NUMBER; i++) {
		if (stays(i) != DIES)
			continue;
		render(i);
		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes, oplinstrs_bank[i], OPL_PATCH_CHANNEL);
		ATF_REQUIRE(opl_patch_decode(&op, bytes, false));
		end = opl_patch_tail_ns(&op, (unsigned)key_of(i) / 12 - 1,
		    true) / 1e9;
		ATF_CHECK(end < SECONDS);
		if (end < SECONDS && h_oplsound_db(samples, end, end + 0.05) >
		    -40)
			atf_tc_fail_nonfatal("%u is heard after %.2f s", i,
			    end);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, heard);
	ATF_TP_ADD_TC(tp, decay);
	ATF_TP_ADD_TC(tp, different);
	ATF_TP_ADD_TC(tp, tail);
	return atf_no_error();
}
