/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/ioccom.h for programs on systems that have none: Linux builds its
 * request words in <sys/ioctl.h>, in an encoding of its own.  What the
 * kernel side sees is translated by hosted_ioctl_cmd().
 *
 * Never in the path of a kernel file.
 */

#ifndef _HOSTED_USER_SYS_IOCCOM_H_
#define _HOSTED_USER_SYS_IOCCOM_H_

#include <sys/ioctl.h>

#endif /* !_HOSTED_USER_SYS_IOCCOM_H_ */
