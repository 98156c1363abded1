/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_detach.c: devices that go away while programs are busy with them.
 *
 * Two cables (rmidi0 to rmidi1, rmidi2 to rmidi3) and slow hardware (rmidi4)
 * are read, written, polled, drained, opened, closed and played on.  At some
 * point something is detached.  Every program that had it must come back and
 * be told so, at once, and the others must not notice.
 */

#include <stdio.h>
#include <stdlib.h>

#include <sys/midiio.h>

#include "h_hardware.h"

/* What goes. */
enum kind {
	KIND_END,		/* one end of the cable */
	KIND_CABLE,		/* both ends */
	KIND_RACE,		/* both, by two threads at once */
	KIND_CHILD,		/* the device of the hardware */
	KIND_HARDWARE,		/* the hardware */
	KIND_SHUTDOWN		/* everything, with files open */
};

struct worker {
	const char	*node;
	int		flags;
	void		(*fn)(struct worker *);
	struct h_thread	*thread;
	struct hosted_file *f;
	bool		gone;		/* it was told so */
	bool		gave_up;	/* it could not watch */
};

/* When the programs that are not told are to stop; and whether to keep the
 * file of a device that is gone open until then. */
static bool stop, keep;
/* Nobody opens a file any more. */
static bool closing;
static struct h_hw *hw;

static bool
worker_pause(void)
{

	sim_sleep_ns(sim_random(50) * H_US);
	return !stop;
}

/* A call has failed: is that the end? */
static bool
worker_over(struct worker *wo, int error)
{

	if (error == EIO)
		wo->gone = true;
	else if (error != EINTR && error != EAGAIN)
		(void)H_REFUSED(error);
	return error == EIO;
}

static void
worker_read(struct worker *wo)
{
	uint8_t buf[100];
	size_t done;

	while (!worker_over(wo, h_read(wo->f, buf, 1 + sim_random(100), false,
	    &done)) && worker_pause())
		continue;
}

static void
worker_write(struct worker *wo)
{
	static const uint8_t bytes[300] = { 0xf0 };
	static const uint8_t note[] = { 0x90, 60, 64 };
	size_t done, n;
	int error;

	do {
		/* Notes; and SysEx that has no end. */
		n = sim_random(sizeof(bytes) + 1);
		error = n < 10 ? h_write(wo->f, bytes, n, false, &done) :
		    h_write(wo->f, note, sizeof(note), n % 2, &done);
	} while (!worker_over(wo, error) && worker_pause());
}

static void
worker_poll(struct worker *wo)
{
	uint8_t buf[20];
	size_t done;
	int revents;

	do {
		revents = h_poll(wo->f, HOSTED_POLLIN, 0);
		if (revents & HOSTED_POLLHUP) {
			wo->gone = true;
			return;
		}
	} while (!worker_over(wo, h_read(wo->f, buf, sizeof(buf), true,
	    &done)) && worker_pause());
}

static void
worker_kqueue(struct worker *wo)
{
	struct hosted_kqueue *kq;
	struct hosted_kevent ev;
	uint8_t buf[20];
	size_t done;
	int n;

	wo->gave_up = true;
	if (H_REFUSED(hosted_kqueue_create(&kq)))
		return;
	if (H_REFUSED(hosted_kqueue_add(kq, wo->f, HOSTED_EVFILT_READ, 0,
	    NULL)))
		goto out;
	wo->gave_up = false;
	do {
		n = 0;
		(void)hosted_kqueue_fetch(kq, &ev, 1, HOSTED_FOREVER, &n);
		(void)sim_clear_signal();
		if (n != 0 && (ev.flags & HOSTED_EV_EOF) != 0) {
			wo->gone = true;
			break;
		}
	} while (!worker_over(wo, h_read(wo->f, buf, sizeof(buf), true,
	    &done)) && worker_pause());
out:
	hosted_kqueue_destroy(kq);
}

static void
worker_drain(struct worker *wo)
{
	static uint8_t notes[1500];
	size_t done, i;
	int error;

	for (i = 0; i < sizeof(notes); i++)
		notes[i] = i % 3 == 0 ? 0x95 : 61;
	do {
		/* Some are more than there is room for. */
		i = 3 * (1 + sim_random(sim_random(2) ? 500 : 2));
		error = h_write(wo->f, notes, i, false, &done);
		if (!worker_over(wo, error))
			error = h_ioctl(wo->f, MIDI_DRAIN, NULL);
	} while (!worker_over(wo, error) && worker_pause());
}

/* After the end: nothing but to be told so. */
static void
worker_check_gone(struct worker *wo)
{
	uint8_t byte[3] = { 0xb0, 0, 0 };
	size_t done;
	int error;

	if (wo->flags & HOSTED_READ) {
		error = h_read(wo->f, byte, 1, sim_random(2), &done);
		SIM_CHECK(error == EIO || h_fault());
	}
	if (wo->flags & HOSTED_WRITE) {
		error = h_write(wo->f, byte, sizeof(byte), sim_random(2),
		    &done);
		SIM_CHECK(error == EIO || h_fault());
		SIM_CHECK_EQ(h_ioctl(wo->f, MIDI_DRAIN, NULL), EIO);
	}
	SIM_CHECK(hosted_poll(wo->f, HOSTED_POLLIN | HOSTED_POLLOUT, NULL) &
	    HOSTED_POLLHUP);
}

static void
worker_main(void *arg)
{
	struct worker *wo = arg;

	if (closing || h_open(wo->node, wo->flags, &wo->f) != 0)
		return;
	wo->fn(wo);
	if (wo->gone) {
		worker_check_gone(wo);
		while (keep && !stop)
			sim_sleep_ns(20 * H_US);
	}
	h_close(wo->f);
}

/* Those that open again and again rest longer where the run is made with every
 * fault: what one open can suffer is the same in all. */
static void
rest(void)
{

	sim_sleep_ns(H_US + sim_random(runner_kind() != 0 ? 1000 : 50) * H_US);
}

/* Opens and closes, which may fail at any time. */
static void
opener_main(void *arg)
{
	struct worker *wo = arg;
	struct hosted_file *f;
	size_t done;
	int error;

	do {
		error = h_open(wo->node, wo->flags, &f);
		if (error == 0) {
			(void)h_write(f, "\xb1\x40\x7f", 3, true, &done);
			h_close(f);
		} else if (error != ENXIO && error != EIO && error != EBUSY)
			(void)H_REFUSED(error);
		rest();
	} while (!stop && !closing);
}

/* Plays on what is free, and closes with something still to be played. */
static void
player_main(void *arg)
{
	seq_event_t ev[6];
	struct hosted_file *f;
	unsigned i;
	size_t done;
	int n = 10000;

	(void)arg;
	while (!stop) {
		rest();
		if (closing)
			return;
		if (h_open("music", HOSTED_WRITE, &f) != 0)
			continue;
		(void)h_ioctl(f, SEQUENCER_TMR_TIMEBASE, &n);
		for (i = 0; i < 6; i += 2) {
			ev[i] = SEQ_MK_TIMING(WAIT_REL,
			    .divisions = sim_random(3));
			ev[i + 1] = SEQ_MK_CHN(NOTEON,
			    .device = sim_random(5), .channel = i,
			    .key = 60, .velocity = 64);
		}
		(void)h_write(f, ev, sizeof(ev), true, &done);
		if (sim_random(2))
			(void)h_ioctl(f, SEQUENCER_SYNC, NULL);
		if (sim_random(4) == 0)
			(void)h_ioctl(f, SEQUENCER_RESET, NULL);
		h_close(f);
	}
}

/* Listens to all that is free; is not told when a device goes. */
static void
listener_main(void *arg)
{
	struct hosted_file *f;
	seq_event_t ev[4];
	size_t done;

	(void)arg;
	if (closing || h_open("music", HOSTED_READ, &f) != 0)
		return;
	while (!stop) {
		(void)h_read(f, ev, sizeof(ev), false, &done);
		sim_sleep_ns(H_US);
	}
	h_close(f);
}

/*
 * All of them.  Those of the first group are on the cable that may go.
 */

static const struct worker workers_init[] = {
	{ .node = "rmidi1", .flags = HOSTED_READ, .fn = worker_read },
	{ .node = "rmidi0", .flags = HOSTED_WRITE, .fn = worker_write },
	{ .node = "rmidi0", .flags = HOSTED_READ, .fn = worker_kqueue },
	{ .node = "rmidi1", .flags = HOSTED_WRITE },	/* opener */
	{ .node = "rmidi2", .flags = HOSTED_READ | HOSTED_WRITE,
	  .fn = worker_poll },
	{ .node = "rmidi3", .flags = HOSTED_WRITE, .fn = worker_write },
	{ .node = "rmidi4", .flags = HOSTED_WRITE, .fn = worker_drain },
	{ .node = "music" },				/* player */
	{ .node = "music" },				/* listener */
};

#define NWORKERS	(sizeof(workers_init) / sizeof(workers_init[0]))

static struct worker workers[NWORKERS];

static void
workers_start(void)
{
	size_t i;

	memcpy(workers, workers_init, sizeof(workers));
	for (i = 0; i < NWORKERS; i++) {
		/* Some are not there this time. */
		if (sim_random(5) == 0)
			continue;
		workers[i].thread = h_start(workers[i].fn != NULL ?
		    worker_main : i == NWORKERS - 1 ? listener_main :
		    i == NWORKERS - 2 ? player_main : opener_main,
		    &workers[i]);
	}
}

static bool
workers_done(void)
{
	size_t i;

	for (i = 0; i < NWORKERS; i++)
		if (workers[i].thread != NULL && !h_done(workers[i].thread))
			return false;
	return true;
}

/* End those that go on. */
static void
workers_stop(void)
{
	size_t i;
	int tries;

	stop = true;
	for (tries = 0; !workers_done(); tries++) {
		for (i = 0; i < NWORKERS; i++) {
			if (workers[i].thread == NULL ||
			    h_done(workers[i].thread))
				continue;
			if (tries == 2000)
				sim_fail("%s does not end, program %zu",
				    workers[i].node, i);
			h_signal(workers[i].thread);
		}
		sim_sleep_ns(H_MS);
	}
}

static void
workers_join(void)
{
	size_t i;

	for (i = 0; i < NWORKERS; i++)
		if (workers[i].thread != NULL)
			h_join(workers[i].thread);
}

/* Those whose device is gone know it; the others do not. */
static void
workers_check(enum kind kind)
{
	const struct worker *wo;
	bool gone;

	sim_sleep_ns(H_MS);
	for (wo = workers; wo < workers + NWORKERS; wo++) {
		if (wo->thread == NULL || wo->fn == NULL || wo->f == NULL)
			continue;
		gone = (wo - workers < 4 && (kind == KIND_CABLE ||
		    kind == KIND_RACE ||
		    (kind == KIND_END && strcmp(wo->node, "rmidi1") == 0))) ||
		    (strcmp(wo->node, "rmidi4") == 0 &&
		    (kind == KIND_CHILD || kind == KIND_HARDWARE));
		if (gone != wo->gone && !wo->gave_up)
			sim_fail("%s, flags %d: %s", wo->node, wo->flags,
			    gone ? "not told" : "told");
	}
}

/*
 * The end of things.
 */

static void
go(const char *xname)
{
	struct h_patience pa;
	int error;

	h_patience(&pa);
	do {
		error = hosted_detach(xname);
		(void)sim_clear_signal();
	} while (error != 0 && h_again(&pa, error));
	/* Another thread may have been first. */
	if (error != ENXIO)
		(void)H_REFUSED(error);
}

static void
go_main(void *arg)
{

	go(arg);
}

static void
shutdown_main(void *arg)
{

	(void)arg;
	h_shutdown();
}

/* A message over a new cable of these nodes. */
static void
cable_works(const char *from, const char *to)
{
	struct hosted_file *r, *w;
	uint8_t buf[4];
	size_t done;

	if (H_REFUSED(h_open(from, HOSTED_WRITE, &w)))
		return;
	if (!H_REFUSED(h_open(to, HOSTED_READ, &r))) {
		if (h_write_all(w, "\xe3\x11\x22", 3, &done)) {
			h_settle();
			SIM_CHECK_EQ(h_read(r, buf, 4, true, &done), h_fault()
			    && done != 3 ? EFAULT : 0);
			SIM_CHECK(done != 3 ||
			    memcmp(buf, "\xe3\x11\x22", 3) == 0);
		}
		h_close(r);
	}
	h_close(w);
}

/* The units of what went come back. */
static void
again(void)
{

	SIM_CHECK(!sim_node_exists("rmidi0"));
	SIM_CHECK(!sim_node_exists("rmidi1"));
	if (H_REFUSED(hosted_attach_pseudo("vmidi", 1)))
		return;
	SIM_CHECK(sim_node_exists("rmidi0") || h_fault());
	SIM_CHECK(sim_node_exists("rmidi1") || h_fault());
	if (stop)
		cable_works("rmidi0", "rmidi1");
}

static void
detach_go(enum kind kind)
{
	static char vmidi0[] = "vmidi0";
	struct h_thread *t;

	switch (kind) {
	case KIND_END:
		go("midi1");
		break;
	case KIND_CABLE:
		go(vmidi0);
		break;
	case KIND_RACE:
		t = h_start(go_main, vmidi0);
		go("midi1");
		h_join(t);
		break;
	case KIND_CHILD:
		go("midi4");
		break;
	case KIND_HARDWARE:
		h_hw_detach(hw, false);
		break;
	case KIND_SHUTDOWN:
		break;
	}
}

/* The programs' files are closed while it waits for them. */
static void
detach_shutdown(void)
{
	struct h_thread *t;

	h_hw_detach(hw, false);
	keep = false;
	/* To open one is no longer allowed when the kernel has ended. */
	closing = true;
	h_settle();
	t = h_start(shutdown_main, NULL);
	sim_sleep_ns(sim_random(100) * H_US);
	workers_stop();
	workers_join();
	h_join(t);
	/* It was another thread that ended the kernel. */
	hosted_thread_exit();
}

static void
detach_others(enum kind kind)
{
	bool early = sim_random(2);

	detach_go(kind);
	workers_check(kind);
	if (early && (kind == KIND_CABLE || kind == KIND_RACE) && !h_fault())
		again();
	workers_stop();
	workers_join();
	if (kind == KIND_END)
		go("vmidi0");
	if (!early && kind <= KIND_RACE)
		again();
	cable_works("rmidi3", "rmidi2");
	if (kind != KIND_HARDWARE)
		h_hw_detach(hw, false);
	h_shutdown();
}

static void
detach_run(enum kind kind, unsigned long long when_ns, unsigned yields)
{

	stop = closing = false;
	keep = sim_random(2);
	hw = h_hw_new(0);
	hw->byte_ns = H_HW_BYTE_NS;
	hw->fifo = 4;
	if (!h_boot(2))
		return;
	if (!h_hw_attach(hw)) {
		h_shutdown();
		return;
	}
	workers_start();
	sim_sleep_ns(when_ns);
	for (; yields > 0; yields--)
		sim_yield();
	if (kind == KIND_SHUTDOWN)
		detach_shutdown();
	else
		detach_others(kind);
}

#define DETACH_CASE(name, kind, text)					\
H_CASE(name, 250, SIM_FAULT_ALL, 1, text)				\
{									\
	/* Shorter where it is run with every fault. */			\
	const unsigned most = runner_kind() != 0 ? 60 : 300;		\
									\
	detach_run(kind, sim_random(5 * most) * H_US, sim_random(most)); \
}									\
struct name##_end

DETACH_CASE(end, KIND_END, "a program that is not told, or that is told "
    "of another's, when one end of a cable goes");
DETACH_CASE(cable, KIND_CABLE, "a program that is not told, or "
    "freed memory used, when a cable goes; a cable that does not come back");
DETACH_CASE(race, KIND_RACE, "two threads that detach "
    "the same and do it twice, or wait for each other");
DETACH_CASE(child, KIND_CHILD, "a program that is not told, or hardware "
    "that is called, when the device of host hardware goes and it stays");
DETACH_CASE(hardware, KIND_HARDWARE, "a program that is not "
    "told, or hardware that is called after it went");
DETACH_CASE(shutdown, KIND_SHUTDOWN, "a shutdown that does "
    "not end, or leaks, with files open and busy");

/*
 * At every seventh step of one run.
 */

#define EVERY_STEPS	3000

static void
every_scenario(void *arg)
{
	const unsigned k = *(unsigned *)arg;

	detach_run(k % 5, k % 7 * 100 * H_US, k / 5);
}

ATF_TC(every);
ATF_TC_HEAD(every, tc)
{
	atf_tc_set_md_var(tc, "descr", "a moment at which a detach is not "
	    "safe");
}
ATF_TC_BODY(every, tc)
{
	struct runner_scenario rs;
	char name[32];
	unsigned k;

	memset(&rs, 0, sizeof(rs));
	rs.rs_name = name;
	rs.rs_test = "every";
	rs.rs_fn = every_scenario;
	rs.rs_arg = &k;
	for (k = 0; k < EVERY_STEPS; k += 7) {
		snprintf(name, sizeof(name), "every.%u", k);
		ATF_REQUIRE_MSG(runner_seeds(&rs, 3, 3) == 0, "%s",
		    runner_failure());
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, end);
	ATF_TP_ADD_TC(tp, cable);
	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, child);
	ATF_TP_ADD_TC(tp, hardware);
	ATF_TP_ADD_TC(tp, shutdown);
	ATF_TP_ADD_TC(tp, every);
	return atf_no_error();
}
