/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_nodev.c: methods for what a driver or a file does not do: they refuse,
 * or succeed without doing anything.  They have no state.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/poll.h>
#include <sys/uio.h>

#include <hosted/kern/kern_impl.h>

/*
 * Of drivers.
 */

int
noclose(dev_t dev __unused, int flags __unused, int ifmt __unused,
    struct lwp *l __unused)
{

	return ENODEV;
}

int
noread(dev_t dev __unused, struct uio *uio __unused, int ioflag __unused)
{

	return ENODEV;
}

int
nowrite(dev_t dev __unused, struct uio *uio __unused, int ioflag __unused)
{

	return ENODEV;
}

int
noioctl(dev_t dev __unused, u_long cmd __unused, void *data __unused,
    int flags __unused, struct lwp *l __unused)
{

	return ENODEV;
}

void
nostop(struct tty *tp __unused, int flags __unused)
{

}

paddr_t
nommap(dev_t dev __unused, off_t offset __unused, int prot __unused)
{

	return (paddr_t)-1;
}

int
nodiscard(dev_t dev __unused, off_t offset __unused, off_t len __unused)
{

	return ENODEV;
}

int
nullopen(dev_t dev __unused, int flags __unused, int ifmt __unused,
    struct lwp *l __unused)
{

	return 0;
}

int
nullclose(dev_t dev __unused, int flags __unused, int ifmt __unused,
    struct lwp *l __unused)
{

	return 0;
}

int
nullread(dev_t dev __unused, struct uio *uio __unused, int ioflag __unused)
{

	return 0;
}

int
nullwrite(dev_t dev __unused, struct uio *uio __unused, int ioflag __unused)
{

	return 0;
}

/*
 * Of files.
 */

int
fnullop_fcntl(file_t *fp __unused, u_int cmd __unused, void *data __unused)
{

	return 0;
}

int
fnullop_poll(file_t *fp __unused, int events)
{

	return events & (POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM);
}

int
fnullop_kqfilter(file_t *fp __unused, struct knote *kn __unused)
{

	return EOPNOTSUPP;
}

void
fnullop_restart(file_t *fp __unused)
{

}

int
fbadop_write(file_t *fp __unused, off_t *offset __unused,
    struct uio *uio __unused, kauth_cred_t cred __unused, int flags __unused)
{

	return EOPNOTSUPP;
}

int
fbadop_ioctl(file_t *fp __unused, u_long cmd __unused, void *data __unused)
{

	return EOPNOTSUPP;
}

int
fbadop_stat(file_t *fp __unused, struct stat *st __unused)
{

	return EOPNOTSUPP;
}
