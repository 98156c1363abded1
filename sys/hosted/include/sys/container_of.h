/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/container_of.h: from a member to the struct around it.
 */

#ifndef _HOSTED_SYS_CONTAINER_OF_H_
#define _HOSTED_SYS_CONTAINER_OF_H_

#include <sys/cdefs.h>

#define container_of(p, t, m)	\
	((t *)(void *)((char *)(p) - __offsetof(t, m)))

#endif /* !_HOSTED_SYS_CONTAINER_OF_H_ */
