/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/ioccom.h for files of Linux's world that speak to our nodes: the words
 * of requests are Linux's, as for its programs; hosted_ioctl_cmd() translates
 * them.
 */

#ifndef _HOSTED_LINUX_SYS_IOCCOM_H_
#define _HOSTED_LINUX_SYS_IOCCOM_H_

#include <linux/ioctl.h>

#endif /* !_HOSTED_LINUX_SYS_IOCCOM_H_ */
