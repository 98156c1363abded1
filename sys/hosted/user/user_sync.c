/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_sync.c: threads, locks and conditions of the user host.
 *
 * A lock of either kind is a POSIX mutex with priority inheritance: there
 * are no interrupts to be kept out.
 *
 * A condition is a queue of waits in order of arrival, guarded by the lock
 * that all its waiters hold.  Each thread sleeps on a condition variable of
 * its own, so that an interrupter needs to know neither lock nor condition
 * and can never miss.  What a wait ended with is decided under the waiters'
 * lock: who is off the queue was woken, whatever else came to pass, so that
 * a wakeup is never spent on somebody who reports a timeout.
 *
 * Locks: t_lock [t] of each thread, taken with any lock of the kernel held,
 * itself a leaf.  w_* of a wait are guarded by the lock of its condition.
 *
 * Every thread has a struct host_thread: those made here one of their own,
 * all others the one in their thread-local storage, so that nobody has to
 * be registered and nothing is left behind.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <hosted/user/user.h>

#define USER_SYNC_SEC_NS	1000000000ULL
#define USER_SYNC_INTERRUPTS	64	/* threads in user_intr() */
#define USER_SYNC_SLACK_NS	1UL	/* the kernel may wake us so late */

struct host_thread {
	pthread_mutex_t	t_lock;
	pthread_cond_t	t_wakeup;
	int		t_woken;	/* [t] the present wait was woken */
	int		t_pending;	/* [t] an interruption is */
	/* The rest belongs to the thread itself. */
	int		t_ready;	/* the members above are made */
	int		t_interrupt;	/* running in I */
	void		*t_slot[2];	/* by t_interrupt */
	int		t_pid;		/* served; 0 = none */
	/* Constant, of threads made here. */
	pthread_t	t_pthread;
	void		(*t_fn)(void *);
	void		*t_arg;
	char		t_name[16];	/* as long as Linux takes */
};

struct host_lock {
	pthread_mutex_t	l_mutex;
};

struct user_wait {
	struct host_thread	*w_thread;
	struct user_wait	*w_prev;
	struct user_wait	*w_next;
	int			w_queued;
};

struct host_cond {
	struct user_wait	*c_head;
	struct user_wait	*c_tail;
};

static __thread struct host_thread user_sync_foreign;
static __thread struct host_thread *user_sync_self;

static void
user_sync_check(int error, const char *what)
{
	char text[80];

	if (error == 0)
		return;
	snprintf(text, sizeof(text), "user host: %s: %s\n", what,
	    strerror(error));
	host_panic(text);
}

/*
 * Threads.
 */

/* A mutex whose holder runs with the priority of those who wait. */
static int
user_mutex_init(pthread_mutex_t *m, int type)
{
	pthread_mutexattr_t ma;
	int error;

	pthread_mutexattr_init(&ma);
	pthread_mutexattr_settype(&ma, type);
	pthread_mutexattr_setprotocol(&ma, PTHREAD_PRIO_INHERIT);
	error = pthread_mutex_init(m, &ma);
	if (error == ENOTSUP) {
		pthread_mutexattr_setprotocol(&ma, PTHREAD_PRIO_NONE);
		error = pthread_mutex_init(m, &ma);
	}
	pthread_mutexattr_destroy(&ma);
	return error;
}

static void
user_thread_init(struct host_thread *t)
{
	pthread_condattr_t ca;

	/* Who wakes a thread must not hold it up when he loses his turn. */
	user_sync_check(user_mutex_init(&t->t_lock, PTHREAD_MUTEX_DEFAULT),
	    "mutex");
	pthread_condattr_init(&ca);
	user_sync_check(pthread_condattr_setclock(&ca, CLOCK_MONOTONIC),
	    "monotonic clock");
	user_sync_check(pthread_cond_init(&t->t_wakeup, &ca), "condition");
	pthread_condattr_destroy(&ca);
	t->t_ready = 1;
}

struct host_thread *
host_thread_self(void)
{
	struct host_thread *t;

	t = user_sync_self;
	if (t != NULL)
		return t;
	t = &user_sync_foreign;
	if (!t->t_ready)
		user_thread_init(t);
	user_sync_self = t;
	return t;
}

static void *
user_thread_main(void *arg)
{
	struct host_thread *t;

	t = arg;
	user_sync_self = t;
	pthread_setname_np(pthread_self(), t->t_name);
	prctl(PR_SET_TIMERSLACK, USER_SYNC_SLACK_NS);
	(*t->t_fn)(t->t_arg);
	user_sync_self = NULL;
	return NULL;
}

/*
 * Real-time priorities need a privilege, without which all goes on as well
 * as the machine's load permits.
 */
static int
user_thread_start(struct host_thread *t, int pri)
{
	struct sched_param sp;
	pthread_attr_t pa;
	int error;

	if (pri != HOST_PRI_NORMAL) {
		memset(&sp, 0, sizeof(sp));
		sp.sched_priority = sched_get_priority_min(SCHED_FIFO) + pri;
		pthread_attr_init(&pa);
		pthread_attr_setinheritsched(&pa, PTHREAD_EXPLICIT_SCHED);
		pthread_attr_setschedpolicy(&pa, SCHED_FIFO);
		pthread_attr_setschedparam(&pa, &sp);
		error = pthread_create(&t->t_pthread, &pa, user_thread_main,
		    t);
		pthread_attr_destroy(&pa);
		if (error != EPERM && error != EINVAL)
			return error;
	}
	return pthread_create(&t->t_pthread, NULL, user_thread_main, t);
}

/*
 * Signals are for the program that hosts us, not for these threads.
 */
int
host_thread_create(struct host_thread **tp, void (*fn)(void *), void *arg,
    int pri, const char *name)
{
	struct host_thread *t;
	sigset_t all, old;
	int error;

	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return ENOMEM;
	user_thread_init(t);
	t->t_fn = fn;
	t->t_arg = arg;
	snprintf(t->t_name, sizeof(t->t_name), "%s", name);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = user_thread_start(t, pri);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error != 0) {
		pthread_cond_destroy(&t->t_wakeup);
		pthread_mutex_destroy(&t->t_lock);
		free(t);
		return error;
	}
	user_object_count(USER_OBJ_THREAD, 1);
	*tp = t;
	return 0;
}

void
host_thread_join(struct host_thread *t)
{

	user_sync_check(pthread_join(t->t_pthread, NULL), "join");
	pthread_cond_destroy(&t->t_wakeup);
	pthread_mutex_destroy(&t->t_lock);
	free(t);
	user_object_count(USER_OBJ_THREAD, -1);
}

void **
host_thread_slot(void)
{
	struct host_thread *t;

	t = host_thread_self();
	return &t->t_slot[t->t_interrupt];
}

unsigned int
host_interrupts(void)
{

	return USER_SYNC_INTERRUPTS;
}

int
host_in_interrupt(void)
{

	return host_thread_self()->t_interrupt;
}

void
user_intr(void (*fn)(void *), void *arg)
{
	struct host_thread *t;
	int outer;

	t = host_thread_self();
	outer = t->t_interrupt;
	t->t_interrupt = 1;
	(*fn)(arg);
	t->t_interrupt = outer;
}

struct user_run {
	int	(*r_fn)(void *);
	void	*r_arg;
	int	r_value;
};

static void
user_run_thread(void *arg)
{
	struct user_run *r;

	r = arg;
	r->r_value = (*r->r_fn)(r->r_arg);
}

int
user_run(int (*fn)(void *), void *arg)
{
	struct host_thread *t;
	struct user_run r;
	int error;

	r.r_fn = fn;
	r.r_arg = arg;
	r.r_value = -1;
	error = host_thread_create(&t, user_run_thread, &r, HOST_PRI_NORMAL,
	    "run");
	if (error != 0) {
		fprintf(stderr, "user_run: %s\n", strerror(error));
		return -1;
	}
	host_thread_join(t);
	return r.r_value;
}

/*
 * System calls.
 */

void
user_syscall_begin(int pid)
{

	host_thread_self()->t_pid = pid;
}

void
user_syscall_end(void)
{
	struct host_thread *t;

	t = host_thread_self();
	t->t_pid = 0;
	pthread_mutex_lock(&t->t_lock);
	t->t_pending = 0;
	pthread_mutex_unlock(&t->t_lock);
}

int
host_pid(void)
{

	return host_thread_self()->t_pid;
}

void
host_thread_interrupt(struct host_thread *t)
{

	pthread_mutex_lock(&t->t_lock);
	t->t_pending = 1;
	pthread_cond_signal(&t->t_wakeup);
	pthread_mutex_unlock(&t->t_lock);
}

/*
 * Locks.
 */

struct host_lock *
host_lock_create(int kind, const char *name)
{
	struct host_lock *l;
	int error;

	(void)kind;
	(void)name;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	error = user_mutex_init(&l->l_mutex, PTHREAD_MUTEX_ERRORCHECK);
	if (error != 0) {
		free(l);
		return NULL;
	}
	user_object_count(USER_OBJ_LOCK, 1);
	return l;
}

void
host_lock_destroy(struct host_lock *l)
{

	user_sync_check(pthread_mutex_destroy(&l->l_mutex), "lock destroy");
	free(l);
	user_object_count(USER_OBJ_LOCK, -1);
}

void
host_lock_enter(struct host_lock *l)
{

	user_sync_check(pthread_mutex_lock(&l->l_mutex), "lock enter");
}

int
host_lock_tryenter(struct host_lock *l)
{
	int error;

	error = pthread_mutex_trylock(&l->l_mutex);
	/* The latter when it is ours, with priority inheritance. */
	if (error == EBUSY || error == EDEADLK)
		return 0;
	user_sync_check(error, "lock tryenter");
	return 1;
}

void
host_lock_exit(struct host_lock *l)
{

	user_sync_check(pthread_mutex_unlock(&l->l_mutex), "lock exit");
}

/*
 * Conditions.
 */

struct host_cond *
host_cond_create(const char *name)
{
	struct host_cond *c;

	(void)name;
	c = calloc(1, sizeof(*c));
	if (c != NULL)
		user_object_count(USER_OBJ_COND, 1);
	return c;
}

void
host_cond_destroy(struct host_cond *c)
{

	if (c->c_head != NULL)
		host_panic("user host: condition destroyed with waiters\n");
	free(c);
	user_object_count(USER_OBJ_COND, -1);
}

static void
user_wait_insert(struct host_cond *c, struct user_wait *w)
{

	w->w_queued = 1;
	w->w_next = NULL;
	w->w_prev = c->c_tail;
	if (c->c_tail == NULL)
		c->c_head = w;
	else
		c->c_tail->w_next = w;
	c->c_tail = w;
}

static void
user_wait_remove(struct host_cond *c, struct user_wait *w)
{

	if (w->w_prev == NULL)
		c->c_head = w->w_next;
	else
		w->w_prev->w_next = w->w_next;
	if (w->w_next == NULL)
		c->c_tail = w->w_prev;
	else
		w->w_next->w_prev = w->w_prev;
	w->w_queued = 0;
}

/*
 * Sleep until woken, interrupted or too late.
 */
static int
user_wait_park(struct host_thread *t, unsigned long long deadline_ns,
    int intr)
{
	struct timespec ts;
	int error;

	ts.tv_sec = (time_t)(deadline_ns / USER_SYNC_SEC_NS);
	ts.tv_nsec = (long)(deadline_ns % USER_SYNC_SEC_NS);
	error = 0;
	pthread_mutex_lock(&t->t_lock);
	while (!t->t_woken && !(intr && t->t_pending) && error == 0) {
		if (deadline_ns == 0)
			error = pthread_cond_wait(&t->t_wakeup, &t->t_lock);
		else
			error = pthread_cond_timedwait(&t->t_wakeup,
			    &t->t_lock, &ts);
	}
	if (error != ETIMEDOUT)
		user_sync_check(error, "wait");
	pthread_mutex_unlock(&t->t_lock);
	return error == ETIMEDOUT ? HOST_TIMEOUT : HOST_INTR;
}

int
host_cond_wait(struct host_cond *c, struct host_lock *l,
    unsigned long long deadline_ns, int intr)
{
	struct user_wait w;
	int how;

	w.w_thread = host_thread_self();
	pthread_mutex_lock(&w.w_thread->t_lock);
	w.w_thread->t_woken = 0;
	pthread_mutex_unlock(&w.w_thread->t_lock);
	user_wait_insert(c, &w);
	host_lock_exit(l);
	how = user_wait_park(w.w_thread, deadline_ns, intr);
	host_lock_enter(l);
	if (!w.w_queued)
		return HOST_WOKEN;
	user_wait_remove(c, &w);
	return how;
}

void
host_cond_wake(struct host_cond *c, int all)
{
	struct host_thread *t;
	struct user_wait *w;

	while ((w = c->c_head) != NULL) {
		t = w->w_thread;
		user_wait_remove(c, w);
		pthread_mutex_lock(&t->t_lock);
		t->t_woken = 1;
		pthread_cond_signal(&t->t_wakeup);
		pthread_mutex_unlock(&t->t_lock);
		if (!all)
			break;
	}
}
