/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/null.h: NULL.
 */

#ifndef _HOSTED_SYS_NULL_H_
#define _HOSTED_SYS_NULL_H_

#ifndef NULL
#define NULL			((void *)0)
#endif

#endif /* !_HOSTED_SYS_NULL_H_ */
