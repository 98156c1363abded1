/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_work.h: jobs that may block, and the threads that do them.
 *
 * A job is a system call of another process.  It begins at once, whatever
 * number of jobs is blocked already, for as long as the system gives us
 * threads.  It can be interrupted from submission until user_job_done().
 */

#ifndef _HOSTED_USER_USER_WORK_H_
#define _HOSTED_USER_USER_WORK_H_

struct user_worker;

struct user_job {
	/* The members are those of user_work.c, but for the function. */
	void			(*j_fn)(struct user_job *);
	struct user_job		*j_next;
	struct user_worker	*j_worker;
	int			j_interrupted;
};

/* What user_job_buffer() holds. */
#define USER_JOB_BUFFER_BYTES	65536

/* Start with one thread.  0 or an errno.  T. */
int	user_work_start(void);
/* Wait until all jobs are done and all threads have ended.  No job may be
 * submitted any more.  T, not in a job. */
void	user_work_stop(void);

/* Have fn(job) run in a thread.  The job is the caller's memory until fn has
 * called user_job_done(); what becomes of it then is fn's affair.  T. */
void	user_job_submit(struct user_job *j, void (*fn)(struct user_job *));
/* End the job's waiting, now or later, by host_thread_interrupt().  T. */
void	user_job_interrupt(struct user_job *j);
/* The same for all jobs that are running or wait to be.  T. */
void	user_job_interrupt_all(void);
/* From here on the job cannot be interrupted, and an interruption that came
 * is forgotten.  Called once, by the job's own function. */
void	user_job_done(struct user_job *j);
/* Memory for the running job's use, until it is done. */
void	*user_job_buffer(struct user_job *j);

#endif /* !_HOSTED_USER_USER_WORK_H_ */
