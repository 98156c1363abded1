/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/systm.h: what every kernel file may call.
 *
 * memcpy() and its kin are the compiler's and the host's.  The printf family is
 * this kernel's own: it knows d i u x X o c s p % with flags, width, precision
 * and the lengths hh h l ll j z t, and no floating point.
 */

#ifndef _HOSTED_SYS_SYSTM_H_
#define _HOSTED_SYS_SYSTM_H_

#include <sys/types.h>
#include <sys/stdarg.h>

void	*memcpy(void *, const void *, size_t);
void	*memmove(void *, const void *, size_t);
void	*memset(void *, int, size_t);
int	memcmp(const void *, const void *, size_t);
size_t	strlen(const char *);
int	strcmp(const char *, const char *);
int	strncmp(const char *, const char *, size_t);
char	*strchr(const char *, int);
/* Copy or append and always end with a NUL when size > 0; returns the length
 * that was wished for. */
size_t	strlcpy(char *, const char *, size_t) HOSTED_RENAME(strlcpy);
size_t	strlcat(char *, const char *, size_t) HOSTED_RENAME(strlcat);

/* Print to the kernel's messages.  Any context. */
void	printf(const char *, ...) HOSTED_RENAME(printf) __printflike(1, 2);
/* Print into memory; returns the length that was wished for. */
int	snprintf(char *, size_t, const char *, ...) HOSTED_RENAME(snprintf)
	    __printflike(3, 4);
int	vsnprintf(char *, size_t, const char *, va_list)
	    HOSTED_RENAME(vsnprintf) __printflike(3, 0);
/* The kernel is broken: print and end.  Any context. */
#define panic(...)		HOSTED_DEAD(hosted_panic(__VA_ARGS__))
void	hosted_panic(const char *, ...) __printflike(1, 2) __dead;

/* Messages of attaching devices.  Any context. */
void	aprint_normal(const char *, ...) __printflike(1, 2);
void	aprint_naive(const char *, ...) __printflike(1, 2);
void	aprint_verbose(const char *, ...) __printflike(1, 2);
void	aprint_error(const char *, ...) __printflike(1, 2);
/* The same, with the device's name and ": " in front. */
void	aprint_normal_dev(device_t, const char *, ...) __printflike(2, 3);
void	aprint_verbose_dev(device_t, const char *, ...) __printflike(2, 3);
void	aprint_error_dev(device_t, const char *, ...) __printflike(2, 3);
void	device_printf(device_t, const char *, ...) __printflike(2, 3);

/* Copy between a program's memory and the kernel's: 0 or EFAULT.  Thread
 * context, no lock held. */
int	copyin(const void *, void *, size_t);
int	copyout(const void *, void *, size_t);

/* Stay on this processor: for as long, no sleep.  They nest.  Any context. */
void	kpreempt_disable(void);
void	kpreempt_enable(void);
/* Also in interrupts of both kinds and with a spin mutex held. */
bool	kpreempt_disabled(void);

void	hosted_kassert(const char *, const char *, int) __dead;
void	hosted_kassertmsg(const char *, const char *, int, const char *, ...)
	    __printflike(4, 5) __dead;

/* Assertions are always on in this kernel. */
#ifdef DIAGNOSTIC
#define KASSERT(e)		\
	(__predict_true(e) ? (void)0 : \
	HOSTED_DEAD(hosted_kassert(#e, __FILE__, __LINE__)))
#define KASSERTMSG(e, ...)	\
	(__predict_true(e) ? (void)0 : \
	HOSTED_DEAD(hosted_kassertmsg(#e, __FILE__, __LINE__, __VA_ARGS__)))
#else
#define KASSERT(e)		((void)0)
#define KASSERTMSG(e, ...)	((void)0)
#endif
#define KDASSERT(e)		KASSERT(e)
#define CTASSERT(e)		_Static_assert(e, #e)
#define __CTASSERT(e)		_Static_assert(e, #e)
#define ASSERT_SLEEPABLE()	hosted_assert_sleepable(__func__)

/* Panic, naming the caller, unless a thread without spin locks runs. */
void	hosted_assert_sleepable(const char *);

static inline u_int __unused
uimin(u_int a, u_int b)
{
	return a < b ? a : b;
}

static inline u_int __unused
uimax(u_int a, u_int b)
{
	return a > b ? a : b;
}

static inline int __unused
imin(int a, int b)
{
	return a < b ? a : b;
}

static inline int __unused
imax(int a, int b)
{
	return a > b ? a : b;
}

static inline u_long __unused
ulmin(u_long a, u_long b)
{
	return a < b ? a : b;
}

static inline u_long __unused
ulmax(u_long a, u_long b)
{
	return a > b ? a : b;
}

#endif /* !_HOSTED_SYS_SYSTM_H_ */
