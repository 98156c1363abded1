/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_call.c: reading, writing and control for other processes.
 *
 * A request that may block becomes a job for a worker, with all that the job
 * needs copied into it, and is answered by the worker.  An interruption of
 * the request, which is what a signal to the process turns into, interrupts
 * the job.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_call.h>
#include <hosted/user/user_file.h>
#include <hosted/user/user_select.h>

/*
 * Jobs.
 */

static void
user_call_interrupted(fuse_req_t req, void *arg)
{

	(void)req;
	user_job_interrupt(arg);
}

struct user_call *
user_call_new(fuse_req_t req, struct user_file *f, unsigned long data_bytes)
{
	struct user_call *c;

	c = malloc(sizeof(*c) + data_bytes);
	if (c == NULL) {
		fuse_reply_err(req, ENOMEM);
		return NULL;
	}
	memset(c, 0, sizeof(*c));
	c->c_req = req;
	c->c_file = f;
	c->c_pid = fuse_req_ctx(req)->pid;
	return c;
}

int
user_call_submit(struct user_call *c, void (*fn)(struct user_job *))
{

	fuse_req_interrupt_func(c->c_req, user_call_interrupted, &c->c_job);
	if (user_file_submit(&c->c_job, fn) == 0)
		return 0;
	fuse_req_interrupt_func(c->c_req, NULL, NULL);
	fuse_reply_err(c->c_req, EIO);
	free(c);
	return -1;
}

/*
 * Taking the function away waits for one that is running.
 */
int
user_call_done(struct user_call *c, int error)
{

	user_job_done(&c->c_job);
	fuse_req_interrupt_func(c->c_req, NULL, NULL);
	return error == EINTR && user_file_is_shut() ? EIO : error;
}

/*
 * Read and write.
 */

static void
user_call_do_read(struct user_job *j)
{
	struct hosted_file *hosted;
	struct user_call *c;
	unsigned long done;
	char *buf;
	int error;

	c = (struct user_call *)j;
	user_syscall_begin(c->c_pid);
	buf = user_job_buffer(j);
	done = 0;
	error = EIO;
	hosted = user_file_enter(c->c_file);
	if (hosted != NULL) {
		error = hosted_read(hosted, buf, c->c_bytes, c->c_nonblock,
		    &done);
		if (done < c->c_bytes)
			user_select_again(c->c_file, hosted,
			    USER_SELECT_IN);
		user_file_leave(c->c_file);
	}
	error = user_call_done(c, error);
	if (error != 0)
		fuse_reply_err(c->c_req, error);
	else
		fuse_reply_buf(c->c_req, buf, done);
	free(c);
}

/*
 * The system splits a large read into requests of less, and goes on with the
 * next one when one was answered in full: it would block with bytes in hand.
 * Our buffer is smaller than its requests, so a split one is answered short.
 */
void
user_call_read(fuse_req_t req, size_t n, const struct fuse_file_info *fi)
{
	struct user_call *c;
	struct user_file *f;

	f = user_file_of(fi);
	user_file_note_flags(f, fi);
	c = user_call_new(req, f, 0);
	if (c == NULL)
		return;
	c->c_bytes = n < USER_JOB_BUFFER_BYTES ? n : USER_JOB_BUFFER_BYTES;
	c->c_nonblock = (fi->flags & O_NONBLOCK) != 0;
	(void)user_call_submit(c, user_call_do_read);
}

static void
user_call_do_write(struct user_job *j)
{
	struct hosted_file *hosted;
	struct user_call *c;
	unsigned long done;
	int error;

	c = (struct user_call *)j;
	user_syscall_begin(c->c_pid);
	done = 0;
	error = EIO;
	hosted = user_file_enter(c->c_file);
	if (hosted != NULL) {
		error = hosted_write(hosted, c->c_data, c->c_bytes,
		    c->c_nonblock, &done);
		if (done < c->c_bytes)
			user_select_again(c->c_file, hosted,
			    USER_SELECT_OUT);
		user_file_leave(c->c_file);
	}
	error = user_call_done(c, error);
	if (error != 0)
		fuse_reply_err(c->c_req, error);
	else
		fuse_reply_write(c->c_req, done);
	free(c);
}

void
user_call_write(fuse_req_t req, const char *bytes, size_t n,
    const struct fuse_file_info *fi)
{
	struct user_call *c;
	struct user_file *f;

	f = user_file_of(fi);
	user_file_note_flags(f, fi);
	c = user_call_new(req, f, n);
	if (c == NULL)
		return;
	host_lock_enter(user_files.lock);
	f->f_written = 1;
	f->f_writer = fi->lock_owner;
	f->f_writer_pid = c->c_pid;
	f->f_killed = 0;
	host_lock_exit(user_files.lock);
	memcpy(c->c_data, bytes, n);
	c->c_bytes = n;
	c->c_nonblock = (fi->flags & O_NONBLOCK) != 0;
	(void)user_call_submit(c, user_call_do_write);
}

/*
 * Control.
 */

static void
user_call_do_ioctl(struct user_job *j)
{
	struct hosted_file *hosted;
	struct user_call *c;
	int error;

	c = (struct user_call *)j;
	user_syscall_begin(c->c_pid);
	error = EIO;
	hosted = user_file_enter(c->c_file);
	if (hosted != NULL) {
		error = hosted_ioctl(hosted, c->c_cmd, c->c_data,
		    c->c_nonblock);
		user_file_leave(c->c_file);
	}
	error = user_call_done(c, error);
	if (error != 0)
		fuse_reply_err(c->c_req, error);
	else
		fuse_reply_ioctl(c->c_req, 0, c->c_data, c->c_bytes);
	free(c);
}

/*
 * The request does not tell whether the file is in non-blocking mode: what
 * the last other call told must do.
 */
static void
user_call_submit_ioctl(fuse_req_t req, unsigned long bsd_cmd,
    struct user_file *f, const void *in, size_t in_bytes, size_t out_bytes)
{
	struct user_call *c;
	size_t bytes;

	bytes = hosted_ioctl_size(bsd_cmd);
	if (in_bytes > bytes || out_bytes > bytes) {
		fuse_reply_err(req, ENOTTY);
		return;
	}
	c = user_call_new(req, f, bytes);
	if (c == NULL)
		return;
	memset(c->c_data, 0, bytes);
	if (in_bytes != 0)
		memcpy(c->c_data, in, in_bytes);
	c->c_bytes = out_bytes;
	c->c_cmd = bsd_cmd;
	c->c_nonblock = atomic_load(&f->f_nonblock);
	(void)user_call_submit(c, user_call_do_ioctl);
}

void
user_call_ioctl(fuse_req_t req, unsigned int cmd,
    const struct fuse_file_info *fi, const void *in, size_t in_bytes,
    size_t out_bytes)
{

	user_call_submit_ioctl(req, hosted_ioctl_cmd(cmd), user_file_of(fi),
	    in, in_bytes, out_bytes);
}

void
user_call_ioctl_int(fuse_req_t req, unsigned long bsd_cmd,
    const struct fuse_file_info *fi)
{

	user_call_submit_ioctl(req, bsd_cmd, user_file_of(fi), NULL, 0,
	    sizeof(int));
}
