/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midiio: the numbers, sizes and layouts of <sys/midiio.h>, which binaries
 * depend on, against the numbers themselves.
 */

#include <atf-c.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sys/midiio.h>

/*
 * Every request: its name, word on BSD, word on Linux.
 */
#define REQUESTS(R)							\
	R(MIDI_PRETIME, 0xc0046d00, 0xc0046d00)				\
	R(MIDI_MPUMODE, 0xc0046d01, 0xc0046d01)				\
	R(MIDI_MPUCMD, 0xc0216d02, 0xc0216d02)				\
	R(MIDI_MTCINPUT, 0xc0046d03, 0xc0046d03)			\
	R(MIDI_SETMODE, 0xc0046d06, 0xc0046d06)				\
	R(MIDI_TIMEBASE, 0xc0046d07, 0xc0046d07)			\
	R(MIDI_TEMPO, 0xc0046d08, 0xc0046d08)				\
	R(MIDI_SET_LATENCY, 0x80046d09, 0x40046d09)			\
	R(MIDI_FIONREAD, 0x40046d40, 0x80046d40)			\
	R(MIDI_DRAIN, 0x20006d41, 0x00006d41)				\
	R(MIDI_CLOSEWAIT, 0x20006d42, 0x00006d42)			\
	R(MIDI_GETSETTING, 0xc0286d43, 0xc0286d43)			\
	R(MIDI_SETSETTING, 0x80286d44, 0x40286d44)			\
	R(MIDI_SETTINGINFO, 0xc0806d45, 0xc0806d45)			\
	R(MIDI_STATS, 0x41006d46, 0x81006d46)				\
	R(MIDI_DISCARD, 0x80046d47, 0x40046d47)				\
	R(SEQUENCER_RESET, 0x20005100, 0x00005100)			\
	R(SEQUENCER_SYNC, 0x20005101, 0x00005101)			\
	R(SEQUENCER_INFO, 0xc0385102, 0xc0385102)			\
	R(SEQUENCER_SYNTH_INFO, 0xc08c5102, 0xc08c5102)			\
	R(SEQUENCER_CTRLRATE, 0xc0045103, 0xc0045103)			\
	R(SEQUENCER_GETOUTCOUNT, 0x40045104, 0x80045104)		\
	R(SEQUENCER_GETINCOUNT, 0x40045105, 0x80045105)			\
	R(SEQUENCER_PERCMODE, 0x80045106, 0x40045106)			\
	R(SEQUENCER_FM_LOAD_INSTR, 0x80285107, 0x40285107)		\
	R(SEQUENCER_TESTMIDI, 0x80045108, 0x40045108)			\
	R(SEQUENCER_RESETSAMPLES, 0x80045109, 0x40045109)		\
	R(SEQUENCER_NRSYNTHS, 0x4004510a, 0x8004510a)			\
	R(SEQUENCER_NRMIDIS, 0x4004510b, 0x8004510b)			\
	R(SEQUENCER_MIDI_INFO, 0xc074510c, 0xc074510c)			\
	R(SEQUENCER_THRESHOLD, 0x8004510d, 0x4004510d)			\
	R(SEQUENCER_MEMAVL, 0xc004510e, 0xc004510e)			\
	R(SEQUENCER_FM_4OP_ENABLE, 0x8004510f, 0x4004510f)		\
	R(SEQUENCER_PANIC, 0x20005111, 0x00005111)			\
	R(SEQUENCER_OUTOFBAND, 0x80085112, 0x40085112)			\
	R(SEQUENCER_GETTIME, 0x40045113, 0x80045113)			\
	R(SEQUENCER_SYNTH_ID, 0xc08c5114, 0xc08c5114)			\
	R(SEQUENCER_SYNTH_CONTROL, 0xcfa45115, 0xcfa45115)		\
	R(SEQUENCER_SYNTH_REMOVESAMPLE, 0xc00c5116, 0xc00c5116)		\
	R(SEQUENCER_TIMING_ENABLE, 0x20005117, 0x00005117)		\
	R(SEQUENCER_ACTSENSE_ENABLE, 0x20005118, 0x00005118)		\
	R(SEQUENCER_RT_ENABLE, 0x20005119, 0x00005119)			\
	R(SEQUENCER_STATS, 0x40405140, 0x80405140)			\
	R(SEQUENCER_DEVICE_ENABLE, 0x20005146, 0x00005146)		\
	R(SEQUENCER_TMR_TIMEBASE, 0xc0045401, 0xc0045401)		\
	R(SEQUENCER_TMR_START, 0x20005402, 0x00005402)			\
	R(SEQUENCER_TMR_STOP, 0x20005403, 0x00005403)			\
	R(SEQUENCER_TMR_CONTINUE, 0x20005404, 0x00005404)		\
	R(SEQUENCER_TMR_TEMPO, 0xc0045405, 0xc0045405)			\
	R(SEQUENCER_TMR_SOURCE, 0xc0045406, 0xc0045406)			\
	R(SEQUENCER_TMR_METRONOME, 0x80045407, 0x40045407)		\
	R(SEQUENCER_TMR_SELECT, 0x80045408, 0x40045408)			\
	R(SEQUENCER_TMR_USTEMPO, 0xc0045440, 0xc0045440)

ATF_TC(requests);
ATF_TC_HEAD(requests, tc)
{

	atf_tc_set_md_var(tc, "descr", "A request whose word is not the one "
	    "that programs of this system have compiled in");
}
ATF_TC_BODY(requests, tc)
{
#ifdef __linux__
#define R(name, bsd, linux)						\
	ATF_CHECK_EQ_MSG((uint32_t)name, linux, #name);
#else
#define R(name, bsd, linux)						\
	ATF_CHECK_EQ_MSG((uint32_t)name, bsd, #name);
#endif
	REQUESTS(R)
#undef R
}

/* From here on, requests are made as our kernels make them. */
#ifdef __linux__
#undef IOC_IN
#undef IOC_INOUT
#undef IOC_OUT
#undef _IOC
#undef _IO
#undef _IOR
#undef _IOW
#undef _IOWR
#include <hosted/include/sys/ioccom.h>
#endif

ATF_TC(kernel_requests);
ATF_TC_HEAD(kernel_requests, tc)
{

	atf_tc_set_md_var(tc, "descr", "A request whose word inside the "
	    "kernel is not NetBSD's; two that are the same; or an argument "
	    "that is too long for its field");
}
ATF_TC_BODY(kernel_requests, tc)
{
	static const struct {
		uint32_t	word;
		const char	*name;
	} all[] = {
#define R(name, bsd, linux) { (uint32_t)name, #name },
		REQUESTS(R)
#undef R
	};
	size_t i, j;

#define R(name, bsd, linux)						\
	ATF_CHECK_EQ_MSG((uint32_t)name, bsd, #name);
	REQUESTS(R)
#undef R
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (j = 0; j < i; j++)
			ATF_CHECK_MSG(all[i].word != all[j].word, "%s, %s",
			    all[i].name, all[j].name);
	}
	ATF_CHECK(sizeof(struct synth_control) < 8192);
}

ATF_TC(structs);
ATF_TC_HEAD(structs, tc)
{

	atf_tc_set_md_var(tc, "descr", "A struct of another size, or a field "
	    "in another place");
}
ATF_TC_BODY(structs, tc)
{
#define SIZE(type, size)						\
	ATF_CHECK_EQ_MSG(sizeof(type), size, #type)
#define AT(type, field, offset)						\
	ATF_CHECK_EQ_MSG(offsetof(type, field), offset, #type "." #field)

	SIZE(struct synth_info, 56);
	AT(struct synth_info, name, 0);
	AT(struct synth_info, device, 32);
	AT(struct synth_info, synth_type, 36);
	AT(struct synth_info, synth_subtype, 40);
	AT(struct synth_info, nr_voices, 44);
	AT(struct synth_info, instr_bank_size, 48);
	AT(struct synth_info, capabilities, 52);
	SIZE(((struct synth_info *)0)->name, 30);

	SIZE(struct oss_synth_info, 140);
	AT(struct oss_synth_info, device, 32);
	AT(struct oss_synth_info, synth_type, 36);
	AT(struct oss_synth_info, synth_subtype, 40);
	AT(struct oss_synth_info, perc_mode, 44);
	AT(struct oss_synth_info, nr_voices, 48);
	AT(struct oss_synth_info, nr_drums, 52);
	AT(struct oss_synth_info, instr_bank_size, 56);
	AT(struct oss_synth_info, capabilities, 60);
	AT(struct oss_synth_info, dummies, 64);

	SIZE(struct sequencer_midi_info, 116);
	AT(struct sequencer_midi_info, device, 32);
	AT(struct sequencer_midi_info, capabilities, 36);
	AT(struct sequencer_midi_info, dev_type, 40);
	AT(struct sequencer_midi_info, dummies, 44);

	SIZE(mpu_command_rec, 33);
	AT(mpu_command_rec, nr_args, 1);
	AT(mpu_command_rec, nr_returns, 2);
	AT(mpu_command_rec, data, 3);

	SIZE(struct sysex_info, 12);
	AT(struct sysex_info, device_no, 2);
	AT(struct sysex_info, len, 4);
	AT(struct sysex_info, data, SEQ_SYSEX_HDRSIZE);
	ATF_CHECK_EQ(SEQ_SYSEX_HDRSIZE, 8);
}

ATF_TC(structs_of_oss);
ATF_TC_HEAD(structs_of_oss, tc)
{

	atf_tc_set_md_var(tc, "descr", "A struct of another size, or a field "
	    "in another place");
}
ATF_TC_BODY(structs_of_oss, tc)
{

	SIZE(struct sbi_instrument, 40);
	AT(struct sbi_instrument, device, 2);
	AT(struct sbi_instrument, channel, 4);
	AT(struct sbi_instrument, operators, 8);

	SIZE(struct synth_control, 4004);
	SIZE(struct remove_sample, 12);
	SIZE(struct sequencer_stats, 64);
	SIZE(seq_event_rec, 8);
	SIZE(seq_event_t, 8);
	ATF_CHECK_EQ(_Alignof(seq_event_t), 1);

	AT(seq_event_t, t_WAIT_ABS.divisions, 4);
	AT(seq_event_t, t_WAIT_REL.divisions, 4);
	AT(seq_event_t, t_TEMPO.bpm, 4);
	AT(seq_event_t, t_USTEMPO.beat_us, 4);
	AT(seq_event_t, t_ECHO.cookie, 4);
	AT(seq_event_t, t_SPP.midibeat, 4);
	AT(seq_event_t, local.devmask, 4);
	AT(seq_event_t, voice.op, 2);
	AT(seq_event_t, c_NOTEON.channel, 3);
	AT(seq_event_t, c_NOTEON.key, 4);
	AT(seq_event_t, c_NOTEOFF.velocity, 5);
	AT(seq_event_t, c_KEY_PRESSURE.pressure, 5);
	AT(seq_event_t, common.w14, 6);
	AT(seq_event_t, c_CTL_CHANGE.controller, 4);
	AT(seq_event_t, c_CTL_CHANGE.value, 6);
	AT(seq_event_t, c_PGM_CHANGE.program, 4);
	AT(seq_event_t, c_CHN_PRESSURE.pressure, 4);
	AT(seq_event_t, c_PITCH_BEND.value, 6);
	AT(seq_event_t, sysex.device, 1);
	AT(seq_event_t, sysex.buffer, 2);
	AT(seq_event_t, system.status, 2);
	AT(seq_event_t, putc.byte, 1);
	AT(seq_event_t, putc.device, 2);
#undef AT
#undef SIZE
}

static const struct {
	const char	*name;
	int		value, wanted;
} constant_table[] = {
#define C(name, value) { #name, name, value }
	C(SEQ_LOCAL, 0x80), C(SEQ_TIMING, 0x81),
	C(SEQ_CHN_COMMON, 0x92), C(SEQ_CHN_VOICE, 0x93),
	C(SEQ_SYSEX, 0x94), C(SEQ_SYSTEM, 0x95),
	C(SEQ_FULLSIZE, 0xfd), C(SEQOLD_PRIVATE, 0xfe),
	C(SEQOLD_EXTENDED, 0xff), C(CMDSIZE, 8),
	C(SEQOLD_CMDSIZE, 4),
	C(TMR_RESET, 0), C(TMR_WAIT_REL, 1), C(TMR_WAIT_ABS, 2),
	C(TMR_STOP, 3), C(TMR_START, 4), C(TMR_CONTINUE, 5),
	C(TMR_TEMPO, 6), C(TMR_ECHO, 8), C(TMR_CLOCK, 9),
	C(TMR_SPP, 10), C(TMR_TIMESIG, 11), C(TMR_USTEMPO, 0x40),
	C(TMR_SYNC, 0x41), C(TMR_DEVICE, 0x42),
	C(LOCL_STARTAUDIO, 1),
	C(SEQOLD_NOTEOFF, 0), C(SEQOLD_NOTEON, 1), C(SEQOLD_WAIT, 2),
	C(SEQOLD_PGMCHANGE, 3), C(SEQOLD_SYNCTIMER, 4),
	C(SEQOLD_MIDIPUTC, 5), C(SEQOLD_DRUMON, 6),
	C(SEQOLD_DRUMOFF, 7), C(SEQOLD_ECHO, 8),
	C(SEQOLD_AFTERTOUCH, 9), C(SEQOLD_CONTROLLER, 10),
	C(SEQOLD_BALANCE, 11), C(SEQOLD_VOLMODE, 12),
	C(MIDI_NOTEOFF, 0x80), C(MIDI_NOTEON, 0x90),
	C(MIDI_KEY_PRESSURE, 0xa0), C(MIDI_CTL_CHANGE, 0xb0),
	C(MIDI_PGM_CHANGE, 0xc0), C(MIDI_CHN_PRESSURE, 0xd0),
	C(MIDI_PITCH_BEND, 0xe0), C(MIDI_SYSTEM_PREFIX, 0xf0),
	C(MIDI_ACK, 0xfe), C(MIDI_HALF_VEL, 64),
	C(MIDI_BEND_NEUTRAL, 8192),
	C(MIDI_CTRL_BANK_SELECT_MSB, 0),
	C(MIDI_CTRL_BANK_SELECT_LSB, 32),
	C(MIDI_CTRL_MODULATION_MSB, 1),
	C(MIDI_CTRL_MODULATION_LSB, 33),
	C(MIDI_CTRL_BREATH_MSB, 2), C(MIDI_CTRL_BREATH_LSB, 34),
	C(MIDI_CTRL_FOOT_MSB, 4), C(MIDI_CTRL_FOOT_LSB, 36),
	C(MIDI_CTRL_PORTAMENTO_TIME_MSB, 5),
	C(MIDI_CTRL_PORTAMENTO_TIME_LSB, 37),
	C(MIDI_CTRL_DATA_ENTRY_MSB, 6),
	C(MIDI_CTRL_DATA_ENTRY_LSB, 38),
	C(MIDI_CTRL_CHANNEL_VOLUME_MSB, 7),
	C(MIDI_CTRL_CHANNEL_VOLUME_LSB, 39),
	C(MIDI_CTRL_BALANCE_MSB, 8), C(MIDI_CTRL_BALANCE_LSB, 40),
	C(MIDI_CTRL_PAN_MSB, 10), C(MIDI_CTRL_PAN_LSB, 42),
	C(MIDI_CTRL_EXPRESSION_MSB, 11),
	C(MIDI_CTRL_EXPRESSION_LSB, 43),
	C(MIDI_CTRL_EFFECT_1_MSB, 12), C(MIDI_CTRL_EFFECT_1_LSB, 44),
	C(MIDI_CTRL_EFFECT_2_MSB, 13), C(MIDI_CTRL_EFFECT_2_LSB, 45),
	C(MIDI_CTRL_GENERAL_PURPOSE_1_MSB, 16),
	C(MIDI_CTRL_GENERAL_PURPOSE_2_MSB, 17),
	C(MIDI_CTRL_GENERAL_PURPOSE_3_MSB, 18),
	C(MIDI_CTRL_GENERAL_PURPOSE_4_MSB, 19),
	C(MIDI_CTRL_GENERAL_PURPOSE_1_LSB, 48),
	C(MIDI_CTRL_GENERAL_PURPOSE_2_LSB, 49),
	C(MIDI_CTRL_GENERAL_PURPOSE_3_LSB, 50),
	C(MIDI_CTRL_GENERAL_PURPOSE_4_LSB, 51),
	C(MIDI_CTRL_HOLD_1, 64), C(MIDI_CTRL_PORTAMENTO, 65),
	C(MIDI_CTRL_SOSTENUTO, 66), C(MIDI_CTRL_SOFT_PEDAL, 67),
	C(MIDI_CTRL_LEGATO, 68), C(MIDI_CTRL_HOLD_2, 69),
	C(MIDI_CTRL_SOUND_VARIATION, 70),
	C(MIDI_CTRL_HARMONIC_INTENSITY, 71),
	C(MIDI_CTRL_RELEASE_TIME, 72), C(MIDI_CTRL_ATTACK_TIME, 73),
	C(MIDI_CTRL_BRIGHTNESS, 74), C(MIDI_CTRL_DECAY_TIME, 75),
	C(MIDI_CTRL_VIBRATO_RATE, 76), C(MIDI_CTRL_VIBRATO_DEPTH, 77),
	C(MIDI_CTRL_VIBRATO_DELAY, 78), C(MIDI_CTRL_VIBRATO_DECAY, 78),
	C(MIDI_CTRL_SOUND_10, 79),
	C(MIDI_CTRL_GENERAL_PURPOSE_5, 80),
	C(MIDI_CTRL_GENERAL_PURPOSE_6, 81),
	C(MIDI_CTRL_GENERAL_PURPOSE_7, 82),
	C(MIDI_CTRL_GENERAL_PURPOSE_8, 83),
	C(MIDI_CTRL_PORTAMENTO_CONTROL, 84),
	C(MIDI_CTRL_EFFECT_DEPTH_1, 91),
	C(MIDI_CTRL_EFFECT_DEPTH_2, 92),
	C(MIDI_CTRL_EFFECT_DEPTH_3, 93),
	C(MIDI_CTRL_EFFECT_DEPTH_4, 94),
	C(MIDI_CTRL_EFFECT_DEPTH_5, 95),
	C(MIDI_CTRL_RPN_INCREMENT, 96), C(MIDI_CTRL_RPN_DECREMENT, 97),
	C(MIDI_CTRL_NRPN_LSB, 98), C(MIDI_CTRL_NRPN_MSB, 99),
	C(MIDI_CTRL_RPN_LSB, 100), C(MIDI_CTRL_RPN_MSB, 101),
	C(MIDI_CTRL_SOUND_OFF, 120), C(MIDI_CTRL_RESET, 121),
	C(MIDI_CTRL_LOCAL, 122), C(MIDI_CTRL_NOTES_OFF, 123),
	C(MIDI_CTRL_ALLOFF, 123), C(MIDI_CTRL_OMNI_OFF, 124),
	C(MIDI_CTRL_OMNI_ON, 125), C(MIDI_CTRL_POLY_OFF, 126),
	C(MIDI_CTRL_POLY_ON, 127),
	C(MIDI_RPN_PITCH_BEND_SENSITIVITY, 0),
	C(MIDI_RPN_CHANNEL_FINE_TUNING, 1),
	C(MIDI_RPN_CHANNEL_COARSE_TUNING, 2),
	C(MIDI_RPN_TUNING_PROGRAM_CHANGE, 3),
	C(MIDI_RPN_TUNING_BANK_SELECT, 4),
	C(MIDI_RPN_MODULATION_DEPTH_RANGE, 5),
	C(SYNTH_TYPE_FM, 0), C(SYNTH_TYPE_SAMPLE, 1),
	C(SYNTH_TYPE_MIDI, 2), C(SYNTH_SUB_FM_TYPE_ADLIB, 0),
	C(SYNTH_SUB_FM_TYPE_OPL3, 1),
	C(SYNTH_SUB_MIDI_TYPE_MPU401, 0x401),
	C(SYNTH_SUB_SAMPLE_TYPE_BASIC, 0x10),
	C(SYNTH_SUB_SAMPLE_TYPE_GUS, 0x10),
	C(SYNTH_CAP_PERCMODE, 1), C(SYNTH_CAP_OPL3, 2),
	C(SYNTH_CAP_INPUT, 4),
	C(SEQUENCER_TMR_INTERNAL, 1), C(SEQUENCER_TMR_EXTERNAL, 2),
	C(SEQUENCER_TMR_MODE_MIDI, 0x10),
	C(SEQUENCER_TMR_MODE_FSK, 0x20),
	C(SEQUENCER_TMR_MODE_CLS, 0x40),
	C(SEQUENCER_TMR_MODE_SMPTE, 0x80),
	C(MIDIPITCH_OCTAVE, 196608), C(MIDIPITCH_SEMITONE, 16384),
	C(MIDIPITCH_CENT, 164), C(MIDIPITCH_MAX, 128 * 16384 - 2),
#undef C
};

ATF_TC(constants);
ATF_TC_HEAD(constants, tc)
{

	atf_tc_set_md_var(tc, "descr", "A constant that has not NetBSD's or "
	    "OSS's value");
}
ATF_TC_BODY(constants, tc)
{
	static const unsigned short keys[] = {
	    SBI_FM_PATCH, SBI_OPL3_PATCH, SEQ_SYSEX_PATCH, SEQ_MAUI_PATCH
	};
	static const uint8_t ids[] = { 1, 3, 5, 6 };
	uint8_t bytes[2];
	size_t i;

	for (i = 0; i < sizeof(constant_table) / sizeof(constant_table[0]); i++)
		ATF_CHECK_EQ_MSG(constant_table[i].value,
		    constant_table[i].wanted, "%s", constant_table[i].name);
	for (i = 0; i < sizeof(ids); i++) {
		memcpy(bytes, &keys[i], 2);
		ATF_CHECK_EQ(bytes[0], SEQ_FULLSIZE);
		ATF_CHECK_EQ(bytes[1], ids[i]);
	}
}

/* Does the record have these bytes, the words in it little-endian? */
static void
check_record(const char *name, const void *rec, const char *hex, int word)
{
	const uint8_t *p = rec;
	char text[17];
	int i, j;

	for (i = 0; i < 8; i++) {
		j = i;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		if (i >= 8 - word)
			j = 8 - word + 7 - i;
#else
		(void)word;
#endif
		snprintf(text + 2 * i, 3, "%02x", p[j]);
	}
	ATF_CHECK_MSG(strcmp(text, hex) == 0, "%s: %s, should be %s", name,
	    text, hex);
}

ATF_TC(macros);
ATF_TC_HEAD(macros, tc)
{

	atf_tc_set_md_var(tc, "descr", "A macro that makes another record "
	    "than it says, or evaluates an argument twice");
}
ATF_TC_BODY(macros, tc)
{
	seq_event_rec rec;
	seq_event_t ev, list[2], *p;
	int count = 0;

	SEQ_MK_CHN_VOICE(&rec, 3, MIDI_NOTEON, 9, 60, 127);
	check_record("voice", &rec, "930390093c7f0000", 0);
	SEQ_MK_CHN_COMMON(&rec, 3, MIDI_PITCH_BEND, 15, 1, 2, 0x1234);
	check_record("common", &rec, "9203e00f01023412", 2);
	p = list;
	SEQ_MK_CHN_COMMON(p++, count++, MIDI_CTL_CHANGE, 0, count++, 0,
	    count++);
	ATF_CHECK_EQ(p, list + 1);
	ATF_CHECK_EQ(count, 3);

	check_record("start", &SEQ_MK_TIMING(START), "8104000000000000", 0);
	check_record("wait", &SEQ_MK_TIMING(WAIT_ABS,
	    .divisions = 0x01020304), "8102000004030201", 4);
	check_record("delta", &SEQ_MK_TIMING(WAIT_REL, .divisions = 10),
	    "810100000a000000", 4);
	check_record("tempo", &SEQ_MK_TIMING(TEMPO, .bpm = 120),
	    "8106000078000000", 4);
	check_record("exact tempo", &SEQ_MK_TIMING(USTEMPO,
	    .beat_us = 500000), "8140000020a10700", 4);
	check_record("echo", &SEQ_MK_TIMING(ECHO, .cookie = 0xfeedface),
	    "81080000cefaedfe", 4);
	check_record("spp", &SEQ_MK_TIMING(SPP, .midibeat = 16),
	    "810a000010000000", 4);
	ev = SEQ_MK_TIMING(TIMESIG, .numerator = 6, .lg2denom = 3,
	    .clks_per_click = 36, .dsq_per_24clks = 8);
	check_record("signature", &ev, "810b000008240306", 4);
	ATF_CHECK_EQ(ev.timing.arg, 6u << 24 | 3 << 16 | 36 << 8 | 8);

	check_record("on", &SEQ_MK_CHN(NOTEON, .device = 1, .channel = 2,
	    .key = 60, .velocity = 100), "930190023c640000", 0);
	check_record("off", &SEQ_MK_CHN(NOTEOFF, .key = 60, .velocity = 64),
	    "930080003c400000", 0);
	check_record("pressure", &SEQ_MK_CHN(KEY_PRESSURE, .key = 60,
	    .pressure = 1), "9300a0003c010000", 0);
	check_record("controller", &SEQ_MK_CHN(CTL_CHANGE, .controller = 7,
	    .value = 100), "9200b00007006400", 2);
	check_record("program", &SEQ_MK_CHN(PGM_CHANGE, .device = 1,
	    .channel = 0, .program = 62), "9201c0003e000000", 0);
	check_record("channel pressure", &SEQ_MK_CHN(CHN_PRESSURE,
	    .pressure = 5), "9200d00005000000", 0);
	check_record("bend", &SEQ_MK_CHN(PITCH_BEND,
	    .value = MIDI_BEND_NEUTRAL), "9200e00000000020", 2);
	check_record("no sysex", &SEQ_MK_SYSEX(7), "9407ffffffffffff", 0);
#if defined(__clang__)
#pragma clang diagnostic ignored "-Winitializer-overrides"
#elif defined(__GNUC__)
#pragma GCC diagnostic ignored "-Woverride-init"
#endif
	check_record("sysex", &SEQ_MK_SYSEX(7, [0] = 0x7e, 0x7f, 0x09, 0x01,
	    0xf7), "94077e7f0901f7ff", 0);

	ATF_CHECK(MIDI_IS_STATUS(0x80) && !MIDI_IS_STATUS(0x7f));
	ATF_CHECK(MIDI_IS_COMMON(0xf0) && !MIDI_IS_COMMON(0xef));
	ATF_CHECK_EQ(MIDI_GET_STATUS(0x9a), 0x90);
	ATF_CHECK_EQ(MIDI_GET_CHAN(0x9a), 0x0a);
}

ATF_TC(pitch);
ATF_TC_HEAD(pitch, tc)
{

	atf_tc_set_md_var(tc, "descr", "A conversion of keys, pitches and "
	    "frequencies that is off");
}
ATF_TC_BODY(pitch, tc)
{
	int key;

	for (key = 0; key < 128; key++) {
		midipitch_t mp = MIDIPITCH_FROM_KEY(key);

		ATF_CHECK_EQ(MIDIPITCH_TO_KEY(mp), key);
		ATF_CHECK_EQ(MIDIPITCH_TO_KEY(mp + 8191), key);
		ATF_CHECK_EQ(MIDIPITCH_TO_KEY(mp - 8192), key);
		ATF_CHECK_EQ(MIDIPITCH_FROM_FRKEY((double)key), mp);
		ATF_CHECK_EQ(MIDIPITCH_FROM_HZ18(MIDIPITCH_TO_HZ18(mp)), mp);
	}
	ATF_CHECK_EQ(MIDIPITCH_TO_HZ18(MIDIPITCH_FROM_KEY(69)), 440u << 18);
	ATF_CHECK_EQ(MIDIPITCH_TO_HZ18(MIDIPITCH_FROM_KEY(81)), 880u << 18);
	ATF_CHECK_EQ(MIDIHZ18_TO_HZ(MIDIPITCH_TO_HZ18(
	    MIDIPITCH_FROM_KEY(60))), 261);
	/* The highest fits, too. */
	ATF_CHECK(MIDIPITCH_TO_FRHZ(MIDIPITCH_MAX) < 16384.0);
	ATF_CHECK_EQ(MIDIPITCH_OCTAVE, 12 * MIDIPITCH_SEMITONE);
	ATF_CHECK(fabs(MIDIPITCH_TO_FRKEY(MIDIPITCH_CENT) - 0.01) < 1e-5);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, requests);
	ATF_TP_ADD_TC(tp, kernel_requests);
	ATF_TP_ADD_TC(tp, structs);
	ATF_TP_ADD_TC(tp, structs_of_oss);
	ATF_TP_ADD_TC(tp, constants);
	ATF_TP_ADD_TC(tp, macros);
	ATF_TP_ADD_TC(tp, pitch);

	return atf_no_error();
}
