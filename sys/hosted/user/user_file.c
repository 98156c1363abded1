/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_file.c: open files of other processes.
 *
 * A request that may block becomes a job for a worker, with all that the job
 * needs copied into it, and is answered by the worker.  An interruption of
 * the request, which is what a signal to the process turns into, interrupts
 * the job.  A poll does not block and is answered at once.
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
 *
 * Poll.  One host_poll per file serves all who poll it, as the system hands
 * out one handle per file.  It stays recorded from one poll to the next, so
 * that a poll for input does not make another's for output deaf, and input
 * and output are asked for separately, as the kernel records a wait only
 * when nothing is ready.  Who waits for edges (EPOLLET) does not ask again
 * after it was told, but reads or writes until it would block: the call that
 * does less than it was asked to has the wait recorded again.
 *
 * Locks: user_file.lock [f], a lock of the host, so that an interruptible
 * wait can be had with it.  It is not held while the hosted kernel is called.
 * A file is closed in the hosted kernel by whoever takes f_hosted, which
 * needs f_busy to be 0.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/fuse.h>

#include <sys/midiio.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_file.h>
#include <hosted/user/user_serve.h>
#include <hosted/user/user_work.h>

#define USER_FILE_POLL_IN	\
	(HOSTED_POLLIN | HOSTED_POLLPRI | HOSTED_POLLRDNORM)
#define USER_FILE_POLL_OUT	HOSTED_POLLOUT

struct user_file {
	struct user_file	*f_next;	/* [f] */
	struct user_file	*f_prev;	/* [f] */
	struct hosted_file	*f_hosted;	/* [f]; NULL: closed */
	unsigned long		f_node;		/* constant */
	int			f_flags;	/* constant; HOSTED_* */
	unsigned int		f_busy;		/* [f] calls in progress */
	int			f_closing;	/* [f] release is under way */
	int			f_written;	/* [f] f_writer is valid */
	uint64_t		f_writer;	/* [f] who wrote last */
	int			f_killed;	/* [f] a signal ended it */
	atomic_int		f_nonblock;	/* as last seen */
	struct host_poll	f_poll;
	atomic_int		f_polled;	/* events somebody waits for */
	/* [f] Set by the first poll, before f_poll is recorded anywhere. */
	struct fuse_pollhandle	*f_handle;
};

struct user_call {
	struct user_job		c_job;
	fuse_req_t		c_req;
	struct user_file	*c_file;
	unsigned long		c_bytes;	/* to read, write, give out */
	unsigned long		c_cmd;		/* ioctl, in BSD's encoding */
	unsigned int		c_open_flags;	/* FOPEN_* */
	int			c_nonblock;
	int			c_killed;
	int			c_pid;
	char			c_data[];	/* name, bytes, argument */
};

static struct {
	struct host_lock	*lock;
	struct host_cond	*changed;	/* f_busy or f_hosted */
	struct user_file	*files;		/* [f] */
	int			shut;		/* [f] */
} user_file;

/*
 * The list, and who may use a file.
 */

/*
 * Called with the lock held.
 */
static void
user_file_insert(struct user_file *f)
{

	f->f_prev = NULL;
	f->f_next = user_file.files;
	if (f->f_next != NULL)
		f->f_next->f_prev = f;
	user_file.files = f;
}

/*
 * Called with the lock held.
 */
static void
user_file_remove(struct user_file *f)
{

	if (f->f_next != NULL)
		f->f_next->f_prev = f->f_prev;
	if (f->f_prev != NULL)
		f->f_prev->f_next = f->f_next;
	else
		user_file.files = f->f_next;
}

static struct user_file *
user_file_of(const struct fuse_file_info *fi)
{

	return (struct user_file *)(uintptr_t)fi->fh;
}

int
user_file_is_shut(void)
{
	int shut;

	host_lock_enter(user_file.lock);
	shut = user_file.shut;
	host_lock_exit(user_file.lock);
	return shut;
}

/*
 * Begin a call; NULL when the file is closed or is about to be.
 */
static struct hosted_file *
user_file_enter(struct user_file *f)
{
	struct hosted_file *hosted;

	host_lock_enter(user_file.lock);
	hosted = user_file.shut ? NULL : f->f_hosted;
	if (hosted != NULL)
		f->f_busy++;
	host_lock_exit(user_file.lock);
	return hosted;
}

static void
user_file_leave(struct user_file *f)
{

	host_lock_enter(user_file.lock);
	if (--f->f_busy == 0)
		host_cond_wake(user_file.changed, 1);
	host_lock_exit(user_file.lock);
}

/*
 * Close the file in the hosted kernel, unless that was done.
 */
static void
user_file_close(struct user_file *f)
{
	struct hosted_file *hosted;

	host_lock_enter(user_file.lock);
	while (f->f_busy != 0)
		(void)host_cond_wait(user_file.changed, user_file.lock, 0, 0);
	hosted = f->f_hosted;
	f->f_hosted = NULL;
	host_lock_exit(user_file.lock);
	if (hosted == NULL)
		return;
	user_poll_cancel(&f->f_poll);
	hosted_close(hosted);
}

static void
user_file_free(struct user_file *f)
{

	host_lock_enter(user_file.lock);
	user_file_remove(f);
	host_cond_wake(user_file.changed, 1);
	host_lock_exit(user_file.lock);
	user_poll_cancel(&f->f_poll);
	if (f->f_handle != NULL)
		fuse_pollhandle_destroy(f->f_handle);
	free(f);
}

/*
 * Jobs.
 */

static void
user_call_interrupted(fuse_req_t req, void *arg)
{

	(void)req;
	user_job_interrupt(arg);
}

static struct user_call *
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

/*
 * Hand the call to a worker.  Once the service is shut there are none; the
 * call is answered then, and -1 returned.
 */
static int
user_call_submit(struct user_call *c, void (*fn)(struct user_job *))
{

	fuse_req_interrupt_func(c->c_req, user_call_interrupted, &c->c_job);
	host_lock_enter(user_file.lock);
	if (!user_file.shut) {
		user_job_submit(&c->c_job, fn);
		host_lock_exit(user_file.lock);
		return 0;
	}
	host_lock_exit(user_file.lock);
	fuse_req_interrupt_func(c->c_req, NULL, NULL);
	fuse_reply_err(c->c_req, EIO);
	free(c);
	return -1;
}

/*
 * The call is over but for the answer.  Returns the error to be answered.
 * Taking the function away waits for one that is running.
 */
static int
user_call_done(struct user_call *c, int error)
{

	user_job_done(&c->c_job);
	fuse_req_interrupt_func(c->c_req, NULL, NULL);
	return error == EINTR && user_file_is_shut() ? EIO : error;
}

static void
user_file_note_flags(struct user_file *f, const struct fuse_file_info *fi)
{

	atomic_store(&f->f_nonblock, (fi->flags & O_NONBLOCK) != 0);
}

/*
 * Open.
 */

static void
user_file_wake(void *arg)
{
	struct user_file *f;

	f = arg;
	(void)fuse_lowlevel_notify_poll(f->f_handle);
}

static struct user_file *
user_file_new(unsigned long node, int flags)
{
	struct user_file *f;

	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->f_node = node;
	switch (flags & O_ACCMODE) {
	case O_RDONLY:
		f->f_flags = HOSTED_READ;
		break;
	case O_WRONLY:
		f->f_flags = HOSTED_WRITE;
		break;
	default:
		f->f_flags = HOSTED_READ | HOSTED_WRITE;
		break;
	}
	atomic_init(&f->f_nonblock, (flags & O_NONBLOCK) != 0);
	user_poll_init(&f->f_poll, user_file_wake, f);
	return f;
}

/*
 * Is a release under way that could be why f is refused?  Called with the
 * lock held.
 */
static int
user_file_is_closing(const struct user_file *f)
{
	const struct user_file *other;

	for (other = user_file.files; other != NULL; other = other->f_next)
		if (other->f_closing && other->f_node == f->f_node &&
		    (other->f_flags & f->f_flags) != 0)
			return 1;
	return 0;
}

/*
 * Wait until a release that is under way is over.  0: try again.
 */
static int
user_file_wait_release(const struct user_file *f)
{
	int error;

	host_lock_enter(user_file.lock);
	if (user_file.shut)
		error = EIO;
	else if (!user_file_is_closing(f))
		error = EBUSY;
	else if (host_cond_wait(user_file.changed, user_file.lock, 0, 1) ==
	    HOST_INTR)
		error = EINTR;
	else
		error = 0;
	host_lock_exit(user_file.lock);
	return error;
}

static int
user_file_try_open(struct user_file *f, const char *name)
{
	struct hosted_file *hosted;
	int error, flags, shut, waited;

	flags = f->f_flags;
	if (atomic_load(&f->f_nonblock))
		flags |= HOSTED_NONBLOCK;
	for (waited = 0; ; waited = 1) {
		error = hosted_open(name, flags, &hosted);
		if (error != EBUSY)
			break;
		error = user_file_wait_release(f);
		/* The last release may have ended between the two. */
		if (error != 0 && (error != EBUSY || waited))
			break;
	}
	if (error != 0)
		return error;
	host_lock_enter(user_file.lock);
	shut = user_file.shut;
	if (!shut) {
		f->f_hosted = hosted;
		user_file_insert(f);
	}
	host_lock_exit(user_file.lock);
	if (!shut)
		return 0;
	hosted_close(hosted);
	return EIO;
}

/*
 * libfuse 3.14 knows not all of the flags, so the answer is made by hand.
 */
static int
user_file_reply_open(fuse_req_t req, struct user_file *f,
    unsigned int open_flags)
{
	struct fuse_open_out out;

	memset(&out, 0, sizeof(out));
	out.fh = (uintptr_t)f;
	out.open_flags = open_flags;
	return fuse_reply_buf(req, (const char *)&out, sizeof(out));
}

static void
user_file_do_open(struct user_job *j)
{
	struct user_call *c;
	struct user_file *f;
	int error;

	c = (struct user_call *)j;
	f = c->c_file;
	user_syscall_begin(c->c_pid);
	error = user_file_try_open(f, c->c_data);
	error = user_call_done(c, error);
	if (error != 0) {
		fuse_reply_err(c->c_req, error);
		free(f);
	} else if (user_file_reply_open(c->c_req, f, c->c_open_flags) != 0) {
		/* The opener is gone: there will be no release. */
		user_file_close(f);
		user_file_free(f);
	}
	free(c);
}

void
user_file_open(fuse_req_t req, const char *name, unsigned long number,
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
	if (user_call_submit(c, user_file_do_open) != 0)
		free(f);
}

/*
 * Flush: a process closes a descriptor.
 */

/* As the system's kernel has them in a task's flags. */
#define USER_FILE_TASK_EXITING	0x0004UL
#define USER_FILE_TASK_SIGNALED	0x0400UL

/*
 * What has become of a process; 0 when that cannot be told.
 */
static unsigned long
user_file_task_flags(int pid)
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
user_file_do_flush(struct user_job *j)
{
	struct hosted_file *hosted;
	struct user_call *c;
	int error;

	c = (struct user_call *)j;
	user_syscall_begin(c->c_pid);
	error = 0;
	hosted = user_file_enter(c->c_file);
	if (hosted != NULL) {
		error = hosted_ioctl(hosted,
		    hosted_ioctl_cmd(MIDI_CLOSEWAIT), NULL, 0);
		user_file_leave(c->c_file);
	}
	if (error == EINTR) {
		host_lock_enter(user_file.lock);
		c->c_file->f_killed = 1;
		host_lock_exit(user_file.lock);
	}
	error = user_call_done(c, error);
	fuse_reply_err(c->c_req, error == EINTR ? EINTR : 0);
	free(c);
}

void
user_file_flush(fuse_req_t req, const struct fuse_file_info *fi)
{
	struct user_call *c;
	struct user_file *f;
	unsigned long flags;
	int writer;

	f = user_file_of(fi);
	host_lock_enter(user_file.lock);
	writer = f->f_written && f->f_writer == fi->lock_owner;
	host_lock_exit(user_file.lock);
	flags = writer ? user_file_task_flags(fuse_req_ctx(req)->pid) : 0;
	if ((flags & USER_FILE_TASK_SIGNALED) != 0) {
		host_lock_enter(user_file.lock);
		f->f_killed = 1;
		host_lock_exit(user_file.lock);
	}
	if (!writer || (flags & USER_FILE_TASK_EXITING) != 0) {
		fuse_reply_err(req, 0);
		return;
	}
	c = user_call_new(req, f, 0);
	if (c != NULL)
		(void)user_call_submit(c, user_file_do_flush);
}

/*
 * Release.  The request is answered first: the system allows but a few of
 * its kind at a time, and nobody waits for it.  Once the service is shut all
 * files are closed anyway, see user_file_close_all().
 */

static void
user_file_do_release(struct user_job *j)
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
user_file_release(fuse_req_t req, const struct fuse_file_info *fi)
{
	struct user_call *c;
	struct user_file *f;

	f = user_file_of(fi);
	host_lock_enter(user_file.lock);
	f->f_closing = 1;
	if (!user_file.shut) {
		c = user_calloc(sizeof(*c));
		c->c_file = f;
		c->c_killed = f->f_killed;
		user_job_submit(&c->c_job, user_file_do_release);
	}
	host_lock_exit(user_file.lock);
	fuse_reply_err(req, 0);
}

/*
 * Have the wait recorded again for some events, which a call that did less
 * than it should has used up; or wake it at once.  In a call.
 */
static void
user_file_poll_again(struct user_file *f, struct hosted_file *hosted,
    int events)
{

	events &= atomic_load(&f->f_polled);
	if (events != 0 && hosted_poll(hosted, events, &f->f_poll) != 0)
		user_file_wake(f);
}

/*
 * Read and write.
 */

static void
user_file_do_read(struct user_job *j)
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
			user_file_poll_again(c->c_file, hosted,
			    USER_FILE_POLL_IN);
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
user_file_read(fuse_req_t req, size_t n, const struct fuse_file_info *fi)
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
	(void)user_call_submit(c, user_file_do_read);
}

static void
user_file_do_write(struct user_job *j)
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
			user_file_poll_again(c->c_file, hosted,
			    USER_FILE_POLL_OUT);
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
user_file_write(fuse_req_t req, const char *bytes, size_t n,
    const struct fuse_file_info *fi)
{
	struct user_call *c;
	struct user_file *f;

	f = user_file_of(fi);
	user_file_note_flags(f, fi);
	c = user_call_new(req, f, n);
	if (c == NULL)
		return;
	host_lock_enter(user_file.lock);
	f->f_written = 1;
	f->f_writer = fi->lock_owner;
	f->f_killed = 0;
	host_lock_exit(user_file.lock);
	memcpy(c->c_data, bytes, n);
	c->c_bytes = n;
	c->c_nonblock = (fi->flags & O_NONBLOCK) != 0;
	(void)user_call_submit(c, user_file_do_write);
}

/*
 * Control.
 */

static void
user_file_do_ioctl(struct user_job *j)
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
user_file_submit_ioctl(fuse_req_t req, unsigned long bsd_cmd,
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
	(void)user_call_submit(c, user_file_do_ioctl);
}

void
user_file_ioctl(fuse_req_t req, unsigned int cmd,
    const struct fuse_file_info *fi, const void *in, size_t in_bytes,
    size_t out_bytes)
{

	user_file_submit_ioctl(req, hosted_ioctl_cmd(cmd), user_file_of(fi),
	    in, in_bytes, out_bytes);
}

void
user_file_ioctl_int(fuse_req_t req, unsigned long bsd_cmd,
    const struct fuse_file_info *fi)
{

	user_file_submit_ioctl(req, bsd_cmd, user_file_of(fi), NULL, 0,
	    sizeof(int));
}

/*
 * Poll.  The two systems' bits agree, but for the one that says that normal
 * data may be written, which is POLLOUT in NetBSD.
 */

static int
user_file_poll_in(unsigned int linux_events)
{
	int events;

	events = (int)(linux_events &
	    (USER_FILE_POLL_IN | USER_FILE_POLL_OUT));
	if ((linux_events & POLLWRNORM) != 0)
		events |= HOSTED_POLLOUT;
	return events;
}

static unsigned int
user_file_poll_out(int events)
{
	unsigned int linux_events;

	linux_events = (unsigned int)events & (USER_FILE_POLL_IN |
	    USER_FILE_POLL_OUT | HOSTED_POLLERR | HOSTED_POLLHUP);
	if ((events & HOSTED_POLLOUT) != 0)
		linux_events |= POLLWRNORM;
	return linux_events;
}

/*
 * All handles of one file are alike; the first is kept.
 */
static void
user_file_set_handle(struct user_file *f, struct fuse_pollhandle *ph)
{
	int unused;

	host_lock_enter(user_file.lock);
	unused = f->f_handle != NULL;
	if (!unused)
		f->f_handle = ph;
	host_lock_exit(user_file.lock);
	if (unused)
		fuse_pollhandle_destroy(ph);
}

/*
 * A device that is gone is told even to those who ask for nothing.
 */
static int
user_file_ask(struct user_file *f, struct hosted_file *hosted, int events,
    int record)
{
	struct host_poll *p;
	int ready;

	p = record ? &f->f_poll : NULL;
	ready = 0;
	if (events != USER_FILE_POLL_OUT)
		ready |= hosted_poll(hosted, events & USER_FILE_POLL_IN, p);
	if ((events & USER_FILE_POLL_OUT) != 0)
		ready |= hosted_poll(hosted, events & USER_FILE_POLL_OUT, p);
	return ready;
}

void
user_file_poll(fuse_req_t req, const struct fuse_file_info *fi,
    struct fuse_pollhandle *ph)
{
	struct hosted_file *hosted;
	struct user_file *f;
	int events, ready;

	f = user_file_of(fi);
	events = user_file_poll_in(fi->poll_events);
	if (ph != NULL) {
		user_file_set_handle(f, ph);
		atomic_fetch_or(&f->f_polled, events);
	}
	ready = POLLERR | POLLHUP;
	hosted = user_file_enter(f);
	if (hosted != NULL) {
		ready = user_file_ask(f, hosted, events, ph != NULL);
		user_file_leave(f);
	}
	fuse_reply_poll(req, user_file_poll_out(ready));
}

/*
 * Life.
 */

int
user_file_start(void)
{

	user_file.lock = host_lock_create(HOST_LOCK_SLEEP, "files");
	user_file.changed = host_cond_create("files");
	if (user_file.lock == NULL || user_file.changed == NULL) {
		user_file_stop();
		return ENOMEM;
	}
	user_file.shut = 0;
	return 0;
}

/*
 * Files that their processes never released are of no use to anyone.
 */
void
user_file_stop(void)
{

	while (user_file.files != NULL)
		user_file_free(user_file.files);
	if (user_file.changed != NULL)
		host_cond_destroy(user_file.changed);
	if (user_file.lock != NULL)
		host_lock_destroy(user_file.lock);
	user_file.changed = NULL;
	user_file.lock = NULL;
}

/*
 * Pollers are told, and find an error.
 */
void
user_file_shut(void)
{
	struct user_file *f;

	host_lock_enter(user_file.lock);
	user_file.shut = 1;
	for (f = user_file.files; f != NULL; f = f->f_next)
		if (f->f_handle != NULL)
			user_file_wake(f);
	host_cond_wake(user_file.changed, 1);
	host_lock_exit(user_file.lock);
	user_job_interrupt_all();
}

/*
 * Take the file of one that nobody is using; such a one is kept from being
 * freed by f_busy.  *busy tells whether there are any that are in use.
 * Called with the lock held.
 */
static struct user_file *
user_file_take(struct hosted_file **hosted, int *busy)
{
	struct user_file *f;

	*busy = 0;
	for (f = user_file.files; f != NULL; f = f->f_next) {
		if (f->f_hosted == NULL)
			continue;
		if (f->f_busy == 0)
			break;
		*busy = 1;
	}
	if (f == NULL)
		return NULL;
	*hosted = f->f_hosted;
	f->f_hosted = NULL;
	f->f_busy++;
	return f;
}

void
user_file_close_all(void)
{
	struct hosted_file *hosted;
	struct user_file *f;
	int busy;

	host_lock_enter(user_file.lock);
	while ((f = user_file_take(&hosted, &busy)) != NULL || busy) {
		if (f == NULL) {
			(void)host_cond_wait(user_file.changed,
			    user_file.lock, 0, 0);
			continue;
		}
		host_lock_exit(user_file.lock);
		user_poll_cancel(&f->f_poll);
		hosted_close(hosted);
		user_file_leave(f);
		host_lock_enter(user_file.lock);
	}
	host_lock_exit(user_file.lock);
}
