/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_script_op.c: the steps of scripts: time, hardware, what is looked at, and
 * the threads in which calls are made (h_script_call.c).
 *
 * Each call is made by a thread of its own, so that one that sleeps can be
 * told from one that does not: after a step, all that can run has run
 * (script_settle()), and only then does the script look.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/hosted.h>

#include "h_script.h"
#include "kernspace/testmidi.h"

#define SCRIPT_THREADS	8
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

static struct script_call script_calls[SCRIPT_THREADS];
static unsigned long long script_begin_ns;
static unsigned long script_signals;

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

	sim_set_pid(H_SCRIPT_PID);
	h_script_call(sc->sc_step, sc->sc_result);
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
		h_script_add(result, " dt=%llu", ms);
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

	return &script_calls[h_script_index(word, SCRIPT_THREADS)];
}

static void
script_wait(char **argv, char *result)
{

	if (!script_call_end(script_thread(argv[1]), 0, result))
		h_script_add(result, "pending");
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
		h_script_add(result, "pending");
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
	unsigned char	bytes[H_SCRIPT_BYTES];
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
	static unsigned char bytes[H_SCRIPT_BYTES];
	const bool each = strcmp(argv[0], "inject1") == 0;
	size_t i, n;

	SIM_CHECK(result[0] == '\0');
	n = h_script_bytes(argv[2], bytes, sizeof(bytes));
	sa.unit = h_script_index(argv[1], TESTMIDI_UNITS);
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
	unit = h_script_index(argv[1], TESTMIDI_UNITS);
	n = argv[2] != NULL ? h_script_number(argv[2]) : 1;
	for (i = 0; i < n; i++) {
		sim_interrupt(script_sent, &unit);
		script_settle();
	}
}

static void
script_outmode(char **argv, char *result)
{

	SIM_CHECK(argv[5] != NULL && result[0] == '\0');
	testmidi_outmode(h_script_index(argv[1], TESTMIDI_UNITS),
	    h_script_number(argv[2]), h_script_number(argv[3]),
	    h_script_number(argv[4]), h_script_number(argv[5]));
}

static void
script_openerr(char **argv, char *result)
{

	SIM_CHECK(argv[2] != NULL && result[0] == '\0');
	testmidi_openerr(h_script_index(argv[1], TESTMIDI_UNITS),
	    h_script_number(argv[2]));
}

static void
script_tick(char **argv, char *result)
{

	SIM_CHECK(result[0] == '\0');
	sim_sleep_ns(h_script_number(argv[1]) * SCRIPT_MS);
}

static void
script_clock(char **argv, char *result)
{

	SIM_CHECK(result[0] == '\0');
	sim_clock_step(h_script_number(argv[1]) * 1000000000LL);
}

static void
script_detach(char **argv, char *result)
{
	int error;

	error = hosted_detach(argv[1]);
	h_script_add(result, "%s", error ? h_script_errno(error) : "0");
}

/*
 * Looking.
 */

static unsigned long long
script_ms(unsigned long long ns)
{

	return (ns - script_begin_ns) / SCRIPT_MS;
}

static void
script_log(char **argv, char *result)
{
	struct testmidi_call tc;

	SIM_CHECK(argv[0] != NULL);
	while (testmidi_fetch(&tc)) {
		h_script_add(result, "%s%llu/%d/", result[0] != '\0' ? " " : "",
		    script_ms(tc.ns), tc.unit);
		switch (tc.kind) {
		case TESTMIDI_OPEN:
			h_script_add(result, "open:%d", tc.a);
			break;
		case TESTMIDI_CLOSE:
			h_script_add(result, "close");
			break;
		case TESTMIDI_CHANNEL:
			h_script_add(result, "C:%02x,%x:", tc.a, tc.b);
			break;
		case TESTMIDI_COMMON:
			h_script_add(result, "M:%02x:", tc.a);
			break;
		default:
			h_script_add(result, "%c:", tc.kind);
			break;
		}
		h_script_add_bytes(result, tc.bytes, tc.n);
		if (tc.error != 0)
			h_script_add(result, "/%s", h_script_errno(tc.error));
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
		h_script_add_bytes(wires[tc.unit], tc.bytes, tc.n);
	for (i = 0; i < TESTMIDI_UNITS; i++) {
		if (wires[i][0] != '\0')
			h_script_add(result, "%s%d/%s",
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
			h_script_add(result, "%s%llu/%d/",
			    result[0] != '\0' ? " " : "", ms, tc.unit);
		last = tc.unit;
		last_ms = ms;
		h_script_add_bytes(result, tc.bytes, tc.n);
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
			h_script_add(se->result, "%s%s=%llu",
			    se->result[0] != '\0' ? " " : "",
			    names[i].brief, count);
	}
}

static void
script_ev(char **argv, char *result)
{
	struct script_ev se;

	snprintf(se.group, sizeof(se.group), "midi%d",
	    h_script_index(argv[1], TESTMIDI_UNITS));
	se.result = result;
	hosted_evcnt_foreach(script_ev_one, &se);
}

static void
script_signals_sent(char **argv, char *result)
{
	unsigned long n;

	SIM_CHECK(argv[0] != NULL);
	n = sim_signals_sent(H_SCRIPT_PID);
	h_script_add(result, "%lu", n - script_signals);
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

	memset(script_calls, 0, sizeof(script_calls));
	h_script_call_begin();
	script_signals = 0;
	SIM_CHECK_EQ(testmidi_attach(units), 0);
	script_begin_ns = sim_now_ns();
}

void
h_script_step(char *step, char *result, size_t size)
{
	char *argv[H_SCRIPT_WORDS + 1];
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
	n = h_script_words(words, argv);
	SIM_CHECK(n >= script_steps[i].words);
	script_steps[i].fn(argv, result);
	if (script_steps[i].list && result[0] == '\0')
		h_script_add(result, "-");
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
	h_script_call_end();
	SIM_CHECK_EQ(testmidi_lost(), 0);
}
