/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_work.c: a pool of threads that cannot be exhausted by waiting.
 *
 * Whenever more jobs are queued than threads are idle, another thread is
 * made; a thread that had nothing to do for a while ends, except the last.
 * When the system refuses a thread the job waits in the queue for one of
 * those that there are.
 *
 * Lock: user_work.lock guards all members of the pool and of its jobs and
 * workers.  It is held while a thread is interrupted, so that the thread
 * cannot leave the job, or the world, meanwhile.
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_work.h>

#define USER_WORK_IDLE_SEC	10	/* after which a thread ends */

struct user_worker {
	struct user_worker	*w_next;	/* of all */
	struct host_thread	*w_self;	/* set when it runs */
	struct host_thread	*w_thread;	/* to be joined */
	struct user_job		*w_job;		/* NULL: none */
	char			w_buffer[];	/* USER_JOB_BUFFER_BYTES */
};

static struct {
	pthread_mutex_t		lock;
	pthread_cond_t		work;		/* jobs, or stop */
	pthread_cond_t		less;		/* a worker has left */
	struct user_job		*head;
	struct user_job		**tail;
	struct user_worker	*workers;
	struct user_worker	*gone;		/* ended, to be joined */
	unsigned int		queued;		/* jobs */
	unsigned int		idle;		/* workers */
	unsigned int		threads;	/* workers, starting or not */
	int			stop;
} user_work = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.work = PTHREAD_COND_INITIALIZER,
	.less = PTHREAD_COND_INITIALIZER,
	.tail = &user_work.head,
};

/*
 * Take a job from the queue, which is not empty.  Called with the lock held.
 */
static struct user_job *
user_work_take(struct user_worker *w)
{
	struct user_job *j;

	j = user_work.head;
	user_work.head = j->j_next;
	if (user_work.head == NULL)
		user_work.tail = &user_work.head;
	user_work.queued--;
	j->j_worker = w;
	w->w_job = j;
	if (j->j_interrupted)
		host_thread_interrupt(w->w_self);
	return j;
}

/*
 * Wait for a job; NULL when it is time to end.  Called with the lock held.
 */
static struct user_job *
user_work_wait(struct user_worker *w)
{
	struct timespec until;
	int error;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += USER_WORK_IDLE_SEC;
	error = 0;
	user_work.idle++;
	while (user_work.queued == 0 && !user_work.stop) {
		if (error != 0 && user_work.threads > 1)
			break;
		if (user_work.threads > 1)
			error = pthread_cond_timedwait(&user_work.work,
			    &user_work.lock, &until);
		else
			error = pthread_cond_wait(&user_work.work,
			    &user_work.lock);
	}
	user_work.idle--;
	return user_work.queued == 0 ? NULL : user_work_take(w);
}

/*
 * Each worker that ends joins the one that ended before it, so that one at
 * most is left to be joined at the end.
 */
static void
user_work_leave(struct user_worker *w)
{
	struct user_worker **wp, *before;

	hosted_thread_exit();
	pthread_mutex_lock(&user_work.lock);
	for (wp = &user_work.workers; *wp != w; wp = &(*wp)->w_next)
		continue;
	*wp = w->w_next;
	before = user_work.gone;
	user_work.gone = w;
	pthread_cond_broadcast(&user_work.less);
	pthread_mutex_unlock(&user_work.lock);
	if (before != NULL) {
		host_thread_join(before->w_thread);
		free(before);
	}
}

static void
user_work_thread(void *arg)
{
	struct user_worker *w;
	struct user_job *j;

	w = arg;
	pthread_mutex_lock(&user_work.lock);
	w->w_self = host_thread_self();
	while ((j = user_work_wait(w)) != NULL) {
		pthread_mutex_unlock(&user_work.lock);
		(*j->j_fn)(j);
		pthread_mutex_lock(&user_work.lock);
	}
	user_work.threads--;
	pthread_mutex_unlock(&user_work.lock);
	user_work_leave(w);
}

/*
 * Called with the lock held, which is released for a while; one more worker
 * has been counted already.
 */
static int
user_work_spawn(void)
{
	struct user_worker *w;
	int error;

	pthread_mutex_unlock(&user_work.lock);
	w = malloc(sizeof(*w) + USER_JOB_BUFFER_BYTES);
	if (w != NULL)
		memset(w, 0, sizeof(*w));
	pthread_mutex_lock(&user_work.lock);
	error = ENOMEM;
	if (w != NULL)
		error = host_thread_create(&w->w_thread, user_work_thread, w,
		    HOST_PRI_NORMAL, "worker");
	if (error != 0) {
		user_work.threads--;
		free(w);
		return error;
	}
	w->w_next = user_work.workers;
	user_work.workers = w;
	return 0;
}

int
user_work_start(void)
{
	int error;

	pthread_mutex_lock(&user_work.lock);
	user_work.stop = 0;
	user_work.threads = 1;
	error = user_work_spawn();
	pthread_mutex_unlock(&user_work.lock);
	return error;
}

void
user_work_stop(void)
{
	struct user_worker *last;

	pthread_mutex_lock(&user_work.lock);
	user_work.stop = 1;
	pthread_cond_broadcast(&user_work.work);
	while (user_work.workers != NULL)
		pthread_cond_wait(&user_work.less, &user_work.lock);
	last = user_work.gone;
	user_work.gone = NULL;
	pthread_mutex_unlock(&user_work.lock);
	if (last != NULL) {
		host_thread_join(last->w_thread);
		free(last);
	}
}

void
user_job_submit(struct user_job *j, void (*fn)(struct user_job *))
{

	j->j_fn = fn;
	j->j_next = NULL;
	j->j_worker = NULL;
	pthread_mutex_lock(&user_work.lock);
	*user_work.tail = j;
	user_work.tail = &j->j_next;
	user_work.queued++;
	if (user_work.queued <= user_work.idle)
		pthread_cond_signal(&user_work.work);
	else {
		user_work.threads++;
		(void)user_work_spawn();
	}
	pthread_mutex_unlock(&user_work.lock);
}

void
user_job_interrupt(struct user_job *j)
{

	pthread_mutex_lock(&user_work.lock);
	j->j_interrupted = 1;
	if (j->j_worker != NULL)
		host_thread_interrupt(j->j_worker->w_self);
	pthread_mutex_unlock(&user_work.lock);
}

void
user_job_interrupt_all(void)
{
	struct user_worker *w;
	struct user_job *j;

	pthread_mutex_lock(&user_work.lock);
	for (j = user_work.head; j != NULL; j = j->j_next)
		j->j_interrupted = 1;
	for (w = user_work.workers; w != NULL; w = w->w_next)
		if (w->w_job != NULL)
			host_thread_interrupt(w->w_self);
	pthread_mutex_unlock(&user_work.lock);
}

void
user_job_done(struct user_job *j)
{

	pthread_mutex_lock(&user_work.lock);
	j->j_worker->w_job = NULL;
	j->j_worker = NULL;
	pthread_mutex_unlock(&user_work.lock);
	user_syscall_end();
}

void *
user_job_buffer(struct user_job *j)
{

	return j->j_worker->w_buffer;
}
