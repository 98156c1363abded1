/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user.h: the user host, a POSIX process that hosts the kernel in real time.
 *
 * It supplies <hosted/host.h> with POSIX threads and the monotonic clock.
 * This header is for those who run the hosted kernel in their own program,
 * that is for midihost(8) and for tests: how a thread acts as a program in a
 * system call, how one waits in poll, where nodes and messages go.
 *
 * There is nothing to be set up or torn down.
 * Contexts T, S and I are those of host.h.
 */

#ifndef _HOSTED_USER_USER_H_
#define _HOSTED_USER_USER_H_

#include <hosted/host.h>

/*
 * Running.
 */

/* Run fn(arg) in a new thread and wait for it.  Its value, or -1 with a
 * message when the thread could not be made.  T. */
int	user_run(int (*fn)(void *), void *arg);
/* Run fn(arg) at once in the running thread, as an interrupt would: in I.
 * T, S. */
void	user_intr(void (*fn)(void *), void *arg);
/* How many objects of all kinds that host.h makes exist now: memory, threads,
 * locks, conditions, poll queues, nodes.  T. */
unsigned long user_objects(void);

/*
 * System calls.  A thread that calls hosted_read() and the like may, but
 * need not, say on whose behalf and when the call ends.
 */

/* The running thread now serves process pid (a thread's number will do), see
 * host_pid().  T. */
void	user_syscall_begin(int pid);
/* The call is over: no process is served, and an interruption by
 * host_thread_interrupt() that is still pending is forgotten.  T. */
void	user_syscall_end(void);

/*
 * Messages of the kernel go to stderr, or to fn.  fn is called in any
 * context, by several threads at once; panic: these are the last words.
 * NULL means stderr again.
 */
void	user_log_set(void (*fn)(const char *text, int panic));

/*
 * Waiting in poll.  A host_poll waits for one open file; it is the caller's
 * memory, and its members are the host's.
 *
 *	user_poll_init(&p, wake, arg);
 *	events = hosted_poll(f, events, &p);
 *	... wake(arg) is called when hosted_poll() is worth asking again ...
 *	user_poll_cancel(&p);
 *
 * One hosted_poll() may record the wait in USER_POLL_QUEUES queues.  Each
 * calls wake at most once until it is recorded there again.  wake runs in T
 * or S with locks of the kernel and of the host held: it must not sleep for
 * long, and calls nothing of the kernel nor of this group.
 */
#define USER_POLL_QUEUES	8

struct user_poll_link {
	struct host_pollq	*pl_queue;	/* NULL: not in use */
	struct user_poll_link	*pl_next;	/* in the queue */
	struct host_poll	*pl_poll;
};

struct host_poll {
	void			(*hp_wake)(void *);
	void			*hp_arg;
	struct user_poll_link	hp_link[USER_POLL_QUEUES];
};

void	user_poll_init(struct host_poll *p, void (*wake)(void *), void *arg);
/* After it, wake is not running and will not be called.  May be repeated,
 * and p may be recorded again.  T. */
void	user_poll_cancel(struct host_poll *p);

/*
 * Nodes.  The host keeps the table of what host_node_create() made.
 */

struct user_node_ops {
	/* A node came or went.  Called in T, in order, no lock held. */
	void	(*un_created)(void *arg, const char *name, unsigned int mode);
	void	(*un_destroyed)(void *arg, const char *name);
};

/* Tell ops of all nodes that come and go, beginning with those that are
 * there.  NULL: tell nobody.  T. */
void	user_node_watch(const struct user_node_ops *ops, void *arg);
/* Is there a node of this name, with which permission bits (mode may be
 * NULL) and which number?  The number is never 0, and a later node of the
 * same name has another one.  0: no such node.  T. */
unsigned long user_node_lookup(const char *name, unsigned int *mode);
/* Copy the name of the first node whose number is greater than `after' into
 * buf of size n, cut to fit; returns its number, 0 when there is none.  T. */
unsigned long user_node_next(unsigned long after, char *buf, unsigned long n);

/*
 * Between the files of the host only.
 */

#define USER_OBJ_MEMORY		0
#define USER_OBJ_THREAD		1
#define USER_OBJ_LOCK		2
#define USER_OBJ_COND		3
#define USER_OBJ_POLLQ		4
#define USER_OBJ_NODE		5
#define USER_OBJ_KINDS		6

/* n more (or less) objects of one kind exist.  Any context. */
void	user_object_count(int kind, int n);
/* calloc(), or a panic: for objects whose makers cannot fail.  T. */
void	*user_calloc(unsigned long size);

#endif /* !_HOSTED_USER_USER_H_ */
