/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/types.h for files of Linux's world that speak to our nodes.
 */

#ifndef _HOSTED_LINUX_SYS_TYPES_H_
#define _HOSTED_LINUX_SYS_TYPES_H_

#include <linux/types.h>

#endif /* !_HOSTED_LINUX_SYS_TYPES_H_ */
