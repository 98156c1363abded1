/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/kmem.h: memory.
 *
 * Thread context only.  The size given back must be the size taken.  Fresh
 * memory of kmem_alloc() and freed memory are filled with a pattern.
 */

#ifndef _HOSTED_SYS_KMEM_H_
#define _HOSTED_SYS_KMEM_H_

#include <sys/types.h>

typedef unsigned int		km_flag_t;

#define KM_SLEEP		0x00000001u	/* never NULL */
#define KM_NOSLEEP		0x00000002u

/* The place of the call is kept, to name what leaks. */
#define kmem_alloc(size, flags)	\
	hosted_kmem_alloc((size), (flags), false, __FILE__, __LINE__)
#define kmem_zalloc(size, flags)	\
	hosted_kmem_alloc((size), (flags), true, __FILE__, __LINE__)
void	*hosted_kmem_alloc(size_t, km_flag_t, bool, const char *, int);
void	kmem_free(void *, size_t);
char	*kmem_asprintf(const char *, ...) __printflike(1, 2);
char	*kmem_strdupsize(const char *, size_t *, km_flag_t);
#define kmem_strdup(s, flags)	kmem_strdupsize((s), NULL, (flags))
void	kmem_strfree(char *);

#endif /* !_HOSTED_SYS_KMEM_H_ */
