/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/timearith.h: tvtohz() and tstohz() stand in sys/time.h here.
 */

#ifndef _HOSTED_SYS_TIMEARITH_H_
#define _HOSTED_SYS_TIMEARITH_H_

#include <sys/time.h>

#endif /* !_HOSTED_SYS_TIMEARITH_H_ */
