/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_request.h: requests of FUSE and CUSE for open files.
 *
 * All functions that take a request answer it, now or from a worker.  They
 * are called by the threads that read requests, and never block there.
 * The files that are open are found by fi->fh.  Their life as a whole is in
 * user_serve.h.
 */

#ifndef _HOSTED_USER_USER_REQUEST_H_
#define _HOSTED_USER_USER_REQUEST_H_

#ifndef FUSE_USE_VERSION
#define FUSE_USE_VERSION 35
#endif
#include <fuse_lowlevel.h>

/* Has user_file_shut() been called? */
int	user_file_is_shut(void);

/* Open the node of that name and number for fi->flags.  open_flags are bits
 * of <linux/fuse.h>, FOPEN_*. */
void	user_open_request(fuse_req_t req, const char *name,
	    unsigned long number, const struct fuse_file_info *fi,
	    unsigned int open_flags);
/* A process has closed a descriptor of the file. */
void	user_open_flush(fuse_req_t req, const struct fuse_file_info *fi);
/* All have. */
void	user_open_release(fuse_req_t req, const struct fuse_file_info *fi);

void	user_call_read(fuse_req_t req, size_t n,
	    const struct fuse_file_info *fi);
void	user_call_write(fuse_req_t req, const char *bytes, size_t n,
	    const struct fuse_file_info *fi);
/* cmd is Linux's number; the sizes are those that it encodes. */
void	user_call_ioctl(fuse_req_t req, unsigned int cmd,
	    const struct fuse_file_info *fi, const void *in, size_t in_bytes,
	    size_t out_bytes);
/* As user_call_ioctl(), with a request in BSD's encoding and an int that goes
 * out. */
void	user_call_ioctl_int(fuse_req_t req, unsigned long bsd_cmd,
	    const struct fuse_file_info *fi);

/* ph may be NULL; it is ours. */
void	user_select_request(fuse_req_t req, const struct fuse_file_info *fi,
	    struct fuse_pollhandle *ph);

#endif /* !_HOSTED_USER_USER_REQUEST_H_ */
