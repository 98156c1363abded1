/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/filio.h: requests that every file may get.
 */

#ifndef _HOSTED_SYS_FILIO_H_
#define _HOSTED_SYS_FILIO_H_

#include <sys/ioccom.h>

#define FIOCLEX			_IO('f', 1)
#define FIONCLEX		_IO('f', 2)
#define FIOGETOWN		_IOR('f', 123, int)	/* who gets SIGIO */
#define FIOSETOWN		_IOW('f', 124, int)
#define FIOASYNC		_IOW('f', 125, int)	/* send SIGIO or not */
#define FIONBIO			_IOW('f', 126, int)	/* do not block */
#define FIONREAD		_IOR('f', 127, int)	/* bytes to read */
#define FIONWRITE		_IOR('f', 121, int)	/* bytes not sent */
#define FIONSPACE		_IOR('f', 120, int)	/* room for bytes */

#endif /* !_HOSTED_SYS_FILIO_H_ */
