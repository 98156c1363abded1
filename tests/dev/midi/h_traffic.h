/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_traffic.h: programs of scenarios that read, or write, one device until it
 * is over.
 */

#ifndef _TESTS_DEV_MIDI_H_TRAFFIC_H_
#define _TESTS_DEV_MIDI_H_TRAFFIC_H_

#include "h_scenario.h"

/* Reads what comes. */
struct h_reader {
	struct hosted_file *f;
	struct h_thread	*thread;
	uint8_t		bytes[2 * H_STREAM_BYTES];
	size_t		nbytes;
	bool		stop;
	bool		gone;		/* it was told that the device is */
};

/* False: a fault did not let it open. */
bool	h_reader_start(struct h_reader *, const char *);
/* Let it end; the file stays open. */
void	h_reader_stop(struct h_reader *);
/* The device is gone: it ends by itself, and the file is closed. */
void	h_reader_gone(struct h_reader *);

/* Writes a stream again and again, until the device is gone. */
struct h_writer {
	struct hosted_file *f;
	struct h_thread	*thread;
	const struct h_stream *st;
	bool		gone;
};

bool	h_writer_start(struct h_writer *, const char *,
	    const struct h_stream *);
void	h_writer_gone(struct h_writer *);

#endif /* !_TESTS_DEV_MIDI_H_TRAFFIC_H_ */
