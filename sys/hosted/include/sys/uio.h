/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/uio.h: what a read or write still has to move, and where.
 */

#ifndef _HOSTED_SYS_UIO_H_
#define _HOSTED_SYS_UIO_H_

#include <sys/types.h>

struct vmspace;

struct iovec {
	void		*iov_base;
	size_t		iov_len;
};

enum uio_rw {
	UIO_READ = 0,			/* to the program */
	UIO_WRITE = 1			/* from the program */
};

struct uio {
	struct iovec	*uio_iov;
	int		uio_iovcnt;
	off_t		uio_offset;
	size_t		uio_resid;	/* bytes still to move */
	enum uio_rw	uio_rw;
	struct vmspace	*uio_vmspace;	/* NULL: the running program's */
};

/* Memory of the kernel itself. */
struct vmspace *hosted_vmspace_kernel(void);
#define vmspace_kernel()	hosted_vmspace_kernel()
#define UIO_SETUP_SYSSPACE(uio)	((uio)->uio_vmspace = vmspace_kernel())

/* Move up to n bytes and advance; 0 or EFAULT (then nothing of the piece
 * that failed is counted as moved).  Thread context, no lock held. */
int	uiomove(void *, size_t, struct uio *);
/* The two halves of it: move without advancing, advance without moving. */
int	uiopeek(void *, size_t, struct uio *);
void	uioskip(size_t, struct uio *);

#endif /* !_HOSTED_SYS_UIO_H_ */
