/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_hardware.c: MIDI hardware for scenarios.  See h_hardware.h.
 */

#include <stdio.h>

#include "h_hardware.h"

static struct h_hw h_hws[H_HWS];
static uint8_t h_wires[H_HWS][H_HW_WIRE];
static uint64_t h_wires_ns[H_HWS][H_HW_WIRE];

struct h_hw *
h_hw_new(int n)
{
	struct h_hw *hw = &h_hws[n];

	SIM_CHECK(n < H_HWS);
	memset(hw, 0, sizeof(*hw));
	hw->flags = HOSTED_MIDI_IN | HOSTED_MIDI_OUT;
	hw->wire = h_wires[n];
	hw->wire_ns = h_wires_ns[n];
	return hw;
}

/*
 * The chip.  Its interrupt and its methods do not sleep: between two calls
 * of the simulation nothing else runs.
 */

static void
h_hw_send(struct h_hw *hw, uint8_t byte)
{

	hw->last_ns = sim_now_ns();
	if (byte == 0xfe) {
		hw->nsense++;
		return;
	}
	SIM_CHECK(hw->nwire < H_HW_WIRE);
	hw->wire[hw->nwire] = byte;
	hw->wire_ns[hw->nwire++] = sim_now_ns();
}

/* Have the thread look. */
static void
h_hw_wake(struct h_hw *hw)
{

	if (hw->thread != NULL)
		h_signal(hw->thread);
}

/* A byte has left.  In an interrupt. */
static void
h_hw_tick(void *arg)
{
	struct h_hw *hw = arg;

	hw->ticking = false;
	h_hw_send(hw, hw->bytes[hw->first]);
	hw->first = (hw->first + 1) % H_HW_FIFO;
	hw->used--;
	if (hw->used != 0) {
		hw->ticking = true;
		sim_at(sim_now_ns() + hw->byte_ns, h_hw_tick, hw);
	}
	if (hw->lacking && !hw->stuck) {
		hw->lacking = false;
		hw->ready = true;
		h_hw_wake(hw);
	}
}

static size_t
h_hw_fifo(struct h_hw *hw, const uint8_t *bytes, size_t n)
{
	size_t i;

	if (n > hw->fifo - hw->used)
		n = hw->fifo - hw->used;
	for (i = 0; i < n; i++)
		hw->bytes[(hw->first + hw->used + i) % H_HW_FIFO] = bytes[i];
	hw->used += n;
	if (n != 0 && !hw->ticking) {
		hw->ticking = true;
		sim_at(sim_now_ns() + hw->byte_ns, h_hw_tick, hw);
	}
	return n;
}

static int
h_hw_output(void *arg, const unsigned char *bytes, int count)
{
	struct h_hw *hw = arg;
	const size_t n = (size_t)count;
	size_t i, taken = 0;

	SIM_CHECK(count > 0);
	SIM_CHECK(hw->open & HOSTED_WRITE);
	/* Who took less is not asked before he has told. */
	SIM_CHECK(!hw->lacking);
	if (sim_random(1000) < hw->refuse_permille) {
		hw->refused += n;
		return -EIO;
	}
	if (!hw->stuck && hw->fifo == 0) {
		for (i = 0; i < n; i++)
			h_hw_send(hw, bytes[i]);
		taken = n;
	} else if (!hw->stuck)
		taken = h_hw_fifo(hw, bytes, n);
	hw->lacking = taken < n;
	hw->taken += taken;
	if (hw->heard != NULL)
		hw->heard(hw, bytes, taken);
	return (int)taken;
}

static int
h_hw_open(void *arg, int flags)
{
	struct h_hw *hw = arg;

	SIM_CHECK(flags != 0 && flags != hw->open);
	/* Who goes on being sent to still owes its word. */
	if ((hw->open & flags & HOSTED_WRITE) == 0)
		hw->lacking = hw->ready = false;
	hw->opens++;
	hw->open = flags;
	return 0;
}

static void
h_hw_close(void *arg)
{
	struct h_hw *hw = arg;

	SIM_CHECK(hw->open != 0);
	hw->open = 0;
	hw->lacking = hw->ready = false;
}

static const struct hosted_midi_ops h_hw_ops = {
	.hm_open = h_hw_open,
	.hm_close = h_hw_close,
	.hm_output = h_hw_output,
};

/*
 * The thread, which tells the kernel that the chip has room.
 */

static void
h_hw_main(void *arg)
{
	struct h_hw *hw = arg;

	while (!hw->stop) {
		if (hw->ready) {
			hw->ready = false;
			hosted_midi_ready(hw->hm);
			continue;
		}
		(void)sim_poll_wait(hw->poll, 0);
		(void)sim_clear_signal();
	}
}

bool
h_hw_attach(struct h_hw *hw)
{

	/* By which thread bytes get to readers makes no difference. */
	if (sim_random(2))
		hw->flags |= HOSTED_MIDI_DIRECT;
	if (H_REFUSED(hosted_midi_attach("test", hw->flags, &h_hw_ops, hw,
	    &hw->hm, &hw->unit)))
		return false;
	hw->poll = sim_poll_create();
	hw->thread = h_start(h_hw_main, hw);
	return true;
}

void
h_hw_detach(struct h_hw *hw, bool gone)
{
	struct h_thread *t = hw->thread;

	hw->stop = true;
	h_hw_wake(hw);
	/* A byte that leaves later has nobody to wake. */
	hw->thread = NULL;
	h_join(t);
	sim_poll_destroy(hw->poll);
	if (!gone) {
		hosted_midi_detach(hw->hm);
		(void)sim_clear_signal();
	}
	SIM_CHECK_EQ(hw->open, 0);
	/* Its last byte may still be on its way. */
	while (hw->ticking)
		sim_sleep_ns(hw->byte_ns);
}

const char *
h_hw_node(const struct h_hw *hw)
{
	static char names[H_HWS][16];
	char *name = names[hw - h_hws];

	snprintf(name, sizeof(names[0]), "rmidi%d", hw->unit);
	return name;
}

void
h_hw_free(struct h_hw *hw)
{

	hw->stuck = false;
	if (hw->lacking) {
		hw->lacking = false;
		hw->ready = true;
		h_hw_wake(hw);
	}
}

/*
 * Input.
 */

static void
h_hw_room(void *arg)
{
	struct h_hw *hw = arg;

	hw->room = true;
}

int
h_hw_input(struct h_hw *hw, const uint8_t *bytes, size_t n)
{

	return hosted_midi_input(hw->hm, bytes, (int)n);
}

bool
h_hw_input_all(struct h_hw *hw, const uint8_t *bytes, size_t n,
    const bool *stop)
{
	size_t done = 0;
	int took;

	if (hw->flags & HOSTED_MIDI_FLOW)
		hosted_midi_on_room(hw->hm, h_hw_room);
	while (done < n) {
		hw->room = false;
		took = h_hw_input(hw, bytes + done, n - done);
		SIM_CHECK(took >= 0 && (size_t)took <= n - done);
		done += took;
		if (done == n)
			break;
		SIM_CHECK(hw->flags & HOSTED_MIDI_FLOW);
		while (!hw->room) {
			if (*stop)
				return false;
			sim_sleep_ns(10 * H_US);
		}
	}
	return true;
}
