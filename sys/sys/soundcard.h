/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/soundcard.h: MIDI by the names of the Open Sound System.
 *
 * Sources written for OSS's /dev/sequencer, /dev/music and /dev/midi compile
 * with this and do what they say.  Everything here is another name for a
 * thing of <sys/midiio.h>, which has the meanings; digital audio is no part
 * of it.
 *
 * OSS's struct synth_info is longer than NetBSD's, and its SEQ_SYSEX is a
 * macro with arguments: in a source that includes this, the two names mean
 * what OSS means.
 *
 * The SEQ_ macros that write records append them to a buffer of the
 * program's, named _seqbuf, and call the program's seqbuf_dump(), which
 * writes it to the device and sets _seqbufptr to 0, when there is no room.
 * They are blocks, so that sources compile which have no semicolon behind
 * them.
 */

#ifndef _SYS_SOUNDCARD_H_
#define _SYS_SOUNDCARD_H_

#include <sys/midiio.h>

#define _SIO(g, n)		_IO(g, n)
#define _SIOR(g, n, t)		_IOR(g, n, t)
#define _SIOW(g, n, t)		_IOW(g, n, t)
#define _SIOWR(g, n, t)		_IOWR(g, n, t)

/*
 * The sequencer.
 */

#define synth_info		oss_synth_info
#define midi_info		sequencer_midi_info

#define SNDCTL_SEQ_RESET	SEQUENCER_RESET
#define SNDCTL_SEQ_SYNC		SEQUENCER_SYNC
#define SNDCTL_SYNTH_INFO	SEQUENCER_SYNTH_INFO
#define SNDCTL_SEQ_CTRLRATE	SEQUENCER_CTRLRATE
#define SNDCTL_SEQ_GETOUTCOUNT	SEQUENCER_GETOUTCOUNT
#define SNDCTL_SEQ_GETINCOUNT	SEQUENCER_GETINCOUNT
#define SNDCTL_SEQ_PERCMODE	SEQUENCER_PERCMODE
#define SNDCTL_FM_LOAD_INSTR	SEQUENCER_FM_LOAD_INSTR
#define SNDCTL_SEQ_TESTMIDI	SEQUENCER_TESTMIDI
#define SNDCTL_SEQ_RESETSAMPLES	SEQUENCER_RESETSAMPLES
#define SNDCTL_SEQ_NRSYNTHS	SEQUENCER_NRSYNTHS
#define SNDCTL_SEQ_NRMIDIS	SEQUENCER_NRMIDIS
#define SNDCTL_MIDI_INFO	SEQUENCER_MIDI_INFO
#define SNDCTL_SEQ_THRESHOLD	SEQUENCER_THRESHOLD
#define SNDCTL_SEQ_TRESHOLD	SEQUENCER_THRESHOLD
#define SNDCTL_SYNTH_MEMAVL	SEQUENCER_MEMAVL
#define SNDCTL_FM_4OP_ENABLE	SEQUENCER_FM_4OP_ENABLE
#define SNDCTL_SEQ_PANIC	SEQUENCER_PANIC
#define SNDCTL_SEQ_OUTOFBAND	SEQUENCER_OUTOFBAND
#define SNDCTL_SEQ_GETTIME	SEQUENCER_GETTIME
#define SNDCTL_SYNTH_ID		SEQUENCER_SYNTH_ID
#define SNDCTL_SYNTH_CONTROL	SEQUENCER_SYNTH_CONTROL
#define SNDCTL_SYNTH_REMOVESAMPLE SEQUENCER_SYNTH_REMOVESAMPLE
#define SNDCTL_SEQ_TIMING_ENABLE SEQUENCER_TIMING_ENABLE
#define SNDCTL_SEQ_ACTSENSE_ENABLE SEQUENCER_ACTSENSE_ENABLE
#define SNDCTL_SEQ_RT_ENABLE	SEQUENCER_RT_ENABLE

#define SNDCTL_TMR_TIMEBASE	SEQUENCER_TMR_TIMEBASE
#define SNDCTL_TMR_START	SEQUENCER_TMR_START
#define SNDCTL_TMR_STOP		SEQUENCER_TMR_STOP
#define SNDCTL_TMR_CONTINUE	SEQUENCER_TMR_CONTINUE
#define SNDCTL_TMR_TEMPO	SEQUENCER_TMR_TEMPO
#define SNDCTL_TMR_SOURCE	SEQUENCER_TMR_SOURCE
#define  TMR_INTERNAL		SEQUENCER_TMR_INTERNAL
#define  TMR_EXTERNAL		SEQUENCER_TMR_EXTERNAL
#define  TMR_MODE_MIDI		SEQUENCER_TMR_MODE_MIDI
#define  TMR_MODE_FSK		SEQUENCER_TMR_MODE_FSK
#define  TMR_MODE_CLS		SEQUENCER_TMR_MODE_CLS
#define  TMR_MODE_SMPTE		SEQUENCER_TMR_MODE_SMPTE
#define SNDCTL_TMR_METRONOME	SEQUENCER_TMR_METRONOME
#define SNDCTL_TMR_SELECT	SEQUENCER_TMR_SELECT

/* Kinds of synthesizers; their SYNTH_TYPE_* are in <sys/midiio.h>. */
#define FM_TYPE_ADLIB		SYNTH_SUB_FM_TYPE_ADLIB
#define FM_TYPE_OPL3		SYNTH_SUB_FM_TYPE_OPL3
#define MIDI_TYPE_MPU401	SYNTH_SUB_MIDI_TYPE_MPU401
#define SAMPLE_TYPE_BASIC	SYNTH_SUB_SAMPLE_TYPE_BASIC
#define SAMPLE_TYPE_GUS		SYNTH_SUB_SAMPLE_TYPE_GUS
#define SAMPLE_TYPE_WAVEFRONT	0x11

#define MIDI_CAP_MPU401		1	/* of struct midi_info */

/*
 * Raw MIDI.
 */

#define SNDCTL_MIDI_PRETIME	MIDI_PRETIME
#define SNDCTL_MIDI_MPUMODE	MIDI_MPUMODE
#define SNDCTL_MIDI_MPUCMD	MIDI_MPUCMD
#define SNDCTL_MIDI_MTCINPUT	MIDI_MTCINPUT
#define SNDCTL_MIDI_SETMODE	MIDI_SETMODE
#define SNDCTL_MIDI_TIMEBASE	MIDI_TIMEBASE
#define SNDCTL_MIDI_TEMPO	MIDI_TEMPO
#define SNDCTL_MIDI_SET_LATENCY	MIDI_SET_LATENCY

/* A MIDI port as OSS 4 describes it. */
typedef struct oss_midi_info {
	int		dev;		/* set by the caller */
	char		name[64];
	int		busy;
	int		pid;
	char		cmd[64];
	int		caps;		/* MIDI_CAP_* */
	int		modify_counter;
	int		card_number;
	int		port_number;
	int		enabled;
	int		flags;
	char		handle[32];
	char		song_name[64];
	char		label[16];
	int		latency;
	char		devnode[32];
	int		legacy_device;
	int		filler[235];
} oss_midi_info;

#define MIDI_CAP_INPUT		0x00000002
#define MIDI_CAP_OUTPUT		0x00000004
#define MIDI_CAP_INOUT		(MIDI_CAP_INPUT | MIDI_CAP_OUTPUT)
#define MIDI_CAP_VIRTUAL	0x00000008
#define MIDI_CAP_MTCINPUT	0x00000010
#define MIDI_CAP_CLIENT		0x00000020
#define MIDI_CAP_SERVER		0x00000040
#define MIDI_CAP_INTERNAL	0x00000080
#define MIDI_CAP_EXTERNAL	0x00000100
#define MIDI_CAP_PTOP		0x00000200
#define MIDI_CAP_MTC		0x00000400

#define SNDCTL_MIDIINFO		_IOWR('X', 9, oss_midi_info)

/*
 * Records: tags and codes.
 */

#define EV_SEQ_LOCAL		SEQ_LOCAL
#define EV_TIMING		SEQ_TIMING
#define EV_CHN_COMMON		SEQ_CHN_COMMON
#define EV_CHN_VOICE		SEQ_CHN_VOICE
#define EV_SYSEX		_SEQ_SYSEX
#define EV_SYSTEM		SEQ_SYSTEM

#define SEQ_NOTEOFF		SEQOLD_NOTEOFF
#define SEQ_FMNOTEOFF		SEQOLD_NOTEOFF
#define SEQ_NOTEON		SEQOLD_NOTEON
#define SEQ_FMNOTEON		SEQOLD_NOTEON
#define SEQ_WAIT		SEQOLD_WAIT
#define SEQ_PGMCHANGE		SEQOLD_PGMCHANGE
#define SEQ_FMPGMCHANGE		SEQOLD_PGMCHANGE
#define SEQ_SYNCTIMER		SEQOLD_SYNCTIMER
#define SEQ_MIDIPUTC		SEQOLD_MIDIPUTC
#define SEQ_DRUMON		SEQOLD_DRUMON
#define SEQ_DRUMOFF		SEQOLD_DRUMOFF
#define SEQ_ECHO		SEQOLD_ECHO
#define SEQ_AFTERTOUCH		SEQOLD_AFTERTOUCH
#define SEQ_CONTROLLER		SEQOLD_CONTROLLER
#define SEQ_BALANCE		SEQOLD_BALANCE
#define SEQ_VOLMODE		SEQOLD_VOLMODE
#define SEQ_PRIVATE		SEQOLD_PRIVATE
#define SEQ_EXTENDED		SEQOLD_EXTENDED

#define VOL_METHOD_ADAGIO	1
#define VOL_METHOD_LINEAR	2

/* Controllers. */
#define CTL_BANK_SELECT		MIDI_CTRL_BANK_SELECT_MSB
#define CTL_MODWHEEL		MIDI_CTRL_MODULATION_MSB
#define CTL_BREATH		MIDI_CTRL_BREATH_MSB
#define CTL_FOOT		MIDI_CTRL_FOOT_MSB
#define CTL_PORTAMENTO_TIME	MIDI_CTRL_PORTAMENTO_TIME_MSB
#define CTL_DATA_ENTRY		MIDI_CTRL_DATA_ENTRY_MSB
#define CTL_MAIN_VOLUME		MIDI_CTRL_CHANNEL_VOLUME_MSB
#define CTL_BALANCE		MIDI_CTRL_BALANCE_MSB
#define CTL_PAN			MIDI_CTRL_PAN_MSB
#define CTL_EXPRESSION		MIDI_CTRL_EXPRESSION_MSB
#define CTL_GENERAL_PURPOSE1	MIDI_CTRL_GENERAL_PURPOSE_1_MSB
#define CTL_GENERAL_PURPOSE2	MIDI_CTRL_GENERAL_PURPOSE_2_MSB
#define CTL_GENERAL_PURPOSE3	MIDI_CTRL_GENERAL_PURPOSE_3_MSB
#define CTL_GENERAL_PURPOSE4	MIDI_CTRL_GENERAL_PURPOSE_4_MSB
#define CTL_DAMPER_PEDAL	MIDI_CTRL_HOLD_1
#define CTL_SUSTAIN		MIDI_CTRL_HOLD_1
#define CTL_HOLD		MIDI_CTRL_HOLD_1
#define CTL_PORTAMENTO		MIDI_CTRL_PORTAMENTO
#define CTL_SOSTENUTO		MIDI_CTRL_SOSTENUTO
#define CTL_SOFT_PEDAL		MIDI_CTRL_SOFT_PEDAL
#define CTL_HOLD2		MIDI_CTRL_HOLD_2
#define CTL_GENERAL_PURPOSE5	MIDI_CTRL_GENERAL_PURPOSE_5
#define CTL_GENERAL_PURPOSE6	MIDI_CTRL_GENERAL_PURPOSE_6
#define CTL_GENERAL_PURPOSE7	MIDI_CTRL_GENERAL_PURPOSE_7
#define CTL_GENERAL_PURPOSE8	MIDI_CTRL_GENERAL_PURPOSE_8
#define CTL_EXT_EFF_DEPTH	MIDI_CTRL_EFFECT_DEPTH_1
#define CTL_TREMOLO_DEPTH	MIDI_CTRL_EFFECT_DEPTH_2
#define CTL_CHORUS_DEPTH	MIDI_CTRL_EFFECT_DEPTH_3
#define CTL_DETUNE_DEPTH	MIDI_CTRL_EFFECT_DEPTH_4
#define CTL_CELESTE_DEPTH	MIDI_CTRL_EFFECT_DEPTH_4
#define CTL_PHASER_DEPTH	MIDI_CTRL_EFFECT_DEPTH_5
#define CTL_DATA_INCREMENT	MIDI_CTRL_RPN_INCREMENT
#define CTL_DATA_DECREMENT	MIDI_CTRL_RPN_DECREMENT
#define CTL_NONREG_PARM_NUM_LSB	MIDI_CTRL_NRPN_LSB
#define CTL_NONREG_PARM_NUM_MSB	MIDI_CTRL_NRPN_MSB
#define CTL_REGIST_PARM_NUM_LSB	MIDI_CTRL_RPN_LSB
#define CTL_REGIST_PARM_NUM_MSB	MIDI_CTRL_RPN_MSB

/* Numbers for SEQ_V2_X_CONTROL() that MIDI does not have. */
#define CTRL_PITCH_BENDER	255	/* -8192..8191 */
#define CTRL_PITCH_BENDER_RANGE	254	/* cents */
#define CTRL_EXPRESSION		253
#define CTRL_MAIN_VOLUME	252

/*
 * Patches for SEQ_WRPATCH().
 */

#define _PATCHKEY(id)		SEQ_PATCHKEY(id)
#define FM_PATCH		SBI_FM_PATCH
#define OPL3_PATCH		SBI_OPL3_PATCH
#define WAVE_PATCH		SEQ_PATCHKEY(4)
#define GUS_PATCH		WAVE_PATCH
#define SYSEX_PATCH		SEQ_SYSEX_PATCH
#define MAUI_PATCH		SEQ_MAUI_PATCH
#define WAVEFRONT_PATCH		SEQ_PATCHKEY(6)

/* A sampled instrument. */
struct patch_info {
	unsigned short	key;		/* WAVE_PATCH */
	short		device_no;
	short		instr_no;	/* number of the program */
	unsigned int	mode;		/* WAVE_* */
	int		len;		/* bytes of data */
	int		loop_start, loop_end;
	unsigned int	base_freq, base_note, high_note, low_note;
	int		panning, detuning;
	unsigned char	env_rate[6], env_offset[6];
	unsigned char	tremolo_sweep, tremolo_rate, tremolo_depth;
	unsigned char	vibrato_sweep, vibrato_rate, vibrato_depth;
	int		scale_frequency;
	unsigned int	scale_factor;
	int		volume, fractions, reserved1, spare[2];
	char		data[1];	/* as many as len says */
};

#define WAVE_16_BITS		0x00000001
#define WAVE_UNSIGNED		0x00000002
#define WAVE_LOOPING		0x00000004
#define WAVE_BIDIR_LOOP		0x00000008
#define WAVE_LOOP_BACK		0x00000010
#define WAVE_SUSTAIN_ON		0x00000020
#define WAVE_ENVELOPES		0x00000040
#define WAVE_FAST_RELEASE	0x00000080
#define WAVE_VIBRATO		0x00010000
#define WAVE_TREMOLO		0x00020000
#define WAVE_SCALE		0x00040000
#define WAVE_FRACTIONS		0x00080000
#define WAVE_MULAW		0x20000000
#define WAVE_ROM		0x40000000

/*
 * The buffer.  A program has SEQ_DEFINEBUF(bytes); in one of its files,
 * SEQ_USE_EXTBUF(); in the others, and declares its seqbuf_dump().
 */

#define SEQ_DEFINEBUF(len)						\
	unsigned char _seqbuf[len]; int _seqbuflen = (len);		\
	int _seqbufptr = 0
#define SEQ_USE_EXTBUF()						\
	extern unsigned char _seqbuf[]; extern int _seqbuflen;		\
	extern int _seqbufptr
#define SEQ_DECLAREBUF()	SEQ_USE_EXTBUF()
#define SEQ_DUMPBUF		seqbuf_dump

#define _SEQ_NEEDBUF(len)						\
	if (_seqbufptr + (len) > _seqbuflen)				\
		seqbuf_dump()
#define _SEQ_ADVBUF(len)	_seqbufptr += (len)

/* What OSS's patch manager would have needed. */
#define SEQ_PM_DEFINES		extern int _seq_pm_unused
#define SEQ_LOAD_GMINSTR(dev, instr)
#define SEQ_LOAD_GMDRUM(dev, drum)

/* The next record of the buffer, for the macros of <sys/midiio.h>. */
#define _SEQ_NEXT		((seq_event_rec *)(void *)&_seqbuf[_seqbufptr])

/* A record of a tag, an op and a word. */
static __inline__ void
_seq_put_word(seq_event_rec *rec, int tag, int op, unsigned int word)
{
	int i;

	rec->arr[0] = (unsigned char)tag;
	rec->arr[1] = (unsigned char)op;
	rec->arr[2] = rec->arr[3] = 0;
	for (i = 0; i < 4; i++) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		rec->arr[7 - i] = (unsigned char)(word & 0xff);
#else
		rec->arr[4 + i] = (unsigned char)(word & 0xff);
#endif
		word >>= 8;
	}
}

/* An extended record; value is in bytes 5 and 6, low byte first. */
static __inline__ void
_seq_put_extended(seq_event_rec *rec, int code, int dev, int voice, int parm,
    int value)
{

	rec->arr[0] = SEQ_EXTENDED;
	rec->arr[1] = (unsigned char)code;
	rec->arr[2] = (unsigned char)dev;
	rec->arr[3] = (unsigned char)voice;
	rec->arr[4] = (unsigned char)parm;
	rec->arr[5] = (unsigned char)((unsigned int)value & 0xff);
	rec->arr[6] = (unsigned char)((unsigned int)value >> 8 & 0xff);
	rec->arr[7] = 0;
}

/* Up to 6 bytes of System Exclusive. */
static __inline__ void
_seq_put_sysex(seq_event_rec *rec, int dev, const unsigned char *buf, int len)
{
	int i;

	rec->arr[0] = EV_SYSEX;
	rec->arr[1] = (unsigned char)dev;
	for (i = 0; i < 6; i++)
		rec->arr[2 + i] = i < len ? buf[i] : 0xff;
}

/*
 * Records.
 */

#define _CHN_VOICE(dev, event, chn, note, parm) {			\
	_SEQ_NEEDBUF(8);						\
	SEQ_MK_CHN_VOICE(_SEQ_NEXT, dev, event, chn, note, parm);	\
	_SEQ_ADVBUF(8);							\
}
#define _CHN_COMMON(dev, event, chn, p1, p2, w14) {			\
	_SEQ_NEEDBUF(8);						\
	SEQ_MK_CHN_COMMON(_SEQ_NEXT, dev, event, chn, p1, p2, w14);	\
	_SEQ_ADVBUF(8);							\
}
#define _TIMER_EVENT(ev, parm) {					\
	_SEQ_NEEDBUF(8);						\
	_seq_put_word(_SEQ_NEXT, EV_TIMING, ev, (unsigned int)(parm));	\
	_SEQ_ADVBUF(8);							\
}
#define _LOCAL_EVENT(ev, parm) {					\
	_SEQ_NEEDBUF(8);						\
	_seq_put_word(_SEQ_NEXT, EV_SEQ_LOCAL, ev, (unsigned int)(parm)); \
	_SEQ_ADVBUF(8);							\
}

#define SEQ_START_NOTE(dev, chn, note, vol)				\
	_CHN_VOICE(dev, MIDI_NOTEON, chn, note, vol)
#define SEQ_STOP_NOTE(dev, chn, note, vol)				\
	_CHN_VOICE(dev, MIDI_NOTEOFF, chn, note, vol)
#define SEQ_KEY_PRESSURE(dev, chn, note, pressure)			\
	_CHN_VOICE(dev, MIDI_KEY_PRESSURE, chn, note, pressure)
#define SEQ_CHN_PRESSURE(dev, chn, pressure)				\
	_CHN_COMMON(dev, MIDI_CHN_PRESSURE, chn, pressure, 0, 0)
#define SEQ_PGM_CHANGE(dev, chn, patch)					\
	_CHN_COMMON(dev, MIDI_PGM_CHANGE, chn, patch, 0, 0)
#define SEQ_SET_PATCH		SEQ_PGM_CHANGE
/* value: 7 bits, or 14 when it is more than 127 */
#define SEQ_CONTROL(dev, chn, controller, value)			\
	_CHN_COMMON(dev, MIDI_CTL_CHANGE, chn, controller, 0, value)
/* value: 0..16383 */
#define SEQ_BENDER(dev, chn, value)					\
	_CHN_COMMON(dev, MIDI_PITCH_BEND, chn, 0, 0, value)

/* value 0..127, 0..100, -128..127 */
#define SEQ_EXPRESSION(dev, voice, value)				\
	SEQ_CONTROL(dev, voice, CTL_EXPRESSION, (value) * 128)
#define SEQ_MAIN_VOLUME(dev, voice, value)				\
	SEQ_CONTROL(dev, voice, CTL_MAIN_VOLUME, (value) * 16383 / 100)
#define SEQ_PANNING(dev, voice, pos)					\
	SEQ_CONTROL(dev, voice, CTL_PAN, ((pos) + 128) / 2)

#define SEQ_V2_X_CONTROL(dev, voice, controller, value) {		\
	_SEQ_NEEDBUF(8);						\
	_seq_put_extended(_SEQ_NEXT, SEQ_CONTROLLER, dev, voice,	\
	    controller, value);						\
	_SEQ_ADVBUF(8);							\
}
#define SEQ_PITCHBEND(dev, voice, value)				\
	SEQ_V2_X_CONTROL(dev, voice, CTRL_PITCH_BENDER, value)
#define SEQ_BENDER_RANGE(dev, voice, value)				\
	SEQ_V2_X_CONTROL(dev, voice, CTRL_PITCH_BENDER_RANGE, value)
#define SEQ_VOLUME_MODE(dev, mode) {					\
	_SEQ_NEEDBUF(8);						\
	_seq_put_extended(_SEQ_NEXT, SEQ_VOLMODE, dev, mode, 0, 0);	\
	_SEQ_ADVBUF(8);							\
}

#undef SEQ_SYSEX
#define SEQ_SYSEX(dev, buf, len) {					\
	_SEQ_NEEDBUF(8);						\
	_seq_put_sysex(_SEQ_NEXT, dev, buf, len);			\
	_SEQ_ADVBUF(8);							\
}

#define SEQ_START_TIMER()		_TIMER_EVENT(TMR_START, 0)
#define SEQ_STOP_TIMER()		_TIMER_EVENT(TMR_STOP, 0)
#define SEQ_CONTINUE_TIMER()		_TIMER_EVENT(TMR_CONTINUE, 0)
#define SEQ_WAIT_TIME(ticks)		_TIMER_EVENT(TMR_WAIT_ABS, ticks)
#define SEQ_DELTA_TIME(ticks)		_TIMER_EVENT(TMR_WAIT_REL, ticks)
#define SEQ_ECHO_BACK(key)		_TIMER_EVENT(TMR_ECHO, key)
#define SEQ_SET_TEMPO(value)		_TIMER_EVENT(TMR_TEMPO, value)
#define SEQ_SONGPOS(pos)		_TIMER_EVENT(TMR_SPP, pos)
#define SEQ_TIME_SIGNATURE(sig)		_TIMER_EVENT(TMR_TIMESIG, sig)
#define SEQ_PLAYAUDIO(devmask)		_LOCAL_EVENT(LOCL_STARTAUDIO, devmask)

/* A byte as it is, in a record of 4: for /dev/sequencer. */
#define SEQ_MIDIOUT(device, byte) {					\
	_SEQ_NEEDBUF(4);						\
	_seqbuf[_seqbufptr] = SEQ_MIDIPUTC;				\
	_seqbuf[_seqbufptr + 1] = (unsigned char)(byte);		\
	_seqbuf[_seqbufptr + 2] = (unsigned char)(device);		\
	_seqbuf[_seqbufptr + 3] = 0;					\
	_SEQ_ADVBUF(4);							\
}

/* Write what waits and then a patch of so many bytes to the program's
 * seqfd.  The second has write(2)'s value. */
#define SEQ_WRPATCH(patchx, len) {					\
	if (_seqbufptr != 0)						\
		SEQ_DUMPBUF();						\
	if (write(seqfd, (const void *)(patchx), len) == -1)		\
		perror("SEQ_WRPATCH");					\
}
#define SEQ_WRPATCH2(patchx, len)					\
	(SEQ_DUMPBUF(), write(seqfd, (const void *)(patchx), len))

#endif /* !_SYS_SOUNDCARD_H_ */
