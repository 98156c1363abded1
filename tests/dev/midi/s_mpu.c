/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_mpu.c: mpu(4) at ISA, on our own model of the chip (sim_uart.h): probing,
 * both directions with and without an interrupt, and chips that lag, do not
 * answer, never end, or are pulled out.
 */

#include <sys/midiio.h>

#include <hosted/sim/sim_uart.h>

#include "h_chip.h"

#define PORT		0x330
#define IRQ		5

static struct sim_uart ua;

/* A chip as most are. */
static void
chip_init(struct sim_uart *u, int irq)
{

	memset(u, 0, sizeof(*u));
	u->port = PORT;
	u->irq = irq;
	u->out_depth = 1;
	u->ack_ns = 200 * H_US;
	u->wire = h_chip.wire;
	u->wire_ns = h_chip.wire_ns;
	u->wire_size = H_CHIP_WIRE_BYTES;
}

static void
plug(void)
{

	sim_uart_plug(&ua);
}

static bool
attach(int irq, int flags)
{

	return h_chip_attach("mpu", PORT, irq, flags, plug);
}

static void
finish(void)
{

	h_chip_finish(ua.violations);
}

/*
 * Probing.
 */

static const struct variant {
	const char	*name;
	struct sim_uart	chip;
	int		flags;
	bool		found;
	unsigned	resets;		/* at most */
} variants[] = {
	{ "a chip", { .irq = IRQ }, 0, true, 1 },
	{ "no interrupt", { .irq = -1 }, 0, true, 1 },
	{ "at once", { .irq = IRQ, .ack_ns = 1 }, 0, true, 1 },
	{ "in UART mode", { .irq = IRQ, .uart = 1 }, 0, true, 1 },
	{ "in UART mode, quiet", { .irq = IRQ, .uart = 1, .quiet_reset = 1 },
	    0, true, 2 },
	{ "old bytes", { .irq = IRQ, .uart = 1, .stale = 60 }, 0, true, 1 },
	{ "slow", { .irq = IRQ, .ack_ns = 25 * H_MS }, 0, true, 1 },
	{ "an answer lost", { .irq = IRQ, .acks_lost = 1 }, 0, true, 2 },
	{ "silent", { .irq = IRQ, .acks_lost = 99 }, 0, false, 2 },
	{ "silent, believed", { .irq = IRQ, .acks_lost = 99 }, 1, true, 2 },
	{ "stuck", { .irq = IRQ, .stuck = 1 }, 1, false, 0 },
	{ "endless", { .irq = IRQ, .endless = 1 }, 1, false, 0 },
	{ "nobody", { .irq = -1, .unplugged = 1 }, 1, false, 0 },
};

/* It can be played on. */
static void
probe_play(const struct variant *v)
{
	static const uint8_t note[] = { 0x90, 60, 64, 0x80, 60, 0 };
	struct hosted_file *f;
	size_t done;

	if (H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &f)))
		return;
	if (h_write_all(f, note, sizeof(note), &done) && h_drain(f)) {
		SIM_CHECK(ua.uart);
		if (h_chip_heard(ua.nwire) != sizeof(note) ||
		    memcmp(h_chip.expanded, note, sizeof(note)) != 0)
			sim_fail("%s: a note is not heard", v->name);
	}
	h_close(f);
}

static void
probe_variant(const struct variant *v)
{
	int error;

	if (!h_boot(0))
		return;
	ua = v->chip;
	ua.port = PORT;
	ua.wire = h_chip.wire;
	ua.wire_size = H_CHIP_WIRE_BYTES;
	sim_uart_plug(&ua);
	error = hosted_attach_isa("mpu", PORT, ua.irq, v->flags, NULL);
	(void)sim_clear_signal();
	SIM_CHECK(error == 0 || error == ENXIO);
	if ((error == 0) != v->found && !h_fault())
		sim_fail("%s: %s", v->name, error ? "not found" : "found");
	SIM_CHECK(ua.resets <= v->resets);
	SIM_CHECK_EQ(ua.nwire, 0);
	if (error == 0)
		probe_play(v);
	finish();
	sim_bus_unplug(PORT);
}

H_CASE(probe, 2, 0, 0, "a chip that is not found or not put in "
    "UART mode, something written where there is none, or waiting without "
    "end for an answer")
{
	size_t i;

	for (i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		probe_variant(&variants[i]);
}

H_CASE(probe_fault, 20, SIM_FAULT_ALL, 6, "the same when memory is refused or "
    "a signal comes")
{

	probe_variant(&variants[sim_random(sizeof(variants) /
	    sizeof(variants[0]))]);
}

H_CASE(configuration, 5, SIM_FAULT_ALLOC, 1, "a device that attaches where "
    "there is nothing, twice in one place, or under another name; a wrong "
    "line of attachment; ports that are kept")
{
	struct host_io *io;
	int error;

	chip_init(&ua, IRQ);
	if (!attach(IRQ, 0))
		return;
	SIM_CHECK(h_fault() || strstr(sim_messages(),
	    "isa0 at root\nmpu0 at isa0 port 0x330-0x331 irq 5\n") != NULL);
	SIM_CHECK(h_fault() || strstr(sim_messages(),
	    "midi0 at mpu0: Roland MPU-401 MIDI UART\n") != NULL);
	/* One that could not map its ports leaves them to others. */
	error = hosted_attach_isa("mpu", PORT, IRQ, 0, NULL);
	SIM_CHECK(error == ENXIO || h_fault());
	error = hosted_attach_isa("mpu", 0x300, IRQ, 0, NULL);
	SIM_CHECK(error == ENXIO);
	error = hosted_attach_isa("organ", PORT, IRQ, 0, NULL);
	SIM_CHECK(error == ENODEV);
	if (!H_REFUSED(hosted_detach("isa0")) &&
	    !H_REFUSED(host_io_map(PORT, 2, "test", &io)))
		host_io_unmap(io);
	SIM_CHECK_EQ(ua.uart, 0);
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
	size_t done;

	chip_init(&ua, irq);
	ua.out_depth = 1 + (sim_random(2) ? sim_random(20) : 0);
	h_stream_init(&h_chip.st, 50);
	h_stream_random(&h_chip.st, 20 + sim_random(60));
	if (sim_random(2))
		h_stream_sysex(&h_chip.st, 2 + sim_random(300));
	if (!attach(irq, 0))
		return;
	if (!H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &f))) {
		start_ns = sim_now_ns();
		if (h_write_all(f, h_chip.st.raw, h_chip.st.nraw, &done) &&
		    h_drain(f)) {
			SIM_CHECK_EQ(h_count("midi0", "xmt bytes"), ua.nwire);
			/* The time of a byte, and of some accesses. */
			SIM_CHECK(h_fault() || h_chip.wire_ns[ua.nwire - 1] <
			    start_ns + (ua.nwire + 2) * 350 * H_US);
			h_chip_check(ua.nwire);
		}
		h_close(f);
	}
	finish();
}

H_CASE(output, 150, SIM_FAULT_ALL, 1, "a byte that the chip could not take, "
    "is lost or altered, a wire that idles, or waiting with a lock held")
{

	output(IRQ);
}

H_CASE(output_polled, 60, SIM_FAULT_ALL, 1, "the same without an interrupt")
{

	output(-1);
}

H_CASE(held, 1, 0, 0, "interrupts kept out for long, by a chip that takes all "
    "it is given")
{
	struct hosted_file *f;
	size_t done;

	chip_init(&ua, IRQ);
	ua.out_depth = 400;
	h_stream_init(&h_chip.st, 0);
	h_stream_sysex(&h_chip.st, 400);
	SIM_CHECK(attach(IRQ, 0));
	SIM_CHECK_EQ(h_open("rmidi0", HOSTED_WRITE, &f), 0);
	SIM_CHECK(h_write_all(f, h_chip.st.raw, h_chip.st.nraw, &done));
	SIM_CHECK(h_drain(f));
	SIM_CHECK_EQ(ua.nwire, h_chip.st.nraw);
	h_close(f);
	finish();
}

H_CASE(stuck, 15, SIM_FAULT_ALLOC, 1, "a close that never ends, or bytes that "
    "are not counted, when the chip takes nothing more")
{
	struct hosted_file *f;
	unsigned long long start_ns;
	size_t done = 0;

	chip_init(&ua, IRQ);
	h_stream_init(&h_chip.st, 0);
	h_stream_random(&h_chip.st, 20);
	if (!attach(IRQ, 0))
		return;
	if (!H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &f))) {
		(void)h_write_all(f, h_chip.st.raw, h_chip.st.nraw, &done);
		sim_sleep_ns(sim_random(20) * H_MS);
		ua.stuck = 1;
		sim_signal(host_thread_self());
		start_ns = sim_now_ns();
		h_close(f);
		SIM_CHECK(sim_now_ns() < start_ns + 3 * H_SECOND);
		SIM_CHECK(h_count("midi0", "xmt bytes") == ua.nwire);
		SIM_CHECK(ua.nwire != 0 || h_fault() || h_count("midi0",
		    "xmt bytes undelivered") != 0);
	}
	finish();
}

/*
 * Input.
 */

/* All that was fed has come, and the reader is done with it. */
static void
input_wait(void)
{

	while (ua.nfeed != 0 || ua.in_used != 0)
		sim_sleep_ns(H_MS);
	sim_sleep_ns(5 * H_MS);
	h_reader_stop(&h_chip.rd);
}

static void
input(int irq, unsigned depth, unsigned spurious)
{
	struct h_sink sink;
	unsigned i;

	chip_init(&ua, irq);
	ua.in_depth = depth;
	h_stream_init(&h_chip.st, 50);
	h_stream_random(&h_chip.st, 20 + sim_random(60));
	h_stream_sysex(&h_chip.st, 2 + sim_random(300));
	if (!attach(irq, 0))
		return;
	if (h_reader_start(&h_chip.rd, "rmidi0")) {
		sim_uart_feed(&ua, h_chip.st.raw, h_chip.st.nraw);
		for (i = 0; i < spurious; i++) {
			sim_sleep_ns(sim_random(1000) * H_US);
			sim_uart_spurious(&ua);
		}
		input_wait();
		SIM_CHECK_EQ(ua.ignored, 0);
		SIM_CHECK_EQ(h_count("midi0", "rcv bytes") + ua.lost,
		    h_chip.st.nraw);
		SIM_CHECK(ua.lost == 0 || h_fault());
		if (ua.lost == 0 && !h_fault()) {
			h_sink_init(&sink, &h_chip.st);
			h_sink_take(&sink, h_chip.rd.bytes, h_chip.rd.nbytes);
			SIM_CHECK(h_sink_full(&sink));
		}
		h_close(h_chip.rd.f);
	}
	finish();
}

H_CASE(input, 150, SIM_FAULT_ALL, 1, "a byte that the chip had and that is "
    "lost, altered or read twice; an interrupt that means nothing and is "
    "taken for a byte")
{

	input(IRQ, 1 + (sim_random(2) ? sim_random(60) : 0), sim_random(50));
	SIM_CHECK(!sim_clear_signal());
}

H_CASE(input_polled, 60, SIM_FAULT_ALL, 1, "the same without an interrupt, "
    "from a chip that keeps bytes for longer than a tick")
{

	input(-1, 16 + sim_random(40), 0);
}

H_CASE(closed, 40, SIM_FAULT_ALL, 1, "bytes from before the open that are "
    "given to the reader, or an interrupt that is never over while nobody "
    "reads")
{
	static const uint8_t old[] = { 0x90, 1, 1, 0x90, 2, 2 };
	static const uint8_t new[] = { 0xb0, 7, 100 };
	int irq;

	irq = sim_random(2) ? IRQ : -1;
	chip_init(&ua, irq);
	ua.in_depth = 64;
	if (!attach(irq, 0))
		return;
	sim_uart_feed(&ua, old, sizeof(old));
	sim_sleep_ns(10 * H_MS);
	SIM_CHECK(irq == -1 || ua.in_used == 0 || h_fault());
	if (h_reader_start(&h_chip.rd, "rmidi0")) {
		sim_sleep_ns(10 * H_MS);
		sim_uart_feed(&ua, new, sizeof(new));
		input_wait();
		if (!h_fault()) {
			SIM_CHECK_EQ(h_chip.rd.nbytes, sizeof(new));
			SIM_CHECK(memcmp(h_chip.rd.bytes, new,
			    sizeof(new)) == 0);
		}
		h_close(h_chip.rd.f);
	}
	finish();
}

H_CASE(endless, 10, SIM_FAULT_ALLOC, 1, "a chip that always has a byte and so "
    "leaves nobody any time")
{

	chip_init(&ua, IRQ);
	if (!attach(IRQ, 0))
		return;
	if (h_reader_start(&h_chip.rd, "rmidi0")) {
		ua.endless = 1;
		sim_bus_irq(IRQ, &ua, 1);
		sim_sleep_ns(20 * H_MS);
		ua.endless = 0;
		sim_bus_irq(IRQ, &ua, 0);
		input_wait();
		h_close(h_chip.rd.f);
	}
	finish();
}

/*
 * The end, at any moment.
 */

/* Once it is gone, the same place takes the same device. */
static void
detach_again(void)
{
	static const uint8_t note[] = { 0x90, 60, 64, 0x80, 60, 0 };
	struct hosted_file *f;
	size_t done;

	chip_init(&ua, IRQ);
	sim_uart_plug(&ua);
	if (H_REFUSED(hosted_attach_isa("mpu", PORT, IRQ, 0, NULL)))
		return;
	if (H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &f)))
		return;
	if (h_write_all(f, note, sizeof(note), &done) && h_drain(f))
		SIM_CHECK_EQ(h_chip_heard(ua.nwire), sizeof(note));
	h_close(f);
}

H_CASE(detach, 300, SIM_FAULT_ALL, 2, "a program that hangs, a chip that is "
    "touched, or a handler that runs, after the device is gone; ports or a "
    "line that are not given back")
{
	static const char *const what[] = { "mpu0", "midi0", "isa0", "mpu0" };
	const unsigned which = (unsigned)sim_random(4);
	bool unplug;

	chip_init(&ua, IRQ);
	ua.in_depth = 1 + sim_random(4);
	unplug = which == 3;
	h_stream_init(&h_chip.st, 50);
	h_stream_random(&h_chip.st, 60);
	if (!attach(IRQ, 0))
		return;
	if (!h_chip_traffic()) {
		finish();
		return;
	}
	sim_uart_feed(&ua, h_chip.st.raw, h_chip.st.nraw);
	sim_sleep_ns(sim_random(30) * H_MS + sim_random(1000) * H_US);
	if (unplug) {
		sim_uart_unplug(&ua);
		sim_sleep_ns(sim_random(2) * H_MS);
	}
	h_chip_detach(what[which]);
	if (which != 1) {
		SIM_CHECK(unplug || ua.uart == 0 || ua.nwire != 0);
		while (ua.feeding)
			sim_sleep_ns(H_MS);
		sim_bus_unplug(PORT);
		detach_again();
	}
	finish();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, probe);
	ATF_TP_ADD_TC(tp, probe_fault);
	ATF_TP_ADD_TC(tp, configuration);
	ATF_TP_ADD_TC(tp, output);
	ATF_TP_ADD_TC(tp, output_polled);
	ATF_TP_ADD_TC(tp, held);
	ATF_TP_ADD_TC(tp, stuck);
	ATF_TP_ADD_TC(tp, input);
	ATF_TP_ADD_TC(tp, input_polled);
	ATF_TP_ADD_TC(tp, closed);
	ATF_TP_ADD_TC(tp, endless);
	ATF_TP_ADD_TC(tp, detach);

	return atf_no_error();
}
