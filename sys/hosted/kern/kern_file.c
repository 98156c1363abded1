/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_file.c: open files, between the host's system calls and the methods of
 * drivers: what sys_open() to sys_close() and the descriptor tables are in
 * NetBSD.
 *
 * A file belongs to the host that opened it.  Only f_flag's FNONBLOCK may be
 * changed by a call: the host says with each call what the state of the open
 * file is, and FIONBIO may have set it too.
 *
 * file_lock guards the count of open files, for which the shutdown waits.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <hosted/kern/kern_impl.h>

/* Linux's numbers of the requests that every file has. */
#define LINUX_TIOCOUTQ		0x5411
#define LINUX_FIONREAD		0x541b
#define LINUX_TIOCSPGRP		0x5410
#define LINUX_TIOCGPGRP		0x540f
#define LINUX_FIONBIO		0x5421
#define LINUX_FIONCLEX		0x5450
#define LINUX_FIOCLEX		0x5451
#define LINUX_FIOASYNC		0x5452
#define LINUX_FIOSETOWN		0x8901
#define LINUX_FIOGETOWN		0x8903

struct hosted_file {
	file_t		hf_file;	/* first: a file_t * is this */
	u_int		hf_fionbio;	/* atomic; FIONBIO wants no blocking */
	bool		hf_kernel;	/* HOSTED_KERNEL; constant */
	struct kern_hold hf_hold;	/* until it is closed */
};

static struct host_lock		*file_lock;
static struct host_cond		*file_cond;	/* a file was closed */
static unsigned long		file_count;
static int			file_serial;	/* numbers of fd_allocfile() */
static bool			file_stopped;

int
kern_file_init(void)
{

	file_count = 0;
	file_serial = 0;
	file_stopped = false;
	file_lock = host_lock_create(HOST_LOCK_SLEEP, "file");
	file_cond = host_cond_create("file");
	return file_lock == NULL || file_cond == NULL ? ENOMEM : 0;
}

void
kern_file_stop(void)
{

	host_lock_enter(file_lock);
	file_stopped = true;
	host_lock_exit(file_lock);
}

void
kern_file_drain(void)
{

	host_lock_enter(file_lock);
	while (file_count != 0)
		(void)host_cond_wait(file_cond, file_lock, 0, 0);
	host_lock_exit(file_lock);
}

void
kern_file_fini(void)
{

	if (file_cond != NULL)
		host_cond_destroy(file_cond);
	if (file_lock != NULL)
		host_lock_destroy(file_lock);
	file_cond = NULL;
	file_lock = NULL;
}

/*
 * Files.
 */

/* Count one more, unless the kernel shuts down. */
static bool
file_enter(void)
{
	bool stopped;

	host_lock_enter(file_lock);
	stopped = file_stopped;
	if (!stopped)
		file_count++;
	host_lock_exit(file_lock);
	return !stopped;
}

static void
file_leave(void)
{

	host_lock_enter(file_lock);
	if (--file_count == 0)
		host_cond_wake(file_cond, 1);
	host_lock_exit(file_lock);
}

static struct hosted_file *
file_create(int flags)
{
	struct hosted_file *hf;

	hf = kmem_zalloc(sizeof(*hf), KM_SLEEP);
	hf->hf_file.f_flag = flags;
	hf->hf_file.f_cred = kauth_cred_get();
	return hf;
}

static void
file_free(struct hosted_file *hf)
{

	kmem_free(hf, sizeof(*hf));
}

int
fd_allocfile(file_t **fpp, int *fdp)
{
	struct kern_lwp *kl = kern_lwp_self();

	KASSERT(kl->kl_newfile == NULL);
	kl->kl_newfile = file_create(0);
	host_lock_enter(file_lock);
	*fdp = file_serial++;
	host_lock_exit(file_lock);
	*fpp = &kl->kl_newfile->hf_file;
	return 0;
}

void
fd_abort(struct proc *p __unused, file_t *fp, unsigned fd __unused)
{
	struct kern_lwp *kl = kern_lwp_self();

	KASSERT(&kl->kl_newfile->hf_file == fp);
	file_free(kl->kl_newfile);
	kl->kl_newfile = NULL;
}

int
fd_clone(file_t *fp, unsigned fd, int flags, const struct fileops *fops,
    void *data)
{
	struct kern_lwp *kl = kern_lwp_self();

	KASSERT(&kl->kl_newfile->hf_file == fp);
	fp->f_flag = flags;
	fp->f_type = DTYPE_MISC;
	fp->f_ops = fops;
	fp->f_data = data;
	kl->kl_lwp.l_dupfd = (int)fd;
	return EMOVEFD;
}

/*
 * Open and close.
 */

/* Open the device into the file, or make the driver's file of it. */
static int
file_open_device(struct hosted_file **hfp, const char *node, int flags)
{
	struct kern_lwp *kl = kern_lwp_self();
	struct kern_hold hold = { .kh_n = 0 };
	dev_t dev;
	int error;

	kl->kl_newfile = NULL;
	error = kern_node_lookup(node, &dev, &hold);
	if (error == 0)
		error = kern_devsw_open(&(*hfp)->hf_file, dev, flags);
	if (error == EMOVEFD) {
		KASSERT(kl->kl_newfile != NULL);
		file_free(*hfp);
		*hfp = kl->kl_newfile;
		error = 0;
	} else
		KASSERT(kl->kl_newfile == NULL);
	kl->kl_newfile = NULL;
	if (error)
		kern_component_release(&hold);
	else
		(*hfp)->hf_hold = hold;
	return error;
}

static int
file_flags(int flags)
{

	return ((flags & HOSTED_READ) != 0 ? FREAD : 0) |
	    ((flags & HOSTED_WRITE) != 0 ? FWRITE : 0) |
	    ((flags & HOSTED_NONBLOCK) != 0 ? FNONBLOCK : 0);
}

static int
file_errno(int error)
{

	KASSERT(error >= 0 || error == ERESTART || error == EPASSTHROUGH);
	switch (error) {
	case ERESTART:
		return EINTR;
	case EPASSTHROUGH:
		return ENOTTY;
	default:
		return error;
	}
}

int
hosted_open(const char *node, int flags, struct hosted_file **fp)
{
	struct hosted_file *hf;
	int error;

	if (!file_enter())
		return ENXIO;
	(void)kern_lwp_syscall();
	hf = file_create(file_flags(flags));
	if (strcmp(node, KERN_EVCNT_NODE) == 0)
		error = kern_evcnt_open(&hf->hf_file);
	else
		error = file_open_device(&hf, node, file_flags(flags));
	if (error) {
		file_free(hf);
		file_leave();
		return file_errno(error);
	}
	hf->hf_kernel = (flags & HOSTED_KERNEL) != 0;
	*fp = hf;
	return 0;
}

void
hosted_close(struct hosted_file *hf)
{

	(void)kern_lwp_syscall();
	kern_event_close(&hf->hf_file);
	(void)(*hf->hf_file.f_ops->fo_close)(&hf->hf_file);
	kern_component_release(&hf->hf_hold);
	file_free(hf);
	file_leave();
}

/*
 * Read and write.
 */

/* Let f_flag say whether this call may block. */
static void
file_nonblock(struct hosted_file *hf, int nonblock)
{
	int *flag = &hf->hf_file.f_flag;
	int now;

	nonblock |= __atomic_load_n(&hf->hf_fionbio, __ATOMIC_RELAXED) != 0;
	now = __atomic_load_n(flag, __ATOMIC_RELAXED) & FNONBLOCK;
	if (nonblock && !now)
		(void)__atomic_or_fetch(flag, FNONBLOCK, __ATOMIC_RELAXED);
	else if (!nonblock && now)
		(void)__atomic_and_fetch(flag, ~FNONBLOCK, __ATOMIC_RELAXED);
}

/* What has been moved counts, if the rest was only not possible now. */
static int
file_transferred(const struct uio *uio, unsigned long n, int error,
    unsigned long *done)
{

	*done = n - uio->uio_resid;
	if (*done != 0 && (error == EWOULDBLOCK || error == EINTR ||
	    error == ERESTART))
		return 0;
	return file_errno(error);
}

static void
file_uio(const struct hosted_file *hf, struct uio *uio, struct iovec *iov,
    void *base, unsigned long n, enum uio_rw rw, off_t offset)
{

	iov->iov_base = base;
	iov->iov_len = n;
	uio->uio_iov = iov;
	uio->uio_iovcnt = 1;
	uio->uio_offset = offset;
	uio->uio_resid = n;
	uio->uio_rw = rw;
	uio->uio_vmspace = hf->hf_kernel ? vmspace_kernel() : NULL;
}

/* Calls on one file run at the same time, and its offset is no driver's
 * business: the last one to end sets it. */
static off_t
file_offset(const file_t *fp)
{

	return __atomic_load_n(&fp->f_offset, __ATOMIC_RELAXED);
}

int
hosted_read(struct hosted_file *hf, void *ubuf, unsigned long n, int nonblock,
    unsigned long *done)
{
	file_t *fp = &hf->hf_file;
	struct kern_lwp *kl;
	struct iovec iov;
	struct uio uio;
	off_t offset;
	int error;

	*done = 0;
	if ((__atomic_load_n(&fp->f_flag, __ATOMIC_RELAXED) & FREAD) == 0)
		return EBADF;
	kl = kern_lwp_syscall();
	file_nonblock(hf, nonblock);
	offset = file_offset(fp);
	file_uio(hf, &uio, &iov, ubuf, n, UIO_READ, offset);
	kern_softint_begin(kl);
	error = (*fp->f_ops->fo_read)(fp, &offset, &uio, fp->f_cred,
	    FOF_UPDATE_OFFSET);
	kern_softint_end(kl);
	__atomic_store_n(&fp->f_offset, offset, __ATOMIC_RELAXED);
	return file_transferred(&uio, n, error, done);
}

int
hosted_write(struct hosted_file *hf, const void *ubuf, unsigned long n,
    int nonblock, unsigned long *done)
{
	file_t *fp = &hf->hf_file;
	struct kern_lwp *kl;
	struct iovec iov;
	struct uio uio;
	off_t offset;
	int error;

	*done = 0;
	if ((__atomic_load_n(&fp->f_flag, __ATOMIC_RELAXED) & FWRITE) == 0)
		return EBADF;
	kl = kern_lwp_syscall();
	file_nonblock(hf, nonblock);
	offset = file_offset(fp);
	file_uio(hf, &uio, &iov, __UNCONST(ubuf), n, UIO_WRITE, offset);
	kern_softint_begin(kl);
	error = (*fp->f_ops->fo_write)(fp, &offset, &uio, fp->f_cred,
	    FOF_UPDATE_OFFSET);
	kern_softint_end(kl);
	__atomic_store_n(&fp->f_offset, offset, __ATOMIC_RELAXED);
	return file_transferred(&uio, n, error, done);
}

/*
 * Ioctl and poll.
 */

int
hosted_ioctl(struct hosted_file *hf, unsigned long cmd, void *kdata,
    int nonblock)
{
	file_t *fp = &hf->hf_file;

	if (cmd == 0)
		return ENOTTY;
	(void)kern_lwp_syscall();
	if ((cmd & IOC_INOUT) == IOC_OUT)
		memset(kdata, 0, IOCPARM_LEN(cmd));
	switch (cmd) {
	case FIOCLEX:
	case FIONCLEX:
		return 0;
	case FIONBIO:
		__atomic_store_n(&hf->hf_fionbio, *(int *)kdata != 0,
		    __ATOMIC_RELAXED);
		break;
	default:
		break;
	}
	file_nonblock(hf, nonblock);
	return file_errno((*fp->f_ops->fo_ioctl)(fp, cmd, kdata));
}

int
hosted_poll(struct hosted_file *hf, int events, struct host_poll *p)
{
	struct kern_lwp *kl = kern_lwp_syscall();
	file_t *fp = &hf->hf_file;
	int revents;

	kl->kl_poll = p;
	revents = (*fp->f_ops->fo_poll)(fp, events);
	kl->kl_poll = NULL;
	return revents;
}

unsigned long
hosted_ioctl_cmd(unsigned long linux_cmd)
{
	static const struct {
		unsigned long linux_cmd;
		unsigned long cmd;
	} common[] = {
		{ LINUX_FIONREAD, FIONREAD },
		{ LINUX_FIONBIO, FIONBIO },
		{ LINUX_FIOASYNC, FIOASYNC },
		{ LINUX_FIOSETOWN, FIOSETOWN },
		{ LINUX_FIOGETOWN, FIOGETOWN },
		{ LINUX_TIOCSPGRP, TIOCSPGRP },
		{ LINUX_TIOCGPGRP, TIOCGPGRP },
		{ LINUX_TIOCOUTQ, FIONWRITE },
		{ LINUX_FIOCLEX, FIOCLEX },
		{ LINUX_FIONCLEX, FIONCLEX },
	};
	static const unsigned long dirs[] = {
		IOC_VOID, IOC_IN, IOC_OUT, IOC_INOUT
	};
	unsigned long size;
	unsigned int i;

	linux_cmd &= 0xffffffffUL;
	for (i = 0; i < __arraycount(common); i++) {
		if (linux_cmd == common[i].linux_cmd)
			return common[i].cmd;
	}
	size = linux_cmd >> 16 & 0x3fff;
	if (size > IOCPARM_MASK)
		return 0;
	return dirs[linux_cmd >> 30 & 3] | size << IOCPARM_SHIFT |
	    (linux_cmd & 0xffff);
}

unsigned int
hosted_ioctl_size(unsigned long cmd)
{

	return (unsigned int)IOCPARM_LEN(cmd);
}
