/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/lwp.h: the running thread.
 */

#ifndef _HOSTED_SYS_LWP_H_
#define _HOSTED_SYS_LWP_H_

#include <sys/types.h>

struct lwp {
	struct proc	*l_proc;
	kauth_cred_t	l_cred;
	int		l_dupfd;	/* fd_clone()'s word to open(2) */
};

/* Any context. */
struct lwp *hosted_curlwp(void);
#define curlwp			hosted_curlwp()
#define curproc			(curlwp->l_proc)

#endif /* !_HOSTED_SYS_LWP_H_ */
