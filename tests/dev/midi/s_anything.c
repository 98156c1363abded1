/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_anything.c: programs that do anything at all, in any order: open, read,
 * write any bytes, set anything to anything, throw away, drain, connect, and
 * are interrupted, while the hardware does what it likes and then goes.
 *
 * Nothing is known of the outcome but that the kernel's own assertions hold,
 * that a signal ends every call, and that nothing is left behind.
 */

#include <sys/midiio.h>

#include "h_hardware.h"

#define PROGRAMS	4
#define STEPS		40
#define BYTES		300

static const char *const nodes[] = { "rmidi0", "rmidi1", "rmidi2" };
#define NNODES		(int)(sizeof(nodes) / sizeof(nodes[0]))

static struct h_hw *hw;
static bool over;

static void
any_bytes(uint8_t *buf, size_t n)
{
	static const uint8_t status[] = {
		0x90, 0x80, 0xb1, 0xc2, 0xe3, 0xf0, 0xf7, 0xf2, 0xf4, 0xf6,
		0xf8, 0xf9, 0xfe, 0xff
	};
	size_t i;

	for (i = 0; i < n; i++)
		buf[i] = sim_random(3) != 0 ? sim_random(128) :
		    status[sim_random(sizeof(status))];
}

/* Any setting, to one of its values. */
static void
any_setting(struct hosted_file *f)
{
	struct midi_setting_value msv;
	struct midi_setting_info msi;
	unsigned long long span;

	memset(&msi, 0, sizeof(msi));
	msi.msi_index = sim_random(24);
	if (h_ioctl(f, MIDI_SETTINGINFO, &msi) != 0)
		return;
	memset(&msv, 0, sizeof(msv));
	memcpy(msv.msv_name, msi.msi_name, sizeof(msv.msv_name));
	msv.msv_scope = sim_random(3);
	span = msi.msi_greatest - msi.msi_least + 1;
	msv.msv_value = msi.msi_least + sim_random(span < 5000 ? span : 5000);
	(void)h_ioctl(f, MIDI_SETSETTING, &msv);
	(void)h_ioctl(f, MIDI_GETSETTING, &msv);
}

static void
any_connection(void)
{
	struct midictl_connection mc;
	struct midictl_disconnect md;
	struct hosted_file *f;

	if (h_open("midictl", HOSTED_READ | HOSTED_WRITE, &f) != 0)
		return;
	memset(&mc, 0, sizeof(mc));
	mc.mc_source = sim_random(NNODES);
	mc.mc_dest = sim_random(NNODES);
	mc.mc_flags = sim_random(2) ? MIDICTL_DUPLEX : 0;
	mc.mc_channels = sim_random(0x10000);
	mc.mc_kinds = sim_random(MIDI_KINDS_ALL + 1);
	mc.mc_transpose = (int)sim_random(255) - 127;
	memset(&md, 0, sizeof(md));
	md.md_source = (int)sim_random(NNODES + 1) - 1;
	md.md_dest = (int)sim_random(NNODES + 1) - 1;
	if (sim_random(3) != 0)
		(void)h_ioctl(f, MIDICTL_CONNECT, &mc);
	else
		(void)h_ioctl(f, MIDICTL_DISCONNECT, &md);
	h_close(f);
}

static void
any_call(struct hosted_file *f)
{
	uint8_t buf[BYTES];
	struct midi_stats ms;
	size_t done;
	int n = sim_random(5);

	switch (sim_random(8)) {
	case 0:
	case 1:
		(void)h_read(f, buf, sim_random(BYTES), sim_random(8) != 0,
		    &done);
		break;
	case 2:
	case 3:
	case 4:
		any_bytes(buf, BYTES);
		(void)h_write(f, buf, sim_random(BYTES), sim_random(3) != 0,
		    &done);
		break;
	case 5:
		any_setting(f);
		break;
	case 6:
		(void)h_ioctl(f, sim_random(2) ? MIDI_DISCARD : FIONREAD, &n);
		(void)h_ioctl(f, MIDI_STATS, &ms);
		(void)hosted_poll(f, HOSTED_POLLIN | HOSTED_POLLOUT, NULL);
		break;
	default:
		if (sim_random(4) == 0)
			(void)h_ioctl(f, MIDI_DRAIN, NULL);
		break;
	}
}

static void
program(void *arg)
{
	struct hosted_file *f = NULL;
	int i;

	(void)arg;
	for (i = 0; i < STEPS && !over; i++) {
		if (f == NULL)
			(void)h_open(nodes[sim_random(NNODES)],
			    1 + sim_random(3), &f);
		else
			any_call(f);
		if (f != NULL && sim_random(8) == 0) {
			h_close(f);
			f = NULL;
		}
		if (sim_random(8) == 0)
			any_connection();
		sim_sleep_ns(sim_random(500) * H_US);
	}
	if (f != NULL)
		h_close(f);
}

static void
hardware(void)
{
	uint8_t buf[BYTES];

	any_bytes(buf, BYTES);
	(void)h_hw_input(hw, buf, sim_random(BYTES));
	hw->stuck = sim_random(4) == 0;
	if (!hw->stuck)
		h_hw_free(hw);
	hw->refuse_permille = sim_random(3) == 0 ? 200 : 0;
}

static void
anything(void)
{
	struct h_thread *t[PROGRAMS];
	const bool pull = sim_random(2);
	int i, k;

	over = false;
	for (i = 0; i < PROGRAMS; i++)
		t[i] = h_start(program, NULL);
	for (i = 0; i < STEPS / 2; i++) {
		hardware();
		sim_sleep_ns(sim_random(1000) * H_US);
		if (sim_random(3) == 0)
			h_signal(t[sim_random(PROGRAMS)]);
	}
	hw->refuse_permille = 0;
	if (pull)
		h_hw_detach(hw, false);
	else {
		hw->stuck = false;
		h_hw_free(hw);
	}
	over = true;
	for (i = 0; i < PROGRAMS; i++) {
		for (k = 0; !h_done(t[i]); k++) {
			if (k == 20000)
				sim_fail("a signal does not end a call");
			h_signal(t[i]);
			sim_sleep_ns(10 * H_MS);
		}
		h_join(t[i]);
	}
	if (!pull)
		h_hw_detach(hw, false);
}

H_CASE(anything, 1000, SIM_FAULT_ALL, 1, "an assertion that does not hold, a "
    "call that a signal does not end, or something left behind, whatever "
    "programs do")
{

	hw = h_hw_new(0);
	hw->flags = HOSTED_MIDI_IN | HOSTED_MIDI_OUT |
	    (sim_random(2) ? HOSTED_MIDI_CANONICAL : 0);
	hw->fifo = sim_random(20);
	hw->byte_ns = 1 + sim_random(100) * H_US;
	if (!h_boot(1))
		return;
	if (h_hw_attach(hw))
		anything();
	h_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, anything);
	return atf_no_error();
}
