/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_stream.h: a stream of bytes as messages and what is none; see
 * dump_stream.c.
 */

#ifndef _MIDIDUMP_DUMP_STREAM_H_
#define _MIDIDUMP_DUMP_STREAM_H_

#include <dev/midi/midi_parse.h>

#define DUMP_STREAM_SYSEX_BYTES	65536	/* of a message that is kept whole */

/* n bytes are a message, with its status; System Exclusive that is longer
 * comes in pieces.  Or, broken: they are none. */
typedef void dump_stream_sink(void *arg, const uint8_t *bytes, size_t n,
	    bool broken);

struct dump_stream {
	dump_stream_sink *sink;
	void		*arg;
	struct midi_parse parse;
	uint8_t		waiting[4];	/* came, and not yet told */
	size_t		nwaiting;
	size_t		used;		/* bytes of sysex */
	uint8_t		sysex[DUMP_STREAM_SYSEX_BYTES];
};

void	dump_stream_init(struct dump_stream *ds, dump_stream_sink *sink,
	    void *arg);
void	dump_stream_put(struct dump_stream *ds, const uint8_t *bytes,
	    size_t n);
/* Nothing more comes, or something is missing: tell what waits. */
void	dump_stream_end(struct dump_stream *ds);

#endif /* !_MIDIDUMP_DUMP_STREAM_H_ */
