/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_call.h: a request as a job for a worker.
 */

#ifndef _HOSTED_USER_USER_CALL_H_
#define _HOSTED_USER_USER_CALL_H_

#include <hosted/user/user_request.h>
#include <hosted/user/user_work.h>

struct user_file;

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

/* With room for data_bytes in c_data; the rest is zero.  NULL: the request
 * has been answered. */
struct user_call *user_call_new(fuse_req_t req, struct user_file *f,
	    unsigned long data_bytes);
/* Hand it to a worker.  Once the service is shut there are none: the request
 * is answered then, the call freed, and -1 returned. */
int	user_call_submit(struct user_call *c, void (*fn)(struct user_job *));
/* The call is over but for the answer.  Returns the error to be answered. */
int	user_call_done(struct user_call *c, int error);

#endif /* !_HOSTED_USER_USER_CALL_H_ */
