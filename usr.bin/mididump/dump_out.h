/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_out.h: what mididump(1) prints; see dump_out.c.
 */

#ifndef _MIDIDUMP_DUMP_OUT_H_
#define _MIDIDUMP_DUMP_OUT_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <sys/midiio.h>

#include <dev/midi/midi_filter.h>

enum dump_out_form {
	DUMP_OUT_WORDS,
	DUMP_OUT_HEX,
	DUMP_OUT_JSON,
	DUMP_OUT_RAW		/* the bytes themselves */
};

struct dump_out {
	enum dump_out_form form;
	bool		no_times;
	bool		no_broken;	/* bytes that are no message */
	struct midi_filter filter;
	long		left;		/* messages; -1: no limit */
	uint64_t	shown;		/* messages, and parts */
	FILE		*stream;
	const char	*name;		/* of the stream */
};

/* Where and when something was. */
struct dump_place {
	uint64_t	time_ns;	/* from the beginning */
	int		port;		/* -1: there is none */
	unsigned	dir;		/* MIDICTL_IN, MIDICTL_OUT; 0: none */
	int		track;		/* of a file; -1: none */
	uint64_t	tick;		/* if track is not -1 */
};

/* Nothing more is to be printed. */
bool	dump_out_is_full(const struct dump_out *out);
/* A message, whole or a piece of System Exclusive, or bytes that are none. */
void	dump_out_message(struct dump_out *out, const struct dump_place *at,
	    const uint8_t *bytes, size_t n, bool broken);
/* Anything else: what it is, and an argument, a name or a number; NULL for
 * none.  The name of the member is for JSON. */
void	dump_out_other(struct dump_out *out, const struct dump_place *at,
	    const char *what, const char *member, const char *argument);
void	dump_out_number(struct dump_out *out, const struct dump_place *at,
	    const char *what, const char *member, long long number);
/* For what is not of these: the beginning of a line, or of an object with
 * "type", and its end.  NULL: nothing is to be printed. */
FILE	*dump_out_open(struct dump_out *out, const struct dump_place *at,
	    const char *what);
void	dump_out_close(struct dump_out *out);
/* Let the reader have it.  Ends the program when it cannot. */
void	dump_out_flush(struct dump_out *out);

#endif /* !_MIDIDUMP_DUMP_OUT_H_ */
