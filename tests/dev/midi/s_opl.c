/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_opl.c: opl(4) and midisyn on an OPL of the simulation, whose model checks
 * each write: General MIDI as it can be seen in registers.
 *
 * Keys below 19 are left out where pitch is compared: the chip's own steps are
 * coarser than 2 cents there.
 */

#include <sys/midiio.h>

#include <stdio.h>

#include "h_opl.h"

#define FIRST_KEY	19
#define LAST_KEY	114

static struct h_opl opl;

/*
 * Attaching.
 */

static unsigned char
junk_read(void *arg, unsigned long off)
{

	(void)off;
	return *(const unsigned char *)arg;
}

static void
junk_write(void *arg, unsigned long off, unsigned char byte)
{

	(void)arg;
	(void)off;
	(void)byte;
}

static const struct sim_bus_ops junk_ops = { junk_read, junk_write };

H_CASE(nothing_there, 2, 0, 0,
    "catches a chip that is seen where the bus floats, or where something "
    "else answers")
{
	static unsigned char bytes[] = { 0x00, 0x06, 0x60, 0xc0, 0xe0, 0xff };
	unsigned i;

	SIM_CHECK(h_boot(0));
	SIM_CHECK_EQ(hosted_attach_isa("opl", H_OPL_PORT, -1, 0, NULL),
	    ENXIO);
	for (i = 0; i < sizeof(bytes); i++) {
		sim_bus_plug(H_OPL_PORT, 4, &junk_ops, &bytes[i]);
		SIM_CHECK_EQ(hosted_attach_isa("opl", H_OPL_PORT, -1, 0,
		    NULL), ENXIO);
		sim_bus_unplug(H_OPL_PORT);
	}
	h_shutdown();
}

static void
attach_one(int opl3)
{
	char line[80];

	if (!h_opl_begin(&opl, opl3))
		return;
	snprintf(line, sizeof(line), "model OPL%d", opl3 ? 3 : 2);
	SIM_CHECK(strstr(sim_messages(), line) != NULL);
	snprintf(line, sizeof(line), "midi0 at opl0: Yamaha OPL%d",
	    opl3 ? 3 : 2);
	SIM_CHECK(strstr(sim_messages(), line) != NULL);
	SIM_CHECK_EQ(opl.chip.reg[0x105], opl3 ? 1 : 0);
	SIM_CHECK_EQ(opl.chip.reg[0x01], opl3 ? 0 : 0x20);
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	h_opl_end(&opl);
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	SIM_CHECK_EQ(opl.chip.reg[0x105], 0);
}

H_CASE(attach, 4, SIM_FAULT_ALL, 2,
    "catches a chip that is taken for the other, is not put into its mode, or "
    "is left in it")
{

	attach_one(0);
	attach_one(1);
}

H_CASE(imitation, 1, 0, 0,
    "catches an OPL2 of an emulator that is taken for an OPL3 because its "
    "status says so")
{
	static struct sim_opl chip;

	memset(&chip, 0, sizeof(chip));
	chip.imitation = 1;
	sim_opl_plug(&chip, H_OPL_PORT);
	SIM_CHECK(h_boot(0));
	SIM_CHECK_EQ(hosted_attach_isa("opl", H_OPL_PORT, -1, 0, NULL), 0);
	SIM_CHECK(strstr(sim_messages(), "model OPL2") != NULL);
	h_shutdown();
}

/*
 * Pitch and level.
 */

static void
pitch_scale(int opl3)
{
	double off;
	unsigned key;
	int c;

	SIM_CHECK(h_opl_begin(&opl, opl3));
	for (key = FIRST_KEY; key <= LAST_KEY; key++) {
		h_opl_message(&opl, 0x90, key, 100);
		SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
		c = h_opl_find(&opl, key);
		SIM_CHECK(c >= 0);
		off = 100 * fabs(h_opl_pitch(&opl, c) - key);
		if (off > 2)
			sim_fail("key %u is off by %.2f cents", key, off);
		h_opl_message(&opl, 0x80, key, 64);
		SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	}
	h_opl_end(&opl);
}

H_CASE(pitch, 1, 0, 0,
    "catches a key that is more than 2 cents from its pitch")
{

	pitch_scale(0);
	pitch_scale(1);
}

/* What 40 log10(v / 127) takes away, dB. */
static double
law(unsigned v)
{

	return v == 0 ? 1000 : -40 * log10(v / 127.0);
}

static void
level_check(double base, double want)
{
	const double most = 0.75 * 63;
	const double got = h_opl_carrier_db(&opl, h_opl_find(&opl, 60));

	if (base + want > most)
		want = most - base;
	if (fabs(got - base - want) > 1)
		sim_fail("%.2f dB, not %.2f", got - base, want);
}

H_CASE(level, 1, 0, 0,
    "catches a velocity, volume, expression or master volume whose level is "
    "more than 1 dB from the law, or that sounding notes do not follow")
{
	static const unsigned some[] = { 0, 1, 20, 50, 64, 90, 100, 127 };
	double base, sum;
	unsigned i, j, v;

	SIM_CHECK(h_opl_begin(&opl, 1));
	h_opl_send(&opl, "b0 07 7f 90 3c 7f");
	base = h_opl_carrier_db(&opl, h_opl_find(&opl, 60));
	h_opl_send(&opl, "80 3c 40");
	for (v = 1; v < 128; v++) {
		h_opl_message(&opl, 0x90, 60, v);
		level_check(base, law(v));
		h_opl_send(&opl, "80 3c 40");
	}
	h_opl_send(&opl, "90 3c 7f");
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		h_opl_message(&opl, 0xb0, 7, some[i]);
		level_check(base, law(some[i]));
		for (j = 0; j < sizeof(some) / sizeof(some[0]); j++) {
			h_opl_message(&opl, 0xb0, 11, some[j]);
			sum = law(some[i]) + law(some[j]);
			level_check(base, sum);
		}
		h_opl_message(&opl, 0xb0, 11, 127);
	}
	h_opl_send(&opl, "b0 07 7f f0 7f 7f 04 01 00 40 f7");
	level_check(base, law(64));
	/* The fine half of a controller is heard as well. */
	h_opl_send(&opl, "f0 7f 7f 04 01 7f 7f f7 b0 07 10");
	sum = h_opl_carrier_db(&opl, h_opl_find(&opl, 60));
	h_opl_send(&opl, "b0 27 7f");
	SIM_CHECK(h_opl_carrier_db(&opl, h_opl_find(&opl, 60)) < sum);
	h_opl_end(&opl);
}

H_CASE(bend, 2, 0, 0,
    "catches bend, its range, tuning of channel or master that sounding notes "
    "do not follow, or follow by another interval")
{

	SIM_CHECK(h_opl_begin(&opl, 0));
	h_opl_send(&opl, "90 3c 64");
	h_opl_send(&opl, "e0 7f 7f");
	H_OPL_FOUND(&opl, 62);
	h_opl_send(&opl, "e0 00 00");
	H_OPL_FOUND(&opl, 58);
	/* 12 semitones and 50 cents. */
	h_opl_send(&opl, "b0 65 00 64 00 06 0c 26 32");
	H_OPL_FOUND(&opl, 60 - 12.5);
	h_opl_send(&opl, "e0 00 40");
	H_OPL_FOUND(&opl, 60);
	/* Data for nobody. */
	h_opl_send(&opl, "b0 65 7f 64 7f 06 02 e0 00 00");
	H_OPL_FOUND(&opl, 60 - 12.5);
	h_opl_send(&opl, "b0 63 01 62 08 06 02 e0 00 40");
	H_OPL_FOUND(&opl, 60);
	/* Coarse and fine tuning. */
	h_opl_send(&opl, "b0 65 00 64 02 06 43");
	H_OPL_FOUND(&opl, 63);
	h_opl_send(&opl, "b0 64 01 06 60");
	H_OPL_FOUND(&opl, 63.5);
	h_opl_send(&opl, "f0 7f 7f 04 04 00 3f f7");
	H_OPL_FOUND(&opl, 62.5);
	h_opl_send(&opl, "f0 7f 7f 04 03 00 20 f7");
	H_OPL_FOUND(&opl, 62);
	/* Another channel is where it was but for the master's. */
	h_opl_send(&opl, "91 48 64");
	H_OPL_FOUND(&opl, 72 - 1.5);
	/* Reset All Controllers leaves tuning and range. */
	h_opl_send(&opl, "e0 7f 7f b0 79 00");
	H_OPL_FOUND(&opl, 62);
	h_opl_send(&opl, "e0 00 00");
	H_OPL_FOUND(&opl, 62 - 12.5);
	h_opl_end(&opl);
}

/* The lowest and highest pitch within some time. */
static void
wobble(double *low, double *high)
{
	unsigned i, c;
	double p;

	*low = 1000;
	*high = 0;
	for (i = 0; i < 200; i++) {
		sim_sleep_ns(2 * H_MS);
		for (c = 0; c < opl.voices; c++) {
			if (!sim_opl_key(&opl.chip, c))
				continue;
			p = h_opl_pitch(&opl, (int)c);
			*low = fmin(*low, p);
			*high = fmax(*high, p);
		}
	}
}

H_CASE(vibrato, 2, 0, 0,
    "catches modulation or pressure that is not vibrato, is not of its depth, "
    "or does not end")
{
	double low, high;

	SIM_CHECK(h_opl_begin(&opl, 1));
	h_opl_send(&opl, "90 45 64");
	wobble(&low, &high);
	SIM_CHECK(high - low < 0.001);
	h_opl_send(&opl, "b0 01 7f");
	wobble(&low, &high);
	SIM_CHECK(fabs(high - 69.5) < 0.05 && fabs(low - 68.5) < 0.05);
	h_opl_send(&opl, "b0 01 00 d0 40");
	wobble(&low, &high);
	SIM_CHECK(fabs(high - 69.25) < 0.05 && fabs(low - 68.75) < 0.05);
	/* 2 semitones up and down, and half of it. */
	h_opl_send(&opl, "d0 00 b0 65 00 64 05 06 02 01 40");
	wobble(&low, &high);
	SIM_CHECK(fabs(high - 70) < 0.06 && fabs(low - 68) < 0.06);
	h_opl_send(&opl, "b0 01 00");
	wobble(&low, &high);
	SIM_CHECK(high - low < 0.001 && fabs(high - 69) < 0.02);
	h_opl_end(&opl);
}

H_CASE(pan, 1, 0, 0,
    "catches a place that is not left, middle or right, that sounding notes "
    "do not move to, or that the flag does not exchange")
{
	unsigned reg;
	int c;

	SIM_CHECK(h_opl_begin(&opl, 1));
	h_opl_send(&opl, "b0 0a 00 90 3c 64");
	c = h_opl_find(&opl, 60);
	SIM_CHECK(c >= 0);
	reg = sim_opl_register((unsigned)c, 0xc0);
	SIM_CHECK_EQ(opl.chip.reg[reg] & 0x30, 0x10);
	h_opl_send(&opl, "b0 0a 40");
	SIM_CHECK_EQ(opl.chip.reg[reg] & 0x30, 0x30);
	h_opl_send(&opl, "b0 0a 7f");
	SIM_CHECK_EQ(opl.chip.reg[reg] & 0x30, 0x20);
	h_opl_end(&opl);
	/* A card that has it the other way round. */
	SIM_CHECK(h_opl_begin_flags(&opl, 1, 1));
	h_opl_send(&opl, "b0 0a 00 90 3c 64");
	c = h_opl_find(&opl, 60);
	reg = sim_opl_register((unsigned)c, 0xc0);
	SIM_CHECK_EQ(opl.chip.reg[reg] & 0x30, 0x20);
	h_opl_end(&opl);
}

/*
 * Keys and pedals.
 */

H_CASE(hold, 4, 0, 0,
    "catches a hold pedal that loses or leaks a note, a key struck twice that "
    "sticks, or pedals that reset or all notes off does not obey")
{

	SIM_CHECK(h_opl_begin(&opl, 0));
	h_opl_send(&opl, "b0 40 40 90 3c 64 90 40 64 80 3c 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 2);
	/* Struck again while it is held: no other voice. */
	h_opl_send(&opl, "90 3c 64 80 3c 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 2);
	/* All notes off waits for the pedal. */
	h_opl_send(&opl, "b0 7b 00");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 2);
	h_opl_send(&opl, "b0 40 3f");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	/* Two strikes need two ends; more do no harm. */
	h_opl_send(&opl, "90 3c 64 90 3c 64 80 3c 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	h_opl_send(&opl, "90 3c 00");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	h_opl_send(&opl, "80 3c 40 90 3c 64 80 3c 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	/* Reset All Controllers lifts the pedal, not the keys. */
	h_opl_send(&opl, "b0 40 7f 90 3c 64 80 3c 40 90 43 64 b0 79 00");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	H_OPL_FOUND(&opl, 67);
	/* All Sound Off asks no pedal. */
	h_opl_send(&opl, "b0 40 7f 90 3c 64 80 3c 40 b0 78 00");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	h_opl_end(&opl);
}

H_CASE(sostenuto, 4, 0, 0,
    "catches sostenuto that holds a key which was not down when it was "
    "pressed, or lets one go that was")
{

	SIM_CHECK(h_opl_begin(&opl, 0));
	h_opl_send(&opl, "90 3c 64 b0 42 7f 90 40 64 80 3c 40 80 40 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	H_OPL_FOUND(&opl, 60);
	/* Pressed once more while it is down: nothing new. */
	h_opl_send(&opl, "90 43 64 b0 42 7f 80 43 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	/* Hold takes over what sostenuto lets go. */
	h_opl_send(&opl, "b0 40 7f b0 42 00");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	h_opl_send(&opl, "b0 40 00");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	h_opl_end(&opl);
}

H_CASE(soft, 1, 0, 0,
    "catches a soft pedal that does not make following notes softer and "
    "duller, or that moves those which sound")
{
	double loud, bright;
	int c;

	SIM_CHECK(h_opl_begin(&opl, 0));
	h_opl_send(&opl, "90 3c 64");
	c = h_opl_find(&opl, 60);
	loud = h_opl_carrier_db(&opl, c);
	bright = sim_opl_db(&opl.chip, (unsigned)c, 0);
	h_opl_send(&opl, "b0 43 7f");
	SIM_CHECK(h_opl_carrier_db(&opl, c) == loud);
	h_opl_send(&opl, "90 43 64");
	c = h_opl_find(&opl, 67);
	SIM_CHECK(fabs(h_opl_carrier_db(&opl, c) - loud - 3) < 0.8);
	SIM_CHECK(sim_opl_db(&opl.chip, (unsigned)c, 0) > bright);
	h_opl_end(&opl);
}

/*
 * Percussion, programs, resets.
 */

/* The channel that was struck last, by its order of writes. */
static unsigned drum_last;

static void
drum_written(void *arg, unsigned reg, unsigned value,
    unsigned long long when_ns)
{

	(void)arg;
	(void)when_ns;
	if ((reg & 0xff) >= 0xb0 && (reg & 0xff) <= 0xb8 && (value & 0x20))
		drum_last = (reg & 0xff) - 0xb0 + (reg >= 0x100 ? 9 : 0);
}

H_CASE(drums, 2, 0, 0,
    "catches a drum outside 35..81, one whose pitch follows its key, bend or "
    "tuning, that a note-off ends, or members of a group that sound together")
{
	unsigned key, hat;
	double pitch;

	SIM_CHECK(h_opl_begin(&opl, 1));
	opl.chip.written = drum_written;
	for (key = 0; key < 128; key++) {
		h_opl_message(&opl, 0x99, key, 100);
		SIM_CHECK_EQ(h_opl_sounding(&opl) != 0,
		    key >= 35 && key <= 81);
		h_opl_send(&opl, "b9 78 00");
		SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	}
	h_opl_send(&opl, "99 24 64");
	pitch = h_opl_pitch(&opl, (int)drum_last);
	h_opl_send(&opl, "e9 7f 7f b9 65 00 64 02 06 50 99 24 64");
	SIM_CHECK(h_opl_pitch(&opl, (int)drum_last) == pitch);
	h_opl_send(&opl, "89 24 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	/* The open hi-hat ends when the closed one is struck. */
	h_opl_send(&opl, "b9 78 00 99 2e 64");
	hat = drum_last;
	h_opl_send(&opl, "99 2a 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	SIM_CHECK(!sim_opl_key(&opl.chip, hat) || drum_last == hat);
	/* The long whistle follows its key. */
	h_opl_send(&opl, "b9 78 00 99 48 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	h_opl_send(&opl, "89 48 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	h_opl_end(&opl);
}

/* The registers of the sound on the channel where this key is on. */
static uint64_t
timbre(unsigned key)
{
	const int c = h_opl_find(&opl, key);
	uint64_t sum = 0;
	unsigned i, reg;

	SIM_CHECK(c >= 0);
	for (i = 0; i < 2; i++) {
		for (reg = 0x20; reg <= 0xe0; reg += 0x20) {
			if (reg != 0x40 && reg != 0xa0 && reg != 0xc0)
				sum = sum * 257 + opl.chip.reg[reg +
				    sim_opl_operator((unsigned)c, i)];
		}
	}
	return sum;
}

H_CASE(program, 2, 0, 0,
    "catches a program that changes a sounding note, or no following one, or a "
    "bank that is not there and silences")
{
	uint64_t piano, flute;

	SIM_CHECK(h_opl_begin(&opl, 0));
	h_opl_send(&opl, "90 3c 64");
	piano = timbre(60);
	h_opl_send(&opl, "c0 49");
	SIM_CHECK(timbre(60) == piano);
	h_opl_send(&opl, "90 40 64");
	flute = timbre(64);
	SIM_CHECK(flute != piano);
	h_opl_send(&opl, "b0 00 05 20 03 c0 00 90 43 64");
	SIM_CHECK(timbre(67) == piano);
	h_opl_end(&opl);
}

H_CASE(resets, 2, 0, 0,
    "catches a reset of GM, GS, XG or the system after which something "
    "sounds, or is not as after power-up; or drums that are not where GS and "
    "XG put them")
{
	static const char *const texts[] = {
		"f0 7e 7f 09 01 f7", "f0 7e 7f 09 02 f7",
		"f0 41 10 42 12 40 00 7f 00 41 f7",
		"f0 43 10 4c 00 00 7e 00 f7", "ff"
	};
	uint64_t piano = 0;
	unsigned i;

	SIM_CHECK(h_opl_begin(&opl, 0));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		h_opl_send(&opl, "90 3c 64");
		if (i == 0)
			piano = timbre(60);
		h_opl_send(&opl, "c0 49 b0 40 7f e0 00 10 90 3e 64");
		h_opl_send(&opl, texts[i]);
		SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
		h_opl_send(&opl, "90 3c 64");
		SIM_CHECK(timbre(60) == piano);
		h_opl_send(&opl, "80 3c 40");
		SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	}
	/* GS: part 1 plays drums.  XG: bank 127 does, until 0 comes. */
	h_opl_send(&opl, "f0 41 10 42 12 40 11 15 01 19 f7 90 24 64");
	H_OPL_GONE(&opl, 36);
	h_opl_send(&opl, "f0 43 10 4c 00 00 7e 00 f7 90 24 64");
	H_OPL_FOUND(&opl, 36);
	h_opl_send(&opl, "b0 78 00 00 7f c0 00 90 24 64");
	H_OPL_GONE(&opl, 36);
	h_opl_send(&opl, "b0 78 00 00 00 c0 00 90 24 64");
	H_OPL_FOUND(&opl, 36);
	h_opl_end(&opl);
}

/*
 * Stealing.  A model of the documented order, with notes in a list: each key
 * is used by one channel only, so that its pitch tells which note sounds.
 */

#define SONG	32

struct note {
	unsigned	channel, key;
};

/* Notes that are all down at the same time, struck one after the other. */
static const struct note song[SONG] = {
	{ 0, 60 }, { 0, 64 }, { 0, 67 }, { 15, 30 }, { 15, 42 }, { 15, 37 },
	{ 3, 50 }, { 3, 45 }, { 3, 57 }, { 12, 72 }, { 12, 76 }, { 12, 79 },
	{ 8, 81 }, { 8, 84 }, { 1, 33 }, { 1, 40 }, { 5, 90 }, { 5, 88 },
	/* All 18 voices sound. */
	{ 2, 65 }, { 2, 69 }, { 15, 31 }, { 15, 29 }, { 4, 53 }, { 0, 71 },
	{ 0, 74 }, { 6, 91 }, { 7, 93 }, { 12, 77 }, { 1, 28 }, { 0, 48 },
	{ 0, 55 }, { 10, 62 }
};

static const struct note *down[SONG];	/* the oldest first */
static unsigned ndown;

/* From high to low: 10, 1 .. 9, 11 .. 16. */
static unsigned
place(unsigned channel)
{

	return channel == 9 ? 0 : channel < 9 ? channel + 1 : channel;
}

/* Which of the notes that are down has to go for a note, or ndown. */
static unsigned
victim(const struct note *note)
{
	unsigned channel = 9, i, lowest = ndown, newest = ndown;

	for (i = 0; i < ndown; i++) {
		if (place(down[i]->channel) > place(channel))
			channel = down[i]->channel;
	}
	if (place(channel) < place(note->channel))
		return ndown;
	for (i = 0; i < ndown; i++) {
		if (down[i]->channel != channel)
			continue;
		newest = i;
		if (lowest == ndown || down[i]->key < down[lowest]->key)
			lowest = i;
	}
	for (i = 0; i < ndown; i++) {
		if (down[i]->channel == channel && i != lowest &&
		    i != newest)
			return i;
	}
	return lowest;
}

static void
song_check(void)
{
	unsigned i;

	SIM_CHECK_EQ(h_opl_sounding(&opl), ndown);
	for (i = 0; i < ndown; i++)
		H_OPL_FOUND(&opl, down[i]->key);
}

static void
song_strike(const struct note *note, unsigned *stolen, unsigned *refused)
{
	unsigned gone;

	h_opl_message(&opl, 0x90 | note->channel, note->key, 100);
	gone = ndown == opl.voices ? victim(note) : ndown;
	if (ndown == opl.voices && gone == ndown) {
		(*refused)++;
		return;
	}
	if (gone != ndown) {
		(*stolen)++;
		H_OPL_GONE(&opl, down[gone]->key);
		memmove(&down[gone], &down[gone + 1],
		    (ndown - gone - 1) * sizeof(down[0]));
		ndown--;
	}
	down[ndown++] = note;
}

static void
song_play(int opl3)
{
	const char *name = opl3 ? "Yamaha OPL3" : "Yamaha OPL2";
	unsigned i, refused = 0, stolen = 0;

	SIM_CHECK(h_opl_begin(&opl, opl3));
	ndown = 0;
	for (i = 0; i < SONG; i++) {
		song_strike(&song[i], &stolen, &refused);
		song_check();
	}
	SIM_CHECK(stolen > 0);
	SIM_CHECK_EQ(h_count(name, "notes stolen"), stolen);
	SIM_CHECK_EQ(h_count(name, "notes refused"), refused);
	for (i = 0; i < SONG; i++)
		h_opl_message(&opl, 0x80 | song[i].channel, song[i].key, 64);
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	h_opl_end(&opl);
}

H_CASE(steal, 2, 0, 0,
    "catches a note of a song with 32 at once that is stolen, or refused, "
    "against the order")
{

	song_play(1);
	song_play(0);
}

H_CASE(steal_quiet, 2, 0, 0,
    "catches a sounding note that is stolen while a released or held one is "
    "there, a held one before a released one, or a restrike that takes "
    "another voice")
{
	unsigned key;

	SIM_CHECK(h_opl_begin(&opl, 0));
	/* A pad, whose release is long. */
	h_opl_send(&opl, "c0 5e");
	for (key = 60; key < 69; key++)
		h_opl_message(&opl, 0x90, key, 100);
	SIM_CHECK_EQ(h_opl_sounding(&opl), 9);
	/* 64 is released, 62 held by the pedal: 64 goes first. */
	h_opl_send(&opl, "80 40 40 b0 40 7f 80 3e 40 90 50 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 9);
	H_OPL_FOUND(&opl, 62);
	h_opl_send(&opl, "90 51 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 9);
	H_OPL_GONE(&opl, 62);
	H_OPL_FOUND(&opl, 61);
	/* The same key again: nothing goes. */
	h_opl_send(&opl, "90 3d 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 9);
	h_opl_end(&opl);
}

/*
 * Instruments.
 */

/* A struct sbi_instrument with bytes that tell where they are: each operator's
 * register has its own value, connections as asked for. */
static void
make_patch(struct sbi_instrument *sbi, int number, bool two, unsigned first,
    unsigned second)
{
	static const uint8_t pair[] = {
		0x21, 0x22, 0x11, 0x05, 0xf4, 0xf5, 0x77, 0x78, 0x01, 0x02
	};

	memset(sbi, 0, sizeof(*sbi));
	sbi->key = two ? SBI_FM_PATCH : SBI_OPL3_PATCH;
	sbi->channel = number;
	memcpy(sbi->operators, pair, sizeof(pair));
	sbi->operators[10] = (uint8_t)(0x06 | first);
	if (two)
		return;
	memcpy(sbi->operators + 11, pair, sizeof(pair));
	sbi->operators[11 + 10] = (uint8_t)(0x0a | second);
}

static int
load(const struct sbi_instrument *sbi)
{
	struct sbi_instrument copy = *sbi;

	return h_ioctl(opl.file, SEQUENCER_FM_LOAD_INSTR, &copy);
}

static void
expect_operator(unsigned c, unsigned operator, const uint8_t *bytes)
{
	const unsigned at = sim_opl_operator(c, operator);

	SIM_CHECK_EQ(opl.chip.reg[0x20 + at], bytes[operator]);
	SIM_CHECK_EQ(opl.chip.reg[0x60 + at], bytes[4 + operator]);
	SIM_CHECK_EQ(opl.chip.reg[0x80 + at], bytes[6 + operator]);
	SIM_CHECK_EQ(opl.chip.reg[0xe0 + at], bytes[8 + operator]);
}

static void
expect_channel(unsigned c, const uint8_t *bytes)
{

	expect_operator(c, 0, bytes);
	expect_operator(c, 1, bytes);
	SIM_CHECK_EQ(opl.chip.reg[sim_opl_register(c, 0xc0)] & 0x0f,
	    bytes[10]);
}

H_CASE(load_two, 2, 0, 0,
    "catches an instrument that is not played as it was loaded, by request or "
    "by /dev/music, or changes what sounds, or one that the driver's own does "
    "not come back from")
{
	struct sbi_instrument sbi;
	struct hosted_file *music;
	uint64_t piano;
	size_t done;
	int n = 0;

	SIM_CHECK(h_opl_begin(&opl, 0));
	h_opl_send(&opl, "90 3c 64");
	piano = timbre(60);
	make_patch(&sbi, 0, true, 0, 0);
	SIM_CHECK_EQ(load(&sbi), 0);
	SIM_CHECK(timbre(60) == piano);
	h_opl_send(&opl, "90 3e 64");
	expect_channel((unsigned)h_opl_find(&opl, 62), sbi.operators);
	h_close(opl.file);
	SIM_CHECK_EQ(h_open("music", HOSTED_WRITE, &music), 0);
	sbi.channel = 128 + 40;
	sbi.operators[23] = 50;
	SIM_CHECK_EQ(h_write(music, &sbi, sizeof(sbi), false, &done), 0);
	SIM_CHECK_EQ(done, sizeof(sbi));
	/* A part of it, or for a device that is not there. */
	SIM_CHECK_EQ(h_write(music, &sbi, sizeof(sbi) - 1, false, &done),
	    EINVAL);
	sbi.device = 1;
	SIM_CHECK_EQ(h_write(music, &sbi, sizeof(sbi), false, &done), ENXIO);
	h_close(music);
	SIM_CHECK_EQ(h_open("rmidi0", HOSTED_WRITE, &opl.file), 0);
	h_opl_send(&opl, "99 28 64");
	H_OPL_FOUND(&opl, 50);
	SIM_CHECK_EQ(h_count("opl0", "instruments loaded"), 2);
	SIM_CHECK_EQ(h_ioctl(opl.file, SEQUENCER_RESETSAMPLES, &n), 0);
	h_opl_send(&opl, "90 43 64");
	SIM_CHECK(timbre(67) == piano);
	h_opl_end(&opl);
}

H_CASE(load_wrong, 1, 0, 0,
    "catches an instrument that is none and is taken, or is not counted")
{
	struct sbi_instrument sbi, bad;
	struct hosted_file *reader;
	unsigned i, refused = 0;

	SIM_CHECK(h_opl_begin(&opl, 0));
	make_patch(&sbi, 0, true, 0, 0);
	for (i = 0; i < 12; i++) {
		bad = sbi;
		switch (i) {
		case 0: bad.channel = -1; break;
		case 1: bad.channel = 256; break;
		case 2: bad.key = SEQ_SYSEX_PATCH; break;
		case 3: bad.operators[8] = 8; break;
		case 4: bad.operators[9] = 0xff; break;
		case 5: bad.operators[10] = 0x40; break;
		case 6: bad.operators[22] = 2; break;
		case 7: bad.operators[23] = 128; break;
		case 8: bad.operators[24] = 49; break;
		case 9: bad.operators[25] = 128; break;
		case 10: bad.operators[31] = 1; break;
		/* Four operators, which this chip has not. */
		case 11: make_patch(&bad, 0, false, 0, 0); break;
		}
		SIM_CHECK_EQ(load(&bad), EINVAL);
		refused++;
	}
	SIM_CHECK_EQ(h_count("opl0", "instruments refused"), refused);
	SIM_CHECK_EQ(h_count("opl0", "instruments loaded"), 0);
	/* One who may only read. */
	h_close(opl.file);
	SIM_CHECK_EQ(h_open("rmidi0", HOSTED_READ, &reader), 0);
	SIM_CHECK_EQ(h_ioctl(reader, SEQUENCER_FM_LOAD_INSTR, &sbi), EBADF);
	h_close(reader);
	SIM_CHECK_EQ(h_open("rmidi0", HOSTED_WRITE, &opl.file), 0);
	h_opl_end(&opl);
}

/* One of four operators: the carriers, and only they, follow the level. */
static void
four_levels(unsigned first, unsigned second, unsigned carriers)
{
	struct sbi_instrument sbi;
	double before[4];
	unsigned i;
	int c;

	make_patch(&sbi, 0, false, first, second);
	SIM_CHECK_EQ(load(&sbi), 0);
	h_opl_send(&opl, "b0 07 7f 90 3c 7f");
	c = h_opl_find(&opl, 60);
	SIM_CHECK(c >= 0);
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	SIM_CHECK(opl.chip.reg[0x104] != 0);
	expect_channel((unsigned)c, sbi.operators);
	expect_channel((unsigned)c + 3, sbi.operators + 11);
	for (i = 0; i < 4; i++)
		before[i] = sim_opl_db(&opl.chip, (unsigned)c + i / 2 * 3,
		    i % 2);
	h_opl_send(&opl, "b0 07 40");
	for (i = 0; i < 4; i++)
		SIM_CHECK_EQ(sim_opl_db(&opl.chip,
		    (unsigned)c + i / 2 * 3, i % 2) > before[i] + 5,
		    (carriers & 1U << i) != 0);
	h_opl_send(&opl, "80 3c 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
}

H_CASE(load_four, 4, 0, 0,
    "catches four operators that do not sound together, whose level is taken "
    "at the wrong ones, more than six of them, or a voice that is only half "
    "stolen")
{
	struct sbi_instrument sbi;
	unsigned key;

	SIM_CHECK(h_opl_begin(&opl, 1));
	four_levels(0, 0, 0x8);
	four_levels(0, 1, 0xa);
	four_levels(1, 0, 0x9);
	four_levels(1, 1, 0xd);
	h_opl_send(&opl, "b0 07 7f");
	for (key = 60; key < 66; key++)
		h_opl_message(&opl, 0x90, key, 100);
	SIM_CHECK_EQ(h_opl_sounding(&opl), 6);
	SIM_CHECK_EQ(opl.chip.reg[0x104], 0x3f);
	/* A seventh takes the oldest that is neither lowest nor newest. */
	h_opl_send(&opl, "90 48 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 6);
	H_OPL_GONE(&opl, 61);
	/* Two operators take the six other channels, then a half. */
	make_patch(&sbi, 1, true, 0, 0);
	SIM_CHECK_EQ(load(&sbi), 0);
	h_opl_send(&opl, "c0 01");
	for (key = 30; key < 36; key++)
		h_opl_message(&opl, 0x90, key, 100);
	SIM_CHECK_EQ(h_opl_sounding(&opl), 12);
	h_opl_send(&opl, "90 25 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 12);
	H_OPL_FOUND(&opl, 37);
	H_OPL_GONE(&opl, 60);
	h_opl_send(&opl, "b0 78 00");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	h_opl_end(&opl);
}

H_CASE(load_double, 2, 0, 0,
    "catches two notes of one instrument that are not both heard, moved and "
    "ended, each at its pitch")
{
	struct sbi_instrument sbi;

	SIM_CHECK(h_opl_begin(&opl, 1));
	make_patch(&sbi, 0, false, 0, 0);
	sbi.operators[22] = 1;
	sbi.operators[24] = 12;
	sbi.operators[25] = (uint8_t)-5;
	sbi.operators[26] = 32;
	SIM_CHECK_EQ(load(&sbi), 0);
	h_opl_send(&opl, "90 3c 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 2);
	SIM_CHECK_EQ(opl.chip.reg[0x104], 0);
	H_OPL_FOUND(&opl, 72);
	H_OPL_FOUND(&opl, 55.5);
	h_opl_send(&opl, "e0 7f 7f");
	H_OPL_FOUND(&opl, 74);
	H_OPL_FOUND(&opl, 57.5);
	h_opl_send(&opl, "80 3c 40");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	h_opl_end(&opl);
	/* An OPL2 plays the first. */
	SIM_CHECK(h_opl_begin(&opl, 0));
	SIM_CHECK_EQ(load(&sbi), 0);
	h_opl_send(&opl, "90 3c 64");
	SIM_CHECK_EQ(h_opl_sounding(&opl), 1);
	H_OPL_FOUND(&opl, 72);
	h_opl_end(&opl);
}

/*
 * Pulled out.
 */

static void
traffic(void *arg)
{
	struct h_patience p = { 0 };
	uint8_t msg[4];
	size_t done;
	unsigned i;
	int error;

	(void)arg;
	for (i = 0; i < 60; i++) {
		msg[0] = (uint8_t)(sim_random(3) == 0 ? 0xb0 : 0x90) |
		    (uint8_t)sim_random(16);
		msg[1] = (uint8_t)sim_random(128);
		msg[2] = (uint8_t)sim_random(128);
		error = h_write(opl.file, msg, 3, false, &done);
		if (error != 0 && !h_again(&p, error))
			break;
		if (sim_random(4) == 0)
			sim_sleep_ns(sim_random(3 * H_MS));
	}
}

H_CASE(pulled, 40, SIM_FAULT_ALL, 2,
    "catches a detach, at any moment of play, that hangs, leaks, leaves a note "
    "or touches what is gone")
{
	struct h_thread *t;
	int error;

	if (!h_opl_begin(&opl, (int)sim_random(2)))
		return;
	t = h_start(traffic, NULL);
	sim_sleep_ns(sim_random(40 * H_MS));
	do {
		error = hosted_detach("opl0");
		(void)sim_clear_signal();
	} while (error == EINTR);
	SIM_CHECK_EQ(error, 0);
	SIM_CHECK_EQ(h_opl_sounding(&opl), 0);
	SIM_CHECK_EQ(opl.chip.reg[0x105], 0);
	h_join(t);
	h_opl_end(&opl);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, nothing_there);
	ATF_TP_ADD_TC(tp, attach);
	ATF_TP_ADD_TC(tp, imitation);
	ATF_TP_ADD_TC(tp, pitch);
	ATF_TP_ADD_TC(tp, level);
	ATF_TP_ADD_TC(tp, bend);
	ATF_TP_ADD_TC(tp, vibrato);
	ATF_TP_ADD_TC(tp, pan);
	ATF_TP_ADD_TC(tp, hold);
	ATF_TP_ADD_TC(tp, sostenuto);
	ATF_TP_ADD_TC(tp, soft);
	ATF_TP_ADD_TC(tp, drums);
	ATF_TP_ADD_TC(tp, program);
	ATF_TP_ADD_TC(tp, resets);
	ATF_TP_ADD_TC(tp, steal);
	ATF_TP_ADD_TC(tp, steal_quiet);
	ATF_TP_ADD_TC(tp, load_two);
	ATF_TP_ADD_TC(tp, load_wrong);
	ATF_TP_ADD_TC(tp, load_four);
	ATF_TP_ADD_TC(tp, load_double);
	ATF_TP_ADD_TC(tp, pulled);
	return atf_no_error();
}
