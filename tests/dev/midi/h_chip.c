/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_chip.c: a serial chip at ISA under test.  See h_chip.h.
 */

#include "h_chip.h"

/* No lock is held that keeps interrupts out for longer. */
#define H_CHIP_HELD_NS	(50 * H_US)

struct h_chip h_chip;

bool
h_chip_attach(const char *driver, int port, int irq, int flags,
    void (*plug)(void))
{
	int unit;

	if (!h_boot(0))
		return false;
	(*plug)();
	if (!H_REFUSED(hosted_attach_isa(driver, port, irq, flags, &unit))) {
		SIM_CHECK_EQ(unit, 0);
		return true;
	}
	h_shutdown();
	return false;
}

void
h_chip_finish(unsigned long violations)
{

	h_shutdown();
	SIM_CHECK_EQ(violations, 0);
	SIM_CHECK(sim_spin_max_ns() <= H_CHIP_HELD_NS);
}

size_t
h_chip_heard(size_t nwire)
{
	size_t i, n = 0;

	for (i = 0; i < nwire; i++) {
		if (h_chip.wire[i] != 0xfe)
			h_chip.wire[n++] = h_chip.wire[i];
	}
	return h_expand(h_chip.wire, n, h_chip.expanded);
}

void
h_chip_check(size_t nwire)
{
	struct h_sink sink;

	h_sink_init(&sink, &h_chip.st);
	h_sink_take(&sink, h_chip.expanded, h_chip_heard(nwire));
	SIM_CHECK(h_sink_full(&sink));
}

bool
h_chip_traffic(void)
{

	if (h_reader_start(&h_chip.rd, "rmidi0")) {
		if (h_writer_start(&h_chip.wr, "rmidi0", &h_chip.st))
			return true;
		h_reader_stop(&h_chip.rd);
		h_close(h_chip.rd.f);
	}
	return false;
}

void
h_chip_detach(const char *what)
{

	while (H_REFUSED(hosted_detach(what)))
		(void)sim_clear_signal();
	(void)sim_clear_signal();
	h_reader_gone(&h_chip.rd);
	h_writer_gone(&h_chip.wr);
}
