/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/ioctl.h: all requests.
 */

#ifndef _HOSTED_SYS_IOCTL_H_
#define _HOSTED_SYS_IOCTL_H_

#include <sys/filio.h>
#include <sys/ioccom.h>
#include <sys/ttycom.h>

#endif /* !_HOSTED_SYS_IOCTL_H_ */
