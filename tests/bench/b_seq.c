/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * b_seq.c: what the sequencer's parts take for an event.
 *
 * The queue is measured as it is when it plays: it holds a number of events,
 * the first is taken out and another put in at a random place among the
 * rest.  A heap moves an event by as many levels as the number has binary
 * digits; the figure for one level stays about the same as long as the queue
 * stays in the processor's caches, and grows with the time of memory after
 * that, but never with the number itself.
 */

#include <sys/midiio.h>

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dev/midi/seq_event.h>
#include <dev/midi/seq_queue.h>
#include <dev/midi/seq_time.h>

#include "h_bench.h"

#define QUEUED_MIN	100
#define QUEUED_MAX	1000000
#define EVENTS		200000	/* of a measurement */
#define CHANGES		1000	/* of tempo, behind one another */
#define DIVISIONS	480

/* Numbers that look random and are the same each time. */
static uint64_t
number(uint64_t *state)
{

	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

static void
measure(const char *what, double (*run)(void *), void *arg, double levels)
{
	struct bench b = { .b_run = run, .b_arg = arg };
	struct bench_row row = {
		.br_what = what, .br_unit = "event", .br_ours = &b,
	};
	char note[32];

	bench_measure(&b, 1);
	if (levels != 0) {
		(void)snprintf(note, sizeof(note), "%.2f for a level",
		    bench_figure(&b).bf_median / levels);
		row.br_note = note;
	}
	bench_print(&row);
}

/*
 * The queue.
 */

struct queue {
	struct seq_queue q_queue;
	uint64_t	q_random;
	uint64_t	q_spread;	/* keys ahead of the first */
};

static double
run_queue(void *arg)
{
	struct queue *q = arg;
	struct seq_cell cell;
	unsigned int i;

	for (i = 0; i < EVENTS; i++) {
		(void)seq_queue_get(&q->q_queue, &cell);
		bench_use(&cell, sizeof(cell));
		(void)seq_queue_put(&q->q_queue, cell.ce_key +
		    number(&q->q_random) % q->q_spread, &cell.ce_item);
	}
	return EVENTS;
}

static void
measure_queue(unsigned int queued)
{
	struct queue q;
	struct seq_cell *cells;
	union seq_item item;
	char what[64];
	unsigned int i;

	cells = calloc(queued, sizeof(*cells));
	if (cells == NULL)
		err(EXIT_FAILURE, "calloc");
	memset(&item, 0, sizeof(item));
	seq_queue_init(&q.q_queue, cells, queued);
	q.q_random = 1;
	q.q_spread = 2ULL * queued;
	for (i = 0; i < queued; i++)
		(void)seq_queue_put(&q.q_queue,
		    number(&q.q_random) % q.q_spread, &item);
	(void)snprintf(what, sizeof(what), "queue, %u in it", queued);
	measure(what, run_queue, &q, log2(queued));
	free(cells);
}

/*
 * Records.
 */

static double
run_decode(void *arg)
{
	const uint8_t *record = arg;
	struct seq_cmd cm;
	unsigned int i;

	for (i = 0; i < EVENTS; i++) {
		bench_use(record, SEQ_EVENT_BYTES);
		(void)seq_event_decode(record, SEQ_EVENT_NEW, &cm);
		bench_use(&cm, sizeof(cm));
	}
	return EVENTS;
}

static double
run_encode(void *arg)
{
	const uint8_t *message = arg;
	uint8_t record[SEQ_EVENT_BYTES];
	unsigned int i;

	for (i = 0; i < EVENTS; i++) {
		bench_use(message, MIDI_MSG_MAX);
		(void)seq_event_encode(0, message, MIDI_MSG_MAX, record);
		bench_use(record, sizeof(record));
	}
	return EVENTS;
}

static void
measure_records(void)
{
	uint8_t message[MIDI_MSG_MAX] = { 0x90, 0x3c, 0x40 };
	uint8_t record[SEQ_EVENT_BYTES];

	(void)seq_event_encode(0, message, sizeof(message), record);
	measure("record to command", run_decode, record, 0);
	measure("message to record", run_encode, message, 0);
}

/*
 * Time.
 */

struct song {
	struct seq_time	so_time;
	uint64_t	so_division;
};

static double
run_ns(void *arg)
{
	struct song *so = arg;
	uint64_t ns;
	unsigned int i;

	for (i = 0; i < EVENTS; i++) {
		ns = seq_time_ns(&so->so_time, so->so_division + i);
		bench_use(&ns, sizeof(ns));
	}
	return EVENTS;
}

static double
run_division(void *arg)
{
	struct song *so = arg;
	uint64_t begin_ns, division;
	unsigned int i;

	begin_ns = seq_time_ns(&so->so_time, so->so_division);
	for (i = 0; i < EVENTS; i++) {
		division = seq_time_division(&so->so_time,
		    begin_ns + i * 1000ULL);
		bench_use(&division, sizeof(division));
	}
	return EVENTS;
}

static double
run_change(void *arg)
{
	struct song so = *(const struct song *)arg;
	struct seq_tempo tempo = so.so_time.st_tempo;
	unsigned int i;

	for (i = 0; i < CHANGES; i++) {
		tempo.te_bpm = 60 + i % 300;
		seq_time_change_at(&so.so_time, &tempo,
		    so.so_division + i * 10);
		bench_use(&so, sizeof(so));
	}
	return CHANGES;
}

static void
measure_time(void)
{
	const struct seq_tempo tempo = {
		.te_timebase = DIVISIONS, .te_bpm = 120,
	};
	struct seq_tempo next = tempo;
	struct song so;
	unsigned int i;

	seq_time_init(&so.so_time, &tempo);
	seq_time_start(&so.so_time, 1);
	so.so_division = 0;
	measure("when is a division", run_ns, &so, 0);
	measure("which division is now", run_division, &so, 0);
	measure("tempo change", run_change, &so, 0);
	for (i = 1; i <= CHANGES; i++) {
		so.so_division = i * 7;
		next.te_bpm = 60 + i % 300;
		seq_time_change_at(&so.so_time, &next, so.so_division);
	}
	measure("when, after 1000 tempo changes", run_ns, &so, 0);
}

int
main(void)
{
	unsigned int queued;

	measure_records();
	measure_time();
	for (queued = QUEUED_MIN; queued <= QUEUED_MAX; queued *= 10)
		measure_queue(queued);
	return EXIT_SUCCESS;
}
