/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_settings.c: settings of hardware that has its times, and opens that wait
 * beside everything that can happen to them.
 */

#include <sys/midiio.h>

#include "h_hardware.h"

static int
set(struct hosted_file *f, int scope, const char *name, long long v)
{
	struct midi_setting_value msv = { .msv_scope = scope, .msv_value = v };

	memcpy(msv.msv_name, name, strlen(name));
	return h_ioctl(f, MIDI_SETSETTING, &msv);
}

/* A cable's end, or hardware. */
static struct h_hw *hw;

static bool
begin(int flags, size_t fifo, uint64_t byte_ns)
{

	if (!h_boot(0))
		return false;
	hw = h_hw_new(0);
	hw->flags = flags;
	hw->fifo = fifo;
	hw->byte_ns = byte_ns;
	if (h_hw_attach(hw))
		return true;
	h_shutdown();
	return false;
}

/* Close it, if it is open. */
static void
close_file(struct hosted_file **f)
{

	if (*f != NULL)
		h_close(*f);
	*f = NULL;
}

static void
end(void)
{

	h_hw_detach(hw, false);
	h_shutdown();
}

/*
 * Waiting opens.
 */

#define WAITERS	5
#define ROUNDS	4

static int holders, opened, ended;

/* Open and close again, as often as it can be had. */
static void
waiter(void *arg)
{
	struct hosted_file *f;
	int error, i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		error = hosted_open(h_hw_node(hw), HOSTED_READ |
		    HOSTED_WRITE, &f);
		(void)sim_clear_signal();
		if (error != 0) {
			SIM_CHECK(error == EINTR || error == ENXIO ||
			    error == EIO || h_fault());
			ended++;
			continue;
		}
		SIM_CHECK_EQ(holders, 0);
		holders++;
		opened++;
		sim_sleep_ns(sim_random(2 * H_MS));
		holders--;
		h_close(f);
	}
}

static void
waiters(bool pull)
{
	struct h_thread *t[WAITERS];
	struct hosted_file *f;
	int i;

	holders = opened = ended = 0;
	if (!begin(HOSTED_MIDI_IN | HOSTED_MIDI_OUT, 0, H_HW_BYTE_NS))
		return;
	if (H_REFUSED(h_open(h_hw_node(hw), HOSTED_READ | HOSTED_WRITE,
	    &f))) {
		end();
		return;
	}
	(void)H_REFUSED(set(f, MIDI_SCOPE_PORT, "wait_open", 1));
	for (i = 0; i < WAITERS; i++)
		t[i] = h_start(waiter, NULL);
	sim_sleep_ns(H_MS);
	SIM_CHECK(h_fault() || opened == 0);
	for (i = 0; i < 3; i++) {
		h_signal(t[sim_random(WAITERS)]);
		sim_sleep_ns(sim_random(H_MS));
	}
	h_close(f);
	sim_sleep_ns(sim_random(10 * H_MS));
	if (pull)
		h_hw_detach(hw, false);
	for (i = 0; i < WAITERS; i++)
		h_join(t[i]);
	SIM_CHECK(h_fault() || pull || opened + ended == WAITERS * ROUNDS);
	SIM_CHECK(h_fault() || pull || opened >= WAITERS * ROUNDS - 3);
	if (pull)
		h_shutdown();
	else
		end();
}

H_CASE(wait_open, 200, SIM_FAULT_ALL, 2, "an open that waits for ever, is let "
    "in beside another, or is not ended by a signal")
{

	waiters(false);
}

H_CASE(wait_detach, 200, SIM_FAULT_ALL, 2, "an open that waits and keeps a "
    "detach waiting, or uses what is gone")
{

	waiters(true);
}

/*
 * Times.
 */

H_CASE(sync, 10, SIM_FAULT_ALL, 1, "a synchronous write that returns before "
    "its bytes have left, or long after; another that waits")
{
	struct hosted_file *f = NULL;
	uint8_t buf[300];
	unsigned long long start_ns;
	size_t done;

	if (!begin(HOSTED_MIDI_OUT, 1, H_HW_BYTE_NS))
		return;
	H_GIVES(h_open(h_hw_node(hw), HOSTED_WRITE, &f), 0);
	memset(buf, 0xf6, sizeof(buf));
	start_ns = sim_now_ns();
	H_GIVES(h_write(f, buf, sizeof(buf), false, &done), 0);
	H_HOLDS(sim_now_ns() - start_ns < sizeof(buf) * H_HW_BYTE_NS / 2);
	H_HOLDS(h_drain(f));
	H_GIVES(set(f, MIDI_SCOPE_FILE, "sync", 1), 0);
	start_ns = sim_now_ns();
	H_GIVES(h_write(f, buf, sizeof(buf), false, &done), 0);
	H_HOLDS(sim_now_ns() - start_ns >=
	    (sizeof(buf) - 1) * H_HW_BYTE_NS);
	/* The last one has been taken, and is on its way. */
	H_HOLDS(hw->nwire + 1 >= 2 * sizeof(buf));
	/* Who does not wait, does not. */
	start_ns = sim_now_ns();
	H_GIVES(h_write(f, buf, sizeof(buf), true, &done), 0);
	H_HOLDS(sim_now_ns() - start_ns < sizeof(buf) * H_HW_BYTE_NS / 2);
	/* Nor does such a close. */
	H_GIVES(set(f, MIDI_SCOPE_FILE, "close_drain", 0), 0);
	start_ns = sim_now_ns();
	close_file(&f);
	H_HOLDS(sim_now_ns() - start_ns < sizeof(buf) * H_HW_BYTE_NS / 2);
	H_HOLDS(hw->nwire < 3 * sizeof(buf));
out:
	close_file(&f);
	end();
}

/*
 * Directions that are not there.
 */

H_CASE(open_check, 5, SIM_FAULT_ALL, 1, "an open of a direction that is not "
    "there, refused or allowed against the setting")
{
	struct hosted_file *f = NULL, *g = NULL;
	size_t done;

	if (!begin(HOSTED_MIDI_IN, 0, H_HW_BYTE_NS))
		return;
	H_GIVES(h_open(h_hw_node(hw), HOSTED_WRITE, &f), 0);
	H_GIVES(h_write(f, "\xf6", 1, false, &done), ENXIO);
	H_GIVES(set(f, MIDI_SCOPE_PORT, "open_check", 1), 0);
	H_GIVES(h_open(h_hw_node(hw), HOSTED_WRITE, &g), ENODEV);
	H_GIVES(h_open(h_hw_node(hw), HOSTED_READ | HOSTED_WRITE, &g),
	    ENODEV);
	H_GIVES(h_open(h_hw_node(hw), HOSTED_READ, &g), 0);
	close_file(&g);
	/* The sequencer takes what is there. */
	H_GIVES(h_open("music", HOSTED_READ | HOSTED_WRITE, &g), 0);
	H_GIVES(hw->open, HOSTED_READ);
	close_file(&g);
	H_GIVES(set(f, MIDI_SCOPE_ALL, "open_check", 0), 0);
	H_GIVES(h_open(h_hw_node(hw), HOSTED_WRITE, &g), 0);
out:
	close_file(&g);
	close_file(&f);
	end();
}

/*
 * Pace, on a wire of its own.
 */

H_CASE(pace, 20, SIM_FAULT_ALL, 1, "a paced wire that is faster than it may "
    "be at any byte, or not as fast on the whole; raw bytes that are not paced")
{
	struct hosted_file *f = NULL;
	uint8_t buf[64];
	unsigned long long start_ns;
	size_t done, i;
	int raw;

	if (!begin(HOSTED_MIDI_OUT, 0, 1000))
		return;
	H_GIVES(h_open(h_hw_node(hw), HOSTED_WRITE, &f), 0);
	H_GIVES(set(f, MIDI_SCOPE_PORT, "asense_generate", 0), 0);
	H_GIVES(set(f, MIDI_SCOPE_PORT, "rate", 1000), 0);
	for (raw = 0; raw < 2; raw++) {
		H_GIVES(set(f, MIDI_SCOPE_FILE, "raw", raw), 0);
		memset(buf, raw ? 0x01 : 0xf6, sizeof(buf));
		hw->nwire = 0;
		start_ns = sim_now_ns();
		H_GIVES(h_write(f, buf, sizeof(buf), false, &done), 0);
		H_HOLDS(h_drain(f));
		H_GIVES(hw->nwire, sizeof(buf));
		for (i = 0; i < sizeof(buf); i++) {
			H_HOLDS(hw->wire_ns[i] >= start_ns + i * H_MS);
			H_HOLDS(hw->wire_ns[i] < start_ns + (i + 2) * H_MS);
		}
		sim_sleep_ns(10 * H_MS);
	}
out:
	close_file(&f);
	end();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, wait_open);
	ATF_TP_ADD_TC(tp, wait_detach);
	ATF_TP_ADD_TC(tp, sync);
	ATF_TP_ADD_TC(tp, open_check);
	ATF_TP_ADD_TC(tp, pace);
	return atf_no_error();
}
