/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/signal.h: the one signal that drivers send; fownsignal() takes it.
 */

#ifndef _HOSTED_SYS_SIGNAL_H_
#define _HOSTED_SYS_SIGNAL_H_

#include <sys/siginfo.h>

#define SIGIO			23

#endif /* !_HOSTED_SYS_SIGNAL_H_ */
