/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/signalvar.h: signals inside the kernel.
 */

#ifndef _HOSTED_SYS_SIGNALVAR_H_
#define _HOSTED_SYS_SIGNALVAR_H_

#include <sys/signal.h>

#endif /* !_HOSTED_SYS_SIGNALVAR_H_ */
