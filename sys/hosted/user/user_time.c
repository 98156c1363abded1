/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_time.c: clocks and timers of the user host.
 *
 * All timers are served by one thread, which sleeps on the monotonic clock
 * until the earliest deadline and runs the functions one after the other, in
 * I.  The thread is started with the first timer and ends with the last.
 *
 * The armed timers are a binary heap by deadline; every timer has its place
 * reserved in it when it is created, so arming allocates nothing.
 * Invariant: heap[i - 1]->t_place == i for 1 <= i <= armed.
 *
 * Locks: `life' [f] is held over creating and destroying and may be slept
 * under; `lock' [t] guards the heap, is taken in any context and is never
 * held while a timer's function runs.  Order: life, lock.
 */

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <hosted/user/user.h>

#define USER_TIME_SEC_NS	1000000000ULL

struct host_timer {
	void			(*t_fn)(void *);	/* constant */
	void			*t_arg;			/* constant */
	unsigned long long	t_deadline_ns;		/* [t] */
	size_t			t_place;	/* [t] in heap; 0 = disarmed */
};

static struct {
	pthread_mutex_t		life;
	pthread_mutex_t		lock;
	pthread_cond_t		changed;	/* the thread has to look */
	pthread_cond_t		idle;		/* a function has returned */
	struct host_timer	**heap;		/* [t] */
	size_t			armed;		/* [t] used places of heap */
	size_t			places;		/* [f] size of heap */
	size_t			timers;		/* [f] at most places */
	struct host_timer	*running;	/* [t] */
	struct host_thread	*thread;	/* [f] */
	int			stop;		/* [t] */
} user_time;

static pthread_once_t user_time_once = PTHREAD_ONCE_INIT;

static unsigned long long
user_time_get_ns(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts) == -1)
		host_panic("user host: no clock\n");
	return (unsigned long long)ts.tv_sec * USER_TIME_SEC_NS +
	    (unsigned long long)ts.tv_nsec;
}

/*
 * A process may be started in a time name space where the clock begins at 0.
 */
unsigned long long
host_uptime_ns(void)
{
	unsigned long long now_ns;

	now_ns = user_time_get_ns(CLOCK_MONOTONIC);
	return now_ns == 0 ? 1 : now_ns;
}

unsigned long long
host_realtime_ns(void)
{

	return user_time_get_ns(CLOCK_REALTIME);
}

void
host_delay_ns(unsigned long ns)
{
	unsigned long long end_ns;

	end_ns = host_uptime_ns() + ns;
	while (host_uptime_ns() < end_ns)
		continue;
}

unsigned long
host_timer_resolution_ns(void)
{
	struct timespec ts;

	if (clock_getres(CLOCK_MONOTONIC, &ts) == -1)
		host_panic("user host: no clock\n");
	if (ts.tv_sec > 0)
		return (unsigned long)USER_TIME_SEC_NS;
	return ts.tv_nsec < 1 ? 1 : (unsigned long)ts.tv_nsec;
}

/*
 * The heap.  Called with `lock' held.
 */

static void
user_time_place(struct host_timer *t, size_t place)
{

	user_time.heap[place - 1] = t;
	t->t_place = place;
}

static void
user_time_up(struct host_timer *t, size_t place)
{
	struct host_timer *above;

	while (place > 1) {
		above = user_time.heap[place / 2 - 1];
		if (above->t_deadline_ns <= t->t_deadline_ns)
			break;
		user_time_place(above, place);
		place /= 2;
	}
	user_time_place(t, place);
}

static void
user_time_down(struct host_timer *t, size_t place)
{
	struct host_timer *below;
	size_t next;

	while ((next = place * 2) <= user_time.armed) {
		below = user_time.heap[next - 1];
		if (next < user_time.armed &&
		    user_time.heap[next]->t_deadline_ns <
		    below->t_deadline_ns)
			below = user_time.heap[next++];
		if (t->t_deadline_ns <= below->t_deadline_ns)
			break;
		user_time_place(below, place);
		place = next;
	}
	user_time_place(t, place);
}

static void
user_time_insert(struct host_timer *t, unsigned long long deadline_ns)
{

	t->t_deadline_ns = deadline_ns;
	user_time.armed++;
	user_time_up(t, user_time.armed);
}

static void
user_time_remove(struct host_timer *t)
{
	struct host_timer *last;
	size_t place;

	place = t->t_place;
	if (place == 0)
		return;
	t->t_place = 0;
	last = user_time.heap[--user_time.armed];
	if (last == t)
		return;
	user_time_down(last, place);
	user_time_up(last, last->t_place);
}

/*
 * The thread.
 */

static void
user_time_sleep(void)
{
	struct timespec ts;
	unsigned long long deadline_ns;

	if (user_time.armed == 0) {
		pthread_cond_wait(&user_time.changed, &user_time.lock);
		return;
	}
	deadline_ns = user_time.heap[0]->t_deadline_ns;
	ts.tv_sec = (time_t)(deadline_ns / USER_TIME_SEC_NS);
	ts.tv_nsec = (long)(deadline_ns % USER_TIME_SEC_NS);
	pthread_cond_timedwait(&user_time.changed, &user_time.lock, &ts);
}

static void
user_time_run(struct host_timer *t)
{

	user_time_remove(t);
	user_time.running = t;
	pthread_mutex_unlock(&user_time.lock);
	user_intr(t->t_fn, t->t_arg);
	pthread_mutex_lock(&user_time.lock);
	user_time.running = NULL;
	pthread_cond_broadcast(&user_time.idle);
}

static void
user_time_thread(void *arg)
{

	(void)arg;
	pthread_mutex_lock(&user_time.lock);
	while (!user_time.stop) {
		if (user_time.armed != 0 &&
		    user_time.heap[0]->t_deadline_ns <= host_uptime_ns())
			user_time_run(user_time.heap[0]);
		else
			user_time_sleep();
	}
	pthread_mutex_unlock(&user_time.lock);
}

/*
 * Called with `life' held.
 */

static int
user_time_start(void)
{

	user_time.stop = 0;
	return host_thread_create(&user_time.thread, user_time_thread, NULL,
	    USER_PRI_TIMER, "timers");
}

static void
user_time_stop(void)
{

	pthread_mutex_lock(&user_time.lock);
	user_time.stop = 1;
	pthread_cond_signal(&user_time.changed);
	pthread_mutex_unlock(&user_time.lock);
	host_thread_join(user_time.thread);
	free(user_time.heap);
	user_time.heap = NULL;
	user_time.places = 0;
}

static int
user_time_reserve(void)
{
	struct host_timer **heap, **old;
	size_t places, i;

	if (user_time.timers < user_time.places)
		return 0;
	places = user_time.places == 0 ? 16 : user_time.places * 2;
	heap = calloc(places, sizeof(*heap));
	if (heap == NULL)
		return ENOMEM;
	pthread_mutex_lock(&user_time.lock);
	old = user_time.heap;
	for (i = 0; i < user_time.armed; i++)
		heap[i] = old[i];
	user_time.heap = heap;
	pthread_mutex_unlock(&user_time.lock);
	user_time.places = places;
	free(old);
	return 0;
}

static void
user_time_init(void)
{
	pthread_condattr_t ca;
	pthread_mutexattr_t ma;

	/* A program that arms a timer must not hold up the timers' thread
	 * for longer than the few lines under the lock. */
	pthread_mutexattr_init(&ma);
	(void)pthread_mutexattr_setprotocol(&ma, PTHREAD_PRIO_INHERIT);
	if (pthread_mutex_init(&user_time.lock, &ma) != 0 &&
	    pthread_mutex_init(&user_time.lock, NULL) != 0)
		host_panic("user host: no mutex\n");
	pthread_mutexattr_destroy(&ma);
	pthread_mutex_init(&user_time.life, NULL);
	pthread_condattr_init(&ca);
	pthread_condattr_setclock(&ca, CLOCK_MONOTONIC);
	pthread_cond_init(&user_time.changed, &ca);
	pthread_cond_init(&user_time.idle, &ca);
	pthread_condattr_destroy(&ca);
}

struct host_timer *
host_timer_create(void (*fn)(void *), void *arg, const char *name)
{
	struct host_timer *t;
	int error;

	(void)name;
	pthread_once(&user_time_once, user_time_init);
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	t->t_fn = fn;
	t->t_arg = arg;
	pthread_mutex_lock(&user_time.life);
	error = user_time_reserve();
	if (error == 0 && user_time.timers == 0)
		error = user_time_start();
	if (error == 0)
		user_time.timers++;
	pthread_mutex_unlock(&user_time.life);
	if (error != 0) {
		free(t);
		return NULL;
	}
	user_object_count(USER_OBJ_TIMER, 1);
	return t;
}

void
host_timer_destroy(struct host_timer *t)
{

	pthread_mutex_lock(&user_time.life);
	pthread_mutex_lock(&user_time.lock);
	while (user_time.running == t)
		pthread_cond_wait(&user_time.idle, &user_time.lock);
	user_time_remove(t);
	pthread_mutex_unlock(&user_time.lock);
	if (--user_time.timers == 0)
		user_time_stop();
	pthread_mutex_unlock(&user_time.life);
	user_object_count(USER_OBJ_TIMER, -1);
	free(t);
}

void
host_timer_set(struct host_timer *t, unsigned long long deadline_ns)
{

	pthread_mutex_lock(&user_time.lock);
	user_time_remove(t);
	user_time_insert(t, deadline_ns);
	if (t->t_place == 1)
		pthread_cond_signal(&user_time.changed);
	pthread_mutex_unlock(&user_time.lock);
}

void
host_timer_cancel(struct host_timer *t)
{

	pthread_mutex_lock(&user_time.lock);
	user_time_remove(t);
	pthread_mutex_unlock(&user_time.lock);
}
