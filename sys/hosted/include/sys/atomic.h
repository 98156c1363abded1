/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/atomic.h: words that several threads change.
 */

#ifndef _HOSTED_SYS_ATOMIC_H_
#define _HOSTED_SYS_ATOMIC_H_

#include <sys/types.h>

#define atomic_load_relaxed(p)		__atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_load_acquire(p)		__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_load_consume(p)		__atomic_load_n((p), __ATOMIC_CONSUME)
#define atomic_store_relaxed(p, v)	\
	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_store_release(p, v)	\
	__atomic_store_n((p), (v), __ATOMIC_RELEASE)

/* ThreadSanitizer does not know fences: there the operations order. */
#ifdef __SANITIZE_THREAD__
#define _HOSTED_FENCE(order)	((void)0)
#define _HOSTED_ORDER		__ATOMIC_SEQ_CST
#else
#define _HOSTED_FENCE(order)	__atomic_thread_fence(order)
#define _HOSTED_ORDER		__ATOMIC_RELAXED
#endif
#define membar_acquire()	_HOSTED_FENCE(__ATOMIC_ACQUIRE)
#define membar_release()	_HOSTED_FENCE(__ATOMIC_RELEASE)
#define membar_producer()	_HOSTED_FENCE(__ATOMIC_RELEASE)
#define membar_consumer()	_HOSTED_FENCE(__ATOMIC_ACQUIRE)
#define membar_sync()		_HOSTED_FENCE(__ATOMIC_SEQ_CST)

/* The _nv forms return the new value, _cas and _swap the old one.  Like
 * NetBSD's they order nothing else. */
static inline void __unused
atomic_inc_uint(volatile u_int *p)
{

	(void)__atomic_add_fetch(p, 1, _HOSTED_ORDER);
}

static inline void __unused
atomic_dec_uint(volatile u_int *p)
{

	(void)__atomic_sub_fetch(p, 1, _HOSTED_ORDER);
}

static inline u_int __unused
atomic_inc_uint_nv(volatile u_int *p)
{

	return __atomic_add_fetch(p, 1, _HOSTED_ORDER);
}

static inline u_int __unused
atomic_dec_uint_nv(volatile u_int *p)
{

	return __atomic_sub_fetch(p, 1, _HOSTED_ORDER);
}

static inline void __unused
atomic_add_int(volatile u_int *p, int n)
{

	(void)__atomic_add_fetch(p, (u_int)n, _HOSTED_ORDER);
}

static inline void __unused
atomic_or_uint(volatile u_int *p, u_int bits)
{

	(void)__atomic_or_fetch(p, bits, _HOSTED_ORDER);
}

static inline void __unused
atomic_and_uint(volatile u_int *p, u_int bits)
{

	(void)__atomic_and_fetch(p, bits, _HOSTED_ORDER);
}

static inline u_int __unused
atomic_cas_uint(volatile u_int *p, u_int old, u_int new)
{

	(void)__atomic_compare_exchange_n(p, &old, new, 0, _HOSTED_ORDER,
	    _HOSTED_ORDER);
	return old;
}

static inline u_int __unused
atomic_swap_uint(volatile u_int *p, u_int new)
{

	return __atomic_exchange_n(p, new, _HOSTED_ORDER);
}

#endif /* !_HOSTED_SYS_ATOMIC_H_ */
