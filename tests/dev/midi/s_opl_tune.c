/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_opl_tune.c: the project's tune on an OPL3 and on an OPL2, as a table of
 * what sounds: every half second, for each channel whose key is on, the key it
 * sounds at, by how many dB its carrier is turned down, where it stands (L, M,
 * R), and two digits of a sum over the registers that make its sound.
 *
 * The tables are opl_tune.2.txt and opl_tune.3.txt.  When they are to be
 * others, OPL_TUNE=2 or 3 in the environment prints what sounds now.
 */

#include <stdio.h>
#include <stdlib.h>

#include "h_opl.h"
#include "smf_merge.h"
#include "smf_tempo.h"

#define STEP_NS		(500 * H_MS)
#define TUNE_BYTES	65536
#define TABLE_BYTES	32768
#define TRACKS		32

static struct h_opl opl;
static uint8_t tune[TUNE_BYTES];
static size_t ntune;
static char table[TABLE_BYTES], want[TABLE_BYTES];

/* All of a file of the folder that a variable names. */
static size_t
slurp(const char *variable, const char *name, void *buf, size_t size)
{
	const char *dir = getenv(variable);
	char path[1024];
	FILE *fp;
	size_t n;

	if (dir == NULL)
		atf_tc_skip("%s is not set", variable);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fp = fopen(path, "rb");
	if (fp == NULL)
		atf_tc_fail("%s: %s", path, strerror(errno));
	n = fread(buf, 1, size, fp);
	fclose(fp);
	ATF_REQUIRE(n < size);
	return n;
}

/* A sum over what makes the sound, but for level, pitch and place. */
static unsigned
timbre(unsigned c)
{
	static const unsigned bases[4] = { 0x20, 0x60, 0x80, 0xe0 };
	unsigned i, o, sum = 0;

	for (i = 0; i < 4; i++) {
		for (o = 0; o < 2; o++)
			sum = sum * 31 + opl.chip.reg[bases[i] +
			    sim_opl_operator(c, o)];
	}
	sum = sum * 31 + (opl.chip.reg[0x40 + sim_opl_operator(c, 0)] & 0xff);
	return (sum ^ sum >> 8 ^ sum >> 16) & 0xff;
}

/* One line of the table. */
static void
look(double seconds)
{
	const size_t size = sizeof(table);
	size_t n = strlen(table);
	unsigned c, place;

	n += (size_t)snprintf(table + n, size - n, "%.1f", seconds);
	for (c = 0; c < opl.voices; c++) {
		if (!sim_opl_key(&opl.chip, c))
			continue;
		place = opl.chip.reg[sim_opl_register(c, 0xc0)] >> 4 & 3;
		n += (size_t)snprintf(table + n, size - n,
		    " %.0f-%.0f%c%02x", h_opl_pitch(&opl, (int)c),
		    h_opl_carrier_db(&opl, (int)c), "MLRM"[place], timbre(c));
		SIM_CHECK(n < size);
	}
	snprintf(table + n, size - n, "\n");
}

/* Let time pass up to a moment of the song, looking on the way. */
static void
pass(uint64_t start_ns, uint64_t song_ns, uint64_t *looked_ns)
{

	while (*looked_ns + STEP_NS <= song_ns) {
		*looked_ns += STEP_NS;
		sim_sleep_until(start_ns + *looked_ns);
		look((double)*looked_ns / H_SECOND);
	}
	if (song_ns != 0)
		sim_sleep_until(start_ns + song_ns);
}

static void
send(const struct smf_event *ev)
{
	uint8_t msg[3] = { ev->status, ev->data[0], ev->data[1] };
	size_t done, n = (ev->status & 0xe0) == 0xc0 ? 2 : 3;

	(void)h_write_all(opl.file, msg, n, &done);
	SIM_CHECK_EQ(done, n);
}

static void
play(void *arg)
{
	static struct smf_cursor cursors[TRACKS];
	static uint64_t heap[TRACKS];
	struct smf_read read;
	struct smf_merge merge;
	struct smf_tempo tempo;
	struct smf_event ev;
	struct smf_error error;
	uint64_t start_ns, looked_ns = 0, song_ns = 0;

	SIM_CHECK(h_opl_begin(&opl, *(const int *)arg));
	SIM_CHECK(smf_read_open(&read, tune, ntune, &error));
	SIM_CHECK(read.tracks <= TRACKS);
	smf_read_cursors(&read, cursors);
	smf_merge_init(&merge, &read, cursors, heap, 0, read.tracks);
	smf_tempo_init(&tempo, &read);
	table[0] = '\0';
	start_ns = sim_now_ns();
	while (smf_merge_next(&merge, &ev, &error) == 1) {
		song_ns = smf_tempo_ns(&tempo, ev.tick);
		pass(start_ns, song_ns, &looked_ns);
		if (ev.status < SMF_SYSEX)
			send(&ev);
		else if (ev.status == SMF_META &&
		    ev.type == SMF_META_TEMPO)
			smf_tempo_set(&tempo, ev.tick,
			    smf_event_tempo_us(&ev));
	}
	pass(start_ns, song_ns + 2 * STEP_NS, &looked_ns);
	h_opl_end(&opl);
}

static void
compare(int opl3)
{
	struct sim_config config;
	struct sim_result result;
	const char *print = getenv("OPL_TUNE");
	char name[64];
	size_t n;

	ntune = slurp("BSDMIDI_TOOLS", "tune.mid", tune, sizeof(tune));
	memset(&config, 0, sizeof(config));
	config.quiet = 1;
	if (sim_run(&config, play, &opl3, &result) != SIM_END_OK)
		atf_tc_fail("%s", result.text);
	if (print != NULL && atoi(print) == (opl3 ? 3 : 2)) {
		fputs(table, stdout);
		return;
	}
	snprintf(name, sizeof(name), "tests/dev/midi/opl_tune.%d.txt",
	    opl3 ? 3 : 2);
	n = slurp("BSDMIDI_SRC", name, want, sizeof(want) - 1);
	want[n] = '\0';
	for (n = 0; want[n] != '\0' && want[n] == table[n]; n++)
		continue;
	if (want[n] != table[n]) {
		while (n > 0 && table[n - 1] != '\n')
			n--;
		atf_tc_fail("%s: now\n%.*s", name,
		    (int)strcspn(table + n, "\n"), table + n);
	}
}

ATF_TC(tune2);
ATF_TC_HEAD(tune2, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches any change of what the tune "
	    "sounds like on an OPL2");
}

ATF_TC_BODY(tune2, tc)
{

	compare(0);
}

ATF_TC(tune3);
ATF_TC_HEAD(tune3, tc)
{
	atf_tc_set_md_var(tc, "descr", "catches any change of what the tune "
	    "sounds like on an OPL3");
}

ATF_TC_BODY(tune3, tc)
{

	compare(1);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, tune2);
	ATF_TP_ADD_TC(tp, tune3);
	return atf_no_error();
}
