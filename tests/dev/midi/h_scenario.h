/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_scenario.h: what the scenarios of the whole stack in the simulation
 * share: how they are run, the calls of programs, streams of MIDI to send
 * and to check, and hardware.
 *
 * A scenario is run in order, with many seeds, twice with the same seed, and
 * with every kind of fault at its first, second, third ... place.  Nothing is
 * refused in it but when a fault has struck (h_fault()); then it may give up,
 * but has to end all that it began.
 */

#ifndef _TESTS_DEV_MIDI_H_SCENARIO_H_
#define _TESTS_DEV_MIDI_H_SCENARIO_H_

#include <atf-c.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <hosted/host.h>
#include <hosted/hosted.h>
#include <hosted/sim/sim.h>

#include "../../sim/runner.h"

#define H_US		1000ULL
#define H_MS		1000000ULL
#define H_SECOND	1000000000ULL

/*
 * Runs.
 */

/* How a test case runs its scenario. */
struct h_plan {
	unsigned	hp_seeds;	/* this many, from 1 on */
	int		hp_faults;	/* kinds; SIM_FAULT_* */
	unsigned	hp_fault_seeds;	/* seeds, from 0 on, to step faults
					 * through */
};

/* All runs of a plan; fails the test case. */
void	h_run(const char *, void (*)(void *), void *, const struct h_plan *);

/* A test case of one scenario, whose body follows.  What it would catch is
 * its description. */
#define H_CASE(name, nseeds, kinds, nfaultseeds, text)			\
static void name##_scenario(void *);					\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
	atf_tc_set_md_var(tc, "descr", text);				\
	atf_tc_set_md_var(tc, "timeout", "600");			\
}									\
ATF_TC_BODY(name, tc)							\
{									\
	static const struct h_plan plan = {				\
		nseeds, kinds, nfaultseeds				\
	};								\
									\
	h_run(#name, name##_scenario, NULL, &plan);			\
}									\
static void								\
name##_scenario(void *arg __attribute__((__unused__)))

/*
 * The kernel.
 */

/* Boot with so many virtual cables: rmidi0 to rmidi1, rmidi2 to rmidi3 ...
 * False: a fault did not let it, and there is nothing. */
bool	h_boot(int);
/* Nothing may be leaked. */
void	h_shutdown(void);
/* Has a fault struck, so that an error is not to be wondered at? */
bool	h_fault(void);
/* An error that is one only a fault can bring about: is there one? */
bool	h_refused(int, const char *, int);
#define H_REFUSED(error)	h_refused(error, __FILE__, __LINE__)
/* A call that is to give this; if a fault has struck it may give something
 * else, and the scenario goes on at `out'. */
#define H_GIVES(call, want)	do {					\
	const long long gives_ = (long long)(call);			\
									\
	if (gives_ != (long long)(want) && h_fault())			\
		goto out;						\
	SIM_CHECK_EQ(gives_, want);					\
} while (0)
/* The same of what is to be true. */
#define H_HOLDS(e)		do {					\
	if (!(e) && h_fault())						\
		goto out;						\
	SIM_CHECK(e);							\
} while (0)
/* The value of an event counter, "midi0", "xmt bytes". */
unsigned long long h_count(const char *, const char *);
/* Let time pass until nothing can run without more of it. */
void	h_settle(void);

/*
 * Programs: system calls that forget their signal when they end, as a
 * system's do.  Errors are errno.
 */

struct h_thread;

/* Up to H_THREADS at a time. */
#define H_THREADS	32
struct h_thread *h_start(void (*)(void *), void *);
void	h_join(struct h_thread *);
void	h_signal(struct h_thread *);
bool	h_done(const struct h_thread *);

/* Tried again while only signals and faults that strike once stand in the
 * way. */
int	h_open(const char *, int, struct hosted_file **);
void	h_close(struct hosted_file *);
/* The number of bytes is in *done, whatever is returned. */
int	h_read(struct hosted_file *, void *, size_t, bool, size_t *);
int	h_write(struct hosted_file *, const void *, size_t, bool, size_t *);
/* A request of <sys/midiio.h>. */
int	h_ioctl(struct hosted_file *, unsigned long, void *);
/* Wait until one of the events or the deadline (0: for ever) comes; returns
 * the events, 0 after a signal as well. */
int	h_poll(struct hosted_file *, int, unsigned long long);
/* Write all.  False: it went wrong, for good, after *done bytes. */
bool	h_write_all(struct hosted_file *, const void *, size_t, size_t *);
bool	h_drain(struct hosted_file *);

/*
 * Patience of a thread whose calls fail though they may be tried again: it
 * sleeps for a while, and after many times in a row gives up.
 */
struct h_patience {
	unsigned	left;
};

void	h_patience(struct h_patience *);
/* Does it make sense to go on after this error?  0 renews the patience. */
bool	h_again(struct h_patience *, int);

/*
 * Streams: what a program writes, and what has to come of it.
 */

#define H_STREAM_BYTES	16384

struct h_stream {
	uint8_t		raw[H_STREAM_BYTES];	/* as it is written */
	size_t		nraw;
	uint8_t		canon[H_STREAM_BYTES];	/* whole messages, with status,
						 * without real time */
	bool		seam[H_STREAM_BYTES];	/* real time may stand before
						 * this byte of canon */
	size_t		ncanon;
	struct {
		uint8_t	byte;
		size_t	at;		/* bytes of canon written before */
	}		rt[H_STREAM_BYTES];
	size_t		nrt;
	unsigned	running;	/* status of the last message */
	unsigned	rt_permille;	/* of bytes with real time before */
};

void	h_stream_init(struct h_stream *, unsigned);
/* Add messages by chance: all kinds, some with running status, velocity 0,
 * short SysEx. */
void	h_stream_random(struct h_stream *, unsigned);
/* Add a SysEx message of this length, F0 and F7 included. */
void	h_stream_sysex(struct h_stream *, size_t);
/* All bytes that have to come out. */
size_t	h_stream_bytes(const struct h_stream *);

/* Where somebody has come to who receives a stream. */
struct h_sink {
	const struct h_stream *st;
	size_t		ncanon;
	size_t		nrt;
};

void	h_sink_init(struct h_sink *, const struct h_stream *);
/* These bytes came: they must be the next ones. */
void	h_sink_take(struct h_sink *, const uint8_t *, size_t);
/* Is all there? */
bool	h_sink_full(const struct h_sink *);
/* Does the next byte begin a message, or go on with SysEx? */
bool	h_sink_seam(const struct h_sink *);

/* A wire's bytes as whole messages, with their status and with note-offs that
 * say so; up to 2 bytes for one.  What is not real time comes when its message
 * is complete.  Returns how many. */
size_t	h_expand(const uint8_t *, size_t, uint8_t *);

/* What sounds at the end of a stream of valid MIDI, running status and all;
 * fails when the stream is not valid. */
struct h_ear {
	unsigned	status;		/* 0: none; F0: in SysEx */
	unsigned	have;		/* data bytes of a message */
	uint8_t		data[2];
	unsigned	notes[16][128];
	unsigned	strikes;	/* note-ons heard */
	unsigned	ends;		/* notes that were ended */
	unsigned	pedals;		/* bit: channel with a damper down */
	size_t		bytes;		/* without Active Sensing */
	uint64_t	last_ns;	/* of those */
};

void	h_ear_init(struct h_ear *);
void	h_ear_take(struct h_ear *, const uint8_t *, size_t);
/* Nothing sounds and no message is unfinished. */
bool	h_ear_silent(const struct h_ear *);

#endif /* !_TESTS_DEV_MIDI_H_SCENARIO_H_ */
