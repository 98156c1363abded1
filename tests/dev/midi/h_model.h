/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_model.h: what /dev/music has to do when, by a second and plainer way.
 *
 * A struct h_time is the timer.  Between a whole nanosecond, t0, and the
 * division at which the present tempo began lie whole + frac / lcm(1..360)
 * nanoseconds times the timebase, which is exact for all tempos.  It follows
 * the rules of seq_time.h and shares no code with it.
 *
 * A struct h_play is the queue: commands in the order in which they were
 * written, each with its division.
 */

#ifndef _TESTS_DEV_MIDI_H_MODEL_H_
#define _TESTS_DEV_MIDI_H_MODEL_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define H_BIG_WORDS	20
#define H_NEVER		UINT64_MAX

struct h_big {
	uint32_t	w[H_BIG_WORDS];		/* least significant first */
};

struct h_tempo {
	uint32_t	timebase;
	uint32_t	bpm;			/* 0: by us */
	uint32_t	us;
};

struct h_time {
	struct h_tempo	tempo;
	bool		running;
	uint64_t	stop_ns;
	int64_t		t0;			/* may lie before the clock */
	uint64_t	div;			/* begin of this tempo */
	unsigned __int128 whole;
	struct h_big	frac;
};

/* Stopped at 0, timebase 100, 60 beats per minute. */
void	h_time_init(struct h_time *);
void	h_time_start(struct h_time *, uint64_t);
void	h_time_stop(struct h_time *, uint64_t);
void	h_time_continue(struct h_time *, uint64_t);
void	h_time_reset(struct h_time *, uint64_t);
/* A new tempo, or timebase, at a moment. */
void	h_time_now(struct h_time *, const struct h_tempo *, uint64_t);
/* A new tempo at a division. */
void	h_time_at(struct h_time *, const struct h_tempo *, uint64_t);
/* When is the division, were the timer not stopped? */
uint64_t h_time_ns(const struct h_time *, uint64_t);
/* Which division is it? */
uint64_t h_time_division(const struct h_time *, uint64_t);
/* When will the division be?  H_NEVER: the timer has stopped before it. */
uint64_t h_time_due(const struct h_time *, uint64_t);

/* A command: TMR_ op with its argument, or, op H_MESSAGE, a message. */
#define H_MESSAGE	0x100

struct h_cmd {
	unsigned	op;
	uint32_t	arg;
	unsigned	device;
	uint8_t		msg[3];
	unsigned	len;
	uint64_t	div;
	uint64_t	put_ns;			/* when it was written */
};

#define H_PLAY_MAX	4096

struct h_play {
	struct h_time	time;
	bool		autostart;	/* the first command starts it */
	uint64_t	cursor;		/* where the next command goes */
	uint64_t	mark;		/* where relative waits count from */
	uint64_t	now;		/* when the last one was played */
	struct h_cmd	queue[H_PLAY_MAX];
	size_t		first, end;
	/* A message or an echo is due. */
	void		(*out)(const struct h_cmd *, uint64_t);
};

void	h_play_init(struct h_play *, void (*)(const struct h_cmd *, uint64_t));
/* A command is written at a moment; waits move the cursor. */
void	h_play_write(struct h_play *, const struct h_cmd *, uint64_t);
/* Play all that is due until this moment. */
void	h_play_run(struct h_play *, uint64_t);
/* A request of the timer at a moment. */
void	h_play_timer(struct h_play *, unsigned, uint64_t);
/* The queue is thrown away, and all begins anew. */
void	h_play_forget(struct h_play *);

#endif /* !_TESTS_DEV_MIDI_H_MODEL_H_ */
