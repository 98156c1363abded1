/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_cable.c: virtual cables with busy programs at both ends.
 *
 * Each way of a cable is a struct way: a program that writes and one that
 * reads, each blocking or with poll or kqueue.  What is read must be what was
 * written, canonical, in order, whole.
 */

#include <stdio.h>

#include <sys/midiio.h>

#include "h_scenario.h"

enum mode { MODE_BLOCK, MODE_POLL, MODE_KQUEUE };

struct way {
	const char	*from, *to;
	struct h_stream	st;
	struct h_sink	sink;
	enum mode	write_mode, read_mode;
	size_t		chunk;		/* most that is written or read */
	unsigned	pause_us;	/* of the reader, at most */
	struct hosted_file *in, *out;
	size_t		written;
	bool		write_failed, read_failed;
	bool		stop;		/* nothing more will come */
};

static struct way ways[2];

/* Wait until the file is ready, as the mode has it. */
static void
way_wait(struct hosted_file *f, enum mode mode, int filter)
{
	struct hosted_kqueue *kq;
	struct hosted_kevent ev;
	int error, n;

	if (mode == MODE_POLL) {
		(void)h_poll(f, filter == HOSTED_EVFILT_READ ?
		    HOSTED_POLLIN : HOSTED_POLLOUT, 0);
		return;
	}
	if (H_REFUSED(hosted_kqueue_create(&kq)))
		return;
	error = hosted_kqueue_add(kq, f, filter, 0, NULL);
	if (!H_REFUSED(error))
		error = hosted_kqueue_fetch(kq, &ev, 1, HOSTED_FOREVER, &n);
	if (error == 0) {
		SIM_CHECK_EQ(n, 1);
		SIM_CHECK(ev.file == f && ev.filter == filter);
	}
	(void)sim_clear_signal();
	if (error != 0)
		sim_sleep_ns(50 * H_US);
	hosted_kqueue_destroy(kq);
}

static bool
way_write(struct way *w, struct hosted_file *f)
{
	struct h_patience pa;
	size_t done, n;
	int error;

	h_patience(&pa);
	while (w->written < w->st.nraw) {
		n = 1 + sim_random(w->chunk);
		if (n > w->st.nraw - w->written)
			n = w->st.nraw - w->written;
		error = h_write(f, w->st.raw + w->written, n,
		    w->write_mode != MODE_BLOCK, &done);
		w->written += done;
		SIM_CHECK(error != 0 || done != 0);
		SIM_CHECK(error != EAGAIN || w->write_mode != MODE_BLOCK);
		if (error == EAGAIN) {
			way_wait(f, w->write_mode, HOSTED_EVFILT_WRITE);
			continue;
		}
		if (done != 0)
			error = 0;
		if (!h_again(&pa, error))
			return H_REFUSED(error) ? false : true;
	}
	return true;
}

static void
way_writer(void *arg)
{
	struct way *w = arg;

	if (!way_write(w, w->out) || !h_drain(w->out))
		w->write_failed = true;
}

static void
way_reader(void *arg)
{
	struct way *w = arg;
	struct h_patience pa;
	uint8_t buf[700];
	size_t done, n;
	bool seam;
	int error;

	h_patience(&pa);
	while (!h_sink_full(&w->sink) && !w->stop) {
		n = 1 + sim_random(w->chunk);
		seam = h_sink_seam(&w->sink);
		error = h_read(w->in, buf, n, w->read_mode != MODE_BLOCK,
		    &done);
		SIM_CHECK(error != 0 || done != 0);
		SIM_CHECK(error != EAGAIN || w->read_mode != MODE_BLOCK);
		h_sink_take(&w->sink, buf, done);
		/* Whole messages, where there was room for one. */
		SIM_CHECK(!seam || n < 3 || h_sink_seam(&w->sink));
		if (error == EAGAIN) {
			way_wait(w->in, w->read_mode, HOSTED_EVFILT_READ);
			continue;
		}
		if (error != 0 && !h_again(&pa, error)) {
			(void)H_REFUSED(error);
			w->read_failed = true;
			break;
		}
		if (w->pause_us != 0)
			sim_sleep_ns(sim_random(w->pause_us) * H_US);
	}
	h_close(w->in);
}

static void
way_init(struct way *w, const char *from, const char *to)
{

	w->from = from;
	w->to = to;
	w->write_mode = sim_random(3);
	w->read_mode = sim_random(3);
	w->chunk = sim_random(4) == 0 ? 4 : 1 + sim_random(600);
	w->pause_us = sim_random(2) * sim_random(100);
	w->written = 0;
	w->write_failed = w->read_failed = w->stop = false;
	h_sink_init(&w->sink, &w->st);
}

/* Nothing was lost on the way, nor told to be. */
static void
way_check(struct way *w)
{
	static const char *const lost[] = {
		"xmt bytes discarded", "xmt bytes undelivered",
		"xmt incomplete msgs", "rcv bytes discarded",
		"rcv bytes overrun", "rcv incomplete msgs"
	};
	size_t i;

	if (w->write_failed || w->read_failed)
		return;
	SIM_CHECK(h_sink_full(&w->sink));
	for (i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		SIM_CHECK_EQ(h_count(w->from + 1, lost[i]), 0);
		SIM_CHECK_EQ(h_count(w->to + 1, lost[i]), 0);
	}
	SIM_CHECK_EQ(h_count(w->from + 1, "xmt bytes"), h_stream_bytes(&w->st));
	SIM_CHECK_EQ(h_count(w->to + 1, "rcv bytes"), h_stream_bytes(&w->st));
}

/* Open both ends. */
static bool
way_open(struct way *w)
{

	if (H_REFUSED(h_open(w->to, HOSTED_READ, &w->in)))
		return false;
	if (!H_REFUSED(h_open(w->from, HOSTED_WRITE, &w->out)))
		return true;
	h_close(w->in);
	return false;
}

/* Programs that move the streams of as many of n ways as can be opened. */
static void
ways_run(int n)
{
	struct h_thread *readers[2], *writers[2];
	int i;

	for (i = 0; i < n; i++)
		if (!way_open(&ways[i]))
			n = i;
	for (i = 0; i < n; i++) {
		readers[i] = h_start(way_reader, &ways[i]);
		writers[i] = h_start(way_writer, &ways[i]);
	}
	for (i = 0; i < n; i++) {
		h_join(writers[i]);
		if (ways[i].write_failed) {
			ways[i].stop = true;
			h_signal(readers[i]);
		}
	}
	for (i = 0; i < n; i++)
		h_join(readers[i]);
	for (i = 0; i < n; i++) {
		way_check(&ways[i]);
		h_close(ways[i].out);
	}
}

H_CASE(both_ways, 600, SIM_FAULT_ALL, 2, "a byte lost, altered, doubled or "
    "out of order, a program that sleeps on, or a loss that is told and was "
    "none, between blocking, polling and queueing programs")
{
	int i;

	for (i = 0; i < 2; i++) {
		h_stream_init(&ways[i].st, sim_random(2) * 100);
		h_stream_random(&ways[i].st, 20 + sim_random(60));
		if (sim_random(3) == 0)
			h_stream_sysex(&ways[i].st, 100 + sim_random(1000));
		h_stream_random(&ways[i].st, 10);
	}
	way_init(&ways[0], "rmidi0", "rmidi1");
	way_init(&ways[1], "rmidi1", "rmidi0");
	if (!h_boot(1))
		return;
	ways_run(2);
	h_shutdown();
}

H_CASE(long_sysex, 300, SIM_FAULT_ALL, 1, "System Exclusive of 5000 bytes "
    "that is cut or has a hole, or real time that does not overtake inside it")
{

	h_stream_init(&ways[0].st, 50);
	h_stream_random(&ways[0].st, 5);
	h_stream_sysex(&ways[0].st, 5000);
	h_stream_random(&ways[0].st, 20);
	way_init(&ways[0], "rmidi0", "rmidi1");
	if (ways[0].chunk < 50)
		ways[0].chunk = 50;
	if (!h_boot(1))
		return;
	ways_run(1);
	h_shutdown();
}

/*
 * A writer that is cut off: keys are struck, each once, until a signal ends
 * the write and the drain in close as well.
 */

struct cut {
	struct hosted_file *out;
	size_t		written;	/* bytes */
	unsigned	shift;		/* which keys */
	bool		stop;
};

static void
cut_writer(void *arg)
{
	struct cut *cu = arg;
	uint8_t buf[300];
	size_t done, i, n;
	unsigned k;

	while (!cu->stop && cu->written < 16 * 128 * 3) {
		n = 1 + sim_random(sizeof(buf));
		if (n > 16 * 128 * 3 - cu->written)
			n = 16 * 128 * 3 - cu->written;
		for (i = 0; i < n; i++) {
			k = (cu->written + i) / 3 + cu->shift;
			buf[i] = (cu->written + i) % 3 == 0 ? 0x90 | k % 16 :
			    (cu->written + i) % 3 == 1 ? k / 16 % 128 : 100;
		}
		(void)h_write(cu->out, buf, n, false, &done);
		cu->written += done;
		sim_sleep_ns(sim_random(20) * H_US);
	}
	/* The signal is still there when the file is closed. */
	sim_signal(host_thread_self());
	h_close(cu->out);
}

/* False: given up. */
static bool
cut_read(struct hosted_file *f, struct h_thread *writer, struct cut *cu,
    struct h_ear *ear)
{
	const unsigned long long stop_ns = sim_now_ns() +
	    sim_random(3000) * H_US;
	struct h_patience pa;
	uint8_t buf[64];
	size_t done;
	int error;

	h_patience(&pa);
	for (;;) {
		if (!cu->stop && sim_now_ns() >= stop_ns) {
			cu->stop = true;
			h_signal(writer);
		}
		error = h_read(f, buf, 1 + sim_random(sizeof(buf)), true,
		    &done);
		h_ear_take(ear, buf, done);
		if (error == EAGAIN && h_done(writer)) {
			if (hosted_poll(f, HOSTED_POLLIN, NULL) == 0)
				return true;
			continue;
		}
		if (error != 0 && error != EAGAIN && !h_again(&pa, error))
			return false;
		sim_sleep_ns(sim_random(100) * H_US);
	}
}

H_CASE(cut_off, 1000, SIM_FAULT_ALL, 1, "a byte that is lost and not counted, "
    "or a note that sounds on, when a writer is ended by a signal")
{
	static struct cut cu;
	static struct h_ear ear;
	struct hosted_file *f;
	struct h_thread *writer;
	unsigned long long lost;
	bool heard;

	memset(&cu, 0, sizeof(cu));
	cu.shift = sim_random(2048);
	h_ear_init(&ear);
	if (!h_boot(1))
		return;
	if (H_REFUSED(h_open("rmidi1", HOSTED_READ, &f)))
		goto out;
	if (H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &cu.out))) {
		h_close(f);
		goto out;
	}
	writer = h_start(cut_writer, &cu);
	heard = cut_read(f, writer, &cu, &ear);
	cu.stop = true;
	h_signal(writer);
	h_join(writer);
	h_close(f);
	if (heard) {
		lost = h_count("midi0", "xmt bytes undelivered") +
		    h_count("midi0", "xmt bytes discarded");
		SIM_CHECK(h_ear_silent(&ear));
		SIM_CHECK_EQ(ear.strikes * 3 + lost, cu.written);
		SIM_CHECK_EQ(ear.bytes, 2 * 3 * ear.strikes);
	}
out:
	h_shutdown();
}

/*
 * A reader who leaves: the cable leads nowhere then, and holds nobody back.
 */

static void
left_writer(void *arg)
{
	struct cut *cu = arg;
	uint8_t buf[3000];
	size_t i;

	for (i = 0; i < sizeof(buf); i++)
		buf[i] = i % 3 == 0 ? 0x90 : i / 30;
	if (h_write_all(cu->out, buf, sizeof(buf), &cu->written))
		(void)h_drain(cu->out);
}

H_CASE(left, 300, SIM_FAULT_ALL, 1, "a writer who waits for a reader who is "
    "gone, or a reader who finds what was for another")
{
	static struct cut cu;
	struct hosted_file *f;
	struct h_thread *t;
	uint8_t buf[200];
	size_t done;
	int n;

	if (!h_boot(1))
		return;
	if (H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &cu.out)))
		goto out;
	if (!H_REFUSED(h_open("rmidi1", HOSTED_READ, &f))) {
		t = h_start(left_writer, &cu);
		for (n = sim_random(5); n > 0; n--)
			(void)h_read(f, buf, sizeof(buf), true, &done);
		sim_sleep_ns(sim_random(2) * H_MS);
		h_close(f);
		h_join(t);
		if (!H_REFUSED(h_open("rmidi1", HOSTED_READ, &f))) {
			SIM_CHECK_EQ(h_read(f, buf, sizeof(buf), true, &done),
			    EAGAIN);
			h_close(f);
		}
	}
	h_close(cu.out);
out:
	h_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, both_ways);
	ATF_TP_ADD_TC(tp, long_sysex);
	ATF_TP_ADD_TC(tp, cut_off);
	ATF_TP_ADD_TC(tp, left);
	return atf_no_error();
}
