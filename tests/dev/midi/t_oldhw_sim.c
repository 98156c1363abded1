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

#include <sys/midiio.h>

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
static unsigned long long run_seed;
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
run_seeds(void (*fn)(void *), unsigned long long last)
{
	struct sim_config cfg;
	struct sim_result res;
	const char *seed = getenv("SIM_SEED");
	unsigned long long i, first = 0;

	if (seed != NULL)
		first = last = strtoull(seed, NULL, 0);
	for (i = first; i <= last; i++) {
		memset(&cfg, 0, sizeof(cfg));
		cfg.seed = run_seed = i;
		cfg.quiet = 1;
		if (sim_run(&cfg, fn, NULL, &res) != SIM_END_OK)
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

/*
 * Drivers whose output() waits for the hardware, or takes its time.  Somebody
 * else asks all the while for what needs the device's lock.
 */

#define SLOW_SEEDS	10
#define SLOW_BYTES	200
#define SLOW_ASKED	5
#define SLOW_TURN_US	50	/* for which the lock may be held */

static bool slow_over;
static int slow_asked;			/* times that he was answered */

static void
asker(void *arg)
{
	struct hosted_file *f;
	struct midi_stats ms;

	(void)arg;
	SIM_CHECK_EQ(hosted_open("rmidi0", HOSTED_READ, &f), 0);
	while (!slow_over) {
		SIM_CHECK_EQ(hosted_ioctl(f, hosted_ioctl_cmd(MIDI_STATS), &ms,
		    0), 0);
		slow_asked++;
		sim_sleep_ns(10000);
	}
	hosted_close(f);
	hosted_thread_exit();
}

/* Write numbers; how many calls of output() took longer than they may. */
static int
slow_write(void)
{
	static const unsigned char sysex[] = { 0xf0, 0x7d, 0xf7 };
	struct testmidi_call tc;
	struct hosted_file *f;
	unsigned char bytes[SLOW_BYTES];
	unsigned long done;
	int i, next = 0, waits = 0;

	/* Programs, so that there is nothing to be ended. */
	bytes[0] = 0xc0;
	for (i = 1; i < SLOW_BYTES; i++)
		bytes[i] = i % 128;
	SIM_CHECK_EQ(hosted_open("rmidi0", HOSTED_WRITE, &f), 0);
	SIM_CHECK_EQ(hosted_write(f, bytes, sizeof(bytes), 0, &done), 0);
	SIM_CHECK_EQ(hosted_write(f, sysex, sizeof(sysex), 0, &done), 0);
	SIM_CHECK_EQ(hosted_ioctl(f, hosted_ioctl_cmd(MIDI_DRAIN), NULL, 0),
	    0);
	hosted_close(f);
	while (testmidi_fetch(&tc)) {
		if (tc.kind != TESTMIDI_BYTE || tc.bytes[0] == 0xfe)
			continue;
		if (next < SLOW_BYTES)
			SIM_CHECK_EQ(tc.bytes[0], bytes[next]);
		else
			SIM_CHECK_EQ(tc.bytes[0], sysex[next - SLOW_BYTES]);
		next++;
		if (tc.a > SLOW_TURN_US)
			waits++;
	}
	SIM_CHECK_EQ(next, SLOW_BYTES + sizeof(sysex));
	return waits;
}

static void
slow_run(int work_us, int byte_us, int waits, unsigned long long least_ns)
{
	struct host_thread *t;
	unsigned long long began_ns;

	slow_over = false;
	SIM_CHECK_EQ(hosted_boot(), 0);
	SIM_CHECK_EQ(testmidi_attach("p"), 0);
	testmidi_slow(0, work_us, byte_us);
	t = sim_thread(asker, NULL, "asker");
	sim_sleep_ns(1);
	began_ns = sim_now_ns();
	slow_asked = 0;
	/* It takes one call to learn that a driver waits. */
	SIM_CHECK_EQ(slow_write(), waits);
	SIM_CHECK(sim_now_ns() - began_ns >= least_ns);
	SIM_CHECK(sim_now_ns() - began_ns <= least_ns + least_ns / 8);
	/* The lock is free in between; in order, nobody else is asked. */
	SIM_CHECK(run_seed == 0 || slow_asked >= SLOW_ASKED);
	/* And then it is known. */
	SIM_CHECK_EQ(slow_write(), 0);
	slow_over = true;
	sim_join(t);
	SIM_CHECK_EQ(hosted_shutdown(), 0);
}

static void
body_waits(void *arg)
{

	(void)arg;
	slow_run(0, BYTE_NS / 1000, 1, (SLOW_BYTES + 3) * BYTE_NS);
}

static void
body_works(void *arg)
{

	(void)arg;
	slow_run(20, 0, 0, (SLOW_BYTES + 3) * 20000ULL);
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

ATF_TC(waits);
ATF_TC_HEAD(waits, tc)
{
	atf_tc_set_md_var(tc, "descr", "a driver that waits for its hardware "
	    "and is let wait, or that keeps others from the device, or a wire "
	    "that is slower than it could be");
}
ATF_TC_BODY(waits, tc)
{

	run_seeds(body_waits, SLOW_SEEDS);
}

ATF_TC(works);
ATF_TC_HEAD(works, tc)
{
	atf_tc_set_md_var(tc, "descr", "a driver that works on its bytes and "
	    "keeps others from the device, or is made to wait for nothing");
}
ATF_TC_BODY(works, tc)
{

	run_seeds(body_works, SLOW_SEEDS);
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
	run_seeds(body, SEEDS);
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
	run_seeds(body, SEEDS);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, reopen);
	ATF_TP_ADD_TC(tp, pull);
	ATF_TP_ADD_TC(tp, waits);
	ATF_TP_ADD_TC(tp, works);
	ATF_TP_ADD_TC(tp, announce);
	ATF_TP_ADD_TC(tp, buffers);
	return atf_no_error();
}
