/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/tty.h: the lock of terminals, which is also that of the bell.
 */

#ifndef _HOSTED_SYS_TTY_H_
#define _HOSTED_SYS_TTY_H_

#include <sys/mutex.h>

/* Spins, at IPL_VM.  It is there while a pcppi is (kern_pcppi.c). */
extern kmutex_t	tty_lock;

#endif /* !_HOSTED_SYS_TTY_H_ */
