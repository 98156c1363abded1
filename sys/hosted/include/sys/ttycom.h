/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/ttycom.h: the terminal requests that fsetown(9) and fgetown(9) know.
 */

#ifndef _HOSTED_SYS_TTYCOM_H_
#define _HOSTED_SYS_TTYCOM_H_

#include <sys/ioccom.h>

#define TIOCSPGRP		_IOW('t', 118, int)
#define TIOCGPGRP		_IOR('t', 119, int)

#endif /* !_HOSTED_SYS_TTYCOM_H_ */
