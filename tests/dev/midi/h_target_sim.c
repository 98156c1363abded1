/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_target_sim.c: h_target.h in the simulation.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <hosted/host.h>
#include <hosted/hosted.h>
#include <hosted/sim/sim.h>

#include "h_target.h"

#define T_FILES		64
#define T_SEEDS		30	/* besides the run in order */

struct t_thread {
	struct host_thread *tt_thread;
	void		(*tt_fn)(void *);
	void		*tt_arg;
};

static struct hosted_file *t_files[T_FILES];
static int t_flags[T_FILES];

bool
t_exact(void)
{

	return true;
}

bool
t_close_waits(void)
{

	return true;
}

static void
t_main(void *arg)
{
	void (**body)(void) = arg;
	int i;

	memset(t_files, 0, sizeof(t_files));
	SIM_CHECK_EQ(hosted_boot(), 0);
	SIM_CHECK_EQ(hosted_attach_pseudo("vmidi", 2), 0);
	(*body)();
	for (i = 0; i < T_FILES; i++) {
		if (t_files[i] != NULL)
			t_close(i);
	}
	SIM_CHECK_EQ(hosted_shutdown(), 0);
}

void
t_run(void (*body)(void))
{
	struct sim_config cfg;
	struct sim_result res;
	const char *seed = getenv("SIM_SEED");
	unsigned long long i, first = 0, last = T_SEEDS;

	if (seed != NULL)
		first = last = strtoull(seed, NULL, 0);
	for (i = first; i <= last; i++) {
		memset(&cfg, 0, sizeof(cfg));
		cfg.seed = i;
		cfg.quiet = i != first || seed == NULL;
		cfg.trace = getenv("SIM_TRACE") != NULL;
		if (sim_run(&cfg, t_main, &body, &res) != SIM_END_OK)
			atf_tc_fail("SIM_SEED=%llu: %s: %s", i,
			    sim_end_name(res.end), res.text);
	}
}

void
t_fail(const char *file, int line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sim_fail("%s:%d: %s", file, line, text);
}

int
t_open(const char *node, int flags)
{
	int error, fd, hflags = 0;

	for (fd = 0; fd < T_FILES && t_files[fd] != NULL; fd++)
		continue;
	SIM_CHECK(fd < T_FILES);
	if ((flags & O_ACCMODE) != O_WRONLY)
		hflags |= HOSTED_READ;
	if ((flags & O_ACCMODE) != O_RDONLY)
		hflags |= HOSTED_WRITE;
	if (flags & O_NONBLOCK)
		hflags |= HOSTED_NONBLOCK;
	error = hosted_open(node, hflags, &t_files[fd]);
	(void)sim_clear_signal();
	if (error) {
		t_files[fd] = NULL;
		return -error;
	}
	t_flags[fd] = flags;
	return fd;
}

long
t_read(int fd, void *buf, size_t n)
{
	unsigned long done;
	int error;

	error = hosted_read(t_files[fd], buf, n,
	    (t_flags[fd] & O_NONBLOCK) != 0, &done);
	(void)sim_clear_signal();
	return error ? -error : (long)done;
}

long
t_write(int fd, const void *buf, size_t n)
{
	unsigned long done;
	int error;

	error = hosted_write(t_files[fd], buf, n,
	    (t_flags[fd] & O_NONBLOCK) != 0, &done);
	(void)sim_clear_signal();
	return error ? -error : (long)done;
}

int
t_ioctl(int fd, unsigned long cmd, void *data)
{
	char buf[8192];
	unsigned long bsd;
	unsigned int n;
	int error;

	bsd = hosted_ioctl_cmd(cmd);
	n = hosted_ioctl_size(bsd);
	SIM_CHECK(n <= sizeof(buf));
	memset(buf, 0, sizeof(buf));
	if (n != 0)
		memcpy(buf, data, n);
	error = hosted_ioctl(t_files[fd], bsd, buf,
	    (t_flags[fd] & O_NONBLOCK) != 0);
	(void)sim_clear_signal();
	if (error == 0 && n != 0)
		memcpy(data, buf, n);
	return -error;
}

int
t_poll(int fd, int events, int timeout_ms)
{
	struct host_poll *p;
	unsigned long long end_ns;
	int how = HOST_WOKEN, revents;

	end_ns = timeout_ms < 0 ? 0 :
	    sim_now_ns() + timeout_ms * 1000000ULL;
	p = sim_poll_create();
	for (;;) {
		revents = hosted_poll(t_files[fd], events, p);
		if (revents != 0 || timeout_ms == 0 || how != HOST_WOKEN)
			break;
		how = sim_poll_wait(p, end_ns);
	}
	sim_poll_destroy(p);
	(void)sim_clear_signal();
	return how == HOST_INTR ? -EINTR : revents;
}

void
t_close(int fd)
{

	hosted_close(t_files[fd]);
	(void)sim_clear_signal();
	t_files[fd] = NULL;
}

static void
t_thread_main(void *arg)
{
	struct t_thread *tt = arg;

	tt->tt_fn(tt->tt_arg);
	hosted_thread_exit();
}

struct t_thread *
t_start(void (*fn)(void *), void *arg)
{
	struct t_thread *tt;

	tt = malloc(sizeof(*tt));
	tt->tt_fn = fn;
	tt->tt_arg = arg;
	tt->tt_thread = sim_thread(t_thread_main, tt, "test");
	return tt;
}

void
t_join(struct t_thread *tt)
{

	sim_join(tt->tt_thread);
	free(tt);
}

void
t_interrupt(struct t_thread *tt)
{

	sim_signal(tt->tt_thread);
}

void
t_sleep_ms(unsigned int ms)
{

	sim_sleep_ns(ms * 1000000ULL);
}

uint64_t
t_now_ns(void)
{

	return sim_now_ns();
}
