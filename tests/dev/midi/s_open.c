/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_open.c: who has what open; and whether what poll and kqueue say of it is
 * true.
 */

#include <stdio.h>

#include <sys/midiio.h>

#include "h_hardware.h"

/*
 * Races.  For each direction of each node the test keeps its own book: who
 * holds it, who is at it, and when somebody last was.
 */

#define NODES		4		/* of two cables; the hardware; music */
#define RACERS		5
#define ROUNDS		12

static const char *const node_names[] = {
	"rmidi0", "rmidi1", "rmidi2", "music"
};
#define NODE_HARDWARE	2
#define NODE_MUSIC	3

struct book {
	int		holders;
	int		busy;		/* in open, in close, or holding */
	unsigned	last;		/* when somebody ceased to be */
};

static struct book books[NODES][2];
static unsigned book_clock;
static struct h_hw *hw;

static void
book_begin(struct book *b, int flags)
{
	int dir;

	for (dir = 0; dir < 2; dir++)
		if (flags & (dir == 0 ? HOSTED_READ : HOSTED_WRITE))
			b[dir].busy++;
}

static void
book_end(struct book *b, int flags)
{
	int dir;

	for (dir = 0; dir < 2; dir++)
		if (flags & (dir == 0 ? HOSTED_READ : HOSTED_WRITE)) {
			b[dir].busy--;
			b[dir].last = ++book_clock;
		}
}

static void
book_hold(struct book *b, int flags, int by)
{
	int dir;

	for (dir = 0; dir < 2; dir++)
		if (flags & (dir == 0 ? HOSTED_READ : HOSTED_WRITE)) {
			b[dir].holders += by;
			SIM_CHECK(b[dir].holders == 0 || b[dir].holders == 1);
		}
}

/* Has anybody but the caller been at the direction since then? */
static bool
book_was_busy(const struct book *b, int flags, unsigned since)
{
	int dir;

	for (dir = 0; dir < 2; dir++)
		if ((flags & (dir == 0 ? HOSTED_READ : HOSTED_WRITE)) &&
		    (b[dir].busy > 1 || b[dir].last > since))
			return true;
	return false;
}

static void
racer_use(struct hosted_file *f, int node, int flags)
{
	uint8_t buf[16];
	size_t done;

	if ((flags & HOSTED_WRITE) && node != NODE_MUSIC)
		(void)h_write(f, "\x90\x3c\x40", 3, true, &done);
	if (flags & HOSTED_READ)
		(void)h_read(f, buf, sizeof(buf), true, &done);
	sim_sleep_ns(sim_random(3) * H_US);
}

static void
racer_main(void *arg)
{
	const bool with_music = *(bool *)arg;
	const int rounds = runner_kind() != 0 ? ROUNDS / 4 : ROUNDS;
	struct hosted_file *f;
	struct book *b;
	unsigned since;
	int error, flags, i, node;
	bool was_busy;

	for (i = 0; i < rounds; i++) {
		flags = 1 + sim_random(3);
		node = sim_random(with_music ? NODES : NODES - 1);
		b = books[node];
		since = book_clock;
		book_begin(b, flags);
		error = h_open(node_names[node], flags, &f);
		was_busy = book_was_busy(b, flags, since);
		if (error == 0) {
			book_hold(b, flags, 1);
			racer_use(f, node, flags);
			book_hold(b, flags, -1);
			h_close(f);
		} else if (error != EBUSY)
			(void)H_REFUSED(error);
		else if (!with_music)
			SIM_CHECK(was_busy);
		book_end(b, flags);
		sim_sleep_ns(sim_random(3) * H_US);
	}
}

/* All can be had again, and work. */
static void
racers_after(void)
{
	struct hosted_file *a, *b;
	uint8_t buf[8];
	size_t done, i;

	for (i = 0; i < NODES; i++)
		if (!H_REFUSED(h_open(node_names[i],
		    HOSTED_READ | HOSTED_WRITE, &a)))
			h_close(a);
	if (H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &a)))
		return;
	if (!H_REFUSED(h_open("rmidi1", HOSTED_READ, &b))) {
		/* Nothing is left over from before. */
		SIM_CHECK(h_read(b, buf, sizeof(buf), true, &done) == EAGAIN);
		if (h_write_all(a, "\xd2\x05", 2, &done)) {
			h_settle();
			i = h_read(b, buf, sizeof(buf), true, &done);
			SIM_CHECK(i != 0 ? h_fault() : done == 2 &&
			    memcmp(buf, "\xd2\x05", 2) == 0);
		}
		h_close(b);
	}
	h_close(a);
	SIM_CHECK_EQ(hw->open, 0);
}

static void
racers_run(bool with_music)
{
	struct h_thread *t[RACERS];
	int i;

	memset(books, 0, sizeof(books));
	book_clock = 0;
	hw = h_hw_new(0);
	if (!h_boot(1))
		return;
	if (!h_hw_attach(hw)) {
		h_shutdown();
		return;
	}
	SIM_CHECK_EQ(hw->unit, NODE_HARDWARE);
	for (i = 0; i < RACERS; i++)
		t[i] = h_start(racer_main, &with_music);
	for (i = 0; i < RACERS; i++)
		h_join(t[i]);
	racers_after();
	h_hw_detach(hw, false);
	h_shutdown();
}

H_CASE(race, 500, SIM_FAULT_ALL, 1, "two that hold one direction of a "
    "device, a refusal without reason, or a device that is not as new after "
    "its last close")
{

	racers_run(false);
}

H_CASE(race_music, 500, SIM_FAULT_ALL, 1, "a device that the sequencer and "
    "a raw node both hold, or that the sequencer does not give back")
{

	racers_run(true);
}

/*
 * Readiness.  One program does things by chance without blocking; whenever
 * all is quiet, what poll and kqueue say must be what a call would do.
 */

#define READY_STEPS	60

static struct {
	const char	*name;
	int		flags;
	bool		music;
	struct hosted_file *f;
} subjects[] = {
	{ .name = "rmidi0", .flags = HOSTED_READ | HOSTED_WRITE },
	{ .name = "rmidi1", .flags = HOSTED_READ | HOSTED_WRITE },
	{ .name = "rmidi2", .flags = HOSTED_READ | HOSTED_WRITE },
	{ .name = "music", .flags = HOSTED_READ | HOSTED_WRITE,
	  .music = true },
};

#define SUBJECTS	(sizeof(subjects) / sizeof(subjects[0]))

/* What kqueue says of a file. */
static bool
kqueue_ready(struct hosted_file *f, int filter)
{
	struct hosted_kqueue *kq;
	struct hosted_kevent ev;
	int n = 0;

	SIM_CHECK_EQ(hosted_kqueue_create(&kq), 0);
	SIM_CHECK_EQ(hosted_kqueue_add(kq, f, filter, 0, NULL), 0);
	SIM_CHECK_EQ(hosted_kqueue_fetch(kq, &ev, 1, 0, &n), 0);
	hosted_kqueue_destroy(kq);
	return n != 0;
}

static bool
poll_ready(struct hosted_file *f, int filter)
{
	const int event = filter == HOSTED_EVFILT_READ ? HOSTED_POLLIN :
	    HOSTED_POLLOUT;

	return (hosted_poll(f, event, NULL) & event) != 0;
}

/* A call that does not wait: did it go on? */
static bool
call_goes(size_t i, int filter)
{
	seq_event_t ev;
	uint8_t buf[40];
	size_t done;
	int error;

	ev = SEQ_MK_TIMING(ECHO, .cookie = 1);
	if (filter == HOSTED_EVFILT_READ)
		error = h_read(subjects[i].f, subjects[i].music ?
		    (void *)&ev : buf, subjects[i].music ? sizeof(ev) :
		    1 + sim_random(sizeof(buf)), true, &done);
	else if (subjects[i].music)
		error = h_write(subjects[i].f, &ev, sizeof(ev), true, &done);
	else
		error = h_write(subjects[i].f, "\xa1\x02\x03", 3, true,
		    &done);
	/* What was written before may have been cut inside a message. */
	SIM_CHECK(error == 0 || error == EAGAIN || error == EPROTO);
	return error != EAGAIN;
}

static void
ready_check(size_t i, int filter, struct hosted_kqueue *kq)
{
	const bool ready = poll_ready(subjects[i].f, filter);
	struct hosted_kevent ev[2 * SUBJECTS];
	bool kept = false;
	int k, n;

	SIM_CHECK_EQ(kqueue_ready(subjects[i].f, filter), ready);
	/* The same of one that has watched all the while. */
	SIM_CHECK_EQ(hosted_kqueue_fetch(kq, ev, 2 * SUBJECTS, 0, &n), 0);
	for (k = 0; k < n; k++)
		if (ev[k].file == subjects[i].f && ev[k].filter == filter)
			kept = true;
	SIM_CHECK_EQ(kept, ready);
	/* A writer of music is told to wait while it is far ahead. */
	if (!subjects[i].music || filter == HOSTED_EVFILT_READ || ready)
		SIM_CHECK_EQ(call_goes(i, filter), ready);
	h_settle();
}

/* Make more or less of everything. */
static void
ready_act(void)
{
	const size_t i = sim_random(SUBJECTS);
	uint8_t bytes[300];
	seq_event_t ev[200];
	size_t done, k;

	switch (sim_random(4)) {
	case 0:
		for (k = 0; k < sizeof(bytes); k++)
			bytes[k] = k % 3 == 0 ? 0x90 : 1 + sim_random(127);
		if (!subjects[i].music)
			(void)h_write(subjects[i].f, bytes,
			    1 + sim_random(sizeof(bytes)), true, &done);
		else
			(void)h_hw_input(hw, bytes, 3 * sim_random(100));
		break;
	case 1:
		for (k = 0; k < 200; k++)
			ev[k] = sim_random(3) ? SEQ_MK_TIMING(ECHO,
			    .cookie = k) : SEQ_MK_TIMING(WAIT_REL,
			    .divisions = sim_random(3));
		(void)h_write(subjects[NODE_MUSIC].f, ev,
		    sizeof(ev[0]) * (1 + sim_random(200)), true, &done);
		break;
	case 2:
		(void)h_read(subjects[i].f, ev, sizeof(ev[0]) *
		    (1 + sim_random(200)), true, &done);
		break;
	default:
		hw->stuck = sim_random(2);
		if (!hw->stuck)
			h_hw_free(hw);
		sim_sleep_ns(sim_random(30) * H_MS);
		break;
	}
	h_settle();
}

static void
ready_run(struct hosted_kqueue *kq)
{
	size_t i;
	int k;

	for (k = 0; k < READY_STEPS; k++) {
		ready_act();
		for (i = 0; i < SUBJECTS; i++) {
			ready_check(i, HOSTED_EVFILT_READ, kq);
			ready_check(i, HOSTED_EVFILT_WRITE, kq);
		}
	}
}

H_CASE(ready, 300, 0, 0, "poll or kqueue that calls a file ready when a call "
    "would have to wait, or not ready when it would not")
{
	struct hosted_kqueue *kq;
	size_t i;

	hw = h_hw_new(0);
	hw->fifo = 8;
	hw->byte_ns = H_HW_BYTE_NS;
	SIM_CHECK(h_boot(1));
	SIM_CHECK(h_hw_attach(hw));
	SIM_CHECK_EQ(hosted_kqueue_create(&kq), 0);
	for (i = 0; i < SUBJECTS; i++) {
		SIM_CHECK_EQ(h_open(subjects[i].name, subjects[i].flags,
		    &subjects[i].f), 0);
		SIM_CHECK_EQ(hosted_kqueue_add(kq, subjects[i].f,
		    HOSTED_EVFILT_READ, 0, NULL), 0);
		SIM_CHECK_EQ(hosted_kqueue_add(kq, subjects[i].f,
		    HOSTED_EVFILT_WRITE, 0, NULL), 0);
	}
	ready_run(kq);
	hw->stuck = false;
	h_hw_free(hw);
	for (i = 0; i < SUBJECTS; i++) {
		if (subjects[i].music)
			(void)h_ioctl(subjects[i].f, SEQUENCER_RESET, NULL);
		h_close(subjects[i].f);
	}
	hosted_kqueue_destroy(kq);
	h_hw_detach(hw, false);
	h_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, race_music);
	ATF_TP_ADD_TC(tp, ready);
	return atf_no_error();
}
