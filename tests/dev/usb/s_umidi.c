/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_umidi.c: USB MIDI devices that echo, that do wrong, and that are pulled
 * out.
 */

#include <stdio.h>

#include <sys/midiio.h>

#include "h_usbecho.h"

#define CABLES	16

static const struct h_usbdesc_shape three = {
	3, 3, 64, false, H_USBDESC_EXTERNAL, false, true
};
static const struct h_usbdesc_shape sixteen = {
	16, 16, 64, false, H_USBDESC_NOBODY, false, false
};

/*
 * Attachment.
 */

static void
check_message(const char *text)
{

	if (strstr(sim_messages(), text) == NULL)
		sim_fail("no message `%s' in:\n%s", text, sim_messages());
}

static void
check_attached(void)
{
	struct hosted_file *f;
	size_t done;

	check_message("umidi0 at uhub0 port 1 configuration 1 interface 1\n");
	check_message("umidi0: Maker (0x1234) Echo (0x5678), rev 2.00/12.34, "
	    "addr 2\n");
	check_message("umidi0: genuine USB-MIDI, out=1, in=3\n");
	check_message("midi0 at umidi0: Echo In 1, Out 1\n");
	check_message("midi1 at umidi0: Echo In 2\n");
	check_message("midi2 at umidi0: Echo In 3\n");
	SIM_CHECK(!sim_node_exists("rmidi3"));
	SIM_CHECK_EQ(h_open("rmidi1", HOSTED_WRITE, &f), 0);
	SIM_CHECK_EQ(h_write(f, "\x90\x01\x02", 3, false, &done), ENXIO);
	h_close(f);
	SIM_CHECK_EQ(h_open("rmidi0", HOSTED_WRITE | HOSTED_READ, &f), 0);
	h_close(f);
}

H_CASE(attach, 30, SIM_FAULT_ALL, 1, "a message at attach that is not as "
    "NetBSD prints it, a port that is not there, has another name than its "
    "jacks or another direction, or one that stays when the device goes")
{
	static const struct h_usbdesc_shape odd = {
		3, 1, 512, true, H_USBDESC_EMBEDDED, false, false
	};
	struct h_echo *he = h_echo_new(0, &odd);

	if (!h_boot(0))
		return;
	if (h_echo_plug(he)) {
		if (!h_fault())
			check_attached();
		h_echo_unplug(he);
		SIM_CHECK(!sim_node_exists("rmidi0"));
	}
	h_shutdown();
}

/*
 * There and back.
 */

static struct h_stream streams[CABLES];

struct cable {
	struct h_echo	*he;
	unsigned	n;
	struct hosted_file *f;
	struct h_sink	sink;
	size_t		chunk;
	bool		exact;		/* nothing may be lost */
	bool		written;
	bool		failed;
};

static struct cable cables[CABLES];

/* A device that does wrong may give any error. */
static bool
cable_write_piece(struct cable *ca, const uint8_t *bytes, size_t n,
    size_t *done)
{
	struct h_patience pa;
	int error;

	if (ca->exact)
		return h_write_all(ca->f, bytes, n, done);
	h_patience(&pa);
	do
		error = h_write(ca->f, bytes, n, false, done);
	while (*done == 0 && h_again(&pa, error));
	return *done != 0;
}

static void
cable_write(void *arg)
{
	struct cable *ca = arg;
	const struct h_stream *st = &streams[ca->n];
	size_t at, done, n;

	for (at = 0; at < st->nraw; at += done) {
		n = 1 + sim_random(ca->chunk);
		if (n > st->nraw - at)
			n = st->nraw - at;
		if (!cable_write_piece(ca, st->raw + at, n, &done)) {
			ca->failed = ca->written = true;
			return;
		}
	}
	ca->written = !ca->exact || h_drain(ca->f);
}

static void
cable_read(void *arg)
{
	struct cable *ca = arg;
	struct h_patience pa;
	uint8_t bytes[300];
	size_t done;
	int error;

	h_patience(&pa);
	while (!h_sink_full(&ca->sink)) {
		error = h_read(ca->f, bytes, 1 + sim_random(sizeof(bytes)),
		    false, &done);
		if (ca->exact)
			h_sink_take(&ca->sink, bytes, done);
		if (error == 0 && done == 0)
			break;
		if (!h_again(&pa, error))
			break;
	}
	if (!h_sink_full(&ca->sink))
		ca->failed = true;
}

/* Open so many cables and start their programs. */
static unsigned
cables_start(struct h_echo *he, unsigned n, unsigned messages, size_t sysex,
    bool exact, struct h_thread **threads)
{
	struct cable *ca;
	char node[16];
	unsigned i, nthreads = 0;
	int error;

	memset(cables, 0, sizeof(cables));
	for (i = 0; i < n; i++) {
		ca = &cables[i];
		h_stream_init(&streams[i], sim_random(2) * 30);
		h_stream_random(&streams[i], messages);
		if (sysex != 0)
			h_stream_sysex(&streams[i], sysex);
		ca->he = he;
		ca->n = i;
		ca->exact = exact;
		ca->chunk = 1 + sim_random(300);
		h_sink_init(&ca->sink, &streams[i]);
		snprintf(node, sizeof(node), "rmidi%u", i);
		error = h_open(node, HOSTED_READ | HOSTED_WRITE, &ca->f);
		if (error != 0 && (he->usb.su_gone || H_REFUSED(error)))
			break;
		threads[nthreads++] = h_start(cable_read, ca);
		threads[nthreads++] = h_start(cable_write, ca);
	}
	return nthreads;
}

/* A reader whose stream has stopped short waits for ever: end it. */
static void
cables_join(struct h_thread **threads, unsigned n)
{
	unsigned i;

	for (i = 1; i < n; i += 2)
		h_join(threads[i]);
	for (i = 0; i < n; i += 2) {
		if (h_fault() || !cables[i / 2].exact) {
			while (!h_done(threads[i])) {
				sim_sleep_ns(H_SECOND);
				h_signal(threads[i]);
				cables[i / 2].failed = true;
			}
		}
		h_join(threads[i]);
	}
}

static void
cables_close(unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		h_close(cables[i].f);
	/* What ends notes comes back as well, and nobody wants it. */
	sim_sleep_ns(H_SECOND);
}

/* Send and check, on a device that is plugged in. */
static void
cables_run(struct h_echo *he, unsigned n, unsigned messages, size_t sysex)
{
	struct h_thread *threads[2 * CABLES];
	unsigned i, nthreads;

	nthreads = cables_start(he, n, messages, sysex, true, threads);
	cables_join(threads, nthreads);
	cables_close(nthreads / 2);
	for (i = 0; i < nthreads / 2; i++)
		SIM_CHECK(h_fault() || (cables[i].written &&
		    !cables[i].failed));
}

H_CASE(echo, 200, SIM_FAULT_ALL, 1, "a byte that is lost, altered, doubled or "
    "brought to another cable on its way through a device and back, with "
    "stalls, short and empty transfers on the way")
{
	struct h_echo *he = h_echo_new(0, &three);

	he->stall_permille = sim_random(3) * 40;
	he->short_permille = sim_random(3) * 200;
	he->usb.su_transfer_ns = H_US * (1 + sim_random(1000));
	if (!h_boot(0))
		return;
	if (h_echo_plug(he)) {
		cables_run(he, 1 + sim_random(3), 20 + sim_random(60),
		    sim_random(2) * sim_random(500));
		if (!h_fault()) {
			SIM_CHECK_EQ(h_count("umidi0", "rcv bytes overrun"),
			    0);
			SIM_CHECK_EQ(h_count("umidi0",
			    "xmt bytes of packets lost"), 0);
			SIM_CHECK_EQ(h_count("umidi0",
			    "rcv packets malformed"), 0);
		}
		h_echo_unplug(he);
	}
	h_shutdown();
}

H_CASE(sixteen_cables, 0, 0, 0, "the same on all 16 cables at once, with "
    "long System Exclusive messages among the rest: 1 MiB in all")
{
	struct h_echo *he = h_echo_new(0, &sixteen);
	unsigned round;

	he->usb.su_transfer_ns = 20 * H_US;
	he->stall_permille = sim_random(2) * 10;
	if (!h_boot(0))
		return;
	if (h_echo_plug(he)) {
		for (round = 0; round < 6; round++)
			cables_run(he, CABLES, 600, 10000);
		h_echo_unplug(he);
	}
	h_shutdown();
}

H_CASE(errors, 200, SIM_FAULT_ALL, 1, "a port that stands still for ever "
    "after transfers have failed or brought too much, or a failure that is "
    "not counted")
{
	struct h_echo *he = h_echo_new(0, &three);
	struct h_thread *threads[2 * CABLES];
	unsigned nthreads;

	he->error_permille = 1 + sim_random(300);
	he->stall_permille = sim_random(2) * 100;
	if (!h_boot(0))
		return;
	if (h_echo_plug(he)) {
		nthreads = cables_start(he, 1 + sim_random(3), 60, 100, false,
		    threads);
		cables_join(threads, nthreads);
		SIM_CHECK(h_count("umidi0", "rcv transfers failed") +
		    h_count("umidi0", "xmt transfers failed") >= he->errors);
		cables_close(nthreads / 2);
		/* It works again. */
		he->error_permille = he->stall_permille = 0;
		sim_sleep_ns(2 * H_SECOND);
		if (!h_fault())
			cables_run(he, 3, 20, 50);
		h_echo_unplug(he);
	}
	h_shutdown();
}

/*
 * Pulled out.
 */

static void
pull(void *arg)
{

	sim_usb_pull(arg);
}

/* Traffic until the device is pulled out, and again. */
static void
pulled(struct h_echo *he, bool timed)
{
	struct h_thread *threads[2 * CABLES];
	unsigned nthreads;

	if (!h_boot(0))
		return;
	if (h_echo_plug(he)) {
		nthreads = cables_start(he, 2, 600, 300, false, threads);
		if (timed)
			sim_at(sim_now_ns() + sim_random(8 * H_MS), pull,
			    &he->usb);
		while (!he->usb.su_gone && nthreads == 4 && (timed ||
		    !cables[0].written || !cables[1].written))
			sim_sleep_ns(H_MS);
		if (!he->usb.su_gone)
			sim_usb_pull(&he->usb);
		/* The bus takes some time to see it. */
		sim_sleep_ns(sim_random(100) * H_MS);
		h_echo_unplug(he);
		cables_join(threads, nthreads);
		cables_close(nthreads / 2);
		SIM_CHECK(!sim_node_exists("rmidi0"));
		he->pull_at = 0;
		if (!h_fault() && h_echo_plug(he)) {
			SIM_CHECK(h_fault() || sim_node_exists("rmidi2"));
			cables_run(he, 2, 10, 10);
			h_echo_unplug(he);
		}
	}
	h_shutdown();
}

H_CASE(pulled_anytime, 400, SIM_FAULT_ALL, 1, "a program that hangs, memory "
    "that is leaked or used after it was freed, when a device is pulled out "
    "under traffic, or a device that does not come back")
{
	struct h_echo *he = h_echo_new(0, &three);

	he->stall_permille = sim_random(2) * 50;
	he->usb.su_transfer_ns = H_US * (1 + sim_random(300));
	pulled(he, true);
}

static bool pulled_reached;

static void
pulled_at_scenario(void *arg)
{
	struct h_echo *he = h_echo_new(0, &three);

	he->pull_at = *(unsigned long *)arg;
	he->stall_permille = 100;
	pulled(he, false);
	if (he->calls >= *(unsigned long *)arg)
		pulled_reached = true;
}

ATF_TC(pulled_each_step);
ATF_TC_HEAD(pulled_each_step, tc)
{

	atf_tc_set_md_var(tc, "descr", "the same at each transfer and each "
	    "request, one after the other, attach and stalls included");
	atf_tc_set_md_var(tc, "timeout", "600");
}

ATF_TC_BODY(pulled_each_step, tc)
{
	static const struct h_plan plan = { 1, 0, 0 };
	unsigned long at = 0;

	do {
		at++;
		pulled_reached = false;
		h_run("pulled_each_step", pulled_at_scenario, &at, &plan);
	} while (pulled_reached);
	ATF_REQUIRE(at > 150);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, attach);
	ATF_TP_ADD_TC(tp, echo);
	ATF_TP_ADD_TC(tp, sixteen_cables);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, pulled_anytime);
	ATF_TP_ADD_TC(tp, pulled_each_step);
	return atf_no_error();
}
