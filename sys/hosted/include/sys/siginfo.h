/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/siginfo.h: why SIGIO is sent.
 */

#ifndef _HOSTED_SYS_SIGINFO_H_
#define _HOSTED_SYS_SIGINFO_H_

#define POLL_IN			1
#define POLL_OUT		2
#define POLL_MSG		3
#define POLL_ERR		4
#define POLL_PRI		5
#define POLL_HUP		6

#endif /* !_HOSTED_SYS_SIGINFO_H_ */
