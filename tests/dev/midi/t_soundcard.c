/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_soundcard: a source in the manner of OSS, and the bytes that it writes.
 *
 * The first part is such a program: it has the buffer and seqbuf_dump(), and
 * uses the macros as programs do, also without a semicolon and with
 * expressions for arguments.
 */

#include <sys/soundcard.h>

#include <atf-c.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

SEQ_DEFINEBUF(64);
SEQ_PM_DEFINES;

static int seqfd = -1;
static unsigned char written[4096];
static size_t nwritten;
static int dumps;

static void
seqbuf_dump(void)
{

	dumps++;
	memcpy(written + nwritten, _seqbuf, (size_t)_seqbufptr);
	nwritten += (size_t)_seqbufptr;
	_seqbufptr = 0;
}

/* Compare what was written since the last time with hexadecimal digits; the
 * given number of its last bytes is a word, which they show little-endian. */
static void
check(const char *name, const char *hex, size_t word)
{
	char text[2 * sizeof(written) + 1] = "";
	size_t i, j;

	SEQ_DUMPBUF();
	for (i = 0; i < nwritten; i++) {
		j = i;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		if (i >= nwritten - word)
			j = nwritten - word + nwritten - 1 - i;
#else
		(void)word;
#endif
		snprintf(text + 2 * i, 3, "%02x", written[j]);
	}
	ATF_CHECK_MSG(strcmp(text, hex) == 0, "%s: %s, should be %s", name,
	    text, hex);
	nwritten = 0;
}

ATF_TC(voice);
ATF_TC_HEAD(voice, tc)
{

	atf_tc_set_md_var(tc, "descr", "A macro for channel messages that "
	    "writes other bytes than OSS's");
}
ATF_TC_BODY(voice, tc)
{
	int note = 60;

	SEQ_START_NOTE(1, 2, note, 100);
	check("SEQ_START_NOTE", "930190023c640000", 0);
	SEQ_STOP_NOTE(1, 2, note, 64)
	check("SEQ_STOP_NOTE", "930180023c400000", 0);
	SEQ_KEY_PRESSURE(1, 2, note + 1, 5);
	check("SEQ_KEY_PRESSURE", "9301a0023d050000", 0);
	SEQ_CHN_PRESSURE(1, 2, 5);
	check("SEQ_CHN_PRESSURE", "9201d00205000000", 0);
	SEQ_PGM_CHANGE(1, 2, 40);
	check("SEQ_PGM_CHANGE", "9201c00228000000", 0);
	SEQ_SET_PATCH(1, 2, 41);
	check("SEQ_SET_PATCH", "9201c00229000000", 0);
	SEQ_CONTROL(1, 2, CTL_MAIN_VOLUME, 100);
	check("SEQ_CONTROL", "9201b00207006400", 2);
	SEQ_CONTROL(1, 2, CTL_MODWHEEL, 0x1234);
	check("SEQ_CONTROL", "9201b00201003412", 2);
	SEQ_BENDER(1, 2, 8192);
	check("SEQ_BENDER", "9201e00200000020", 2);
	SEQ_BENDER(1, 2, 16383);
	check("SEQ_BENDER", "9201e0020000ff3f", 2);
	SEQ_EXPRESSION(1, 2, 100 + 1);
	check("SEQ_EXPRESSION", "9201b0020b008032", 2);
	SEQ_MAIN_VOLUME(1, 2, 50 + 50);
	check("SEQ_MAIN_VOLUME", "9201b0020700ff3f", 2);
	SEQ_PANNING(1, 2, -128);
	check("SEQ_PANNING", "9201b0020a000000", 2);
	SEQ_PANNING(1, 2, 127);
	check("SEQ_PANNING", "9201b0020a007f00", 2);
}

ATF_TC(extended);
ATF_TC_HEAD(extended, tc)
{

	atf_tc_set_md_var(tc, "descr", "A macro for extended or raw records "
	    "that writes other bytes than OSS's");
}
ATF_TC_BODY(extended, tc)
{
	unsigned char data[7] = { 0xf0, 0x7e, 0x7f, 0x09, 0x01, 0xf7, 0x55 };

	SEQ_V2_X_CONTROL(1, 2, 64, 0x1234);
	check("SEQ_V2_X_CONTROL", "ff0a010240341200", 0);
	SEQ_PITCHBEND(1, 2, -8192);
	check("SEQ_PITCHBEND", "ff0a0102ff00e000", 0);
	SEQ_BENDER_RANGE(1, 2, 200);
	check("SEQ_BENDER_RANGE", "ff0a0102fec80000", 0);
	SEQ_VOLUME_MODE(1, VOL_METHOD_LINEAR);
	check("SEQ_VOLUME_MODE", "ff0c010200000000", 0);
	SEQ_SYSEX(1, data, 6);
	check("SEQ_SYSEX", "9401f07e7f0901f7", 0);
	SEQ_SYSEX(1, data, 7);
	check("SEQ_SYSEX", "9401f07e7f0901f7", 0);
	SEQ_SYSEX(1, data + 4, 2);
	check("SEQ_SYSEX", "940101f7ffffffff", 0);
	SEQ_SYSEX(1, data, 0);
	check("SEQ_SYSEX", "9401ffffffffffff", 0);
	SEQ_MIDIOUT(3, 0x90);
	check("SEQ_MIDIOUT", "05900300", 0);
	ATF_CHECK_EQ(EV_SYSEX, 0x94);
}

ATF_TC(timer);
ATF_TC_HEAD(timer, tc)
{

	atf_tc_set_md_var(tc, "descr", "A macro for the timer that writes "
	    "other bytes than OSS's");
}
ATF_TC_BODY(timer, tc)
{

	SEQ_START_TIMER()
	check("SEQ_START_TIMER", "8104000000000000", 4);
	SEQ_STOP_TIMER();
	check("SEQ_STOP_TIMER", "8103000000000000", 4);
	SEQ_CONTINUE_TIMER();
	check("SEQ_CONTINUE_TIMER", "8105000000000000", 4);
	SEQ_WAIT_TIME(0x01020304);
	check("SEQ_WAIT_TIME", "8102000004030201", 4);
	SEQ_DELTA_TIME(96 * 2);
	check("SEQ_DELTA_TIME", "81010000c0000000", 4);
	SEQ_ECHO_BACK(0xfeedfaceU);
	check("SEQ_ECHO_BACK", "81080000cefaedfe", 4);
	SEQ_SET_TEMPO(120);
	check("SEQ_SET_TEMPO", "8106000078000000", 4);
	SEQ_SONGPOS(16);
	check("SEQ_SONGPOS", "810a000010000000", 4);
	SEQ_TIME_SIGNATURE(4 << 24 | 2 << 16 | 24 << 8 | 8);
	check("SEQ_TIME_SIGNATURE", "810b000008180204", 4);
	SEQ_PLAYAUDIO(3);
	check("SEQ_PLAYAUDIO", "8001000003000000", 4);
}

ATF_TC(buffer);
ATF_TC_HEAD(buffer, tc)
{

	atf_tc_set_md_var(tc, "descr", "A write behind the end of the "
	    "program's buffer, a record lost or doubled, or an argument "
	    "evaluated twice");
}
ATF_TC_BODY(buffer, tc)
{
	int calls = 0, i;

	SEQ_MIDIOUT(0, 0xfe);
	ATF_CHECK_EQ(_seqbufptr, 4);
	for (i = 0; i < 7; i++)
		SEQ_START_NOTE(0, 0, i, 1);
	ATF_CHECK_EQ(_seqbufptr, 60);
	ATF_CHECK_EQ(dumps, 0);
	SEQ_CONTROL(calls++, 0, calls++, calls++);
	ATF_CHECK_EQ(calls, 3);
	ATF_CHECK_EQ(dumps, 1);
	ATF_CHECK_EQ(nwritten, 60);
	ATF_CHECK_EQ(_seqbufptr, 8);
	SEQ_DELTA_TIME(calls++);
	SEQ_PITCHBEND(0, 0, calls++);
	ATF_CHECK_EQ(calls, 5);
	ATF_CHECK_EQ(_seqbufptr, 24);
	for (i = 0; i < 10; i++)
		SEQ_MIDIOUT(0, 0xfe);
	ATF_CHECK_EQ(_seqbufptr, 64);
	ATF_CHECK_EQ(dumps, 1);
	SEQ_MIDIOUT(0, 0xfe);
	ATF_CHECK_EQ(dumps, 2);
	ATF_CHECK_EQ(nwritten, 124);
}

ATF_TC(patch);
ATF_TC_HEAD(patch, tc)
{

	atf_tc_set_md_var(tc, "descr", "A patch that is written before what "
	    "waits in the buffer, or not whole");
}
ATF_TC_BODY(patch, tc)
{
	struct sysex_info patch = { SYSEX_PATCH, 1, 1, { 0xf7 } };
	unsigned char bytes[16];
	int fds[2];

	ATF_REQUIRE_EQ(pipe(fds), 0);
	seqfd = fds[1];
	SEQ_SET_TEMPO(60);
	SEQ_WRPATCH(&patch, 9);
	ATF_CHECK_EQ(dumps, 1);
	ATF_CHECK_EQ(_seqbufptr, 0);
	ATF_CHECK_EQ(read(fds[0], bytes, sizeof(bytes)), 9);
	ATF_CHECK_EQ(memcmp(bytes, &patch, 9), 0);
	ATF_CHECK_EQ(bytes[0], SEQ_FULLSIZE);
	ATF_CHECK_EQ(bytes[1], 5);
	ATF_CHECK_EQ(SEQ_WRPATCH2(&patch, 9), 9);
	ATF_CHECK_EQ(dumps, 2);
	close(fds[0]);
	close(fds[1]);
}

ATF_TC(names);
ATF_TC_HEAD(names, tc)
{

	atf_tc_set_md_var(tc, "descr", "A name of OSS that is missing, or a "
	    "number or size that is not OSS's");
}
ATF_TC_BODY(names, tc)
{
	struct synth_info si;
	struct midi_info mi;
	struct seq_event_rec rec;

	/* as a program does it */
	memset(&si, 0, sizeof(si));
	si.perc_mode = 0;
	si.nr_drums = 0;
	si.dummies[18] = 0;
	mi.dev_type = MIDI_CAP_MPU401;
	rec.arr[0] = SEQ_PRIVATE;
	ATF_CHECK_EQ(sizeof(si), 140);
	ATF_CHECK_EQ(sizeof(mi), 116);
	ATF_CHECK_EQ(mi.dev_type, 1);
	ATF_CHECK_EQ(rec.arr[0], 0xfe);
	ATF_CHECK_EQ(sizeof(struct patch_info), 100);
	ATF_CHECK_EQ(offsetof(struct patch_info, data), 96);
	ATF_CHECK_EQ(sizeof(oss_midi_info), 1256);
	ATF_CHECK_EQ(offsetof(oss_midi_info, caps), 140);
	ATF_CHECK_EQ(offsetof(oss_midi_info, filler), 316);
}

/* The direction bits of a request differ between systems. */
#define NUMBER(name, low)						\
	ATF_CHECK_EQ_MSG((name) & 0x1fffffff, low, #name)

ATF_TC(requests);
ATF_TC_HEAD(requests, tc)
{

	atf_tc_set_md_var(tc, "descr", "A name of OSS that is missing, or a "
	    "number or size that is not OSS's");
}
ATF_TC_BODY(requests, tc)
{
	ATF_CHECK_EQ(SNDCTL_SYNTH_INFO, 0xc08c5102);
	ATF_CHECK_EQ(SNDCTL_SYNTH_ID, 0xc08c5114);
	ATF_CHECK_EQ(SNDCTL_MIDI_INFO, 0xc074510c);
	ATF_CHECK_EQ(SNDCTL_MIDIINFO, 0xc4e85809);
	ATF_CHECK_EQ(SNDCTL_MIDI_MPUCMD, 0xc0216d02);
	ATF_CHECK_EQ(SEQUENCER_INFO, 0xc0385102);
	NUMBER(SNDCTL_SEQ_RESET, 0x5100);
	NUMBER(SNDCTL_SEQ_SYNC, 0x5101);
	NUMBER(SNDCTL_SEQ_CTRLRATE, 0x45103);
	NUMBER(SNDCTL_SEQ_GETOUTCOUNT, 0x45104);
	NUMBER(SNDCTL_SEQ_GETINCOUNT, 0x45105);
	NUMBER(SNDCTL_SEQ_PERCMODE, 0x45106);
	NUMBER(SNDCTL_FM_LOAD_INSTR, 0x285107);
	NUMBER(SNDCTL_SEQ_TESTMIDI, 0x45108);
	NUMBER(SNDCTL_SEQ_RESETSAMPLES, 0x45109);
	NUMBER(SNDCTL_SEQ_NRSYNTHS, 0x4510a);
	NUMBER(SNDCTL_SEQ_NRMIDIS, 0x4510b);
	NUMBER(SNDCTL_SEQ_THRESHOLD, 0x4510d);
	NUMBER(SNDCTL_SEQ_TRESHOLD, 0x4510d);
	NUMBER(SNDCTL_SYNTH_MEMAVL, 0x4510e);
	NUMBER(SNDCTL_FM_4OP_ENABLE, 0x4510f);
	NUMBER(SNDCTL_SEQ_PANIC, 0x5111);
	NUMBER(SNDCTL_SEQ_OUTOFBAND, 0x85112);
	NUMBER(SNDCTL_SEQ_GETTIME, 0x45113);
	NUMBER(SNDCTL_SYNTH_CONTROL, 0xfa45115);
	NUMBER(SNDCTL_SYNTH_REMOVESAMPLE, 0xc5116);
	NUMBER(SNDCTL_SEQ_TIMING_ENABLE, 0x5117);
	NUMBER(SNDCTL_SEQ_ACTSENSE_ENABLE, 0x5118);
	NUMBER(SNDCTL_SEQ_RT_ENABLE, 0x5119);
	NUMBER(SNDCTL_TMR_TIMEBASE, 0x45401);
	NUMBER(SNDCTL_TMR_START, 0x5402);
	NUMBER(SNDCTL_TMR_STOP, 0x5403);
	NUMBER(SNDCTL_TMR_CONTINUE, 0x5404);
	NUMBER(SNDCTL_TMR_TEMPO, 0x45405);
	NUMBER(SNDCTL_TMR_SOURCE, 0x45406);
	NUMBER(SNDCTL_TMR_METRONOME, 0x45407);
	NUMBER(SNDCTL_TMR_SELECT, 0x45408);
	NUMBER(SNDCTL_MIDI_PRETIME, 0x46d00);
	NUMBER(SNDCTL_MIDI_MPUMODE, 0x46d01);
	NUMBER(SNDCTL_MIDI_MTCINPUT, 0x46d03);
	NUMBER(SNDCTL_MIDI_SETMODE, 0x46d06);
	NUMBER(SNDCTL_MIDI_TIMEBASE, 0x46d07);
	NUMBER(SNDCTL_MIDI_TEMPO, 0x46d08);
	NUMBER(SNDCTL_MIDI_SET_LATENCY, 0x46d09);
}

ATF_TC(codes);
ATF_TC_HEAD(codes, tc)
{

	atf_tc_set_md_var(tc, "descr", "A name of OSS's for a code or a "
	    "controller that is missing or has not its value");
}
ATF_TC_BODY(codes, tc)
{

	NUMBER(SEQ_NOTEOFF, 0);
	NUMBER(SEQ_NOTEON, 1);
	NUMBER(SEQ_WAIT, 2);
	NUMBER(SEQ_PGMCHANGE, 3);
	NUMBER(SEQ_SYNCTIMER, 4);
	NUMBER(SEQ_MIDIPUTC, 5);
	NUMBER(SEQ_ECHO, 8);
	NUMBER(SEQ_AFTERTOUCH, 9);
	NUMBER(SEQ_CONTROLLER, 10);
	NUMBER(SEQ_BALANCE, 11);
	NUMBER(SEQ_VOLMODE, 12);
	NUMBER(SEQ_EXTENDED, 0xff);
	NUMBER(EV_SEQ_LOCAL, 0x80);
	NUMBER(EV_TIMING, 0x81);
	NUMBER(EV_CHN_COMMON, 0x92);
	NUMBER(EV_CHN_VOICE, 0x93);
	NUMBER(EV_SYSTEM, 0x95);
	NUMBER(CTL_SUSTAIN, 64);
	NUMBER(CTL_EXT_EFF_DEPTH, 91);
	NUMBER(CTL_REGIST_PARM_NUM_MSB, 101);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, voice);
	ATF_TP_ADD_TC(tp, extended);
	ATF_TP_ADD_TC(tp, timer);
	ATF_TP_ADD_TC(tp, buffer);
	ATF_TP_ADD_TC(tp, patch);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, requests);
	ATF_TP_ADD_TC(tp, codes);

	return atf_no_error();
}
