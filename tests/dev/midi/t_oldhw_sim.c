/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_oldhw_sim.c: drivers as NetBSD has them, which must be closed and opened
 * again when a user of the other direction comes, under many schedules.
 *
 * One program writes numbers, another opens and closes for reading, the
 * hardware takes a byte every 320 us; in the second case it is pulled out.
 */

#include <atf-c.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/hosted.h>

#include "h_script.h"
#include "kernspace/testmidi.h"

#define SEEDS		150
#define MESSAGES	40
#define OPENS		6
#define BYTE_NS		320000ULL
#define BUFFER_LEAST	1000	/* bytes */

static bool	run_pull;		/* the device goes in the middle */
static bool	run_over;		/* no more interrupts */
static int	run_sent;		/* messages that write(2) took */

static void
pump(void *arg)
{

	if (run_over)
		return;
	testmidi_txdone(0);
	sim_at(sim_now_ns() + BYTE_NS, pump, arg);
}

static void
writer(void *arg)
{
	struct hosted_file *f;
	unsigned char msg[3] = { 0xb0, 0x07, 0 };
	unsigned long done;
	int error;

	(void)arg;
	error = hosted_open("rmidi0", HOSTED_WRITE, &f);
	if (error) {
		SIM_CHECK(run_pull);
		hosted_thread_exit();
		return;
	}
	for (run_sent = 0; run_sent < MESSAGES && error == 0; run_sent++) {
		msg[2] = run_sent;
		error = hosted_write(f, msg, sizeof(msg), 0, &done);
		SIM_CHECK(error == 0 || (run_pull && error == EIO));
		SIM_CHECK(error != 0 || done == sizeof(msg));
		sim_sleep_ns(sim_random(4 * BYTE_NS));
	}
	hosted_close(f);
	hosted_thread_exit();
}

static void
opener(void *arg)
{
	struct hosted_file *f;
	int error, i;

	(void)arg;
	for (i = 0; i < OPENS; i++) {
		error = hosted_open("rmidi0", HOSTED_READ, &f);
		if (error == 0) {
			sim_sleep_ns(sim_random(10 * BYTE_NS));
			hosted_close(f);
		} else
			SIM_CHECK(run_pull && (error == EIO ||
			    error == ENXIO));
		sim_sleep_ns(sim_random(10 * BYTE_NS));
	}
	hosted_thread_exit();
}

/* The numbers, each once and in their order. */
static void
check_wire(void)
{
	struct testmidi_call tc;
	int have = 0, next = 0;

	while (testmidi_fetch(&tc)) {
		if (tc.kind == TESTMIDI_CLOSE && !run_pull)
			SIM_CHECK_EQ(tc.a, 0);
		if (tc.kind != TESTMIDI_BYTE || tc.bytes[0] == 0xfe)
			continue;
		if (tc.bytes[0] == 0xb0)
			SIM_CHECK_EQ(have, 0);
		else if (have++ == 0)
			SIM_CHECK_EQ(tc.bytes[0], 0x07);
		else {
			SIM_CHECK_EQ(tc.bytes[0], next);
			next++;
			have = 0;
		}
	}
	SIM_CHECK(run_pull || next == run_sent);
	SIM_CHECK(next <= run_sent);
}

static void
body(void *arg)
{
	struct host_thread *w, *r;

	(void)arg;
	run_over = false;
	SIM_CHECK_EQ(hosted_boot(), 0);
	SIM_CHECK_EQ(testmidi_attach("P"), 0);
	sim_interrupt(pump, NULL);
	w = sim_thread(writer, NULL, "writer");
	r = sim_thread(opener, NULL, "opener");
	if (run_pull) {
		sim_sleep_ns(sim_random(100 * BYTE_NS));
		SIM_CHECK_EQ(hosted_detach("midi0"), 0);
	}
	sim_join(w);
	sim_join(r);
	run_over = true;
	check_wire();
	sim_sleep_ns(2 * BYTE_NS);
	SIM_CHECK_EQ(hosted_shutdown(), 0);
}

static void
run_seeds(void)
{
	struct sim_config cfg;
	struct sim_result res;
	const char *seed = getenv("SIM_SEED");
	unsigned long long i, first = 0, last = SEEDS;

	if (seed != NULL)
		first = last = strtoull(seed, NULL, 0);
	for (i = first; i <= last; i++) {
		memset(&cfg, 0, sizeof(cfg));
		cfg.seed = i;
		cfg.quiet = 1;
		if (sim_run(&cfg, body, NULL, &res) != SIM_END_OK)
			atf_tc_fail("SIM_SEED=%llu: %s: %s", i,
			    sim_end_name(res.end), res.text);
	}
}

/* One unit of each kind, and what their lines at attach say. */
static void
body_announce(void *arg)
{
	static const char text[] = "(CPU-intensive output)";
	const char *line;
	int i, lines = 0;

	(void)arg;
	SIM_CHECK_EQ(hosted_boot(), 0);
	SIM_CHECK_EQ(testmidi_attach("pPi"), 0);
	for (line = sim_messages(); (line = strstr(line, text)) != NULL;
	    line += sizeof(text) - 1)
		lines++;
	/* Only p: P has interrupts, and i no output. */
	SIM_CHECK_EQ(lines, 1);
	for (i = 0; i < 3; i++)
		SIM_CHECK_EQ(hosted_detach((const char *[]){
		    "midi0", "midi1", "midi2" }[i]), 0);
	SIM_CHECK_EQ(hosted_shutdown(), 0);
}

/* Both buffers as they are by default, with nobody at their other ends. */
static void
body_buffers(void *arg)
{
	static const unsigned char note[3] = { 0x90, 0x3c, 0x40 };
	static unsigned char many[3000];
	struct hosted_file *f;
	unsigned long done;
	size_t i;

	(void)arg;
	for (i = 0; i < sizeof(many); i++)
		many[i] = note[i % 3];
	SIM_CHECK_EQ(hosted_boot(), 0);
	SIM_CHECK_EQ(testmidi_attach("P"), 0);
	SIM_CHECK_EQ(hosted_open("rmidi0", HOSTED_READ | HOSTED_WRITE |
	    HOSTED_NONBLOCK, &f), 0);
	SIM_CHECK_EQ(hosted_write(f, many, sizeof(many), 1, &done), 0);
	SIM_CHECK(done >= BUFFER_LEAST && done < sizeof(many));
	for (i = 0; i < BUFFER_LEAST / 3; i++) {
		testmidi_input(0, note, sizeof(note));
		sim_sleep_ns(BYTE_NS);
	}
	SIM_CHECK_EQ(hosted_read(f, many, sizeof(many), 1, &done), 0);
	SIM_CHECK_EQ(done, BUFFER_LEAST / 3 * 3);
	host_thread_interrupt(host_thread_self());
	hosted_close(f);
	(void)sim_clear_signal();
	SIM_CHECK_EQ(hosted_shutdown(), 0);
}

static void
run_once(void (*fn)(void *))
{
	struct sim_config cfg;
	struct sim_result res;

	memset(&cfg, 0, sizeof(cfg));
	cfg.quiet = 1;
	if (sim_run(&cfg, fn, NULL, &res) != SIM_END_OK)
		atf_tc_fail("%s: %s", sim_end_name(res.end), res.text);
}

ATF_TC(announce);
ATF_TC_HEAD(announce, tc)
{
	atf_tc_set_md_var(tc, "descr", "hardware that makes the processor "
	    "wait and does not say so, or other hardware that says it does");
}
ATF_TC_BODY(announce, tc)
{

	run_once(body_announce);
}

ATF_TC(buffers);
ATF_TC_HEAD(buffers, tc)
{
	atf_tc_set_md_var(tc, "descr", "buffers, as they are by default, that "
	    "hold less than 1000 bytes, of the 625 that 200 ms bring");
}
ATF_TC_BODY(buffers, tc)
{

	run_once(body_buffers);
}

ATF_TC(reopen);
ATF_TC_HEAD(reopen, tc)
{
	atf_tc_set_md_var(tc, "descr", "bytes lost, doubled or out of order "
	    "when hardware is opened again for a second user");
}
ATF_TC_BODY(reopen, tc)
{

	run_pull = false;
	run_seeds();
}

ATF_TC(pull);
ATF_TC_HEAD(pull, tc)
{
	atf_tc_set_md_var(tc, "descr", "a second user who hangs, or hardware "
	    "that is touched, when it goes while it is opened again");
}
ATF_TC_BODY(pull, tc)
{

	run_pull = true;
	run_seeds();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, reopen);
	ATF_TP_ADD_TC(tp, pull);
	ATF_TP_ADD_TC(tp, announce);
	ATF_TP_ADD_TC(tp, buffers);
	return atf_no_error();
}
