/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_midicom.c: midicom(4) at ISA, on our own model of a UART (sim_com.h):
 * finding one, both directions with and without an interrupt and a FIFO,
 * errors of the line, and the end at any moment.
 */

#include <sys/midiio.h>

#include <hosted/sim/sim_com.h>

#include "h_chip.h"

#define PORT		0x3f8
#define IRQ		4

static struct sim_com co;
static unsigned short feed[H_STREAM_BYTES];

static void
chip_init(int irq)
{

	memset(&co, 0, sizeof(co));
	co.port = PORT;
	co.irq = irq;
	co.old = sim_random(3) == 0;
	co.wire = h_chip.wire;
	co.wire_ns = h_chip.wire_ns;
	co.wire_size = H_CHIP_WIRE_BYTES;
}

static void
plug(void)
{

	sim_com_plug(&co);
}

static bool
attach(int irq, int flags)
{

	return h_chip_attach("midicom", PORT, irq, flags, plug);
}

static void
finish(void)
{

	h_chip_finish(co.violations);
}

/*
 * Finding one.
 */

H_CASE(find, 20, SIM_FAULT_ALLOC, 1, "a UART that is not found, or one found "
    "where there is none or something else; a wrong line of attachment; "
    "interrupts of a UART that nobody has open")
{
	int error;

	chip_init(IRQ);
	co.old = (int)sim_random(2);
	if (!attach(IRQ, 0))
		return;
	SIM_CHECK(h_fault() || strstr(sim_messages(), co.old ?
	    "midicom0 at isa0 port 0x3f8-0x3ff irq 4: 16450 or older, "
	    "divisor 3\nmidi0 at midicom0: serial UART\n" :
	    "midicom0 at isa0 port 0x3f8-0x3ff irq 4: 16550A, divisor 3\n"
	    "midi0 at midicom0: serial UART\n") != NULL);
	SIM_CHECK(co.divisor == 3 || h_fault());
	SIM_CHECK_EQ(co.ier, 0);
	error = hosted_attach_isa("midicom", 0x2f8, 3, 0, NULL);
	SIM_CHECK(error == ENXIO);
	error = hosted_detach("midicom0");
	SIM_CHECK(!H_REFUSED(error));
	SIM_CHECK(co.mcr == 0 || h_fault());
	/* A divisor of one's own. */
	if (!H_REFUSED(hosted_attach_isa("midicom", PORT, -1, 0x1234, NULL)))
		SIM_CHECK(co.divisor == 0x1234 || h_fault());
	(void)hosted_detach("midicom0");
	(void)sim_clear_signal();
	sim_com_unplug(&co);
	error = hosted_attach_isa("midicom", PORT, IRQ, 0, NULL);
	SIM_CHECK(error == ENXIO);
	finish();
}

/*
 * Output.
 */

static void
output(int irq)
{
	struct hosted_file *f;
	unsigned long long start_ns;
	unsigned long ns;
	size_t done;

	chip_init(irq);
	h_stream_init(&h_chip.st, 50);
	h_stream_random(&h_chip.st, 20 + sim_random(60));
	if (sim_random(2))
		h_stream_sysex(&h_chip.st, 2 + sim_random(300));
	if (!attach(irq, sim_random(2) ? 4 : 0))
		return;
	ns = sim_com_byte_ns(&co);
	if (!H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &f))) {
		start_ns = sim_now_ns();
		if (h_write_all(f, h_chip.st.raw, h_chip.st.nraw, &done) &&
		    h_drain(f)) {
			while (co.shifting || co.tx_used != 0)
				sim_sleep_ns(ns);
			SIM_CHECK_EQ(h_count("midi0", "xmt bytes"), co.nwire);
			/* The line is never idle. */
			SIM_CHECK(h_fault() || irq < 0 ||
			    h_chip.wire_ns[co.nwire - 1] < start_ns +
			    co.nwire * (ns + 1) + H_MS);
			h_chip_check(co.nwire);
		}
		h_close(f);
	}
	finish();
}

H_CASE(output, 150, SIM_FAULT_ALL, 1, "a byte that the chip could not take, "
    "is lost or altered, a line that idles while there is something to send")
{

	output(IRQ);
}

H_CASE(output_polled, 60, SIM_FAULT_ALL, 1, "the same without an interrupt")
{

	output(-1);
}

/*
 * Input.
 */

static void
input_wait(void)
{

	while (co.nfeed != 0 || (co.rx_used != 0 && !co.cable_out))
		sim_sleep_ns(H_MS);
	sim_sleep_ns(5 * H_MS);
	h_reader_stop(&h_chip.rd);
}

/* Both ways at once, if the file lets. */
static void
input(int irq, unsigned spurious)
{
	struct h_sink sink;
	size_t i;

	chip_init(irq);
	if (irq < 0)
		co.old = 0;
	h_stream_init(&h_chip.st, 50);
	h_stream_random(&h_chip.st, 20 + sim_random(60));
	h_stream_sysex(&h_chip.st, 2 + sim_random(300));
	for (i = 0; i < h_chip.st.nraw; i++)
		feed[i] = h_chip.st.raw[i];
	if (!attach(irq, 4))
		return;
	if (h_reader_start(&h_chip.rd, "rmidi0")) {
		sim_com_feed(&co, feed, h_chip.st.nraw);
		for (i = 0; i < spurious; i++) {
			sim_sleep_ns(sim_random(1000) * H_US);
			sim_com_spurious(&co);
		}
		input_wait();
		SIM_CHECK_EQ(h_count("midi0", "rcv bytes") + co.lost,
		    h_chip.st.nraw);
		SIM_CHECK(co.lost == 0 || h_fault());
		if (co.lost == 0 && !h_fault()) {
			h_sink_init(&sink, &h_chip.st);
			h_sink_take(&sink, h_chip.rd.bytes, h_chip.rd.nbytes);
			SIM_CHECK(h_sink_full(&sink));
			SIM_CHECK_EQ(h_count("midicom0", "rcv overruns"), 0);
		}
		h_close(h_chip.rd.f);
	}
	finish();
}

H_CASE(input, 150, SIM_FAULT_ALL, 1, "a byte that the chip had and that is "
    "lost, altered or read twice; an interrupt that means nothing and is "
    "taken for a byte")
{

	input(IRQ, (unsigned)sim_random(50));
}

H_CASE(input_polled, 60, SIM_FAULT_ALL, 1, "the same without an interrupt, by "
    "its FIFO")
{

	input(-1, 0);
}

/* Each byte by itself, so that nothing is lost but what is bad. */
H_CASE(errors, 60, SIM_FAULT_ALL, 1, "a byte with an error that gets to the "
    "reader, a good one beside it that does not, or an error that is not "
    "counted or counted twice, also while output looks at the same register")
{
	unsigned long breaks = 0, framing = 0, good = 0;
	size_t i, n = 10 + sim_random(100);
	struct h_thread *t = NULL;
	const int irq = sim_random(2) ? IRQ : -1;

	chip_init(irq);
	if (irq < 0)
		co.old = 0;
	for (i = 0; i < n; i++) {
		feed[i] = 0xf8;
		switch (sim_random(8)) {
		case 0:
			feed[i] |= SIM_COM_FRAMING;
			framing++;
			break;
		case 1:
			feed[i] = SIM_COM_BREAK;
			breaks++;
			break;
		default:
			good++;
		}
	}
	h_stream_init(&h_chip.st, 50);
	h_stream_random(&h_chip.st, 20);
	if (!attach(irq, 0))
		return;
	if (!h_reader_start(&h_chip.rd, "rmidi0")) {
		finish();
		return;
	}
	if (h_writer_start(&h_chip.wr, "rmidi0", &h_chip.st))
		t = h_chip.wr.thread;
	sim_com_feed(&co, feed, n);
	input_wait();
	if (!h_fault()) {
		SIM_CHECK_EQ(h_count("midi0", "rcv bytes"), good);
		SIM_CHECK_EQ(h_count("midicom0", "rcv framing errors"),
		    framing);
		SIM_CHECK_EQ(h_count("midicom0", "rcv breaks"), breaks);
		SIM_CHECK_EQ(h_count("midicom0", "rcv overruns"), 0);
	}
	h_close(h_chip.rd.f);
	while (t != NULL && H_REFUSED(hosted_detach("midicom0")))
		(void)sim_clear_signal();
	(void)sim_clear_signal();
	if (t != NULL)
		h_writer_gone(&h_chip.wr);
	finish();
}

/* A chip without FIFO keeps one byte, and is looked at once in a while. */
H_CASE(overrun, 30, SIM_FAULT_ALLOC, 1, "bytes that are lost in the chip and "
    "not counted")
{
	size_t i, n = 40 + sim_random(100);

	chip_init(-1);
	co.old = 1;
	for (i = 0; i < n; i++)
		feed[i] = 0xf8;
	if (!attach(-1, 1))
		return;
	if (h_reader_start(&h_chip.rd, "rmidi0")) {
		sim_com_feed(&co, feed, n);
		input_wait();
		SIM_CHECK_EQ(h_count("midi0", "rcv bytes") + co.lost, n);
		SIM_CHECK(co.lost != 0);
		SIM_CHECK(h_count("midicom0", "rcv overruns") != 0);
		SIM_CHECK(h_count("midicom0", "rcv overruns") <= co.lost);
		h_close(h_chip.rd.f);
	}
	finish();
}

/*
 * The end, at any moment.
 */

H_CASE(detach, 300, SIM_FAULT_ALL, 2, "a program that hangs, a chip that is "
    "touched, or a handler that runs, after the device is gone; ports or a "
    "line that are not given back")
{
	static const char *const what[] = {
		"midicom0", "midi0", "isa0", "midicom0"
	};
	const unsigned which = (unsigned)sim_random(4);
	struct host_io *io;
	size_t i;

	chip_init(IRQ);
	h_stream_init(&h_chip.st, 50);
	h_stream_random(&h_chip.st, 60);
	for (i = 0; i < h_chip.st.nraw; i++)
		feed[i] = h_chip.st.raw[i];
	if (!attach(IRQ, 0))
		return;
	if (!h_chip_traffic()) {
		finish();
		return;
	}
	sim_com_feed(&co, feed, h_chip.st.nraw);
	sim_sleep_ns(sim_random(30) * H_MS + sim_random(1000) * H_US);
	if (which == 3) {
		sim_com_unplug(&co);
		sim_sleep_ns(sim_random(2) * H_MS);
	}
	h_chip_detach(what[which]);
	SIM_CHECK(which == 3 || co.ier == 0);
	if (which != 1 && !H_REFUSED(host_io_map(PORT, 8, "test", &io)))
		host_io_unmap(io);
	while (co.feeding || co.shifting)
		sim_sleep_ns(H_MS);
	finish();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, find);
	ATF_TP_ADD_TC(tp, output);
	ATF_TP_ADD_TC(tp, output_polled);
	ATF_TP_ADD_TC(tp, input);
	ATF_TP_ADD_TC(tp, input_polled);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, overrun);
	ATF_TP_ADD_TC(tp, detach);

	return atf_no_error();
}
