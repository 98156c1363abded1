/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/fcntl.h: how a file is open.  The kernel's flags are FREAD, FWRITE and
 * the O_ flags that outlive open(2); the numbers are NetBSD's.
 */

#ifndef _HOSTED_SYS_FCNTL_H_
#define _HOSTED_SYS_FCNTL_H_

#define O_RDONLY		0x00000000
#define O_WRONLY		0x00000001
#define O_RDWR			0x00000002
#define O_ACCMODE		0x00000003
#define O_NONBLOCK		0x00000004
#define O_APPEND		0x00000008
#define O_ASYNC			0x00000040
#define O_EXCL			0x00000800

#define FREAD			0x00000001
#define FWRITE			0x00000002
#define FNONBLOCK		O_NONBLOCK
#define FNDELAY			O_NONBLOCK
#define FAPPEND			O_APPEND
#define FASYNC			O_ASYNC

#endif /* !_HOSTED_SYS_FCNTL_H_ */
