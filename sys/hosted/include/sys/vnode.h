/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/vnode.h: what drivers need of the layer above them.
 */

#ifndef _HOSTED_SYS_VNODE_H_
#define _HOSTED_SYS_VNODE_H_

#include <sys/types.h>
#include <sys/fcntl.h>

/* ioflag of d_read and d_write. */
#define IO_NDELAY		FNONBLOCK

enum vtype {
	VCHR = 4
};

/* Revoke the open files of the minors from the first to the last: when it
 * returns, all of them are closed at the driver and give EIO.  Thread
 * context, no lock held. */
void	vdevgone(int, int, int, enum vtype);

#endif /* !_HOSTED_SYS_VNODE_H_ */
