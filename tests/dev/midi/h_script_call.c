/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_script_call.c: the steps of scripts that are system calls.
 */

#include <sys/types.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/ioctl.h>
#include <sys/midiio.h>

#include <hosted/hosted.h>

#include "h_script.h"

#define SCRIPT_FILES	16

struct script_file {
	struct hosted_file *sf_file;	/* NULL: closed */
	int		sf_nonblock;
	bool		sf_watched[2];	/* by script_kq, for the filter */
};

#define REQUEST(r)	{ #r, r }
static const struct {
	const char	*name;
	unsigned long	request;
} script_requests[] = {
	REQUEST(SEQUENCER_RESET),
	REQUEST(SEQUENCER_SYNC),
	REQUEST(SEQUENCER_INFO),
	REQUEST(SEQUENCER_CTRLRATE),
	REQUEST(SEQUENCER_GETOUTCOUNT),
	REQUEST(SEQUENCER_GETINCOUNT),
	REQUEST(SEQUENCER_RESETSAMPLES),
	REQUEST(SEQUENCER_NRSYNTHS),
	REQUEST(SEQUENCER_NRMIDIS),
	REQUEST(SEQUENCER_THRESHOLD),
	REQUEST(SEQUENCER_MEMAVL),
	REQUEST(SEQUENCER_PANIC),
	REQUEST(SEQUENCER_OUTOFBAND),
	REQUEST(SEQUENCER_GETTIME),
	REQUEST(SEQUENCER_SYNTH_INFO),
	REQUEST(SEQUENCER_SYNTH_ID),
	REQUEST(SEQUENCER_MIDI_INFO),
	REQUEST(SEQUENCER_TESTMIDI),
	REQUEST(SEQUENCER_PERCMODE),
	REQUEST(SEQUENCER_FM_4OP_ENABLE),
	REQUEST(SEQUENCER_FM_LOAD_INSTR),
	REQUEST(SEQUENCER_SYNTH_REMOVESAMPLE),
	REQUEST(SEQUENCER_TIMING_ENABLE),
	REQUEST(SEQUENCER_ACTSENSE_ENABLE),
	REQUEST(SEQUENCER_RT_ENABLE),
	REQUEST(SEQUENCER_AHEAD),
	REQUEST(SEQUENCER_AHEAD_EVENTS),
	REQUEST(SEQUENCER_TMR_TIMEBASE),
	REQUEST(SEQUENCER_TMR_START),
	REQUEST(SEQUENCER_TMR_STOP),
	REQUEST(SEQUENCER_TMR_CONTINUE),
	REQUEST(SEQUENCER_TMR_TEMPO),
	REQUEST(SEQUENCER_TMR_SOURCE),
	REQUEST(SEQUENCER_TMR_METRONOME),
	REQUEST(SEQUENCER_TMR_SELECT),
	REQUEST(SEQUENCER_TMR_USTEMPO),
	REQUEST(MIDI_PRETIME),
	REQUEST(MIDI_MPUMODE),
	REQUEST(MIDI_MPUCMD),
	REQUEST(MIDI_DRAIN),
	REQUEST(FIONREAD),
	REQUEST(FIONBIO),
	REQUEST(FIOASYNC),
	{ "FIOSETOWN", 0x8901 },
	{ "FIOGETOWN", 0x8903 },
};

static struct script_file script_files[SCRIPT_FILES];
static struct hosted_kqueue *script_kq;

static struct script_file *
script_file(const char *word)
{
	struct script_file *sf;

	sf = &script_files[h_script_index(word, SCRIPT_FILES)];
	if (sf->sf_file == NULL)
		sim_fail("%s is not open", word);
	return sf;
}

static void
script_open(char **argv, char *result)
{
	struct script_file *sf;
	const char *node = argv[2];
	int error, flags = 0;

	sf = &script_files[h_script_index(argv[1], SCRIPT_FILES)];
	SIM_CHECK(sf->sf_file == NULL);
	flags |= strchr(argv[3], 'r') != NULL ? HOSTED_READ : 0;
	flags |= strchr(argv[3], 'w') != NULL ? HOSTED_WRITE : 0;
	flags |= strchr(argv[3], 'n') != NULL ? HOSTED_NONBLOCK : 0;
	memset(sf, 0, sizeof(*sf));
	sf->sf_nonblock = (flags & HOSTED_NONBLOCK) != 0;
	error = hosted_open(node, flags, &sf->sf_file);
	if (error)
		sf->sf_file = NULL;
	h_script_add(result, "%s", error ? h_script_errno(error) : "0");
}

static void
script_close(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	struct hosted_file *file = sf->sf_file;

	sf->sf_file = NULL;
	hosted_close(file);
	h_script_add(result, "0");
}

static void
script_read(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	unsigned char *buf = malloc(H_SCRIPT_BYTES);
	unsigned long done;
	int error;

	error = hosted_read(sf->sf_file, buf,
	    h_script_index(argv[2], H_SCRIPT_BYTES + 1), sf->sf_nonblock,
	    &done);
	if (error)
		h_script_add(result, "%s", h_script_errno(error));
	else
		h_script_add(result, done != 0 ? "%lu " : "%lu", done);
	if (error == 0)
		h_script_add_bytes(result, buf, done);
	free(buf);
}

static void
script_write(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	unsigned char *buf = malloc(H_SCRIPT_BYTES);
	unsigned long done;
	size_t n;
	int error;

	n = h_script_bytes(argv[2], buf, H_SCRIPT_BYTES);
	error = hosted_write(sf->sf_file, buf, n, sf->sf_nonblock, &done);
	if (error)
		h_script_add(result, "%s", h_script_errno(error));
	else
		h_script_add(result, "%lu", done);
	free(buf);
}

static void
script_ioctl(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	unsigned char data[256] = { 0 };
	unsigned long cmd = 0;
	unsigned int size;
	size_t i;
	int error, value;

	for (i = 0; i < sizeof(script_requests) / sizeof(*script_requests);
	    i++) {
		if (strcmp(script_requests[i].name, argv[2]) == 0)
			cmd = hosted_ioctl_cmd(script_requests[i].request);
	}
	if (cmd == 0)
		sim_fail("%s is no request", argv[2]);
	size = hosted_ioctl_size(cmd);
	SIM_CHECK(size <= sizeof(data));
	if (size == sizeof(int)) {
		value = argv[3] != NULL ? (int)strtoll(argv[3], NULL, 0) : 0;
		memcpy(data, &value, sizeof(value));
	} else
		(void)h_script_bytes(argv[3], data, sizeof(data));
	error = hosted_ioctl(sf->sf_file, cmd, data, sf->sf_nonblock);
	h_script_add(result, "%s", error ? h_script_errno(error) : "0");
	if (error || (cmd & 0x40000000) == 0)	/* nothing comes out */
		return;
	h_script_add(result, " ");
	if (size == sizeof(int)) {
		memcpy(&value, data, sizeof(value));
		h_script_add(result, "%d", value);
	} else
		h_script_add_bytes(result, data, size);
}

static void
script_fionread(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	int error, n = 0;

	error = hosted_ioctl(sf->sf_file, hosted_ioctl_cmd(FIONREAD), &n,
	    sf->sf_nonblock);
	if (error)
		h_script_add(result, "%s", h_script_errno(error));
	else
		h_script_add(result, "%d", n);
}

static void
script_poll(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	struct host_poll *p;
	int events = 0, revents;

	events |= strstr(argv[2], "in") != NULL ? HOSTED_POLLIN : 0;
	events |= strstr(argv[2], "out") != NULL ? HOSTED_POLLOUT : 0;
	p = sim_poll_create();
	for (;;) {
		revents = hosted_poll(sf->sf_file, events, p);
		if (revents != 0 || argv[3] == NULL ||
		    sim_poll_wait(p, 0) != HOST_WOKEN)
			break;
	}
	sim_poll_destroy(p);
	if (revents == 0)
		h_script_add(result, "none");
	if (revents & HOSTED_POLLIN)
		h_script_add(result, ",in");
	if (revents & HOSTED_POLLOUT)
		h_script_add(result, ",out");
	if (revents & HOSTED_POLLHUP)
		h_script_add(result, ",hup");
	if (result[0] == ',')
		memmove(result, result + 1, strlen(result));
}

static void
script_kev(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	const int filter = strcmp(argv[2], "read") == 0 ?
	    HOSTED_EVFILT_READ : HOSTED_EVFILT_WRITE;
	struct hosted_kevent ev[2];
	int error, i, n;

	if (script_kq == NULL)
		SIM_CHECK_EQ(hosted_kqueue_create(&script_kq), 0);
	if (argv[3] != NULL) {
		error = hosted_kqueue_delete(script_kq, sf->sf_file, filter);
		sf->sf_watched[filter] = false;
	} else if (!sf->sf_watched[filter]) {
		error = hosted_kqueue_add(script_kq, sf->sf_file, filter, 0,
		    NULL);
		sf->sf_watched[filter] = error == 0;
	} else
		error = 0;
	if (error == 0)
		error = hosted_kqueue_fetch(script_kq, ev, 2, 0, &n);
	if (error) {
		h_script_add(result, "%s", h_script_errno(error));
		return;
	}
	for (i = 0; i < n; i++) {
		if (ev[i].file == sf->sf_file && ev[i].filter == filter)
			break;
	}
	if (i == n)
		h_script_add(result, "0");
	else
		h_script_add(result, "1 %lld%s", ev[i].data,
		    ev[i].flags & HOSTED_EV_EOF ? " eof" : "");
}

static const struct {
	const char	*name;
	int		words;		/* with the name, at least */
	void		(*fn)(char **, char *);
} script_call_steps[] = {
	{ "open", 4, script_open },
	{ "close", 2, script_close },
	{ "read", 3, script_read },
	{ "write", 2, script_write },
	{ "ioctl", 3, script_ioctl },
	{ "fionread", 2, script_fionread },
	{ "poll", 3, script_poll },
	{ "kev", 3, script_kev },
};

void
h_script_call(char *step, char *result)
{
	char *argv[H_SCRIPT_WORDS + 1];
	size_t i;
	int n;

	n = h_script_words(step, argv);
	for (i = 0; i < sizeof(script_call_steps) /
	    sizeof(*script_call_steps); i++) {
		if (strcmp(script_call_steps[i].name, argv[0]) == 0)
			break;
	}
	if (i == sizeof(script_call_steps) / sizeof(*script_call_steps) ||
	    n < script_call_steps[i].words)
		sim_fail("no such step, or too short: %s", argv[0]);
	script_call_steps[i].fn(argv, result);
}

void
h_script_call_begin(void)
{

	memset(script_files, 0, sizeof(script_files));
	script_kq = NULL;
}

void
h_script_call_end(void)
{
	int i;

	if (script_kq != NULL)
		hosted_kqueue_destroy(script_kq);
	for (i = 0; i < SCRIPT_FILES; i++) {
		if (script_files[i].sf_file != NULL)
			hosted_close(script_files[i].sf_file);
	}
}
