/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_script.h: scripts of what programs, hardware and time do to MIDI devices,
 * and what comes of it.  The files are in tests/dev/midi/scripts; their
 * language:
 *
 * A line is empty, a comment that begins with `#', the beginning of a case
 *
 *	case NAME UNITS: what it would catch
 *
 * with hardware for each letter of UNITS (testmidi.h; `-': none), or a step:
 *
 *	STEP [= RESULT]
 *
 * A backslash at its end joins a line with the next, without the blanks that
 * this begins with.  Without a result, a call must only not fail.  Calls, H
 * being a number for an open file:
 *
 *	open H NODE FLAGS	FLAGS: r, w, n (does not block)
 *	close H
 *	read H COUNT		= COUNT BYTES
 *	write H BYTES		= COUNT
 *	ioctl H REQUEST [ARG]	= 0 [ARG]; an int in decimal, else BYTES
 *	fionread H		= COUNT
 *	poll H in|out|in,out [wait]	= in, out, in,out, none, ...
 *	kev H read|write [delete]	= 0, or 1 DATA [eof]
 *
 * Instead of a count they give the name of an error, or `blocked' after half
 * a minute; and ` dt=N' after it when N ms have passed.  Also in threads:
 *
 *	& K CALL		= pending, or what the call gives
 *	wait K			the same
 *	signal K		a signal for thread K
 *
 * Hardware and time:
 *
 *	inject U BYTES		arrive at unit U in one interrupt
 *	inject1 U BYTES		in one interrupt each
 *	txdone U [N]		N transmit-complete interrupts
 *	outmode U FIFO ERROR SKIP N, openerr U ERROR	see testmidi.h
 *	tick N			N ms pass
 *	clock N			the wall clock is set forward by N s (back: < 0)
 *	detach NAME		the device with this name goes
 *
 * Looking:
 *
 *	log			= MS/UNIT/CALL[/ERROR] ...; and forget them
 *	wire			= UNIT/BYTES ...; the same, without times
 *	out			= MS/UNIT/BYTES ...; calls of one ms together,
 *				without Active Sensing
 *	outfe			the same with it
 *	clr			only forget
 *	ev U			= NAME=COUNT ... of rd, ri, xd, xi that are
 *				not 0: bytes discarded, messages incomplete,
 *				received and transmitted, since boot
 *	signals			= SIGIOs sent since the last time
 *
 * CALL is open:DIRS, close, B:BYTE, C:STATUS,CHANNEL:BYTES, M:STATUS:BYTES or
 * S:BYTES.  BYTES are hexadecimal, also as pieces joined by `+', each of which
 * may be repeated: f0+11*900+f7.  Empty lists are `-'.
 */

#ifndef _TESTS_DEV_MIDI_H_SCRIPT_H_
#define _TESTS_DEV_MIDI_H_SCRIPT_H_

#include <stddef.h>

#include <hosted/sim/sim.h>

struct h_script;

/* Load a file; exits with a message when it cannot. */
struct h_script *h_script_load(const char *path);
void	h_script_free(struct h_script *);
unsigned int h_script_cases(const struct h_script *);
const char *h_script_name(const struct h_script *, unsigned int);

/*
 * Run a case in the simulation, in order.  tell, unless it is NULL, gets each
 * line and what came of it, instead of a comparison with what should.  Gives
 * what sim_run() does.
 */
int	h_script_run(const struct h_script *, unsigned int,
	    void (*tell)(int, const char *), struct sim_result *);

/*
 * h_script_op.c: the steps.
 */

#define H_SCRIPT_RESULT	65536		/* bytes of a result */
#define H_SCRIPT_PID	100		/* the process that makes the calls */

/* The hardware is there; time begins. */
void	h_script_begin(const char *units);
/* Do a step, in words; the result as text.  It may change the words. */
void	h_script_step(char *step, char *result, size_t size);
/* Close what is open, end what waits. */
void	h_script_end(void);

/*
 * h_script_call.c: system calls.
 */

void	h_script_call_begin(void);
/* Make a call, given in words, which it may change. */
void	h_script_call(char *step, char *result);
/* Close what is open. */
void	h_script_call_end(void);

/*
 * h_script_text.c: text.
 */

#define H_SCRIPT_WORDS	8		/* of a step, at most */
#define H_SCRIPT_BYTES	16384		/* of one word, at most */

/* Append to a result. */
void	h_script_add(char *result, const char *fmt, ...)
	    __attribute__((__format__(__printf__, 2, 3)));
void	h_script_add_bytes(char *result, const unsigned char *bytes, size_t n);
/* EPROTO: "EPROTO"; EWOULDBLOCK is "EAGAIN". */
const char *h_script_errno(int error);
/* A number, or an error by its name; or a number from 0 to end - 1. */
int	h_script_number(const char *word);
int	h_script_index(const char *word, int end);
/* Bytes of a word (NULL: none); returns how many. */
size_t	h_script_bytes(const char *word, unsigned char *bytes, size_t size);
/* "f0+11*2" to "f01111", in the last part of a word or in all of it. */
void	h_script_expand(const char *word, char *buf, size_t size);
/* Cut a step into words, H_SCRIPT_WORDS and a NULL at most; how many. */
int	h_script_words(char *step, char **argv);

#endif /* !_TESTS_DEV_MIDI_H_SCRIPT_H_ */
