/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_syn_voice.c: which voice plays the next note: all states of three voices
 * against a model that sorts them by what syn_voice.h says, and pairs.
 */

#include <stdlib.h>

#include <dev/midi/syn_voice.h>

#include "h_bytes.h"

#define VOICES	3
#define NOW	1000
#define DRUMS	9

/* What a voice can be, for the enumeration. */
enum kind { UNUSED, SILENT, RINGS, HELD, SOUNDS, KINDS };

static const uint8_t channels[] = { 0, 1, DRUMS, 15 };
static const uint8_t keys[] = { 60, 61, 62 };

static void
set(struct syn_voice *sv, enum kind kind, uint8_t channel, uint8_t key,
    uint64_t order)
{

	sv->sv_used = kind != UNUSED;
	sv->sv_state = kind == SOUNDS ? SYN_VOICE_SOUNDING :
	    kind == HELD ? SYN_VOICE_HELD : SYN_VOICE_RELEASED;
	sv->sv_channel = channel;
	sv->sv_key = key;
	sv->sv_patch = 7;
	sv->sv_order = order;
	/* The later it was struck, the sooner it is silent. */
	sv->sv_silent_ns = kind == RINGS ? NOW + 100 - order : NOW;
}

/* From high to low: 10, 1 .. 9, 11 .. 16. */
static int
place(int channel)
{
	static const int order[16] = {
		9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15
	};
	int i;

	for (i = 0; order[i] != channel; i++)
		continue;
	return i;
}

/* Which of the voices that sound on the worst channel goes. */
static int
model_steal(const struct syn_voice *sv, const enum kind *kind,
    const struct syn_voice_note *note)
{
	int i, worst = -1, lowest = -1, newest = -1, oldest = -1;

	for (i = 0; i < VOICES; i++) {
		if (kind[i] == SOUNDS && place(sv[i].sv_channel) > worst)
			worst = place(sv[i].sv_channel);
	}
	if (worst < place(note->sn_channel))
		return SYN_VOICE_NONE;
	for (i = 0; i < VOICES; i++) {
		if (kind[i] != SOUNDS || place(sv[i].sv_channel) != worst)
			continue;
		if (newest < 0 || sv[i].sv_order > sv[newest].sv_order)
			newest = i;
	}
	for (i = 0; i < VOICES; i++) {
		if (kind[i] != SOUNDS || place(sv[i].sv_channel) != worst)
			continue;
		if (lowest < 0 || sv[i].sv_key < sv[lowest].sv_key)
			lowest = i;
	}
	for (i = 0; i < VOICES; i++) {
		if (kind[i] != SOUNDS || place(sv[i].sv_channel) != worst ||
		    i == newest || sv[i].sv_key == sv[lowest].sv_key)
			continue;
		if (oldest < 0 || sv[i].sv_order < sv[oldest].sv_order)
			oldest = i;
	}
	if (oldest >= 0)
		return oldest;
	/* Of those on the lowest key the oldest; the newest last. */
	for (i = 0; i < VOICES; i++) {
		if (kind[i] != SOUNDS || place(sv[i].sv_channel) != worst ||
		    i == newest)
			continue;
		if (oldest < 0 || sv[i].sv_order < sv[oldest].sv_order)
			oldest = i;
	}
	return oldest >= 0 ? oldest : newest;
}

/* The one of a kind that comes first by its order; of RINGS, the last. */
static int
model_first(const struct syn_voice *sv, const enum kind *kind, bool silent,
    enum kind wanted, int channel)
{
	int i, best = -1;

	for (i = 0; i < VOICES; i++) {
		if (silent ? kind[i] > SILENT : kind[i] != wanted)
			continue;
		if (channel >= 0 && (kind[i] == UNUSED ||
		    sv[i].sv_channel != channel))
			continue;
		if (best < 0 || (wanted == RINGS ?
		    sv[i].sv_order > sv[best].sv_order :
		    sv[i].sv_order < sv[best].sv_order))
			best = i;
	}
	return best;
}

static int
model(const struct syn_voice *sv, const enum kind *kind,
    const struct syn_voice_note *note)
{
	int i, found = -1;

	for (i = 0; i < VOICES; i++) {
		if (kind[i] >= RINGS && sv[i].sv_channel == note->sn_channel &&
		    sv[i].sv_key == note->sn_key && (found < 0 ||
		    sv[i].sv_order > sv[found].sv_order))
			found = i;
	}
	if (found < 0)
		found = model_first(sv, kind, true, SILENT,
		    note->sn_channel);
	if (found < 0)
		found = model_first(sv, kind, true, SILENT, -1);
	if (found < 0)
		found = model_first(sv, kind, false, RINGS, -1);
	if (found < 0)
		found = model_first(sv, kind, false, HELD, -1);
	return found >= 0 ? found : model_steal(sv, kind, note);
}

/* One state of a voice, by number. */
#define STATES	(KINDS * __arraycount(channels) * __arraycount(keys))

static enum kind
state(struct syn_voice *sv, unsigned int number, uint64_t order)
{
	const enum kind kind = (enum kind)(number % KINDS);
	const unsigned int rest = number / KINDS;

	set(sv, kind, channels[rest % __arraycount(channels)],
	    keys[rest / __arraycount(channels)], order);
	return kind;
}

ATF_TC(order);
ATF_TC_HEAD(order, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a voice that is chosen against "
	    "the documented order, of all states of three");
}

ATF_TC_BODY(order, tc)
{
	static const uint64_t orders[2][VOICES] = { { 1, 2, 3 }, { 3, 1, 2 } };
	struct syn_voice sv[VOICES];
	struct syn_voices svs;
	struct syn_voice_note note = { .sn_key = 61, .sn_patch = 7 };
	enum kind kind[VOICES];
	unsigned int a, b, c, i, o;
	int got, want;

	syn_voice_init(&svs, sv, VOICES);
	for (i = 0; i < STATES * STATES * STATES; i++) {
		a = i % STATES;
		b = i / STATES % STATES;
		c = i / STATES / STATES;
		o = i % 2;
		kind[0] = state(&sv[0], a, orders[o][0]);
		kind[1] = state(&sv[1], b, orders[o][1]);
		kind[2] = state(&sv[2], c, orders[o][2]);
		note.sn_channel = channels[i / 7 % __arraycount(channels)];
		got = syn_voice_choose(&svs, &note, NOW);
		want = model(sv, kind, &note);
		if (got != want)
			atf_tc_fail("states %u %u %u order %u channel %u: "
			    "%d, not %d", a, b, c, o, note.sn_channel, got,
			    want);
	}
}

ATF_TC(patch);
ATF_TC_HEAD(patch, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a silent voice that has to be "
	    "loaded anew although another has the instrument");
}

ATF_TC_BODY(patch, tc)
{
	struct syn_voice sv[VOICES];
	struct syn_voices svs;
	struct syn_voice_note note = { .sn_channel = 3, .sn_key = 60,
	    .sn_patch = 1 };

	syn_voice_init(&svs, sv, VOICES);
	ATF_CHECK_EQ(syn_voice_choose(&svs, &note, NOW), 0);
	syn_voice_strike(&svs, 0, &note);
	note.sn_patch = 2;
	note.sn_key = 61;
	ATF_CHECK_EQ(syn_voice_choose(&svs, &note, NOW), 1);
	syn_voice_strike(&svs, 1, &note);
	syn_voice_release(&svs, 0, 0);
	syn_voice_release(&svs, 1, 0);
	note.sn_key = 62;
	ATF_CHECK_EQ(syn_voice_choose(&svs, &note, NOW), 1);
	note.sn_patch = 3;
	ATF_CHECK_EQ(syn_voice_choose(&svs, &note, NOW), 2);
	/* Another channel does not count. */
	note.sn_patch = 2;
	note.sn_channel = 4;
	ATF_CHECK_EQ(syn_voice_choose(&svs, &note, NOW), 2);
}

/*
 * Pairs, at random: a wide note has both its halves, nothing sounds twice, and
 * what is struck is heard until it is released or somebody takes half of it.
 */

#define PAIRED	8

static void
check_pairs(const struct syn_voices *svs, const uint8_t *wide)
{
	int i, partner;

	ATF_REQUIRE(syn_voice_valid(svs));
	for (i = 0; i < PAIRED; i++) {
		partner = svs->svs_voice[i].sv_partner;
		if (!wide[i])
			continue;
		ATF_REQUIRE_EQ(svs->svs_voice[partner].sv_owner, i);
		ATF_REQUIRE(!syn_voice_sounds(svs, partner));
	}
}

ATF_TC(pairs);
ATF_TC_HEAD(pairs, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a wide note on voices that are "
	    "no pair, one that keeps a half that was taken, or a half that "
	    "sounds for itself");
}

ATF_TC_BODY(pairs, tc)
{
	struct syn_voice sv[PAIRED];
	struct syn_voices svs;
	struct syn_voice_note note;
	uint8_t wide[PAIRED];	/* a wide note is known by it */
	unsigned int round;
	int i, owner;

	srandom(1);
	memset(wide, 0, sizeof(wide));
	syn_voice_init(&svs, sv, PAIRED);
	syn_voice_pair(&svs, 0, 3);
	syn_voice_pair(&svs, 1, 4);
	for (round = 0; round < 200000; round++) {
		note.sn_channel = (uint8_t)(random() % 3);
		note.sn_key = (uint8_t)(random() % 5);
		note.sn_wide = random() % 3 == 0;
		note.sn_patch = (uint32_t)random() % 2;
		i = syn_voice_choose(&svs, &note, round);
		ATF_REQUIRE(i != SYN_VOICE_NONE || round != 0);
		if (i != SYN_VOICE_NONE && random() % 4 != 0) {
			ATF_REQUIRE(!note.sn_wide || i == 0 || i == 1);
			owner = sv[i].sv_owner;
			wide[owner] = 0;
			if (note.sn_wide)
				wide[sv[i].sv_partner] = 0;
			wide[i] = note.sn_wide;
			syn_voice_strike(&svs, i, &note);
			ATF_REQUIRE(syn_voice_sounds(&svs, i));
		}
		check_pairs(&svs, wide);
		i = (int)(random() % PAIRED);
		if (syn_voice_sounds(&svs, i)) {
			if (random() % 2)
				syn_voice_hold(&svs, i);
			else
				syn_voice_release(&svs, i, round +
				    (uint64_t)random() % 20);
		}
		check_pairs(&svs, wide);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, order);
	ATF_TP_ADD_TC(tp, patch);
	ATF_TP_ADD_TC(tp, pairs);
	return atf_no_error();
}
