/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * host_run.h: what the conformance tests want of a host beyond host.h, once
 * for each host (host_run_sim.c, host_run_user.c).  Plain C types only: the
 * kernel's side of the tests uses it as well as libc's.
 */

#ifndef _TESTS_HOSTED_HOST_RUN_H_
#define _TESTS_HOSTED_HOST_RUN_H_

struct host_poll;

/*
 * Libc's side.
 */

/* Run fn(arg) as a program of the host until it returns.  The seed chooses
 * the schedule where the host can be told.  0; or -1 when the run ended in
 * another way or left something behind, and host_run_text() says how. */
int	host_run(void (*fn)(void *), void *arg, unsigned seed);
/* The same for one that must panic.  The panic's text, or NULL. */
const char *host_run_panic(void (*fn)(void *), void *arg);
/* What went wrong in the last run. */
const char *host_run_text(void);
/* host_run(), and the nth allocation fails (from 1), of whatever the host is
 * asked for.  1 when there were fewer, or when this host never refuses. */
int	host_run_fault(void (*fn)(void *), void *arg, unsigned long n);
/* How many seeds make a difference. */
unsigned host_run_seeds(void);

/*
 * The kernel's side.
 */

/* Call fn(arg) in an interrupt, at once or soon. */
void	host_run_interrupt(void (*fn)(void *), void *arg);
/* The running thread's system call is over: forget its signal. */
void	host_run_clear_signal(void);
/* Does time stand still while anything can run? */
int	host_run_exact(void);
/* An address that is no program's, or NULL where there is none. */
void	*host_run_bad_address(void);
/* Is there a node of this name? */
int	host_run_node(const char *name);

/* A program's wait in poll: hand it to hosted_poll(), wait until it is worth
 * asking again or until the deadline: 0 or -1. */
struct host_poll *host_run_poll_create(void);
int	host_run_poll_wait(struct host_poll *p,
	    unsigned long long deadline_ns);
void	host_run_poll_destroy(struct host_poll *p);

#endif /* !_TESTS_HOSTED_HOST_RUN_H_ */
