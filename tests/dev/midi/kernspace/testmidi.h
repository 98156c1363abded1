/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * testmidi.h: MIDI hardware for tests, as tests see it.  See testmidi.c.
 *
 * Plain C types only.  Units are numbered from 0 in the order of the letters
 * that testmidi_attach() was given; with no other hardware there, unit N is
 * rmidiN.
 */

#ifndef _TESTS_DEV_MIDI_TESTMIDI_H_
#define _TESTS_DEV_MIDI_TESTMIDI_H_

#define TESTMIDI_UNITS		8

/* Kinds of calls that the driver got. */
#define TESTMIDI_OPEN		'o'	/* a: 1 to read, 2 to write, 3 */
#define TESTMIDI_CLOSE		'c'	/* a: calls taken, but not done with */
#define TESTMIDI_BYTE		'B'	/* output(bytes[0]), a: in us */
#define TESTMIDI_CHANNEL	'C'	/* channel(a: status, b: channel) */
#define TESTMIDI_COMMON		'M'	/* common(a: status) */
#define TESTMIDI_SYSEX		'S'	/* sysex() */

struct testmidi_call {
	unsigned long long ns;		/* of the monotonic clock */
	unsigned int	serial;		/* order of the calls of all units */
	int		unit;
	char		kind;
	int		a;
	int		b;
	int		error;		/* what it returned */
	int		n;		/* of bytes */
	unsigned char	bytes[3];
};

/*
 * One device for each letter, after hosted_boot():
 *
 *	p	takes bytes
 *	x	takes messages (midi_hw_if_ext)
 *	v	takes messages, without a status that is running
 *	P X V	the same, one byte or message at a time
 *	o	as p, has no input
 *	i	as p, has no output
 *
 * 0 or an errno.  They go with hosted_shutdown().  Context T.
 */
int	testmidi_attach(const char *units);
/* Bytes arrive in one interrupt; nothing if the device is closed.  Any
 * context but with a lock held; this and the next. */
void	testmidi_input(int unit, const unsigned char *bytes, int n);
/* The device of an upper letter has sent what it took. */
void	testmidi_txdone(int unit);
/* Such a device takes fifo bytes or messages at a time (1 at first), and says
 * so.  Whatever its letter, after skip calls the next n ones fail. */
void	testmidi_outmode(int unit, int fifo, int error, int skip, int n);
/* From now on output works so long on a byte, at most 50 us, and waits until
 * the last one, which is so long on its way, has left. */
void	testmidi_slow(int unit, int work_us, int byte_us);
/* The next open fails. */
void	testmidi_openerr(int unit, int error);
/* The oldest call that was not fetched yet.  0: there is none. */
int	testmidi_fetch(struct testmidi_call *);
/* Forget what was not fetched. */
void	testmidi_clear(void);
/* How many calls found no room to be kept. */
unsigned long testmidi_lost(void);

#endif /* !_TESTS_DEV_MIDI_TESTMIDI_H_ */
