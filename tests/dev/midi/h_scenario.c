/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_scenario.c: runs, programs and streams for scenarios.  See h_scenario.h.
 */

#include <stdio.h>
#include <stdlib.h>

#include <sys/midiio.h>

#include "h_scenario.h"

#define H_TRIES		50		/* of a call that keeps failing */
#define H_TRY_NS	(50 * H_US)	/* between them */
#define H_FAULT_SEED	7		/* seeds for faults are its multiples */

/*
 * Runs.
 */

static void
h_check(int failed)
{

	if (failed)
		atf_tc_fail("%s", runner_failure());
}

void
h_run(const char *name, void (*fn)(void *), void *arg,
    const struct h_plan *hp)
{
	struct runner_scenario rs;
	unsigned long long seed;
	unsigned i;

	memset(&rs, 0, sizeof(rs));
	rs.rs_name = rs.rs_test = name;
	rs.rs_fn = fn;
	rs.rs_arg = arg;
	rs.rs_config.step_limit = 200000000;
	h_check(runner_straight(&rs));
	if (hp->hp_seeds != 0)
		h_check(runner_seeds(&rs, 1, hp->hp_seeds));
	h_check(runner_same(&rs, 1));
	h_check(runner_same(&rs, 2));
	for (i = 0; i < hp->hp_fault_seeds; i++) {
		seed = i * H_FAULT_SEED;
		h_check(runner_faults(&rs, hp->hp_faults, seed));
	}
	fprintf(stderr, "%s: %lu runs\n", name, runner_runs());
}

/*
 * The kernel.
 */

bool
h_fault(void)
{

	return sim_faults() != 0;
}

bool
h_refused(int error, const char *file, int line)
{

	if (error != 0 && !h_fault())
		sim_fail("%s:%d: error %d, %s", file, line, error,
		    strerror(error));
	return error != 0;
}

bool
h_boot(int cables)
{

	if (H_REFUSED(hosted_boot()))
		return false;
	if (cables == 0 ||
	    !H_REFUSED(hosted_attach_pseudo("vmidi", cables)))
		return true;
	h_shutdown();
	return false;
}

void
h_shutdown(void)
{
	const unsigned long left = hosted_shutdown();

	(void)sim_clear_signal();
	if (left != 0)
		sim_fail("%lu leaked: %s", left, sim_messages());
}

struct h_count {
	const char	*group;
	const char	*name;
	unsigned long long count;
};

static void
h_count_one(void *arg, const char *group, const char *name, const char *type,
    unsigned long long count)
{
	struct h_count *hc = arg;

	(void)type;
	if (strcmp(group, hc->group) == 0 && strcmp(name, hc->name) == 0)
		hc->count += count;
}

unsigned long long
h_count(const char *group, const char *name)
{
	struct h_count hc = { group, name, 0 };

	hosted_evcnt_foreach(h_count_one, &hc);
	return hc.count;
}

void
h_settle(void)
{

	sim_sleep_ns(1);
}

/*
 * Programs.
 */

struct h_thread {
	struct host_thread *thread;
	void		(*fn)(void *);
	void		*arg;
	bool		used;
	bool		done;
};

static struct h_thread h_threads[H_THREADS];

static void
h_thread_main(void *arg)
{
	struct h_thread *t = arg;

	t->fn(t->arg);
	hosted_thread_exit();
	t->done = true;
}

struct h_thread *
h_start(void (*fn)(void *), void *arg)
{
	struct h_thread *t;

	for (t = h_threads; t->used; t++)
		SIM_CHECK(t < h_threads + H_THREADS - 1);
	t->used = true;
	t->done = false;
	t->fn = fn;
	t->arg = arg;
	t->thread = NULL;
	t->thread = sim_thread(h_thread_main, t, "program");
	return t;
}

void
h_join(struct h_thread *t)
{

	sim_join(t->thread);
	t->used = false;
}

void
h_signal(struct h_thread *t)
{

	sim_signal(t->thread);
}

bool
h_done(const struct h_thread *t)
{

	return t->done;
}

int
h_open(const char *node, int flags, struct hosted_file **fp)
{
	struct h_patience pa;
	int error;

	h_patience(&pa);
	*fp = NULL;
	do {
		error = hosted_open(node, flags, fp);
		(void)sim_clear_signal();
	} while ((error == EINTR || error == ENOMEM) && h_fault() &&
	    h_again(&pa, error));
	if (error)
		*fp = NULL;
	return error;
}

void
h_close(struct hosted_file *f)
{

	hosted_close(f);
	(void)sim_clear_signal();
}

int
h_read(struct hosted_file *f, void *buf, size_t n, bool nonblock,
    size_t *done)
{
	unsigned long ndone;
	int error;

	error = hosted_read(f, buf, n, nonblock, &ndone);
	(void)sim_clear_signal();
	SIM_CHECK(ndone <= n);
	/* What was not told to be read is still there to be read. */
	*done = error ? 0 : ndone;
	return error;
}

int
h_write(struct hosted_file *f, const void *buf, size_t n, bool nonblock,
    size_t *done)
{
	unsigned long ndone;
	int error;

	error = hosted_write(f, buf, n, nonblock, &ndone);
	(void)sim_clear_signal();
	SIM_CHECK(ndone <= n);
	*done = ndone;
	return error;
}

int
h_ioctl(struct hosted_file *f, unsigned long cmd, void *data)
{
	const unsigned long bsd = hosted_ioctl_cmd(cmd);
	const unsigned int n = hosted_ioctl_size(bsd);
	char buf[512];
	int error;

	SIM_CHECK(n <= sizeof(buf));
	memset(buf, 0, sizeof(buf));
	if (n != 0)
		memcpy(buf, data, n);
	error = hosted_ioctl(f, bsd, buf, 0);
	(void)sim_clear_signal();
	if (error == 0 && n != 0)
		memcpy(data, buf, n);
	return error;
}

int
h_poll(struct hosted_file *f, int events, unsigned long long deadline_ns)
{
	struct host_poll *p;
	int how = HOST_WOKEN, revents;

	p = sim_poll_create();
	while ((revents = hosted_poll(f, events, p)) == 0 &&
	    how == HOST_WOKEN)
		how = sim_poll_wait(p, deadline_ns);
	sim_poll_destroy(p);
	(void)sim_clear_signal();
	return revents;
}

bool
h_write_all(struct hosted_file *f, const void *buf, size_t n, size_t *done)
{
	struct h_patience pa;
	size_t now;
	int error;

	h_patience(&pa);
	for (*done = 0; *done < n; *done += now) {
		error = h_write(f, (const char *)buf + *done, n - *done,
		    false, &now);
		if (now == 0 && !h_again(&pa, error)) {
			(void)H_REFUSED(error);
			return false;
		}
	}
	return true;
}

bool
h_drain(struct hosted_file *f)
{
	struct h_patience pa;
	int error;

	/* A signal that never ends leaves it to time. */
	h_patience(&pa);
	pa.left = 100000;
	do
		error = h_ioctl(f, MIDI_DRAIN, NULL);
	while (error != 0 && h_again(&pa, error));
	return !H_REFUSED(error);
}

void
h_patience(struct h_patience *pa)
{

	pa->left = H_TRIES;
}

bool
h_again(struct h_patience *pa, int error)
{

	if (error == 0) {
		h_patience(pa);
		return true;
	}
	if ((error != EINTR && error != EFAULT && error != EAGAIN &&
	    error != ENOMEM) || pa->left == 0)
		return false;
	pa->left--;
	sim_sleep_ns(H_TRY_NS);
	return true;
}

/*
 * Streams.
 */

void
h_stream_init(struct h_stream *st, unsigned rt_permille)
{

	memset(st, 0, sizeof(*st));
	st->rt_permille = rt_permille;
	st->seam[0] = true;
}

/* Real-time bytes but Active Sensing, which is not passed on. */
static void
h_stream_realtime(struct h_stream *st)
{
	static const uint8_t bytes[] = { 0xf8, 0xfa, 0xfb, 0xfc, 0xff };

	while (sim_random(1000) < st->rt_permille) {
		st->rt[st->nrt].byte = bytes[sim_random(sizeof(bytes))];
		st->rt[st->nrt].at = st->ncanon;
		st->raw[st->nraw++] = st->rt[st->nrt++].byte;
		SIM_CHECK(st->nraw < H_STREAM_BYTES);
	}
}

/* A byte that has to come out; seam: what comes after it may be real time. */
static void
h_stream_canon(struct h_stream *st, uint8_t byte, bool seam)
{

	st->canon[st->ncanon++] = byte;
	SIM_CHECK(st->ncanon < H_STREAM_BYTES);
	st->seam[st->ncanon] = seam;
}

static void
h_stream_raw(struct h_stream *st, uint8_t byte)
{

	h_stream_realtime(st);
	st->raw[st->nraw++] = byte;
	SIM_CHECK(st->nraw < H_STREAM_BYTES);
}

/* One message of 1 to 3 bytes.  The real time between its bytes counts from
 * what of it has been written. */
static void
h_stream_short(struct h_stream *st, const uint8_t *msg, size_t n)
{
	const bool off = (msg[0] & 0xf0) == 0x90 && msg[2] == 0;
	const bool running = msg[0] < 0xf0 && msg[0] == st->running &&
	    sim_random(2) == 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i != 0 || !running)
			h_stream_raw(st, msg[i]);
		h_stream_canon(st, off && i == 0 ? msg[0] ^ 0x10 :
		    off && i == 2 ? 64 : msg[i], i == n - 1);
	}
	st->running = msg[0] < 0xf0 ? msg[0] : 0;
}

void
h_stream_sysex(struct h_stream *st, size_t n)
{
	size_t i;
	uint8_t byte;

	for (i = 0; i < n; i++) {
		byte = i == 0 ? 0xf0 : i == n - 1 ? 0xf7 : sim_random(128);
		h_stream_raw(st, byte);
		h_stream_canon(st, byte, true);
	}
	st->running = 0;
}

void
h_stream_random(struct h_stream *st, unsigned messages)
{
	static const uint8_t lengths[] = { 3, 3, 3, 3, 2, 2, 3 };
	static const uint8_t common[][2] = {
		{ 0xf1, 2 }, { 0xf2, 3 }, { 0xf3, 2 }, { 0xf6, 1 }
	};
	uint8_t msg[3];
	unsigned k;

	for (; messages > 0; messages--) {
		msg[1] = sim_random(128);
		msg[2] = sim_random(4) == 0 ? 0 : sim_random(128);
		k = sim_random(30);
		if (k == 0)
			h_stream_sysex(st, 2 + sim_random(20));
		else if (k < 4) {
			k = sim_random(4);
			msg[0] = common[k][0];
			h_stream_short(st, msg, common[k][1]);
		} else if (k < 16 && st->running != 0) {
			msg[0] = st->running;
			h_stream_short(st, msg, lengths[(msg[0] >> 4) - 8]);
		} else {
			k = sim_random(7);
			msg[0] = 0x80 + (k << 4) + sim_random(16);
			h_stream_short(st, msg, lengths[k]);
		}
	}
}

size_t
h_stream_bytes(const struct h_stream *st)
{

	return st->ncanon + st->nrt;
}

void
h_sink_init(struct h_sink *sk, const struct h_stream *st)
{

	sk->st = st;
	sk->ncanon = sk->nrt = 0;
}

/* A real-time byte may overtake what of a message was not yet whole. */
static void
h_sink_realtime(struct h_sink *sk, uint8_t byte)
{
	const struct h_stream *st = sk->st;

	SIM_CHECK(sk->nrt < st->nrt);
	SIM_CHECK_EQ(byte, st->rt[sk->nrt].byte);
	SIM_CHECK(st->seam[sk->ncanon]);
	SIM_CHECK(sk->ncanon <= st->rt[sk->nrt].at);
	SIM_CHECK(sk->ncanon + 2 >= st->rt[sk->nrt].at);
	sk->nrt++;
}

void
h_sink_take(struct h_sink *sk, const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (bytes[i] >= 0xf8) {
			h_sink_realtime(sk, bytes[i]);
			continue;
		}
		SIM_CHECK(sk->ncanon < sk->st->ncanon);
		if (bytes[i] != sk->st->canon[sk->ncanon])
			sim_fail("byte %zu is %02x, not %02x", sk->ncanon,
			    bytes[i], sk->st->canon[sk->ncanon]);
		sk->ncanon++;
	}
}

bool
h_sink_full(const struct h_sink *sk)
{

	return sk->ncanon == sk->st->ncanon && sk->nrt == sk->st->nrt;
}

bool
h_sink_seam(const struct h_sink *sk)
{

	return sk->st->seam[sk->ncanon];
}

/*
 * Ears.
 */

void
h_ear_init(struct h_ear *he)
{

	memset(he, 0, sizeof(*he));
}

static void
h_ear_message(struct h_ear *he)
{
	const unsigned kind = he->status & 0xf0, chan = he->status & 0x0f;
	unsigned *note = &he->notes[chan][he->data[0]];

	if (kind == 0x90 && he->data[1] != 0) {
		(*note)++;
		he->strikes++;
	} else if (kind == 0x80 || kind == 0x90) {
		if (*note != 0) {
			(*note)--;
			he->ends++;
		}
	} else if (kind == 0xb0 && he->data[0] == 64) {
		he->pedals &= ~(1u << chan);
		if (he->data[1] >= 64)
			he->pedals |= 1u << chan;
	} else if (kind == 0xb0 && he->data[0] == 123)
		memset(he->notes[chan], 0, sizeof(he->notes[chan]));
}

static void
h_ear_status(struct h_ear *he, uint8_t byte)
{

	/* A message is not cut short, and SysEx by its end only. */
	SIM_CHECK_EQ(he->have, 0);
	if (he->status == 0xf0)
		SIM_CHECK_EQ(byte, 0xf7);
	else
		SIM_CHECK(byte != 0xf7);
	he->status = byte == 0xf7 || byte == 0xf6 ? 0 : byte;
}

static void
h_ear_data(struct h_ear *he, uint8_t byte)
{
	const unsigned kind = he->status & 0xf0;
	unsigned need = 2;

	SIM_CHECK(he->status != 0);
	if (he->status == 0xf0)
		return;
	if (kind == 0xc0 || kind == 0xd0 || he->status == 0xf1 ||
	    he->status == 0xf3)
		need = 1;
	he->data[he->have++] = byte;
	if (he->have < need)
		return;
	he->have = 0;
	if (he->status < 0xf0)
		h_ear_message(he);
	else
		he->status = 0;
}

void
h_ear_take(struct h_ear *he, const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (bytes[i] == 0xfe)
			continue;
		he->bytes++;
		he->last_ns = sim_now_ns();
		if (bytes[i] >= 0xf8)
			continue;
		if (bytes[i] & 0x80)
			h_ear_status(he, bytes[i]);
		else
			h_ear_data(he, bytes[i]);
	}
}

bool
h_ear_silent(const struct h_ear *he)
{
	unsigned chan, key;

	for (chan = 0; chan < 16; chan++)
		for (key = 0; key < 128; key++)
			if (he->notes[chan][key] != 0)
				return false;
	return he->pedals == 0 && he->have == 0 && he->status != 0xf0;
}

/*
 * A wire's bytes.
 */

/* A message of a wire, in the making. */
struct h_expansion {
	uint8_t		msg[3];		/* a channel message; msg[0] 0: none */
	size_t		have;
	uint8_t		*out;
	size_t		nout;
};

static void
h_expand_data(struct h_expansion *ex, uint8_t byte)
{
	const bool two = (ex->msg[0] & 0xe0) == 0xc0;

	ex->msg[ex->have++] = byte;
	if (ex->have < (two ? 2 : 3))
		return;
	memcpy(ex->out + ex->nout, ex->msg, ex->have);
	if ((ex->msg[0] & 0xf0) == 0x90 && ex->msg[2] == 0) {
		ex->out[ex->nout] ^= 0x10;
		ex->out[ex->nout + 2] = 64;
	}
	ex->nout += ex->have;
	ex->have = 1;
}

size_t
h_expand(const uint8_t *wire, size_t n, uint8_t *out)
{
	struct h_expansion ex = { .out = out, .have = 1 };
	size_t i;

	for (i = 0; i < n; i++) {
		if (wire[i] >= 0x80 && wire[i] < 0xf8) {
			ex.msg[0] = wire[i] < 0xf0 ? wire[i] : 0;
			ex.have = 1;
		}
		if (wire[i] < 0x80 && ex.msg[0] != 0)
			h_expand_data(&ex, wire[i]);
		else if (wire[i] < 0x80 || wire[i] >= 0xf0)
			out[ex.nout++] = wire[i];
	}
	return ex.nout;
}
