/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_file.h: open files of other processes, and what all calls on them
 * need.
 *
 * Locks: user_files.lock [f], a lock of the host, so that an interruptible
 * wait can be had with it.  It is not held while the hosted kernel is called.
 * All functions: T, the lock not held, unless said.
 */

#ifndef _HOSTED_USER_USER_FILE_H_
#define _HOSTED_USER_USER_FILE_H_

#include <stdatomic.h>
#include <stdint.h>

#include <hosted/user/user.h>
#include <hosted/user/user_request.h>

struct hosted_file;
struct user_job;

struct user_file {
	struct user_file	*f_next;	/* [f] */
	struct user_file	*f_prev;	/* [f] */
	struct hosted_file	*f_hosted;	/* [f]; NULL: closed */
	unsigned long		f_node;		/* constant */
	int			f_flags;	/* constant; HOSTED_* */
	unsigned int		f_busy;		/* [f] calls in progress */
	int			f_closing;	/* [f] release is under way */
	int			f_written;	/* [f] these two count */
	uint64_t		f_writer;	/* [f] who wrote last */
	int			f_writer_pid;	/* [f] a thread of his */
	int			f_flushed;	/* [f] flushes come */
	int			f_killed;	/* [f] a signal ended him */
	atomic_int		f_nonblock;	/* as last seen */
	struct host_poll	f_poll;
	atomic_int		f_polled;	/* events somebody waits for */
	/* [f] Set by the first poll, before f_poll is recorded anywhere. */
	struct fuse_pollhandle	*f_handle;
};

extern struct user_files {
	struct host_lock	*lock;
	struct host_cond	*changed;	/* f_busy or f_hosted */
	struct user_file	*files;		/* [f] */
	int			shut;		/* [f] */
} user_files;

/* The file of a request. */
struct user_file *user_file_of(const struct fuse_file_info *fi);
/* A file of that node, to be opened with flags of open(2).  NULL: no memory.
 * One that was never added is freed with free(3). */
struct user_file *user_file_new(unsigned long node, int flags);
/* f has been opened as `hosted'.  EIO: the service is shut. */
int	user_file_add(struct user_file *f, struct hosted_file *hosted);
/* Begin a call; NULL when the file is closed or is about to be. */
struct hosted_file *user_file_enter(struct user_file *f);
/* End it. */
void	user_file_leave(struct user_file *f);
/* Close it in the hosted kernel when no call is left, unless that was done. */
void	user_file_close(struct user_file *f);
/* No call is left, nobody knows of it any more. */
void	user_file_free(struct user_file *f);
/* Have fn(job) run, unless the service is shut: then EIO. */
int	user_file_submit(struct user_job *job, void (*fn)(struct user_job *));
/* O_NONBLOCK as a request has it. */
void	user_file_note_flags(struct user_file *f,
	    const struct fuse_file_info *fi);

/* Poll: wake who polls f.  Any lock held. */
void	user_file_wake(void *f);

#endif /* !_HOSTED_USER_USER_FILE_H_ */
