/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/conf.h: the switch between device numbers and drivers.
 *
 * Order of events, as NetBSD 10's: with d_cfdriver and d_devtounit set, an open
 * finds and holds the device itself, or gives ENXIO.  The last close, and a
 * revoke, call d_cancel (sleepers leave soon), wait for the calls in progress,
 * call d_close, and wait again.
 */

#ifndef _HOSTED_SYS_CONF_H_
#define _HOSTED_SYS_CONF_H_

#include <sys/types.h>

struct bdevsw;
struct tty;

#define D_OTHER			0x0000
#define D_TAPE			0x0001
#define D_DISK			0x0002
#define D_TTY			0x0003
#define D_TYPEMASK		0x00ff
#define D_MPSAFE		0x0100	/* required here */
#define D_NEGOFFSAFE		0x0200

struct cdevsw {
	int		(*d_open)(dev_t, int, int, struct lwp *);
	int		(*d_cancel)(dev_t, int, int, struct lwp *);
	int		(*d_close)(dev_t, int, int, struct lwp *);
	int		(*d_read)(dev_t, struct uio *, int);
	int		(*d_write)(dev_t, struct uio *, int);
	int		(*d_ioctl)(dev_t, u_long, void *, int, struct lwp *);
	void		(*d_stop)(struct tty *, int);
	struct tty	*(*d_tty)(dev_t);
	int		(*d_poll)(dev_t, int, struct lwp *);
	paddr_t		(*d_mmap)(dev_t, off_t, int);
	int		(*d_kqfilter)(dev_t, struct knote *);
	int		(*d_discard)(dev_t, off_t, off_t);
	int		(*d_devtounit)(dev_t);
	struct cfdriver	*d_cfdriver;
	int		d_flag;
};

#define dev_type_open(n)	int n(dev_t, int, int, struct lwp *)
#define dev_type_cancel(n)	int n(dev_t, int, int, struct lwp *)
#define dev_type_close(n)	int n(dev_t, int, int, struct lwp *)
#define dev_type_read(n)	int n(dev_t, struct uio *, int)
#define dev_type_write(n)	int n(dev_t, struct uio *, int)
#define dev_type_ioctl(n)	int n(dev_t, u_long, void *, int, struct lwp *)
#define dev_type_stop(n)	void n(struct tty *, int)
#define dev_type_tty(n)		struct tty *n(dev_t)
#define dev_type_poll(n)	int n(dev_t, int, struct lwp *)
#define dev_type_mmap(n)	paddr_t n(dev_t, off_t, int)
#define dev_type_kqfilter(n)	int n(dev_t, struct knote *)
#define dev_type_discard(n)	int n(dev_t, off_t, off_t)

/* Methods that refuse with ENODEV ... */
dev_type_close(noclose);
dev_type_read(noread);
dev_type_write(nowrite);
dev_type_ioctl(noioctl);
dev_type_stop(nostop);
dev_type_mmap(nommap);
dev_type_discard(nodiscard);
#define notty			NULL
#define nopoll			seltrue
#define nokqfilter		seltrue_kqfilter
/* ... and that succeed. */
dev_type_open(nullopen);
dev_type_close(nullclose);
dev_type_read(nullread);
dev_type_write(nullwrite);

/* Always ready. */
dev_type_poll(seltrue);
dev_type_kqfilter(seltrue_kqfilter);

/* d_devtounit for devices whose minor number is their unit's. */
int	dev_minor_unit(dev_t);

/* Give a driver a major number: *cmajor, or a free one when that is
 * NODEVMAJOR.  0, EEXIST or ENOMEM.  bdevsw is NULL.  Thread context. */
int	devsw_attach(const char *, const struct bdevsw *, devmajor_t *,
	    const struct cdevsw *, devmajor_t *);
/* Take it back; waits for calls in progress. */
void	devsw_detach(const struct bdevsw *, const struct cdevsw *);
const struct cdevsw *cdevsw_lookup(dev_t);
devmajor_t cdevsw_lookup_major(const struct cdevsw *);

#endif /* !_HOSTED_SYS_CONF_H_ */
