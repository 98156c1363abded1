/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_pcppi.c: midi_pcppi(4) on a model of the ports behind a PC's speaker: what
 * it sounds, when, and that it is silent in the end.
 */

#include <sys/midiio.h>

#include "h_scenario.h"

#define TIMER		0x40
#define PPI		0x61
#define TONES		200

/* The third counter, and the two bits that let it be heard. */
static struct speaker {
	unsigned	mode;
	unsigned	latch;		/* the first byte of two */
	bool		second;
	unsigned	divisor;
	unsigned	bits;
	unsigned	tones[TONES];	/* divisors; 0: silence */
	unsigned long long tones_ns[TONES];
	unsigned	ntones;
} sp;

static void
speaker_note(void)
{
	const unsigned tone = (sp.bits & 3) == 3 ? sp.divisor : 0;

	if (sp.ntones == 0 ? tone == 0 : sp.tones[sp.ntones - 1] == tone)
		return;
	SIM_CHECK(sp.ntones < TONES);
	sp.tones[sp.ntones] = tone;
	sp.tones_ns[sp.ntones++] = sim_now_ns();
}

static unsigned char
timer_read(void *arg, unsigned long off)
{

	(void)arg;
	(void)off;
	return 0;
}

static void
timer_write(void *arg, unsigned long off, unsigned char byte)
{

	(void)arg;
	SIM_CHECK(off >= 2);
	if (off == 3) {
		sp.mode = byte;
		sp.second = false;
		return;
	}
	SIM_CHECK_EQ(sp.mode, 0xb6);
	if (!sp.second)
		sp.latch = byte;
	else {
		sp.divisor = sp.latch | (unsigned)byte << 8;
		speaker_note();
	}
	sp.second = !sp.second;
}

static unsigned char
ppi_read(void *arg, unsigned long off)
{

	(void)arg;
	(void)off;
	return (unsigned char)sp.bits;
}

static void
ppi_write(void *arg, unsigned long off, unsigned char byte)
{

	(void)arg;
	(void)off;
	/* The other bits are somebody else's. */
	SIM_CHECK_EQ(byte & 0xfc, 0x30);
	sp.bits = byte;
	speaker_note();
}

static const struct sim_bus_ops timer_ops = { timer_read, timer_write };
static const struct sim_bus_ops ppi_ops = { ppi_read, ppi_write };

static bool
attach(void)
{

	memset(&sp, 0, sizeof(sp));
	sp.bits = 0x30;
	if (!h_boot(0))
		return false;
	sim_bus_plug(TIMER, 4, &timer_ops, NULL);
	sim_bus_plug(PPI, 1, &ppi_ops, NULL);
	if (!H_REFUSED(hosted_attach_isa("pcppi", PPI, -1, 0, NULL)))
		return true;
	h_shutdown();
	sim_bus_unplug(TIMER);
	sim_bus_unplug(PPI);
	return false;
}

static void
finish(void)
{

	h_shutdown();
	SIM_CHECK_EQ(sp.bits, 0x30);
	SIM_CHECK(sim_spin_max_ns() <= 50 * H_US);
}

/* What is written, and what is heard of it. */
static const struct tune {
	const char	*what;
	uint8_t		bytes[24];
	size_t		nbytes;
	unsigned	hz[4];		/* to the nearest; 0: silence */
	unsigned	ntones;
} tunes[] = {
	{ "a note", { 0x90, 69, 64, 0x80, 69, 0 }, 6, { 440, 0 }, 2 },
	{ "the lowest is the counter's", { 0x90, 0, 1, 0x90, 0, 0 }, 6,
	    { 18, 0 }, 2 },
	{ "the highest", { 0x90, 127, 127, 0x90, 127, 0 }, 6,
	    { 12544, 0 }, 2 },
	{ "the last of two", { 0x90, 69, 64, 0x90, 60, 64, 0x80, 60, 0,
	    0x80, 69, 0 }, 12, { 440, 262, 0 }, 3 },
	{ "a bend", { 0x90, 69, 64, 0xe0, 0x7f, 0x7f, 0xe0, 0, 0x40,
	    0x80, 69, 0 }, 12, { 440, 494, 440, 0 }, 4 },
	{ "volume none", { 0x90, 69, 64, 0xb0, 7, 0, 0xb0, 7, 100,
	    0x80, 69, 0 }, 12, { 440, 0, 440, 0 }, 4 },
	{ "the pedal", { 0xb0, 64, 127, 0x90, 69, 64, 0x80, 69, 0,
	    0xb0, 64, 0 }, 12, { 440, 0 }, 2 },
	{ "no drums", { 0x99, 38, 64, 0x89, 38, 0 }, 6, { 0 }, 0 },
	{ "sound off", { 0x90, 69, 64, 0xb0, 120, 0 }, 6, { 440, 0 }, 2 },
	{ "a note at the close", { 0x90, 69, 64 }, 3, { 440, 0 }, 2 },
};

static void
check_tune(const struct tune *tu)
{
	unsigned divisor, i;

	if (sp.ntones != tu->ntones)
		sim_fail("%s: %u tones", tu->what, sp.ntones);
	for (i = 0; i < tu->ntones; i++) {
		divisor = 0;
		if (tu->hz[i] != 0)
			divisor = (1193182 + tu->hz[i] / 2) / tu->hz[i];
		if (divisor > 0xffff)
			divisor = 0xffff;
		if (sp.tones[i] != divisor)
			sim_fail("%s: tone %u: divisor %u, not %u", tu->what,
			    i, sp.tones[i], divisor);
	}
}

static void
play_tune(const struct tune *tu)
{
	struct hosted_file *f;
	size_t done;
	bool ok;

	if (!attach())
		return;
	if (!H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &f))) {
		ok = h_write_all(f, tu->bytes, tu->nbytes, &done);
		h_close(f);
		if (ok && !h_fault())
			check_tune(tu);
	}
	finish();
	sim_bus_unplug(TIMER);
	sim_bus_unplug(PPI);
}

H_CASE(tunes, 4, 0, 0, "a wrong pitch, a note that goes on, one "
    "of percussion, or bits of the port that are somebody else's")
{
	size_t i;

	for (i = 0; i < sizeof(tunes) / sizeof(tunes[0]); i++)
		play_tune(&tunes[i]);
}

H_CASE(tunes_fault, 20, SIM_FAULT_ALL, 4, "a tone that goes on when memory is "
    "refused or a signal comes")
{

	play_tune(&tunes[sim_random(sizeof(tunes) / sizeof(tunes[0]))]);
}

H_CASE(configuration, 5, SIM_FAULT_ALLOC, 1, "a second speaker, one where "
    "there is none, or a wrong line of attachment")
{
	int error;

	if (!attach())
		return;
	SIM_CHECK(h_fault() || strstr(sim_messages(),
	    "pcppi0 at isa0 port 0x61\nmidi0 at pcppi0: PC speaker\n") !=
	    NULL);
	error = hosted_attach_isa("pcppi", PPI, -1, 0, NULL);
	SIM_CHECK(error == ENXIO || h_fault());
	error = hosted_attach_isa("pcppi", 0x62, -1, 0, NULL);
	SIM_CHECK(error == ENXIO);
	(void)hosted_detach("pcppi0");
	(void)sim_clear_signal();
	sim_bus_unplug(PPI);
	error = hosted_attach_isa("pcppi", PPI, -1, 0, NULL);
	SIM_CHECK(error == ENXIO || h_fault());
	finish();
}

H_CASE(detach, 100, SIM_FAULT_ALL, 1, "a tone that goes on when its device is "
    "gone, or a program that hangs")
{
	static const char *const what[] = { "pcppi0", "midi0", "isa0" };
	static const uint8_t note[] = { 0x90, 69, 64 };
	struct hosted_file *f;
	size_t done;

	if (!attach())
		return;
	if (!H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &f))) {
		(void)h_write_all(f, note, sizeof(note), &done);
		sim_sleep_ns(sim_random(3) * H_MS);
		while (H_REFUSED(hosted_detach(what[sim_random(3)])))
			(void)sim_clear_signal();
		(void)sim_clear_signal();
		SIM_CHECK_EQ(sp.bits, 0x30);
		SIM_CHECK(h_write(f, note, sizeof(note), false, &done) == EIO);
		h_close(f);
	}
	finish();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, tunes);
	ATF_TP_ADD_TC(tp, tunes_fault);
	ATF_TP_ADD_TC(tp, configuration);
	ATF_TP_ADD_TC(tp, detach);

	return atf_no_error();
}
