/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_ctl.c: the controllers of one channel: every controller and value,
 * the dance of registered parameters, resets, and long random courses against
 * a model that keeps the whole history.
 */

#include <stdlib.h>

#include <sys/midiio.h>

#include <dev/midi/midi_ctl.h>

#include "h_bytes.h"

#define KEY	16384

static struct midi_ctl ctl;

static struct midi_ctl_change
change(unsigned int controller, unsigned int value)
{
	const struct midi_ctl_change cc = midi_ctl_control(&ctl, controller,
	    value);

	ATF_REQUIRE(midi_ctl_valid(&ctl));
	return cc;
}

ATF_TC(defaults);
ATF_TC_HEAD(defaults, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a value that is not the one "
	    "of power-up");
}

ATF_TC_BODY(defaults, tc)
{
	unsigned int i, want;

	midi_ctl_init(&ctl);
	ATF_REQUIRE(midi_ctl_valid(&ctl));
	for (i = 0; i < MIDI_CTL_CONTROLLERS; i++) {
		want = 0;
		if (i == 7)
			want = 100 << 7;
		else if (i == 8 || i == 10)
			want = 64 << 7;
		else if (i == 11)
			want = 127 << 7;
		else if (i >= 71 && i <= 79)
			want = 64;
		else if (i == 91)
			want = 40;
		else if (i >= 98 && i <= 101)
			want = 127;
		ATF_CHECK_EQ_MSG(midi_ctl_value(&ctl, i), want, "%u", i);
	}
	ATF_CHECK_EQ(ctl.mc_bend, 8192);
	ATF_CHECK_EQ(midi_ctl_detune(&ctl), 0);
	ATF_CHECK_EQ(midi_ctl_modulation_range(&ctl), KEY / 2);
}

ATF_TC(values);
ATF_TC_HEAD(values, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a controller whose halves are "
	    "put together wrongly, that is told by another number, or moves "
	    "another one");
}

ATF_TC_BODY(values, tc)
{
	struct midi_ctl before;
	struct midi_ctl_change cc;
	unsigned int c, i, v, pair;

	for (c = 0; c < MIDI_CTL_CONTROLLERS; c++) {
		if (c == 6 || c == 38 || (c >= 96 && c <= 101))
			continue;
		for (v = 0; v < 128; v++) {
			midi_ctl_init(&ctl);
			if (c >= 32 && c < 64)
				(void)change(c - 32, 77);
			before = ctl;
			cc = change(c, v);
			pair = c >= 32 && c < 64 ? c - 32 : c;
			ATF_CHECK_EQ(cc.cc_event, MIDI_CTL_VALUE);
			ATF_CHECK_EQ(cc.cc_number, pair);
			ATF_CHECK_EQ(cc.cc_value, c < 32 ? v << 7 :
			    c < 64 ? (77U << 7 | v) : v);
			ATF_CHECK_EQ(midi_ctl_value(&ctl, pair), cc.cc_value);
			for (i = 0; i < MIDI_CTL_CONTROLLERS; i++) {
				if (i != c && i != pair && i != pair + 32)
					ATF_CHECK_EQ(ctl.mc_value[i],
					    before.mc_value[i]);
			}
			ATF_CHECK_EQ(midi_ctl_on(&ctl, c), v >= 64);
		}
	}
	/* A coarse half takes the fine one back to 0. */
	(void)change(7, 50);
	(void)change(39, 12);
	ATF_CHECK_EQ(midi_ctl_value(&ctl, 7), 50 << 7 | 12);
	(void)change(7, 50);
	ATF_CHECK_EQ(midi_ctl_value(&ctl, 7), 50 << 7);
}

ATF_TC(modes);
ATF_TC_HEAD(modes, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a mode message that is taken "
	    "for another, or is kept as a controller");
}

ATF_TC_BODY(modes, tc)
{
	static const enum midi_ctl_event events[8] = {
		MIDI_CTL_SOUND_OFF, MIDI_CTL_RESET, MIDI_CTL_LOCAL,
		MIDI_CTL_NOTES_OFF, MIDI_CTL_MODE, MIDI_CTL_MODE,
		MIDI_CTL_MODE, MIDI_CTL_MODE
	};
	struct midi_ctl before;
	unsigned int c, v;

	midi_ctl_init(&ctl);
	before = ctl;
	for (c = 120; c < 128; c++) {
		for (v = 0; v < 128; v++) {
			ATF_CHECK_EQ(change(c, v).cc_event, events[c - 120]);
			ATF_CHECK_EQ(memcmp(&before, &ctl, sizeof(ctl)), 0);
		}
	}
}

/* RP-015: what a reset changes and what it leaves. */
ATF_TC(reset);
ATF_TC_HEAD(reset, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches a reset that leaves what it "
	    "should change, or changes what it should leave");
}

ATF_TC_BODY(reset, tc)
{
	struct midi_ctl before;
	unsigned int i;
	bool changes;

	midi_ctl_init(&ctl);
	(void)change(101, 0);
	(void)change(100, 0);
	(void)change(6, 12);
	for (i = 0; i < MIDI_CTL_CONTROLLERS; i++) {
		if (i < 96 || i > 101)
			(void)change(i, 33);
	}
	ctl.mc_bend = 5;
	ctl.mc_pressure = 9;
	before = ctl;
	ATF_CHECK_EQ(change(121, 0).cc_event, MIDI_CTL_RESET);
	for (i = 0; i < MIDI_CTL_CONTROLLERS; i++) {
		changes = i == 1 || i == 33 || i == 11 || i == 43 ||
		    (i >= 64 && i <= 67) || (i >= 98 && i <= 101);
		if (!changes)
			ATF_CHECK_EQ_MSG(ctl.mc_value[i], before.mc_value[i],
			    "%u", i);
	}
	ATF_CHECK_EQ(midi_ctl_value(&ctl, 1), 0);
	ATF_CHECK_EQ(midi_ctl_value(&ctl, 11), 127 << 7);
	for (i = 64; i <= 67; i++)
		ATF_CHECK_EQ(midi_ctl_value(&ctl, i), 0);
	ATF_CHECK_EQ(ctl.mc_bend, 8192);
	ATF_CHECK_EQ(ctl.mc_pressure, 0);
	ATF_CHECK_EQ(memcmp(ctl.mc_rpn, before.mc_rpn, sizeof(ctl.mc_rpn)),
	    0);
	/* No parameter is selected any more. */
	ATF_CHECK_EQ(change(6, 1).cc_event, MIDI_CTL_NOTHING);
	ATF_CHECK_EQ(memcmp(ctl.mc_rpn, before.mc_rpn, sizeof(ctl.mc_rpn)),
	    0);
}

/*
 * Parameters: the model reads the history backwards.
 */

#define HISTORY	40

struct message {
	uint8_t	controller, value;
};

static const uint16_t firsts[MIDI_CTL_RPNS] = {
	2 << 7, 0x2000, 0x2000, 0, 0, 64
};

/* Step a value of a parameter as midi_ctl.h says. */
static int
model_step(unsigned int rpn, int value, int sign)
{
	int cents, next;

	if (rpn == 0) {
		cents = (value >> 7) * 100 + ((value & 127) > 99 ? 99 :
		    (value & 127)) + sign;
		if (cents < 0)
			return value;
		next = cents / 100 * 128 + cents % 100;
	} else
		next = value + sign * (rpn == 2 ? 128 : 1);
	return next < 0 || next > 16383 ? value : next;
}

/* The value of a parameter after n messages. */
static int
model_rpn(const struct message *m, unsigned int n, unsigned int rpn)
{
	unsigned int i, lsb[2] = { 127, 127 }, msb[2] = { 127, 127 };
	int value = firsts[rpn], kind = 1;

	for (i = 0; i < n; i++) {
		switch (m[i].controller) {
		case 98: lsb[0] = m[i].value; kind = 0; continue;
		case 99: msb[0] = m[i].value; kind = 0; continue;
		case 100: lsb[1] = m[i].value; kind = 1; continue;
		case 101: msb[1] = m[i].value; kind = 1; continue;
		case 121:
			lsb[0] = lsb[1] = msb[0] = msb[1] = 127;
			continue;
		default:
			break;
		}
		if (kind == 0 || msb[1] != 0 || lsb[1] != rpn)
			continue;
		switch (m[i].controller) {
		case 6: value = m[i].value << 7; break;
		case 38: value = (value & ~127) | m[i].value; break;
		case 96: value = model_step(rpn, value, 1); break;
		case 97: value = model_step(rpn, value, -1); break;
		default: break;
		}
	}
	return value;
}

ATF_TC(parameters);
ATF_TC_HEAD(parameters, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches data that reach a parameter "
	    "which is not selected, or not the one that is, in random courses "
	    "of selections and data");
}

ATF_TC_BODY(parameters, tc)
{
	static const uint8_t controllers[] = {
		6, 38, 96, 97, 98, 99, 100, 101, 6, 38, 100, 101, 7, 121
	};
	static const uint8_t values[] = { 0, 1, 2, 5, 6, 64, 99, 127 };
	struct message m[HISTORY];
	unsigned int i, round, rpn;

	srandom(1);
	for (round = 0; round < 20000; round++) {
		midi_ctl_init(&ctl);
		for (i = 0; i < HISTORY; i++) {
			m[i].controller = controllers[(size_t)random() %
			    sizeof(controllers)];
			m[i].value = values[(size_t)random() %
			    sizeof(values)];
			(void)change(m[i].controller, m[i].value);
		}
		for (rpn = 0; rpn < MIDI_CTL_RPNS; rpn++) {
			if (ctl.mc_rpn[rpn] != model_rpn(m, HISTORY, rpn))
				atf_tc_fail("round %u parameter %u: %u, "
				    "not %d", round, rpn, ctl.mc_rpn[rpn],
				    model_rpn(m, HISTORY, rpn));
		}
	}
}

ATF_TC(detune);
ATF_TC_HEAD(detune, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches bend or tuning that is not "
	    "worth its cents, at the ends and in the middle");
}

ATF_TC_BODY(detune, tc)
{
	unsigned int semitones;

	for (semitones = 0; semitones <= 24; semitones++) {
		midi_ctl_init(&ctl);
		(void)change(101, 0);
		(void)change(100, 0);
		(void)change(6, semitones);
		ctl.mc_bend = 16383;
		ATF_CHECK_EQ(midi_ctl_detune(&ctl), (int)semitones * KEY);
		ctl.mc_bend = 0;
		ATF_CHECK_EQ(midi_ctl_detune(&ctl), -(int)semitones * KEY);
		ctl.mc_bend = 4096;
		ATF_CHECK_EQ(midi_ctl_detune(&ctl), -(int)semitones * KEY /
		    2);
		ctl.mc_bend = 8192;
		ATF_CHECK_EQ(midi_ctl_detune(&ctl), 0);
	}
	midi_ctl_init(&ctl);
	(void)change(101, 0);
	(void)change(100, 2);
	(void)change(6, 64 - 12);
	ATF_CHECK_EQ(midi_ctl_detune(&ctl), -12 * KEY);
	(void)change(100, 1);
	(void)change(6, 0);
	ATF_CHECK_EQ(midi_ctl_detune(&ctl), -13 * KEY);
	(void)change(6, 127);
	(void)change(38, 127);
	ATF_CHECK_EQ(midi_ctl_detune(&ctl), -12 * KEY + KEY - 2);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, defaults);
	ATF_TP_ADD_TC(tp, values);
	ATF_TP_ADD_TC(tp, modes);
	ATF_TP_ADD_TC(tp, reset);
	ATF_TP_ADD_TC(tp, parameters);
	ATF_TP_ADD_TC(tp, detune);
	return atf_no_error();
}
