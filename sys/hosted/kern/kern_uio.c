/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_uio.c: move bytes between the kernel and where a uio points.
 *
 * A uio belongs to the call that it is for; nothing is locked, and no mutex
 * may be held, since the program's memory may have to be waited for.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <hosted/kern/kern_impl.h>

/* Only its address counts: the kernel's memory. */
static char uio_kernel;

struct vmspace *
hosted_vmspace_kernel(void)
{

	return (struct vmspace *)(void *)&uio_kernel;
}

/* n bytes of one piece, at base. */
static int
uio_piece(const struct uio *uio, char *buf, char *base, size_t n)
{

	if (uio->uio_vmspace == vmspace_kernel()) {
		if (uio->uio_rw == UIO_READ)
			memcpy(base, buf, n);
		else
			memcpy(buf, base, n);
		return 0;
	}
	if (uio->uio_rw == UIO_READ)
		return host_copyout(buf, base, n);
	return host_copyin(base, buf, n);
}

int
uiomove(void *buf, size_t n, struct uio *uio)
{
	char *p = buf;
	size_t len;
	int error;

	kern_lwp_assert_unlocked("uiomove");
	for (; n > 0 && uio->uio_resid > 0; n -= len, p += len) {
		while (uio->uio_iov->iov_len == 0) {
			KASSERT(uio->uio_iovcnt > 1);
			uio->uio_iov++;
			uio->uio_iovcnt--;
		}
		len = MIN(n, MIN(uio->uio_iov->iov_len, uio->uio_resid));
		error = uio_piece(uio, p, uio->uio_iov->iov_base, len);
		if (error)
			return error;
		uioskip(len, uio);
	}
	return 0;
}

int
uiopeek(void *buf, size_t n, struct uio *uio)
{
	const struct iovec *iov = uio->uio_iov;
	size_t len, resid = uio->uio_resid;
	char *p = buf;
	int error;

	kern_lwp_assert_unlocked("uiopeek");
	for (; n > 0 && resid > 0; iov++) {
		len = MIN(n, MIN(iov->iov_len, resid));
		if (len == 0)
			continue;
		error = uio_piece(uio, p, iov->iov_base, len);
		if (error)
			return error;
		p += len;
		n -= len;
		resid -= len;
	}
	return 0;
}

void
uioskip(size_t n, struct uio *uio)
{
	size_t len;

	KASSERT(n <= uio->uio_resid);
	uio->uio_resid -= n;
	uio->uio_offset += (off_t)n;
	for (; n > 0; n -= len) {
		while (uio->uio_iov->iov_len == 0) {
			KASSERT(uio->uio_iovcnt > 1);
			uio->uio_iov++;
			uio->uio_iovcnt--;
		}
		len = MIN(n, uio->uio_iov->iov_len);
		uio->uio_iov->iov_base = (char *)uio->uio_iov->iov_base + len;
		uio->uio_iov->iov_len -= len;
	}
}
