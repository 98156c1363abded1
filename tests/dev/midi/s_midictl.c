/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_midictl.c: connections under traffic, while they are made and undone and
 * while their ports go away; and who listens to them all the while.
 *
 * Port 1, which receives what is written to rmidi0, goes to port 2, to be
 * read from rmidi3, and to slow hardware, port 4, whose own notes go to port
 * 2 as well.
 */

#include <sys/midiio.h>

#include "h_hardware.h"

static bool stop;		/* no more traffic */
static bool silent;		/* nothing more will be heard */
static struct h_hw *hw;
static struct h_ear ear;

static int
ctl_connect(struct hosted_file *f, int source, int dest)
{
	struct midictl_connection mc;

	memset(&mc, 0, sizeof(mc));
	mc.mc_source = source;
	mc.mc_dest = dest;
	mc.mc_channels = MIDI_CHANNELS_ALL;
	mc.mc_kinds = MIDI_KINDS_ALL;
	mc.mc_transpose = sim_random(2) * 12;
	return h_ioctl(f, MIDICTL_CONNECT, &mc);
}

static int
ctl_disconnect(struct hosted_file *f, int source, int dest)
{
	struct midictl_disconnect md;

	memset(&md, 0, sizeof(md));
	md.md_source = source;
	md.md_dest = dest;
	return h_ioctl(f, MIDICTL_DISCONNECT, &md);
}

/* A request failed because a port is gone, or is about to. */
static void
ctl_check(int error)
{

	if (error != ENXIO && error != EIO && error != ENOENT &&
	    error != EEXIST && error != EINTR)
		(void)H_REFUSED(error);
}

/*
 * Traffic.
 */

static size_t
notes(uint8_t *buf, size_t max)
{
	size_t n;

	for (n = 0; n + 3 <= max && sim_random(8) != 0; n += 3) {
		buf[n] = sim_random(4) == 0 ? 0xb0 : 0x90;
		buf[n] |= sim_random(3);
		buf[n + 1] = buf[n] >= 0xb0 ? 64 : sim_random(100);
		buf[n + 2] = sim_random(2) * 100;
	}
	if (n + 4 <= max && sim_random(3) == 0) {
		memcpy(buf + n, "\xf0\x01\x02\xf7", 4);
		n += 4;
	}
	return n;
}

static void
writer_main(void *arg)
{
	struct hosted_file *f;
	uint8_t buf[90];
	size_t done;
	int error;

	(void)arg;
	if (h_open("rmidi0", HOSTED_WRITE, &f) != 0)
		return;
	do {
		error = h_write(f, buf, notes(buf, sizeof(buf)), false, &done);
		sim_sleep_ns(H_US + sim_random(100) * H_US);
	} while (!stop && error != EIO);
	h_close(f);
}

static void
player_main(void *arg)
{
	uint8_t buf[30];

	(void)arg;
	while (!stop) {
		(void)h_hw_input(hw, buf, notes(buf, sizeof(buf)));
		sim_sleep_ns(H_US + sim_random(300) * H_US);
	}
}

/* Hears all that comes, to the end of the device. */
static void
reader_main(void *arg)
{
	struct hosted_file *f = arg;
	uint8_t buf[100];
	size_t done;
	int error;

	do {
		error = h_read(f, buf, sizeof(buf), true, &done);
		h_ear_take(&ear, buf, done);
		if (error != 0)
			sim_sleep_ns(20 * H_US);
	} while (error != EIO && !(silent && error != 0));
}

/* Makes and undoes connections all the time. */
static void
patcher_main(void *arg)
{
	struct hosted_file *f;

	(void)arg;
	if (h_open("midictl", HOSTED_READ | HOSTED_WRITE, &f) != 0)
		return;
	while (!stop) {
		ctl_check(ctl_connect(f, 1, 2));
		sim_sleep_ns(sim_random(300) * H_US);
		if (sim_random(3) == 0)
			ctl_check(ctl_connect(f, 4, 2));
		ctl_check(ctl_disconnect(f, 1,
		    sim_random(3) == 0 ? MIDICTL_ANY : 2));
		sim_sleep_ns(sim_random(100) * H_US);
		if (sim_random(3) == 0)
			ctl_check(ctl_connect(f, 1, 4));
	}
	h_close(f);
}

/* Listens to ports all the time, and to the end of each. */
static void
listener_main(void *arg)
{
	struct midictl_tap_record mr[4];
	struct midictl_tap ta;
	struct hosted_file *f;
	size_t done;

	(void)arg;
	while (!stop) {
		if (h_open("midictl", HOSTED_READ | HOSTED_WRITE, &f) != 0)
			return;
		for (ta.mta_unit = 0; ta.mta_unit < 5; ta.mta_unit++) {
			ta.mta_dirs = 1 + sim_random(3);
			ctl_check(h_ioctl(f, MIDICTL_TAP, &ta));
		}
		do {
			if (h_read(f, mr, sizeof(mr), true, &done) == 0)
				SIM_CHECK_EQ(done % sizeof(mr[0]), 0);
			sim_sleep_ns(sim_random(100) * H_US);
		} while (!stop && sim_random(8) != 0);
		h_close(f);
	}
}

/*
 * The end of a port.
 */

/* No connection of this unit is left. */
static void
check_gone(struct hosted_file *f, int unit)
{
	struct midictl_connection mc;

	memset(&mc, 0, sizeof(mc));
	while (h_ioctl(f, MIDICTL_CONNECTION, &mc) == 0) {
		SIM_CHECK(mc.mc_source != unit && mc.mc_dest != unit);
		mc.mc_id++;
	}
}

static void
detach(const char *xname)
{
	struct h_patience pa;
	int error;

	h_patience(&pa);
	do {
		error = hosted_detach(xname);
		(void)sim_clear_signal();
	} while (error != 0 && h_again(&pa, error));
	(void)H_REFUSED(error);
}

static void
gone_traffic(struct hosted_file *ctl, const char *xname, int unit)
{
	/* With every fault the same, but there are many of them. */
	const unsigned us = runner_kind() != 0 ? 100 : 2000;
	struct h_thread *t[4];
	int i;

	t[0] = h_start(writer_main, NULL);
	t[1] = h_start(player_main, NULL);
	t[2] = h_start(patcher_main, NULL);
	t[3] = h_start(listener_main, NULL);
	sim_sleep_ns(sim_random(us) * H_US);
	for (i = sim_random(300); i > 0; i--)
		sim_yield();
	if (xname != NULL) {
		detach(xname);
		check_gone(ctl, unit);
	}
	sim_sleep_ns(sim_random(us / 4) * H_US);
	stop = true;
	for (i = 0; i < 4; i++) {
		while (!h_done(t[i])) {
			h_signal(t[i]);
			sim_sleep_ns(H_MS);
		}
		h_join(t[i]);
	}
}

/* What is left is silent when nothing is connected any more. */
static void
gone_run(const char *xname, int unit)
{
	struct hosted_file *ctl, *in;
	struct h_thread *reader;
	static struct h_ear wire;

	stop = silent = false;
	h_ear_init(&ear);
	h_ear_init(&wire);
	if (H_REFUSED(h_open("midictl", HOSTED_READ | HOSTED_WRITE, &ctl)))
		return;
	if (H_REFUSED(h_open("rmidi3", HOSTED_READ, &in))) {
		h_close(ctl);
		return;
	}
	ctl_check(ctl_connect(ctl, 1, 2));
	ctl_check(ctl_connect(ctl, 1, 4));
	ctl_check(ctl_connect(ctl, 4, 2));
	reader = h_start(reader_main, in);
	gone_traffic(ctl, xname, unit);
	while (ctl_disconnect(ctl, MIDICTL_ANY, MIDICTL_ANY) != 0)
		sim_sleep_ns(H_US);
	/* Also what is in the hardware. */
	sim_sleep_ns(10 * H_MS);
	silent = true;
	h_join(reader);
	if (unit != 2 && unit != 3 && !h_fault())
		SIM_CHECK(h_ear_silent(&ear));
	if (unit != 4) {
		h_ear_take(&wire, hw->wire, hw->nwire);
		SIM_CHECK(h_ear_silent(&wire) || h_fault());
	}
	h_close(in);
	h_close(ctl);
}

static void
gone_scenario(const char *xname, int unit)
{

	hw = h_hw_new(0);
	hw->flags = HOSTED_MIDI_IN | HOSTED_MIDI_OUT;
	hw->byte_ns = 20 * H_US;
	hw->fifo = 4;
	if (!h_boot(2))
		return;
	if (h_hw_attach(hw)) {
		gone_run(xname, unit);
		h_hw_detach(hw, false);
	}
	h_shutdown();
}

H_CASE(patched, 800, SIM_FAULT_ALL, 1, "a note that sounds on, a message that "
    "is cut or a leak, when connections come and go")
{

	gone_scenario(NULL, -1);
}

H_CASE(source_gone, 600, SIM_FAULT_ALL, 1, "a note that sounds on, a "
    "connection that stays, or freed memory used, when its source goes")
{

	gone_scenario("midi1", 1);
}

H_CASE(dest_gone, 600, SIM_FAULT_ALL, 1, "a sender that waits for "
    "ever, a connection that stays, or freed memory used, when its "
    "destination goes")
{

	gone_scenario("midi2", 2);
}

H_CASE(cable_gone, 600, SIM_FAULT_ALL, 1, "freed memory used when the "
    "cable of a connection goes")
{

	if (sim_random(2) != 0)
		gone_scenario("vmidi0", 1);
	else
		gone_scenario("vmidi1", 2);
}

H_CASE(hardware_gone, 600, SIM_FAULT_ALL, 1, "a note that sounds on, "
    "or a sender that waits for ever, when hardware goes that is source and "
    "destination")
{

	gone_scenario("midi4", 4);
}

/*
 * Every byte is accounted for, from hardware that cannot be held back to
 * hardware that is too slow.
 */

static size_t
conserve_input(struct h_hw *from)
{
	/* The same over and over, as far as a fault can tell. */
	const int most = runner_kind() != 0 ? 8 : 30;
	uint8_t buf[300];
	size_t i, n, sum = 0;
	int rounds;

	for (rounds = 0; rounds < most; rounds++) {
		n = sim_random(sizeof(buf) / 3) * 3;
		for (i = 0; i < n; i += 3) {
			buf[i] = 0xb0 + sim_random(16);
			buf[i + 1] = 7;
			buf[i + 2] = sim_random(128);
		}
		SIM_CHECK_EQ(h_hw_input(from, buf, n), n);
		sum += n;
		sim_sleep_ns(sim_random(3000) * H_US);
	}
	return sum;
}

static void
conserve_run(struct h_hw *from, struct h_hw *to)
{
	struct midictl_connection mc;
	struct hosted_file *ctl = NULL;
	size_t sum;

	H_GIVES(h_open("midictl", HOSTED_READ | HOSTED_WRITE, &ctl), 0);
	memset(&mc, 0, sizeof(mc));
	mc.mc_source = from->unit;
	mc.mc_dest = to->unit;
	mc.mc_channels = 0xfff0;
	mc.mc_kinds = MIDI_KINDS_ALL;
	H_GIVES(h_ioctl(ctl, MIDICTL_CONNECT, &mc), 0);
	sum = conserve_input(from);
	h_settle();
	H_GIVES(h_ioctl(ctl, MIDICTL_CONNECTION, &mc), 0);
	SIM_CHECK_EQ(sum, h_count("midi0", "rcv bytes") +
	    h_count("midi0", "rcv bytes overrun") - mc.mc_dropped_bytes);
	SIM_CHECK_EQ(h_count("midi0", "rcv bytes"), mc.mc_passed_bytes +
	    mc.mc_filtered_bytes + mc.mc_dropped_bytes);
	SIM_CHECK_EQ(mc.mc_passed_bytes, 3 * mc.mc_passed_msgs);
	H_GIVES(ctl_disconnect(ctl, from->unit, to->unit), 0);
	SIM_CHECK_EQ(mc.mc_passed_bytes, to->taken +
	    h_count("midi1", "xmt bytes undelivered"));
	SIM_CHECK_EQ(to->taken, h_count("midi1", "xmt bytes"));
out:
	if (ctl != NULL)
		h_close(ctl);
}

H_CASE(conserve, 100, SIM_FAULT_ALL, 1, "a byte that is lost on a connection "
    "and not counted, or counted and not lost")
{
	struct h_hw *from = h_hw_new(0), *to = h_hw_new(1);

	from->flags = HOSTED_MIDI_IN;
	to->flags = HOSTED_MIDI_OUT | HOSTED_MIDI_CANONICAL;
	to->byte_ns = 1 + sim_random(30) * H_US;
	to->fifo = sim_random(20);
	if (!h_boot(0))
		return;
	if (h_hw_attach(from)) {
		if (h_hw_attach(to)) {
			conserve_run(from, to);
			h_hw_detach(to, false);
		}
		h_hw_detach(from, false);
	}
	h_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, patched);
	ATF_TP_ADD_TC(tp, source_gone);
	ATF_TP_ADD_TC(tp, dest_gone);
	ATF_TP_ADD_TC(tp, cable_gone);
	ATF_TP_ADD_TC(tp, hardware_gone);
	ATF_TP_ADD_TC(tp, conserve);
	return atf_no_error();
}
