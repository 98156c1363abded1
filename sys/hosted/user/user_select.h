/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_select.h: what reading and writing have to do for those who poll.
 */

#ifndef _HOSTED_USER_USER_SELECT_H_
#define _HOSTED_USER_USER_SELECT_H_

#include <hosted/hosted.h>

#define USER_SELECT_IN	(HOSTED_POLLIN | HOSTED_POLLPRI | HOSTED_POLLRDNORM)
#define USER_SELECT_OUT	HOSTED_POLLOUT

struct user_file;

/* Have the wait recorded again for some events, which a call that did less
 * than it should has used up; or wake it at once.  Within a call. */
void	user_select_again(struct user_file *f, struct hosted_file *hosted,
	    int events);

#endif /* !_HOSTED_USER_USER_SELECT_H_ */
