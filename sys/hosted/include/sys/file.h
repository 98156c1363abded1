/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/file.h: an open file and its methods.
 *
 * Files are made by the upper layer (sys/hosted/kern/kern_file.c); drivers make
 * one only by fd_allocfile() and fd_clone() in their d_open.
 */

#ifndef _HOSTED_SYS_FILE_H_
#define _HOSTED_SYS_FILE_H_

#include <sys/types.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>

struct flock;
struct uvm_object;

struct fileops {
	const char *fo_name;
	int	(*fo_read)(struct file *, off_t *, struct uio *, kauth_cred_t,
		    int);
	int	(*fo_write)(struct file *, off_t *, struct uio *, kauth_cred_t,
		    int);
	int	(*fo_ioctl)(struct file *, u_long, void *);
	int	(*fo_fcntl)(struct file *, u_int, void *);
	int	(*fo_poll)(struct file *, int);
	int	(*fo_stat)(struct file *, struct stat *);
	int	(*fo_close)(struct file *);
	int	(*fo_kqfilter)(struct file *, struct knote *);
	void	(*fo_restart)(struct file *);
	int	(*fo_mmap)(struct file *, off_t *, size_t, int, int *, int *,
		    struct uvm_object **, int *);
	int	(*fo_seek)(struct file *, off_t, int, off_t *, int);
	int	(*fo_advlock)(struct file *, void *, int, struct flock *, int);
	int	(*fo_fpathconf)(struct file *, int, register_t *);
	int	(*fo_posix_fadvise)(struct file *, off_t, off_t, int);
	int	(*fo_truncate)(struct file *, off_t);
};

struct file {
	off_t		f_offset;
	kauth_cred_t	f_cred;
	const struct fileops *f_ops;
	void		*f_data;	/* the methods' */
	int		f_flag;		/* FREAD, FWRITE, FNONBLOCK, ... */
	u_int		f_type;		/* DTYPE_ */
};

#define DTYPE_VNODE		1
#define DTYPE_MISC		5

/* Flag of fo_read and fo_write: *offset is to be advanced. */
#define FOF_UPDATE_OFFSET	0x0001

/* Who gets a file's signals: fsetown() keeps what FIOSETOWN or TIOCSPGRP
 * brought, fgetown() answers the other two; a process is positive, a group
 * negative.  0 or EINVAL.  Thread context. */
int	fsetown(pid_t *, u_long, const void *);
int	fgetown(pid_t, u_long, void *);
/* Send SIGIO to the one kept: nothing when it is 0.  Thread or soft
 * interrupt, no spin lock held. */
void	fownsignal(pid_t, int, int, int, void *);

/* Methods of files that have nothing to do in them, or refuse. */
int	fnullop_fcntl(struct file *, u_int, void *);
int	fnullop_poll(struct file *, int);
int	fnullop_kqfilter(struct file *, struct knote *);
void	fnullop_restart(struct file *);
int	fbadop_write(struct file *, off_t *, struct uio *, kauth_cred_t, int);
int	fbadop_ioctl(struct file *, u_long, void *);
int	fbadop_stat(struct file *, struct stat *);

#endif /* !_HOSTED_SYS_FILE_H_ */
