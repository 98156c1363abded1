/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/kauth.h: credentials; passed along, never asked: the hosts check access.
 */

#ifndef _HOSTED_SYS_KAUTH_H_
#define _HOSTED_SYS_KAUTH_H_

#include <sys/types.h>

/* The running thread's.  Thread context. */
kauth_cred_t kauth_cred_get(void);

#endif /* !_HOSTED_SYS_KAUTH_H_ */
