/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/ioccom.h: how an ioctl request is made of a direction, the size of its
 * argument, a group letter and a number.  BSD's encoding on every host; the
 * hosts translate.
 */

#ifndef _HOSTED_SYS_IOCCOM_H_
#define _HOSTED_SYS_IOCCOM_H_

#define IOCPARM_SHIFT		16
#define IOCPARM_MASK		0x1fffUL
#define IOCPARM_MAX		8192
#define IOCPARM_LEN(x)		(((x) >> IOCPARM_SHIFT) & IOCPARM_MASK)
#define IOCBASECMD(x)		((x) & ~(IOCPARM_MASK << IOCPARM_SHIFT))
#define IOCGROUP(x)		(((x) >> 8) & 0xff)

#define IOC_VOID		0x20000000UL
#define IOC_OUT			0x40000000UL	/* to the program */
#define IOC_IN			0x80000000UL	/* from the program */
#define IOC_INOUT		(IOC_IN | IOC_OUT)
#define IOC_DIRMASK		0xe0000000UL

#define _IOC(dir, group, num, len)	\
	((dir) | (((unsigned long)(len) & IOCPARM_MASK) << IOCPARM_SHIFT) | \
	((unsigned long)(group) << 8) | (num))
#define _IO(g, n)		_IOC(IOC_VOID, (g), (n), 0)
#define _IOR(g, n, t)		_IOC(IOC_OUT, (g), (n), sizeof(t))
#define _IOW(g, n, t)		_IOC(IOC_IN, (g), (n), sizeof(t))
#define _IOWR(g, n, t)		_IOC(IOC_INOUT, (g), (n), sizeof(t))

#endif /* !_HOSTED_SYS_IOCCOM_H_ */
