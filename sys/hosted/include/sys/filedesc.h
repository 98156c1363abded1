/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/filedesc.h: making another file of an open device.
 */

#ifndef _HOSTED_SYS_FILEDESC_H_
#define _HOSTED_SYS_FILEDESC_H_

#include <sys/types.h>
#include <sys/file.h>

/* A new file for the open in progress: 0 or an errno.  Thread context,
 * within d_open. */
int	fd_allocfile(file_t **, int *);
/* Give it back unused. */
void	fd_abort(struct proc *, file_t *, unsigned);
/* Give the file (by its number) flags, methods and data and make it the one
 * that open(2) returns.  Returns EMOVEFD, which d_open returns in turn. */
int	fd_clone(file_t *, unsigned, int, const struct fileops *, void *);

#endif /* !_HOSTED_SYS_FILEDESC_H_ */
