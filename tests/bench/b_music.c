/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * b_music.c: /dev/music as a whole, on the kernel of the process host.
 *
 * What an event costs: a number of them is written for later, by one program
 * or by several, and then all become due.  "write" is processor time of
 * write(2) for one event, "play" that of the whole process from when they are
 * due until the hardware has the last, merged from all writers.  All are for
 * device 0, however many devices there are.
 *
 * How late an event is: events each 2 ms, by when the hardware is given them,
 * beside a plain loop that sleeps until the same kind of deadlines with
 * clock_nanosleep(2), in a thread of the same priority, in turns in the same
 * run.  A round gives the lateness that 99 of 100 did not exceed.
 */

#include <sys/midiio.h>

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>

#include "h_bench.h"

#define MS_NS		1000000ULL
#define DEVICES_MAX	256
#define WRITERS_MAX	16
#define QUEUE_MAX	65536		/* events of one writer */
#define BATCH		512		/* events of one write(2) */
#define RUNS		5		/* of these long measurements */

#define DEADLINES	200		/* of a round */
#define STEP_NS		(2 * MS_NS)
#define BOUND_US	50		/* of p99, above the plain loop's */

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void
sleep_until(uint64_t when_ns)
{
	const struct timespec ts = {
		.tv_sec = (time_t)(when_ns / 1000000000),
		.tv_nsec = (long)(when_ns % 1000000000),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) ==
	    EINTR)
		continue;
}

static void
quiet(const char *text, int panic)
{

	if (panic)
		(void)fputs(text, stderr);
}

/*
 * The hardware: it counts, and looks at the clock for who wants to know.
 */

static struct {
	struct hosted_midi *hw[DEVICES_MAX];
	int		count;
	atomic_ulong	bytes;		/* of device 0 */
	uint64_t	*at_ns;		/* NULL, or of each note */
	unsigned	nat;
} devices;

static int
hw_open(void *cookie, int flags)
{

	(void)cookie;
	(void)flags;
	return 0;
}

static void
hw_close(void *cookie)
{

	(void)cookie;
}

/* Notes that are late come together. */
static void
hw_stamp(const unsigned char *bytes, int n)
{
	const uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	int i;

	for (i = 0; i + 3 <= n && devices.nat < DEADLINES; i += 3) {
		if (bytes[i] == 0x90)
			devices.at_ns[devices.nat++] = now_ns;
	}
}

static int
hw_output(void *cookie, const unsigned char *bytes, int n)
{

	/* Active Sensing is nobody's event. */
	if (cookie != &devices.hw[0] || bytes[0] == 0xfe)
		return n;
	if (devices.at_ns != NULL)
		hw_stamp(bytes, n);
	atomic_fetch_add(&devices.bytes, (unsigned long)n);
	return n;
}

static const struct hosted_midi_ops hw_ops = {
	.hm_open = hw_open,
	.hm_close = hw_close,
	.hm_output = hw_output,
};

static void
devices_attach(int n)
{
	int error, unit;

	for (; devices.count < n; devices.count++) {
		error = hosted_midi_attach("bench", HOSTED_MIDI_OUT |
		    HOSTED_MIDI_CANONICAL, &hw_ops,
		    &devices.hw[devices.count], &devices.hw[devices.count],
		    &unit);
		if (error != 0)
			errx(EXIT_FAILURE, "device: %s", strerror(error));
	}
}

static void
devices_detach(void)
{

	while (devices.count > 0)
		hosted_midi_detach(devices.hw[--devices.count]);
}

/*
 * Writers.
 */

static struct hosted_file *writers[WRITERS_MAX];
static unsigned nwriters;

static void
request(struct hosted_file *f, unsigned long cmd, int value)
{
	const int error = hosted_ioctl(f, hosted_ioctl_cmd(cmd), &value, 0);

	if (error != 0)
		errx(EXIT_FAILURE, "request: %s", strerror(error));
}

/* Divisions of 1 us. */
static void
writers_open(unsigned n)
{
	int error;

	for (nwriters = 0; nwriters < n; nwriters++) {
		error = hosted_open("music", HOSTED_WRITE,
		    &writers[nwriters]);
		if (error != 0)
			errx(EXIT_FAILURE, "music: %s", strerror(error));
		request(writers[nwriters], SEQUENCER_SHARE, 1);
		request(writers[nwriters], SEQUENCER_TMR_TIMEBASE, 1000000);
		request(writers[nwriters], SEQUENCER_TMR_TEMPO, 60);
		request(writers[nwriters], SEQUENCER_AHEAD, 0);
		request(writers[nwriters], SEQUENCER_AHEAD_EVENTS, QUEUE_MAX);
	}
}

static void
writers_close(void)
{

	while (nwriters > 0) {
		request(writers[nwriters - 1], SEQUENCER_RESET, 0);
		hosted_close(writers[--nwriters]);
	}
}

static void
put(struct hosted_file *f, const seq_event_t *ev, size_t n)
{
	unsigned long done;
	int error;

	error = hosted_write(f, ev, n * sizeof(*ev), 0, &done);
	if (error != 0 || done != n * sizeof(*ev))
		errx(EXIT_FAILURE, "write: %s", strerror(error));
}

static const seq_event_t note = {
	.c_NOTEON = { .tag = SEQ_CHN_VOICE, .op = MIDI_NOTEON, .key = 60,
	    .velocity = 64 },
};

/* A wait, and so many notes. */
static void
put_notes(struct hosted_file *f, unsigned wait_us, unsigned n)
{
	seq_event_t ev[BATCH];
	unsigned i;

	ev[0] = SEQ_MK_TIMING(WAIT_REL, .divisions = wait_us);
	put(f, ev, 1);
	for (i = 0; i < BATCH; i++)
		ev[i] = note;
	for (; n > 0; n -= i) {
		i = n < BATCH ? n : BATCH;
		put(f, ev, i);
	}
}

/*
 * What an event costs.
 */

static struct {
	double		write_ns;
	double		play_ns;
} cost;

/* Once; wait_us is to be time enough to write them all.  False: it was not. */
static bool
try_cost(unsigned each, uint64_t wait_us)
{
	const unsigned long before = atomic_load(&devices.bytes);
	const unsigned long end = before + 3UL * each * nwriters;
	uint64_t begin_ns, due_ns, cpu_ns;
	unsigned i;
	bool early;

	begin_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	for (i = 0; i < nwriters; i++)
		request(writers[i], SEQUENCER_TMR_START, 0);
	due_ns = clock_ns(CLOCK_MONOTONIC) + wait_us * 1000;
	for (i = 0; i < nwriters; i++)
		put_notes(writers[i], (unsigned)wait_us, each);
	cost.write_ns += (double)(clock_ns(CLOCK_THREAD_CPUTIME_ID) -
	    begin_ns) / (each * nwriters);
	sleep_until(due_ns - wait_us * 1000 / 4);
	cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	early = atomic_load(&devices.bytes) == before;
	sleep_until(due_ns);
	while (atomic_load(&devices.bytes) < end)
		sleep_until(clock_ns(CLOCK_MONOTONIC) + MS_NS / 2);
	cost.play_ns += (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) -
	    cpu_ns) / (each * nwriters);
	return early;
}

static void
measure_cost(unsigned queued)
{
	/* Few events are written again and again. */
	const unsigned times = queued >= 2000 ? 1 : 2000 / queued;
	uint64_t wait_us = 20000 + queued * 3ULL / 2;
	unsigned i, tries;

	for (tries = 0; tries < 4; tries++) {
		cost.write_ns = cost.play_ns = 0;
		for (i = 0; i < times; i++) {
			if (!try_cost(queued / nwriters, wait_us))
				break;
		}
		cost.write_ns /= times;
		cost.play_ns /= times;
		if (i == times)
			return;
		wait_us *= 2;
	}
	errx(EXIT_FAILURE, "the machine is too busy for this");
}

/* Not all the rounds of the others: these take long. */
static void
print(const char *what, struct bench *b)
{
	struct bench_row row = {
		.br_what = what, .br_unit = "event", .br_ours = b,
	};
	unsigned i;

	for (i = RUNS; i < BENCH_RUNS; i++)
		b->b_ns[i] = b->b_ns[i % RUNS];
	bench_print(&row);
}

static void
measure_costs(int ndevices, unsigned writing, unsigned queued)
{
	static struct bench writes, plays;
	char what[64];
	unsigned i;

	devices_attach(ndevices);
	writers_open(writing);
	measure_cost(queued);
	for (i = 0; i < RUNS; i++) {
		measure_cost(queued);
		writes.b_ns[i] = cost.write_ns;
		plays.b_ns[i] = cost.play_ns;
	}
	writers_close();
	devices_detach();
	(void)snprintf(what, sizeof(what), "write, %u queued, %d dev, %u wr",
	    queued, ndevices, writing);
	print(what, &writes);
	(void)snprintf(what, sizeof(what), "play, %u queued, %d dev, %u wr",
	    queued, ndevices, writing);
	print(what, &plays);
}

/*
 * How late.
 */

static int
compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
p99(const uint64_t at_ns[DEADLINES], uint64_t start_ns)
{
	uint64_t late_ns[DEADLINES];
	unsigned i;

	for (i = 0; i < DEADLINES; i++)
		late_ns[i] = at_ns[i] - (start_ns + (i + 1) * STEP_NS);
	qsort(late_ns, DEADLINES, sizeof(late_ns[0]), compare);
	return late_ns[DEADLINES * 99 / 100 - 1];
}

/* In a thread with the priority of the kernel's, if that may be had. */
static void *
loop(void *arg)
{
	const struct sched_param sp = {
		.sched_priority = sched_get_priority_min(SCHED_FIFO) + 2,
	};
	static uint64_t at_ns[DEADLINES];
	uint64_t start_ns;
	unsigned i;

	(void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &sp);
	start_ns = clock_ns(CLOCK_MONOTONIC) + MS_NS;
	for (i = 0; i < DEADLINES; i++) {
		sleep_until(start_ns + (i + 1) * STEP_NS);
		at_ns[i] = clock_ns(CLOCK_MONOTONIC);
	}
	*(double *)arg = (double)p99(at_ns, start_ns);
	return NULL;
}

static double
music(void)
{
	static uint64_t at_ns[DEADLINES];
	uint64_t start_ns;
	unsigned i;

	memset(at_ns, 0, sizeof(at_ns));
	devices.nat = 0;
	devices.at_ns = at_ns;
	/* Not before this. */
	start_ns = clock_ns(CLOCK_MONOTONIC);
	request(writers[0], SEQUENCER_TMR_START, 0);
	for (i = 0; i < DEADLINES; i++)
		put_notes(writers[0], STEP_NS / 1000, 1);
	request(writers[0], SEQUENCER_SYNC, 0);
	devices.at_ns = NULL;
	if (devices.nat != DEADLINES)
		errx(EXIT_FAILURE, "%u notes came", devices.nat);
	return (double)p99(at_ns, start_ns);
}

static void
measure_lateness(void)
{
	static struct bench loops, ours;
	struct bench_row row = {
		.br_what = "99% late at most, ours and a loop",
		.br_unit = "event", .br_ours = &ours, .br_other = &loops,
	};
	pthread_t thread;
	double above_us;
	char text[64];
	unsigned i;

	devices_attach(1);
	writers_open(1);
	put_notes(writers[0], 0, 1);
	request(writers[0], SEQUENCER_SYNC, 0);
	for (i = 0; i < BENCH_RUNS; i++) {
		if (pthread_create(&thread, NULL, loop, &loops.b_ns[i]) != 0)
			errx(EXIT_FAILURE, "thread");
		(void)pthread_join(thread, NULL);
		ours.b_ns[i] = music();
	}
	writers_close();
	devices_detach();
	above_us = (bench_figure(&ours).bf_median -
	    bench_figure(&loops).bf_median) / 1000;
	(void)snprintf(text, sizeof(text), "%.1f us above <= %d us %s",
	    above_us, BOUND_US, above_us <= BOUND_US ? "met" : "MISSED");
	row.br_note = text;
	bench_print(&row);
}

static int
b_music_main(void *arg)
{
	static const int counts[] = { 1, 4, 16, 64, DEVICES_MAX };
	unsigned queued;
	size_t i;

	(void)arg;
	user_log_set(quiet);
	if (hosted_boot() != 0)
		errx(EXIT_FAILURE, "boot");
	measure_lateness();
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		measure_costs(counts[i], 1, 10000);
	for (queued = 100; queued <= 1000000; queued *= 10)
		measure_costs(1, queued < 1000 ? 4 : WRITERS_MAX, queued);
	if (hosted_shutdown() != 0)
		errx(EXIT_FAILURE, "shutdown: something is left");
	return EXIT_SUCCESS;
}

int
main(void)
{

	return user_run(b_music_main, NULL) == EXIT_SUCCESS ?
	    EXIT_SUCCESS : EXIT_FAILURE;
}
