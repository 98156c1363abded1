/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_traffic.c: programs that read or write one device.  See h_traffic.h.
 */

#include "h_traffic.h"

static void
h_reader_main(void *arg)
{
	struct h_reader *re = arg;
	uint8_t buf[64];
	size_t done;
	int error;

	while (!re->stop) {
		error = h_read(re->f, buf, 1 + sim_random(sizeof(buf)), false,
		    &done);
		if (error == EIO) {
			re->gone = true;
			return;
		}
		if (error != 0 && error != EINTR)
			(void)H_REFUSED(error);
		if (re->nbytes + done > sizeof(re->bytes))
			sim_fail("more is read than was sent");
		memcpy(re->bytes + re->nbytes, buf, done);
		re->nbytes += done;
		if (error != 0)
			sim_sleep_ns(10 * H_US);
	}
}

bool
h_reader_start(struct h_reader *re, const char *node)
{

	re->nbytes = 0;
	re->stop = re->gone = false;
	if (H_REFUSED(h_open(node, HOSTED_READ, &re->f)))
		return false;
	re->thread = h_start(h_reader_main, re);
	return true;
}

void
h_reader_stop(struct h_reader *re)
{

	re->stop = true;
	while (!h_done(re->thread)) {
		h_signal(re->thread);
		sim_sleep_ns(10 * H_US);
	}
	h_join(re->thread);
}

void
h_reader_gone(struct h_reader *re)
{

	h_join(re->thread);
	SIM_CHECK(re->gone);
	h_close(re->f);
}

static void
h_writer_main(void *arg)
{
	struct h_writer *wr = arg;
	size_t at = 0, done;
	int error;

	while (!wr->gone) {
		error = h_write(wr->f, wr->st->raw + at, wr->st->nraw - at,
		    false, &done);
		at = (at + done) % wr->st->nraw;
		wr->gone = error == EIO;
		if (error != 0 && error != EINTR && error != EIO)
			(void)H_REFUSED(error);
		sim_sleep_ns(sim_random(2000) * H_US);
	}
}

bool
h_writer_start(struct h_writer *wr, const char *node,
    const struct h_stream *st)
{

	wr->st = st;
	wr->gone = false;
	if (H_REFUSED(h_open(node, HOSTED_WRITE, &wr->f)))
		return false;
	wr->thread = h_start(h_writer_main, wr);
	return true;
}

void
h_writer_gone(struct h_writer *wr)
{

	h_join(wr->thread);
	h_close(wr->f);
}
