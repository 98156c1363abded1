/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_umidi_slow.c: USB MIDI devices and programs that do not take what they
 * are given, devices that are given back, and many that come and go.
 */

#include <stdlib.h>

#include "h_usbecho.h"

static const struct h_usbdesc_shape two = {
	2, 2, 64, false, H_USBDESC_NOBODY, false, false
};

/*
 * A reader who takes nothing.
 */

/* Note-ons with rising keys, in packets for a cable. */
static void
send(struct h_echo *he, unsigned cable, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		const uint8_t packet[4] = {
			cable << 4 | 9, 0x90, i % 128, 1 + i / 128 % 127
		};

		while (sim_usb_put(&he->usb, H_ECHO_IN, packet, 4) != 4) {
			if (he->usb.su_gone)
				return;
			sim_sleep_ns(H_MS);
		}
	}
}

/* Read whole notes, as many as there are. */
static unsigned
receive(struct hosted_file *f)
{
	uint8_t bytes[3 * 64];
	unsigned n = 0;
	size_t done, i;

	while (h_read(f, bytes, sizeof(bytes), true, &done) == 0 &&
	    done != 0) {
		SIM_CHECK_EQ(done % 3, 0);
		for (i = 0; i < done; i += 3)
			SIM_CHECK_EQ(bytes[i], 0x90);
		n += done / 3;
	}
	return n;
}

struct listener {
	struct hosted_file *f;
	unsigned	heard;
	bool		stop;
};

static void
listen_all(void *arg)
{
	struct listener *li = arg;

	while (!li->stop) {
		li->heard += receive(li->f);
		sim_sleep_ns(H_MS);
	}
}

H_CASE(slow_reader, 60, 0, 0, "a reader who takes nothing and holds other "
    "cables back for ever, or bytes that he loses and nobody counts")
{
	const unsigned n = 4000;
	struct h_echo *he = h_echo_new(0, &two);
	struct listener li = { 0 };
	struct h_thread *t;
	struct hosted_file *f;
	unsigned got, more;

	if (!h_boot(0) || !h_echo_plug(he))
		sim_fail("no device");
	SIM_CHECK_EQ(h_open("rmidi0", HOSTED_READ, &f), 0);
	SIM_CHECK_EQ(h_open("rmidi1", HOSTED_READ, &li.f), 0);
	t = h_start(listen_all, &li);
	send(he, 0, n);
	send(he, 1, n);
	sim_sleep_ns(2 * H_SECOND);
	/* The other has all. */
	SIM_CHECK_EQ(li.heard, n);
	for (got = more = receive(f); more != 0; got += more) {
		sim_sleep_ns(H_MS);
		more = receive(f);
	}
	SIM_CHECK(got >= 300 && got < n);
	/* He has room again.  What was held of a cut message is counted now. */
	send(he, 0, 100);
	sim_sleep_ns(H_SECOND);
	SIM_CHECK_EQ(receive(f), 100);
	SIM_CHECK_EQ(h_count("umidi0", "rcv bytes overrun") +
	    h_count("midi0", "rcv bytes discarded") + 3 * got, 3 * n);
	li.stop = true;
	h_join(t);
	h_close(f);
	h_close(li.f);
	h_echo_unplug(he);
	h_shutdown();
}

/*
 * A device that takes nothing.
 */

static void
write_until(void *arg)
{
	struct hosted_file *f = arg;
	size_t done;
	int error;

	do
		error = h_write(f, "\x90\x01\x02", 3, false, &done);
	while (error == 0 && done == 3);
	SIM_CHECK_EQ(error, EINTR);
}

H_CASE(stuck_device, 60, 0, 0, "a program that a signal does not free from a "
    "device that takes nothing, a close without end, or one that is not "
    "undone when the device is pulled out")
{
	struct h_echo *he = h_echo_new(0, &two);
	struct hosted_file *f;
	struct h_thread *t;
	uint64_t start_ns;

	he->deaf = true;
	if (!h_boot(0) || !h_echo_plug(he))
		sim_fail("no device");
	SIM_CHECK_EQ(h_open("rmidi1", HOSTED_WRITE, &f), 0);
	t = h_start(write_until, f);
	sim_sleep_ns(H_SECOND);
	SIM_CHECK(!h_done(t));
	SIM_CHECK_EQ(hosted_poll(f, HOSTED_POLLOUT, NULL), 0);
	h_signal(t);
	h_join(t);
	start_ns = sim_now_ns();
	if (sim_random(2))
		sim_usb_pull(&he->usb);
	h_close(f);
	SIM_CHECK(sim_now_ns() - start_ns <= 7 * H_SECOND);
	h_echo_unplug(he);
	h_shutdown();
}

/*
 * Given back.
 */

static uint8_t heard[65536];

H_CASE(given_back, 100, SIM_FAULT_ALL, 1, "a note that sounds for ever in a "
    "device that is given back, by its number or by a stop of the kernel, "
    "while a program has it down")
{
	static const uint8_t on[] = { 0x19, 0x90, 60, 100 };
	static const uint8_t off[] = { 0x18, 0x80, 60 };
	struct h_echo *he = h_echo_new(0, &two);
	struct hosted_file *f;
	size_t done;
	int error = 0;

	he->mute = true;
	he->heard = heard;
	he->heard_max = sizeof(heard);
	if (!h_boot(0))
		return;
	if (!h_echo_plug(he)) {
		h_shutdown();
		return;
	}
	if (!H_REFUSED(h_open("rmidi1", HOSTED_WRITE, &f))) {
		if (h_write_all(f, "\x90\x3c\x64", 3, &done))
			(void)h_drain(f);
		if (sim_random(2))
			error = hosted_detach("umidi0");
		(void)sim_clear_signal();
		h_echo_unplug(he);
		h_close(f);
		if (error == 0 && !h_fault()) {
			SIM_CHECK(he->nheard >= 8);
			SIM_CHECK_EQ(memcmp(heard, on, 4), 0);
			SIM_CHECK_EQ(memcmp(heard + 4, off, 3), 0);
		}
	} else
		h_echo_unplug(he);
	h_shutdown();
}

/*
 * Known again.
 */

/* Is this unit this device's, by what it hears? */
static void
check_unit(const char *node, struct h_echo *he)
{
	struct hosted_file *f;
	size_t done, before = he->nheard;

	SIM_CHECK_EQ(h_open(node, HOSTED_WRITE, &f), 0);
	SIM_CHECK_EQ(h_write(f, "\xc0\x01", 2, false, &done), 0);
	sim_sleep_ns(10 * H_MS);
	SIM_CHECK(he->nheard > before);
	h_close(f);
}

static void
known_again(const char *first, const char *second)
{
	static const struct h_usbdesc_shape one = {
		1, 1, 64, false, H_USBDESC_NOBODY, false, false
	};
	struct h_echo *he[H_ECHOS];
	int i;

	for (i = 0; i < H_ECHOS; i++) {
		he[i] = h_echo_new(i, &one);
		he[i]->mute = true;
		he[i]->heard = heard + i * sizeof(heard) / H_ECHOS;
		he[i]->heard_max = sizeof(heard) / H_ECHOS;
	}
	he[0]->serial = first;
	he[1]->serial = second;
	if (!h_boot(1) || !h_echo_plug(he[0]) || !h_echo_plug(he[1]))
		sim_fail("no device");
	check_unit("rmidi2", he[0]);
	check_unit("rmidi3", he[1]);
	h_echo_unplug(he[0]);
	h_echo_unplug(he[1]);
	/* The other way about, and another one in between. */
	SIM_CHECK(h_echo_plug(he[1]));
	check_unit("rmidi3", he[1]);
	he[0]->serial = "new";
	SIM_CHECK(h_echo_plug(he[0]));
	check_unit("rmidi4", he[0]);
	h_echo_unplug(he[0]);
	he[0]->serial = first;
	SIM_CHECK(h_echo_plug(he[0]));
	check_unit("rmidi2", he[0]);
	h_echo_unplug(he[1]);
	SIM_CHECK(h_echo_plug(he[1]));
	check_unit("rmidi3", he[1]);
	h_echo_unplug(he[1]);
	h_echo_unplug(he[0]);
	h_shutdown();
}

H_CASE(serials, 10, 0, 0, "a device that comes back under another number, or "
    "under one of another device that is away")
{

	known_again("A", "B");
}

H_CASE(places, 10, 0, 0, "the same of devices without serial numbers, which "
    "are known by their places")
{

	known_again(NULL, NULL);
}

/*
 * Again and again.
 */

/* Plug in, send something both ways, and pull out in the midst of it. */
static void
cycle(struct h_echo *he)
{
	struct hosted_file *f;
	size_t done;

	SIM_CHECK(h_echo_plug(he) || he->usb.su_gone);
	if (he->usb.su_hu == NULL)
		return;
	if (h_open("rmidi0", HOSTED_READ | HOSTED_WRITE, &f) == 0) {
		send(he, 0, 1 + sim_random(20));
		(void)h_write(f, "\x90\x3c\x64\xf0\x01\x02\x03\xf7", 8, true,
		    &done);
		sim_sleep_ns(sim_random(H_MS));
		sim_usb_pull(&he->usb);
		sim_sleep_ns(sim_random(H_MS));
		if (sim_random(2)) {
			h_echo_unplug(he);
			h_close(f);
			return;
		}
		h_close(f);
	}
	h_echo_unplug(he);
}

/* SIM_CYCLES: so many times in each run, in place of 2000. */
H_CASE(cycles, 1, 0, 0, "memory, threads or unit numbers that are used up by "
    "devices that come and go, and are pulled out at any time")
{
	struct h_echo *he = h_echo_new(0, &two);
	const char *s = getenv("SIM_CYCLES");
	unsigned long n = s != NULL ? strtoul(s, NULL, 10) : 2000;

	he->stall_permille = 50;
	if (!h_boot(0))
		return;
	for (; n > 0; n--) {
		he->pull_at = sim_random(2) ? 0 : 1 + sim_random(40);
		he->calls = 0;
		cycle(he);
		SIM_CHECK(!sim_node_exists("rmidi0"));
	}
	he->pull_at = 0;
	he->stall_permille = 0;
	SIM_CHECK(h_echo_plug(he));
	SIM_CHECK(sim_node_exists("rmidi1") && !sim_node_exists("rmidi2"));
	h_echo_unplug(he);
	h_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, slow_reader);
	ATF_TP_ADD_TC(tp, stuck_device);
	ATF_TP_ADD_TC(tp, given_back);
	ATF_TP_ADD_TC(tp, serials);
	ATF_TP_ADD_TC(tp, places);
	ATF_TP_ADD_TC(tp, cycles);
	return atf_no_error();
}
