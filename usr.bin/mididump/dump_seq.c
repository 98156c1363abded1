/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_seq.c: look at what the sequencer receives.
 *
 * Who reads the sequencer has it for himself.  Its records have their times,
 * in divisions of STEP_NS, which are shown; SysEx comes in records of six
 * bytes and is shown whole.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump_stream.h"
#include "mididump.h"
#include "msgtext.h"
#include "seqrec.h"
#include "stopsig.h"

/* Of the sequencer's time: its finest. */
#define TIMEBASE	10000
#define TEMPO_BPM	300
#define STEP_NS		20000	/* one division of these */

#define DEVICES		256	/* that a record can name */

struct dump_seq {
	struct mididump_options *opt;
	const char	*path;
	int		fd;
	struct dump_place at;
	uint64_t	now;		/* divisions */
	uint32_t	stamp;		/* the last one */
	struct dump_stream *sysex[DEVICES];
};

static void
dump_seq_sink(void *arg, const uint8_t *bytes, size_t n, bool broken)
{
	struct dump_seq *ds = arg;

	dump_out_message(&ds->opt->out, &ds->at, bytes, n, broken);
}

/* Stamps are the low 32 bits; one that lies behind is of a timer that was
 * started again. */
static void
dump_seq_stamp(struct dump_seq *ds, uint32_t stamp)
{
	uint32_t passed = stamp - ds->stamp;

	if (passed > INT32_MAX)
		passed = stamp;
	ds->stamp = stamp;
	ds->now += passed;
}

static void
dump_seq_sysex(struct dump_seq *ds, const seq_event_t *rec)
{
	struct dump_stream **stream = &ds->sysex[rec->sysex.device];
	static const uint8_t end = MIDI_SYSEX_END;
	size_t n = sizeof(rec->sysex.buffer);

	if (*stream == NULL) {
		*stream = malloc(sizeof(**stream));
		if (*stream == NULL)
			err(1, NULL);
		dump_stream_init(*stream, dump_seq_sink, ds);
	}
	while (n > 0 && rec->sysex.buffer[n - 1] == 0xff)
		n--;
	dump_stream_put(*stream, rec->sysex.buffer, n);
	if (n < sizeof(rec->sysex.buffer) &&
	    midi_parse_in_sysex(&(*stream)->parse))
		dump_stream_put(*stream, &end, 1);
}

static void
dump_seq_timing(struct dump_seq *ds, const seq_event_t *rec)
{
	static const struct {
		uint8_t		op;
		const char	*name;
	} names[] = {
		{ TMR_RESET, "timer-reset" }, { TMR_STOP, "timer-stop" },
		{ TMR_START, "timer-start" },
		{ TMR_CONTINUE, "timer-continue" },
		{ TMR_TEMPO, "timer-tempo" }, { TMR_ECHO, "timer-echo" },
		{ TMR_CLOCK, "timer-clock" }, { TMR_SPP, "timer-spp" },
		{ TMR_TIMESIG, "timer-timesig" },
		{ TMR_USTEMPO, "timer-ustempo" },
	};
	struct dump_place at = ds->at;
	size_t i;

	if (rec->timing.op == TMR_WAIT_ABS) {
		dump_seq_stamp(ds, rec->timing.arg);
		return;
	}
	at.port = -1;
	at.dir = 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].op == rec->timing.op)
			dump_out_number(&ds->opt->out, &at, names[i].name,
			    "value", rec->timing.arg);
}

static void
dump_seq_record(struct dump_seq *ds, const seq_event_t *rec)
{
	uint8_t msg[MIDI_MSG_MAX];
	unsigned n;

	ds->at.time_ns = ds->now * STEP_NS;
	ds->at.port = rec->voice.device;
	ds->at.dir = MIDICTL_IN;
	switch (rec->tag) {
	case SEQ_TIMING:
		dump_seq_timing(ds, rec);
		break;
	case SEQ_CHN_VOICE:
	case SEQ_CHN_COMMON:
		n = seqrec_message(rec, msg);
		if (n != 0)
			dump_seq_sink(ds, msg, n, false);
		break;
	case SEQ_SYSEX:
		dump_seq_sysex(ds, rec);
		break;
	case SEQ_SYSTEM:
		msg[0] = rec->system.status;
		memcpy(msg + 1, rec->system.data, 2);
		n = midi_msg_length(msg[0]);
		if (n != 0)
			dump_seq_sink(ds, msg, n, false);
		break;
	default:
		break;
	}
}

/* Have the finest time, and let it begin. */
static void
dump_seq_start(struct dump_seq *ds)
{
	int timebase = TIMEBASE, tempo = TEMPO_BPM;

	if (ioctl(ds->fd, SEQUENCER_TMR_TIMEBASE, &timebase) == -1 ||
	    ioctl(ds->fd, SEQUENCER_TMR_TEMPO, &tempo) == -1 ||
	    ioctl(ds->fd, SEQUENCER_TMR_START, NULL) == -1)
		err(1, "%s: timer", ds->path);
	/* Not every sequencer gives these. */
	(void)ioctl(ds->fd, SEQUENCER_RT_ENABLE, NULL);
	if (ds->opt->verbose)
		warnx("listening to %s", ds->path);
}

/* Read what has come.  False: the end. */
static bool
dump_seq_read(struct dump_seq *ds)
{
	seq_event_t rec[64];
	ssize_t got;
	size_t i;

	got = read(ds->fd, rec, sizeof(rec));
	if (got == -1 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got == -1) {
		dump_out_flush(&ds->opt->out);
		err(1, "%s", ds->path);
	}
	for (i = 0; i < (size_t)got / sizeof(rec[0]); i++)
		dump_seq_record(ds, &rec[i]);
	return got != 0;
}

int
dump_seq(struct mididump_options *opt, const char *path, int fd)
{
	static struct dump_seq ds;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	enum stopsig how = STOPSIG_READY;
	int flags, i;

	ds.opt = opt;
	ds.path = path;
	ds.fd = fd;
	ds.at.track = -1;
	flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		err(1, "%s", path);
	dump_seq_start(&ds);
	while (how == STOPSIG_READY && !dump_out_is_full(&opt->out)) {
		how = stopsig_wait(&pfd, 1, mididump_deadline_ns(opt));
		if (how == STOPSIG_ERROR)
			err(1, "%s", path);
		if (!dump_seq_read(&ds))
			break;
		dump_out_flush(&opt->out);
	}
	for (i = 0; i < DEVICES; i++) {
		ds.at.port = i;
		if (ds.sysex[i] != NULL)
			dump_stream_end(ds.sysex[i]);
		free(ds.sysex[i]);
	}
	dump_out_flush(&opt->out);
	return mididump_status(opt);
}
