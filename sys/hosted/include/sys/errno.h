/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/errno.h: error numbers.
 *
 * The numbers are those of the hosts' systems (Linux), so that an error goes to
 * a program as it is.  The negative ones never leave the kernel.
 */

#ifndef _HOSTED_SYS_ERRNO_H_
#define _HOSTED_SYS_ERRNO_H_

#define EPERM			1
#define ENOENT			2
#define ESRCH			3
#define EINTR			4
#define EIO			5
#define ENXIO			6
#define E2BIG			7
#define ENOEXEC			8
#define EBADF			9
#define ECHILD			10
#define EAGAIN			11
#define EWOULDBLOCK		EAGAIN
#define ENOMEM			12
#define EACCES			13
#define EFAULT			14
#define EBUSY			16
#define EEXIST			17
#define EXDEV			18
#define ENODEV			19
#define ENOTDIR			20
#define EISDIR			21
#define EINVAL			22
#define ENFILE			23
#define EMFILE			24
#define ENOTTY			25
#define EFBIG			27
#define ENOSPC			28
#define ESPIPE			29
#define EROFS			30
#define EMLINK			31
#define EPIPE			32
#define EDOM			33
#define ERANGE			34
#define EDEADLK			35
#define ENAMETOOLONG		36
#define ENOSYS			38
#define ENOTEMPTY		39
#define ELOOP			40
#define ENOMSG			42
#define EPROTO			71
#define EBADMSG			74
#define EOVERFLOW		75
#define EILSEQ			84
#define EMSGSIZE		90
#define EOPNOTSUPP		95
#define ENOTSUP			EOPNOTSUPP
#define ENETDOWN		100
#define ECONNABORTED		103
#define ECONNRESET		104
#define ENOBUFS			105
#define EISCONN			106
#define ENOTCONN		107
#define ETIMEDOUT		110
#define ECONNREFUSED		111
#define EHOSTDOWN		112
#define EALREADY		114
#define EINPROGRESS		115
#define ESTALE			116
#define ECANCELED		125

/* Inside the kernel only. */
#define EJUSTRETURN		(-2)	/* registers are set already */
#define ERESTART		(-3)	/* interrupted: call again */
#define EPASSTHROUGH		(-4)	/* not mine: ask the next layer */
#define EMOVEFD			(-6)	/* fd_clone() made another file */

#endif /* !_HOSTED_SYS_ERRNO_H_ */
