/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/midiio.h: what programs and the MIDI devices say to each other.
 *
 * /dev/rmidiN carries bytes, /dev/music carries records of 8 bytes,
 * /dev/sequencer records of 4 or 8 bytes.  Names, numbers, sizes and
 * encodings are NetBSD's; what OSS has besides has OSS's numbers.  Requests
 * that neither knows are numbered from 64 in their group.
 *
 * The request words are made by <sys/ioccom.h>, so they have the system's
 * own encoding; kernels of ours see BSD's everywhere.
 *
 * Multi-byte fields of records and structs are in the order of the machine.
 * Only plain types are used, so the header serves C and C++, kernels and
 * programs.  The names OSS uses for the same things are in
 * <sys/soundcard.h>.
 */

#ifndef _SYS_MIDIIO_H_
#define _SYS_MIDIIO_H_

#include <sys/types.h>
#include <sys/ioccom.h>

/*
 * MIDI messages: the status bytes of channel messages, and tests on bytes.
 */

#define MIDI_NOTEOFF		0x80
#define MIDI_NOTEON		0x90
#define MIDI_KEY_PRESSURE	0xa0
#define MIDI_CTL_CHANGE		0xb0
#define MIDI_PGM_CHANGE		0xc0
#define MIDI_CHN_PRESSURE	0xd0
#define MIDI_PITCH_BEND		0xe0
#define MIDI_SYSTEM_PREFIX	0xf0
#define MIDI_SYSEX_START	0xf0
#define MIDI_SYSEX_END		0xf7

#define MIDI_IS_STATUS(d)	((d) >= 0x80)
#define MIDI_IS_COMMON(d)	((d) >= 0xf0)
#define MIDI_GET_STATUS(d)	((d) & 0xf0)
#define MIDI_GET_CHAN(d)	((d) & 0x0f)

/* The velocity of a note-off that was sent as a note-on of velocity 0. */
#define MIDI_HALF_VEL		64
/* The pitch wheel at rest, of 0..16383. */
#define MIDI_BEND_NEUTRAL	8192

/* Controllers.  0..31 are the coarse half of a 14-bit value whose fine half
 * has the number 32 higher. */
#define MIDI_CTRL_BANK_SELECT_MSB		0
#define MIDI_CTRL_MODULATION_MSB		1
#define MIDI_CTRL_BREATH_MSB			2
#define MIDI_CTRL_FOOT_MSB			4
#define MIDI_CTRL_PORTAMENTO_TIME_MSB		5
#define MIDI_CTRL_DATA_ENTRY_MSB		6
#define MIDI_CTRL_CHANNEL_VOLUME_MSB		7
#define MIDI_CTRL_BALANCE_MSB			8
#define MIDI_CTRL_PAN_MSB			10
#define MIDI_CTRL_EXPRESSION_MSB		11
#define MIDI_CTRL_EFFECT_1_MSB			12
#define MIDI_CTRL_EFFECT_2_MSB			13
#define MIDI_CTRL_GENERAL_PURPOSE_1_MSB		16
#define MIDI_CTRL_GENERAL_PURPOSE_2_MSB		17
#define MIDI_CTRL_GENERAL_PURPOSE_3_MSB		18
#define MIDI_CTRL_GENERAL_PURPOSE_4_MSB		19
#define MIDI_CTRL_BANK_SELECT_LSB		32
#define MIDI_CTRL_MODULATION_LSB		33
#define MIDI_CTRL_BREATH_LSB			34
#define MIDI_CTRL_FOOT_LSB			36
#define MIDI_CTRL_PORTAMENTO_TIME_LSB		37
#define MIDI_CTRL_DATA_ENTRY_LSB		38
#define MIDI_CTRL_CHANNEL_VOLUME_LSB		39
#define MIDI_CTRL_BALANCE_LSB			40
#define MIDI_CTRL_PAN_LSB			42
#define MIDI_CTRL_EXPRESSION_LSB		43
#define MIDI_CTRL_EFFECT_1_LSB			44
#define MIDI_CTRL_EFFECT_2_LSB			45
#define MIDI_CTRL_GENERAL_PURPOSE_1_LSB		48
#define MIDI_CTRL_GENERAL_PURPOSE_2_LSB		49
#define MIDI_CTRL_GENERAL_PURPOSE_3_LSB		50
#define MIDI_CTRL_GENERAL_PURPOSE_4_LSB		51
#define MIDI_CTRL_HOLD_1			64
#define MIDI_CTRL_PORTAMENTO			65
#define MIDI_CTRL_SOSTENUTO			66
#define MIDI_CTRL_SOFT_PEDAL			67
#define MIDI_CTRL_LEGATO			68
#define MIDI_CTRL_HOLD_2			69
#define MIDI_CTRL_SOUND_VARIATION		70
#define MIDI_CTRL_HARMONIC_INTENSITY		71
#define MIDI_CTRL_RELEASE_TIME			72
#define MIDI_CTRL_ATTACK_TIME			73
#define MIDI_CTRL_BRIGHTNESS			74
#define MIDI_CTRL_DECAY_TIME			75
#define MIDI_CTRL_VIBRATO_RATE			76
#define MIDI_CTRL_VIBRATO_DEPTH			77
#define MIDI_CTRL_VIBRATO_DELAY			78
#define MIDI_CTRL_VIBRATO_DECAY	MIDI_CTRL_VIBRATO_DELAY	/* old spelling */
#define MIDI_CTRL_SOUND_10			79
#define MIDI_CTRL_GENERAL_PURPOSE_5		80
#define MIDI_CTRL_GENERAL_PURPOSE_6		81
#define MIDI_CTRL_GENERAL_PURPOSE_7		82
#define MIDI_CTRL_GENERAL_PURPOSE_8		83
#define MIDI_CTRL_PORTAMENTO_CONTROL		84
#define MIDI_CTRL_EFFECT_DEPTH_1		91
#define MIDI_CTRL_EFFECT_DEPTH_2		92
#define MIDI_CTRL_EFFECT_DEPTH_3		93
#define MIDI_CTRL_EFFECT_DEPTH_4		94
#define MIDI_CTRL_EFFECT_DEPTH_5		95
#define MIDI_CTRL_RPN_INCREMENT			96
#define MIDI_CTRL_RPN_DECREMENT			97
#define MIDI_CTRL_NRPN_LSB			98
#define MIDI_CTRL_NRPN_MSB			99
#define MIDI_CTRL_RPN_LSB			100
#define MIDI_CTRL_RPN_MSB			101
#define MIDI_CTRL_SOUND_OFF			120
#define MIDI_CTRL_RESET				121
#define MIDI_CTRL_LOCAL				122
#define MIDI_CTRL_NOTES_OFF			123
#define MIDI_CTRL_ALLOFF	MIDI_CTRL_NOTES_OFF
#define MIDI_CTRL_OMNI_OFF			124
#define MIDI_CTRL_OMNI_ON			125
#define MIDI_CTRL_POLY_OFF			126
#define MIDI_CTRL_POLY_ON			127

/* Registered parameters. */
#define MIDI_RPN_PITCH_BEND_SENSITIVITY		0
#define MIDI_RPN_CHANNEL_FINE_TUNING		1
#define MIDI_RPN_CHANNEL_COARSE_TUNING		2
#define MIDI_RPN_TUNING_PROGRAM_CHANGE		3
#define MIDI_RPN_TUNING_BANK_SELECT		4
#define MIDI_RPN_MODULATION_DEPTH_RANGE		5

/*
 * Records: the tag is the first byte.  One that has no tag of the list is a
 * 4-byte record of the old kind when it is below 0x80, else 8 bytes.
 */

#define SEQ_LOCAL		0x80
#define SEQ_TIMING		0x81
#define SEQ_CHN_COMMON		0x92
#define SEQ_CHN_VOICE		0x93
#define _SEQ_SYSEX		0x94	/* <sys/soundcard.h> takes SEQ_SYSEX */
#define SEQ_SYSEX		_SEQ_SYSEX
#define SEQ_SYSTEM		0x95	/* system common and real time */
#define SEQ_FULLSIZE		0xfd	/* a longer struct: SysEx download */

#define CMDSIZE			8	/* bytes of a record */

/* What a timing record does.  Divisions are parts of a beat. */
#define TMR_RESET		0	/* back to division 0 */
#define TMR_WAIT_REL		1	/* until so many divisions later */
#define TMR_WAIT_ABS		2	/* until that division from START */
#define TMR_STOP		3	/* hold the position */
#define TMR_START		4	/* run from division 0 */
#define TMR_CONTINUE		5	/* run on from the position held */
#define TMR_TEMPO		6	/* beats per minute, 8..360 */
#define TMR_ECHO		8	/* comes back to the reader then */
#define TMR_CLOCK		9	/* MIDI clock */
#define TMR_SPP			10	/* song position, in 6 MIDI clocks */
#define TMR_TIMESIG		11	/* time signature */
#define TMR_USTEMPO		0x40	/* microseconds per beat; ours */
#define TMR_SYNC		0x41	/* SEQUENCER_TMR_WAITING ...; ours */
#define TMR_DEVICE		0x42	/* SEQUENCER_DEVICE_CAME ...; ours */

/* What a local record does. */
#define LOCL_STARTAUDIO		1	/* argument: mask of audio devices */

/* Old records: 4 bytes, those of the last two 8. */
#define SEQOLD_NOTEOFF		0
#define SEQOLD_NOTEON		1
#define SEQOLD_WAIT		TMR_WAIT_ABS
#define SEQOLD_PGMCHANGE	3
#define SEQOLD_SYNCTIMER	TMR_START
#define SEQOLD_MIDIPUTC		5	/* /dev/music knows it too, 8 bytes */
#define SEQOLD_DRUMON		6
#define SEQOLD_DRUMOFF		7
#define SEQOLD_ECHO		TMR_ECHO
#define SEQOLD_AFTERTOUCH	9
#define SEQOLD_CONTROLLER	10
#define SEQOLD_BALANCE		11
#define SEQOLD_VOLMODE		12
#define SEQOLD_PRIVATE		0xfe
#define SEQOLD_EXTENDED		0xff

#define SEQOLD_CMDSIZE		4

/* A record as bytes. */
typedef struct seq_event_rec {
	unsigned char	arr[8];
} seq_event_rec;

/* The bytes that records of one family begin with. */
#define _SEQ_HEAD_TIMING						\
	unsigned char	tag, op;					\
	unsigned short	_zero
#define _SEQ_HEAD_VOICE							\
	unsigned char	tag, device, op, channel
#define _SEQ_PAD_VOICE							\
	unsigned short	_zero
#define _SEQ_HEAD_COMMON						\
	unsigned char	tag, device, op, channel

/*
 * A record, by family and, t_ and c_, by what it does.
 */
typedef union seq_event {
	unsigned char	tag;
	unsigned char	arr[8];

	struct {
		unsigned char	tag;
		unsigned char	byte[7];
	} unknown;

	/* SEQOLD_MIDIPUTC: one byte to a device, as it is. */
	struct {
		unsigned char	tag, byte, device, _zero[5];
	} putc;

	/* SEQ_LOCAL */
	struct {
		unsigned char	tag, op;
		unsigned short	_zero;
		unsigned int	devmask;
	} local;

	/* SEQ_TIMING */
	struct {
		_SEQ_HEAD_TIMING;
		unsigned int	arg;
	} timing;
	struct {
		_SEQ_HEAD_TIMING;
		unsigned int	_zero1;
	} t_RESET, t_STOP, t_START, t_CONTINUE, t_CLOCK;
	struct {
		_SEQ_HEAD_TIMING;
		unsigned int	divisions;
	} t_WAIT_REL, t_WAIT_ABS;
	struct {
		_SEQ_HEAD_TIMING;
		unsigned int	bpm;
	} t_TEMPO;
	struct {
		_SEQ_HEAD_TIMING;
		unsigned int	beat_us;
	} t_USTEMPO;
	struct {
		_SEQ_HEAD_TIMING;
		unsigned int	state;
	} t_SYNC;
	struct {
		_SEQ_HEAD_TIMING;
		unsigned int	cookie;
	} t_ECHO;
	struct {
		_SEQ_HEAD_TIMING;
		unsigned int	midibeat;
	} t_SPP;
	/* As a word: numerator in the highest byte. */
	struct {
		_SEQ_HEAD_TIMING;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		unsigned char	numerator, lg2denom;
		unsigned char	clks_per_click, dsq_per_24clks;
#else
		unsigned char	dsq_per_24clks, clks_per_click;
		unsigned char	lg2denom, numerator;
#endif
	} t_TIMESIG;

	/* SEQ_CHN_VOICE */
	struct {
		_SEQ_HEAD_VOICE;
		unsigned char	key, parm;
		_SEQ_PAD_VOICE;
	} voice;
	struct {
		_SEQ_HEAD_VOICE;
		unsigned char	key, velocity;
		_SEQ_PAD_VOICE;
	} c_NOTEOFF, c_NOTEON;
	struct {
		_SEQ_HEAD_VOICE;
		unsigned char	key, pressure;
		_SEQ_PAD_VOICE;
	} c_KEY_PRESSURE;

	/* SEQ_CHN_COMMON */
	struct {
		_SEQ_HEAD_COMMON;
		unsigned char	p1, p2;
		unsigned short	w14;
	} common;
	struct {
		_SEQ_HEAD_COMMON;
		unsigned char	controller, _zero;
		unsigned short	value;
	} c_CTL_CHANGE;
	struct {
		_SEQ_HEAD_COMMON;
		unsigned char	program, _zero;
		unsigned short	_zero1;
	} c_PGM_CHANGE;
	struct {
		_SEQ_HEAD_COMMON;
		unsigned char	pressure, _zero;
		unsigned short	_zero1;
	} c_CHN_PRESSURE;
	struct {
		_SEQ_HEAD_COMMON;
		unsigned char	_zero, _zero1;
		unsigned short	value;
	} c_PITCH_BEND;

	/*
	 * SEQ_SYSEX: up to 6 bytes of a message; unused ones behind them
	 * are 0xff.  A message whose first byte is not F0 is given one.  It
	 * ends with F7 or with a record that has unused bytes.
	 */
	struct {
		unsigned char	tag, device, buffer[6];
	} sysex;

	/* SEQ_SYSTEM: a system common or real-time message received. */
	struct {
		unsigned char	tag, device, status, data[2], _zero[3];
	} system;
} __attribute__((__packed__)) seq_event_t;

/*
 * Making records.  The first two store into *e, which is a seq_event_rec or
 * a seq_event_t; w14 is a 16-bit word.
 */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define _SEQ_W16_0(w)	((unsigned char)((w) >> 8 & 0xff))
#define _SEQ_W16_1(w)	((unsigned char)((w) & 0xff))
#else
#define _SEQ_W16_0(w)	((unsigned char)((w) & 0xff))
#define _SEQ_W16_1(w)	((unsigned char)((w) >> 8 & 0xff))
#endif

#define SEQ_MK_CHN_VOICE(e, unit, cmd, chan, key, vel) do {		\
	unsigned char *_seq_arr = (e)->arr;				\
	_seq_arr[0] = SEQ_CHN_VOICE;					\
	_seq_arr[1] = (unsigned char)(unit);				\
	_seq_arr[2] = (unsigned char)(cmd);				\
	_seq_arr[3] = (unsigned char)(chan);				\
	_seq_arr[4] = (unsigned char)(key);				\
	_seq_arr[5] = (unsigned char)(vel);				\
	_seq_arr[6] = 0;						\
	_seq_arr[7] = 0;						\
} while (/*CONSTCOND*/ 0)

#define SEQ_MK_CHN_COMMON(e, unit, cmd, chan, p1, p2, w14) do {		\
	unsigned char *_seq_arr = (e)->arr;				\
	unsigned int _seq_w14 = (unsigned int)(w14);			\
	_seq_arr[0] = SEQ_CHN_COMMON;					\
	_seq_arr[1] = (unsigned char)(unit);				\
	_seq_arr[2] = (unsigned char)(cmd);				\
	_seq_arr[3] = (unsigned char)(chan);				\
	_seq_arr[4] = (unsigned char)(p1);				\
	_seq_arr[5] = (unsigned char)(p2);				\
	_seq_arr[6] = _SEQ_W16_0(_seq_w14);				\
	_seq_arr[7] = _SEQ_W16_1(_seq_w14);				\
} while (/*CONSTCOND*/ 0)

/*
 * The others are C99 compound literals, of type seq_event_t, with fields by
 * name behind what they must have:
 *	SEQ_MK_TIMING(WAIT_ABS, .divisions = 96)
 *	SEQ_MK_CHN(NOTEON, .device = 0, .channel = 9, .key = 38,
 *	    .velocity = 100)
 *	SEQ_MK_SYSEX(0, [0] = 0x7e, 0x7f, 0x09, 0x01, 0xf7)
 * The data of SEQ_MK_SYSEX are 0xff where nothing is given; an initialiser
 * that overrides one is meant, whatever the compiler warns of.
 */

#define _SEQ_TAG_NOTEOFF	SEQ_CHN_VOICE
#define _SEQ_TAG_NOTEON		SEQ_CHN_VOICE
#define _SEQ_TAG_KEY_PRESSURE	SEQ_CHN_VOICE
#define _SEQ_TAG_CTL_CHANGE	SEQ_CHN_COMMON
#define _SEQ_TAG_PGM_CHANGE	SEQ_CHN_COMMON
#define _SEQ_TAG_CHN_PRESSURE	SEQ_CHN_COMMON
#define _SEQ_TAG_PITCH_BEND	SEQ_CHN_COMMON

#define SEQ_MK_EVENT(_member, _tag, ...)				\
	((seq_event_t){ ._member = { .tag = (_tag), __VA_ARGS__ } })
#define SEQ_MK_TIMING(_op, ...)						\
	SEQ_MK_EVENT(t_##_op, SEQ_TIMING, .op = TMR_##_op, __VA_ARGS__)
#define SEQ_MK_CHN(_op, ...)						\
	SEQ_MK_EVENT(c_##_op, _SEQ_TAG_##_op, .op = MIDI_##_op, __VA_ARGS__)
#define SEQ_MK_SYSEX(_dev, ...)						\
	SEQ_MK_EVENT(sysex, _SEQ_SYSEX, .device = (_dev),		\
	    .buffer = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, __VA_ARGS__ })

/*
 * Structs that follow a SEQ_FULLSIZE tag in the same write.  The key is
 * made so that its first byte in memory is the tag.
 */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SEQ_PATCHKEY(id)	(0xfd00 | (id))
#else
#define SEQ_PATCHKEY(id)	((id) << 8 | 0xfd)
#endif

#define SBI_FM_PATCH		SEQ_PATCHKEY(1)
#define SBI_OPL3_PATCH		SEQ_PATCHKEY(3)
#define SEQ_SYSEX_PATCH		SEQ_PATCHKEY(5)
#define SEQ_MAUI_PATCH		SEQ_PATCHKEY(6)

struct sysex_info {
	unsigned short	key;		/* SEQ_SYSEX_PATCH */
	short		device_no;
	int		len;		/* bytes of data */
	unsigned char	data[1];	/* as many as len says */
};
#define SEQ_SYSEX_HDRSIZE	8

typedef unsigned char sbi_instr_data[32];
struct sbi_instrument {
	unsigned short	key;		/* SBI_FM_PATCH or SBI_OPL3_PATCH */
	short		device;
	int		channel;	/* number of the program */
	sbi_instr_data	operators;
};

/*
 * Requests of /dev/music and /dev/sequencer.
 */

/* Describe device number `device'. */
struct synth_info {
	char		name[30];
	int		device;		/* set by the caller */
	int		synth_type;
	int		synth_subtype;
	int		nr_voices;
	int		instr_bank_size;
	unsigned int	capabilities;
};
/* SEQUENCER_INFO keeps its size where soundcard.h renames the struct. */
typedef struct synth_info _seq_synth_info_t;

#define SYNTH_TYPE_FM			0
#define SYNTH_TYPE_SAMPLE		1
#define SYNTH_TYPE_MIDI			2

#define SYNTH_SUB_FM_TYPE_ADLIB		0x00
#define SYNTH_SUB_FM_TYPE_OPL3		0x01
#define SYNTH_SUB_MIDI_TYPE_MPU401	0x401
#define SYNTH_SUB_SAMPLE_TYPE_BASIC	0x10
#define SYNTH_SUB_SAMPLE_TYPE_GUS	SYNTH_SUB_SAMPLE_TYPE_BASIC

#define SYNTH_CAP_PERCMODE		0x00000001
#define SYNTH_CAP_OPL3			0x00000002
#define SYNTH_CAP_INPUT			0x00000004

/* The same, and more, as OSS lays it out: SNDCTL_SYNTH_INFO, SYNTH_ID. */
struct oss_synth_info {
	char		name[30];
	int		device;		/* set by the caller */
	int		synth_type;
	int		synth_subtype;
	int		perc_mode;
	int		nr_voices;
	int		nr_drums;
	int		instr_bank_size;
	unsigned int	capabilities;
	int		dummies[19];
};

/* A MIDI port, by OSS's SNDCTL_MIDI_INFO.  Its name there, midi_info, is
 * another struct's in the kernel. */
struct sequencer_midi_info {
	char		name[30];
	int		device;		/* set by the caller */
	unsigned int	capabilities;
	int		dev_type;
	int		dummies[18];
};

struct synth_control {
	int		devno;
	char		data[4000];
};

struct remove_sample {
	int		devno;
	int		bankno;
	int		instrno;
};

/* What was played since the open, and how late.  Lateness is that of output
 * events against their exact time. */
struct sequencer_stats {
	unsigned long long ss_events_played;
	unsigned long long ss_late_count;	/* events counted below */
	unsigned long long ss_late_median_ns;
	unsigned long long ss_late_p99_ns;
	unsigned long long ss_late_max_ns;
	unsigned long long ss_input_dropped;	/* records the reader missed */
	unsigned long long ss_output_dropped;	/* messages no device took */
	unsigned long long ss_resolution_ns;	/* step of the timer */
};

#define SEQUENCER_RESET		_IO('Q', 0)
#define SEQUENCER_SYNC		_IO('Q', 1)
#define SEQUENCER_INFO		_IOWR('Q', 2, _seq_synth_info_t)
#define SEQUENCER_SYNTH_INFO	_IOWR('Q', 2, struct oss_synth_info)
#define SEQUENCER_CTRLRATE	_IOWR('Q', 3, int)
#define SEQUENCER_GETOUTCOUNT	_IOR('Q', 4, int)
#define SEQUENCER_GETINCOUNT	_IOR('Q', 5, int)
#define SEQUENCER_PERCMODE	_IOW('Q', 6, int)
#define SEQUENCER_FM_LOAD_INSTR	_IOW('Q', 7, struct sbi_instrument)
#define SEQUENCER_TESTMIDI	_IOW('Q', 8, int)
#define SEQUENCER_RESETSAMPLES	_IOW('Q', 9, int)
#define SEQUENCER_NRSYNTHS	_IOR('Q', 10, int)
#define SEQUENCER_NRMIDIS	_IOR('Q', 11, int)
#define SEQUENCER_MIDI_INFO	_IOWR('Q', 12, struct sequencer_midi_info)
#define SEQUENCER_THRESHOLD	_IOW('Q', 13, int)
#define SEQUENCER_MEMAVL	_IOWR('Q', 14, int)
#define SEQUENCER_FM_4OP_ENABLE	_IOW('Q', 15, int)
#define SEQUENCER_PANIC		_IO('Q', 17)
#define SEQUENCER_OUTOFBAND	_IOW('Q', 18, struct seq_event_rec)
#define SEQUENCER_GETTIME	_IOR('Q', 19, int)
#define SEQUENCER_SYNTH_ID	_IOWR('Q', 20, struct oss_synth_info)
#define SEQUENCER_SYNTH_CONTROL	_IOWR('Q', 21, struct synth_control)
#define SEQUENCER_SYNTH_REMOVESAMPLE _IOWR('Q', 22, struct remove_sample)
#define SEQUENCER_TIMING_ENABLE	_IO('Q', 23)
#define SEQUENCER_ACTSENSE_ENABLE _IO('Q', 24)
#define SEQUENCER_RT_ENABLE	_IO('Q', 25)
#define SEQUENCER_STATS		_IOR('Q', 64, struct sequencer_stats)
/* How far ahead of the music write(2) takes events: milliseconds, 0 for no
 * limit by time; events.  What was clamped is returned; -1 only asks. */
#define SEQUENCER_AHEAD		_IOWR('Q', 65, int)
#define SEQUENCER_AHEAD_EVENTS	_IOWR('Q', 66, int)
/* May others open the sequencer, too?  0, 1; -1 only asks. */
#define SEQUENCER_SHARE		_IOWR('Q', 67, int)
/* What is written from BEGIN to END is played as one. */
#define SEQUENCER_BEGIN		_IO('Q', 68)
#define SEQUENCER_END		_IO('Q', 69)
/* Tell the reader of devices, too, by TMR_DEVICE: what and which. */
#define SEQUENCER_DEVICE_ENABLE	_IO('Q', 70)
#define  SEQUENCER_DEVICE_CAME		1
#define  SEQUENCER_DEVICE_WENT		2
#define  SEQUENCER_DEVICE_SILENT	3	/* by its Active Sensing */
#define  SEQUENCER_DEVICE_WHAT(arg)	((arg) >> 8 & 0xff)
#define  SEQUENCER_DEVICE_WHICH(arg)	((arg) & 0xff)
#define  SEQUENCER_DEVICE_ARG(what, which)	((what) << 8 | (which))

/* Their timer.  What was clamped is returned. */
#define SEQUENCER_TMR_TIMEBASE	_IOWR('T', 1, int)	/* divisions/beat */
#define SEQUENCER_TMR_START	_IO('T', 2)
#define SEQUENCER_TMR_STOP	_IO('T', 3)
#define SEQUENCER_TMR_CONTINUE	_IO('T', 4)
#define SEQUENCER_TMR_TEMPO	_IOWR('T', 5, int)	/* beats/minute */
#define SEQUENCER_TMR_SOURCE	_IOWR('T', 6, int)	/* one or more of */
#define  SEQUENCER_TMR_INTERNAL		0x01
#define  SEQUENCER_TMR_EXTERNAL		0x02
#define  SEQUENCER_TMR_MODE_MIDI	0x10
#define  SEQUENCER_TMR_MODE_FSK		0x20
#define  SEQUENCER_TMR_MODE_CLS		0x40
#define  SEQUENCER_TMR_MODE_SMPTE	0x80
#define SEQUENCER_TMR_METRONOME	_IOW('T', 7, int)
#define SEQUENCER_TMR_SELECT	_IOW('T', 8, int)
#define SEQUENCER_TMR_USTEMPO	_IOWR('T', 64, int)	/* us per beat */

/* Send the clock of the timer to a device. */
struct sequencer_send {
	int		se_device;
	unsigned int	se_what;	/* one or more of; 0: nothing more */
#define SEQUENCER_SEND_CLOCK		0x1	/* MIDI clock */
#define SEQUENCER_SEND_TRANSPORT	0x2	/* start, stop, position ... */
};
#define SEQUENCER_TMR_SEND	_IOW('T', 65, struct sequencer_send)

/* Let the timer follow a device. */
struct sequencer_follow {
	int		sf_device;
	int		sf_source;
#define SEQUENCER_FOLLOW_NONE		0	/* the kernel's clock */
#define SEQUENCER_FOLLOW_CLOCK		1	/* MIDI clock */
#define SEQUENCER_FOLLOW_MTC		2	/* MIDI time code */
	long long	sf_offset_ns;	/* MTC: where division 0 is */
};
#define SEQUENCER_TMR_FOLLOW	_IOW('T', 66, struct sequencer_follow)

/* How that goes. */
struct sequencer_sync {
	int		sy_source;	/* SEQUENCER_FOLLOW_* */
	int		sy_device;	/* -1: none */
	int		sy_state;
#define SEQUENCER_TMR_WAITING		0	/* for a first clock */
#define SEQUENCER_TMR_LOCKING		1	/* not sure of the tempo yet */
#define SEQUENCER_TMR_LOCKED		2
#define SEQUENCER_TMR_FREE		3	/* no clocks: going on alone */
#define SEQUENCER_TMR_STOPPED		4	/* the master has stopped */
	unsigned int	sy_beat_us;	/* the tempo, as it is now */
	unsigned int	sy_losses;	/* how often clocks were missed */
	unsigned int	_sy_zero;
};
#define SEQUENCER_TMR_SYNC	_IOR('T', 67, struct sequencer_sync)

/*
 * Requests of /dev/rmidiN, besides those of every device.
 */

typedef struct mpu_command_rec {
	unsigned char	cmd;
	char		nr_args, nr_returns;
	unsigned char	data[30];
} mpu_command_rec;

/* How an MPU says that it has understood. */
#define MIDI_ACK		0xfe

#define MIDI_PRETIME		_IOWR('m', 0, int)	/* 1/10 s */
#define MIDI_MPUMODE		_IOWR('m', 1, int)
#define MIDI_MPUCMD		_IOWR('m', 2, mpu_command_rec)
#define MIDI_MTCINPUT		_IOWR('m', 3, int)
#define MIDI_SETMODE		_IOWR('m', 6, int)
#define MIDI_TIMEBASE		_IOWR('m', 7, int)
#define MIDI_TEMPO		_IOWR('m', 8, int)
#define MIDI_SET_LATENCY	_IOW('m', 9, int)
/* What FIONREAD says, for systems whose file layer answers that itself. */
#define MIDI_FIONREAD		_IOR('m', 64, int)
/* Wait until all that was written has gone out; a signal ends it. */
#define MIDI_DRAIN		_IO('m', 65)
/* The same, but as close(2) does it: devices that take nothing for some
 * seconds are not waited for. */
#define MIDI_CLOSEWAIT		_IO('m', 66)

/* Kinds of messages, bits of masks. */
#define MIDI_KIND_NOTE		0x0001	/* note-on, note-off */
#define MIDI_KIND_KEY_PRESSURE	0x0002
#define MIDI_KIND_CONTROL	0x0004
#define MIDI_KIND_PROGRAM	0x0008
#define MIDI_KIND_PRESSURE	0x0010	/* of a channel */
#define MIDI_KIND_BEND		0x0020
#define MIDI_KIND_SYSEX		0x0040
#define MIDI_KIND_COMMON	0x0080	/* F1, F2, F3, F6 */
#define MIDI_KIND_CLOCK		0x0100	/* F8 */
#define MIDI_KIND_REALTIME	0x0200	/* FA, FB, FC, FF */
#define MIDI_KIND_SENSE		0x0400	/* FE */
#define MIDI_KINDS_ALL		0x07ff
#define MIDI_CHANNELS_ALL	0xffff

/*
 * Settings, by name.  Setting needs a file that is open for writing, but for
 * those of the file itself.
 */
#define MIDI_SCOPE_PORT		0	/* of the port; also for later opens */
#define MIDI_SCOPE_FILE		1	/* of this open file only */
#define MIDI_SCOPE_ALL		2	/* of all ports, also of those to come;
					   to get: of those to come */

struct midi_setting_value {
	char		msv_name[24];	/* set by the caller, and ... */
	int		msv_scope;	/* MIDI_SCOPE_* */
	int		msv_zero;	/* 0 */
	long long	msv_value;
};

/* Number them from 0 until the request fails with EINVAL. */
struct midi_setting_info {
	int		msi_index;	/* set by the caller */
	int		msi_kind;
#define MIDI_SETTING_IS_BOOL	0	/* 0 or 1 */
#define MIDI_SETTING_IS_NUMBER	1
#define MIDI_SETTING_IS_POWER	2	/* a power of 2 */
#define MIDI_SETTING_IS_MASK	3	/* bits */
	int		msi_scopes;	/* 1 << MIDI_SCOPE_*, one or more */
	int		msi_zero;	/* 0 */
	char		msi_name[24];
	char		msi_text[64];	/* what it is */
	long long	msi_default;
	long long	msi_least;
	long long	msi_greatest;
};

#define MIDI_GETSETTING		_IOWR('m', 67, struct midi_setting_value)
#define MIDI_SETSETTING		_IOW('m', 68, struct midi_setting_value)
#define MIDI_SETTINGINFO	_IOWR('m', 69, struct midi_setting_info)

/* What went one way. */
struct midi_stream_stats {
	unsigned long long mst_bytes;	/* into the buffer; to the hardware */
	unsigned long long mst_msgs;	/* but those of raw files */
	unsigned long long mst_discarded_bytes;	/* broke the protocol */
	unsigned long long mst_incomplete_msgs;
	unsigned long long mst_lost_bytes;	/* no room, thrown away, or
						   refused */
	unsigned long long mst_filtered_bytes;	/* kept back by settings */
	unsigned long long mst_waiting_bytes;	/* now */
	unsigned long long mst_high_bytes;	/* most that ever waited */
};

/* Since the file was opened, and since the device was attached; of the
 * latter, what waits is that of all its users. */
struct midi_stats {
	struct midi_stream_stats ms_rcv_open;
	struct midi_stream_stats ms_xmt_open;
	struct midi_stream_stats ms_rcv_attach;
	struct midi_stream_stats ms_xmt_attach;
};

#define MIDI_STATS		_IOR('m', 70, struct midi_stats)
/* Throw away what waits to be read (1), sent (2) or both (3). */
#define MIDI_DISCARD		_IOW('m', 71, int)

/*
 * Requests of /dev/midictl.  Ports have the numbers of their rmidi nodes.
 */

#define MIDICTL_ANY		(-1)	/* any port, all ports */
#define MIDICTL_NAME_BYTES	32	/* of a name and its NUL */
#define MIDICTL_XNAME_BYTES	16
#define MIDICTL_OPENERS		16

#define MIDICTL_IN		0x1	/* received by us */
#define MIDICTL_OUT		0x2	/* sent by us */

/* A port.  A program that has a node open is one opener for what it has open
 * of the port; the sequencer is one by the program that has it open. */
struct midictl_port {
	int		mp_unit;	/* from the caller: this or higher */
	unsigned int	mp_dirs;	/* MIDICTL_IN, MIDICTL_OUT: it has */
	unsigned int	mp_flags;
#define MIDICTL_PORT_FLOW	0x1	/* its input can be held back */
	int		mp_far;		/* other end of its cable, or -1 */
	unsigned int	mp_sources;	/* connections to it */
	unsigned int	mp_dests;	/* connections from it */
	unsigned int	mp_readers;	/* programs that have it open */
	unsigned int	mp_writers;
	unsigned int	mp_nopeners;	/* of mp_openers; more are not told */
	struct {
		int	mo_pid;		/* 0: not known */
		unsigned int mo_dirs;
	}		mp_openers[MIDICTL_OPENERS];
	/* Who listens by MIDICTL_TAP, likewise. */
	unsigned int	mp_nlisteners;
	struct {
		int	ml_pid;
		unsigned int ml_dirs;
	}		mp_listeners[MIDICTL_OPENERS];
	char		mp_name[MIDICTL_NAME_BYTES];
	char		mp_xname[MIDICTL_XNAME_BYTES];	/* midi0 */
	char		mp_parent[MIDICTL_XNAME_BYTES];	/* what it is at */
};

/* A connection: what the source receives, the destination sends. */
struct midictl_connection {
	unsigned int	mc_id;		/* never used again; see below */
	int		mc_source;
	int		mc_dest;
	unsigned int	mc_flags;
#define MIDICTL_DUPLEX		0x1	/* nothing comes back by itself */
	unsigned int	mc_channels;	/* bit: channel 0..15 passes */
	unsigned int	mc_kinds;	/* MIDI_KIND_*: they pass */
	int		mc_transpose;	/* half tones, -127..127 */
	unsigned int	_mc_zero;
	/* Counted since it was made, of what came to the source: */
	unsigned long long mc_passed_bytes;
	unsigned long long mc_passed_msgs;
	unsigned long long mc_filtered_bytes;
	unsigned long long mc_dropped_bytes;	/* no room; some of passed
						 * messages as well */
};

/* Which connections: MIDICTL_ANY for any source or destination. */
struct midictl_disconnect {
	int		md_source;
	int		md_dest;
	unsigned int	md_count;	/* returned: how many it were */
	unsigned int	_md_zero;
};

/* A setting of a port, or of all (MIDICTL_ANY). */
struct midictl_setting {
	int		ms_unit;
	int		_ms_zero;
	struct midi_setting_value ms_value;	/* msv_scope is not heeded */
};

/* What read(2) gives: something has happened. */
struct midictl_event {
	unsigned long long me_number;	/* one more than the last one's ... */
	unsigned int	me_lost;	/* ... and than those missed */
	unsigned int	me_type;
#define MIDICTL_PORT_CAME	1
#define MIDICTL_PORT_WENT	2
#define MIDICTL_CONNECTED	3
#define MIDICTL_DISCONNECTED	4
#define MIDICTL_SETTING		5
	int		me_unit;	/* the port, the source; or -1 */
	int		me_dest;	/* or -1 */
	unsigned int	me_id;		/* of the connection */
	int		me_value;	/* of the setting */
	char		me_name[MIDICTL_NAME_BYTES];	/* of port, setting */
};

/* Listen to a port.  After the request read(2) gives no events, but
 * records of what passes. */
struct midictl_tap {
	int		mta_unit;
	unsigned int	mta_dirs;	/* MIDICTL_IN, MIDICTL_OUT: which */
	unsigned long long mta_now_ns;	/* returned: the time of records */
};

#define MIDICTL_TAP_BYTES	40

/* Bytes that passed together, whole messages unless somebody sends raw bytes
 * or they are more than fit: then the next record goes on. */
struct midictl_tap_record {
	unsigned long long mtr_time_ns;
	int		mtr_unit;
	unsigned int	mtr_type;	/* MIDICTL_IN, MIDICTL_OUT, or */
#define MIDICTL_TAP_GONE	0x100	/* the port is gone */
	unsigned int	mtr_lost;	/* bytes before this one, of any port
					   listened to, that found no room */
	unsigned int	mtr_bytes;	/* of data */
	unsigned char	mtr_data[MIDICTL_TAP_BYTES];
};

/* What went through a port, open or not; see MIDI_STATS.  The counts since
 * an open are 0. */
struct midictl_stats {
	int		mcs_unit;
	int		_mcs_zero;
	struct midi_stats mcs_stats;
};

/* The port with this unit, or the next; ENOENT: there is no more. */
#define MIDICTL_PORT		_IOWR('m', 96, struct midictl_port)
/* Make a connection; its mc_id is returned. */
#define MIDICTL_CONNECT		_IOWR('m', 97, struct midictl_connection)
/* Undo connections.  ENOENT: the one named is none. */
#define MIDICTL_DISCONNECT	_IOWR('m', 98, struct midictl_disconnect)
/* The connection with this id, or the next; ENOENT: there is no more. */
#define MIDICTL_CONNECTION	_IOWR('m', 99, struct midictl_connection)
/* End all that sounds at the port, or at all. */
#define MIDICTL_PANIC		_IOW('m', 100, int)
/* As MIDI_GETSETTING and MIDI_SETSETTING, of any port. */
#define MIDICTL_GETSETTING	_IOWR('m', 101, struct midictl_setting)
#define MIDICTL_SETSETTING	_IOW('m', 102, struct midictl_setting)
/* As MIDI_STATS, of any port. */
#define MIDICTL_STATS		_IOWR('m', 103, struct midictl_stats)
/* Listen to one port more. */
#define MIDICTL_TAP		_IOWR('m', 104, struct midictl_tap)

/*
 * Pitch and frequency in fixed point: pitch is a MIDI key with 14 bits
 * behind the point, frequency Hz with 18.
 */

typedef int midipitch_t;
typedef unsigned int midihz18_t;

#define MIDIPITCH_FROM_KEY(k)	((midipitch_t)(k) * 16384)
/* The nearest key. */
#define MIDIPITCH_TO_KEY(mp)	(((mp) + 8192) >> 14)
/* The one above it is taken. */
#define MIDIPITCH_MAX		(MIDIPITCH_FROM_KEY(128) - 2)
#define MIDIPITCH_OCTAVE	196608
#define MIDIPITCH_SEMITONE	16384
#define MIDIPITCH_CENT		164	/* of 163.84 */

/* Whole Hz, the rest cut off. */
#define MIDIHZ18_TO_HZ(h18)	((h18) >> 18)

/*
 * For programs, which need <math.h> and -lm.  The kernel's
 * <dev/midisynvar.h> puts arithmetic without floating point in the place of
 * MIDIPITCH_TO_HZ18, the one of these that kernels use.
 */
#define MIDIPITCH_TO_FRKEY(mp)	scalbn((double)(mp), -14)
#define MIDIPITCH_FROM_FRKEY(fk)					\
	((midipitch_t)floor(scalbn((double)(fk), 14) + 0.5))
#define MIDIHZ18_TO_FRHZ(h18)	scalbn((double)(h18), -18)
#define MIDIHZ18_FROM_FRHZ(fhz)						\
	((midihz18_t)(scalbn((double)(fhz), 18) + 0.5))
#define MIDIPITCH_TO_FRHZ(mp)						\
	(440.0 * pow(2.0, (MIDIPITCH_TO_FRKEY(mp) - 69.0) / 12.0))
#define MIDIPITCH_FROM_FRHZ(fhz)					\
	MIDIPITCH_FROM_FRKEY(69.0 + 12.0 * log2((fhz) / 440.0))
#define MIDIPITCH_TO_HZ18(mp)	MIDIHZ18_FROM_FRHZ(MIDIPITCH_TO_FRHZ(mp))
#define MIDIPITCH_FROM_HZ18(h18)					\
	MIDIPITCH_FROM_FRHZ(MIDIHZ18_TO_FRHZ(h18))

#endif /* !_SYS_MIDIIO_H_ */
