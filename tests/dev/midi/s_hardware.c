/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_hardware.c: hardware that is slow, busy, stuck or broken, and programs.
 */

#include <sys/midiio.h>

#include "h_hardware.h"

/*
 * A writer of a stream.
 */

static struct h_stream st;
static uint8_t expanded[2 * H_STREAM_BYTES];

struct job {
	struct h_hw	*hw;
	struct hosted_file *f;
	size_t		chunk;
	size_t		written;
	int		error;
	bool		drained;
	uint64_t	drained_ns;
	bool		stop;
};

static void
job_write(void *arg)
{
	struct job *jo = arg;
	size_t done, n;

	for (; jo->written < st.nraw; jo->written += done) {
		n = 1 + sim_random(jo->chunk);
		if (n > st.nraw - jo->written)
			n = st.nraw - jo->written;
		if (!h_write_all(jo->f, st.raw + jo->written, n, &done)) {
			jo->written += done;
			return;
		}
	}
	jo->drained = h_drain(jo->f);
	jo->drained_ns = sim_now_ns();
}

/* What has left the hardware is the stream. */
static void
job_check(const struct job *jo)
{
	const struct h_hw *hw = jo->hw;
	struct h_sink sink;
	size_t i, n;

	if (!jo->drained)
		return;
	SIM_CHECK(jo->drained_ns + hw->fifo * hw->byte_ns >=
	    hw->wire_ns[hw->nwire - 1]);
	h_sink_init(&sink, &st);
	n = h_expand(hw->wire, hw->nwire, expanded);
	h_sink_take(&sink, expanded, n);
	SIM_CHECK(h_sink_full(&sink));
	for (i = 1; i < hw->nwire && hw->byte_ns != 0; i++)
		SIM_CHECK(hw->wire_ns[i] >= hw->wire_ns[i - 1] + hw->byte_ns);
	if ((hw->flags & HOSTED_MIDI_CANONICAL) != 0)
		SIM_CHECK_EQ(hw->nwire, h_stream_bytes(&st));
	else
		SIM_CHECK(hw->nwire <= h_stream_bytes(&st));
	SIM_CHECK_EQ(h_count(h_hw_node(hw) + 1, "xmt bytes"), hw->taken);
	SIM_CHECK_EQ(h_count(h_hw_node(hw) + 1, "xmt bytes undelivered"), 0);
}

/* A wire that has bytes to send is never idle. */
static void
job_check_pace(const struct job *jo, uint64_t start_ns)
{
	const struct h_hw *hw = jo->hw;

	if (jo->drained && !h_fault())
		SIM_CHECK_EQ(hw->wire_ns[hw->nwire - 1],
		    start_ns + (hw->nwire + hw->nsense) * hw->byte_ns);
}

H_CASE(slow, 600, SIM_FAULT_ALL, 2, "a byte that is lost, altered or sent "
    "ahead of the wire's pace, a wire that idles while there is something to "
    "send, or a drain that ends before it")
{
	static struct job jo;
	uint64_t start_ns;

	memset(&jo, 0, sizeof(jo));
	h_stream_init(&st, sim_random(2) * 50);
	h_stream_random(&st, 20 + sim_random(100));
	jo.hw = h_hw_new(0);
	jo.hw->byte_ns = H_HW_BYTE_NS;
	jo.hw->fifo = 1 + sim_random(sim_random(2) ? 2 : 100);
	if (sim_random(2))
		jo.hw->flags |= HOSTED_MIDI_CANONICAL;
	jo.chunk = 1 + sim_random(300);
	if (!h_boot(0))
		return;
	if (!h_hw_attach(jo.hw)) {
		h_shutdown();
		return;
	}
	if (!H_REFUSED(h_open(h_hw_node(jo.hw), HOSTED_WRITE, &jo.f))) {
		start_ns = sim_now_ns();
		job_write(&jo);
		while (jo.hw->ticking)
			sim_sleep_ns(H_HW_BYTE_NS);
		job_check(&jo);
		job_check_pace(&jo, start_ns);
		h_close(jo.f);
	}
	h_hw_detach(jo.hw, false);
	h_shutdown();
}

/*
 * Notes that sound when the writer closes.
 */

static uint8_t struck[300];

static size_t
strike(void)
{
	size_t i, n = 1 + sim_random(50);

	for (i = 0; i < n; i++) {
		struck[3 * i] = (sim_random(8) ? 0x90 : 0xb0) | sim_random(16);
		struck[3 * i + 1] = struck[3 * i] >= 0xb0 ? 64 :
		    sim_random(128);
		struck[3 * i + 2] = 100;
	}
	return 3 * n;
}

/* SysEx that has no end. */
static size_t
strike_sysex(size_t at)
{
	size_t i, n = sim_random(2) * (1 + sim_random(40));

	for (i = 0; i < n; i++)
		struck[at + i] = i == 0 ? 0xf0 : sim_random(128);
	return n;
}

/* Close a file, for some with a signal that cuts the drain short. */
static void
ending_close(struct hosted_file *f, bool cut)
{

	if (cut)
		sim_signal(host_thread_self());
	h_close(f);
}

H_CASE(endings, 800, SIM_FAULT_ALL, 1, "a note or a pedal that stays down "
    "after its sender has closed or was ended, an end that comes late, or one "
    "that goes to what does not sound")
{
	static struct h_ear ear;
	struct h_hw *hw = h_hw_new(0);
	struct hosted_file *f;
	unsigned long long lost;
	uint64_t cut_ns;
	size_t done, n;
	bool cut;

	hw->byte_ns = H_HW_BYTE_NS;
	hw->fifo = 1 + sim_random(16);
	hw->flags |= HOSTED_MIDI_CANONICAL;
	n = strike();
	n += strike_sysex(n);
	cut = sim_random(2);
	if (!h_boot(0))
		return;
	if (!h_hw_attach(hw)) {
		h_shutdown();
		return;
	}
	if (!H_REFUSED(h_open(h_hw_node(hw), HOSTED_WRITE, &f))) {
		(void)h_write_all(f, struck, n, &done);
		sim_sleep_ns(sim_random(20) * H_MS);
		cut_ns = sim_now_ns();
		ending_close(f, cut);
		while (hw->ticking)
			sim_sleep_ns(H_HW_BYTE_NS);
		h_ear_init(&ear);
		h_ear_take(&ear, hw->wire, hw->nwire);
		SIM_CHECK(h_ear_silent(&ear));
		lost = h_count(h_hw_node(hw) + 1, "xmt bytes undelivered") +
		    h_count(h_hw_node(hw) + 1, "xmt bytes discarded");
		SIM_CHECK(cut || h_fault() || lost == 0);
		/* What was in the hardware, what sounds, and a message. */
		if (cut && hw->nwire != 0 && !h_fault())
			SIM_CHECK(hw->wire_ns[hw->nwire - 1] <= cut_ns +
			    (hw->fifo + 3 * n + 8) * H_HW_BYTE_NS);
		SIM_CHECK_EQ(ear.strikes, ear.ends);
	}
	h_hw_detach(hw, false);
	h_shutdown();
}

/*
 * Hardware that takes nothing for a while, or for good.
 */

/* One note stood before the hardware, and its end went no further; perhaps a
 * byte of Active Sensing did not either. */
#define STUCK_ENDING_BYTES	3

static void
stuck_write(struct job *jo)
{
	uint8_t note[3] = { 0x90, 60, 100 };
	struct h_patience pa;
	size_t done;
	int error;

	/* Until nothing goes in any more. */
	h_patience(&pa);
	for (;;) {
		note[1] = (note[1] + 1) % 128;
		error = h_write(jo->f, note, sizeof(note), true, &done);
		jo->written += done;
		if (error == EAGAIN)
			break;
		if (done == 0 && !h_again(&pa, error))
			return;
	}
	SIM_CHECK_EQ(hosted_poll(jo->f, HOSTED_POLLOUT, NULL), 0);
	error = h_write(jo->f, note, 1, true, &done);
	SIM_CHECK(error == EAGAIN || h_fault());
}

static void
stuck_block(void *arg)
{
	struct job *jo = arg;
	size_t done;

	jo->error = h_write(jo->f, "\x90\x01\x02", 3, false, &done);
	jo->written += done;
	jo->stop = true;
}

/* A drain by request; ended by a signal. */
static void
stuck_drain(void *arg)
{
	struct job *jo = arg;

	jo->error = h_ioctl(jo->f, MIDI_DRAIN, NULL);
}

static void
stuck_signalled(struct job *jo, void (*fn)(void *))
{
	struct h_thread *t;

	t = h_start(fn, jo);
	sim_sleep_ns(5 * H_MS);
	SIM_CHECK(!h_done(t) || h_fault());
	h_signal(t);
	h_join(t);
	SIM_CHECK(jo->error == EINTR || h_fault());
}

H_CASE(stuck, 300, SIM_FAULT_ALL, 2, "a program that a signal does not free "
    "from hardware that is stuck, a close without end, or a device that is "
    "not as new for the next")
{
	static struct job jo;
	static struct h_ear ear;
	struct h_hw *hw = h_hw_new(0);
	unsigned long long lost;
	uint64_t start_ns;

	memset(&jo, 0, sizeof(jo));
	jo.hw = hw;
	hw->stuck = true;
	hw->flags |= HOSTED_MIDI_CANONICAL;
	if (!h_boot(0))
		return;
	if (!h_hw_attach(hw)) {
		h_shutdown();
		return;
	}
	if (H_REFUSED(h_open(h_hw_node(hw), HOSTED_WRITE, &jo.f)))
		goto out;
	stuck_write(&jo);
	stuck_signalled(&jo, stuck_block);
	stuck_signalled(&jo, stuck_drain);
	start_ns = sim_now_ns();
	ending_close(jo.f, sim_random(2));
	SIM_CHECK(sim_now_ns() - start_ns <= 7 * H_SECOND);
	SIM_CHECK_EQ(hw->nwire, 0);
	lost = h_count(h_hw_node(hw) + 1, "xmt bytes undelivered") +
	    h_count(h_hw_node(hw) + 1, "xmt bytes discarded");
	if (jo.written != 0)
		SIM_CHECK(lost == jo.written + STUCK_ENDING_BYTES ||
		    lost == jo.written + STUCK_ENDING_BYTES + 1);
	h_hw_free(hw);
	if (H_REFUSED(h_open(h_hw_node(hw), HOSTED_WRITE, &jo.f)))
		goto out;
	jo.written = 0;
	if (h_write_all(jo.f, "\x93\x3c\x40", 3, &jo.written)) {
		h_settle();
		SIM_CHECK_EQ(hw->nwire, 3);
		SIM_CHECK(memcmp(hw->wire, "\x93\x3c\x40", 3) == 0);
	}
	h_close(jo.f);
	h_ear_init(&ear);
	h_ear_take(&ear, hw->wire, hw->nwire);
	SIM_CHECK(h_ear_silent(&ear));
out:
	h_hw_detach(hw, false);
	h_shutdown();
}

/*
 * Hardware that refuses: messages are lost whole, are counted, and the
 * writer is told.
 */

H_CASE(refusing, 600, SIM_FAULT_ALL, 1, "a message torn or lost without being "
    "counted, or a refusal that the writer is not told, when hardware fails")
{
	static struct h_ear ear;
	struct h_hw *hw = h_hw_new(0);
	struct hosted_file *f;
	size_t done, n, i, written = 0, refused;
	int error;

	hw->flags |= HOSTED_MIDI_CANONICAL * sim_random(2);
	hw->refuse_permille = 200;
	n = strike();
	if (!h_boot(0))
		return;
	if (!h_hw_attach(hw)) {
		h_shutdown();
		return;
	}
	if (!H_REFUSED(h_open(h_hw_node(hw), HOSTED_WRITE, &f))) {
		for (i = 0; i < n; i += 3) {
			refused = hw->refused;
			error = h_write(f, struck + i, 3, false, &done);
			if (h_fault() && error == EFAULT)
				break;
			SIM_CHECK_EQ(error, hw->refused != refused ? EIO : 0);
			SIM_CHECK_EQ(done, 3);
			written += done;
		}
		hw->refuse_permille = 0;
		refused = hw->refused;
		SIM_CHECK_EQ(hw->nwire + refused <= written, 1);
		SIM_CHECK_EQ(h_count(h_hw_node(hw) + 1,
		    "xmt bytes undelivered"), refused);
		h_close(f);
		h_ear_init(&ear);
		h_ear_take(&ear, hw->wire, hw->nwire);
		SIM_CHECK(h_ear_silent(&ear));
	}
	h_hw_detach(hw, false);
	h_shutdown();
}

/*
 * Input in bursts.
 */

struct feed {
	struct h_hw	*hw;
	struct hosted_file *f;
	size_t		fed;
	bool		fed_all;
	bool		stop;
};

static void
feed_main(void *arg)
{
	struct feed *fe = arg;
	size_t at = 0, n;

	while (at < st.nraw && !fe->stop) {
		/* To the end of a message, or somewhere in SysEx. */
		for (n = sim_random(300); at + n < st.nraw &&
		    !st.seam[at + n]; n++)
			continue;
		if (n > st.nraw - at)
			n = st.nraw - at;
		if (!h_hw_input_all(fe->hw, st.raw + at, n, &fe->stop))
			return;
		at += n;
		fe->fed = at;
		sim_sleep_ns(sim_random(500) * H_US);
	}
	fe->fed_all = at == st.nraw;
}

static size_t
feed_read(struct feed *fe, struct h_thread *feeder, struct h_sink *sink,
    struct h_ear *ear)
{
	struct h_patience pa;
	uint8_t buf[400];
	size_t done, total = 0;
	int error;

	h_patience(&pa);
	for (;;) {
		error = h_read(fe->f, buf, 1 + sim_random(sizeof(buf)), true,
		    &done);
		total += done;
		if (sink != NULL)
			h_sink_take(sink, buf, done);
		h_ear_take(ear, buf, done);
		if (error == EAGAIN && h_done(feeder)) {
			h_settle();
			if (hosted_poll(fe->f, HOSTED_POLLIN, NULL) == 0)
				break;
			continue;
		}
		if (error != 0 && error != EAGAIN && !h_again(&pa, error)) {
			fe->stop = true;
			break;
		}
		sim_sleep_ns(sim_random(300) * H_US);
	}
	return total;
}

static void
feed_run(int flags)
{
	static struct feed fe;
	static struct h_sink sink;
	static struct h_ear ear;
	const bool flow = (flags & HOSTED_MIDI_FLOW) != 0;
	struct h_thread *t;
	const char *dev;
	size_t total;

	memset(&fe, 0, sizeof(fe));
	fe.hw = h_hw_new(0);
	fe.hw->flags |= flags;
	h_sink_init(&sink, &st);
	h_ear_init(&ear);
	if (!h_boot(0))
		return;
	if (!h_hw_attach(fe.hw)) {
		h_shutdown();
		return;
	}
	dev = h_hw_node(fe.hw) + 1;
	if (!H_REFUSED(h_open(h_hw_node(fe.hw), HOSTED_READ, &fe.f))) {
		t = h_start(feed_main, &fe);
		total = feed_read(&fe, t, flow ? &sink : NULL, &ear);
		h_join(t);
		if (!fe.stop && flow)
			SIM_CHECK(h_sink_full(&sink));
		if (!fe.stop && !flow)
			SIM_CHECK_EQ(total + h_count(dev,
			    "rcv bytes discarded"), fe.fed);
		h_close(fe.f);
	}
	h_hw_detach(fe.hw, false);
	h_shutdown();
}

H_CASE(flood, 400, SIM_FAULT_ALL, 1, "a received message torn, or lost "
    "without being counted, when its reader is too slow")
{
	size_t i;

	/* Messages of three bytes with status, so that they can be counted
	 * by bytes whatever is lost. */
	h_stream_init(&st, 0);
	for (i = 0; i < 4000; i++) {
		st.raw[i] = i % 3 == 0 ? 0x90 | sim_random(16) :
		    sim_random(127) + 1;
		st.seam[i] = i % 3 == 0;
	}
	st.nraw = 3999;
	feed_run(0);
}

H_CASE(flow, 400, SIM_FAULT_ALL, 1, "a byte lost, or one that nobody is told "
    "there is room for again, of hardware that can be held back")
{

	h_stream_init(&st, 20);
	h_stream_random(&st, 100);
	h_stream_sysex(&st, 3000);
	h_stream_random(&st, 100);
	feed_run(HOSTED_MIDI_FLOW);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, slow);
	ATF_TP_ADD_TC(tp, endings);
	ATF_TP_ADD_TC(tp, stuck);
	ATF_TP_ADD_TC(tp, refusing);
	ATF_TP_ADD_TC(tp, flood);
	ATF_TP_ADD_TC(tp, flow);
	return atf_no_error();
}
