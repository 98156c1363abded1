/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_open.c: opening and closing nodes for other processes.
 *
 * Closing.  The system's close(2) does not wait for the release of a file,
 * which may take as long as its output drains.  The next program in a script
 * must not find the device busy for that: an open that fails with EBUSY
 * waits for the releases of the same node and direction that are under way,
 * and tries again.
 *
 * A script also expects that what it wrote has gone out when close(2) returns,
 * and that nothing sounds on when it was killed.  The system tells of each
 * close of a descriptor (flush) and of the last one (release).  The flush of
 * the process that wrote last waits until the device has taken everything; if
 * a signal ends that wait, or has ended the process, the release throws away
 * what is left.  A process that ends by itself without closing does not wait,
 * as it could not be interrupted any more: its output drains after it.
 * Where no flush comes the release has to look whether the process that wrote
 * last was killed, which is too late when it is quite gone by then.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/fuse.h>

#include <sys/midiio.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_call.h>
#include <hosted/user/user_file.h>

/*
 * Is a release under way that could be why f is refused?  Called with the
 * lock held.
 */
static int
user_open_is_closing(const struct user_file *f)
{
	const struct user_file *other;

	for (other = user_files.files; other != NULL; other = other->f_next)
		if (other->f_closing && other->f_node == f->f_node &&
		    (other->f_flags & f->f_flags) != 0)
			return 1;
	return 0;
}

/*
 * Wait until a release that is under way is over.  0: try again.
 */
static int
user_open_wait(const struct user_file *f)
{
	int error;

	host_lock_enter(user_files.lock);
	if (user_files.shut)
		error = EIO;
	else if (!user_open_is_closing(f))
		error = EBUSY;
	else if (host_cond_wait(user_files.changed, user_files.lock, 0, 1) ==
	    HOST_INTR)
		error = EINTR;
	else
		error = 0;
	host_lock_exit(user_files.lock);
	return error;
}

static int
user_open_try(struct user_file *f, const char *name)
{
	struct hosted_file *hosted;
	int error, flags, waited;

	flags = f->f_flags;
	if (atomic_load(&f->f_nonblock))
		flags |= HOSTED_NONBLOCK;
	for (waited = 0; ; waited = 1) {
		error = hosted_open(name, flags, &hosted);
		if (error != EBUSY)
			break;
		error = user_open_wait(f);
		/* The last release may have ended between the two. */
		if (error != 0 && (error != EBUSY || waited))
			break;
	}
	if (error != 0)
		return error;
	error = user_file_add(f, hosted);
	if (error != 0)
		hosted_close(hosted);
	return error;
}

/*
 * libfuse 3.14 knows not all of the flags, so the answer is made by hand.
 */
static int
user_open_reply(fuse_req_t req, struct user_file *f,
    unsigned int open_flags)
{
	struct fuse_open_out out;

	memset(&out, 0, sizeof(out));
	out.fh = (uintptr_t)f;
	out.open_flags = open_flags;
	return fuse_reply_buf(req, (const char *)&out, sizeof(out));
}

static void
user_open_do(struct user_job *j)
{
	struct user_call *c;
	struct user_file *f;
	int error;

	c = (struct user_call *)j;
	f = c->c_file;
	user_syscall_begin(c->c_pid);
	error = user_open_try(f, c->c_data);
	error = user_call_done(c, error);
	if (error != 0) {
		fuse_reply_err(c->c_req, error);
		free(f);
	} else if (user_open_reply(c->c_req, f, c->c_open_flags) != 0) {
		/* The opener is gone: there will be no release. */
		user_file_close(f);
		user_file_free(f);
	}
	free(c);
}

void
user_open_request(fuse_req_t req, const char *name, unsigned long number,
    const struct fuse_file_info *fi, unsigned int open_flags)
{
	struct user_call *c;
	struct user_file *f;

	f = user_file_new(number, fi->flags);
	if (f == NULL) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	c = user_call_new(req, f, strlen(name) + 1);
	if (c == NULL) {
		free(f);
		return;
	}
	strcpy(c->c_data, name);
	c->c_open_flags = open_flags;
	if (user_call_submit(c, user_open_do) != 0)
		free(f);
}

/*
 * Flush: a process closes a descriptor.
 */

/* As the system's kernel has them in a task's flags. */
#define USER_OPEN_TASK_EXITING	0x0004UL
#define USER_OPEN_TASK_SIGNALED	0x0400UL

/*
 * What has become of a process; 0 when that cannot be told.
 */
static unsigned long
user_open_task_flags(int pid)
{
	char path[64], text[1024], *s;
	unsigned long flags;
	FILE *fp;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fp = fopen(path, "re");
	if (fp == NULL)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, fp);
	fclose(fp);
	text[n] = '\0';
	/* The name may have any characters but its last parenthesis. */
	s = strrchr(text, ')');
	if (s == NULL ||
	    sscanf(s + 1, " %*c %*d %*d %*d %*d %*d %lu", &flags) != 1)
		return 0;
	return flags;
}

static void
user_open_do_flush(struct user_job *j)
{
	struct hosted_file *hosted;
	struct user_call *c;
	int error;

	c = (struct user_call *)j;
	user_syscall_begin(c->c_pid);
	error = 0;
	hosted = user_file_enter(c->c_file);
	if (hosted != NULL) {
		/* It waits in any mode, which is left as others have it. */
		error = hosted_ioctl(hosted,
		    hosted_ioctl_cmd(MIDI_CLOSEWAIT), NULL,
		    atomic_load(&c->c_file->f_nonblock));
		user_file_leave(c->c_file);
	}
	if (error == EINTR) {
		host_lock_enter(user_files.lock);
		c->c_file->f_killed = 1;
		host_lock_exit(user_files.lock);
	}
	error = user_call_done(c, error);
	fuse_reply_err(c->c_req, error == EINTR ? EINTR : 0);
	free(c);
}

void
user_open_flush(fuse_req_t req, const struct fuse_file_info *fi)
{
	struct user_call *c;
	struct user_file *f;
	unsigned long flags;
	int writer;

	f = user_file_of(fi);
	host_lock_enter(user_files.lock);
	f->f_flushed = 1;
	writer = f->f_written && f->f_writer == fi->lock_owner;
	host_lock_exit(user_files.lock);
	flags = writer ? user_open_task_flags(fuse_req_ctx(req)->pid) : 0;
	if ((flags & USER_OPEN_TASK_SIGNALED) != 0) {
		host_lock_enter(user_files.lock);
		f->f_killed = 1;
		host_lock_exit(user_files.lock);
	}
	if (!writer || (flags & USER_OPEN_TASK_EXITING) != 0) {
		fuse_reply_err(req, 0);
		return;
	}
	c = user_call_new(req, f, 0);
	if (c != NULL)
		(void)user_call_submit(c, user_open_do_flush);
}

/*
 * Release.  The request is answered first: the system allows but a few of
 * its kind at a time, and nobody waits for it.  Once the service is shut all
 * files are closed anyway, see user_file_close_all().
 */

/*
 * Called with the lock held.
 */
static int
user_open_is_killed(const struct user_file *f)
{

	if (f->f_flushed || !f->f_written)
		return f->f_killed;
	return (user_open_task_flags(f->f_writer_pid) &
	    USER_OPEN_TASK_SIGNALED) != 0;
}

static void
user_open_do_release(struct user_job *j)
{
	struct user_call *c;

	c = (struct user_call *)j;
	if (c->c_killed)
		host_thread_interrupt(host_thread_self());
	user_file_close(c->c_file);
	user_job_done(j);
	user_file_free(c->c_file);
	free(c);
}

void
user_open_release(fuse_req_t req, const struct fuse_file_info *fi)
{
	struct user_call *c;
	struct user_file *f;

	f = user_file_of(fi);
	host_lock_enter(user_files.lock);
	f->f_closing = 1;
	if (!user_files.shut) {
		c = user_calloc(sizeof(*c));
		c->c_file = f;
		c->c_killed = user_open_is_killed(f);
		user_job_submit(&c->c_job, user_open_do_release);
	}
	host_lock_exit(user_files.lock);
	fuse_reply_err(req, 0);
}
