/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_script_op.c: the steps of scripts.
 *
 * Each call is made by a thread of its own, so that one that sleeps can be
 * told from one that does not: after a step, all that can run has run
 * (script_settle()), and only then does the script look.
 */

#include <sys/types.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/ioctl.h>
#include <sys/midiio.h>

#include <hosted/hosted.h>

#include "h_script.h"
#include "kernspace/testmidi.h"

#define SCRIPT_FILES	16
#define SCRIPT_THREADS	8
#define SCRIPT_WORDS	8
#define SCRIPT_BYTES	16384		/* of one read or write */
#define SCRIPT_BLOCKED_NS 30000000000ULL
#define SCRIPT_MS	1000000ULL
#define SCRIPT_TURNS	40		/* for the others, to come to rest */

/* A call in a thread. */
struct script_call {
	struct host_thread *sc_thread;	/* NULL: none */
	struct host_lock *sc_lock;
	struct host_cond *sc_cond;
	char		*sc_step;
	char		*sc_result;
	bool		sc_done;
	unsigned long long sc_begin_ns;
	unsigned long long sc_end_ns;
};

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
static struct script_call script_calls[SCRIPT_THREADS];
static struct hosted_kqueue *script_kq;
static unsigned long long script_begin_ns;
static unsigned long script_signals;

/*
 * Text.
 */

/* Append to a result. */
static void __attribute__((__format__(__printf__, 2, 3)))
script_add(char *result, const char *fmt, ...)
{
	size_t n = strlen(result);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(result + n, H_SCRIPT_RESULT - n, fmt, ap);
	va_end(ap);
}

static const char *
script_errno(int error)
{
	static char number[16];

	if (error == EWOULDBLOCK)
		return "EAGAIN";
	if (strerrorname_np(error) != NULL)
		return strerrorname_np(error);
	snprintf(number, sizeof(number), "E%d", error);
	return number;
}

/* A number, or an error by its name. */
static int
script_number(const char *word)
{
	char *end;
	int i;
	long n;

	for (i = 1; *word == 'E' && i < 256; i++) {
		if (strcmp(word, script_errno(i)) == 0)
			return i;
	}
	n = strtol(word, &end, 0);
	if (*end != '\0' || end == word)
		sim_fail("%s is not a number", word);
	return n;
}

static int
script_index(const char *word, int end)
{
	int n = script_number(word);

	if (n < 0 || n >= end)
		sim_fail("%s is not below %d", word, end);
	return n;
}

void
h_script_expand(const char *word, char *buf, size_t size)
{
	const char *piece, *star;
	size_t head, len, n = 0;
	unsigned long times;

	/* What stands before the bytes stays. */
	if (strchr(word, '*') == NULL) {
		snprintf(buf, size, "%s", word);
		return;
	}
	piece = strrchr(word, '/');
	head = piece == NULL ? 0 : (size_t)(piece + 1 - word);
	memcpy(buf, word, head);
	n = head;
	for (piece = word + head; *piece != '\0';) {
		len = strcspn(piece, "*+");
		star = piece + len;
		times = *star == '*' ? strtoul(star + 1, NULL, 10) : 1;
		for (; times > 0 && n + len + 1 < size; times--) {
			memcpy(buf + n, piece, len);
			n += len;
		}
		piece = star + strcspn(star, "+");
		piece += *piece == '+';
	}
	buf[n] = '\0';
}

static int
script_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	if (p == NULL)
		sim_fail("'%c' is no hexadecimal digit", c);
	return p - digits;
}

/* Bytes of a word; returns how many. */
static size_t
script_bytes(const char *word, unsigned char *bytes, size_t size)
{
	char *text;
	size_t i, n;

	if (word == NULL)
		return 0;
	text = malloc(H_SCRIPT_RESULT);
	h_script_expand(word, text, H_SCRIPT_RESULT);
	n = strlen(text) / 2;
	if (n > size || strlen(text) % 2 != 0)
		sim_fail("%zu bytes", n);
	for (i = 0; i < n; i++)
		bytes[i] = script_digit(text[2 * i]) << 4 |
		    script_digit(text[2 * i + 1]);
	free(text);
	return n;
}

static void
script_add_bytes(char *result, const unsigned char *bytes, size_t n)
{
	size_t at = strlen(result), i;

	for (i = 0; i < n && at + 3 <= H_SCRIPT_RESULT; i++, at += 2)
		snprintf(result + at, 3, "%02x", bytes[i]);
}

static unsigned long long
script_ms(unsigned long long ns)
{

	return (ns - script_begin_ns) / SCRIPT_MS;
}

/*
 * Calls.
 */

static struct script_file *
script_file(const char *word)
{
	struct script_file *sf;

	sf = &script_files[script_index(word, SCRIPT_FILES)];
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

	sf = &script_files[script_index(argv[1], SCRIPT_FILES)];
	SIM_CHECK(sf->sf_file == NULL);
	flags |= strchr(argv[3], 'r') != NULL ? HOSTED_READ : 0;
	flags |= strchr(argv[3], 'w') != NULL ? HOSTED_WRITE : 0;
	flags |= strchr(argv[3], 'n') != NULL ? HOSTED_NONBLOCK : 0;
	memset(sf, 0, sizeof(*sf));
	sf->sf_nonblock = (flags & HOSTED_NONBLOCK) != 0;
	error = hosted_open(node, flags, &sf->sf_file);
	if (error)
		sf->sf_file = NULL;
	script_add(result, "%s", error ? script_errno(error) : "0");
}

static void
script_close(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	struct hosted_file *file = sf->sf_file;

	sf->sf_file = NULL;
	hosted_close(file);
	script_add(result, "0");
}

static void
script_read(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	unsigned char *buf = malloc(SCRIPT_BYTES);
	unsigned long done;
	int error;

	error = hosted_read(sf->sf_file, buf,
	    script_index(argv[2], SCRIPT_BYTES + 1), sf->sf_nonblock, &done);
	if (error)
		script_add(result, "%s", script_errno(error));
	else
		script_add(result, done != 0 ? "%lu " : "%lu", done);
	if (error == 0)
		script_add_bytes(result, buf, done);
	free(buf);
}

static void
script_write(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	unsigned char *buf = malloc(SCRIPT_BYTES);
	unsigned long done;
	size_t n;
	int error;

	n = script_bytes(argv[2], buf, SCRIPT_BYTES);
	error = hosted_write(sf->sf_file, buf, n, sf->sf_nonblock, &done);
	if (error)
		script_add(result, "%s", script_errno(error));
	else
		script_add(result, "%lu", done);
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
		(void)script_bytes(argv[3], data, sizeof(data));
	error = hosted_ioctl(sf->sf_file, cmd, data, sf->sf_nonblock);
	script_add(result, "%s", error ? script_errno(error) : "0");
	if (error || (cmd & 0x40000000) == 0)	/* nothing comes out */
		return;
	script_add(result, " ");
	if (size == sizeof(int)) {
		memcpy(&value, data, sizeof(value));
		script_add(result, "%d", value);
	} else
		script_add_bytes(result, data, size);
}

static void
script_fionread(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	int error, n = 0;

	error = hosted_ioctl(sf->sf_file, hosted_ioctl_cmd(FIONREAD), &n,
	    sf->sf_nonblock);
	if (error)
		script_add(result, "%s", script_errno(error));
	else
		script_add(result, "%d", n);
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
		script_add(result, "none");
	if (revents & HOSTED_POLLIN)
		script_add(result, ",in");
	if (revents & HOSTED_POLLOUT)
		script_add(result, ",out");
	if (revents & HOSTED_POLLHUP)
		script_add(result, ",hup");
	if (result[0] == ',')
		memmove(result, result + 1, strlen(result));
}

static void
script_kev(char **argv, char *result)
{
	struct script_file *sf = script_file(argv[1]);
	const int filter = strcmp(argv[2], "read") == 0 ?
	    HOSTED_EVFILT_READ : HOSTED_EVFILT_WRITE;
	struct hosted_kevent ev;
	int error, n;

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
		error = hosted_kqueue_fetch(script_kq, &ev, 1, 0, &n);
	if (error)
		script_add(result, "%s", script_errno(error));
	else if (n == 0)
		script_add(result, "0");
	else
		script_add(result, "%d %lld%s", n, ev.data,
		    ev.flags & HOSTED_EV_EOF ? " eof" : "");
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

/* Cut a step into words. */
static int
script_words(char *step, char **argv)
{
	char *save;
	int n;

	memset(argv, 0, (SCRIPT_WORDS + 1) * sizeof(*argv));
	argv[0] = strtok_r(step, " \t", &save);
	for (n = 1; n < SCRIPT_WORDS; n++) {
		argv[n] = strtok_r(NULL, " \t", &save);
		if (argv[n] == NULL)
			break;
	}
	return n;
}

/*
 * Threads.
 */

/* Let all others go on until they sleep. */
static void
script_settle(void)
{
	int i;

	for (i = 0; i < SCRIPT_TURNS; i++)
		sim_yield();
}

static void
script_call_main(void *arg)
{
	struct script_call *sc = arg;
	char *argv[SCRIPT_WORDS + 1];
	size_t i;
	int n;

	sim_set_pid(H_SCRIPT_PID, H_SCRIPT_PID);
	n = script_words(sc->sc_step, argv);
	for (i = 0; i < sizeof(script_call_steps) /
	    sizeof(*script_call_steps); i++) {
		if (strcmp(script_call_steps[i].name, argv[0]) == 0)
			break;
	}
	if (i == sizeof(script_call_steps) / sizeof(*script_call_steps) ||
	    n < script_call_steps[i].words)
		sim_fail("no such step, or too short: %s", argv[0]);
	script_call_steps[i].fn(argv, sc->sc_result);
	(void)sim_clear_signal();
	hosted_thread_exit();
	host_lock_enter(sc->sc_lock);
	sc->sc_done = true;
	sc->sc_end_ns = sim_now_ns();
	host_cond_wake(sc->sc_cond, 1);
	host_lock_exit(sc->sc_lock);
}

static void
script_call_start(struct script_call *sc, const char *step)
{

	SIM_CHECK(sc->sc_thread == NULL);
	sc->sc_step = strdup(step);
	sc->sc_result = calloc(1, H_SCRIPT_RESULT);
	sc->sc_done = false;
	sc->sc_begin_ns = sim_now_ns();
	sc->sc_lock = host_lock_create(HOST_LOCK_SLEEP, "script");
	sc->sc_cond = host_cond_create("script");
	sc->sc_thread = sim_thread(script_call_main, sc, "call");
}

/* The result, if it has come before the deadline (0: if it has come). */
static bool
script_call_end(struct script_call *sc, unsigned long long deadline_ns,
    char *result)
{
	unsigned long long ms;

	SIM_CHECK(sc->sc_thread != NULL);
	host_lock_enter(sc->sc_lock);
	while (!sc->sc_done && deadline_ns != 0 &&
	    host_cond_wait(sc->sc_cond, sc->sc_lock, deadline_ns, 0) !=
	    HOST_TIMEOUT)
		continue;
	host_lock_exit(sc->sc_lock);
	if (!sc->sc_done)
		return false;
	sim_join(sc->sc_thread);
	sc->sc_thread = NULL;
	host_cond_destroy(sc->sc_cond);
	host_lock_destroy(sc->sc_lock);
	snprintf(result, H_SCRIPT_RESULT, "%s", sc->sc_result);
	ms = (sc->sc_end_ns - sc->sc_begin_ns) / SCRIPT_MS;
	if (ms != 0)
		script_add(result, " dt=%llu", ms);
	free(sc->sc_step);
	free(sc->sc_result);
	return true;
}

/* A call that the script waits for. */
static void
script_call(const char *step, char *result)
{
	struct script_call *sc = &script_calls[0];

	if (sc->sc_thread != NULL)
		sim_fail("the last call is still blocked");
	script_call_start(sc, step);
	if (!script_call_end(sc, sim_now_ns() + SCRIPT_BLOCKED_NS, result))
		snprintf(result, H_SCRIPT_RESULT, "blocked");
}

static struct script_call *
script_thread(const char *word)
{

	return &script_calls[script_index(word, SCRIPT_THREADS)];
}

static void
script_wait(char **argv, char *result)
{

	if (!script_call_end(script_thread(argv[1]), 0, result))
		script_add(result, "pending");
}

/* "& K CALL": the step is still whole. */
static void
script_background(const char *step, char *result)
{
	struct script_call *sc;
	char *end;
	long k;

	k = strtol(step + 1, &end, 10);
	SIM_CHECK(k > 0 && k < SCRIPT_THREADS);
	sc = &script_calls[k];
	script_call_start(sc, end + strspn(end, " \t"));
	script_settle();
	if (!script_call_end(sc, 0, result))
		script_add(result, "pending");
}

static void
script_signal(char **argv, char *result)
{
	struct script_call *sc = script_thread(argv[1]);

	SIM_CHECK(sc->sc_thread != NULL && result[0] == '\0');
	sim_signal(sc->sc_thread);
}

/*
 * Hardware and time.
 */

struct script_arrival {
	int		unit;
	int		n;
	unsigned char	bytes[SCRIPT_BYTES];
};

static void
script_arrive(void *arg)
{
	const struct script_arrival *sa = arg;

	testmidi_input(sa->unit, sa->bytes, sa->n);
}

static void
script_inject(char **argv, char *result)
{
	static struct script_arrival sa;
	static unsigned char bytes[SCRIPT_BYTES];
	const bool each = strcmp(argv[0], "inject1") == 0;
	size_t i, n;

	SIM_CHECK(result[0] == '\0');
	n = script_bytes(argv[2], bytes, sizeof(bytes));
	sa.unit = script_index(argv[1], TESTMIDI_UNITS);
	for (i = 0; i < n; i += sa.n) {
		sa.n = each ? 1 : n;
		memcpy(sa.bytes, bytes + i, sa.n);
		sim_interrupt(script_arrive, &sa);
		script_settle();
	}
}

static void
script_sent(void *arg)
{

	testmidi_txdone(*(int *)arg);
}

static void
script_txdone(char **argv, char *result)
{
	static int unit;
	int i, n;

	SIM_CHECK(result[0] == '\0');
	unit = script_index(argv[1], TESTMIDI_UNITS);
	n = argv[2] != NULL ? script_number(argv[2]) : 1;
	for (i = 0; i < n; i++) {
		sim_interrupt(script_sent, &unit);
		script_settle();
	}
}

static void
script_outmode(char **argv, char *result)
{

	SIM_CHECK(argv[5] != NULL && result[0] == '\0');
	testmidi_outmode(script_index(argv[1], TESTMIDI_UNITS),
	    script_number(argv[2]), script_number(argv[3]),
	    script_number(argv[4]), script_number(argv[5]));
}

static void
script_openerr(char **argv, char *result)
{

	SIM_CHECK(argv[2] != NULL && result[0] == '\0');
	testmidi_openerr(script_index(argv[1], TESTMIDI_UNITS),
	    script_number(argv[2]));
}

static void
script_tick(char **argv, char *result)
{

	SIM_CHECK(result[0] == '\0');
	sim_sleep_ns(script_number(argv[1]) * SCRIPT_MS);
}

static void
script_clock(char **argv, char *result)
{

	SIM_CHECK(result[0] == '\0');
	sim_clock_step(script_number(argv[1]) * 1000000000LL);
}

static void
script_detach(char **argv, char *result)
{
	int error;

	error = hosted_detach(argv[1]);
	script_add(result, "%s", error ? script_errno(error) : "0");
}

/*
 * Looking.
 */

static void
script_log(char **argv, char *result)
{
	struct testmidi_call tc;

	SIM_CHECK(argv[0] != NULL);
	while (testmidi_fetch(&tc)) {
		script_add(result, "%s%llu/%d/", result[0] != '\0' ? " " : "",
		    script_ms(tc.ns), tc.unit);
		switch (tc.kind) {
		case TESTMIDI_OPEN:
			script_add(result, "open:%d", tc.a);
			break;
		case TESTMIDI_CLOSE:
			script_add(result, "close");
			break;
		case TESTMIDI_CHANNEL:
			script_add(result, "C:%02x,%x:", tc.a, tc.b);
			break;
		case TESTMIDI_COMMON:
			script_add(result, "M:%02x:", tc.a);
			break;
		default:
			script_add(result, "%c:", tc.kind);
			break;
		}
		script_add_bytes(result, tc.bytes, tc.n);
		if (tc.error != 0)
			script_add(result, "/%s", script_errno(tc.error));
	}
}

static void
script_wire(char **argv, char *result)
{
	static char wires[TESTMIDI_UNITS][H_SCRIPT_RESULT];
	struct testmidi_call tc;
	int i;

	SIM_CHECK(argv[0] != NULL);
	memset(wires, 0, sizeof(wires));
	while (testmidi_fetch(&tc))
		script_add_bytes(wires[tc.unit], tc.bytes, tc.n);
	for (i = 0; i < TESTMIDI_UNITS; i++) {
		if (wires[i][0] != '\0')
			script_add(result, "%s%d/%s",
			    result[0] != '\0' ? " " : "", i, wires[i]);
	}
}

/* Is it Active Sensing, which nobody asked to see? */
static bool
script_out_hides(const char *step, const struct testmidi_call *tc)
{

	return tc->n == 0 || (strcmp(step, "out") == 0 && tc->n == 1 &&
	    tc->bytes[0] == 0xfe);
}

static void
script_out(char **argv, char *result)
{
	struct testmidi_call tc;
	unsigned long long ms, last_ms = 0;
	int last = -1;

	while (testmidi_fetch(&tc)) {
		if (script_out_hides(argv[0], &tc))
			continue;
		ms = script_ms(tc.ns);
		if (tc.unit != last || ms != last_ms)
			script_add(result, "%s%llu/%d/",
			    result[0] != '\0' ? " " : "", ms, tc.unit);
		last = tc.unit;
		last_ms = ms;
		script_add_bytes(result, tc.bytes, tc.n);
	}
}

static void
script_clr(char **argv, char *result)
{

	SIM_CHECK(argv[0] != NULL && result[0] == '\0');
	testmidi_clear();
}

struct script_ev {
	char		group[16];
	char		*result;
};

static void
script_ev_one(void *arg, const char *group, const char *name,
    const char *type __attribute__((__unused__)), unsigned long long count)
{
	static const struct {
		const char	*name;
		const char	*brief;
	} names[] = {
		{ "rcv bytes discarded", "rd" },
		{ "rcv incomplete msgs", "ri" },
		{ "xmt bytes discarded", "xd" },
		{ "xmt incomplete msgs", "xi" },
	};
	struct script_ev *se = arg;
	size_t i;

	if (strcmp(group, se->group) != 0 || count == 0)
		return;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i].name) == 0)
			script_add(se->result, "%s%s=%llu",
			    se->result[0] != '\0' ? " " : "",
			    names[i].brief, count);
	}
}

static void
script_ev(char **argv, char *result)
{
	struct script_ev se;

	snprintf(se.group, sizeof(se.group), "midi%d",
	    script_index(argv[1], TESTMIDI_UNITS));
	se.result = result;
	hosted_evcnt_foreach(script_ev_one, &se);
}

static void
script_signals_sent(char **argv, char *result)
{
	unsigned long n;

	SIM_CHECK(argv[0] != NULL);
	n = sim_signals_sent(H_SCRIPT_PID);
	script_add(result, "%lu", n - script_signals);
	script_signals = n;
}

/*
 * All together.
 */

/* list: an empty result is `-'. */
static const struct {
	const char	*name;
	int		words;
	bool		list;
	void		(*fn)(char **, char *);
} script_steps[] = {
	{ "wait", 2, false, script_wait },
	{ "signal", 2, false, script_signal },
	{ "inject", 3, false, script_inject },
	{ "inject1", 3, false, script_inject },
	{ "txdone", 2, false, script_txdone },
	{ "outmode", 6, false, script_outmode },
	{ "openerr", 3, false, script_openerr },
	{ "tick", 2, false, script_tick },
	{ "clock", 2, false, script_clock },
	{ "detach", 2, false, script_detach },
	{ "log", 1, true, script_log },
	{ "wire", 1, true, script_wire },
	{ "out", 1, true, script_out },
	{ "outfe", 1, true, script_out },
	{ "clr", 1, false, script_clr },
	{ "ev", 2, true, script_ev },
	{ "signals", 1, false, script_signals_sent },
};

void
h_script_begin(const char *units)
{

	memset(script_files, 0, sizeof(script_files));
	memset(script_calls, 0, sizeof(script_calls));
	script_kq = NULL;
	script_signals = 0;
	SIM_CHECK_EQ(testmidi_attach(units), 0);
	script_begin_ns = sim_now_ns();
}

void
h_script_step(char *step, char *result, size_t size)
{
	char *argv[SCRIPT_WORDS + 1];
	char *words;
	size_t i, len;
	int n;

	SIM_CHECK(size >= H_SCRIPT_RESULT);
	result[0] = '\0';
	script_settle();
	if (step[0] == '&') {
		script_background(step, result);
		return;
	}
	len = strcspn(step, " \t");
	for (i = 0; i < sizeof(script_steps) / sizeof(*script_steps); i++) {
		if (strlen(script_steps[i].name) == len &&
		    strncmp(script_steps[i].name, step, len) == 0)
			break;
	}
	if (i == sizeof(script_steps) / sizeof(*script_steps)) {
		script_call(step, result);
		return;
	}
	words = strdup(step);
	n = script_words(words, argv);
	SIM_CHECK(n >= script_steps[i].words);
	script_steps[i].fn(argv, result);
	if (script_steps[i].list && result[0] == '\0')
		script_add(result, "-");
	free(words);
	script_settle();
}

void
h_script_end(void)
{
	static char result[H_SCRIPT_RESULT];
	int i;

	for (i = 0; i < SCRIPT_THREADS; i++) {
		if (script_calls[i].sc_thread == NULL)
			continue;
		sim_signal(script_calls[i].sc_thread);
		if (!script_call_end(&script_calls[i],
		    sim_now_ns() + SCRIPT_BLOCKED_NS, result))
			sim_fail("a signal does not end a call");
	}
	if (script_kq != NULL)
		hosted_kqueue_destroy(script_kq);
	for (i = 0; i < SCRIPT_FILES; i++) {
		if (script_files[i].sf_file != NULL)
			hosted_close(script_files[i].sf_file);
	}
	SIM_CHECK_EQ(testmidi_lost(), 0);
}
