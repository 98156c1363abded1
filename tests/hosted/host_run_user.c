/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * host_run_user.c: host_run.h on the process.  There is no telling it which
 * schedule to take; each run is another one.  A panic ends a process, so that
 * one that is wanted happens in a child.
 */

#include <sys/wait.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <hosted/user/user.h>

#include "host_run.h"

#define RUN_SEEDS	2
#define RUN_BAD_ADDRESS	16

struct run {
	void		(*r_fn)(void *);
	void		*r_arg;
};

struct run_poll {
	struct host_poll rp_poll;	/* first: struct host_poll * is it */
	pthread_mutex_t	rp_mutex;
	pthread_cond_t	rp_cond;
	int		rp_woken;
};

static char text[4096];
static int panic_fd = -1;

static void
quiet(const char *s, int panic)
{

	(void)panic;
	if (panic_fd >= 0 && write(panic_fd, s, strlen(s)) < 0)
		abort();
}

static int
run_main(void *arg)
{
	const struct run *r = arg;

	(*r->r_fn)(r->r_arg);
	return 0;
}

int
host_run(void (*fn)(void *), void *arg, unsigned seed)
{
	struct run r = { fn, arg };
	unsigned long objects = user_objects();

	(void)seed;
	text[0] = '\0';
	user_log_set(quiet);
	if (user_run(run_main, &r) != 0)
		(void)snprintf(text, sizeof(text), "no thread");
	else if (user_objects() != objects)
		(void)snprintf(text, sizeof(text), "%lu objects are left",
		    user_objects() - objects);
	user_log_set(NULL);
	return text[0] == '\0' ? 0 : -1;
}

int
host_run_fault(void (*fn)(void *), void *arg, unsigned long n)
{

	(void)n;
	return host_run(fn, arg, 0) == 0 ? 1 : -1;
}

static void
run_child(struct run *r, int fd)
{

	panic_fd = fd;
	user_log_set(quiet);
	(void)user_run(run_main, r);
	_exit(0);
}

const char *
host_run_panic(void (*fn)(void *), void *arg)
{
	struct run r = { fn, arg };
	size_t used = 0;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	text[0] = '\0';
	if (pipe(fds) != 0 || (pid = fork()) < 0)
		return NULL;
	if (pid == 0)
		run_child(&r, fds[1]);
	(void)close(fds[1]);
	while (used < sizeof(text) - 1 && (n = read(fds[0], text + used,
	    sizeof(text) - 1 - used)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	(void)close(fds[0]);
	if (waitpid(pid, &status, 0) != pid)
		return NULL;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? text :
	    NULL;
}

const char *
host_run_text(void)
{

	return text;
}

unsigned
host_run_seeds(void)
{

	return RUN_SEEDS;
}

void
host_run_interrupt(void (*fn)(void *), void *arg)
{

	user_intr(fn, arg);
}

void
host_run_clear_signal(void)
{

	user_syscall_end();
}

int
host_run_exact(void)
{

	return 0;
}

void *
host_run_bad_address(void)
{

	return (void *)RUN_BAD_ADDRESS;
}

int
host_run_node(const char *name)
{

	return user_node_lookup(name, NULL) != 0;
}

/*
 * Poll.
 */

static void
poll_wake(void *arg)
{
	struct run_poll *rp = arg;

	pthread_mutex_lock(&rp->rp_mutex);
	rp->rp_woken = 1;
	pthread_cond_signal(&rp->rp_cond);
	pthread_mutex_unlock(&rp->rp_mutex);
}

struct host_poll *
host_run_poll_create(void)
{
	struct run_poll *rp;
	pthread_condattr_t ca;

	rp = calloc(1, sizeof(*rp));
	if (rp == NULL)
		abort();
	pthread_mutex_init(&rp->rp_mutex, NULL);
	pthread_condattr_init(&ca);
	pthread_condattr_setclock(&ca, CLOCK_MONOTONIC);
	pthread_cond_init(&rp->rp_cond, &ca);
	pthread_condattr_destroy(&ca);
	user_poll_init(&rp->rp_poll, poll_wake, rp);
	return &rp->rp_poll;
}

int
host_run_poll_wait(struct host_poll *p, unsigned long long deadline_ns)
{
	struct run_poll *rp = (struct run_poll *)p;
	struct timespec ts;
	int error = 0, woken;

	ts.tv_sec = (time_t)(deadline_ns / 1000000000ULL);
	ts.tv_nsec = (long)(deadline_ns % 1000000000ULL);
	pthread_mutex_lock(&rp->rp_mutex);
	while (!rp->rp_woken && error == 0)
		error = deadline_ns == 0 ?
		    pthread_cond_wait(&rp->rp_cond, &rp->rp_mutex) :
		    pthread_cond_timedwait(&rp->rp_cond, &rp->rp_mutex, &ts);
	woken = rp->rp_woken;
	rp->rp_woken = 0;
	pthread_mutex_unlock(&rp->rp_mutex);
	return woken ? 0 : -1;
}

void
host_run_poll_destroy(struct host_poll *p)
{
	struct run_poll *rp = (struct run_poll *)p;

	user_poll_cancel(p);
	pthread_cond_destroy(&rp->rp_cond);
	pthread_mutex_destroy(&rp->rp_mutex);
	free(rp);
}
