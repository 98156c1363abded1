/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/cdefs.h: words for the compiler, under NetBSD's names.
 *
 * hosted_ names are this kernel's own.  HOSTED_RENAME() gives a function that
 * has the name of a function of every C library a symbol of its own, so that
 * the kernel can be linked into a program.
 */

#ifndef _HOSTED_SYS_CDEFS_H_
#define _HOSTED_SYS_CDEFS_H_

#define ___STRING(x)		__STRING(x)
#define __STRING(x)		#x
#define __CONCAT1(x, y)		x ## y
#define __CONCAT(x, y)		__CONCAT1(x, y)
#define HOSTED_RENAME(x)	__asm__("hosted_" #x)

#define __BEGIN_DECLS
#define __END_DECLS

#define __aligned(n)		__attribute__((__aligned__(n)))
#define __inline		inline
#define __packed		__attribute__((__packed__))
#define __printflike(f, a)	__attribute__((__format__(__printf__, f, a)))
#define __section(s)		__attribute__((__section__(s)))
#define __unused		__attribute__((__unused__))
#define __used			__attribute__((__used__))
#define __weak			__attribute__((__weak__))

/* A function that does not return, and its call.  Some tools of a host must
 * see in the machine's code that nothing comes behind the call. */
#ifdef HOSTED_DEAD_TRAPS
#define __dead
#define HOSTED_DEAD(call)	((call), __builtin_trap())
#else
#define __dead			__attribute__((__noreturn__))
#define HOSTED_DEAD(call)	(call)
#endif

/* Used only in assertions, or only when debugging. */
#ifdef DIAGNOSTIC
#define __diagused
#else
#define __diagused	__unused
#endif
#define __debugused		__unused

#define __predict_true(e)	__builtin_expect((e) != 0, 1)
#define __predict_false(e)	__builtin_expect((e) != 0, 0)

#define __arraycount(a)		(sizeof(a) / sizeof((a)[0]))
#define __offsetof(t, m)	__builtin_offsetof(t, m)
#define __UNCONST(p)		((void *)(unsigned long)(const void *)(p))
#define __USE(v)		((void)(v))

/* Bit n, and the bits m to n, as the widest unsigned number. */
#define __BIT(n)		((unsigned long long)1 << (n))
#define __BITS(m, n)		\
	((__BIT((m) > (n) ? (m) : (n)) << 1) - __BIT((m) < (n) ? (m) : (n)))
#define __LOWEST_SET_BIT(m)	((((m) - 1) & (m)) ^ (m))
#define __SHIFTOUT(x, m)	(((x) & (m)) / __LOWEST_SET_BIT(m))
#define __SHIFTIN(x, m)		((x) * __LOWEST_SET_BIT(m))

/* Revision strings have no place to go here. */
#define __KERNEL_RCSID(n, s)	struct hosted_rcsid
#define __RCSID(s)		struct hosted_rcsid

#endif /* !_HOSTED_SYS_CDEFS_H_ */
