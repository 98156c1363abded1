/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_sim_bus.c: ports and lines of interrupts of the simulation host.
 */

#include <atf-c.h>
#include <errno.h>
#include <string.h>

#include "h_sim.h"

#define IRQ	5
#define US	1000ULL

/*
 * A device of four registers, which keeps what is written.  A byte in the
 * last one is for its line.
 */

struct regs {
	unsigned char	reg[4];
	unsigned	reads, writes;
};

static unsigned char
regs_read(void *arg, unsigned long off)
{
	struct regs *r = arg;

	r->reads++;
	return r->reg[off];
}

static void
regs_write(void *arg, unsigned long off, unsigned char byte)
{
	struct regs *r = arg;

	r->writes++;
	r->reg[off] = byte;
	if (off == 3)
		sim_bus_irq(IRQ, r, byte);
}

static const struct sim_bus_ops regs_ops = { regs_read, regs_write };

/*
 * Ports.
 */

static void
ports_main(void *arg)
{
	struct regs r = { { 1, 2, 3, 4 }, 0, 0 };
	struct host_io *io, *other;
	unsigned long long start_ns;

	(void)arg;
	sim_bus_plug(0x330, 4, &regs_ops, &r);
	SIM_CHECK_EQ(host_io_map(0x32e, 8, "a", &io), 0);
	SIM_CHECK_EQ(host_io_map(0x335, 1, "b", &other), EBUSY);
	SIM_CHECK_EQ(host_io_map(0x300, 0x2f, "b", &other), EBUSY);
	SIM_CHECK_EQ(host_io_map(0x336, 2, "b", &other), 0);
	host_io_unmap(other);
	SIM_CHECK_EQ(host_io_map(0x32c, 2, "b", &other), 0);
	host_io_unmap(other);
	SIM_CHECK_EQ(host_io_map(0xffff, 2, "b", &other), ENXIO);
	SIM_CHECK_EQ(host_io_map(0x300, 0, "b", &other), ENXIO);

	start_ns = sim_now_ns();
	SIM_CHECK_EQ(host_io_read1(io, 1), 0xff);
	SIM_CHECK_EQ(host_io_read1(io, 2), 1);
	SIM_CHECK_EQ(host_io_read1(io, 5), 4);
	SIM_CHECK_EQ(host_io_read1(io, 6), 0xff);
	host_io_write1(io, 4, 0x55);
	host_io_write1(io, 7, 0x66);
	SIM_CHECK_EQ(sim_now_ns() - start_ns, 6 * SIM_BUS_ACCESS_NS);
	SIM_CHECK_EQ(r.reads, 2);
	SIM_CHECK_EQ(r.writes, 1);
	SIM_CHECK_EQ(r.reg[2], 0x55);

	sim_bus_unplug(0x330);
	SIM_CHECK_EQ(host_io_read1(io, 2), 0xff);
	host_io_write1(io, 2, 9);
	SIM_CHECK_EQ(r.reg[0], 1);
	host_io_unmap(io);
}

ATF_TC(ports);
ATF_TC_HEAD(ports, tc)
{
	atf_tc_set_md_var(tc, "descr", "A port that two have, a wrong "
	    "register, an answer where nothing is, an access without time");
}
ATF_TC_BODY(ports, tc)
{

	h_run_seeds(ports_main, NULL);
}

static void
outside_main(void *arg)
{
	struct host_io *io;

	(void)arg;
	SIM_CHECK_EQ(host_io_map(0x330, 2, "a", &io), 0);
	(void)host_io_read1(io, 2);
}

static void
twice_main(void *arg)
{
	struct regs r;

	(void)arg;
	sim_bus_plug(0x330, 4, &regs_ops, &r);
	sim_bus_plug(0x333, 4, &regs_ops, &r);
}

static void
unplug_main(void *arg)
{

	(void)arg;
	sim_bus_unplug(0x330);
}

static int
handler_none(void *arg)
{

	(void)arg;
	return 0;
}

static void
leak_main(void *arg)
{
	struct host_io *io;
	struct host_intr *in;

	(void)arg;
	SIM_CHECK_EQ(host_io_map(0x330, 2, "a", &io), 0);
	SIM_CHECK_EQ(host_intr_establish(IRQ, handler_none, NULL, "h", &in),
	    0);
}

ATF_TC(misuse);
ATF_TC_HEAD(misuse, tc)
{
	atf_tc_set_md_var(tc, "descr", "An access beside what was claimed, "
	    "two devices in one place, or a claim that is left, unnoticed");
}
ATF_TC_BODY(misuse, tc)
{
	struct sim_result res;

	h_run_ends(outside_main, NULL, SIM_END_PANIC, "port 0x332");
	h_run_ends(twice_main, NULL, SIM_END_PANIC, "two devices");
	h_run_ends(unplug_main, NULL, SIM_END_PANIC, "no device");
	ATF_CHECK_EQ(h_run(0, leak_main, NULL, &res), SIM_END_LEAK);
	ATF_CHECK_EQ(res.leaks.ios, 1);
	ATF_CHECK_EQ(res.leaks.intrs, 1);
}

/*
 * Lines.
 */

struct heard {
	unsigned	calls;
	int		claim;
	int		in_interrupt;
	struct regs	*lower;		/* whose line to let go */
};

static int
handler(void *arg)
{
	struct heard *h = arg;

	(void)host_uptime_ns();		/* it takes a step */
	h->calls++;
	h->in_interrupt = host_in_interrupt();
	if (h->lower != NULL)
		sim_bus_irq(IRQ, h->lower, 0);
	return h->claim;
}

static void
edge_main(void *arg)
{
	struct heard a = { .claim = 1 }, b = { .claim = 0 };
	struct host_intr *ia, *ib;
	int one, two;

	(void)arg;
	SIM_CHECK_EQ(host_intr_establish(99, handler, &a, "a", &ia), ENXIO);
	/* What came while nobody listened is heard once. */
	sim_bus_irq(IRQ, &one, 1);
	sim_bus_irq(IRQ, &one, 0);
	sim_bus_irq(IRQ, &one, 1);
	SIM_CHECK_EQ(host_intr_establish(IRQ, handler, &a, "a", &ia), 0);
	sim_sleep_ns(US);
	SIM_CHECK_EQ(a.calls, 1);
	SIM_CHECK_EQ(a.in_interrupt, 1);

	/* A second device does not make a line go up that is up. */
	SIM_CHECK_EQ(host_intr_establish(IRQ, handler, &b, "b", &ib), 0);
	sim_bus_irq(IRQ, &two, 1);
	sim_bus_irq(IRQ, &one, 0);
	sim_sleep_ns(US);
	SIM_CHECK_EQ(a.calls, 1);
	sim_bus_irq(IRQ, &two, 0);
	sim_bus_irq(IRQ, &one, 1);
	sim_sleep_ns(US);
	SIM_CHECK_EQ(a.calls, 2);
	SIM_CHECK_EQ(b.calls, 1);
	SIM_CHECK_EQ(sim_bus_strays(IRQ), 0);

	host_intr_disestablish(ia);
	sim_bus_irq(IRQ, &one, 0);
	sim_bus_irq(IRQ, &one, 1);
	sim_sleep_ns(US);
	SIM_CHECK_EQ(a.calls, 2);
	SIM_CHECK_EQ(b.calls, 2);
	SIM_CHECK_EQ(sim_bus_strays(IRQ), 1);
	host_intr_disestablish(ib);
}

ATF_TC(edge);
ATF_TC_HEAD(edge, tc)
{
	atf_tc_set_md_var(tc, "descr", "An edge that is lost, heard twice, "
	    "heard by one of two, or by one who has left");
}
ATF_TC_BODY(edge, tc)
{

	h_run_seeds(edge_main, NULL);
}

static void
level_main(void *arg)
{
	struct regs ra = { { 0 }, 0, 0 }, rb = { { 0 }, 0, 0 };
	struct heard a = { .claim = 1, .lower = &ra };
	struct heard b = { .claim = 1 };
	struct host_intr *ia, *ib;

	(void)arg;
	sim_bus_irq_level(IRQ);
	SIM_CHECK_EQ(host_intr_establish(IRQ, handler, &a, "a", &ia), 0);
	SIM_CHECK_EQ(host_intr_establish(IRQ, handler, &b, "b", &ib), 0);
	sim_bus_irq(IRQ, &rb, 1);
	sim_bus_irq(IRQ, &ra, 1);
	/* It goes on until both have let go. */
	while (b.calls < 3)
		sim_sleep_ns(1);
	b.lower = &rb;
	sim_sleep_ns(US);
	SIM_CHECK(b.calls >= 4);
	b.calls = 0;
	sim_sleep_ns(US);
	SIM_CHECK_EQ(b.calls, 0);
	host_intr_disestablish(ib);
	host_intr_disestablish(ia);
}

ATF_TC(level);
ATF_TC_HEAD(level, tc)
{
	atf_tc_set_md_var(tc, "descr", "A level-triggered line that is up and "
	    "does not interrupt, or interrupts when it is down");
}
ATF_TC_BODY(level, tc)
{
	struct sim_config cfg;
	struct sim_result res;

	/* With one processor such a storm leaves it no time. */
	memset(&cfg, 0, sizeof(cfg));
	cfg.quiet = 1;
	cfg.step_ns = 10;
	for (cfg.seed = 1; cfg.seed < H_SEEDS; cfg.seed++) {
		ATF_REQUIRE_MSG(sim_run(&cfg, level_main, NULL, &res) ==
		    SIM_END_OK, "seed %llu: %s: %s", cfg.seed,
		    sim_end_name(res.end), res.text);
	}
}

/*
 * The end of a handler.
 */

static struct {
	int	inside;
	int	gone;
	int	calls;
} slow;

static int
handler_slow(void *arg)
{

	(void)arg;
	SIM_CHECK(!slow.gone);
	slow.inside = 1;
	host_delay_ns(500);
	SIM_CHECK(!slow.gone);
	slow.inside = 0;
	slow.calls++;
	return 1;
}

static void
gone_main(void *arg)
{
	struct host_intr *in;
	int source;

	(void)arg;
	memset(&slow, 0, sizeof(slow));
	SIM_CHECK_EQ(host_intr_establish(IRQ, handler_slow, NULL, "s", &in),
	    0);
	sim_bus_irq(IRQ, &source, 1);
	sim_sleep_ns(sim_random(700));
	host_intr_disestablish(in);
	SIM_CHECK(!slow.inside);
	slow.gone = 1;
	sim_bus_irq(IRQ, &source, 0);
	sim_bus_irq(IRQ, &source, 1);
	sim_sleep_ns(US);
}

ATF_TC(gone);
ATF_TC_HEAD(gone, tc)
{
	atf_tc_set_md_var(tc, "descr", "A handler that runs, or begins, after "
	    "it was taken away");
}
ATF_TC_BODY(gone, tc)
{

	h_run_seeds(gone_main, NULL);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, ports);
	ATF_TP_ADD_TC(tp, misuse);
	ATF_TP_ADD_TC(tp, edge);
	ATF_TP_ADD_TC(tp, level);
	ATF_TP_ADD_TC(tp, gone);

	return atf_no_error();
}
