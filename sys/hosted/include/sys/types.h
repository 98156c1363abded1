/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/types.h: the kernel's types.  Opaque things are pointers to structs that
 * only sys/hosted/kern knows.
 */

#ifndef _HOSTED_SYS_TYPES_H_
#define _HOSTED_SYS_TYPES_H_

#include <sys/cdefs.h>
#include <sys/null.h>
#include <sys/stdbool.h>
#include <sys/stdint.h>

#include <machine/endian.h>

typedef __SIZE_TYPE__		size_t;
typedef __PTRDIFF_TYPE__	ptrdiff_t;
typedef long			ssize_t;

typedef unsigned char		u_char;
typedef unsigned short		u_short;
typedef unsigned int		u_int;
typedef unsigned long		u_long;
typedef uint8_t			u_int8_t;
typedef uint16_t		u_int16_t;
typedef uint32_t		u_int32_t;
typedef uint64_t		u_int64_t;
typedef uint64_t		u_quad_t;
typedef int64_t			quad_t;

typedef uint64_t		dev_t;
typedef int32_t			devmajor_t;
typedef int32_t			devminor_t;
typedef int64_t			daddr_t;
typedef uint32_t		gid_t;
typedef uint32_t		mode_t;
typedef uint32_t		nlink_t;
typedef uint64_t		ino_t;
typedef int64_t			off_t;
typedef unsigned long		paddr_t;
typedef int32_t			pid_t;
typedef int			pri_t;
typedef long			register_t;
typedef int64_t			time_t;
typedef int			suseconds_t;
typedef uint32_t		uid_t;
typedef unsigned long		vaddr_t;

/* A device number: NetBSD's way of putting 12 bits of major and 20 of minor
 * into 32. */
#define makedev(ma, mi)		\
	((dev_t)(((uint32_t)(ma) << 8 & 0xfff00) | \
	((uint32_t)(mi) << 12 & 0xfff00000) | ((uint32_t)(mi) & 0xff)))
#define major(d)		((devmajor_t)((uint32_t)(d) >> 8 & 0xfff))
#define minor(d)		\
	((devminor_t)(((uint32_t)(d) >> 12 & 0xfff00) | \
	((uint32_t)(d) & 0xff)))
#define NODEV			((dev_t)-1)
#define NODEVMAJOR		((devmajor_t)-1)

struct cfattach;
struct cfdata;
struct cfdriver;
struct device;
struct file;
struct hosted_callout;
struct hosted_condvar;
struct hosted_mutex;
struct hosted_selinfo;
struct kauth_cred;
struct knote;
struct lwp;
struct proc;
struct stat;
struct uio;

typedef struct cfattach		*cfattach_t;
typedef struct cfdata		*cfdata_t;
typedef struct cfdriver		*cfdriver_t;
typedef struct device		*device_t;
typedef struct file		file_t;
typedef struct kauth_cred	*kauth_cred_t;
typedef struct lwp		lwp_t;
typedef struct proc		proc_t;

#endif /* !_HOSTED_SYS_TYPES_H_ */
